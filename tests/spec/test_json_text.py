from __future__ import annotations

import re

import pytest

from deepgraph import spec
from deepgraph.errors import SpecError
from deepgraph.spec import json_text
from deepgraph.spec.positions import Places, located
from tests.support import json_cases
from tests.support.strategies import GALLERY


def messages(text):
    content = text if isinstance(text, bytes) else text.encode()
    return [str(problem) for problem in json_text.check(content).problems]


# --- JSONTestSuite ------------------------------------------------------------------------------


def test_the_suite_is_whole():
    assert len(json_cases.SOUND) == 95
    assert len(json_cases.BROKEN) == 188
    assert len(json_cases.CHOICE) == 35


@pytest.mark.parametrize("name", json_cases.SOUND)
def test_sound_texts_are_accepted(name):
    """Keys that stand twice are JSON, and we refuse them in a spec: that is told apart."""
    problems = json_text.check(json_cases.SOUND[name]).problems
    assert {problem.rule for problem in problems} <= {"duplicate_key"}
    assert bool(problems) == ("duplicated" in name)


@pytest.mark.parametrize("name", json_cases.BROKEN)
def test_broken_texts_are_rejected(name):
    found = json_text.check(json_cases.BROKEN[name])
    assert found.problems
    assert all(problem.line and problem.column for problem in found.problems)
    assert all(len(str(problem)) < 120 for problem in found.problems)
    with pytest.raises(SpecError):
        spec.read(json_cases.BROKEN[name])


@pytest.mark.parametrize("name", json_cases.CHOICE)
def test_what_a_parser_may_choose(name):
    text, accepted = json_cases.CHOICE[name]
    assert bool(json_text.check(text).problems) != accepted
    with pytest.raises(SpecError):
        spec.read(text)


# --- messages ------------------------------------------------------------------------------------

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
    '{"a": {"b": [NaN, "NaN", -Infinity]}}': (
        "1:14: $.a.b[0]: NaN is no number of JSON; the numbers of a spec are finite",
        "1:26: $.a.b[2]: -Infinity is no number of JSON; the numbers of a spec are finite",
    ),
    '{"a": ["\\ud800", "\\ud83d\\ude39", "x\\udc00"]}': (
        "1:9: $.a[0]: \\ud800 is half a character (a lone surrogate); write the character itself",
        "1:36: $.a[2]: \\udc00 is half a character (a lone surrogate); write the character itself",
    ),
    '{"b": "\\\\",\n ":c": 1, "a": 1, "a": 2}': (
        '2:19: $.a: the key "a" stands twice in this object, first at line 2, column 11; '
        "keep one of them"
    ),
    '{"NaN": [{"a": 1, "a": NaN}]}': (
        (
            '1:19: $.NaN[0].a: the key "a" stands twice in this object, first at line 1, column '
            "11; keep one of them"
        ),
        "1:24: $.NaN[0].a: NaN is no number of JSON; the numbers of a spec are finite",
    ),
    '{"\\ud800": {"a": 1, "a": 2}}': (
        "1:3: $: \\ud800 is half a character (a lone surrogate); write the character itself",
        (
            '1:21: $.\ufffd.a: the key "a" stands twice in this object, first at line 1, column '
            "13; keep one of them"
        ),
    ),
    '{"\\ud800": 1, "\\ud800": 2}': (
        "1:3: $: \\ud800 is half a character (a lone surrogate); write the character itself",
        (
            '1:15: $.\ufffd: the key "\ufffd" stands twice in this object, first at line 1, '
            "column 2; keep one of them"
        ),
        "1:16: $: \\ud800 is half a character (a lone surrogate); write the character itself",
    ),
    '{"é": 1,\n "b": [{"c": 1, "d": 2,\n "c": 3}], "\\u00e9": 2}': (
        (
            '3:2: $.b[0].c: the key "c" stands twice in this object, first at line 2, column 9; '
            "keep one of them"
        ),
        (
            '3:12: $.é: the key "é" stands twice in this object, first at line 1, column 2; keep '
            "one of them"
        ),
    ),
}


@pytest.mark.parametrize("text", MISTAKES)
def test_a_mistake_and_its_message(text):
    expected = MISTAKES[text]
    assert messages(text) == ([expected] if isinstance(expected, str) else list(expected))


def test_encodings():
    text = '{"deepgraph": 1}'
    assert messages(b"\xef\xbb\xbf" + text.encode()) == []
    for encoding in ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"):
        name = encoding[:6].upper()
        assert messages(text.encode(encoding)) == [
            f"1:1: $: this is {name}; save the file as UTF-8"
        ]
    assert messages('{\n"name": "ü"}'.encode("latin-1")) == [
        "2:10: $: the byte 0xfc is no UTF-8; save the file as UTF-8"
    ]


@pytest.mark.parametrize("opening", ["[", '{"a":', '{"a":['])
def test_nesting_200000_deep(opening):
    closing = "".join({"[": "]", "{": "}"}.get(c, "") for c in reversed(opening))
    text = '{"deepgraph": 1, "style": ' + opening * 200_000 + "1" + closing * 200_000 + "}"
    (message,) = messages(text)
    assert message.endswith("nested more than 500 deep; a spec needs six levels")
    with pytest.raises(SpecError):
        spec.read(text.encode())


def test_very_long_numbers_and_texts_are_answered_shortly():
    for long in ("9" * 100_000, "1e" + "9" * 100_000, '"' + "x" * 100_000 + '"'):
        with pytest.raises(SpecError) as caught:
            spec.read(b'{"deepgraph": %s}' % long.encode())
        assert len(str(caught.value)) < 200


def test_many_duplicates_are_counted():
    text = '{"a": [' + ", ".join(['{"b": 1, "b": 2}'] * 5000) + "]}"
    found = json_text.check(text.encode())
    assert len(found.problems) + found.more == 5000
    assert len(found.problems) < 1000


@pytest.mark.parametrize("path", GALLERY, ids=lambda path: path.stem)
def test_every_truncation_is_an_error(path):
    content = path.read_bytes().rstrip()
    whole_answers = 1 if len(content) < 5_000 else 37
    for length in range(0, len(content), 1 if len(content) < 20_000 else 7):
        (problem,) = json_text.check(content[:length]).problems
        assert problem.line
        assert problem.column
        if length % whole_answers == 0:
            with pytest.raises(SpecError) as caught:
                spec.read(content[:length])
            assert caught.value.problems == [problem]


# --- places --------------------------------------------------------------------------------------

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
    from deepgraph.errors import Problem

    found = located([Problem("$.z", "two"), Problem("$.a[0]", "one")], TEXT.encode())
    assert [str(problem) for problem in found] == ["2:8: $.a[0]: one", "3:17: $.z: two"]


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


def test_depth_is_counted_alike_in_both_ways():
    from deepgraph.spec import positions as module

    text = (TEXT.replace("\\u0071", "q") + '[{"}": "{["}, "]"]').encode()
    slow, quick = module._Depth(text), module._PlainDepth(text)
    assert [quick.at(n) for n in range(len(text))] == [slow.at(n) for n in range(len(text))]
    assert module._PlainDepth(text).at(len(text)) == 0
    assert module._PlainDepth(b"[" * 200_000).at(200_000) == 200_000
