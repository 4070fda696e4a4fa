"""A live page inside another page: as a frame, in a notebook and in texts."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from deepgraph.files import write_bytes

if TYPE_CHECKING:
    import os

HEIGHT = "760px"
"""The height of a frame that names none: the picture and the inputs of most networks."""
ALLOWED = "allow-scripts allow-downloads allow-popups"
"""What it may do there; without an origin of its own it reaches nothing of the other page."""


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
        return frame(self.title, self.height, html=self.html)

    def __repr__(self) -> str:
        return f"<LivePage of {self.title}: {len(self.html):,} characters>"


def frame(title: str, height: str = HEIGHT, *, html: str = "", source: str = "") -> str:
    """A frame with a page in it.

    Args:
        title: what screen readers call it.
        height: a length of CSS.
        html: the text of the page; or
        source: the address of its file.
    """
    content = f'srcdoc="{escape(html)}"' if html else f'src="{escape(source)}"'
    style = f"width:100%;height:{escape(height)};border:0;border-radius:12px"
    return (
        f'<iframe title="{escape(title)}" sandbox="{ALLOWED}" allow="clipboard-write" '
        f'loading="lazy" style="{style}" {content}></iframe>'
    )
