"""Derivations: every equation in letters is held to numeric derivatives of the loss, by mpmath."""

from __future__ import annotations

import json

import mpmath
import pytest

import deepgraph
from deepgraph.errors import InputError
from deepgraph.explain import expressions as ex
from deepgraph.explain.derivation import section
from deepgraph.spec import gallery
from tests.support.small_specs import spec

Z, T = mpmath.mpf("0.7"), mpmath.mpf("0.3")
ZS = [mpmath.mpf(n) for n in ("0.2", "-1.1", "0.5")]
TS = [mpmath.mpf(n) for n in ("0.25", "0.5", "0.25")]


def unit(activation):
    """One input, one output with an activation."""
    content = spec()
    content["nodes"][1]["activation"] = activation
    content["edges"][0]["weight"] = 1
    return deepgraph.loads(json.dumps(content))


def number(expression, letters, index=None):  # noqa: PLR0911 (a case for each kind)
    """The value of an expression in letters; an indexed sum runs over the three classes."""

    def inner(part):
        return number(part, letters, index)

    match expression:
        case ex.Number(value=value):
            return mpmath.mpf(value)
        case ex.Symbol(name):
            root, _, place = name.partition("_")
            found = letters[root]
            return found[(index or {}).get(place, 0)] if place else found
        case ex.Sum(terms):
            return mpmath.fsum(map(inner, terms))
        case ex.Difference(left, right):
            return inner(left) - inner(right)
        case ex.Product(factors):
            return mpmath.fprod(map(inner, factors))
        case ex.Quotient(top, bottom):
            return inner(top) / inner(bottom)
        case ex.Power(base, exponent):
            return inner(base) ** exponent
        case ex.Negative(part):
            return -inner(part)
        case ex.Call(name, (part,)) if name.startswith("Σ_"):
            places = ({**(index or {}), name[2:]: n} for n in range(3))
            return mpmath.fsum(number(part, letters, place) for place in places)
        case ex.Call(name, (part,)):
            return {"exp": mpmath.exp, "ln": mpmath.log, "tanh": mpmath.tanh}[name](inner(part))
    raise AssertionError(expression)


def without_partials(expression):
    found = []
    ex.replace(expression, lambda leaf: found.append(leaf) or leaf)
    return not any(isinstance(leaf, ex.Partial) for leaf in found)


CASES = [
    ("identity", "squared_error"),
    ("identity", "half_squared_error"),
    ("sigmoid", "half_squared_error"),
    ("tanh", "mean_squared_error"),
    ("sigmoid", "cross_entropy"),
    ({"name": "sigmoid", "gain": 2}, "cross_entropy"),
]


@pytest.mark.parametrize(("activation", "loss"), CASES)
def test_each_equation_agrees_with_numeric_derivatives(activation, loss):
    net = unit(activation)
    gain = activation["gain"] if isinstance(activation, dict) else 1
    lines = [line for step in section(net, loss, ["y"]).steps for line in step.lines]
    by_left = {}
    for line in lines:
        by_left.setdefault(line.left, []).append(line.symbols)
    letters = {"z": Z, "t": T, "gain": mpmath.mpf(gain)}

    def a_at(z):
        return number(by_left[ex.Symbol("a")][0], {**letters, "z": z})

    loss_form = next(forms[0] for left, forms in by_left.items() if left.name == "loss")

    def loss_at(a):
        return number(loss_form, {**letters, "a": a})

    letters["a"] = a_at(Z)
    with mpmath.workdps(40):
        wanted = {
            ("loss", "a"): mpmath.diff(loss_at, letters["a"]),
            ("a", "z"): mpmath.diff(a_at, Z),
            ("loss", "z"): mpmath.diff(lambda z: loss_at(a_at(z)), Z),
        }
    checked = set()
    for left, forms in by_left.items():
        if isinstance(left, ex.Partial):
            key = (left.of.name, left.by.name)
            for form in filter(without_partials, forms):
                assert mpmath.almosteq(number(form, letters), wanted[key], rel_eps=1e-10), key
                checked.add(key)
    assert checked == set(wanted)
    # The network itself agrees, and so does its loss.
    with mpmath.workdps(15):
        found = net.gradient({"x": float(Z)}, {"y": float(T)}, loss)
    assert float(found.nodes_z[1, 0]) == pytest.approx(float(wanted["loss", "z"]), rel=1e-12)
    assert found.loss == pytest.approx(float(loss_at(letters["a"])), rel=1e-12)


