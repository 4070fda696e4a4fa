"""A preprocessor of nbconvert, for Markdown: a plain picture instead of HTML.

    jupyter nbconvert --to markdown notebook.ipynb \\
        --MarkdownExporter.preprocessors=deepgraph.embed.nbconvert.plain_pictures

A notebook holds each picture as HTML, which follows a page, and as an SVG file. nbconvert writes
the HTML into its Markdown, where a code host would show the style sheet as text. The SVG, which it
has written beside the page by now, is shown instead, with the words of the picture.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from deepgraph.embed.notebook import HTML, SVG
from deepgraph.words.markdown_text import plain

MARKDOWN = "text/markdown"


def plain_pictures(notebook: Any, resources: Any) -> tuple[Any, Any]:
    """Put an image in the place of the HTML of each picture of deepgraph; nbconvert calls this.

    Args:
        notebook: as `nbformat` reads it; it is changed.
        resources: returned as they are.
    """
    for cell in notebook["cells"]:
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            if SVG in data and "deepgraph-diagram" in "".join(data.get(HTML, "")):
                del data[HTML]
                about = output.get("metadata", {})
                alt, file = about.get(SVG, {}).get("alt"), about.get("filenames", {}).get(SVG)
                if alt and file:  # its own image would be called "svg"
                    data[MARKDOWN] = f"![{plain(alt)}]({quote(file)})"
    return notebook, resources
