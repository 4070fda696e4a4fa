"""Pictures that Graphviz draws itself, from the DOT text with every position in it.

Its SVG becomes PNG and PDF as ours does, with the shipped fonts, so that the same Graphviz gives
the same bytes; other formats are as Graphviz writes them.
"""

from __future__ import annotations

import math
import re
from itertools import groupby
from typing import TYPE_CHECKING

from deepgraph.draw.graphviz import execute
from deepgraph.draw.layout.typography import FAMILY
from deepgraph.draw.output import dot
from deepgraph.draw.output.svg import LEAST_SIZE
from deepgraph.draw.output.svg_paint import FIT
from deepgraph.draw.output.svg_pieces import DROP, RISE, escape
from deepgraph.errors import DrawingError
from deepgraph.words.numbers import short
from deepgraph.words.option_names import option

if TYPE_CHECKING:
    from deepgraph.draw.layout.geometry import Point
    from deepgraph.draw.output.drawing import Drawing
    from deepgraph.options.drawing import ThemeName

BASELINE = 0.35
"""From the middle of a line of text to its baseline, in font sizes."""
LEVELS = {"sub": DROP, "super": -RISE}
"""How far an index and an exponent stand below the line, in font sizes."""

_ROOT = re.compile(r"<svg [^>]*>")
_GROUND = re.compile(r' transform="[^"]*">(.*?<polygon [^>]*?points=)"[^"]*"', re.S)
_NAMES = re.compile(r"<!--.*?-->\n|^<title>[^<]*</title>\n", re.S | re.M)
_TIP = re.compile(r'<g id="a_[^"]*"><a xlink:title="([^"]*)">(.*?)</a>\s*</g>', re.S)
_TEXTS = re.compile(
    r'<g id="(?P<key>[^"]*)" class="(?:node|edge)">|(?:<text [^>]*>[^<]*</text>\s*)+'
)
_TEXT = re.compile(r"<text ([^>]*)>([^<]*)</text>")
_ATTRIBUTE = re.compile(r'([\w:-]+)="([^"]*)"')
_SIZE = re.compile(r' font-size="([\d.]+)"')


def write(drawing: Drawing, theme: ThemeName | None, format: str) -> bytes:
    """The content of a file.

    Args:
        drawing: the picture.
        theme: auto and none are light.
        format: svg, png, pdf, or another one that Graphviz knows.

    Raises:
        DrawingError: the picture needs what Graphviz cannot draw; there is no Graphviz, or none
            that knows the format.
        MissingExtraError: PDF without its packages.
    """
    if drawing.options["animate"]:
        raise DrawingError(f"Graphviz moves nothing: without {option('animate')}")
    if any(node.plot for node in drawing.view.nodes):
        raise DrawingError("Graphviz draws no curves in nodes: without curves")
    theme = theme or "light"
    if format == "svg" and drawing.options["inline"]:
        return inline(drawing, theme).encode()
    if format not in ("svg", "png", "pdf"):
        return _drawn(drawing, theme, format)[0]
    svg = _svg(drawing, theme)
    if format == "png":
        from deepgraph.draw.output.png import svg_to_png

        return svg_to_png(svg, drawing.options["scale"], drawing.fonts)
    if format == "pdf":
        from deepgraph.draw.output.pdf import svg_to_pdf

        return svg_to_pdf(svg, drawing.fonts)
    return svg.encode()


def inline(drawing: Drawing, theme: ThemeName) -> str:
    """An SVG for the text of a web page, without ids, which another picture might have, too.

    As ours it is never so narrow that a text is smaller than `LEAST_SIZE`.
    """
    svg = re.sub(r'(<[^<>]*?) id="[^"]*"', r"\1", _svg(drawing, theme))
    smallest = min(map(float, _SIZE.findall(svg)), default=LEAST_SIZE)
    least = math.ceil(drawing.level_layout.width * min(1.0, LEAST_SIZE / smallest))
    return svg.replace("<svg ", f'<svg style="{FIT};min-width:{least}px" ', 1)


