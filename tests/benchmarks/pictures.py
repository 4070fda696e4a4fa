"""Measures pictures in Chromium and prints their faults: `python -m tests.benchmarks.pictures LOT`.

A lot is one of `tests.draw.lots`, or `layered` or `irregular` with a range of seeds behind it,
`irregular 0 100`. Each picture is measured in both fonts. The tests measure some of these.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.draw.lots import LOTS, Case, random_irregular, random_layered
from tests.support import browser
from tests.support.faults import faults

RANDOM = {"layered": random_layered, "irregular": random_irregular}


def cases(lot: str, seeds: list[str]) -> list[Case]:
    """The pictures of a lot, or of random networks by seed."""
    made = [RANDOM[lot](seed) for seed in range(*map(int, seeds))] if seeds else LOTS[lot]()
    return [case.draw() for case in made]


def main(*given: str) -> None:
    if not given or given[0] not in (RANDOM if given[1:] else LOTS):
        usage = "usage: python -m tests.benchmarks.pictures LOT, or {layered,irregular} [FIRST] END"
        sys.exit(f"{usage}\nlots: {', '.join(LOTS)}")
    lot, *seeds = given
    found = cases(lot, seeds)
    with tempfile.TemporaryDirectory() as folder:
        pages = browser.measure([case.svg for case in found], Path(folder))
    wrong = 0
    for font, measured in pages.items():
        for case, page in zip(found, measured, strict=True):
            faulty = faults(page)
            wrong += bool(faulty)
            for fault in faulty:
                print(f"{case.name}, {font}: {fault}")
    print(f"{lot}: {len(found)} pictures, {len(pages)} fonts, {wrong} with faults")


if __name__ == "__main__":
    main(*sys.argv[1:])
