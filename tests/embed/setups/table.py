"""The set-ups: for each what is installed, what is written, what builds it, and how it switches."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from tests.embed.setups import book2, content

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
        search: the files of its search index, as a pattern below `site`; empty if it has none.
        embed: the page that `deepgraph embed` fills before the build; empty if none.
        fails: True if a broken spec ends its build; a page of HTML has none.
        asks: the hosts that the tool itself has its pages ask.
    """

    name: str
    environment: str
    write: Write
    command: tuple[str, ...]
    pages: tuple[str, ...]
    site: str
    switch: tuple[str, ...] = ()
    search: str = ""
    embed: str = ""
    fails: bool = True
    asks: tuple[str, ...] = ()


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
    "npm mystmd": book2.PACKAGES,
    "npm vitepress": ("vitepress@1",),
    "npm starlight": ("astro@5", "@astrojs/starlight@0.37", "sharp"),
    "npm docusaurus": ("@docusaurus/core", "@docusaurus/preset-classic", "react", "react-dom"),
}
"""Packages of pip, or of npm, by the name of the environment."""


def _sphinx(
    theme: str,
    extensions: str = '"myst_nb", "deepgraph.embed.sphinx"',
    mode: str = "force",
    raises: bool = True,
) -> Write:
    def write(folder: Path) -> None:
        content.specs(folder)
        (folder / "conf.py").write_text(
            f'project = "nets"\nextensions = [{extensions}]\n'
            f'html_theme = "{theme}"\n'
            'exclude_patterns = ["_build", "jupyter_execute", ".jupyter_cache"]\n'
            + ("nb_execution_raise_on_error = True\n" if raises and "myst_nb" in extensions else "")
            + (f'nb_execution_mode = "{mode}"\n' if "myst_nb" in extensions else "")
        )
        if "deepgraph" not in extensions:  # nothing but notebooks
            (folder / "index.md").write_text("# Nets\n\n```{toctree}\nnotebook\n```\n")
            content.notebook(folder / "notebook.ipynb")
            return
        if "myst_nb" not in extensions:
            (folder / "index.rst").write_text(content.directives())
            return
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
        "searchindex.js",
    )


def _notebooks_alone(
    name: str,
    theme: str,
    switch: tuple[str, ...] = (),
    mode: str = "force",
    raises: bool = True,
) -> Setup:
    command = ("{bin}/sphinx-build", "-W", "-b", "html", ".", "_build")
    write = _sphinx(theme, '"myst_nb"', mode, raises)
    # Sphinx indexes all HTML of a notebook; our extension, which is missing here, keeps it out.
    return Setup(name, "sphinx", write, command, ("notebook.html",), "_build", switch)


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
NOTEBOOKS = """
plugins:
  - search
  - deepgraph
  - mkdocs-jupyter:
      execute: true
      allow_errors: false
"""


MKDOCS = ("{bin}/mkdocs", "build", "--strict")
MKDOCS_INDEX = "search/search_index.json"


def _mkdocs(theme: str, more: str = "") -> Write:
    def write(folder: Path) -> None:
        content.specs(folder / "docs/specs")
        (folder / "docs/index.md").write_text(content.fences())
        (folder / "mkdocs.yml").write_text(f"site_name: nets\ntheme:\n{theme}\n{FENCE}\n{more}")

    return write


def _with_notebook(write: Write) -> Write:
    def whole(folder: Path) -> None:
        write(folder)
        content.specs(folder / "docs")
        content.notebook(folder / "docs/notebook.ipynb")

    return whole


def _mkdocs_setup(
    name: str, theme: str, more: str = "", switch: tuple[str, ...] = (), page: str = "index.html"
) -> Setup:
    write = _mkdocs(theme, more)
    return Setup(name, "mkdocs", write, MKDOCS, (page,), "site", switch, MKDOCS_INDEX)


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


def _book(folder: Path) -> None:
    content.specs(folder)
    content.notebook(folder / "notebook.ipynb")
    (folder / "index.md").write_text(content.myst())
    (folder / "_toc.yml").write_text(
        "format: jb-book\nroot: index\nchapters:\n  - file: notebook\n"
    )
    (folder / "_config.yml").write_text(
        "title: nets\nsphinx:\n  extra_extensions: [deepgraph.embed.sphinx]\n"
        "html:\n  use_issues_button: false\nexecute:\n  execute_notebooks: force\n"
    )