def test_softmax_agrees_with_numeric_derivatives():
    iris = deepgraph.load(gallery.path("iris"))
    steps = section(iris, "cross_entropy", iris.output_names).steps
    lines = [line for step in steps for line in step.lines]

    def letters_at(zs):
        total = mpmath.fsum(map(mpmath.exp, zs))
        return {"z": zs, "t": TS, "p": [mpmath.exp(z) / total for z in zs]}

    def loss_at(z):
        return -mpmath.fsum(
            t * mpmath.log(p) for t, p in zip(TS, letters_at([z, *ZS[1:]])["p"], strict=True)
        )

    letters = letters_at(ZS)
    seen = 0
    for line in lines:
        right = number(line.symbols, letters, {"i": 0, "k": 0})
        if not isinstance(line.left, ex.Partial):
            is_loss = line.left == ex.Symbol("loss", "word")
            left = loss_at(ZS[0]) if is_loss else number(line.left, letters, {"i": 0, "k": 0})
        elif line.left.of == ex.Symbol("loss", "word"):
            left = mpmath.diff(loss_at, ZS[0])
        else:
            inner = line.left.of
            left = mpmath.diff(lambda z, of=inner: number(of, letters_at([z, *ZS[1:]])), ZS[0])
        assert mpmath.almosteq(left, right, rel_eps=1e-9), line
        seen += 1
    assert seen == 8


def test_it_stands_once_before_the_backward_pass():
    net = deepgraph.load(gallery.path("mazur"))
    titles = [s.title for s in net.explain(example=5, derive=True).sections]
    assert titles == ["Forward", "Stages", "Loss", "Derivation", "Backward", "Update"]
    rows = net.explain({"i1": [0, 1], "i2": 0.5}, {"o1": 1}, derive=True).sections
    assert [section.title for section in rows].count("Derivation") == 1
    assert "∂loss/∂z = (a − t)·a·(1 − a)" in net.explain(example=5, derive=True).text()
    assert (
        r"{\textstyle\sum}_{k}"
        in deepgraph.load(gallery.path("iris")).explain(example="flower 71", derive=True).latex()
    )


@pytest.mark.parametrize(
    ("activation", "options", "message"),
    [
        (
            "relu",
            {"targets": {"y": 1}},
            "a derivation is written for cross_entropy, and for squared",
        ),
        ("identity", {"targets": {"y": 1}, "loss": "huber"}, 'here "huber" meets identity'),
        ("identity", {}, "a derivation belongs to the backward pass: give targets"),
        ("identity", {"of": "y"}, "a derivation begins at a loss that compares with targets"),
    ],
)
def test_what_has_no_derivation_is_told(activation, options, message):
    with pytest.raises(InputError, match=message):
        unit(activation).explain({"x": 1}, derive=True, **options)


# --- δ --------------------------------------------------------------------------------------------


def test_deltas_are_written_by_choice():
    net = deepgraph.load(gallery.path("mazur"))
    text = net.explain(example=5, notation="delta").text()
    assert "δ(o₁) = ∂loss/∂o₁ · ∂o₁/∂z(o₁) ≈ 0.7414·0.1868 ≈ 0.1385" in text
    assert "∂loss/∂w₅ = δ(o₁)·h₁ ≈ 0.1385·0.5933 ≈ 0.08217" in text
    assert "∂loss/∂h₁ = δ(o₁)·w₅ + δ(o₂)·w₇ ≈" in text
    assert "∂loss/∂b₁ = δ(h₁) + δ(h₂) ≈" in text
    assert "/∂z(o₁) =" in text  # the slope of the activation stays a derivative
    assert r"\delta\left(o_{1}\right)" in net.explain(example=5, notation="delta").latex()
    with pytest.raises(InputError, match='the notation is "partial" or "delta", got "deltas"'):
        net.explain(example=5, notation="deltas")


def test_both_notations_have_the_same_values():
    for name in ("mazur", "iris", "deep_state", "xor"):
        net = deepgraph.load(gallery.path(name))
        x = dict.fromkeys(net.input_names, 0.5)
        target = dict.fromkeys(net.output_names, 0.25)
        plain = net.explain(x, target)
        delta = net.explain(x, target, notation="delta")
        values = [
            [(line.quantity, line.name, line.value) for line in e.lines] for e in (plain, delta)
        ]
        assert str(values[0]) == str(values[1])
