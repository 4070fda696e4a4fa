"""How the documentation is built: `python -m sphinx -W -b html docs docs/_build/html`."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "_ext"))

from deepgraph import __version__

project = "deepgraph"
author = "the deepgraph developers"
version = release = __version__

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx_click",
    "deepgraph.embed.sphinx",
    "screens",
    "mathml",
    "terminal",
    "deepgraph_docs",
    "readable_docstrings",
    "accessible",
]
exclude_patterns = ["_build", "generated"]

# Docstrings put code between single backticks.
default_role = "literal"
myst_heading_anchors = 3
myst_enable_extensions = ["colon_fence", "deflist"]

autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
autodoc_typehints_format = "short"
autodoc_type_aliases = {"ArrayLike": "ArrayLike", "DTypeLike": "DTypeLike"}
napoleon_google_docstring = True
napoleon_numpy_docstring = False
napoleon_use_ivar = True
python_use_unqualified_type_names = True

# Our own names must resolve. Those of other packages cannot, since the build has no network to look
# them up in, and our aliases of types stand on no page.
nitpicky = True
nitpick_ignore_regex = [
    ("py:class", r"(collections.abc|np|numpy|nx|networkx|pa|pyarrow|os|pathlib|fractions)\..*"),
    ("py:class", r"deepgraph\.request\..*"),
    ("py:class", "Array|ArrayLike|Drawing|DTypeLike|NDArray|Path"),
    (
        "py:class",
        "Common|Comparison|NewNames|Object|Outcome|Pairing|ParameterCounts|Sections|Operation|.*json_patch.Operation",
    ),
    ("py:class", "Expression|Fraction|Quantity|Setting|Sign|Symbol"),
    ("py:class", "input_texts|levelled|one_hot"),
    ("py:class", r"Digraph|deepgraph\.tables\.sentinels\..*"),
    (
        "py:class",
        "Cell|ImageFormat|Line|Missing|Notation|Points|Rule|SpecSource|Sweep|ValueColumn|Values",
    ),
    ("py:class", r"Case|Inputs|Keep|Numbers|Optimiser|Order|Targets|Watcher|Callable.*"),
    (
        "py:class",
        "Backend|Direction|Door|EdgeKey|ExportFormat|ParameterBlock|Engine|EngineName|OpenOutput|OpenTable|Format|FormatName|Function|Kind|Method|Number|ThemeName|Weights",
    ),
]

html_theme = "furo"
html_math_renderer = "mathml"
pygments_dark_style = "a11y-dark"  # furo's own underlines names as if they were links
html_title = f"deepgraph {version}"
html_static_path = ["_static"]
html_css_files = ["deepgraph.css"]
html_js_files = ["scrollable.js"]
html_copy_source = False
html_show_copyright = False
html_theme_options = {"top_of_page_buttons": []}