def _notebook(folder: Path) -> None:
    content.specs(folder)
    content.notebook(folder / "notebook.ipynb")


def _nbconvert(name: str, *options: str, switch: tuple[str, ...] = ()) -> Setup:
    command = ("{bin}/jupyter", "nbconvert", "--execute", *options, "notebook.ipynb")
    page = "notebook.slides.html" if "slides" in options else "notebook.html"
    asks = (
        ("cdnjs.cloudflare.com", "unpkg.com") if "slides" in options else ("cdnjs.cloudflare.com",)
    )
    return Setup(
        f"nbconvert, {name}", "nbconvert", _notebook, command, (page,), ".", switch, asks=asks
    )


def _plain(folder: Path) -> None:
    """A page without a style sheet, and one that says that it can be dark."""
    run = [sys.executable, "-m", "deepgraph", "render", "--inline"]
    pieces = []
    for name, *values in (["xor", "--set", "x1=0", "--set", "x2=1"], ["xor"], ["xor"], ["digits"]):
        words = [*run, str(content.SPECS / f"{name}.json"), "-o", "-", *values]
        done = subprocess.run(words, capture_output=True, check=True, encoding="utf-8")
        pieces.append(done.stdout)
    for name, head in (("light", ""), ("both", '<meta name="color-scheme" content="light dark">')):
        text = (
            f"<!doctype html><meta charset=utf-8><title>t</title>{head}<body>{'<p>x'.join(pieces)}"
        )
        (folder / f"{name}.html").write_text(text)


def _marked(folder: Path, page: str, more: str = "", front: str = "") -> None:
    """A page that `deepgraph embed` has filled, as a file below a folder."""
    path = folder / page
    path.parent.mkdir(parents=True, exist_ok=True)
    content.specs(path.parent)
    path.write_text(front + content.markers(more))
    run = [sys.executable, "-m", "deepgraph", "embed", str(path)]
    subprocess.run(run, check=True, capture_output=True)


def _vitepress(folder: Path) -> None:
    _marked(folder, "docs/index.md")
    (folder / "docs/.vitepress").mkdir()
    (folder / "docs/.vitepress/config.mjs").write_text(
        "export default { title: 'nets', themeConfig: { search: { provider: 'local' } } }\n"
    )


def _docusaurus(folder: Path) -> None:
    _marked(folder, "docs/index.md", " --theme auto", "---\nslug: /\n---\n")
    (folder / "src").mkdir()
    (folder / "docusaurus.config.js").write_text(
        'module.exports = { title: "nets", url: "https://example.com", baseUrl: "/",\n'
        '  presets: [["classic", { docs: { routeBasePath: "/" }, blog: false }]] };\n'
    )
    (folder / "package.json").write_text('{"private": true}')


def _starlight(folder: Path) -> None:
    _marked(folder, "src/content/docs/nets.md", " --theme auto", "---\ntitle: Networks\n---\n")
    (folder / "src/content.config.mjs").write_text(
        "import { defineCollection } from 'astro:content';\n"
        "import { docsLoader } from '@astrojs/starlight/loaders';\n"
        "import { docsSchema } from '@astrojs/starlight/schema';\n"
        "export const collections = "
        "{ docs: defineCollection({ loader: docsLoader(), schema: docsSchema() }) };\n"
    )
    (folder / "astro.config.mjs").write_text(
        "import { defineConfig } from 'astro/config';\n"
        "import starlight from '@astrojs/starlight';\n"
        "export default defineConfig({ integrations: [starlight({ title: 'nets' })] });\n"
    )
    (folder / "package.json").write_text('{"type": "module", "private": true}')


MATERIAL_SWITCH = ("label[title=Light]", "label[title=Dark]")
_ZENSICAL_BUILD = ("{bin}/zensical", "build", "--strict")

