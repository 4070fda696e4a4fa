"""Reads the lines that `explain` prints back, from their text alone, and judges them.

Nothing here knows how they were written. The rules are those of docs/worked.md: `=` claims that the
printed numbers give the printed result exactly; `≈` that the result lies within what they can
stand for; `→` stands beside infinity and NaN.
"""

from __future__ import annotations

import math
import re
from fractions import Fraction

from mpmath import iv, mp, mpf

iv.prec = mp.prec = 200
OPERATION = mpf(2) ** -51
FUNCTION = mpf(2) ** -47
SMALLEST = mpf("1e-319")

POWERS = "⁰¹²³⁴⁵⁶⁷⁸⁹"
NUMBER = r"(?:\d+\.?\d*(?:e−?\d+)?|∞|NaN)"
TOKEN = re.compile(
    rf"\s*({NUMBER}|…|ReLU|exp|ln|tanh|erf|sin|cos|abs|floor|round|max|min|terms?:|factors?:|.)"
)
NUMERIC = re.compile(
    rf"(?:{NUMBER}|ReLU|exp|ln|tanh|erf|sin|cos|abs|floor|round|max|min|terms?:|factors?:|"
    rf"[√π()\[\]ᵀ·/+−{POWERS},\s…])+"
)
RELATION = re.compile(r" ([=≈→]) ")


IRRATIONAL = "irrational"


class Real:
    """A fraction, an irrational number or an unknown one, with the arithmetic of what is known."""

    def __init__(self, value):
        self.value = value

    def _with(self, other, operation, *, neutral_irrational):
        ours, theirs = self.value, Real.of(other).value
        if isinstance(ours, Fraction) and isinstance(theirs, Fraction):
            return Real(operation(ours, theirs))
        rational = ours if isinstance(ours, Fraction) else theirs
        if neutral_irrational and rational == 0:
            return Real(Fraction(0))
        one = {type(ours), type(theirs)} == {Fraction, str}
        return Real(IRRATIONAL if one else None)

    @staticmethod
    def of(other):
        return other if isinstance(other, Real) else Real(Fraction(other))

    def __add__(self, other):
        return self._with(other, lambda a, b: a + b, neutral_irrational=False)

    def __sub__(self, other):
        return self._with(other, lambda a, b: a - b, neutral_irrational=False)

    def __mul__(self, other):
        return self._with(other, lambda a, b: a * b, neutral_irrational=True)

    def __truediv__(self, other):
        if Real.of(other).value == 0:
            return Real(None)
        return self._with(other, lambda a, b: a / b, neutral_irrational=True)

    def __neg__(self):
        return Real(-self.value if isinstance(self.value, Fraction) else self.value)

    def __pow__(self, exponent):
        return Real(self.value**exponent if isinstance(self.value, Fraction) else None)


class Exact:
    """Fractions; functions only where they are rational; 0 times anything is 0."""

    def __init__(self, digits):
        del digits

    @property
    def pi(self):
        return Real(IRRATIONAL)

    def number(self, text):
        return Real(Fraction(text))

    def widen(self, value, _):
        return value

    def call(self, name, values):
        values = [value.value for value in values]
        if not all(isinstance(value, Fraction) for value in values):
            return Real(None)
        if name in ("max", "min"):
            return Real({"max": max, "min": min}[name](values))
        rational = {"ReLU": lambda z: max(z, 0), "abs": abs, "floor": math.floor, "round": round}
        if name in rational:
            return Real(Fraction(rational[name](values[0])))
        known = {("exp", 0): 1, ("tanh", 0): 0, ("ln", 1): 0, ("sin", 0): 0, ("cos", 0): 1,
                 ("erf", 0): 0}  # fmt: skip
        if name == "√" and values[0] >= 0:
            root = Fraction(math.isqrt(values[0].numerator), math.isqrt(values[0].denominator))
            return Real(root if root * root == values[0] else IRRATIONAL)
        if (name, values[0]) in known:
            return Real(Fraction(known[name, values[0]]))
        return Real(IRRATIONAL if name in ("exp", "tanh", "sin", "cos", "ln") else None)


class Within:
    """mpmath's intervals around each number: half a unit of its last digit where it is rounded."""

    pi = iv.pi

    def __init__(self, digits):
        self.digits = digits

    def number(self, text):
        value = mpf(text)
        count = len(re.sub(r"e.*|\.|-", "", text).lstrip("0"))
        if self.digits == "full":
            radius = abs(value) * mpf(2) ** -52
        elif count >= self.digits:
            exponent = int(text.partition("e")[2] or 0)
            places = len(text.partition("e")[0].partition(".")[2])
            radius = mpf(10) ** (exponent - places) / 2
        else:
            radius = abs(value) * mpf("1e-12")
        return iv.mpf([value - radius, value + radius])

    def widen(self, value, share):
        if not isinstance(value, iv.mpf):
            value = iv.mpf(value)
        low, high = mpf(value.a), mpf(value.b)
        margin = share * max(abs(low), abs(high)) + SMALLEST
        return iv.mpf([low - margin, high + margin])

    def call(self, name, values):
        ends = [(mpf(v.a), mpf(v.b)) for v in values]
        low, high = ends[0]
        if name == "max":
            return iv.mpf([max(a for a, _ in ends), max(b for _, b in ends)])
        if name == "min":
            return iv.mpf([min(a for a, _ in ends), min(b for _, b in ends)])
        if name in ("ReLU", "floor", "round"):
            rising = {"ReLU": lambda z: max(z, 0), "floor": mp.floor, "round": mp.nint}[name]
            return iv.mpf([rising(low), rising(high)])
        if name == "abs":
            inside = low < 0 < high
            return iv.mpf([0 if inside else min(abs(low), abs(high)), max(abs(low), abs(high))])
        if name in ("sin", "cos"):
            return self.widen(getattr(iv, name)(values[0]), FUNCTION)
        function = {"exp": mp.exp, "ln": mp.log, "tanh": mp.tanh, "erf": mp.erf, "√": mp.sqrt}[name]
        if name in ("ln", "√") and low <= 0:
            low = mpf("1e-400000") if name == "ln" else mpf(0)
        return self.widen(iv.mpf([function(low), function(high)]), FUNCTION)


