"""What worked arithmetic on the page needs besides the program: words, names, exact numbers.

The scripts in `js/words/` compute the lines that `deepgraph.explain` writes; whatever is a text or
exact in Python and no part of a program comes from here:

    sentences    {key: sentence} of `deepgraph.explain.wording`, in the reader's language, without
                 those that are their key and those that no line of this network says
    stages       the lines in vectors without their numbers; see `deepgraph.live.stage_lines`
    names        {name: [text, runs]} of each name that is more than a letter with digits, or plain:
                 its plain text, and runs [text, how it is set], the sum of 1 lowered, 2 raised,
                 4 slanted and 8 bold; [text] where it is the one run, set as it is
    shown        {node: name} where another name than the label is printed
    verbatim     [nodes] whose names are printed as they stand, since others look alike when set
    weights      [parameters] that are called w(name), since a node has the name
    functions    constants of each of the program's functions: parameters {name: constant}, gain,
                 null without one; null for softmax
    scaled       {node: constants of a normalised input or rescaled output, with scale, mean, both
                 without a sign, lowered, true for a negative mean; for an input also row, the
                 columns of its function that differ from the program's}
    classes      {threshold: constant} where the spec says something about the one output's classes

A constant is [value, its exact text] or [value, exact text, text] of a number that is printed as
it stands.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np

from deepgraph.explain.expressions import Call
from deepgraph.explain.formula import constant, gain, parameters
from deepgraph.explain.spelling import subscripts
from deepgraph.explain.wording import spoken
from deepgraph.functions.aggregations import AGGREGATIONS
from deepgraph.graph.exact import exact_rescaling, shortest
from deepgraph.live.languages import sentences
from deepgraph.live.stage_lines import places, stage_steps
from deepgraph.words.notation import runs

if TYPE_CHECKING:
    from deepgraph.explain.expressions import Number
    from deepgraph.functions.node_function import NodeFunction
    from deepgraph.graph.graph import Graph
    from deepgraph.words.notation import Run

OF_STAGES = frozenset(("weighted of", "weighted", "weighted and bias", "shape"))
"""Sentences that only `deepgraph.live.stage_lines` says, when the page is written."""
EXTREMES = {"largest": "max", "smallest": "min"}
_PLACES = {"line": 0, "sub": 1, "sup": 2}
_SIMPLE = re.compile(r"([A-Za-z])([0-9]{1,3})?((?:\[[0-9,]+\])?)")
_LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def arithmetic(network: Graph, language: str = "en") -> dict[str, Any]:
    """The part `arithmetic` of a network's program; see the module.

    Args:
        network: the network.
        language: a key of `deepgraph.live.languages.LANGUAGES`.

    Raises:
        InputError: an unknown language; a number of the spec that is too long for exact arithmetic.
    """
    values = places(network)
    shown = values.names
    with spoken(said := sentences(language)):
        steps = stage_steps(network)
    return {
        "sentences": {
            key: text
            for key, text in said.items()
            if text != key and key not in OF_STAGES and not _is_unsaid(network, key)
        },
        "stages": steps,
        "names": {
            name: written for name in sorted(_names(network, shown)) if (written := _spelled(name))
        },
        "shown": {
            str(node): name for node, name in enumerate(shown) if name != network.label(node)
        },
        "verbatim": [n for n in range(len(shown)) if values.name(n).kind == "verbatim"],
        "weights": [
            number
            for number in range(len(network.parameters))
            if isinstance(values.parameter_name(number), Call)
        ],
        "functions": [_constants(function) for function in network.functions],
        "scaled": {
            str(node): _scaled(function) for node, function in network.scaled_functions.items()
        },
        "classes": _classes(network),
    }


def _is_unsaid(network: Graph, key: str) -> bool:
    """True for a sentence about an aggregation that no node has, or of what the network lacks."""
    if key == "step rescaled":
        return network.rescale is None
    if key in ("shared weights", "step shared"):
        weights = network.edge_parameter[network.edge_parameter >= 0]
        return len(np.unique(weights)) == len(weights)
    if key.startswith(("softmax", "step softmax")):
        return not network.softmax_groups
    first, last = key.split(maxsplit=1)[0], key.rsplit(maxsplit=1)[-1]
    if last in EXTREMES:
        return EXTREMES[last] not in network.aggregations
    is_other = first == "step" and last in AGGREGATIONS and last != "sum"
    return is_other and last not in network.aggregations


def _names(network: Graph, shown: list[str]) -> set[str]:
    """Every name that a line may hold."""
    parameters = network.parameters
    blocks = {f"{block.name}[1]" for block in parameters.blocks}
    own = {key for key in parameters.keys if isinstance(key, str)}
    wholes = {*network.stages, *network.groups, *(block.name for block in parameters.blocks)}
    entries = (
        {parameters.name(n) for n in range(parameters.first_key)}
        if any(map(_spelled, blocks))
        else set()
    )
    labels = map(network.label, range(len(network.ids)))
    return {*network.ids, *labels, *shown, *own, *wholes, *entries}


# --- names --------------------------------------------------------------------------------------


def _spelled(name: str) -> list[Any] | None:
    """The plain text of a name and its runs, if it has some; `None` where the page finds both."""
    text = subscripts(name)
    quoted = text.startswith('"')
    set_as = [[text, 0]] if quoted else [[run.text, _how(run)] for run in runs(name)]
    found = [text, set_as]
    if found == _simply(name):
        return None
    return [text] if set_as == [[text, 0]] else found


def _how(run: Run) -> int:
    return _PLACES[run.place] + 4 * run.italic + 8 * run.bold


def _simply(name: str) -> list[Any]:
    """What the page makes of a name that it has no runs for; `named` in `js/words/spelling.js`."""
    simple = _SIMPLE.fullmatch(name)
    if simple is None:
        return [name, [[name, 0]]]
    letter, digits, entry = simple[1], simple[2] or "", simple[3]
    pieces = [[letter, 4], [digits, 1], [entry, 0]]
    return [letter + digits.translate(_LOWERED) + entry, [piece for piece in pieces if piece[0]]]


# --- exact numbers ------------------------------------------------------------------------------


def _constant(number: Number) -> list[Any]:
    return [number.value, str(number.exact), *([number.text] if number.literal else [])]


def _constants(function: NodeFunction) -> dict[str, Any] | None:
    if function.row is None:
        return None
    return {
        "parameters": {name: _constant(number) for name, number in parameters(function).items()},
        "gain": None if function.gain == 1.0 else _constant(gain(function)),
    }


def _scaled(function: NodeFunction) -> dict[str, Any]:
    """The constants of a node that is normalised or rescaled."""
    found = _constants(function) or {}
    if function.rescaled:
        scale, mean = exact_rescaling(function)
        value = float(function.mean)
        return {
            **found,
            "scale": None if scale == 1 else _constant(constant(float(function.scale), scale)),
            "mean": _constant(constant(abs(value), abs(mean))) if mean else None,
            "lowered": mean < 0,
        }
    row = function.row
    assert row is not None
    columns = ("name", "title", "formula", "derivative_formula", "spelled_out")
    changed = {name: getattr(row, name) for name in columns}
    return {**found, "row": {**changed, "caption": function.caption}}


def _classes(network: Graph) -> dict[str, Any] | None:
    found = network.classes
    if found is None or found.threshold is None or not found.given:
        return None
    return {
        "threshold": _constant(constant(found.threshold, found.exact or shortest(found.threshold)))
    }
