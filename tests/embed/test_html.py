from __future__ import annotations

import re

import deepgraph
from deepgraph.embed import Table, html
from tests.support.strategies import SPECS

EVIL = '<script>&"'
SAFE = "&lt;script&gt;&amp;&quot;"


def test_a_figure_has_only_what_is_given() -> None:
    assert html.figure("<svg/>") == "<figure><svg/></figure>"
    found = html.figure("<svg/>", classes=["a", "b", "a"], name="n", caption="c", width="60%")
    assert found == (
        '<figure class="a b" id="n" style="width:60%;min-width:min(100%,20em);max-width:100%">'
        "<svg/>\n<figcaption>c</figcaption></figure>"
    )


def test_texts_are_escaped() -> None:
    found = html.figure("<svg/>", classes=[EVIL], name=EVIL, caption=EVIL)
    assert found.count(SAFE) == 3
    found += html.table(Table((EVIL,), ((EVIL,),), (False,), EVIL), EVIL)
    assert found.count(SAFE) == 7
    assert "<script" not in found


def test_numbers_of_a_table_are_at_the_right() -> None:
    found = html.table(
        Table(("name", "y"), (("a", "1"), ("b", "2")), (False, True), "a note"), "All"
    )
    assert "<caption>All. a note</caption>" in found
    right = ' style="text-align:right"'
    assert f"<th>name</th>\n<th{right}>y</th>" in found
    assert f"<td>b</td>\n<td{right}>2</td>" in found
    # Search indexes drop the tags: without white space the cells would become one word.
    assert re.sub(r"<[^>]*>", "", found).split() == ["All.", "a", "note", "name", "y", *"a1b2"]
    assert "<caption>" not in html.table(Table(("y",), (("1",),), (True,)))


def test_arithmetic_is_formulas_or_text() -> None:
    worked = deepgraph.load(SPECS / "xor.json").explain({"x1": 0, "x2": 1}, {"y": 1}, node="h1")
    assert "z(h₁) = " in html.arithmetic(worked, None)
    formulas: list[str] = []

    def formula(tex: str) -> str:
        formulas.append(tex)
        return f"[{len(formulas)}]"

    found = html.arithmetic(worked, formula)
    assert "<p><strong>Forward</strong></p>" in found
    assert re.findall(r"\[\d+\]", found) == [f"[{n}]" for n in range(1, len(formulas) + 1)]
    assert formulas
    assert all(tex.startswith("\\begin{aligned}\n") for tex in formulas)


def test_the_table_of_a_walk_is_a_table() -> None:
    net = deepgraph.load(SPECS / "xor.json")
    walk = net.explain({"x1": 0, "x2": 1}, {"y": 0}, steps=2, short=True)
    found = html.arithmetic(walk, lambda tex: tex)
    right = ' style="text-align:right"'
    assert f"<th{right}>step</th>\n<th{right}>loss</th>\n<th{right}>b₁</th>" in found
    assert (
        "</table></div>\n<p>The loss is that before the step; after the last step it is " in found
    )
