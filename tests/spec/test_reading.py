"""Reading a spec: encodings, versions, any bytes."""

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
