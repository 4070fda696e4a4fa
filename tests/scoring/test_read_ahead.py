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


class Short(Parts):
    """A store that answers with at most a thousand bytes, and may have lost some."""

    lost = 0

    def read_at(self, size, start):
        end = min(start + min(size, 1000), len(self.content) - self.lost)
        return self.content[start:end]


def test_a_short_answer_is_not_the_end():
    content = os.urandom(PART + 12_345)
    stream = ReadAhead(Short(content), "s3://b/x")
    assert stream.read(-1) == content
    assert stream.read(-1) == b""
    stream.close()


def test_a_read_is_full_across_parts():
    """So a table is cut where it is cut on a disk."""
    content = os.urandom(2 * PART + 7)
    stream = ReadAhead(Parts(content), "s3://b/x")
    size = 3 * PART // 4
    found = []
    while part := stream.read(size):
        found.append(part)
    assert [len(part) for part in found[:-1]] == [size] * (len(found) - 1)
    assert b"".join(found) == content
    stream.close()


def test_an_object_that_was_replaced_by_a_shorter_one_is_an_error():
    parts = Short(os.urandom(PART + 500))
    parts.lost = 400
    stream = ReadAhead(parts, "s3://me:secret@b/x")
    with pytest.raises(FileError) as caught:
        stream.read(-1)
    assert str(caught.value) == (
        "s3://b/x: 4,194,404 bytes came of 4,194,804: the object was replaced while it was read"
    )
    stream.close()
