"""Stages and groups in every command that takes their names or writes them."""

from __future__ import annotations

import io
import json
import re

import numpy as np
import pyarrow.parquet as pq
import pytest

import deepgraph
from deepgraph.spec import gallery, write
from tests.support.outcome import error, good

PATH = gallery.path("deep_state")
STATE = deepgraph.load(PATH)


FORMATS = {
    "csv": lambda content: content.decode().splitlines(),
    "jsonl": lambda content: [json.loads(line) for line in content.decode().splitlines()],
    "parquet": lambda content: pq.read_table(io.BytesIO(content)).to_pylist(),
}


@pytest.mark.parametrize("options", [[], ["--engine", "numpy"], ["--exact"], ["--threads", "2"]])
def test_eval(run, tmp_path, options):
    table = "x\n0.5\n1\n"
    found = good(run("eval", PATH, "--input", "-", "--nodes", "out5,y", *options, stdin=table))
    header, half, _ = found.splitlines()
    assert header == "z(g1),z(g2),y"
    assert half == "1.444,0.39975000000000005,0.4872175000000002"
    assert good(run("eval", PATH, "--set", "x=0.5", "--nodes", "out5")) == (
        "z(g1),z(g2)\n1.444,0.39975000000000005\n"
    )
    narrow = good(run("eval", PATH, "--set", "x=0.5", "--nodes", "out5", "--dtype", "float32"))
    assert narrow.splitlines()[1] == "1.444,0.3997499"


@pytest.mark.parametrize("form", FORMATS)
def test_eval_in_all_formats(run, tmp_path, form):
    table, target = tmp_path / "t.csv", tmp_path / f"r.{form}"
    table.write_text("x\n0.5\n")
    good(run("eval", PATH, "--input", table, "--nodes", "out1", "-o", target))
    found = FORMATS[form](target.read_bytes())
    values = {"z(h1)": 0.22499999999999998, "z(h2)": -1.275}
    assert found == (["z(h1),z(h2)", "0.22499999999999998,-1.275"] if form == "csv" else [values])


Z_DOORS = {
    "eval": ("--set", "x=0.5", "--nodes", "z(g1),y"),
    "explain": ("--set", "x=0.5", "--node", "z(g1)"),
    "kinks": ("--over", "x=-1:1", "--nodes", "z(g1)"),
    "plot": ("--over", "x=-1:1", "--nodes", "z(g1)", "-o", "-", "--format", "svg"),
    "render": ("--focus", "z(g1)", "--format", "mermaid"),
}


@pytest.mark.parametrize("command", Z_DOORS)
def test_z_of_a_node_is_a_name_at_every_door(run, command):
    options = Z_DOORS[command]
    assert "g" in good(run(command, PATH, *options))
    wrong = [option.replace("z(g1)", "Z(g1)") for option in options]
    assert 'no node or stage is named "Z(g1)"; did you mean "z(g1)"?' in error(
        run(command, PATH, *wrong)
    )
    wrong = [option.replace("z(g1)", "z(x)") for option in options]
    assert '"x" is an input node and has no z; write "x"' in error(run(command, PATH, *wrong))


def test_eval_of_z(run):
    found = good(run("eval", PATH, "--set", "x=0.5", "--nodes", "z(g1),y,g1"))
    assert found == "z(g1),y,g1\n1.444,0.4872175000000002,1.444\n"
    found = good(run("eval", PATH, "--set", "x=0.5", "--nodes", "z(g1),g1", "--pre-activations"))
    assert found == "z(g1),g1\n1.444,1.444\n"


def test_a_misspelled_stage(run):
    assert 'no node or stage is named "out6"; did you mean "out5"?' in error(
        run("eval", PATH, "--set", "x=1", "--nodes", "out6")
    )
    assert 'no node or stage is named "Out1"; did you mean "out1"?' in error(
        run("kinks", PATH, "--over", "x=-1:1", "--nodes", "Out1")
    )


def test_a_picture_of_a_stage_and_its_neighbours(run):
    found = good(run("render", PATH, "--focus", "out2", "--format", "mermaid"))
    quoted = re.findall(r'\("(.*?)(?:<br/>|")', found)
    letters = {re.sub("</?(i|sub)>", "", text) for text in quoted}
    assert {"h1", "h2", "g1", "x"} <= letters
    assert "y" not in letters
    assert "only what feeds out2" in good(run("render", PATH, "--focus", "out2", "-o", "-"))


def test_info(run):
    assert json.loads(good(run("info", PATH, "--json")))["stages"] == STATE.spec.stages
    assert "stages       out1 = [z(h1) z(h2)], out2 = [h1 h2]" in good(run("info", PATH))


