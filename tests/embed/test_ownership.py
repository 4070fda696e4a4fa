"""Pictures with a mark are pictures still and are known again; no other file is taken for one."""

from __future__ import annotations

import struct
import zlib

import pytest

from deepgraph import draw, load
from deepgraph.embed.ownership import drawn, marked
from tests.support.strategies import SPECS


@pytest.mark.parametrize("form", ["svg", "png", "pdf"])
def test_a_picture_is_known_again(tmp_path, form):
    content = draw.render(load(SPECS / "xor.json"), format=form)
    content = content.encode() if isinstance(content, str) else content
    path = tmp_path / f"a.{form}"
    path.write_bytes(content)
    assert drawn(path) == (form == "svg")  # one that a person rendered is not the page's to replace
    path.write_bytes(marked(content))
    assert drawn(path)


def test_a_marked_png_is_sound():
    content = marked(draw.render(load(SPECS / "xor.json"), format="png"))
    place, kinds = 8, []
    while place < len(content):
        (length,) = struct.unpack(">I", content[place : place + 4])
        body = content[place + 4 : place + 8 + length]
        (check,) = struct.unpack(">I", content[place + 8 + length : place + 12 + length])
        assert zlib.crc32(body) == check
        kinds.append(body[:4])
        place += 12 + length
    assert kinds[:2] == [b"IHDR", b"tEXt"]
    assert kinds[-1] == b"IEND"


@pytest.mark.parametrize("content", [b"", b"<svg ></svg>", b"\x89PNG\r\n\x1a\n", b"%PDF", b"logo"])
def test_other_files_are_not(tmp_path, content):
    (tmp_path / "a").write_bytes(content)
    assert not drawn(tmp_path / "a")
    assert not drawn(tmp_path / "none")
