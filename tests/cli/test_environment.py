"""Wrong surroundings of a command are an error in words."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.support.strategies import SPECS

SPEC = SPECS / "deep_state.json"
PLOT = ("plot", SPEC, "--over", "x=-1:1", "-o")
PLOTS = ((*PLOT, "a.svg"), (*PLOT, "a.pdf"))


@pytest.mark.parametrize("backend", ["nonsense", "", "module://none"])
@pytest.mark.parametrize("suffix", ["svg", "png", "pdf"])
def test_a_backend_that_matplotlib_lacks(run, tmp_path, backend, suffix):
    done = run(*PLOT, f"a.{suffix}", MPLBACKEND=backend)
    if backend != "nonsense":  # it is never asked for
        assert done.returncode == 0, done.stderr
        return
    assert done.returncode == 1
    assert done.stderr == (
        "Error: matplotlib cannot start: Key backend: 'nonsense' is not a valid value for backend. "
        "A plot needs none of its settings: unset MPLBACKEND, or mend its matplotlibrc\n"
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("epoch", ["abc", "1e9", "9" * 30, "1.5"])
@pytest.mark.parametrize("command", [*PLOTS, ("render", SPEC, "-o", "a.pdf")])
def test_a_time_that_is_none(run, tmp_path, epoch, command):
    done = run(*command, SOURCE_DATE_EPOCH=epoch)
    assert done.returncode == 1
    assert done.stderr == (
        f"Error: the environment variable SOURCE_DATE_EPOCH is {epoch!r}, and the seconds since "
        "1970 belong there; mend it, or unset it\n"
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", PLOTS)
def test_a_time_changes_nothing(run, tmp_path, command):
    contents = set()
    for epoch in ("", "0", "1700000000"):
        assert run(*command, SOURCE_DATE_EPOCH=epoch).returncode == 0
        contents.add((tmp_path / command[-1]).read_bytes())
    assert len(contents) == 1


@pytest.mark.parametrize("error", ["MemoryError", "pyarrow.ArrowMemoryError"])
def test_memory_that_does_not_suffice(tmp_path, error):
    script = f"""
import sys, pyarrow
from deepgraph import cli, loading
def full(*_, **__): raise {error}("malloc of size 99 failed")
loading.diagnose = full
sys.argv = ["deepgraph", "eval", {str(SPEC)!r}, "--set", "x=1", "-o", "a.csv"]
cli.main()
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, cwd=tmp_path, check=False
    )
    assert done.returncode == 1
    assert done.stderr == (
        "Error: the memory of this machine does not suffice; no file was left half written\n"
    )
    assert list(tmp_path.iterdir()) == []
