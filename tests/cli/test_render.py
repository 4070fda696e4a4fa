"""`deepgraph render` as a real process: where the picture goes, what is shown, what is refused."""

from __future__ import annotations

import csv
import html
import json
import os
import re
import shutil
import stat
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import deepgraph
from deepgraph.draw.output.palette import THEMES
from tests.support import made_fonts

if TYPE_CHECKING:
    from .conftest import Run

SPECS = Path(__file__).parents[2] / "specs"
GALLERY = sorted(path.stem for path in SPECS.glob("*.json"))

posix_only = pytest.mark.skipif(os.name != "posix", reason="runs a script as a program")


@pytest.fixture
def xor(tmp_path: Path) -> Path:
    """A spec and its table in the folder where the command runs."""
    shutil.copy(SPECS / "xor.csv", tmp_path)
    return Path(shutil.copy(SPECS / "xor.json", tmp_path))


def texts(svg: str | Path) -> list[str]:
    """The texts of an SVG."""
    content = svg.read_text(encoding="utf-8") if isinstance(svg, Path) else svg
    return ["".join(e.itertext()) for e in ET.fromstring(content).iter() if e.tag.endswith("}text")]


def changed(path: Path, **keys: Any) -> Path:
    """The spec with other top-level keys."""
    content = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**content, **keys}), encoding="utf-8")
    return path


def too_many() -> str:
    """A spec that is drawn only with some layers cut short."""
    nodes = [{"id": f"x{i}", "kind": "input"} for i in range(3000)]
    edges = [{"source": f"x{i}", "target": "y"} for i in range(3000)]
    content = {"deepgraph": 1, "nodes": [*nodes, {"id": "y", "kind": "output"}], "edges": edges}
    return json.dumps({**content, "style": {"max_width": 5000}})


# --- where the picture goes ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("x.svg", b"<svg"),
        ("x.png", b"\x89PNG\r\n\x1a\n"),
        ("x.pdf", b"%PDF-"),
        ("x.DOT", b"digraph"),
        ("x.gv", b"digraph"),
    ],
)
def test_the_suffix_decides(run: Run, xor: Path, name: str, start: bytes) -> None:
    done = run("render", xor, "-o", name)
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{name}\n", "")
    assert (xor.parent / name).read_bytes().startswith(start)


def test_format_overrides_the_suffix(run: Run, xor: Path) -> None:
    assert run("render", xor, "-o", "x.svg", "--format", "dot").returncode == 0
    assert (xor.parent / "x.svg").read_bytes().startswith(b"digraph")


@pytest.mark.parametrize("name", ["x", "x.svg.gz"])
def test_an_unknown_suffix(run: Run, xor: Path, name: str) -> None:
    done = run("render", xor, "-o", name)
    assert done.returncode == 2
    assert f"{name}: name a format with --format, or end the file in .svg" in done.stderr
    assert not (xor.parent / name).exists()


def test_to_a_pipe_the_picture_itself(run: Run, xor: Path) -> None:
    done = run("render", xor)
    assert (done.returncode, done.stderr) == (0, "")
    assert "h1" in texts(done.stdout)
    assert not xor.with_suffix(".svg").exists()
    assert run("render", xor, "-o", "-").stdout == done.stdout
    assert run("render", xor, "--format", "dot").stdout.startswith("digraph")


@posix_only
@pytest.mark.parametrize("form", ["svg", "dot"])
def test_on_a_terminal_a_file_beside_the_spec(xor: Path, tmp_path: Path, form: str) -> None:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    spec = Path(shutil.move(xor, folder / "xor.json"))
    ours, theirs = os.openpty()
    options = [] if form == "svg" else ["--format", form]
    done = subprocess.run(
        [sys.executable, "-m", "deepgraph", "render", str(spec), *options],
        stdout=theirs,
        stderr=subprocess.PIPE,
        cwd=tmp_path,
        timeout=60,
        check=False,
    )
    os.close(theirs)
    printed = os.read(ours, 10_000).decode()
    os.close(ours)
    assert (done.returncode, done.stderr) == (0, b"")
    assert printed.strip() == str(spec.with_suffix(f".{form}"))
    assert spec.with_suffix(f".{form}").read_bytes().startswith((b"<svg", b"digraph"))


