"""The page's own words: no key is missing in any language, none is left over."""

from __future__ import annotations

import json
import re
from importlib.resources import files

import pytest

from deepgraph.live import scripts
from deepgraph.live.document import words
from deepgraph.options.shared import LANGUAGES

SAID = re.compile(r"""(?<!WORDS\.)\bsay\(\s*(?:[^()"`]*\?\s*)?["`]([a-z_]+)""")
PLACES = re.compile(r"\{(\w+)\}")


def table():
    return json.loads((files("deepgraph.live") / "interface.json").read_text(encoding="utf-8"))


def test_every_word_has_every_language_with_the_same_places():
    for key, texts in table().items():
        assert set(texts) == set(LANGUAGES), key
        assert all(text.strip() for text in texts.values()), key
        places = {lang: sorted(PLACES.findall(text)) for lang, text in texts.items()}
        assert len({tuple(found) for found in places.values()}) == 1, (key, places)


def test_every_word_that_is_said_is_in_the_table_and_every_other_is_not():
    script = "\n".join(scripts.source(name) for name in (*scripts.NUMBERS, *scripts.PAGE))
    known = table()
    whole = set(re.findall(r"[a-z][a-z0-9_]*", script)) & known.keys()
    starts = {key for key in SAID.findall(script) if key not in known}
    assert all(any(key.startswith(start) for key in known) for start in starts), starts
    unsaid = known.keys() - whole - {"no_script", "of_weights"}
    assert {key for key in unsaid if not key.startswith(tuple(starts))} == set()
    sentences = json.loads(files("deepgraph.live").joinpath("sentences.json").read_text("utf-8"))
    assert {*re.findall(r'WORDS\.say\("(\w+)"', script)} <= sentences.keys()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_words_of_a_language(lang):
    assert (
        words(lang)["undo"]
        == {
            "en": "Undo",
            "de": "Rückgängig",
            "fr": "Annuler",
            "es": "Deshacer",
        }[lang]
    )
