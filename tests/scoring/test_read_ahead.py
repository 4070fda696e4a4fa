from __future__ import annotations

import os

import pytest

from deepgraph.errors import FileError
from deepgraph.scoring.read_ahead import PART, ReadAhead


class Parts:
    """Bytes that are read in pieces, of which the third cannot be."""

    def __init__(self, content, broken=False):
        self.content, self.broken = content, broken

    def size(self):
        return len(self.content)

    def read_at(self, size, start):
        if self.broken and start:
            raise OSError("the line is dead\nand more lines")
        return self.content[start : start + size]


@pytest.mark.parametrize("size", [1, 1000, PART + 1, -1])
def test_reading_ahead_gives_the_bytes_in_order(size):
    content = os.urandom(2 * PART + 7 if size != 1 else 5000)
    stream = ReadAhead(Parts(content), "s3://b/x")
    found = []
    while part := stream.read(size):
        found.append(part)
    assert b"".join(found) == content
    assert stream.read(size) == b""
    stream.close()


def test_a_part_that_cannot_be_read_is_an_error_of_the_object():
    stream = ReadAhead(Parts(os.urandom(3 * PART), broken=True), "s3://b/x")
    with pytest.raises(FileError, match=r"^s3://b/x: cannot be read: the line is dead$"):
        stream.read(-1)
    stream.close()
