"""What pages of notebooks depend on, asked as myst-nb asks; tests/embed/setups runs it itself."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import EntryPoint
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from IPython.core.displaypub import CapturingDisplayPublisher
from IPython.core.formatters import DisplayFormatter
from IPython.core.interactiveshell import InteractiveShell

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
        self.client = SimpleNamespace(notebook={"cells": cells}, exec_metadata={"traceback": None})
        of_page = SimpleNamespace(sphinx_env=env, nb_client=self.client)
        self.renderer = type("Renderer", (), {"renderer": of_page})()

    def _reread(self) -> None:
        self.rereads += 1

    def show(self, thing: Any) -> None:
        """Offer an output to the renderer, which leaves it to myst-nb."""
        _, metadata = DisplayFormatter().format(thing)
        data = SimpleNamespace(output_metadata=metadata, line=20_003, mime_type="text/html")
        assert registered().handle_mime(self.renderer, data, False) is None

    def show_failure(self, output: dict[str, Any], *, ended: bool) -> None:
        """Offer the output of a cell that failed, whether or not that ended the cells."""
        self.client.exec_metadata = {"traceback": "…" if ended else None}
        data = SimpleNamespace(output_metadata=output["metadata"], line=20_002)
        assert registered().handle_mime(self.renderer, data, False) == []


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


def run_in_kernel(code: str, **attributes: Any) -> tuple[list[dict[str, Any]], str]:
    """What a cell of a kernel shows before its error, and the traceback behind it."""
    shell: Any = InteractiveShell()
    vars(shell).update(attributes)
    shell.display_pub = CapturingDisplayPublisher(shell=shell)
    tracebacks: list[str] = []
    shell._showtraceback = lambda *found: tracebacks.append("\n".join(found[-1]))
    of_ipython: Any = InteractiveShell
    current, of_ipython._instance = of_ipython._instance, shell
    try:
        shell.run_cell(code)
    finally:
        of_ipython._instance = current
    (traceback,) = tracebacks
    return shell.display_pub.outputs, traceback


BROKEN = "nets/xor.json:17:32: $.edges[0].target: there is no node"


def test_a_cell_that_fails_tells_the_page_and_the_line_of_the_spec(
    spec: Path, tmp_path: Path, told: list[Any]
) -> None:
    spec.write_text(spec.read_text().replace('"target": "h1"', '"target": "h11"', 1))
    (output,), traceback = run_in_kernel(CELL, kernel=True)
    assert output["data"] == {"text/html": ""}
    assert BROKEN in traceback
    assert "network = deepgraph.load('nets/xor.json')" in re.sub(r"\x1b\[[\d;]*m", "", traceback)
    page = Page(tmp_path, CELL)
    page.show_failure(output, ended=True)
    ((message, place),) = told
    assert message.startswith(f"deepgraph: {BROKEN}")
    assert place == ("page", 20_002)
    assert page.rereads == 1, "the traceback would stay after the spec is mended"
    assert page.dependencies == {str(tmp_path / "nets/xor.json")}


def test_an_error_that_is_shown_on_purpose_is_no_mistake(
    spec: Path, tmp_path: Path, told: list[Any]
) -> None:
    spec.unlink()
    (output,), _ = run_in_kernel(CELL, kernel=True)
    page = Page(tmp_path, CELL)
    page.show_failure(output, ended=False)
    assert (told, page.rereads) == ([], 0)


def test_a_terminal_shows_the_traceback_alone(spec: Path) -> None:
    spec.unlink()
    outputs, traceback = run_in_kernel(CELL)
    assert outputs == []
    assert "nets/xor.json: no such file" in traceback


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
    output = SimpleNamespace(output_metadata=metadata)
    assert registered().handle_mime(without_sphinx, output, False) is None
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
