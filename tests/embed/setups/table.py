"""The set-ups: for each what is installed, what is written, what builds it, and how it switches."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.embed.setups import content

Write = Callable[[Path], None]


@dataclass(frozen=True)
class Setup:
    """One set-up.

    Attributes:
        name: of the set-up.
        environment: the name of the environment in `ENVIRONMENTS`.
        write: writes the project into a folder.
        command: builds it, in that folder; `{bin}` is the folder of the environment's programs.
        pages: the pages to judge, below `site`.
        site: the folder of the built site.
        switch: selectors of the buttons of the site's light/dark switch.
        before: commands that run first.
    """

    name: str
    environment: str
    write: Write
    command: tuple[str, ...]
    pages: tuple[str, ...]
    site: str
    switch: tuple[str, ...] = ()
    before: tuple[tuple[str, ...], ...] = ()


ENVIRONMENTS: dict[str, tuple[str, ...]] = {
    "sphinx": [
        "sphinx",
        "furo",
        "sphinx-rtd-theme",
        "sphinx-book-theme",
        "pydata-sphinx-theme",
        "myst-nb",
        "ipykernel",
    ],
    "mkdocs": [
        "mkdocs",
        "mkdocs-material",
        "mkdocs-static-i18n",
        "mkdocstrings[python]",
        "mkdocs-jupyter",
    ],
    "zensical": ("zensical",),
    "jupyter-book 1": ("jupyter-book<2",),
    "nbconvert": ("nbconvert", "ipykernel"),
    "jupyter-book 2": ("jupyter-book>=2",),
    "npm mystmd": ("mystmd",),
    "npm vitepress": ("vitepress@1",),
    "npm docusaurus": ("@docusaurus/core", "@docusaurus/preset-classic", "react", "react-dom"),
    "npm starlight": ("astro", "@astrojs/starlight"),
}
"""Packages of pip, or of npm, by the name of the environment."""


def _sphinx(theme: str) -> Write:
    def write(folder: Path) -> None:
        content.specs(folder)
        (folder / "conf.py").write_text(
            'project = "nets"\nextensions = ["myst_nb", "deepgraph.embed.sphinx"]\n'
            f'html_theme = "{theme}"\nexclude_patterns = ["_build"]\nnb_execution_mode = "force"\n'
        )
        toctree = "\n.. toctree::\n\n   notebook\n   other\n"
        (folder / "index.rst").write_text(content.directives() + toctree)
        content.notebook(folder / "notebook.ipynb")
        content.notebook(folder / "other.ipynb", "Other")

    return write


def _sphinx_setup(name: str, theme: str, switch: tuple[str, ...] = ()) -> Setup:
    return Setup(
        name,
        "sphinx",
        _sphinx(theme),
        ("{bin}/sphinx-build", "-W", "-b", "html", ".", "_build"),
        ("index.html", "notebook.html"),
        "_build",
        switch,
    )


FENCE = """
markdown_extensions:
  - attr_list
  - pymdownx.superfences:
      relaxed_headers: true
      custom_fences:
        - name: deepgraph
          class: deepgraph
          format: !!python/name:deepgraph.embed.superfences.formatter
          validator: !!python/name:deepgraph.embed.superfences.validator
"""
PALETTE = """
  palette:
    - scheme: default
      toggle: {icon: material/weather-night, name: Dark}
    - scheme: slate
      toggle: {icon: material/weather-sunny, name: Light}
"""


def _mkdocs(theme: str, more: str = "") -> Write:
    def write(folder: Path) -> None:
        content.specs(folder / "docs/specs")
        (folder / "docs/index.md").write_text(content.fences())
        (folder / "mkdocs.yml").write_text(f"site_name: nets\ntheme:\n{theme}\n{FENCE}\n{more}")

    return write


def _mkdocs_setup(
    name: str, theme: str, more: str = "", switch: tuple[str, ...] = (), page: str = "index.html"
) -> Setup:
    command = ("{bin}/mkdocs", "build", "--strict")
    return Setup(name, "mkdocs", _mkdocs(theme, more), command, (page,), "site", switch)


ZENSICAL = """[project]
site_name = "nets"
watch = ["docs/specs"]
strict = true
[project.theme]
font = false
{palette}
[project.markdown_extensions.attr_list]
[project.markdown_extensions.pymdownx.superfences]
relaxed_headers = true
[[project.markdown_extensions.pymdownx.superfences.custom_fences]]
name = "deepgraph"
class = "deepgraph"
format = "deepgraph.embed.superfences.formatter"
validator = "deepgraph.embed.superfences.validator"
"""
ZENSICAL_PALETTE = """
[[project.theme.palette]]
scheme = "default"
toggle = { icon = "lucide/moon", name = "Dark" }
[[project.theme.palette]]
scheme = "slate"
toggle = { icon = "lucide/sun", name = "Light" }
"""


def _zensical(palette: str) -> Write:
    def write(folder: Path) -> None:
        content.specs(folder / "docs/specs")
        (folder / "docs/index.md").write_text(content.fences())
        (folder / "zensical.toml").write_text(ZENSICAL.replace("{palette}", palette))

    return write


PYDATA_SWITCH = ('.theme-change-button[data-mode="{mode}"]', ".theme-switch-button")
MATERIAL_SWITCH = ("label[title=Light]", "label[title=Dark]")
_ZENSICAL_BUILD = ("{bin}/zensical", "build", "--strict")

SETUPS: tuple[Setup, ...] = (
    _sphinx_setup("Sphinx, furo", "furo", (".theme-toggle",)),
    _sphinx_setup("Sphinx, Read the Docs", "sphinx_rtd_theme"),
    _sphinx_setup("Sphinx, book", "sphinx_book_theme", PYDATA_SWITCH),
    _sphinx_setup("Sphinx, pydata", "pydata_sphinx_theme", PYDATA_SWITCH),
    _sphinx_setup("Sphinx, alabaster", "alabaster"),
    _mkdocs_setup("MkDocs", "  name: mkdocs\n  highlightjs: false"),
    _mkdocs_setup("MkDocs, readthedocs", "  name: readthedocs\n  highlightjs: false"),
    _mkdocs_setup("Material", "  name: material\n  font: false"),
    _mkdocs_setup(
        "Material with palette", "  name: material\n  font: false" + PALETTE, "", MATERIAL_SWITCH
    ),
    _mkdocs_setup(
        "Material, i18n",
        "  name: material\n  font: false" + PALETTE,
        "plugins:\n  - search\n  - i18n:\n      docs_structure: suffix\n      languages:\n"
        "        - {locale: en, default: true, name: English}\n"
        "        - {locale: de, name: Deutsch}\n",
        MATERIAL_SWITCH,
        "de/index.html",
    ),
    Setup("Zensical", "zensical", _zensical(""), _ZENSICAL_BUILD, ("index.html",), "site"),
    Setup(
        "Zensical with palette",
        "zensical",
        _zensical(ZENSICAL_PALETTE),
        _ZENSICAL_BUILD,
        ("index.html",),
        "site",
        MATERIAL_SWITCH,
    ),
)
