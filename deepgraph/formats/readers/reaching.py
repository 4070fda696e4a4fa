"""Which nodes of an assembled network its outputs need, and what feeds what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from deepgraph.formats.readers.terms import Dense
from deepgraph.functions.softmax import SOFTMAX
from deepgraph.words.messages import counted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from deepgraph.formats.readers.banks import Bank


def needed_nodes(banks: list[Bank], outputs: list[int]) -> NDArray[np.bool_]:
    """(nodes,) true for those that an output depends on."""
    needed = np.zeros(max(bank.first + bank.size for bank in banks), bool)
    needed[outputs] = True
    for bank in reversed(banks):
        own = needed[bank.nodes]
        if bank.kind == "hidden" and SOFTMAX in str(bank.activation) and own.any():
            own[:] = needed[bank.nodes] = True  # a softmax needs its whole group
        for term in bank.terms:
            if isinstance(term, Dense):
                needed[term.sources] |= own.any()
            else:
                needed[term.sources[own[term.rows]]] = True
    return needed


def lost_numbers(banks: list[Bank], needed: NDArray[np.bool_]) -> list[str]:
    """What the report says about weights of nodes that no output depends on."""
    found = []
    for bank in banks:
        lost = ~needed[bank.nodes]
        constant = bank.bias is not None and not bank.bias.trainable
        if bank.kind == "input" or constant or not lost.any():
            continue
        count = 0 if bank.bias is None else int(np.sum(lost & (bank.bias.entry >= 0)))
        for term in bank.terms:
            if isinstance(term, Dense):
                count += int(lost.sum()) * term.matrix.shape[1]
            elif term.weights is not None and term.labels is None:
                count += int(lost[term.rows].sum())
        if count:
            named = [term.name for term in bank.terms if isinstance(term, Dense) and term.name]
            of = f" of {', '.join(named)}" if named else ""
            found.append(f"{counted(count, 'number')}{of}, which no output depends on")
    return found


def banks_that_feed(bank: Bank, by_first: dict[Any, int], banks: list[Bank]) -> list[int] | None:
    """The banks whose nodes, one bank after the other, feed the one dense term of a bank."""
    if len(bank.terms) != 1 or not isinstance(bank.terms[0], Dense):
        return None
    sources, place, found = bank.terms[0].sources, 0, []
    while place < len(sources):
        sizes = [b.size for b in banks if b.first == sources[place]]
        if not sizes or not np.array_equal(
            sources[place : place + sizes[0]], np.arange(sizes[0]) + sources[place]
        ):
            return None
        found.append(by_first[int(sources[place]), sizes[0]])
        place += sizes[0]
    return found if len(set(found)) == len(found) else None
