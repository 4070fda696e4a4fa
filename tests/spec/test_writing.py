"""A spec that was read is written back unchanged."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepgraph import spec
from deepgraph.errors import SpecError
from deepgraph.files import FileError
from deepgraph.spec.writing import checked, number
from tests.support.strategies import GALLERY, specs
from tests.support.whole_spec import WHOLE


def test_a_whole_file_is_written_as_it_was_read():
    """Every key of the format stands in it, and every number keeps its text."""
    assert spec.write(spec.read(WHOLE.encode())) == WHOLE


@pytest.mark.parametrize("path", GALLERY, ids=lambda path: path.stem)
def test_the_gallery_survives_reading_and_writing(path):
    records = spec.load(path)
    text = spec.write(records)
    assert spec.read(text.encode()) == records
    assert json.loads(text) == json.loads(path.read_text())
    assert spec.write(spec.read(text.encode())) == text


@given(specs())
def test_random_specs_survive_writing(given_spec):
    records = spec.read(json.dumps(given_spec).encode())
    text = spec.write(records)
    assert spec.write(spec.read(text.encode())) == text
    defaults = {"kind": "hidden", "activation": "identity", "aggregation": "sum"}

    def plain(content):
        nodes = [
            {key: value for key, value in node.items() if defaults.get(key) != value}
            for node in content.get("nodes", [])
        ]
        layers = [
            {key: value for key, value in layer.items() if defaults.get(key) != value}
            for layer in content.get("layers", [])
        ]
        kept = {key: value for key, value in content.items() if value != {}}
        return kept | {"nodes": nodes, "layers": layers}

    assert plain(json.loads(text)) == plain(given_spec)


@given(st.text(min_size=1).filter(str.isprintable))
def test_any_text_survives(text):
    node = spec.Node(text, label=text, note=text)
    records = spec.Spec(deepgraph=1, nodes=[node], groups={text: [text]}, title=text)
    assert spec.read(spec.write(records).encode()) == records


def test_save_and_load(tmp_path):
    records = spec.read(WHOLE.encode())
    spec.save(records, tmp_path / "a.json")
    assert (tmp_path / "a.json").read_text() == WHOLE
    assert spec.load(tmp_path / "a.json") == records
    with pytest.raises(FileError, match="no such file"):
        spec.load(tmp_path / "b.json")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": 3}, "expected a text"),
        ({"nodes": [spec.Node("a", trainable="yes")]}, "expected true or false"),
        ({"nodes": 5}, "expected a list"),
        ({"nodes": [object()]}, "something here is no text, number or list of a spec"),
    ],
)
def test_records_made_in_python_are_checked(wrong, said):
    with pytest.raises(SpecError, match=said):
        checked(spec.Spec(deepgraph=1, **wrong), "made")


def test_sound_records_made_in_python_stay_the_same():
    records = spec.Spec(deepgraph=1, nodes=[spec.Node("a", value=number(0.5))])
    assert checked(records, "made") == records


def test_numbers_given_in_python():
    assert bytes(number(None)) == b"null"
    assert bytes(number(Fraction(1, 3))) == b'"1/3"'
    with pytest.raises(ValueError, match="finite"):
        number(float("inf"))
