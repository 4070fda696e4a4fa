"""Records: what is known of each result of a run in parts, and what all of them have in common.

A result counts if its record is there and still true. The record is written last, so a process that
is killed at any moment leaves either both or a table that is evaluated once more.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import IO, TYPE_CHECKING, Any

import msgspec
import numpy as np
import pyarrow as pa

from deepgraph import __version__
from deepgraph.errors import DeepgraphError, FileError
from deepgraph.scoring import stores
from deepgraph.words.urls import is_url, name_of

if TYPE_CHECKING:
    from deepgraph.graph.graph import Graph
    from deepgraph.scoring.evaluation import Evaluation

FOLDER = "_deepgraph"
"""The folder of the records in that of the results; no reader of data sets looks into it."""
MANIFEST, SUCCESS = "_manifest.json", "_SUCCESS"
"""What `finish` writes: all records in one file, and the empty file of Hadoop and Spark."""


class OtherRunError(DeepgraphError):
    """Results of one folder come from another spec, other options or other versions."""


@dataclass(frozen=True)
class Made:
    """What all results of one run have in common, or they may not be mixed.

    Attributes:
        spec: the SHA-256 of the spec and the values of its parameters.
        options: that decide what a result holds, by name.
        versions: of deepgraph, and of numpy and pyarrow, which decide its last bits.
    """

    spec: str
    options: dict[str, Any]
    versions: dict[str, str]

    def difference(self, other: Made) -> str:
        """What an other run has that this one has not; empty if they are the same."""
        if self.versions != other.versions:
            name = next(n for n in self.versions if self.versions[n] != other.versions.get(n))
            return f"{name} {other.versions.get(name)}, and here is {self.versions[name]}"
        if self.spec != other.spec:
            return "another spec"
        for name, value in self.options.items():
            if value != other.options.get(name):
                return f"{name} {other.options.get(name)!r}, and here it is {value!r}"
        return "" if self == other else "other options"


@dataclass(frozen=True)
class Record:
    """What is known of one result.

    Attributes:
        made: what it has in common with the others.
        input: the name of the table, its `bytes`, its `tag`, and the values that are read off its
            `partitions`.
        output: the name of the result, its `bytes`, `sha256` and `tag`.
        rejects: the same of the list of rows that were left out; `None` without one.
        rows: `read`, `written` and `rejected`.
    """

    made: Made
    input: dict[str, Any]
    output: dict[str, Any]
    rejects: dict[str, Any] | None
    rows: dict[str, int]

    def text(self) -> bytes:
        """The record as JSON."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1).encode() + b"\n"


def read(path: str) -> Record | None:
    """The record in a file; `None` if there is none.

    Raises:
        FileError: the file is no record.
    """
    content = stores.read_whole(path)
    if content is None:
        return None
    try:
        return msgspec.json.decode(content, type=Record)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise FileError(f"{name_of(path)}: this is no record of a result; delete it") from None


def made(evaluation: Evaluation, **options: Any) -> Made:
    """What the results of an evaluation have in common.

    Args:
        evaluation: the engine and its threads do not count, since bits do not depend on them.
        options: further ones that decide what a result holds.
    """
    own = ("nodes", "pre_activations", "keep", "rename", "argmax", "target",
        "targets", "dtype", "exact",
           "columns")  # fmt: skip
    chosen = {name: getattr(evaluation, name) for name in own} | options
    versions = {
        "deepgraph": __version__,
        "numpy": np.__version__,
        "pyarrow": pa.__version__,
    }
    # As JSON gives it back, in which a tuple is a list.
    return Made(spec_hash(evaluation.network), json.loads(json.dumps(chosen)), versions)


def spec_hash(network: Graph) -> str:
    """The SHA-256 of a spec and the values of its parameters, which may be drawn or trained."""
    found = hashlib.sha256(msgspec.json.encode(network.spec, enc_hook=repr))
    found.update(network.parameters.values.tobytes())
    return found.hexdigest()


class Counted:
    """A stream that counts and hashes what goes through it.

    Args:
        stream: binary, to write; left open.

    Attributes:
        bytes: their number.
    """

    closed = False

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._hash = hashlib.sha256()
        self.bytes = 0

    def write(self, content: Any) -> int:
        """Write some bytes."""
        self._stream.write(content)
        self._hash.update(content)
        size = memoryview(content).nbytes
        self.bytes += size
        return size

    def flush(self) -> None:
        """Nothing waits here."""
        self._stream.flush()

    @property
    def sha256(self) -> str:
        """The SHA-256 of what was written."""
        return self._hash.hexdigest()


def described(written: Counted, folder: str, name: str) -> dict[str, Any]:
    """What a record says of a file that was written and is there now."""
    there = stores.found(stores.join(folder, name))
    tag = "" if there is None else stores.tag(there)
    return {"name": name, "bytes": written.bytes, "sha256": written.sha256, "tag": tag}


def is_true(told: dict[str, Any], folder: str, *, thorough: bool) -> bool:
    """True if a file is still as a record tells.

    A store computed the tag from the content that it keeps, so the tag is enough there. A file of
    this machine that was copied has another time and is as good as before, and one that the disk
    has damaged has the same time: its content decides, for `thorough` always.
    """
    path = stores.join(folder, told["name"])
    there = stores.found(path)
    if there is None or there.size != told["bytes"]:
        return False
    same = stores.tag(there) == told.get("tag")
    if same and (is_url(path) or not thorough):
        return True
    return bool(stores.sha256(path) == told["sha256"])
