"""Reads worked arithmetic by its text and the spec alone; holds every sign to the real values.

The real value of a name is a fraction as long as all that it is made of is rational; `IRRATIONAL`
where that is proved (exp of a rational other than 0 and the like, and what rational arithmetic
makes of one such number); `None` where neither is known. `=` must be true of these values, `≈` must
stand where a number is put in or stated that is not its name's value, and nowhere else. Besides,
each printed number is a rounding of the double of a name before it, and arithmetic with the printed
numbers gives the printed result to half a unit of its last digit.
"""

from __future__ import annotations

import math
import random
import re
import sys
from collections import Counter, defaultdict
from fractions import Fraction

from mpmath import mpf

from deepgraph.functions.activations import ACTIVATIONS
from deepgraph.functions.aggregations import AGGREGATIONS
from tests.support.strategies import irregular, network
from tests.support.worked import (
    IRRATIONAL,
    NUMBER,
    RELATION,
    Exact,
    Reader,
    Real,
    Within,
    judge,
    lines,
)

SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
NODE = r"[xbhy]\d*"
NAME = re.compile(
    rf"∂(?:loss|z\({NODE}\)|{NODE})/∂(?:w\({NODE}→{NODE}\)|z\({NODE}\)|[a-z]\d*)"
    rf"(?:\({NODE}→{NODE}\))?|Σa·∂loss/∂a|largest z|Σ[et]|row \d+|"
    rf"[zte]\({NODE}\)|w\({NODE}→{NODE}\)|loss|η|(?<![a-z])[xbhyw]\d*(?![a-z(])"
)
GAINED = rf"(?:−?{NUMBER}·)?z\((?P<node>{NODE})\)"
CALL = re.compile(rf"(?P<title>[A-Za-z][A-Za-z0-9 ()]*)\({GAINED}\)")
CONSTANTS = frozenset(
    Fraction(text)
    for text in (
        *("0", "1", "2", "3", "4", "6", "0.044715", "0.134145", "1/6", "0.5", "0.01"),
        *("1.6732632423543772", "1.0507009873554805"),
    )
)
"""The numbers of formulas, and the defaults of their parameters."""
POINTS = {"sigmoid": Fraction(1, 2), "exp": 1, "cos": 1, "gaussian": 1} | dict.fromkeys(
    ("tanh", "sin", "elu", "selu", "celu", "gelu", "gelu_tanh", "silu", "mish", "bent_identity"), 0
)
"""The rational values at 0 of functions that are irrational at every other rational number."""
EXACTLY = {
    "identity": lambda z: z,
    "relu": lambda z: max(z, 0),
    "relu6": lambda z: max(0, min(6, z)),
    "thresholded_relu": lambda z, alpha=1: z if z > alpha else 0,
    "leaky_relu": lambda z, alpha=Fraction(1, 100): z if z > 0 else alpha * z,
    "softsign": lambda z: z / (1 + abs(z)),
    "hard_sigmoid": lambda z, alpha=Fraction(1, 6), beta=Fraction(1, 2): max(
        0, min(1, alpha * z + beta)
    ),
    "hard_swish": lambda z: z * max(0, min(6, z + 3)) / 6,
    "hard_tanh": lambda z, min=-1, max=1: min if z < min else max if z > max else z,
    "step": lambda z, at_zero=1: at_zero if z == 0 else int(z > 0),
    "sign": lambda z: (z > 0) - (z < 0),
    "floor": math.floor,
    "round": round,
    "abs": abs,
    "square": lambda z: z**2,
    "cube": lambda z: z**3,
    "inverse": lambda z: 1 / z if z else None,
}


class Reals(Exact):
    """Exact arithmetic in which a name stands for its real value."""

    def __init__(self, names):
        super().__init__(0)
        self.names = names

    def number(self, text):
        if text.endswith("e999"):
            return Real(self.names[int(text[:-4])])
        return super().number(text)


