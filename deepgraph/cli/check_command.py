"""`deepgraph check`: the published numbers of specs, recomputed."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from deepgraph.cli import common, options
from deepgraph.cli.text import say
from deepgraph.errors import DeepgraphError, OptionError, UninitialisedError
from deepgraph.words.columns import aligned
from deepgraph.words.messages import counted, printable

if TYPE_CHECKING:
    from deepgraph.check.figures import Checks, Result

VERDICTS = {"FAIL": "wrong"}
"""How the line of a verdict is painted."""
HEADER = ("example", "quantity", "expected", "computed", "difference", "verdict")


@options.command("check")
@click.argument("specs", metavar="SPEC|FOLDER…", nargs=-1, required=True)
@click.option("-q", "--failed", is_flag=True, help="Show only the figures that fail.")
@common.strict_option
@options.json_option("Write one JSON document.")
@options.seed_options
def command(
    specs: tuple[str, ...], failed: bool, strict: bool, as_json: bool, **given: Any
) -> None:
    """Recompute the published numbers of networks.

    Every figure of every example is compared: with the example's tolerance, or else with half a
    unit of the last decimal as written. Of a folder, every spec below it is checked.

    \b
    deepgraph check xor.json
    deepgraph check specs
    """
    paths = common.spec_paths(specs, strict)
    found: list[tuple[str, Checks | str]] = []
    for path in paths.specs:
        report = _check(path, given)
        found.append((path, report))
        if isinstance(report, str):
            click.echo(f"Error: {report}", err=True)
        elif not as_json:
            _show(report, failed)
    reports = [report for _, report in found if not isinstance(report, str)]
    total = {
        **_counts(reports),
        "without_examples": sum(not report.examples for report in reports),
        "errors": len(found) - len(reports),
    }
    if as_json:
        documents = [_document(path, report) for path, report in found]
        whole = {**total, "specs": documents, "passed_over": paths.others}
        common.write_output(None, common.json_text(whole))
    elif len(found) > 1 or paths.others:
        say(_last_line(len(found), total) + paths.passed_over)
    if total["failed"] or total["errors"]:
        common.fail()


def _check(path: str, given: dict[str, Any]) -> Checks | str:
    """The report on one spec, or the message of an error."""
    from deepgraph.check import recompute  # --help needs no numpy

    source = common.source(path)
    try:
        network = common.read_network(source, given)
        return recompute(network, source.beside)
    except OptionError:  # the command line is wrong, whatever the spec
        raise
    except UninitialisedError as error:  # which does not know its file
        return f"{printable(source.name)}: {error}"
    except DeepgraphError as error:
        return str(error)


def _show(report: Checks, failed: bool) -> None:
    """The table of one spec, and its summary."""
    shown = [result for result in report.results if result.verdict == "FAIL" or not failed]
    if shown:
        lines = aligned([HEADER, *map(_cells, shown)], right=(2, 3, 4))
        for line, kind in zip(lines, ["", *(result.verdict for result in shown)], strict=True):
            say(line, tone=VERDICTS.get(kind))
    if not report.examples:
        say(f"{report.name}: no examples, nothing to check")
    else:
        say(f"{report.name}: {_spelled(_counts([report]))}")
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


def _counts(reports: list[Checks]) -> dict[str, int]:
    ok = sum(report.count("ok") for report in reports)
    return {"ok": ok, "failed": sum(report.count("FAIL") for report in reports)}


def _spelled(counts: dict[str, int]) -> str:
    return f"{counts['ok']:,} ok, {counts['failed']:,} failed"


def _last_line(specs: int, total: dict[str, int]) -> str:
    line = f"{counted(specs, 'spec')}: {_spelled(total)}"
    if total["without_examples"]:
        line += f", {total['without_examples']:,} without examples"
    return line + (f", {total['errors']:,} with an error" if total["errors"] else "")


def _document(path: str, report: Checks | str) -> dict[str, Any]:
    """The results of one spec as JSON; NaN and the infinities, which JSON lacks, as texts."""
    from deepgraph.words.machine_numbers import json_value  # --help needs no numpy

    if isinstance(report, str):
        return {"path": path, "error": report}
    results = [
        {key: json_value(content) for key, content in asdict(result).items() if key != "spec"}
        for result in report.results
    ]
    counts = {**_counts([report]), "examples": report.examples}
    return {"path": path, "name": report.name, **counts, "results": results}
