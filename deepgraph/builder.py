"""Builds a network from a few lines of Python instead of a file."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from deepgraph.errors import Problem, SpecError
from deepgraph.network import Network
from deepgraph.spec.from_python import record, told
from deepgraph.spec.lenient import LenientReader
from deepgraph.spec.records import (
    VERSION,
    Edge,
    Example,
    Group,
    Kind,
    Node,
    Normalise,
    Rescale,
    Spec,
)
from deepgraph.spec.writing import checked, number
from deepgraph.words.messages import Nearest, in_quotes, shown_value

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from deepgraph.functions.written import Function
    from deepgraph.spec.literals import Number

Scaled = TypeVar("Scaled", Normalise, Rescale)
Made = TypeVar("Made", Node, Edge)


class Builder:
    """Collects nodes and edges, and makes a network or its spec of them.

    >>> net = Builder("unit")
    >>> net.input("x")
    >>> net.output("y", "relu")
    >>> net.edge("x", "y", "w1", 2)
    >>> net.bias("b1", -1, "y")
    >>> float(net.build()({"x": 3.0})[0, 0])
    5.0

    Args:
        name: the name of the network.
        texts: `title`, `description`, `source`, `note` and `unused` of the spec.
    """

    def __init__(self, name: str | None = None, **texts: Any) -> None:
        is_text = name is None or isinstance(name, str)
        _require(is_text, _call("Builder", name), "the name is a text", "network")
        for key in texts:
            if key not in _OWN_KEYS:
                near = Nearest(_OWN_KEYS, f"known: {', '.join(_OWN_KEYS)}")(key)
                raise TypeError(f'Builder takes no "{key}"{near}')
        self._name = name
        self._texts = texts
        self._nodes: list[Node] = []
        self._edges: list[Edge] = []
        self._groups: dict[str, list[str] | Group] = {}
        self._stages: dict[str, list[str]] = {}
        self._examples: list[Example] = []

    def input(
        self,
        id: str,
        *,
        label: str | None = None,
        normalise: Mapping[str, Number] | None = None,
    ) -> None:
        """Add an input node; its id is also the header of its column in tables.

        Args:
            id: of the node.
            label: shown instead of the id.
            normalise: constants `min`, `max`, `mean`, `scale`, each optional; the table then holds
                z, and (clip(z) − mean)/scale is what flows on.
        """
        self._add("input", id, kind="input", normalise=normalise, label=label)

    def node(
        self,
        id: str,
        activation: Function = "identity",
        *,
        aggregation: str = "sum",
        kind: Kind = "hidden",
        rescale: Mapping[str, Number] | None = None,
        classes: Sequence[str] | None = None,
        threshold: Number | None = None,
        label: str | None = None,
        layer: str | None = None,
    ) -> None:
        """Add a neuron, hidden unless `kind` says otherwise.

        An output may `rescale` its value by constants `mean` and `scale`, each optional: it is then
        f(z)·scale + mean. The one output of a network may name its two `classes`, of which it says
        the second from the `threshold` on.
        """
        settings = {"rescale": rescale, "classes": classes, "threshold": threshold}
        settings |= {"activation": activation, "aggregation": aggregation}
        method = "output" if kind == "output" else "node"
        self._add(method, id, kind=kind, label=label, layer=layer, **settings)

    def output(self, id: str, activation: Function = "identity", **options: Any) -> None:
        """Add an output node; the options are those of `node`."""
        self.node(id, activation, kind="output", **options)

    def bias(self, id: str, value: Number | None = None, *targets: str | Iterable[str]) -> None:
        """Add a bias node, and a wire to each of the targets, given one by one or as a list.

        The value is a parameter named like the node; `None` leaves it uninitialised. For a bias
        whose edges have the weights, give no targets here and add the edges with `edge`.
        """
        found = self._texts_of("bias", id, targets)
        self._add("bias", id, kind="bias", value=value)
        for target in found:
            self.wire(id, target)

    def edge(
        self,
        source: str,
        target: str,
        label: str | None = None,
        weight: Number | None = None,
        *,
        trainable: bool = True,
    ) -> None:
        """Add a weighted edge; `None` leaves the weight uninitialised.

        Raises:
            SpecError: the weight is not finite, or is a text other than "p/q".
        """
        place, problems = _call("edge", source, target), list[Problem]()
        fields: dict[str, Any] = {"source": source, "target": target, "label": label}
        with told("weight", place, problems):
            fields["weight"] = number(weight)
        self._keep(self._edges, Edge, {**fields, "trainable": trainable}, place, problems)

    def wire(self, source: str, target: str) -> None:
        """Add an edge of weight 1 that is no parameter."""
        fields = {"source": source, "target": target}
        self._keep(self._edges, Edge, fields, _call("wire", source, target), [])

    def group(self, name: str, *labels: str | Iterable[str], trainable: bool = True) -> None:
        """Name several edge labels together, as in w35 = [w3 w5]; they may be frozen together.

        Args:
            name: of the group.
            labels: one after the other, or a list of them.
            trainable: `False` freezes them.

        Raises:
            SpecError: a name is no text.
        """
        found = self._texts_of("group", name, labels)
        what = f"trainable: expected true or false, got {shown_value(trainable)}"
        _require(isinstance(trainable, bool), _call("group", name), what, self._called)
        self._groups[name] = found if trainable else Group(found, trainable)

    def stage(self, name: str, *values: str | Iterable[str]) -> None:
        """Name several values together: ids of nodes, and `z(id)` for z of a node.

        Args:
            name: of the stage.
            values: one after the other, or a list of them.

        Raises:
            SpecError: a name is no text.
        """
        self._stages[name] = self._texts_of("stage", name, values)

    def example(self, name: str | None = None, **content: Any) -> None:
        """A test case that `deepgraph check` recomputes; see the format page for its keys.

        Args:
            name: of the example.
            content: keys of an example, such as `inputs={"x": 0.5}` and `expect={"y": "1/3"}`;
                numbers as in `edge`, or lists of them. `class_` stands for the key "class".

        Raises:
            SpecError: there is no such key, or its content has another form.
        """
        place, problems = _call("example", *([] if name is None else [name])), list[Problem]()
        fields = {} if name is None else {"name": name}
        fields |= {"class" if key == "class_" else key: one for key, one in content.items()}
        reader, text = LenientReader(), b"{}"
        for key, one in fields.items():
            with told(key, place, problems):
                fields[key] = _jsonable(one)
        with told("example", place, problems):
            text = msgspec.json.encode(fields)
        found = reader.read(text, Example, place)
        if problems or reader.problems:
            raise SpecError([*problems, *reader.problems], self._called)
        self._examples.append(found)

    @property
    def _called(self) -> str:
        """The name of the network in messages."""
        return self._name or "network"

    def _add(self, method: str, id: str, **fields: Any) -> None:
        """Keep a node; a field that is `None` is left out."""
        place, problems = _call(method, id), list[Problem]()
        found: dict[str, Any] = {"id": id}
        for key, given in fields.items():
            if given is not None:
                with told(key, place, problems):
                    found[key] = _READERS.get(key, _same)(given)
        self._keep(self._nodes, Node, found, place, problems)

    def _keep(
        self,
        records: list[Made],
        kind: type[Made],
        fields: dict[str, Any],
        place: str,
        problems: list[Problem],
    ) -> None:
        """Keep a record of fields.

        Raises:
            SpecError: there are problems; they begin with the call.
        """
        made = record(kind, fields, place, problems)
        if problems or made is None:
            raise SpecError(problems, self._called)
        records.append(made)

    def _texts_of(self, method: str, name: str, given: Iterable[Any]) -> list[str]:
        """The names that were given one by one or as lists.

        Raises:
            SpecError: one is no text.
        """
        found = [text for one in given for text in (one if _is_list(one) else [one])]
        for text in (name, *found):
            what = f"names are texts, got {shown_value(text)}"
            _require(isinstance(text, str), _call(method, name), what, self._called)
        return found

    def spec(self) -> Spec:
        """The spec so far.

        Raises:
            SpecError: a field has a wrong type.
        """
        collected = Spec(
            deepgraph=VERSION,
            name=self._name,
            nodes=list(self._nodes),
            edges=list(self._edges),
            groups=dict(self._groups),
            stages=dict(self._stages),
            examples=[*(self._texts.get("examples") or []), *self._examples],
            **{key: text for key, text in self._texts.items() if key != "examples"},
        )
        return checked(collected, self._called)

    def build(self) -> Network:
        """The network so far; `Network.save` writes it to a file.

        Raises:
            SpecError: with every problem found.
        """
        return Network(self.spec(), self._called)


def _call(method: str, *arguments: Any) -> str:
    """A call for a message.

    >>> _call("edge", "x", 3)
    'edge("x", 3)'
    """
    texts = [in_quotes(one) if isinstance(one, str) else shown_value(one) for one in arguments]
    return f"{method}({', '.join(texts)})"


def _require(condition: bool, place: str, what: str, name: str) -> None:
    if not condition:
        raise SpecError([Problem(place, what)], name)


def _is_list(given: Any) -> bool:
    return isinstance(given, Iterable) and not isinstance(given, str | bytes)


def _jsonable(given: Any) -> Any:
    """What JSON holds of names, texts, numbers and lists; numbers as `number` writes them.

    Raises:
        ValueError: a number is none that a spec can hold.
    """
    if hasattr(given, "tolist"):  # an array or a number of numpy
        given = given.tolist()
    if isinstance(given, dict):
        return {str(key): _jsonable(one) for key, one in given.items()}
    if isinstance(given, list | tuple):
        return [_jsonable(one) for one in given]
    is_number = isinstance(given, int | float | Fraction) and not isinstance(given, bool)
    return number(given) if is_number else given


def _same(given: Any) -> Any:
    return given


def _scaling(kind: type[Scaled], constants: Mapping[str, Number]) -> Scaled:
    """The record of some constants.

    Raises:
        ValueError: there is no such constant, or see `deepgraph.spec.literals.encode`.
    """
    if not hasattr(constants, "items"):
        raise ValueError(f'expected constants by name, {{"mean": 1}}, got {shown_value(constants)}')
    known = kind.__struct_fields__
    for name in constants:
        if name not in known:
            near = Nearest(known, f"known: {', '.join(known)}")(name)
            raise ValueError(f'{kind.__name__.lower()} has no "{name}"{near}')
    return kind(**{name: number(value) for name, value in constants.items()})


_READERS: dict[str, Callable[[Any], Any]] = {
    "normalise": partial(_scaling, Normalise),
    "rescale": partial(_scaling, Rescale),
    "classes": lambda given: list(given) if _is_list(given) else given,
    "threshold": number,
    "value": number,
}
"""What an argument becomes in the record, where that is another thing."""

_COLLECTED = ("deepgraph", "name", "nodes", "edges", "groups", "stages")
_OWN_KEYS = tuple(key for key in Spec.__struct_encode_fields__ if key not in _COLLECTED)
"""The keys of a spec that a builder is given as a whole."""
