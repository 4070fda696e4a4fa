"""What pages of notebooks depend on, asked as myst-nb asks; tests/embed/setups runs it itself."""

from __future__ import annotations

import tomllib
from importlib.metadata import EntryPoint
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from IPython.core.formatters import DisplayFormatter

import deepgraph
from deepgraph.embed import myst_nb, sphinx_state
from deepgraph.spec import gallery

ROOT = Path(__file__).parents[2]
CELL = "import deepgraph, pandas as pd\nnetwork = deepgraph.load('nets/xor.json')\nnetwork"


class Page:
    """A page of a notebook that myst-nb renders, as far as the renderer looks at it."""

    def __init__(self, folder: Path, *sources: str) -> None:
        self.dependencies: set[str] = set()
        self.rereads = 0
        cells = [{"cell_type": "code", "source": source} for source in sources]
        env = SimpleNamespace(
            docname="page",
            doc2path=lambda _: str(folder / "page.ipynb"),
            note_dependency=self.dependencies.add,
            note_reread=self._reread,
        )
        of_page = SimpleNamespace(
            sphinx_env=env, nb_client=SimpleNamespace(notebook={"cells": cells})
        )
        self.renderer = type("Renderer", (), {"renderer": of_page})()

    def _reread(self) -> None:
        self.rereads += 1

    def show(self, thing: Any) -> None:
        """Offer an output to the renderer, which leaves it to myst-nb."""
        _, metadata = DisplayFormatter().format(thing)
        data = SimpleNamespace(output_metadata=metadata, line=20_003, mime_type="text/html")
        assert registered().handle_mime(self.renderer, data, False) is None


def registered() -> Any:
    """The renderer, as the package registers it."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        points = tomllib.load(file)["project"]["entry-points"]["myst_nb.mime_renderers"]
    return EntryPoint("deepgraph", points["deepgraph"], "myst_nb.mime_renderers").load()


@pytest.fixture
def spec(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A spec below the folder of the page, where the kernel runs."""
    monkeypatch.chdir(tmp_path)
    Path("nets").mkdir()
    path = Path("nets/xor.json")
    path.write_bytes(gallery.path("xor").read_bytes())
    return path


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Any]]:
    """What is logged as warnings, with their places."""
    from sphinx.util import logging

    kept: list[tuple[str, Any]] = []
    logger = SimpleNamespace(
        warning=lambda message, *, location, type: kept.append((message, location))
    )
    monkeypatch.setattr(logging, "getLogger", lambda _: logger)
    return kept


def test_a_page_depends_on_the_files_that_its_cells_name(
    spec: Path, tmp_path: Path, told: list[Any]
) -> None:
    Path("rows.csv").write_text("x1,x2\n0,1\n")
    page = Page(
        tmp_path,
        CELL,
        f"rows = pd.read_csv(\"rows.csv\"); lost = 'lost.json', '{'x' * 300}.csv'",
    )
    page.show(deepgraph.load(spec))
    page.show(deepgraph.load(spec).trace({"x1": 0, "x2": 1}))
    page.show({"a": 1})  # an output of another package
    assert page.dependencies == {str(tmp_path / "nets/xor.json"), str(tmp_path / "rows.csv")}
    assert (told, page.rereads) == ([], 0)
    other = Page(tmp_path, "import pandas as pd\npd.read_csv('rows.csv')")
    other.show({"a": 1})
    assert other.dependencies == set()


def test_a_picture_that_is_old_is_told_once(spec: Path, tmp_path: Path, told: list[Any]) -> None:
    network, text = deepgraph.load(spec), spec.read_text()
    spec.write_text(text.replace('"weight": -2', '"weight": -3'))
    page = Page(tmp_path, CELL)
    page.show(network)
    page.show(network.trace({"x1": 0, "x2": 1}))
    page.show(network.rewritten(network.parameters.values))
    message = "deepgraph: nets/xor.json has changed since this cell ran; run the notebook again"
    assert told == [(message, ("page", 20_003))]
    assert page.rereads == 1
    spec.write_bytes(text.encode().replace(b"\n", b"\r\n"))  # as git writes it on Windows
    Page(tmp_path, CELL).show(network)
    assert len(told) == 1


def test_a_spec_that_is_broken_now_is_told_with_its_lines(
    spec: Path, tmp_path: Path, told: list[Any]
) -> None:
    network = deepgraph.load(spec)
    spec.write_text(spec.read_text().replace('"target": "h1"', '"target": "h11"', 1))
    Page(tmp_path, CELL).show(network)
    ((message, _),) = told
    assert message.startswith("deepgraph: nets/xor.json:17:32: $.edges[0].target: there is no node")


def test_what_ran_elsewhere_is_not_judged(spec: Path, tmp_path: Path, told: list[Any]) -> None:
    network = deepgraph.load(spec)
    _, metadata = DisplayFormatter().format(network)
    assert metadata[myst_nb.LOADED] == {
        "file": "nets/xor.json",
        "checksum": network.loaded.checksum,
    }
    spec.unlink()
    Page(tmp_path, CELL).show(network)
    Page(tmp_path, CELL).show(deepgraph.loads(gallery.path("xor").read_bytes()))
    without_sphinx = SimpleNamespace(renderer=SimpleNamespace())
    assert registered().handle_mime(without_sphinx, SimpleNamespace(), False) is None
    assert told == []


def test_our_extension_reads_pages_again_in_which_a_cell_failed() -> None:
    handlers: dict[str, Any] = {}
    app: Any = SimpleNamespace(connect=handlers.setdefault)
    sphinx_state.setup(app)
    ran = {"failed": {"exec_data": {"traceback": "SpecError"}}, "kept": {"exec_data": None}}
    env = SimpleNamespace(nb_metadata={**ran, "sound": {"exec_data": {"traceback": None}}})
    again = handlers["env-get-outdated"]
    assert again(app, env, set(), set(), set()) == ["failed"]
    assert again(app, SimpleNamespace(), set(), set(), set()) == []


def test_a_notebook_tells_no_path_of_the_machine(
    spec: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    network = deepgraph.load(spec)
    away = tmp_path / "away"
    away.mkdir()
    monkeypatch.chdir(away)
    metadata = DisplayFormatter().format(network)[1]
    assert metadata[myst_nb.LOADED]["file"] == "../nets/xor.json"
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    assert myst_nb.LOADED not in DisplayFormatter().format(network)[1]