class Truth:
    """The names of a network and what they stand for, filled line by line."""

    def __init__(self, spec, inputs, targets, precision, rate=None, *, fractions=False):
        self.fractions = fractions
        self.digits = {None: 4, "full": 17}.get(precision, precision)
        self.mode = "full" if precision == "full" else self.digits
        self.real, self.double = {}, {}
        self.history = defaultdict(list)
        self.nodes = {node["id"]: node for node in spec["nodes"]}
        self.into = defaultdict(list)
        values = dict(spec.get("parameters", {}))
        for edge in spec["edges"]:
            if edge.get("label") and "weight" in edge:
                values[edge["label"]] = edge["weight"]
        for edge in spec["edges"]:
            name = edge.get("label") or f"w({edge['source']}→{edge['target']})"
            given = edge.get("weight", values.get(edge.get("label")))
            self.into[edge["target"]].append((edge["source"], None if given is None else name))
            if given is not None:
                self.know(name, given)
        for node in spec["nodes"]:
            if node["kind"] == "bias":
                fed = [e for e in spec["edges"] if e["source"] == node["id"]]
                wired = any("weight" not in e and "label" not in e for e in fed)
                default = 1 if not wired else 0
                self.know(node["id"], node.get("value", values.get(node["id"], default)))
        for name, value in inputs.items():
            self.know(name, value)
        for name, value in targets.items():
            self.know(f"t({name})", value)
        if rate is not None:
            self.know("η", rate)
        self.settings = {
            Fraction(str(value))
            for node in spec["nodes"]
            if isinstance(node.get("activation"), dict)
            for key, value in node["activation"].items()
            if key not in ("name", "group")
        } | CONSTANTS

    def know(self, name, value):
        self.real[name] = Fraction(value) if isinstance(value, str) else Fraction(repr(value))
        self.double[name] = float(self.real[name])

    def _local(self, name):
        """∂z/∂source and ∂z/∂weight of a sum, which no line states."""
        of, by = re.fullmatch(r"∂(.*?)/∂(.*)", name).groups()
        edge = re.fullmatch(r"\w+\((\w+)→\w+\)", by)
        if edge and not by.startswith("w("):  # of several edges that share a weight
            return edge[1], None
        node, by = (
            re.sub(r"^z\((.*)\)$", r"\1", of),
            re.sub(r"(?<=\w)\(.*→.*\)$", "", by) if not (by.startswith("w(")) else by,
        )
        found = [("one", Fraction(1)) if weight is None else (weight, None)
                 for source, weight in self.into[node] if source == by]  # fmt: skip
        found += [(source, None) for source, weight in self.into[node] if weight == by]
        if len(found) > 1:
            return None, None  # a weight that two edges into one node share
        return found[0]

    def look(self, name, left):
        """The real value and the double of a name in the symbols of a line."""
        if name.startswith("row "):
            return self.history[left][int(name[4:]) - 1]
        if name not in self.real and name.startswith("∂") and not name.startswith("∂loss"):
            other, value = self._local(name)
            if other is None:
                return None, None
            return (value, 1.0) if value is not None else (self.real[other], self.double[other])
        if name == "Σt" or (name.startswith("∂z(") and len(self.history[name]) > 1):
            return None, None
        return self.real[name], self.double[name]

    def symbols(self, text, left):
        """The names in a side and their values; the side with numbers of names in their places."""
        found = []

        def place(match):
            found.append(self.look(match[0], left))
            return f"{len(found) - 1}e999"

        return found, NAME.sub(place, text)

    def of_call(self, match):
        node = match["node"]
        written = self.nodes[node].get("activation", "identity")
        given = {"name": written} if isinstance(written, str) else dict(written)
        name, gain = given.pop("name"), Fraction(str(given.pop("gain", 1)))
        settings = {key: Fraction(str(value)) for key, value in given.items()}
        z = self.real[f"z({node})"]
        aliases = {alias: row.name for row in ACTIVATIONS.values() for alias in row.aliases}
        name = aliases.get(name, name)
        if not isinstance(z, Fraction):
            return None
        z = gain * z
        if name in EXACTLY:
            value = EXACTLY[name](z, **settings)
            return None if value is None else Fraction(value)
        if name in POINTS and z == 0:
            return Fraction(POINTS[name])
        if name == "sqrt":
            return Exact(0).call("√", [Real(z)]).value if z >= 0 else None
        if name in ("sigmoid", "tanh", "exp", "sin", "cos", "gaussian"):
            return IRRATIONAL
        return None

    def _of_formula(self, call):
        """How often each number may stand in the formula of a function, all pieces together."""
        written = self.nodes[call["node"]].get("activation", "identity")
        given = {"name": written} if isinstance(written, str) else written
        row = next(r for r in ACTIVATIONS.values() if given["name"] in (r.name, *r.aliases))
        formula = row.shown or row.formula
        found = Counter(map(Fraction, re.findall(r"\d+(?:\.\d+)?", formula)))
        for parameter in row.parameters:
            value = Fraction(str(given.get(parameter.name, parameter.default)))
            short = value.limit_denominator(1000)
            value = short if float(short) == float(value) else value  # 1/6
            found[abs(value)] += len(re.findall(rf"(?<![a-z]){parameter.name}(?![a-z])", formula))
        if "gain" in given:
            found[abs(Fraction(str(given["gain"])))] += len(
                re.findall(r"(?<![a-z])z(?![a-z])", formula)
            )
        return found

    def _vector(self, result, sign, values):
        """Each number of a vector is a rounding of its double; behind = it is the double."""
        texts = re.sub("[()]", "", result.strip("[]ᵀ")).replace("−", "-").split()
        if not result.startswith("[") or not values or len(texts) != len(values):
            return
        assert (sign == "→") == (not all(map(math.isfinite, values))), (result, sign)
        for text, value in zip(texts, values, strict=True):
            if not math.isfinite(value):
                continue
            cut = digits(text) >= self.digits and sign != "=" and "/" not in text
            unit = half_unit(text) if cut else Fraction(abs(value)) / 10**12
            assert abs(Fraction(text) - Fraction(value)) <= unit * (1 + Fraction(1, 10**9)) + (
                Fraction(abs(value)) / 2**52
            ), (result, value)

    def read(self, line, value, kinds, values=()):
        """Check one line, and keep what its left side stands for.

        Args:
            line: as printed.
            value: the double of its result.
            values: the doubles of a vector.
            kinds: counts what was checked.
        """
        line = line.translate(SUBSCRIPTS)
        body = re.sub(r"   \(.*\)$", "", line)
        drifted, body = "double precision rounds" in line, body.partition(", as ")[0]
        left, *rest = RELATION.split(body)
        if left.startswith("new "):
            left = "new"
        signs, parts = rest[::2], rest[1::2]
        result = parts[-1]
        if result.startswith("[") or "→" in signs:
            if "→" in signs:
                self.real[left], self.double[left] = None, value
                self.history[left].append((None, value))
            kinds["skipped"] += 1
            self._vector(result, signs[-1], values)
            return
        real, known = self._chain(left, signs, parts, kinds)
        if left in self.real and left.startswith(("x", "b")) and len(parts) == 1:
            real, known = self.real[left], True
        self._result(line, signs, parts, real if known else None, value, drifted)
        self.real[left], self.double[left] = real, value
        self.history[left].append((real, value))
        kinds["read"] += 1

    def _chain(self, left, signs, parts, kinds):
        """The value of the left side, by the names; the sign before the numbers is checked."""
        names = [n for n, part in enumerate(parts) if NAME.search(part) or CALL.fullmatch(part)]
        if not names:
            return self._stated(signs, parts), True
        assert names[0] == 0, parts
        symbols = parts[0]
        if "…" in symbols or signs[0] == "≈":
            return None, False
        call = CALL.fullmatch(symbols)
        if call and not left.startswith("∂"):
            real = self.of_call(call)
            found, allowed = [self.look(f"z({call['node']})", left)], self._of_formula(call)
        else:
            found, text = self.symbols(symbols, left)
            arithmetic = Reals([real for real, _ in found])
            real = Reader(text, arithmetic).whole().value
            allowed = Counter(map(Fraction, re.findall(r"(?<![\de.])\d+(?:\.\d+)?(?!\w)", text)))
        if len(parts) == 3:
            self._put_in(signs[1], parts[1], found, allowed, bool(call), (left, parts))
            kinds["put in"] += 1
        return real, True

    def _stated(self, signs, parts):
        """A number that no name leads to: a slope of a piece, a given number."""
        if len(parts) == 2 and signs[0] == "=" and re.fullmatch(r"[\d/.−]+", parts[0]):
            return Fraction(parts[0].replace("−", "-"))
        return (
            Fraction(parts[0].replace("−", "-"))
            if set(signs) == {"="} and (len(parts) == 1)
            else None
        )

    def _put_in(self, sign, numbers, found, allowed, call, about):
        """Each number is a rounding of a name before it, and `=` stands if it is no rounding."""
        texts = re.findall(rf"\d+/\d+(?![\d.e])|{NUMBER}" if self.fractions else NUMBER, numbers)
        texts = [text.replace("−", "-") for text in texts]
        exact = Counter(abs(real) for real, _ in found if isinstance(real, Fraction))
        if call:  # a formula may have z any number of times
            exact = Counter(dict.fromkeys(exact, math.inf))
        constants = Counter()
        for constant in allowed.elements():
            constants[abs(constant)] += 1
            if constant.denominator > 1:  # 1/6 as it stands
                constants.update(
                    [Fraction(abs(constant.numerator)), Fraction(constant.denominator)]
                )
        doubles = [abs(double) for _, double in found if double is not None]
        doubtful = any(real is None for real, _ in found)
        lost = any(double is None for _, double in found)
        rounded = False
        for text in texts:
            if "/" in text:
                continue
            # When each constant has had its place, what looks like one stands for a name; and no
            # constant is written as 2.0.
            places = constants if constants[Fraction(text)] and not text.endswith(".0") else exact
            places[Fraction(text)] -= 1
            if places[Fraction(text)] >= 0:
                continue
            spelled = min((abs(double - float(text)) for double in doubles), default=None)
            if not call and not lost:
                assert spelled is not None, about
                unit = half_unit(text) if digits(text) >= self.digits else float(text) * 1e-12
                assert spelled <= float(unit) * (1 + 1e-9) + 1e-15 * float(text), (text, about)
            if not doubtful:
                rounded = True
        if rounded:
            assert sign == "≈", about
        elif not doubtful and not self.fractions and paired(texts, found):
            fit = [abs(real) == Fraction(text) for (real, _), text in zip(found, texts, strict=True)
                   if isinstance(real, Fraction)]  # fmt: skip
            assert (sign == "=") == (all(fit) and len(fit) == len(texts)), about

    def _result(self, line, signs, parts, real, value, drifted):
        """The result is a rounding of the evaluator's, and the numbers give it."""
        text, sign = parts[-1].replace("−", "-"), signs[-1]
        if "/" in text:
            assert Fraction(text) == real or real is None, line
            return
        cut = digits(text) >= self.digits
        unit = half_unit(text) if cut else abs(value) * 1e-12
        assert abs(Fraction(text) - Fraction(value)) <= Fraction(unit) * (
            1 + Fraction(1, 10**9)
        ) + Fraction(abs(value)) / 2**53 + Fraction(5e-324), line
        if len(parts) == 1 or NAME.search(parts[-2]):
            if isinstance(real, Fraction):
                assert (sign == "=") == (Fraction(text) == real), (line, real)
            if real == IRRATIONAL:
                assert sign == "≈", line
            return
        if sign == "≈" and not drifted and self.digits <= 11 and "…" not in parts[-2]:
            by_hand = Reader(parts[-2], AsPrinted(self.mode)).whole()
            low, high = mpf(by_hand.a), mpf(by_hand.b)
            half = mpf(half_unit(text))
            if not cut:
                size = abs(mpf(text)) or max(
                    mpf(t.replace("−", "-")) for t in re.findall(NUMBER, parts[-2])
                )
                places = 0 if not size else int(f"{float(size):e}".partition("e")[2])
                half = min(half, mpf(10) ** (places - self.digits + 1) / 2)
            half = (
                half * (1 + mpf("1e-9")) + abs(mpf(value)) * mpf("1e-14") + mpf("5e-324")
            )  # of subnormals
            assert low <= mpf(text) + half, (line, by_hand)
            assert high >= mpf(text) - half, (line, by_hand)
            assert not same(parts[-2], text), line


