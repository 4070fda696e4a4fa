"""Files that are given as a spec and are none are called what they are."""

from __future__ import annotations

import gzip
import io
import pickle
import zipfile

import numpy as np
import onnx
import pytest
from safetensors.numpy import save

from deepgraph.spec.json_text import check
from tests.support.models import REAL
from tests.support.strategies import SPECS


def archive():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as packed:
        packed.writestr("a", "b")
    return stream.getvalue()


def array():
    stream = io.BytesIO()
    np.save(stream, np.ones(3))
    return stream.getvalue()


IMPORT = "`deepgraph import` makes a spec of a network of another tool"
FILES = {
    "an ONNX file": (REAL / "marabou_fc_2-2-3.onnx").read_bytes(),
    "an HDF5 file": (REAL / "marabou_fc_2-2sigmoids-3.h5").read_bytes(),
    "a zip archive": archive(),
    "a pickle": pickle.dumps([1]),
    "a .safetensors file": save({"w": np.ones((3, 2))}),
    "a NumPy array": array(),
    "a compressed file": gzip.compress(b"{}"),
    "a picture": b"\x89PNG\r\n\x1a\n",
}
NETWORKS = list(FILES)[:5]


@pytest.mark.parametrize("name", FILES)
def test_a_file_of_another_kind_is_named(name):
    (problem,) = check(FILES[name]).problems
    assert problem.message.startswith(f"this is {name}")
    assert "no spec, which is a JSON file" in problem.message
    assert (IMPORT in problem.message) == (name in NETWORKS)


@pytest.mark.parametrize("path", sorted(REAL.glob("*.onnx")), ids=lambda path: path.stem)
def test_onnx_is_known_whoever_wrote_it(path):
    assert IMPORT in check(path.read_bytes()).problems[0].message
    rewritten = onnx.load(path).SerializeToString()
    assert IMPORT in check(rewritten).problems[0].message


def test_what_is_no_text_at_all_is_told_from_another_encoding():
    assert "this is no text" in check(bytes([0x90, 0, 1, 7, 0xE9])).problems[0].message
    assert "the byte 0xe9 is no UTF-8" in check(b'{"name": "caf\xe9"}').problems[0].message


def test_specs_are_no_other_file():
    for path in SPECS.glob("*.json"):
        assert not check(path.read_bytes()).problems
