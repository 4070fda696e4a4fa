"""The canonical layout: where lines break, and what never changes."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepgraph.spec.canonical import WIDTH, inline, lay_out, tree
from deepgraph.spec.records import Spec
from tests.support.strategies import examples

LEAVES = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
)
VALUES = st.recursive(
    LEAVES | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
)


def laid_out(**content):
    return lay_out({key: tree(json.dumps(value)) for key, value in content.items()}, Spec)


def test_texts_of_numbers_and_escapes_stay():
    text = '{"a": [1.30, 1e0, -0], "\\u0062": "\\u00e9"}'
    assert inline(tree(text)) == text.replace("\\u0062", "b")


def test_keys_stand_in_the_order_of_the_format():
    written = laid_out(nodes=[{"kind": "input", "id": "x"}], name="n", deepgraph=1)
    assert written == (
        '{\n  "deepgraph": 1,\n  "name": "n",\n  "nodes": [\n'
        '    {"id": "x", "kind": "input"}\n  ]\n}\n'
    )


def test_an_example_breaks_where_it_no_longer_fits():
    for count in range(1, 40):
        inputs = {f"x{n}": n for n in range(count)}
        lines = laid_out(examples=[{"inputs": inputs, "expect": {"y": 1}}]).splitlines()
        whole = f'    {{"inputs": {json.dumps(inputs)}, "expect": {{"y": 1}}}}'
        fits = len(whole) + 1 <= WIDTH
        assert (whole in lines) == fits, count
        assert max(map(len, lines)) <= WIDTH


def test_many_names_of_a_layer_fill_lines_of_eight():
    names = [f"n{n}" for n in range(32)]
    lines = laid_out(layers=[{"id": "h", "size": 32, "names": names}]).splitlines()
    eights = [line for line in lines if line.startswith('      "n')]
    assert [line.count(",") for line in eights] == [8, 8, 8, 7]


def test_an_empty_list_stays_on_its_line():
    assert laid_out(deepgraph=1, nodes=[]) == '{\n  "deepgraph": 1,\n  "nodes": []\n}\n'
    assert lay_out({}, Spec) == "{}\n"


def spelled(value):
    """A value on one line, by Python's own writer; keys without escapes, texts with them."""
    if isinstance(value, dict):
        members = (f"{json.dumps(k, ensure_ascii=False)}: {spelled(v)}" for k, v in value.items())
        return f"{{{', '.join(members)}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(spelled, value))}]"
    return json.dumps(value)


@pytest.mark.slow
@examples(300)
@given(VALUES | st.lists(st.dictionaries(st.text(), VALUES)), st.sampled_from([None, 1, "\t"]))
def test_the_tree_of_any_text_holds_its_pieces(value, indent):
    for whole in (value, {"nodes": value}, {"nodes": [value, {"a": value}], "b": 1}):
        assert inline(tree(json.dumps(whole, indent=indent))) == spelled(whole)


def test_half_a_character_stays_an_escape_and_depth_is_no_limit():
    assert inline(tree('{"a": ["\\ud800"], "\\ud800": 1}')) == '{"a": ["\\ud800"], "\ud800": 1}'
    deep = "[" * 300 + "]" * 300
    assert inline(tree(f'{{"style": {deep}}}')) == f'{{"style": {deep}}}'
