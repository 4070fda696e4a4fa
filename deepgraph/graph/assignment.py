"""Gives every parameter its number and its value, and reports values that contradict each other.

A value may stand on an edge, on a bias node or under `parameters`; see `deepgraph.graph.parameters`
for the numbering.
"""

from __future__ import annotations

from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from deepgraph.errors import FURTHER, LOCATED, FileError, Problem
from deepgraph.graph import matrix_texts
from deepgraph.graph.kinds import KINDS
from deepgraph.graph.parameters import Block, EdgeKey, Parameters, entry_number
from deepgraph.spec import literals
from deepgraph.spec.lazy_list import LazyList
from deepgraph.words.messages import Nearest, article, counted, listed, shown

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from deepgraph.graph.draft import Draft
    from deepgraph.spec.edge_columns import Columns
    from deepgraph.spec.records import Edge


class Assignment:
    """Parameters of a draft, and where edges and bias nodes find theirs.

    Args:
        draft: the spec, resolved.
        folder: where the spec lies, and so a file of parameters that it names.

    Attributes:
        edge_parameter: (edges,) parameter numbers; −1 for a wire.
        node_parameter: (nodes,) the parameter that is a value-style bias; −1 elsewhere.
        node_constant: (nodes,) the value of a unit-style bias; NaN elsewhere.
        parameters: the values.
        problems: every contradiction and every number that is none.
    """

    def __init__(self, draft: Draft, folder: Path | None = None) -> None:
        self.draft = draft
        self.folder = folder
        self.problems: list[Problem] = []
        nodes = len(draft.ids)
        self.node_parameter = np.full(nodes, -1, np.int32)
        self.node_constant = np.full(nodes, np.nan)
        self._offset = sum(block.size for block in draft.blocks)
        self._keys: list[str | EdgeKey] = []
        self._texts: list[bytes] = []
        self._frozen: list[int] = []
        # Where each text stands: an edge counted from 0, a bias node as −1 − its number.
        self._places: list[int] = []
        self._numbers: dict[str | EdgeKey, int] = {}
        # Of each entry of a block that a group gives: number, label, text, path.
        self._entries: list[tuple[int, str, bytes, str]] = []
        self._nearest: Nearest | None = None
        self._take_biases()
        columns = draft.columns_of_edges
        self._plain = columns if columns is not None and self._are_plain(columns) else None
        own = None
        if self._plain is not None:
            own = self._number_edges(self._plain)
        elif columns is not None and columns.numbered_labels is not None:
            own = self._take_columns(columns, *columns.numbered_labels)
        if own is None:
            own = self._take_edges()
        self.edge_parameter = np.concatenate([*draft.layer_parameters, own])
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
            text = bytes(record.value)
            if record.kind != "bias":
                continue
            if draft.unit_bias[node]:
                self.node_constant[node] = self._number(text or b"1", f"{draft.paths[node]}.value")
            else:
                self.node_parameter[node] = self._add(record.id, text, -1 - node)
                if not record.trainable:
                    self._frozen.append(int(self.node_parameter[node]))

    def _are_plain(self, columns: Columns) -> bool:
        """Whether each parameter of the edges has one edge, which gives its value."""
        names = [key for key in self._keys if isinstance(key, str)]
        return (
            not self.draft.spec.parameters
            and not columns.repeats
            and columns.has_no_label_of(names)
        )

    def _number_edges(self, columns: Columns) -> NDArray[np.int32]:
        """One parameter after the other, behind those of the bias nodes."""
        own = columns.parameter
        numbers = np.where(own, self._offset + len(self._keys) - 1 + np.cumsum(own), -1)
        self._frozen += numbers[columns.frozen & own].tolist()
        return numbers.astype(np.int32)

    def _take_columns(
        self, columns: Columns, label: NDArray[np.int32], names: list[str]
    ) -> NDArray[np.int32] | None:
        """The same as `_take_edges`, with a Python object for each parameter, but not each edge.

        Args:
            columns: the edges.
            label: (edges,) numbers into `names`, −1 for none.
            names: the labels.

        Returns:
            As `_take_edges`; `None` if two edges give one parameter different values, or a label is
            the name of a bias.
        """
        if not self._numbers.keys().isdisjoint(names):
            return None
        own = np.flatnonzero(columns.parameter)
        places, weight = np.arange(len(own)), columns.weight[own]
        # Where a parameter is met first, and where it has its value: what is written last counts.
        of_edge = np.where(label[own] >= 0, label[own], len(names) + places)
        first, giver = np.full((2, len(names) + len(own)), -1)
        first[of_edge[::-1]] = places[::-1]
        given = np.flatnonzero(~np.isnan(weight))[::-1]
        giver[of_edge[given]] = given
        if np.any(weight[given] != weight[giver[of_edge[given]]]):
            return None
        met = np.flatnonzero(first[of_edge] == places)
        begin, giving = self._offset + len(self._keys), giver[of_edge[met]]
        keys = [
            names[parameter] if parameter < len(names) else columns.ends(edge)
            for parameter, edge in zip(of_edge[met].tolist(), own[met].tolist(), strict=True)
        ]
        values = zip(giving.tolist(), weight[giving].tolist(), strict=True)
        self._numbers.update(zip(keys, range(begin, begin + len(keys)), strict=True))
        self._keys += keys
        self._texts += [b"" if place < 0 else repr(value).encode() for place, value in values]
        self._places += np.where(giving < 0, own[met], own[giving]).tolist()
        number = np.zeros(len(first), np.int32)
        number[of_edge[met]] = begin + np.arange(len(met))
        numbers = np.full(len(label), -1, np.int32)
        numbers[own] = number[of_edge]
        self._frozen += numbers[columns.frozen & columns.parameter].tolist()
        return numbers

    def _take_edges(self) -> NDArray[np.int32]:
        numbers, own = [], self.draft.weighted[self.draft.layer_edges :].tolist()
        for position, (edge, weighted) in enumerate(zip(self.draft.spec.edges, own, strict=True)):
            if not weighted:
                numbers.append(-1)
                continue
            key = _edge_key(edge)
            number = self._numbers.get(key)
            text = bytes(edge.weight)
            if number is None:
                number = self._add(key, text, position)
            elif isinstance(key, str) and not literals.missing(text):
                self._add_value(number, text, position)  # a pair again: see `edges_are_unique`
            numbers.append(number)
            if not edge.trainable:
                self._frozen.append(number)
        return np.array(numbers, np.int32)

    def _add(self, key: str | EdgeKey, text: bytes, place: int) -> int:
        number = self._offset + len(self._keys)
        self._numbers.setdefault(key, number)
        self._keys.append(key)
        self._texts.append(b"" if literals.missing(text) else text)
        self._places.append(place)
        return number

    def _add_value(self, number: int, text: bytes, place: int) -> None:
        """A further value for a parameter: its first, or the same again."""
        position = number - self._offset
        if not self._texts[position]:
            self._texts[position], self._places[position] = text, place
        elif self._texts[position] != text:
            self._compare(
                position, text, f"{self.draft.edge_path(place + self.draft.layer_edges)}.weight"
            )

    def _compare(self, position: int, text: bytes, path: str) -> None:
        try:
            same = literals.value(text) == literals.value(self._texts[position])
        except ValueError as error:
            self.problems.append(Problem(path, str(error)))
            return
        if not same and len(self.problems) >= LOCATED:
            self.problems.append(FURTHER)
        elif not same:
            first = literals.shown(self._written(position))
            self.problems.append(
                Problem(
                    path,
                    f"{_key_text(self._keys[position])} is {literals.shown(text)} here and {first} "
                    f"at {self._place(position)}; one parameter has one value",
                )
            )

    def _written(self, position: int) -> bytes:
        """The first value of a parameter as the file has it; columns know its double alone."""
        text, place = self._texts[position], self._places[position]
        on_edge = bytes(self.draft.spec.edges[place].weight) if place >= 0 else b""
        return text if literals.missing(on_edge) else on_edge

    def _place(self, position: int) -> str:
        place = self._places[position]
        if place < 0:
            return f"{self.draft.paths[-1 - place]}.value"
        return f"{self.draft.edge_path(place + self.draft.layer_edges)}.weight"

    def _number(self, text: bytes, path: str) -> float:
        try:
            return literals.value(text)
        except ValueError as error:
            self.problems.append(Problem(path, str(error)))
            return np.nan

    # --- the values under `parameters` ---------------------------------------------------

    def _build(self) -> Parameters:
        draft = self.draft
        plain = np.zeros(0) if self._plain is None else self._plain.weight[self._plain.parameter]
        values = np.concatenate([np.full(self._offset + len(self._keys), np.nan), plain])
        given: dict[int, str] = {}
        blocks = {block.name: block for block in draft.blocks}
        if isinstance(draft.spec.parameters, str):
            self._take_file(draft.spec.parameters, blocks, values, given)
        else:
            for name, raw in draft.spec.parameters.items():
                path = f"$.parameters.{name}"
                if name in blocks:
                    block = blocks[name]
                    entries, wrong = matrix_texts.read(block, bytes(raw), path)
                    self.problems += wrong
                    if entries is not None:
                        values[block.offset : block.offset + block.size] = entries
                elif name in draft.spec.groups:
                    self._take_group(name, bytes(raw), path, given)
                elif name in self._numbers:
                    self._take_scalar(self._numbers[name], bytes(raw), path, given)
                else:
                    self._report_unknown(name, blocks, path, "")
        self._take_entries(values)
        numbers, problems = literals.values(self._texts)
        for position, message in problems:
            where = given.get(self._offset + position) or self._place(position)
            self.problems.append(Problem(where, message))
        values[self._offset : self._offset + len(numbers)] = numbers
        trainable = np.ones(len(values), np.bool_)
        trainable[self._frozen] = False
        return Parameters(values, trainable, draft.blocks, self._all_keys(len(plain)))

    def _all_keys(self, plain: int) -> Sequence[str | EdgeKey]:
        """The keys of the parameters outside blocks; those of plain edges when asked for."""
        keys, edges = self._keys, self.draft.spec.edges
        if not plain:
            return keys

        def make() -> list[str | EdgeKey]:
            own = (edge for edge in edges if edge.label is not None or bytes(edge.weight))
            return [*keys, *map(_edge_key, own)]

        return LazyList(len(keys) + plain, make)

    def _take_file(
        self,
        file: str,
        blocks: dict[str, Block],
        values: NDArray[np.float64],
        given: dict[int, str],
    ) -> None:
        """The values in a file beside the spec: a matrix, vector, group or number by each name."""
        from deepgraph.graph import parameter_files  # few specs need it

        path = "$.parameters"
        try:
            arrays = parameter_files.load(file, self.folder)
        except FileError as error:
            self.problems.append(Problem(path, str(error)))
            return
        for name, array in arrays.items():
            where = f'"{name}" in {file}'
            if name in blocks:
                shape: tuple[int, ...] = blocks[name].shape
            elif name in self.draft.spec.groups:
                shape = (len(self.draft.spec.groups[name]),)
            elif name in self._numbers:
                shape = ()
            else:
                self._report_unknown(name, blocks, path, f"{where}: ")
                continue
            message = parameter_files.misfit(array, shape)
            if message:
                self.problems.append(Problem(path, f"{where} {message}"))
            elif name in blocks:
                block = blocks[name]
                values[block.offset : block.offset + block.size] = array.ravel()
            else:
                names = [name] if not shape else self.draft.spec.groups[name]
                for label, number in zip(names, array.ravel().tolist(), strict=True):
                    text = literals.encode(float(number))
                    if label in self._numbers:
                        self._take_scalar(self._numbers[label], text, path, given)
                    elif (entry := entry_number(self.draft.blocks, label)) is not None:
                        self._entries.append((entry, label, text, path))

    def _take_scalar(self, number: int, text: bytes, path: str, given: dict[int, str]) -> None:
        position = number - self._offset
        if literals.missing(text):
            return
        if not self._texts[position]:
            self._texts[position] = text
            given[number] = path
        elif self._texts[position] != text:
            self._compare(position, text, path)

    def _take_group(self, name: str, text: bytes, path: str, given: dict[int, str]) -> None:
        labels = self.draft.spec.groups[name]
        try:
            entries = msgspec.json.decode(text, type=list[msgspec.Raw])
        except msgspec.ValidationError:
            what = f"expected a list of {len(labels)} numbers, one for each label of the group"
            self.problems.append(Problem(path, what))
            return
        if len(set(labels)) < len(labels):
            return  # told by `groups_name_labels`
        if len(entries) != len(labels):
            what = (
                f"{counted(len(entries), 'value')} for a group of {counted(len(labels), 'label')}"
            )
            self.problems.append(Problem(path, what))
            return
        for position, (label, entry) in enumerate(zip(labels, entries, strict=True)):
            if label in self._numbers:  # a group with an unknown label is reported as such
                self._take_scalar(self._numbers[label], bytes(entry), f"{path}[{position}]", given)
            elif (number := entry_number(self.draft.blocks, label)) is not None:
                self._entries.append((number, label, bytes(entry), f"{path}[{position}]"))

    def _take_entries(self, values: NDArray[np.float64]) -> None:
        """Entries of matrices and vectors that a group gives, once the matrices have theirs."""
        for number, label, text, path in self._entries:
            if literals.missing(text):
                continue
            value, first = self._number(text, path), values[number]
            if np.isnan(first):
                values[number] = value
            elif value != first and not np.isnan(value):
                self.problems.append(
                    Problem(
                        path,
                        f'"{label}" is {literals.shown(text)} here and {first} elsewhere in '
                        "$.parameters; one parameter has one value",
                    )
                )

    def _report_unknown(self, name: str, blocks: dict[str, Block], path: str, where: str) -> None:
        """A name that no parameter has, unless another rule tells what is wrong with it."""
        draft, node = self.draft, self.draft.index.get(name)
        told = draft.bare or name in draft.dangling
        told = told or name in self._grouped
        if node is not None:
            told = told or node in draft.unfed or node in draft.entered
            told = told or (draft.has_value(node) and not draft.unit_bias[node])
        if not told and len(self.problems) >= LOCATED:
            self.problems.append(FURTHER)
        elif not told:
            self.problems.append(Problem(path, where + self._unknown(name, node, blocks)))

    @cached_property
    def _grouped(self) -> set[str]:
        """All that groups name."""
        return set(chain.from_iterable(self.draft.spec.groups.values()))

    def _unknown(self, name: str, node: int | None, blocks: dict[str, Block]) -> str:
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
        if self._nearest is None:
            labels = (key for key in self._numbers if isinstance(key, str))
            known = [*blocks, *draft.spec.groups, *labels]
            self._nearest = Nearest(known, f"the parameters are {listed(known)}" if known else "")
        near = self._nearest(name) or ": no edge label, bias node, matrix, vector or group"
        return f'nothing is named "{shown(name)}"{near}'


def _edge_key(edge: Edge) -> str | EdgeKey:
    return edge.label if edge.label is not None else (edge.source, edge.target)


def _key_text(key: str | EdgeKey) -> str:
    return f'"{key}"' if isinstance(key, str) else f'the weight of "{key[0]}" → "{key[1]}"'
