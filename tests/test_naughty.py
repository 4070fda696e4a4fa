"""The Big List of Naughty Strings (npm, MIT) through every text of a spec and every output.

One network a string, with the string as node id, labels, edge label, title, and whatever else is
text; a group, whose name must differ from all edge labels, has another string of the list. All runs
in this process, but for one Chromium that opens all pictures in one page.
"""

from __future__ import annotations

import base64
import csv
import html
import io
import json
import re
import xml.etree.ElementTree as ET
from collections import Counter
from pathlib import Path

import click.testing
import pytest

import deepgraph
from deepgraph import draw
from deepgraph.cli import cli
from deepgraph.draw.graphviz import execute
from deepgraph.draw.output import latex_text
from deepgraph.draw.output.bidi import LEFT_MARK
from deepgraph.errors import DeepgraphError, SpecError
from deepgraph.explain import latex as worked
from deepgraph.words.messages import printable
from deepgraph.words.notation import runs
from deepgraph.words.tex import GREEK
from tests.draw.output.test_dot import lines_of, plain
from tests.support import browser
from tests.support.naughty import COUNT, ILLEGAL, cases, legal, naughty, spec
from tests.support.texts import one_break, shown

SVG = "{http://www.w3.org/2000/svg}"


def drawn(case, form="svg", **options):
    return draw.render(case.network, case.trace, format=form, weights="name", **options)


# --- the spec ------------------------------------------------------------------------------------


def test_an_id_is_a_name_or_a_clean_error():
    refused = 0
    for text in naughty():
        content = json.dumps(spec(text, text, "dg-label", "dg-group"))
        if legal(text):
            assert deepgraph.loads(content).ids[0] == text
            continue
        refused += 1
        with pytest.raises(SpecError) as caught:
            deepgraph.loads(content)
        (problem,) = caught.value.problems
        assert problem.path == "$.nodes[0]"
        assert re.search("an id has 1 to 256 characters|has a control character", str(problem))
        assert str(caught.value).isprintable()
    assert refused == ILLEGAL


def test_a_name_that_stands_twice_is_a_clean_error():
    for text in naughty():
        with pytest.raises(SpecError) as caught:
            deepgraph.loads(json.dumps(spec(text, "dg-input", text, text)))
        for line in str(caught.value).split("\n"):
            assert not re.search(r"[\x00-\x1f\x7f-\x9f]", line)


def test_the_spec_is_written_and_read_again():
    for case in cases():
        again = deepgraph.spec.reading.read(
            deepgraph.spec.writing.write(case.network.spec).encode()
        )
        assert again == case.network.spec
        assert (again.title, again.name, again.nodes[1].label) == (case.text,) * 3


def as_drawn(case):
    """The texts of a picture, with names set as mathematics and without marks of direction."""
    found = Counter()
    for text, times in case.texts.items():
        found["".join(run.text for run in runs(text)).replace(LEFT_MARK, "")] += times
    return found


# --- pictures ------------------------------------------------------------------------------------


@pytest.mark.parametrize("inline", [False, True], ids=["file", "inline"])
def test_svg(inline):
    for case in cases():
        root = ET.fromstring(drawn(case, inline=inline))
        found = Counter("".join(text.itertext()) for text in root.iter(f"{SVG}text"))
        del found[""]
        assert Counter({text.replace(LEFT_MARK, ""): n for text, n in found.items()}) == as_drawn(
            case
        )
        assert root.findtext(f"{SVG}title") == shown(case.text or "network")


@pytest.mark.filterwarnings("ignore::deepgraph.errors.MissingFontWarning")
def test_png():
    for case in cases():
        png = drawn(case, "png", scale=0.25)
        assert png.startswith(b"\x89PNG\r\n\x1a\n")
        assert png.endswith(b"IEND\xaeB`\x82")


