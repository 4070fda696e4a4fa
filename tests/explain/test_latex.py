"""LaTeX through pdflatex, Markdown through KaTeX: every network of the gallery, and odd names."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

import deepgraph
from deepgraph.explain import expressions as ex
from deepgraph.explain import latex
from deepgraph.explain.latex import escaped
from deepgraph.explain.spelling import SPELLER
from deepgraph.spec import gallery
from tests.support import pdflatex
from tests.support.explained import cases, explained
from tests.support.needs import need
from tests.support.notation_cases import CASES
from tests.support.strategies import ODD_IDS, network
from tests.support.worked import judge, lines

TESTS = Path(__file__).parents[1]
HOSTILE = (
    *ODD_IDS, "\\input{/etc/passwd}", "\\end{document}", "$x$", "$$", "a$b", "#1", "%", "&", "~^_",
    "{", "}", "a_b_c", "<script>", "[x](y)", "`a`", "*b*", "|", "'", "--", "^^41", "\\\\", " ",
    "ß Ð þ ×", "é", "α2", "日本 = 5", "x ≈ 1", ", as 1 < 2", "\u202e", "😀", "∂loss/∂x", '\\"', "1",
)  # fmt: skip


def compile_(text, folder):
    pdflatex.needed()
    (folder / "worked.tex").write_text(text, encoding="utf-8")
    command = ["pdflatex", "-no-shell-escape", "-halt-on-error", "-interaction=nonstopmode"]
    done = subprocess.run(
        [*command, "worked.tex"], cwd=folder, capture_output=True, timeout=120, check=False
    )
    output = done.stdout.decode(errors="replace")
    assert done.returncode == 0, output[-2000:]
    assert "Output written on worked.pdf" in output
    assert "Missing character" not in (folder / "worked.log").read_text(errors="replace")


def katex(texts, folder):
    """How many formulas KaTeX renders; its first error fails."""
    module = TESTS / "node_modules/katex"
    need(module.is_dir(), "KaTeX", "npm ci --prefix tests --ignore-scripts")
    need(shutil.which("node"), "Node", "install Node.js 20")
    paths = [folder / f"{number}.md" for number in range(len(texts))]
    for path, text in zip(paths, texts, strict=True):
        path.write_text(text, encoding="utf-8")
    done = subprocess.run(
        ["node", TESTS / "katex.mjs", *paths], capture_output=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    return int(done.stdout)


@pytest.mark.parametrize("name", gallery.names(more=False))
def test_the_gallery_compiles(name, tmp_path):
    net = deepgraph.load(gallery.path(name))
    inputs, targets, loss = next(cases(net))
    for number, fractions in enumerate((False, True)):
        folder = tmp_path / str(number)
        folder.mkdir()
        compile_(explained(net, inputs, targets, loss, fractions=fractions).latex(), folder)


@pytest.mark.parametrize("name", gallery.names(more=False))
def test_the_gallery_renders_in_katex(name, tmp_path):
    net = deepgraph.load(gallery.path(name))
    texts = [
        explained(net, *case, fractions=fractions).markdown()
        for case in cases(net)
        for fractions in (False, True)
    ]
    assert katex(texts, tmp_path) > 2 * len(texts)


def hostile():
    """A network in which every name is trouble."""
    nodes = [{"id": name, "kind": "input"} for name in HOSTILE]
    edges = [
        {"source": name, "target": "out=", "label": f"w {name}", "weight": 0.5}
        for name in HOSTILE[1:]
    ]
    edges.append({"source": HOSTILE[0], "target": "out=", "weight": 1})
    nodes.append({"id": "out=", "kind": "output", "activation": "sigmoid", "label": "$\\x_{"})
    return network({"deepgraph": 1, "title": "\\x $y$ <b> 日", "nodes": nodes, "edges": edges})


def test_odd_names(tmp_path):
    net = hostile()
    explanation = net.explain(dict.fromkeys(HOSTILE, 0.25), {"out=": 1}, learning_rate=0.1)
    compile_(explanation.latex(), tmp_path)
    assert katex([explanation.markdown()], tmp_path) > 10
    found = lines(str(explanation))
    assert len(found) == len(explanation.lines)
    assert {judge(line, 4) for line in found} <= {"exact", "rounded", "stated", "vector"}


def test_escapes():
    assert escaped("\\end{a}") == r"\textbackslash{}end\{a\}"
    assert escaped("50 % & $5") == r"50 \% \& \textdollar{}5"
    assert escaped("é日 – ‘q’") == "é日 – ‘q’"
    assert escaped("a № 😀") == r"a U+2116\, U+1F600\,"


def test_names_in_the_notation_of_mathematics(tmp_path):
    pages, bodies, head = [], [], ""
    for name, tex, plain in CASES:  # each by itself, since names that are set alike are quoted
        told = _told([name])
        document, text = told.latex(), str(told)
        assert re.sub("^<(.*?)>", r"\\text{\1}", tex) in document, name
        assert f"{plain} = 1" in text, name
        pages.append(told.markdown())
        head, _, rest = document.partition(r"\begin{document}")
        bodies.append(rest.partition(r"\end{document}")[0])
    assert katex(pages, tmp_path) > len(pages)
    compile_(rf"{head}\begin{{document}}{''.join(bodies)}\end{{document}}", tmp_path)


def _told(names):
    """The arithmetic of a sum over inputs with these names."""
    nodes = [{"id": name, "kind": "input"} for name in names]
    edges = [
        {"source": name, "target": "sum", "weight": 0.5, "label": rf"\omega_{{{number}}}"}
        for number, name in enumerate(names)
    ]
    content = {"deepgraph": 1, "nodes": [*nodes, {"id": "sum", "kind": "output"}], "edges": edges}
    return deepgraph.loads(json.dumps(content)).explain(dict.fromkeys(names, 1))


def test_a_square_of_a_name_with_an_exponent_is_in_parentheses():
    square = ex.Power(ex.Symbol("x^2"), 2)
    assert latex.SPELLER.spell(square) == r"{\left(x^{2}\right)}^2"
    assert SPELLER.spell(square) == "(x²)²"
