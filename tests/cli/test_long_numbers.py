"""Numbers of very many digits, in every place where a number may stand, are answered at once."""

from __future__ import annotations

import json
import time

import pytest

SECONDS = 5

LONG = {
    "tiny": "1e-99999999",
    "huge": "1e99999999",
    "zero": "0e999999999",
    "zero of many places": "0.0e99999999999999999999999",
    "far exponent": "1e-" + "9" * 5000,
    "digits": "0." + "7" * 1_000_000,
    "whole digits": "7" * 1_000_000,
    "fraction": '"1/' + "3" * 100_000 + '"',
}
TYPED = {name: text.strip('"')[:100_000] for name, text in LONG.items()}  # of one argument


def spec(weight="1", bias="0.5", parameter="2", alpha="0.1", value="1", figure="3"):
    return f"""{{
      "deepgraph": 1,
      "nodes": [
        {{"id": "x", "kind": "input"}},
        {{"id": "b", "kind": "bias", "value": {bias}}},
        {{"id": "h", "activation": {{"name": "leaky_relu", "alpha": {alpha}}}}},
        {{"id": "y", "kind": "output"}}
      ],
      "edges": [
        {{"source": "x", "target": "h", "weight": {weight}}},
        {{"source": "b", "target": "h"}},
        {{"source": "h", "target": "y", "label": "p"}}
      ],
      "parameters": {{"p": {parameter}}},
      "examples": [{{"inputs": {{"x": {value}}}, "expect": {{"y": {figure}}}}}]
    }}"""


def quick(run, *arguments):
    """Run a command: it ends within the limit, and with one short message if it fails."""
    start = time.monotonic()
    done = run(*arguments)
    seconds = time.monotonic() - start
    assert seconds < SECONDS, (seconds, [str(a)[:40] for a in arguments])
    if done.returncode:
        assert len(done.stderr) < 1000, done.stderr
    return done


@pytest.mark.parametrize("slot", ["weight", "bias", "parameter", "alpha", "value", "figure"])
@pytest.mark.parametrize("text", LONG.values(), ids=LONG)
def test_every_place_of_a_spec(run_again, tmp_path, slot, text):
    (tmp_path / "net.json").write_text(spec(**{slot: text}))
    valid = quick(run_again, "validate", "net.json").returncode == 0
    for arguments in (
        ("kinks", "net.json", "--over", "x=-1:1", "--fractions"),
        ("explain", "net.json", "--set", "x=1", "--fractions"),
        ("render", "net.json", "--curves", "x=-1:1", "-o", "net.svg"),
    ):
        done = quick(run_again, *arguments)
        if done.returncode:
            assert not valid or "is too long for exact arithmetic" in done.stderr
    for arguments in (("check", "net.json"), ("info", "net.json"), ("fmt", "net.json")):
        quick(run_again, *arguments)


@pytest.mark.parametrize("text", TYPED.values(), ids=TYPED)
def test_every_option(run_again, tmp_path, text):
    (tmp_path / "net.json").write_text(spec())
    for arguments in (
        ("explain", "net.json", "--set", f"x={text}"),
        ("explain", "net.json", "--set", f"x={text}", "--fractions"),
        ("explain", "net.json", "--set", "x=1", "--target", f"y={text}"),
        ("kinks", "net.json", "--over", f"x=-1:{text}"),
        ("render", "net.json", "--curves", f"x=-1:{text}", "-o", "net.svg"),
        ("plot", "net.json", "--over", f"x=-1:{text}", "-o", "net.svg"),
        ("eval", "net.json", "--set", f"x={text}"),
        ("render", "net.json", "--set", f"x={text}", "-o", "net.svg"),
    ):
        quick(run_again, *arguments)


@pytest.mark.parametrize("text", LONG.values(), ids=LONG)
def test_cells_of_a_table(run_again, tmp_path, text):
    (tmp_path / "net.json").write_text(spec())
    (tmp_path / "in.csv").write_text(f"x,y\n{text},1\n0,1\n")
    (tmp_path / "two.csv").write_text(f"x\n{text}\n1\n")
    quick(run_again, "eval", "net.json", "--input", "in.csv")
    quick(run_again, "explain", "net.json", "--input", "in.csv", "--row", "1", "--fractions")
    quick(run_again, "kinks", "net.json", "--input", "two.csv", "--rows", "1", "2")
    quick(run_again, "train", "net.json", "--input", "in.csv", "--epochs", "1", "-o", "out.json")


def test_the_message_names_the_number_its_place_and_the_bound(run, tmp_path):
    (tmp_path / "net.json").write_text(spec(weight="1e-99999999"))
    done = run("kinks", "net.json", "--over", "x=-1:1")
    assert done.stderr == (
        "Error: x→h: 1e-99999999 is too long for exact arithmetic, which takes at most 1,100 "
        "digits before or behind the decimal point; its nearest double is 0.0\n"
    )
    assert run("eval", "net.json", "--set", "x=1").stdout == "y\n1\n"


def chain(length, activation, weight, bias):
    nodes, edges = [{"id": "x", "kind": "input"}], []
    for number in range(1, length + 1):
        name, before = f"h{number}", f"h{number - 1}" if number > 1 else "x"
        kind = "output" if number == length else "hidden"
        nodes.append({"id": name, "kind": kind, "activation": activation})
        nodes.append({"id": f"b{number}", "kind": "bias", "value": bias(number)})
        edges.append({"source": before, "target": name, "weight": weight(number)})
        edges.append({"source": f"b{number}", "target": name})
    return json.dumps({"deepgraph": 1, "nodes": nodes, "edges": edges})


def test_numbers_that_grow_are_refused_before_they_cannot_be_printed(run, tmp_path):
    for length in range(10, 16):
        (tmp_path / "net.json").write_text(chain(length, "relu", lambda _: 1e-300, lambda _: 0))
        done = quick(run, "kinks", "net.json", "--over", "x=-1:1", "--fractions")
        assert done.returncode == (length > 13)
        if done.returncode:
            assert done.stderr.startswith("Error: the exact curve of h14 has numbers of more than ")
        else:
            assert f"1/1{'0' * 300 * length}" in done.stdout
        assert quick(run, "explain", "net.json", "--set", "x=1", "--fractions").returncode == 0
        drawn = quick(run, "render", "net.json", "--curves", "x=-1:1", "-o", "net.svg")
        assert drawn.returncode == 0


def test_wide_sums_of_long_fractions(run, tmp_path):
    """Each number is short enough, and their sum is not."""
    names = [f"h{n}" for n in range(300)]
    nodes = [
        {"id": "x", "kind": "input"},
        *({"id": name, "activation": "relu"} for name in names),
        {"id": "y", "kind": "output"},
    ]
    edges = [{"source": "x", "target": name} for name in names]
    edges += [
        {"source": name, "target": "y", "weight": f"{10**389}/{10**390 + 2 * n + 1}"}
        for n, name in enumerate(names)
    ]
    (tmp_path / "net.json").write_text(json.dumps({"deepgraph": 1, "nodes": nodes, "edges": edges}))
    done = quick(run, "kinks", "net.json", "--over", "x=-1:1")
    assert done.stderr.startswith("Error: the exact curve of y has numbers of more than 4,000")
    assert quick(run, "explain", "net.json", "--set", "x=1", "--fractions").returncode == 0
