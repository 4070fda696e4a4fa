"""A run of `deepgraph eval` in parts: shards, what is there already, and the end."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from deepgraph.cli import options
from deepgraph.cli.common import note
from deepgraph.cli.text import say
from deepgraph.scoring import stores
from deepgraph.words.messages import counted
from deepgraph.words.urls import name_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deepgraph.scoring.jobs import Job
    from deepgraph.scoring.work import Task, Work

_SHARD = re.compile(r"([0-9]{1,9})/([0-9]{1,9})")


class Shard(click.ParamType):  # type: ignore[type-arg]
    """A shard, `3/24`."""

    name = "shard"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The number of the shard and that of all."""
        if isinstance(value, tuple):
            return value
        match = _SHARD.fullmatch(value)
        if match is None:
            self.fail(f"{value!r} is no shard; write 3/24 for the third of 24", param, ctx)
        number, of = int(match[1]), int(match[2])
        if not 1 <= number <= of:
            self.fail(
                f"{value}: shards are counted from 1 to {of}; of an index from 0, such as "
                "JOB_COMPLETION_INDEX, write $((INDEX + 1))",
                param,
                ctx,
            )
        return number, of


part_options = options.together(
    click.option(
        "--shard",
        type=Shard(),
        metavar="I/N",
        help="Take every Nth table, starting with the Ith: the share of one of N machines.",
    ),
    click.option(
        "--resume",
        is_flag=True,
        help="Keep the results that are complete already, as the records beside them say.",
    ),
    click.option(
        "--finish",
        is_flag=True,
        help="Check that all results are there and belong together, and write _SUCCESS.",
    ),
)


class Parts(NamedTuple):
    """What a run is a part of: the options of the same names."""

    shard: tuple[int, int] | None = None
    resume: bool = False
    finish: bool = False

    @property
    def asked(self) -> bool:
        """True if the run is one in parts, whose results have records."""
        return bool(self._flags)

    @property
    def _flags(self) -> list[str]:
        pairs = zip(("--shard", "--resume", "--finish"), self, strict=True)
        return [flag for flag, given in pairs if given]

    def check(self, given: Mapping[str, Any], output: str | None, errors: str | None) -> None:
        """Refuse options that do not go together.

        Raises:
            click.UsageError: they do not.
        """
        if not self._flags:
            return
        first, *others = self._flags
        if self.finish and others:
            raise click.UsageError(f"--finish checks a run that is done; drop {first}")
        typed = given["row"] is not None or given["set"] or given["over"]
        if not given["input"] or typed:
            raise click.UsageError(f"{first} needs whole tables: name some with --input")
        if "-" in given["input"]:
            raise click.UsageError(f"{first} needs files; standard input can be read only once")
        if output is None or not stores.is_folder(output):
            raise click.UsageError(f"{first} needs a folder for the results: -o results/")
        if errors is not None and not stores.is_folder(errors):
            raise click.UsageError(
                f"{first} needs a folder for the lists of rows left out, one for each table: "
                f"--errors {name_of(errors)}/"
            )


def jobs(work: Work, parts: Parts) -> list[Job]:
    """The jobs of a shard, or of all, without those whose results are there already."""
    tasks: list[Task] = work.tasks if parts.shard is None else work.shard(*parts.shard)
    left = tasks
    if parts.resume:
        there = work.done(tasks)
        left = [task for task, record in zip(tasks, there, strict=True) if record is None]
    if len(left) < len(tasks):
        note(f"{len(tasks) - len(left):,} of {counted(len(tasks), 'table')} have their results.")
    if parts.shard is not None:
        work.require_one_run(left)
    if left:
        work.begin()
    return [task.job() for task in left]


def finish(work: Work) -> None:
    """Check the results and say how many rows there are."""
    from deepgraph.scoring.completion import finish as finished

    rows = finished(work)
    say(
        f"{counted(len(work.tasks), 'table')}: {rows['read']:,} rows, {rows['written']:,} written, "
        f"{rows['rejected']:,} left out; {name_of(stores.join(work.output, '_SUCCESS'))}",
        err=True,
    )
