"""Stores that fsspec knows, as file systems of Arrow."""

from __future__ import annotations

from typing import Any

from pyarrow import PythonFile
from pyarrow.fs import FSSpecHandler, PyFileSystem

from deepgraph.errors import FileError
from deepgraph.words.urls import name_of, split, without_keys


def system(url: str) -> tuple[PyFileSystem, str]:
    """The Arrow file system of a URL, and the path in it.

    Raises:
        FileError: fsspec, or what it needs for this scheme, is missing; or there is no such scheme.
    """
    try:
        from fsspec.core import url_to_fs
    except ImportError:
        raise FileError(
            f"{name_of(url)}: the scheme {split(url).scheme} needs the package fsspec: "
            "pip install fsspec"
        ) from None
    try:
        files, path = url_to_fs(url)
    except (ImportError, ValueError) as error:
        raise FileError(f"{name_of(url)}: {without_keys(str(error), url)}") from None
    return PyFileSystem(_Handler(files)), path


class _Handler(FSSpecHandler):  # type: ignore[misc]  # pyarrow has no types
    """Arrow's adapter, whose files raise an `OSError`, whatever their library raises."""

    def open_input_file(self, path: str) -> PythonFile:
        if not self.fs.isfile(path):
            raise FileNotFoundError(path)
        return PythonFile(_Reading(self.fs.open(path, mode="rb")), mode="r")

    open_input_stream = open_input_file


class _Reading:
    """What Arrow asks of a file that it reads."""

    def __init__(self, file: Any) -> None:
        self._file = file

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def read(self, size: int = -1) -> bytes:
        try:
            return bytes(self._file.read(size))
        except (OSError, MemoryError):
            raise
        except Exception as error:  # readers of tables know those of the operating system
            first = (str(error).splitlines() or [""])[0]
            raise OSError(f"{type(error).__name__}: {first}") from error
