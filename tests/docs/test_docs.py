"""The documentation: it builds without a warning, and its snippets are what they say."""

import doctest
import importlib
import json
import re
from pathlib import Path

import msgspec
import numpy as np
import pytest

import deepgraph
from deepgraph.check import recompute
from deepgraph.cli.render_command import command
from deepgraph.functions.losses import LOSSES
from deepgraph.options.drawing import OPTIONS
from deepgraph.spec import gallery, records, write
from tests.support import rooms

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = {path.name: path.read_text(encoding="utf-8") for path in sorted(DOCS.glob("*.md"))}
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PLACES = re.compile(r"\b(?:deepgraph|docs|specs|tests)/[\w./-]*\w")
FRAGMENTS = (records.Node, records.Edge, records.Layer, records.Example, records.Loss)


def blocks(page: str, language: str) -> list[str]:
    return [text for kind, text in BLOCK.findall(PAGES[page]) if kind == language]


JSON = [(page, text) for page in PAGES for text in blocks(page, "json")]
WHOLE = [(page, text) for page, text in JSON if "deepgraph" in json.loads(text)]
PYTHON = [page for page in PAGES if any(">>>" in text for text in blocks(page, "python"))]


@pytest.mark.parametrize(("page", "text"), WHOLE)
def test_specs_are_valid_and_their_figures_check(page: str, text: str, tmp_path: Path) -> None:
    beside = json.loads(text).get("parameters")
    if isinstance(beside, str):
        np.savez(tmp_path / beside)
    network = deepgraph.loads(text, page, folder=tmp_path)
    assert json.loads(write(network.spec)) == json.loads(text)
    if network.spec.examples:
        assert recompute(network).count("FAIL") == 0


@pytest.mark.parametrize(("page", "text"), [snippet for snippet in JSON if snippet not in WHOLE])
def test_fragments_are_records(page: str, text: str) -> None:
    content = json.loads(text)
    if content.keys() <= set(records.Spec.__struct_encode_fields__):
        content |= {"deepgraph": records.VERSION}
        msgspec.json.decode(json.dumps(content), type=records.Spec)
        return
    [record] = [kind for kind in FRAGMENTS if content.keys() <= set(kind.__struct_encode_fields__)]
    msgspec.json.decode(text, type=record)


@pytest.mark.parametrize("page", PYTHON)
def test_python_runs(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in gallery.names():
        for file in filter(None, (gallery.path(name), gallery.table(name))):
            (tmp_path / file.name).write_bytes(file.read_bytes())
    monkeypatch.chdir(tmp_path)
    text = "\n".join(blocks(page, "python"))
    test = doctest.DocTestParser().get_doctest(text, {}, page, str(DOCS / page), 0)
    report: list[str] = []
    assert doctest.DocTestRunner().run(test, out=report.append).failed == 0, "".join(report)


@pytest.mark.parametrize("page", PAGES)
def test_files_that_are_named_are_there(page: str) -> None:
    for place in PLACES.findall(re.sub(r"https?://\S+", "", PAGES[page])):
        assert (ROOT / place).exists(), f"{page} names {place}"


def test_the_gallery_lists_every_network() -> None:
    linked = set(re.findall(r"\]\(\.\./specs/(?:more/)?(\w+)\.json\)", PAGES["gallery.md"]))
    assert linked == {*gallery.names()}
    listed = (ROOT / "specs" / "README.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| \[(\w+)\]", listed, re.MULTILINE)) == {*gallery.names()}
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for page in (readme, PAGES["index.md"], PAGES["start.md"], PAGES["gallery.md"]):
        assert f"{len(gallery.names())} networks" in page


def test_the_first_page_shows_the_file_as_it_is() -> None:
    (shown,) = blocks("index.md", "json")
    assert shown == gallery.path("xor").read_text(encoding="utf-8")


def test_how_it_works_names_every_part_that_it_names_rightly() -> None:
    for name in re.findall(r"`([\w/]+(?:\.py|/))`", PAGES["how.md"]):
        assert (ROOT / "deepgraph" / name).exists(), name


def test_how_it_works_shows_the_rooms_as_they_are() -> None:
    """`python -m tests.support.rooms` writes both anew."""
    assert (DOCS / "rooms.json").read_text(encoding="utf-8") == rooms.picture()
    assert rooms.with_table(PAGES["how.md"]) == PAGES["how.md"]


def test_how_it_works_names_every_module_of_the_root() -> None:
    modules = {f"{name}.py" for name in rooms.MODULES if "." not in name}
    assert modules <= set(re.findall(r"`(\w+\.py)`", PAGES["how.md"]))


def test_the_options_of_style_are_listed() -> None:
    listed = re.findall(r"`(\w+) <deepgraph-render --[\w-]+>", PAGES["format.md"])
    assert sorted(listed) == sorted(OPTIONS)
    assert set(OPTIONS) <= {parameter.name for parameter in command.params}


def test_the_tables_of_the_format_are_those_of_the_code(monkeypatch: pytest.MonkeyPatch) -> None:
    """`python docs/_ext/fill.py` writes them anew."""
    monkeypatch.syspath_prepend(DOCS / "_ext")
    tables = importlib.import_module("tables")
    page = PAGES["format.md"]
    assert tables.filled(page) == page
    explained = {name for _, name, _ in tables.KEYS.findall(page)}
    assert explained == {
        *("Spec", "Node", "Edge", "Layer", "Normalise", "Rescale", "Group", "Example", "Loss"),
    }
    made = [name for text in PAGES.values() for _, name, _ in tables.MADE.findall(text)]
    assert sorted(made) == sorted(tables.TABLES)
    assert {name: text for name, text in PAGES.items() if tables.filled(text) != text} == {}
    row = next(line for line in page.splitlines() if line.startswith("| `kind` |"))
    assert tables.filled(page.replace(row, row.replace("hidden", "output", 1))) == page
    with pytest.raises(ValueError, match=r"the keys of Node .* differ: kind"):
        tables.filled(page.replace(row + "\n", ""))
    assert all(row.note for row in LOSSES.values())


@pytest.mark.parametrize("page", PAGES)
def test_nothing_is_left_to_a_directive_that_a_reader_of_the_file_needs(page: str) -> None:
    """Code hosts show the text of a fence: commands have their output, tables their rows."""
    for block in re.findall(
        r"^ *`{3,}\{run\}\n(.*?)^ *`{3,}$", PAGES[page], re.MULTILINE | re.DOTALL
    ):
        assert re.search(r"^ *\$ ", block, re.MULTILINE), block
    assert not re.search(r"^```\{(record|activations|losses)\}", PAGES[page], re.MULTILINE)


def test_the_comparison_has_the_times_of_the_page_about_speed() -> None:
    """Each time of its table stands on that page, too, so that a new measurement reaches both."""
    pages = [(DOCS / f"{name}.md").read_text(encoding="utf-8") for name in ("comparison", "speed")]
    table = re.findall(r"(?m)^\| .*\d (?:ms|µs|s) \|.*$", pages[0])
    assert len(table) > 5
    range_end = re.sub(r"(\d+) to (\d+ ms)", r"\1 ms to \2", "".join(table))  # 143 to 170 ms
    times = [re.findall(r"(\d[\d.]*) (ms|µs|s)\b", text) for text in (range_end, pages[1])]
    assert len(times[0]) > 12
    assert [time for time in times[0] if time not in times[1]] == []
