"""JSON syntax errors in plain words."""

from __future__ import annotations

import re

import pytest

from deepgraph import spec
from deepgraph.errors import SpecError
from deepgraph.spec import json_text


def messages(text):
    content = text if isinstance(text, bytes) else text.encode()
    return [str(problem) for problem in json_text.check(content).problems]


MISTAKES = {
    '{"a": 1,}': "1:9: $: not valid JSON: there is a comma too many before this closing bracket",
    '{"a": 1\n "b": 2}': '2:2: $: not valid JSON: expected a comma before this "',
    '{"a" 1}': "1:6: $: not valid JSON: expected a colon after the key, got 1",
    "{'a': 1}": "1:2: $: not valid JSON: expected a key in straight double quotes, got '",
    '{"ü": True}': "1:7: $: not valid JSON: write true in small letters",
    '{"a": None}': "1:7: $: not valid JSON: write null for nothing",
    '{"a": nan}': (
        "1:7: $: not valid JSON: nan is no number of JSON; the numbers of a spec are finite"
    ),
    '{"a": 01}': "1:8: $: not valid JSON: a number has no zero before its first digit",
    '{"a": 1.}': "1:8: $: not valid JSON: a digit follows the point of a number, got 1.",
    '{"a": 1_000}': "1:8: $: not valid JSON: 1_000 is no number of JSON",
    '{"a": 0x10}': "1:8: $: not valid JSON: 0x10 is no number of JSON",
    '{"a": 1,5}': "1:9: $: not valid JSON: a number has a decimal point, no comma",
    '{"a": .5}': "1:7: $: not valid JSON: a number has a digit before its point: 0.5",
    '{"a": +5}': "1:7: $: not valid JSON: a number has no plus sign",
    '{"a": 1} // done': '1:10: $: not valid JSON: JSON has no comments; write a "note"',
    '{"a": “b”}': '1:7: $: not valid JSON: a text stands between straight double quotes: "…"',
    '{"a": "b': "1:7: $: not valid JSON: this text has no closing quote",
    '{"a": "b\n"}': (
        "1:9: $: not valid JSON: this line ends inside a text; close its quote (a line break in "
        "it is \\n)"
    ),
    '{"a": "C:\\dir"}': (
        "1:10: $: not valid JSON: there is no such escape; a backslash in a text is written \\\\"
    ),
    '{"a": "\\u12"}': "1:9: $: not valid JSON: four hexadecimal digits follow \\u",
    '{"a": [1': "1:9: $: not valid JSON: the file ends here, before its last closing bracket",
    "{}\n{}": (
        "2:1: $: not valid JSON: expected the end of the file, got {; a file holds one object"
    ),
}


@pytest.mark.parametrize("text", MISTAKES)
def test_a_mistake_and_its_message(text):
    expected = MISTAKES[text]
    assert messages(text) == ([expected] if isinstance(expected, str) else list(expected))


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("1/3", 'a fraction stands in quotes: "1/3"'),
        ("0,5", "a number has a decimal point, no comma"),
    ],
)
def test_numbers_as_people_write_them(number: str, words: str) -> None:
    text = f'{{"deepgraph": 1, "parameters": {{"w": {number}}}}}'
    with pytest.raises(SpecError, match=re.escape(words)):
        spec.read(text.encode())


@pytest.mark.parametrize(
    ("text", "begins"),
    [
        ("# deepgraph\n\n**A network**\n\n```json\n{}\n```\n", "# deepgraph"),
        ("<!DOCTYPE html>\n", "<!DOCTYPE html>"),
        ("x1,x2\n0,1\n", "x1,x2"),
        ("[project]\nname = 1\n", None),  # may be a list
        ("digraph {\n}\n", "digraph {"),
    ],
)
def test_a_file_of_another_kind(text, begins):
    (problem,) = json_text.check(text.encode()).problems
    if begins is None:
        assert "no JSON file" not in problem.message
    else:
        message = f'this is no JSON file: it begins with "{begins}", and a spec with {{'
        assert problem.message == message


@pytest.mark.parametrize(
    "text", ["// a comment\n{}", "# a\n\n# b\n{}", "/* c */ {}", "'a'", "nan", ""]
)
def test_json_with_a_slip_at_its_start(text):
    (problem,) = json_text.check(text.encode()).problems
    assert "no JSON file" not in problem.message
