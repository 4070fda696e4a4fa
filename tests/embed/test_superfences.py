"""Fences in Python-Markdown, in a built site of Material for MkDocs, and in one of Zensical."""

from __future__ import annotations

import json
import logging
import os
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from markdown import Markdown

from deepgraph.draw.output.palette import DARK, LIGHT
from deepgraph.embed import Request, ask, superfences
from deepgraph.errors import OptionError
from deepgraph.live.frame import frame_rules
from tests.support import pages
from tests.support.strategies import SPECS

UNIT = """{"deepgraph": 1, "name": "unit",
 "nodes": [{"id": "x", "kind": "input"}, {"id": "y", "kind": "output"}],
 "edges": [{"source": "x", "target": "y", "label": "w", "weight": 3}]}"""


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("specs").mkdir()
    for name in ("xor.json", "xor.csv", "deep_state.json"):
        shutil.copy(SPECS / name, Path("specs", name))


def converted(text: str, *extensions: str, **configs: Any) -> str:
    fence = {
        "name": "deepgraph",
        "class": "deepgraph",
        "format": superfences.formatter,
        "validator": superfences.validator,
    }
    own = {"pymdownx.superfences": {"custom_fences": [fence], "relaxed_headers": True}}
    names = ["pymdownx.superfences", "attr_list", "tables", *extensions]
    found: str = Markdown(extensions=names, extension_configs=own | configs).convert(text)
    return found


def fence(options: str, content: str = "") -> str:
    return f"```deepgraph {options}\n{content and content + chr(10)}```\n"


def told(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]


# --- one page -----------------------------------------------------------------------------------


def test_a_diagram() -> None:
    html = converted(
        fence('spec="specs/xor.json" set="x1=0 x2=1" alt="a < b" caption="0 & 1" class="wide mine"')
    )
    assert html.startswith('<figure class="deepgraph wide mine"><div')
    assert "<figcaption>0 &amp; 1</figcaption></figure>" in html
    assert 'aria-label="a &lt; b"' in html
    assert ">XOR</tspan>" in html or ">XOR<" in html
    assert "data-md-color-scheme" in html  # it follows the switch of the site


def test_functions_in_the_nodes() -> None:
    html = converted(fence('spec="specs/deep_state.json" curves="x=-1:1" set="x=0.5"'))
    assert html.count('<g class="plot">') == 5
    assert "y for x from −1 to 1: between 0.1689 and 1.237 with 4 kinks" in html


def test_options_in_braces_and_in_a_list() -> None:
    options = "{ .deepgraph #net .mine spec=specs/xor.json max-width=4 width=60% }"
    html = converted(f"- item\n\n    ``` {options}\n    ```\n")
    figure = r'<li>.*<figure class="deepgraph mine" id="net" style="width:max\(60%,min\(100%,\d+px'
    assert re.search(figure, html, re.S)


@pytest.mark.parametrize(
    "options", ["{ .deepgraph spec=specs/xor.json collapse }", "SPEC collapse"]
)
def test_a_switch_stands_alone(options: str) -> None:
    options = options.replace("SPEC", 'deepgraph spec="specs/xor.json"')
    asked = ask("diagram", "specs/xor.json", [("collapse", "")])
    assert asked.diagram().drawing.view.description in converted(f"```{options}\n```\n")


def test_a_spec_in_the_fence() -> None:
    html = converted(fence('set="x=2"', UNIT))
    assert "<svg" in html
    assert "y = 6" in html


def test_no_two_diagrams_share_an_id() -> None:
    html = converted(fence('spec="specs/xor.json"') * 2 + fence("", UNIT))
    assert html.count("<svg") == 3
    assert not re.search(r"\bid=", html)


def test_a_table() -> None:
    options = (
        'kind="eval" spec="specs/xor.json" input="specs/xor.csv" caption="All rows" nodes="h2,y"'
    )
    html = converted(fence(options))
    assert "<caption>All rows</caption>" in html
    cells = re.findall(r"<td[^>]*>([^<]*)</td>", html)
    assert cells == [*("0", "0", "0", "0"), *("0", "1", "0", "1"), *("1", "0", "0", "1"), *"1110"]


def test_a_jacobian() -> None:
    html = converted(fence('kind="jacobian" spec="specs/xor.json" set="x1=1 x2=1"'))
    assert "∂output/∂input at x1 = 1, x2 = 1" in html
    assert re.findall(r"<td[^>]*>([^<]*)</td>", html)[-2:] == ["−1", "−1"]


