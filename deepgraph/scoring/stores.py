"""Files of this machine and of object stores by one set of functions.

A path with a scheme, `s3://bucket/part.csv`, is a URL: `s3`, `gs`, `abfs` and `hdfs` are read and
written by `pyarrow.fs`, other schemes by fsspec where it is installed. Every other path is a file
of this machine, for which neither is imported, so that nothing asks a network.

An object appears only whole. A stream to S3 that an exception closes would create an object of what
was written until then, so results are written to a file of this machine first. Then one call of
Arrow, which no exception of Python can end in the middle, uploads it.
"""

from __future__ import annotations

import os
import re
import tempfile
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NamedTuple

from deepgraph.errors import DeepgraphError, FileError, MissingFileError
from deepgraph.files import TEMPORARY, absent, atomic_write, identity, open_binary, reason
from deepgraph.words.urls import NATIVE, is_url, name_of, split, without_keys

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deepgraph.words.urls import Url

LONGEST_REASON = 500
"""Characters of a store's own words in a message."""
RETRIED = 15
"""Seconds after which Google's storage is given up, where its URL has no `retry_limit_seconds`."""
HASHED = 1 << 20
"""Bytes that are read at once to be hashed."""
_TELLING = ("etag", "md5", "content-md5", "md5hash", "content_md5", "crc32c", "checksum", "digest",
            "generation", "version_id", "mtime", "lastmodified", "last_modified", "last-modified",
            "modified", "updated", "created")  # fmt: skip
"""What file systems of fsspec call the marks and times that change with an object."""
WAITING = 32 * 2**20
"""The most bytes of an object that may wait in memory while it is sent."""
_WHOLE = ("s3", "gs")
"""Stores in which an object appears when its upload is complete, not before."""


class Found(NamedTuple):
    """A file or an object that is there: its path or URL, its bytes, and when it was changed.

    The time is in nanoseconds; the size is `None` for a pipe or a device.
    """

    path: str
    size: int | None
    changed: int


def is_folder(path: str) -> bool:
    """True if a path of results names a folder, which need not exist yet.

    A URL does so by the slash at its end.
    """
    if is_url(path):
        return split(path).place.endswith("/")
    return path.endswith(("/", os.sep)) or (path != "-" and os.path.isdir(path))


def join(folder: str, name: str) -> str:
    """The path of a file in a folder; `name` has slashes."""
    if not is_url(folder):
        return os.path.join(folder, *name.split("/"))
    options = split(folder).options
    return f"{folder[: len(folder) - len(options)].rstrip('/')}/{name}{options}"


def same(path: str) -> tuple[int, int] | str:
    """What all paths of one file have in common, whether or not it exists."""
    if not is_url(path):
        return identity(path)
    url = split(path)
    place = url.place.split("://", 1)[1]
    # Options of Arrow say how to get there; others, as of https, which of several things it is.
    what = "" if url.kind in NATIVE else url.options
    return f"{url.kind}://{re.sub('/+', '/', place)}{what}"


# --- the file systems of URLs -------------------------------------------------------------------


def system(url: str, *, in_turn: bool = False) -> tuple[Any, str]:
    """The Arrow file system of a URL, and the path in it.

    Args:
        url: of an object or a folder.
        in_turn: whether the parts of an object are sent one after the other. S3 and Azure get them
            side by side else, and what they have not taken yet waits in memory, however much it is.

    Raises:
        FileError: there is none for this scheme, or it does not take its options.
    """
    parts = split(url)
    if parts.kind in ("file", "local"):  # it would escape the rule that no output destroys an input
        raise FileError(
            f"{name_of(url)}: name a file of this machine by its path, without {parts.scheme}://"
        )
    with errors(url, "cannot be reached"):
        if parts.kind in NATIVE:
            # Only the head goes through Arrow's reader of URLs: a name may hold any character.
            spelled = "abfss" if parts.scheme.lower() == "abfss" else parts.kind
            key = f":{parts.key}" if parts.key else ""
            options = _limited(parts, in_turn=in_turn)
            head = f"{spelled}://{parts.user}{key}{parts.at}{parts.host}/{options}"
            files, root = _native(head)
            if in_turn and parts.kind == "s3":  # whose URLs have no such option
                rebuilt, (given,) = files.__reduce__()
                files = rebuilt({**given, "background_writes": False})
            return files, f"{root.rstrip('/')}/{parts.path.removeprefix('/')}".rstrip("/")
        from deepgraph.scoring import fsspec_store  # a file of this machine needs none

        return fsspec_store.system(url)


