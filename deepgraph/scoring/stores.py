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

if TYPE_CHECKING:
    from collections.abc import Iterator

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+)://")
_SECRET = re.compile(r"(?<=:)//[^/@:]+:[^/@]+@")
_ALIASES = {"gcs": "gs", "abfss": "abfs", "s3a": "s3", "s3n": "s3"}
_NATIVE = ("s3", "gs", "abfs", "hdfs", "viewfs")
"""Schemes of `pyarrow.fs`; a `?` in such a URL begins options of the connection."""
LONGEST_REASON = 500
"""Characters of a store's own words in a message."""
_WHOLE = ("s3", "gs")
"""Stores in which an object appears when its upload is complete, not before."""


class Found(NamedTuple):
    """A file or an object that is there: its path or URL, its bytes, and when it was changed.

    The time is in nanoseconds; the size is `None` for a pipe or a device.
    """

    path: str
    size: int | None
    changed: int


def is_url(path: str) -> bool:
    """True for a path with a scheme, such as `s3://bucket/part.csv`."""
    return _SCHEME.match(path) is not None


def is_folder(path: str) -> bool:
    """True if a path of results names a folder, which need not exist yet.

    A URL does so by the slash at its end.
    """
    if is_url(path):
        return _parts(path)[0].endswith("/")
    return path.endswith(("/", os.sep)) or (path != "-" and os.path.isdir(path))


def join(folder: str, name: str) -> str:
    """The path of a file in a folder; `name` has slashes."""
    if not is_url(folder):
        return os.path.join(folder, *name.split("/"))
    place, options = _parts(folder)
    return f"{place.rstrip('/')}/{name}{options}"


def name_of(path: str) -> str:
    """A path for messages: without the options of a connection, which may hold a key to it."""
    return _SECRET.sub("//", _parts(path)[0]) if is_url(path) else path


def same(path: str) -> tuple[int, int] | str:
    """What all paths of one file have in common, whether or not it exists."""
    if not is_url(path):
        return identity(path)
    scheme, rest = name_of(path).split("://", 1)
    return f"{_ALIASES.get(scheme.lower(), scheme.lower())}://{re.sub('/+', '/', rest)}"


def is_inside(path: str, folder: str) -> bool:
    """True if what lies at a path would be found by `walk` in a folder, or is this folder."""
    if is_url(path) != is_url(folder):
        return False
    if is_url(path):
        inner, outer = (str(same(each)).rstrip("/") + "/" for each in (path, folder))
    else:
        inner, outer = (os.path.join(os.path.realpath(each), "") for each in (path, folder))
    between = inner[len(outer) :].replace(os.sep, "/").split("/")
    return inner.startswith(outer) and not any(map(_hidden, between))


def _parts(url: str) -> tuple[str, str]:
    """A URL without the options of its connection, and these, from the `?` on."""
    scheme = url.split("://", 1)[0].lower()
    if _ALIASES.get(scheme, scheme) not in _NATIVE:
        return url, ""
    place, mark, options = url.partition("?")
    return place, mark + options


# --- the file systems of URLs -------------------------------------------------------------------


def _system(url: str) -> tuple[Any, str]:
    """The Arrow file system of a URL, and the path in it.

    Raises:
        FileError: there is none for this scheme, or it does not take its options.
    """
    scheme = url.split("://", 1)[0].lower()
    if scheme in ("file", "local"):  # it would escape the rule that no output destroys an input
        raise FileError(f"{url}: name a file of this machine by its path, without {scheme}://")
    known = _ALIASES.get(scheme, scheme)
    place, options = _parts(url)
    host, _, key = place.split("://", 1)[1].partition("/")
    with errors(url, "cannot be reached"):
        if known in _NATIVE:
            # Only the head goes through Arrow's reader of URLs: a key may hold any character.
            spelled = "abfss" if scheme == "abfss" else known
            files, root = _native(f"{spelled}://{host}/{options}")
            return files, f"{root.rstrip('/')}/{key}".rstrip("/")
        return _foreign(url)


