"""The strict check of JSON: a suite of texts, encodings, depth, duplicate keys, odd numbers."""

from __future__ import annotations

import pytest

from deepgraph import spec
from deepgraph.errors import SpecError
from deepgraph.spec import json_text
from tests.support import json_cases
from tests.support.strategies import GALLERY


def messages(text):
    content = text if isinstance(text, bytes) else text.encode()
    return [str(problem) for problem in json_text.check(content).problems]


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
