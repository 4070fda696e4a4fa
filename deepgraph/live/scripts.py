"""The scripts of the live page: the files in `js/`, joined in a fixed order to one text.

They are plain ES2020, without a module, a build step or a framework. All of them stand in one
function, so that they see each other's names and the page that they lie in sees none.
"""

from __future__ import annotations

import json
import re
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from deepgraph.draw.layout import routes, typography
from deepgraph.draw.output import arrow_heads, gaps, palette, svg
from deepgraph.draw.view import figures, parameters
from deepgraph.live.compact import compact
from deepgraph.words import numbers

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

NUMBERS = (
    "numbers.js",
    "functions.js",
    "evaluate.js",
    "gradient.js",
    "training.js",
    "curves.js",
    "selfcheck.js",
)  # fmt: skip
"""The scripts that compute and touch no page, each behind those that it uses."""

WORDS = (
    "words/rational.js",
    "words/decimal.js",
    "words/curved.js",
    "words/tree.js",
    "words/interval.js",
    "words/spelling.js",
    "words/formula.js",
    "words/rounding.js",
    "words/lines.js",
    "words/network.js",
    "words/forward.js",
    "words/loss.js",
    "words/local.js",
    "words/backward.js",
    "words/stages.js",
    "words/explain.js",
    "words/said.js",
)  # fmt: skip
"""The scripts of worked arithmetic, behind those of numbers."""

PAGE = (
    "figures.js",
    "hits.js",
    "picture_facts.js",
    "gaps.js",
    "picture_parts.js",
    "state.js",
    "panels.js",
    "chosen.js",
    "picture.js",
    "elements.js",
    "diagram.js",
    "inputs.js",
    "quiz.js",
    "changes.js",
    "fragment.js",
    "steps.js",
    "slopes.js",
    "arithmetic.js",
    "save.js",
    "charts.js",
    "decision_map.js",
    "train_panel.js",
    "curves_panel.js",
    "page.js",
)
"""The scripts of the page itself in an order that compresses well; the last one starts it."""

ORDER = (*NUMBERS, *WORDS, *PAGE)
"""All scripts in their order."""


SHARED = ("maximum", "minimum", "rint", "exp")
"""Names of the scripts that keep their length, since the functions of a network use them."""
BEFORE = ("FUNCTIONS", "LOSSES", "BINARY_CROSS_ENTROPY")
"""Names of the functions of a network that the scripts use; see `deepgraph.live.functions`."""


ALIASED = (
    *("Float64Array", "Math.abs", "Array.from", "Math.max", "Math.min"),
    *("Number.isFinite", "Object.entries", "Object.assign", "Infinity", "Math.sign", "NaN"),
)
"""What a browser names, and the scripts so often that the short form has names of its own for it.
None of it asks for its `this`."""


def constants() -> str:
    """The numbers that pictures of Python and of the page have in common, as statements."""
    shared = {
        "GLOW": list(palette.GLOW),
        "HEAD_SPREAD": arrow_heads.SPREAD,
        "HEAD_NOTCH": arrow_heads.NOTCH,
        "OUTLIER": parameters.OUTLIER,
        "MOST_DECIMALS": figures.MOST_DECIMALS,
        "SMALLEST_FONT": typography.SMALLEST,
        "BASELINE": svg.BASELINE,
        "LEAVES": routes.LEAVES,
        "SHORT": routes.SHORT,
        "LEAST_WEDGE": gaps.LEAST,
        "MOST_WEDGE": gaps.MOST,
        "EXACT": numbers.EXACT,
    }
    return "\n".join(f"const {name} = {json.dumps(value)};" for name, value in shared.items())


@cache
def own_names() -> dict[str, str]:
    """Short names of properties that only the scripts know; `python -m tests.live.own_names`."""
    text = (files("deepgraph.live") / "own_names.json").read_text(encoding="utf-8")
    return dict(json.loads(text))


@cache
def source(name: str) -> str:
    """The text of one script, such as `numbers.js` or `words/lines.js`."""
    return (files("deepgraph.live") / "js" / name).read_text(encoding="utf-8")


def text(names: Iterable[str] = ORDER) -> str:
    """The text of several scripts, one behind the other, and the constants that they share."""
    return "\n".join([constants(), *(source(name).strip("\n") for name in names)])


def joined(
    names: Iterable[str] = ORDER,
    *,
    before: str = "",
    behind: str = "",
    short: bool = False,
    without: Collection[str] = (),
) -> str:
    """One script of several.

    Args:
        names: of the files.
        before: statements that stand before them.
        behind: statements that stand behind them and see all their names.
        short: true for the short form, which means the same. Then `before` and `behind` may use
            the names of `SHARED` alone.
        without: names whose declarations the short form leaves out, of `before` too; see
            `deepgraph.live.needs`.
    """
    scripts = text(names)
    if short:
        own = own_names()
        before = compact(before, SHARED + BEFORE, without, own)
        scripts = compact(_aliased(scripts), SHARED, without, own)
    parts = [before, scripts, behind]
    body = "\n".join(part.strip("\n") for part in parts if part)
    return f'(() => {{\n"use strict";\n{body}\n}})();\n'


@lru_cache(maxsize=2)  # all pages have the same scripts
def _aliased(text: str) -> str:
    """Scripts with variables for what a browser names."""
    for name in ALIASED:
        alias = name.replace(".", "_") + "_"
        used = re.sub(rf"(?<![\w.\"]){re.escape(name)}\b", alias, text)
        text = f"const {alias} = {name};\n{used}"
    return text
