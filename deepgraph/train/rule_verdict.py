"""What a learning rule came to, in sentences."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from deepgraph.evaluate.reference import trace
from deepgraph.train.parting import unparted
from deepgraph.train.rule_numbers import is_threshold, nearest
from deepgraph.words.messages import counted, listed, shown
from deepgraph.words.numbers import number_text
from deepgraph.words.option_names import option

if TYPE_CHECKING:
    from deepgraph.network import Network
    from deepgraph.train.rule_run import RuleRun


def score(run: RuleRun) -> str:
    """What a rule came to, in a sentence for the spec."""
    corrections = sum(step.corrects for step in run.steps)
    done = counted(len(run.wrong), "epoch")
    what = "all rows are right" if run.right else _wrong(run)
    return f"{what[0].upper()}{what[1:]} after {done}, {counted(corrections, 'correction')}."


def _wrong(run: RuleRun) -> str:
    left = run.left()
    return f"{left:,} of {counted(run.rows, 'row')} {'is' if left == 1 else 'are'} wrong"


def rounded(run: RuleRun, trained: Network) -> str:
    """That double precision decides rows otherwise than the exact rule; empty if it does not."""
    exact = run.numbers.outputs(run.values)
    with np.errstate(all="ignore"):
        seen = trace(trained, run.inputs)
    sure = [place for place, node in enumerate(run.nodes) if is_threshold(run.network, node)]
    found = np.argwhere(seen.a[run.nodes][sure] != exact[sure])
    if run.rule == "delta" or not len(found):
        return ""
    place, row = (int(n) for n in found[0])
    node = run.nodes[sure[place]]
    name = shown(run.network.ids[node])
    border = nearest(run.numbers.see(run.values, row).z[sure[place]])
    z, really = (number_text(float(one), 3) for one in (seen.z[node, row], border))
    wrong = sorted({int(n) + 1 for n in found[:, 1]})
    rows = f"row{'s' * (len(wrong) > 1)} {listed([f'{n:,}' for n in wrong[:8]], count=len(wrong))}"
    text = (
        f"the rule is computed exactly, and the network in double precision decides the {rows} "
        f"otherwise, where z({name}) is {z} instead of {really}"
    )
    whole = not (run.inputs % 1).any() and not (run.network.parameters.values % 1).any()
    if whole and run.rate % 1:
        text += f"; with whole numbers, {option('learning_rate', 1)}, nothing is rounded"
    return text


def _lopsided(run: RuleRun) -> str:
    """That the delta rule brings z to targets on one side of a threshold; empty if it does not."""
    if run.rule != "delta":
        return ""
    for node, targets in zip(run.nodes, run.targets, strict=True):
        if is_threshold(run.network, node) and not (targets.min() < 0 < targets.max()):
            name, both = shown(run.network.ids[node]), f"{targets.min():g} and {targets.max():g}"
            return (
                f"the delta rule brings z({name}) itself near to its targets, {both}, and the "
                f"threshold of {name} lies at 0 and not between them. Take the activation sign "
                f"with targets of −1 and 1, or {option('rule', 'perceptron')}"
            )
    return ""


def why(run: RuleRun) -> str:
    """Why rows are still wrong: the rule goes round, or the epochs were over."""
    if run.right or not run.wrong:
        return ""
    wrong = _wrong(run)
    if run.circle is not None and run.rule == "perceptron" and len(run.nodes) == 1:
        return _round(run)
    if of := unparted(run):
        names = [shown(run.network.ids[node]) for node in of[:6]]
        which = f" of {listed(names, count=len(of))}" if len(run.nodes) > 1 else ""
        return (
            f"{wrong}, and no weights get all of them right, for no straight line (or plane) parts "
            f"the rows{which}. A network with hidden nodes can; it learns by "
            f"{option('rule', 'gradient')}"
        )
    return _unlucky(run, wrong)


def _unlucky(run: RuleRun, wrong: str) -> str:
    """Why a rule leaves rows wrong that some weights may get right."""
    if run.rule == "hebb":
        return (
            f"{wrong}: Hebb's rule sees what goes together and corrects no error; inputs and "
            "targets of −1 and 1 suit it best"
        )
    if lopsided := _lopsided(run):
        return f"{wrong}: {lopsided}"
    if run.circle is None:
        return (
            f"{wrong} after {counted(len(run.wrong), 'epoch')}; more {option('epochs')} may be "
            "needed, or no weights do it"
        )
    return _circle(run)


def _circle(run: RuleRun) -> str:
    assert run.circle is not None
    first, last = run.circle
    start = f"epoch {first:,}" if first else "the start"
    return f"epoch {last:,} ends with the numbers of {start}, so the rule goes round for ever"


def _round(run: RuleRun) -> str:
    """That a perceptron with one output goes round, which proves that it cannot get all right."""
    assert run.circle is not None
    first = run.circle[0]
    inside = [step for step in run.steps if step.epoch > first and step.corrects]
    rows = Counter(step.row for step in inside)
    names = listed([f"{row}" for row in sorted(rows)[:8]], count=len(rows))
    return (
        f"{_circle(run)}. Its corrections for the rows {names} cancel out, which weights that get "
        "all of these rows right would forbid: there are none, for no straight line (or plane) "
        "parts the rows"
    )
