"""`deepgraph train` as a process."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

import deepgraph
from deepgraph.draw.output import loss_curve
from deepgraph.draw.output.palette import THEMES
from tests.support.strategies import SPECS

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Run

XOR = ("train", SPECS / "xor.json", "--input", SPECS / "xor.csv", "--target", "y=target_y")
IRIS = ("train", SPECS / "iris.json", "--input", SPECS / "iris.csv", "--target", "species")
CSV = "x,t\n" + "".join(f"{i / 50 - 1},{abs(i / 50 - 1)}\n" for i in range(101))


@pytest.fixture
def net(run: Run, tmp_path: Path) -> str:
    """A network 1-3-1 without numbers, and a table to learn."""
    assert run("new", "1-3-1", "-o", "net.json").returncode == 0
    (tmp_path / "t.csv").write_text(CSV)
    return "net.json"


def test_everything_it_writes(run: Run, tmp_path: Path, net: str) -> None:
    done = run(
        *("train", net, "--input", "t.csv", "--target", "y=t", "--seed", 2, "--epochs", 40),
        *("--validation", 0.2, "--curve", "c.svg", "--log", "log.csv", "--frames", "f"),
        *("--every", 20, "--frame-option", "weights=none", "--curves", "x=-1:1"),
    )
    assert (done.returncode, done.stdout) == (0, "net.trained.json\n")
    trained = deepgraph.load(tmp_path / "net.trained.json")
    assert not len(trained.parameters.missing)
    source = trained.spec.source
    assert source is not None
    assert (
        ": deepgraph train net.json --input t.csv --target y=t --loss half_squared_error "
        "--epochs 40 --optimiser sgd --learning-rate 0.1 --validation 0.2 --seed 2, on 81 rows. "
        "half_squared_error "
    ) in source
    assert str(tmp_path) not in source
    lines = (tmp_path / "log.csv").read_text().splitlines()
    assert lines[0] == "epoch,loss,validation_loss"
    assert len(lines) == 42
    best = min(lines[1:], key=lambda line: float(line.split(",")[2])).split(",")[0]
    assert f"after epoch {best} of 40" in source
    assert f", best in epoch {best} of 40\nloss █" in done.stderr
    svg = (tmp_path / "c.svg").read_text()
    assert f"the best epoch is {best} with" in svg
    frames = sorted(path.name for path in (tmp_path / "f").iterdir())
    assert frames == ["epoch-00.svg", "epoch-20.svg", "epoch-40.svg"]
    pictures = [(tmp_path / "f" / name).read_text() for name in frames]
    assert len(set(pictures)) == 3
    assert len({re.search(r"<svg[^>]*>", picture)[0] for picture in pictures}) == 1  # type: ignore[index]


def test_the_stated_command_gives_the_same_bytes(run: Run, tmp_path: Path, net: str) -> None:
    first = run(
        *("train", net, "--input", "t.csv", "--target", "y=t", "--seed", -3, "--batch", 7),
        *("--optimizer", "adam", "--epochs", 9, "-o", "a.json", "--init", "he"),
    )
    assert first.returncode == 0, first.stderr
    content = (tmp_path / "a.json").read_text()
    command = json.loads(content)["source"].split(": ")[1].split(", on ")[0].split()
    assert run(*command[1:], "-o", "b.json").returncode == 0
    assert (tmp_path / "b.json").read_text() == content


def test_json_and_pipes(run: Run) -> None:
    done = run(*IRIS, "--epochs", 2, "-o", "a.json", "--json", "--validation", SPECS / "iris.csv")
    found = json.loads(done.stdout)
    assert (found["output"], found["loss"], found["rows"]) == ("a.json", "cross_entropy", 150)
    assert found["start"]["training"] == found["start"]["validation"]
    assert found["start"]["training"]["accuracy"] == 0.98
    assert found["dropped_examples"] == ["all 150 flowers", "flower 71"]
    assert "Note: left out examples of the spec, whose figures no longer hold: " in done.stderr
    spec = (SPECS / "mazur.json").read_text()
    table = (SPECS / "mazur.csv").as_posix()
    targets = ("--target", "o1=target_o1", "--target", "o2=target_o2")
    piped = run(
        *("train", "-", "--input", table, *targets, "--epochs", 1, "--learning-rate", 0.5),
        stdin=spec,
    )
    assert piped.returncode == 0, piped.stderr
    step = deepgraph.loads(piped.stdout).parameters
    assert step.values[step.find("w5")] == pytest.approx(0.35891648, abs=5e-9)


def test_the_log_may_be_standard_output(run: Run) -> None:
    done = run(*XOR, "--epochs", 1, "-o", "a.json", "--log", "-")
    assert (done.returncode, done.stdout) == (0, "epoch,loss\n0,0.0\n1,0.0\n")


def test_a_progress_line_is_for_terminals_only(run: Run) -> None:
    done = run(*XOR, "--epochs", 5, "-o", "a.json")
    assert "\r" not in done.stderr
    assert done.stderr == (
        "half_squared_error 0 → 0, best in epoch 0 of 5\n"
        "Note: no epoch was better than the start; the numbers are as they were.\n"
    )


@pytest.mark.skipif(sys.platform == "win32", reason="it has no pseudo-terminals")
def test_progress_on_a_terminal(tmp_path: Path, net: str) -> None:
    import pty

    ours, theirs = pty.openpty()
    command = ("train", net, "--input", "t.csv", "--target", "y=t", "--seed", "2", "-o", "a.json")
    process = subprocess.Popen(
        [sys.executable, "-m", "deepgraph", *command, "--epochs", "20000"],
        cwd=tmp_path,
        stderr=theirs,
        stdout=subprocess.DEVNULL,
    )
    os.close(theirs)
    said = b""
    with suppress(OSError):  # the other end is closed
        while part := os.read(ours, 4096):
            said += part
    os.close(ours)
    assert process.wait(timeout=60) == 0
    lines = said.decode().split("\r")
    assert re.fullmatch(r"epoch [\d,]+ of 20,000  loss \S+ \x1b\[K", lines[1])
    assert "\x1b[Khalf_squared_error " in said.decode()


def interrupt(tmp_path: Path, frames: int, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Press Ctrl-C while it trains: once there are so many frames."""
    process = subprocess.Popen(
        [sys.executable, "-W", "error", "-m", "deepgraph", "train", *arguments],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )
    deadline = time.monotonic() + 60
    while len(list(tmp_path.glob("f/*.svg"))) < frames and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    return subprocess.CompletedProcess(arguments, process.returncode, out.decode(), err.decode())


