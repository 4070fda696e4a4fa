"""Why ∂loss/∂z of an output is what the backward pass starts from, derived once in letters.

For an output a = f(z) with target t: softmax or sigmoid with cross-entropy, and the losses of
squared errors with an identity, a sigmoid or tanh. The letters are p, z and t with indices for a
softmax, and a, z and t elsewhere; the backward pass has the names of the network in their place.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from deepgraph.errors import InputError
from deepgraph.explain import expressions as ex
from deepgraph.explain.expressions import Expression, Partial, Symbol, literal
from deepgraph.explain.loss import LOSS
from deepgraph.explain.records import Line, Section, Step
from deepgraph.explain.wording import say
from deepgraph.functions.losses import CLASSES_LOSS
from deepgraph.functions.softmax import SOFTMAX
from deepgraph.words.messages import either, in_quotes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from deepgraph.functions.node_function import NodeFunction
    from deepgraph.graph.graph import Graph

TITLE = "Derivation"
SQUARES = {"squared_error": 1, "half_squared_error": 2, "mean_squared_error": 1}
"""The losses of squared errors, with the divisor of the square of one error."""

A, Z, T, P = (Symbol(letter) for letter in ("a", "z", "t", "p"))
ONE = literal(1)


def section(network: Graph, loss: str, targets: list[str]) -> Section:
    """The derivation for the target nodes of a loss.

    Raises:
        InputError: there are none, or for the activation of one no derivation is written.
    """
    functions: dict[tuple[str, float], NodeFunction] = {}
    for name in targets:
        function = network.activation(network.index[name])
        functions.setdefault((function.name, function.gain), function)
    steps: list[Step] = []
    for function in functions.values():
        steps += _steps(function, loss, len(targets))
    if not steps:
        raise InputError("a derivation begins at a loss that compares with targets; give some")
    return Section(TITLE, tuple(steps))


def put_in(
    sections: Iterable[Section], network: Graph, loss: str, targets: list[str]
) -> Iterator[Section]:
    """The sections of a backward pass with the derivation before the first one."""
    found: Section | None = section(network, loss, targets)
    for one in sections:
        if found is not None and one.title == say("Backward"):
            yield found
            found = None
        yield one


def _steps(function: NodeFunction, loss: str, nodes: int) -> list[Step]:
    if loss == CLASSES_LOSS:
        return _softmax() if function.name == SOFTMAX else _binary(function.gain)
    row = _ACTIVATIONS.get(function.name)
    if loss not in SQUARES or row is None or function.gain != 1 or function.rescaled:
        known = either("or", list(_ACTIVATIONS))
        raise InputError(
            f"a derivation is written for {CLASSES_LOSS}, and for squared errors with {known}; "
            f"here {in_quotes(loss)} meets {function.name}"
        )
    return _squared(row, loss, nodes)


def _line(left: Expression, right: Expression, note: str = "") -> Line:
    """An equation in letters."""
    return Line("derivation", "", left, right, None, "=", None, float("nan"), note=note)


def _by(of: Expression, by: Expression) -> Partial:
    return Partial(of, by)


def _times(*factors: Expression) -> Expression:
    return ex.product(list(factors))


# --- softmax with cross-entropy -------------------------------------------------------------------


def _softmax() -> list[Step]:
    """From −Σ t·ln p to p − t, by the logarithm of the softmax."""
    p_i, p_k, z_i, z_k, z_j, t_i, t_k = (
        Symbol(name) for name in ("p_i", "p_k", "z_i", "z_k", "z_j", "t_i", "t_k")
    )
    exps = ex.Call("Σ_j", (ex.Call("exp", (z_j,)),))
    log = ex.Call("ln", (exps,))
    sum_t = ex.Call("Σ_k", (t_k,))
    share = ex.Quotient(ex.Call("exp", (z_i,)), exps)
    given = (
        _line(p_k, ex.Quotient(ex.Call("exp", (z_k,)), exps)),
        _line(LOSS, ex.Negative(ex.Call("Σ_k", (_times(t_k, ex.Call("ln", (p_k,))),)))),
    )
    logs = (
        _line(ex.Call("ln", (p_k,)), ex.Difference(z_k, log)),
        _line(LOSS, ex.Difference(_times(log, sum_t), ex.Call("Σ_k", (_times(t_k, z_k),)))),
    )
    slopes = (
        _line(_by(log, z_i), share),
        _line(share, p_i),
        _line(_by(LOSS, z_i), ex.Difference(_times(p_i, sum_t), t_i)),
    )
    last = (_line(_by(LOSS, z_i), ex.Difference(p_i, t_i)),)
    return [
        Step("softmax and cross-entropy", given),
        Step("the logarithm of a quotient is a difference", logs),
        Step("by one z, which stands in the sum over j once and in the sum over k once", slopes),
        Step("targets that are shares add up to 1", last),
    ]


# --- sigmoid with cross-entropy -------------------------------------------------------------------


def _binary(gain: float) -> list[Step]:
    """From −(t·ln a + (1 − t)·ln(1 − a)) to a − t, by the slope a·(1 − a) of the sigmoid."""
    inside = Z if gain == 1 else _times(Symbol("gain", "word"), Z)
    rest_a, rest_t = ex.Difference(ONE, A), ex.Difference(ONE, T)
    sigmoid = ex.Quotient(ONE, ex.Sum((ONE, ex.Call("exp", (ex.Negative(inside),)))))
    logs = ex.Sum((_times(T, ex.Call("ln", (A,))), _times(rest_t, ex.Call("ln", (rest_a,)))))
    slope = _times(A, rest_a)
    error: Expression = ex.Difference(A, T)
    by_a, a_by_z = _by(LOSS, A), _by(A, Z)
    if gain != 1:
        factor = Symbol("gain", "word")
        slope, error_z = _times(factor, slope), _times(factor, error)
    else:
        error_z = error
    return [
        Step(
            "sigmoid and cross-entropy",
            (_line(A, sigmoid), _line(LOSS, ex.Negative(logs))),
        ),
        Step(
            "the loss by a, over one denominator",
            (
                _line(by_a, ex.Sum((ex.Negative(ex.Quotient(T, A)), ex.Quotient(rest_t, rest_a)))),
                _line(by_a, ex.Quotient(error, _times(A, rest_a))),
            ),
        ),
        Step("the slope of the sigmoid", (_line(a_by_z, slope),)),
        Step(
            "the chain rule, where a·(1 − a) cancels",
            (_line(_by(LOSS, Z), _times(by_a, a_by_z)), _line(_by(LOSS, Z), error_z)),
        ),
    ]


# --- squared errors -------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Activation:
    """An activation in letters: its formula, its slope by z, and words for the slope."""

    formula: Expression
    slope: Expression
    words: str


_EXP = ex.Call("exp", (ex.Negative(Z),))
_ACTIVATIONS = {
    "identity": _Activation(Z, ONE, "the slope of the identity"),
    "sigmoid": _Activation(
        ex.Quotient(ONE, ex.Sum((ONE, _EXP))),
        ex.Product((A, ex.Difference(ONE, A))),
        "the slope of the sigmoid",
    ),
    "tanh": _Activation(
        ex.Call("tanh", (Z,)), ex.Difference(ONE, ex.Power(A, 2)), "the slope of tanh"
    ),
}


def _squared(row: _Activation, loss: str, nodes: int) -> list[Step]:
    """From (a − t)² to the error times the slope; each node has a part of its own."""
    error: Expression = ex.Difference(A, T)
    square: Expression = ex.Power(error, 2)
    by_a: Expression = _times(literal(2), error)
    if SQUARES[loss] == 2:
        square, by_a = ex.Quotient(square, literal(2)), error
    if loss == "mean_squared_error" and nodes > 1:
        square, by_a = ex.Quotient(square, literal(nodes)), ex.Quotient(by_a, literal(nodes))
    left, a_by_z, by_z = _by(LOSS, A), _by(A, Z), _by(LOSS, Z)
    is_plain = row.slope == ONE
    result = by_a if is_plain else _times(by_a, row.slope)
    return [
        Step("the part of one node", (_line(A, row.formula), _line(LOSS, square))),
        Step("the loss by a", (_line(left, by_a),)),
        Step(row.words, (_line(a_by_z, row.slope),)),
        Step("the chain rule", (_line(by_z, _times(left, a_by_z)), _line(by_z, result))),
    ]
