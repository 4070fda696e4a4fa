from __future__ import annotations

import copy
from decimal import ROUND_CEILING, Decimal
from itertools import combinations
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from msgspec import Raw
from msgspec.structs import replace

import deepgraph
from deepgraph import draw
from deepgraph.check.figures import RELATIVE, recompute
from deepgraph.edit.formatting import formatted
from deepgraph.errors import InputError
from deepgraph.spec import gallery, literals
from tests.support import irregular_measure
from tests.support.explained import cases, explained, judged
from tests.support.picture import Picture, overlap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deepgraph.network import Network
    from deepgraph.spec.records import Example

NAMES = gallery.names()
FIRST = gallery.names(more=False)
MORE = sorted({*NAMES} - {*FIRST})
VALUES = ("expect", "pre_activations", "gradients", "node_gradients", "updated")


def test_names() -> None:
    assert {"deep_state", "digits", "iris", "mazur", "xor"} <= set(FIRST)
    assert {"and_gate", "lstm_cell", "neat_xor", "two_moons"} <= set(MORE)
    assert len(NAMES) == len(FIRST) + len(MORE) == len(list(gallery.folder().rglob("*.json")))
    assert gallery.path("xor").name == "xor.json"
    assert gallery.title("xor") == "XOR with two ReLU nodes"
    assert gallery.table("iris") == gallery.folder() / "iris.csv"


@pytest.mark.parametrize("name", ["xro", "../specs/xor", "", "xor.json"])
def test_unknown_names(name: str) -> None:
    with pytest.raises(
        InputError, match=r"in the gallery; .*[Ii]t holds and_gate, anscombe, .*xor_trained$"
    ):
        gallery.path(name)


@pytest.mark.parametrize("name", NAMES)
def test_every_network_checks(name: str) -> None:
    network = deepgraph.load(gallery.path(name))
    assert network.spec.name == name
    assert network.spec.source
    assert gallery.table(name) is not None
    report = recompute(network, gallery.path(name).parent)
    assert [result for result in report.results if result.verdict == "FAIL"] == []
    assert report.count("ok") > 0


@pytest.mark.parametrize("name", MORE)
def test_more_networks_are_written_drawn_and_worked_out(name: str) -> None:
    """One quick look at each; most tests of the gallery elsewhere run on the first ones alone."""
    text = gallery.path(name).read_bytes()
    assert formatted(text) == text.decode()
    network = deepgraph.load(gallery.path(name))
    inputs, targets, loss = next(cases(network))
    row = {key: values[0] if isinstance(values, list) else values for key, values in inputs.items()}
    trace = network.trace(row)
    assert irregular_measure.ours(network, trace).through == 0
    words = Picture(draw.render(network, trace)).words
    assert not [pair for pair in combinations(words, 2) if overlap(*(word.room for word in pair))]
    if name != "digits_28":  # 12,544 terms; digits stands for it in tests/explain
        assert judged(explained(network, inputs, targets, loss), None)["exact"] > 0


@pytest.mark.parametrize("name", FIRST)
def test_every_figure_matters(name: str) -> None:
    """Each figure in turn is changed by a little more than it is allowed."""
    network = deepgraph.load(gallery.path(name))
    changes = 0
    for example in network.spec.examples:
        for changed in _changed(example):
            report = recompute(_with(network, changed), gallery.folder())
            assert report.count("FAIL") == 1, changed
            changes += 1
    assert changes == 2 * recompute(network, gallery.folder()).count("ok")


def _with(network: Network, example: Example) -> Network:
    other = copy.copy(network)
    other.spec = replace(network.spec, examples=[example])
    return other


def _changed(example: Example) -> Iterator[Example]:
    """The example with one figure larger, or smaller, figure by figure."""
    tolerance = bytes(example.tolerance)
    for text in _neighbours(bytes(example.accuracy), tolerance):
        yield replace(example, accuracy=Raw(text))
    if example.loss is not None:
        for text in _neighbours(bytes(example.loss.expect), tolerance):
            yield replace(example, loss=replace(example.loss, expect=Raw(text)))
    for key in VALUES:
        figures: dict[str, Raw] = getattr(example, key)
        for node, raw in figures.items():
            listed = bytes(raw).startswith(b"[")
            entries: list[Any] = (
                msgspec.json.decode(bytes(raw), type=list[Raw]) if listed else [raw]
            )
            for row, entry in enumerate(entries):
                for text in _neighbours(bytes(entry), tolerance):
                    texts = [bytes(other) for other in entries]
                    texts[row] = text
                    whole = b"[" + b",".join(texts) + b"]" if listed else texts[0]
                    yield replace(example, **{key: {**figures, node: Raw(whole)}})


def _neighbours(text: bytes, tolerance: bytes) -> Iterator[bytes]:
    if not text:
        return
    figure = Decimal(text.decode())
    if tolerance:
        step = 3 * Decimal(tolerance.decode())
    else:
        # A computed value may lie at the edge of what is allowed, so more than twice that is due;
        # in units of the last decimal, since a decimal more would allow less.
        unit = Decimal(1).scaleb(int(figure.as_tuple().exponent))
        allowed = literals.half_unit(text) + RELATIVE * abs(float(figure))
        step = (Decimal(2 * allowed) / unit + 1).to_integral_value(ROUND_CEILING) * unit
    for sign in (1, -1):
        yield f"{figure + sign * step:f}".encode()