LONG = ("--target", "y=t", "--seed", "2", "--epochs", "100000000", "--frames", "f", "--every")


@pytest.mark.skipif(sys.platform == "win32", reason="there Ctrl-C is another signal")
def test_ctrl_c_writes_the_best_so_far(tmp_path: Path, net: str) -> None:
    done = interrupt(tmp_path, 2, net, "--input", "t.csv", *LONG, "100")
    assert done.returncode == 130
    assert done.stdout == "net.trained.json\n"
    assert "Traceback" not in done.stderr
    said = done.stderr.splitlines()[-1]
    assert said.startswith("Interrupted after epoch ")
    assert said.endswith(", the best so far, is written.")
    source = deepgraph.load(tmp_path / "net.trained.json").spec.source
    assert source is not None
    assert f"after epoch {said.split('; epoch ')[1].split(',')[0]}" in source


@pytest.mark.skipif(sys.platform == "win32", reason="there Ctrl-C is another signal")
def test_ctrl_c_before_the_first_epoch_writes_nothing(tmp_path: Path, net: str) -> None:
    many = "x,t\n" + "0.5,1\n" * 200_000
    (tmp_path / "t.csv").write_text(many)
    done = interrupt(tmp_path, 1, net, "--input", "t.csv", *LONG, "1", "--batch", "1")
    assert done.returncode == 130
    assert done.stderr == ("Interrupted before the first epoch was complete; nothing is written.\n")
    assert not (tmp_path / "net.trained.json").exists()


