"""The short form of scripts means what the long one means."""

from __future__ import annotations

import json
import subprocess

import numpy as np
import pytest

import deepgraph
from deepgraph.functions.activations import ACTIVATIONS
from deepgraph.functions.node_function import NodeFunction
from deepgraph.live import functions, scripts
from deepgraph.live.compact import compact
from tests.live import own_names
from tests.support.live import run_networks
from tests.support.strategies import GALLERY, network

SPEC = {
    "deepgraph": 1,
    "nodes": [{"id": "x", "kind": "input"}, {"id": "y", "kind": "output"}],
    "edges": [{"source": "x", "target": "y", "label": "w", "weight": 1}],
}

TRICKY = {
    "shorthand": """
const point = (left, right) => ({ left, right, sum: left + right });
const { left, right: other, missing = left + 1 } = point(1, 2);
console.log(JSON.stringify([left, other, missing, point(3, 4)]));
""",
    "parameters": """
const show = (first, { size, color = "red", ...rest }, [head, ...tail], last = first) =>
  [first, size, color, rest, head, tail, last];
console.log(JSON.stringify(show(1, { size: 2, extra: 3 }, [4, 5, 6])));
""",
    "templates": """
const said = (item) => `[${item.name}${item.name ? `!${item.size}` : "}"}]`;
const nested = (items) => `<${items.map((item) => `${said(item)}`).join(`,`)}>`;
const first = `a${1}b${2}`, second = (name) => `<${name}${`${name}!`}>` + name, third = 3;
console.log(first, second("x"), third);
console.log(nested([{ name: "a", size: 1 }, { name: "", size: 2 }]));
console.log(`\\`\\${plain}`, `${{ a: { b: 1 } }.a.b}`);
""",
    "regular expressions": """
const found = "a/b [x] 'q'".replace(/[/'"]/g, (sign) => `<${sign}>`).split(/\\s+/);
const half = found.length / 2 / 1;
console.log(JSON.stringify([found, half, /\\//.test("/"), "x".replace(/x$/, "$&$&")]));
""",
    "classes": """
class Base {
  get size() { return 1; }
  static make(value) { return new Base(value); }
  constructor(value) { this.value = value; }
}
class Square extends Base {
  area({ scale } = { scale: 2 }) { const size = this.size; return size * scale * this.value; }
}
const options = { class: "wide", label: say("x"), in: 1, default: 2, get: 3, of: 4 };
function say(text) { return `${text}?`; }
console.log(new Square(3).area(), Base.make(4).value, JSON.stringify(options));
""",
    "shadows": """
const value = 1, other = () => value;
const inner = (value) => {
  const other = value + 1;
  { const value = other * 2; return [value, other]; }
};
console.log(JSON.stringify([inner(5), value, other()]));
""",
    "loops": """
let total = 0;
for (const [index, { weight }] of [{ weight: 2 }, { weight: 3 }].entries()) total += index * weight;
for (let i = 0, end = 3; i < end; i++) { total += i; }
for (const key in { a: 1 }) total += key.length;
try { missing(); } catch (error) { total += error instanceof ReferenceError ? 100 : 0; }
const { a, b: { c: [d] } } = { a: 1, b: { c: [2] } };
console.log(total, a, d);
""",
    "operators": """
const up = (x) => x + +x - -x; let count = 1;
const next = count++ + ++count, down = count-- - --count;
console.log(up(2), next, down, typeof count, !0 ? -1 : +1);
console.log([1, 2,].length, ((one, two,) => two)(1, 2,));
""",
    "new lines": """
let first = 1;
let second = first;
[first, second] = [second + 1, first];
const chosen = first
  ? { first }
  : { second };
if (first)
  second += 1;
else
  second -= 1;
console.log(first, second, JSON.stringify(chosen));
""",
    "scopes": """
const value = 1, list = [3, 4];
const first = (value) => { const inner = value + 1; return inner; };
const second = (list) => list.map((value) => value * 2).filter((other) => other > value);
function third(one, two = one + value) {
  { const one = two; if (one) return [one, value]; }
  return two;
}
let text = "";
for (const value of list) for (const other of list)
  if (value < other) text += value; else text += other;
for (let i = 0, value = 5; i < 2; i++) { const list = value + i; text += list; }
try { throw Error("x"); } catch (error) { const value = error.message; text += value; }
const later = async (text) => {
  const { value: found = list[0], ...rest } = text;
  return [found, rest];
};
switch (value) { case 1: { const list = "one"; text += list; break; } default: text += "none"; }
const curried = (one) => (two) => (three) => [one, two, three, value];
later({ other: 2 }).then((value) => console.log(JSON.stringify(value)));
console.log(first(4), second([1, 2]), third(0), third(2), text, curried(1)(2)(3));
""",
    "declarations": """
const first = 1; const second = first + 1; let third = 3; const fourth = 4; const fifth = 5;
for (const one of [1]) { const two = one; const three = two; third += three; }
if (third) { const six = 6; third += six; } const seven = 7;
const eight = (x) => { const y = x; const z = y; return z; };
const nine = `${(() => { const a = 1; const b = 2; return a + b; })()}`; const ten = nine;
console.log(first, second, third, fourth, fifth, seven, eight(8), nine, ten);
""",
    "unused parameters": """
const shown = (unused, alsoUnused) => { const found = 1; return [(_, at) => at, found]; };
class Table { write(unused) { const text = "a"; return text; } set size(unused) { const own = 2; } }
console.log(shown()[0](1, 2), new Table().write(3));
""",
    "methods": """
const table = {
  build(place, page) { const { say } = page; return say(place); },
  async wait() {}, get now() { return 7; },
};
console.log(table.build("x", { say: (text) => text + text }), table.now, typeof table.wait);
""",
}