class AsPrinted(Within):
    """The same intervals, each number taken as it is printed."""

    def number(self, text):
        from mpmath import iv

        value = mpf(text.replace("−", "-"))
        return iv.mpf([value, value])

    def widen(self, value, share):
        return super().widen(value, share / 2)


def paired(texts, found):
    """True if numbers stand for names one after the other, as far as their doubles tell."""
    return len(texts) == len(found) and all(
        abs(float(text) - abs(double)) <= float(half_unit(text)) * 1.001
        for text, (_, double) in zip(texts, found, strict=True)
    )


def same(numbers, text):
    """True if numbers give a result exactly, as far as they are rational."""
    return Reader(numbers, Exact(0)).whole().value == Fraction(text)


def digits(text):
    return len(re.sub(r"e.*|\.|-", "", text).lstrip("0"))


def half_unit(text):
    mantissa, _, exponent = text.partition("e")
    return Fraction(10) ** (int(exponent or 0) - len(mantissa.partition(".")[2])) / 2


def read(explanation, spec, inputs, targets, precision, rate=None, *, fractions=False):
    """Judge every line of an explanation of one row; counts of what they were."""
    truth = Truth(spec, inputs, targets, precision, rate, fractions=fractions)
    counts = Counter()
    found = lines(str(explanation))
    assert len(found) == len(explanation.lines)
    for text, line in zip(found, explanation.lines, strict=True):
        counts[judge(text, truth.mode)] += 1
        truth.read(text, line.value, counts, line.values)
    return counts


