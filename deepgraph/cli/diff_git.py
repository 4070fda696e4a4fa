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
from deepgraph.errors import DeepgraphError, OptionError
from deepgraph.files import read_bytes
from deepgraph.words.messages import counted, printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deepgraph.request.sides import Side

CONFIG = r"""# Which files are networks stands in .gitattributes:
#     specs/*.json diff=deepgraph
# What compares them stands in the configuration of the repository, or of all:
#     deepgraph diff --git-config >> .git/config
#     deepgraph diff --git-config >> ~/.gitconfig
# `git diff` then calls the command, `git log -p` and `git show` the textconv,
# and `git difftool -t deepgraph` the tool. `git diff --no-ext-diff` is as before.
# Where deepgraph is not on the PATH, git shows the lines of the files.
[diff "deepgraph"]
	command = "f() { command -v deepgraph >/dev/null && deepgraph diff \"$@\" || { \
test $# -lt 2 || { echo \"$1: deepgraph did not run; the lines of the file:\"; \
diff -u -L \"a/$1\" -L \"b/$1\" \"$2\" \"$5\"; }; }; :; }; f"
	textconv = "f() { command -v deepgraph >/dev/null && deepgraph diff --textconv \"$1\" || \
cat \"$1\"; }; f"
[difftool "deepgraph"]
	cmd = "if command -v deepgraph >/dev/null; then deepgraph diff \"$LOCAL\" \"$REMOTE\"; \
else diff -u \"$LOCAL\" \"$REMOTE\"; fi"
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


def show(
    arguments: Sequence[str],
    given: dict[str, Any],
    shown: tuple[int | None, int | None],
    color: bool,
) -> None:
    """Show the change of one file to git, which takes any other end than 0 for a crash.

    Git before 2.46 does so even where the files differ.

    Args:
        arguments: path, old file, old hash, old mode, new file, new hash, new mode; of a renamed
            file also its new path and a note; the path alone of a file that is not merged.
        given: the options that were typed.
        shown: the lines of a section and the digits of numbers.
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
        lines.append(_change(old, new, names, given, shown, color))
    except Exception as error:  # after any of them git would show no other file
        first = _first(error).replace(old, path).replace(new, path)
        if not any(b'"deepgraph"' in _content(place) for place in (old, new)):
            first = f"{path}: this is no network; the lines of the file:"
        lines += [f"{printable(first)}\n", _plain(old, new, path, color)]
    click.echo("".join(lines), nl=False, color=color)


def show_staged(
    paths: Sequence[str], given: dict[str, Any], shown: tuple[int | None, int | None], color: bool
) -> None:
    """Show what the next commit changes in networks; files that hold none are passed over.

    Args:
        paths: files and folders, from here; none for all that is staged.
        given: the options that were typed.
        shown: the lines of a section and the digits of numbers.
        color: true for colours.

    Raises:
        FileError: this is no repository.
    """
    from deepgraph.request.revisions import staged  # --help needs no numpy

    told = ""
    for former, path in staged(Path(), paths):
        try:
            text = _staged(former, path, given, shown, color)
        except OptionError:
            raise
        except Exception as error:  # a hook stops no commit
            name = path or former or ""
            first = _first(error)
            text = f"{printable(first if first.startswith(f'{name}:') else f'{name}: {first}')}\n"
        click.echo(text, nl=False, color=color)
        told = told or text
    if not told and not all(map(os.path.isfile, paths or [""])):
        common.note(f"no network is staged{f' in {printable(paths[0])}' if paths else ''}.")


def _staged(
    former: str | None,
    path: str | None,
    given: dict[str, Any],
    shown: tuple[int | None, int | None],
    color: bool,
) -> str:
    """What the next commit changes in a file; empty for one that holds no network.

    Args:
        former: its path before; `None` for a new one.
        path: that after; `None` for one that goes.
        given: the options that were typed.
        shown: the lines of a section and the digits of numbers.
        color: true for colours.

    Raises:
        DeepgraphError: the two cannot be compared.
    """
    from deepgraph.request.revisions import content_at  # --help needs no numpy
    from deepgraph.request.sides import at_revision

    here = Path()
    before = after = None
    named = f"HEAD:{former}"
    try:
        after = path and at_revision("", path, here, path)
    except DeepgraphError:
        if path and path.endswith(".json") and b'"deepgraph"' in content_at("", path, here, path):
            raise
        return ""
    try:
        before = former and at_revision("HEAD", former, here, named)
    except DeepgraphError as error:
        if not path or not former:
            return ""
        pair = content_at("HEAD", former, here, named), content_at("", path, here, path)
        was, now = (text.decode("utf-8", "backslashreplace") for text in pair)
        return f"{printable(_first(error))}\n" + unified(was, now, path, color=color)
    if not before or not after:
        side = before or after
        return _counts("-" if before else "+", former or path or "", side, color) if side else ""
    found = compared(before, after, given).found
    return painted(found, *shown) if color else found.text(*shown)


def _first(error: Exception) -> str:
    """The first line of a message."""
    return next(iter(str(error).splitlines()), type(error).__name__)


def show_new_or_gone(sides: Sequence[str], color: bool) -> None:
    """Show a file that came or went, for which git's difftool gives the null device."""
    names = "", f"b/{sides[0] if sides[1] == os.devnull else sides[1]}"
    click.echo(_change(sides[0], sides[1], names, {}, (None, None), color), nl=False, color=color)


def _change(
    old: str,
    new: str,
    names: tuple[str, str],
    given: dict[str, Any],
    shown: tuple[int | None, int | None],
    color: bool,
) -> str:
    """The report about one file, or one line about a file that came or went."""
    for mark, gone, there in (("+", old, new), ("-", new, old)):
        if gone == os.devnull:
            return _counts(mark, names[1][2:], opened(there), color)
    before, after = replace(opened(old), name=names[0]), replace(opened(new), name=names[1])
    found = compared(before, after, given).found
    if found.equal:
        return "the same network, written otherwise\n"
    return painted(found, *shown) if color else found.text(*shown)


def _counts(mark: str, name: str, side: Side, color: bool) -> str:
    """One line about a network that came, `+`, or went, `-`."""
    made = side.network
    line = f"{mark} the network {printable(name)}: {counted(len(made.ids), 'node')}, "
    line += f"{counted(len(made.source), 'edge')}, {counted(len(made.parameters), 'parameter')}"
    return paint("added" if mark == "+" else "removed", line) if color else f"{line}\n"


def _plain(old: str, new: str, path: str, color: bool) -> str:
    """The change of a file that is no sound spec, line by line."""
    texts = [_content(place).decode("utf-8", "backslashreplace") for place in (old, new)]
    return unified(texts[0], texts[1], path, color=color)


def _content(place: str) -> bytes:
    """The bytes of a file; none of what cannot be read, which the report has told."""
    try:
        return b"" if place == os.devnull else Path(place).read_bytes()
    except OSError:
        return b""
