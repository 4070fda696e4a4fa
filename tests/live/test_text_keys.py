"""Short keys of texts: the same texts, for all that a page says."""

from __future__ import annotations

import re

import pytest

from deepgraph.live.document import words
from deepgraph.live.text_keys import shortened
from tests.support.live_gallery import NAMES, data_of, page_of


def test_a_key_is_a_number_in_both_and_unsaid_texts_are_gone():
    sentences = {"more weights": "{0} more weights", "flat": "{0} is flat", "its exact value": "it"}
    graph = {"arithmetic": {"sentences": sentences}, "functions": [{"jumps": "flat"}]}
    data = {"words": {"explore_hint": "Move", "momentum": "with", "mode_quiz": "Quiz"}}
    script = 'a("explore_hint");b("more weights");c(`mode_${d}`)'
    short, found = shortened(script, {**data, "graph": graph})
    assert short == 'a("0");b("0");c(`mode_${d}`)'
    assert found["words"] == {"0": "Move", "mode_quiz": "Quiz"}
    assert found["graph"]["arithmetic"]["sentences"] == {
        "0": "{0} more weights",
        "flat": "{0} is flat",
    }


@pytest.mark.parametrize("name", NAMES)
def test_every_number_that_a_script_says_has_its_text(name):
    html = page_of(name)
    script = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)[-1]
    found, whole = data_of(html)["words"], words("en")
    assert set(found.values()) <= set(whole.values())
    assert not {key for key in whole if "_" in key and f'"{key}"' in script}
    numbered = [key for key in found if key.isdigit()]
    assert len(numbered) > 60
    assert all(f'"{key}"' in script for key in numbered)
