"""The live page: one HTML text with the network, its picture and the scripts.

It asks for nothing: style, scripts and data stand in it, and a Content-Security-Policy in it allows
just these, by their hashes. Texts of the network reach it as JSON, and a script sets them as text.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from html import escape
from importlib.resources import files
from string import ascii_letters
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from deepgraph import __version__
from deepgraph.draw.output.palette import DARK, LIGHT
from deepgraph.errors import InputError
from deepgraph.functions.losses import OUTPUT_LOSS
from deepgraph.live import beginning, functions, scripts
from deepgraph.live.arithmetic import arithmetic
from deepgraph.live.bare import bare, carried
from deepgraph.live.hooks import SIGNS, widths
from deepgraph.live.losses import first_loss, loss_key, require_usable
from deepgraph.live.needs import unneeded
from deepgraph.live.picture import picture
from deepgraph.live.places import Place, sure_places
from deepgraph.live.program import delta, program
from deepgraph.live.text_keys import renamed, shortened
from deepgraph.options.shared import LANGUAGES, LOSS
from deepgraph.words.messages import Nearest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from deepgraph.live.picture import Picture
    from deepgraph.network import Network

    Array = NDArray[np.float64]

NARROW_WIDTH, NARROW_NODES = 900.0, 60
"""A picture that flows downwards comes along for narrow screens if it is no wider than this, in px,
much narrower than the other, and of no more nodes."""
ONLY = {
    "fill": ("line", "brace"),
    "stroke": ("ink", "muted", "input", "node", "output", "off", "bias", "gradient"),
}
_COLOR = re.compile(r"--dg-\w+")
ENDS = {"fill": "_line", "stroke": "_text"}
"""Roles of colours, and ends of their names, that never fill, or never draw lines."""
FAMILY = "Helvetica,Arial,'Liberation Sans',sans-serif"


class Rows(NamedTuple):
    """A table to step through.

    Attributes:
        name: of its file.
        X: (rows, inputs).
        targets: by node id (rows,) the wanted values.
    """

    name: str
    X: Array
    targets: Mapping[str, Sequence[float]]


def page(
    network: Network,
    inputs: Mapping[str, float] | None = None,
    *,
    over: Mapping[str, tuple[float, float]] | None = None,
    rows: Rows | None = None,
    targets: Mapping[str, float] | None = None,
    loss: str | None = None,
    of: str | None = None,
    lang: str = "en",
    blank: Sequence[str] = (),
    text: str | None = None,
    file: str = "",
    reload: str = "",
    **options: Any,
) -> str:
    """The live page of a network: an HTML text that stands by itself.

    Args:
        network: all its parameters have values.
        inputs: the values to begin with; by default those of the first row or example.
        over: the ranges of sliders, by input; by default they hold the rows, or what the input is
            normalised from, or −1 to 1.
        rows: a table to step through and to train on.
        targets: wanted values of outputs to begin with.
        loss: the loss to begin with; one that suits the outputs.
        of: the node whose value takes the place of a loss; it is the loss "output".
        lang: the language of the page's own words: "en", "de", "fr" or "es".
        blank: ids of nodes: the page opens with the quiz, which asks for their values; "all" asks
            for every one.
        text: of the spec, whose form a download keeps; by default it is written anew.
        file: the name of a download.
        reload: a path from which the page hears that its file changed; for a server of our own.
        options: of `deepgraph.draw`; see `deepgraph.live.picture.FIXED` for those it decides.

    Returns:
        The text of the page, the same for the same arguments.

    Raises:
        InputError: there is no such input, node, language or loss, or the loss cannot compare the
            outputs.
        UninitialisedError: a parameter has no value.
        DrawingError: the picture could not be read.
    """
    network.require_values()
    if lang not in LANGUAGES:
        nearest = Nearest(LANGUAGES)(lang)
        raise InputError(f'the page speaks {", ".join(LANGUAGES)}, not "{lang}"{nearest}')
    try:
        loss = loss if loss is None else str(LOSS.check(loss))
    except ValueError as error:
        raise InputError(str(error)) from None
    if of is not None and loss is None:
        loss = OUTPUT_LOSS
    if loss is not None:
        require_usable(network, loss, of)
    prog = program(
        network,
        X=None if rows is None else rows.X,
        targets=None if rows is None else rows.targets,
        loss=loss,
        of=of,
    )
    values, wanted = beginning.start(network, prog, inputs, targets or {})
    first = [values[name] for name in network.input_names]
    said = words(lang)
    pictures = _pictures(network, values, said.pop("of_weights"), options)
    spec, places = sure_places(network, text)
    prog["arithmetic"] = arithmetic(network, lang)
    # The text of the spec holds the values; the script reads them there.
    prog["parameters"]["value"] = [0] * len(network.parameters)
    data = {
        "version": __version__,
        "words": said,
        "lang": lang,
        "graph": prog,
        "start": {
            "inputs": first,
            "targets": wanted,
            "row": beginning.row_of(
                prog, None if inputs is None else first, wanted, network.outputs.tolist()
            ),
            "given": inputs is not None,
        },
        "pictures": carried(pictures),
        "widths": {"signs": SIGNS, **widths()},
        "ranges": beginning.ranges(network, values, over or {}, prog),
        "hidden": beginning.hidden(network, blank),
        "table": "" if rows is None else rows.name,
        "description": network.spec.description or "",
        "file": file or "network.json",
        "spec": spec,
        "places": _gaps(spec, places),
        "digest": _digest(spec, prog["loss"], loss_key(network, first_loss(network), None)),
        "reload": reload,
    }
    return _html(network, data, pictures[0])


def words(lang: str) -> dict[str, str]:
    """The page's own words in a language, by key."""
    table = json.loads((files("deepgraph.live") / "interface.json").read_text(encoding="utf-8"))
    return {key: texts[lang] for key, texts in table.items()}


