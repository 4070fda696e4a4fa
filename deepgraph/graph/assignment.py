"""Gives every parameter its number and value, and reports values that contradict each other.

A value may stand on an edge, on a bias node or under `parameters`. `deepgraph.graph.parameters`
explains the numbering.
"""

from __future__ import annotations

import math
from functools import cached_property, partial
from itertools import chain
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from deepgraph.errors import FURTHER, LOCATED, FileError, Problem
from deepgraph.graph import matrix_texts
from deepgraph.graph.kinds import KINDS
from deepgraph.graph.parameters import EdgeKey, ParameterBlock, Parameters, entry_number
from deepgraph.spec import literals
from deepgraph.spec.lazy_list import LazyList
from deepgraph.spec.records import Group
from deepgraph.words.messages import Nearest, article, counted, listed, shown

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from deepgraph.graph.draft import Draft
    from deepgraph.spec.edge_columns import EdgeColumns


class Assignment:
    """The parameters of a draft, and the number of the parameter of each edge and bias node.

    Args:
        draft: the resolved spec.
        folder: the folder of the spec, in which a file of parameters lies.

    Attributes:
        edge_parameter: (edges,) parameter numbers; −1 for a wire.
        node_parameter: (nodes,) the parameter that is a value-style bias; −1 elsewhere.
        node_constant: (nodes,) the value of a unit-style bias; NaN elsewhere.
        parameters: the values.
        problems: contradictory values, values that are not numbers, names without a parameter.
    """

    def __init__(self, draft: Draft, folder: Path | None = None) -> None:
        self.draft = draft
        self.folder = folder
        self.problems: list[Problem] = []
        self._groups = draft.spec.labels_by_group
        self.node_parameter = np.full(len(draft.ids), -1, np.int32)
        self.node_constant = np.full(len(draft.ids), np.nan)
        self._first_bias = sum(block.size for block in draft.blocks)
        self._biases: list[str] = []
        self._frozen: list[int] = []
        # By parameter: the text of a value that is not read yet, the path of a value on a node or
        # an edge, the path of a value under `parameters`.
        self._texts: dict[int, bytes] = {}
        self._places: dict[int, str] = {}
        self._given: dict[int, str] = {}
        # Number, label, text and path of each matrix entry whose value stands in a group.
        self._entries: list[tuple[int, str, bytes, str]] = []
        self._take_biases()
        self._first_edge = self._first_bias + len(self._biases)
        own = self._number_edges()
        self.edge_parameter = np.concatenate([*draft.layer_parameters, own])
        self._take_weights(own)
        self._take_parameters()
        self.parameters = self._build()

    def _take_biases(self) -> None:
        draft = self.draft
        for layer in draft.dense:
            if layer.bias is not None:
                first = layer.targets.start - len(layer.targets)
                numbers = np.arange(layer.bias.offset, layer.bias.offset + layer.bias.size)
                self.node_parameter[first : layer.targets.start] = numbers
        first = len(draft.ids) - len(draft.spec.nodes)
        for node, record in enumerate(draft.spec.nodes, first):
            if record.kind != "bias":
                continue
            text, path = bytes(record.value), f"{draft.paths[node]}.value"
            if draft.unit_bias[node]:
                self.node_constant[node] = self._number(text or b"1", path)
                continue
            number = self._first_bias + len(self._biases)
            self.node_parameter[node], self._places[number] = number, path
            self._biases.append(record.id)
            if not literals.missing(text):
                self._texts[number] = text
            if not record.trainable:
                self._frozen.append(number)

    def _number_edges(self) -> NDArray[np.int32]:
        """(edges of the spec,) parameter numbers; parameters are numbered by their first edges.

        A label that is also the id of a bias gets the number of the bias. The rule
        `names_do_not_collide` reports it as a mistake.
        """
        edges = self.draft.edges
        number = np.full(len(edges.first) + 1, -1, np.int32)  # by first edge; the last is for wires
        for name, edge in self.draft.labels_among(self._biases).items():
            number[edge] = self._first_bias + self._biases.index(name)
        bearers = edges.bearers
        self._bearers = bearers[number[bearers] < 0]
        number[self._bearers] = np.arange(len(self._bearers)) + self._first_edge
        return number[edges.first]

    def _take_weights(self, numbers: NDArray[np.int32]) -> None:
        """Take the values of edges, whose parameters are `numbers`."""
        edges = self.draft.edges
        self._frozen += numbers[edges.frozen & (numbers >= 0)].tolist()
        has_weight = ~np.isnan(edges.weight)
        has_weight[edges.unread] = True
        given = np.flatnonzero(has_weight)
        # For the first edge of each parameter, the first edge that gives it a weight, or itself.
        giver = np.arange(len(numbers) + 1)
        giver[edges.first[given[::-1]]] = given[::-1]
        self._givers = giver[self._bearers]
        self._values = np.full(self._first_edge + len(self._bearers), np.nan)
        self._values[self._first_edge :] = edges.weight[self._givers]
        # The text matters if a weight is not a plain number or differs from the first one.
        first = giver[edges.first[given]]
        differs = (first != given) & (edges.weight[first] != edges.weight[given])
        differs |= numbers[given] < self._first_edge
        for edge in sorted({*edges.unread, *given[differs].tolist()}):
            record, number = self.draft.spec.edges[edge], int(numbers[edge])
            if record.label is None and edges.first[edge] != edge:
                continue  # reported by `edges_are_unique`
            path = f"$.edges[{edge}].weight"
            self._add(number, record.label or "", bytes(record.weight), path, self._places)

    def _add(self, number: int, name: str, text: bytes, path: str, paths: dict[int, str]) -> None:
        """Take the first value of a parameter, or compare a further one with it.

        Args:
            number: of the parameter.
            name: of the parameter.
            text: of the value.
            path: of the value.
            paths: where the path of a first value is kept.
        """
        first, known = self._texts.get(number, b""), self._values[number]
        if literals.missing(text) or text == first:
            return
        if not first and math.isnan(known):
            self._texts[number], paths[number] = text, path
            return
        try:
            same = literals.value(text) == (literals.value(first) if first else known)
        except ValueError as error:
            self.problems.append(Problem(path, str(error)))
            return
        if not same and len(self.problems) >= LOCATED:
            self.problems.append(FURTHER)
        elif not same:
            if not first:
                edge = int(self._givers[number - self._first_edge])
                first = bytes(self.draft.spec.edges[edge].weight)
            self.problems.append(
                Problem(
                    path,
                    f'"{name}" is {literals.shown(text)} here and {literals.shown(first)} '
                    f"at {self._place(number)}; one parameter has one value",
                )
            )

    def _place(self, number: int) -> str:
        """The path at which a parameter gets its value, or at which its edge could give it."""
        known = self._given.get(number) or self._places.get(number)
        if known is not None:
            return known
        return f"$.edges[{self._givers[number - self._first_edge]}].weight"

    def _number(self, text: bytes, path: str) -> float:
        try:
            return literals.value(text)
        except ValueError as error:
            self.problems.append(Problem(path, str(error)))
            return np.nan

    def _build(self) -> Parameters:
        """Read the remaining texts and return the parameters."""
        numbers = sorted(self._texts)
        self._values[numbers], problems = literals.values([self._texts[n] for n in numbers])
        for position, message in problems:
            number = numbers[position]
            self.problems.append(Problem(self._place(number), message))
        trainable = np.ones(len(self._values), np.bool)
        trainable[self._frozen] = False
        trainable[self._frozen_by_group()] = False
        count = len(self._values) - self._first_bias
        keys = LazyList(count, partial(_keys, self._biases, self.draft.edges))
        groups = {name: tuple(labels) for name, labels in self._groups.items()}
        return Parameters(self._values, trainable, self.draft.blocks, keys, groups)

    def _frozen_by_group(self) -> list[int]:
        """The parameters of groups with `"trainable": false`; rules report unknown labels."""
        frozen = [
            label
            for group in self.draft.spec.groups.values()
            if isinstance(group, Group) and not group.trainable
            for label in group.labels
        ]
        found = [
            self._numbers.get(label, entry_number(self.draft.blocks, label)) for label in frozen
        ]
        return [number for number in found if number is not None]

    # --- the values under `parameters` ---------------------------------------------------

    @cached_property
    def _numbers(self) -> dict[str, int]:
        """The numbers of the parameters outside blocks, by label or id of a bias."""
        numbers: dict[str, int] = {}
        for number, name in enumerate(self._biases, self._first_bias):
            numbers.setdefault(name, number)
        labels, own = self.draft.edge_labels, self.edge_parameter[self.draft.layer_edges :]
        numbers.update(zip(labels, own[list(labels.values())].tolist(), strict=True))
        return numbers

    @cached_property
    def _blocks(self) -> dict[str, ParameterBlock]:
        return {block.name: block for block in self.draft.blocks}

    def _take_parameters(self) -> None:
        spec = self.draft.spec
        if isinstance(spec.parameters, str):
            self._take_file(spec.parameters)
        elif spec.parameters:
            numbers, texts, given = self._numbers, self._texts, self._given
            empty = np.isnan(self._values).tolist()
            for name, raw in spec.parameters.items():
                text, path = bytes(raw), f"$.parameters.{name}"
                if name in self._blocks:
                    entries, wrong = matrix_texts.read(self._blocks[name], text, path)
                    self.problems += wrong
                    if entries is not None:
                        self._fill(self._blocks[name], entries)
                elif name in self._groups:
                    self._take_group(name, text, path)
                elif name in numbers:
                    number = numbers[name]
                    if empty[number] and number not in texts and not literals.missing(text):
                        texts[number], given[number] = text, path
                    else:
                        self._add(number, name, text, path, given)
                else:
                    self._report_unknown(name, path, "")
        self._take_entries()

    def _fill(self, block: ParameterBlock, entries: NDArray[np.float64]) -> None:
        self._values[block.offset : block.offset + block.size] = entries

    def _take_file(self, file: str) -> None:
        """Take the arrays of a file beside the spec: matrices, vectors, groups, single numbers."""
        from deepgraph.graph import parameter_files  # few specs need it

        path, groups = "$.parameters", self._groups

        def fits(name: str, found: tuple[int, ...]) -> bool:
            where, needed = f'"{name}" in {file}', self._shape(name)
            if needed is None:
                self._report_unknown(name, path, f"{where}: ")
                return False
            if message := parameter_files.shape_misfit(found, needed):
                self.problems.append(Problem(path, f"{where} {message}"))
            return not message

        known = len(self._blocks) + len(groups) + len(self._numbers)
        try:
            arrays = parameter_files.load(file, self.folder, fits, known)
        except FileError as error:
            self.problems.append(Problem(path, str(error)))
            return
        for name, array in arrays.items():
            if message := parameter_files.value_misfit(array):
                self.problems.append(Problem(path, f'"{name}" in {file} {message}'))
            elif name in self._blocks:
                self._fill(self._blocks[name], array.ravel())
            else:
                labels = groups.get(name, [name])
                for label, number in zip(labels, array.ravel().tolist(), strict=True):
                    self._take_named(label, literals.encode(float(number)), path)

    def _shape(self, name: str) -> tuple[int, ...] | None:
        """The shape of what a name stands for; () for a single number, `None` for no parameter."""
        if name in self._blocks:
            return self._blocks[name].shape
        if name in self._groups:
            return (len(self._groups[name]),)
        return () if name in self._numbers else None

    def _take_named(self, name: str, text: bytes, path: str) -> None:
        """Take the value of a label, a bias or an entry; a rule reports any other name."""
        if name in self._numbers:
            self._add(self._numbers[name], name, text, path, self._given)
        elif (number := entry_number(self.draft.blocks, name)) is not None:
            self._entries.append((number, name, text, path))

    def _take_group(self, name: str, text: bytes, path: str) -> None:
        labels = self._groups[name]
        try:
            entries = msgspec.json.decode(text, type=list[msgspec.Raw])
        except msgspec.ValidationError:
            what = f"expected a list of {len(labels)} numbers, one for each label of the group"
            self.problems.append(Problem(path, what))
            return
        if len(set(labels)) < len(labels):
            return  # reported by `groups_name_labels`
        if len(entries) != len(labels):
            what = (
                f"{counted(len(entries), 'value')} for a group of {counted(len(labels), 'label')}"
            )
            self.problems.append(Problem(path, what))
            return
        for position, (label, entry) in enumerate(zip(labels, entries, strict=True)):
            self._take_named(label, bytes(entry), f"{path}[{position}]")

    def _take_entries(self) -> None:
        """Take the entries of matrices and vectors whose values stand in groups.

        This follows after the matrices and vectors have their own values.
        """
        for number, label, text, path in self._entries:
            if literals.missing(text):
                continue
            value, first = self._number(text, path), self._values[number]
            if np.isnan(first):
                self._values[number] = value
            elif value != first and not np.isnan(value):
                self.problems.append(
                    Problem(
                        path,
                        f'"{label}" is {literals.shown(text)} here and {first} elsewhere in '
                        "$.parameters; one parameter has one value",
                    )
                )

    def _report_unknown(self, name: str, path: str, where: str) -> None:
        """Report a name that no parameter has, unless a rule reports what is wrong with it."""
        draft, node = self.draft, self.draft.index.get(name)
        reported = draft.bare or name in draft.dangling or name in self._grouped
        if node is not None and not reported:
            reported = node in draft.unfed or node in draft.entered
            reported = reported or (draft.has_value(node) and not draft.unit_bias[node])
        if not reported and len(self.problems) >= LOCATED:
            self.problems.append(FURTHER)
        elif not reported:
            self.problems.append(Problem(path, where + self._unknown(name, node)))

    @cached_property
    def _nearest(self) -> Nearest:
        known = [*self._blocks, *self._groups, *self._numbers]
        return Nearest(known, f"the parameters are {listed(known)}" if known else "")

    @cached_property
    def _grouped(self) -> set[str]:
        """The names of all members of groups."""
        return set(chain.from_iterable(self._groups.values()))

    def _unknown(self, name: str, node: int | None) -> str:
        draft = self.draft
        if entry_number(draft.blocks, name) is not None:
            block = name[: name.rindex("[")]
            return f'"{name}" is an entry of "{block}"; give its value there'
        if node is not None and draft.unit_bias[node]:
            cure = 'write it as "value" on the node'
            return f'"{name}" is a constant, since the edges of this bias have weights; {cure}'
        if node is not None:
            kind = article(KINDS[draft.kind[node]])
            return (
                f'"{name}" is {kind} node and no parameter; if it is a bias, write "kind": "bias"'
            )
        near = self._nearest(name) or ": no edge label, bias node, matrix, vector or group"
        return f'nothing is named "{shown(name)}"{near}'


def _keys(biases: list[str], edges: EdgeColumns) -> list[str | EdgeKey]:
    """The key of each parameter outside blocks; see `Parameters.keys`."""
    labels = edges.labels()
    bearers = edges.bearers.tolist()
    return [*biases, *(labels[edge] or edges.ends(edge) for edge in bearers)]
