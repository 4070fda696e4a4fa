"""A preprocessor of nbconvert, for Markdown: a plain picture instead of HTML.

    jupyter nbconvert --to markdown notebook.ipynb \\
        --MarkdownExporter.preprocessors=deepgraph.embed.nbconvert.plain_pictures

A notebook holds each picture as HTML, which follows a page, and as an SVG file. nbconvert writes
the HTML into its Markdown, where a code host would show the style sheet as text; without it, it
writes the SVG beside the page, as an image.
"""

from __future__ import annotations

from typing import Any

from deepgraph.embed.notebook import HTML, SVG


def plain_pictures(notebook: Any, resources: Any) -> tuple[Any, Any]:
    """Take the HTML of the pictures of deepgraph out of the outputs; nbconvert calls this.

    Args:
        notebook: as `nbformat` reads it; it is changed.
        resources: returned as they are.
    """
    for cell in notebook["cells"]:
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            if SVG in data and "deepgraph-diagram" in "".join(data.get(HTML, "")):
                del data[HTML]
    return notebook, resources
