"""A live page inside another page: as a frame, in a notebook and in texts."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from deepgraph.draw.output.svg_paint import PAGE_MARKS
from deepgraph.files import write_bytes
from deepgraph.options.drawing import FIXED_THEMES

if TYPE_CHECKING:
    import os

    from deepgraph.options.drawing import ThemeName

HEIGHT = "760px"
"""The height of a frame that names none: the picture and the inputs of most networks."""
ALLOWED = "allow-scripts allow-downloads allow-popups"
"""What it may do there; without an origin of its own it reaches nothing of the other page."""
FOLLOWS = "deepgraph-frame"
"""The class of a frame that the marks of its page make light or dark."""


@dataclass(frozen=True)
class LivePage:
    """A live page, from `Network.live`; a notebook shows it in a frame.

    Attributes:
        html: its text, one file that stands by itself.
        title: what screen readers call the frame.
        height: of the frame, a length of CSS.
    """

    html: str
    title: str
    height: str

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the file, whole or not at all.

        Returns:
            The path.

        Raises:
            FileError: the file cannot be written.
        """
        write_bytes(Path(path), self.html.encode())
        return Path(path)

    def _repr_html_(self) -> str:
        return with_rules(frame(self.title, self.height, html=self.html))

    def __repr__(self) -> str:
        return f"<LivePage of {self.title}: {len(self.html):,} characters>"


def frame_rules() -> str:
    """Rules by which a frame is light or dark as the mark of a theme on its page says.

    Browsers tell a page in a frame the `color-scheme` of the frame's element, and call that its
    system. Most themes set it when they switch; furo does not.
    """
    marks = zip(("light", "dark"), zip(*PAGE_MARKS, strict=True), strict=True)
    return "".join(
        f"{','.join(f'{mark} .{FOLLOWS}' for mark in those)}{{color-scheme:{scheme}!important}}"
        for scheme, those in marks
    )


def with_rules(inside: str) -> str:
    """A frame and its rules, for a page whose style sheet has none; searches leave both out."""
    rules = f"<style>{frame_rules()}</style>"
    return f'<div class="deepgraph-live" data-search-exclude>{rules}{inside}</div>'


def frame(
    title: str,
    height: str = HEIGHT,
    *,
    html: str = "",
    source: str = "",
    theme: ThemeName = "auto",
    system: bool = True,
) -> str:
    """A frame with a page in it.

    Args:
        title: what screen readers call it.
        height: a length of CSS.
        html: the text of the page; or
        source: the address of its file.
        theme: of the pages around it; "auto" if they are light or dark as a reader wants.
        system: False if the pages around it are light unless a mark makes them dark.
    """
    content = f'srcdoc="{escape(html)}"' if html else f'src="{escape(source)}"'
    style = f"width:100%;height:{escape(height)};border:0;border-radius:12px"
    fixed = theme in FIXED_THEMES
    if fixed or not system:
        style += f";color-scheme:{'dark' if theme == 'dark' else 'light'}"
    follows = "" if fixed else f' class="{FOLLOWS}"'
    return (
        f'<iframe{follows} title="{escape(title)}" sandbox="{ALLOWED}" allow="clipboard-write" '
        f'loading="lazy" style="{style}" {content}></iframe>'
    )
