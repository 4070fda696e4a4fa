"""A request of a page: a spec and options -> a diagram, arithmetic, a table, a number."""

from __future__ import annotations

import hashlib
import math
import re
import shlex
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deepgraph import __version__
from deepgraph.errors import FileError, InputError, OptionError, UninitialisedError
from deepgraph.files import read_bytes, reason
from deepgraph.graph import parameter_files
from deepgraph.graph.kinds import BIAS
from deepgraph.loading import loads
from deepgraph.options.drawing import OPTIONS as STYLE
from deepgraph.options.shared import LOSS
from deepgraph.request import typed, values
from deepgraph.request.diagram import Diagram
from deepgraph.request.options import Kind, read, words
from deepgraph.spec import reading as specs
from deepgraph.words.messages import Nearest
from deepgraph.words.numbers import number_text

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable

    from deepgraph.explain.explanation import Explanation
    from deepgraph.network import Network
    from deepgraph.request.values import Table


def request(
    kind: Kind,
    spec: str | None,
    options: Iterable[tuple[str, str]] = (),
    *,
    folder: str | os.PathLike[str] = ".",
    root: str | os.PathLike[str] | None = None,
    text: str | None = None,
    name: str | None = None,
) -> Request:
    """Read what a writer asks for.

    Args:
        kind: "diagram", "explain", "eval" or "value".
        spec: the path of a spec; `None` where `text` is the spec itself. Of a "value" it is
            followed by what is asked for and by inputs: `xor.json y x1=0 x2=1`.
        options: names as `deepgraph render`, `explain` and `eval` have them, and texts; see
            `deepgraph.request.options.read`.
        folder: what paths are relative to, as a rule that of the page.
        root: what paths that start with a slash are relative to, where a site has such a folder.
        text: an inline spec.
        name: what to call the spec in messages; by default its path as it is written.

    Raises:
        OptionError: an option does not exist, has no such value, or does not go with another.
    """
    what = ""
    given = list(options)
    if kind == "value":
        spec, what, more = _value_words(spec or "")
        given += more
    if (spec is None) == (text is None):
        raise OptionError(
            "name a spec, or write one" if text is None else "a path and an inline spec: keep one"
        )
    chosen = read(kind, given)
    values.check(kind, chosen)
    base = Path(folder)
    path = None if spec is None else _placed(spec, base, root)
    table = _placed(chosen["input"], base, root) if "input" in chosen else None
    called = name or spec or "inline spec"
    return Request(kind, called, chosen, path, table, text, base, what)


def _placed(written: str, folder: Path, root: str | os.PathLike[str] | None) -> Path:
    if root is not None and written.startswith("/"):
        return Path(root, written.lstrip("/"))
    return folder / written


def _value_words(text: str) -> tuple[str, str, list[tuple[str, str]]]:
    """`xor.json y x1=0 --seed 1` as spec, quantity, options."""
    try:
        alone, options = words(shlex.split(text))
    except ValueError:
        raise OptionError(f"a quote is not closed: {text}") from None
    if len(alone) < 2:
        raise OptionError(f"a value is asked for as `SPEC NODE ID=NUMBER …`, got `{text}`")
    spec, what, *settings = alone
    return spec, what, options + [("set", shlex.quote(setting)) for setting in settings]


