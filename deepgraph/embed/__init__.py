"""Doors for pages: diagrams, worked arithmetic, tables of values and single numbers in a text.

A page asks with a spec and with options as texts; `ask` reads both and returns a `Request`. A
request knows the files that it depends on, and a key that changes when any of them does, so that a
site redraws what changed and nothing else:

    asked = ask("diagram", "xor.json", [("set", "x1=1 x2=0"), ("theme", "dark")], folder=here)
    asked.files                      # what to watch
    asked.key("svg")                 # names a file in a cache
    asked.diagram().html()           # an SVG that follows the page, without ids
    asked.diagram().file("svg", "dark"), asked.diagram().alt

`explain` requests have an `explanation()`, `eval` requests a `table()`, `value` requests a
`number()`. Every mistake of a writer is a `DeepgraphError`. The modules of this room:

    sphinx, sphinx_pictures, sphinx_words   a Sphinx extension
    superfences, sites, html                fences in sites of MkDocs and Zensical
    mkdocs, search                          a plugin of MkDocs, and a clean search index
    markdown, blocks, content               marked blocks in Markdown files
    generators, ownership, tracked          what may happen to the images of such files
    notebook, nbconvert                     networks and traces in notebooks; Markdown of them
    myst_nb                                 what notebooks in Sphinx depend on
    mystmd                                  a plugin of mystmd, which is Jupyter Book 2
    cache                                   results of earlier builds
"""

from deepgraph.request.diagram import Diagram
from deepgraph.request.options import KINDS, Kind, words
from deepgraph.request.request import Request, ask
from deepgraph.request.value_table import Table

__all__ = ["KINDS", "Diagram", "Kind", "Request", "Table", "ask", "words"]
