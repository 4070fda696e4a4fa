"""Worked arithmetic in TeX: a LaTeX document, and Markdown with formulas between dollar signs.

Names come from the spec and may hold anything; `escaped` is the one place that makes them safe.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from deepgraph.explain import expressions as ex
from deepgraph.explain.grid import Grid
from deepgraph.explain.spelling import BASE, FACTOR, PRODUCT, Speller
from deepgraph.explain.spelling import SPELLER as PLAIN
from deepgraph.explain.text import heading, one_line
from deepgraph.explain.wording import say
from deepgraph.words.messages import printable
from deepgraph.words.notation import runs
from deepgraph.words.numbers import visible
from deepgraph.words.tex import GREEK, mathematics

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from deepgraph.explain.expressions import Expression, Number
    from deepgraph.explain.records import Line, Section, Step

Piece = tuple[Literal["heading", "words", "rows"], str] | tuple[Literal["table"], Grid]
"""A heading or words as plain text, rows of an alignment in TeX, or a table."""
PAGE = 70
"""Characters of plain text that a table of a LaTeX document may be wide."""

NARROW = 72
"""Characters; a line whose plain text is longer is set in several rows."""
ROW = 56
"""Characters of plain text in a row of a long sum."""

_SPECIAL = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\textdollar{}",
    "&": r"\&",
    "#": r"\#",
    "^": r"\textasciicircum{}",
    "_": r"\_",
    "~": r"\textasciitilde{}",
    "%": r"\%",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    "`": r"\textquoteleft{}",
    "'": r"\textquoteright{}",
    '"': r"\textquotedblright{}",
    "-": "{-}",  # or two of them would be a dash
    "−": r"$-$",
    "→": r"$\to$",
    "·": r"$\cdot$",
    "×": r"$\times$",
    "Σ": r"$\Sigma$",
    "…": r"\ldots{}",
    "∂": r"$\partial$",
    "∞": r"$\infty$",
    "²": r"${}^2$",
    "³": r"${}^3$",
    "√": r"$\surd$",
}
_WORDS = {
    "loss": r"\text{loss}",
    "η": r"\eta",
    "λ": r"\lambda",
    "μ": r"\mu",
    "ε": r"\varepsilon",
    "β₁": r"\beta_1",
    "β₂": r"\beta_2",
    "t": "t",
    "π": r"\pi",
    "largest z": r"z_{\max}",
    "Σe": r"{\textstyle\sum} e",
    "Σt": r"{\textstyle\sum} t",
    "Σa·∂loss/∂a": r"{\textstyle\sum} a\,\partial\text{loss}/\partial a",
}
_OF_LAYER = re.compile("([ZA])(′*)([⁰¹²³⁴⁵⁶⁷⁸⁹]+)")
_DIGITS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_FUNCTIONS = {name: rf"\{name}" for name in ("exp", "ln", "tanh", "sin", "cos", "max", "min")}
_FUNCTIONS["δ"] = r"\delta"
_FUNCTIONS |= {"m\u0302": r"\hat{m}", "v\u0302": r"\hat{v}"}
_RELATIONS = {"<": r"\lt", ">": r"\gt", "≤": r"\le", "≥": r"\ge", "≈": r"\approx", "→": r"\to"}


def escaped(text: str) -> str:
    r"""Escape a text for `\text{…}`; letters without metrics become their code points.

    >>> print(escaped("a_1 & 日"))
    a\_1 \& 日
    >>> print(escaped("№ 1"))
    U+2116\, 1
    """
    return "".join(map(_letter, visible(text)))


def _letter(letter: str) -> str:
    if letter in _SPECIAL:
        return _SPECIAL[letter]
    if letter in GREEK:
        return f"${GREEK[letter]}$"
    return letter if _SET.fullmatch(letter) else _point(letter)


def _point(letter: str) -> str:
    """The code point of a letter, with a gap behind it; brackets might make a link of it."""
    return rf"U+{ord(letter):04X}\,"


_LATIN = " -~À-ÏÑ-ÖØ-Ýß-ïñ-öø-ýÿ–—‘’“”"
_SET = re.compile(f"[{_LATIN}Ā-ɏЀ-ӿऀ-႟Ⴀ-ჿ\u3000-ヿ一-龯\uff00-｠가-힯]")
"""Letters that KaTeX has metrics for: Latin, Cyrillic, those of India, Georgian, CJK, Hangul."""
_FOREIGN = re.compile(f"[^\n{_LATIN}]")
"""Letters that a stock LaTeX lacks."""


def _upright(text: str) -> str:
    """What is not slanted in a name: a word, or the place of an entry, `[2,1]`."""
    return text if re.fullmatch(r"\[[0-9]+(,[0-9]+)?\]", text) else rf"\text{{{escaped(text)}}}"


class _Tex(Speller):
    minus = "-"
    times = r" \cdot "
    wide_times = r" \cdot "
    arrow = r" \to "
    relations = _RELATIONS

    def parentheses(self, text: str) -> str:
        return rf"\left({text}\right)"

    def number(self, number: Number) -> tuple[str, int]:
        text = number.text.replace("−", "-").replace("∞", r"\infty").replace("NaN", r"\text{NaN}")
        sign, plain = ("-", text[1:]) if text.startswith("-") else ("", text)
        binds = FACTOR if sign else BASE
        if "/" in plain:
            top, bottom = plain.split("/")
            return rf"{sign}\frac{{{top}}}{{{bottom}}}", FACTOR
        mantissa, mark, exponent = plain.partition("e")
        if mark:
            return rf"{sign}{mantissa} \cdot 10^{{{exponent}}}", PRODUCT
        return sign + plain, binds

    def name(self, name: str) -> str:
        if _OF_LAYER.fullmatch(name):
            return self.word(name)
        return mathematics(runs(name), _upright)

    def word(self, word: str) -> str:
        numbered = _OF_LAYER.search(word)
        if numbered:
            before, after = word[: numbered.start()], word[numbered.end() :]
            primes, number = "'" * len(numbered[2]), numbered[3].translate(_DIGITS)
            symbol = rf"{numbered[1]}{primes}^{{{number}}}"
            return "".join(
                [self.word(before) if before else "", symbol, self.word(after) if after else ""]
            )
        return _WORDS.get(word) or rf"\text{{{escaped(word)}}}"

    def partial(self, partial: ex.Partial) -> str:
        at = rf"\,({self.ends(partial.at)})" if partial.at else ""
        top, bottom = self.spell(partial.of, BASE), self.spell(partial.by, BASE)
        return rf"\frac{{\partial {top}}}{{\partial {bottom}}}{at}"

    def quotient(self, top: Expression, bottom: Expression) -> tuple[str, int]:
        return rf"\frac{{{self.spell(top)}}}{{{self.spell(bottom)}}}", FACTOR

    def power(self, base: str, exponent: int) -> str:
        power = exponent if exponent < 10 else f"{{{exponent}}}"
        return f"{{{base}}}^{power}"

    def call(self, function: str, arguments: tuple[Expression, ...]) -> str:
        inside = ", ".join(map(self.spell, arguments))
        if function.startswith("Σ_"):
            return rf"{{\textstyle\sum}}_{{{function[2:]}}} {self.spell(arguments[0], PRODUCT)}"
        if function == "√":
            return rf"\sqrt{{{inside}}}"
        if function == "floor":
            return rf"\left\lfloor {inside} \right\rfloor"
        if function == "abs":
            return rf"\left|{inside}\right|"
        if function == "new":
            return rf"{{{inside}}}^{{\text{{new}}}}"
        spelled = _FUNCTIONS.get(function)
        if spelled is None:
            spelled = function if len(function) == 1 else rf"\text{{{escaped(function)}}}"
        return rf"{spelled}\left({inside}\right)"

    def vector(self, vector: ex.Vector) -> str:
        inside = r" \;\; ".join(self.spell(entry) for entry in vector.entries)
        return rf"\left[{inside}\right]" + (r"^{\mathsf T}" if vector.upright else "")

    def matrix(self, rows: tuple[tuple[Expression, ...], ...]) -> str:
        inside = r" \\ ".join(" & ".join(map(self.spell, row)) for row in rows)
        return rf"\begin{{bmatrix}} {inside} \end{{bmatrix}}"

    def middle(self, middle: ex.Middle) -> str:
        if middle.what == "numbers":
            return r"\cdots"
        inside = rf"\text{{{say(middle.what, f'{middle.count:,}')}}}"
        if middle.value is not None:
            inside += rf":\ {self.number(middle.value)[0]}"
        return rf"\underbrace{{\cdots}}_{{{inside}}}"

    def gap(self, number: int) -> str:
        line = rf"\underline{{\hspace{{{4 if number else 2}em}}}}"
        return rf"\text{{({number})}}\ {line}" if number else line


SPELLER = _Tex()


def rows(line: Line) -> list[str]:
    """Spell a line as rows of an alignment; a short line is one row."""
    parts = [
        (_RELATIONS.get(sign, sign), SPELLER.spell(part), part) for sign, part in line.segments
    ]
    left = parts[0][1]
    if len(one_line(line)) <= NARROW:
        whole = " ".join(f"{sign} {text}" for sign, text, _ in parts[1:])
        found = [f"{left} &{whole}"]
    else:
        found = []
        for sign, text, part in parts[1:]:
            pieces = _long_sum(part) if isinstance(part, ex.Sum) else [text]
            found.append(f"{'' if found else left} &{sign} {pieces[0]}")
            found += [rf"&\qquad {{}}+ {piece}" for piece in pieces[1:]]
    found[-1] += _behind(line)
    return found


def _long_sum(sum_: ex.Sum) -> list[str]:
    """Spell the terms of a sum, gathered in rows whose plain text is short enough."""
    lengths = [len(text) + 3 for text in PLAIN.terms(sum_.terms)]
    gathered: list[list[str]] = []
    used = 0
    for term, length in zip(SPELLER.terms(sum_.terms), lengths, strict=True):
        if not gathered or used + length > ROW:
            gathered.append([])
            used = 0
        gathered[-1].append(term)
        used += length
    return [" + ".join(terms) for terms in gathered]


def _behind(line: Line) -> str:
    reasons = r" \text{ and } ".join(map(SPELLER.comparison, line.reasons))
    shown = rf",\quad\text{{as }} {reasons}" if reasons else ""
    return shown + (rf"\quad\text{{({escaped(line.note)})}}" if line.note else "")


def _heading(step: Step) -> str:
    """The words above a step."""
    title = step.title if isinstance(step.title, str) else ""
    return ": ".join(filter(None, [title, step.note]))


def pieces(sections: Sequence[Section]) -> Iterator[Piece]:
    """Worked arithmetic in order; the note of a table is not a piece of its own."""
    for section in sections:
        yield "heading", heading(section)
        if section.table is not None:
            yield "table", section.table
        for step in section.steps:
            if _heading(step):
                yield "words", _heading(step)
            if step.lines:
                yield "rows", " \\\\\n".join(row for line in step.lines for row in rows(line))


def markdown(title: str, sections: Sequence[Section], headings: bool = True) -> str:
    """Spell worked arithmetic in Markdown: a heading for each section, a display for each step."""
    parts = [f"# {_plain_markdown(title)}"] if headings else []
    for piece in pieces(sections):
        if piece[0] == "heading":
            parts.append(f"## {piece[1]}" if headings else f"**{piece[1]}**")
        elif piece[0] == "words":
            parts.append(_plain_markdown(piece[1]))
        elif piece[0] == "table":
            parts.append(_markdown_table(piece[1]))
            parts += [_plain_markdown(piece[1].note)] if piece[1].note else []
        else:
            parts.append(f"$$\n\\begin{{aligned}}\n{piece[1]}\n\\end{{aligned}}\n$$")
    return "\n\n".join(parts) + "\n"


def _markdown_table(table: Grid) -> str:
    """A table in GitHub's dialect, with numbers aligned to the right."""
    rows = [f"| {' | '.join(map(_plain_markdown, row))} |" for row in (table.header, *table.rows)]
    rows.insert(1, f"|{'|'.join('--:' if numeric else ':--' for numeric in table.numeric)}|")
    return "\n".join(rows)


