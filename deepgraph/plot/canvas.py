"""Sets matplotlib up: themes, colours, fonts, and files without a date."""

from __future__ import annotations

import io
import re
import textwrap
from typing import TYPE_CHECKING, Any, Self

from deepgraph.draw.layout.typography import FAMILY, LABEL_SIZE, NOTE_SIZE, text_width
from deepgraph.draw.output.epoch import require_epoch
from deepgraph.draw.output.palette import THEMES
from deepgraph.draw.output.png import FONT_FAMILY, FONT_FOLDER
from deepgraph.draw.output.svg_pieces import escape
from deepgraph.errors import DrawingError, MissingExtraError
from deepgraph.words.numbers import held_at, number_text, visible

if TYPE_CHECKING:
    from collections.abc import Mapping
    from fractions import Fraction

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

    def __init__(self, theme: ThemeName) -> None:
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
        axes.set_xlabel("\n".join([plain(x), held] if held else [plain(x)]))
        axes.set_ylabel(plain(y))
        if title:
            room = self.figure.get_size_inches()[0] * DPI - 2 * ASIDE
            axes.set_title("\n".join(wrapped(title, HEADING, room)), loc="left", pad=10)
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
        self.figure.savefig(stream, format=format, dpi=DPI * scale, metadata=metadata)
        content = stream.getvalue()
        return self._described(content.decode()).encode() if format == "svg" else content

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
            "text.parse_math": False,
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