def test_worked_arithmetic_as_the_page_can_set_it() -> None:
    asked = fence('kind="explain" spec="specs/xor.json" set="x1=0 x2=1" node="h1"')
    plain = converted(asked)
    assert "h₁ = ReLU(z(h₁)) = ReLU(1) = 1" in plain
    tex = converted(asked, "pymdownx.arithmatex", **{"pymdownx.arithmatex": {"generic": True}})
    assert r'<div class="arithmatex">\[' in tex
    assert r"h_{1} &amp;= \text{ReLU}" in tex
    assert "<strong>Forward</strong>" in tex
    scripts = converted(asked, "pymdownx.arithmatex")
    assert '<script type="math/tex; mode=display">' in scripts


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            fence('spec="specs/lost.json"'),
            "specs/lost.json: no such file; looked for specs/lost.json",
        ),
        (fence('spec="specs/xor.json" input="lost.csv"'), "lost.csv: no such file"),
        (
            fence('spec="specs/xor.json" thema="dark"'),
            'no option "thema" here; did you mean "theme"?',
        ),
        (fence('spec="specs/xor.json" theme="drak"'), 'got "drak"; did you mean "dark"?'),
        (fence('spec="specs/xor.json" kind="explian"'), 'got "explian"; did you mean "explain"?'),
        (fence('spec="specs/xor.json" width="wide"'), "width is a length"),
        (
            fence('kind="eval" spec="specs/xor.json" set="x1=0 x2=1" alt="a"'),
            "alt is for a diagram",
        ),
        (fence('spec="specs/xor.json"', UNIT), "a path and an inline spec: keep one"),
        (fence(""), "name a spec"),
        (fence("theme='dark'"), "name a spec"),
        (fence("spec=specs/xor.json theme=auto"), "put every value in quotes"),
        (fence("theme=dark", UNIT), "put every value in quotes"),
        (fence('max-width="4"', UNIT), "put every value in quotes"),
        (fence("", '{"deepgraph": 1}'), "inline spec:1"),
        (fence("spec"), "name a spec"),
        (fence('spec=""'), "name a spec"),
        (fence('spec="specs/xor.json" input=""'), "input names a table"),
        (fence('spec="specs"'), "specs: this is a folder"),
        (fence('kind="diff" spec="a\'b.json c.json"'), "a quote is not closed: a"),
        (fence('kind="diff" spec="specs/xor.json"'), "after: A.json B.json; got specs/xor.json"),
        (fence('spec="specs/xor.json" set="x1=0" set="x2=1"'), "set is given twice"),
        (fence('spec="specs/xor.json" width="5foo"'), "width is a length"),
        (fence('kind="live" spec="specs/xor.json" height="50%"'), "height is a length"),
        (fence('spec="specs/xor.json" set="x1=0"'), "x2"),
    ],
)
def test_mistakes_are_told_in_the_page_and_in_the_log(
    text: str, message: str, caplog: pytest.LogCaptureFixture
) -> None:
    html = converted(f"# Title\n\n{text}\nafter\n")
    box = re.search(
        r'<div class="deepgraph-error" role="alert".*?<pre [^>]*>(.*?)</pre></div>', html, re.S
    )
    assert box is not None
    assert message.replace('"', "&quot;") in box[1]
    (line,) = told(caplog)
    assert message in line
    assert line.startswith("page:3: ")
    assert caplog.records[0].name.startswith("mkdocs.")
    assert "<p>after</p>" in html


@pytest.mark.parametrize(
    ("width", "length"), [("60 %", "60%"), ("5cm", "5cm"), ("480", "480px"), ("1.5in", "1.5in")]
)
def test_widths_are_those_of_the_directive(width: str, length: str) -> None:
    html = converted(fence(f'spec="specs/xor.json" width="{width}" alt="set=1 set=2"'))
    # As of the directive: a diagram takes room in the column before it scrolls.
    assert re.search(
        rf'<figure class="deepgraph" style="width:max\({length},min\(100%,\d+px\)\);', html
    )


def test_every_mistake_has_its_own_line(caplog: pytest.LogCaptureFixture) -> None:
    lost, bare = fence('spec="lost.json"'), fence("spec=specs/xor.json theme=auto")
    example = f"````markdown\n{lost}````\n"
    converted("\n".join([lost, bare, fence('spec="specs/xor.json"'), example, lost, bare, bare]))
    told_of = [(line.split(":")[1], "quotes" in line) for line in told(caplog)]
    assert told_of == [("1", False), ("4", True), ("15", False), ("18", True), ("21", True)]


