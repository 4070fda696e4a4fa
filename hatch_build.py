"""Makes the man pages of a wheel from the commands themselves, when the wheel is built."""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

if TYPE_CHECKING:
    from collections.abc import Iterator

    import click

BLOCK = re.compile(r"\n\x08\n(.*?)(?=\n\.|\Z)", re.DOTALL)
"""Lines behind click's mark for a block, which are not to be filled up."""


class ManPages(BuildHookInterface[Any]):
    """`share/man/man1/deepgraph.1`, and a page for each command, by click-man."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Write the pages before the wheel takes them; an editable install has none."""
        if version == "editable":
            return
        self.folder = Path(tempfile.mkdtemp())
        for name, text in self.pages():
            (self.folder / name).write_text(text, encoding="utf-8")
            build_data["shared_data"][str(self.folder / name)] = f"share/man/man1/{name}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Leave nothing behind."""
        if version != "editable":
            shutil.rmtree(self.folder)

    def pages(self) -> Iterator[tuple[str, str]]:
        """The file name and the text of each page; the group comes last, when all are known."""
        sys.path.insert(0, self.root)
        import click

        from deepgraph import __version__
        from deepgraph.cli import COMMANDS, cli

        root = click.Context(cli, info_name="deepgraph", **cli.context_settings)
        for name in COMMANDS:
            command = cli.get_command(root, name)
            assert command is not None
            context = click.Context(command, info_name=name, parent=root, **cli.context_settings)
            cli.commands[name] = command
            yield f"deepgraph-{name}.1", page(context, __version__)
        cli.short_help = "small neural networks from one JSON file"
        yield "deepgraph.1", page(root, __version__)


def page(context: click.Context, version: str) -> str:
    """The man page of a command. A version stands in it and no date, so that it stays the same."""
    from click_man.core import generate_man_page

    text: str = generate_man_page(context, version, f"deepgraph {version}")
    text = BLOCK.sub(r"\n.nf\n\1\n.fi", text)
    title = context.command_path
    return text.replace(f'.TH "{title.upper()}"', f'.TH "{title.upper().replace(" ", "-")}"', 1)
