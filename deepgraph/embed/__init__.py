"""What a page embeds: diagrams, worked arithmetic, tables of values, single numbers.

A page asks with a spec and with options as texts; `ask` reads both, in the one place where they
are understood, and gives a `Request`. A request knows the files that it is made from and a key that
changes when any of them does, so that a site redraws what changed and nothing else:

    asked = ask("diagram", "xor.json", [("set", "x1=1 x2=0"), ("theme", "dark")], folder=here)
    asked.files                      # what to watch
    asked.key("svg")                 # names a file in a cache
    asked.diagram().html(1)          # an SVG that follows the page, ids ending in 1
    asked.diagram().file("svg", "dark"), asked.diagram().alt

`explain` requests have an `explanation()`, `eval` requests a `table()`, `value` requests a
`number()`. Everything that a writer did wrong is a `DeepgraphError`. The doors for Sphinx, for
Markdown and for notebooks are the modules beside this one.
"""

from deepgraph.request.asking import Request, ask
from deepgraph.request.diagram import Diagram, numbered
from deepgraph.request.options import KINDS, Kind, words
from deepgraph.request.value_table import Table

__all__ = ["KINDS", "Diagram", "Kind", "Request", "Table", "ask", "numbered", "words"]
