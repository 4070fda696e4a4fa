"""The contents of the blocks of a page, and the images beside it."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

import deepgraph
from deepgraph import draw
from deepgraph.embed.markdown import Page, refresh
from deepgraph.kinks.curves import node_curves
from deepgraph.kinks.sweep import along_input
from tests.support.strategies import SPECS

END = "<!-- /deepgraph -->"
ALT = "XOR with two ReLU nodes: 2 inputs, a hidden layer of 2 ReLU nodes, 1 output"
ONE = "a marker names one spec, render or explain or eval or jacobian or diff before it"


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("specs").mkdir()
    Path("docs").mkdir()
    for name in ("xor.json", "xor.csv"):
        shutil.copy(SPECS / name, Path("specs", name))


def page(*markers: str, name: str = "README.md") -> Path:
    blocks = [f"<!-- deepgraph: {marker} -->\n{END}\n" for marker in markers]
    Path(name).write_text("# Title\n\n" + "\n".join(blocks), encoding="utf-8")
    return Path(name)


def embed(path: Path) -> str:
    """The page, filled; it is fresh then."""
    (found,) = refresh([str(path)])
    assert found.mistakes == []
    found.write()
    assert stale(path) == []
    return path.read_text(encoding="utf-8")


def read(path: Path) -> Page:
    (found,) = refresh([str(path)])
    return found


def stale(path: Path) -> list[str]:
    return [f"{mistake.line}: {mistake.message}" for mistake in read(path).stale]


def mistakes(*markers: str) -> list[str]:
    return [mistake.message for mistake in read(page(*markers)).mistakes]


def changed(**changes: object) -> None:
    """Write specs/new.json: xor.json with other fields."""
    spec = json.loads(Path("specs/xor.json").read_text())
    Path("specs/new.json").write_text(json.dumps(spec | changes))


def test_forms_of_a_picture() -> None:
    text = embed(
        page(
            "specs/xor.json --theme auto",
            "render specs/xor.json --theme dark --width 300 --alt 'a < b'",
            'specs/xor.json -o "docs/a [b](c).png" --theme light',
            "specs/xor.json --format tikz",
            "specs/xor.json --format pdf",
        )
    )
    assert f"\n![{ALT}](./README.xor.svg)\n" in text
    assert '\n<img alt="a &lt; b" src="./README.xor.2.svg" width="300" />\n' in text
    assert f"\n![{ALT}](./docs/a%20%5Bb%5D%28c%29.png)\n" in text
    assert "\n```latex\n" in text
    assert f"\n![{ALT}](./README.xor.3.pdf)\n" in text
    assert Path("docs/a [b](c).png").read_bytes().startswith(b"\x89PNG")
    assert Path("README.xor.3.pdf").read_bytes().startswith(b"%PDF")


def test_a_spec_may_choose_the_theme() -> None:
    changed(style={"theme": "dark"})
    assert f"\n![{ALT}](./README.new.svg)\n" in embed(page("specs/new.json"))
    drawn = draw.render(deepgraph.load("specs/new.json"), theme="dark")
    assert Path("README.new.svg").read_bytes() == drawn


def test_worked_maths_and_tables() -> None:
    text = embed(
        page(
            "explain specs/xor.json --set x1=0 --set x2=1 --node h1",
            "explain specs/xor.json --set x1=0 --set x2=1 --node h1 --format text",
            "eval specs/xor.json --input specs/xor.csv --nodes h2,y --rows 2",
        )
    )
    assert r"h_{1} &= \text{ReLU}\left(z\left(h_{1}\right)\right)" in text
    assert re.findall("^#.*", text, re.MULTILINE) == ["# Title"]  # the page keeps its outline
    assert "  h₁ = ReLU(z(h₁)) = ReLU(1) = 1\n" in text
    table = "| x1 | x2 | h2 | y |\n|--:|--:|--:|--:|\n| 0 | 0 | 0 | 0 |\n| 0 | 1 | 0 | 1 |\n"
    assert f"\n\n{table}\n" in text


def test_a_page_elsewhere_names_its_files_from_where_it_is() -> None:
    text = embed(page("../specs/xor.json --set x1=1 --set x2=1", name="docs/guide.md"))
    assert 'srcset="./guide.xor.dark.svg"' in text
    assert Path("docs/guide.xor.dark.svg").is_file()
    assert "| 1 | 1 | 0 |" in embed(
        page("eval ../specs/xor.json --input ../specs/xor.csv", name="docs/table.md")
    )


def test_an_option_means_what_it_means_in_the_command() -> None:
    text = Path("specs/xor.json").read_text().replace('"x1"', '"in put"')
    Path("specs/spaced.json").write_text(text)
    text = embed(page("specs/spaced.json --set 'in put=0' --set x2=1 --theme light"))
    assert "XOR = 1" in text
    network = deepgraph.load("specs/spaced.json")
    drawn = draw.render(network, network.trace({"in put": 0, "x2": 1}))
    assert Path("README.spaced.svg").read_bytes() == drawn


def test_functions_in_the_nodes() -> None:
    embed(page("specs/xor.json --curves x1=0:1 --set x2=1/2 --theme light"))
    network = deepgraph.load("specs/xor.json")
    functions = node_curves(network, along_input(network, {"x1": (0, 1)}, {"x2": "1/2"}))
    drawn = draw.render(network, curves=functions)
    assert Path("README.xor.svg").read_bytes() == drawn


def test_an_image_that_is_missing_or_touched_is_stale() -> None:
    path = page("specs/xor.json -o docs/xor.svg")
    embed(path)
    Path("docs/xor.svg").unlink()
    dark = Path("docs/xor.dark.svg")
    dark.write_bytes(dark.read_bytes() + b" ")
    assert stale(path) == ["3: docs/xor.svg is missing", "3: docs/xor.dark.svg is stale"]
    dark.write_bytes(dark.read_bytes()[:-1].replace(b"\n", b"\r\n"))  # as git may do on Windows
    assert stale(path) == ["3: docs/xor.svg is missing"]


def test_two_blocks_cannot_draw_one_file_differently() -> None:
    assert mistakes("specs/xor.json -o a.svg", "specs/xor.json -o ./a.svg") == []
    other = "specs/xor.json -o a.svg --set x1=1 --set x2=1"
    assert mistakes("specs/xor.json -o a.svg", other) == [
        f"{name} is what README.md:3 draws, too, and differently; name another with -o"
        for name in ("a.svg", "a.dark.svg")
    ]


@pytest.mark.parametrize(
    ("marker", "message"),
    [
        ("", f"{ONE}; there is none"),
        (
            "explan specs/xor.json",
            f'{ONE}; got explan specs/xor.json; did you mean "explain"?',
        ),
        ("specs/xor.json --alt a --alt b", "alt is given twice"),
        ("specs/xor.json --width wide", "width is a number of px, got 'wide'"),
        ("specs/xor.json -o", "--output needs a value"),
        ("specs/xor.json -o a.jpg", "a.jpg is no image; end it in .svg, .png or .pdf"),
        ("specs/xor.json -o a.md", "a.md is no image; end it in .svg, .png or .pdf"),
        ("specs/xor.json -o a.svg --format png", "a.svg is no name of a png; end it in .png"),
        ("specs/xor.json --format mermaid -o a.mmd", "output is for an image: svg, png or pdf"),
        (
            "eval specs/xor.json --set x1=1 --set x2=1 --alt a",
            "alt is for an image: svg, png or pdf",
        ),
        ("eval specs/xor.json --set x1=1 --set x2=1 --format csv", 'format is markdown, got "csv"'),
        ("specs/xor.json --open x", 'no option "open" here'),
        ("specs/xor.json --alt 'a", "a quote is not closed: specs/xor.json --alt 'a"),
        ("specs/xor.json -o images/a.svg", "images: no such folder; make it first"),
        (
            "specs/xor.json x2=1",
            f"{ONE}; got specs/xor.json x2=1; every value has an option before it: --set x2=1",
        ),
    ],
)
def test_mistakes_in_a_marker(marker: str, message: str) -> None:
    assert mistakes(marker) == [message]


def test_names_that_differ_in_capitals_alone_are_one_file_elsewhere() -> None:
    markers = "specs/xor.json -o a.svg --theme light", "specs/xor.json -o A.svg --theme dark"
    (told,) = mistakes(*markers)
    assert told.startswith("A.svg is what README.md:3 draws, too, and differently")


def test_one_option_takes_several_values() -> None:
    spec = Path("specs/xor.json").read_text().replace('"x1"', '"ä1"')
    Path("specs/odd.json").write_text(spec)
    texts = [
        embed(page(f"eval specs/odd.json {values}"))
        for values in ("--set ä1=0 --set x2=1", "--set ä1=0,x2=1", "--set ä1=0 x2=1")
    ]
    assert all("| 0 | 1 | 1 |" in text for text in texts)


def test_braces_and_dots_are_no_code_of_a_site() -> None:
    text = embed(page("specs/xor.json -o .x.svg --alt 'a {{b}} {%c%}' --width 90 --theme light"))
    alt = "a &#123;&#123;b&#125;&#125; &#123;%c%&#125;"
    assert f'<img alt="{alt}" src="./.x.svg" width="90" />' in text
    assert mistakes("specs/xor.json --width ²") == ["width is a number of px, got '²'"]


def test_images_that_nothing_shows_are_named() -> None:
    path = page("specs/xor.json", "specs/xor.json -o docs/a.svg")
    Path("README.logo.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    text = embed(path).replace("specs/xor.json -->", "specs/xor.json --theme light -->")
    path.write_text(text.replace("-o docs/a.svg", "-o docs/b.svg"))
    orphans = [Path("README.xor.dark.svg"), Path("docs/a.dark.svg"), Path("docs/a.svg")]
    found = read(path)
    assert found.orphans == orphans
    found.write()
    assert read(path).orphans == orphans[:1]  # its name tells that it was drawn for this page
    with path.open("a") as stream:
        stream.write("\n[dark](README.xor.dark.svg)\n")
    assert read(path).orphans == []
    embed(page("specs/xor.json", name="README.xor.md"))
    assert read(path).orphans == []


def test_labels_cannot_break_out_of_a_block() -> None:
    changed(title='<!-- /deepgraph --> | `"><script>')
    text = Path("specs/new.json").read_text()
    text = text.replace('"y"', '"<!-- /deepgraph -->```|*y*|"').replace(
        '"XOR"', r'"|\n```\n<script>"'
    )
    Path("specs/new.json").write_text(text)
    forms = ("markdown", "text", "latex", "json")
    text = embed(
        page(
            "specs/new.json",
            "specs/new.json --theme auto",
            *(f"specs/new.json --format {form}" for form in ("mermaid", "tikz", "dot")),
            *(f"explain specs/new.json --set x1=0 --set x2=1 --format {form}" for form in forms),
            "eval specs/new.json --input specs/xor.csv",
        )
    )
    outside = re.sub(r"^(`{3,})\w+\n.*?^\1$", "", text, flags=re.MULTILINE | re.DOTALL)
    assert "<script" not in outside
    assert outside.count(END) == 10


def test_the_spelling_of_earlier_versions_is_not_stale() -> None:
    path = page("specs/xor.json", "specs/xor.json --theme light")
    text = embed(path)
    old = text.replace('="./', '="').replace(" />", ">").replace("](./", "](")
    assert old.count("./") == 0
    path.write_text(old)
    assert stale(path) == []
    assert embed(path) == text  # and is spelled anew when something is written


# --- numbers in sentences ------------------------------------------------------------------------


def test_a_number_in_a_sentence_is_kept_fresh() -> None:
    asked = [
        ("value specs/xor.json y x1=1 x2=0", "1"),
        ("value specs/xor.json z(h2) --set x1=0 x2=0", "−1"),
        ("value specs/xor.json w6", "−2"),
    ]
    for marker, number in asked:
        text = f"Here it is <!-- deepgraph: {marker} -->7{END}, as published.\n"
        Path("README.md").write_text(text, encoding="utf-8")
        assert stale(Path("README.md")) == ["1: the block is stale"]
        assert embed(Path("README.md")) == text.replace("7", number)


def test_mistakes_of_a_number_name_their_line() -> None:
    text = f"\nThe answer is <!-- deepgraph: value specs/xor.json q x1=1 x2=0 -->1{END}.\n"
    Path("README.md").write_text(text, encoding="utf-8")
    (mistake,) = read(Path("README.md")).mistakes
    assert mistake.line == 2
    assert '"q"' in mistake.message
