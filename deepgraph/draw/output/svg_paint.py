"""The colours of an SVG, their switch in the theme `auto`, and the root element.

There are three modes. *file*: self-contained, paints its page; with the theme `auto` it also
carries the dark colours for readers whose system is dark. *inline*: for a page that embeds the text
of the SVG; no prolog and no ids, since a page may hold any number of pictures, the same one twice
as well: style rules find theirs by classes. With the theme `auto` it follows the page's own
light/dark switch and stands on the page's own ground. *resolved*: plain attributes only; PNG and
PDF are made from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, Literal

from deepgraph.draw.layout.typography import FAMILY
from deepgraph.draw.output.palette import DARK, LIGHT, THEMES, Theme
from deepgraph.draw.output.svg_pieces import escape
from deepgraph.words.messages import titled
from deepgraph.words.numbers import short

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from deepgraph.options.drawing import ThemeName

Mode = Literal["file", "inline", "resolved"]

FIT = "max-width:100%;height:auto"
"""The CSS by which an inline picture fits its column."""
PRINTED = "min-width:0!important;max-height:95vh;break-inside:avoid"
"""The CSS by which an inline picture fits a sheet of paper, which cannot be scrolled."""
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

_BARE = ":is(.text_html,.output_html):has(>.deepgraph-diagram){background:0 0!important}"
"""Themes of Sphinx put a light ground behind the outputs of notebooks when they are dark."""
_KNOWS = "(color:light-dark(red,red))"
"""A feature of browsers since 2024: a colour that follows the `color-scheme` of its page."""


@dataclass(frozen=True)
class Paint:
    """The colours of one picture; the head of this module explains the modes.

    Attributes:
        theme: the colours; "auto" switches.
        mode: see there.
        system: of an inline picture that switches, True if a page without a mark follows its own
            `color-scheme`; False if only a mark makes it dark.
    """

    theme: ThemeName
    mode: Mode = "file"
    system: bool = True

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
        return f' class="{" ".join(names)}"{text}' if names else text

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
        attributes = f'width="{width}" height="{height}" viewBox="0 0 {width} {height}" role="img"'
        attributes += f' font-family="{FAMILY}" text-anchor="middle" xml:space="preserve"'
        rules, described = self._switch(body), f"<desc>{escape(description)}</desc>\n"
        if inline:
            names, own = self._classes(title + body, body, more)
            rules += own
            said = escape(titled(title, description)).replace('"', "&quot;")
            attributes += f' class="{" ".join(names)}" style="{fit}" aria-label="{said}"'
            described = ""  # a screen reader would read it a second time
        elif more:
            rules += more("")
        lines = [
            f'<svg xmlns="http://www.w3.org/2000/svg" {attributes}>',
            f"<title>{escape(title)}</title>",
        ]
        if rules:
            described += f"<style>{''.join(rules)}</style>\n"
        if not (inline and self.switches):
            described += f'<rect width="{width}" height="{height}"{self("page")}/>\n'
        return "\n".join([*lines, f"{described}{body}</svg>\n"])

    def _classes(
        self, content: str, body: str, more: Callable[[str], list[str]] | None
    ) -> tuple[list[str], list[str]]:
        """The classes of an inline picture, and the rules for this picture alone.

        Pictures of one kind share the rules of their page; one with rules of its own has a class
        that names its content.
        """
        from hashlib import sha256  # a picture in a file needs none

        names = ["deepgraph", *([page_class(self.system)] if self.switches else [])]
        own = f"dg-{sha256(content.encode()).hexdigest()[:10]}"
        rules = more(f"svg.{own}") if more else []
        if self.switches:
            usual = dict(LIGHT.items(""))
            hues = [role for role, _ in LIGHT.items(body) if role not in usual]
            rules = [*(_following(f"svg.{own}", hues, self.system) if hues else []), *rules]
        else:
            rules.append(f"@media print{{svg.{own}{{{PRINTED}}}}}")
        return [*names, *([own] if rules else [])], rules

    def _switch(self, body: str) -> list[str]:
        """The CSS rules that switch the colours of a body, if any."""
        if not self.switches:
            return []
        if self.mode == "inline":
            return [page_rules(self.system)]
        dark = "".join(
            f".{letter}-{role}{{{attribute}:{color}}}"
            for role, color in DARK.items(body)
            for letter, attribute in (("f", "fill"), ("s", "stroke"))
        )
        return [f"@media (prefers-color-scheme:dark){{{dark}}}"]


@cache
def page_class(system: bool = True) -> str:
    """The class of the inline pictures that share `page_rules`.

    It names the rules, so that pictures of two versions on one page keep their own.

    >>> page_class() == page_class(False)
    False
    """
    from hashlib import sha256

    rules = _page_rules("", system)
    return f"dg-page-{sha256(rules.encode()).hexdigest()[:6]}"


@cache
def page_rules(system: bool = True) -> str:
    """Colours as CSS variables that follow the page, for all inline pictures of `page_class`.

    A mark of a theme that the reader chose decides. Without one the `color-scheme` of the page
    does, since a page that names none is light on a dark system, too. Browsers that do not know
    `light-dark()` follow the system.

    A page may set `--deepgraph-ink` and the like itself. Paper is white, whatever the screen is.

    Args:
        system: False if a page without a mark is light.
    """
    return _page_rules(page_class(system), system)


def _page_rules(name: str, system: bool) -> str:
    roles = [role for role, _ in LIGHT.items("")]
    return "".join([*_following(f"svg.{name}", roles, system, PRINTED), _BARE])


def _following(root: str, roles: Sequence[str], system: bool, printed: str = "") -> list[str]:
    """The rules by which the roles of a picture follow its page.

    Args:
        root: selects the picture.
        roles: of its colours.
        system: that of `page_rules`.
        printed: more CSS of the picture on paper.
    """
    light, dark, both = "", "", ""
    for role in roles:
        one, other = getattr(LIGHT, role), getattr(DARK, role)
        light += f"--dg-{role}:{one};"
        dark += f"--dg-{role}:{other};"
        both += f"--dg-{role}:light-dark({one},{other});"
    light_pages, dark_pages = (
        ",".join(f"{mark} {root}" for mark in marks) for marks in zip(*PAGE_MARKS, strict=True)
    )
    found = [f"{root}{{{light}}}"]
    if system:
        found += [
            f"@supports {_KNOWS}{{{root}{{{both}}}}}",
            f"@supports not {_KNOWS}{{@media (prefers-color-scheme:dark){{{root}{{{dark}}}}}}}",
        ]
    found += [f"{light_pages}{{{light}}}", f"{dark_pages}{{{dark}}}"]
    for role in roles:
        color = f"var(--dg-{role})"
        if role == "page":  # behind labels, so that lines under them do not show
            for variable in reversed(PAGE_COLORS):
                color = f"var({variable},{color})"
        color = f"var(--deepgraph-{role},{color})"
        found.append(f"{root} .f-{role}{{fill:{color}}}{root} .s-{role}{{stroke:{color}}}")
    # Paper is light whatever the page is.
    paper = f":root {root}{{{light}{printed}}}"
    if "page" in roles:
        paper += f":root {root} .f-page{{fill:#fff}}"
    return [*found, f"@media print{{{paper}}}"]
