"""Blocks of a page of HTML: what stands in them is HTML, and comments follow its rules."""

from __future__ import annotations

import shutil
from html.parser import HTMLParser
from pathlib import Path

import pytest

from deepgraph.embed.markdown import refresh
from tests.support.strategies import SPECS

END = "<!-- /deepgraph -->"


class Read(HTMLParser):
    """A page as a browser reads it: the text of elements by tag, and attributes of images."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.texts: dict[str, str] = {}
        self.images: list[dict[str, str | None]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "img":
            self.images.append(dict(attrs))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        for tag in {*self.open}:
            self.texts[tag] = f"{self.texts[tag]} {data}" if tag in self.texts else data


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("xor.json", "xor.csv", "mazur.json"):
        shutil.copy(SPECS / name, tmp_path)


def filled(body: str, name: str = "page.html") -> str:
    Path(name).write_text(f"<!DOCTYPE html>\n<body>\n{body}\n</body>\n", encoding="utf-8")
    (page,) = refresh([name])
    assert page.mistakes == []
    page.write()
    (again,) = refresh([name])
    assert again.stale == []
    return Path(name).read_text(encoding="utf-8")


def mistakes(body: str) -> list[str]:
    Path("page.html").write_text(body, encoding="utf-8")
    (page,) = refresh(["page.html"])
    return [f"{mistake.line}: {mistake.message}" for mistake in page.mistakes]


@pytest.mark.parametrize("name", ["page.html", "page.HTM"])
def test_arithmetic_is_preformatted(name: str) -> None:
    text = filled(f"<!-- deepgraph: explain mazur.json --set i1=0.05 --set i2=0.1 -->\n{END}", name)
    lines = Read(text).texts["pre"].splitlines()
    assert "Forward" in lines
    assert any(line.strip().startswith("z(h₁)") for line in lines)
    assert "```" not in text
    assert "$$" not in text


def test_a_table_is_a_table() -> None:
    read = Read(filled(f"<!-- deepgraph: eval xor.json --input xor.csv -->\n{END}"))
    assert read.texts["th"].split()[:2] == ["x1", "x2"]
    assert read.texts["td"].split()[:3] == ["0", "0", "0"]


def test_pictures_are_images_that_exist() -> None:
    one = "<!-- deepgraph: xor.json -->"
    two = "<!-- deepgraph: xor.json --theme dark -o dark.svg -->"
    images = Read(filled(f"{one}\n{END}\n<p>&amp;</p>\n{two}\n{END}")).images
    assert [image["src"] for image in images] == ["./page.xor.svg", "./dark.svg"]
    for image in images:
        assert image["alt"]
        assert Path(str(image["src"])).is_file()


def test_text_in_a_fence_is_preformatted() -> None:
    read = Read(filled(f"<!-- deepgraph: xor.json --format mermaid -->\n{END}"))
    assert read.texts["pre"].startswith(("---", "%%", "flowchart", "graph"))


def test_an_indented_marker_counts_and_its_text_is_not_indented() -> None:
    """In Markdown it would be code."""
    marker = "<!-- deepgraph: explain xor.json --set x1=1 x2=0 -->"
    text = filled(f"<div>\n      {marker}\n      {END}\n</div>")
    assert "Forward" in Read(text).texts["pre"].splitlines()


def test_what_no_browser_takes_for_a_comment_is_no_marker() -> None:
    script = "<script>\nconst a = `\n<!-- deepgraph: none.json -->\n`;\n</script>"
    assert mistakes(f"<style>\n<!-- deepgraph: none.json -->\n</style>\n{script}") == []
    assert mistakes("<p>`<!-- deepgraph: none.json -->`</p>") != []  # back ticks mean nothing


def test_markdown_has_no_place_there() -> None:
    (wrong,) = mistakes(f"\n<!-- deepgraph: explain xor.json --format markdown -->\n{END}")
    assert wrong == '2: format is one of text, latex, json, got "markdown"'


def test_every_line_end_stays() -> None:
    body = f"<p>ü</p>\r\n<!-- deepgraph: eval xor.json --set x1=1 x2=0 -->\r\n{END}\r\n<i>é</i>\r\n"
    Path("page.html").write_bytes(body.encode())
    (page,) = refresh(["page.html"])
    page.write()
    kept = Path("page.html").read_bytes().decode()
    assert kept.startswith("<p>ü</p>\r\n<!-- deepgraph")
    assert kept.endswith("-->\r\n<i>é</i>\r\n")
    assert "\n" not in kept.replace("\r\n", "")


def test_a_page_of_markdown_of_the_same_name_keeps_its_images() -> None:
    marker = f"<!-- deepgraph: xor.json -->\n{END}\n"
    Path("page.md").write_text(marker, encoding="utf-8")
    images = Read(filled(marker)).images
    assert [image["src"] for image in images] == ["./page.html.xor.svg"]


def test_a_number_stands_in_a_sentence() -> None:
    text = filled(f"<p>XOR: <!-- deepgraph: value xor.json w6 -->{END}.</p>")
    assert Read(text).texts["p"].replace(" ", "") == "XOR:−2."
