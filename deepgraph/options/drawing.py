"""The table of drawing options, which a spec's `style` may preset.

The command line has its options from it, `deepgraph.draw` its defaults, `validate` the rule about
`style`, and pages the options of a fence line. Nothing here needs numpy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypedDict, get_args

from deepgraph.options.option import Option
from deepgraph.words.elsewhere import THEMES
from deepgraph.words.messages import Nearest, either, shown

if TYPE_CHECKING:
    from collections.abc import Mapping

Weights = Literal["both", "name", "value", "contribution", "none"]
Direction = Literal["right", "down"]
"""The direction of the signal."""
Biases = Literal["each", "shared"]
"""`each` draws a bias at every node that it feeds; `shared` draws one for all of them."""
Activations = Literal["name", "badge", "none"]
Fill = Literal["role", "value"]
Renderer = Literal["deepgraph", "graphviz"]
"""What draws images: we, or Graphviz at the places of our layout."""
Color = Literal["amber", "blue", "green", "grey", "rose", "sand", "teal", "violet"]
"""Colours that nodes and layers may be given; each is a fill and a border in every theme."""
ThemeName = Literal["light", "dark", "auto", "paper"]
"""`auto` is dark on a dark system, and else light."""
ONE_COLOR = rf" *(.+?)=({'|'.join(get_args(Color))})(?:,(?=.)|$)"
SCALE_WIDTH = r"log|max=(?=\d|\.\d)(?=[\d.]*[1-9])\d{0,15}(\.\d{0,15})?(e[+-]?\d{1,2})?"
FIXED_THEMES: tuple[ThemeName, ...] = tuple(n for n in get_args(ThemeName) if n != "auto")
"""The themes of pictures that cannot follow the system of their reader."""


class DrawingOptions(TypedDict, total=False):
    """The options as arguments of `deepgraph.draw`.

    Attributes:
        weights: parameters by "both" name and value, "name", "value", "contribution" (w·a) or
            "none"; by default "both", but with more than 150 of them the tooltips hold the numbers.
        precision: significant digits of the numbers, 4.
        biases: "each", a bias at every node that it feeds, or "shared", one for all that share it;
            each.
        groups: draw each group as a brace over the ends of its edges, and say below what it is.
        activations: in a node the "name" of its activation, a "badge" with its shape, or "none";
            name.
        fill: the fill of a node tells its "role" (input, hidden, output) or its "value" (blue for a
            positive one, orange for a negative one); role.
        colors: of nodes and layers by their names, as in "hidden=teal,y=rose".
        scale_width: the width of lines: relative to the largest weight shown, "max=2" for one scale
            in several pictures, or "log" for weights of very different size.
        fractions: show parameters that the file has as fractions, such as 1/3, as they are there.
        title: above the picture: True for the network's own, or a text.
        legend: say below the picture what its colours and forms mean; by default only what is
            pale or grey in it.
        font_size: px of the labels of edges; the other texts and the circles keep their proportion.
        spacing: a factor for the distances between nodes, 1.
        deltas: with gradients, nodes show δ = ∂loss/∂z instead of ∂loss/∂a.
        direction: where the signal flows to, "right" or "down"; right.
        fit: the width in px of the column that the picture is for: distances shrink, texts
            and circles become more equal in size, or the signal flows down, until its smallest text
            has 9 px there; `spacing`, `direction` and `wrap` stay as they are given.
        theme: "light", "dark", "auto" (as the reader's system is; inline, as the page is) or
            "paper" (black and white); light, and auto with `inline`.
        max_width: a layer with more nodes shows the first and the last of them; 12.
        focus: the id of a node, or the name of a stage; only it, what feeds it and what it feeds
            is shown.
        top: show only so many edges, those with the largest weights.
        collapse: show each layer as one block, with the shape of its matrix on the arrow; or some,
            by their names, as in "h2,h3".
        wrap: continue in a further row after so many columns.
        animate: an SVG in which the values appear node by node.
        inline: an SVG for the text of a web page, which follows its light and dark; the format
            "html" always is one, in a box that scrolls where it is too narrow.
        scale: PNG pixels per px of the picture, 2.
        renderer: what draws SVG, PNG and PDF, "deepgraph" or "graphviz"; deepgraph.
    """

    weights: Weights | None
    precision: int | None
    biases: Biases | None
    groups: bool | None
    activations: Activations | None
    fill: Fill | None
    colors: str | None
    scale_width: str | None
    fractions: bool | None
    title: bool | str | None
    legend: bool | None
    font_size: float | None
    spacing: float | None
    deltas: bool | None
    direction: Direction | None
    fit: float | None
    theme: ThemeName | None
    max_width: int | None
    focus: str | None
    top: int | None
    collapse: bool | str | None
    wrap: int | None
    animate: bool | None
    inline: bool | None
    scale: float | None
    renderer: Renderer | None


OPTIONS: dict[str, Option] = {
    option.name: option
    for option in (
        Option(
            "weights",
            "choice",
            "How parameters are labelled; contribution is weight times value.  [default: both, and "
            "none above 150 parameters]",
            choices=get_args(Weights),
        ),
        Option(
            "precision",
            "integer",
            "Significant digits.  [default: 4]",
            4,
            "N",
            low=1,
            high=17,
            in_words="1 to 17 significant digits",
        ),
        Option(
            "biases",
            "choice",
            "Draw a bias at each node that it feeds, or once for all nodes that share it.  "
            "[default: each]",
            "each",
            choices=get_args(Biases),
        ),
        Option(
            "groups", "switch", "Draw braces around the groups, and write their vectors.", False
        ),
        Option(
            "activations",
            "choice",
            "How a node shows its activation: by its name, by a badge with its shape, or "
            "not at all.  [default: name]",
            "name",
            choices=get_args(Activations),
        ),
        Option(
            "fill",
            "choice",
            "What the fill of a node shows: its role, or the sign and size of its value.  "
            "[default: role]",
            "role",
            choices=get_args(Fill),
        ),
        Option(
            "colors",
            "text",
            "Colours of nodes and layers, as h=teal,y=rose: " + either("or", get_args(Color)) + ".",
            metavar="COLORS",
            in_words="names of nodes or layers with a colour each, as h=teal,y=rose; colours are "
            + ", ".join(get_args(Color)),
            pattern=f"({ONE_COLOR})+",
        ),
        Option(
            "scale_width",
            "text",
            "How the widths of edges are scaled: by default relative to the largest weight; "
            "max=2 is a fixed scale, for pictures to compare; log is logarithmic.",
            metavar="SCALE",
            in_words='"log", or "max=NUMBER" with the weight that has the full width',
            pattern=SCALE_WIDTH,
        ),
        Option(
            "fractions",
            "switch",
            "Show parameters that are fractions in the file as fractions: 1/3.",
            False,
        ),
        Option(
            "title",
            "names",
            "Put a title above the picture: the network's own, or this text.",
            False,
            "[TEXT]",
            in_words="true, false, or a text",
        ),
        Option(
            "legend",
            "switch",
            "Explain colours and line styles below the picture.  [default: only what is "
            "pale or grey]",
        ),
        Option(
            "font_size",
            "number",
            "The size of the labels of edges; other texts keep their proportion to it.  "
            "[default: 18, and 12.5 in dense pictures]",
            metavar="PX",
            low=9,
            high=60,
            in_words="the size of the labels of edges in px, 9 to 60",
        ),
        Option(
            "spacing",
            "number",
            "A factor for the distances between nodes.  [default: 1]",
            1.0,
            "FACTOR",
            low=0.6,
            high=4,
            in_words="a factor for the distances between nodes, 0.6 to 4",
        ),
        Option(
            "deltas",
            "switch",
            "With gradients, show δ = ∂loss/∂z in nodes instead of ∂loss/∂a.",
            False,
        ),
        Option(
            "direction",
            "choice",
            "The direction in which the signal flows.  [default: right]",
            "right",
            choices=get_args(Direction),
        ),
        Option(
            "fit",
            "number",
            "Fit a column of this width with texts of at least 9 px: nodes move closer "
            "together, or the signal flows down.",
            metavar="PX",
            low=200,
            high=10_000,
            in_words="the width of a column in px, 200 to 10000",
        ),
        Option(
            "theme",
            "choice",
            "The colours. auto follows the reader's system, or the page with --inline.  "
            "[default: light, and auto with --inline]",
            choices=get_args(ThemeName),
            elsewhere=THEMES,
        ),
        Option(
            "max_width",
            "integer",
            "Of a layer with more than N nodes, show only the first and the last.  [default: 12]",
            12,
            "N",
            low=3,
            in_words="how many nodes a layer may show, at least 3",
        ),
        Option(
            "focus",
            "text",
            "Show only this node or stage, what feeds it and what it feeds.",
            metavar="ID",
            in_words="the id of a node, or the name of a stage",
        ),
        Option(
            "top",
            "integer",
            "Show only the N strongest edges.",
            metavar="N",
            low=1,
            in_words="how many edges to show, at least 1",
        ),
        Option(
            "collapse",
            "names",
            "Draw each layer as one block, with the shapes of its matrices; or only the "
            "layers named here: h2,h3.",
            False,
            "[LAYERS]",
            in_words="true, false, or the names of layers with commas between",
        ),
        Option(
            "wrap",
            "integer",
            "Begin a new row after N columns.",
            metavar="N",
            low=2,
            in_words="after how many columns a further row begins, at least 2",
        ),
        Option("animate", "switch", "Make an SVG in which the values appear one by one.", False),
        Option("inline", "switch", "Make an SVG to paste into the text of a web page.", False),
        Option(
            "scale",
            "number",
            "Pixels of a PNG for each pixel of the picture.  [default: 2]",
            2.0,
            "FACTOR",
            low=0.1,
            high=20,
            in_words="the pixels of a PNG for each pixel of the picture, 0.1 to 20",
        ),
        Option(
            "renderer",
            "choice",
            "What draws SVG, PNG and PDF; graphviz also draws any other format that it knows, such "
            "as EPS or JPG.  [default: deepgraph]",
            "deepgraph",
            choices=get_args(Renderer),
        ),
    )
}
"""The options, in the order of the help."""


def key_name(key: str) -> str:
    """The name of an option as a key of `style` may spell it: `max-width` is `max_width`."""
    return key.replace("-", "_")


def problems(style: Mapping[str, Any]) -> list[tuple[str, str]]:
    """All problems of the `style` of a spec.

    Args:
        style: as the file has it.

    Returns:
        The path in the file and the message, for each problem.

    >>> problems({"thema": "dark", "precision": 0})[0]
    ('$.style.thema', 'render has no option "thema"; did you mean "theme"?')
    """
    found = []
    nearest = Nearest(OPTIONS, "known: " + ", ".join(OPTIONS))
    seen: dict[str, str] = {}
    for key, value in style.items():
        path, name = f"$.style.{key}", key_name(key)
        if name not in OPTIONS:
            found.append((path, f'render has no option "{shown(key)}"{nearest(key)}'))
            continue
        if name in seen:
            found.append((path, f'the same option as "{seen[name]}"; keep one of them'))
        seen[name] = key
        try:
            OPTIONS[name].check(value)
        except ValueError as error:
            found.append((path, str(error)))
    return found


def resolved(style: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The value of every option: the given one, or that of the spec's `style`, or the default.

    Args:
        style: of a valid spec.
        given: values by option; `None` stands for none.
    """
    presets = {key_name(key): value for key, value in style.items()}
    found = {}
    for name, option in OPTIONS.items():
        value = given.get(name)
        found[name] = presets.get(name, option.default) if value is None else value
    return found
