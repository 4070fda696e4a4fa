"""Reading a spec: encodings, versions, every mistake of form, any bytes."""

# ruff: noqa: E501 (a mistake and its message have a line)

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepgraph import spec
from deepgraph.errors import SpecError
from tests.support.whole_spec import WHOLE


def test_a_byte_order_mark_is_accepted():
    assert spec.read(b"\xef\xbb\xbf" + WHOLE.encode()) == spec.read(WHOLE.encode())


def test_a_bias_that_is_null_differs_from_one_left_out():
    layers = spec.read(b'{"deepgraph": 1, "layers": [{"id": "x", "size": 1}]}').layers
    assert layers[0].bias is not None
    text = b'{"deepgraph": 1, "layers": [{"id": "x", "size": 1, "bias": null}]}'
    assert spec.read(text).layers[0].bias is None
    assert '"bias": null' in spec.write(spec.read(text))


MISTAKES = {
    "": "1:1: $: the file is empty; `deepgraph new 1-2-1` writes one",
    "  \n": "1:1: $: the file is empty; `deepgraph new 1-2-1` writes one",
    '{"deepgraph": 1,\n  "nodes": [}': "2:13: $: not valid JSON: expected a value, got }",
    '{"deepgraph": 1,\n "name": "ü", "nodes": nope}': "2:24: $: not valid JSON: expected a value, got nope",
    '{"deepgraph": 1, "edges": [{"source": "a", "target": "b", "weight": NaN}]}': "1:69: $.edges[0].weight: NaN is no number of JSON; the numbers of a spec are finite",
    "{}": '1:1: $.deepgraph: missing; write "deepgraph": 1',
    '{"deepgraph": 2}': "1:15: $.deepgraph: this file has format 2, newer than this deepgraph reads (1); pip install --upgrade deepgraph-nn",
    '{"deepgraph": 2, "unheard": []}': "1:15: $.deepgraph: this file has format 2, newer than this deepgraph reads (1); pip install --upgrade deepgraph-nn",
    '{"deepgraph": 0}': "1:15: $.deepgraph: there is no format 0; write 1",
    "[]": "1:1: $: expected an object { … }, got a list",
    '{"deepgraph": "1"}': '1:15: $.deepgraph: expected a whole number, got "1"; write 1',
    '{"deepgraph": 1, "node": []}': '1:18: $.node: unknown key "node"; did you mean "nodes"?',
    '{"deepgraph": 1, "foo": []}': '1:18: $.foo: unknown key "foo"; known here: $schema, deepgraph, name, title, description, source, note, layers, nodes, edges, parameters, groups, stages, unused, examples, style',
    '{"deepgraph": 1, "nodes": [{"id": "a", "bias": 1}]}': '1:40: $.nodes[0].bias: unknown key "bias"; a bias is a node, {"id": "b1", "kind": "bias", "value": 1}, with an edge to what it feeds',
    '{"deepgraph": 1, "nodes": [{"id": "a", "color": 1}]}': '1:40: $.nodes[0].color: unknown key "color"; known here: id, kind, activation, aggregation, normalise, rescale, classes, threshold, label, layer, value, trainable, note',
    '{"deepgraph": 1, "edges": [{"from": "a", "to": "b"}]}': '1:29: $.edges[0].from: unknown keys "from" and "to"; write "source" and "target"',
    '{"deepgraph": 1, "edges": [{"source": "a", "To": "b"}]}': '1:44: $.edges[0].To: unknown key "To"; write "target"',
    '{"deepgraph": 1, "edges": [{"source": "a", "target": "b", "end": "b"}]}': '1:59: $.edges[0].end: unknown key "end"; known here: source, target, label, weight, trainable, note',
    '{"deepgraph": 1, "edges": [{"source": "a"}]}': '1:28: $.edges[0]: "target" is missing; write "target": and the id of the node where the edge ends',
    '{"deepgraph": 1, "nodes": [{"id": "a", "activaton": "relu"}]}': '1:40: $.nodes[0].activaton: unknown key "activaton"; did you mean "activation"?',
    '{"deepgraph": 1, "edges": [{"source": "a", "target": "b", "wieght": 1}]}': '1:59: $.edges[0].wieght: unknown key "wieght"; did you mean "weight"?',
    '{"deepgraph": 1, "layers": [{"id": "x", "size": 1, "form": []}]}': '1:52: $.layers[0].form: unknown key "form"; did you mean "from"?',
    '{"deepgraph": 1, "examples": [{"loss": {"nam": "output"}}]}': '1:41: $.examples[0].loss.nam: unknown key "nam"; did you mean "name"?',
    '{"deepgraph": 1, "nodes": [{"kind": "input"}]}': '1:28: $.nodes[0]: "id" is missing; write "id": and a name for the node',
    '{"deepgraph": 1, "nodes": [{"id": 3}]}': '1:35: $.nodes[0].id: expected a text, got 3; write it in quotes, "3"',
    '{"deepgraph": 1, "nodes": {"a": {}}}': '1:27: $.nodes: expected a list, got an object; write [{"id": "h1"}, …]',
    '{"deepgraph": 1, "nodes": [{"id": "a", "activation": 3}]}': '1:54: $.nodes[0].activation: expected a text or an object, got 3; write "relu", or {"name": "elu", "alpha": 1}',
    '{"deepgraph": 1, "nodes": [{"id": "a", "activation": {"name": "elu", "alpha": null}}]}': "1:79: $.nodes[0].activation.alpha: expected a number or a text, got null",
    '{"deepgraph": 1, "layers": [{"id": "x", "size": 1.5}]}': "1:49: $.layers[0].size: expected a whole number, got 1.5",
    '{"deepgraph": 1, "groups": {"w": "w1"}}': '1:34: $.groups.w: expected a list or an object, got "w1"; write ["w1"]',
    '{"deepgraph": 1, "nodes": ["x"]}': '1:28: $.nodes[0]: expected an object, got "x"; write {"id": "x"}',
    '{"deepgraph": 1, "edges": [["x", "y"]]}': '1:28: $.edges[0]: expected an object, got a list; write {"source": "x", "target": "h1"}',
    '{"deepgraph": 1, "nodes": [{"id": "a", "trainable": "false"}]}': '1:53: $.nodes[0].trainable: expected true or false, got "false"; write it without quotes',
    '{"deepgraph": 1, "layers": [{"id": "x", "size": "4"}]}': '1:49: $.layers[0].size: expected a whole number, got "4"; write it without quotes',
    '{"deepgraph": 1, "layers": [{"id": "x", "size": 1, "from": "h"}]}': '1:60: $.layers[0].from: expected a list, got "h"; write ["h"]',
    '{"deepgraph": 1, "examples": [{"loss": "MSE"}]}': '1:40: $.examples[0].loss: expected an object, got "MSE"; write {"name": "mean_squared_error"}',
    '{"deepgraph": 1, "examples": [{"loss": "output"}]}': '1:40: $.examples[0].loss: expected an object, got "output"; write {"name": "output"}',
    '{"deepgraph": 1, "nodes": [{"id": "a", "label": 3}]}': '1:49: $.nodes[0].label: expected a text, got 3; write it in quotes, "3"',
    '{"deepgraph": 1, "parameters": [1]}': '1:32: $.parameters: expected an object or a text, got a list; write {"w1": 0.5}, or the name of a file',
}


