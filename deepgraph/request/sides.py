"""One side of a comparison: a spec, a file of another tool, or a revision in git -> the network."""

from __future__ import annotations

import subprocess
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from deepgraph.errors import FileError, FormatError
from deepgraph.files import note_input, read_bytes
from deepgraph.loading import loads
from deepgraph.spec import reading

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
            of git: `HEAD~1:specs/xor.json`, from the top of the repository, or
            `HEAD:./xor.json`, from here.
        folder: where paths start.
        piped: gives standard input.

    Raises:
        DeepgraphError: it cannot be read, or is no network.
    """
    if given == "-":
        content = piped()
        return Side("standard input", loads(content, "standard input"), content)
    path = Path(folder, given)
    revision, mark, inside = given.partition(":")
    if mark and revision and inside and not path.exists():
        return at_revision(revision, inside, Path(folder), given)
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

    if b'"deepgraph"' in content:
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
        cure = f"options of `deepgraph import {path.name} -o NEW.json` may help; compare that file"
        raise FormatError(
            f"{error}; {cure}" if "activations" in str(error) else str(error)
        ) from None


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
            return Side(given, _imported(place), None)
        spec = reading.parse(content).spec
        parameters = spec.parameters if spec is not None else {}
        if isinstance(parameters, str) and Path(parameters).name == parameters:
            (there / parameters).write_bytes(beside(parameters))
        return Side(given, loads(content, given, there), content, beside=beside)


def renamed_in_index(folder: Path) -> dict[str, str]:
    """The former paths of the files that the next commit renames, by their new ones, from here."""
    command = ["git", "diff", "--cached", "-M", "--diff-filter=R", "--name-status", "--relative"]
    try:
        done = subprocess.run([*command, "-z"], cwd=folder, capture_output=True, check=False)
    except OSError:
        return {}
    parts = done.stdout.decode(errors="surrogateescape").split("\0") if not done.returncode else []
    return dict(zip(parts[2::3], parts[1::3], strict=False))


def content_at(revision: str, inside: str, folder: Path, given: str) -> bytes:
    """The content of a file in a revision.

    Raises:
        FileError: git is missing, or knows no such file.
    """
    command = ["git", "cat-file", "blob", f"{revision}:{inside}"]
    if revision.startswith("-"):
        raise FileError(f"{given}: no such file, and no revision begins with a dash")
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, check=False)
    except OSError:
        raise FileError(f"{given}: no such file; git, which knows revisions, is missing") from None
    if done.returncode:
        lines = done.stderr.decode(errors="replace").strip().splitlines() or ["it says nothing"]
        told = lines[0].removeprefix("fatal: ")
        raise FileError(f"{given}: no such file here, nor in git: {told}")
    return done.stdout