# --- its pictures -------------------------------------------------------------------------------


def _pictures(
    network: Network, inputs: Mapping[str, float], weights: str, options: Mapping[str, Any]
) -> list[Picture]:
    """The picture, and one that flows downwards where narrow screens are better off with it.

    `weights` is what their lines of groups call weights.
    """
    given = {name: value for name, value in options.items() if value is not None}
    style = network.spec.style
    found = [picture(network, inputs, called=weights, **given)]
    if found[0].drawing.options["direction"] == "down" or len(network.ids) > NARROW_NODES:
        return found
    other = {**given, "direction": "down", "wrap": None, "groups": False, "spacing": 0.7}
    if given.get("weights", style.get("weights")) in (None, "both"):
        other["weights"] = "value"
    down = picture(network, inputs, captions=False, called=weights, **other)
    width = down.hooks["width"]
    if width <= min(NARROW_WIDTH, 0.8 * found[0].hooks["width"]):
        found.append(down)
    return found


def _gaps(text: str, places: list[Place]) -> list[list[int]]:
    """Places as distances in units of UTF-16 from the end of the one before, and parameters δ."""
    gaps, done = [], 0
    for start, end, _ in places:
        gaps.append(_units(text[done:start]))
        done = end
    return [gaps, delta(np.array([place.parameter for place in places], np.int64))]


def _units(text: str) -> int:
    return len(text) + sum(letter > "\uffff" for letter in text)


# --- the text -----------------------------------------------------------------------------------


