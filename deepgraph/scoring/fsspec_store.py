"""Stores that fsspec knows, as file systems of Arrow."""

from __future__ import annotations

from typing import Any

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
    return PyFileSystem(FSSpecHandler(_Files(files))), path


class _Files:
    """A file system of fsspec whose files raise an `OSError`, whatever their library raises."""

    def __init__(self, files: Any) -> None:
        self._files = files

    def __getattr__(self, name: str) -> Any:
        return getattr(self._files, name)

    def open(self, path: str, mode: str = "rb", **options: Any) -> Any:
        file = self._files.open(path, mode=mode, **options)
        return _Reading(file) if mode == "rb" else file


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