def test_divergence_writes_the_losses_until_then_and_no_spec(run: Run, tmp_path: Path) -> None:
    done = run(*IRIS, "--learning-rate", "1e200", "-o", "a.json", "--log", "l.csv")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        'Error: training stopped in epoch 1: the first node that is not finite is "setosa", where '
        "z is nan in row 1. No spec is written; a smaller --learning-rate often helps\n"
    )
    assert [path.name for path in tmp_path.iterdir()] == ["l.csv"]
    assert [line.split(",")[0] for line in (tmp_path / "l.csv").read_text().splitlines()] == [
        "epoch",
        "0",
    ]


def test_rows_on_which_the_loss_is_not_finite_are_told_apart(run: Run, tmp_path: Path) -> None:
    """No rate of learning helps where the network is not finite before the first step."""
    spec = {
        "deepgraph": 1,
        "nodes": [{"id": "x", "kind": "input"}, {"id": "y", "kind": "output", "activation": "log"}],
        "edges": [{"source": "x", "target": "y", "label": "w", "weight": 1}],
    }
    (tmp_path / "a.json").write_text(json.dumps(spec))
    (tmp_path / "good.csv").write_text("x,t\n1,1\n")
    (tmp_path / "bad.csv").write_text("x,t\n2,1\n-1,1\n")
    for table, other, where in [("bad", "good", ""), ("good", "bad", " on the rows kept apart")]:
        done = run(
            *("train", "a.json", "--input", f"{table}.csv", "--validation", f"{other}.csv"),
            *("--target", "y=t", "-o", "b.json", "--log", "l.csv", "--curve", "c.svg"),
        )
        assert done.returncode == 1
        assert done.stderr == (
            f"Error: training stopped before the first epoch{where}: the first node that is not "
            'finite is "y", where its value is nan in row 2. No spec is written\n'
        )
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.json", "bad.csv", "good.csv"]


@pytest.mark.parametrize(
    ("style", "holds", "lacks"),
    [
        ({"theme": "dark"}, [f'fill="{THEMES["dark"].page}"'], ["<style>"]),
        ({"theme": "auto"}, ["@media (prefers-color-scheme:dark){.f-page"], ["#dg-"]),
        ({"inline": True}, [".dark svg.dg-page-", "prefers-color-scheme"], ["<rect"]),
        (
            {"inline": True, "theme": "dark"},
            [f'fill="{THEMES["dark"].page}"', "<style>@media print{svg.dg-"],
            ["prefers-color-scheme"],
        ),
    ],
)
def test_a_curve_follows_the_style_of_the_spec(
    run: Run, tmp_path: Path, style: dict[str, Any], holds: list[str], lacks: list[str]
) -> None:
    spec = json.loads((SPECS / "xor.json").read_text()) | {"style": style}
    (tmp_path / "a.json").write_text(json.dumps(spec))
    for name in ("c.svg", "c.png"):
        done = run("train", "a.json", *XOR[2:], "--epochs", 2, "--curve", name)
        assert done.returncode == 0, done.stderr
    svg = (tmp_path / "c.svg").read_text()
    assert all(text in svg for text in holds)
    assert not any(text in svg for text in lacks)
    with Image.open(tmp_path / "c.png") as png:
        ground = png.convert("RGB").getpixel((1, 1))
        assert png.size == (2 * loss_curve.WIDTH, 2 * loss_curve.HEIGHT)
    assert "#{:02x}{:02x}{:02x}".format(*ground) == THEMES[style.get("theme", "light")].page


def test_what_is_read_is_not_written_over(run: Run, tmp_path: Path, net: str) -> None:
    table = tmp_path / "t.csv"
    for option, where in {"-o": "./t.csv", "--log": "t.csv", "--curve": "v.svg"}.items():
        arguments = ("train", net, "--input", "t.csv", "--target", "y=t", "--seed", 1)
        done = run(*arguments, "--validation", "v.svg", option, where)
        assert done.returncode == 2
        assert f"{where} is read, and would be written over" in done.stderr
    assert run("train", net, *arguments[2:], "--log", net).returncode == 2
    assert table.read_text() == CSV


