"""An executable plugin of mystmd, the engine of Jupyter Book 2.

    project:
      plugins:
        - type: executable
          path: deepgraph-myst.py

The file is two lines of Python: `from deepgraph.embed.mystmd import main`, and `main()`. It has the
directives `deepgraph`, `deepgraph-diff`, `deepgraph-explain`, `deepgraph-eval` and
`deepgraph-jacobian` and the role `deepgraph-value`, short `dg`. mystmd runs it once without
arguments, for what it has, and then for each directive and role with its name and its data as JSON
on standard input; the answer is a list of nodes.

mystmd does not say which page it reads, so paths start at the folder in which it runs, as a rule
that of `myst.yml`.
"""

from __future__ import annotations

import base64
import json
import sys
from typing import TYPE_CHECKING, Any

from deepgraph.embed.lengths import length
from deepgraph.errors import DeepgraphError, OptionError
from deepgraph.explain.latex import pieces
from deepgraph.request.diagram import COLUMN
from deepgraph.request.options import OPTIONS
from deepgraph.request.request import ask
from deepgraph.words.messages import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deepgraph.explain.grid import Grid
    from deepgraph.request.options import Kind
    from deepgraph.request.request import Request
    from deepgraph.request.value_table import Table

    Node = dict[str, Any]

DIRECTIVES: dict[str, Kind] = {
    "deepgraph": "diagram",
    "deepgraph-diff": "diff",
    "deepgraph-explain": "explain",
    "deepgraph-eval": "eval",
    "deepgraph-jacobian": "jacobian",
}
ROLES = ("deepgraph-value", "dg")
PICTURE = ("alt", "caption", "width", "align")
FIGURE = {
    "diagram": PICTURE,
    "diff": PICTURE,
    "explain": ("caption",),
    "eval": ("caption", "align"),
    "jacobian": ("caption", "align"),
}
"""Options about the page, by the kind of request."""
OF_PAGES = {*PICTURE, "class", "enumerated", "height", "label", "name"}
"""Options about the page that some directive has, here, of mystmd or of Sphinx."""
ALIGN = ("left", "center", "right")
ONE_PATH = "The path of a spec; without it, the body is one."
TWO_PATHS = "The paths of two specs, before and after."


def main() -> None:
    """Answer mystmd; a mistake is an exit code of 1 and a message, which ends its build."""
    words = sys.argv[1:]
    if words and (len(words) != 2 or words[0] not in ("--directive", "--role")):
        sys.exit(f"deepgraph: mystmd asks for --directive NAME or --role NAME, got {words}")
    try:
        if not words:
            found: object = specification()
        else:
            what, name = words
            data = json.load(sys.stdin)
            found = directive(name, data) if what == "--directive" else role(data)
    except DeepgraphError as error:
        lines = [printable(line) for line in str(error).splitlines()]
        sys.exit(f"deepgraph: {_line(data)}" + "\n".join(lines))
    json.dump(found, sys.stdout)


def specification() -> Node:
    """What the plugin has, as mystmd reads it."""
    return {
        "name": "deepgraph",
        "directives": [
            {
                "name": name,
                "doc": f"A network: {kind}.",
                "arg": {"type": "string", "doc": TWO_PATHS if kind == "diff" else ONE_PATH},
                "body": {"type": "string", "doc": "A spec as JSON."},
                "options": _options(kind),
            }
            for name, kind in DIRECTIVES.items()
        ],
        "roles": [
            {"name": name, "doc": "A number.", "body": {"type": "string", "required": True}}
            for name in ROLES
        ],
    }


def _options(kind: Kind) -> dict[str, Node]:
    found: dict[str, Node] = {}
    for option in OPTIONS[kind].values():
        name = option.name.replace("_", "-")
        # An option of "names" alone is a switch, and comes as an empty text.
        form = "boolean" if option.kind == "switch" else "string"
        found[name] = {"type": form, "doc": option.help}
        if name != option.name:
            found[name]["alias"] = [option.name]
    return found | {name: {"type": "string"} for name in FIGURE[kind]}


def directive(name: str, data: Node) -> list[Node]:
    """The nodes of a directive.

    Raises:
        DeepgraphError: the spec, the values or the options are wrong.
    """
    kind = DIRECTIVES[name]
    every = {**(data.get("options") or {}), **_dropped(kind, data)}
    given = {key: value for key, value in every.items() if value is not False and value is not None}
    own = {key: str(given.pop(key)) for key in FIGURE[kind] if key in given}
    for key in given:
        if key in OF_PAGES:
            raise OptionError(f'no option "{key}" here')  # none of the command is like it
    _check(own)
    options = [(key, "" if value is True else str(value)) for key, value in given.items()]
    spec, body = data.get("arg"), str(data.get("body") or "")
    if spec and body.strip():
        raise OptionError("a path and an inline spec: keep one")
    if not spec and not body.strip():
        raise OptionError("name the path of a spec, or write one below as JSON")
    text = None if spec else body
    asked = ask(kind, spec or None, options, text=text, name=spec or "inline spec")
    if kind in ("diagram", "diff"):
        return _diagram(asked, own)
    return _arithmetic(asked, own) if kind == "explain" else _table(asked, own)


