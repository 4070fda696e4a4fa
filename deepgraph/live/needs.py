"""What a network cannot use of the scripts, so that its page leaves it out.

A row is a question about the data of a page, and the names that the scripts declare for it,
`Outer.name` for a part of a declaration: they are called for such networks alone.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from deepgraph.functions.losses import CLASSES_LOSS
from deepgraph.live.beginning import has_rows

if TYPE_CHECKING:
    from collections.abc import Callable

    Data = dict[str, Any]
    """Of a page: its `graph`, see `deepgraph.live.program`, with `arithmetic`; `pictures`, the
    hooks of each; `reload`, where it hears of changes."""


class Need(NamedTuple):
    """Names of the scripts that only some networks use.

    Attributes:
        asks: whether a page does, of its data.
        names: declared at the outermost level of the scripts, or before them by
            `deepgraph.live.functions`, or parts of such declarations.
    """

    asks: Callable[[Data], bool]
    names: tuple[str, ...]


MANY = 12
"""Inputs up to which worked arithmetic has a line for each, and parts up to which it shows each of
a sum; `MOST` of `js/words/lines.js`."""
_CURVED = ("exp", "ln", "tanh", "erf", "sin", "cos", "√", "π")
_FORMULAS = ("formula", "shown", "derivative_formula", "derivative_by_a")


def _has_cross_entropy(data: Data) -> bool:
    return CLASSES_LOSS in data["graph"]["losses"]


def _has_softmax(data: Data) -> bool:
    return bool(data["graph"]["softmax"])


def _has_fused_softmax(data: Data) -> bool:
    return _has_cross_entropy(data) and _has_softmax(data)


def _has_fused_sigmoid(data: Data) -> bool:
    """True if cross-entropy may compare an output that is no member of a softmax."""
    if not _has_cross_entropy(data):
        return False
    members = {str(node) for group in data["graph"]["softmax"] for node in group}
    return not data["graph"]["losses"][CLASSES_LOSS]["outputs"].keys() <= members


def _inputs(data: Data) -> int:
    return int(data["graph"]["nodes"]["kind"].count("i"))


def _has_classes(data: Data) -> bool:
    return data["graph"]["classes"] is not None


def _joins(data: Data, *names: str) -> bool:
    """True if a node joins its terms by one of some aggregations."""
    return not {*names}.isdisjoint(data["graph"]["nodes"]["aggregation"].values())


def _says(data: Data, *words: str) -> bool:
    """True if the formula of an activation or of a loss holds one of some words."""
    rows = [*data["graph"]["functions"], *data["graph"]["losses"].values()]
    formulas = [f"{row.get(key)}" for row in rows for key in _FORMULAS]
    return any(word in formula for formula in formulas for word in words)


def _is_curved(data: Data) -> bool:
    """True if a line of arithmetic may hold a function whose values are not rational."""
    return _says(data, *_CURVED) or _has_softmax(data) or _has_cross_entropy(data)


def _has_shared(data: Data) -> bool:
    """True if several edges have one weight."""
    weights = [n for n in np.cumsum(data["graph"]["edges"]["parameter"]) if n >= 0]
    return len({*weights}) < len(weights)


def _has_many(data: Data) -> bool:
    """True if a sum, a product or a vector may have so many parts that a line leaves some out."""
    graph, stages = data["graph"], data["graph"]["arithmetic"]["stages"]
    edges = {key: Counter(np.cumsum(steps).tolist()) for key, steps in graph["edges"].items()}
    edges["parameter"].pop(-1, None)
    factors = 2 if _joins(data, "product") else 1  # each term of a product may be one of two
    parts = [
        *(count * factors for count in edges["target"].values()),
        *(count + 1 for count in edges["source"].values()),  # and its own part of the loss
        *edges["parameter"].values(),
        *map(len, graph["softmax"]),
        *(len(line.get("vector", ())) for stage in stages for line in stage["lines"]),
        *(graph["nodes"]["kind"].count(letter) for letter in "io"),
    ]
    return any(part > MANY for part in parts)


def _has_momentum(data: Data) -> bool:
    """True if the steps of an example are not plain ones."""
    steps = [example["training"] for example in data["graph"]["examples"] if example["training"]]
    return any(one.get("momentum") or one.get("decay") for one in steps)


def _has_training(data: Data) -> bool:
    """True if an example says how its steps are taken."""
    return any(example["training"] for example in data["graph"]["examples"])


NEEDS = (
    Need(
        lambda data: _inputs(data) > 1,
        (
            *("DecisionMap", "overCells", "mapOver", "paintMap", "twoColors", "colorOf"),
            *("CLASS_COLORS", "STRONGEST", "colorsOfNode", "middleOfMap"),
            *("MAP_CELLS", "MOST_POINTS", "SCALE_PARTS"),
        ),
    ),
    Need(
        lambda data: _inputs(data) > 1 and has_rows(data["graph"]),
        ("DecisionMap.legendOf", "DecisionMap.markOf", "wantsNothing", "thresholdOf", "classColor"),
    ),
    Need(
        lambda data: _inputs(data) > 1 and _has_classes(data),
        ("classMap", "classColors", "DecisionMap.nameClasses"),
    ),
    Need(lambda data: _inputs(data) > MANY, ("Forward.manyInputs",)),
    Need(_has_many, ("folded", "Tree.middle", "Spelling.ofMiddle")),
    Need(_has_classes, ("predictedClass", "TrainingPanel.rightText")),
    Need(lambda data: bool(data["graph"]["arithmetic"]["classes"]), ("Forward.classOf",)),
    Need(
        _has_cross_entropy,
        ("crossEntropy", "LossWords.crossEntropy", "LossWords.fused", "BackwardWords.fused"),
    ),
    Need(_has_fused_softmax, ("softmaxLoss", "compensatedSum", "LossWords.sumOfTargets")),
    Need(_has_fused_sigmoid, ("sigmoidLoss", "softplusOf", "BINARY_CROSS_ENTROPY")),
    Need(
        _has_softmax,
        (
            *("softmax", "throughSoftmax", "Forward.softmax"),
            *("BackwardWords.softmax", "BackwardWords.throughEdges", "BackwardWords.softmaxByZ"),
        ),
    ),
    Need(
        lambda data: _joins(data, "product"),
        ("AGGREGATIONS.product", "JOINS.product", "Local.product"),
    ),
    Need(lambda data: _joins(data, "product") or _has_fused_softmax(data), ("allButOne",)),
    Need(lambda data: _joins(data, "mean"), ("AGGREGATIONS.mean", "JOINS.mean", "Local.mean")),
    Need(lambda data: _joins(data, "min"), ("AGGREGATIONS.min", "JOINS.min")),
    Need(
        lambda data: _joins(data, "max") or _has_softmax(data),
        ("AGGREGATIONS.max", "JOINS.max"),
    ),
    Need(lambda data: _joins(data, "max", "min"), ("Local.chosen",)),
    Need(lambda data: _joins(data, "max", "min") or _has_softmax(data), ("toFirst",)),
    Need(lambda data: _joins(data, "product", "mean", "max", "min"), ("BackwardWords.localLines",)),
    Need(_has_shared, ("BackwardWords.shared",)),
    Need(lambda data: bool(data["graph"]["normalise"]), ("normalise", "normaliseSlope")),
    Need(lambda data: bool(data["graph"]["arithmetic"]["stages"]), ("Stages",)),
    Need(
        lambda data: bool(data["graph"]["arithmetic"]["stages"]) or _inputs(data) > MANY,
        ("vectorOf", "Values.vectorLine"),
    ),
    Need(
        lambda data: any(one["curves"] for one in data["pictures"]),
        ("unfolded", "bentPoints", "bentParts"),
    ),
    Need(_has_momentum, ("velocityOf",)),
    Need(_has_training, ("TrainingPanel.howText",)),
    Need(lambda data: has_rows(data["graph"]), ("buildRows", "leaveDullRow", "MOST_ASKED")),
    Need(lambda data: bool(data["reload"]), ("hearOfChanges",)),
    Need(
        lambda data: has_rows(data["graph"]) and _has_classes(data),
        ("wantedClass", "givenClass", "wrongRow"),
    ),
    Need(_is_curved, ("Curved", "exp", "EXP_PARTS", "POWERS_OF_TWO")),
    Need(lambda data: _says(data, "tanh"), ("Curved.tanh",)),
    Need(lambda data: _says(data, "erf"), ("Curved.erf",)),
    Need(lambda data: _says(data, "√"), ("Curved.root", "Rational.root", "wholeRoot")),
    Need(lambda data: _says(data, "sin", "cos"), ("Interval.wave", "unitInLastPlace")),
    Need(lambda data: len(data["pictures"]) > 1, ("svgOf",)),
    Need(
        lambda data: any(one.get("moved") for one in data["pictures"]), ("movedNode", "moveGroup")
    ),
    Need(
        lambda data: any(one["columns"] for one in data["pictures"]),
        ("Picture.decimals", "decimalsOf", "even"),
    ),
    Need(
        lambda data: any(one["pills"] for one in data["pictures"]),
        ("PictureParts.pillParts", "Picture.updatePill", "biasSlope"),
    ),
    Need(
        lambda data: any(one["labels"] for one in data["pictures"]),
        ("Picture.fitLabel", "squareGap", "partsOf"),
    ),
)


def unneeded(data: Data) -> frozenset[str]:
    """The names of the scripts that a page with this data does not use."""
    return frozenset(name for need in NEEDS if not need.asks(data) for name in need.names)
