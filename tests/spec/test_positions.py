"""The places in a JSON text: path, offset, line and column."""

from __future__ import annotations

import pytest

from deepgraph.errors import Problem
from deepgraph.spec import positions
from deepgraph.spec.positions import Places, located

TEXT = '\n{"a": [1, {"b.c": 2, "b": {"c": 3, "d[0]": [4]}}],\n "ü": "é", "z": 5, "\\u0071": {}}'


@pytest.mark.parametrize(
    ("path", "there"),
    [
        ("$", '{"a"'),
        ("$.a", "[1,"),
        ("$.a[0]", "1,"),
        ("$.a[1].b.c", "2,"),  # both keys fit: the longer one
        ("$.a[1].b.d[0]", "[4]"),
        ("$.a[1].b.d[0][0]", "4]"),
        ("$.ü", '"é"'),
        ("$.z", "5,"),
        ("$.q", "{}"),
        ("$.a[7]", "[1,"),
        ("$.a[1].nothing", '{"b.c"'),
        ("$.nothing[0].there", '{"a"'),
    ],
)
def test_a_path_leads_to_its_value(path, there):
    places = Places(TEXT.encode())
    assert places.content[places.of(path) :].decode().startswith(there)


def test_the_place_of_a_key():
    places = Places(TEXT.encode())
    for path, key in (("$.a[1].b.d[0]", '"d[0]": '), ("$.z", '"z": '), ("$.q", '"\\u0071": ')):
        assert places.content[places.of(path, key=True) :].decode().startswith(key)
    assert places.line_and_column(places.of("$.z")) == (3, 17)


def test_every_value_is_found_around_its_offset():
    places = Places(TEXT.encode())
    for path in ("$.a", "$.a[0]", "$.a[1].b", "$.a[1].b.d[0][0]", "$.ü", "$.z"):
        assert places.around(places.of(path)) == (path, places.of(path))


def test_problems_come_in_the_order_of_the_file():
    found = located([Problem("$.z", "two"), Problem("$.a[0]", "one")], TEXT.encode())
    assert [str(problem) for problem in found] == ["2:8: $.a[0]: one", "3:17: $.z: two"]


@pytest.mark.parametrize("key", ["}", '\\"{[', "\\\\", '[\\\\\\"'])
def test_depth_is_not_that_of_brackets_in_texts(key):
    text = f'[{{"{key}": "{key}"}}, "{key}", [[]]]'.encode()
    depth = positions._Depth(text)
    found = [depth.at(offset) for offset in range(len(text) + 1)]
    ends = [text.index(b"}, ") + 1, text.rindex(b"[[]") + 1, len(text) - 1, len(text)]
    assert [found[end] for end in (0, 1, 2, *ends)] == [0, 1, 2, 1, 2, 1, 0]
    assert positions._Depth(b"[" * 200_000).at(200_000) == 200_000
