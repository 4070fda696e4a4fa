from __future__ import annotations

import errno
import pickle

import pytest

from deepgraph import errors
from deepgraph.errors import DeepgraphError, MissingFileError, Problem, SpecError


@pytest.mark.parametrize(
    ("name", "python"),
    [
        ("SpecError", ValueError),
        ("InputError", ValueError),
        ("OptionError", ValueError),
        ("FileError", OSError),
        ("MissingFileError", FileNotFoundError),
        ("MissingExtraError", ImportError),
    ],
)
def test_an_error_is_also_that_of_python(name, python):
    kind = getattr(errors, name)
    assert issubclass(kind, python)
    assert issubclass(kind, DeepgraphError)


def test_a_missing_file_says_so_in_both_ways():
    error = MissingFileError("a.json: no such file")
    assert str(error) == "a.json: no such file"
    assert error.errno == errno.ENOENT


def test_a_message_cannot_control_the_terminal():
    assert str(DeepgraphError("a\x1b[2Jb\x9bc")) == r"a\x1b[2Jb\x9bc"
    assert str(DeepgraphError("two\nlines\tand tabs")) == r"two\nlines\tand tabs"
    assert str(DeepgraphError("a\u202eb")) == r"a\u202eb"
    assert str(SpecError([Problem("$", "a\nb"), Problem("$", "c")], "d\n")) == (
        "d\\n:$: a\\nb\nd\\n:$: c"  # a line for each problem
    )
    assert str(DeepgraphError()) == ""
    assert str(Problem("$\x07", "\r")) == r"$\x07: \r"


def test_a_problem_names_its_place_and_what_it_is():
    assert str(Problem("$.edges[3]", "wrong")) == "$.edges[3]: wrong"
    assert str(Problem("$.a", "odd", 2, 5, severity="warning")) == "2:5: $.a: warning: odd"
    long = str(Problem("$." + "a" * 10_000, "wrong"))
    assert len(long) < 700
    assert long.endswith("…: wrong")


@pytest.mark.parametrize(
    ("number", "more", "last"),
    [
        (20, 0, "spec:$[19]: wrong"),
        (21, 0, "… and 1 more problem"),
        (21, 5000, "… and 5,001 more problems"),
    ],
)
def test_a_spec_error_lists_the_first_problems(number, more, last):
    error = SpecError([Problem(f"$[{n}]", "wrong") for n in range(number)], more=more)
    lines = str(error).splitlines()
    assert len(lines) == min(number, 21)
    assert lines[-1] == last
    assert error.count == number + more


@pytest.mark.parametrize(
    ("names", "count", "begin"),
    [
        (["w"], 1, "w has no value. "),
        (["v", "w"], 2, "v, w have no value. "),
        (["v", "w"], 1002, "v, w and 1,000 more have no value. "),
    ],
)
def test_parameters_without_a_value_are_named(names, count, begin):
    error = errors.UninitialisedError(names, count)
    assert str(error).startswith(begin)
    assert error.names == names


@pytest.mark.parametrize(
    "error",
    [
        errors.DeepgraphError("a"),
        errors.SpecError([errors.Problem("$", "wrong", 1, 2)], "net.json", 3),
        errors.UninitialisedError(["w1", "w2"], 5),
        errors.InputError("a"),
        errors.OptionError("a"),
        errors.DivergedError("a", [1, 2]),
        errors.RowError("a"),
        errors.LostRowsError("t.csv", 3, 2, 0),
        errors.FileError("a"),
        errors.MissingFileError("a"),
        errors.DrawingError("a"),
        errors.MissingExtraError("PDF", "pdf"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_error_reaches_another_process_whole(error):
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error)
    assert str(again) == str(error)
    assert vars(again) == vars(error)
    assert getattr(again, "errno", None) == getattr(error, "errno", None)
