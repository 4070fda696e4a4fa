"""Comparisons on pages: a marker in Markdown, a fence of MkDocs, a directive of Sphinx."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from deepgraph.embed import ask
from deepgraph.embed.markdown import refresh
from deepgraph.errors import InputError, OptionError
from tests.embed.test_superfences import converted, fence
from tests.support.strategies import SPECS


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copy(SPECS / "deep_state.json", "a.json")
    text = Path("a.json").read_text(encoding="utf-8").replace("0.67", "0.7")
    Path("b.json").write_text(text, encoding="utf-8")


def filled(words: str) -> tuple[str, list[str]]:
    Path("page.md").write_text(f"<!-- deepgraph: {words} -->\n<!-- /deepgraph -->\n")
    [page] = refresh(["page.md"])
    return page.fresh, [mistake.message for mistake in page.mistakes]


def test_a_marker_draws_a_picture_for_light_and_dark_pages() -> None:
    text, mistakes = filled("diff a.json b.json --set x=0.5")
    assert mistakes == []
    assert 'src="./page.b.svg"' in text
    assert 'alt="a.json → b.json: 1 of 13 parameters"' in text


def test_a_marker_writes_the_report() -> None:
    text, _ = filled("diff a.json b.json --format markdown")
    assert "| w7 | 0.67 | 0.7 | +0.03 |" in text
    text, _ = filled("diff a.json a.json --format markdown")
    assert "Nothing differs." in text
    text, _ = filled("diff a.json b.json --format json")
    assert '```json\n{\n  "a": "a.json"' in text


def test_mistakes_of_a_marker_are_told() -> None:
    assert filled("diff a.json")[1] == ["diff compares two specs, before and after; got 1"]
    assert filled("diff a.json c.json")[1] == ["c.json: no such file"]
    assert filled("diff a.json b.json --set z=1")[1] == ['no input is named "z"; known: x']
    assert filled("diff a.json b.json --curves x=0:1")[1][0].startswith('no option "curves" here')


def test_a_fence_draws_it() -> None:
    html = converted(fence('kind="diff" spec="a.json b.json" set="x=0.5" caption="Before, after"'))
    assert "<svg" in html
    assert "0.67 → 0.7" in html
    assert "Before, after" in html


def test_a_request_knows_both_files_and_changes_with_either() -> None:
    def key() -> str:
        asked = ask("diff", "a.json b.json")
        assert [path.name for path in asked.files] == ["a.json", "b.json"]
        return asked.key("svg")

    first = key()
    text = Path("a.json").read_text(encoding="utf-8").replace("1.73", "1.74")
    Path("a.json").write_text(text, encoding="utf-8")
    assert key() != first


def test_a_request_names_two_specs() -> None:
    with pytest.raises(OptionError, match="names two specs, before and after"):
        ask("diff", "a.json")


def test_a_row_of_an_example_is_drawn() -> None:
    def drawn(row: str) -> str:
        asked = ask("diff", "a.json b.json", [("example", "the four kinks"), ("row", row)])
        return asked.diagram().file("svg").decode()

    assert drawn("1") != drawn("2")
    with pytest.raises(InputError, match="there is no row 30; there are 4"):
        drawn("30")
