"""The Mermaid chart: Mermaid itself draws it, in Chromium, with every text letter by letter."""

from __future__ import annotations

import html
import json
import re
import unicodedata
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from deepgraph import draw
from deepgraph.draw.output import mermaid
from deepgraph.draw.view.records import Gradients
from deepgraph.errors import DrawingError
from tests.support import browser
from tests.support.named import named
from tests.support.needs import need
from tests.support.picture import GALLERY, gallery, spec
from tests.support.texts import HOSTILE, IN_LABELS, as_set, labels, shown

LIBRARY = Path(__file__).parents[2] / "node_modules/mermaid/dist/mermaid.min.js"
OTHERS = [
    "".join(map(chr, range(32, 127))),
    *("1. one", "1) one", "- item", "* item", "+ item", "# head", "> quote", "===", "a\n==="),
    *("**b** _i_ `c`", "```x```", "~~s~~", "[a](b)", "![i](j.png)", "[x] y", "[1]: x", "[^1]"),
    *("$$x^2$$", "fa:fa-car", "https://a.b/c", "www.5.5", "a@b.c", "@{shape: cat}", "|t|"),
    *("end", "graph", "style", "subgraph", "a;b", "a%%b", "%%{init: {}}%%", "---", "::: off"),
    *("#quot;", "#35;", "&nbsp;", " ", "   ", "    code", "1.", "1.5", "[[x]]", "=", ","),
]
TEXTS = [*HOSTILE, *IN_LABELS, *OTHERS]
OPTIONS: list[dict[str, Any]] = [
    {},
    {"direction": "down", "theme": "dark"},
    {"weights": "contribution", "theme": "paper", "title": True},
]
SCRIPT = """
mermaid.initialize({startOnLoad: false, securityLevel: 'strict'});
(async () => {
  const found = [];
  for (const [number, chart] of CHARTS.entries()) {
    try {
      const {svg} = await mermaid.render('g' + number, chart);
      const page = document.body.appendChild(document.createElement('div'));
      page.innerHTML = svg;
      const all = query => Array.from(page.querySelectorAll(query),
        element => [element.id.replace(/^g\\d+-(flowchart-)?/, ''),
                    element.innerText ?? element.textContent]);
      const one = query => page.querySelector(query)?.textContent;
      found.push({
        title: one('title'), description: one('desc'), heading: one('.flowchartTitleText'),
        others: all('script, iframe, img, a, b, em, strong').join(),
        letters: all('i').map(([, text]) => text),
        nodes: all('g.node foreignObject > div').map(([, text]) => text),
        keys: all('g.node').map(([id]) => id.replace(/-.*/, '')),
        edges: all('g.edgeLabels foreignObject > div').map(([, text]) => text),
        columns: Object.fromEntries(all('g.cluster')),
        forms: Array.from(page.querySelectorAll('path.flowchart-link'),
          path => (path.getAttribute('marker-end') ?? '').match(/(circle|point)End/)?.[1] ?? ''),
      });
      page.remove();
    } catch (error) { found.push({error: String(error)}); }
  }
  const list = document.createElement('pre');
  list.id = 'done';
  list.textContent = JSON.stringify(found);
  document.body.replaceChildren(list);
})();
"""


def needed() -> None:
    """Skip without Chromium or Mermaid; in CI that is a failure."""
    browser.needed()
    need(LIBRARY.is_file(), "Mermaid", "npm ci --prefix tests --ignore-scripts")


def drawn(charts: list[str], folder: Path) -> list[dict[str, Any]]:
    """The charts as Mermaid draws them."""
    needed()
    page = folder / "charts.html"
    listed = json.dumps(charts).replace("</", "<\\/")
    page.write_text(
        f'<!doctype html><meta charset="utf-8"><body><script src="{LIBRARY.as_uri()}"></script>'
        f"<script>const CHARTS = {listed};{SCRIPT}</script></body>",
        encoding="utf-8",
    )
    flags = ("--allow-file-access-from-files", "--virtual-time-budget=600000", "--dump-dom")
    dom = browser.run(page, *flags)
    match = re.search(r'<pre id="done">(.*?)</pre>', dom, re.S)
    assert match, dom[-500:]
    found: list[dict[str, Any]] = json.loads(html.unescape(match[1]))
    assert [chart.get("error") for chart in found] == [None] * len(charts)
    return found


def plain(text: str) -> str:
    """A text as a label shows it: its line breaks and no-break spaces are spaces."""
    return re.sub("[\t\n\r\N{NO-BREAK SPACE}]", " ", shown(text))


def chart(network: Any, trace: Any = None, **options: Any) -> str:
    return draw.render(network, trace, format="mermaid", **options).decode()


def test_the_gallery_is_drawn(tmp_path: Path) -> None:
    cases = [(name, options) for name in GALLERY for options in OPTIONS]
    charts = [chart(*gallery(name), **_sized(name, options)) for name, options in cases]
    for (name, options), found in zip(cases, drawn(charts, tmp_path), strict=True):
        rest = {k: v for k, v in _sized(name, options).items() if k not in ("theme", "direction")}
        view = draw.prepare(*gallery(name), **rest).view
        assert found["title"] == view.title
        assert found["description"] == view.description
        assert found.get("heading", "") == view.heading
        lines = {node.key: [as_set(line.text) for line in node.lines] for node in view.nodes}
        pills = [bias for node in view.nodes for bias in node.biases]
        lines |= {f"b{bias.key}": [as_set(bias.label)] for bias in pills}
        captions = view.captions
        ends = [f"{a} → {b}" for a, b in pairwise(captions)] if view.gaps else []
        between = [f"{end}: {gap}" for end, gap in zip(ends, view.gaps[1:], strict=True)]
        notes = [*between, *view.notes, *view.footnotes]
        lines |= {f"t{number}": [as_set(note)] for number, note in enumerate(notes)}
        assert {
            key: text.split("\n") for key, text in zip(found["keys"], found["nodes"], strict=True)
        } == lines
        assert found["edges"] == [""] * len(pills) + [as_set(edge.label) for edge in view.edges]
        # A ring for a negative weight, an arrow for any other, and nothing for a bias.
        ends = ["circle" if edge.sign < 0 else "point" for edge in view.edges]
        assert found["forms"] == [""] * len(pills) + ends
        captions = {f"c{n}": text for n, text in enumerate(view.captions) if text}
        assert found["columns"] == captions