def _dropped(kind: Kind, data: Node) -> dict[str, Any]:
    """The options of a directive that mystmd leaves out, or reads otherwise, as the page has them.

    mystmd warns of an option that there is not, goes on without it, and calls the build a success,
    also a strict one; a switch with any text is on. They are passed on, so that a mistake is told.

    Raises:
        OptionError: an option stands there twice, of which mystmd reads the first alone.
    """
    specified = _options(kind)
    found: dict[str, Any] = {}
    seen = set()
    for child in (data.get("node") or {}).get("children", ()):
        if child.get("type") != "mystOption":
            continue
        name, value = str(child["name"]), child.get("value")
        spelled = name.replace("_", "-")
        if spelled in seen:
            raise OptionError(f"{name} is given twice; several values stand in one option")
        seen.add(spelled)
        form = specified.get(spelled, {}).get("type")
        if form is None or (form == "boolean" and value not in (True, False, "true", "false", "")):
            found[name if form is None else spelled] = value
    return found


def _check(own: dict[str, str]) -> None:
    """Check the options about the page; a width becomes a length of CSS.

    Raises:
        OptionError: a width is no length, or an alignment is none.
    """
    align = own.get("align", "left")
    if "width" in own:
        own["width"] = length("width", own["width"])
    if align not in ALIGN:
        raise OptionError(f'align is {", ".join(ALIGN)}, got "{align}"')


def role(data: Node) -> list[Node]:
    """One number as text.

    Raises:
        DeepgraphError: the spec, the values or the quantity are wrong.
    """
    return [_text(ask("value", str(data["body"])).number())]


def _line(data: Node) -> str:
    """The line of a directive or a role in its page, as far as mystmd tells it."""
    place = (data.get("node") or {}).get("position") or {}
    line = (place.get("start") or {}).get("line")
    return f"line {line}: " if line else ""


def _text(text: str) -> Node:
    return {"type": "text", "value": text}


def _diagram(asked: Request, own: dict[str, str]) -> list[Node]:
    """An image; it has a ground of its own, since pages switch without telling their images."""
    diagram = asked.diagram(COLUMN)
    content = base64.b64encode(diagram.file("svg", diagram.theme or "light")).decode()
    image: Node = {
        "type": "image",
        "url": f"data:image/svg+xml;base64,{content}",
        "alt": own.get("alt") or diagram.alt,
    }
    image |= {key: own[key] for key in ("width", "align") if key in own}
    return _figure([image], own, "figure") if "caption" in own else [image]


def _figure(content: list[Node], own: dict[str, str], kind: str) -> list[Node]:
    words = {"type": "paragraph", "children": [_text(own["caption"])]}
    caption = {"type": "caption", "children": [words]}
    children = [*content, caption] if kind == "figure" else [caption, *content]
    return [{"type": "container", "kind": kind, "children": children}]


def _arithmetic(asked: Request, own: dict[str, str]) -> list[Node]:
    """Headings and words as paragraphs, each step as a formula."""
    nodes: list[Node] = []
    for piece in pieces(asked.explanation().sections):
        if piece[0] == "rows":
            tex = f"\\begin{{aligned}}\n{piece[1]}\n\\end{{aligned}}"
            nodes.append({"type": "math", "value": tex, "enumerated": False})
            continue
        if piece[0] == "table":
            nodes.append(_cells(piece[1]))
            nodes.append({"type": "paragraph", "children": [_text(piece[1].note)]})
            continue
        words = _text(piece[1])
        if piece[0] == "heading":
            words = {"type": "strong", "children": [words]}
        nodes.append({"type": "paragraph", "children": [words]})
    if "caption" in own:
        words = {"type": "emphasis", "children": [_text(own["caption"])]}
        nodes.append({"type": "paragraph", "children": [words]})
    return nodes


def _table(asked: Request, own: dict[str, str]) -> list[Node]:
    """A table; numbers are aligned at the right, and the note stands below."""
    values = asked.table()
    nodes = [_cells(values)]
    if "align" in own:
        nodes[0]["align"] = own["align"]
    if "caption" in own:
        nodes = _figure(nodes, own, "table")
    if values.note:
        nodes.append({"type": "paragraph", "children": [_text(values.note)]})
    return nodes


def _cells(values: Table | Grid) -> Node:
    """The rows of a table, its header first."""

    def row(cells: Sequence[str], header: bool) -> Node:
        children = [
            {
                "type": "tableCell",
                "align": "right" if numeric else "left",
                "children": [_text(cell)],
                **({"header": True} if header else {}),
            }
            for cell, numeric in zip(cells, values.numeric, strict=True)
        ]
        return {"type": "tableRow", "children": children}

    rows = [row(values.header, True), *(row(cells, False) for cells in values.rows)]
    return {"type": "table", "children": rows}


if __name__ == "__main__":
    main()
