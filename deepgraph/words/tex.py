r"""Spells the notation of names in TeX, for LaTeX, KaTeX and MathJax alike."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from deepgraph.words.notation import by_place

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from deepgraph.words.notation import Run

GREEK = dict(
    zip(
        "αβγδεζηθικλμνξοπρςστυφχψω",
        (
            *(r"\alpha", r"\beta", r"\gamma", r"\delta", r"\varepsilon", r"\zeta", r"\eta"),
            *(r"\theta", r"\iota", r"\kappa", r"\lambda", r"\mu", r"\nu", r"\xi", "o", r"\pi"),
            *(r"\rho", r"\varsigma", r"\sigma", r"\tau", r"\upsilon", r"\varphi", r"\chi"),
            *(r"\psi", r"\omega"),
        ),
        strict=True,
    )
) | dict(
    zip(
        "ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩ",
        (
            *(r"\mathrm{A}", r"\mathrm{B}", r"\Gamma", r"\Delta", r"\mathrm{E}", r"\mathrm{Z}"),
            *(r"\mathrm{H}", r"\Theta", r"\mathrm{I}", r"\mathrm{K}", r"\Lambda", r"\mathrm{M}"),
            *(r"\mathrm{N}", r"\Xi", r"\mathrm{O}", r"\Pi", r"\mathrm{P}", r"\Sigma"),
            *(r"\mathrm{T}", r"\Upsilon", r"\Phi", r"\mathrm{X}", r"\Psi", r"\Omega"),
        ),
        strict=True,
    )
)
"""The command of each Greek letter in mathematics."""

_LETTERS = GREEK | {
    **{"ϕ": r"\phi", "ϵ": r"\epsilon", "ϑ": r"\vartheta", "ϱ": r"\varrho", "ϖ": r"\varpi"},
    "ℓ": r"\ell",
}
_SIGNS = {
    **{"−": "-", "∗": "*", "′": r"\prime ", "∞": r"\infty ", "⊤": r"\top ", "†": r"\dagger "},
    **{"·": r"\cdot ", "±": r"\pm ", "…": r"\ldots ", "→": r"\to ", "∂": r"\partial "},
    **{" ": r"\ ", "\u2009": r"\,", "<": r"\lt ", ">": r"\gt "},
}
_ACCENTS = {
    **{"\u0302": r"\hat", "\u0303": r"\tilde", "\u0304": r"\bar", "\u0307": r"\dot"},
    **{"\u0308": r"\ddot", "\u20d7": r"\vec"},
}
_MARKED = re.compile(rf".[{''.join(_ACCENTS)}]?")
_ATOM = re.compile("[A-Za-z]{2,}|.", re.S)


def mathematics(pieces: Sequence[Run], words: Callable[[str], str]) -> str:
    r"""Runs in TeX's mathematics; `words` spells an upright text on the line.

    >>> from deepgraph.words.notation import runs
    >>> print(mathematics(runs(r"\hat{w}^{(1)}_{out}"), str))
    \hat{w}_{\mathrm{out}}^{(1)}
    """
    found = ""
    for place, group in by_place(pieces):
        if place == "line":
            found += "".join(_on_line(run, words) for run in group)
        else:
            sign = "_" if place == "sub" else "^"
            found += f"{sign}{{{''.join(map(_raised_or_lowered, group)).strip()}}}"
    return found


def _on_line(run: Run, words: Callable[[str], str]) -> str:
    if run.bold:
        return rf"\mathbf{{{_letters(run.text)}}}"
    if not run.italic:
        return words(run.text)
    if set(run.text) == {"′"}:
        return "'" * len(run.text)
    return _letters(run.text)


def _letters(text: str) -> str:
    """Letters of mathematics; several of them are one name."""
    base = unicodedata.normalize("NFD", text)
    if len(base) == 2 and base[1] in _ACCENTS:
        return f"{_ACCENTS[base[1]]}{{{_LETTERS.get(base[0], base[0])}}}"
    if len(text) == 1:
        return _LETTERS.get(text, text)
    return rf"\mathit{{{' '.join(_LETTERS.get(letter, letter) for letter in text)}}}"


def _raised_or_lowered(run: Run) -> str:
    if run.italic:
        letters = _MARKED.findall(unicodedata.normalize("NFD", run.text))
        return " ".join(map(_letters, letters)) if not run.text.isascii() else run.text
    spelled = []
    for atom in _ATOM.findall(run.text):
        word = len(atom) > 1 or (atom.isascii() and atom.isalpha())
        spelled.append(rf"\mathrm{{{atom}}}" if word else _SIGNS.get(atom, atom))
    return "".join(spelled)
