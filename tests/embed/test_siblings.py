"""Pages beside each other: none takes the images of another, none calls them unused."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from deepgraph.embed.markdown import Page, refresh
from tests.support.strategies import SPECS

MARKER = "<!-- deepgraph: xor.json{} -->\n<!-- /deepgraph -->\n"


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copy(SPECS / "xor.json", "xor.json")


def write(name: str, options: str = "") -> None:
    Path(name).parent.mkdir(exist_ok=True)
    Path(name).write_text("# A\n\n" + MARKER.format(options), encoding="utf-8")


def fill(name: str) -> Page:
    (found,) = refresh([name])
    assert found.mistakes == []
    found.write()
    return found


def images() -> set[str]:
    return {str(path) for path in Path().rglob("*.svg")}


def test_a_copy_of_a_page_leaves_the_images_of_the_first() -> None:
    write("a.md", " --theme light")
    fill("a.md")
    shutil.copy("a.md", "c.md")
    assert fill("c.md").orphans == []
    assert images() == {"a.xor.svg", "c.xor.svg"}
    Path("a.md").unlink()  # now nothing shows the first
    assert fill("c.md").orphans == []  # and nothing tells whose it was
    write("a.md")
    Path("a.md").write_text("# A\n")
    (found,) = refresh(["a.md"])
    assert found.orphans == [Path("a.xor.svg")]


def test_a_filter_leaves_the_images_of_the_file() -> None:
    write("a.md")
    fill("a.md")
    (found,) = refresh(["-"], piped=Path("a.md").read_bytes())
    assert found.orphans == []


def test_a_link_is_its_page(tmp_path: Path) -> None:
    write("docs/a.md", " --theme light")
    Path("docs/a.md").write_text(Path("docs/a.md").read_text().replace("xor.json", "../xor.json"))
    Path("b.md").symlink_to(Path("docs", "a.md"))
    assert fill("b.md").orphans == []
    assert images() == {"docs/a.xor.svg"}
    assert Path("b.md").is_symlink()
    found = fill("docs/a.md")
    assert (found.stale, found.orphans) == ([], [])


@pytest.mark.parametrize("name", ["guide.adv.mdx", "guide.adv.rst", "guide.adv.ipynb"])
def test_images_of_other_kinds_of_pages_are_theirs(name: str) -> None:
    write("guide.adv.md", " --theme light")
    fill("guide.adv.md")
    Path("guide.adv.md").rename(name)
    write("guide.md")
    assert fill("guide.md").orphans == []


@pytest.mark.parametrize(
    ("first", "second"), [("guide.md", "guide.mdx"), ("README.md", "README.markdown")]
)
def test_two_pages_with_one_stem_have_images_of_their_own(first: str, second: str) -> None:
    write(first, " --theme light")
    write(second, " --theme dark")
    for _ in range(2):
        for name in (second, first):
            assert fill(name).orphans == []
    stem = Path(first).stem
    assert images() == {f"{stem}.xor.svg", f"{second}.xor.svg"}
    for name in (first, second):
        assert refresh([name])[0].stale == []


def test_a_page_without_markers_takes_no_name() -> None:
    Path("guide.md").write_text("# A\n")
    write("guide.mdx", " --theme light")
    fill("guide.mdx")
    assert images() == {"guide.xor.svg"}
