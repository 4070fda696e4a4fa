r"""Reads the notation of mathematics in names: `w35`, `w_{35}`, `\hat{y}`, `b_or`, `x^2`, `theta`.

One reader for every format: it cuts a text into runs, each upright or slanted, on the line, raised
or lowered, and a format only spells them. `docs/format.md` has the rules. What does not read as
notation stays a plain text, to its last character.

A name is a *stem* with an index and an exponent, in any order. The stem is a letter, the name of a
Greek letter, a letter with an accent, or a word. Letters of mathematics are slanted, digits and
words are upright.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

Place = Literal["line", "sub", "sup"]


class Run(NamedTuple):
    """A piece of a text that is set in one way.

    Attributes:
        text: its characters; a letter with an accent has a combining mark, or is composed.
        place: on the line, lowered or raised.
        italic: True for a letter of mathematics.
        bold: True for what `\\mathbf` made bold.
    """

    text: str
    place: Place = "line"
    italic: bool = False
    bold: bool = False

    @property
    def accented(self) -> bool:
        """True for a letter under an accent."""
        return self.italic and not _MARKS_SET.isdisjoint(unicodedata.normalize("NFD", self.text))


GREEK = {
    **{"alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "zeta": "ζ"},
    **{"eta": "η", "theta": "θ", "iota": "ι", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν"},
    **{"xi": "ξ", "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ", "upsilon": "υ", "phi": "φ"},
    **{"chi": "χ", "psi": "ψ", "omega": "ω", "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ"},
    **{"Lambda": "Λ", "Xi": "Ξ", "Pi": "Π", "Sigma": "Σ", "Upsilon": "Υ", "Phi": "Φ"},
    **{"Psi": "Ψ", "Omega": "Ω"},
}
"""Greek letters by their names, with or without a backslash before."""
TWO_LETTERS = frozenset({"xi"})
"""Names of Greek letters that are two letters in an index: `w_xi` leads from x to i."""

_VARIANTS = {"varepsilon": "ε", "varphi": "φ", "vartheta": "ϑ", "varrho": "ϱ", "varpi": "ϖ"}
_SLANTED = GREEK | _VARIANTS | {"varsigma": "ς", "ell": "ℓ"}
_SIGNS = {
    **{"infty": "∞", "ast": "∗", "star": "∗", "prime": "′", "top": "⊤", "dagger": "†"},
    **{"cdot": "·", "pm": "±", "ldots": "…", "dots": "…", "to": "→", "partial": "∂"},
    **{name: name for name in ("max", "min", "log", "exp", "sup", "inf", "arg")},
    **{",": "\u2009", ";": "\u2009", " ": " "},
}
"""Commands that stand in an index or exponent, besides Greek letters."""

ACCENTS = {
    **{"hat": "\u0302", "widehat": "\u0302", "tilde": "\u0303", "widetilde": "\u0303"},
    **{"bar": "\u0304", "overline": "\u0304", "dot": "\u0307", "ddot": "\u0308", "vec": "\u20d7"},
}
"""The combining mark of each accent."""

QUALIFIERS = frozenset({"in", "out", "min", "max", "old", "new"})
"""The words that are an index behind a word without braces: `carry_out`, but not `sepal_length`."""
LONGEST_WORD = 5
"""Letters of a word that is an index behind a letter without braces: `x_train`, `b_or`."""
INDEX_LETTERS = frozenset("ijkl")
"""Several of these are indices, `w_ij`, and no word."""

_LETTERS = "A-Za-zΑ-ΡΣ-Ωα-ωϕϵϑϱϖℓ"
_MARKS_SET = frozenset(ACCENTS.values())
_MARKS = "".join(dict.fromkeys(ACCENTS.values()))
_COMPOSED = "".join(
    composed
    for letter in [*map(chr, range(65, 91)), *map(chr, range(97, 123)), *"αειουηω"]
    for mark in _MARKS
    if len(composed := unicodedata.normalize("NFC", letter + mark)) == 1
)
_LETTER = rf"[{_LETTERS}{_COMPOSED}][{_MARKS}]?"
_GROUP = r"\{((?:[^{}]|\{[^{}]*\})*)\}"

_START = re.compile(rf"(?<![\w.\\}}])(?=[\\${_LETTERS}{_COMPOSED}])")
_END = re.compile(r"(?![\w.^{}\\$])")
_WORD = re.compile("[A-Za-z]+")
_AFTER_WORD = re.compile(r"[^\W\d_]{2}[ -]$(?<!\bbias )")
_BEFORE_WORD = re.compile(r"[ -][^\W\d_]{2}")
_COMMAND = re.compile(r"\\([A-Za-z]+)(?![A-Za-z])")
_ACCENT = re.compile(
    rf"\\({'|'.join(ACCENTS)})(?![A-Za-z])\s*(?:\{{\s*(\\?[A-Za-z]+|{_LETTER})\s*\}}"
    rf"|(\\[A-Za-z]+|{_LETTER}))"
)
_FACE = re.compile(r"\\(mathbf|boldsymbol|bm|mathrm|text|textrm|mathit)\{([^{}\\$^]+)\}")
_SINGLE = re.compile(_LETTER)
_PRIMES = re.compile("['′]{1,3}")
_DIGITS = re.compile("[0-9]{1,3}(?:,[0-9]{1,5})*(?![0-9])")
_BRACED = re.compile(rf"([_^])\s*{_GROUP}")
_BARE = re.compile(
    r"\^(?:\([0-9A-Za-z]+\)|\[[0-9A-Za-z]+\]|[+*-]|[0-9]+|[A-Za-z]|\\[A-Za-z]+)"
    r"|_(?:\\[A-Za-z]+|[Α-ΡΣ-Ωα-ω]|[0-9]+(?:,[0-9]+)*(?![A-Za-z0-9])|[A-Za-z]+[0-9]*)"
)
_TYPED = re.compile("([₀-₉₊₋₍₎]+)|([⁰¹²³⁴-⁹⁺⁻⁽⁾]+)")
_PLAIN_DIGITS = str.maketrans("₀₁₂₃₄₅₆₇₈₉₊₋₍₎⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾", "0123456789+−()0123456789+−()")
_SYMBOL = re.compile("[A-Za-z]|[A-Za-z]{1,2}[0-9]+|[0-9]+(?:,[0-9]+)*")


@lru_cache(maxsize=20_000)
def runs(text: str) -> tuple[Run, ...]:
    r"""Cut a text into runs; what is no notation is upright and on the line.

    >>> [(run.text, run.place) for run in runs("w_35 = ?")]
    [('w', 'line'), ('35', 'sub'), (' = ?', 'line')]
    >>> [(run.text, run.italic) for run in runs(r"\hat{y}_i")]
    [('ŷ', True), ('i', True)]
    >>> runs("sepal_length 2.5")
    (Run(text='sepal_length 2.5', place='line', italic=False, bold=False),)
    """
    found: list[Run] = []
    done = 0
    for start in _START.finditer(text):
        at = start.start()
        if at < done:
            continue
        name = _name(text, at)
        if name is None:
            continue
        pieces, end = name
        if at > done:
            found.append(Run(text[done:at]))
        found += pieces
        done = end
    if done < len(text) or not found:
        found.append(Run(text[done:]))
    return tuple(found)


def whole(name: str) -> tuple[Run, ...] | None:
    r"""The runs of a text that is one name in notation; `None` for any other text.

    >>> whole("x 1") is None, whole("sum") is None, len(whole("x_1"))
    (True, True, 2)
    """
    found = _name(name, 0) if _START.match(name) else None
    return None if found is None or found[1] < len(name) else tuple(found[0])


def _name(text: str, at: int) -> tuple[list[Run], int] | None:
    """The runs of the name that starts here, and its end; `None` if there is none."""
    if text[at] == "$":
        close = text.find("$", at + 1)
        inner = whole(text[at + 1 : close]) if close > at + 1 else None
        return (list(inner), close + 1) if inner and _END.match(text, close + 1) else None
    for read in (_symbol, _word):
        found = read(text, at)
        if found is not None and _END.match(text, found[1]):
            bare = len(found[0]) == 1 and text[at] != "\\"
            return None if bare and _in_phrase(text, at, found[1]) else found
    return None


def _in_phrase(text: str, start: int, end: int) -> bool:
    """True beside a word: the a in `has a tail` and the C in `vitamin C` are no mathematics."""
    return bool(_AFTER_WORD.search(text, max(start - 3, 0), start) or _BEFORE_WORD.match(text, end))


# --- stems ------------------------------------------------------------------------------------


def _symbol(text: str, at: int) -> tuple[list[Run], int] | None:
    """A letter, a Greek letter or an accented one, with its index and exponent."""
    stem = _stem(text, at)
    if stem is None:
        return None
    run, end = stem
    digits = _DIGITS.match(text, end)
    if len(run.text) > 1 and run.italic and not digits and _WORD.fullmatch(run.text):
        return None  # two letters are a name only with digits behind
    index: list[Run] = []
    if digits:
        index, end = [Run(digits[0], "sub")], digits.end()
    line = [run]
    quoted = at > 0 and text[at - 1] in "'\""
    primes = None if quoted else _PRIMES.match(text, end)
    if primes:
        line.append(Run("′" * len(primes[0]), italic=True))
        end = primes.end()
    scripts = _scripts(text, end, index, word=not run.italic and len(run.text) > 1)
    if scripts is None:
        return None
    (lowered, raised), end = scripts
    if not run.italic and not run.bold and not (lowered or raised):
        return [Run(run.text)], end  # \text{…} by itself
    return [*line, *lowered, *raised], end


def _stem(text: str, at: int) -> tuple[Run, int] | None:
    """A letter, or what stands for one, or two letters; and its end."""
    if text[at] == "\\":
        return _command(text, at)
    word = _WORD.match(text, at)
    if word and word[0] in GREEK:
        return Run(GREEK[word[0]], italic=True), word.end()
    if word and len(word[0]) > 1:
        return (Run(word[0], italic=True), word.end()) if len(word[0]) == 2 else None
    single = _SINGLE.match(text, at)
    if single is None:
        return None
    return Run(unicodedata.normalize("NFC", single[0]), italic=True), single.end()


def _command(text: str, at: int) -> tuple[Run, int] | None:
    """A letter that a command of TeX stands for: a Greek one, an accented one, a bold one."""
    if accent := _ACCENT.match(text, at):
        letter = _letter(accent[2] or accent[3])
        if letter is None:
            return None
        marked = unicodedata.normalize("NFC", letter + ACCENTS[accent[1]])
        return Run(marked, italic=True), accent.end()
    if face := _FACE.match(text, at):
        bold = face[1] in ("mathbf", "boldsymbol", "bm")
        return Run(face[2], italic=face[1] == "mathit", bold=bold), face.end()
    command = _COMMAND.match(text, at)
    letter = _SLANTED.get(command[1]) if command else None
    return (Run(letter, italic=True), command.end()) if command and letter else None


def _letter(text: str) -> str | None:
    """The letter under an accent: itself, or a Greek one by its name."""
    name = text.removeprefix("\\")
    if name in _SLANTED:
        return _SLANTED[name]
    return text if len(text) == 1 else None


def _word(text: str, at: int) -> tuple[list[Run], int] | None:
    """A word with an index or an exponent; a word by itself is plain text."""
    word = _WORD.match(text, at)
    if word is None or len(word[0]) == 1:
        return None
    scripts = _scripts(text, word.end(), [], word=True)
    if scripts is None or scripts[1] == word.end():
        return None
    (lowered, raised), end = scripts
    numbered = len(word[0]) == 2 and "".join(run.text for run in lowered).isdigit()
    return [Run(word[0], italic=numbered), *lowered, *raised], end


# --- index and exponent -----------------------------------------------------------------------


def _scripts(
    text: str, at: int, index: list[Run], *, word: bool
) -> tuple[tuple[list[Run], list[Run]], int] | None:
    """The runs below and above the line from here on, and their end; `None` for a wrong one.

    `index` are the digits that stand directly behind the stem; `word` is True behind a word.
    """
    lowered, raised = index, list[Run]()
    words = 0
    while at < len(text):
        typed = _TYPED.match(text, at)
        braced = _BRACED.match(text, at)
        bare = _BARE.match(text, at)
        if typed:
            sign, content, end = (
                "_" if typed[1] else "^",
                typed[0].translate(_PLAIN_DIGITS),
                typed.end(),
            )
        elif braced:
            sign, content, end = braced[1], braced[2], braced.end()
        elif bare:
            sign, content, end = bare[0][0], bare[0][1:], bare.end()
            if sign == "_":
                words += len(content) > 1 and content.isalpha() and not _indices(content)
                if words > 1 or not _may_follow(content, word=word):
                    return None
        else:
            break
        place: Place = "sub" if sign == "_" else "sup"
        pieces = _script(content, place)
        if not pieces or (place == "sup" and raised):
            return None
        if place == "sub":
            if lowered and (braced or typed):
                return None
            lowered = [*lowered, Run(",", "sub"), *pieces] if lowered else pieces
        else:
            raised = pieces
        at = end
    return (_joined(lowered), _joined(raised)), at


def _may_follow(content: str, *, word: bool) -> bool:
    """True if this may be an index without braces, behind a letter or behind a word."""
    if (
        content.startswith("\\")
        or not content.isascii()
        or _SYMBOL.fullmatch(content)
        or content in GREEK
    ):
        return True
    if word:
        return content in QUALIFIERS
    return content.isalpha() and len(content) <= LONGEST_WORD


def _indices(word: str) -> bool:
    """True for letters that are indices: one, or several of i, j, k, l."""
    return len(word) == 1 or (len(word) <= 3 and INDEX_LETTERS.issuperset(word))


_TOKEN = re.compile(
    rf"(?P<face>{_FACE.pattern})|(?P<accent>{_ACCENT.pattern})|\\(?P<command>[A-Za-z]+|[,; ])"
    rf"|(?P<letter>[{_COMPOSED}ϕϵϑϱϖℓΑ-ΡΣ-Ωα-ω][{_MARKS}]?|[A-Za-z][{_MARKS}])"
    r"|(?P<word>[A-Za-z]+)(?:_(?P<under>[0-9]+)|_\{(?P<braces>[0-9]+)\})?"
    r"|(?P<other>[0-9]+|[-+*/=<>(),.:;|!\[\]'∗·±→∞†⊤… −′])"
)


def _script(content: str, place: Place) -> list[Run] | None:
    """The runs of an index or exponent; `None` if it does not read as mathematics."""
    found: list[Run] = []
    at = 0
    content = content.strip()
    while at < len(content):
        token = _TOKEN.match(content, at)
        pieces = None if token is None else _pieces(token, place)
        if token is None or pieces is None:
            return None
        found += pieces
        at = token.end()
    return found


def _pieces(token: re.Match[str], place: Place) -> list[Run] | None:
    """The runs of one token of an index or exponent."""
    if token["face"] or token["accent"]:
        stem = _stem(token[0], 0)
        return None if stem is None else [stem[0]._replace(place=place)]
    if command := token["command"]:
        letter = _SLANTED.get(command)
        if letter is None and command not in _SIGNS:
            return None
        return [Run(letter or _SIGNS[command], place, letter is not None)]
    if token["letter"]:
        return [Run(unicodedata.normalize("NFC", token["letter"]), place, italic=True)]
    if word := token["word"]:
        digits = token["under"] or token["braces"] or ""
        if word in GREEK and word not in TWO_LETTERS:
            word = GREEK[word]
        pieces = [Run(word, place, italic=_indices(word))]
        return [*pieces, Run(digits, place)] if digits else pieces
    text = {"-": "−", "*": "∗", "'": "′"}.get(token["other"], token["other"])
    return [Run(text, place)]


def _joined(pieces: list[Run]) -> list[Run]:
    """Neighbours that are set alike as one run; a letter with an accent stays by itself."""
    found: list[Run] = []
    for run in pieces:
        if found and found[-1][1:] == run[1:] and not (run.accented or found[-1].accented):
            found[-1] = found[-1]._replace(text=found[-1].text + run.text)
        else:
            found.append(run)
    return found


# --- plain text -------------------------------------------------------------------------------

_RAISED = dict(zip(
    "0123456789+−=()abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUVWβγδφχ∗′†",
    "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂᵝᵞᵟᵠᵡ*′†",
    strict=True,
))  # fmt: skip
_LOWERED = dict(zip(
    "0123456789+−=()aehijklmnoprstuvxβγρφχ,",
    "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ,",
    strict=True,
))  # fmt: skip


_SEVERAL = re.compile("[A-Za-z]{2}")


def unicode(pieces: tuple[Run, ...]) -> str:
    r"""Runs as a plain text, with the raised and lowered characters that Unicode has.

    An index that is a word, or that has a character without a lowered one, stays behind an
    underscore: lowered letters are hard to read, and Unicode lacks half of them.

    >>> [unicode(runs(name)) for name in ("w_35", r"\theta_{12}", "x^2", "b_or", r"\hat{y}_i")]
    ['w₃₅', 'θ₁₂', 'x²', 'b_or', 'ŷᵢ']
    """
    found = ""
    for place, group in by_place(pieces):
        text = "".join(run.text for run in group)
        if place == "line":
            found += text
            continue
        table, sign = (_LOWERED, "_") if place == "sub" else (_RAISED, "^")
        word = any(_SEVERAL.search(run.text) for run in group if not run.italic)
        if word or any(character not in table for character in text):
            plain = text.replace("−", "-")
            found += f"{sign}{plain}" if plain.isalnum() else f"{sign}{{{plain}}}"
        else:
            found += "".join(map(table.__getitem__, text))
    return found


def by_place(pieces: Sequence[Run]) -> list[tuple[Place, list[Run]]]:
    """Neighbours on the same height together."""
    groups: list[tuple[Place, list[Run]]] = []
    for run in pieces:
        if not groups or groups[-1][0] != run.place:
            groups.append((run.place, []))
        groups[-1][1].append(run)
    return groups
