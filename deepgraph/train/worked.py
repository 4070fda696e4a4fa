"""Steps of training and of learning rules as worked arithmetic; see `Network.explain`."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from deepgraph.errors import DivergedError, InputError, OptionError
from deepgraph.evaluate.steps import Descended, steps
from deepgraph.explain import is_delta, printer_of, title_of
from deepgraph.explain.explanation import Explanation
from deepgraph.explain.expressions import Number
from deepgraph.explain.given import numbers
from deepgraph.explain.new_values import ETA
from deepgraph.explain.rows import Focus
from deepgraph.explain.walk import DescentWalk
from deepgraph.functions.losses import OUTPUT_LOSS, REDUCTIONS
from deepgraph.graph.exact import double, shortest
from deepgraph.options.training import RULES
from deepgraph.train.descent import Descent
from deepgraph.train.given import chosen_loss, goal_and_rows
from deepgraph.train.records import Settings
from deepgraph.train.rule_lines import RuleWalk
from deepgraph.train.rule_run import RATES
from deepgraph.train.rules import learn
from deepgraph.words.messages import either
from deepgraph.words.numbers import is_whole
from deepgraph.words.option_names import option

if TYPE_CHECKING:
    from deepgraph.evaluate.optimisers import StepSettings, TakenStep
    from deepgraph.explain.arithmetic import Precision
    from deepgraph.explain.given import Given
    from deepgraph.network import Network
    from deepgraph.options.explanation_formats import Notation
    from deepgraph.options.training import Rule

OF_DESCENT = ("optimiser", "momentum", "weight_decay", "batch")
"""Settings of steps that a learning rule has not."""


@dataclass(frozen=True)
class WalkRequest:
    """The steps that are asked for, as `Network.explain` takes them.

    `said` has the names of the settings that were given, be it with their default values.
    """

    steps: int | None
    epochs: int | None
    batch: int | None
    rule: Rule
    short: bool
    settings: StepSettings
    loss: str | None
    reduction: str | None
    of: str | None
    said: tuple[str, ...] = ()

    def explanation(
        self,
        network: Network,
        X: Given,
        targets: Given | None,
        *,
        node: str | None,
        fractions: bool,
        precision: Precision,
        paths: bool,
        derive: bool,
        notation: Notation,
    ) -> Explanation:
        """Take the steps, and write them out.

        Raises:
            InputError: an option does not fit, or inputs and targets do not.
            DivergedError: the training is no longer finite.
        """
        self._check(paths, targets)
        deltas = is_delta(notation)
        if derive:
            raise OptionError(f"{option('derive')} and {option('steps')} exclude each other")
        network.require_values()
        printer, focus = printer_of(precision, fractions), Focus.on(network, node)
        if self.rule != RULES[0]:
            if node is not None:
                raise OptionError(f"{option('node')} is for the steps of a gradient")
            assert targets is not None
            learned = self._learn(network, X, targets)
            sections = [] if self.short else list(learned.sections(printer))
            return Explanation(title_of(network), (*sections, learned.table(printer)))
        descend = self._descend if targets is not None else self._descend_output
        written = descend(network, X, targets or {})
        sections = [] if self.short else list(written.sections(printer, focus, deltas))
        return Explanation(title_of(network), (*sections, written.table(printer)))

    # --- what goes together --------------------------------------------------------------

    def _check(self, paths: bool, targets: Given | None) -> None:
        """Check that the options go together.

        Raises:
            InputError: they do not.
        """
        if self.rule not in RULES:
            raise InputError(f'{option("rule")} is {either("or", RULES)}, got "{self.rule}"')
        if self.rule == RULES[0] and self.steps is None and self.epochs is None:
            name = "batch" if self.batch is not None else "short"
            raise OptionError(
                f"{option(name)} is about several steps: say {option('steps', 'N')}, too"
            )
        for name in ("steps", "epochs", "batch"):
            number = getattr(self, name)
            if number is not None and not is_whole(number, 1):
                raise InputError(f"{option(name)} is a whole number from 1 on, got {number}")
        if self.steps is not None and self.epochs is not None:
            raise OptionError(f"{option('steps')} and {option('epochs')} exclude each other")
        if paths:
            raise OptionError(f"{option('paths')} and {option('steps')} exclude each other")
        if targets is None and (self.loss != OUTPUT_LOSS or self.rule != RULES[0]):
            give = option("target", "ID=NUMBER", argument="targets={ID: NUMBER}")
            raise InputError(f"a step is made of inputs and their targets: give {give}")
        if self.rule != RULES[0]:
            self._check_rule()

    def _check_rule(self) -> None:
        """Refuse options that only gradient descent has."""
        given = {
            "of": self.of,
            "loss": self.loss,
            "reduction": self.reduction,
            **{name: name in self.said for name in OF_DESCENT},
        }
        for name, value in given.items():
            if value:
                rule = option("rule", self.rule)
                what = f"{option(name)} is for gradient descent"
                raise OptionError(f"{what}; {rule} takes the rows one by one, in their order")

    @property
    def _reduction(self) -> str:
        return self.reduction or REDUCTIONS[0]

    # --- the steps -----------------------------------------------------------------------

    def _learn(self, network: Network, X: Given, targets: Given) -> RuleWalk:
        """The steps of a rule, as `learn` takes them."""
        (inputs, exact_inputs), (_, exact_targets) = numbers(X), numbers(targets)
        given = self.settings.learning_rate is not None
        exact = self.settings.exactly("learning_rate") if given else shortest(RATES[self.rule])
        left = itertools.count()
        learned = learn(
            network,
            X,
            targets,
            self.rule,
            learning_rate=exact,
            epochs=self.epochs,
            stop=None if self.steps is None else lambda: next(left) >= (self.steps or 0),
        )
        table: Any = network.input_array(inputs)
        rate = Number(double(exact), exact, of=ETA)
        return RuleWalk(network, table, exact_inputs, exact_targets, learned, rate)

    def _extent(self, rows: int) -> tuple[int, int]:
        """How many steps there are, and the epochs that they need."""
        per_epoch = math.ceil(rows / (self.batch or rows))
        epochs = self.epochs or math.ceil((self.steps or 0) / per_epoch)
        return self.steps or epochs * per_epoch, epochs

    def _descend_output(self, network: Network, X: Given, targets: Given) -> DescentWalk:
        """The steps down an output, which has no targets and is no loss to train towards."""
        inputs, exact_inputs = numbers(X)
        table: Any = network.input_array(inputs)
        if not table.shape[1]:
            raise InputError("there is nothing to explain without a row of inputs")
        most, _ = self._extent(table.shape[1])
        task = Descended({}, OUTPUT_LOSS, self._reduction, self.of)
        taken = list(itertools.islice(steps(network, table, task, self.settings, self.batch), most))
        if len(taken) < most or not np.isfinite(taken[-1].after).all():
            number = next(one.number for one in taken if not np.isfinite(one.after).all())
            raise DivergedError(
                f"step {number} leads to weights that are not finite any more; give a smaller "
                f"{option('learning_rate')}"
            )
        return DescentWalk(
            network, table, exact_inputs, {}, {}, OUTPUT_LOSS, self.settings, taken,
            self._reduction, self.of,
        )  # fmt: skip

    def _descend(self, network: Network, X: Given, targets: Given) -> DescentWalk:
        """The steps of gradient descent, as training takes them."""
        (inputs, exact_inputs), (wanted, exact_targets) = numbers(X), numbers(targets)
        loss = chosen_loss(network, wanted, self.loss)
        goal, rows = goal_and_rows(network, inputs, wanted, loss)
        most, epochs = self._extent(len(rows))
        step = self.settings
        settings = Settings(
            epochs, step.rate, step.optimiser, step.momentum, self.batch, 0, step.weight_decay,
            "file", "last", self._reduction,
        )  # fmt: skip
        taken: list[TakenStep] = []
        run = Descent(network, goal, rows, None, settings)
        run.run(stop=lambda: len(taken) >= most, on_step=taken.append)
        whole = {name: np.broadcast_to(t, len(rows)) for name, t in wanted.items()}
        table: Any = network.input_array(inputs)
        return DescentWalk(
            network, table, exact_inputs, whole, exact_targets, loss, self.settings, taken,
            self._reduction,
        )  # fmt: skip