def _plain_markdown(text: str) -> str:
    return re.sub(r"([\\`*_{}\[\]<>#$|~&!])", r"\\\1", printable(visible(text)))


DOCUMENT = r"""\documentclass{{article}}
\usepackage[utf8]{{inputenc}}
\usepackage[T1]{{fontenc}}
\usepackage{{textcomp}}
\usepackage{{amsmath}}
\usepackage{{longtable}}
\usepackage[margin=2cm]{{geometry}}
\providecommand\lt{{<}}
\providecommand\gt{{>}}
\allowdisplaybreaks
\setlength\parindent{{0pt}}
\begin{{document}}
{body}
\end{{document}}
"""


def latex(title: str, sections: Sequence[Section]) -> str:
    """Spell worked arithmetic as a document for a stock LaTeX.

    Letters that it lacks become their code points, `U+65E5`.
    """
    parts = [rf"\section*{{{escaped(title)}}}"]
    for piece in pieces(sections):
        if piece[0] == "heading":
            parts.append(rf"\subsection*{{{escaped(piece[1])}}}")
        elif piece[0] == "words":
            parts.append(escaped(piece[1]))
        elif piece[0] == "table":
            parts += map(_long_table, piece[1].parts(PAGE))
            parts += [escaped(piece[1].note)] if piece[1].note else []
        else:
            parts.append(f"\\begin{{align*}}\n{piece[1]}\n\\end{{align*}}")
    body = _FOREIGN.sub(lambda match: _point(match[0]), "\n\n".join(parts))
    return DOCUMENT.format(body=body)


def _long_table(table: Grid) -> str:
    """A table that may run over a page, its header repeated there."""
    columns = "".join("r" if numeric else "l" for numeric in table.numeric)
    header = " & ".join(f"${SPELLER.spell(column)}$" for column in table.columns)
    rows = [" & ".join(map(escaped, row)) + r" \\" for row in table.rows]
    top = rf"{header} \\ \hline \endhead"
    return "\n".join([rf"\begin{{longtable}}{{{columns}}}", top, *rows, r"\end{longtable}"])