def test_dot():
    for case in cases():
        dot = drawn(case, "dot").decode()
        graph = json.loads(execute.run(dot, format="json").content)
        names = [item["name"] for item in graph["objects"]]
        assert len(set(names)) == len(names)
        found = Counter()
        for lines in lines_of(execute.run(dot).content.decode()).values():
            found.update(line for line in lines if line.strip())
        expected = Counter()
        for text, times in case.texts.items():
            lines = [plain(line).replace("\t", " ") for line in one_break(text).split("\n")]
            expected.update([line for line in lines if line.strip()] * times)
        assert found == expected
        items = [*graph["objects"], *graph["edges"]]
        assert not {"URL", "href", "image", "target"} & {key for item in items for key in item}


def test_by_graphviz():
    for case in cases():
        root = ET.fromstring(drawn(case, renderer="graphviz"))
        assert root.findtext(f"{SVG}title") == shown(case.text or "network")
        assert not list(root.iter(f"{SVG}a"))


def test_mermaid():
    """Mermaid itself draws such texts in tests/draw/output/test_mermaid.py."""
    for case in cases():
        chart = drawn(case, "mermaid").decode()
        quoted = re.findall(r'"([^"\n]*)"', chart)
        assert '"' not in re.sub(r'"[^"\n]*"', "", chart)
        found = []
        for label in quoted:
            for line in label.replace("<wbr/>", "").split("<br/>"):
                bare = re.sub("</?(i|sub|sup)>", "", line)
                assert not re.search(
                    r"""["'`<>{}()|;#&*_$~^\\/:@%!?+-]""", re.sub(r"#\d+;", "", bare)
                )
                found.append(re.sub(r"#(\d+);", lambda match: chr(int(match[1])), bare))
        spaces = re.compile("[\t\n\r\N{NO-BREAK SPACE}]")
        expected = Counter()
        for text, times in as_drawn(case).items():
            expected[spaces.sub(" ", text)] += times
        assert Counter(spaces.sub(" ", text) for text in found if text) == expected


def test_tikz():
    commands = {
        name for text in latex_text._KNOWN.values() for name in re.findall(r"\\([A-Za-z]+)", text)
    }
    commands |= set(re.findall(r"\\([A-Za-z]+)", " ".join(GREEK.values())))
    commands |= {"hat", "tilde", "bar", "dot", "ddot", "vec", "prime", "mathbf"}
    commands |= {
        "mathit",
        "mathrm",
        "dgchar",
        "i",
        "j",
        *filter(str.isalpha, latex_text._ACCENTS.values()),
    }
    plain = deepgraph.loads(json.dumps(spec("x", "x", "w", "g")))
    own = draw.render(plain, plain.trace({"x": 1}), format="tikz").decode()
    commands |= {*re.findall(r"\\([A-Za-z]+)", own), "providecommand", "tiny", "bfseries"}
    for case in cases():
        text = drawn(case, "tikz").decode()
        code = [line for line in text.splitlines() if not line.startswith("%")]
        assert all(line.isascii() and line.isprintable() for line in code)
        bare = re.sub(r"\\[^A-Za-z]", "", "\n".join(code))
        assert bare.count("{") == bare.count("}")
        assert bare.count("$") % 2 == 0
        assert set(re.findall(r"\\([A-Za-z]+)", "\n".join(code))) <= commands
        for sample in (case.text, case.id):
            if sample.isascii() and sample.isalnum() and len(sample) > 3:
                assert sample in text


# --- tables --------------------------------------------------------------------------------------


