"""`deepgraph check`: the published numbers of specs, recomputed."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

import click

from deepgraph.cli import common, options
from deepgraph.cli.text import aligned, printable
from deepgraph.errors import DeepgraphError, OptionError, UninitialisedError

if TYPE_CHECKING:
    from deepgraph.check.records import Checks, Result, Verdict

HEADER = ("example", "quantity", "expected", "computed", "difference", "verdict")


@dataclass
class _Checked:
    """One spec of the run: its report, or an error."""

    path: str
    report: Checks | None = None
    error: str | None = None

    @property
    def passed(self) -> bool:
        return self.report is not None and not self.report.count("FAIL")


@dataclass
class _Total:
    """All specs of the run."""

    specs: list[_Checked] = field(default_factory=list)

    def count(self, verdict: Verdict) -> int:
        return sum(spec.report.count(verdict) for spec in self.specs if spec.report is not None)

    @property
    def without_examples(self) -> int:
        return sum(spec.report is not None and not spec.report.examples for spec in self.specs)

    @property
    def broken(self) -> int:
        return sum(spec.error is not None for spec in self.specs)


@options.command("check")
@click.argument("specs", metavar="SPEC|FOLDER…", nargs=-1, required=True)
@click.option("-q", "--failed", is_flag=True, help="Show only the figures that fail.")
@click.option("--json", "as_json", is_flag=True, help="Write one JSON document.")
@options.seed_options
def command(specs: tuple[str, ...], failed: bool, as_json: bool, **given: Any) -> None:
    """Recompute the published numbers of networks.

    Every figure of every example is compared: with the example's tolerance, or else with half a
    unit of the last decimal as written. Of a folder, every spec below it is checked.

    \b
    deepgraph check xor.json
    deepgraph check specs
    """
    if specs.count("-") > 1:
        raise click.UsageError("standard input can be read once")
    total = _Total()
    for path in list(common.spec_paths(specs)):  # find all of them before reading the first
        checked = _check(path, given)
        total.specs.append(checked)
        if checked.error is not None:
            click.echo(f"Error: {checked.error}", err=True)
        if checked.report is not None and not as_json:
            _show(checked.report, failed)
    if as_json:
        with common.open_output(None) as stream:
            stream.write(_document(total))
    elif len(total.specs) > 1:
        click.echo(_last_line(total))
    if not all(spec.passed for spec in total.specs):
        sys.stdout.flush()  # a closed pipe is met here, where it ends quietly
        sys.exit(1)


def _check(path: str, given: dict[str, Any]) -> _Checked:
    from deepgraph.check import recompute  # --help needs no numpy

    source = common.source(path)
    try:
        network = common.read_network(source, given)
        return _Checked(path, recompute(network, source.beside))
    except OptionError:  # the command line is wrong, whatever the spec
        raise
    except UninitialisedError as error:  # which does not know its file
        return _Checked(path, error=f"{source.name}: {error}")
    except DeepgraphError as error:
        return _Checked(path, error=str(error))


def _show(report: Checks, failed: bool) -> None:
    """The table of one spec, and its summary."""
    shown = [result for result in report.results if result.verdict == "FAIL" or not failed]
    if shown:
        for line in aligned([HEADER, *map(_cells, shown)], right=(2, 3, 4)):
            click.echo(line)
    name = printable(report.name)
    if not report.examples:
        click.echo(f"{name}: no examples, nothing to check")
    else:
        click.echo(f"{name}: {_counts(report)}")
    if shown:
        click.echo()


def _cells(result: Result) -> list[str]:
    from deepgraph.words.machine_numbers import shortest  # --help needs no numpy

    computed = "" if result.computed is None else shortest(result.computed)
    difference = (
        ""
        if result.difference is None
        else f"{result.difference:.1e}" * bool(result.difference) or "0"
    )
    verdict = f"{result.verdict}: {result.message}" if result.message else result.verdict
    return [result.example, result.quantity, result.expected, computed, difference, verdict]


def _counts(counted: Checks | _Total) -> str:
    return f"{counted.count('ok'):,} ok, {counted.count('FAIL'):,} failed"


def _last_line(total: _Total) -> str:
    parts = [f"{len(total.specs):,} specs: {_counts(total)}"]
    if total.without_examples:
        parts.append(f"{total.without_examples:,} without examples")
    if total.broken:
        parts.append(f"{total.broken:,} with an error")
    return ", ".join(parts)


def _document(total: _Total) -> bytes:
    """All results as JSON; NaN and the infinities, which JSON lacks, as texts."""
    from deepgraph.words.machine_numbers import json_value  # --help needs no numpy

    specs: list[dict[str, Any]] = []
    for spec in total.specs:
        entry: dict[str, Any] = {"path": spec.path}
        if spec.report is None:
            entry["error"] = spec.error
        else:
            results = [asdict(result) for result in spec.report.results]
            entry |= {"name": spec.report.name, **_numbers(spec.report)}
            entry |= {"examples": spec.report.examples}
            entry["results"] = [
                {key: json_value(content) for key, content in result.items() if key != "spec"}
                for result in results
            ]
        specs.append(entry)
    whole = {
        **_numbers(total),
        "without_examples": total.without_examples,
        "errors": total.broken,
        "specs": specs,
    }
    return json.dumps(whole, ensure_ascii=False, allow_nan=False, indent=2).encode() + b"\n"


def _numbers(counted: Checks | _Total) -> dict[str, int]:
    return {"ok": counted.count("ok"), "failed": counted.count("FAIL")}
