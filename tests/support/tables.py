"""Reads tables in every way there is: blocks of any size, both parsers, rows left out or not."""

from __future__ import annotations

import io

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from deepgraph.errors import TableError
from deepgraph.tables import Source
from deepgraph.tables.rejects import Rejects

BLOCKS = (1, 3, 17, 64, None)
"""Bytes read at once: a record at a time, cuts inside records, several records, all of it."""


EMPTY = "the cell is empty; a number belongs there"


def read_columns(content, numbers=("x", "y"), kept=(), block=None, name="t.csv", **options):
    """The columns of a table as lists, however it was cut."""
    content = content.encode() if isinstance(content, str) else content
    table = Source(io.BytesIO(content), name, block=block, **options).open()
    table.require_inputs({name: name for name in numbers})
    batches = list(table.batches(list(numbers), list(kept)))
    names = batches[0].schema.names if batches else []
    assert all(batch.schema == batches[0].schema for batch in batches)
    return {n: [v for b in batches for v in b.column(n).to_pylist()] for n in names}


def every_block(content, *arguments, **options):
    found = [read_columns(content, *arguments, block=block, **options) for block in BLOCKS]
    assert all(repr(other) == repr(found[0]) for other in found)  # repr: NaN is not itself
    return found[0]


def refused(content, *arguments, **options):
    """The message, which is the same for every block."""
    found = []
    for block in BLOCKS:
        with pytest.raises(TableError) as caught:
            read_columns(content, *arguments, block=block, **options)
        found.append(str(caught.value))
    assert len(set(found)) == 1, found
    return found[0]


class Listed(Rejects):
    """Remembers all of them."""

    def __init__(self):
        super().__init__()
        self.all = []

    def add(self, rejection):
        super().add(rejection)
        self.all.append((rejection.row, rejection.column, rejection.text, rejection.reason))


def outcome(content, numbers=("x", "y"), kept=(), block=None, skip=False, slowly=False, **options):
    """Columns, rejects, rows met; or the message."""
    content = content.encode() if isinstance(content, str) else content
    rejects = Listed() if skip else None
    try:
        table = Source(io.BytesIO(content), "t", block=block, **options).open()
        if slowly:
            table._parse = lambda *_: None
        table.require_inputs({name: name for name in numbers})
        batches = list(table.batches(list(numbers), list(kept), rejects))
    except TableError as error:
        return str(error)
    names = [*numbers, *kept]
    columns = {n: [v for b in batches for v in b.column(n).to_pylist()] for n in names}
    rows = sum(batch.num_rows for batch in batches)
    table.check_count(rows, len(rejects) if skip else 0)
    return columns, rejects.all if skip else [], table.rows


def every_way(content, *arguments, **options):
    """The same for every block, and from the slow parser alone."""
    found = {
        (block, slowly): repr(outcome(content, *arguments, block=block, slowly=slowly, **options))
        for block in BLOCKS
        for slowly in (False, True)
    }
    assert len(set(found.values())) == 1, found
    return outcome(content, *arguments, **options)


class Slow(io.RawIOBase):
    """A pipe that gives a few bytes at a time."""

    def __init__(self, content, piece):
        self.content, self.piece = content, piece

    def readable(self):
        return True

    def read(self, size=-1):
        piece, self.content = self.content[: self.piece], self.content[self.piece :]
        return piece


def parquet(**columns):
    stream = io.BytesIO()
    pq.write_table(pa.table(columns), stream)
    return stream.getvalue()


def zstd(content):
    return pa.Codec("zstd").compress(content, asbytes=True)
