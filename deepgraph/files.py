"""Reads and writes files: a file is read whole, and written whole or not at all."""

from __future__ import annotations

import errno
import os
import stat
import zlib
from contextlib import ExitStack, contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path
from typing import IO, TYPE_CHECKING, NamedTuple

from deepgraph.errors import DeepgraphError, FileError, MissingFileError
from deepgraph.words.messages import Nearest
from deepgraph.words.urls import name_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_inputs: ContextVar[dict[str | int, None] | None] = ContextVar("inputs", default=None)
"""The files that a command reads: absolute paths, and numbers of open files."""

Stamps = dict[Path, "tuple[int, ...] | None"]
"""What changes with a file, by its path; see `stamps`."""


class Loaded(NamedTuple):
    """A file that was read: its absolute path, and a checksum that tells it from later versions."""

    path: str
    checksum: str


TEMPORARY = ".deepgraph.tmp"
"""The end of the name of a temporary file."""


def checksum(content: bytes) -> str:
    """Eight digits that change with a text by all odds, in a time that nobody notices.

    Line ends do not count: git writes those of the machine.

    >>> checksum(b"deepgraph")
    '6246f69b'
    """
    text = content.replace(b"\r\n", b"\n")
    return f"{zlib.crc32(text):08x}"


def reason(error: OSError | ValueError) -> str:
    """The operating system's words for an error, without number and path."""
    return str(getattr(error, "strerror", None) or error).lower()


def _refuse_folder(path: str | os.PathLike[str]) -> None:
    if os.path.isdir(path):
        raise FileError(f"{path}: this is a folder; name a file in it")


def absent(path: str | os.PathLike[str], suffix: str = "") -> str:
    """The message about a missing file: its folder is missing, or a similar name exists.

    With a suffix only files that end in it are suggested, since others are of another kind.
    """
    folder, name = os.path.split(path)
    if folder and not os.path.isdir(folder):
        return f"no such file: {_no_folder(folder)}"
    near = None
    with suppress(OSError):
        with os.scandir(folder or ".") as found:
            known = sorted(entry.name for entry in found if entry.is_file())
        known = [other for other in known if other.endswith(suffix)]
        near = _near(name, [other for other in known if other.isprintable()])
    return "no such file" + (f'; did you mean "{os.path.join(folder, near)}"?' if near else "")


def _near(name: str, known: list[str]) -> str | None:
    """The file with the most similar stem; a file with the same suffix is preferred."""
    stem, suffix = os.path.splitext(name)
    for others in ([other for other in known if other.endswith(suffix)], known):
        stems = [os.path.splitext(other)[0] for other in others]
        near = Nearest(dict.fromkeys(stems)).name(stem)
        found = [other for other, its in zip(others, stems, strict=True) if its == near]
        if found:
            return Nearest(found).name(name) or found[0]
    return None


def _no_folder(path: str) -> str:
    shown = name_of(path)
    return f"{shown} is no folder" if os.path.exists(path) else f"there is no folder {shown}"


def read_bytes(path: str | os.PathLike[str], suffix: str = "") -> bytes:
    """The whole content of a file.

    Args:
        path: of the file.
        suffix: if the file is missing, one that ends so may be meant.

    Raises:
        FileError: the file does not exist, is a folder, or may not be read.
    """
    _refuse_folder(path)
    note_input(path)
    try:
        return Path(path).read_bytes()
    except FileNotFoundError:
        raise MissingFileError(f"{name_of(path)}: {absent(path, suffix)}") from None
    except (OSError, ValueError) as error:
        raise FileError(f"{name_of(path)}: cannot be read: {reason(error)}") from None


@contextmanager
def open_binary(path: str | os.PathLike[str]) -> Iterator[IO[bytes]]:
    """Open a file for reading.

    Raises:
        FileError: the file cannot be opened.
    """
    with ExitStack() as stack:
        try:
            stream = stack.enter_context(Path(path).open("rb"))
        except FileNotFoundError:
            raise MissingFileError(f"{name_of(path)}: {absent(path)}") from None
        except OSError as error:
            raise FileError(f"{name_of(path)}: {reason(error)}") from None
        note_input(path)
        yield stream


