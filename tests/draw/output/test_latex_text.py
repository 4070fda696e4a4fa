"""Texts for LaTeX: every character that it knows is set, and no text is a command."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given

from deepgraph.draw.output import latex_text
from deepgraph.words.tex import GREEK
from tests.support.pdflatex import HEAD, typeset
from tests.support.texts import labels

if TYPE_CHECKING:
    from pathlib import Path


def test_every_character_that_is_known(tmp_path: Path) -> None:
    """With LaTeX's old encoding and with T1, whose ligatures are more; and all of three planes."""
    characters = [chr(code) for code in (*range(0x20, 0x3000), *range(0xFB00, 0xFB10))]
    lines = [latex_text.escape(f"a{c}b{c}{c}") for c in [*characters, *latex_text._KNOWN]]
    lines += [latex_text.spelled(f"{a}{b}12") for a in GREEK for b in ["", "w"]]
    body = "".join(rf"\setbox0\hbox{{{line}}}%" + "\n" for line in lines)
    page = rf"\providecommand\dgchar[1]{{{{\tiny U+#1}}}}{body}x".encode()
    typeset([page], tmp_path, HEAD, "-draftmode")
    unicode = HEAD.replace(r"\usepackage", r"\usepackage[T1]{fontenc}\usepackage", 1)
    typeset([page], tmp_path, unicode, "-draftmode")


@given(labels)
def test_escaped_texts_are_tame(text: str) -> None:
    """Only ASCII, groups in pairs, maths closed, and no command but those of this program."""
    for escaped in (latex_text.escape(text), latex_text.spelled(text)):
        assert escaped.isascii()
        assert escaped.isprintable()
        bare = re.sub(r"\\[{}$&#%_ ]", "", escaped)
        assert bare.count("{") == bare.count("}")
        assert bare.count("$") % 2 == 0
        assert not re.search("[#%&\"<>|]|--|''", re.sub(r'\\"|\$.*?\$', "", bare))
        commands = set(re.findall(r"\\([A-Za-z]+)", bare))
        assert commands <= COMMANDS, commands - COMMANDS


COMMANDS = {
    *re.findall(r"\\([A-Za-z]+)", " ".join([*latex_text._KNOWN.values(), *GREEK.values()])),
    *(
        "dgchar",
        "mathit",
        "mathrm",
        "mathbf",
        "i",
        "j",
        "hat",
        "tilde",
        "bar",
        "dot",
        "ddot",
        "vec",
    ),
    *("prime", "top", "dagger", "to", "ldots", "lt", "gt"),
    *filter(str.isalpha, latex_text._ACCENTS.values()),
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  a  b ", r"\ \ a \ b\ "),
        ("a---b,,c", "a-{}-{}-b,{},c"),
        ("x₁²", r"x$_{\mathrm{1}}$$^{\mathrm{2}}$"),
        ("zero\u200bwidth\n", "zerowidth\\ "),
        ("i\u0301 ń \u0301", r"\'{\i} \'{n} \dgchar{0301}"),
    ],
)
def test_escapes(text: str, expected: str) -> None:
    assert latex_text.escape(text) == expected