def test_where_nothing_can_be_written_is_known_before_the_training(run: Run, net: str) -> None:
    long = ("train", net, "--input", "t.csv", "--target", "y=t", "--seed", 1, "--epochs", 10**9)
    for option, name in {"-o": "no/a.json", "--log": "no/l.csv", "--curve": "no/c.svg"}.items():
        done = run(*long, option, name)
        assert done.returncode == 1
        why = "there is no folder no; make it first"
        assert done.stderr == f"Error: {name}: cannot be written: {why}\n"
    done = run(*long, "-o", ".")
    assert done.stderr == "Error: .: this is a folder; name a file in it\n"


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        ((*IRIS, "--loss", "output"), 2, "'output' is not one of 'squared_error', "),
        ((*IRIS[:-1], "kind"), 1, f'{SPECS / "iris.csv"}: no column "kind" for --target'),
        ((*IRIS[:-1], "specie"), 1, 'did you mean "species"?'),
        ((*IRIS[:-1], "setosa=species"), 1, "row 1, column \"species\": 'setosa' is not a number"),
        ((*IRIS[:-1], "rose=species"), 1, '--target rose=species: there is no node "rose"'),
        ((*IRIS, "--target", "setosa=x"), 1, "--target species: several targets are NODE=COLUMN"),
        ((*IRIS[:-1], "sepal_width"), 1, 'row 1: the class "3.5" is no output; they are "setosa"'),
        ((*XOR[:-1], "target_y"), 1, "give it a number for each row instead: --target y=COLUMN"),
        ((*XOR[:-1], "y=t"), 1, 'no column "t" for --target; the columns are "x1", "x2"'),
        ((*XOR, "--target", "y=x1"), 1, '--target: "y" is given twice'),
        ((*XOR, "--column", "x3=a"), 1, 'no input is named "x3"'),
        ((*XOR, "--validation", "0.1"), 1, "leaves 0 to validate with and 4 to learn from"),
        ((*XOR, "--validation", "none.csv"), 1, "none.csv: no such file"),
        ((*XOR, "--validation", "nan"), 1, "a validation share lies between 0 and 1, got nan"),
        ((*XOR, "--validation", "1.5"), 1, "a validation share lies between 0 and 1, got 1.5"),
        ((*XOR, "--learning-rate", "0"), 2, "Invalid value for '--learning-rate'"),
        ((*XOR, "--batch", "0"), 2, "Invalid value for '--batch'"),
        ((*XOR, "--momentum", "1"), 2, "Invalid value for '--momentum'"),
        ((*XOR, "--momentum", ".5", "--optimiser", "adam"), 2, "--momentum belongs to sgd"),
        ((*XOR, "--every", "5"), 2, "--every, --curves and --frame-option are for --frames FOLDER"),
        ((*XOR, "--frames", "f", "--frame-option", "a=1"), 2, "--frame-option a: known options"),
        ((*XOR, "--frames", "f", "--frame-option", "format=pdf"), 2, "format is svg or png, got"),
        ((*XOR, "--frames", "f", "--frame-option", "theme=x"), 2, "theme is one of light, dark"),
        ((*XOR, "--frames", "f", "--curves", "x1=0:1"), 2, "and this network has 2"),
        ((*XOR, "--curve", "c.pdf"), 2, "--curve c.pdf: the picture is .svg or .png"),
        ((*XOR, "--init", "he"), 2, "--init says how to draw missing values"),
        ((*XOR, "--json", "-o", "-"), 2, "-o - and --json share standard output; name files"),
        ((*XOR, "--log", "-", "-o", "-"), 2, "-o - and --log - share standard output"),
        ((*XOR, "--target", "b1=x1"), 1, 'a target for "b1", which is a bias'),
        ((*XOR, "-o", "a", "--log", "a"), 2, "-o, --curve and --log name different files"),
        (XOR[:2], 2, "Missing option '--input'"),
        (XOR[:4], 2, '--target is missing: y=COLUMN for the wanted values of y; beside the inputs'),
        (XOR[:4], 2, 'has "target_y"; for example --target y=target_y'),
        (IRIS[:4], 2, 'or one COLUMN of classes; beside the inputs'),
    ],
)  # fmt: skip
def test_mistakes(run: Run, tmp_path: Path, arguments: tuple, code: int, message: str) -> None:
    done = run(*arguments)
    assert (done.returncode, done.stdout) == (code, "")
    assert message in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_bad_cells_and_missing_numbers(run: Run, tmp_path: Path, net: str) -> None:
    done = run("train", net, "--input", "t.csv", "--target", "y=t")
    assert done.returncode == 1
    assert done.stderr.startswith("Error: b1, b2, b3, b4, w1, w2, w3, w4, w5, w6 have no value.")
    for cell, message in {
        "nan": 't.csv: row 2, column "t": nan; training needs finite numbers',
        "": 't.csv: row 2, column "t": the cell is empty',
    }.items():
        (tmp_path / "t.csv").write_text(f"x,t\n1,2\n1,{cell}\n")
        done = run("train", net, "--input", "t.csv", "--target", "y=t", "--seed", 1)
        assert (done.returncode, done.stderr.startswith(f"Error: {message}")) == (1, True)
    (tmp_path / "t.csv").write_text("x,t\n")
    done = run("train", net, "--input", "t.csv", "--target", "y=t", "--seed", 1)
    assert done.stderr == "Error: t.csv: the table has no rows to learn from\n"


