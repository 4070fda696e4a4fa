"""What the search of MkDocs finds of a page with diagrams."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import deepgraph
from deepgraph.embed import ask, search
from tests.support.strategies import SPECS

if TYPE_CHECKING:
    from collections.abc import Callable


def page() -> str:
    diagram = ask("diagram", str(SPECS / "xor.json"), [("set", "x1=0 x2=1")]).diagram().html()
    return f"<p>before</p><figure>{diagram}<figcaption>c</figcaption></figure><p>after</p>" * 2


def test_only_its_words_are_left_of_a_diagram() -> None:
    found, diagrams = search.without_diagrams(page())
    assert search.with_diagrams(found, diagrams) == page()
    said = ">XOR with two ReLU nodes: 2 inputs, a hidden layer of 2 ReLU nodes"
    assert found.count(said) == 2
    assert found.count("<figcaption>c</figcaption></figure><p>after</p>") == 2
    assert "w1 = 1" not in found
    assert "<style" not in found
    assert "<svg" not in found


class Search:
    """A search plugin, which takes its own marks out of a page, as that of Material does."""

    def __init__(self) -> None:
        self.search_index: list[str] = []

    def on_page_context(self, context: object, *, page: Any, **_: object) -> None:
        self.search_index.append(page.content)
        page.content = page.content.replace("before", "")


def run(*handlers: Callable[..., Any], content: str, times: int = 2) -> tuple[str, int]:
    """The content of a page after its handlers, and their number."""
    events = {"page_context": list(handlers)}
    config = SimpleNamespace(plugins=SimpleNamespace(events=events))
    for _ in range(times):  # a fence asks for it, whichever it is, and the plugin, too
        search.keep_clean(config)
    shown = SimpleNamespace(content=content)
    for handler in events["page_context"]:
        handler({}, page=shown, config=config, nav=None)
    return shown.content, len(events["page_context"])


def test_only_its_title_is_left_of_a_live_page_of_a_notebook() -> None:
    shown = deepgraph.load(SPECS / "xor.json").live()._repr_html_()
    whole = f"<p>Before.</p><div>{shown}</div><p>After.</p>"
    words, kept = search.without_diagrams(whole)
    title = "XOR with two ReLU nodes"
    place = f'<p data-deepgraph-place="0">{title}</p>'
    assert words == f"<p>Before.</p><div>{place}</div><p>After.</p>"
    assert search.with_diagrams(words, kept) == whole


def test_a_search_sees_no_diagram_and_the_template_does() -> None:
    plugin = Search()
    content, count = run(plugin.on_page_context, content=page())
    assert count == 1
    assert "<svg" not in plugin.search_index[0]
    assert "<p>after</p>" in plugin.search_index[0]
    assert content == page().replace("before", "")
    assert run(plugin.on_page_context, content="<p>x</p>") == ("<p>x</p>", 1)


def test_what_other_plugins_do_to_a_page_stays() -> None:
    seen = []

    def redact(context: object, *, page: Any, **_: object) -> None:
        seen.append(page.content)
        page.content = page.content.replace("after", "xxxx")

    content, _ = run(redact, Search().on_page_context, redact, content=page())
    assert [text.count("<svg") for text in seen] == [2, 2]
    assert content == page().replace("before", "").replace("after", "xxxx")


def test_a_site_without_plugins_is_left_alone() -> None:
    for nothing in (None, SimpleNamespace(), SimpleNamespace(plugins={})):
        search.keep_clean(nothing)
