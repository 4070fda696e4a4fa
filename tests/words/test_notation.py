"""One reader of the notation in names, and what formats make of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepgraph.words.notation import Run, runs, unicode, whole
from deepgraph.words.tex import mathematics
from tests.support.notation_cases import ALIKE, CASES, PLAIN


@pytest.mark.parametrize(("name", "latex", "text"), CASES, ids=[name for name, _, _ in CASES])
def test_a_name_in_latex_and_as_plain_text(name: str, latex: str, text: str) -> None:
    assert mathematics(runs(name), lambda word: f"<{word}>") == latex
    assert unicode(runs(name)) == text
    assert whole(name) == runs(name)


@pytest.mark.parametrize("name", [name for name, _, _ in CASES])
def test_a_name_is_found_in_a_label(name: str) -> None:
    assert runs(f"{name} = −0.5  ∂ 2") == (*runs(name), Run(" = −0.5  ∂ 2"))
    assert runs(f"[{name}]") == (Run("["), *runs(name), Run("]"))


@pytest.mark.parametrize("names", ALIKE)
def test_names_that_are_typed_in_several_ways(names: tuple[str, ...]) -> None:
    assert len({runs(name) for name in names}) == 1


@pytest.mark.parametrize("text", PLAIN)
def test_what_is_no_notation_stays_as_it_is(text: str) -> None:
    assert runs(text) == (Run(text),)
    assert unicode(runs(text)) == text


@given(st.text(st.sampled_from("abxyhwWαθ_^{}()[],.'0123456789\\ $=−·日ש")))
def test_any_text_is_read(text: str) -> None:
    pieces = runs(text)
    assert all(run.text for run in pieces) or pieces == (Run(""),)
    if not set(text) & set("_^{}\\$'"):
        assert "".join(run.text for run in pieces) == text


def test_a_sentence_with_names() -> None:
    text = "shared parameters: W1, b_or"
    assert [run for run in runs(text) if run.place == "sub"] == [Run("1", "sub"), Run("or", "sub")]


def test_a_text_command_keeps_a_word_upright() -> None:
    assert runs(r"\text{psi}") == (Run("psi"),)
    assert runs("psi") == (Run("ψ", italic=True),)


def test_a_bold_letter() -> None:
    assert runs(r"\mathbf{W}")[0] == Run("W", bold=True)
