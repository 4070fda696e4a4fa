"""The Big List of Naughty Strings through every door of a page: blocks, fences, Sphinx.

The strings stand in every text of a spec, as in `test_naughty`, and in what a page says itself. A
page must show them as they are, and may hold no element, attribute or comment that is not ours.
"""

from __future__ import annotations

import csv
import json
import shlex
import subprocess
import sys
from functools import partial
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING

from markdown import Markdown
from markdown_it import MarkdownIt

import deepgraph
from deepgraph.embed import superfences
from deepgraph.embed.blocks import find
from deepgraph.embed.markdown import refresh
from tests.support.naughty import COUNT, cases

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

FITTED = 20
"""Of so many pictures one is laid out for a column: that takes several layouts, and no other way of
writing texts."""
NODES = ["dg-hidden", "dg-output", "dg-bias"]
TEXT = {"p", "strong", "em", "pre", "code", "div", "table", "caption", "thead", "tbody", "tr"}
TEXT |= {"th", "td"}
PICTURE = {"svg", "title", "desc", "style", "g", "path", "rect", "circle", "polygon", "polyline"}
PICTURE |= {"text", "tspan"}


class Seen(HTMLParser):
    """The elements, attributes, comments and texts of some HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.comments: list[str] = []
        self.alts: list[str] = []
        self.texts: dict[str, list[str]] = {"th": [], "figcaption": []}
        self.inside = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.alts += [plain(text or "") for name, text in attrs if name in ("alt", "aria-label")]
        if tag in self.texts:
            self.inside = tag
            self.texts[tag].append("")

    def handle_endtag(self, tag: str) -> None:
        if tag == self.inside:
            self.inside = ""

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.texts[self.inside][-1] += data

    def handle_comment(self, data: str) -> None:
        self.comments.append(data.strip())

    def handle_decl(self, decl: str) -> None:
        self.tags.add(decl)

    def unknown_decl(self, data: str) -> None:
        self.tags.add(data)

    def handle_pi(self, data: str) -> None:
        self.tags.add(data)

    @property
    def headers(self) -> list[str]:
        return [plain(text) for text in self.texts["th"]]


def plain(text: str) -> str:
    """A text as HTML shows it: white space is one space."""
    return " ".join(text.split())


def alt_of(case) -> str:
    return plain(deepgraph.draw.prepare(case.network, case.trace).view.title)


def test_blocks_of_markdown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    markers = [
        "spec.json --input table.csv --row 1",
        "spec.json --input table.csv --row 1 --theme auto",
        "explain spec.json --input table.csv --row 1",
        "eval spec.json --input table.csv --nodes all",
    ]
    blocks = [f"<!-- deepgraph: {marker} -->\n<!-- /deepgraph -->\n" for marker in markers]
    comments = [text for marker in markers for text in (f"deepgraph: {marker}", "/deepgraph")]
    parser = MarkdownIt("commonmark").enable("table")
    for case in cases():
        Path("spec.json").write_text(
            deepgraph.spec.writing.write(case.network.spec), encoding="utf-8"
        )
        with Path("table.csv").open("w", encoding="utf-8-sig", newline="") as stream:
            csv.writer(stream).writerows([[case.id], [1]])
        Path("page.md").write_text("\n".join(blocks), encoding="utf-8")
        (page,) = refresh(["page.md"])
        assert page.mistakes == []
        assert len(find(page.fresh)[0]) == len(markers)
        seen = Seen(parser.render(page.fresh))
        assert seen.tags <= {*TEXT, "picture", "source", "img"}
        assert seen.attributes <= {"media", "srcset", "src", "alt", "style"}
        assert seen.comments == comments
        first, second = seen.alts
        assert first == second
        assert first.startswith(alt_of(case))
        assert seen.headers == [plain(case.id), *NODES]


def test_fences() -> None:
    """A caption and an alternative text are the string, too."""
    math = Markdown(extensions=["pymdownx.arithmatex"])
    math.lines = []
    for number, case in enumerate(cases()):
        settings = superfences.Settings(fit=None if number % FITTED else 600.0)
        source, md = deepgraph.spec.writing.write(case.network.spec), Markdown()
        md.lines = []
        values = {"set": shlex.quote(f"{case.id}=1")}
        own = {"caption": case.text, "alt": case.text, "class": case.text}

        draw = partial(superfences.formatter, source, "deepgraph", "deepgraph", settings=settings)

        def fence(
            options: dict[str, str], md: Markdown = md, draw: Callable[..., str] = draw
        ) -> Seen:
            html = draw(options, md)
            seen = Seen(html)
            assert "deepgraph-error" not in html
            assert seen.tags <= {*TEXT, *PICTURE, "figure", "figcaption", "script"}
            assert seen.comments == []
            assert not [name for name in seen.attributes if name.startswith(("on", "href", "src"))]
            return seen

        seen = fence({**values, **own})
        assert "script" not in seen.tags
        if case.text:
            assert plain(case.text) in seen.alts
            assert [plain(text) for text in seen.texts["figcaption"]] == [plain(case.text)]
        seen = fence({**values, "kind": "eval", "nodes": "all", "caption": case.text})
        assert seen.headers == [plain(case.id), *NODES]
        assert "script" not in seen.tags
        assert "script" not in fence({**values, "kind": "explain"}).tags
        assert fence({**values, "kind": "explain"}, math).tags <= {"div", "p", "strong", "script"}


def test_sphinx(tmp_path: Path) -> None:
    """Names are those of the spec in the page, too: no quotes of a printer, no long dashes."""
    (tmp_path / "conf.py").write_text(
        'extensions = ["deepgraph.embed.sphinx"]\nhtml_theme = "basic"\ndeepgraph_fit = None\n',
        encoding="utf-8",
    )
    parts = ["Strings\n=======\n"]
    for number, case in enumerate(cases()):
        with (tmp_path / f"{number}.csv").open("w", encoding="utf-8-sig", newline="") as stream:
            csv.writer(stream).writerows([[case.id], [1]])
        spec = json.dumps(
            json.loads(deepgraph.spec.writing.write(case.network.spec))
        )  # on one line
        for name, nodes in (("", ""), ("-explain", ""), ("-eval", "   :nodes: all\n")):
            fit = "" if name or number % FITTED else "   :fit: 600\n"
            values = f"   :input: {number}.csv\n   :row: 1\n{nodes}{fit}"
            parts.append(f".. deepgraph{name}::\n{values}\n   {spec}\n")
    (tmp_path / "index.rst").write_text("\n".join(parts), encoding="utf-8")
    command = [sys.executable, "-m", "sphinx", "-q", "-W", ".", "_build"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    page = (tmp_path / "_build/index.html").read_text(encoding="utf-8")
    seen = Seen(page[page.index("<section") : page.rindex("</section>")])
    assert seen.tags <= {*TEXT, *PICTURE, "section", "h1", "a", "figure", "colgroup", "col", "span"}
    assert seen.comments == []
    assert not [name for name in seen.attributes if name.startswith(("on", "src"))]
    assert page.count("<svg ") == COUNT
    assert seen.headers == [plain(text) for case in cases() for text in (case.id, *NODES)]
