"""From the text of a spec to the network, or to everything that is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from deepgraph.errors import SpecError
from deepgraph.files import read_bytes
from deepgraph.graph.draft import Draft
from deepgraph.network import Network
from deepgraph.rules.nodes import unused_nodes
from deepgraph.rules.run import problems
from deepgraph.spec import reading as specs
from deepgraph.spec.positions import located

if TYPE_CHECKING:
    import os

    from deepgraph.errors import Problem


def load(path: str | os.PathLike[str]) -> Network:
    """Read a network from its spec file.

    Raises:
        FileError: the file cannot be read.
        SpecError: it is not a valid spec; the error holds every problem.
    """
    return loads(read_bytes(path), str(path), Path(path).parent)


def loads(
    text: str | bytes, name: str = "spec", folder: str | os.PathLike[str] | None = None
) -> Network:
    """Read a network from the text of a spec.

    Args:
        text: of the spec.
        name: what to call it in messages.
        folder: where a file of parameters lies that it may name; nowhere by default.

    Raises:
        SpecError: it is not a valid spec; the error holds every problem.
    """
    content = text.encode(errors="surrogatepass") if isinstance(text, str) else text
    found = diagnose(content, name, folder)
    if found.network is None:
        raise SpecError(found.problems, name, found.more)
    return found.network


@dataclass(frozen=True)
class Diagnosis:
    """What reading and resolving a spec gives.

    Attributes:
        network: `None` if there is an error.
        problems: every error, or else every warning, with line and column where they are known.
        more: how many further problems were counted.
    """

    network: Network | None
    problems: list[Problem]
    more: int = 0


def diagnose(
    content: bytes, name: str = "spec", folder: str | os.PathLike[str] | None = None
) -> Diagnosis:
    """Read a network from the bytes of a spec, and say everything that is wrong with it.

    Where the form of the file is wrong, the rules that can still judge the rest are asked, too.

    Args:
        content: of the file.
        name: what to call the network in messages.
        folder: where a file of parameters lies that it may name.
    """
    parsed = specs.parse(content)
    network = None
    if parsed.spec is None:
        found = parsed.problems
    elif parsed.problems:
        where = None if folder is None else Path(folder)
        found = [*parsed.problems, *problems(Draft(parsed.spec), where, parsed.doubtful)[1]]
    else:
        try:
            network = Network(parsed.spec, name, folder)
            found = list(unused_nodes(network))
        except SpecError as error:
            found = error.problems
    return Diagnosis(network, located(found, parsed.content), parsed.more)