@dataclass(frozen=True)
class Request:
    """What a page asks for, read and not yet computed.

    Attributes:
        kind: "diagram", "explain", "eval" or "value".
        name: what the spec is called in messages.
        options: the values of those that were given, by name.
        path: of the spec; `None` where it is inline.
        input: the table that values come from, if any.
        text: the inline spec.
        folder: what an inline spec lies in.
        what: of a "value", the quantity.
    """

    kind: Kind
    name: str
    options: dict[str, Any]
    path: Path | None
    input: Path | None
    text: str | None
    folder: Path
    what: str = ""

    @cached_property
    def files(self) -> list[Path]:
        """The files that it is made from: the spec, the table, a file of parameters.

        They need not exist; a page that watches them is made again when they appear.
        """
        found = [] if self.path is None else [self.path]
        if self.input is not None:
            found.append(self.input)
        try:
            parsed = specs.parse(self._content).spec
        except FileError:
            return found
        if parsed is not None and isinstance(parsed.parameters, str):
            parameters = parameter_files.place(parsed.parameters, self._beside)
            found += [] if parameters is None else [parameters]
        return found

    def key(self, *more: str) -> str:
        """A short name for the result: another one when a file, an option or deepgraph changes.

        Args:
            more: what else tells results apart, as a format.

        Raises:
            FileError: a file cannot be read.
        """
        parts = [__version__, self.kind, self.what, self.name, repr(sorted(self.options.items()))]
        if self.text is not None:
            parts.append(self.text)
        for path in self.files:
            try:
                with path.open("rb") as stream:
                    parts.append(hashlib.file_digest(stream, "sha256").hexdigest())
            except OSError as error:
                raise FileError(f"{path}: cannot be read: {reason(error)}") from None
        return hashlib.sha256("\0".join([*parts, *more]).encode("utf-8", "replace")).hexdigest()[
            :20
        ]

    @cached_property
    def network(self) -> Network:
        """The network, its missing values drawn where a seed is given.

        Raises:
            FileError: the spec cannot be read.
            SpecError: it is not valid.
        """
        found = loads(self._content, self.name, self._beside)
        seed = self.options.get("seed")
        return (
            found if seed is None else found.initialised(seed, self.options.get("init", "uniform"))
        )

    @property
    def _beside(self) -> Path:
        return self.folder if self.path is None else self.path.parent

    @cached_property
    def _content(self) -> bytes:
        if self.path is None:
            return (self.text or "").encode("utf-8", "surrogatepass")
        return read_bytes(self.path)

    # --- results -------------------------------------------------------------------------

    def diagram(self) -> Diagram:
        """The picture, with live values where inputs are given.

        Raises:
            DeepgraphError: the spec, the values or the options are wrong.
        """
        from deepgraph import draw

        network, options = self.network, self.options
        inputs, curves = values.shown(network, self.input, options)
        trace = None if inputs is None else network.trace(inputs)
        gradients = None
        if options.get("gradient"):
            from deepgraph.draw.view.records import Gradients

            if inputs is None:
                raise OptionError("gradient needs live values: give inputs, set ID=NUMBER")
            targets = typed.numbers(options.get("target", []), "target") or None
            loss = options.get("loss", LOSS.default)
            gradients = Gradients.of(network.gradient(inputs, targets, loss))
        shown = {name: value for name, value in options.items() if name in STYLE}
        backend = options.get("graphviz", "auto")
        more = {"gradients": gradients, "curves": curves, "graphviz": backend}
        return Diagram(draw.prepare(network, trace, **more, **shown))

    def explanation(self) -> Explanation:
        """The arithmetic; its `markdown()`, `latex()` and `text()` spell it.

        Raises:
            DeepgraphError: the spec, the values or the options are wrong.
        """
        return values.explanation(self.network, self.input, self.options)

    def table(self) -> Table:
        """Inputs and outputs as texts in rows.

        Raises:
            DeepgraphError: the spec, the values or the options are wrong.
        """
        return values.table(self.network, self.input, self.options)

    def number(self) -> str:
        """One value: a node's `h1` or `z(h1)`, or a parameter's `w3`.

        Raises:
            DeepgraphError: the spec, the values or the options are wrong.
        """
        network, what = self.network, self.what
        before = re.fullmatch(r"z\((.*)\)", what)  # an id may look like this, too
        name = before[1] if before and what not in network.index else what
        node = network.index.get(name)
        if node is None:
            return self._text(self._parameter(what))
        if network.kind[node] == BIAS:
            return self._text(self._known(name, network.bias_value(node)))
        inputs = values.one_row(network, self.input, self.options)
        if inputs is None:
            raise values.no_inputs(network)
        trace = network.trace(inputs)
        return self._text(float((trace.a if name == what else trace.z)[node, 0]))

    def _parameter(self, name: str) -> float:
        network = self.network
        number = network.parameters.find(name)
        if number is None:
            names = [*network.ids, *map(network.parameters.name, range(len(network.parameters)))]
            raise InputError(f'no node or parameter is named "{name}"{Nearest(names)(name)}')
        return self._known(name, float(network.parameters.values[number]))

    @staticmethod
    def _known(name: str, value: float) -> float:
        if math.isnan(value):
            raise UninitialisedError([name], 1)
        return value

    def _text(self, value: float) -> str:
        return number_text(value, self.options.get("precision", STYLE["precision"].default))
