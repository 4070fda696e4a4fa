"""Runs Graphviz, and is the only caller: DOT text in, a picture or a text out.

Two programs will do: `graphviz-pure`, which comes with the extra `graphviz` and gives the same
bytes on every platform, and the system's `dot`, which knows more formats. Both take the same
arguments. Where nodes are placed is said by the text itself, by its attribute `layout`.
"""

from __future__ import annotations

import os
import sysconfig
from pathlib import Path
from typing import NamedTuple, get_args

from deepgraph.errors import DrawingError
from deepgraph.options.shared import Backend
from deepgraph.words.option_names import option

PURE_FORMATS = frozenset(
    {
        *("svg", "png", "jpg", "jpeg", "jpe", "dot", "gv", "canon", "plain", "plain-ext"),
        *("json", "json0", "dot_json", "xdot", "xdot1.2", "xdot1.4", "xdot_json"),
    }
)
"""What graphviz-pure 0.2 writes; anything else is left to a system `dot`."""

SECONDS = 60.0
"""Time limit for one picture. Drawing 9,000 labelled edges in given places takes 0.3 s."""

_CURE_PURE = "`pip install 'deepgraph-nn[graphviz]'`"
_CURE_SYSTEM = (
    "install Graphviz, so that the program `dot` is found (https://graphviz.org/download/)"
)


class Output(NamedTuple):
    """What Graphviz wrote.

    Attributes:
        content: the picture or text.
        warnings: all that it said beside it; empty if it was content.
    """

    content: bytes
    warnings: str


def run(dot: str, *, format: str = "svg", backend: Backend = "auto") -> Output:
    """Run Graphviz over a DOT text.

    Args:
        dot: the text.
        format: the name of any format of Graphviz.
        backend: "pure", "system", or "auto" for graphviz-pure where it is installed and knows the
            format, and else a system `dot`.

    Raises:
        DrawingError: the DOT text is wrong, the graph is too large, the format is unknown, or
            there is no Graphviz.
        ValueError: a backend that is not in the list.
    """
    if backend not in get_args(Backend):
        raise ValueError(f"unknown backend {backend!r}: use one of {', '.join(get_args(Backend))}")
    data = _encode(dot)
    return _run(_program(format, backend), data, format)


def _encode(dot: str) -> bytes:
    if "\0" in dot:
        # C ends a text at NUL: without this check, the rest of the graph would vanish in silence.
        raise DrawingError("a text of the graph holds the character NUL; take it out")
    try:
        return dot.encode()
    except UnicodeEncodeError as error:
        raise DrawingError(
            f"a text of the graph holds half a surrogate pair, {dot[error.start]!r}; take it out"
        ) from error


# --- programs ---------------------------------------------------------------------------------


def _program(format: str, backend: Backend) -> str:
    """The path of the program that draws."""
    pure = find_pure() if backend != "system" else None
    if pure and (format in PURE_FORMATS or backend == "pure"):
        return pure
    system = find_system() if backend != "pure" else None
    if system:
        return system
    if backend == "pure":
        raise DrawingError(f"there is no program `graphviz-pure`: {_CURE_PURE}")
    if backend == "system":
        raise DrawingError(f"there is no program `dot`: {_CURE_SYSTEM}")
    if pure:
        raise DrawingError(f"graphviz-pure does not write {format}: {_CURE_SYSTEM}")
    raise DrawingError(f"there is no Graphviz: {_CURE_PURE}, or {_CURE_SYSTEM}")


def find_pure() -> str | None:
    """The program of the package graphviz-pure: that of this Python, or one on the PATH."""
    import shutil

    folders = [sysconfig.get_path("scripts"), sysconfig.get_path("scripts", f"{os.name}_user")]
    where = os.pathsep.join(map(str, map(Path, folders)))
    return shutil.which("graphviz-pure", path=where) or shutil.which("graphviz-pure")


def find_system() -> str | None:
    """The program `dot`."""
    import shutil

    return shutil.which("dot")


def _run(program: str, dot: bytes, format: str) -> Output:
    """Run a program; `graphviz.pipe` has no time limit, and knows no other program than `dot`."""
    import subprocess

    try:
        done = subprocess.run(
            [program, f"-T{format}"],
            input=dot,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise DrawingError(
            f"too large to lay out; Graphviz came to its limit of {SECONDS:g} s. "
            f"Draw a smaller part of the network, such as {option('max_width', 6)}"
        ) from error
    except OSError as error:
        raise DrawingError(
            f"{Path(program).name} does not start ({error.strerror}); {_CURE_SYSTEM}"
        ) from error
    said = done.stderr.decode(errors="replace").strip()
    if done.returncode != 0:
        raise DrawingError(f"Graphviz cannot draw this: {said or f'exit status {done.returncode}'}")
    return Output(done.stdout, said)