def _limited(parts: Url, *, in_turn: bool) -> str:
    """The options of a URL, with the limits that a person would want.

    Google's storage is not asked again and again for a quarter of an hour: without keys or a
    network its library would wait so long, and no signal ends it. `in_turn` is that of `system`.
    """
    limits = {"gs": f"retry_limit_seconds={RETRIED}"}
    if in_turn:
        limits["abfs"] = "background_writes=false"
    limit = limits.get(parts.kind, "")
    if not limit or limit.partition("=")[0] in parts.options:
        return parts.options
    return f"{parts.options or '?'}{'&' * bool(parts.options)}{limit}"


@cache
def _native(head: str) -> tuple[Any, str]:
    from pyarrow import fs  # a file of this machine needs none

    files, root = fs.FileSystem.from_uri(head)
    return files, root


@contextmanager
def errors(url: str, what: str) -> Iterator[None]:
    """Turn errors of a store into a `FileError` that names the URL.

    Each library of a store has errors of its own, which have no class in common; Azure's come as
    Arrow's, which are no `OSError`. So what stands in the block is the call of the store alone.
    """
    try:
        yield
    except (DeepgraphError, BrokenPipeError, MemoryError):
        raise
    except Exception as error:
        kind = MissingFileError if isinstance(error, FileNotFoundError) else FileError
        if kind is MissingFileError:
            raise kind(f"{name_of(url)}: no such object") from None
        first = (str(error).splitlines() or [""])[0]  # hdfs tells 200 lines
        first = without_keys(first, url)[:LONGEST_REASON]
        raise kind(f"{name_of(url)}: {what}: {first}") from None


# --- what is there ------------------------------------------------------------------------------


def found(path: str) -> Found | None:
    """A file or an object; `None` if there is none of this name.

    Raises:
        FileError: it cannot be looked at, or is a folder.
    """
    if not is_url(path):
        return _found_here(path)
    from pyarrow.fs import FileType

    files, place = system(path)
    with errors(path, "cannot be read"):
        info = files.get_file_info(place)
    if info.type == FileType.NotFound:
        return None
    if info.type == FileType.Directory:
        raise FileError(f"{name_of(path)}: this is a folder; end it in a slash")
    return Found(path, info.size, info.mtime_ns or 0)


def _found_here(path: str) -> Found | None:
    try:
        there = os.stat(path)
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise FileError(f"{path}: {reason(error)}") from None
    return Found(path, there.st_size if os.path.isfile(path) else None, there.st_mtime_ns)


def is_there_a_folder(path: str) -> bool:
    """True if there is a folder of this name; a URL without a table's name is asked for."""
    if not is_url(path):
        return os.path.isdir(path)
    from pyarrow.fs import FileType

    files, place = system(path)
    with errors(path, "cannot be read"):
        return bool(files.get_file_info(place).type == FileType.Directory)


def tag(there: Found) -> str:
    """What tells contents of one size apart: the ETag of an object, else the time of its change.

    Of a store that tells neither it is the SHA-256 of the content, which is read for it.
    """
    if not is_url(there.path):
        return str(there.changed)
    files, place = system(there.path)
    with errors(there.path, "cannot be read"):
        if split(there.path).kind not in NATIVE:
            return _tag_of_fsspec(files, place) or sha256(there.path)
        with files.open_input_file(place) as stream:
            known = {_text(key).lower(): value for key, value in (stream.metadata() or {}).items()}
    etag = _text(known.get("etag") or "").strip('"')
    return etag or (str(there.changed) if there.changed else sha256(there.path))


