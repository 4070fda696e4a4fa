"""Sets matplotlib up: themes, colours, fonts, and files without a date."""

from __future__ import annotations

import io
import re
import textwrap
import unicodedata
import warnings
from typing import TYPE_CHECKING, Any, Self

from deepgraph.draw.layout.typography import FAMILY, LABEL_SIZE, NOTE_SIZE, text_width
from deepgraph.draw.output.bidi import kept_apart
from deepgraph.draw.output.epoch import require_epoch
from deepgraph.draw.output.font_files import (
    FONT_FAMILY,
    FONT_FILES,
    FONT_FOLDER,
    Face,
    covered,
    fallback,
    family,
    has_colours,
    warn_of,
)
from deepgraph.draw.output.palette import THEMES
from deepgraph.draw.output.svg_pieces import escape
from deepgraph.errors import DrawingError, MissingExtraError
from deepgraph.words.notation import Run, by_place, runs, unicode
from deepgraph.words.numbers import held_at, number_text, visible

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from fractions import Fraction
    from pathlib import Path

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from deepgraph.draw.output.palette import Theme
    from deepgraph.graph.graph import Graph
    from deepgraph.options.drawing import ThemeName
    from deepgraph.options.picture_formats import ImageFormat

FONTS = (FONT_FAMILY, "DejaVu Sans")
"""The first ships with the package, the second with matplotlib."""
DPI = 96
"""Px to an inch, so that sizes are those of the diagrams."""
POINT = 72 / DPI
"""Points to a px: matplotlib's font sizes are points."""
HEADING = LABEL_SIZE + 2
"""Px, the font size of a heading."""
LINE = 1.3
"""The line spacing of a heading, in font sizes."""
MARGIN = 22.0
"""Px around the content of a picture."""
PAD = 10.0
"""Px around a plot with its labels."""
ASIDE = 60.0
"""Px on each side of a plot that its heading leaves free."""
SCALE = 2.0
"""PNG pixels per px."""
LARGE = 3_000_000
"""A picture of more px becomes a PNG with one pixel for each: a larger one is hard to handle."""
MOST_CURVES = 32
"""Curves in one plot; nobody could tell more of them apart."""
SERIES = {
    "light": (
        "#1b5bc0", "#b5400c", "#1c7a54", "#6b3fa0", "#8a6a00", "#0b7285", "#a02c6d", "#4e5867",
    ),
    "dark": (
        "#7cb0ff", "#ff9e5e", "#63d29f", "#c9a4f5", "#e3c14d", "#63cfe0", "#f58bc0", "#9eaab9",
    ),
    "paper": ("#000000", "#6a6a6a", "#3a3a3a", "#9a9a9a"),
}  # fmt: skip
"""Colours of curves and classes; the first two are those of positive and negative weights."""
DASHES = (
    "-", (0, (5, 2)), (0, (1.2, 1.6)), (0, (7, 2, 1.2, 2)), (0, (9, 4)),
    (0, (4, 1.6, 1.2, 1.6, 1.2, 1.6)), (0, (1.2, 4)), (0, (10, 2, 4, 2)),
)  # fmt: skip
"""Dash patterns of curves, in line widths: the next one for each further round of colours, and on
paper for each further curve."""
TINTS = (0.32, 0.62, 0.16, 0.85)
"""Opacities of areas, one for each round of colours."""
MARKS = ("o", "s", "^", "D", "v", "P", "X", "*")
"""Marks of classes of points, for readers who cannot tell the colours apart."""


