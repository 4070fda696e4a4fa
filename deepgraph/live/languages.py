"""The words of worked arithmetic in the reader's language.

English is that of `deepgraph.explain.wording`; `sentences.json` has the other languages, and in
all of them the sentences of the page's steps, which `explain` lacks. Numbers are the same in every
language, with a decimal point, as the tool reads and writes them everywhere.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files

from deepgraph.errors import InputError
from deepgraph.explain.wording import SENTENCES
from deepgraph.words.messages import Nearest

LANGUAGES = ("en", "de", "fr", "es")


@cache
def sentences(language: str) -> dict[str, str]:
    """All sentences of a language by their keys.

    Raises:
        InputError: an unknown language.
    """
    if language not in LANGUAGES:
        near = Nearest(LANGUAGES, f"there are {', '.join(LANGUAGES)}")(language)
        raise InputError(f'no language "{language}"{near}')
    text = (files("deepgraph.live") / "sentences.json").read_text(encoding="utf-8")
    said = {key: of[language] for key, of in json.loads(text).items() if language in of}
    return SENTENCES | said if language == "en" else said
