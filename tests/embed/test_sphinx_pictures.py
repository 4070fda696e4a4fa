"""Diagrams in whole builds: in a browser, in print and in a book; what is drawn again."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pypdf import PdfReader

import deepgraph
from deepgraph.embed import notebook
from deepgraph.spec import gallery
from tests.support import pages
from tests.support.sphinx_project import CONF, DIAGRAMS, INDEX, INLINE, project

if TYPE_CHECKING:
    from tests.support.sphinx_project import Build, Built

PYDATA = {
    "buttons": tuple(f'.theme-change-button[data-mode="{mode}"]' for mode in ("light", "dark")),
    "dark": "document.documentElement.dataset.theme === 'dark'",
}


def faults(browser: Any, built: Built, site: dict[str, Any]) -> None:
    found = pages.inspect(browser, [built.folder / name for name in DIAGRAMS], **site)
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


def test_the_measure_hears_what_is_wrong(browser: Any, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(
        "<!doctype html><p id=a><p id=a><img src=gone.png>"
        "<link rel=stylesheet href='https://example.com/a.css'><div style='width:3000px'>wide</div>"
        "<button onclick=0>dark</button><script>console.error('said'); console.warn('warned');"
        "Promise.reject(new Error('refused')); throw new Error('thrown')</script>",
        encoding="utf-8",
    )
    [seen] = pages.inspect(browser, [page], buttons=("button",) * 2, dark="false", widths=(400,))
    assert seen["light"]["overflows"]
    told = "\n".join(pages.faults(seen))
    for fault in (
        *(
            "said",
            "warned",
            "refused",
            "thrown",
            "id a twice",
            "the switch of the site does nothing",
        ),
        *(f"not loaded: {tmp_path.as_uri()}/gone.png", "request: https://example.com/a.css"),
    ):
        assert fault in told, told


def test_a_site_with_furo_in_a_browser(furo: tuple[Build, Built, Path], browser: Any) -> None:
    faults(browser, furo[1], pages.FURO)


def test_a_site_with_pydata_in_a_browser(tmp_path: Path, browser: Any) -> None:
    built = project(tmp_path, 'html_theme = "pydata_sphinx_theme"')("html", "-W")
    assert built.code == 0, built.told
    faults(browser, built, PYDATA)


def test_only_what_changed_is_drawn(tmp_path: Path) -> None:
    build = project(tmp_path, 'html_theme = "basic"')
    first = build("html", "-j", "2")
    assert (first.code, first.counts) == (0, [5, 0]), first.told
    # This theme is always light, and so are its diagrams.
    assert "dg-page-" not in first.text("index.html")
    again = build("html", "-j", "2")
    assert "configuration has changed" not in again.told
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
    assert len(re.findall(r'<svg [^>]*class="deepgraph ', page)) == 6
    assert not re.search(r'<svg[^>]* id="', page)


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
    for words in ("XOR", "ReLU", "setosa", "softplus", "−1.275", "hidden layer 1"):
        assert any(words in text for text in said), words
    assert r"\begin{align*}" in source
    assert source.index(r"\allowdisplaybreaks") < source.index(r"\begin{document}")
    assert built.counts == [5, 0]


def test_builders_without_pictures_have_words(furo: tuple[Build, Built, Path]) -> None:
    built = furo[0]("text")
    assert built.code == 0, built.told
    page = " ".join(built.text("index.txt").split())
    assert "XOR with two ReLU nodes: 2 inputs," in page
    assert "XOR = 1" in page
    assert "Iris and its three species." in page


def test_a_book_holds_files(furo: tuple[Build, Built, Path]) -> None:
    old = furo[2] / "_build/epub/_images" / f"deepgraph-{'0' * 20}.svg"  # of an earlier build
    old.parent.mkdir(parents=True, exist_ok=True)
    old.write_text("<svg />")
    built = furo[0]("epub", "-D", "version=1", "-D", "epub_show_urls=no")
    assert built.code == 0, built.told
    with zipfile.ZipFile(next(built.folder.glob("*.epub"))) as book:
        page = book.read("index.xhtml").decode()
        assert old.name not in " ".join(book.namelist())
        names = re.findall(r'<img src="([^"]*)" alt="([^"]*)"', page)
        assert len(names) == 4
        for name, alt in names:
            assert book.read(name).startswith(b"<svg")
            assert len(alt) > 20


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
    (name,) = re.findall(r'<svg [^>]*class="deepgraph dg-(\S*)', built.text("index.html"))
    sheet = built.text("_static/deepgraph-embed.css")
    assert (f".dark svg.dg-{name}{{" in sheet) == marked
    assert (f"@supports (color:light-dark(red,red)){{svg.dg-{name}{{" in sheet) == system


def test_print_without_its_packages(tmp_path: Path) -> None:
    build = project(tmp_path, index=INDEX)
    (tmp_path / "conf.py").write_text(
        "import sys\nsys.modules['svglib.svglib'] = None\n" + CONF, encoding="utf-8"
    )
    built = build("latex")
    assert built.code == 1, built.told
    assert "pip install 'deepgraph-nn[pdf]'" in built.told


def test_pictures_of_notebooks_are_no_words_of_the_search(tmp_path: Path) -> None:
    shown, _ = notebook.bundle(deepgraph.load(gallery.path("xor")))
    raw = "".join(f"   {line}\n" for line in shown["text/html"].splitlines())
    page = f"Title\n=====\n\nWords beside.\n\n.. raw:: html\n\n{raw}\n{INLINE}\n"
    build = project(tmp_path, 'html_theme = "basic"', index=page)
    built = build()
    assert built.code == 0, built.told
    html = built.text("index.html")
    assert html.count('<div class="deepgraph-diagram"') == 2
    assert "--dg-ink:" not in html  # the style sheet of the site has the rules
    assert "--dg-ink:" in built.text("_static/deepgraph-embed.css")
    index = built.text("searchindex.js")
    assert '"besid"' in index
    for label in ("w1", "x1", "h1", "xor"):
        assert f'"{label}' not in index, label
    alone = build("json")  # pages that are taken elsewhere bring their rules along
    assert alone.code == 0, alone.told
    assert alone.text("index.fjson").count("--dg-ink:") > 4


def test_the_column_of_a_site(tmp_path: Path) -> None:
    page = "Title\n=====\n\n.. deepgraph:: xor.json\n\n.. deepgraph:: xor.json\n   :fit: 500\n"

    def least(setting: str) -> list[int]:
        built = project(tmp_path, f'html_theme = "basic"\n{setting}', index=page)()
        assert built.code == 0, built.told
        return [int(px) for px in re.findall(r"min-width:(\d+)px", built.text("index.html"))]

    usual, wide = least(""), least("deepgraph_fit = None")
    assert 500 < usual[0] <= 530 < wide[0]
    assert usual[1] == wide[1] <= 500


LIVE = """
Title
=====

