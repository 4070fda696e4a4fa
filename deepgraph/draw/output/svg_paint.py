"""The colours of an SVG, their switch in the theme `auto`, and the root element.

There are three modes. *file*: self-contained, paints its page; with the theme `auto` it also
carries the dark colours for readers whose system is dark. *inline*: for a page that embeds the text
of the SVG; no prolog, ids and style rules prefixed by a hash of the content; with the theme `auto`
it follows the page's own light/dark switch and stands on the page's own ground. *resolved*: plain
attributes only; PNG and PDF are made from it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from deepgraph.draw.layout.typography import FAMILY
from deepgraph.draw.output.palette import DARK, LIGHT, THEMES, Theme
from deepgraph.draw.output.svg_pieces import escape
from deepgraph.words.numbers import short

if TYPE_CHECKING:
    from collections.abc import Callable

    from deepgraph.options.drawing import ThemeName

Mode = Literal["file", "inline", "resolved"]

FIT = "max-width:100%;height:auto"
"""The CSS by which an inline picture fits its column."""
PAGE_COLORS = (
    "--color-background-primary",
    "--pst-color-background",
    "--md-default-bg-color",
    "--jp-layout-color0",
    "--vscode-notebook-editorBackground",
)
"""Variables that hold the colour of a page's ground: furo, pydata, Material, Jupyter, VS Code."""
PAGE_MARKS = (
    ('[data-theme="light"]', '[data-theme="dark"]'),
    ('[data-bs-theme="light"]', '[data-bs-theme="dark"]'),
    ('[data-md-color-scheme="default"]', '[data-md-color-scheme="slate"]'),
    ('[data-jp-theme-light="true"]', '[data-jp-theme-light="false"]'),
    (".vscode-light", ".vscode-dark"),
    (".light", ".dark"),
)
"""Marks of a light and of a dark theme that a reader chose: furo and pydata, Bootstrap, Material,
Jupyter, VS Code, others (marimo among them)."""

_KNOWS = "(color:light-dark(red,red))"
"""A feature of browsers since 2024: a colour that follows the `color-scheme` of its page."""
_SYSTEM = re.compile(
    r"@supports \(color:light-dark.*?\}\}|@supports not \(color:light-dark.*?\}\}\}"
)
"""The rules by which a picture follows the page, or in older browsers the system."""


@dataclass(frozen=True)
class Paint:
    """The colours of one picture; the head of this module explains the modes."""

    theme: ThemeName
    mode: Mode = "file"

    @cached_property
    def colors(self) -> Theme:
        """The colours that attributes state."""
        return THEMES[self.theme]

    @cached_property
    def switches(self) -> bool:
        """True if a style sheet may change them; only then elements need classes."""
        return self.mode != "resolved" and self.theme == "auto"

    def __call__(self, fill: str = "", stroke: str = "", classes: tuple[str, ...] = ()) -> str:
        """Attributes for the colours of these roles, and classes if a style sheet needs them."""
        text, names = "", list(classes)
        for attribute, role in (("fill", fill), ("stroke", stroke)):
            if role:
                text += f' {attribute}="{getattr(self.colors, role)}"'
                if self.switches:
                    names.append(f"{attribute[0]}-{role}")
        return f'{text} class="{" ".join(names)}"' if names else text

    def whole(
        self,
        body: str,
        size: tuple[float, float],
        title: str,
        description: str,
        *,
        fit: str = FIT,
        more: Callable[[str], list[str]] | None = None,
    ) -> str:
        """The SVG with this body, of a width and a height in px.

        `fit` is the CSS of an inline picture; `more` gives further rules for the elements of the
        picture that a selector finds, an empty one in a file.
        """
        width, height = map(short, size)
        inline = self.mode == "inline"
        root = ""
        if inline:
            from hashlib import sha256  # a picture in a file needs no ids

            root = f"dg-{sha256((title + body).encode()).hexdigest()[:10]}"
        attributes = f'width="{width}" height="{height}" viewBox="0 0 {width} {height}" role="img"'
        attributes += f' font-family="{FAMILY}" text-anchor="middle" xml:space="preserve"'
        names = ["", ""]
        if inline:
            attributes += f' id="{root}" class="deepgraph" style="{fit}"'
            attributes += f' aria-labelledby="{root}-title {root}-desc"'
            names = [f' id="{root}-title"', f' id="{root}-desc"']
        lines = [
            f'<svg xmlns="http://www.w3.org/2000/svg" {attributes}>',
            f"<title{names[0]}>{escape(title)}</title>",
            f"<desc{names[1]}>{escape(description)}</desc>",
        ]
        rules = self._rules(root, body) + (more(f"#{root}" if inline else "") if more else [])
        if rules:
            lines.append(f"<style>{''.join(rules)}</style>")
        if not (inline and self.switches):
            lines.append(f'<rect width="{width}" height="{height}"{self("page")}/>')
        return "\n".join([*lines, f"{body}</svg>\n"])

    def _rules(self, root: str, body: str) -> list[str]:
        """The CSS rules that switch the colours of a body, if any."""
        if not self.switches:
            return []
        if self.mode == "inline":
            return page_rules(root, body)
        dark = "".join(
            f".{letter}-{role}{{{attribute}:{color}}}"
            for role, color in DARK.items(body)
            for letter, attribute in (("f", "fill"), ("s", "stroke"))
        )
        return [f"@media (prefers-color-scheme:dark){{{dark}}}"]


def page_rules(root: str, body: str = "") -> list[str]:
    """Colours of a body as CSS variables that follow the page.

    A mark of a theme that the reader chose decides. Without one the `color-scheme` of the page
    does, since a page that names none is light on a dark system, too. Browsers that do not know
    `light-dark()` follow the system.

    A page may set `--deepgraph-ink` and the like itself. Paper is white, whatever the screen is.
    """
    light, dark = (
        "".join(f"--dg-{role}:{color};" for role, color in theme.items(body))
        for theme in (LIGHT, DARK)
    )
    both = "".join(
        f"--dg-{role}:light-dark({color},{dark_color});"
        for (role, color), (_, dark_color) in zip(LIGHT.items(body), DARK.items(body), strict=True)
    )
    light_pages, dark_pages = (
        ",".join(f"{mark} #{root}" for mark in marks) for marks in zip(*PAGE_MARKS, strict=True)
    )
    found = [
        f"#{root}{{{light}}}",
        f"@supports {_KNOWS}{{#{root}{{{both}}}}}",
        f"@supports not {_KNOWS}{{@media (prefers-color-scheme:dark){{#{root}{{{dark}}}}}}}",
        f"{light_pages}{{{light}}}",
        f"{dark_pages}{{{dark}}}",
    ]
    for role in dict(LIGHT.items(body)):
        color = f"var(--dg-{role})"
        if role == "page":  # behind labels, so that lines under them do not show
            for name in reversed(PAGE_COLORS):
                color = f"var({name},{color})"
        color = f"var(--deepgraph-{role},{color})"
        found.append(f"#{root} .f-{role}{{fill:{color}}}#{root} .s-{role}{{stroke:{color}}}")
    # Paper is light whatever the page is, and cannot be scrolled.
    paper = f":root #{root}{{{light}min-width:0!important}}:root #{root} .f-page{{fill:#fff}}"
    return [*found, f"@media print{{{paper}}}"]


def without_system(svg: str) -> str:
    """An inline SVG that is dark only on pages with a mark of a dark theme, whatever the system."""
    return _SYSTEM.sub("", svg)
