"""Looks at the first bytes of a table: decompresses a text, and recognises files that are no text.

The marks are those of the formats' specifications. If a header could begin with a mark, a byte that
no text has is added to it.
"""

from __future__ import annotations

import gzip
import io
import re
import zlib
from codecs import BOM_UTF8
from typing import IO, Any, cast

from deepgraph.errors import TableError
from deepgraph.words.option_names import option

GZIP, ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
"""The first bytes of such files; no text in UTF-8 begins like this."""
SKIPPABLE = re.compile(rb"[\x50-\x5f]\x2a\x4d\x18")
"""The first bytes of Zstandard files that begin with a frame of other data, as of `pzstd`."""


class Joined(io.RawIOBase):
    """A stream of some bytes that were read already and the rest of their stream."""

    def __init__(self, head: bytes, stream: IO[bytes]) -> None:
        self._head, self._stream = head, stream

    def readable(self) -> bool:
        """True."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Read some bytes; none only at the end."""
        if self._head:
            head = self._head if size < 0 else self._head[:size]
            self._head = self._head[len(head) :]
            return head + self._stream.read() if size < 0 else head
        return self._stream.read(size)

    def readinto(self, buffer: Any) -> int:
        """Read some bytes into a buffer."""
        found = self.read(len(buffer))
        buffer[: len(found)] = found
        return len(found)


class Unpacked:
    """The content of a compressed stream; damage in it is a `TableError`."""

    def __init__(self, stream: Any, name: str, kind: str) -> None:
        self._stream, self._name, self._kind = stream, name, kind

    def read(self, size: int = -1) -> bytes:
        """Read some bytes; none only at the end.

        Raises:
            TableError: the stream is cut off or damaged.
        """
        try:
            return bytes(self._stream.read(size))
        except (EOFError, OSError, zlib.error) as error:
            if isinstance(error, EOFError) or "Truncated" in str(error):
                raise TableError(f"{self._name}: the {self._kind} file is cut off") from None
            raise TableError(f"{self._name}: damaged {self._kind} file: {error}") from None


def unpacked(stream: IO[bytes], name: str) -> IO[bytes]:
    """The text of a table, decompressed if necessary, without a byte order mark.

    Args:
        stream: with gzip, Zstandard or plain content.
        name: of the table in messages.

    Raises:
        TableError: later, while reading, if the stream is cut off or damaged.
    """
    head, whole = peeked(stream, len(ZSTD))
    if head.startswith(GZIP):
        packed = gzip.GzipFile(fileobj=io.BufferedReader(cast("Any", whole)))
        whole = cast("IO[bytes]", Unpacked(packed, name, "gzip"))
    elif head.startswith(ZSTD) or SKIPPABLE.match(head):
        import pyarrow as pa  # Python's own comes with 3.14

        packed = pa.CompressedInputStream(pa.PythonFile(whole, mode="r"), "zstd")
        whole = cast("IO[bytes]", Unpacked(packed, name, "Zstandard"))
    head = _head(whole, len(BOM_UTF8))
    return cast("IO[bytes]", Joined(head.removeprefix(BOM_UTF8), whole))


def peeked(stream: IO[bytes], size: int) -> tuple[bytes, IO[bytes]]:
    """The first bytes of a stream, and a stream that still begins with them."""
    head = _head(stream, size)
    return head, cast("IO[bytes]", Joined(head, stream))


def _head(stream: IO[bytes], size: int) -> bytes:
    """The first bytes, but none behind a line feed: a pipe may wait after its first line.

    No first bytes of a file that is not text hold a line feed.
    """
    head = b""
    while len(head) < size and b"\n" not in head and (part := stream.read(size - len(head))):
        head += part
    return head


# --- files that are no text tables --------------------------------------------------------------

LENGTH = 16
"""The number of first bytes that are compared."""

_EXCEL = "; save the sheet as CSV (UTF-8)"
_ARROW = "; write it as Parquet (pyarrow.parquet.write_table), which is read"
_PARQUET = "a Parquet file"
_PACKED = "; decompress it first, or use gzip or Zstandard, which are read"

BINARY = tuple(
    (re.compile(mark), what)
    for mark, what in (
        (rb"PAR1\x15", _PARQUET),
        (rb"PK\x03\x04", f"an Excel workbook (.xlsx) or another zip archive{_EXCEL}, or unpack it"),
        (rb"\xd0\xcf\x11\xe0", f"an old Excel workbook (.xls){_EXCEL}"),
        (rb"ARROW1\0\0|FEA1\0", f"an Arrow or Feather file{_ARROW}"),
        (rb"\xff\xff\xff\xff", f"an Arrow stream{_ARROW}"),
        (rb"\x93NUMPY", "a NumPy array; write it as text: numpy.savetxt with a header"),
        (rb"\x89HDF", "an HDF5 file; export the table as CSV or Parquet"),
        (rb"SQLite format 3\0", "an SQLite database; export the table as CSV"),
        (rb"%PDF-", "a PDF; export the table as CSV"),
        (rb"BZh[1-9]1AY&SY", f"a file compressed by bzip2{_PACKED}"),
        (rb"\xfd7zXZ\0", f"a file compressed by xz{_PACKED}"),
    )
)
"""Pattern of the first bytes, and the words for a file that has them."""

IS_JSON = "this is JSON, not a CSV; write the names in one line and the numbers below them"

_JSON = re.compile(rb'\s*(?:\{\s*"|\{\s*$|\[\s*[\[{]|\[\s*$)')


def binary(head: bytes) -> str:
    r"""The words for a file that is no text table, and what to do with it; else empty.

    >>> binary(b"PAR1\x15\x04"), binary(b"PAR1,x")
    ('a Parquet file; say form="parquet"', '')
    """
    what = next((what for mark, what in BINARY if mark.match(head)), "")
    return f"{what}; say {option('input_format', 'parquet')}" if what == _PARQUET else what


def is_json(line: bytes) -> bool:
    """Check whether a first line that makes no sense as a header begins a JSON file.

    >>> is_json(b'[{"x": 1}]'), is_json(b"x,y")
    (True, False)
    """
    return _JSON.match(line) is not None
