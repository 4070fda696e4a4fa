"""Writes the functions of a network as JavaScript: activations, losses, and their derivatives.

They are recorded from the tables in `deepgraph.functions`, so a new row there is in every page
without a line of JavaScript, and computes with the operations of the table in their order. Only
what spans several terms or nodes is written by hand, in `js/functions.js`: aggregations, softmax.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from deepgraph.formats.writers.spelling import Spelling
from deepgraph.functions.cross_entropy import binary_cross_entropy
from deepgraph.functions.losses import LOSSES
from deepgraph.functions.recorded import Expression, constant, named, operation
from deepgraph.live.losses import losses

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from deepgraph.functions.losses import Loss
    from deepgraph.functions.node_function import NodeFunction
    from deepgraph.graph.graph import Graph

_CALLS = {
    "maximum": "maximum",
    "minimum": "minimum",
    "rint": "rint",
    "isnan": "Number.isNaN",
    "absolute": "Math.abs",
    "exp": "exp",
    **{name: f"Math.{name}" for name in ("expm1", "log", "log1p", "tanh", "sin", "cos")},
    **{name: f"Math.{name}" for name in ("sqrt", "floor")},
}
_TRUTHS = frozenset(
    ("less", "less_equal", "greater", "greater_equal", "equal", "not_equal", "bitwise_and", "isnan")
)
"""Operations whose value is true or false."""


def _number(value: float) -> str:
    return repr(value).replace("inf", "Infinity").replace("nan", "NaN").removesuffix(".0")


_SPELLING = Spelling(
    _CALLS,
    "{0} ? {1} : {2}",
    number=_number,
    equal="===",
    forms={"bitwise_and": "({0} && {1})"},
)


def script(network: Graph, names: Iterable[str] | None = None) -> str:
    """The statements that define `FUNCTIONS`, `LOSSES` and `BINARY_CROSS_ENTROPY`.

    Args:
        network: the network.
        names: of losses; by default those that suit the network. `LOSSES` has for each that is a
            sum over nodes `value(a, t)` and `slope(a, t)`.
    """
    if names is None:  # the value of a node is a loss without a function of its own
        names = [name for name, row in losses(network).items() if "of" not in row]
    return (
        f"const FUNCTIONS = {activations(network)};\n"
        f"const LOSSES = {recorded_losses(names)};\n"
        f"const BINARY_CROSS_ENTROPY = {_binary()};"
    )


def recorded_losses(names: Iterable[str] = LOSSES) -> str:
    """The object of those of some losses that are a sum over nodes."""
    rows = [LOSSES[name] for name in names]
    found = ",\n".join(_loss(row) for row in rows if row.f is not None)
    return f"{{\n{found}\n}}"


def activations(network: Graph) -> str:
    """The array of the functions of a network: an object for each of `network.functions`.

    `value(z)` is what flows on before it is rescaled, `slope(z)` its derivative, and
    `fill(z, a, at, end)` writes the values of many; softmax is `null`. The loop stands in each
    object, so that an engine of JavaScript compiles it with the one function that it calls.
    """
    return "[\n" + ",\n".join(map(_activation, network.functions)) + "\n]"


def _activation(function: NodeFunction) -> str:
    if function.row is None:
        return "null"
    bare, z = replace(function, rescaled=False), named("z")
    value = arrow("z", bare.recorded(z))
    slope = arrow("z", bare.recorded_derivative(z))
    loop = "(z, a, at, end) => { for (; at < end; at++) a[at] = value(z[at]); }"
    return (
        f"(() => {{ const value = {value}; return {{ value, slope: {slope}, fill: {loop} }}; }})()"
    )


def _loss(loss: Loss) -> str:
    assert loss.f is not None
    assert loss.derivative is not None
    a, t = named("a"), named("t")
    # The table is written for arrays; an expression takes their place.
    value, slope = loss.f(a, t), loss.derivative(a, t)  # type: ignore[arg-type]
    return f"{json.dumps(loss.name)}: {_record(('a', 't'), value=value, slope=slope)}"  # type: ignore[arg-type]


def _binary() -> str:
    z, a, t = map(named, ("z", "a", "t"))
    value, by_a, by_z = binary_cross_entropy(z, a, t)  # type: ignore[arg-type]
    return _record(("z", "a", "t"), value=value, byA=by_a, byZ=by_z)  # type: ignore[arg-type]


def _record(arguments: Sequence[str], **parts: Expression) -> str:
    """An object of functions of the same arguments."""
    texts = (f"{name}: {arrow(arguments, part)}" for name, part in parts.items())
    return f"{{ {', '.join(texts)} }}"


def arrow(arguments: Iterable[str], expression: Expression) -> str:
    """A function of JavaScript that computes an expression.

    >>> arrow("z", operation("add", named("z"), constant(1)))
    '(z) => z + 1'
    """
    lines, result = _SPELLING.statements(_numeric(expression, {}))
    head = f"({', '.join(arguments)}) =>"
    if not lines:
        return f"{head} {result}" if result[:1] != "{" else f"{head} ({result})"
    body = "".join(f"const {name} = {text}; " for name, text in lines)
    return f"{head} {{ {body}return {result}; }}"


def _numeric(expression: Expression, known: dict[Expression, Expression]) -> Expression:
    """The same with 1 and 0 for true and false, wherever they are no condition.

    Args:
        expression: parts that are the same object stay the same object.
        known: what was found so far.
    """
    if expression not in known:
        parts = _inside(expression, known)
        if expression.operation in _TRUTHS:
            parts = operation("where", parts, constant(1.0), constant(0.0))
        known[expression] = parts
    return known[expression]


def _inside(expression: Expression, known: dict[Expression, Expression]) -> Expression:
    """The same operation on numeric operands; a condition stays one."""
    if not expression.operands:
        return expression
    first, *rest = expression.operands
    if expression.operation == "where":
        condition = _inside(first, known)
        return replace(expression, operands=(condition, *(_numeric(part, known) for part in rest)))
    if expression.operation == "bitwise_and":
        return replace(
            expression, operands=tuple(_inside(part, known) for part in expression.operands)
        )
    return replace(
        expression, operands=tuple(_numeric(part, known) for part in expression.operands)
    )
