"""What a shell offers for the word that is being typed: files, and names out of the spec."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem, get_completion_class

if TYPE_CHECKING:
    from collections.abc import Iterable

    from deepgraph.network import Network

VARIABLE = "_DEEPGRAPH_COMPLETE"
"""The environment variable by which a shell asks."""

SHELLS = ("bash", "zsh", "fish")

_FOLLOWED = {
    "bash": (
        """
    return 0
""",
        """
    [[ ${COMPREPLY[0]-} == *= ]] && compopt -o nospace
    return 0
""",
    ),
    "zsh": (
        """
        compadd -U -V unsorted -a completions
""",
        """
        local -a behind=()
        [[ ${completions[1]} == *= ]] && behind=(-S "")
        compadd -U -V unsorted "${behind[@]}" -a completions
""",
    ),
    "fish": ('string split ","', 'string split --max 1 ","'),
}
"""Parts of click's scripts, and what stands for them.

They put a blank behind every word, while a name that ends in `=` is followed by its value, which
fish knows by itself; and in fish a list of ids is cut at its first comma.
"""

_FILES = ("SPEC", "FILE", "TABLE", "PAGE", "CSV")
_FOLDERS = ("FOLDER",)


def script(shell: str, root: click.Command) -> str:
    """The lines by which a shell learns to complete the words of a command."""
    kind = get_completion_class(shell)
    assert kind is not None
    asking = kind(root, {}, "deepgraph", VARIABLE)
    # `source()` of bash starts a bash to ask for its version, and warns on standard error.
    written = asking.source_template % asking.source_vars()
    plain, wanted = _FOLLOWED.get(shell, ("", ""))
    return written.replace(plain, wanted).strip() + "\n"


def prepare(command: click.Command) -> click.Command:
    """A command whose options offer files and names by what their help calls their value."""
    for parameter in command.params:
        if isinstance(parameter.type, click.types.StringParamType):
            parameter.type = _Offered(parameter)
    return command


class _Offered(click.ParamType):  # type: ignore[type-arg]
    """A text for which there are proposals."""

    name = "text"

    def __init__(self, parameter: click.Parameter) -> None:
        self._metavar = parameter.metavar or ""
        self._flag = parameter.opts[0]

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem[Any]]:
        """Files, folders, or the names that begin with what was typed."""
        if any(word in self._metavar for word in _FILES) or self._flag in ("-o", "--output"):
            return [CompletionItem(incomplete, type="file")]
        if any(word in self._metavar for word in _FOLDERS):
            return [CompletionItem(incomplete, type="dir")]
        typed = incomplete.rpartition(",")[2] if self._metavar == "IDS" else incomplete
        before = incomplete[: len(incomplete) - len(typed)]
        names = [name for name in self._names(ctx) if name.startswith(typed)]
        return [CompletionItem(before + name) for name in names]

    def _names(self, ctx: click.Context) -> Iterable[str]:
        if self._flag == "--example" and ctx.info_name == "new":
            from deepgraph.spec import gallery

            return gallery.names()
        network = _network(ctx)
        if network is None:
            return []
        if self._flag == "--example":
            return [example.name for example in network.spec.examples if example.name]
        if self._metavar in ("ID", "IDS"):
            return network.ids
        if self._flag == "--target" and "=" in self._metavar:
            return [f"{name}=" for name in network.output_names]
        return [f"{name}=" for name in network.input_names] if "ID=" in self._metavar else []


def _network(ctx: click.Context) -> Network | None:
    """The network whose spec stands on the line already, if it can be read."""
    from deepgraph.errors import DeepgraphError
    from deepgraph.loading import load

    # Behind an option that still lacks its value, click has not told the arguments apart.
    spec = ctx.params.get("spec") or next(iter(ctx.args), None)
    if not isinstance(spec, str) or spec == "-":
        return None
    try:
        return load(spec)
    except (DeepgraphError, OSError):
        return None
