"""The Sphinx extension, in whole builds: what a page shows, what is drawn again, what fails."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pypdf import PdfReader

from deepgraph.spec import gallery
from tests.support import pages

if TYPE_CHECKING:
    from collections.abc import Callable

    Build = Callable[..., "Built"]

CONF = """
project = "nets"
extensions = ["myst_parser", "deepgraph.embed.sphinx"]
exclude_patterns = ["_build"]
numfig = True
"""
INDEX = """
Networks
========

.. toctree::

   arithmetic
   markdown

.. deepgraph:: xor.json
   :set: x1=1 x2=0
   :name: worked
   :caption: XOR *by hand*

The answer is :deepgraph-value:`xor.json y x1=1 x2=0`, see :ref:`worked` and :numref:`worked`.

.. deepgraph:: xor.json
   :set: x1=1 x2=0

.. deepgraph:: irregular.json
   :align: left
   :class: mine

.. deepgraph:: iris.json
   :input: iris.csv
   :row: 3
   :alt: Iris and its three species.
"""
ARITHMETIC = """
Arithmetic
==========

.. deepgraph-eval:: iris.json
   :input: iris.csv
   :rows: 2
   :target: species
   :caption: Some rows

.. deepgraph-explain:: xor.json
   :set: x1=1 x2=0
   :target: y=1
"""
MARKDOWN = """
# Markdown

The sum before the ReLU is {dg}`deep_state.json z(h2) x=0.5`.

```{deepgraph} deep_state.json
:set: x=0.5
:gradient:
:loss: output
:width: 60%
```

