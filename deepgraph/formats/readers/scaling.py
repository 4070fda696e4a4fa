"""Scaling as inputs and outputs do it themselves, where a file has nodes of its own for it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from deepgraph.formats.readers.terms import Dense, Sparse

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from deepgraph.formats.readers.assembly import Assembly
    from deepgraph.formats.readers.banks import Bank
    from deepgraph.formats.readers.record import Report
    from deepgraph.formats.readers.terms import Term


@dataclass(frozen=True)
class _Line:
    """A bank that only multiplies and adds: a node behind each node of another bank."""

    bank: Bank
    before: Bank
    factor: NDArray[np.float64]
    summand: NDArray[np.float64]


def absorb(assembly: Assembly, report: Report) -> None:
    """Let inputs be normalised, and outputs rescaled, in place of nodes that only scale them."""
    uses = _uses(assembly)
    for line in _lines(assembly, uses):
        if not any(line.before is bank for bank in assembly.banks):
            continue  # it became the one before it itself
        inner = set(assembly.outputs).isdisjoint(line.bank.nodes.tolist())
        if line.before.kind == "input" and not line.before.normalise and inner:
            _into_inputs(assembly, line)
            report.merged.append("the scaling in front of the first layer into the inputs")
        elif _may_rescale(assembly, line, uses):
            _into_outputs(assembly, line)
            report.merged.append("the scaling behind the last layer into the outputs")


def _lines(assembly: Assembly, uses: NDArray[np.int64]) -> list[_Line]:
    by_first = {bank.first: bank for bank in assembly.banks}
    found = []
    for bank in assembly.banks:
        plain = bank.kind == "hidden" and bank.activation == "identity"
        term = (
            bank.terms[0] if plain and len(bank.terms) == 1 and bank.aggregation == "sum" else None
        )
        if not isinstance(term, Sparse) or not np.array_equal(term.rows, np.arange(bank.size)):
            continue
        before = by_first.get(int(term.sources[0]))
        if before is None or not np.array_equal(term.sources, before.nodes):
            continue
        factor = np.ones(bank.size) if term.weights is None else term.weights.astype(np.float64)
        summand = np.zeros(bank.size) if bank.bias is None else bank.bias.by_row()
        if np.any(uses[before.nodes] != 1) or not factor.all():
            continue
        if np.all(factor == 1) and not summand.any():
            continue  # a wire, which scales nothing
        found.append(_Line(bank, before, factor, summand))
    return found


def _uses(assembly: Assembly) -> NDArray[np.int64]:
    """(nodes,) how many edges lead out of each node."""
    last = assembly.banks[-1]
    uses = np.zeros(last.first + last.size, np.int64)
    for bank in assembly.banks:
        for term in bank.terms:
            count = len(term.matrix) if isinstance(term, Dense) else 1
            np.add.at(uses, term.sources, count)
    return uses


def _into_inputs(assembly: Assembly, line: _Line) -> None:
    """(z − mean)/scale is factor·z + summand."""
    line.before.normalise = {"mean": -line.summand / line.factor, "scale": 1 / line.factor}
    _replace(assembly, line)


def _may_rescale(assembly: Assembly, line: _Line, uses: NDArray[np.int64]) -> bool:
    nodes = line.bank.nodes
    are_outputs = np.isin(nodes, assembly.outputs).all()
    unused = not uses[nodes].any()
    function = line.before.activation
    plain = line.before.kind == "hidden" and not line.before.rescale
    softmax = "softmax" in str(function)
    inner = np.isin(line.before.nodes, assembly.outputs).any()
    return bool(are_outputs and unused and plain and not softmax and not inner)


def _into_outputs(assembly: Assembly, line: _Line) -> None:
    line.before.rescale = {"mean": line.summand, "scale": line.factor}
    line.before.name = line.bank.name or line.before.name
    line.before.ids = line.bank.ids or line.before.ids
    _replace(assembly, line)


def _replace(assembly: Assembly, line: _Line) -> None:
    """Let all that leads from or is a node of a line be the node before it."""
    first, size, shift = line.bank.first, line.bank.size, line.before.first - line.bank.first

    def moved(sources: NDArray[Any]) -> NDArray[Any]:
        inside = (sources >= first) & (sources < first + size)
        return np.where(inside, sources + shift, sources)

    assembly.banks.remove(line.bank)
    for bank in assembly.banks:
        terms: list[Term] = [replace(term, sources=moved(term.sources)) for term in bank.terms]
        bank.terms = terms
    assembly.outputs = moved(np.array(assembly.outputs)).tolist()
