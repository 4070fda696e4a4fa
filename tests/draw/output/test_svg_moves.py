"""The rules by which an SVG moves; tests/draw/test_browser.py sees them move."""

from __future__ import annotations

from deepgraph import draw
from deepgraph.draw.output.svg_moves import animation, dimming
from tests.support.picture import gallery


def test_every_step_has_a_rule_and_readers_may_ask_for_none() -> None:
    network, trace = gallery("xor")
    view = draw.prepare(network, trace).view
    rules = animation(view, "#a ")
    last = max(node.step for node in view.nodes)
    for step in range(1, last + 1):
        assert sum(f"#a .v{step}{{" in rule for rule in rules) == 1
        assert sum(f"#a .w{step}{{" in rule for rule in rules) == 1
    assert not any(f".v{last + 1}{{" in rule for rule in rules)  # no gradients
    assert rules[-1].startswith("@media (prefers-reduced-motion:reduce)")


def test_every_node_but_biases_lights_its_edges() -> None:
    view = draw.prepare(gallery("xor")[0], biases="shared").view
    rules = dimming(view, ".a")
    assert len(rules) == 5
    assert rules[0].startswith(".a:has([data-node=n0]:hover) :is(.edge,.label)")
