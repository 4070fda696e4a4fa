"""What names became of what: of nodes, labels of nodes, groups and stages; and how to read them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from deepgraph.diff.records import Change
from deepgraph.diff.structure import nodes_by_layer
from deepgraph.diff.texts import changed, text_change
from deepgraph.graph.parameters import ENTRY
from deepgraph.graph.stages import member
from deepgraph.words.messages import listed
from deepgraph.words.numbers import z_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from deepgraph.diff.pairing import Pairing
    from deepgraph.diff.parameter_names import ParameterNames
    from deepgraph.diff.parameters import Common
    from deepgraph.graph.graph import Graph


@dataclass(frozen=True)
class NewNames:
    """The names in B of what A calls otherwise.

    Attributes:
        index: the nodes of A by id.
        nodes: new ids by old ones.
        biases: new ids of biases that are parameters by old ones.
        parameters: the names of the parameters of edges.
        vectors: new names of groups and stages by old ones.
        layers: new ids of layers by old ones.
    """

    index: Mapping[str, int]
    nodes: Mapping[str, str]
    biases: Mapping[str, str]
    parameters: ParameterNames
    vectors: Mapping[str, str]
    layers: Mapping[str, str]

    def node(self, name: str) -> str:
        """The name in B of a node, of `z(id)` or of a stage."""
        found = member(name, self.index)
        if found is None:
            return self.vectors.get(name, name)
        inner = name if name in self.index else name[2:-1]
        new = self.nodes.get(inner, inner)
        return z_of(new) if found.is_z else new

    def parameter(self, name: str) -> str:
        """The name in B of a parameter, of a bias or of a group."""
        new = self.parameters.new_name(name) or self.biases.get(name)
        return new or self.vectors.get(name, name)


def new_names(a: Graph, b: Graph, pairing: Pairing, common: Common) -> NewNames:
    """The new names of all things that have one.

    A group or a stage is renamed if it is only in A, one that is only in B has the same members,
    and no other has.
    """
    nodes = {a.ids[one]: b.ids[other] for one, other in pairing.renamed}
    biases = {
        a.ids[one]: b.ids[other] for one, other in pairing.renamed if a.node_parameter[one] >= 0
    }
    plain = NewNames(a.index, nodes, biases, common.names, {}, _layers(a, b, pairing))
    vectors: dict[str, str] = {}
    for old, new, mapped in (
        (a.groups, b.groups, plain.parameter),
        (a.spec.stages, b.spec.stages, plain.node),
    ):
        gone = {
            name: tuple(map(mapped, members)) for name, members in old.items() if name not in new
        }
        come = {name: tuple(members) for name, members in new.items() if name not in old}
        for name, members in gone.items():
            there = [other for other, found in come.items() if found == members]
            if len(there) == 1 and list(gone.values()).count(members) == 1:
                vectors[name] = there[0]
    return replace(plain, vectors=vectors)


def layer_of_nodes(graph: Graph) -> dict[int, str]:
    """The id of the layer that makes a node, by the number of the node."""
    made = nodes_by_layer(graph, range(len(graph.ids)))
    return {node: name for name, nodes in made.items() for node in nodes}


def _layers(a: Graph, b: Graph, pairing: Pairing) -> dict[str, str]:
    """The new ids of layers, whose nodes are those of one layer that only B has."""
    ids = [{layer.id for layer in side.spec.layers} for side in (a, b)]
    if not ids[0] - ids[1] or not ids[1] - ids[0]:
        return {}
    made = [nodes_by_layer(side, range(len(side.ids))) for side in (a, b)]
    homes = [layer_of_nodes(side) for side in (a, b)]
    found = {}
    for old in [layer.id for layer in a.spec.layers if layer.id not in ids[1]]:
        there = {homes[1].get(int(pairing.b_of[n])) for n in made[0][old] if pairing.b_of[n] >= 0}
        new = there.pop() if len(there) == 1 else None
        if new is None or new in ids[0]:
            continue
        back = {homes[0].get(int(pairing.a_of[n])) for n in made[1][new] if pairing.a_of[n] >= 0}
        if back == {old}:
            found[old] = new
    return found


def names(
    a: Graph, b: Graph, pairing: Pairing, common: Common, new: NewNames
) -> list[Sequence[Change]]:
    """The changes of names, and of what groups and stages hold."""
    return [
        *_nodes(a, b, pairing, new),
        *common.names.renamed(),
        list(common.names.labelled()),
        list(_labels(a, b, pairing)),
        list(_groups(a, b, new)),
        list(_stages(a, b, new)),
    ]


def _nodes(a: Graph, b: Graph, pairing: Pairing, new: NewNames) -> Iterator[list[Change]]:
    """The renamed nodes; those of a layer or a vector that was renamed as a whole once."""
    layers = [Change("changed", "layer", now, old, now) for old, now in new.layers.items()]
    vectors: dict[tuple[str, str], None] = {}
    nodes = []
    homes = [layer_of_nodes(side) if layers else {} for side in (a, b)]
    for one, other in pairing.renamed:
        old, now = a.ids[one], b.ids[other]
        entries = [ENTRY.fullmatch(name) for name in (old, now)]
        of_blocks = all(
            0 <= side.node_parameter[node] < side.parameters.first_key
            for side, node in ((a, one), (b, other))
        )
        layer = homes[0].get(one, ""), homes[1].get(other, "")
        if of_blocks and entries[0] and entries[1] and entries[0][2] == entries[1][2]:
            vectors[entries[0][1], entries[1][1]] = None
        elif not (
            new.layers.get(layer[0]) == layer[1]
            and old.startswith(layer[0])
            and now == layer[1] + old.removeprefix(layer[0])
        ):
            nodes.append(Change("changed", "node", now, old, now))
    yield layers
    yield nodes
    yield [Change("changed", "parameters", now, old, now) for old, now in vectors]


def _labels(a: Graph, b: Graph, pairing: Pairing) -> Iterator[Change]:
    """The labels of nodes, which pictures show instead of ids."""
    if not a.labels and not b.labels:
        return
    for node in np.flatnonzero(pairing.b_of >= 0).tolist():
        other = int(pairing.b_of[node])
        yield from changed("label of node", b.ids[other], a.labels.get(node), b.labels.get(other))


def _groups(a: Graph, b: Graph, new: NewNames) -> Iterator[Change]:
    frozen = [
        {name for name, group in side.spec.groups.items() if not getattr(group, "trainable", True)}
        for side in (a, b)
    ]
    mine, yours = (
        {name: _Vector(tuple(members), name in fixed) for name, members in found}
        for fixed, found in (
            (frozen[0], [(n, map(new.parameter, m)) for n, m in a.groups.items()]),
            (frozen[1], list(b.groups.items())),
        )
    )
    yield from _vectors("group", mine, yours, new)


def _stages(a: Graph, b: Graph, new: NewNames) -> Iterator[Change]:
    mine = {name: _Vector(tuple(map(new.node, m))) for name, m in a.spec.stages.items()}
    yours = {name: _Vector(tuple(m)) for name, m in b.spec.stages.items()}
    yield from _vectors("stage", mine, yours, new)


class _Vector(NamedTuple):
    """The members of a group or a stage, and whether they are frozen."""

    members: tuple[str, ...]
    frozen: bool = False

    def text(self) -> str:
        """All of it on one line."""
        return self._with(", ".join(self.members))

    def short(self) -> str:
        """The same, of many members the first ones and how many more there are."""
        return self._with(listed(self.members))

    def _with(self, members: str) -> str:
        return f"[{members}]{', frozen' * self.frozen}"


def _vectors(
    what: str, mine: dict[str, _Vector], yours: dict[str, _Vector], new: NewNames
) -> Iterator[Change]:
    """Named vectors, by name: renamed, changed, gone, come; `mine` with the members' new names."""
    for name, vector in mine.items():
        other = new.vectors.get(name, name)
        if other != name:
            yield Change("changed", what, other, name, other)
        now = yours.get(other)
        if now is None:
            yield Change("removed", what, other, vector.short())
        elif vector != now:
            yield text_change(what, other, vector.text(), now.text())
    known = {new.vectors.get(name, name) for name in mine}
    for name, vector in yours.items():
        if name not in known:
            yield Change("added", what, name, None, vector.short())
