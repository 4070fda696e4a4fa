"""Small files that would take long or much memory, and what may be told of others."""

from __future__ import annotations

import pickle
import struct
import time

import numpy as np
import pytest
from onnx import helper

import deepgraph
from deepgraph.errors import FormatError
from deepgraph.formats.readers import runtimes, table
from deepgraph.formats.readers.numbers_in_text import number
from deepgraph.formats.readers.record import Options, Source
from tests.formats.readers.test_onnx import array, model, node

SECONDS = 3.0
"""What a hostile file may take; they took from 2 s to minutes."""


def refused(path, words, **options):
    start = time.process_time()
    with pytest.raises(FormatError, match=words):
        table.read(str(path), Options(**options))
    assert time.process_time() - start < SECONDS


def test_a_long_number_is_none():
    start = time.process_time()
    for text in ("1" * 50_000 + "x", "1" * 399 + "x", "." + "1" * 50_000):
        with pytest.raises(FormatError, match="expected a number"):
            number(text, "a weight")
    assert time.process_time() - start < 0.5
    assert number("1" + 300 * "0" + ".5e-300", "a weight") == 1.0


@pytest.mark.parametrize(
    "text", ["- {" + "a" * 50_000 + "}", "- {" + "a" * 1900 + "}", "- {" + "a:[" * 600 + "}"]
)
def test_long_words_of_a_genome(text, tmp_path):
    path = tmp_path / "g.yml"
    path.write_text(text)
    refused(path, "characters|no nodes")


@pytest.mark.parametrize(
    "line",
    ["a1" + " " * 50_000 + "=", "a1 = " + " " * 900 + "x", "function " + "a" * 900, "." * 200_000],
)
def test_long_lines_of_matlab(line, tmp_path):
    path = tmp_path / "m.m"
    path.write_text(f"function [y1] = myNeuralNetworkFunction(x1)\n{line}\n")
    refused(
        path,
        "characters|genFunction|it takes x",
    )


def test_keys_with_one_hash(tmp_path):
    path = tmp_path / "m.pkl"
    path.write_bytes(pickle.dumps({(2**61 - 1) * n: 0 for n in range(1, 3000)}))
    refused(path, "60 bits|no network|no estimator")


def test_a_long_memo_is_not_walked_for_each_object(tmp_path):
    """Two thousand arrays whose states are set, among a hundred thousand values."""
    found = [np.arange(3) for _ in range(2000)] + [str(n) for n in range(100_000)]
    path = tmp_path / "m.pkl"
    path.write_bytes(pickle.dumps(found, 2))
    refused(path, "model|estimator|network")


def test_constants_without_end_are_refused(tmp_path):
    """Sixty times a hundred megabytes, out of a file of a kilobyte."""
    nodes = [node("ConstantOfShape", ["s"], "c0")]
    nodes += [node("Add", [f"c{n}", "one"], f"c{n + 1}") for n in range(60)]
    nodes += [node("ReduceProd", ["c60"], "p"), node("Mul", ["x", "p"])]
    constants = {"s": np.array([1 << 23]), "one": np.ones(1, "f4")}
    start = time.process_time()
    with pytest.raises(
        FormatError, match="constants that this file computes have too many entries"
    ):
        deepgraph.from_onnx(model(nodes, [1, 2], constants))
    assert time.process_time() - start < SECONDS


def view(name, count, side):
    """A tensor of a state dict: `side` times `side` places of one storage of `count` numbers."""

    def whole(n):
        return b"J" + struct.pack("<i", n)

    def text(word):
        return b"X" + struct.pack("<I", len(word)) + word

    storage = (
        b"("
        + text(b"storage")
        + b"ctorch\nFloatStorage\n"
        + text(b"0")
        + text(b"cpu")
        + whole(count)
        + b"tQ"
    )
    shape, steps = whole(side) + whole(side) + b"\x86", whole(side) + b"K\x01\x86"
    return (
        text(name)
        + b"ctorch._utils\n_rebuild_tensor_v2\n("
        + storage
        + b"K\x00"
        + shape
        + steps
        + b"\x89}tR"
    )