def _drawn(drawing: Drawing, theme: ThemeName, format: str) -> tuple[bytes, dot.Parts]:
    """What Graphviz makes of the text, in plain labels where it knows no markup."""
    parts = dot.parts(drawing, theme)
    output = execute.run(parts.text, format=format, backend=drawing.graphviz)
    if "expat" in output.warnings:
        parts = dot.parts(drawing, theme, markup=False)
        output = execute.run(parts.text, format=format, backend=drawing.graphviz)
    return output.content, parts


def _svg(drawing: Drawing, theme: ThemeName) -> str:
    """Graphviz's SVG: in px, described for those who cannot see it, each line of text in one."""
    content, parts = _drawn(drawing, theme, "svg")
    view, wide, high = drawing.view, drawing.level_layout.width, drawing.level_layout.height
    w, h = short(wide), short(high)
    svg = content.decode()
    svg = svg[svg.index("<svg") :].replace('stroke="transparent"', 'stroke="none"')
    # The names of nodes, in which Graphviz leaves entities as they are, known ones or not.
    svg = _NAMES.sub("", svg)
    root = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{w}" height="{h}" viewBox="0 0 {w} {h}" '
        f'role="img" font-family="{FAMILY}"><title>{escape(view.title)}</title>'
        f"<desc>{escape(view.description)}</desc>"
    )
    svg = _ROOT.sub(lambda _: root, svg, count=1)
    # Graphviz makes room by the widths of one font, the layout by those of all common ones.
    ground = f'"0,0 0,-{h} {w},-{h} {w},0 0,0"'
    svg = _GROUND.sub(rf' transform="translate(0 {h})">\1{ground}', svg, count=1)
    # A browser shows a title as a tooltip, and a link without an address is none.
    svg = _TIP.sub(r"<g><title>\1</title>\2</g>", svg)
    key = ""

    def joined(found: re.Match[str]) -> str:
        nonlocal key
        if found["key"] is not None:
            key = found["key"]
            return found[0]
        return _lines(found[0], [(x, y - high) for x, y in parts.middles[key]])

    return _TEXTS.sub(joined, svg)


def _lines(texts: str, middles: list[Point]) -> str:
    """The lines of a label, each as one text around its middle.

    Graphviz sets every run of letters at a place of its own, by the widths of one font; in another
    font they would come apart or run into each other. It also lowers subscripts in a way that
    Firefox and PDF do not know.

    Args:
        texts: elements of text.
        middles: of the lines.
    """
    runs = [(dict(_ATTRIBUTE.findall(given)), text) for given, text in _TEXT.findall(texts)]
    lines = [list(line) for _, line in groupby(runs, lambda run: run[0]["y"])]
    if len(lines) != len(middles):  # a text with line breaks
        return texts
    found = []
    for line, (x, y) in zip(lines, middles, strict=True):
        first = line[0][0]
        size = float(first["font-size"])
        base = y + size * BASELINE
        given = f'text-anchor="middle" x="{short(x)}" y="{short(base)}" font-size="{short(size)}"'
        for name in ("font-weight", "fill"):
            given += f' {name}="{first[name]}"' if name in first else ""
        content = _runs(line, size)
        found.append(f'<text xml:space="preserve" {given}>{content}</text>\n')
    return "".join(found)


def _runs(line: list[tuple[dict[str, str], str]], size: float) -> str:
    """The runs of one line: letters of names in italics, indices below, exponents above."""
    found, level = [], 0.0
    for given, text in line:
        attributes = ' font-style="italic"' if given.get("font-style") == "italic" else ""
        to = LEVELS.get(given.get("baseline-shift", ""), 0.0) * size
        if to:
            attributes += f' font-size="{short(float(given["font-size"]))}"'
        if to != level:
            attributes += f' dy="{short(to - level)}"'
        level = to
        found.append(f"<tspan{attributes}>{text}</tspan>" if attributes else text)
    return "".join(found)
