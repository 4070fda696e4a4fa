"""The picture of a comparison, measured in a browser: nothing overlaps, no colour speaks alone."""

from __future__ import annotations

import json
import random
import re
from dataclasses import dataclass, field

import pytest

import deepgraph
from deepgraph.diff import compare
from deepgraph.errors import DrawingError
from tests.support import browser
from tests.support.faults import faults
from tests.support.spec_edits import edited
from tests.support.strategies import GALLERY

EDITS = ("value", "rename", "add_node", "remove_node", "add_edge", "remove_edge", "words")


@dataclass
class Case:
    name: str
    found: object
    options: dict
    inputs: dict | None = None
    svg: bytes = b""
    pages: dict = field(default_factory=dict)


def cases():
    """48 pictures: random edits of the gallery, still and live, to the right and downwards."""
    made = []
    small = [path for path in GALLERY if path.stem != "digits"]
    for seed in range(48):
        rng = random.Random(seed)
        path = small[seed % len(small)]
        before = path.read_bytes()
        after, _, _ = edited(before, rng, rng.randint(1, 4), EDITS)
        a, b = deepgraph.loads(before, "a"), deepgraph.loads(after, "b")
        a, b = a.initialised(1), b.initialised(1)
        names = {*a.input_names, *b.input_names}
        inputs = dict.fromkeys(sorted(names), 0.75) if seed % 3 else None
        options = {"direction": ("right", "down")[seed % 2], "theme": "light"}
        options |= {"legend": True} if seed % 4 == 0 else {}
        found = compare(a, b)
        if not found.equal:
            made.append(Case(f"{path.stem} {seed} {options}", found, options, inputs))
    return made


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    browser.needed()
    made = cases()
    for case in made:
        case.svg = case.found.draw(case.inputs, **case.options).content("svg")
    pages = browser.measure([case.svg for case in made], tmp_path_factory.mktemp("browser"))
    for number, case in enumerate(made):
        case.pages = {font: pages[font][number] for font in browser.FONTS}
    return made


def test_nothing_overlaps(measured):
    assert len(measured) >= 40
    wrong = {
        (case.name, font): found
        for case in measured
        for font, page in case.pages.items()
        if (found := faults(page))
    }
    assert wrong == {}