```{deepgraph}
:theme: dark

{"deepgraph": 1, "nodes": [{"id": "x", "kind": "input"}, {"id": "y", "kind": "output"}],
 "edges": [{"source": "x", "target": "y", "label": "w", "weight": 2}]}
```
"""
DIAGRAMS = {"index.html": 4, "markdown.html": 2}
PAGES = {"index.rst": INDEX, "arithmetic.rst": ARITHMETIC, "markdown.md": MARKDOWN}

PYDATA = {
    "buttons": tuple(f'.theme-change-button[data-mode="{mode}"]' for mode in ("light", "dark")),
    "dark": "document.documentElement.dataset.theme === 'dark'",
}


class Built:
    """What `sphinx-build` did and wrote."""

    def __init__(self, done: subprocess.CompletedProcess[str], folder: Path) -> None:
        self.code, self.told, self.folder = done.returncode, done.stdout + done.stderr, folder

    @property
    def counts(self) -> list[int]:
        """Diagrams drawn, and taken from the cache."""
        found = re.search(r"deepgraph: (\d+) diagrams? drawn, (\d+) from the cache", self.told)
        return [] if found is None else [int(number) for number in found.groups()]

    def text(self, name: str) -> str:
        """The text of a file."""
        return (self.folder / name).read_text(encoding="utf-8")


def project(folder: Path, conf: str = "", **own: str) -> Build:
    """A fresh project, and what builds it."""
    for name in ("xor", "irregular", "iris", "deep_state"):
        shutil.copy(gallery.path(name), folder)
        shutil.copy(gallery.path(name).with_suffix(".csv"), folder)
    (folder / "conf.py").write_text(CONF + conf, encoding="utf-8")
    for name, text in (own or PAGES).items():
        path = folder / (name if "." in name else f"{name}.rst")
        path.write_text(text, encoding="utf-8")

    def build(builder: str = "html", *options: str) -> Built:
        out = folder / "_build" / builder
        command = [sys.executable, "-m", "sphinx", "-b", builder, "-d", "_build/trees"]
        command += [*options, ".", str(out)]
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=240, check=False
        )
        return Built(done, out)

    return build


@pytest.fixture(scope="module")
def furo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Build, Built, Path]:
    folder = tmp_path_factory.mktemp("furo")
    build = project(folder, 'html_theme = "furo"')
    built = build("html", "-W")
    assert built.code == 0, built.told
    return build, built, folder


def faults(built: Built, site: dict[str, Any], folder: Path) -> None:
    looked = shutil.copytree(built.folder, folder / "looked")
    found = pages.inspect([looked / name for name in DIAGRAMS], folder, **site)
    assert len(found) == len(DIAGRAMS) * len(pages.WIDTHS)
    for page in found:
        name = Path(page["page"]).name
        # What pydata says of itself when it is opened for the first time.
        page["faults"] = [said for said in page["faults"] if "Got invalid theme mode" not in said]
        assert len(page["light"]["diagrams"]) == DIAGRAMS[name]
        if name == "markdown.html":  # its last diagram has a theme of its own, and keeps it
            fixed = [page[mode]["diagrams"].pop() for mode in ("light", "dark")]
            assert fixed[0]["colours"] == fixed[1]["colours"]
        assert pages.faults(page) == []
        assert not page["light"]["overflows"]
        if page["width"] == 400 and name == "index.html":
            assert any(shown["scrolls"] for shown in page["light"]["diagrams"])


def test_a_site_with_furo_in_a_browser(furo: tuple[Build, Built, Path], tmp_path: Path) -> None:
    pages.browser.needed()
    faults(furo[1], pages.FURO, tmp_path)


def test_a_site_with_pydata_in_a_browser(tmp_path: Path) -> None:
    pages.browser.needed()
    built = project(tmp_path, 'html_theme = "pydata_sphinx_theme"')("html", "-W")
    assert built.code == 0, built.told
    faults(built, PYDATA, tmp_path)


def test_what_the_pages_say(furo: tuple[Build, Built, Path]) -> None:
    built = furo[1]
    page = built.text("index.html")
    assert page.count('class="deepgraph" style="max-width:100%') == 4
    assert page.count("XOR = 1</desc>") == 2
    assert '<span class="deepgraph-value">1</span>' in page
    assert re.search(r'<figure class="deepgraph[^>]* id="worked">', page)
    assert "XOR <em>by hand</em>" in page
    assert 'aria-label="Iris and its three species."' in page
    assert re.search(r'<figure class="[^"]*align-left[^"]*mine|mine[^"]*align-left', page)
    arithmetic = built.text("arithmetic.html")
    assert "Some rows, accuracy 0.98 (147 of 150 rows)" in arithmetic
    assert arithmetic.count("<tr") == 3
    ids = re.findall(r'<[^>]* id="([^"]*)"', arithmetic)
    assert len(ids) == len(set(ids))
    assert r"\begin{align*}" in arithmetic
    assert r"z\left(h_{1}\right)" in arithmetic
    assert "−1.275" in built.text("markdown.html")


def test_only_what_changed_is_drawn(tmp_path: Path) -> None:
    build = project(tmp_path, 'html_theme = "basic"')
    first = build("html", "-j", "2")
    assert (first.code, first.counts) == (0, [5, 0]), first.told
    # This theme is always light, and so are its diagrams.
    assert "prefers-color-scheme" not in first.text("index.html")
    again = build("html", "-j", "2")
    assert (again.code, again.counts) == (0, []), again.told
    assert build("html", "-E", "-j", "2").counts == [0, 5]
    path = tmp_path / "irregular.json"
    spec = json.loads(path.read_text(encoding="utf-8"))
    weighted = next(edge for edge in spec["edges"] if "weight" in edge)
    weighted["weight"] = 0.123
    path.write_text(json.dumps(spec), encoding="utf-8")
    changed = build("html", "-j", "2")
    assert (changed.code, changed.counts) == (0, [1, 2]), changed.told  # of one page's three
    assert "0.123" in changed.text("index.html")
    assert len(list(tmp_path.glob("_build/trees/deepgraph/*"))) == 5  # the old one is gone
    assert "0 removed" in changed.told
    assert "0 added, 1 changed" in changed.told
    table = tmp_path / "iris.csv"
    lines = table.read_text(encoding="utf-8").splitlines(keepends=True)
    lines[3] = lines[3].replace(lines[3].split(",")[0], "9.9", 1)
    table.write_text("".join(lines), encoding="utf-8")
    changed = build("html")
    assert (changed.code, changed.counts) == (0, [1, 2]), changed.told
    assert "0 added, 2 changed" in changed.told


def test_pages_put_together_share_no_ids(furo: tuple[Build, Built, Path]) -> None:
    page = furo[0]("singlehtml").text("index.html")
    ids = re.findall(r'<svg[^>]* id="([^"]*)"', page)
    assert len(ids) == len(set(ids)) == 6


def test_print_holds_the_diagrams(furo: tuple[Build, Built, Path]) -> None:
    built = furo[0]("latex")
    assert built.code == 0, built.told
    source = built.text("nets.tex")
    names = re.findall(r"\\sphinxincludegraphics(?:\[.*?\])?\{(deepgraph-\w+\.pdf)\}", source)
    assert len(names) == 6
    assert r"[width=0.600\linewidth]" in source
    said = [
        "".join(page.extract_text() for page in PdfReader(built.folder / name).pages)
        for name in names
    ]
    for words in ("XOR", "leaky ReLU", "setosa", "softplus", "−1.275", "hidden 1 · ReLU"):
        assert any(words in text for text in said), words
    assert r"\begin{align*}" in source
    assert built.counts == [5, 0]


def test_builders_without_pictures_have_words(furo: tuple[Build, Built, Path]) -> None:
    built = furo[0]("text")
    assert built.code == 0, built.told
    page = " ".join(built.text("index.txt").split())
    assert "XOR with two ReLU nodes: 2 inputs," in page
    assert "XOR = 1" in page
    assert "Iris and its three species." in page
    assert "z(h₁) = w₁·x₁ + w₃·x₂ + b₁ = 1·1 + 1·0 + 0 = 1" in built.text("arithmetic.txt")


def test_a_book_holds_files(furo: tuple[Build, Built, Path]) -> None:
    built = furo[0]("epub", "-D", "version=1", "-D", "epub_show_urls=no")
    assert built.code == 0, built.told
    with zipfile.ZipFile(next(built.folder.glob("*.epub"))) as book:
        page = book.read("index.xhtml").decode()
        names = re.findall(r'<img src="([^"]*)" alt="([^"]*)"', page)
        assert len(names) == 4
        for name, alt in names:
            assert book.read(name).startswith(b"<svg")
            assert len(alt) > 20


# --- mistakes ------------------------------------------------------------------------------------

BROKEN = """
Broken
======

