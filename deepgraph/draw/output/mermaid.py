"""Writes Mermaid: a `flowchart` for READMEs and sites that draw Mermaid themselves.

Mermaid places everything, so this reads no layout: columns are subgraphs with their captions, and
classes give nodes their look. A legend is left out, since its place would push the columns apart.
Node names are made up and every text is quoted, its ASCII punctuation as entities, so nothing in a
spec becomes Mermaid, Markdown, HTML or an icon.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from deepgraph.draw.output.palette import (
    DASHES,
    EDGE_DASHES,
    MARKED,
    THEMES,
    edge_roles,
    node_roles,
    pill_line,
    solid_fill,
)
from deepgraph.errors import DrawingError
from deepgraph.words.notation import runs
from deepgraph.words.option_names import option

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deepgraph.draw.output.drawing import Drawing
    from deepgraph.draw.output.palette import Theme
    from deepgraph.draw.view.records import EdgeView, NodeView, View
    from deepgraph.options.drawing import Direction, ThemeName

MOST_EDGES = 500
MOST_LETTERS = 50_000
"""Mermaid's own limits, which a chart cannot raise."""


def write(drawing: Drawing, theme: ThemeName, _step: int | None) -> bytes:
    """The content of a file; a flowchart has no steps.

    Raises:
        DrawingError: it is larger than Mermaid's limits.
    """
    view = drawing.view
    text = "\n".join([*_lines(view, drawing.options["direction"], THEMES[theme]), ""])
    ties = sum(len(node.biases) for node in view.nodes)
    if len(view.edges) + ties > MOST_EDGES or len(text) > MOST_LETTERS:
        raise DrawingError(
            f"Mermaid draws up to {MOST_EDGES} edges and {MOST_LETTERS:,} letters; show layers as "
            f"blocks ({option('collapse', True)}), fewer nodes a layer "
            f"({option('max_width', 12)}), or draw an SVG"
        )
    return text.encode()


def _lines(view: View, direction: Direction, theme: Theme) -> Iterator[str]:
    if view.heading:
        title = json.dumps(view.heading.translate(_TITLE), ensure_ascii=False)
        yield from ("---", f"title: {title}", "---")
    yield f"flowchart {'LR' if direction == 'right' else 'TD'}"
    yield f"  accTitle: {escape(view.title)}"
    yield f"  accDescr: {escape(view.description)}"
    for column in sorted({node.column for node in view.nodes}):
        members = [node for node in view.nodes if node.column == column]
        nodes = [f"  {_node(node)}" for node in members]
        nodes += [f"  {line}" for node in members for line in _biases(node)]
        if 0 <= column < len(view.captions) and view.captions[column]:
            nodes = [f"  {line}" for line in nodes]
            caption = f"  subgraph c{column}[{quote(view.captions[column])}]"
            nodes = [caption, *nodes, "  end", f"  class c{column} column"]
        yield from nodes
    for edge in view.edges:
        yield f"  {_edge(view, edge)}"
    for number, footnote in enumerate([*_between(view), *view.notes, *view.footnotes]):
        yield f"  t{number}[{quote(footnote)}]:::note"
    yield from _styles(view, theme)


def _between(view: View) -> Iterator[str]:
    """The parameters between the columns, which have no place of their own in a flowchart."""
    for number, gap in enumerate(view.gaps):
        if gap:
            ends = [view.captions[number - 1], view.captions[number]]
            yield f"{' → '.join(filter(None, ends))}: {gap}"


_TITLE = str.maketrans({"<": "＜", ">": "＞", "&": "＆"})
"""Mermaid takes what looks like HTML out of a title, and knows no entities there."""


def _node(node: NodeView) -> str:
    # No circles: Mermaid makes them as wide as their text and no higher, and lines stand out.
    opening, closing = ("([", "])") if node.role == "bias" else ("(", ")")
    texts = [line.text for line in node.lines] + ([node.function] if node.function else [])
    name = "off" if node.off else node.role
    return f"{node.key}{opening}{quote(*texts)}{closing}:::{name}"


def _biases(node: NodeView) -> Iterator[str]:
    """The biases of a node, each with a line to it."""
    for bias in node.biases:
        yield f"b{bias.key}([{quote(bias.label)}]):::bias"
        yield f"b{bias.key} --- {node.key}"


def _edge(view: View, edge: EdgeView) -> str:
    """An arrow, or a line that ends in a ring for a negative weight."""
    source, target = view.nodes[edge.source], view.nodes[edge.target]
    arrow = "--o" if edge.sign < 0 else "-->"
    label = f"-- {quote(edge.label)} " if edge.label else ""
    return f"{source.key} {label}{arrow} {target.key}"