RATIONAL = tuple(EXACTLY)


def check(seed):
    """A random network at random inputs, forward and backward, in a random precision; counts."""
    rng = random.Random(seed)
    functions = rng.choice([None, RATIONAL, ("relu",)])
    aggregations = list(AGGREGATIONS) if rng.random() < 0.5 else ["sum"]
    sizes = rng.randint(1, 3), rng.randint(0, 3), rng.randint(1, 8)
    spec = irregular(rng, *sizes, functions, aggregations)
    net = network(spec)

    def some():
        return rng.choice([round(rng.uniform(-3, 3), 2), rng.uniform(-3, 3), rng.randint(-2, 2)])

    inputs = {name: some() for name in net.input_names}
    targets = {name: some() for name in net.output_names}
    options = {
        "precision": rng.choice([None, *range(1, 18), "full"]),
        "fractions": rng.random() < 0.15,
    }
    rate = rng.choice([0.1, 0.5, 1 / 3])
    loss = rng.choice(["half_squared_error", "squared_error", "mean_squared_error"])
    explanation = net.explain(inputs, targets, learning_rate=rate, loss=loss, **options)
    return read(explanation, spec, inputs, targets, rate=rate, **options)


def main(first, count):
    """Check many networks by hand: `python -m tests.support.truth 0 10000`."""
    total = Counter()
    for seed in range(int(first), int(first) + int(count)):
        try:
            total += check(seed)
        except Exception as error:
            print(f"seed {seed}: {type(error).__name__}: {error}")
            total["failed"] += 1
        total["networks"] += 1
    print(dict(total))


if __name__ == "__main__":
    main(*sys.argv[1:])
