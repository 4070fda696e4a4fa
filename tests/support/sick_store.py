"""Runs deepgraph beside a store of fsspec, `sick://`, one of whose calls fails.

`python -m tests.support.sick_store info|open|read|copy FOLDER COMMAND…`: in the folder, with
`sick://t.csv` and `sick://t.parquet` to be read.
"""

from __future__ import annotations

import os
import sys
from typing import Any, ClassVar

import fsspec
import pyarrow as pa
from fsspec.implementations.memory import MemoryFileSystem
from pyarrow import csv, parquet


class KeyExpiredError(Exception):
    """As libraries of stores have them: no `OSError`, and its text has lines."""


class Sick(MemoryFileSystem):
    protocol = "sick"
    store: ClassVar[dict[str, Any]] = {}
    pseudo_dirs: ClassVar[list[str]] = [""]
    fails = ""

    @classmethod
    def _strip_protocol(cls, path):
        return MemoryFileSystem._strip_protocol(str(path).replace("sick://", "memory://"))

    def _fail(self, name):
        if self.fails == name:
            raise KeyExpiredError("the key\nhas expired")

    def info(self, path, **options):
        self._fail("info")
        return super().info(path, **options)

    def _open(self, path, mode="rb", **options):
        file = super()._open(path, mode, **options)
        if "r" in mode:
            self._fail("open")
            read = file.read

            def reading(size=-1):
                self._fail("read")
                return read(size)

            file.read = reading
        return file

    def cp_file(self, *paths, **options):
        self._fail("copy")
        super().cp_file(*paths, **options)


if __name__ == "__main__":
    _, fails, folder, *command = sys.argv
    fsspec.register_implementation("sick", Sick)
    table = pa.table({"x1": [0.5, 1.0], "x2": [0.25, 2.0]})
    with Sick().open("/t.csv", "wb") as stream:
        csv.write_csv(table, stream)
    with Sick().open("/t.parquet", "wb") as stream:
        parquet.write_table(table, stream)
    Sick.fails = fails

    from deepgraph.__main__ import main

    os.chdir(folder)
    sys.argv = ["deepgraph", *command]
    main()
