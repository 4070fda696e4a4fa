"""The words of worked arithmetic in other languages than English."""

from __future__ import annotations

from deepgraph.errors import InputError
from deepgraph.explain.wording import SENTENCES
from deepgraph.words.messages import Nearest

LANGUAGES: dict[str, dict[str, str]] = {"en": SENTENCES}
"""By language the sentences by their keys."""


def sentences(language: str) -> dict[str, str]:
    """All sentences of a language; see `deepgraph.explain.wording`.

    Raises:
        InputError: an unknown language.
    """
    if language not in LANGUAGES:
        near = Nearest(LANGUAGES, f"there are {', '.join(LANGUAGES)}")(language)
        raise InputError(f'no language "{language}"{near}')
    return LANGUAGES[language]
