"""Parquet tables; a null, or a number too large for doubles to hold exactly, is no number."""

from __future__ import annotations

import io
from typing import IO, TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from pyarrow import parquet

from deepgraph.errors import TableError
from deepgraph.tables.base import Part, Table
from deepgraph.tables.first_bytes import GZIP, ZSTD
from deepgraph.tables.number_columns import doubles, holds_numbers, misfits, not_numbers
from deepgraph.words.option_names import option

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deepgraph.tables.rejects import Rejection

ROWS = 1 << 15
"""Rows that are decoded at once."""

READ_AHEAD = 1 << 20
"""Bytes of each column that are read at once."""

HELD = 1 << 25
"""Bytes of an object that are held at once."""

MAGIC = b"PAR1"

BROKEN = (pa.ArrowException, OSError, UnicodeDecodeError)
"""Errors of pyarrow about files that are damaged or not Parquet; the last is about column names."""


class Parquet(Table):
    """A Parquet file.

    Args:
        stream: binary; one that cannot seek is read whole.
        name: of the table in messages.
        block: rows to decode at once.

    Raises:
        TableError: the stream is no Parquet file.
    """

    def __init__(self, stream: IO[bytes], name: str, block: int | None = None) -> None:
        if not stream.seekable():
            stream = io.BytesIO(stream.read())
        head = stream.read(len(MAGIC))
        stream.seek(0)
        if head.startswith((GZIP, ZSTD)):
            raise TableError(
                f"{name}: a compressed file; decompress it first (Parquet compresses by itself)"
            )
        if head != MAGIC:
            raise TableError(
                f"{name}: not a Parquet file: it does not begin with PAR1; a table of text is read "
                f"with {option('input_format', 'csv')}"
            )
        stream.seek(-len(MAGIC), io.SEEK_END)
        if stream.read() != MAGIC:
            raise TableError(f"{name}: the Parquet file is cut off: it does not end with PAR1")
        self._stream = stream
        try:
            self._file = self._opened()
        except BROKEN as error:
            raise TableError(f"{name}: not a Parquet file: {error}") from None
        self._batch_rows = block or ROWS
        self._numbers: list[str] = []
        super().__init__(name, self._file.schema_arrow.names)

    def _opened(self, **more: Any) -> parquet.ParquetFile:
        # By default pyarrow reads ahead without a bound, which holds a large file whole.
        options = {"pre_buffer": False, "buffer_size": READ_AHEAD} | more
        return parquet.ParquetFile(self._stream, page_checksum_verification=True, **options)

    def _of_store(self) -> parquet.ParquetFile:
        """The file for reading it, with few and parallel requests where each takes a while."""
        if not isinstance(self._stream, pa.NativeFile):
            return self._file
        told = self._file.metadata
        chosen = {self._file.schema_arrow.names.index(name) for name in self.schema.names}
        flat = told.num_columns == len(self._file.schema_arrow.names)
        columns = chosen if flat else range(told.num_columns)
        size = sum(
            told.row_group(group).column(column).total_compressed_size
            for group in range(told.num_row_groups)
            for column in columns
        )
        if size <= HELD:
            return self._opened(pre_buffer=True, buffer_size=0, metadata=told)
        return self._opened(buffer_size=min(HELD // max(len(chosen), 1), HELD // 8), metadata=told)

    def _choose(self, numbers: list[str], kept: list[str]) -> None:
        given = self._file.schema_arrow
        for name in numbers:
            kind = given.field(self.column(name)).type
            if not holds_numbers(kind):
                raise TableError(f"{self.name}: {not_numbers(name, kind)}")
        self._numbers = numbers
        self.schema = pa.schema(
            [pa.field(name, pa.float64()) for name in numbers]
            + [given.field(self.column(name)) for name in kept]
        )

    def pieces(self) -> Iterator[pa.RecordBatch]:
        """Batches of rows as they are in the file."""
        rows = 0
        names = self.schema.names
        try:
            batches = self._of_store().iter_batches(batch_size=self._batch_rows, columns=names)
            for batch in batches:
                rows += batch.num_rows
                yield batch
        except BROKEN as error:
            raise TableError(
                f"{self.name}: damaged Parquet file, after row {rows:,}: {error}"
            ) from None
        expected = self._file.metadata.num_rows
        if rows != expected:
            raise TableError(f"{self.name}: damaged Parquet file: {rows:,} rows of {expected:,}")

    def parse(self, piece: pa.RecordBatch, *, skip: bool = False) -> Part:
        """The rows whose numbers are present and fit doubles."""
        keep = np.ones(piece.num_rows, np.bool)
        first: dict[int, Rejection] = {}
        for name in self._numbers:
            for fault in misfits(piece.column(name), name):
                keep[fault.row - 1] = False
                first.setdefault(fault.row, fault)
        rejections = [first[row] for row in sorted(first)]
        sound = piece.filter(pa.array(keep)) if rejections else piece
        columns = [doubles(sound.column(name)) for name in self._numbers]
        columns += [sound.column(name) for name in self.schema.names[len(self._numbers) :]]
        return Part(
            piece.num_rows,
            pa.RecordBatch.from_arrays(columns, schema=self.schema),
            rejections if skip else rejections[:1],
        )