@cache
def _native(head: str) -> tuple[Any, str]:
    from pyarrow import fs  # a file of this machine needs none

    files, root = fs.FileSystem.from_uri(head)
    return files, root


def _foreign(url: str) -> tuple[Any, str]:
    from pyarrow import fs

    scheme = url.split("://", 1)[0]
    try:
        from fsspec.core import url_to_fs
    except ImportError:
        raise FileError(
            f"{name_of(url)}: the scheme {scheme} needs the package fsspec: pip install fsspec"
        ) from None
    try:
        files, path = url_to_fs(url)
    except (ImportError, ValueError) as error:
        raise FileError(f"{name_of(url)}: {error}") from None
    return fs.PyFileSystem(fs.FSSpecHandler(files)), path


@contextmanager
def errors(url: str, what: str) -> Iterator[None]:
    """Turn errors of a store into a `FileError` that names the URL."""
    try:
        yield
    except (DeepgraphError, BrokenPipeError):
        raise
    except (OSError, ValueError, NotImplementedError) as error:  # Arrow's errors among them
        kind = MissingFileError if isinstance(error, FileNotFoundError) else FileError
        if kind is MissingFileError:
            raise kind(f"{name_of(url)}: no such object") from None
        first = (str(error).splitlines() or [""])[0][:LONGEST_REASON]  # hdfs tells 200 lines
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

    files, place = _system(path)
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

    files, place = _system(path)
    with errors(path, "cannot be read"):
        return bool(files.get_file_info(place).type == FileType.Directory)


def walk(folder: str) -> list[tuple[str, Found]]:
    """All files below a folder, with their names in it, which have slashes; in their order.

    Names that begin with a dot or an underscore are no data, as for Spark and Arrow, and neither is
    what lies in folders of such names.

    Raises:
        FileError: it cannot be read.
    """
    listed = _walk_there(folder) if is_url(folder) else _walk_here(folder)
    kept = [entry for entry in listed if not any(_hidden(part) for part in entry[0].split("/"))]
    return sorted(kept)


def _hidden(name: str) -> bool:
    """True for a file or a folder that is no data; `_=1` is a partition."""
    return name.startswith(".") or (name.startswith("_") and "=" not in name)


def _walk_there(folder: str) -> Iterator[tuple[str, Found]]:
    from pyarrow.fs import FileSelector, FileType

    files, place = _system(folder)
    with errors(folder, "cannot be read"):
        infos = files.get_file_info(FileSelector(place, recursive=True, allow_not_found=True))
    for info in infos:
        if info.type == FileType.File:
            name = info.path[len(place) :].lstrip("/")
            yield name, Found(join(folder, name), info.size, info.mtime_ns or 0)


def _walk_here(folder: str) -> Iterator[tuple[str, Found]]:
    seen = set()
    for place, folders, names in os.walk(folder, followlinks=True):
        if (own := identity(place)) in seen:  # a link to a folder above
            folders.clear()
            continue
        seen.add(own)
        for name in names:
            path = os.path.join(place, name)
            inside = os.path.relpath(path, folder).replace(os.sep, "/")
            if not any(_hidden(part) for part in inside.split("/")) and (there := found(path)):
                yield inside, there


def tag(there: Found) -> str:
    """What tells contents of one size apart: the ETag of an object, else the time of its change."""
    if is_url(there.path):
        files, place = _system(there.path)
        with errors(there.path, "cannot be read"), files.open_input_file(place) as stream:
            known = {key.lower(): value for key, value in (stream.metadata() or {}).items()}
        etag = known.get(b"etag", known.get("etag"))
        if etag:
            text = etag.decode() if isinstance(etag, bytes) else str(etag)
            return text.strip('"')
    return str(there.changed)


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
    files, place = _system(path)
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
    _system(path)  # a mistake in it is told before the work
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

    files, place = _system(url)
    scheme = url.split("://", 1)[0].lower()
    at_once = _ALIASES.get(scheme, scheme) in _WHOLE
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
                with suppress(OSError, ValueError, NotImplementedError):
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
    files, place = _system(path)
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
