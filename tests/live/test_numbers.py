"""Numbers in JavaScript: the digits that Python prints, and what people type."""

from __future__ import annotations

import numpy as np
import pytest

from deepgraph.explain.number_texts import decimal_text
from deepgraph.request import parsing
from deepgraph.words.numbers import number_text
from tests.support.live import run_node

TEXTS = """
const main = (cases) => cases.map(([x, count]) => numberText(x, count));
"""


def check_texts(cases):
    found = run_node(TEXTS, cases)
    wrong = [
        (x, count, text, number_text(x, count))
        for (x, count), text in zip(cases, found, strict=True)
        if text != number_text(x, count)
    ]
    assert wrong == []


def test_random_doubles():
    """100,000 doubles of every size, each with some precision."""
    rng = np.random.default_rng(1)
    bits = rng.integers(0, 2**63, 40_000).view(np.float64)
    sizes = 10 ** rng.uniform(-9, 9, 40_000) * rng.choice([-1, 1], 40_000)
    near = rng.standard_normal(20_000)
    values = np.concatenate([bits[np.isfinite(bits)], sizes, near]).tolist()
    values += rng.uniform(-10, 10, 100_000 - len(values)).tolist()
    check_texts(list(zip(values, rng.integers(1, 18, len(values)).tolist(), strict=True)))


def test_ties():
    """Every double with few digits that lies halfway between two shorter numbers."""
    ties = [n / 2**k for k in range(1, 12) for n in range(1, 400, 2)]
    ties += [n + 0.5 for n in (0, 1, 2, 9, 10, 99, 100, 12344, 12345, 999999, 9999999)]
    ties += [n * 10.0**k for k in range(0, 16) for n in (5, 15, 25, 125, 375, 1025, 99995)]
    ties += [2.0**-k for k in range(1, 60)] + [1.5625, -1.5625, 0.99995, 9999.5, 99999.5]
    values = ties + [-value for value in ties]
    check_texts([(value, count) for value in values for count in range(1, 18)])


def test_extremes_and_borders():
    values = [
        *(0.0, -0.0, float("nan"), float("inf"), float("-inf"), 5e-324, 1.7976931348623157e308),
        *(1e-3, 0.000999999, 0.00099999999, 0.0009995, 1e-4, 1e-5, 9.9995e-4, 1e7, 9999999.5),
        *(9999999.4, 1e15, 1e16, 9999999999999998.0, 123456789012345680.0, 1e21, 1e22, 1e23),
        *(0.1 + 0.2, 1 / 3, 2 / 3, 0.1, 100.0, 1e5, 123456.0, 0.99998, 0.5, 12345.678, -1.275),
        *(2.5e-4, 1.2345678901234567e-7, 1 - 1e-13, 1 + 1e-13, 1 - 1e-11, 4.35, 2.675, 1e100),
        *(float(np.nextafter(10.0**k, way)) for k in range(-6, 18) for way in (0, np.inf)),
        *(10.0**k for k in range(-20, 25)),
    ]
    check_texts([(sign * x, count) for x in values for sign in (1, -1) for count in range(1, 18)])


def test_default_precision_and_guard_digits():
    rng = np.random.default_rng(2)
    values = [*rng.standard_normal(3000), *(n / 8 for n in range(-40, 40)), 1e-9, 12345678.0, 2 / 3]
    values += np.round(rng.uniform(-100, 100, 2000), 5).tolist()
    cases = [
        (float(x), precision, guard)
        for x, guard in zip(values, np.arange(len(values)) % 4, strict=True)
        for precision in (None, 1, 4, 9, 17)
    ]
    cases = [(x, precision, int(guard)) for x, precision, guard in cases]
    found = run_node("const main = (cases) => cases.map((given) => formatNumber(...given));", cases)
    for (x, precision, guard), text in zip(cases, found, strict=True):
        given = "full" if precision == 17 else precision
        assert text == decimal_text(x, given, guard), (x, precision, guard)


READ = "const main = (texts) => texts.map(readNumber);"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *(("0.5", 0.5), ("1/3", 1 / 3), ("-4/2", -2.0), ("1e-3", 1e-3), ("0,5", 0.5)),
        *(("−1,25", -1.25), ("–3", -3.0), ("−1/3", -1 / 3), (" 2 / 7 ", 2 / 7), ("+4", 4.0)),
        *((".5", 0.5), ("5.", 5.0), (",5", 0.5), ("1E+2", 100.0), ("4/-8", -0.5), ("1,5e2", 150.0)),
        *(("", None), ("x", None), ("1/0", None), ("1/00", None), ("1e999", None), ("nan", None)),
        *(("inf", None), ("1_000", None), ("1,000.5", None), ("1.000,5", None), ("0x10", None)),
        *(
            ("1//2", None),
            ("--1", None),
            ("1.5/2", None),
            ("٣", None),
            ("1 000", None),
            ("-", None),
        ),
        ("9" * 401, None),
    ],
)
def test_what_people_type(text, value):
    assert run_node(READ, [text]) == [value]


def test_fractions_of_any_size_are_the_nearest_double():
    rng = np.random.default_rng(4)
    texts = ["0.1", "1e308", "4.9e-324", "9007199254740993/1", "1/9007199254740993"]
    for above, below in rng.integers(1, 330, (400, 2)):
        top, bottom = (
            "".join(map(str, [rng.integers(1, 10), *rng.integers(0, 10, size - 1)]))
            for size in (above, below)
        )
        if abs(len(top) - len(bottom)) < 300 and len(top) + len(bottom) < 390:
            texts.append(f"{rng.choice(['', '-'])}{top}/{bottom}")
    found = run_node(READ, texts)
    assert len(texts) > 100
    assert list(map(float, found)) == [parsing.number("x", text, "--set") for text in texts]


def test_fractions_below_the_normal_doubles_are_rounded_once():
    rng = np.random.default_rng(5)
    cases = []
    for _ in range(2000):
        below = 10 ** int(rng.integers(300, 340)) + int(rng.integers(0, 10**9))
        above = int(rng.integers(1, 2**62)) * 10 ** int(rng.integers(0, 12))
        cases.append((above, below))
    # ties: an odd number of halves of the smallest double, and one beside them
    cases += [(2 * n + 1, 2**1075) for n in range(1, 40)]
    cases += [((2 * n + 1) * 2**200 + 1, 2**1275) for n in range(1, 40)]
    snippet = "const main = (all) => all.map(([a, b]) => quotient(BigInt(a), BigInt(b)));"
    found = run_node(snippet, [[str(above), str(below)] for above, below in cases])
    assert list(map(float, found)) == [above / below for above, below in cases]
