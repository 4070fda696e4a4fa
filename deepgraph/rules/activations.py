"""Rules about activations and aggregations."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from deepgraph.errors import Problem
from deepgraph.functions.activations import ACTIVATIONS, find
from deepgraph.functions.aggregations import AGGREGATIONS
from deepgraph.functions.softmax import SOFTMAX
from deepgraph.functions.written import GAIN
from deepgraph.spec import literals
from deepgraph.words import elsewhere
from deepgraph.words.messages import Nearest, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deepgraph.functions.written import Function
    from deepgraph.graph.draft import Draft


def functions_are_known(draft: Draft) -> Iterator[Problem]:
    """Activations, their parameters, and aggregations are in the tables of functions."""
    first = {function: node for node, function in reversed(list(enumerate(draft.function)))}
    for number, node in first.items():
        if number in draft.rescaled and draft.functions.index(draft.functions[number]) < number:
            continue  # reported where the same function stands without constants
        for message in function_problems(draft.functions[number]):
            yield Problem(f"{draft.paths[node]}.activation", message)
    for node, aggregation in enumerate(draft.aggregations):
        if aggregation not in AGGREGATIONS:
            known = f"known: {', '.join(AGGREGATIONS)}"
            nearest = Nearest(AGGREGATIONS, known, elsewhere=elsewhere.AGGREGATIONS)
            message = f'unknown aggregation "{shown(aggregation)}"{nearest(aggregation)}'
            yield Problem(f"{draft.paths[node]}.aggregation", message)


def function_problems(function: Function) -> Iterator[str]:
    """Problems of an activation as a spec writes it, one message each."""
    given = {} if isinstance(function, str) else dict(function)
    name = function if isinstance(function, str) else given.pop("name", None)
    if not isinstance(name, str):
        yield 'an activation object needs the name of its function; write "name": "relu"'
        return
    if name == SOFTMAX:
        if not isinstance(given.pop("group", ""), str):
            yield 'the "group" of a softmax is a text'
        if GAIN in given:
            yield 'softmax has no "gain": multiply the weights into its nodes instead'
        elif given:
            yield f'softmax has no parameter "{next(iter(given))}"; it knows "group"'
        return
    row = find(name)
    if row is None:
        known = [*ACTIVATIONS, SOFTMAX]
        nearest = Nearest(known, "known: " + ", ".join(known), elsewhere=elsewhere.ACTIVATIONS)
        yield f'unknown activation "{shown(name)}"{nearest(name)}'
        return
    texts = [key for key, number in given.items() if isinstance(number, str)]
    if texts:
        text = shown(str(given[texts[0]]))
        yield f'{texts[0]} of {row.name} is a number without quotes, got "{text}"'
        return
    for key, number in given.items():
        if isinstance(number, int) and abs(number) > literals.LARGEST_INTEGER:
            yield f"{key} of {row.name} is an integer beyond 2**53; write it with a decimal point"
            return
    numbers = {key: _double(number) for key, number in given.items()}
    gain = numbers.pop(GAIN, 1.0)
    if not math.isfinite(gain) or not gain:
        what = "is the factor of z and must not be 0" if not gain else "must be finite"
        yield f"gain {what}"
    yield from row.problems(numbers)


def _double(number: Any) -> float:
    try:
        return float(number)
    except OverflowError:  # an integer of more than 308 digits
        return math.inf
