"""The programs of Graphviz: which one runs, what it draws, and what it refuses."""

from __future__ import annotations

import json
import os
import shutil
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from deepgraph.draw.graphviz import execute
from deepgraph.errors import DrawingError
from tests.support.needs import need

if TYPE_CHECKING:
    from pathlib import Path

PLACED = (
    'digraph {layout=nop2; a [pos="0,0"]; b [pos="100,0"]; '
    'a -> b [pos="e,80,0 20,0 40,0 60,0 70,0"]}'
)

posix_only = pytest.mark.skipif(os.name != "posix", reason="runs a script as a program")


def dense(size: int, columns: int) -> str:
    """Columns of nodes, each joined to all of the next, with every position given."""
    lines = [
        f'n{x}_{y} [pos="{300 * x},{50 * y}"];' for x in range(columns) for y in range(size)
    ] + [
        f'n{x}_{y} -> n{x + 1}_{z} [label="W{x}[{y},{z}] -1.061" lp="{300 * x + 150},{50 * y + z}" '
        f'pos="e,{300 * x + 280},{50 * z} {300 * x + 20},{50 * y} {300 * x + 100},{50 * y} '
        f'{300 * x + 200},{50 * z} {300 * x + 270},{50 * z}"];'
        for x in range(columns - 1)
        for y in range(size)
        for z in range(size)
    ]
    return "digraph {layout=nop2;" + "".join(lines) + "}"


@pytest.fixture
def no_pure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(execute, "find_pure", lambda: None)


@pytest.fixture
def fake_dot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program `dot`, alone on the PATH, whose text a test writes."""
    program = tmp_path / "dot"
    program.write_text(f"#!{sys.executable}\nimport sys\nprint(sys.argv[1:], sys.stdin.read())\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    return program


def test_the_program_of_the_extra_is_here() -> None:
    need(execute.find_pure(), "graphviz-pure", "pip install 'deepgraph-nn[graphviz]'")


# --- what it draws


def test_given_positions_are_kept() -> None:
    text = execute.run(PLACED, format="plain", backend="pure").content.decode()
    nodes = [line.split() for line in text.splitlines() if line.startswith("node")]
    x = {line[1]: float(line[2]) for line in nodes}
    assert x["b"] - x["a"] == pytest.approx(100 / 72, abs=1e-3)


def test_without_a_layout_dot_finds_positions() -> None:
    text = execute.run("digraph {a -> b}", format="plain").content.decode()
    nodes = [line.split() for line in text.splitlines() if line.startswith("node")]
    y = {line[1]: float(line[3]) for line in nodes}
    assert y["a"] > y["b"]


def test_formats() -> None:
    assert execute.run(PLACED).content.decode().rstrip().endswith("</svg>")
    graph = json.loads(execute.run(PLACED, format="json").content)
    assert [node["name"] for node in graph["objects"]] == ["a", "b"]
    assert execute.run(PLACED, format="png").content.startswith(b"\x89PNG")
    assert execute.run(PLACED, format="dot").content.startswith(b"digraph {")


def test_text_of_any_script_comes_through() -> None:
    done = execute.run('digraph {a [label="w₁ −1 σ 重み 🙂"]}')
    assert ">w₁ −1 σ 重み 🙂</text>" in done.content.decode()


def test_warnings_are_told() -> None:
    assert execute.run(PLACED).warnings == ""
    assert "zork" in execute.run("digraph {a [shape=zork]}").warnings


def test_nine_thousand_labelled_edges_are_no_strain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(execute, "SECONDS", execute.SECONDS / 3)
    svg = execute.run(dense(67, 3), backend="pure").content
    assert svg.count(b'class="edge"') == 2 * 67 * 67


def test_threads_do_not_disturb_each_other() -> None:
    graphs = [dense(size, 3) for size in range(1, 5)]
    alone = [execute.run(graph) for graph in graphs]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(execute.run, graphs * 5)) == alone * 5


def test_the_same_bytes_every_time() -> None:
    assert execute.run(dense(4, 3)) == execute.run(dense(4, 3))


# --- what it refuses


def test_wrong_dot_text() -> None:
    with pytest.raises(DrawingError, match=r"^Graphviz cannot draw this: .*syntax error"):
        execute.run("digraph {a [", backend="pure")


@pytest.mark.parametrize("text", ["a\0b", "a\ud800b"])
def test_text_that_graphviz_cannot_be_told(text: str) -> None:
    with pytest.raises(DrawingError, match="take it out"):
        execute.run(f'digraph {{"{text}"}}')


def test_an_unknown_backend() -> None:
    with pytest.raises(ValueError, match=r"^unknown backend 'zork': use one of auto, pure, system"):
        execute.run(PLACED, backend="zork")  # type: ignore[arg-type]


# --- which program


@posix_only
@pytest.mark.usefixtures("no_pure", "fake_dot")
def test_auto_takes_the_system_without_the_extra() -> None:
    done = execute.run("digraph {é}", format="json")
    assert done.content.decode() == "['-Tjson'] digraph {é}\n"


@posix_only
@pytest.mark.usefixtures("fake_dot")
def test_the_system_by_choice_and_for_other_formats() -> None:
    assert execute.run("x", backend="system").content == b"['-Tsvg'] x\n"
    assert execute.run("x", format="eps").content == b"['-Teps'] x\n"
    assert execute.run(PLACED).content.decode().rstrip().endswith("</svg>")


@posix_only
@pytest.mark.parametrize(
    ("script", "message"),
    [
        ('sys.exit("Error: <stdin>: syntax error in line 1")', "syntax error in line 1$"),
        ("sys.exit(3)", "cannot draw this: exit status 3$"),
        ("__import__('time').sleep(30)", "^too large to lay out; .* limit of 1 s"),
    ],
)
def test_a_system_dot_that_fails(
    fake_dot: Path, monkeypatch: pytest.MonkeyPatch, script: str, message: str
) -> None:
    monkeypatch.setattr(execute, "SECONDS", 1.0)
    fake_dot.write_text(f"#!{sys.executable}\nimport sys\n{script}\n")
    with pytest.raises(DrawingError, match=message):
        execute.run(PLACED, backend="system")


@posix_only
def test_a_system_dot_that_does_not_start(fake_dot: Path) -> None:
    fake_dot.write_text("#!/no/such/interpreter\n")
    with pytest.raises(DrawingError, match=r"^dot does not start"):
        execute.run(PLACED, backend="system")


def test_no_graphviz_at_all(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(DrawingError, match=r"^graphviz-pure does not write eps: install Graphviz"):
        execute.run(PLACED, format="eps")
    monkeypatch.setattr(execute, "find_pure", lambda: None)
    with pytest.raises(DrawingError, match=r"^there is no Graphviz: .*\[graphviz\].*, or install"):
        execute.run(PLACED)
    with pytest.raises(DrawingError, match=r"^there is no program `graphviz-pure`: `pip install"):
        execute.run(PLACED, backend="pure")
    with pytest.raises(DrawingError, match=r"^there is no program `dot`: install Graphviz"):
        execute.run(PLACED, backend="system")


@pytest.mark.skipif(shutil.which("dot") is None, reason="needs a Graphviz of the system")
def test_the_system_draws_at_the_same_positions() -> None:
    def places(backend: execute.Backend) -> list[list[str]]:
        text = execute.run(PLACED, format="plain", backend=backend).content.decode()
        return [line.split()[:4] for line in text.splitlines() if line.startswith("node")]

    assert places("system") == places("pure")
