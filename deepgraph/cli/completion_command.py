"""`deepgraph completion`: what a shell needs to complete commands, options and names."""

from __future__ import annotations

import click

from deepgraph.cli import common, completion, options


@options.command("completion", short_help="Write a shell script that completes words.")
@click.argument("shell", type=options.Choice(completion.SHELLS))
def command(shell: str) -> None:
    """Write a script for a shell that completes commands, options, files and names of a spec.

    \b
    echo 'eval "$(deepgraph completion bash)"' >> ~/.bashrc
    echo 'eval "$(deepgraph completion zsh)"' >> ~/.zshrc
    deepgraph completion fish > ~/.config/fish/completions/deepgraph.fish
    """
    root = click.get_current_context().find_root().command
    common.write_output(None, completion.script(shell, root))