def test_frozen_numbers_keep_their_text_and_examples_that_hold_stay(
    run: Run, tmp_path: Path
) -> None:
    (tmp_path / "t.csv").write_text("x,t\n1,2\n2,4\n")
    spec = {
        "deepgraph": 1,
        "nodes": [
            {"id": "x", "kind": "input"},
            {"id": "c", "kind": "bias", "value": "0/3", "trainable": False},
            {"id": "y", "kind": "output"},
        ],
        "edges": [
            {"source": "x", "target": "y", "label": "w"},
            {"source": "c", "target": "y"},
        ],
        "parameters": {"w": 1.50},
        "examples": [
            {"name": "goal", "inputs": {"x": 3}, "expect": {"y": 6}, "tolerance": 0.01},
            {"name": "start", "inputs": {"x": 1}, "expect": {"y": 1.5}},
        ],
    }
    (tmp_path / "a.json").write_text(json.dumps(spec))
    done = run("train", "a.json", "--input", "t.csv", "--target", "y=t", "-o", "b.json")
    assert done.returncode == 0, done.stderr
    assert 'no longer hold: "start"' in done.stderr
    found = json.loads((tmp_path / "b.json").read_text())
    assert found["parameters"]["w"] == pytest.approx(2, abs=1e-6)
    assert found["nodes"][1]["value"] == "0/3"
    assert [example["name"] for example in found["examples"]] == ["goal"]
    assert run("check", "b.json").returncode == 0


def test_a_one_that_training_changes_is_told(run: Run, tmp_path: Path) -> None:
    nodes = [{"id": "x", "kind": "input"}, {"id": "h"}, {"id": "y", "kind": "output"}]
    edges = [
        {"source": "x", "target": "h", "label": "w", "weight": 2},
        {"source": "h", "target": "y", "weight": 1},
    ]
    (tmp_path / "n.json").write_text(json.dumps({"deepgraph": 1, "nodes": nodes, "edges": edges}))
    (tmp_path / "t.csv").write_text("x,c\n1,2\n")
    done = run("train", "n.json", "--input", "t.csv", "--target", "y=c", "-o", "m.json")
    assert done.stderr.startswith(
        'Note: n.json:$.edges[1].weight: the weight 1 of "h" → "y" has no label, and training'
    )


