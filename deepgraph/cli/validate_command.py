"""`deepgraph validate`: everything that is wrong with specs, with its place in the file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from deepgraph.cli import common, options
from deepgraph.cli.text import say
from deepgraph.errors import SHOWN_PROBLEMS, DeepgraphError
from deepgraph.words.messages import counted, printable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from deepgraph.loading import Diagnosis

SEVERITIES = {"error": "wrong", "warning": "changed"}
"""How the line of a problem is painted."""
KEYS = ("severity", "rule", "path", "line", "column", "message")
"""The fields of a problem in JSON, in this order."""


@click.command("validate")
@click.argument("specs", metavar="SPEC|FOLDER…", nargs=-1, required=True)
@common.strict_option
@options.json_option("Write one JSON document, for programs.")
@click.option(
    "--format",
    "form",
    type=options.Choice(["text", "json", "github"]),
    help="The format of the report; github shows each problem at its line of a pull request.",
)
def command(specs: tuple[str, ...], strict: bool, as_json: bool, form: str | None) -> None:
    """Say everything that is wrong with networks, and where.

    Every line names the file, line and column, the place as a JSON path, what is wrong there and
    what to write. Of a folder, every spec below it is read: a JSON file with the key "deepgraph".
    A warning is no error.

    \b
    deepgraph validate xor.json
    deepgraph validate specs --strict --format github
    """
    form = options.asked_format(form, as_json) or "text"
    paths = common.spec_paths(specs, strict)
    documents = [_examine(path, shown=form == "text") for path in paths.specs]
    errors = sum(document["errors"] for document in documents)
    warnings = sum(document["warnings"] for document in documents)
    wrong = sum(document["errors"] > 0 for document in documents)
    if form == "json":
        counts = {"errors": errors, "warnings": warnings}
        whole = {**counts, "specs": documents, "passed_over": paths.others}
        common.write_output(None, common.json_text(whole))
    else:
        if form == "github":
            lines = [line for document in documents for line in _annotations(document)]
            # Not by `say`, which takes such commands for forged ones.
            common.write_output(None, "".join(f"{line}\n" for line in lines))
        say(_last_line(len(documents), wrong, errors, warnings) + paths.passed_over)
    if wrong:
        common.fail()


def _examine(path: str, shown: bool) -> dict[str, Any]:
    """The problems of one spec as JSON values; if `shown`, also as lines on standard output."""
    from deepgraph.loading import diagnose  # --help needs no numpy

    source = common.source(path)
    name, folder = source.name, source.beside
    try:
        found = _with_tables(diagnose(source.content, name, folder), source.content, folder)
    except DeepgraphError as error:  # a file that cannot be read
        if shown:
            say(str(error))
        message = str(error).removeprefix(f"{path}: ")
        problem = {"severity": "error", "rule": "file", "path": "$", "message": message}
        return {"path": path, "errors": 1, "warnings": 0, "problems": [problem]}
    if shown:
        _show(found, name)
    count = len(found.problems) + found.more
    warnings = count if found.network is not None else 0
    return {
        "path": path,
        "errors": count - warnings,
        "warnings": warnings,
        "problems": [
            {key: getattr(problem, key) for key in KEYS}
            for problem in found.problems
            if problem.line is not None
        ],
    }


def _with_tables(found: Diagnosis, content: bytes, folder: Path | None) -> Diagnosis:
    """A diagnosis that includes the tables of the examples, if the spec itself is valid.

    A spec from standard input has no folder in which its tables could lie.
    """
    network = found.network
    if network is None or folder is None or all(e.table is None for e in network.spec.examples):
        return found
    from deepgraph.check.tables import table_problems  # few specs name a table
    from deepgraph.loading import Diagnosis
    from deepgraph.spec.positions import located, without_mark

    problems = list(table_problems(network, folder))
    if not problems:
        return found
    return Diagnosis(None, located(problems, without_mark(content)))


def _show(found: Diagnosis, name: str) -> None:
    """One line for each of the first problems."""
    for problem in found.problems[:SHOWN_PROBLEMS]:
        say(f"{name}:{problem}", tone=SEVERITIES[problem.severity])
    hidden = len(found.problems) + found.more - SHOWN_PROBLEMS
    if hidden > 0:
        say(f"{name}: … and {hidden:,} more")


def _annotations(document: dict[str, Any]) -> Iterator[str]:
    """The problems of one spec as GitHub's workflow commands, which stand at their lines."""
    for problem in document["problems"]:
        places = {"file": document["path"], "line": problem.get("line")}
        places |= {"col": problem.get("column"), "title": f"deepgraph {problem['rule']}"}
        told = ",".join(
            f"{name}={_escaped(str(place), ':,')}" for name, place in places.items() if place
        )
        message = f"{problem['path']}: {problem['message']}"
        yield f"::{problem['severity']} {told}::{_escaped(message)}"


def _escaped(text: str, more: str = "") -> str:
    """A text in which no character ends a workflow command or one of its properties."""
    plain = printable(text)
    return "".join(f"%{ord(c):02X}" if c in "%\r\n" + more else c for c in plain)


def _last_line(specs: int, wrong: int, errors: int, warnings: int) -> str:
    subject = counted(specs, "spec")
    counts = [counted(errors, "error")] * bool(errors)
    counts += [counted(warnings, "warning")] * bool(warnings)
    if wrong and specs > 1:
        return f"{subject}, {wrong:,} of them wrong: {', '.join(counts)}"
    return f"{subject}: {', '.join(counts) or 'no problems'}"