class Reader:
    """Sums of products of powers, read from left to right."""

    def __init__(self, text, arithmetic):
        self.tokens = [token for token in TOKEN.findall(text) if token.strip()]
        self.by = arithmetic

    def take(self, *wanted):
        if self.tokens and self.tokens[0] in wanted:
            return self.tokens.pop(0)
        return None

    def whole(self):
        value = self.sum()
        assert not self.tokens, self.tokens
        return value

    def sum(self):
        value = self.product()
        while sign := self.take("+", "−"):
            other = self.product()
            value = self.by.widen(value + other if sign == "+" else value - other, OPERATION)
        return value

    def product(self):
        if self.take("−"):
            return -self.product()
        value = self.power()
        while sign := self.take("·", "/"):
            other = self.power()
            value = self.by.widen(value * other if sign == "·" else value / other, OPERATION)
        return value

    def power(self):
        base = self.atom()
        digits = ""
        while digit := self.take(*POWERS):
            digits += str(POWERS.index(digit))
        return self.by.widen(base ** int(digits), OPERATION) if digits else base

    def atom(self):
        token = self.tokens.pop(0)
        if token == "(":
            value = self.sum()
            assert self.take(")")
            return value
        if token == "√":
            return self.by.call("√", [self.atom()])
        if token == "π":
            return self.by.pi
        if token == "[":
            return self.brackets()
        if token[0].isdigit():
            return self.by.number(token.replace("−", "-"))
        assert self.take("("), token
        values = [self.sum()]
        while self.take(","):
            values.append(self.sum())
        assert self.take(")")
        return self.by.call(token, values)

    def brackets(self):
        """`[60 terms: 1.5]`, or `[1 2]·[3 4]ᵀ`."""
        if len(self.tokens) > 1 and self.tokens[1].endswith(":"):
            del self.tokens[:2]
            value = self.sum()
            assert self.take("]")
            return value
        rows = [self.row()]
        assert self.take("·")
        assert self.take("[")
        rows.append(self.row())
        assert self.take("ᵀ")
        value = None
        for left, right in zip(*rows, strict=True):
            term = self.by.widen(left * right, OPERATION)
            value = term if value is None else self.by.widen(value + term, OPERATION)
        return value

    def row(self):
        entries = []
        while not self.take("]"):
            entries.append(-self.power() if self.take("−") else self.power())
        return entries


def lines(text):
    """The lines of arithmetic in a worked example, those that were broken put together again."""
    found = []
    for line in text.splitlines():
        if line.startswith("      ") and found:
            found[-1] += " " + line.strip()
        elif line.startswith("  ") and RELATION.search(unquoted(line)):
            found.append(line.strip())
    return found


def unquoted(text):
    """Names in quotes may hold anything, signs of relations too."""
    return re.sub(r'"(?:[^"\\]|\\.)*"', '"…"', text)


def judge(line, digits):
    """Checks one line; what it was: "exact", "rounded", "stated", "vector" or "not finite"."""
    line = re.sub(r"   \(.*\)$", "", unquoted(line))
    line, _, reason = line.partition(", as ")
    parts = RELATION.split(line)
    assert len(parts) >= 3, line
    result, sign = parts[-1], parts[-2]
    assert set(parts[1:-2:2]) <= {"=", "≈"}, line
    check_reason(reason, digits)
    if result.startswith("["):
        return "vector"
    finite = not re.search("∞|NaN", " ".join(parts[-3:]))
    if sign == "→":
        assert not finite, line
        return "not finite"
    expression = parts[-3]
    if len(parts) == 3 or not NUMERIC.fullmatch(expression):
        return "stated"
    assert finite, line
    if sign == "=":
        printed = Reader(result, Exact(digits)).whole().value
        assert Reader(expression, Exact(digits)).whole().value == printed is not None, line
        return "exact"
    interval = Reader(expression, Within(digits)).whole()
    printed = Reader(result, Within(digits)).whole()
    assert mpf(printed.b) >= mpf(interval.a) - SMALLEST, (line, interval)
    assert mpf(printed.a) <= mpf(interval.b) + SMALLEST, (line, interval)
    return "rounded"


def check_reason(reason, digits):
    """The conditions of a piece hold for the numbers as printed."""
    for condition in filter(None, reason.split(" and ")):
        left, relation, right = re.split(" ([<≤=≥>]) ", condition)
        if re.search("∞|NaN", condition):
            continue
        if left.startswith("z("):  # a value that the line before has as its result
            assert relation == "=", condition
            continue
        a, b = (Reader(side, Exact(digits)).whole().value for side in (left, right))
        assert {"<": a < b, "≤": a <= b, "=": a == b, "≥": a >= b, ">": a > b}[relation], condition
