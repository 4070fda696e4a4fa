"""Which losses may compare the outputs of a network, and with which targets.

The page asks this table alone: for its menu, for the loss of a link, for targets that are typed and
for those of a table. It holds the rules of `deepgraph.rules.losses`, so page and Python agree.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from deepgraph.errors import InputError
from deepgraph.evaluate.loss import require_fit
from deepgraph.functions.losses import CLASSES_LOSS, DEFAULT_LOSS, LOSSES
from deepgraph.functions.softmax import SOFTMAX

if TYPE_CHECKING:
    from deepgraph.functions.losses import Loss
    from deepgraph.graph.graph import Graph


def losses(network: Graph, of: str | None = None) -> dict[str, Any]:
    """The losses that may be used with a network, by name, as its program has them.

    Args:
        network: the network.
        of: a node whose value may take the place of a loss, beside those of the outputs.

    Returns:
        By name {divisor, formula, derivative_formula, outputs}: `outputs` {node: [least target,
        largest target]} of each output that may have a target, with null for no limit. Where it is
        so, `mean` is true, and `among` has the only legal targets. Each node whose value takes the
        place of a loss has a loss of its own, "output ID", which is {outputs, of}.
    """
    nodes = network.outputs.tolist()
    found: dict[str, Any] = {}
    for name, loss in LOSSES.items():
        if not loss.needs_targets:
            one_of = dict.fromkeys([*network.output_names, *([] if of is None else [of])])
            found |= {f"{name} {n}": {"outputs": {}, "of": network.index[n]} for n in one_of}
            continue
        outputs = {
            str(node): _range(network, node, loss)
            for node in nodes
            if not _refusal(network, name, [network.ids[node]])
        }
        if not outputs:
            continue
        found[name] = {
            "divisor": loss.divisor,
            "formula": loss.formula,
            "derivative_formula": loss.derivative_formula,
            "outputs": outputs,
        }
        if loss.mean:
            found[name]["mean"] = True
        if loss.targets:
            found[name]["among"] = list(loss.targets)
    return found


def require_usable(network: Graph, loss: str, of: str | None = None) -> None:
    """Raise an `InputError` with the reason if no output of a network suits a loss.

    Args:
        network: the network.
        loss: its name.
        of: the node whose value it is, for a loss without targets.
    """
    if of is not None and LOSSES[loss].needs_targets:
        raise InputError(f'"of" names the node of the loss "output"; leave out the loss "{loss}"')
    if not LOSSES[loss].needs_targets:
        require_fit(network, {}, loss, of)
    elif loss not in losses(network):
        raise InputError(_refusal(network, loss, network.output_names))


def first_loss(network: Graph) -> str:
    """The loss to begin with.

    It is that of the first example that has one with targets, else cross-entropy where the outputs
    are a softmax or the spec names their classes.
    """
    usable = losses(network)
    for example in network.spec.examples:
        if example.loss is not None and usable.get(example.loss.name, {}).get("outputs"):
            return example.loss.name
    functions = [network.activation(node) for node in network.outputs.tolist()]
    names = {"rescaled" if found.rescaled else found.name for found in functions}
    told = network.classes is not None and network.classes.given
    fits = names <= LOSSES[CLASSES_LOSS].activations.keys()
    return CLASSES_LOSS if fits and (told or names == {SOFTMAX}) else DEFAULT_LOSS


def loss_key(network: Graph, loss: str, of: str | None) -> str:
    """The name that the page has for a loss: that of a node's value names the node, too."""
    return loss if LOSSES[loss].needs_targets else f"{loss} {of or network.output_names[0]}"


def _refusal(network: Graph, loss: str, outputs: list[str]) -> str:
    """Why a loss cannot compare some outputs; empty if it can."""
    try:
        require_fit(network, dict.fromkeys(outputs, 0.0), loss)
    except InputError as error:
        return str(error)
    return ""


def _range(network: Graph, node: int, loss: Loss) -> list[float | None]:
    ends = loss.activations.get(network.activation(node).name, (-math.inf, math.inf))
    return [end if math.isfinite(end) else None for end in ends]
