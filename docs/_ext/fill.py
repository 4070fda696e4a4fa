"""Writes what commands print, and the tables of the format, into the pages.

    python docs/_ext/fill.py

Pages are read on code hosts, too, where no directive runs. The build of the documentation fails
where a page says something else than the command prints.
"""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

import tables
from sphinx.application import Sphinx

DOCS = Path(__file__).parents[1]
FENCE = re.compile(r"^( *)(`{3,})\{run\}\n(.*?)^\1\2\n", re.MULTILINE | re.DOTALL)
OPTION = re.compile(r" *:\w+:")


def main() -> None:
    """Build everything once, and write what the commands gave."""
    with tempfile.TemporaryDirectory() as place:
        app = Sphinx(
            DOCS, DOCS, f"{place}/out", f"{place}/doctrees", "dummy",
            confoverrides={"fill_runs": True}, freshenv=True, status=None,
        )  # fmt: skip
        app.build(force_all=True)
        found = app.env.filled_runs
    for page in sorted(DOCS.glob("*.md")):
        text = page.read_text(encoding="utf-8")
        filled = tables.filled(with_outputs(text, found.get(page.stem, [])))
        if filled != text:
            page.write_text(filled, encoding="utf-8")
            print(page.name)


def with_outputs(text: str, runs: list[tuple[list[str], list[str]]]) -> str:
    """A page whose blocks hold their commands and what these print.

    Args:
        text: the page.
        runs: commands, and the lines of commands and outputs, in the order of the page.
    """
    left = list(runs)

    def filled(block: re.Match[str]) -> str:
        indent = block[1]
        lines = [line.removeprefix(indent) for line in block[3].splitlines()]
        options = [line for line in lines if OPTION.match(line)]
        commands, found = left.pop(0)
        assert all(any(command in line for line in lines) for command in commands), commands
        ticks = max([2, *(len(run) for line in found for run in re.findall("`{3,}", line))]) + 1
        fence = "`" * ticks
        whole = [f"{fence}{{run}}", *options, *found, fence]
        return "".join(f"{indent}{line}".rstrip() + "\n" for line in whole)

    return FENCE.sub(filled, text)


if __name__ == "__main__":
    main()
