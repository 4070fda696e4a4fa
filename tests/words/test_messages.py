"""Pieces of messages: the nearest name, lists, repeated places, articles."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepgraph.words.messages import (
    LONGEST_LIST,
    Nearest,
    again,
    article,
    listed,
    printable,
    printable_json,
    shown,
)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("w35 − 重み é 🇨🇭 👩\u200d🔬 می\u200cخواهم", "w35 − 重み é 🇨🇭 👩\u200d🔬 می\u200cخواهم"),
        ("a\nb\r\tc", r"a\nb\r\tc"),
        ("\x1b[2J\x9b", r"\x1b[2J\x9b"),
        ("\u2028\u202e\u2066\ufeff", r"\u2028\u202e\u2066\ufeff"),
        ("\U000e0041\ud800", r"\U000e0041\ud800"),
        ("::error::x", r"\x3a:error::x"),
        ("\xa0 ::error::x", "\xa0 \\x3a:error::x"),
        ("a::b", "a::b"),  # no command: it does not begin the line
        ("a ##[error]b ##vso[task]", r"a \x23#[error]b \x23#vso[task]"),
        ("# a ## b", "# a ## b"),
    ],
)
def test_a_line_can_neither_steer_nor_forge(text, line):
    assert printable(text) == line


@given(st.text())
def test_any_text_is_one_line_and_stays_what_it_is(text):
    line = printable(text)
    assert len(line.splitlines()) <= 1
    assert printable(line) == line
    document = json.dumps({text: text}, ensure_ascii=False)
    assert json.loads(printable_json(document)) == {text: text}
    assert len(printable_json(document).splitlines()) == 1


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("relu", "relu"),
        ("rleu", "relu"),
        ("Re LU", "relu"),
        ("X", "x"),  # however short, but for its case
        ("tnh", "tanh"),
        ("sigmoid", None),
        ("", None),
    ],
)
def test_the_nearest_name(name, near):
    nearest = Nearest(["x", "relu", "tanh"], "look it up")
    assert nearest.name(name) == near
    assert nearest(name) == (f'; did you mean "{near}"?' if near else "; look it up")


def test_of_many_mistakes_only_the_first_are_compared():
    nearest = Nearest(["alpha"], budget=2)
    assert [nearest.name(name) for name in ("alpah", "alhpa", "aplha")] == ["alpha", "alpha", None]
    assert nearest.name("alpah") == "alpha"  # found before


def test_of_very_many_names_only_the_first_are_compared():
    names = [f"{n:05}" for n in range(LONGEST_LIST)]
    assert Nearest([*names, "name"]).name("nmae") is None
    assert Nearest(["name", *names]).name("nmae") == "name"


def test_a_mistyped_name_may_be_as_long_as_a_file():
    assert Nearest(["relu"]).name("x" * 10**6) is None


def test_lists_are_cut():
    names = ["x" * 100, "b", "c"]
    assert listed(names[1:]) == "b, c"
    assert listed(names, 1) == "x" * 60 + "… and 2 more"
    assert listed([], 1) == ""
    assert listed([str(n) for n in range(1234)], 1) == "0 and 1,233 more"


def test_names_are_cut_behind_the_limit():
    assert (shown("abc", 3), shown("abcd", 3)) == ("abc", "abc…")


def test_further_places():
    assert [again(["a"] * n) for n in (1, 2, 1200)] == [
        "", " (here and at 1 more place)", " (here and at 1,199 more places)",
    ]  # fmt: skip


def test_articles():
    assert [article(word) for word in ("hidden", "output")] == ["a hidden", "an output"]
