"""The SVG as a document: well-formed, harmless, every text letter by letter and exactly once."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given

from deepgraph import draw
from deepgraph.draw.output.bidi import LEFT_MARK
from deepgraph.draw.output.palette import HEADS
from deepgraph.draw.view.records import Gradients
from tests.support.named import MORE, named, usable
from tests.support.picture import GALLERY, Picture, gallery, gallery_picture, spec
from tests.support.texts import HOSTILE, IN_LABELS, as_set, ids, labels, shown

if TYPE_CHECKING:
    from deepgraph.network import Network

ELEMENTS = {
    *("svg", "title", "desc", "g", "rect", "path", "polyline", "ellipse", "circle"),
    *("line", "text", "tspan", "defs", "style"),
}
DOCUMENTS: list[dict[str, Any]] = [
    {},
    {"theme": "dark"},
    {"theme": "auto"},
    {"theme": "paper"},
    {"inline": True},
    {"animate": True},
    {"direction": "down"},
    {"collapse": True},
]
LOADING = ("url(", "javascript:", "data:", "http:", "https:", "@import", "//")


def texts_of(picture: Picture) -> Counter[str]:
    """The texts of a picture, without the marks that keep a number behind a name in its place."""
    return Counter(text.replace(LEFT_MARK, "") for text in picture.texts)


def check_texts(network: Network, id: str, label: str, *, skip: bool, live: bool) -> Picture:
    """Check that exactly these texts are shown, each as often as it is meant."""
    trace = network.trace({id: 2}) if live else None
    picture = Picture(draw.render(network, trace, weights="name", legend=False))
    expected = [shown(text) for text in (id, label, label, "y", f"{id[:255]}b")]
    expected += MORE[:-1] if skip else ["input", "hidden", "output"]
    expected += ["2", "−2", "−1"] if live else []
    assert texts_of(picture) == Counter(map(as_set, expected))
    assert picture.child("title") == shown(f"{label}.")
    return picture


@pytest.mark.parametrize("skip", [False, True], ids=["layered", "irregular"])
@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_are_shown_letter_by_letter(text: str, skip: bool) -> None:
    for live in (False,) if skip else (False, True):
        picture = check_texts(named(text, text, skip=skip), text, text, skip=skip, live=live)
        check_harmless(picture)


@pytest.mark.parametrize("skip", [False, True], ids=["layered", "irregular"])
@pytest.mark.parametrize("text", IN_LABELS)
def test_hostile_labels(text: str, skip: bool) -> None:
    assert shown(text) == IN_LABELS[text]
    picture = check_texts(named("x", text, skip=skip), "x", text, skip=skip, live=False)
    check_harmless(picture)


@given(ids, labels)
@example("\ufffe", "0")
def test_any_text_is_shown_letter_by_letter(id: str, label: str) -> None:
    if usable(id, label):
        check_texts(named(id, label), id, label, skip=False, live=True)


@given(ids, labels)
def test_any_text_is_shown_in_an_irregular_network(id: str, label: str) -> None:
    if usable(id, label):
        check_harmless(check_texts(named(id, label, skip=True), id, label, skip=True, live=False))


@pytest.mark.parametrize("text", HOSTILE)
def test_names_and_numbers_share_a_label(text: str) -> None:
    texts = texts_of(Picture(draw.render(named("x", text), weights="both")))
    assert texts[as_set(f"{text} = −1")] == 1
    assert texts["xb = 1"] == 1


@pytest.mark.parametrize("text", HOSTILE)
def test_groups_are_shown_letter_by_letter(text: str) -> None:
    network = named("x", text)
    texts = texts_of(Picture(draw.render(network, weights="name", groups=True)))
    assert texts[as_set(shown(f"weights → {text}: {text}' = [{text}]"))] == 1


@pytest.mark.parametrize("text", HOSTILE)
def test_tooltips_and_the_description_hold_the_texts(text: str) -> None:
    network = spec([(text, "input"), ("y", "output", {"label": text})], [(text, "y")])
    picture = Picture(draw.render(network, network.trace({text: 0.25})))
    assert picture.nodes[0].tip == f"{text} = 0.25"
    assert picture.child("desc") == f"1 input, 1 output; {text} = 0.25"


@pytest.mark.parametrize("text", HOSTILE)
def test_the_names_of_columns(text: str) -> None:
    network = spec([("x", "input", {"layer": text}), ("y", "output")], [("x", "y")])
    picture = Picture(draw.render(network))
    assert Counter(picture.texts) == Counter(["x", "y", text, "output"])


# --- the document ------------------------------------------------------------------------------


def check_harmless(picture: Picture) -> None:
    """Nothing in the document runs, loads or leads anywhere."""
    for element in picture.root.iter():
        assert picture.tag(element) in ELEMENTS
        for name, value in element.items():
            local = name.rpartition("}")[2].lower()
            assert not local.startswith("on")
            assert local not in ("href", "src", "base")
            assert not [bad for bad in LOADING if bad in value.lower()], (name, value)
    assert b"<!" not in picture.svg.replace(b"<![CDATA[", b"")
    assert b"<script" not in picture.svg.lower()


@pytest.mark.parametrize("options", DOCUMENTS, ids=str)
@pytest.mark.parametrize("name", GALLERY)
def test_the_document(name: str, options: dict[str, Any]) -> None:
    network, trace = gallery(name)
    picture = Picture(draw.render(network, trace, **options))
    root = picture.root
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert root.get("role") == "img"
    assert [float(side) for side in root.get("viewBox", "").split()] == [
        0.0,
        0.0,
        picture.width,
        picture.height,
    ]
    assert picture.child("title")
    # A page reads a picture in its text out by one attribute, and not a second time.
    said = root.get("aria-label") if options.get("inline") else picture.child("desc")
    assert said
    assert "sans-serif" in root.get("font-family", "")
    check_harmless(picture)


@pytest.mark.parametrize("name", GALLERY)
def test_ids_are_unique(name: str) -> None:
    found = [element.get("id") for element in gallery_picture(name).root.iter()]
    assert max(Counter(filter(None, found)).values(), default=1) == 1


@pytest.mark.parametrize("options", DOCUMENTS, ids=str)
@pytest.mark.parametrize("text", ["</style><script>alert(1)</script>", "}*{fill:red}", "<!--"])
def test_no_text_reaches_the_style_sheet(text: str, options: dict[str, Any]) -> None:
    picture = Picture(draw.render(named(text, text), **options))
    check_harmless(picture)
    assert (text in picture.texts) != ("collapse" in options)
    style = "".join("".join(e.itertext()) for e in picture.root.iter() if picture.tag(e) == "style")
    assert text not in style


def luminance(color: str) -> float:
    """As WCAG 2 defines it."""
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _ground(picture: Picture, node: int) -> str:
    """The fill of a node."""
    [group] = [e for e in picture.root.iter() if e.get("data-node") == f"n{node}"]
    shape = next(e for e in group if picture.tag(e) in ("circle", "rect"))
    return shape.get("fill", "")


@pytest.mark.parametrize("theme", ["light", "dark", "paper"])
@pytest.mark.parametrize("name", ["deep_state", "irregular", "iris"])
def test_texts_stand_out_from_the_page(name: str, theme: Any) -> None:
    picture = gallery_picture(name, theme=theme)
    page = next(e for e in picture.root if picture.tag(e) == "rect").get("fill", "")
    inside = [(node, word) for node in picture.nodes for word in node.words]
    fills = {id(word): _ground(picture, node.number) for node, word in inside}
    for word in picture.words:
        color, ground = word.element.get("fill", ""), fills.get(id(word), page)
        if word.element.get("text-anchor"):  # a name beside its node
            ground = page
        assert re.fullmatch("#[0-9a-f]{6}", color)
        low, high = sorted((luminance(ground), luminance(color)))
        assert (high + 0.05) / (low + 0.05) >= 4.5, (word.text, color)


def test_spaces_are_kept() -> None:
    space = "{http://www.w3.org/XML/1998/namespace}space"
    network, trace = gallery("xor")
    root = ET.fromstring(draw.render(network, trace))
    own = {e.get(space) for e in root.iter() if Picture.tag(e) in ("text", "tspan")}
    assert own == {"preserve"} or (root.get(space), own) == ("preserve", {None})


def test_no_class_is_one_that_style_sheets_of_pages_hide() -> None:
    network, trace = gallery("deep_state")
    drawn = draw.render(network, trace, inline=True, animate=True).decode()
    classes = {name for given in re.findall(r'class="([^"]+)"', drawn) for name in given.split()}
    assert {"node", "edge", "label", "deepgraph"} < classes
    assert classes & {"hidden", "invisible", "collapse", "hide", "input", "output"} == set()


# --- signs without colour -----------------------------------------------------------------------


@pytest.mark.parametrize("theme", ["light", "dark", "paper", "auto"])
def test_a_negative_weight_has_a_hollow_head(theme: Any) -> None:
    network, trace = gallery("deep_state")
    root = ET.fromstring(draw.render(network, trace, theme=theme))
    page = next(e for e in root if Picture.tag(e) == "rect").get("fill")
    for group in root.iter():
        if "edge" not in group.get("class", "").split():
            continue
        _, head = (e for e in group if Picture.tag(e) == "path")
        weight = network.weights[int(group.get("data-edge", "")[1:])]
        assert (head.get("fill") == page) == (weight < 0)
        assert "stroke-dasharray" not in ET.tostring(group).decode()


@pytest.mark.parametrize("name", GALLERY)
def test_every_arrow_has_a_head_and_nothing_is_dashed(name: str) -> None:
    picture = gallery_picture(name)
    assert b"dasharray" not in picture.svg
    edges = [e for e in picture.root.iter() if e.get("class") == "edge"]
    heads = [e for edge in edges for e in edge if picture.tag(e) == "path"][len(edges) :]
    assert len(heads) == (len(picture.arrows) if len(picture.arrows) <= HEADS else 0)


def test_a_bias_is_a_group_of_its_own_with_a_tooltip() -> None:
    network, trace = gallery("mazur")
    picture = Picture(draw.render(network, trace))
    assert [pill.text for pill in picture.pills] == ["b1 = 0.35"] * 2 + ["b2 = 0.6"] * 2
    assert {pill.tip for pill in picture.pills} == {"b1 = 0.35", "b2 = 0.6"}
    for pill in picture.pills:
        assert network.kind_name(int(network.source[pill.number])) == "bias"


def test_a_fill_by_value_stands_over_the_page() -> None:
    network, trace = gallery("deep_state")
    role, value = (draw.render(network, trace, fill=fill) for fill in ("role", "value"))
    assert b"fill-opacity" not in role
    assert value.count(b"fill-opacity") == sum(
        node.glow is not None for node in draw.prepare(network, trace, fill="value").view.nodes
    )


def test_a_name_that_reads_like_its_derivative_is_there_from_the_first_step() -> None:
    network = spec([("x", "input"), ("y", "output")], [("x", "y", {"label": "∂ 13", "weight": 2})])
    gradients = Gradients({}, {"∂ 13": 13})
    trace = network.trace({"x": 1})
    options: dict[str, Any] = {"gradients": gradients, "weights": "name", "animate": True}
    svg = draw.render(network, trace, **options).decode()
    (label,) = re.findall(r'<g class="label.*?</g>', svg, re.DOTALL)
    assert label.count("∂") == 2
    assert len(re.findall(r"<tspan class=[^>]*>∂ 13</tspan>", label)) == 1
