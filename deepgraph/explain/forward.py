"""The forward pass, node by node in the order of evaluation."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from deepgraph.explain import expressions as ex
from deepgraph.explain.expressions import Number, Symbol
from deepgraph.explain.formula import born_of, constant, in_symbols, undefined, value_forms
from deepgraph.explain.records import Line, Step
from deepgraph.explain.values import MOST, Term, Values, join
from deepgraph.explain.wording import say
from deepgraph.functions.softmax import softmax_parts
from deepgraph.graph.exact import shortest
from deepgraph.graph.kinds import BIAS, INPUT

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from deepgraph.explain.expressions import Relation


def steps(values: Values, needed: Collection[int]) -> list[Step]:
    """A step for the inputs, then one for each needed node, in the order of evaluation."""
    network = values.network
    found = [_inputs(values, needed)]
    for step in network.steps.tolist():
        if step >= len(network.ids):
            members = network.softmax_groups[step - len(network.ids)].tolist()
            if members[0] in needed:
                found.append(_softmax(values, members))
        elif step in needed and network.kind[step] not in (INPUT, BIAS):
            found.append(_node(values, step))
    return found


def _inputs(values: Values, needed: Collection[int]) -> Step:
    network = values.network
    inputs = [node for node in network.inputs.tolist() if node in needed]
    if len(inputs) > MOST:
        return Step(say("inputs"), tuple(_many_inputs(values, inputs)))
    lines = []
    for node in inputs:
        name = network.ids[node]
        if network.has_z(node):
            lines.append(values.given("z", name, values.z_name(node), values.z(node)))
            lines.append(_activated(values, node))
        else:
            lines.append(values.given("a", name, values.name(node), values.a(node)))
    return Step(say("inputs" if len(inputs) > 1 else "input"), tuple(lines))


def _many_inputs(values: Values, inputs: list[int]) -> Iterator[Line]:
    """The inputs as a vector, and as another one what flows on if some are normalised."""
    inside = Symbol(say("inputs"), "word")
    yield values.vector_line(inside, None, [values.z(node) for node in inputs])
    normalised = [node for node in inputs if values.network.has_z(node)]
    if normalised:
        for node in normalised:
            _activated(values, node)  # fills the exact values
        left = Symbol(say("normalised inputs"), "word")
        yield values.vector_line(left, None, [values.a(node) for node in inputs])


def _node(values: Values, node: int) -> Step:
    network, name = values.network, values.network.ids[node]
    terms = values.terms(network.incoming.of(node).tolist())
    symbols, forms = join(terms, network.aggregations[node])
    z, plain = values.z(node).value, values.plain(node)
    left = values.z_name(node)
    lines = [values.line("a" if plain else "z", name, left, symbols, forms, z, keep=node)]
    function = network.activation(node)
    if not plain and function.row is not None:
        lines.append(_activated(values, node))
    lines += _class(values, node)
    return Step(values.name(node), tuple(lines))


def _class(values: Values, node: int) -> Iterator[Line]:
    """The class that the one output says, if the spec has something to say about its classes."""
    classes, a = values.network.classes, values.a(node)
    if values.network.outputs.tolist() != [node] or classes is None or math.isnan(a.value):
        return
    if classes.threshold is None or not classes.given:
        return
    found = int(classes.decided(np.array([[a.value]]))[0])
    relation: Relation = "≥" if found else "<"
    border = constant(classes.threshold, classes.exact or shortest(classes.threshold))
    reason = values.printer.compared(a, relation, border)
    left, name = Symbol(say("class"), "word"), Symbol(classes.names[found], "word")
    yield Line(
        "class", values.network.ids[node], left, None, None, "=", None, float(found),
        reasons=(reason,), vector=name,
    )  # fmt: skip


def _activated(values: Values, node: int) -> Line:
    """The value of a node from its z."""
    function = values.network.activation(node)
    shown, name = in_symbols(function, values.z_name(node)), values.network.ids[node]
    a, z = values.a(node), values.z(node)
    note = undefined(function, values.printer.given(z)) if born_of(z, a) else ""
    forms = value_forms(function, z, fractions=values.printer.fractions)
    return values.line("a", name, values.name(node), shown, forms, a.value, note, keep=node)


def _largest_and_total(members: list[int]) -> tuple[Symbol, Symbol]:
    """The symbols for the largest z of a softmax group and for the sum of its exp(z − largest)."""
    place = members[0]
    return Symbol(say("largest z"), "word", place), Symbol("Σe", "word", place)


def exponentials(values: Values, members: list[int]) -> tuple[Number, list[Number], Number]:
    """The largest z of a softmax group, exp(z − largest) of each member, and the sum of these.

    The real values of the last two are known once their lines have been written.
    """
    z, exactly = values.trace.z[members], values.exact
    largest_z, total_e = _largest_and_total(members)
    largest, e, total = softmax_parts(z)
    known = [exact for node in members if (exact := values.exact.get(("z", node))) is not None]
    exact = max(known) if len(known) == len(members) else None
    shares = [
        Number(float(x[0]), exactly.get(("exp", n)), of=ex.Call("e", (values.name(n),)))
        for n, x in zip(members, e, strict=True)
    ]
    whole = Number(float(total[0]), exactly.get(("total", members[0])), of=total_e)
    return Number(float(largest[0]), exact, of=largest_z), shares, whole


def _softmax(values: Values, members: list[int]) -> Step:
    """The step of a softmax group; each z is shifted by the largest, so that no exp overflows."""
    network = values.network
    largest_z, total_e = _largest_and_total(members)
    largest, exps, total = exponentials(values, members)
    terms = [
        Term(values.z_name(n), values.z(n), values.z(n).value, values.z(n).exact) for n in members
    ]
    symbols, forms = join(terms, "max")
    lines = [values.line("largest", "", largest_z, symbols, forms, largest.value)]
    shares = [ex.Call("e", (values.name(node),)) for node in members]
    for node, share, e in zip(members, shares, exps, strict=True):
        symbols = ex.Call("exp", (ex.Difference(values.z_name(node), largest_z),))
        numbers = ex.Call("exp", (ex.Difference(values.z(node), largest),))
        name = network.ids[node]
        lines.append(values.line("exp", name, share, symbols, numbers, e.value, keep=node))
    _, exps, _ = exponentials(values, members)
    terms = [Term(share, e, e.value, e.exact) for share, e in zip(shares, exps, strict=True)]
    symbols, forms = join(terms)
    lines.append(values.line("total", "", total_e, symbols, forms, total.value, keep=members[0]))
    _, _, total = exponentials(values, members)
    for node, share, e in zip(members, shares, exps, strict=True):
        a = values.a(node).value
        shown, quotient = ex.Quotient(share, total_e), ex.Quotient(e, total)
        name, left = network.ids[node], values.name(node)
        lines.append(values.line("a", name, left, shown, quotient, a, keep=node))
    return Step(say("softmax"), tuple(lines), say("softmax shifted"))