def test_what_superfences_would_swallow_is_told(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(superfences, "ask", None)
    assert "internal error: TypeError" in converted(fence('spec="specs/xor.json"'))
    assert "internal error: TypeError" in told(caplog)[0]


def test_texts_of_a_spec_cannot_leave_it() -> None:
    evil = UNIT.replace('"unit"', '"</figure><script>alert(1)</script>"').replace(
        '"w"', '"</svg><script>"'
    )
    for options in ("", 'caption="<script>"', 'kind="explain" set="x=1"', 'kind="eval" set="x=1"'):
        assert "<script" not in converted(fence(options, evil))


# --- sites --------------------------------------------------------------------------------------

PAGE = """---
title: Networks
---
# Networks

```deepgraph spec="specs/xor.json" set="x1=0 x2=1"
```

```deepgraph spec="local.json"
```

```deepgraph spec="specs/deep_state.json" set="x=0.5"
```
"""
DOCS = (Path(__file__).parents[2] / "docs" / "markdown.md").read_text(encoding="utf-8")


def snippet(language: str, word: str) -> str:
    """The block of the documentation that holds a word."""
    blocks = re.findall(rf"^```{language}\n(.*?)^```", DOCS, re.M | re.S)
    (found,) = [block for block in blocks if word in block]
    return str(found)


MKDOCS = f"""site_name: Networks
theme:
  name: material
  font: false
  palette:
    - scheme: default
      toggle: {{icon: material/weather-night, name: Dark}}
    - scheme: slate
      toggle: {{icon: material/weather-sunny, name: Light}}
{snippet("yaml", "superfences")}"""
ZENSICAL = f"""{snippet("toml", "superfences")}
[project.theme]
font = false
[[project.theme.palette]]
scheme = "default"
toggle = {{ icon = "lucide/moon", name = "Dark" }}
[[project.theme.palette]]
scheme = "slate"
toggle = {{ icon = "lucide/sun", name = "Light" }}
""".replace("[project]", '[project]\nsite_name = "Networks"')
WATCHED = ZENSICAL.replace('"specs"', '"specs", "docs/guide"')
SWITCH = {
    "buttons": ("label[title=Light]", "label[title=Dark]"),
    "dark": "document.body.getAttribute('data-md-color-scheme') === 'slate'",
}


@pytest.fixture(params=["mkdocs", "zensical"])
def tool(request: pytest.FixtureRequest) -> str:
    """A site of this tool, three diagrams on a page in a folder."""
    Path("docs/guide").mkdir(parents=True)
    Path("docs/guide/index.md").write_text(PAGE)
    Path("docs/index.md").write_text("# Start\n")
    shutil.copy("specs/xor.json", "docs/guide/local.json")
    Path("mkdocs.yml" if request.param == "mkdocs" else "zensical.toml").write_text(
        MKDOCS if request.param == "mkdocs" else WATCHED
    )
    name: str = request.param
    return name


def build(tool: str, *options: str) -> subprocess.CompletedProcess[str]:
    strict = [] if "--clean" in options else ["--strict"]
    return subprocess.run(
        [sys.executable, "-m", tool, "build", *strict, *options],
        capture_output=True,
        encoding="utf-8",
        # An empty path: no system Graphviz is found, and none may be needed.
        env={**os.environ, "PATH": "", "NO_MKDOCS_2_WARNING": "1", "PYTHONUTF8": "1"},
        timeout=120,
        check=False,
    )


class Elsewhere(HTMLParser):
    """The addresses that a page loads from other hosts."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if "id" in given:
            self.ids.append(given["id"])
        address = given.get("src", given.get("href", "") if tag == "link" else "")
        if re.match(r"(?:https?:)?//", address):
            self.found.append(address)


def test_a_site_builds_and_its_page_is_whole(tool: str, browser: Any) -> None:
    done = build(tool)
    assert done.returncode == 0, done.stdout + done.stderr
    html = Path("site/guide/index.html").read_text(encoding="utf-8")
    assert len(re.findall(r'<svg [^>]*class="deepgraph ', html)) == 3
    assert "deepgraph-error" not in html
    page = Elsewhere()
    page.feed(html)
    assert page.found == []
    assert len(page.ids) == len(set(page.ids))
    for seen in pages.inspect(browser, [Path("site/guide/index.html").resolve()], **SWITCH):
        assert len(seen["light"]["diagrams"]) == 3
        # What Zensical looks for in a page that no server serves.
        seen["faults"] = [said for said in seen["faults"] if not said.endswith("/search.js")]
        assert pages.faults(seen) == []
        assert not seen["light"]["overflows"]


def test_a_changed_weight_reaches_the_page(tool: str) -> None:
    build(tool)
    path = Path("specs/xor.json")
    path.write_text(
        path.read_text().replace('"label": "w5", "weight": 1', '"label": "w5", "weight": 7')
    )
    later = path.stat().st_mtime + 2  # Zensical looks at whole seconds
    os.utime(path, (later, later))
    assert build(tool).returncode == 0
    assert "XOR = 7" in Path("site/guide/index.html").read_text(encoding="utf-8")


def test_a_mistake_fails_a_strict_build(tool: str) -> None:
    page = Path("docs/guide/index.md")
    page.write_text(page.read_text().replace("specs/deep_state.json", "specs/lost.json"))
    done = build(tool)
    assert done.returncode == 1
    where = "specs/lost.json: no such file; looked for docs/guide/specs/lost.json, "
    where += "docs/specs/lost.json, specs/lost.json"
    assert f"docs/guide/index.md:12: {where}" in done.stderr


def test_zensical_is_told_what_to_watch() -> None:
    Path("docs").mkdir()
    Path("docs/index.md").write_text(fence('spec="specs/xor.json"') * 2)
    configuration = ZENSICAL.replace('watch = ["specs"]\n', "")
    message = (
        "docs/index.md:1: specs/xor.json is not watched, so a change in it does not reach the "
    )
    message += 'page; add its folder to zensical.toml: watch = ["specs"]'
    Path("zensical.toml").write_text(configuration)
    done = build("zensical")
    assert done.returncode == 1  # an old diagram is a mistake, and here nothing else would say so
    assert message in done.stderr
    Path("zensical.toml").write_text(configuration.replace("strict = true\n", ""))
    done = build("zensical", "--clean")
    assert done.returncode == 0, done.stderr
    assert done.stderr.count(message) == 1


# --- settings of a site, its style sheet, its search index -------------------------------------


def test_mkdocs_is_told_what_to_watch_while_it_serves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    config = SimpleNamespace(docs_dir="docs", config_file_path="mkdocs.yml", watch=[])
    page = SimpleNamespace(src_uri="index.md")
    md = Markdown()
    md.lines = []
    md.treeprocessors.register(SimpleNamespace(config=config, file=page), "relpath", 0)
    options = {"spec": "specs/xor.json"}
    for words in (["mkdocs", "build"], ["mkdocs", "serve"], ["mkdocs", "serve"]):
        monkeypatch.setattr("sys.argv", words)
        assert "<svg" in superfences.formatter("", "deepgraph", "deepgraph", options, md)
    (line,) = told(caplog)  # once for a folder
    assert line.startswith("docs/index.md: specs/xor.json is not watched, so a change in it does")
    assert line.endswith('add its folder to mkdocs.yml: watch: ["specs"]')


def test_settings_hold_for_all_fences_of_a_site() -> None:
    def first(options: str, **settings: Any) -> str:
        found = superfences.formatter_with(**settings)
        one = {"name": "deepgraph", "class": "deepgraph", "format": found}
        own = {"custom_fences": [one | {"validator": superfences.validator}]}
        return converted(fence(options), **{"pymdownx.superfences": own})

    xor = 'spec="specs/xor.json"'
    assert f'fill="{DARK.page}"' in first(xor, theme="dark")
    assert f'fill="{LIGHT.page}"' in first(f'{xor} theme="light"', theme="dark")
    assert "dg-page-" in first(xor) == converted(fence(xor))
    least = [
        int(re.findall(r"min-width:(\d+)px", html)[0])
        for html in (first(xor), first(xor, fit=None), first(f'{xor} fit="500"', fit=None))
    ]
    assert least[2] <= 500 < least[0] <= 530 < least[1]
    for wrong, told in (({"theme": "drak"}, 'did you mean "dark"'), ({"fit": 3}, "200 to 10000")):
        with pytest.raises(OptionError, match=told):
            superfences.formatter_with(**wrong)


def test_a_site_chooses_its_settings(tool: str) -> None:
    path = Path("mkdocs.yml" if tool == "mkdocs" else "zensical.toml")
    name = "deepgraph.embed.superfences.formatter"
    spelled = {
        "mkdocs": (
            f"!!python/name:{name}",
            f"!!python/object/apply:{name}_with {{kwds: {{theme: light}}}}",
        ),
        "zensical": (f'"{name}"', f'{{ object = "{name}_with", kwds = {{ theme = "light" }} }}'),
    }
    path.write_text(path.read_text().replace(*spelled[tool]))
    done = build(tool)
    assert done.returncode == 0, done.stdout + done.stderr
    html = Path("site/guide/index.html").read_text(encoding="utf-8")
    assert html.count('<div class="deepgraph-diagram"') == 3
    assert "dg-page-" not in html


def words_of(index: Path) -> str:
    entries = json.loads(index.read_text(encoding="utf-8"))
    return " ".join(entry["text"] for entry in entries.get("docs") or entries["items"])


@pytest.mark.parametrize("theme", ["mkdocs", "readthedocs", "material", "zensical"])
def test_the_search_index_holds_no_label_and_no_rule(theme: str) -> None:
    Path("docs/guide").mkdir(parents=True)
    Path("docs/guide/index.md").write_text(PAGE * 2)
    Path("docs/index.md").write_text("# Start\n")
    shutil.copy("specs/xor.json", "docs/guide/local.json")
    tool = "zensical" if theme == "zensical" else "mkdocs"
    own = f"site_name: n\ntheme: {theme}\n{snippet('yaml', 'python/name:')}"
    name, text = ("zensical.toml", WATCHED) if tool == "zensical" else ("mkdocs.yml", own)
    Path(name).write_text(text)
    done = build(tool)
    assert done.returncode == 0, done.stdout + done.stderr
    html = Path("site/guide/index.html").read_text(encoding="utf-8")
    assert html.count('<svg xmlns="http://www.w3.org/2000/svg"') >= 6
    (index,) = [*Path("site").glob("search/search_index.json"), *Path("site").glob("search.json")]
    found = words_of(index)
    assert "Networks" in found + index.read_text()
    for trace in ("fill:", "--dg-", "w1", "1.73", "x10", "h11", "<svg"):
        assert trace not in found, trace
    assert len(found) < 4_000


def test_a_plugin_has_one_style_sheet_for_the_site() -> None:
    Path("docs").mkdir()
    live = fence('kind="live" spec="specs/xor.json"')
    Path("docs/index.md").write_text(fence('spec="specs/xor.json"') * 2 + live)
    plugin = "plugins:\n  - search\n  - deepgraph\n"
    Path("mkdocs.yml").write_text(f"site_name: n\n{plugin}{snippet('yaml', 'python/name:')}")
    done = build("mkdocs")
    assert done.returncode == 0, done.stdout + done.stderr
    html = Path("site/index.html").read_text(encoding="utf-8")
    assert '<link href="assets/deepgraph.css" rel="stylesheet">' in html
    assert "--dg-ink:" not in html
    (name,) = {*re.findall(r'<svg [^>]*class="deepgraph (dg-page-\w+)', html)}
    sheet = Path("site/assets/deepgraph.css").read_text(encoding="utf-8")
    assert f"svg.{name}{{--dg-page:" in sheet
    assert '<iframe class="deepgraph-frame"' in html
    assert "<style" not in html.split("<iframe")[0].split("</svg>")[-1]
    assert frame_rules() in sheet
    assert "w1" not in words_of(Path("site/search/search_index.json"))


def test_a_site_without_the_plugin_finds_only_the_title_of_a_live_page() -> None:
    Path("docs").mkdir()
    Path("docs/index.md").write_text("Before.\n\n" + fence('kind="live" spec="specs/xor.json"'))
    Path("mkdocs.yml").write_text(f"site_name: n\n{snippet('yaml', 'python/name:')}")
    done = build("mkdocs")
    assert done.returncode == 0, done.stdout + done.stderr
    assert frame_rules() in Path("site/index.html").read_text(encoding="utf-8")
    found = words_of(Path("site/search/search_index.json"))
    assert "XOR with two ReLU nodes" in found
    assert "color-scheme" not in found


def test_a_diagram_that_did_not_change_is_not_drawn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = []
    diagram = Request.diagram

    def counted(asked: Request, *given: Any) -> Any:
        drawn.append(asked.spec.name)
        return diagram(asked, *given)

    monkeypatch.setattr(Request, "diagram", counted)
    monkeypatch.setattr(superfences, "_drawn", {})
    text = fence('spec="specs/xor.json"') + fence('spec="specs/deep_state.json"')
    converted(text)
    converted(text)
    assert drawn == ["specs/xor.json", "specs/deep_state.json"]
    spec = json.loads(Path("specs/xor.json").read_text())
    Path("specs/xor.json").write_text(json.dumps(spec | {"title": "new"}))
    assert "new" in converted(text)
    assert drawn[2:] == ["specs/xor.json"]
