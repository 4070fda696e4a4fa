"""One side of a comparison: a spec, a file of another tool, or a revision in git -> the network."""

from __future__ import annotations

import tempfile
from codecs import BOM_UTF8
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from deepgraph.errors import DeepgraphError, FileError, FormatError
from deepgraph.files import note_input, read_bytes
from deepgraph.loading import loads
from deepgraph.request.revisions import content_at, is_revision, parted
from deepgraph.spec import reading
from deepgraph.words.option_names import option

if TYPE_CHECKING:
    import os
    from collections.abc import Callable

    from deepgraph.network import Network
    from deepgraph.request.spec_source import SpecSource


@dataclass(frozen=True)
class Side:
    """One side of a comparison.

    Attributes:
        name: what reports call it.
        network: what it holds.
        content: the text of its spec; `None` for the network of another tool.
        path: of the file; `None` for standard input and for a revision.
        beside: of a revision, reads a file beside the spec as it was then.
    """

    name: str
    network: Network
    content: bytes | None
    path: Path | None = None
    beside: Callable[[str], bytes] | None = None


def side(given: str, *, folder: str | os.PathLike[str] = ".", piped: Callable[[], bytes]) -> Side:
    """Open a side.

    Args:
        given: the path of a spec or of any file that `deepgraph import` reads, `-`, or `REV:path`
            of git: `HEAD~1:specs/xor.json`, from the top of the repository,
            `HEAD:./xor.json`, from here, or `:specs/xor.json`, as it is staged.
        folder: where paths start.
        piped: gives standard input.

    Raises:
        DeepgraphError: it cannot be read, or is no network.
    """
    if given == "-":
        content = piped()
        return Side("standard input", loads(content, "standard input"), content)
    path = Path(folder, given)
    if not path.exists():
        place = parted(given)
        if place is not None:
            return at_revision(*place, Path(folder), given)
        if is_revision(given, Path(folder)):
            what = "it is a revision of git, and a file in it is"
            raise FileError(f"{given}: no such file here; {what} {given}:PATH")
    return _of_file(path, given)


def side_of(source: SpecSource) -> Side:
    """The side that a page names: a file, as `side` opens it, with the name that the page uses."""
    assert source.path is not None
    return _of_file(Path(source.path), source.name)


def _of_file(path: Path, name: str) -> Side:
    content = read_bytes(path, ".json")
    if not is_spec(path.name, content):
        return Side(name, _imported(path), None, path)
    network = loads(content, name, path.parent)
    for file in network.spec.files:
        note_input(path.parent / file)
    return Side(name, network, content, path)


def is_spec(name: str, content: bytes) -> bool:
    """True if a file is to be read as a spec: JSON that is of no other known format, or any text.

    A file with the suffix of another format is one of that format.
    """
    from deepgraph.formats.readers.record import Source
    from deepgraph.formats.readers.table import FORMATS

    if content.removeprefix(BOM_UTF8).lstrip().startswith(b"{") and b'"deepgraph"' in content:
        return True
    lower = name.lower()
    fitting = [row for row in FORMATS if lower.endswith(row.suffixes)]
    source = Source(Path(name), content)
    return not any(row.is_it(source.content) for row in fitting)


def _imported(path: Path) -> Network:
    """The network of a file of another tool."""
    from deepgraph.request.importing import from_file  # few sides are one

    try:
        return from_file(path)
    except FormatError as error:
        cure = ""
        if "activations" in str(error):
            cure = f"; options of `deepgraph import {path.name} -o NEW.json` may help; "
            cure += "compare that file"
        elif path.suffix in (".csv", ".tsv", ".parquet"):
            cure = f"; a table of inputs is {option('input', 'FILE')}, beside two networks"
        raise FormatError(f"{error}{cure}") from None


# --- git --------------------------------------------------------------------------------------


def at_revision(revision: str, inside: str, folder: Path, given: str) -> Side:
    """The network in a file of a revision, with the files beside it as they were then.

    Args:
        revision: `HEAD`, a branch, a hash; empty for what is to be committed next.
        inside: the path of the file.
        folder: in the repository.
        given: what reports call the side.

    Raises:
        DeepgraphError: git knows no such file, or it is no network.
    """
    content = content_at(revision, inside, folder, given)

    def beside(name: str) -> bytes:
        place = f"{inside.rpartition('/')[0]}/{name}".removeprefix("/")
        return content_at(revision, place, folder, f"{revision}:{place}")

    with ExitStack() as stack:
        there = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        if not is_spec(inside, content):
            place = there / Path(inside).name
            place.write_bytes(content)
            try:
                return Side(given, _imported(place), None)
            except DeepgraphError as error:  # the place is one of ours, and no longer there
                raise FormatError(str(error).replace(str(place), given)) from None
        spec = reading.parse(content).spec
        parameters = spec.parameters if spec is not None else {}
        if isinstance(parameters, str) and Path(parameters).name == parameters:
            (there / parameters).write_bytes(beside(parameters))
        return Side(given, loads(content, given, there), content, beside=beside)
