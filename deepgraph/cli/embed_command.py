"""`deepgraph embed`: diagrams and numbers in Markdown and HTML, filled in and kept fresh."""

from __future__ import annotations

import glob
import os
import shlex
import sys
from typing import TYPE_CHECKING, Any

import click

from deepgraph.cli import common, options, stdin
from deepgraph.cli.colors import colored, unified
from deepgraph.cli.text import say
from deepgraph.errors import FileError

if TYPE_CHECKING:
    from deepgraph.embed.markdown import Page


@click.command("embed", short_help="Fill the marked blocks of pages of Markdown or HTML.")
@click.argument("pages", metavar="PAGE…", nargs=-1, required=True)
@click.option(
    "--check", is_flag=True, help="Write nothing; name the blocks and images that are stale."
)
@click.option(
    "--diff", "shows", is_flag=True, help="Write nothing; show what would change in the pages."
)
@options.json_option("With --check: write one JSON document.")
@click.option(
    "--root",
    metavar="FOLDER",
    help="Pictures may go into this folder or below; by default that of their page.",
)
@click.option("--force", is_flag=True, help="Let pictures replace files that embed has not made.")
@click.option(
    "--tracked", is_flag=True, help="For a hook: fail if git does not track a picture of a page."
)
def command(
    pages: tuple[str, ...],
    check: bool,
    shows: bool,
    as_json: bool,
    root: str | None,
    force: bool,
    tracked: bool,
) -> None:
    """Fill the marked blocks of pages, and fill them again when a spec has changed.

    \b
    <!-- deepgraph: specs/xor.json --set x1=0 x2=1 -->
    <!-- /deepgraph -->

    A marker holds the words of `deepgraph render`, `explain` or `eval`, which writes a picture for
    light and for dark pages beside the page, the worked arithmetic, or a table. Paths start at
    the page. `--format mermaid` draws in the page itself, `-o FILE` names the picture. A page from
    standard input (-) goes to standard output, its pictures into the current folder. One number may
    stand in a sentence: <!-- deepgraph: value SPEC NODE x1=0 -->0<!-- /deepgraph -->.

    \b
    deepgraph embed README.md docs/guide.md
    deepgraph embed --check README.md docs/guide.md
    """
    if as_json and (shows or tracked or not check):
        raise click.UsageError(
            "--json tells what --check finds; give --check, and neither --diff nor --tracked"
        )
    from deepgraph.embed.markdown import refresh  # --help needs no numpy

    piped = stdin.whole() if "-" in pages else None
    found = refresh(_expanded(pages), root=root, force=force, piped=piped)
    if as_json:
        _write_report(found)
        return
    _refuse_mistakes(found, check or shows)
    for page in found:
        for orphan in page.orphans:
            say(f"Note: {orphan}: no block of {page.name} shows it any more", err=True)
        if page.lost:
            say(f"Note: {page.name}: {page.lost}", err=True)
    if not any(page.blocks for page in found):
        say("Note: no page has a block; one starts with <!-- deepgraph: SPEC -->", err=True)
    if shows:
        _show(found)
    if check or shows:
        _report(found)
    else:
        _write(found)
    if tracked:
        _require_tracked(found)


def _write_report(pages: list[Page]) -> None:
    """Write what is stale or wrong in pages as one JSON document."""
    documents: list[dict[str, Any]] = [
        {
            "path": page.name,
            "blocks": page.blocks,
            "stale": [{"line": m.line, "message": m.message} for m in page.stale],
            "mistakes": [{"line": m.line, "message": m.message} for m in page.mistakes],
            "orphans": [str(orphan) for orphan in page.orphans],
        }
        for page in pages
    ]
    counts = {kind: sum(len(each[kind]) for each in documents) for kind in ("stale", "mistakes")}
    common.write_output(None, common.json_text({**counts, "pages": documents}))
    if any(counts.values()):
        common.fail()


def _refuse_mistakes(pages: list[Page], check: bool) -> None:
    """End with exit code 1 if there are mistakes that a person has to mend first."""
    for page in pages:
        for mistake in page.mistakes:
            place = f"{page.name}:{mistake.line}" if mistake.line else page.name
            say(f"Error: {place}: {mistake.message}", err=True)
    if any(page.mistakes for page in pages):
        if not check:
            say("Nothing was written.", err=True)
        sys.exit(1)


def _write(pages: list[Page]) -> None:
    for page in pages:
        for path in page.write():
            say(f"{path}: written", err=True)
        if page.piped:
            common.write_output(None, page.fresh)


def _require_tracked(pages: list[Page]) -> None:
    """End with exit code 1 if git does not know an image of a page."""
    from deepgraph.embed.tracked import untracked  # few runs ask git

    unknown = untracked(path for page in pages for path in page.images)
    if unknown:
        for path in unknown:
            say(f"Error: {path}: git does not know this picture yet", err=True)
        say(f"Mend it with: git add {shlex.join(map(str, unknown))}", err=True)
        common.fail()


def _show(pages: list[Page]) -> None:
    """Show what filling the pages would change in them, line by line."""
    for page in pages:
        shown = unified(page.text, page.fresh, page.name, color=colored("auto"))
        common.write_output(None, shown)


def _report(pages: list[Page]) -> None:
    """List the stale blocks and images, and the command that mends them."""
    for page in pages:
        for mistake in page.stale:
            say(f"{page.name}:{mistake.line}: {mistake.message}")
    stale = [page.name for page in pages if page.stale]
    if stale:
        say(f"Mend it with: deepgraph embed {shlex.join(stale)}", err=True)
        common.fail()


def _expanded(pages: tuple[str, ...]) -> list[str]:
    """Expand patterns that no shell has expanded: on Windows, and in the arguments of a hook."""
    found: list[str] = []
    for given in pages:
        if given == "-":
            found.append(given)
            continue
        pattern = not os.path.exists(given) and glob.has_magic(given)
        matches = sorted(glob.glob(given, recursive=True)) if pattern else [given]
        if not matches:
            raise FileError(f"{given}: no file matches")
        found += matches
    return found