def _html(network: Network, data: dict[str, Any], first: Picture) -> str:
    """The page: nothing in it comes from a template but fixed words, numbers and escaped texts."""
    body = bare(first)
    style = _style(first.svg)
    before, without = functions.script(network), unneeded(data)
    script = scripts.joined(before=before, short=True, without=without)
    no_script = data["words"].pop("no_script")  # which stands in the page itself
    script, data = shortened(script, data)
    style, script = _with_short_colors(style, script)
    content = _json(renamed(data, scripts.own_names()))
    allowed = {
        "default-src": "'none'",
        "script-src": _hash(script),
        "style-src": _hash(style),
        "img-src": "data: blob:",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    if data["reload"]:
        allowed["connect-src"] = "'self'"
    policy = "; ".join(f"{name} {value}" for name, value in allowed.items())
    hooks = first.hooks
    svg = (
        f'<svg class="picture" '
        f'viewBox="0 0 {hooks["width"]} {hooks["height"]}" font-family="{FAMILY}" '
        f'text-anchor="middle" xml:space="preserve">{body}</svg>'
    )
    return (
        f'<!DOCTYPE html>\n<html lang="{data["lang"]}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta name="generator" content="deepgraph {__version__}">\n'
        '<link rel="icon" href="data:,">\n'
        f"<title>{escape(_title(network))}</title>\n<style>{style}</style>\n</head>\n<body>\n"
        f'<div id="page"></div>\n<div id="picture" hidden>{svg}</div>\n'
        f"<noscript><p>{escape(no_script)}</p></noscript>\n"
        f'<script type="application/json" id="data">{content}</script>\n'
        f"<script>{script}</script>\n</body>\n</html>\n"
    )


def _with_short_colors(*texts: str) -> list[str]:
    """Style sheet and script with letters for the names of colours."""
    names = dict.fromkeys(name for text in texts for name in _COLOR.findall(text))
    short = dict(zip(names, ascii_letters, strict=False))
    return [_COLOR.sub(lambda found: f"--{short.get(found[0], found[0][2:])}", t) for t in texts]


def _title(network: Network) -> str:
    """What the window is called; a browser shows each break of a line as a space, too."""
    return re.sub(r"[\r\n]", " ", network.spec.title or network.spec.name or network.name)


def _json(data: dict[str, Any]) -> str:
    """JSON that no parser of HTML takes for markup."""
    data = _with_whole_numbers(data)
    whole = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    # A lone surrogate is no character that a file of UTF-8 can hold.
    escaped = re.sub("[\ud800-\udfff]", lambda found: f"\\u{ord(found[0]):04x}", whole)
    return escaped.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _with_whole_numbers(value: Any) -> Any:
    """The same data with 2 for 2.0, which is one number in JavaScript; −0.0 stays."""
    if isinstance(value, dict):
        return {key: _with_whole_numbers(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_with_whole_numbers(part) for part in value]
    is_whole = isinstance(value, float) and value.is_integer() and abs(value) < 2**53
    return int(value) if is_whole and str(value) != "-0.0" else value


def _digest(spec: str, loss: str, usual: str) -> str:
    """What a link says of the page that made it: of its spec, and of a loss that is not the usual.

    A page that begins with another loss shows other derivatives in the same state.
    """
    whole = spec if loss == usual else f"{spec}\0{loss}"
    return hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()[:8]


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def _style(body: str) -> str:
    """The style sheet: the look, and the colours of a picture by role for light and dark."""
    sheet = (files("deepgraph.live") / "page.css").read_text(encoding="utf-8")
    colors: dict[tuple[str, str], str] = {}
    for (role, light), (_, dark) in zip(LIGHT.items(body), DARK.items(body), strict=True):
        colors.setdefault((light, dark), role)  # roles of the same colours share a property
    light, dark = (
        "".join(f"--dg-{role}:{pair[theme]};" for pair, role in colors.items()) for theme in (0, 1)
    )
    whole = sheet.replace(":root{", f":root{{{light}", 1)
    found = re.search(r"^\.dark-colours\{(.*)\}\n", whole, re.MULTILINE)
    assert found is not None
    switched = f":root[data-theme=dark]{{{found[1]};{dark}}}\n"
    rules = "".join(
        f".{kind[0]}-{role}{{{kind}:var(--dg-{colors[light, dark]})}}"
        for (role, light), (_, dark) in zip(LIGHT.items(body), DARK.items(body), strict=True)
        for kind in ("fill", "stroke")
        if role not in ONLY[kind] and not role.endswith(ENDS[kind])
    )
    return whole.replace(found[0], switched, 1).replace("\n", "") + rules
