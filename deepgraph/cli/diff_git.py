"""`deepgraph diff` as git calls it: a diff driver, a textconv, and the setup for both."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from deepgraph.cli import common
from deepgraph.cli.colors import paint, painted, unified
from deepgraph.cli.diff_sides import compared, opened
from deepgraph.errors import DeepgraphError, FileError, OptionError
from deepgraph.files import read_bytes
from deepgraph.words.messages import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

CONFIG = """\
# Which files are networks stands in .gitattributes:
#     specs/*.json diff=deepgraph
# What compares them stands in the configuration of the repository, or of all:
#     deepgraph diff --git-config >> .git/config
#     deepgraph diff --git-config >> ~/.gitconfig
# `git diff` then calls the command, `git log -p` and `git show` the textconv,
# and `git difftool -t deepgraph` the tool. `git diff --no-ext-diff` is as before.
[diff "deepgraph"]
\tcommand = deepgraph diff
\ttextconv = deepgraph diff --textconv
[difftool "deepgraph"]
\tcmd = deepgraph diff \\"$LOCAL\\" \\"$REMOTE\\"
"""


def print_config() -> None:
    """Print the lines for the configuration of git."""
    click.echo(CONFIG, nl=False)


def convert(path: str) -> None:
    """Print a spec in the canonical layout for git; what is no spec as it is."""
    content = read_bytes(path)
    try:
        from deepgraph.edit.formatting import formatted  # imports numpy

        text: str | bytes = formatted(content, path)
    except Exception:
        text = content  # git shows the change of a broken file, too
    common.write_output(None, text)


def show(arguments: Sequence[str], given: dict[str, Any], most: int | None, color: bool) -> None:
    """Show the change of one file to git, which takes any other end than 0 for a crash.

    Git before 2.46 does so even where the files differ.

    Args:
        arguments: path, old file, old hash, old mode, new file, new hash, new mode; of a renamed
            file also its new path and a note; the path alone of a file that is not merged.
        given: the options that were typed.
        most: lines of a section.
        color: true for colours.
    """
    path = arguments[7] if len(arguments) > 7 else arguments[0]
    if len(arguments) == 1:
        click.echo(f"{printable(path)}: not merged")
        return
    old, new = arguments[1], arguments[4]
    parts = [printable(text) for text in (f"a/{arguments[0]}", f"b/{path}")]
    title = f"deepgraph diff {parts[0]} {parts[1]}"
    lines = [paint("title", title) if color else f"{title}\n"]
    lines += [f"{printable(line)}\n" for line in "".join(arguments[8:]).splitlines()]
    try:
        names = f"a/{arguments[0]}", f"b/{path}"
        lines.append(_change(old, new, names, given, most, color))
    except Exception as error:  # after any of them git would show no other file
        first = _first(error).replace(old, path).replace(new, path)
        lines += [f"{printable(first)}\n", _plain(old, new, path, color)]
    click.echo("".join(lines), nl=False, color=color)


def show_staged(paths: Sequence[str], given: dict[str, Any], most: int | None, color: bool) -> None:
    """Show what the next commit changes in some files; those that hold no network are passed over.

    Args:
        paths: of the files, from here.
        given: the options that were typed.
        most: lines of a section.
        color: true for colours.
    """
    from deepgraph.request.sides import renamed_in_index  # --help needs no numpy

    former = renamed_in_index(Path())
    for path in paths:
        try:
            told = _staged(path, former.get(path, path), given, most, color)
        except OptionError:
            raise
        except Exception as error:  # a hook stops no commit
            told = f"{printable(path)}: {printable(_first(error).removeprefix(f'{path}: '))}\n"
        click.echo(told, nl=False, color=color)


def _staged(path: str, former: str, given: dict[str, Any], most: int | None, color: bool) -> str:
    """What the next commit changes in a file; empty for one that holds no network.

    Raises:
        DeepgraphError: the two cannot be compared.
    """
    from deepgraph.request.sides import at_revision, content_at  # --help needs no numpy

    here = Path()
    try:
        staged = content_at("", f"./{path}", here, path)
    except FileError:
        return ""  # the commit takes it out, or does not know it
    try:
        after = at_revision("", f"./{path}", here, path)
    except DeepgraphError:
        if b'"deepgraph"' in staged:
            raise
        return ""
    named = f"HEAD:{former}"
    try:
        was = content_at("HEAD", f"./{former}", here, named)
    except FileError:
        return f"+ the network {printable(path)}\n"
    try:
        before = at_revision("HEAD", f"./{former}", here, named)
    except DeepgraphError as error:
        texts = [text.decode("utf-8", "backslashreplace") for text in (was, staged)]
        return f"{printable(_first(error))}\n" + unified(texts[0], texts[1], path, color=color)
    found = compared(before, after, given).found
    return painted(found, most) if color else found.text(most)


def _first(error: Exception) -> str:
    """The first line of a message."""
    return next(iter(str(error).splitlines()), type(error).__name__)


def show_new_or_gone(sides: Sequence[str], color: bool) -> None:
    """Show a file that came or went, for which git's difftool gives the null device."""
    names = "", f"b/{sides[0] if sides[1] == os.devnull else sides[1]}"
    click.echo(_change(sides[0], sides[1], names, {}, None, color), nl=False, color=color)


def _change(
    old: str,
    new: str,
    names: tuple[str, str],
    given: dict[str, Any],
    most: int | None,
    color: bool,
) -> str:
    """The report about one file, or one line about a file that came or went."""
    for mark, tone, gone, there in (("+", "added", old, new), ("-", "removed", new, old)):
        if gone == os.devnull:
            made = opened(there).network
            what = f"{mark} the network {printable(names[1][2:])}: {len(made.ids)} nodes, "
            line = f"{what}{len(made.source)} edges, {len(made.parameters)} parameters"
            return paint(tone, line) if color else f"{line}\n"
    before, after = replace(opened(old), name=names[0]), replace(opened(new), name=names[1])
    found = compared(before, after, given).found
    if found.equal:
        return "the same network, written otherwise\n"
    return painted(found, most) if color else found.text(most)


def _plain(old: str, new: str, path: str, color: bool) -> str:
    """The change of a file that is no sound spec, line by line."""
    texts = [
        "" if place == os.devnull else Path(place).read_bytes().decode("utf-8", "backslashreplace")
        for place in (old, new)
    ]
    return unified(texts[0], texts[1], path, color=color)
