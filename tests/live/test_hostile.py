"""The Big List of Naughty Strings in every text of a live page: through its state and downloads."""

from __future__ import annotations

import json
import re
from pathlib import Path

import deepgraph
from deepgraph.live.document import page
from deepgraph.loading import diagnose
from tests.support.live_page import opened
from tests.support.naughty import COUNT, cases

MORE = [
    "__proto__",
    "constructor",
    "toString",
    "</script><script>alert(1)</script>",
    "<!--<script>",
    "\u202e\u2066abc",
    "a\u2028b",
    "{name}",
    "$&",
]


def test_naughty_texts_do_nothing_and_are_shown_exactly(browser, tmp_path):
    """All pages are looked through, and every twelfth is opened, which takes a second."""
    chosen = list(cases())
    assert len(chosen) == COUNT
    for case in chosen:
        html = page(case.network)
        scripts = re.findall(r"<script", html)
        assert len(scripts) == 2
        assert html.count("</script>") == 2
    for number, case in enumerate(chosen[::12]):
        html = page(case.network)
        with opened(browser, html, tmp_path) as live:
            options = live.page.locator(".chosen option").all_text_contents()
            labels = {case.network.label(node) for node in range(len(case.network.ids))}
            shown = "\n".join(options)
            assert all(label in shown for label in labels if label.strip() and "\r" not in label), (
                number,
                labels,
                options,
            )
            for key in ("e0", "n0"):
                live.choose(key)
            live.mode("Step by step")
            live.mode("Gradients")
            state = live.state()
        with opened(browser, html, tmp_path, fragment=state) as live:
            assert not live.page.locator(".warning").is_visible()


def hostile(text):
    return {
        "deepgraph": 1,
        "name": text,
        "title": text,
        "description": text,
        "nodes": [
            {"id": "x", "kind": "input", "label": text},
            {"id": text, "activation": "relu", "label": text},
            {"id": "b", "kind": "bias", "value": 1, "label": text},
            {"id": "y", "kind": "output", "label": text},
        ],
        "edges": [
            {"source": "x", "target": text, "label": text + "1", "weight": 0.5},
            {"source": "b", "target": text},
            {"source": text, "target": "y", "label": text + "2", "weight": 2, "note": text},
        ],
        "examples": [{"name": text, "inputs": {"x": 1}, "targets": {"y": 1}}],
    }


ATTRIBUTES = [
    'a class="s-line" b',
    'a data-node="ab" b',
    'a data-kind="ab" b',
    'a fill="#123456" b',
    'a data-ends="ab" b',
]


def test_texts_that_look_like_attributes_are_shown_whole(browser, tmp_path):
    """The page leaves some attributes of the picture out, and no part of a text."""
    for text in ATTRIBUTES:
        spec = json.dumps(hostile(text), ensure_ascii=False)
        html = page(deepgraph.loads(spec), text=spec, file="net.json")
        with opened(browser, html, tmp_path) as live:
            shown = live.page.locator(".picture text").all_text_contents()
            assert shown.count(text) >= 3, shown  # of the input, the hidden node and the output


def test_names_of_javascript_and_markup(browser, tmp_path):
    for text in MORE:
        spec = json.dumps(hostile(text), ensure_ascii=False, indent=2)
        network = deepgraph.loads(spec)
        with opened(browser, page(network, text=spec, file="net.json"), tmp_path) as live:
            assert live.page.locator("h1").text_content() == text
            assert live.page.title() == text
            live.choose("e0")
            live.page.locator(".chosen input[type=text]").fill("0.25")
            live.page.locator(".chosen input[type=text]").press("Enter")
            for tab in live.page.get_by_role("tab").all():
                tab.click()
                live.settle()
            live.page.locator("summary").click()
            with live.page.expect_download() as found:
                live.page.get_by_role("button", name="Spec (JSON)").click()
            content = Path(found.value.path()).read_bytes()
            changed = spec.replace('"weight": 0.5', '"weight": 0.25')
            assert content.decode() == changed
            assert diagnose(content).network is not None
