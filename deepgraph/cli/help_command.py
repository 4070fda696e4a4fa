"""`deepgraph help`: the help of a command."""

from __future__ import annotations

import click

from deepgraph.cli import common, options


@options.command("help", short_help="Show the help of a command.")
@click.argument("name", metavar="[COMMAND]", required=False)
def command(name: str | None) -> None:
    """Show the help of COMMAND, as `deepgraph COMMAND --help` does; without it, all commands."""
    root = click.get_current_context().find_root()
    assert isinstance(root.command, click.Group)
    if name is None:
        common.write_output(None, root.get_help() + "\n")
        return
    name, found, _ = root.command.resolve_command(root, [name])
    assert found is not None
    context = click.Context(found, info_name=name, parent=root, **root.command.context_settings)
    common.write_output(None, found.get_help(context) + "\n")
