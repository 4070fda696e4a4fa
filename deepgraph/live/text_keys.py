"""Short keys for the data and texts of a page, and none for texts that it never says.

The scripts say `say("explore_hint")`, and the data have the text of that key. A page has a number
instead in both, where nothing else can mean the key: it stands in the scripts as a whole string,
and as nothing but the key of a text. So it is with properties that only the scripts know.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING, Any

from deepgraph.live import scripts

if TYPE_CHECKING:
    from collections.abc import Mapping

OF_NAMES = frozenset(("words", "sentences", "names"))
"""Keys of the data under which an object has keys that are no properties of the scripts."""
_STRING = re.compile(r'"([a-z][a-z_ ,]*)"')
_QUOTED = re.compile(r'(?="([a-z_]+)")')
_SAID = re.compile(r'(?<!WORDS\.)\bsay\("([a-z_]+)"')


def shortened(script: str, data: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The short script of a page and its data, with short keys of texts.

    Args:
        script: of all scripts, perhaps without parts of them.
        data: of the page, with its `words`, and the `sentences` of arithmetic in its `graph`.
    """
    program, arithmetic = data["graph"], data["graph"]["arithmetic"]
    others = set(
        _STRING.findall(json.dumps({**program, "arithmetic": {**arithmetic, "sentences": 0}}))
    )
    sentences, words = arithmetic["sentences"], data["words"]
    keys = {key: str(at) for at, key in enumerate(sentences) if " " in key and key not in others}
    keys |= {key: str(at) for at, key in enumerate(words) if "_" in key or key in _only_said()}
    said, all_strings = set(_STRING.findall(script)), _strings()

    def renamed(texts: Mapping[str, str]) -> dict[str, str]:
        return {
            keys[key] if key in keys and key in said else key: text
            for key, text in texts.items()
            if key in said or key not in keys or key not in all_strings
        }

    arithmetic = {**arithmetic, "sentences": renamed(sentences)}
    data = {**data, "words": renamed(words), "graph": {**program, "arithmetic": arithmetic}}
    return _STRING.sub(lambda found: f'"{keys.get(found[1], found[1])}"', script), data


@cache
def _strings() -> frozenset[str]:
    """All strings of the whole scripts that may be keys."""
    return frozenset(_STRING.findall(scripts.text()))


@cache
def _only_said() -> frozenset[str]:
    """The strings of the whole scripts that are nothing but keys of the page's own words."""
    text = scripts.text()
    said, written = Counter(_SAID.findall(text)), Counter(_QUOTED.findall(text))
    return frozenset(key for key, count in said.items() if count == written[key])


def renamed(data: Any, names: Mapping[str, str]) -> Any:
    """The data of a page with other names of its properties.

    Args:
        data: of JSON.
        names: by name the other one; see `deepgraph.live.scripts.own_names`.
    """
    if isinstance(data, list):
        return [renamed(part, names) for part in data]
    if not isinstance(data, dict):
        return data
    found = {}
    for key, part in data.items():
        new = names.get(key, key)
        found[new] = part if OF_NAMES & {key, new} else renamed(part, names)
    return found
