"""Pages of the gallery for tests."""

from __future__ import annotations

import json
import re
from pathlib import Path

import deepgraph
from deepgraph.live import scripts
from deepgraph.live.document import page
from deepgraph.live.text_keys import renamed

SPECS = Path(deepgraph.__file__).parents[1] / "specs"
NAMES = sorted(path.stem for path in SPECS.glob("*.json"))


def network_of(name):
    """A network of the gallery."""
    return deepgraph.load(SPECS / f"{name}.json")


def page_of(name, **options):
    """The live page of a network of the gallery."""
    text = (SPECS / f"{name}.json").read_text(encoding="utf-8")
    return page(network_of(name), text=text, file=f"{name}.json", **options)


def data_of(html):
    """The data of a page, with the long names of its properties."""
    data = json.loads(re.search(r'id="data">(.*?)</script>', html, re.DOTALL)[1])
    return renamed(data, {short: name for name, short in scripts.own_names().items()})


def first_inputs(html):
    """The inputs with which a page begins, and the digest of its spec."""
    data = data_of(html)
    return data["start"]["inputs"], data["digest"]