def test_sentinels_and_classes_of_other_programs_are_read(run: Run, tmp_path: Path) -> None:
    nodes = [
        {"id": "x", "kind": "input"},
        {"id": "a", "kind": "output", "label": "0", "activation": "softmax"},
        {"id": "b", "kind": "output", "label": "1", "activation": "softmax"},
    ]
    edges = [{"source": "x", "target": n, "label": f"w{n}", "weight": 0.5} for n in ("a", "b")]
    (tmp_path / "n.json").write_text(json.dumps({"deepgraph": 1, "nodes": nodes, "edges": edges}))
    (tmp_path / "t.csv").write_text("x;c\n1,5;1.0\n0,5;0.0\n-999;0.0\n")
    done = run(
        *("train", "n.json", "--input", "t.csv", "--target", "c", "--epochs", "1"),
        *("--delimiter", ";", "--decimal", ",", "-o", "m.json"),
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr.startswith('Note: t.csv: 1 row of the input "x" holds −999, far from')
    assert "--delimiter ';' --decimal ," in json.loads((tmp_path / "m.json").read_text())["source"]


# --- why it does not learn, several seeds, what is kept ---------------------------------------


def test_the_cause_stands_in_the_report_and_in_json(run: Run, tmp_path: Path) -> None:
    """XOR with a hundred epochs: a sparkline that hardly falls, and the reason."""
    assert run("new", "2-2-1", "--activation", "sigmoid", "--output-activation", "sigmoid",
               "-o", "x.json").returncode == 0  # fmt: skip
    given = ("train", "x.json", "--input", SPECS / "xor.csv", "--target", "y=target_y")
    done = run(*given, "--seed", 1, "--learning-rate", 2)
    assert done.returncode == 0, done.stderr
    lines = done.stderr.splitlines()
    assert re.fullmatch(r"loss [▁▂▃▄▅▆▇█]{40} \S+ → \S+", lines[1])
    assert lines[2].startswith("Why: 100 epochs are too few: the loss is still on its way. Give ")
    done = run(*given, "--seed", 1, "--learning-rate", 2, "--json")
    (found,) = json.loads(done.stdout)["findings"]
    assert found["cause"] == "epochs"
    assert lines[2] == f"Why: {found['text']}. {found['cure']}"
    epochs = re.search(r"--epochs (\d+)", found["cure"])
    assert epochs is not None
    done = run(*given, "--seed", 1, "--learning-rate", 2, "--epochs", int(epochs[1]) * 2)
    assert "Why" not in done.stderr


def test_raw_columns_are_told_of_and_standardised(run: Run, tmp_path: Path) -> None:
    from tests.support.trainings import bank

    X, targets = bank()
    rows = zip(*X.T, targets["y"], strict=True)
    table = "age,salary,products,left\n" + "".join(f"{a},{b},{c},{int(t)}\n" for a, b, c, t in rows)
    (tmp_path / "bank.csv").write_text(table)
    layers = [
        {"id": "x", "size": 3, "names": ["age", "salary", "products"]},
        {"id": "h", "size": 4, "activation": "tanh", "weights": "W1", "bias": "b1"},
        {"id": "y", "size": 1, "activation": "sigmoid", "weights": "W2", "bias": "b2"},
    ]
    (tmp_path / "net.json").write_text(json.dumps({"deepgraph": 1, "layers": layers}))
    given = ("train", "net.json", "--input", "bank.csv", "--target", "left", "--seed", 1)
    done = run(*given, "--epochs", 300)
    why = next(line for line in done.stderr.splitlines() if line.startswith("Why: "))
    assert why.startswith("Why: the inputs are of very different size: salary goes from 10340 to ")
    assert "--standardise shifts and scales each input" in why
    done = run(*given, "--epochs", 300, "--standardise", "-o", "good.json")
    assert done.returncode == 0, done.stderr
    assert "Why" not in done.stderr
    spec = json.loads((tmp_path / "good.json").read_text())
    scaled = spec["layers"][0]["normalise"]
    assert scaled["mean"] == [float(f"{m:.6g}") for m in X.mean(axis=0)]
    assert scaled["scale"] == [float(f"{s:.6g}") for s in X.std(axis=0)]
    assert "deepgraph train net.json --standardise --input bank.csv" in spec["source"]
    done = run("train", "good.json", *given[2:6], "--standardise")
    assert done.returncode == 1
    assert (
        "the spec normalises age, salary, products, which are scaled by that; drop" in done.stderr
    )
    nodes = run("fmt", "good.json", "--expand")
    assert nodes.returncode == 0, nodes.stderr


def test_several_seeds_are_compared_and_the_best_is_written(run: Run, tmp_path: Path) -> None:
    assert run("new", "2-2-1", "-o", "x.json").returncode == 0
    given = ("train", "x.json", "--input", SPECS / "xor.csv", "--target", "y=target_y")
    given = (*given, "--epochs", 300)
    done = run(*given, "--seeds", "1:6", "-o", "best.json", "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)["seeds"]
    assert [row["seed"] for row in found] == [1, 2, 3, 4, 5, 6]
    best = min(found, key=lambda row: row["training"]["loss"])
    lines = done.stderr.splitlines()
    assert lines[0].split() == ["seed", "start", "loss", "epoch"]
    (kept,) = [line.split() for line in lines[1:7] if line.endswith("kept")]
    assert int(kept[0]) == best["seed"]
    alone = run(*given, "--seed", best["seed"], "-o", "alone.json")
    assert alone.returncode == 0
    assert (tmp_path / "alone.json").read_text() == (tmp_path / "best.json").read_text()
    assert run(*given, "--seeds", "1:3", "--seed", 2).returncode == 2
    for wrong in ("1:", "a", "3:1", "2,2", "1:9999"):
        done = run(*given, "--seeds", wrong)
        assert done.returncode == 2, wrong
        assert "--seeds" in done.stderr


def test_seeds_that_draw_nothing_are_told(run: Run, tmp_path: Path) -> None:
    given = ("--input", SPECS / "xor.csv", "--target", "y=target_y", "--epochs", 3)
    note = "Note: every seed has the same start, since the spec has all numbers; leave out those"
    done = run("train", SPECS / "xor.json", *given, "--seeds", "1:3", "-o", "a.json")
    assert note in done.stderr
    assert run("new", "2-2-1", "-o", "x.json").returncode == 0
    assert note not in run("train", "x.json", *given, "--seeds", "1:3", "-o", "b.json").stderr
    spec = json.loads((tmp_path / "x.json").read_text())  # dead from the start, whatever is drawn
    output = spec["nodes"][-1]
    output["activation"] = "relu"
    sources = {edge["source"] for edge in spec["edges"] if edge["target"] == output["id"]}
    (bias,) = (one for one in spec["nodes"] if one["id"] in sources and one.get("kind") == "bias")
    bias["value"] = -100
    (tmp_path / "dead.json").write_text(json.dumps(spec))
    done = run("train", "dead.json", *given, "--seeds", "1:3", "-o", "d.json")
    assert done.returncode == 0, done.stderr
    assert note not in done.stderr
    assert (
        note not in run("train", SPECS / "xor.json", *given, "--seeds", "4", "-o", "c.json").stderr
    )


def test_the_log_has_the_weights_that_are_chosen(run: Run, tmp_path: Path) -> None:
    given = (*XOR[:5], "y=target_y", "--epochs", 2, "-o", "a.json", "--keep", "last")
    done = run(*given, "--log", "-", "--record", "w1", "--record", "b1")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[:2] == ["epoch,loss,w1,b1", "0,0.0,1.0,0.0"]
    assert run(*given, "--record", "w1").returncode == 2
    done = run(*given, "--log", "l.csv", "--record", "w99")
    assert done.returncode == 1
    assert '--record: there is no parameter "w99"' in done.stderr


def test_the_statement_tells_order_decay_and_what_is_kept(run: Run, tmp_path: Path) -> None:
    done = run(
        *(*XOR, "--epochs", 3, "-o", "a.json", "--order", "file", "--keep", "last"),
        *("--weight-decay", 0.01, "--batch", 1),
    )
    assert done.returncode == 0, done.stderr
    assert ", kept in epoch 3 of 3\n" in done.stderr
    source = json.loads((tmp_path / "a.json").read_text())["source"]
    assert "--batch 1 --weight-decay 0.01 --order file --keep last --seed 0, on 4 rows" in source


# --- rules ------------------------------------------------------------------------------------


@pytest.fixture
def threshold(run: Run, tmp_path: Path) -> str:
    """A threshold unit that starts at 0, and AND and XOR as tables."""
    assert run("new", "2-1", "--output-activation", "step", "-o", "unit.json").returncode == 0
    spec = json.loads((tmp_path / "unit.json").read_text())
    spec["edges"] = [e | {"weight": 0} if "label" in e else e for e in spec["edges"]]
    spec["nodes"] = [n | {"value": 0} if n.get("kind") == "bias" else n for n in spec["nodes"]]
    (tmp_path / "unit.json").write_text(json.dumps(spec))
    (tmp_path / "and.csv").write_text("x1,x2,t\n0,0,0\n0,1,0\n1,0,0\n1,1,1\n")
    (tmp_path / "xor.csv").write_text("x1,x2,t\n0,0,0\n0,1,1\n1,0,1\n1,1,0\n")
    return "unit.json"


def test_a_perceptron_learns_and_with_every_step_in_its_log(
    run: Run, tmp_path: Path, threshold: str
) -> None:
    given = ("train", threshold, "--rule", "perceptron", "--target", "y=t", "-o", "a.json")
    done = run(*given, "--input", "and.csv", "--log", "-")
    assert done.returncode == 0, done.stderr
    assert done.stderr.endswith("All rows are right.\n")
    lines = [line.split(",") for line in done.stdout.splitlines()]
    assert lines[0][:7] == ["epoch", "row", "x1", "x2", "z(y)", "a(y)", "t(y)"]
    assert lines[1][:7] == ["1", "1", "0.0", "0.0", "0.0", "1.0", "0.0"]
    at = {name: lines[0].index(name) for name in ("w1", "w2", "b1")}
    assert [float(lines[1][at[name]]) for name in at] == [0, 0, -1]
    scored = run("eval", "a.json", "--input", "and.csv")
    assert [line.split(",")[-1] for line in scored.stdout.splitlines()[1:]] == [
        "0", "0", "0", "1",
    ]  # fmt: skip
    source = json.loads((tmp_path / "a.json").read_text())["source"]
    assert "deepgraph train unit.json --input and.csv --target y=t --rule perceptron" in source
    assert "--epochs 100 --learning-rate 1.0, on 4 rows. All rows are right after" in source


def test_a_perceptron_says_that_it_cannot_do_xor(run: Run, threshold: str) -> None:
    given = ("train", threshold, "--rule", "perceptron", "--target", "y=t", "-o", "a.json")
    done = run(*given, "--input", "xor.csv", "--json")
    assert done.returncode == 0, done.stderr
    assert "Why: epoch " in done.stderr
    assert "no straight line (or plane) parts the rows" in done.stderr
    found = json.loads(done.stdout)
    assert (found["right"], found["rule"]) == (False, "perceptron")
    done = run(*given, "--input", "xor.csv", "--momentum", 0.5)
    assert done.returncode == 2
    assert "--momentum is for gradient descent; --rule perceptron takes the rows one" in done.stderr


def test_fractions_lists_and_the_sum_of_rows(run, tmp_path):
    table, out = SPECS / "xor.csv", tmp_path / "out.json"
    given = ["--input", table, "--target", "y=target_y", "--epochs", "1", "-o", out]
    done = run("train", SPECS / "xor.json", *given, "--learning-rate", "1/4",
               "--reduction", "sum", "--freeze", "w1,w2")  # fmt: skip
    assert done.returncode == 0, done.stderr
    source = json.loads(out.read_text(encoding="utf-8"))["source"]
    assert "--learning-rate 0.25" in source
    assert "--reduction sum" in source
    done = run("train", SPECS / "xor.json", "--example", "1")
    assert done.returncode == 2
    assert "deepgraph explain --example NAME --steps N" in done.stderr
