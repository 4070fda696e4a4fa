"""Loads networks from the text of a spec, and diagnoses specs that do not load."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from deepgraph.errors import SpecError
from deepgraph.files import Loaded, checksum, note_input, read_bytes
from deepgraph.graph.draft import Draft
from deepgraph.network import Network
from deepgraph.rules.run import problems
from deepgraph.rules.traps import warnings
from deepgraph.spec import reading as specs
from deepgraph.spec.positions import located

if TYPE_CHECKING:
    from deepgraph.errors import Problem


def load(path: str | os.PathLike[str]) -> Network:
    """Read a network from its spec file.

    Raises:
        FileError: the file cannot be read.
        SpecError: the file is not a valid spec; the error holds every problem.
    """
    content = read_bytes(path)
    network = loads(content, str(path), Path(path).parent)
    network.loaded = Loaded(os.path.abspath(path), checksum(content))
    return network


def loads(
    text: str | bytes, name: str = "spec", folder: str | os.PathLike[str] | None = None
) -> Network:
    """Read a network from the text of a spec.

    Args:
        text: the text of the spec.
        name: the name of the spec in messages.
        folder: the folder of the file of parameters, if the spec names one.

    Raises:
        SpecError: the text is not a valid spec; the error holds every problem.
    """
    content = text.encode(errors="surrogatepass") if isinstance(text, str) else text
    found = diagnose(content, name, folder, warn=False)
    if found.network is None:
        raise SpecError(found.problems, name, found.more)
    return found.network


@dataclass(frozen=True)
class Diagnosis:
    """The network of a spec, or everything that is wrong with the spec.

    Attributes:
        network: `None` if there is an error.
        problems: every error, or else every warning, with line and column where they are known.
        more: the number of further problems, which were only counted.
    """

    network: Network | None
    problems: list[Problem]
    more: int = 0


def diagnose(
    content: bytes,
    name: str = "spec",
    folder: str | os.PathLike[str] | None = None,
    *,
    warn: bool = True,
) -> Diagnosis:
    """Read a network from the bytes of a spec, and report everything that is wrong with them.

    If the file is malformed, the rules still check the parts that could be read.

    Args:
        content: the bytes of the file.
        name: the name of the network in messages.
        folder: the folder of the file of parameters, if the spec names one.
        warn: look for what is legal and hardly ever meant, too; in a large spec that takes longer
            than reading it.
    """
    parsed = specs.parse(content)
    if parsed.spec is not None and folder is not None:
        for file in parsed.spec.files:
            note_input(Path(folder, file))
    network = None
    if parsed.spec is None:
        found = parsed.problems
    elif parsed.problems:
        where = None if folder is None else Path(folder)
        found = [*parsed.problems, *problems(Draft(parsed.spec), where, parsed.doubtful)[1]]
    else:
        try:
            network = Network(parsed.spec, name, folder)
            found = warnings(network) if warn else []
        except SpecError as error:
            found = error.problems
    return Diagnosis(network, located(found, parsed.content), parsed.more)
