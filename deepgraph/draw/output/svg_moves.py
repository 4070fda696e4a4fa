"""The rules by which an SVG moves without a script: values that appear, edges that light up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deepgraph.words.numbers import short

if TYPE_CHECKING:
    from deepgraph.draw.view.records import View

SECONDS = 0.7
"""Between two steps of an animation."""


def animation(view: View, scope: str) -> list[str]:
    """The values of a step appear; its edges, dim at first, light up just before.

    `scope` comes before the selector of each rule.
    """
    steps = {node.step for node in view.nodes} | {edge.step for edge in view.edges}
    back: set[int] = set()
    if any(line.role == "gradient" for node in view.nodes for line in node.lines):
        back = {node.back for node in view.nodes} | {edge.back for edge in view.edges}
    rules = ["@keyframes dg-in{from{opacity:0;fill-opacity:0}}"]
    rules.append("@keyframes dg-lit{from{opacity:.15}}")
    for step in sorted((steps | back) - {0}):
        value, edge = short(step * SECONDS), short(step * SECONDS - 0.3)
        rules.append(f"{scope}.v{step}{{animation:dg-in .5s {value}s both}}")
        if step in steps:
            rules.append(f"{scope}.w{step}{{animation:dg-lit .5s {edge}s both}}")
    still = f"{scope}*{{animation:none!important}}"
    rules.append(f"@media (prefers-reduced-motion:reduce){{{still}}}")
    return rules


def dimming(view: View, root: str) -> list[str]:
    """The rules by which a node under the pointer dims all edges but its own.

    `root` selects the picture.
    """
    dim = ":is(.edge,.label):not([data-ends~={}]){{opacity:.15}}"
    keys = [node.key for node in view.nodes if node.role not in ("bias", "more")]
    return [f"{root}:has([data-node={k}]:hover) {dim.format(k)}" for k in keys]