def test_many_views_of_one_storage_are_refused(tmp_path):
    import zipfile

    count, side = 1 << 20, 1 << 10
    tree = b"\x80\x02}(" + b"".join(view(b"w%d" % n, count, side) for n in range(60)) + b"u."
    path = tmp_path / "v.pth"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as stream:
        stream.writestr("a/data.pkl", tree)
        stream.writestr("a/data/0", bytes(4 * count))
    refused(path, "62,914,560 numbers, and only 1,048,576 are stored", activations=["relu"])


def test_many_outputs_and_many_lines(tmp_path):
    path = tmp_path / "s.net"
    path.write_text("1 20000\n\nacyclic\n\n0 1 0.5\n\n0 ReLU\n")
    start = time.process_time()
    table.read(str(path), Options())
    assert time.process_time() - start < 10 * SECONDS


def test_a_configuration_with_a_number_beyond_measure(tmp_path):
    from tests.support.models import REAL

    config = tmp_path / "config"
    config.write_text("[DefaultGenome]\nnum_inputs = 99999999999\nnum_outputs = 1\n")
    refused(
        REAL / "neatpython_bipedal_winner.pickle",
        "a whole number up to 1,000,000",
        config=str(config),
    )
    refused(REAL / "neatpython_bipedal_winner.pickle", "up to 1,000,000", inputs=10**12, outputs=4)


@pytest.mark.parametrize("kind", ["rows", "integers"])
def test_a_runtime_that_does_not_take_the_rows(kind, tmp_path):
    nodes = [node("MatMul", ["x", "w"])]
    made = model(nodes, [2, 3], {"w": array(3, 4)})
    if kind == "integers":
        made = model(
            [node("Cast", ["x"], "f", to=1), node("MatMul", ["f", "w"])],
            [1, 3],
            {"w": array(3, 4)},
            kind=7,
        )
        del made.graph.output[:]
        made.graph.output.append(helper.make_tensor_value_info("y", 1, None))
    path = tmp_path / "m.onnx"
    path.write_bytes(made.SerializeToString())
    found = table.read(str(path), Options())
    original = runtimes.runtime("onnx", Source.of(path), Options(), found)
    with pytest.raises(FormatError, match="the original's runtime does not compute these rows"):
        original.run(np.zeros((2, 3)))


def test_the_order_of_layers_that_may_stand_side_by_side_is_told():
    from deepgraph.formats.readers import state_dict
    from deepgraph.formats.readers.record import Report

    arrays = {f"{name}.weight": np.eye(3) for name in ("body", "left", "right")}
    report = Report("PyTorch")
    layers = state_dict.layers_of(arrays, report, in_order=True)
    state_dict.assembled(layers, Options(activations=["relu"] * 3), report)
    told = (
        "the order of the layers, as the file has it: body, left, right; their sizes allow others, "
        "and heads side by side too"
    )
    assert report.notes == [told]
    report = Report("PyTorch")
    numbered = {f"net.{n}.weight": np.eye(3) for n in (0, 2)}
    layers = state_dict.layers_of(numbered, report, in_order=True)
    state_dict.assembled(layers, Options(activations=["relu"] * 2), report)
    assert not report.notes


def test_names_that_would_become_one_are_refused(tmp_path):
    path = tmp_path / "g.csv"
    long = "n" * 100
    path.write_text(f"source,target,weight\n{long}1,y,1\n{long}2,y,2\n")
    refused(path, "line 2: the source has more than 100 characters")


def test_arrays_of_texts_and_types_that_are_none(tmp_path):
    path = tmp_path / "m.pkl"
    sound = pickle.dumps({"classes": np.array(["ab"])}, 2)
    for old, new in ((b"U2", b"0$"), (b"a\x00\x00\x00b", b"\x00\x00\x00\x7fb")):
        assert old in sound
        path.write_bytes(sound.replace(old, new))
        refused(path, "not a type of numpy|texts that are not characters")
