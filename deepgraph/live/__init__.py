"""The live page: an interactive network, as one HTML file that computes by itself.

document    the page: data, picture, style and scripts as one HTML text
beginning   inputs, targets and ranges of sliders to begin with
program     what the page knows of the network, as data for JSON
functions   the functions of the network as JavaScript, written from the tables
needs       what of the scripts a network cannot use
losses      which losses may compare the outputs, and with which targets
picture     the picture of the page, which keeps its layout
bare        what the page carries of a picture
moved       a second picture as the first one with its nodes moved
hooks       what a script needs to follow values in it, and room for numbers
places      where each number stands in the text of the spec
scripts     the scripts of the page, joined from the files in `js/`
compact     the short form of scripts; scopes, their variables; tokens, their pieces; unused, what
            nothing uses once other parts are left out
asked       the page of a request of the command line or of another page
frame       the page as a frame in another page
serve       a server of one page on this machine, which tells of changes

`interface.json` holds the page's own words in every language, `page.css` its look, `own_names.json`
short names of properties that only the scripts know; `python -m tests.live.own_names` writes it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from deepgraph import lazy

if TYPE_CHECKING:
    from deepgraph.live.document import Rows, page
    from deepgraph.live.frame import LivePage

__all__ = ["LivePage", "Rows", "page"]

__getattr__, __dir__ = lazy.exports(
    __name__,
    {"LivePage": "live.frame", "Rows": "live.document", "page": "live.document"},
)