def _sized(name: str, options: dict[str, Any]) -> dict[str, Any]:
    """The digits have more edges than Mermaid draws."""
    return {**options, "max_width": 4} if name == "digits" else options


def test_hostile_texts(tmp_path: Path) -> None:
    """In every place: all letter by letter, and nothing but text."""
    charts = []
    for text in TEXTS:
        id = re.sub(r"[\x00-\x1f\x7f-\x9f]", "?", text)
        network = named(id, text)
        charts.append(chart(network, network.trace({id: 2}), title=text.strip() or "title"))
    # All texts in one chart as well, as nodes, on edges, and as captions.
    quoted = [mermaid.escape(shown(text)) for text in TEXTS]
    lines = [f'm{i} -- "{text}" --> n{i}["{text}"]' for i, text in enumerate(quoted)]
    captions = [f'subgraph c{i}["{text}"]\nk{i}\nend' for i, text in enumerate(quoted)]
    charts.append("\n".join(["flowchart LR", *lines]))
    charts.append("\n".join(["flowchart LR", *captions]))
    *pages, together, columns = drawn(charts, tmp_path)
    for text, found in zip(TEXTS, pages, strict=True):
        nodes = dict(zip(found["keys"], found["nodes"], strict=True))
        # The label of a node of several lines takes another way through Mermaid than that of one.
        several = [seen.split("\n") for seen in nodes.values() if "\n" in seen]
        assert as_set(plain(text)) in [plain(first) for first, *_ in several]
        assert any(plain(seen).startswith(as_set(plain(text))) for seen in found["edges"]), text
        heading = " ".join((text.strip() or "title").split())
        assert unicodedata.normalize("NFKC", plain(found["heading"])) == unicodedata.normalize(
            "NFKC", plain(shown(heading))
        )
        assert found["others"] == "", text
        assert all(len(letter.strip()) <= 2 for letter in found["letters"]), text
    nodes = dict(zip(together["keys"], together["nodes"], strict=True))
    for number, text in enumerate(TEXTS):
        assert plain(nodes[f"n{number}"]) == plain(text)
        assert plain(together["edges"][number]) == plain(text)
        assert plain(columns["columns"][f"c{number}"]) == plain(text)


@given(labels)
def test_an_escaped_text_is_one_line_without_quotes(text: str) -> None:
    escaped = mermaid.escape(text)
    assert not re.search(r"""["'`<>{}()|;#&*_$~^\\/:@%!?+\n\r\t-]""", re.sub(r"#\d+;", "", escaped))
    undone = re.sub(r"#(\d+);", lambda match: chr(int(match[1])), escaped)
    assert undone.replace("\N{NO-BREAK SPACE}", " ") == re.sub(
        "[\t\n\r\N{NO-BREAK SPACE}]", " ", text
    )


def test_a_chart() -> None:
    network = spec(
        [("x", "input"), ("b", "bias", {"value": 1}), ("y", "output", {"activation": "relu"})],
        [("x", "y", {"label": "w1", "weight": -1.5}), ("b", "y")],
        title="One",
    )
    assert chart(network, network.trace({"x": 2.0})).split("\n")[:14] == [
        "flowchart LR",
        "  accTitle: One",
        "  accDescr: 1 input, 1 output#59; y = 0",
        '  subgraph c0["input"]',
        '    n0("<i>x</i><br/>2"):::input',
        "  end",
        "  class c0 column",
        '  subgraph c1["output"]',
        '    n2("<i>y</i><br/>0<br/>ReLU<br/><i>z</i> = −2"):::output',
        '    be1(["<i>b</i> = 1"]):::bias',
        "    be1 --- n2",
        "  end",
        "  class c1 column",
        '  n0 -- "<i>w</i><sub>1</sub> = −1.5" --o n2',
    ]
    assert chart(network, direction="down").startswith("flowchart TD\n")


def test_gradients_and_blocks() -> None:
    network, trace = gallery("deep_state")
    text = chart(network, trace, gradients=Gradients({"g1": -0.25}, {"w1": 1.5}))
    assert '"<i>w</i><sub>1</sub> = 1.73 #160;∂ 1.5"' in text
    assert "<br/>∂ −0.25" in text
    assert '-- "2 × 2" -->' in chart(network, collapse=True)


def test_the_same_bytes() -> None:
    assert len({chart(*gallery("iris")) for _ in range(3)}) == 1


def test_a_chart_too_large_is_refused() -> None:
    with pytest.raises(DrawingError, match=r"Mermaid draws up to 500 edges and 50,000 letters; "):
        chart(*gallery("digits"), max_width=64)


def test_what_a_flowchart_has_no_place_for_is_said() -> None:
    network, trace = gallery("iris")
    assert "W</i><sub>1</sub>, bias <i>b" in draw.render(network, trace, format="mermaid").decode()
    options: dict[str, Any] = {"activations": "badge", "format": "mermaid"}
    assert "sigmoid" in draw.render(*gallery("mazur"), **options).decode()
