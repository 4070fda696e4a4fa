"""Runs the scripts of the live page in Node.js, many cases in one process."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from pathlib import Path

import numpy as np

from deepgraph.live import scripts
from tests.support.needs import need

WRITE = """
{ // numbers that JSON lacks, as texts; -0 keeps its sign
  const odd = (key, value) => typeof value === "number"
    ? (Number.isFinite(value) && !Object.is(value, -0) ? value : { number: Object.is(value, -0) ? "-0" : String(value) })
    : ArrayBuffer.isView(value) ? Array.from(value) : value;
  process.stdout.write(JSON.stringify(main(given), odd));
}
"""


def run_node(snippet, given=None, *, names=scripts.NUMBERS, before=""):
    """What `main(given)` returns, run behind the scripts of the live page in one process.

    Args:
        snippet: JavaScript that defines `main`; it sees every name of the scripts.
        given: data for JSON; numpy arrays become arrays. NaN and infinity arrive as such.
        names: the scripts to load.
        before: statements before the scripts.

    Returns:
        What JSON holds, with NaN and infinities as floats.
    """
    need(shutil.which("node"), "Node.js", "https://nodejs.org")
    data = json.dumps(given, default=np.ndarray.tolist)
    reading = (
        'const given = JSON.parse(require("fs").readFileSync(process.argv[2], "utf8"), (key, value) =>'
        ' value && typeof value === "object" && "number" in value && Object.keys(value).length === 1'
        " ? Number(value.number) : value);"
    )
    text = scripts.joined(names, before=before, behind=f"{reading}\n{snippet}\n{WRITE}")
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
