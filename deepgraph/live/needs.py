"""What a network cannot use of the scripts, so that its page leaves it out.

A row is a question about the program of a network, and the names that the scripts declare for it:
they are called for such networks alone.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from deepgraph.functions.losses import CLASSES_LOSS

if TYPE_CHECKING:
    from collections.abc import Callable

    Program = dict[str, Any]
    """See `deepgraph.live.program`, with its part `arithmetic`."""


class Need(NamedTuple):
    """Names of the scripts that only some networks use.

    Attributes:
        asks: whether a network does.
        names: declared at the outermost level of the scripts.
    """

    asks: Callable[[Program], bool]
    names: tuple[str, ...]


_CURVED = re.compile(r"exp|ln|tanh|erf|sin|cos|√|π")
_FORMULAS = ("formula", "shown", "derivative_formula", "derivative_by_a")


def _has_cross_entropy(program: Program) -> bool:
    return CLASSES_LOSS in program["losses"]


def _is_curved(program: Program) -> bool:
    """True if a line of arithmetic may hold a function whose values are not rational."""
    formulas = (f"{row.get(key)}" for row in program["functions"] for key in _FORMULAS)
    found = any(map(_CURVED.search, formulas))
    return found or bool(program["softmax"]) or _has_cross_entropy(program)


NEEDS = (
    Need(
        lambda program: program["nodes"]["kind"].count("i") > 1,
        (
            *("DecisionMap", "mapOver", "classMap", "paintMap", "twoColors", "classColors"),
            *("colorOf", "CLASS_COLORS", "STRONGEST", "mixed", "colorsOfNode", "middleOfMap"),
            *("MAP_CELLS", "MOST_POINTS", "SCALE_PARTS"),
        ),
    ),
    Need(
        _has_cross_entropy,
        ("crossEntropy", "softmaxLoss", "sigmoidLoss", "softplusOf", "compensatedSum"),
    ),
    Need(lambda program: bool(program["softmax"]), ("softmax", "throughSoftmax")),
    Need(lambda program: bool(program["arithmetic"]["stages"]), ("Stages",)),
    Need(_is_curved, ("Curved", "exp", "EXP_PARTS", "POWERS_OF_TWO")),
)


def unneeded(program: Program) -> frozenset[str]:
    """The names of the scripts that a network does not use."""
    return frozenset(name for need in NEEDS if not need.asks(program) for name in need.names)
