"""The scripts of worked arithmetic know what Python's tables hold, and compute as Python does."""

from __future__ import annotations

import random
import re
from decimal import Decimal, localcontext

from deepgraph.explain.arithmetic import CONTEXT, RISING
from deepgraph.explain.spelling import subscripts
from deepgraph.explain.wording import SENTENCES
from deepgraph.functions.activations import ACTIVATIONS
from deepgraph.functions.aggregations import AGGREGATIONS
from deepgraph.functions.losses import LOSSES
from deepgraph.live import scripts
from deepgraph.words.notation import runs
from tests.support.live import run_node
from tests.support.naughty import legal, naughty
from tests.support.neurons import small
from tests.support.spoken import programmed
from tests.support.strategies import ODD_IDS

NAMES = (*scripts.NUMBERS, *scripts.WORDS)
HOWS = ("is", "is not", "first of equal", "equal to", "rounded off")
EXTREMES = {f"{how} {word}" for how in HOWS for word in ("largest", "smallest")}
STAGES = {
    *("stage by stage", "layer by layer", "in matrix form", "weighted", "weighted of"),
    *("weighted and bias", "bias"),
    *("the final prediction", "the final predictions", "values", "activation", "shape"),
}
"""What only lines of stages say, which Python writes; see `deepgraph.live.stage_lines`."""


def test_the_scripts_say_every_sentence_of_explain():
    text = "".join(map(scripts.source, scripts.WORDS))
    assert SENTENCES.keys() > STAGES | EXTREMES, "this test knows sentences that are gone"
    for key in SENTENCES.keys() - STAGES - EXTREMES - {"terms", "factors"}:
        assert f'"{key}"' in text, (
            f"explain/wording.py has {key!r}; no script in deepgraph/live/js/words says it"
        )
    for how in HOWS:
        assert f'"{how}"' in text, f"deepgraph/live/js/words/local.js does not say {how!r}"


def test_the_scripts_know_every_function_of_the_formulas():
    main = (
        "const main = () => [Interval.functions, Object.keys(RATIONAL_AT), Object.keys(PIECEWISE)];"
    )
    intervals, irrational, piecewise = run_node(main, names=NAMES)
    for row in ACTIVATIONS.values():
        forms = (row.shown or row.formula, row.derivative_formula, row.derivative_by_a or "")
        for call in re.findall(r"([A-Za-z]+)\(|(√)", " ".join(forms)):
            name = "".join(call)
            assert name in intervals, (
                f"the formula of {row.name} has {name}, which live/js/words/interval.js lacks"
            )
            assert name in {*irrational, *piecewise, "√"}, f"{name} has no row in js/words/tree.js"
    assert RISING.keys() < set(intervals)


def test_the_scripts_know_every_aggregation_and_loss():
    joins = run_node("const main = () => JOINS;", names=NAMES)
    found = {name: (row["symbol"], row.get("extreme", 0)) for name, row in joins.items()}
    rows = {name: (row.symbol, row.extreme) for name, row in AGGREGATIONS.items()}
    assert found == rows, "deepgraph/live/js/words/lines.js has other aggregations than the table"
    alone = {name for name, loss in LOSSES.items() if not loss.formula}
    assert alone == {"cross_entropy", "output"}, (
        "deepgraph/live/js/words/loss.js knows no other loss without a formula"
    )


def test_a_name_has_the_runs_of_its_notation():
    names = [*ODD_IDS, "x", "x1", "w35", "x_1", "theta", r"\hat{y}_i", "b_or", "x^2", "W1[2,3]"]
    names += ["b1[7]", "x1234", "ab", "ab1", "Ω", "x²", "x_{12,3}", *filter(legal, naughty())]
    names = list(dict.fromkeys(names))
    neurons = [(name, "relu") for name in names]
    net = small(*neurons, edges=[("one", name, 1) for name in names], inputs=("one",))
    main = """
    const main = ({ data, names }) => {
      WORDS.use(data.arithmetic);
      return names.map(Spelling.named);
    };"""
    given = {"data": programmed(net, [])["data"], "names": names}
    for name, found in zip(names, run_node(main, given, names=NAMES), strict=True):
        assert found["text"] == subscripts(name)
        if found["text"].startswith('"'):
            assert found["runs"] == [[found["text"], 0]]
            continue
        places = {"line": 0, "sub": 1, "sup": 2}
        ours = [[r.text, places[r.place] + 4 * r.italic + 8 * r.bold] for r in runs(name)]
        assert found["runs"] == ours


def test_decimals_are_those_of_python():
    rng = random.Random(5)
    operations = {
        "add": lambda a, b: a + b,
        "multiply": lambda a, b: a * b,
        "divide": lambda a, b: a / b,
        "exp": lambda a, _: a.exp(),
        "log": lambda a, _: a.ln(),
        "root": lambda a, _: a.sqrt(),
    }
    cases, expected = [], []
    with localcontext(CONTEXT):
        for number in range(3000):
            name = list(operations)[number % len(operations)]
            sign = rng.choice((1, -1)) if name not in ("log", "root") else 1
            digits = [sign * rng.randrange(1, 10 ** rng.choice((1, 3, 17, 40))) for _ in "ab"]
            powers = [rng.randrange(-45, 4) - len(str(m)) for m in digits]
            a, b = (Decimal(m).scaleb(e) for m, e in zip(digits, powers, strict=True))
            cases.append([name, list(map(str, digits)), powers])
            expected.append(operations[name](a, b))
    main = """
    const main = (cases) => cases.map(([name, digits, powers]) => {
      const [a, b] = digits.map((m, at) => ({ m: BigInt(m), e: powers[at] }));
      const found = { ...Decimal, ...Curved }[name](a, b);
      return typeof found === "number" ? String(found) : `${found.m}e${found.e}`;
    });"""
    for one, wanted, found in zip(cases, expected, run_node(main, cases, names=NAMES), strict=True):
        assert Decimal(found) == wanted, one
