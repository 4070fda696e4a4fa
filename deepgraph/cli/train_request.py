"""The arguments of `deepgraph train`: checked before the training, and spelled as a command."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from deepgraph.cli import common
from deepgraph.files import identity, require_writable
from deepgraph.functions.losses import REDUCTIONS
from deepgraph.options.shared import DECIMAL, INIT
from deepgraph.options.training import KEEPS, LEARNING_RATES, ORDERS, RULES
from deepgraph.request.caller import NO_SEED
from deepgraph.words.messages import either

if TYPE_CHECKING:
    from deepgraph.options.shared import Method
    from deepgraph.options.training import Keep, Optimiser, Order, Rule

CURVE_SUFFIXES = (".svg", ".png")
"""Of the picture of the losses."""


@dataclass(frozen=True)
class TrainRequest:
    """The SPEC argument and the options of `deepgraph train`, by their names."""

    spec: str
    input: str
    target: tuple[str, ...]
    column: tuple[str, ...]
    delimiter: str | None
    decimal: str
    input_format: str | None
    rule: Rule
    loss: str | None
    given_epochs: int | None
    learning_rate: float | None
    optimiser: Optimiser
    momentum: float
    batch: int | None
    weight_decay: float
    order: Order
    keep: Keep
    reduction: str
    standardise: bool
    validation: str | None
    seed: int | None
    seeds: str | None
    freeze: tuple[str, ...]
    init: Method
    output: str | None
    curve: str | None
    log: str | None
    record: tuple[str, ...]
    frames: str | None
    every: int | None
    curves: tuple[str, ...]
    frame_option: tuple[str, ...]
    as_json: bool
    typed: frozenset[str] = frozenset()
    """The names of the options that stand on the command line."""

    @property
    def epochs(self) -> int:
        """Of gradient descent."""
        return 100 if self.given_epochs is None else self.given_epochs

    def check(self) -> None:
        """Refuse what cannot be meant, and what would fail only after the training.

        Raises:
            click.UsageError: with what to write instead.
            FileError: nothing can be written there.
        """
        common.refuse_one_stdin_for_two(self.spec, self.input)
        if self.validation == "-" and "-" in (self.spec, self.input):
            raise click.UsageError(
                "standard input can be read only once; name a file for --validation"
            )
        if self.seeds is not None and (self.seed is not None or self.frames is not None):
            raise click.UsageError("--seeds excludes --seed and --frames; drop them")
        if self.rule != RULES[0]:
            self._check_rule()
        if self.record and self.log is None:
            raise click.UsageError("--record adds columns to the CSV of --log FILE")
        _ = self.all_seeds
        if self.seed is None and self.seeds is None and self.init != INIT.default:
            raise common.TERMINAL.refusal(NO_SEED)
        from deepgraph.train.records import Settings, require_positive  # --help needs no numpy

        require_positive(self.learning_rate)
        Settings(self.epochs, self.learning_rate, self.optimiser, self.momentum, self.batch)
        if self.frames is None and (self.every or self.curves or self.frame_option):
            raise click.UsageError("--every, --curves and --frame-option are for --frames FOLDER")
        if self.curve is not None and Path(self.curve).suffix.lower() not in CURVE_SUFFIXES:
            allowed = either("or", CURVE_SUFFIXES)
            raise click.UsageError(f"--curve {self.curve}: the picture is {allowed}")
        printed = {"-o -": self.path == "-", "--log -": self.log == "-", "--json": self.as_json}
        if sum(printed.values()) > 1:
            both = " and ".join(option for option, given in printed.items() if given)
            raise click.UsageError(f"{both} share standard output; name files")
        beside = [path for path in (self.curve, self.log) if path is not None and path != "-"]
        written = beside if self.path == "-" else [self.path, *beside]
        if len(set(map(identity, written))) < len(written):
            raise click.UsageError("-o, --curve and --log name different files")
        read = {identity(path) for path in (self.spec, self.input, self.validation) if path}
        for path in written:
            if identity(path) in read:
                raise click.UsageError(f"{path} is read, and would be written over")
        self.require_writable()

    def require_writable(self) -> None:
        """Check that all files can be written, before the work whose results they are.

        Raises:
            FileError: one cannot, or it is read by now, such as a file of parameters.
        """
        for path in (self.path, self.curve, self.log):
            if path is not None and path != "-":
                require_writable(path)

    def _check_rule(self) -> None:
        """Refuse options that only gradient descent has."""
        given = {
            "--loss": self.loss,
            "--optimiser": "optimiser" in self.typed,
            "--momentum": "momentum" in self.typed,
            "--batch": self.batch,
            "--weight-decay": "weight_decay" in self.typed,
            "--order": "order" in self.typed,
            "--keep": "keep" in self.typed,
            "--reduction": "reduction" in self.typed,
            "--standardise": self.standardise,
            "--validation": self.validation,
            "--seeds": self.seeds,
            "--curve": self.curve,
            "--frames": self.frames,
            "--record": self.record,
        }
        for name, value in given.items():
            if value:
                raise click.UsageError(
                    f"{name} is for gradient descent; --rule {self.rule} takes the rows one by one "
                    "in the order of the table, and --log has every step"
                )

    def rule_line(self) -> str:
        """The command of a rule with its defaults spelled out; see `command_line`."""
        from deepgraph.train.rule_run import RATES  # --help needs no numpy
        from deepgraph.train.rules import EPOCHS

        rate = RATES[self.rule] if self.learning_rate is None else self.learning_rate
        epochs = EPOCHS[self.rule] if self.given_epochs is None else self.given_epochs
        said = self._of_tables() | {
            "rule": [self.rule],
            "epochs": [epochs],
            "learning-rate": [rate],
            "seed": [self.seed],
            "freeze": list(self.freeze),
            "init": [self.init if self.init != INIT.default else None],
        }
        return self._spelled(said)

    @property
    def all_seeds(self) -> list[int]:
        """The seeds of `--seeds`; none without it."""
        from deepgraph.request import parsing  # --help needs none of it

        if self.seeds is None:
            return []
        return parsing.whole_numbers(self.seeds, common.TERMINAL.option("seeds"))

    @property
    def path(self) -> str:
        """The file of the trained spec; `-` is standard output."""
        if self.output is not None:
            return self.output
        return "-" if self.spec == "-" else str(Path(self.spec).with_suffix(".trained.json"))

    @property
    def folder(self) -> Path | None:
        """The folder of the trained spec, where the tables of its examples are looked for."""
        return None if self.path == "-" else Path(self.path).parent

    @property
    def share(self) -> float | None:
        """The validation share; `None` if another table is named, or nothing."""
        try:
            return None if self.validation is None else float(self.validation)
        except ValueError:
            return None

    def command_line(self, loss: str, seed: int) -> str:
        """The command with its defaults spelled out, without the files that it writes.

        With several seeds it is that of one of them.
        """
        rate = LEARNING_RATES[self.optimiser]
        rate = rate if self.learning_rate is None else self.learning_rate
        said = self._of_tables() | {
            "loss": [loss],
            "epochs": [self.epochs],
            "optimiser": [self.optimiser],
            "learning-rate": [rate],
            "momentum": [self.momentum or None],
            "batch": [self.batch],
            "validation": [self.validation],
            "weight-decay": [self.weight_decay or None],
            "order": [self.order if self.order != ORDERS[0] else None],
            "keep": [self.keep if self.keep != KEEPS[0] else None],
            "reduction": [self.reduction if self.reduction != REDUCTIONS[0] else None],
            "seed": [seed],
            "freeze": list(self.freeze),
            "init": [self.init if self.init != INIT.default else None],
        }
        return self._spelled(said)

    def _of_tables(self) -> dict[str, list[Any]]:
        """The options that say what is read."""
        return {
            "input": [self.input],
            "column": list(self.column),
            "delimiter": [self.delimiter],
            "decimal": [self.decimal if self.decimal != DECIMAL.default else None],
            "input-format": [self.input_format],
            "target": list(self.target),
        }

    def _spelled(self, said: dict[str, list[Any]]) -> str:
        """The command with these options."""
        words = ["deepgraph", "train", self.spec]
        words += ["--standardise"] if self.standardise else []
        for name, values in said.items():
            for value in values:
                words += [] if value is None else [f"--{name}", str(value)]
        return shlex.join(words)
