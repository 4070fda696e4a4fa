"""Graphviz's own pictures in a real browser: nothing overlaps, nothing warns, in no font."""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING, Any

import pytest

from deepgraph import draw
from deepgraph.draw.graphviz import execute
from tests.draw.lots import (
    Case,
    grid_cases,
    random_irregular,
    random_layered,
    wide_cases,
)
from tests.draw.output.test_dot import ESTIMATED
from tests.support import browser
from tests.support.faults import faults
from tests.support.picture import GALLERY, gallery

if TYPE_CHECKING:
    from pathlib import Path

    from deepgraph.options.shared import Backend


WIDER = "DejaVu Sans"
"""DOT has room for texts in fonts as wide as this one. In a narrower one, places along an edge look
free that the layout could not count on."""


def gallery_cases() -> list[Case]:
    """The gallery with live values, each picture with options of its own."""
    cases = []
    for number, name in enumerate(GALLERY):
        network, live = gallery(name)
        few = {"max_width": 6} if name == "digits" else {}
        for direction in ("right", "down"):
            rng = random.Random(f"{name} {direction}")
            options: dict[str, Any] = {
                "direction": direction,
                "weights": rng.choice(["both", "both", "value"]),
                "activations": "badge" if (number + len(direction)) % 3 == 0 else "name",
                "groups": rng.random() < 0.5,
                "biases": rng.choice(["each", "each", "shared"]),
                "fill": rng.choice(["role", "value"]),
                **few,
            }
            cases.append(Case(f"{name} {options}", network, live, options))
    return cases


def every_case() -> list[Case]:
    cases = gallery_cases()
    cases += [random_layered(seed) for seed in range(14)]
    cases += [random_irregular(seed) for seed in range(12)]
    cases += [*wide_cases(), *grid_cases()]
    for case in cases:
        case.options["renderer"] = "graphviz"
    return cases


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> list[Case]:
    """At least 60 pictures, measured in one run of the browser."""
    browser.needed()
    found = [case.draw() for case in every_case()]
    pages = browser.measure([case.svg for case in found], tmp_path_factory.mktemp("browser"))
    for number, case in enumerate(found):
        case.pages = {font: pages[font][number] for font in browser.FONTS}
    assert len(found) >= 60
    return found


def test_the_measure_finds_an_uncut_line(tmp_path: Path) -> None:
    browser.needed()
    network, trace = gallery("mazur")
    good = draw.render(network, trace, renderer="graphviz").decode()
    edge = good.index('id="e0"')
    whole = re.sub(
        r'd="M([\d.-]+,[\d.-]+)C', r'd="M\1C300,-362.8 300,-362.8 320,-362.8 ', good[edge:], count=1
    )
    moved = re.sub(r'(<text [^>]*y=")[^"]*', r"\1-200", good[edge:], count=1)
    bad = [good, good[:edge] + whole, good[:edge] + moved]
    pages = browser.measure([svg.encode() for svg in bad], tmp_path)["Liberation Sans"]
    assert faults(pages[0]) == []
    assert 'the line of e0 in "w1 = 0.15"' in faults(pages[1])
    assert any("px from its edge" in fault for fault in faults(pages[2]))


def test_nothing_warns(cases: list[Case]) -> None:
    """But of letters for which graphviz-pure takes the width of a space."""
    programs: list[Backend] = ["pure", "system"] if execute.find_system() else ["pure"]
    for case in cases:
        text = draw.render(case.network, case.trace, **{**case.options, "format": "dot"}).decode()
        for program in programs:
            warnings = execute.run(text, backend=program).warnings
            assert ESTIMATED.sub("", warnings).strip() == "", (case.name, program)


@pytest.mark.parametrize("font", browser.FONTS)
def test_nothing_overlaps(cases: list[Case], font: str) -> None:
    found = {case.name: faults(case.pages[font]) for case in cases if case.pages}
    if font != WIDER:
        found = {name: [f for f in all if " is free" not in f] for name, all in found.items()}
    assert {name: wrong for name, wrong in found.items() if wrong} == {}