.. deepgraph:: xor.json
   :live:
   :align: right
   :class: mine
   :caption: To *touch*

.. deepgraph-eval:: xor.json
   :set: x1=1 x2=0
   :caption: The values

.. deepgraph-explain:: xor.json
   :set: x1=1 x2=0
   :caption: The arithmetic

.. deepgraph-jacobian:: xor.json
   :set: x1=1 x2=1
   :caption: The slopes
"""


def test_a_live_page_is_kept_and_old_ones_go(tmp_path: Path) -> None:
    build = project(tmp_path, 'html_theme = "basic"', index=LIVE)
    built = build()
    assert (built.code, built.counts) == (0, [1, 0]), built.told
    (figure,) = re.findall(r'<figure class="([^"]*)"', built.text("index.html"))
    assert {"align-right", "deepgraph", "mine"} <= set(figure.split())
    assert "∂output/∂input at x1 = 1, x2 = 1" in built.text("index.html")
    index = tmp_path / "index.rst"
    index.write_text(f"{LIVE}\nMore.\n", encoding="utf-8")
    again = build()
    assert (again.code, again.counts) == (0, [0, 1]), again.told
    spec = tmp_path / "xor.json"
    spec.write_text(spec.read_text().replace("two ReLU nodes", "two ReLU neurons"))
    assert build().counts == [1, 0]
    (page,) = built.folder.glob("_images/deepgraph-*")  # without the one from before the edit
    assert page.name in build().text("index.html")
    found = build("gettext", "-d", "_build/words")
    assert found.code == 0, found.told
    catalogue = found.text("index.pot")
    assert 'msgid "To *touch*"' in catalogue
    assert 'msgid "The values"' in catalogue
    assert 'msgid "The arithmetic"' in catalogue


def test_a_wrong_width_of_the_column_is_told_once(tmp_path: Path) -> None:
    built = project(tmp_path, "deepgraph_fit = -1", index=f"Title\n=====\n{INLINE}{INLINE}")()
    assert built.code != 0
    assert built.told.count("deepgraph_fit is ") == 1, built.told
