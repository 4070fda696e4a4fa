"""The colours of an SVG, how the theme `auto` switches them, and the element around everything.

Three modes. *file*: self-contained, paints its page; the theme `auto` also carries the dark
colours for readers whose system is dark. *inline*: for a page that embeds the text of the SVG, no
prolog, ids and style rules prefixed by a hash of the content; the theme `auto` follows the page's
own light/dark switch and stands on the page's own ground. *resolved*: plain attributes only, which
is what PNG and PDF are made from.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from deepgraph.draw.layout.metrics import FAMILY
from deepgraph.draw.layout.shapes import short
from deepgraph.draw.output import page
from deepgraph.draw.output.elements import escape
from deepgraph.draw.view.theme import DARK, THEMES, Theme

if TYPE_CHECKING:
    from collections.abc import Callable

    from deepgraph.options.drawing import ThemeName

Mode = Literal["file", "inline", "resolved"]

FIT = "max-width:100%;height:auto"
"""How an inline picture fits its column."""


@dataclass(frozen=True)
class Paint:
    """The colours of one picture.

    Attributes:
        theme: which.
        mode: see the head of this module.
    """

    theme: ThemeName
    mode: Mode = "file"

    @cached_property
    def colors(self) -> Theme:
        """Those that its attributes state."""
        return THEMES[self.theme]

    @cached_property
    def switches(self) -> bool:
        """Whether a style sheet may change them; only then elements need classes."""
        return self.mode != "resolved" and self.theme == "auto"

    def __call__(self, fill: str = "", stroke: str = "", classes: tuple[str, ...] = ()) -> str:
        """Attributes for the colours of these roles, and classes where a style sheet needs them."""
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
        key: str = "",
    ) -> str:
        """The SVG with this body.

        Args:
            body: what is drawn.
            size: px, width and height.
            title: for readers who cannot see it.
            description: likewise.
            fit: inline, CSS.
            moves: the rules of an animation, for elements behind a selector.
            key: inline, what ends the ids; a page may hold the same picture twice.
        """
        width, height = map(short, size)
        inline = self.mode == "inline"
        root = self._root(title + body, key) if inline else ""
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
    def _root(content: str, key: str) -> str:
        """The id of this picture in a page, and where all its other ids begin."""
        from hashlib import sha256  # a picture in a file needs no ids

        digest = sha256(content.encode()).hexdigest()[:10]
        return f"dg-{digest}{key and '-'}{key}"

    def _rules(self, root: str) -> list[str]:
        if not self.switches:
            return []
        if self.mode == "inline":
            return page.rules(root)
        dark = "".join(
            f".{letter}-{role}{{{attribute}:{color}}}"
            for role, color in DARK.items()
            for letter, attribute in (("f", "fill"), ("s", "stroke"))
        )
        return [f"@media (prefers-color-scheme:dark){{{dark}}}"]
