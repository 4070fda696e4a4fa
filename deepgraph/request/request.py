"""One request: a spec and options -> a diagram, arithmetic, a table, a number.

Pages call `ask` with options as texts. The command line, whose options click has read already,
makes a `Request` of their values.
"""

from __future__ import annotations

import math
import shlex
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from deepgraph.errors import DeepgraphError, InputError, OptionError, UninitialisedError
from deepgraph.functions.losses import OUTPUT_LOSS
from deepgraph.graph.kinds import BIAS
from deepgraph.graph.stages import member
from deepgraph.options.drawing import OPTIONS as STYLE
from deepgraph.request import parsing
from deepgraph.request.caller import PAGE
from deepgraph.request.clashes import clashes
from deepgraph.request.code_version import code_version
from deepgraph.request.options import Kind, read, words
from deepgraph.request.spec_source import SpecSource
from deepgraph.request.values import Values
from deepgraph.words.messages import Nearest
from deepgraph.words.numbers import number_text
from deepgraph.words.option_names import read_at

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable, Mapping

    from deepgraph.draw.view.records import Gradients
    from deepgraph.evaluate.reference import Trace
    from deepgraph.explain.explanation import Explanation
    from deepgraph.graph.examples import ExampleData, Texts
    from deepgraph.network import Network
    from deepgraph.request.caller import Caller
    from deepgraph.request.comparing import Comparison
    from deepgraph.request.diagram import Diagram
    from deepgraph.request.slopes import Slopes
    from deepgraph.request.value_table import Table
    from deepgraph.words.option_names import Door

    Inputs = dict[str, float]

Given = ParamSpec("Given")
Result = TypeVar("Result")


ROWS = 10
"""Rows that `over` explains where `rows` says no number."""

OF_EXPLAIN = (
    "backward", "loss", "of", "reduction", "learning_rate", "optimiser", "momentum",
    "weight_decay", "steps", "epochs", "batch", "rule", "short", "node", "fractions", "precision",
    "paths", "paths_limit", "derive", "notation",
)  # fmt: skip
"""Options that `Network.explain` takes as they are."""


