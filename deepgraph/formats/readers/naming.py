"""The names of everything in an assembled network: of its nodes, layers and arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from deepgraph.errors import FormatError
from deepgraph.formats.readers import names
from deepgraph.formats.readers.reaching import lost_numbers, needed_nodes
from deepgraph.spec import literals
from deepgraph.spec.records import ABSENT
from deepgraph.words.layer_names import hidden_names
from deepgraph.words.messages import counted, in_quotes

if TYPE_CHECKING:
    from deepgraph.formats.readers.assembly import Assembly
    from deepgraph.formats.readers.record import Options, Report


class Naming:
    """An assembled network with a name for everything that a spec names.

    Attributes:
        assembly: the network.
        report: gets numbers that are not used, and doubts.
        outputs: the nodes that are outputs.
        needed: (nodes,) true for those that an output depends on.
        banks: those with such a node, and all inputs.
        base: the name of each of these banks.
        ids: the id of every node.
        labels: by node what it is called in the file, where its id is another.
    """

    def __init__(self, assembly: Assembly, report: Report, options: Options) -> None:
        self.assembly = assembly
        self.report = report
        self.outputs = assembly.outputs
        self.needed = needed_nodes(assembly.banks, self.outputs)
        self.banks = [
            bank for bank in assembly.banks if bank.kind == "input" or self.needed[bank.nodes].any()
        ]
        report.unused += lost_numbers(assembly.banks, self.needed)
        self.node_names = names.Unique()
        self._bases()
        self.labels: dict[int, str] = {}
        self.ids = self._ids(options)

    def _bases(self) -> None:
        """A name for every bank."""
        unique = names.Unique()
        outputs = set(self.outputs)
        found = [names.readable(bank.name) for bank in self.banks]
        unnamed = [
            bank.kind != "input" and bank.first not in outputs and name is None
            for bank, name in zip(self.banks, found, strict=True)
        ]
        hidden = iter(hidden_names(sum(unnamed)))
        self.base = [
            unique(name or (next(hidden) if alone else "x" if bank.kind == "input" else "y"))
            for bank, name, alone in zip(self.banks, found, unnamed, strict=True)
        ]

    def _ids(self, options: Options) -> list[str]:
        """The id of every node; `options.names` has those of inputs, perhaps of outputs."""
        ids = [""] * len(self.needed)
        for bank, base in zip(self.banks, self.base, strict=True):
            ids[bank.first : bank.first + bank.size] = bank.ids or names.entries(base, bank.shape)
        if options.names is not None:
            inputs = [int(n) for bank in self.banks if bank.kind == "input" for n in bank.nodes]
            for node, name in zip(
                _named(inputs, self.outputs, options), options.names, strict=False
            ):
                ids[node] = names.as_id(name)
            if len(options.names) == len(inputs) + 1 and len(self.outputs) > 1:
                last = in_quotes(options.names[-1])
                self.report.notes.append(
                    f"the last name, {last}, belongs to no input and is not used"
                )
        found = [""] * len(ids)
        for node in self._by_claim():
            found[node] = self.node_names(ids[node]) if ids[node] else ""
        outputs = set(self.outputs)
        for bank in self.banks:
            for node in bank.nodes.tolist() if bank.ids else ():
                if found[node] != ids[node] and node in outputs:
                    self.labels[node] = ids[node]  # the class that an input is called like
        return found

    def _by_claim(self) -> list[int]:
        """All nodes in the order in which they get names: inputs, outputs that have one, others."""
        outputs = set(self.outputs)
        first, second, others = [], [], []
        for bank in self.banks:
            for node in bank.nodes.tolist():
                if bank.kind == "input":
                    first.append(node)
                elif bank.ids and node in outputs:
                    second.append(node)
                else:
                    others.append(node)
        return [*first, *second, *others]

    def classes(self, node: int) -> list[str] | None:
        """The two classes of the one output, where they are not those that it has anyway."""
        found = self.assembly.classes
        return found if self.outputs == [node] and found != ["0", "1"] else None

    def threshold(self, node: int) -> msgspec.Raw:
        """The threshold of the one output, if the file says it."""
        found = self.assembly.threshold
        if found is None or self.outputs != [node]:
            return ABSENT
        return msgspec.Raw(literals.encode(found))


def _named(inputs: list[int], outputs: list[int], options: Options) -> list[int]:
    """The nodes that the given names are for: the inputs, then the outputs if there are so many."""
    assert options.names is not None
    given = len(options.names)
    if given == len(inputs) + len(outputs):
        return [*inputs, *outputs]
    if given in (len(inputs), len(inputs) + 1):  # a table often ends with a column of classes
        return inputs
    raise FormatError(
        f"{counted(given, 'name')} for {counted(len(inputs), 'input')} and "
        f"{counted(len(outputs), 'output')}: give those of the inputs, or of both"
    )
