"""The picture for narrow screens: its nodes are those of the other one, moved."""

from __future__ import annotations

import pytest

from deepgraph.live import document
from deepgraph.live.bare import bare
from deepgraph.live.moved import moves
from tests.support.live_gallery import NAMES, data_of, network_of, page_of
from tests.support.live_page import differences, opened, shapes

TWO = [name for name in NAMES if name not in ("digits", "iris")]


def sorted_shapes(found):
    """They stand in another order: edges first, then nodes."""
    return sorted(found, key=lambda one: (one[0], one[1], one[3], [round(n[0]) for _, n in one[2]]))


@pytest.mark.parametrize("name", TWO)
def test_the_narrow_picture_is_as_python_draws_it(browser, tmp_path, name):
    network, html = network_of(name), page_of(name)
    values = dict(zip(network.input_names, data_of(html)["start"]["inputs"], strict=True))
    _, down = document._pictures(network, values, "weights", {})
    with opened(browser, html, tmp_path, width=360) as live:
        python = f'<svg xmlns="http://www.w3.org/2000/svg">{down.svg}</svg>'
        assert not differences(sorted_shapes(live.shapes()), sorted_shapes(shapes(python)))


def test_most_pages_carry_no_nodes_twice():
    moved = [data_of(page_of(name))["pictures"][1]["moved"] for name in TWO]
    assert sum(one is not None for one in moved) >= len(TWO) - 2


def test_a_picture_with_other_nodes_is_carried_whole():
    """So are names or forms that differ."""
    first, down = document._pictures(network_of("xor"), {"x1": 0.0, "x2": 1.0}, "weights", {})
    bodies = bare(first), bare(down)
    hooks = first.hooks["nodes"], down.hooks["nodes"]
    assert moves(*bodies, *hooks) is not None
    assert moves(bodies[0], bodies[1].replace("x", "u"), *hooks) is None
    assert moves(*bodies, hooks[0], [{**hooks[1][0], "form": "rect"}, *hooks[1][1:]]) is None