def _styles(view: View, theme: Theme) -> Iterator[str]:
    """The look of every class of nodes, and of the edges by colour and width."""
    classes = {
        "input": f"fill:{theme.input},stroke:{theme.input_line},color:{theme.ink}",
        "hidden": f"fill:{theme.node},stroke:{theme.line},color:{theme.ink}",
        "output": f"fill:{theme.output},stroke:{theme.output_line},color:{theme.ink},"
        "stroke-width:3px",
        "off": f"fill:{theme.off},stroke:{theme.off_line},color:{theme.off_text}",
        "bias": f"fill:{theme.bias},stroke:{theme.bias_line},color:{theme.bias_text}",
        "more": f"fill:none,stroke:none,color:{theme.muted}",
        "note": f"fill:none,stroke:none,color:{theme.muted}",
        "column": f"fill:none,stroke:{theme.off_line},color:{theme.muted}",
    }
    for name, style in classes.items():
        yield f"  classDef {name} {style}"
    for node in view.nodes:
        if node.glow is not None or (node.color and not node.off) or node.mark in MARKED:
            line = getattr(theme, node_roles(node)[1])
            fill = f"fill:{solid_fill(node, theme)},stroke:{line}"
            yield f"  style {node.key} {fill}{_dashes(node.mark)}"
        for bias in node.biases:
            if bias.mark:
                line = getattr(theme, pill_line(bias)[0])
                yield f"  style b{bias.key} stroke:{line}{_dashes(bias.mark)}"
    ties = sum(len(node.biases) for node in view.nodes)
    alike: dict[str, list[str]] = {}
    if ties:
        alike[f"stroke:{theme.bias_line},stroke-width:1px"] = [str(n) for n in range(ties)]
    for number, edge in enumerate(view.edges, ties):
        line, text = (getattr(theme, role) for role in edge_roles(edge))
        style = f"stroke:{line},color:{text},stroke-width:{1 + round(2 * edge.size)}px"
        if edge.mark in EDGE_DASHES:
            style += f",stroke-dasharray:{EDGE_DASHES[edge.mark]}"
        alike.setdefault(style, []).append(str(number))
    for style, numbers in alike.items():
        yield f"  linkStyle {','.join(numbers)} {style}"


def _dashes(mark: str) -> str:
    """The style by which what went is dashed."""
    return f",stroke-dasharray:{DASHES}" if mark == "removed" else ""


def quote(*lines: str) -> str:
    """A quoted label of one or more lines, their names set as mathematics.

    >>> quote("h1", "0.225")
    '"<i>h</i><sub>1</sub><br/>0.225"'
    """
    return f'"{"<br/>".join(map(_spelled, lines))}"'


def _spelled(text: str) -> str:
    """A line in Mermaid's HTML."""
    found = ""
    for run in runs(_visible_spaces(text)):
        inner = _SPECIAL.sub("<wbr/>", _ODD.sub(lambda match: f"#{ord(match[0])};", run.text))
        inner = f"<i>{inner}</i>" if run.italic else f"<b>{inner}</b>" if run.bold else inner
        found += inner if run.place == "line" else f"<{run.place}>{inner}</{run.place}>"
    return found


_SPECIAL = re.compile("(?=#58;fa#45;)|(?<=#92;)(?=n)|(?<=#36;)(?=#36;)")
r"""Inside `fa:fa-car`, `\n` and `$$`: even through entities Mermaid sees an icon, a line break and
maths in them, but not through an invisible place to break the line."""


def escape(text: str) -> str:
    """A text for a quoted label: ASCII punctuation as entities, except what numbers need.

    A line break is a space. HTML drops spaces at the ends and all but one of several, so these
    become no-break spaces.

    >>> escape('say "hi"  & go = [1.5 -2]')
    'say #34;hi#34; #160;#38; go = [1.5 #45;2]'
    """
    return _ODD.sub(lambda match: f"#{ord(match[0])};", _visible_spaces(text))


def _visible_spaces(text: str) -> str:
    """A text on one line whose spaces HTML keeps."""
    spaced = re.sub(r"[\t\n\r]", " ", text)
    return re.sub("^ | $|(?<= ) ", "\N{NO-BREAK SPACE}", spaced)


_ODD = re.compile(
    r"(?![ ,=\[\]])[\x20-\x2f\x3a-\x40\x5b-\x60\x7b-\x7e](?<!\.(?=\d))"
    "|[\N{NO-BREAK SPACE}\N{SOFT HYPHEN}\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff]"
)
"""ASCII punctuation without a few harmless signs, and characters that an editor would not show."""
