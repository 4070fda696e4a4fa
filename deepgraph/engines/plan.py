"""The plan: the blocks of a network in the order of evaluation, and where their values lie.

Values lie node by node in a buffer of *slots*. A slot holds one number for each row of a tile of
the table. It is reused as soon as nothing later reads its node, so that depth does not cost memory.
Biases need no slot: their terms are numbers.

A plan holds only the structure; `PlanValues` in `deepgraph.engines.program` holds the weights.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from deepgraph.engines import blocks
from deepgraph.engines.blocks import DenseBlock, SoftmaxBlock
from deepgraph.graph.kinds import BIAS, HIDDEN
from deepgraph.graph.reach import needed
from deepgraph.graph.topology import Adjacency

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from deepgraph.engines.blocks import Block
    from deepgraph.graph.graph import Graph

    Numbers = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Plan:
    """The order of evaluation, and where the values lie.

    Attributes:
        chosen: (chosen,) the nodes whose values are wanted.
        blocks: the blocks in the order of evaluation.
        slots: the number of slots of the buffer.
        slot: (nodes,) the slot of each node, −1 for biases and nodes that are not needed; others
            may have the slot before and afterwards.
        a_slots: (chosen,) where a is at the end, −1 for a bias.
        z_slots: (chosen,) likewise for z; the same as `a_slots` where z is a, or is not wanted.
        inputs: positions of the inputs that are needed.
        input_slots: the slots of these inputs.
        raw_slots: where their z goes before they are normalised, −1 where it is not wanted.
    """

    chosen: Numbers
    blocks: list[Block]
    slots: int
    slot: Numbers
    a_slots: Numbers
    z_slots: Numbers
    inputs: Numbers
    input_slots: Numbers
    raw_slots: Numbers

    @cached_property
    def edges(self) -> int:
        """The number of edges that are computed."""
        return sum(block.terms for block in self.blocks)


def plan(network: Graph, chosen: Numbers, *, pre_activations: bool = False) -> Plan:
    """Plan the evaluation of chosen nodes; nodes that they do not depend on are left out.

    Args:
        network: its parameters may lack values.
        chosen: (chosen,) node numbers, in any order, possibly repeated.
        pre_activations: True if z of the chosen nodes is wanted, too.
    """
    wanted = needed(network, chosen)
    drafts = sorted(blocks.find(network, wanted), key=lambda draft: draft.rank)
    return _Allocation(network, chosen, drafts, wanted, pre_activations).plan()


class _Allocation:
    """Gives every node of a plan its slot, block by block, and frees it after the last read."""

    def __init__(
        self,
        network: Graph,
        chosen: Numbers,
        drafts: list[Block],
        needed: NDArray[np.bool],
        pre_activations: bool,
    ) -> None:
        self.network = network
        self.chosen = chosen
        self.drafts = drafts
        self.needed = needed[: len(network.ids)]
        self.slots = 0
        self.free: list[int] = []
        self.slot = np.full(len(network.ids), -1, np.int64)
        self.z_slot = np.full(len(network.ids), -1, np.int64)
        self.wants_z = np.zeros(len(network.ids), np.bool)
        if pre_activations:
            changes = np.array([not function.is_identity for function in network.functions])
            self.wants_z[chosen] = changes[network.function[chosen]]
            self.wants_z &= network.kind >= HIDDEN
            if network.normalise is not None:
                own = network.normalise.nodes
                self.wants_z[own] = np.isin(own, chosen)

    def plan(self) -> Plan:
        """The plan, in one walk over the blocks."""
        network = self.network
        inputs = np.flatnonzero(self.needed[network.inputs])
        self.slot[network.inputs[inputs]] = self._take(len(inputs), together=True)
        raw = network.inputs[self.wants_z[network.inputs]]
        self.z_slot[raw] = self._new(len(raw))
        dying = self._last_readers()
        for number, draft in enumerate(self.drafts):
            self._place(draft)
            self.free += self.slot[dying.of(number)].tolist()
        return Plan(
            self.chosen,
            self.drafts,
            self.slots,
            self.slot,
            self.slot[self.chosen],
            np.where(self.wants_z, self.z_slot, self.slot)[self.chosen],
            inputs,
            self.slot[network.inputs[inputs]],
            self.z_slot[network.inputs[inputs]],
        )

    def _last_readers(self) -> Adjacency:
        """For each block the nodes that nothing reads after it."""
        last = np.full(len(self.slot), -1, np.int64)
        for number, draft in enumerate(self.drafts):
            last[draft.nodes] = number  # for nodes that nothing reads: members of a softmax
            last[draft.sources] = number
        last[self.chosen] = -1
        last[self.network.kind == BIAS] = -1
        nodes = np.flatnonzero(last >= 0)
        grouped = Adjacency.by(last[nodes].astype(np.int32), len(self.drafts))
        return Adjacency(grouped.start, nodes[grouped.edges])

    def _place(self, draft: Block) -> None:
        """Give a block its slots; members of a softmax have theirs, unless z needs more."""
        nodes = draft.nodes
        if not isinstance(draft, SoftmaxBlock):
            self.slot[nodes] = self._take(len(nodes), together=isinstance(draft, DenseBlock))
        waits = self.network.functions[draft.function].row is None  # for its SoftmaxBlock
        if isinstance(draft, SoftmaxBlock) or not waits:
            wanted = nodes[self.wants_z[nodes]]
            self.z_slot[wanted] = self._new(len(wanted))
        draft.slots, draft.z_slots = self.slot[nodes], self.z_slot[nodes]

    def _take(self, count: int, *, together: bool) -> list[int]:
        """Free slots, or new ones; a dense block is faster with slots that lie together."""
        if not count or len(self.free) < count:
            return self._new(count)
        taken = sorted(self.free[-count:])
        if together and taken[-1] - taken[0] >= count:
            taken = self._run(count) or taken
            self.free = sorted(set(self.free) - set(taken), reverse=True)
        else:
            del self.free[-count:]
        return taken

    def _run(self, count: int) -> list[int]:
        """Adjacent free slots, this many; empty if there are none."""
        free = np.sort(np.array(self.free))
        found = np.flatnonzero(free[count - 1 :] - free[: len(free) - count + 1] == count - 1)
        return free[found[0] : found[0] + count].tolist() if len(found) else []

    def _new(self, count: int) -> list[int]:
        self.slots += count
        return list(range(self.slots - count, self.slots))
