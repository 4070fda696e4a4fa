from __future__ import annotations

import subprocess
import sys
import types
from pathlib import Path

import pytest

import deepgraph
from deepgraph import lazy


@pytest.fixture
def package(monkeypatch):
    """An empty package whose public names lie in deepgraph's own modules."""
    made = types.ModuleType("deepgraph.made_up")
    monkeypatch.setitem(sys.modules, "deepgraph.made_up", made)
    homes = {"Problem": "errors", "errors": "errors"}
    made.__getattr__, made.__dir__ = lazy.exports("deepgraph.made_up", homes)
    return made


def test_a_name_is_imported_once(package):
    from deepgraph import errors

    assert "Problem" not in vars(package)
    assert package.Problem is errors.Problem
    assert vars(package)["Problem"] is errors.Problem


def test_a_name_like_its_module_is_the_module(package):
    from deepgraph import errors

    assert package.errors is errors


def test_names_are_listed_before_they_are_imported(package):
    assert {"Problem", "errors"} <= set(dir(package))


def test_an_unknown_name(package):
    with pytest.raises(AttributeError, match=r"module 'deepgraph.made_up' has no attribute 'no'"):
        _ = package.no


def test_importing_deepgraph_imports_no_numpy():
    program = (
        "import sys, deepgraph; assert 'numpy' not in sys.modules; deepgraph.DeepgraphError; "
        "assert 'numpy' not in sys.modules; deepgraph.load; assert 'numpy' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)


def test_importing_deepgraph_is_short():
    """The interpreter answers a Ctrl-C with a traceback until the command line has control."""
    program = (
        "import sys; sys.path.insert(0, sys.argv[1]); before = set(sys.modules); import deepgraph; "
        "print(*sorted(set(sys.modules) - before))"
    )
    command = [sys.executable, "-I", "-S", "-c", program, str(Path(deepgraph.__file__).parents[1])]
    found = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert not {"typing", "re", "enum", "functools", "contextlib"} & set(found.stdout.split())
    assert "deepgraph.lazy" in found.stdout.split()