def output(script):
    done = subprocess.run(["node", "-e", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("script", TRICKY.values(), ids=TRICKY)
def test_a_short_script_does_the_same(script):
    short = compact(script)
    assert output(short) == output(script) != "\n"
    assert output(f"(() => {{{short}}})();") == output(compact(f"(() => {{{script}}})();"))
    assert len(short) < len(script)


def test_names_that_others_use_stay():
    short = compact("const shared = (value) => value;\nconst own = shared(1);\n", {"shared"})
    assert short == "let shared=e=>e,e=shared(1);"


def test_names_that_nothing_declares_stay():
    """Those of the browser, whatever they are."""
    short = compact("const watch = (call) => new IntersectionObserver(call, unknownThing);\n")
    assert short == "let e=e=>new IntersectionObserver(e,unknownThing);"


ALL = """
const main = () => programs.map((program) => {
  const inputs = checkedInputs(program), rows = inputs[0].length;
  const trace = evaluate(program, program.values, inputs.flat(), newTrace(program, rows));
  const aim = { nodes: program.outputs, targets: new Float64Array(program.outputs.length * rows) };
  const found = gradient(program, program.values, trace, { loss: "squared_error", ...aim });
  const range = [-1, 1];
  return [selfCheck(program), found, trainingData({ inputs, targets: {} }, "squared_error"),
    curvesOver(program, program.values, program.inputs, 0, range, 9),
    Array.from(found.values, (x) => formatNumber(x)), parameterName(program, 0)];
});
"""


def test_all_that_computes_gives_the_same():
    networks = [deepgraph.load(path) for path in GALLERY]
    plain, short = (run_networks(ALL, networks, short=flag) for flag in (False, True))
    assert json.dumps(plain) == json.dumps(short)
    assert np.isfinite(plain[0][1]["loss"])


def test_functions_find_what_they_share_with_short_scripts():
    """All functions of the tables, before the short form of the other scripts."""
    net = network(SPEC)
    net.functions = [NodeFunction.of(name) for name in ACTIVATIONS]
    short = compact(scripts.text(scripts.NUMBERS), scripts.SHARED)
    run = (
        "console.log(JSON.stringify(FUNCTIONS.map((f) => [f.value(0.3), f.slope(0.3)])));"
        "console.log(typeof maximum, typeof LOSSES.squared_error.value(1, 2));"
    )
    values, kinds = output(f"{functions.script(net)}\n{short}\n{run}").splitlines()
    assert kinds == "function number"
    expected = [[f(np.array(0.3)), f.derivative(np.array(0.3))] for f in net.functions]
    assert np.allclose(json.loads(values), expected, rtol=1e-14)


def test_the_scripts_of_the_page_are_shorter_by_nearly_half():
    whole, short = scripts.text(), compact(scripts.text())
    assert len(short) < 0.55 * len(whole)
    assert "/**" not in short
    done = subprocess.run(["node", "--check", "-"], input=short, text=True, check=False)
    assert done.returncode == 0


PARTS = """
class Shown {
  left(value) { return value; }
  right(value) { return this.left(value) + 1; }
}
const Table = (() => {
  function inner(value) { return value * 2; }
  function outer(value) { return value === 3 ? inner(value) : value; }
  return { inner, outer, other: (value) => [value, outer(value)], last: 1 };
})();
console.log(new Shown().left(1), Table.outer(2), Table.last, Object.keys(Table).length);
"""


def test_parts_of_declarations_are_left_out():
    names = ["Shown.right", "Table.inner", "Table.other"]
    short = compact(PARTS, without=names)
    assert len(short) < len(compact(PARTS)) - 70
    assert output(short) == "1 2 1 2\n"
    assert output(compact(PARTS)) == "1 2 1 4\n"


CHAIN = """const FIRST = 1, SECOND = 2;
const [third, fourth] = [3, 4];
const lone = () => helper() + FIRST;
const helper = () => 7;
class Table {
  inner() { return 5; }
  other() { return SECOND; }
}
const asked = () => lone() + third;
const left = () => new Table().other() + fourth;
console.log(left());
"""


def test_what_only_left_out_parts_use_is_left_out_too():
    short = compact(CHAIN, without=["asked"])
    assert output(short) == output(CHAIN) == "6\n"
    assert "7" not in short  # neither `lone` nor its helper is there
    assert "3" in short  # one of several names of a declaration keeps all of them
    assert output(compact(CHAIN, without=["lone", "asked"])) == "6\n"


def test_short_names_of_properties_are_nobody_elses(browser):
    """A browser does not know them, no text holds them, and nothing else has the short ones."""
    fresh, table = own_names.short_names(browser), scripts.own_names()
    keys, _ = own_names.names_of_scripts()
    assert {name for name in table if name in keys} <= fresh.keys()
    assert not set(table.values()) & (keys.keys() - table.keys())
    assert len(set(table.values())) == len(table) > 100


def test_properties_are_shortened_alike_everywhere():
    script = "const made = { size: 1, name: 2 };\nconst { size, name: other } = made;\n"
    script += "console.log(size, other, made.size, Object.keys(made).join());"
    short = compact(script, properties={"size": "s"})
    assert output(short) == "1 2 1 s,name\n"
