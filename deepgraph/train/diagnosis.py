"""Why a training did not learn: the causes in the order in which one asks for them.

Some causes are facts about the network and its rows: step units, hidden nodes that are copies of
one another, targets out of reach. Others are suspected only where a training has not learned, and
named if a trial confirms them: the same training without the cause leaves less than half of the
loss. A training has learned if it leaves at most a tenth of the loss of the best constant, or of
that of the start where a constant has none, or a tenth of the errors of always telling the most
frequent class.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from deepgraph.options.training import LEARNING_RATES
from deepgraph.train import findings as seen
from deepgraph.train import row_findings as of_rows
from deepgraph.train.finding import Finding, figure
from deepgraph.train.starts import draw_anew
from deepgraph.train.trials import FACTORS, HALF, HIDDEN, Trials, round_up
from deepgraph.words.messages import counted
from deepgraph.words.option_names import option

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deepgraph.evaluate.reference import Trace
    from deepgraph.graph.graph import Graph
    from deepgraph.train.case import Case

LEARNED = 0.1
"""What a training that has learned leaves, of the loss of a constant or of the errors."""
SOME = 0.5
"""The share of a layer that is flat from which on saturation is a suspect, to be tried."""


def diagnose(case: Case, kept: Graph | None, *, epochs: int) -> list[Finding]:
    """The causes why a training did not learn, the main one first; none if it did.

    Args:
        case: the training.
        kept: the network that it led to; `None` if the loss diverged.
        epochs: how many there were.
    """
    found = [*of_rows.one_value(case)]
    if found or not epochs:
        return found
    reached = math.inf if kept is None else _loss(case, case.judge(kept.parameters.values))
    alike = [*seen.symmetric(case)]
    if alike and (zero := [*seen.zero(case)]):
        alike = zero
    # These are facts and no suspicions, so they are told of whatever the loss is.
    found = [*seen.steps(case), *alike, *of_rows.out_of_reach(case)]
    if kept is not None and _has_learned(case, kept, reached):
        return found
    found = found or [*seen.zero(case)]
    if not found:
        found = [*_tried(case, kept, reached, epochs)][:1]
    if kept is not None and not found:  # what follows from another cause is no news
        found = [*of_rows.never_predicted(case, kept)]
    return found


def _loss(case: Case, trace: Trace) -> float:
    return case.loss(trace.a[case.goal.nodes])


def _has_learned(case: Case, kept: Graph, reached: float) -> bool:
    # Of one row, or of equal ones, the best constant has no loss; then the start is what is left.
    if reached <= LEARNED * (case.baseline or _loss(case, case.judge())):
        return True
    classes, rows = case.network.classes, case.judged
    if rows.classes is None or classes is None:
        return False
    outputs = case.judge(kept.parameters.values).a[case.network.outputs]
    wrong = np.count_nonzero(classes.predicted(outputs) != rows.classes)
    others = len(rows) - int(np.bincount(rows.classes).max())
    return bool(wrong <= LEARNED * others)


def _tried(case: Case, kept: Graph | None, reached: float, epochs: int) -> Iterator[Finding]:
    """Causes that a trial confirms, the first asked for first."""
    start = case.look()
    trials = Trials(case, reached if kept is not None else _loss(case, case.judge()))
    yield from _unscaled(case, trials)
    yield from seen.saturated(case, start)
    for finding in seen.dead(case, start, whole=True):
        yield _without_dead(trials, finding)
    yield from _flat(case, trials, start)
    yield from _frozen(case, trials)
    yield from _decay(trials)
    yield from _large_targets(case, trials)
    if kept is not None:
        yield from _unlike(case, trials)
    yield from _pace(trials, epochs)
    yield from _linear(case, trials)
    if kept is None:
        return
    yield from _flat(case, trials, case.look(kept.parameters.values))
    yield from _start(trials)


def _instead(trials: Trials, loss: float) -> str:
    """What a trial came to: `0.01 instead of 0.25`."""
    where = "" if trials.case.kept_apart is None else " on the rows that are kept apart"
    return f"{figure(loss)} instead of {figure(trials.reached)}{where}"


def _unscaled(case: Case, trials: Trials) -> Iterator[Finding]:
    what = of_rows.unscaled(case)
    if what and trials.helps(trials.scaled):
        advice = of_rows.standardise()
        got = f"with it the loss comes to {_instead(trials, trials.scaled)}"
        yield Finding("unscaled", what, f"{advice}; {got}.")
    elif what and trials.helps(trials.scaled_and_slower[1]):
        rate, loss = trials.scaled_and_slower
        advice = f"{of_rows.standardise()}; take {_rate_option(rate)}, too"
        got = f"with both the loss comes to {_instead(trials, loss)}"
        yield Finding("unscaled", what, f"{advice}: {got}.")


def _frozen(case: Case, trials: Trials) -> Iterator[Finding]:
    count = seen.frozen_parameters(case.network)
    if count and trials.helps(trials.thawed):
        whole = count + int(np.count_nonzero(case.network.parameters.trainable))
        what = f"{count:,} of {counted(whole, 'parameter')} are frozen weights, which do not learn"
        got = f"without that the loss comes to {_instead(trials, trials.thawed)}"
        yield Finding("frozen", what, f"Freeze fewer; {got}.")


def _decay(trials: Trials) -> Iterator[Finding]:
    """A weight decay that leaves nothing of the weights."""
    decay = trials.case.settings.weight_decay
    if decay and trials.helps(trials.undecayed):
        what = f"the weight decay {figure(decay)} pulls the weights to 0 faster than they learn"
        give = option("weight_decay")
        got = f"without any the loss comes to {_instead(trials, trials.undecayed)}"
        yield Finding("decay", what, f"Take a smaller {give}; {got}.")


def _large_targets(case: Case, trials: Trials) -> Iterator[Finding]:
    """Targets so large that no learning rate suits their size."""
    if case.goal.loss.f is None or np.abs(case.sample.targets).max() <= of_rows.LARGE:
        return
    if not case.baseline:
        return
    before, slower = (x / case.baseline for x in (trials.reached, trials.smaller_rate[1]))
    if slower <= LEARNED:
        return
    divisor, share = trials.smaller_targets
    if not share < HALF * min(before, slower):
        return
    low, high = (figure(end(case.sample.targets)) for end in (np.min, np.max))
    what = f"the targets are large: they go from {low} to {high}, and no learning rate "
    what += "that was tried suits that size"
    got = f"the loss is then {figure(share)} of that of the best constant, instead of "
    got += figure(before)
    yield Finding("targets", what, f"Divide them by {divisor:,} in the table: {got}.")


def _unlike(case: Case, trials: Trials) -> Iterator[Finding]:
    """Rows that are learned far better than those kept apart, each beside a constant."""
    if case.kept_apart is None or not case.baseline:
        return
    learned, constant = trials.on_learned_rows, replace(case, kept_apart=None).baseline
    if not constant or not learned / constant < HALF * trials.reached / case.baseline:
        return
    what = (
        f"the {counted(len(case.rows), 'row')} that are learned from come to a loss of "
        f"{figure(learned)}, and the {len(case.kept_apart):,} kept apart to "
        f"{figure(trials.reached)}: what holds for the former does not hold for the latter"
    )
    fewer = option("weight_decay")
    cure = f"Learn from more rows, or take fewer hidden nodes or a {fewer}."
    yield Finding("unlike", what, cure)


def _pace(trials: Trials, epochs: int) -> Iterator[Finding]:
    """A learning rate of the wrong order of magnitude, or too few epochs.

    A slow training is cured by either. The rate is to blame where it is unusual: less than a tenth
    of the optimiser's default.
    """
    settings = trials.case.settings
    rate, loss = trials.smaller_rate
    if trials.helps(loss):
        yield _rate(trials, "large", rate, loss)
        return
    unusual = settings.rate < LEARNING_RATES[settings.optimiser] / FACTORS[0]
    if unusual and trials.helps(trials.larger_rate[1]):
        yield _rate(trials, "small", *trials.larger_rate)
        return
    number, loss = trials.more_epochs
    if number > epochs:
        are = "is" if epochs == 1 else "are"
        what = f"{counted(epochs, 'epoch')} {are} too few: the loss is still on its way"
        got = f"after {number:,} it is {_instead(trials, loss)}"
        rate_too = option("learning_rate")
        cure = f"Give {option('epochs', round_up(number))} or more, or a larger {rate_too}; {got}."
        yield Finding("epochs", what, cure)
    elif trials.helps(trials.larger_rate[1]):
        yield _rate(trials, "small", *trials.larger_rate)
    else:
        yield from _slow(trials, epochs)


def _slow(trials: Trials, epochs: int) -> Iterator[Finding]:
    """Too few epochs of too small steps, where a cure of one of the two alone is not enough."""
    rate, number, loss = trials.more_and_larger
    if number <= epochs:
        return
    present = figure(trials.case.settings.rate)
    are = "is" if epochs == 1 else "are"
    what = f"{counted(epochs, 'epoch')} at the learning rate {present} {are} too few"
    cure = f"Give {option('epochs', round_up(number))} or more and {_rate_option(rate)}"
    got = f"after {number:,} epochs of that the loss is {_instead(trials, loss)}"
    yield Finding("epochs", what, f"{cure}; {got}.")


def _linear(case: Case, trials: Trials) -> Iterator[Finding]:
    """Outputs without hidden nodes, where some hidden nodes would do."""
    if case.hidden or trials.hidden > LEARNED * case.baseline or not trials.helps(trials.hidden):
        return
    if case.rows.classes is not None or set(np.unique(case.sample.targets).tolist()) <= {0.0, 1.0}:
        what = "without hidden nodes the network parts the rows by a straight line (or a plane), "
        what += "and these rows want more than that"
    else:
        what = "without hidden nodes an output is a function of one weighted sum of the inputs, "
        what += "which these rows are not"
    got = f"with {HIDDEN} nodes of tanh the loss comes to {_instead(trials, trials.hidden)}"
    yield Finding("linear", what, f"Add a hidden layer: {got}.")


def _rate(trials: Trials, size: str, rate: float, loss: float) -> Finding:
    what = f"the learning rate {figure(trials.case.settings.rate)} is too {size}"
    epochs = counted(trials.epochs, "epoch")
    same = f"with it {epochs} come to a loss of {_instead(trials, loss)}"
    return Finding("rate", what, f"Take {_rate_option(rate)}: {same}.")


def _rate_option(rate: float) -> str:
    """A learning rate as it is typed."""
    return option("learning_rate", int(rate) if rate.is_integer() else float(f"{rate:.12g}"))


def _flat(case: Case, trials: Trials, trace: Trace) -> Iterator[Finding]:
    """Dead or saturated nodes that a better start does without."""
    suspects = [
        *seen.dead(case, trace, whole=False),
        *seen.saturated(case, trace, SOME),
    ]
    if suspects and trials.helpful_seed is not None:
        yield _without_dead(trials, suspects[0])


def _without_dead(trials: Trials, finding: Finding) -> Finding:
    """Dead nodes with the seed of a start that was tried and does better, if there is one."""
    if finding.cause != "dead":
        return finding
    seed = trials.helpful_seed
    advice = "" if seed is None else draw_anew(trials.case.network, seed)
    return replace(finding, cure=seen.leaky(advice))


def _start(trials: Trials) -> Iterator[Finding]:
    """A start that leads nowhere, where others of the same network do."""
    losses, (best, seed) = trials.other_starts, trials.other_starts[0]
    better = sum(trials.helps(loss) for loss, _ in losses)
    if better:
        what = f"this start leads into a dead end, where the loss is {figure(trials.reached)}"
        got = f"{better} of {len(losses)} other starts come to less than half of it"
        advice = draw_anew(trials.case.network, seed)
        cure = f"{advice[0].upper()}{advice[1:]}; {got}, {figure(best)} at best."
        yield Finding("start", what, cure)
