"""The columns of a table that hold targets, as `--target` names them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from deepgraph.errors import InputError
from deepgraph.words.messages import Nearest, shown
from deepgraph.words.option_names import option

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deepgraph.graph.graph import Graph


@dataclass(frozen=True)
class Wanted:
    """The target columns of a table: one for each target node, or a single one of classes.

    Attributes:
        nodes: headers by node id; empty for classes.
        classes: the header of the column of classes, or `None`.
    """

    nodes: dict[str, str]
    classes: str | None = None

    @classmethod
    def of(cls, network: Graph, texts: Sequence[str], header: list[str]) -> Wanted:
        """Parse `--target`: `y=column` once for each node, or the header of a column of classes.

        Ids and headers may contain equals signs; the first sign that ends an id counts.

        Raises:
            InputError: no such node, a node twice, or both forms together.
        """
        if len(texts) == 1 and texts[0] in header:
            return cls({}, texts[0])
        nodes: dict[str, str] = {}
        for text in texts:
            name, column = node_and_column(network, text, len(texts))
            if name is None:
                return cls({}, column)
            if name in nodes:
                raise InputError(f'{option("target")}: "{name}" is given twice')
            nodes[name] = column
        return cls(nodes)


def node_and_column(network: Graph, text: str, count: int) -> tuple[str | None, str]:
    """The node and the column of one of so many texts; `None` and the column of classes.

    Raises:
        InputError: no such node, or a column of classes beside other targets.
    """
    pieces = text.split("=")
    for end in range(1, len(pieces)):
        name = "=".join(pieces[:end])
        if name in network.index:
            return name, "=".join(pieces[end:])
    if len(pieces) == 1:
        if count == 1:
            return None, text
        raise InputError(
            f"{option('target')} {text}: several targets are NODE=COLUMN each; a column of "
            "classes stands alone"
        )
    name = pieces[0]
    near = Nearest(network.ids, f"the outputs are {', '.join(network.output_names[:10])}")
    raise InputError(f'{option("target")} {text}: there is no node "{shown(name)}"{near(name)}')
