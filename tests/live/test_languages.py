"""The sentences of every language: all keys, the same values put in, and no English left."""

from __future__ import annotations

import json
import re
from importlib.resources import files

import pytest

from deepgraph.errors import InputError
from deepgraph.explain.wording import SENTENCES
from deepgraph.functions.activations import ACTIVATIONS
from deepgraph.live.languages import LANGUAGES, sentences

OTHERS = [language for language in LANGUAGES if language != "en"]
SAME = {
    "de": {"softmax shifted"},
    "fr": {"softmax", "activation"},
    "es": {"softmax", "softmax shifted"},
}
"""Keys whose sentence may be the English one."""


def test_english_is_that_of_explain():
    english = sentences("en")
    assert SENTENCES.items() <= english.items()
    assert set(english) - set(SENTENCES) <= {"thousands"} | {
        k for k in english if k.startswith("step ")
    }


@pytest.mark.parametrize("language", OTHERS)
def test_a_language_has_every_sentence_with_its_values(language):
    own, english = sentences(language), sentences("en")
    jumps = {row.jumps for row in ACTIVATIONS.values() if row.jumps}
    assert set(own) == set(english) | jumps, (
        "deepgraph/live/sentences.json lacks keys, or has too many"
    )
    for key, text in own.items():
        wanted = english.get(key, key)
        assert set(re.findall(r"\{\d\}", text)) == set(re.findall(r"\{\d\}", wanted)), key
        assert text.strip() or key == "thousands"
        assert text != wanted or key in SAME[language], f"{key!r} is not translated"
        ends = (text[:1].isspace(), text[-1:].isspace())
        assert ends == (wanted[:1].isspace(), wanted[-1:].isspace()) or key == "thousands"


def test_the_table_is_in_order_and_without_a_spare_language():
    table = json.loads((files("deepgraph.live") / "sentences.json").read_text(encoding="utf-8"))
    assert {tuple(of) for of in table.values()} <= {tuple(OTHERS), ("en", *OTHERS)}


def test_an_unknown_language_is_told():
    with pytest.raises(InputError, match='no language "it"; there are en, de, fr, es'):
        sentences("it")
