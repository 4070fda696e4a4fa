"""Steps of training and of learning rules as worked arithmetic; see `Network.explain`."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from deepgraph.errors import InputError, OptionError
from deepgraph.explain import is_delta, printer_of, title_of
from deepgraph.explain.explanation import Explanation
from deepgraph.explain.expressions import Number
from deepgraph.explain.given import numbers
from deepgraph.explain.new_values import ETA
from deepgraph.explain.rows import Focus
from deepgraph.explain.walk import DescentWalk
from deepgraph.functions.losses import REDUCTIONS
from deepgraph.graph.exact import shortest
from deepgraph.options.training import OPTIMISERS, RULES
from deepgraph.train.descent import Descent
from deepgraph.train.given import chosen_loss, goal_and_rows
from deepgraph.train.records import Settings
from deepgraph.train.rule_lines import RuleWalk
from deepgraph.train.rules import RATES, learn
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


@dataclass(frozen=True)
class WalkRequest:
    """The steps that are asked for, as `Network.explain` takes them."""

    steps: int | None
    epochs: int | None
    batch: int | None
    rule: Rule
    short: bool
    settings: StepSettings
    loss: str | None
    reduction: str | None

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
        assert targets is not None
        network.require_values()
        printer, focus = printer_of(precision, fractions), Focus.on(network, node)
        if self.rule != RULES[0]:
            if node is not None:
                raise OptionError(f"{option('node')} is for the steps of a gradient")
            learned = self._learn(network, X, targets)
            sections = [] if self.short else list(learned.sections(printer))
            return Explanation(title_of(network), (*sections, learned.table(printer)))
        written = self._descend(network, X, targets)
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
        if targets is None:
            give = option("target", "ID=NUMBER", argument="targets={ID: NUMBER}")
            raise InputError(f"a step is made of inputs and their targets: give {give}")
        if self.rule != RULES[0]:
            self._check_rule()

    def _check_rule(self) -> None:
        """Refuse options that only gradient descent has."""
        given = {
            "loss": self.loss,
            "reduction": self.reduction,
            "optimiser": self.settings.optimiser != OPTIMISERS[0],
            "momentum": self.settings.momentum,
            "weight_decay": self.settings.weight_decay,
            "batch": self.batch,
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
        (inputs, exact_inputs), (wanted, exact_targets) = numbers(X), numbers(targets)
        rate = self.settings.learning_rate
        left = itertools.count()
        learned = learn(
            network,
            inputs,
            wanted,
            self.rule,
            learning_rate=rate,
            epochs=self.epochs,
            stop=None if self.steps is None else lambda: next(left) >= (self.steps or 0),
        )
        rate = RATES[self.rule] if rate is None else rate
        table: Any = network.input_array(inputs)
        exact = (
            None if self.settings.learning_rate is None else self.settings.exactly("learning_rate")
        )
        return RuleWalk(
            network,
            table,
            exact_inputs,
            exact_targets,
            learned,
            Number(rate, exact or shortest(rate), of=ETA),
        )

    def _descend(self, network: Network, X: Given, targets: Given) -> DescentWalk:
        """The steps of gradient descent, as training takes them."""
        (inputs, exact_inputs), (wanted, exact_targets) = numbers(X), numbers(targets)
        loss = chosen_loss(network, wanted, self.loss)
        goal, rows = goal_and_rows(network, inputs, wanted, loss)
        per_epoch = math.ceil(len(rows) / (self.batch or len(rows)))
        epochs = self.epochs or math.ceil((self.steps or 0) / per_epoch)
        most = self.steps or epochs * per_epoch
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