def test_csv(tmp_path, monkeypatch):
    """A column of the table is found by the name, and the result's header has it, exactly."""
    monkeypatch.chdir(tmp_path)
    runner = click.testing.CliRunner()
    for case in cases():
        Path("spec.json").write_text(json.dumps(spec(case.text, case.id, "w", "g")), "utf-8")
        with Path("table.csv").open("w", encoding="utf-8-sig", newline="") as stream:
            csv.writer(stream).writerows([[case.id], [1], [2]])
        arguments = ["eval", "spec.json", "--input", "table.csv", "--nodes", "all"]
        done = runner.invoke(cli, arguments, catch_exceptions=False)
        assert done.exit_code == 0
        names = [case.id, "dg-hidden", "dg-output", "dg-bias"]
        rows = list(csv.reader(io.StringIO(done.stdout_bytes.decode(), newline="")))
        assert rows == [names, ["1", "2", "2", "1"], ["2", "3", "3", "1"]]
        setting = ["eval", "spec.json", "--set", f"{case.id}=1", "--nodes", case.id]
        done = runner.invoke(cli, setting, catch_exceptions=False)
        assert done.exit_code == 0
        rows = list(csv.reader(io.StringIO(done.stdout_bytes.decode(), newline="")))
        assert rows == [[case.id], ["1"]]


# --- worked arithmetic ---------------------------------------------------------------------------


def test_explain():
    known = re.compile(r"\\([A-Za-z]+)")
    plain = deepgraph.loads(json.dumps(spec("x", "x", "w", "g")))
    own = plain.explain({"x": 1}, {"dg-output": 1}, learning_rate=0.1)
    commands = {*known.findall(own.latex()), *known.findall(own.markdown()), "inputenc", "text"}
    for table in (worked._SPECIAL, worked._WORDS, worked._RELATIONS, worked._FUNCTIONS):
        commands |= {name for text in table.values() for name in known.findall(text)}
    commands |= {name for text in GREEK.values() for name in known.findall(text)}
    commands |= {"mathsf", "qquad", "quad", "mathrm", "mathit", "mathbf"}
    commands |= {"hat", "tilde", "bar", "dot", "ddot", "vec", "prime"}
    for case in cases():
        told = case.network.explain({case.id: 1}, {"dg-output": 1}, learning_rate=0.1)
        text, markdown, document = str(told), told.markdown(), told.latex()
        assert text.startswith(printable(shown(case.text or "spec")))
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f]", text + markdown + document)
        assert set(known.findall(document)) <= commands
        assert document.count(r"\begin{document}") == document.count(r"\end{document}") == 1
        heading, rest = markdown.split("\n", 1)
        assert heading.startswith("# ")
        assert not re.search(r"(?<!\\)[<>`$]", re.sub(r"\\\\", "", heading))
        assert not re.search(r"[<>`]", rest)
        assert rest.count("$$") % 2 == 0
        assert re.sub(r"\\([\\`*_{}\[\]<>#$|~&!])", r"\1", heading[2:]) == printable(
            shown(case.text or "spec")
        )
        assert all(unescaped(part) for part in (document, rest))


def unescaped(text):
    """True if the braces of a piece of TeX are in pairs."""
    bare = re.sub(r"\\[^A-Za-z]", "", text)
    return bare.count("{") == bare.count("}")


def test_every_other_message(tmp_path, monkeypatch):
    """No command fails, or passes on what a terminal would obey."""
    monkeypatch.chdir(tmp_path)
    runner = click.testing.CliRunner()
    for case in cases():
        Path("spec.json").write_text(deepgraph.spec.writing.write(case.network.spec), "utf-8")
        for command in ("check", "validate", "fmt --check", "info"):
            name, *options = command.split()
            done = runner.invoke(cli, [name, "spec.json", *options])
            assert done.exception is None or isinstance(
                done.exception, (SystemExit, DeepgraphError)
            ), done.exception
            assert done.exit_code == 0, done.output
            assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f]", done.output), command


# --- the browser ---------------------------------------------------------------------------------