def test_a_spec_from_standard_input(run: Run, xor: Path) -> None:
    done = run("render", "-", stdin=xor.read_bytes())
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == run("render", xor).stdout
    assert run("render", "-", "-o", "x.png", stdin=xor.read_bytes()).returncode == 0


def test_a_closed_pipe_ends_quietly(tmp_path: Path) -> None:
    script = f'"{sys.executable}" -m deepgraph render "{SPECS / "digits.json"}" | head -c 10'
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {script}"],
        capture_output=True,
        cwd=tmp_path,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"<svg xmlns", b"")


@pytest.mark.parametrize(
    ("stdin", "options"),
    [
        (too_many(), []),
        ('{"deepgraph": 1}', []),
        (too_many(), ["--set", "x0=1"]),
        ((SPECS / "xor.json").read_text(encoding="utf-8"), ["--set", "x1=zork", "--set", "x2=1"]),
        (
            (SPECS / "iris.json").read_text(encoding="utf-8"),
            ["--format", "png", "--scale", "20", "--max-width", "64"],
        ),
    ],
    ids=["too large", "no spec", "missing inputs", "no number", "too many pixels"],
)
def test_the_old_file_stays_when_drawing_fails(
    run: Run, tmp_path: Path, stdin: str, options: list[str]
) -> None:
    (tmp_path / "x.svg").write_text("old")
    done = run("render", "-", "-o", "x.svg", *options, stdin=stdin)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("Error: ")
    assert [path.name for path in tmp_path.iterdir()] == ["x.svg"]
    assert (tmp_path / "x.svg").read_text() == "old"


def test_where_nothing_can_be_written(run: Run, xor: Path) -> None:
    done = run("render", xor, "-o", "no/such/folder/x.svg")
    assert done.returncode == 1
    assert done.stderr.startswith("Error: no/such/folder/x.svg: cannot be written: ")


# --- live values -----------------------------------------------------------------------------


def test_values_by_set(run: Run, xor: Path) -> None:
    done = run("render", xor, "--set", "x1=1", "--set", "x2=1/4", "--weights", "none")
    values = deepgraph.load(xor).trace({"x1": 1.0, "x2": 0.25})
    shown = texts(done.stdout)
    for node in ("x1", "x2", "h1", "h2", "y"):
        assert f"{values[node][0]:.4g}" in shown


@pytest.mark.parametrize(("row", "values"), [(1, "000"), (2, "011"), (4, "110")])
def test_values_from_a_row_of_a_table(run: Run, xor: Path, row: int, values: str) -> None:
    done = run("render", xor, "--input", "xor.csv", "--row", str(row))
    pairs = dict(zip(["x1", "x2", "y"], values, strict=True))
    described = re.search("<desc>.*; (.*)</desc>", done.stdout)
    assert described is not None
    assert described[1].endswith(f" = {pairs['y']}")
    shown = texts(done.stdout)
    assert [shown[shown.index(name) + 1] for name in ("x1", "x2")] == [pairs["x1"], pairs["x2"]]


def test_the_first_row_by_default_and_other_headers(run: Run, xor: Path) -> None:
    table = "b;a\n1;0\n"
    given = ["--column", "x1=a", "--column", "x2=b", "--delimiter", ";", "--input", "-"]
    done = run("render", xor, *given, stdin=table)
    assert done.stdout == run("render", xor, "--input", "xor.csv", "--row", "2").stdout
    table = "x2,x1\n1,0\n1,1\n"
    assert run("render", xor, "--input", "-", stdin=table).stdout == done.stdout


@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        (["--set", "x1=1"], 1, "no value for the input x2"),
        (["--set", "x1=1", "--set", "x2=1", "--set", "z=1"], 1, "no input is named z"),
        (["--set", "x1=one", "--set", "x2=1"], 1, "'one' is not a number"),
        (["--set", "x1"], 2, "--set takes NAME=VALUE"),
        (["--set", "x1=1", "--input", "xor.csv"], 2, "exclude each other"),
        (["--row", "1"], 2, "--row needs a table"),
        (["--input", "xor.csv", "--row", "0"], 2, "--row"),
        (["--input", "xor.csv", "--row", "5"], 1, "5"),
        (["--input", "none.csv"], 1, "none.csv: no such file"),
        (["--precision", "18"], 2, "--precision"),
        (["--weights", "zork"], 2, "--weights"),
        (["--scale", "0"], 2, "--scale"),
        (["--open", "-o", "-"], 2, "need a file: -o FILE"),
    ],
)
def test_wrong_options(run: Run, xor: Path, options: list[str], code: int, message: str) -> None:
    done = run("render", xor, *options)
    assert (done.returncode, done.stdout) == (code, "")
    assert message in done.stderr