def test_builder_networkx_and_edits_keep_them(run):
    builder = deepgraph.Builder("n")
    builder.input("x")
    builder.output("y", "relu")
    builder.edge("x", "y", "w", 2)
    builder.group("g", "w", trainable=False)
    builder.stage("out1", "z(y)", "y")
    net = builder.build()
    assert net.trace({"x": -1}).stages["out1"].tolist() == [[-2], [0]]
    assert not net.parameters.trainable.any()
    again = deepgraph.Network.from_networkx(net.graph)
    assert again.stages == net.stages
    assert write(again.spec).count('"trainable": false') == 2  # of the group, and of its edge
    shaped = '{"stages": {"a": ["y"]}, "groups": {"g": ["w"]}, "deepgraph": 1, "nodes": []}'
    formatted = good(run("fmt", "-", stdin=shaped))
    assert list(json.loads(formatted)) == ["deepgraph", "nodes", "groups", "stages"]


def test_stages_of_layers_survive_expanding_and_compacting(run):
    content = json.loads(good(run("new", "2-2-1", "--layers")))
    content["stages"] = {"A1": ["h1", "h2"], "Z1": ["z(h2)", "z(h1)"], "b": ["b1[2]"]}
    expanded = good(run("fmt", "--expand", "-", stdin=json.dumps(content)))
    assert json.loads(expanded)["stages"] == content["stages"]
    net = deepgraph.loads(expanded).initialised(1)
    layers = deepgraph.loads(json.dumps(content)).initialised(1)
    for name, values in net.trace([[1.0, 2.0]]).stages.items():
        assert np.array_equal(values, layers.trace([[1.0, 2.0]]).stages[name])
    compacted = good(run("fmt", "--compact", "-", stdin=expanded))
    assert json.loads(compacted)["stages"] == content["stages"]


def test_training_leaves_them_and_frozen_groups_alone(run, tmp_path):
    table, target = tmp_path / "t.csv", tmp_path / "trained.json"
    table.write_text("x,y\n0,1\n1,0\n-1,2\n")
    options = ["--input", table, "--target", "y=y", "--epochs", "5", "-o", target]
    good(run("train", PATH, *options, "--freeze", "w35", "--freeze", "b5"))
    trained = deepgraph.load(target)
    assert trained.stages == STATE.stages
    assert trained.spec.stages == STATE.spec.stages
    assert trained.groups == STATE.groups
    assert trained.parameters["w35"].tolist() == STATE.parameters["w35"].tolist()
    assert trained.parameters["b5"] == STATE.parameters["b5"]
    assert trained.parameters["w78"].tolist() != STATE.parameters["w78"].tolist()
    assert "--freeze w35 --freeze b5" in trained.spec.source
    assert 'no parameter or group is named "w36"' in error(
        run("train", PATH, "--input", table, "--target", "y=y", "--freeze", "w36", "-o", target)
    )


WORKED = {
    "out1": [0.225, -1.275],
    "out2": [0.225, 0],
    "out3": [1.444],
    "out4": [0.39975],
    "out5": [1.444, 0.39975],
    "y": [0.4872175],
}
"""The worked example that the project grew from, at x = 0.5, stage by stage."""


def stated(text):
    """The last number or vector behind each name at the start of a line."""
    found = {}
    for line in text.replace("−", "-").splitlines():
        name, equals, rest = line.strip().partition(" = ")
        if equals and name in WORKED:
            found[name] = [float(part) for part in rest.split(" = ")[-1].strip("[]").split()]
    return found


def test_the_worked_example_is_told_alike_through_every_door(run, tmp_path):
    assert stated(good(run("explain", PATH, "--set", "x=0.5"))) == WORKED
    assert stated(str(STATE.explain({"x": 0.5}))) == WORKED
    trace = STATE.trace({"x": 0.5})
    stages = {name: trace.stages[name][:, 0] for name in WORKED if name != "y"}
    for name, values in {**stages, "y": trace["y"]}.items():
        assert values == pytest.approx(WORKED[name], rel=1e-15)
    for name, values in WORKED.items():
        table = good(run("eval", PATH, "--set", "x=0.5", "--nodes", name)).splitlines()
        assert [float(cell) for cell in table[1].split(",")] == pytest.approx(values, rel=1e-15)
    spec = json.loads(PATH.read_text())
    spec["examples"] = [{"inputs": {"x": 0.5}, "expect": WORKED, "tolerance": 1e-14}]
    (tmp_path / "only.json").write_text(json.dumps(spec))
    checked = json.loads(good(run("check", tmp_path / "only.json", "--json")))
    assert (checked["ok"], checked["failed"]) == (sum(map(len, WORKED.values())), 0)
    for name, values in WORKED.items():  # and no other figures are
        spec["examples"][0]["expect"] = {name: [values[0] + 1e-9, *values[1:]]}
        (tmp_path / "wrong.json").write_text(json.dumps(spec))
        assert run("check", tmp_path / "wrong.json").returncode == 1
    page = tmp_path / "page.md"
    page.write_text(
        "<!-- deepgraph: explain only.json --set x=0.5 --format text -->\n<!-- /deepgraph -->\n"
    )
    good(run("embed", page))
    assert stated(page.read_text()) == WORKED