def beside(folder: Path, name: str) -> Path | None:
    """The path of a file that a spec names, for watching it; `None` if `open_beside` refuses it.

    The file need not exist.
    """
    real = _inside(folder, name) if _is_plain(name) else None
    special = real is not None and os.path.exists(real) and not os.path.isfile(real)
    return None if real is None or special else folder / name


def open_beside(folder: Path, name: str) -> IO[bytes]:
    """Open a file that a spec names: a plain file in the spec's own folder, and no other.

    A spec may come from anywhere, so it must not be able to open arbitrary files. A link may lead
    to another file in the folder.

    Raises:
        FileError: the name leads out of the folder, or there is no such file, or it cannot be read.
    """
    if not _is_plain(name):
        raise FileError(f"{name}: a plain file name belongs here, of a file beside the spec")
    real = _inside(folder, name)
    if real is None:
        raise FileError(f"{name}: the link leads out of the spec's folder; put the file there")
    try:
        # Do not wait for the other end of a pipe, and follow no link that was made meanwhile.
        flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0)
        number = os.open(real, flags | getattr(os, "O_BINARY", 0))
    except FileNotFoundError:
        raise MissingFileError(f"{name}: no such file beside the spec") from None
    except (OSError, ValueError) as error:
        raise FileError(f"{name}: cannot be read: {reason(error)}") from None
    if not stat.S_ISREG(os.fstat(number).st_mode):
        os.close(number)
        raise FileError(f"{name}: this is no plain file")
    note_input(real)
    return os.fdopen(number, "rb")


def _is_plain(name: str) -> bool:
    """True if a name is the name of a file, without a folder."""
    return name not in ("", ".", "..") and not set(name) & set("/\\:\0")


def _inside(folder: Path, name: str) -> Path | None:
    """The file that a name leads to, through links; `None` if they leave the folder."""
    real = Path(os.path.realpath(folder / name))
    return real if real.is_relative_to(os.path.realpath(folder)) else None


# --- an output never destroys an input ----------------------------------------------------------


@contextmanager
def inputs_kept() -> Iterator[None]:
    """Within the block, no file that is read in it is written over: see `atomic_write`.

    A program that uses the package may write what it reads; a command does so by a slip.
    """
    before = _inputs.set({})
    try:
        yield
    finally:
        _inputs.reset(before)


def note_input(file: str | os.PathLike[str] | int) -> None:
    """Note that a command reads a file, or would: its path, or the number of an open one."""
    kept = _inputs.get()
    if kept is not None:
        kept[file if isinstance(file, int) else os.path.abspath(file)] = None


def may_replace(path: str | os.PathLike[str]) -> None:
    """Let a command write over a file that it has read, since that is what it is for."""
    kept = _inputs.get()
    if kept is not None:
        kept.pop(os.path.abspath(path), None)


def refuse_input(path: str | os.PathLike[str]) -> None:
    """Refuse to write a file that the command reads, through links, too.

    Raises:
        FileError: it does.
    """
    if any(_same_file(path, other) for other in _inputs.get() or ()):
        raise FileError(f"{path} is read by this command; name another file to write")


def _same_file(path: str | os.PathLike[str], other: str | int) -> bool:
    """True if both are one file, not a device or a pipe; false if one of them is missing."""
    try:
        there = os.stat(path)
        return stat.S_ISREG(there.st_mode) and os.path.samestat(there, os.stat(other))
    except (OSError, ValueError):
        return False


def identity(path: str | os.PathLike[str]) -> tuple[int, int] | str:
    """What paths of one file have in common, links among them, whether or not it exists."""
    try:
        there = os.stat(path)
    except (OSError, ValueError):
        return os.path.realpath(path)
    return there.st_dev, there.st_ino


# --- writing ------------------------------------------------------------------------------------


