"""The words of worked arithmetic stand in one table, and in no other module."""

from __future__ import annotations

import ast
import re

import pytest

from deepgraph.explain import wording
from deepgraph.explain.wording import SENTENCES, say, spoken
from tests.support.rooms import PACKAGE

SHARED = (
    *(
        "arithmetic",
        "backward",
        "derivatives",
        "formula",
        "forward",
        "local",
        "loss",
        "named_stages",
    ),
    *("matrix_form", "number_texts", "real_values", "rounding", "spelling", "stages", "text"),
    "values",
)
"""The modules whose lines the live page writes, too."""
OTHER_TEXTS = {
    "cross-entropy is taken together with no identity",  # an assertion
}


def sentences_of(name):
    """The texts of a module that read as words, with their lines; no docstrings, no annotations."""
    tree = ast.parse((PACKAGE / "explain" / f"{name}.py").read_text(encoding="utf-8"))
    said = {
        id(argument)
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "say"
        for argument in ast.walk(call)
    }
    documented = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
            continue
        if id(node) in said | documented or node.value in OTHER_TEXTS:
            continue
        if re.search(r"[A-Za-z]{2,} [A-Za-z]{2,}|^ ?[a-z]{4,} ", node.value):
            yield node.lineno, node.value


@pytest.mark.parametrize("name", SHARED)
def test_no_sentence_is_typed_in_a_module(name):
    for line, text in sentences_of(name):
        pytest.fail(
            f"deepgraph/explain/{name}.py:{line} types {text!r}: the live page would lack it; "
            "put it into deepgraph/explain/wording.py, and say it in live/js/words"
        )


def test_every_sentence_is_said():
    text = "".join((PACKAGE / "explain" / f"{name}.py").read_text() for name in (*SHARED, "rows"))
    computed = {
        f"{how} {word}"
        for how in ("is", "is not", "first of equal", "equal to", "rounded off")
        for word in ("largest", "smallest")
    }
    for key in SENTENCES.keys() - computed - {"terms", "factors"}:
        assert f'"{key}"' in text or f"'{key}'" in text, f"nothing says {key!r}"


def test_other_words_are_spoken_for_a_while():
    with spoken(SENTENCES | {"class": "Klasse"}):
        assert say("class") == "Klasse"
    assert say("class") == "class"
    assert wording.SENTENCES["class"] == "class"