SETUPS: tuple[Setup, ...] = (
    _sphinx_setup("Sphinx, furo", "furo", (".theme-toggle",)),
    _sphinx_setup("Sphinx, Read the Docs", "sphinx_rtd_theme"),
    _sphinx_setup("Sphinx, book", "sphinx_book_theme", PYDATA_SWITCH),
    _sphinx_setup("Sphinx, pydata", "pydata_sphinx_theme", PYDATA_SWITCH),
    _sphinx_setup("Sphinx, alabaster", "alabaster"),
    _notebooks_alone("Sphinx, furo, myst-nb alone", "furo", (".theme-toggle",)),
    _notebooks_alone("Sphinx, alabaster, myst-nb alone", "alabaster"),
    _notebooks_alone("Sphinx, alabaster, myst-nb and its cache", "alabaster", mode="cache"),
    _notebooks_alone("Sphinx, alabaster, myst-nb that goes on", "alabaster", raises=False),
    _notebooks_alone("Sphinx, book, myst-nb alone", "sphinx_book_theme", PYDATA_SWITCH),
    _notebooks_alone("Sphinx, pydata, myst-nb alone", "pydata_sphinx_theme", PYDATA_SWITCH),
    _notebooks_alone("Sphinx, Read the Docs, myst-nb alone", "sphinx_rtd_theme"),
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
    Setup(
        "Material, mkdocs-jupyter",
        "mkdocs",
        _with_notebook(_mkdocs("  name: material\n  font: false" + PALETTE, NOTEBOOKS)),
        MKDOCS,
        ("index.html", "notebook/index.html"),
        "site",
        MATERIAL_SWITCH,
        MKDOCS_INDEX,
    ),
    Setup(
        "Jupyter Book 1",
        "jupyter-book 1",
        _book,
        ("{bin}/jupyter-book", "build", "-W", "."),
        ("index.html", "notebook.html"),
        "_build/html",
        (".theme-switch-button",),
        "searchindex.js",
    ),
    Setup(
        "Jupyter Book 2",
        "npm mystmd",
        book2.write,
        book2.COMMAND,
        ("index.html",),
        "out",
        ("button",),
        "myst.search.json",
    ),
    _nbconvert("lab", "--to", "html"),
    _nbconvert("lab, dark", "--to", "html", "--theme", "dark"),
    _nbconvert("classic", "--to", "html", "--template", "classic"),
    _nbconvert("slides", "--to", "slides"),
    Setup(
        "a plain page",
        "nbconvert",
        _plain,
        ("{bin}/python", "-c", ""),
        ("light.html", "both.html"),
        ".",
        fails=False,
    ),
    Setup(
        "VitePress",
        "npm vitepress",
        _vitepress,
        ("{bin}/vitepress", "build", "docs"),
        ("index.html",),
        "docs/.vitepress/dist",
        (".VPSwitchAppearance",),
        "assets/chunks/@localSearchIndex*.js",
        "docs/index.md",
    ),
    Setup(
        "Docusaurus",
        "npm docusaurus",
        _docusaurus,
        ("{bin}/docusaurus", "build"),
        ("index.html",),
        "build",
        ('button[title*="mode"]',),
        embed="docs/index.md",
    ),
    Setup(
        "Starlight",
        "npm starlight",
        _starlight,
        ("{bin}/astro", "build"),
        ("nets/index.html",),
        "dist",
        ("starlight-theme-select select",),
        "pagefind/fragment/*",
        "src/content/docs/nets.md",
    ),
    Setup(
        "Zensical",
        "zensical",
        _zensical(""),
        _ZENSICAL_BUILD,
        ("index.html",),
        "site",
        search="search.json",
    ),
    Setup(
        "Zensical with palette",
        "zensical",
        _zensical(ZENSICAL_PALETTE),
        _ZENSICAL_BUILD,
        ("index.html",),
        "site",
        MATERIAL_SWITCH,
        "search.json",
    ),
)


def _sphinx_alone(name: str, theme: str, switch: tuple[str, ...] = ()) -> Setup:
    """Without notebooks, which the tests have not."""
    write = _sphinx(theme, '"deepgraph.embed.sphinx"')
    command = ("{bin}/python", "-m", "sphinx", "-W", "-b", "html", ".", "_build")
    return Setup(name, "sphinx", write, command, ("index.html",), "_build", switch)


LIGHT: tuple[Setup, ...] = (
    _sphinx_alone("furo", "furo", (".theme-toggle",)),
    _sphinx_alone("pydata", "pydata_sphinx_theme", PYDATA_SWITCH),
    _sphinx_alone("alabaster", "alabaster"),
    *(
        replace(setup, command=("{bin}/python", "-m", setup.environment, "build", "--strict"))
        for setup in SETUPS
        if setup.environment in ("mkdocs", "zensical")
        and not {"i18n", "mkdocs-jupyter"} & set(setup.name.split())
    ),
    *(setup for setup in SETUPS if setup.name == "a plain page"),
)
"""Those that the environment of the tests can build."""
