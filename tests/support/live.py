"""Runs the scripts of the live page in Node.js, many cases in one process."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from pathlib import Path

import numpy as np

from deepgraph.functions.losses import LOSSES
from deepgraph.live import functions, scripts
from deepgraph.live.compact import compact
from deepgraph.live.program import program
from tests.support.needs import need

READ = """
const isMarked = (value) => value && typeof value === "object" && "number" in value;
const { readFileSync } = require("fs");
const given = JSON.parse(readFileSync(process.argv[2], "utf8"), (key, value) =>
  isMarked(value) ? Number(value.number) : value);
"""
WRITE = """
{ // numbers that JSON lacks are marked; a zero keeps its sign
  const isPlain = (value) => Number.isFinite(value) && !Object.is(value, -0);
  const text = (value) => Object.is(value, -0) ? "-0" : String(value);
  const odd = (key, value) =>
    typeof value === "number" ? (isPlain(value) ? value : { number: text(value) })
    : ArrayBuffer.isView(value) ? Array.from(value) : value;
  process.stdout.write(JSON.stringify(main(given), odd));
}
"""


def run_node(snippet, given=None, *, names=scripts.NUMBERS, before="", short=False):
    """What `main(given)` returns, run behind the scripts of the live page in one process.

    Args:
        snippet: JavaScript that defines `main`; it sees every name of the scripts.
        given: data for JSON; numpy arrays become arrays. NaN and infinity arrive as such.
        names: the scripts to load.
        before: statements before the scripts.
        short: true to run the short form of scripts and snippet.

    Returns:
        What JSON holds, with NaN and infinities as floats.
    """
    need(shutil.which("node"), "Node.js", "https://nodejs.org")
    data = json.dumps(given, default=np.ndarray.tolist)
    behind = "\n".join((READ, snippet, WRITE))
    text = scripts.joined(names, before=before, behind=behind)
    if short:
        body = compact(f"{scripts.text(names)}\n{behind}", scripts.SHARED)
        text = f'"use strict";\n{before}\n{body}'
    with tempfile.TemporaryDirectory() as folder:
        program, file = Path(folder, "page.js"), Path(folder, "given.json")
        program.write_text(text, encoding="utf-8")
        file.write_text(_plain(data), encoding="utf-8")
        done = subprocess.run(
            ["node", program, file], capture_output=True, check=False, timeout=300
        )
    assert done.returncode == 0, done.stderr.decode()[-3000:]
    return json.loads(done.stdout, object_hook=_number)


def _plain(data):
    """JSON of Python, whose NaN and infinities JavaScript does not read."""
    if not any(word in data for word in ("NaN", "Infinity")):
        return data
    return json.dumps(_marked(json.loads(data)))


def _marked(value):
    if isinstance(value, list):
        return [_marked(part) for part in value]
    if isinstance(value, dict):
        return {key: _marked(part) for key, part in value.items()}
    if isinstance(value, float) and not np.isfinite(value):
        return {"number": {np.inf: "Infinity", -np.inf: "-Infinity"}.get(value, "NaN")}
    return value


def _number(found):
    return (
        float(found["number"].replace("Infinity", "inf")) if found.keys() == {"number"} else found
    )


EVERY_LOSS = {
    name: {key: getattr(loss, key) for key in ("divisor", "mean", "formula", "derivative_formula")}
    for name, loss in LOSSES.items()
    if loss.needs_targets
}
"""The table of losses for targets of any node; a page has those of its outputs."""


def all_losses(program):
    """The losses of a program for targets of any node, and the value of any node as a loss."""
    ids = enumerate(program["nodes"]["id"])
    return EVERY_LOSS | {f"output {name}": {"of": node} for node, name in ids}


def programs(networks):
    """Statements that define `programs`, what `readProgram` makes of each network, with all losses.

    They stand behind the scripts, so that one process runs any number of networks.
    """
    parts = (
        f"readProgram({json.dumps(found | {'losses': all_losses(found)})}, "
        f"{functions.activations(network)})"
        for network in networks
        for found in [program(network)]
    )
    return f"const programs = [{', '.join(parts)}];\n"


def run_networks(snippet, networks, given=None, **options):
    """`run_node` with `programs` of the networks, and the losses, in front of the snippet."""
    before = functions.script(networks[0], LOSSES)
    return run_node(programs(networks) + snippet, given, before=before, **options)


PLAIN = (
    *("identity", "relu", "relu6", "thresholded_relu", "leaky_relu", "softsign", "hard_sigmoid"),
    *("hard_swish", "hard_tanh", "bent_identity", "step", "sign", "floor", "round", "abs"),
    *("square", "cube", "sqrt", "inverse"),
)
"""Activations of plain arithmetic, and of the square root, which IEEE 754 defines to the bit."""
