"""`deepgraph fmt`: spec files in the canonical layout."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from deepgraph.cli import common, options
from deepgraph.cli.colors import colored, unified
from deepgraph.cli.text import say
from deepgraph.errors import DeepgraphError
from deepgraph.files import may_replace, write_bytes

if TYPE_CHECKING:
    from collections.abc import Callable


@click.command("fmt", short_help="Write specs in the canonical layout.")
@click.argument("specs", metavar="SPEC|FOLDER…", nargs=-1, required=True)
@click.option("--check", is_flag=True, help="Write nothing; name the files that would change.")
@click.option("--diff", "shows", is_flag=True, help="Write nothing; show what would change.")
@options.json_option("With --check: write one JSON document.")
@common.strict_option
@click.option("--expand", is_flag=True, help="Spell layers out as nodes and edges.")
@click.option("--compact", is_flag=True, help="Gather nodes and edges into layers.")
@options.output_option("Write here; - is standard output.")
def command(
    specs: tuple[str, ...],
    check: bool,
    shows: bool,
    as_json: bool,
    strict: bool,
    expand: bool,
    compact: bool,
    output: str | None,
) -> None:
    """Write specs in the canonical layout: one node and one edge a line.

    Every value keeps its text, and nothing that is computed changes. Files are changed in place;
    standard input is written to standard output.

    \b
    deepgraph fmt specs --check
    deepgraph fmt iris.json --expand -o iris_edges.json
    """
    if expand and compact:
        raise click.UsageError("--expand and --compact exclude each other")
    if as_json and (shows or not check):
        raise click.UsageError("--json tells what --check finds; give --check, and no --diff")
    if (check or shows) and output is not None:
        raise click.UsageError(f"{'--check' if check else '--diff'} writes nothing; leave -o out")
    found = common.spec_paths(specs, strict)
    paths = found.specs
    if output is not None and len(paths) > 1:
        raise click.UsageError("-o takes one SPEC")
    from deepgraph.edit.formatting import compacted, expanded, formatted  # --help needs no numpy

    write = expanded if expand else compacted if compact else formatted
    if as_json:
        _report(paths, found.others, write)
        return
    outcomes = [_treat(path, write, check or shows, shows, output) for path in paths]
    if not all(outcomes):
        common.fail()


def _report(paths: list[str], others: list[str], write: Callable[[bytes, str], str]) -> None:
    """Write which files would be changed, and which cannot be read, as one JSON document."""
    documents: list[dict[str, Any]] = []
    for path in paths:
        source, error = common.source(path), None
        try:
            changes = write(source.content, source.name).encode() != source.content
        except DeepgraphError as problem:
            changes, error = False, str(problem)
        documents.append({"path": path, "changes": changes, "error": error})
    count = sum(document["changes"] for document in documents)
    whole = {"changes": count, "specs": documents, "passed_over": others}
    common.write_output(None, common.json_text(whole))
    if any(document["changes"] or document["error"] for document in documents):
        common.fail()


def _treat(
    path: str,
    write: Callable[[bytes, str], str],
    check: bool,
    shows: bool,
    output: str | None,
) -> bool:
    """Treat one file; returns True if nothing is wrong with it."""
    source = common.source(path)
    name = source.name
    try:
        content = source.content
        text = write(content, name).encode()
        if output is not None:
            source.note_files()
        may_replace(path)  # formatting in place is what it is for
        if check:
            if text != content and shows:
                from deepgraph.spec.positions import without_mark  # --help needs no msgspec

                before = without_mark(content).decode("utf-8", "backslashreplace")
                shown = unified(before, text.decode(), name, color=colored("auto"))
                common.write_output(None, shown)
            elif text != content:
                say(f"{name}: would be changed")
            return text == content
        if output is not None or path == "-":
            common.write_output(output, text)
        elif text != content:
            write_bytes(path, text)
            say(f"{name}: changed", err=True)
    except DeepgraphError as error:  # the other files are still looked at
        click.echo(f"Error: {error}", err=True)
        return False
    return True
