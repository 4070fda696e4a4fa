"""`deepgraph diff`: what differs between two networks."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any

import click

from deepgraph.cli import common, options
from deepgraph.cli.colors import colored, painted
from deepgraph.cli.diff_sides import compared, errors_end_with_two, opened
from deepgraph.options.difference import DRAWING, INPUTS, SECTIONS
from deepgraph.options.drawing import OPTIONS

if TYPE_CHECKING:
    from deepgraph.diff import Difference

SUFFIXES = {".txt": "text", ".md": "markdown", ".json": "json"}
PICTURES = {".svg": "svg", ".png": "png", ".pdf": "pdf", ".html": "html"}


@options.command("diff", short_help="Compare two networks.")
@click.argument("sides", metavar="A B", nargs=-1)
@options.options_of(*SECTIONS, *INPUTS)
@options.table_options
@click.option("--all", "everything", is_flag=True, help="Show every change, not 20 of a section.")
@click.option("-q", "--quiet", is_flag=True, help="Write nothing; only the exit code tells.")
@options.output_option()
@options.format_option((*SUFFIXES.values(), *PICTURES.values()), "The format", "text")
@options.json_option()
@click.option(
    "--color",
    type=options.Choice(["auto", "always", "never"]),
    default="auto",
    show_default=True,
    help="Colours of the text; auto is on a terminal, unless NO_COLOR is set.",
)
@options.options_of(*(OPTIONS[name] for name in DRAWING), preset=True)
@click.option(
    "--git-config",
    is_flag=True,
    help="Print the settings with which git compares networks by deepgraph.",
)
@click.option(
    "--staged", is_flag=True, help="For a hook: show what a commit would change in these files."
)
@click.option(
    "--textconv", metavar="FILE", help="For git: print a spec in the canonical layout, or as it is."
)
def command(
    sides: tuple[str, ...],
    everything: bool,
    quiet: bool,
    output: str | None,
    form: str | None,
    as_json: bool,
    color: str,
    git_config: bool,
    staged: bool,
    textconv: str | None,
    **given: Any,
) -> None:
    """Compare two networks: what changed from A to B.

    A and B are specs, files that `deepgraph import` reads, - for standard
    input, or REV:PATH in git. The exit code is 0 if they are equal, 1 if they
    differ, 2 for an error. JSON holds a patch, which `deepgraph patch` applies.

    \b
    deepgraph diff old.json new.json
    deepgraph diff HEAD:specs/xor.json specs/xor.json --format markdown
    deepgraph diff a.json b.json --rtol 1e-6 --ignore style --quiet
    deepgraph diff a.json b.json --input rows.csv --target species
    deepgraph diff a.json b.json --set x=0.5 -o change.svg
    """
    shown = None if everything else MOST, given["precision"]
    if git_config or textconv is not None:
        from deepgraph.cli import diff_git  # only git calls it so

        diff_git.print_config() if git_config else diff_git.convert(str(textconv))
        return
    if staged:
        _only_text(output, form, as_json, quiet, given)
        from deepgraph.cli import diff_git

        with errors_end_with_two():
            diff_git.show_staged(sides, given, shown, colored(color))
        return
    if _of_git(sides):
        from deepgraph.cli import diff_git

        diff_git.show(sides, given, shown, colored(color))
        return
    _check_sides(sides)
    form = options.asked_format(form, as_json)
    if os.devnull in sides and sides[0] != sides[1] and not (form or output):
        from deepgraph.cli import diff_git

        with errors_end_with_two():
            diff_git.show_new_or_gone(sides, colored(color)) if not quiet else None
        common.fail()
    form = form or common.output_format(output, SUFFIXES | PICTURES, "text")
    if form not in PICTURES.values() and (name := _of_pictures(given)):
        raise click.UsageError(f"{name} is for a picture: -o FILE.svg, or --format svg")
    with errors_end_with_two():
        asked = compared(opened(sides[0]), opened(sides[1]), given)
        found = asked.found
        if not quiet and form in PICTURES.values():
            with common.warnings_as_notes():
                picture = asked.picture().content(form)
            common.write_output(output, picture)
        elif not quiet:
            write(found, form, output, shown, colored(color) and output in (None, "-"))
    if not found.equal:
        common.fail()


def _check_sides(sides: tuple[str, ...]) -> None:
    """Check that two networks are named."""
    if sides == ("-", "-"):
        raise click.UsageError("standard input can be read only once; name a file")
    if len(sides) == 2:
        return
    told = f"two networks are compared, A and B; got {len(sides)}; a file in git is REV:PATH"
    if len(sides) == 3 and not any(map(os.path.exists, sides[:2])):
        before, after = (f"{revision}:./{sides[2]}" for revision in sides[:2])
        raise click.UsageError(f"{told}: deepgraph diff {before} {after}")
    raise click.UsageError(f"{told}, as in: deepgraph diff HEAD:./net.json net.json")


def _of_pictures(given: dict[str, Any]) -> str:
    """The first option that was typed and that only pictures have; empty for none."""
    found = [name for name in DRAWING if name != "precision" and given[name]]
    return f"--{found[0].replace('_', '-')}" if found else ""


def _only_text(
    output: str | None, form: str | None, as_json: bool, quiet: bool, given: dict[str, Any]
) -> None:
    """Refuse what `--staged`, which shows the text of several files, does not do."""
    flags = {"-o": output is not None, "--json": as_json, "--quiet": quiet}
    flags |= {f"--format {form}": form not in (None, "text")}
    refused = [flag for flag, is_given in flags.items() if is_given] or [_of_pictures(given)]
    if refused[0]:
        cure = f"for {refused[0]} compare one file: deepgraph diff HEAD:PATH :PATH"
        raise click.UsageError(f"--staged shows the text of what is staged; {cure}")


def _of_git(sides: tuple[str, ...]) -> bool:
    """True for the arguments that git gives its external diff; see `diff_git.show`.

    Seven or nine files of a pattern are none: git gives hashes and modes, or a dot for each.
    """
    if len(sides) == 1:
        return "GIT_DIFF_PATH_TOTAL" in os.environ
    if len(sides) not in (7, 9):
        return False
    hashes, modes = (sides[2], sides[5]), (sides[3], sides[6])
    return all(text == "." or re.fullmatch("[0-9a-f]{4,64}", text) for text in hashes) and all(
        text == "." or re.fullmatch("[0-7]{6}", text) for text in modes
    )


MOST = 20
"""Lines of a section that are shown."""


def write(
    found: Difference,
    form: str,
    output: str | None,
    shown: tuple[int | None, int | None],
    color: bool,
) -> None:
    """Write the report; `shown` are the lines of a section and the digits of numbers."""
    if form == "json":
        text = found.json()
    elif form == "markdown":
        text = found.markdown(*shown)
    else:
        text = painted(found, *shown) if color else found.text(*shown)
    common.write_output(output, text)