POLICY = (
    "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; "
    "style-src 'unsafe-inline'; img-src data:"
)
"""Scripts may run, so that one that does is met; whatever else is asked for is reported."""
BEFORE = """
window.told = {dialogs: 0, violations: [], errors: [], ran: 0};
for (const name of ['alert', 'confirm', 'prompt', 'open', 'print'])
  window[name] = () => { told.dialogs++; };
document.write = document.writeln = () => { told.ran++; };
addEventListener('securitypolicyviolation', e => told.violations.push(e.blockedURI), true);
addEventListener('error', e => told.errors.push(String(e.message || e.target.outerHTML)), true);
"""
AFTER = """
addEventListener('load', async () => {
  const pictures = Array.from(document.querySelectorAll('div'), div => {
    const all = Array.from(div.querySelectorAll('*'));
    return {
      texts: Array.from(div.querySelectorAll('text'), text => text.textContent),
      title: div.querySelector('title').textContent,
      names: Array.from(new Set(all.map(element => element.localName))),
      active: all.flatMap(element => Array.from(element.attributes, a => a.name))
        .filter(name => /^on|href$|^src/.test(name)),
    };
  });
  for (const element of document.querySelectorAll('div *'))
    for (const kind of ['mouseover', 'click', 'focus', 'load'])
      element.dispatchEvent(new Event(kind));
  await new Promise(resolve => setTimeout(resolve, 200));
  const images = Array.from(document.images, image => image.naturalWidth);
  const requests = performance.getEntriesByType('resource').map(entry => entry.name)
    .filter(name => !name.startsWith('data:'));
  const scripts = document.querySelectorAll('script').length;
  const found = {...told, requests, images, pictures, scripts, frames: frames.length};
  const list = document.createElement('pre');
  list.id = 'done';
  list.textContent = JSON.stringify(found).replace(/[^ -~]/g,
    c => '\\\\u' + c.charCodeAt(0).toString(16).padStart(4, '0'));
  document.body.replaceChildren(list);
});
"""


def opened(pictures, images, folder):
    """The report of Chromium on pictures in the text of a page, and of others as images."""
    browser.needed()
    divs = "".join(f"<div>{picture.decode()}</div>\n" for picture in pictures)
    sources = (base64.b64encode(image).decode() for image in images)
    shown = "".join(f'<img src="data:image/svg+xml;base64,{source}">\n' for source in sources)
    page = folder / "page.html"
    page.write_text(
        f'<!doctype html><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" '
        f'content="{POLICY}"><script>{BEFORE}</script><script>{AFTER}</script><body>{divs}{shown}',
        encoding="utf-8",
    )
    dom = browser.run(page, "--virtual-time-budget=600000", "--dump-dom")
    match = re.search(r'<pre id="done">(.*?)</pre>', dom, re.DOTALL)
    assert match, dom[-500:]
    return json.loads(html.unescape(match[1]))


def test_chromium_opens_all_pictures(tmp_path):
    files = [drawn(case) for case in cases()]
    inlined = [drawn(case, inline=True) for case in cases()]
    found = opened([*files, *inlined], files, tmp_path)
    assert found["dialogs"] == found["ran"] == found["frames"] == 0
    assert found["violations"] == found["errors"] == found["requests"] == []
    assert found["scripts"] == 2
    assert len(found["images"]) == COUNT
    assert min(found["images"]) > 100
    for picture, case in zip(found["pictures"], [*cases(), *cases()], strict=True):
        found_texts = Counter(text.replace(LEFT_MARK, "") for text in picture["texts"] if text)
        assert found_texts == as_drawn(case)
        assert picture["title"] == shown(case.text or "network")
        assert picture["active"] == []
        assert set(picture["names"]) <= ELEMENTS


ELEMENTS = {
    *("svg", "title", "desc", "style", "g", "path", "rect", "circle", "polygon", "polyline"),
    *("text", "tspan"),
}


def test_the_page_sees_what_it_should(tmp_path):
    """A test of the test: a picture that is not harmless."""
    picture = (
        b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9" onclick="alert(1)">'
        b'<title>t</title><image href="http://localhost:9/a.png"/><text>a</text>'
        b"<script>confirm(1)</script></svg>"
    )
    found = opened([picture], [b"<svg"], tmp_path)
    assert found["dialogs"] == 2
    assert found["violations"] == ["http://localhost:9/a.png"]
    assert found["scripts"] == 3
    assert found["pictures"][0]["active"] == ["onclick", "href"]
    assert found["images"] == [0]
    assert len(found["errors"]) >= 1