# --- what is shown ---------------------------------------------------------------------------


def test_uninitialised_weights(run: Run, xor: Path) -> None:
    spec = json.loads(xor.read_text(encoding="utf-8"))
    del spec["edges"][0]["weight"]
    spec["parameters"] = {}
    xor.write_text(json.dumps({**spec, "examples": []}), encoding="utf-8")
    network = deepgraph.load(xor)
    names = {network.parameters.name(int(number)) for number in network.parameters.missing}
    done = run("render", xor)
    assert {f"{name} = ?" for name in names} <= set(texts(done.stdout))

    done = run("render", xor, "--set", "x1=1", "--set", "x2=1")
    assert done.returncode == 1
    assert all(name in done.stderr for name in names)
    assert "--seed" in done.stderr

    for method in ("uniform", "he"):
        drawn = network.initialised(7, method)  # type: ignore[arg-type]
        done = run("render", xor, "--seed", "7", "--init", method, "--precision", "6")
        for name in names:
            value = float(drawn.parameters.values[drawn.parameters.find(name)])
            assert f"{name} = {value:.6g}".replace("-", "−") in texts(done.stdout)


def test_the_style_of_the_spec_and_options_that_override_it(run: Run, xor: Path) -> None:
    changed(xor, style={"weights": "name", "precision": 2, "theme": "dark", "direction": "right"})
    values = ["--set", "x1=0.123456", "--set", "x2=0"]
    styled = run("render", xor, *values)
    assert "w1" in texts(styled.stdout)
    assert "0.12" in texts(styled.stdout)
    assert THEMES["dark"].page in styled.stdout
    given = ["--weights", "both", "--precision", "4", "--theme", "light"]
    overridden = run("render", xor, *values, *given)
    assert "w1 = 1" in texts(overridden.stdout)
    assert "0.1235" in texts(overridden.stdout)
    changed(xor, style={})
    assert overridden.stdout == run("render", xor, *values).stdout


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("zork", 1),
        ("weights", "zork"),
        ("weights", None),
        ("theme", "zork"),
        ("precision", 0),
        ("precision", {}),
        ("precision", 2.5),
        ("scale", -1),
    ],
)
def test_a_wrong_style(run: Run, xor: Path, key: str, value: Any) -> None:
    done = run("render", changed(xor, style={key: value}))
    assert (done.returncode, done.stdout) == (1, "")
    assert f": $.style.{key}: " in done.stderr


def test_the_scale_of_a_style(run: Run, xor: Path) -> None:
    run("render", xor, "-o", "two.png")
    run("render", changed(xor, style={"scale": 1}), "-o", "one.png")
    run("render", xor, "--scale", "2", "-o", "again.png")
    width = {
        name: int.from_bytes((xor.parent / f"{name}.png").read_bytes()[16:20], "big")
        for name in ("one", "two", "again")
    }
    assert width["two"] == width["again"] == pytest.approx(2 * width["one"], abs=2)


def test_too_large(run: Run) -> None:
    done = run("render", "-", stdin=too_many())
    assert (done.returncode, done.stdout) == (1, "")
    assert "3,001 nodes and 3,000 edges make a picture that nobody can read" in done.stderr
    assert run("render", "-", "--max-width", "12", stdin=too_many()).returncode == 0


# --- one truth: picture, eval and check ------------------------------------------------------


