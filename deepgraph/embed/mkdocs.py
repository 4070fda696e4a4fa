"""A plugin of MkDocs: one style sheet for a whole site, and a clean search index.

    plugins:
      - search
      - deepgraph

Fences need none; with it their pages are smaller, and diagrams of notebooks and of docstrings, too,
stay out of the search index.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mkdocs.config.base import Config
from mkdocs.plugins import BasePlugin
from mkdocs.structure.files import File

from deepgraph.draw.output.svg_paint import page_rules
from deepgraph.embed import search
from deepgraph.live.frame import frame_rules

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files

SHEET = "assets/deepgraph.css"
"""The address of the style sheet in the site."""


class NoOptions(Config):  # type: ignore[no-untyped-call]
    """The plugin has none; MkDocs wants a class that says so."""


class Plugin(BasePlugin[NoOptions]):  # type: ignore[no-untyped-call]
    """Registered as `deepgraph`."""

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Let every page load the style sheet."""
        config.extra_css.append(SHEET)
        return config

    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        """Add the style sheet to the site; search plugins are ready by now."""
        search.keep_clean(config)
        content = "\n".join(page_rules(system) for system in (True, False)) + frame_rules()
        files.append(File.generated(config, SHEET, content=content))
        return files