@pytest.mark.parametrize(("text", "message"), MISTAKES.items())
def test_mistakes(text, message):
    with pytest.raises(SpecError) as caught:
        spec.read(text.encode(), "a.json")
    assert str(caught.value) == f"a.json:{message}"
    assert len(caught.value.problems) == 1


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16_is_named(encoding):
    with pytest.raises(SpecError, match="save the file as UTF-8"):
        spec.read(WHOLE.encode(encoding))


def test_latin_1_is_no_traceback():
    with pytest.raises(SpecError):
        spec.read('{"deepgraph": 1, "name": "ü"}'.encode("latin-1"))


def test_nesting_without_end_is_no_crash():
    with pytest.raises(SpecError):
        spec.read(b'{"deepgraph": 1, "style": ' + b'{"a":' * 100_000 + b"1" + b"}" * 100_001)


@given(
    st.binary(max_size=40)
    | st.sampled_from([WHOLE.encode()]).flatmap(
        lambda text: st.builds(
            lambda start, stop, junk: text[:start] + junk + text[stop:],
            st.integers(0, len(text)),
            st.integers(0, len(text)),
            st.binary(max_size=3),
        )
    )
)
def test_any_bytes_are_a_spec_or_a_problem(text):
    try:
        assert isinstance(spec.read(text), spec.Spec)
    except SpecError as error:
        assert error.problems  # noqa: PT017
