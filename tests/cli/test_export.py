from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest

import deepgraph
from deepgraph.formats import writers
from deepgraph.options.export_formats import SUFFIXES
from tests.support.strategies import SPECS

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Run

IRIS = SPECS / "iris.json"
PLAIN = [suffix for suffix, form in SUFFIXES.items() if form not in ("xlsx", "keras", "neat")]


@pytest.mark.parametrize("suffix", PLAIN)
def test_the_suffix_decides(run: Run, tmp_path: Path, suffix: str) -> None:
    done = run("export", IRIS, "-o", f"iris{suffix}")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    expected = writers.write(deepgraph.load(IRIS), SUFFIXES[suffix])
    assert (tmp_path / f"iris{suffix}").read_bytes() == expected


def test_standard_output_needs_a_format(run: Run) -> None:
    done = run("export", IRIS, "--format", "c")
    assert (done.returncode, done.stderr) == (0, "")
    assert "void iris_network(const double inputs[4], double outputs[3])" in done.stdout
    done = run("export", IRIS)
    assert done.returncode == 2
    assert "name a file with -o, or a format with --format" in done.stderr


def test_an_unknown_suffix(run: Run, tmp_path: Path) -> None:
    done = run("export", IRIS, "-o", "iris.rs")
    assert done.returncode == 2
    assert "iris.rs: name a format with --format, or end the file in .c, .py" in done.stderr
    assert not (tmp_path / "iris.rs").exists()


def test_types_of_numbers(run: Run) -> None:
    single = run("export", IRIS, "--format", "c", "--dtype", "float32").stdout
    assert "void iris_network(const float inputs[4], float outputs[3])" in single
    done = run("export", IRIS, "--format", "javascript", "--dtype", "float32")
    assert done.returncode == 2
    assert "javascript has float64 only; leave --dtype out" in done.stderr


def test_missing_numbers_are_drawn_or_refused(run: Run, tmp_path: Path) -> None:
    run("new", "1-2-1", "-o", "net.json")
    done = run("export", "net.json", "-o", "net.py")
    assert done.returncode == 1
    assert "--seed 1" in done.stderr
    assert not (tmp_path / "net.py").exists()
    assert run("export", "net.json", "-o", "net.py", "--seed", "7").returncode == 0
    defined: dict[str, object] = {}
    exec((tmp_path / "net.py").read_text(), defined)
    expected = deepgraph.load(tmp_path / "net.json").initialised(7)({"x": 0.5})
    assert defined["network"]([0.5]) == expected[0].tolist()  # type: ignore[operator]


def test_an_export_never_replaces_what_it_reads(run: Run, tmp_path: Path) -> None:
    (tmp_path / "net.c").write_bytes(IRIS.read_bytes())
    done = run("export", "net.c", "-o", "net.c")
    assert done.returncode == 1
    assert "is read by this command" in done.stderr
    assert (tmp_path / "net.c").read_bytes() == IRIS.read_bytes()


def test_a_spec_from_standard_input(run: Run) -> None:
    done = run("export", "-", "--format", "javascript", stdin=IRIS.read_bytes())
    assert done.returncode == 0
    assert done.stdout.startswith("/*\n * iris:")


def test_binary_files_do_not_go_to_a_terminal() -> None:
    import pty

    leader, follower = pty.openpty()
    arguments = [sys.executable, "-m", "deepgraph", "export", str(IRIS), "--format", "onnx"]
    done = subprocess.run(
        arguments, stdout=follower, stderr=subprocess.PIPE, check=False, timeout=60
    )
    os.close(follower)
    os.close(leader)
    assert done.returncode == 2
    assert b"onnx is a binary format; name a file with -o" in done.stderr


def test_the_method(tmp_path: Path) -> None:
    network = deepgraph.load(IRIS)
    network.export(tmp_path / "iris.C")
    assert (tmp_path / "iris.C").read_bytes() == writers.write(network, "c")
    network.export(tmp_path / "iris.txt", "numpy", "float32")
    assert b'"float32"' in (tmp_path / "iris.txt").read_bytes()
    with pytest.raises(deepgraph.InputError, match='no format "pyhton"; did you mean "python"'):
        network.export(tmp_path / "iris.py", "pyhton")  # type: ignore[arg-type]
    with pytest.raises(deepgraph.InputError, match=r"name a format with format=, or end in \.c"):
        network.export(tmp_path / "iris.rs")
    with pytest.raises(deepgraph.InputError, match="dtype is float64 or float32, got float16"):
        network.export(tmp_path / "iris.c", dtype="float16")  # type: ignore[arg-type]


def test_parameters_in_a_file_of_their_own(run: Run, tmp_path: Path) -> None:
    spec = (
        '{"deepgraph": 1, "layers": [{"id": "x", "size": 2}, '
        '{"id": "y", "size": 1, "weights": "W", "bias": null}], "parameters": "w.npz"}'
    )
    (tmp_path / "net.json").write_text(spec)
    np.savez(tmp_path / "w.npz", W=np.array([[0.5, -0.25]]))
    done = run("export", "net.json", "--format", "python")
    assert "[0.5, -0.25]" in done.stdout
    done = run("export", "net.json", "--format", "safetensors", "-o", "w.npz")
    assert done.returncode == 1
    assert "is read by this command" in done.stderr