def _tag_of_fsspec(files: Any, place: str) -> str:
    """What a file system of fsspec tells of an object that changes with it; empty if nothing."""
    told = {str(key).lower(): value for key, value in files.handler.fs.info(place).items()}
    return " ".join(f"{key}={_text(told[key])}" for key in _TELLING if told.get(key) is not None)


def _text(value: Any) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)


def sha256(path: str) -> str:
    """The SHA-256 of the content of a file or an object.

    Raises:
        FileError: it cannot be read.
    """
    import hashlib  # most command lines need none

    found = hashlib.sha256()
    with opened(path) as stream, errors(path, "cannot be read"):
        while part := stream.read(HASHED):
            found.update(part)
    return found.hexdigest()


# --- reading and writing ------------------------------------------------------------------------


@contextmanager
def opened(path: str) -> Iterator[IO[bytes]]:
    """Open a file or an object for reading.

    Raises:
        FileError: it cannot be opened.
    """
    if not is_url(path):
        with open_binary(path) as stream:
            yield stream
        return
    files, place = system(path)
    with errors(path, "cannot be read"):
        remote = files.open_input_file(place)
    with remote:
        yield remote


@contextmanager
def written(path: str) -> Iterator[IO[bytes]]:
    """Open a file or an object for writing; it appears whole when the block ends without an error.

    Folders are made.

    Raises:
        FileError: it cannot be written.
    """
    if not is_url(path):
        make_folder(os.path.dirname(path))
        with atomic_write(path) as stream:
            yield stream
        return
    system(path)  # a mistake in it is told before the work
    with tempfile.TemporaryDirectory(prefix="deepgraph.") as folder:
        whole = Path(folder, "whole")
        try:
            with whole.open("xb") as stream:
                yield stream
        except OSError as error:
            if isinstance(error, (DeepgraphError, BrokenPipeError)):
                raise
            raise FileError(
                f"{name_of(path)}: cannot be written here first: {reason(error)}"
            ) from None
        _upload(whole, path)


def make_folder(folder: str) -> None:
    """Make a folder for results, and those above it.

    Raises:
        FileError: it cannot be made.
    """
    try:
        Path(folder).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileError(f"{folder}: cannot be made: {reason(error)}") from None


def _upload(whole: Path, url: str) -> None:
    """Copy a file of this machine to an object, which appears when all of it is there."""
    from pyarrow import fs

    files, place = system(url, in_turn=whole.stat().st_size > WAITING)
    at_once = split(url).kind in _WHOLE
    folder, _, name = place.rpartition("/")
    target = place if at_once else f"{folder}/.{name[:100]}.{os.urandom(4).hex()}{TEMPORARY}"
    with errors(url, "cannot be written"):
        if not at_once:
            files.create_dir(folder, recursive=True)
        try:
            fs.copy_files(
                str(whole), target, source_filesystem=fs.LocalFileSystem(),
                destination_filesystem=files, use_threads=False,
            )  # fmt: skip
            if not at_once:
                _move(files, target, place)
        except BaseException:
            if not at_once:
                with suppress(Exception):  # as in `errors`
                    files.delete_file(target)
            raise


def _move(files: Any, source: str, target: str) -> None:
    """Rename an object; a store that cannot copies it."""
    try:
        files.move(source, target)
    except NotImplementedError:
        files.copy_file(source, target)
        files.delete_file(source)


def remove(path: str) -> None:
    """Delete a file or an object, if it is there.

    Raises:
        FileError: it cannot be deleted.
    """
    if not is_url(path):
        try:
            Path(path).unlink(missing_ok=True)
        except OSError as error:
            raise FileError(f"{path}: cannot be deleted: {reason(error)}") from None
        return
    files, place = system(path)
    with errors(path, "cannot be deleted"), suppress(FileNotFoundError):
        files.delete_file(place)


def read_whole(path: str) -> bytes | None:
    """The content of a small file; `None` if there is none."""
    try:
        with opened(path) as stream:
            return stream.read()
    except MissingFileError:
        return None


def missing(path: str) -> FileError:
    """The error that there is no such file."""
    what = "no such object" if is_url(path) else absent(path)
    return MissingFileError(f"{name_of(path)}: {what}")