class Canvas:
    """A figure in one of the themes; a context manager, since matplotlib's settings are global.

    Raises:
        MissingExtraError: matplotlib is not installed.
        DrawingError: matplotlib refuses its settings.
    """

    def __init__(self, theme: ThemeName, font: Sequence[str | Path] = ()) -> None:
        try:
            import matplotlib as mpl
            from matplotlib import font_manager
        except ImportError as error:
            raise MissingExtraError("a plot", "plot") from error
        except ValueError as error:  # of MPLBACKEND, or of a file of settings
            reason = str(error).split(";")[0]
            raise DrawingError(
                f"matplotlib cannot start: {reason}. A plot needs none of its settings: unset "
                "MPLBACKEND, or mend its matplotlibrc"
            ) from None
        known = {entry.name for entry in font_manager.fontManager.ttflist}
        if FONT_FAMILY not in known:
            for path in sorted(FONT_FOLDER.glob("LiberationSans*.ttf")):
                font_manager.fontManager.addfont(path)
        self.font = font
        self.name = theme
        self.theme: Theme = THEMES[theme]
        self._context = mpl.rc_context(self._settings())
        self.figure: Figure
        self.title = self.description = ""

    def __enter__(self) -> Self:
        self._context.__enter__()
        from matplotlib.figure import Figure

        self.figure = Figure(layout="constrained")
        return self

    def __exit__(self, *error: object) -> None:
        self._context.__exit__(None, None, None)

    def size(self, width: float, height: float) -> None:
        """Set the size of the figure in px."""
        self.figure.set_size_inches(width / DPI, height / DPI)

    def color(self, number: int) -> str:
        """The colour of a curve or a class."""
        series = SERIES[self.name]
        return series[number % len(series)]

    def dash(self, number: int) -> Any:  # matplotlib types its texts, not its patterns
        """The line style of a curve; no two of `MOST_CURVES` share both colour and style."""
        second = number // len(SERIES[self.name])
        return DASHES[(number + second if self.name == "paper" else second) % len(DASHES)]

    def tint(self, number: int) -> float:
        """The opacity of an area's colour over the page, from 0 to 1."""
        return TINTS[number // len(SERIES[self.name]) % len(TINTS)]

    def mark(self, number: int) -> str:
        """The mark of a class; no two of 32 share both colour and mark."""
        return MARKS[(number + number // len(MARKS)) % len(MARKS)]

    def axes(self, x: str, y: str, title: str, held: str) -> Axes:
        """Add one plot that fills the figure; `held` is the text below its x axis."""
        axes = self.figure.add_subplot()
        axes.set_xlabel("\n".join(map(drawn, [x, *held.splitlines()])))
        axes.set_ylabel(drawn(y))
        if title:
            room = self.figure.get_size_inches()[0] * DPI - 2 * ASIDE
            axes.set_title(literal("\n".join(wrapped(title, HEADING, room))), loc="left", pad=10)
        return axes

    def colormap(self) -> Any:
        """The scale from the colour of negative weights over the page to that of positive ones."""
        from matplotlib.colors import LinearSegmentedColormap

        theme = self.theme
        if self.name == "paper":
            return LinearSegmentedColormap.from_list("paper", ["#8a8a8a", "#ffffff"])
        return LinearSegmentedColormap.from_list(
            "deepgraph", [theme.negative, theme.page, theme.positive]
        )

    def written(self, format: ImageFormat, scale: float | None) -> bytes:
        """The file's content; a scale of `None` is `SCALE`, or 1 where the picture is `LARGE`."""
        require_epoch()
        if scale is None:
            width, height = self.figure.get_size_inches() * DPI
            scale = 1.0 if width * height > LARGE else SCALE
        stream = io.BytesIO()
        nameless: dict[ImageFormat, dict[str, Any]] = {
            "svg": {"Date": None, "Creator": None},
            "png": {"Description": self.description, "Software": None},
            "pdf": dict.fromkeys(("CreationDate", "Producer", "Creator"))
            | {"Subject": self.description},
        }
        metadata = {"Title": self.title, **nameless[format]}
        warn_of(self._find_fonts())
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Glyph .* missing from")  # ours names all at once
            self.figure.savefig(stream, format=format, dpi=DPI * scale, metadata=metadata)
        content = stream.getvalue()
        return self._described(content.decode()).encode() if format == "svg" else content

    def _find_fonts(self) -> tuple[str, ...]:
        """Give all texts the fonts that their characters need; returns the characters without."""
        from matplotlib import font_manager
        from matplotlib.text import Text

        texts: list[Any] = self.figure.findobj(Text)
        used = "".join(text.get_text() for text in texts)
        own = font_manager.findfont(FONTS[1])
        faces, missing = fallback(used, [*self.font, own])
        found = [face for face in faces if not face.number and not has_colours(face)]
        for face in found:
            font_manager.fontManager.addfont(face.path)
        names = [*FONTS, *dict.fromkeys(map(family, found))]
        for text in texts if len(names) > len(FONTS) else []:
            text.set_fontfamily(names)
        lost = [face for face in faces if face not in found]  # matplotlib draws no emoji
        codes = {ord(character) for character in used} - covered(Face(own), map(ord, used))
        emoji = {code for face in lost for code in covered(face, codes)}
        return (*missing, *map(chr, sorted(emoji)))

    def _described(self, svg: str) -> str:
        """The SVG with the size in px, description and fonts of the diagrams' SVG."""
        width, height = self.figure.get_size_inches() * DPI
        head, _, rest = svg.partition("<svg ")
        start, title, body = rest.partition("</title>")
        start = re.sub(
            r'width="[^"]*" height="[^"]*"',
            f'width="{width:g}" height="{height:g}"',
            start,
            count=1,
        )
        body = body.replace(", ".join(f"'{name}'" for name in FONTS), FAMILY)
        body = body.replace(f"font-family: '{FONT_FAMILY}'", f"font-family: {FAMILY}")
        return f'{head}<svg role="img" {start}{title}<desc>{escape(self.description)}</desc>{body}'

    def _settings(self) -> Any:  # matplotlib types its keys one by one
        theme = self.theme
        return {
            "axes.axisbelow": True,
            "axes.edgecolor": theme.off_line,
            "axes.facecolor": theme.page,
            "axes.formatter.use_mathtext": False,
            "axes.grid": False,
            "axes.labelcolor": theme.ink,
            "axes.labelsize": LABEL_SIZE * POINT,
            "axes.spines.right": False,
            "axes.spines.top": False,
            "axes.titlecolor": theme.ink,
            "axes.titlesize": HEADING * POINT,
            "axes.titleweight": "normal",
            "axes.unicode_minus": True,
            "figure.constrained_layout.h_pad": PAD / DPI,
            "figure.constrained_layout.w_pad": PAD / DPI,
            "figure.facecolor": theme.page,
            "font.family": list(FONTS),
            "font.size": NOTE_SIZE * POINT,
            "grid.color": theme.off_line,
            "legend.frameon": False,
            "legend.labelcolor": theme.ink,
            "legend.fontsize": NOTE_SIZE * POINT,
            "legend.title_fontsize": NOTE_SIZE * POINT,
            "lines.solid_joinstyle": "round",
            "pdf.fonttype": 42,
            "savefig.facecolor": theme.page,
            "svg.fonttype": "none",
            "svg.hashsalt": "deepgraph",
            "text.color": theme.ink,
            "mathtext.bf": f"{FONT_FAMILY}:bold",
            "mathtext.cal": FONT_FAMILY,
            "mathtext.default": "rm",
            "mathtext.fontset": "custom",
            "mathtext.it": f"{FONT_FAMILY}:italic",
            "mathtext.rm": FONT_FAMILY,
            "mathtext.sf": FONT_FAMILY,
            "mathtext.tt": FONT_FAMILY,
            "text.parse_math": True,
            "text.usetex": False,
            "xtick.color": theme.off_line,
            "xtick.labelcolor": theme.muted,
            "xtick.labelsize": (NOTE_SIZE - 1) * POINT,
            "ytick.color": theme.off_line,
            "ytick.labelcolor": theme.muted,
            "ytick.labelsize": (NOTE_SIZE - 1) * POINT,
        }


def heading(network: Graph) -> str:
    """The title of a network, or its name."""
    return plain(network.spec.title or network.spec.name or network.name)


def held_inputs(values: Mapping[str, float | Fraction]) -> str:
    """The inputs that do not vary, as a phrase behind a range; empty if all vary.

    >>> held_inputs({"x2": 0.5})
    ', at x2 = 0.5'
    """
    return held_at({name: number_text(float(value)) for name, value in values.items()})


def held_below(values: Mapping[str, float | Fraction]) -> str:
    """The inputs that do not vary, in lines of at most 80 characters; empty if all vary.

    >>> held_below({"x2": 0.5})
    'at x2 = 0.5'
    """
    return textwrap.fill(plain(held_inputs(values)).removeprefix(", "), 80)


def wrapped(text: str, size: float, room: float) -> list[str]:
    """The lines of a text in a font size and a width, both in px; a longer word stays whole.

    >>> wrapped("one two three", 10, 45)
    ['one two', 'three']
    """
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer, size) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def plain(text: str) -> str:
    """A text of a spec on one line, without the characters that XML cannot hold."""
    return " ".join(visible(text).split())


def drawn(text: str) -> str:
    """A text for matplotlib, its names set as mathematics.

    >>> drawn("h1"), drawn("US$ 5")
    ('$\\\\mathit{h}_{1}$', 'US\\\\$ 5')
    """
    text = plain(text)
    pieces = runs(text)
    if not any(run.italic or run.bold or run.place != "line" for run in pieces):
        return literal(text)
    letters = unicodedata.normalize("NFC", "".join(run.text for run in pieces))
    codes = {ord(letter) for letter in letters} - set(map(ord, "\u20d7\u0302\u0303\u0304\u0307"))
    if covered(Face(str(FONT_FILES["LiberationSans-Regular"])), codes) != codes:
        return literal(unicode(pieces))  # matplotlib's mathematics has one font
    found = name = ""
    for place, group in [*by_place(pieces), ("line", [Run("")])]:
        for run in group if place == "line" else ():
            if run.italic or run.bold:
                name += _mathematics(run)
            else:
                found, name = found + (f"${name}$" if name else "") + literal(run.text), ""
        if place != "line":
            name += f"{'_' if place == 'sub' else '^'}{{{''.join(map(_mathematics, group))}}}"
    return found


_ACCENTS = {
    **{"\u0302": "hat", "\u0303": "tilde", "\u0304": "bar", "\u0307": "dot", "\u0308": "ddot"},
    "\u20d7": "vec",
}


def _mathematics(run: Run) -> str:
    """A run in matplotlib's mathematics, which takes letters as they are."""
    if run.italic:
        base = unicodedata.normalize("NFD", run.text)
        if len(run.text) > 1 and base[1:] in _ACCENTS:
            return rf"\{_ACCENTS[base[1:]]}{{\mathit{{{base[0]}}}}}"
        return rf"\mathit{{{run.text}}}"
    text = run.text.replace(" ", r"\ ")
    return rf"\mathbf{{{text}}}" if run.bold else text


def literal(text: str) -> str:
    """A text for matplotlib as it is: a dollar sign is no mathematics.

    >>> literal("$5")
    '\\\\$5'
    """
    return kept_apart(text).replace("$", r"\$")