def first_row(name: str) -> dict[str, float]:
    with (SPECS / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        row = next(csv.DictReader(lines))
    return {key: float(row[key]) for key in deepgraph.load(SPECS / f"{name}.json").input_names}


@pytest.mark.parametrize("name", GALLERY)
def test_the_picture_and_eval_agree_to_the_last_bit(run: Run, name: str) -> None:
    network = deepgraph.load(SPECS / f"{name}.json")
    inputs = first_row(name)
    trace = network.trace(inputs)
    settings = [part for key, value in inputs.items() for part in ("--set", f"{key}={value!r}")]
    evaluated = run(
        "eval", SPECS / f"{name}.json", *settings, "--nodes", "all", "--pre-activations"
    )
    header, values = csv.reader(evaluated.stdout.splitlines())
    row = dict(zip(header, map(float, values), strict=True))
    dot = run(
        "render",
        SPECS / f"{name}.json",
        *settings,
        *("--format", "dot", "--precision", "17", "--max-width", "64"),
    ).stdout
    # In the label of a node each line is a row; a node's name and value are its first numbers.
    shown = dict(re.findall(r"\[id=n(\d+), label=(.*?), pos=", dot))
    biases = {n for n in range(len(network.ids)) if network.kind_name(n) == "bias"}
    assert {int(number) for number in shown} == set(range(len(network.ids))) - biases
    for number, node in enumerate(network.ids):
        a, z = float(trace[node][0]), float(trace.pre_activation(node)[0])
        assert row[node] == a
        assert row.get(f"z({node})", a) == z  # inputs and biases have none
        if number in biases:  # the picture shows them at the nodes that they feed
            continue
        rows = shown[str(number)].replace("−", "-").split("</TR>")
        lines = [html.unescape(re.sub("<[^>]*>", "", row)).strip('"<>') for row in rows]
        values = [line for line, row in zip(lines, rows, strict=True) if "<B>" in row]
        values += [line.removeprefix("z = ") for line in lines if line.startswith("z = ")]
        assert list(map(float, values)) in ([a], [a, z])


def test_check_agrees_to_the_last_bit(run: Run, tmp_path: Path) -> None:
    traces = {}
    for name in GALLERY:
        path = Path(shutil.copy(SPECS / f"{name}.json", tmp_path))
        network, inputs = deepgraph.load(path), first_row(name)
        traces[str(path)] = network.trace(inputs)
        values = {
            node: 0 for node in network.ids if network.kind_name(network.index[node]) != "bias"
        }
        changed(path, examples=[{"inputs": inputs, "expect": values, "tolerance": 1e9}])
    done = run("check", tmp_path, "--json")
    assert done.returncode == 0, done.stderr
    specs = json.loads(done.stdout)["specs"]
    assert len(specs) == len(GALLERY)
    for spec in specs:
        for result in spec["results"]:
            assert result["computed"] == float(traces[spec["path"]][result["quantity"]][0])


# --- programs around it ------------------------------------------------------------------------


def test_without_a_system_graphviz(run: Run, tmp_path: Path) -> None:
    done = run("render", SPECS / "irregular.json", "--graphviz", "system", PATH=str(tmp_path))
    assert (done.returncode, done.stderr) == (0, "")
    words = ["render", SPECS / "xor.json", "--renderer", "graphviz"]
    done = run(*words, "--graphviz", "system", PATH=str(tmp_path))
    assert done.returncode == 1
    assert done.stderr.startswith("Error: there is no program `dot`: install Graphviz")
    done = run(*words, "-o", tmp_path / "a.eps", PATH=str(tmp_path))
    assert done.stderr.startswith("Error: graphviz-pure does not write eps: install Graphviz")


def test_graphviz_draws(run: Run, tmp_path: Path) -> None:
    words = ["render", SPECS / "xor.json", "--set", "x1=0", "--set", "x2=1"]
    words += ["--renderer", "graphviz"]
    starts = {"a.svg": b"<svg", "a.png": b"\x89PNG", "a.pdf": b"%PDF", "a.jpg": b"\xff\xd8"}
    for name, start in {**starts, "a.gv": b"digraph", "a.mmd": b"flowchart"}.items():
        done = run(*words, "-o", tmp_path / name)
        assert (done.returncode, done.stderr) == (0, ""), name
        assert (tmp_path / name).read_bytes().startswith(start)
    assert run(*words).stdout.startswith("<svg")
    assert run(*words, "--format", "plain").stdout.startswith("graph 1 ")
    done = run(*words, "-o", tmp_path / "net.json")
    assert done.returncode == 2
    assert "name a format with --format, or end the file in .svg" in done.stderr
    assert not (tmp_path / "net.json").exists()
    done = run(*words, "-o", tmp_path / "a.svg", "--animate")
    assert (done.returncode, done.stderr) == (
        1,
        "Error: Graphviz moves nothing: without --animate\n",
    )
    done = run(*words, "--steps", tmp_path / "steps")
    assert "Graphviz draws no steps: without --renderer graphviz" in done.stderr
    done = run("render", SPECS / "xor.json", "--format", "plain")
    assert done.returncode == 2
    assert (
        "'plain' is not one of 'svg', 'png', 'pdf', 'html', 'mermaid', 'tikz', 'dot'" in done.stderr
    )


def test_some_layers_as_blocks(run: Run) -> None:
    iris = SPECS / "iris.json"
    for words in (["--collapse", "h", iris], [iris, "--collapse=h"], [iris, "--collapse", "h,"]):
        done = run("render", *words, "--format", "mermaid")
        assert (done.returncode, done.stderr) == (0, "")
        assert "8 × 1" in done.stdout
        assert "1 × 8" in done.stdout
    for words in (["--collapse", iris], [iris, "--collapse"], [iris, "--collapse", "-o", "-"]):
        done = run("render", *words, "--format", "mermaid")
        assert "8 × 4" in done.stdout
    done = run("render", iris, "--no-collapse", "--format", "mermaid")
    assert "8 × 4" not in done.stdout
    done = run("render", iris, "--collapse", "g")
    assert done.returncode == 1
    assert 'no layer is named "g"; known: x, h, y' in done.stderr


@posix_only
def test_open(xor: Path, tmp_path: Path) -> None:
    programs = tmp_path / "programs"
    programs.mkdir()
    for name in ("xdg-open", "open"):
        (programs / name).write_text(f'#!/bin/sh\necho "$1" > {tmp_path}/opened\n')
        (programs / name).chmod(0o755)
    path = f"{programs}{os.pathsep}{os.environ['PATH']}"
    # Not by `run`, to which a program left running is a warning.
    done = subprocess.run(
        [sys.executable, "-m", "deepgraph", "render", xor, "-o", "x.svg", "--open"],
        env={**os.environ, "PATH": path},
        capture_output=True,
        cwd=tmp_path,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"x.svg\n", b"")
    for _ in range(100):  # the viewer runs on its own
        if (tmp_path / "opened").exists() and (tmp_path / "opened").read_text():
            break
        subprocess.run(["sleep", "0.05"], check=True)
    assert (tmp_path / "opened").read_text() == "x.svg\n"


@posix_only
def test_open_without_a_viewer(run: Run, xor: Path, tmp_path: Path) -> None:
    done = run("render", xor, "-o", "x.svg", "--open", PATH=str(tmp_path))
    assert done.returncode == 1
    assert "no program to open x.svg was found; the picture is written" in done.stderr
    assert (xor.parent / "x.svg").exists()


@posix_only
def test_a_new_file_has_the_usual_rights(run: Run, xor: Path) -> None:
    run("render", xor, "-o", "x.svg")
    (xor.parent / "other").touch()
    modes = {stat.S_IMODE((xor.parent / name).stat().st_mode) for name in ("x.svg", "other")}
    assert len(modes) == 1


@pytest.mark.parametrize("options", [[], ["--set", "x1=0", "--set", "x2=1"]], ids=["bare", "set"])
def test_a_picture_imports_no_more_than_it_needs(xor: Path, options: list[str]) -> None:
    script = f"""
import sys
from deepgraph.cli import main
sys.argv = ["deepgraph", "render", {str(xor)!r}, "-o", {str(xor.with_suffix(".svg"))!r}, *{options}]
main()
print([name for name in ("pyarrow", "networkx", "reportlab", "numba") if name in sys.modules])
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"


# --- curves -------------------------------------------------------------------------------------


def test_curves(run: Run, tmp_path: Path) -> None:
    spec = SPECS / "xor.json"
    done = run("render", spec, "--curves", "x1=0:1", "--set", "x2=1", "-o", "still.svg")
    assert (done.returncode, done.stdout, done.stderr) == (0, "still.svg\n", "")
    still = (tmp_path / "still.svg").read_text()
    assert still.count('class="plot"') == 3
    assert 'r="4"' not in still  # no dot without a value of x1
    live = ("--set", "x1=1/4", "--set", "x2=1")
    run("render", spec, "--curves", "x1=0:1", *live, "-o", "live.svg")
    assert (tmp_path / "live.svg").read_text().count('r="4"') == 3
    table = SPECS / "xor.csv"
    run("render", spec, "--curves", "x1=0:1", "--input", table, "--row", "2", "-o", "row.svg")
    assert (tmp_path / "row.svg").read_text().count('r="4"') == 3


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("--curves", "x1"), 2, "--curves takes ID=FROM:TO, such as x=-1:1; got x1"),
        (("--curves", "x1=0"), 2, "--curves takes ID=FROM:TO, such as x=-1:1; got x1=0"),
        (("--curves", "x1=0:1", "--curves", "x2=0:1"), 2, "a curve is drawn over one input"),
        (("--curves", "x1=0:1"), 1, "no value for the input x2"),
        (("--curves", f"x1=1:1.{'0' * 20}1", "--set", "x2=1"), 1, "too narrow to be drawn"),
        (("--curves", "x1=0:1", "--set", "x2=1", "--collapse"), 1, "no curves with collapse"),
        (("--curves", "x1=0:1", "--set", "x2=1", "--format", "tikz"), 2, "not tikz"),
        (("--curves", "x1=1:0", "--set", "x2=1"), 1, "from 1 to 0: nothing lies between"),
    ],
)
def test_curves_that_cannot_be(run: Run, arguments: tuple, code: int, message: str) -> None:
    done = run("render", SPECS / "xor.json", *arguments)
    assert (done.returncode, done.stdout) == (code, "")
    assert message in done.stderr


# --- fonts ---------------------------------------------------------------------------------


NOBODY = "\ue000"
"""A character for private use, that no font of a system has."""


def test_a_character_without_a_font_is_named_and_a_font_helps(run: Run, xor: Path) -> None:
    content = xor.read_text(encoding="utf-8").replace('"XOR"', f'"{NOBODY}"')
    xor.write_text(content, encoding="utf-8")
    for name in ("xor.png", "xor.pdf"):
        done = run("render", "xor.json", "-o", name)
        assert done.returncode == 0
        assert done.stderr == (
            "Warning: no font has U+E000: a box stands for it; "
            "install a font, or name one (--font FILE)\n"
        )
    made_fonts.make(xor.with_name("own.ttf"), {NOBODY: 700})
    done = run("render", "xor.json", "--font", "own.ttf", "-o", "xor.png")
    assert (done.returncode, done.stderr) == (0, "")
    done = run("render", "xor.json", "--font", "xor.json", "-o", "xor.png")
    assert done.returncode == 1
    assert "xor.json is no font" in done.stderr
    done = run("render", "xor.json", "--font", "own.ttf", "-o", "xor.svg")
    assert done.returncode == 2
    assert "--font is for PNG and PDF" in done.stderr


# --- in the text of a page -----------------------------------------------------------------------


def test_a_piece_of_a_page(run: Run, xor: Path) -> None:
    done = run("render", xor, "--inline")
    assert done.stdout.startswith('<div class="deepgraph-diagram" style="overflow-x:auto;')
    assert 'tabindex="0"><svg ' in done.stdout
    assert run("render", xor, "-o", "x.html").returncode == 0
    assert (xor.parent / "x.html").read_text(encoding="utf-8") == done.stdout
    assert run("render", xor, "--inline", "-o", "again.html").returncode == 0
    assert (xor.parent / "again.html").read_text(encoding="utf-8") == done.stdout
    alone = run("render", xor, "--inline", "--format", "svg").stdout
    assert alone.startswith("<svg ")  # no box, so it shrinks and never makes its page wider
    assert "min-width:613px" not in alone
    assert run("render", xor, "--animate", "-o", "x.html").returncode == 0
    done = run("render", xor, "--renderer", "graphviz", "-o", "x.html")
    assert done.returncode == 0, done.stderr
