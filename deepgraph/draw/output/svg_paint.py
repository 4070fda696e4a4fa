"""The colours of an SVG, their switch in the theme `auto`, and the root element.

There are three modes. *file*: self-contained, paints its page; with the theme `auto` it also
carries the dark colours for readers whose system is dark. *inline*: for a page that embeds the text
of the SVG; no prolog, ids and style rules prefixed by a hash of the content; with the theme `auto`
it follows the page's own light/dark switch and stands on the page's own ground. *resolved*: plain
attributes only; PNG and PDF are made from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from deepgraph.draw.layout.typography import FAMILY
from deepgraph.draw.output import svg_page
from deepgraph.draw.output.look import DARK, THEMES, Theme
from deepgraph.draw.output.svg_pieces import escape
from deepgraph.words.numbers import short

if TYPE_CHECKING:
    from collections.abc import Callable

    from deepgraph.options.drawing import ThemeName

Mode = Literal["file", "inline", "resolved"]

FIT = "max-width:100%;height:auto"
"""The CSS by which an inline picture fits its column."""


@dataclass(frozen=True)
class Paint:
    """The colours of one picture.

    Attributes:
        theme: names them.
        mode: see the head of this module.
    """

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
        moves: Callable[[str], list[str]] | None = None,
    ) -> str:
        """The SVG with this body.

        Args:
            body: the elements that are drawn.
            size: width and height in px.
            title: for readers who cannot see it.
            description: likewise.
            fit: the CSS of an inline picture.
            moves: gives the rules of an animation, for elements behind a selector.
        """
        width, height = map(short, size)
        inline = self.mode == "inline"
        root = self._root(title + body) if inline else ""
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
        rules = self._rules(root) + (moves(f"#{root} " if inline else "") if moves else [])
        if rules:
            lines.append(f"<style>{''.join(rules)}</style>")
        if not (inline and self.switches):
            lines.append(f'<rect width="{width}" height="{height}"{self("page")}/>')
        return "\n".join([*lines, f"{body}</svg>\n"])

    @staticmethod
    def _root(content: str) -> str:
        """The id of this picture in a page, with which all its other ids begin."""
        from hashlib import sha256  # a picture in a file needs no ids

        return f"dg-{sha256(content.encode()).hexdigest()[:10]}"

    def _rules(self, root: str) -> list[str]:
        """The CSS rules that switch the colours, if any."""
        if not self.switches:
            return []
        if self.mode == "inline":
            return svg_page.rules(root)
        dark = "".join(
            f".{letter}-{role}{{{attribute}:{color}}}"
            for role, color in DARK.items()
            for letter, attribute in (("f", "fill"), ("s", "stroke"))
        )
        return [f"@media (prefers-color-scheme:dark){{{dark}}}"]
