"""The plan: the nodes that it leaves out, and the slots that it reuses."""

from __future__ import annotations

import sys
from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from deepgraph.engines.blocks import SoftmaxBlock
from deepgraph.engines.plan import plan
from tests.support.engines import as_edges
from tests.support.strategies import examples, network, specs


def chain(nodes, activation="identity"):
    ids = [f"n{i}" for i in range(nodes)]
    kinds = ["input", *["hidden"] * (nodes - 2), "output"]
    return {
        "deepgraph": 1,
        "nodes": [
            {"id": name, "kind": kind, **({"activation": activation} if kind != "input" else {})}
            for name, kind in zip(ids, kinds, strict=True)
        ],
        "edges": [{"source": a, "target": b, "weight": 1.5} for a, b in pairwise(ids)],
    }


def lives(planned, net):
    """Walk a plan and hold every read and write against the slots: nothing is lost too early."""
    holder = dict(zip(planned.input_slots.tolist(), net.inputs[planned.inputs], strict=True))
    raw = zip(planned.raw_slots.tolist(), net.inputs[planned.inputs], strict=True)
    holder.update({slot: ("z", node) for slot, node in raw if slot >= 0})
    for block in planned.blocks:
        for source in block.sources.tolist():
            if planned.slot[source] >= 0:
                assert holder[int(planned.slot[source])] == source
        assert len(set(block.slots.tolist())) == len(block.slots)
        holder.update(zip(block.slots.tolist(), block.nodes.tolist(), strict=True))
        wanted = block.z_slots >= 0
        kept = zip(block.z_slots[wanted].tolist(), block.nodes[wanted].tolist(), strict=True)
        holder.update({slot: ("z", node) for slot, node in kept})
    places = planned.chosen, planned.a_slots, planned.z_slots
    for node, a, z in zip(*(array.tolist() for array in places), strict=True):
        if a >= 0:
            assert holder[a] == node
            assert holder[z] in (node, ("z", node))
    assert max(holder, default=-1) < planned.slots


@examples(100)
@given(st.data(), st.booleans())
def test_a_slot_is_taken_again_only_when_nothing_reads_it(data, pre_activations):
    net = network(data.draw(specs()))
    nodes = data.draw(st.lists(st.integers(0, len(net.ids) - 1), min_size=1))
    planned = plan(net, np.array(nodes), pre_activations=pre_activations)
    lives(planned, net)
    computed = np.concatenate(
        [b.nodes for b in planned.blocks if not isinstance(b, SoftmaxBlock)] or [np.zeros(0, int)]
    )
    assert len(set(computed.tolist())) == len(computed)
    needed = {int(node) for node in nodes}
    waiting = list(needed)
    groups = {int(node): group.tolist() for group in net.softmax_groups for node in group}
    while waiting:
        node = waiting.pop()
        more = {*net.source[net.incoming.of(node)].tolist(), *groups.get(node, ())} - needed
        needed |= more
        waiting += more
    assert set(computed.tolist()) == {node for node in needed if len(net.incoming.of(node))}


def test_depth_costs_no_slots():
    net = network(chain(1000, "tanh"))
    assert plan(net, net.outputs).slots == 2
    assert plan(net, np.arange(1000)).slots == 1000


def test_what_the_chosen_nodes_do_not_need_is_left_out():
    net = network(as_edges([3, 4, 4, 2]))
    planned = plan(net, np.array([net.index["l1_2"]]))
    assert [block.nodes.tolist() for block in planned.blocks] == [[net.index["l1_2"]]]


def test_a_million_edges_are_planned_without_a_loop():
    rng = np.random.default_rng(0)
    nodes, per = 20_000, 50
    spec = {
        "deepgraph": 1,
        "nodes": [{"id": f"n{i}", "kind": "input" if i < 100 else "output"} for i in range(nodes)],
        "edges": [{"source": "n0", "target": f"n{i}", "weight": 1} for i in range(100, nodes)],
    }
    net = network(spec)
    # The edges of a large network, without the minutes that its text would take to write and read.
    target = np.repeat(np.arange(100, nodes, dtype=np.int32), per)
    net.target = target
    net.source = (rng.random(len(target)) * (target // 100 * 100)).astype(np.int32)
    net.step_rank = net.rank = (np.arange(nodes) // 100).astype(np.int32)
    lines = 0

    def count(frame, event, argument):
        nonlocal lines
        lines += event == "line"
        return count

    before = sys.gettrace()
    sys.settrace(count)
    try:
        planned = plan(net, net.outputs)
    finally:
        sys.settrace(before)
    assert planned.edges == len(target) == 995_000
    assert lines < 100_000