def require_writable(path: str | os.PathLike[str]) -> None:
    """Check that `atomic_write` can write here, before the work whose result it writes.

    Raises:
        FileError: the path is a folder, or its own folder is missing or may not be written, or a
            command reads this file: see `inputs_kept`.
    """
    _refuse_folder(path)
    refuse_input(path)
    if os.path.exists(path) and not os.path.isfile(path):
        return  # a device or a pipe
    _require_folder(path)
    folder = os.path.dirname(os.path.realpath(path))
    if not os.access(folder, os.W_OK | os.X_OK):
        raise FileError(f"{path}: cannot be written: {os.strerror(errno.EACCES).lower()}")


def _require_folder(path: str | os.PathLike[str]) -> None:
    """Check that the folder of a file to write exists."""
    typed, real = os.path.dirname(path), os.path.dirname(os.path.realpath(path))
    for folder in (typed or ".", real):  # they differ if the path is a link
        if not os.path.isdir(folder):
            what = _no_folder(folder) + ("" if os.path.exists(folder) else "; make it first")
            raise FileError(f"{path}: cannot be written: {what}")


@contextmanager
def atomic_write(path: str | os.PathLike[str]) -> Iterator[IO[bytes]]:
    """Open a file for writing so that `path` always holds the old content or the whole new one.

    The new content goes to a temporary file beside `path` (`.NAME.1a2b3c4d.deepgraph.tmp`), which
    replaces `path`, with its owner and mode, when the block ends without an error and is removed
    otherwise. Only a process that is killed leaves it behind, and nothing ever reads it. A link to
    a file stays a link; a hard link keeps the old content. A device or a pipe (`/dev/stdout`) is
    written directly.

    Raises:
        FileError: the folder is missing or may not be written, the disk is full, or a command reads
            this file: see `inputs_kept`.
    """
    _refuse_folder(path)
    refuse_input(path)
    target = Path(os.path.realpath(path))
    try:
        there = os.stat(path)
    except OSError:
        there = None
    _require_folder(path)
    try:
        if there is not None and not stat.S_ISREG(there.st_mode):
            with open(path, "wb") as stream:  # the target of a link in /dev may have no path
                yield stream
            return
        temporary = target.with_name(f".{target.name[:100]}.{os.urandom(4).hex()}{TEMPORARY}")
        try:
            with temporary.open("xb") as stream:
                yield stream
                stream.flush()
                os.fsync(stream.fileno())
            refuse_input(path)  # it may have been read meanwhile
            if there is not None:
                _take_over(temporary, there)
            temporary.replace(target)
            _sync_folder(target.parent)
        except BaseException:
            with suppress(OSError):
                temporary.unlink()
            raise
    except (BrokenPipeError, DeepgraphError):
        raise
    except OSError as error:
        raise FileError(f"{path}: cannot be written: {reason(error)}") from None


def _take_over(path: Path, there: os.stat_result) -> None:
    """Give a new file the owner, the group and the mode of the one that it replaces.

    Only the superuser can give a file away; for anybody else an owner of other files changes.
    """
    mode = stat.S_IMODE(there.st_mode)
    now = path.stat()
    if (now.st_uid, now.st_gid) != (there.st_uid, there.st_gid):
        try:
            os.chown(path, there.st_uid, there.st_gid)
        except (AttributeError, OSError):  # Windows knows no owners
            with suppress(AttributeError, OSError):  # a group of one's own can be given
                os.chown(path, -1, there.st_gid)
    path.chmod(mode)  # last, since a new owner takes away the right to run as that owner


def _sync_folder(folder: Path) -> None:
    """Make a new name in a folder survive a power failure, if the system supports it."""
    with suppress(OSError):  # Windows opens no folders, and some file systems cannot sync them
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)


def write_bytes(path: str | os.PathLike[str], content: bytes) -> None:
    """Write a whole file, atomically.

    Raises:
        FileError: see `atomic_write`.
    """
    with atomic_write(path) as stream:
        stream.write(content)


def stamps(paths: list[Path]) -> Stamps:
    """Times, size and number of each file; `None` while it is missing.

    The time of the last change of its state tells contents of one size and one time apart.
    """
    found: Stamps = {}
    for path in paths:
        try:
            status = path.stat()
            times = (status.st_mtime_ns, status.st_ctime_ns)
            found[path] = (*times, status.st_size, status.st_ino)
        except OSError:
            found[path] = None
    return found