def ask(
    kind: Kind,
    spec: str | None,
    options: Iterable[tuple[str, str]] = (),
    *,
    folder: str | os.PathLike[str] = ".",
    root: str | os.PathLike[str] | None = None,
    text: str | None = None,
    name: str | None = None,
    door: Door = "page",
) -> Request:
    """Read a request.

    Args:
        kind: "diagram", "explain", "eval", "jacobian", "value", "live" or "diff".
        spec: the path of a spec; `None` if `text` is the spec itself. For a "value", the quantity
            and inputs follow the path: `xor.json y x1=0 x2=1`. For a "diff" it is two paths.
        options: names as `deepgraph render`, `explain` and `eval` have them, and texts; see
            `deepgraph.request.options.read`.
        folder: the folder that paths are relative to, as a rule that of the page.
        root: the folder that paths with a leading slash are relative to, in sites that have one.
        text: an inline spec.
        name: the name of the spec in messages; by default its path as it is written.
        door: how messages name options; a marker has flags, as the command line does.

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
    if chosen.get("input") == "":
        raise OptionError(f"{PAGE._replace(door=door).option('input')} names a table")
    base = Path(folder)
    before = None
    if kind == "diff":
        first, spec = two_paths(spec)
        before = SpecSource(first, _placed(first, base, root))
    path = None if spec is None else _placed(spec, base, root)
    table = _placed(chosen["input"], base, root) if "input" in chosen else None
    of_values = {n: v for n, v in chosen.items() if kind != "live" or n != "over"}
    values = Values(of_values, table, PAGE._replace(door=door))
    source = SpecSource(name or spec or "inline spec", path, text or "", base)
    found = Request(kind, source, chosen, values, what, before=before)
    found.check()
    return found


def _placed(written: str, folder: Path, root: str | os.PathLike[str] | None) -> str:
    if root is not None and written.startswith("/"):
        return str(Path(root, written.lstrip("/")))
    return str(folder / written)


def two_paths(text: str | None) -> tuple[str, str]:
    """The two specs that a comparison names.

    Raises:
        OptionError: there are not two.
    """
    try:
        paths = shlex.split(text or "")
    except ValueError:
        raise OptionError(f"a quote is not closed: {text}") from None
    if len(paths) != 2:
        told = f"got {text}" if text else "got none"
        raise OptionError(f"a comparison names two specs, before and after: A.json B.json; {told}")
    return paths[0], paths[1]


def _value_words(text: str) -> tuple[str, str, list[tuple[str, str]]]:
    """Split `xor.json y x1=0 --seed 1` into spec, quantity and options."""
    try:
        split = shlex.split(text)
    except ValueError:
        raise OptionError(f"a quote is not closed: {text}") from None
    alone, options = words(split)
    if len(alone) < 2:
        raise OptionError(f"a value is asked for as `SPEC NODE ID=NUMBER …`, got `{text}`")
    spec, what, *settings = alone
    return spec, what, options + [("set", shlex.quote(setting)) for setting in settings]


def _for_caller(method: Callable[Given, Result]) -> Callable[Given, Result]:
    """Let the messages of a method, from whatever room, name options as the caller types them."""

    @wraps(method)
    def result(*given: Given.args, **options: Given.kwargs) -> Result:
        asked: Any = given[0]
        with read_at(asked.caller.door):
            return method(*given, **options)

    return result


def _result(method: Callable[Given, Result]) -> Callable[Given, Result]:
    """The same for a result, which is one of the request with its example put in."""

    @wraps(method)
    def result(*given: Given.args, **options: Given.kwargs) -> Result:
        asked: Any = given[0]
        with read_at(asked.caller.door):
            whole: Any = (asked.resolved, *given[1:])
            return method(*whole, **options)

    return result


@dataclass(frozen=True)
class Request:
    """A spec and options, read and not yet computed.

    Every result raises a `DeepgraphError` if the spec, the values or the options are wrong; it
    names options as the caller does.

    Attributes:
        kind: "diagram", "explain", "eval", "jacobian", "value", "live" or "diff".
        spec: the source of the network.
        options: the values of the options that were given, by name.
        values: the source of the inputs.
        what: for a "value", the quantity.
        example: the example of the spec whose numbers stand among the options and values.
        before: for a "diff", the network that `spec` is compared with.
    """

    kind: Kind
    spec: SpecSource
    options: dict[str, Any]
    values: Values
    what: str = ""
    example: ExampleData | None = None
    before: SpecSource | None = None

    @property
    def caller(self) -> Caller:
        """The caller, which knows the names of the options for messages."""
        return self.values.caller

    @cached_property
    def files(self) -> list[Path]:
        """The files that the result depends on: the spec, the table, a file of parameters.

        They need not exist; a page that watches them is made again when they appear.
        """
        table = self.values.table
        if "example" in self.options:
            with suppress(DeepgraphError):  # which a result tells
                table = self.resolved.values.table
        specs = [spec for spec in (self.before, self.spec) if spec is not None]
        named = [*(spec.path for spec in specs), table, *(spec.parameter_file for spec in specs)]
        return [Path(file) for file in named if file is not None]

    def key(self, *more: str) -> str:
        """A short name for the result, which changes with any file, option or version of deepgraph.

        Args:
            more: further texts that tell results apart, such as a format.

        A file that cannot be read has no content, and the result tells what is wrong with it.
        """
        import hashlib  # only a cache needs it

        spec = self.spec
        parts = [
            code_version(),
            self.kind,
            self.what,
            spec.name,
            repr(sorted(self.options.items())),
        ]
        if spec.path is None:
            parts.append(str(spec.text))
        for path in self.files:
            try:
                with path.open("rb") as stream:
                    parts.append(hashlib.file_digest(stream, "sha256").hexdigest())
            except OSError:
                parts.append("")
        whole = "\0".join([*parts, *more]).encode("utf-8", "replace")
        return hashlib.sha256(whole).hexdigest()[:20]

    @cached_property
    @_for_caller
    def network(self) -> Network:
        """The network, its missing values drawn where a seed is given.

        Raises:
            FileError: the spec cannot be read.
            SpecError: it is not valid.
        """
        return self.spec.network(self.options.get("seed"), self.options.get("init"), self.caller)

    @cached_property
    def resolved(self) -> Request:
        """The request with the numbers of its example, if it names one, as options and values.

        Raises:
            DeepgraphError: the spec is wrong, has no such example, or the options do not fit it.
        """
        if "example" not in self.options or self.kind == "diff":  # `Comparison` looks at its own
            return self
        from deepgraph.request.example import expanded  # few requests have one

        given = (self.kind, self.options, self.values, self.spec.beside)
        options, values, data = expanded(self.network, *given)
        found = replace(self, options=options, values=values, example=data)
        found.__dict__["network"] = self.network  # as its cache holds it
        found.check()
        return found

    def check(self) -> None:
        """Check that the options go together, before any file is read.

        Raises:
            OptionError: they do not.
        """
        if self.kind == "diff":
            return  # `Comparison` looks at its own
        self.values.check()
        has_targets = self.example is not None and bool(self.example.target_texts)
        for wrong in clashes(self.kind, self.options, self.values, has_targets=has_targets):
            raise self.caller.refusal(wrong)

    # --- inputs --------------------------------------------------------------------------

    @_result
    def no_inputs(self) -> OptionError:
        """The error about missing values of the inputs."""
        return self.caller.without_inputs(self.network.input_names)

    @_result
    def inputs(self) -> Inputs:
        """One value for each input.

        Raises:
            DeepgraphError: none are given, or they are wrong.
        """
        found = self.values.one_row(self.network)
        if found is None:
            raise self.no_inputs()
        return found

    def _inputs_to_explain(self) -> dict[str, Any]:
        """Values as typed, so that fractions stay exact; or one or several rows of a table."""
        if self.values.given is not None:
            return self._first_rows(self.values.given)
        if "set" in self.options and not self.values.has_rows:
            option = self.caller.option("set")
            return parsing.exact(self.options["set"], option) or self.inputs()
        if "rows" not in self.options and ("over" not in self.options or "row" in self.options):
            return self.inputs()
        most = self.options.get("rows", ROWS)
        found, _, more = self.values.first_rows(self.network, most)
        if not any(found.values()):
            raise InputError(f"{self.values.name}: the table has no rows")
        if more:
            rows = self.caller.option("rows")
            self.caller.note(f"the first {most:,} rows are explained; {rows} N explains more.")
        return found

    def _first_rows(self, texts: Mapping[str, list[str]]) -> Texts:
        """The rows of an example that are explained: all, unless `rows` says how many."""
        most = self.options.get("rows")
        return {name: column[:most] for name, column in texts.items()}

    def _targets_to_explain(self) -> dict[str, Any]:
        """Values as typed, or for each row those of an example."""
        if self.values.given is not None and "target" not in self.options:
            assert self.example is not None
            is_plain = "of" in self.options or self.options.get("loss") == OUTPUT_LOSS
            return {} if is_plain else self._first_rows(self.example.target_texts)
        return parsing.exact(self.options.get("target", ()), self.caller.option("target"))

    # --- results -------------------------------------------------------------------------

    @_result
    def shown(self) -> tuple[Network, Trace | None, dict[str, Any]]:
        """The arguments of `deepgraph.draw.prepare`: network, live values, options."""
        network, options = self.network, self.options
        inputs = self.values.one_row(network)
        ranges = parsing.ranges(options.get("curves", ()), self.caller.option("curves"))
        names = (*STYLE, "graphviz", "font")
        shown = {name: options[name] for name in names if name in options}
        if ranges:
            from deepgraph.kinks import curves  # exact arithmetic, for curves only

            inputs, shown["curves"] = curves.with_live_values(
                network, ranges, self.values.settings, inputs
            )
        trace = None if inputs is None else network.trace(inputs)
        if options.get("gradient"):
            shown["gradients"] = self._gradients(inputs)
        return network, trace, shown

    def _gradients(self, inputs: Inputs | None) -> Gradients:
        """The derivatives that a picture shows, at the inputs that it shows."""
        from deepgraph.draw.view.records import Gradients  # only pictures need it

        if inputs is None:
            # Only pages begin with the option itself.
            article = "a " if self.caller.door == "command" else ""
            raise self.caller.refusal(
                f"{article}gradient needs live values: give inputs, <set> ID=NUMBER"
            )
        loss, of = self.options.get("loss"), self.options.get("of")
        if self.values.table is None:
            option = self.caller.option("target")
            targets = parsing.numbers(self.options.get("target", ()), option)
        else:
            from deepgraph.request import table_rows  # imports pyarrow

            targets, loss = table_rows.targets_of_row(self.network, self.values, self.options)
        return Gradients.of(self.network.gradient(inputs, targets or None, loss, of=of))

    @_result
    def diagram(self, fit: float | None = None) -> Diagram:
        """The picture, with live values where inputs are given.

        Args:
            fit: the option `fit` of a page for all its pictures; that of the request or of the
                spec comes first.
        """
        from deepgraph import draw  # only pictures need these
        from deepgraph.request.diagram import Diagram

        if self.kind == "diff":
            given = {"fit": fit} if fit is not None and "fit" not in self.options else {}
            return Diagram(self.comparison.picture(**given).drawing, self.caller.door)
        network, trace, options = self.shown()
        if "fit" not in network.spec.style:
            options.setdefault("fit", fit)
        return Diagram(draw.prepare(network, trace, **options), self.caller.door)

    @cached_property
    @_for_caller
    def comparison(self) -> Comparison:
        """The comparison of the two networks of a "diff"."""
        from deepgraph.request.comparing import Comparison  # only a comparison needs these
        from deepgraph.request.sides import side_of

        assert self.before is not None
        sides = side_of(self.before), side_of(self.spec)
        return Comparison(*sides, self.options, self.values)

    @_result
    def explanation(self) -> Explanation:
        """The arithmetic; its `markdown()`, `latex()` and `text()` spell it."""
        if self.values.table is not None:
            from deepgraph.request import table_rows  # imports pyarrow

            inputs, targets = table_rows.rows_of(self.network, self.values, self.options)
        else:
            inputs, targets = self._inputs_to_explain(), self._targets_to_explain() or None
        given = {
            name: value
            for name, value in self.options.items()
            if name in OF_EXPLAIN and value is not False
        }
        if given.get("precision", "full") != "full":
            given["precision"] = int(given["precision"])
        frozen = parsing.parameter_names(self.network, self.options.get("freeze", ()))
        network = self.network.frozen(frozen)
        found = network.explain(inputs, targets, **given)
        if "blank" not in self.options:
            return found
        blanks = parsing.names(network, self.options["blank"])
        return (found.solution if self.options.get("solution") else found.blank)(*blanks)

    @_result
    def table(self) -> Table:
        """Inputs and outputs as texts in rows; of a "jacobian" its derivatives."""
        if self.kind == "jacobian":
            digits = self.options.get("precision", STYLE["precision"].default)
            return self.slopes().table(digits)
        from deepgraph.request import value_table  # imports what writes tables

        if not self.values.has_rows or "row" in self.options:
            inputs = self.inputs()
            return value_table.of_one_row(
                self.network, inputs, self.options, self.loss_of_example()
            )
        return value_table.of_rows(self.network, self.values, self.options, self.loss_of_example())

    @_result
    def slopes(self) -> Slopes:
        """The derivatives of a "jacobian"."""
        from deepgraph.request import slopes  # few requests need it

        nodes = slopes.chosen(self.network, self.options.get("nodes", ()))
        if self.values.has_rows and "row" not in self.options:
            return slopes.over_rows(self.network, self.values, nodes)
        return slopes.at_point(self.network, self.inputs(), nodes)

    def loss_of_example(self) -> str:
        """The loss of the rows of an example that are evaluated; empty if it has none."""
        data = self.example
        if data is None or data.loss is None:
            return ""
        name = data.loss if data.of is None else f"{data.loss} {data.of}"
        value = self.network.loss(
            data.inputs, data.targets or None, data.loss, data.reduction, of=data.of
        )
        rows = f", {data.reduction} over {data.rows} rows" if data.rows > 1 else ""
        return f"{name} {number_text(value, 9)}{rows}"

    @_result
    def number(self) -> str:
        """One value: a node's `h1` or `z(h1)`, a parameter's `w3`; or those of a stage or group."""
        digits = self.options.get("precision", STYLE["precision"].default)
        found = self._numbers()
        texts = [number_text(value, digits) for value in found]
        return texts[0] if not self._is_vector else f"[{' '.join(texts)}]"

    @property
    def _is_vector(self) -> bool:
        """True if the quantity is a stage or a group."""
        network = self.network
        named = self.what in network.stages or self.what in network.groups
        return named and self.what not in network.index

    def _numbers(self) -> list[float]:
        """The values that the quantity names."""
        network, what = self.network, self.what
        if not self._is_vector:
            return [self._number(what)]
        if what in network.groups:
            return [self._number(label) for label in network.groups[what]]
        return [float(value) for value in network.trace(self.inputs()).stages[what][:, 0]]

    def _number(self, what: str) -> float:
        network = self.network
        found = member(what, network.index)
        if found is None:
            name, value = what, self._parameter(what)
        elif network.kind[found.node] == BIAS:
            name, value = network.ids[found.node], network.bias_value(found.node)
        else:
            trace = network.trace(self.inputs())
            return float((trace.z if found.is_z else trace.a)[found.node, 0])
        if math.isnan(value):
            raise UninitialisedError([name], 1)
        return value

    def _parameter(self, name: str) -> float:
        parameters = self.network.parameters
        number = parameters.find(name)
        if number is None:
            named = [*self.network.stages, *self.network.groups]
            names = [*self.network.ids, *named, *map(parameters.name, range(len(parameters)))]
            raise InputError(f'no node or parameter is named "{name}"{Nearest(names)(name)}')
        return float(parameters.values[number])
