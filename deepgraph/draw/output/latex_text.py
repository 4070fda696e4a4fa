r"""Escapes the texts of a TikZ picture for LaTeX.

All characters that pdfLaTeX can set with its standard fonts are set: ASCII, Greek, accented Latin
letters, the usual mathematical signs. Invisible characters are left out, a line break is a space.
Any other character shows as its number, `U+65E5`, by a macro `\dgchar` that a document with more
glyphs (under LuaLaTeX, say) may define differently before. (`deepgraph.explain.latex` writes for
KaTeX and MathJax, too, and needs other escapes.)
"""

from __future__ import annotations

import re
import unicodedata

from deepgraph.words.notation import Run, runs
from deepgraph.words.tex import GREEK, mathematics

_TYPEWRITER = r"{\usefont{OT1}{cmtt}{m}{n}\char%d}"
"""The font of straight quotes: LaTeX's own encoding has them in no other."""

_ASCII = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': _TYPEWRITER % 34,
    "'": _TYPEWRITER % 13,
    "`": _TYPEWRITER % 18,
}

_MATHS = GREEK | {
    **{"−": "-", "×": r"\times", "÷": r"\div", "±": r"\pm", "∓": r"\mp", "·": r"\cdot"},
    **{"⋅": r"\cdot", "∗": "*", "∘": r"\circ", "°": r"^{\circ}", "¬": r"\neg", "µ": r"\mu"},
    **{"∂": r"\partial", "∇": r"\nabla", "∆": r"\Delta", "∞": r"\infty", "√": r"\surd"},
    **{"∑": r"\textstyle\sum", "∏": r"\textstyle\prod", "∫": r"\textstyle\int"},
    **{"≤": r"\leq", "≥": r"\geq", "≠": r"\neq", "≈": r"\approx", "≡": r"\equiv", "∼": r"\sim"},
    **{"∝": r"\propto", "≪": r"\ll", "≫": r"\gg", "∈": r"\in", "∉": r"\notin", "∀": r"\forall"},
    **{"∃": r"\exists", "∅": r"\emptyset", "∧": r"\wedge", "∨": r"\vee", "∩": r"\cap"},
    **{"∪": r"\cup", "⊂": r"\subset", "⊃": r"\supset", "⊆": r"\subseteq", "⊇": r"\supseteq"},
    **{"⊕": r"\oplus", "⊖": r"\ominus", "⊗": r"\otimes", "⊙": r"\odot", "⊤": r"\top"},
    **{"⊥": r"\bot", "∠": r"\angle", "⟨": r"\langle", "⟩": r"\rangle", "ℓ": r"\ell"},
    **{"←": r"\leftarrow", "→": r"\rightarrow", "↑": r"\uparrow", "↓": r"\downarrow"},
    **{"↔": r"\leftrightarrow", "⇐": r"\Leftarrow", "⇒": r"\Rightarrow", "⇔": r"\Leftrightarrow"},
    **{"⋮": r"\vdots", "⋯": r"\cdots", "⋱": r"\ddots", "ϕ": r"\phi", "ϵ": r"\epsilon"},
    **{"ϑ": r"\vartheta", "ϱ": r"\varrho", "ϖ": r"\varpi", "′": r"'", "″": r"''"},
}

_TEXT = {
    **{"ß": r"\ss{}", "æ": r"\ae{}", "Æ": r"\AE{}", "œ": r"\oe{}", "Œ": r"\OE{}"},
    **{"ø": r"\o{}", "Ø": r"\O{}", "ł": r"\l{}", "Ł": r"\L{}", "ı": r"\i{}", "ȷ": r"\j{}"},
    **{"¡": r"\textexclamdown{}", "¿": r"\textquestiondown{}", "§": r"\S{}", "¶": r"\P{}"},
    **{"†": r"\dag{}", "‡": r"\ddag{}", "©": r"\copyright{}", "•": r"\textbullet{}"},
    **{"–": r"\textendash{}", "—": r"\textemdash{}", "…": r"\textellipsis{}"},
    **{"‘": r"\textquoteleft{}", "’": r"\textquoteright{}"},
    **{"“": r"\textquotedblleft{}", "”": r"\textquotedblright{}", "\u2010": "-", "\u2011": "-"},
}

_ACCENTS = {
    **{"\u0300": "`", "\u0301": "'", "\u0302": "^", "\u0303": "~", "\u0304": "=", "\u0306": "u"},
    **{"\u0307": ".", "\u0308": '"', "\u030a": "r", "\u030b": "H", "\u030c": "v"},
    **{"\u0323": "d", "\u0327": "c", "\u0331": "b"},
}
"""Combining marks, and the commands that set them over or under a letter."""
_BELOW = "dcb"

_KNOWN = (
    _ASCII
    | _TEXT
    | {character: f"${maths}$" for character, maths in _MATHS.items()}
    | {"\N{NO-BREAK SPACE}": "~"}
)


def spelled(text: str) -> str:
    r"""A text with its names set as maths.

    >>> print(spelled("w35 = −1.5"))
    $w_{35}$ = $-$1.5
    """
    found = ""
    name: list[Run] = []
    for run in [*runs(text), Run("")]:
        if run.place == "line" and not (run.italic or run.bold):
            if name:
                found += f"${mathematics(name, str)}$"
            found, name = found + _escaped(run.text), []
        else:
            name.append(run)
    return _kept(found)


def escape(text: str) -> str:
    r"""A text that LaTeX sets letter by letter.

    >>> print(escape("50 % of {a_b} & \\c -- naïve 日"))
    50 \% of \{a\_b\} \& \textbackslash{}c -{}- na\"{\i}ve \dgchar{65E5}
    """
    return _kept(_escaped(text))


def _kept(escaped: str) -> str:
    """Keep spaces that TeX would drop, and part pairs that it would join to a dash."""
    apart = re.sub(r"([-,])(?=\1)", r"\1{}", escaped)
    return re.sub("^ | $|(?<= ) ", lambda match: "\\ ", apart)


def _escaped(text: str) -> str:
    pieces: list[str] = []
    for character in text:
        accent = _ACCENTS.get(character)
        if accent and pieces and re.fullmatch("[A-Za-z]", pieces[-1]):
            pieces[-1] = _accented(pieces[-1], accent)
        else:
            pieces.append(_character(character))
    return "".join(pieces)


def _character(character: str) -> str:
    """One character that is not a mark on the one before."""
    if character in _KNOWN:
        return _KNOWN[character]
    if " " <= character <= "~":
        return character
    category = unicodedata.category(character)
    if category in ("Zs", "Zl", "Zp") or character in "\t\n\r":
        return " "
    if category == "Cf":
        return ""
    return _composed(character) or rf"\dgchar{{{ord(character):04X}}}"


def _composed(character: str) -> str:
    """A letter with an accent, or a small raised or lowered one; nothing for other characters."""
    parts = unicodedata.decomposition(character).split()
    if len(parts) != 2:
        return ""
    first, second = parts[0], chr(int(parts[1], 16))
    if first in ("<sub>", "<super>"):
        shift = "_" if first == "<sub>" else "^"
        return rf"${shift}{{\mathrm{{{second}}}}}$" if second.isascii() and second.isalnum() else ""
    letter = "" if first.startswith("<") else chr(int(first, 16))
    plain = letter.isascii() and letter.isalpha() and second in _ACCENTS
    return _accented(letter, _ACCENTS[second]) if plain else ""


def _accented(letter: str, accent: str) -> str:
    dotless = letter in "ij" and accent not in _BELOW
    return f"\\{accent}{{{chr(92) if dotless else ''}{letter}}}"
