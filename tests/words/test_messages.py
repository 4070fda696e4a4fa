"""Pieces of messages: the nearest name, lists, repeated places, articles."""

from __future__ import annotations

import pytest

from deepgraph.words.messages import LONGEST_LIST, Nearest, again, article, listed, shown


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
