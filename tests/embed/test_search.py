"""What the search of MkDocs finds of a page with diagrams."""

from __future__ import annotations

from types import SimpleNamespace

from deepgraph.embed import ask, search
from tests.support.strategies import SPECS


def page() -> str:
    diagram = ask("diagram", str(SPECS / "xor.json"), [("set", "x1=0 x2=1")]).diagram().html()
    return f"<p>before</p><figure>{diagram}<figcaption>c</figcaption></figure><p>after</p>" * 2


def test_only_its_words_are_left_of_a_diagram() -> None:
    found = search.without_diagrams(page())
    said = "<p>XOR with two ReLU nodes: 2 inputs, a hidden layer of 2 ReLU nodes"
    assert found.count(said) == 2
    assert found.count("<figcaption>c</figcaption></figure><p>after</p>") == 2
    assert "w1 = 1" not in found
    assert "<style" not in found
    assert "<svg" not in found


def test_plugins_see_no_diagram_and_the_template_does() -> None:
    events = {"page_context": [lambda context, *, page, **_: seen.append(page.content)]}
    seen: list[str] = []
    config = SimpleNamespace(plugins=SimpleNamespace(events=events))
    for _ in range(2):  # a fence asks for it, whichever it is
        search.keep_clean(config)
    whole, other = SimpleNamespace(content=page()), SimpleNamespace(content="<p>x</p>")
    for each in (whole, other):
        for handler in events["page_context"]:
            handler({}, page=each, config=config, nav=None)
    assert len(events["page_context"]) == 3
    assert [("<svg" in text, "<p>after</p>" in text) for text in seen[:1]] == [(False, True)]
    assert seen[1] == "<p>x</p>"
    assert whole.content == page()
    for nothing in (None, SimpleNamespace(), SimpleNamespace(plugins={})):
        search.keep_clean(nothing)