.. deepgraph:: broken.json

.. deepgraph:: xor.json
   :them: dark

Text with :dg:`xor.json nope x1=1 x2=0` in it.

.. deepgraph::

   {"deepgraph": 1,
    "nodes": [{"id": "x", "kind": "inptu"}]}

.. deepgraph-eval:: gone.json
   :set: x=1

.. deepgraph:: xor.json
   :align: middle

.. deepgraph:: xor.json
   :width:

.. deepgraph:: xor.json
   set: x1=1

.. deepgraph::

.. deepgraph:: xor.json

   set: x1=1

.. deepgraph:: xor.json

   {"deepgraph": 1}
"""
INLINE = """
.. deepgraph::

   {"deepgraph": 1, "nodes": [{"id": "x", "kind": "input"}, {"id": "y", "kind": "output"}],
    "edges": [{"source": "x", "target": "y", "label": "w", "weight": 2}]}
"""
TOLD = (
    "index.rst:5: ERROR: deepgraph: broken.json:2:28: $.nodes[0].kind: ",
    'index.rst:7: ERROR: deepgraph: no option "them" here; did you mean "theme"?',
    'index.rst:10: ERROR: deepgraph: no node or parameter is named "nope"',
    "index.rst:12: ERROR: deepgraph: index.rst:14:4: $.edges: there are no edges",
    "index.rst:17: ERROR: deepgraph: ",
    'index.rst:20: ERROR: deepgraph: align: "middle" unknown; choose from ',
    "index.rst:23: ERROR: deepgraph: width needs a value",
    'index.rst:26: ERROR: deepgraph: below xor.json: an option stands between colons, got "set: x',
    "index.rst:29: ERROR: deepgraph: name the path of a spec, or write one below as JSON",
    'index.rst:31: ERROR: deepgraph: below xor.json: an option stands between colons, got "set: x',
    "index.rst:35: ERROR: deepgraph: a path and an inline spec: keep one",
)


def test_a_mistake_fails_the_build_with_its_line(tmp_path: Path) -> None:
    others = {f"page{i}": f"Page {i}\n======\n" for i in range(8)}  # fewer are read by one
    build = project(tmp_path, 'html_theme = "basic"', index=BROKEN, **others)
    (tmp_path / "broken.json").write_text(
        '{"deepgraph": 1, "nodes": [\n {"id": "x", "kind":       "inptu"}], "edges": []}',
        encoding="utf-8",
    )
    for _ in range(2):  # a second build does not forget
        built = build("html", "-j", "2")
        assert built.code == 1, built.told
        for line in TOLD:
            assert line in built.told
        assert "ERROR: deepgraph: 11 mistakes in index; mend them, or set" in built.told
        assert "Traceback" not in built.told


def test_a_placeholder_instead(tmp_path: Path) -> None:
    build = project(
        tmp_path,
        'html_theme = "basic"\ndeepgraph_on_error = "placeholder"',
        index=BROKEN,
    )
    built = build()
    assert built.code == 0, built.told
    assert built.told.count("WARNING: deepgraph: ") == 11
    page = built.text("index.html")
    assert page.count("deepgraph-error") == 10
    assert "did you mean &quot;theme&quot;?" in page  # quotes as in a spec


def test_a_name_that_stands_twice_is_told_where(tmp_path: Path) -> None:
    named = ".. deepgraph:: xor.json\n   :name: twice\n\n"
    built = project(tmp_path, 'html_theme = "basic"', index=f"Title\n=====\n\n{named}{named}")()
    assert 'index.rst:7: WARNING: Duplicate explicit target name: "twice"' in built.told


SYSTEM = "@media (prefers-color-scheme: dark) { :root { color: #fff } }"


@pytest.mark.parametrize(
    ("sheet", "marked", "system"),
    [
        (".dark-red{color:#a00}", False, False),
        ("html.dark{color:#fff}", True, False),  # light is the page that says nothing
        (SYSTEM, True, True),
        (f"{SYSTEM} .dark{{color:#fff}}", True, True),
    ],
)
def test_what_a_theme_can_be(tmp_path: Path, sheet: str, marked: bool, system: bool) -> None:
    theme = tmp_path / "themes" / "mine"
    (theme / "static").mkdir(parents=True)
    (theme / "theme.toml").write_text('[theme]\ninherit = "basic"\nstylesheets = ["mine.css"]\n')
    (theme / "static" / "mine.css").write_text(sheet)
    conf = 'html_theme = "mine"\nhtml_theme_path = ["themes"]'
    built = project(tmp_path, conf, index=f"Title\n=====\n{INLINE}")()
    assert built.code == 0, built.told
    page = built.text("index.html")
    assert (".dark #dg-" in page) == marked
    assert ("prefers-color-scheme" in page) == system


def test_a_site_may_forbid_to_read_files(tmp_path: Path) -> None:
    (tmp_path / "docutils.conf").write_text("[general]\nfile_insertion_enabled: no\n")
    index = f"Title\n=====\n\n:dg:`xor.json w1`\n\n{INLINE}"
    built = project(tmp_path, 'html_theme = "basic"', index=index)()
    assert built.told.count("ERROR: deepgraph: this site lets no page read files; ") == 1
    assert built.text("index.html").count("<svg") == 1


def test_print_without_its_packages(tmp_path: Path) -> None:
    build = project(tmp_path, index=INDEX)
    (tmp_path / "conf.py").write_text(
        "import sys\nsys.modules['svglib.svglib'] = None\n" + CONF, encoding="utf-8"
    )
    built = build("latex")
    assert built.code == 1, built.told
    assert "pip install 'deepgraph-nn[pdf]'" in built.told
