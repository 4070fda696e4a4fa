"""Directives that run deepgraph while the documentation is built, and show the output.

The commands of a page run in its own folder under `generated/`, which is emptied before the page
is read. `{run}` runs command lines, `{python}` runs Python, and `{curve}` shows the losses of a
training.
"""

from __future__ import annotations

import contextlib
import difflib
import html
import io
import json
import re
import shlex
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from click.testing import CliRunner
from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util.docutils import SphinxDirective

from deepgraph import embed
from deepgraph.cli import main
from deepgraph.draw.output.svg import LEAST_SIZE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sphinx.application import Sphinx

LONG = 120
"""A longer line of output is wrapped."""
SAID = ("Error: ", "Note: ", "Warning: ")
"""What a message begins with; it is wrapped whatever its length, since it is no table."""


class Directive(SphinxDirective):
    """The base of the directives of this documentation."""

    @property
    def folder(self) -> Path:
        """The folder in which the commands of this page run."""
        return Path(self.env.srcdir, "generated", self.env.docname)

    def markdown(self, text: str) -> list[nodes.Node]:
        return self.parse_text_to_nodes(text, allow_section_headings=True)

    def tool(self, words: list[str], data: bytes = b"") -> tuple[bytes, str, int]:
        """Run `deepgraph …` in this process: standard output, the terminal's text, exit code."""
        code, given = 0, sys.argv
        with (
            contextlib.chdir(self.folder),
            CliRunner().isolation(input=data) as (out, _, both),
        ):
            sys.argv = words
            try:
                main()
            except SystemExit as stop:
                code = int(stop.code or 0)
            finally:
                sys.argv = given
            return out.getvalue(), both.getvalue().decode(), code

    def quietly(self, words: list[str]) -> None:
        """Run `deepgraph …`, which has to succeed."""
        _, shown, code = self.tool(words)
        if code:
            raise self.error(f"{shlex.join(words)} gave {code}:\n{shown}")

    def image(self, name: str, alt: str) -> nodes.image:
        """A picture in the folder of the page."""
        return nodes.image(uri=f"/generated/{self.env.docname}/{name}", alt=alt)


def typed(line: str) -> nodes.inline:
    """A command line; its options are marked, since browsers break lines at a dash."""
    node = nodes.inline("", "$ ", classes=["command"])
    for number, piece in enumerate(re.split(r"(?<= )(--?\w[\w-]*)(?= |$)", line)):
        node += nodes.inline("", piece, classes=["option"]) if number % 2 else nodes.Text(piece)
    return node


def is_long(line: str) -> bool:
    """True for a line of output that is wrapped."""
    return len(line) > LONG or line.startswith(SAID)


def comparable(lines: Iterable[str]) -> list[str]:
    """Lines as they are compared: without last digits that depend on the processor."""
    whole = "\n".join(line.rstrip() for line in lines).strip()
    return OFTEN.sub(lambda number: f"{float(number[0]):.9g}", whole).splitlines()


def changed(given: list[str], found: list[str]) -> str:
    """What a page says of the output of a command, and what the output is."""
    differences = difflib.unified_diff(given, found, "the page", "the command", lineterm="")
    advice = "the output of a command has changed; python docs/_ext/fill.py writes it anew"
    return "\n".join([advice, *differences])


def embedded(directive: str, path: str, options: Iterable[tuple[str, str]]) -> str:
    """A directive of `deepgraph.embed.sphinx` as Markdown."""
    given: dict[str, list[str]] = {}
    for key, text in options:
        given.setdefault(key, []).append(shlex.quote(text) if " " in text else text)
    lines = [f":{key}: {' '.join(texts)}" for key, texts in given.items()]
    return "\n".join([f"```{{{directive}}} {path}", *lines, "```"])


def framed(svg: str, images: Sequence[nodes.image] = (), more: str = "") -> list[nodes.Node]:
    """An SVG, or images of it, in a frame that scrolls so that no text is smaller than 9 px."""
    size = re.search(r'<svg[^>]* width="([\d.]+)(pt)?"', svg)
    room = re.search(r'viewBox="[\d.-]+ [\d.-]+ ([\d.]+) ', svg)
    assert size is not None
    assert room is not None
    width = float(size[1]) * (4 / 3 if size[2] else 1)
    fonts = re.findall(r'font-size(?:="|: )([\d.]+)', svg)
    smallest = min(map(float, fonts)) * width / float(room[1])
    for image in images:
        image["width"] = f"{width:.0f}px"
    style = f"--least: {width * LEAST_SIZE / smallest:.0f}px"
    frame = f'<div class="picture {more}" style="{style}" tabindex="0">'
    inside = images or [nodes.raw("", svg, format="html")]
    return [nodes.raw("", frame, format="html"), *inside, nodes.raw("", "</div>", format="html")]


PROMPT = "$ "
OFTEN = re.compile(r"\d+\.\d{9,}(?:e[+-]?\d+)?")
"""Numbers of so many digits that another processor may print other last ones."""


class Run(Directive):
    """Command lines behind `$ `, and the output that stands below each, as the page has it.

    The commands run anew, and their output has to be that of the page; `python docs/_ext/fill.py`
    writes it into the pages. A pipe, `< file`, `| head -5`, `cat file` and `printf 'text' > file`
    work as in a shell. Lines without any prompt are commands whose output stands nowhere yet. Only
    the last command may fail: a page that shows a mistake has it in a block of its own.
    """

    has_content = True
    option_spec: ClassVar[dict[str, Any]] = {
        "picture": directives.flag,  # the last line makes one; show it
    }

    def run(self) -> list[nodes.Node]:
        given = list(self.content)
        commands = [line.removeprefix(PROMPT) for line in given if line.startswith(PROMPT)]
        filled = bool(commands)
        commands = commands or given
        found: list[str] = []
        # A raw source that differs from its text keeps Sphinx from colouring a block.
        block = nodes.literal_block("terminal", classes=["terminal"])
        for number, command in enumerate(commands, 1):
            output = self.line(command).rstrip().splitlines()
            if number < len(commands) and output and output[-1].startswith("[exit code"):
                raise self.error("\n".join([f"{command} fails, and commands follow it:", *output]))
            found += [PROMPT + command, *output]
            block += typed(command)
            for written in output:
                block += nodes.Text("\n")
                block += nodes.inline("", written, classes=["long"] * is_long(written))
            block += nodes.Text("\n" * (number < len(commands)))
        if self.config.fill_runs:
            self.env.filled_runs.setdefault(self.env.docname, []).append((commands, found))
        elif filled and comparable(found) != comparable(given):
            raise self.error(changed(given, found))
        if "picture" not in self.options:
            return [block]
        command = shlex.split(commands[-1])
        return [block, *(self.plot if command[1] == "plot" else self.diagram)(command)]

    def line(self, line: str) -> str:
        data, shown = b"", ""
        commands = line.split(" | ")
        for number, command in enumerate(commands, 1):
            words = shlex.split(command)
            if "<" in words:
                at = words.index("<")
                data = (self.folder / words[at + 1]).read_bytes()
                del words[at : at + 2]
            if words[0] == "printf":  # 'text' > file
                text = words[1].encode().decode("unicode_escape")
                (self.folder / words[3]).write_text(text, encoding="utf-8", newline="")
            elif words[0] == "cat":
                data = (self.folder / words[1]).read_bytes()
                shown = data.decode()
            elif words[0] == "head":
                shown = "".join(shown.splitlines(keepends=True)[: -int(words[1])])
            else:
                data, shown, code = self.tool(words, data)
                if code and number < len(commands):
                    raise self.error(f"{command} gave {code}:\n{shown}")
                if code:
                    shown = f"{shown.rstrip()}\n[exit code {code}]".lstrip("\n")
                if "--curve" in words:
                    curve = words[words.index("--curve") + 1]
                    self.env.temp_data[f"curve {curve}"] = words
        return shown

    def diagram(self, command: list[str]) -> list[nodes.Node]:
        """The picture of `deepgraph render` or `diff`, drawn in the page itself."""
        (_, kind, *words), options = embed.words(command)
        paths = []
        for spec in words[: 2 if kind == "diff" else 1]:
            # Pages are written after all are read, when a later command may have changed the file.
            name = f"picture-{self.env.new_serialno('picture')}.json"
            shutil.copy(self.folder / spec, self.folder / name)
            paths.append(f"/generated/{self.env.docname}/{name}")
        if kind == "diff":
            options = [*options, ("alt", f"What changed from {words[0]} to {words[1]}")]
        directive = "deepgraph-diff" if kind == "diff" else "deepgraph"
        return self.markdown(embedded(directive, " ".join(paths), options))

    def plot(self, command: list[str]) -> list[nodes.Node]:
        """The picture of `deepgraph plot`, once for a light and once for a dark page."""
        images = []
        for theme in ("light", "dark"):
            name = f"plot-{self.env.new_serialno('picture')}.svg"
            self.quietly([*command, "--theme", theme, "-o", name])
            svg = (self.folder / name).read_text(encoding="utf-8")
            described = re.search("<desc>(.*?)</desc>", svg, re.DOTALL)
            assert described is not None
            image = self.image(name, html.unescape(described[1]))
            image["classes"].append(f"only-{theme}")
            images.append(image)
        return framed(svg, images)


class Curve(Directive):
    """The losses of a training on this page, named by the FILE of its `--curve`, as inline SVG.

    The training runs once more, from a spec whose style asks for inline SVG.
    """

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        name = self.arguments[0]
        if f"curve {name}" not in self.env.temp_data:
            raise self.error(f"no command on this page writes --curve {name}")
        _, _, spec, *options = self.env.temp_data[f"curve {name}"]
        inner = self.folder / "inline"
        inner.mkdir(exist_ok=True)
        given = json.loads((self.folder / spec).read_text(encoding="utf-8"))
        (inner / spec).write_text(json.dumps(given | {"style": {"inline": True}}))
        options[options.index("--curve") + 1] = f"inline/{name}"
        if "-o" in options:
            options[options.index("-o") + 1] = f"inline/trained-{spec}"
        self.quietly(["deepgraph", "train", f"inline/{spec}", *options])
        return framed((inner / name).read_text(encoding="utf-8"))


class Python(Directive):
    """Lines of Python and their output, as at a prompt."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        names: dict[str, Any] = {}
        shown = io.StringIO()
        with contextlib.chdir(self.folder), contextlib.redirect_stdout(shown):
            for line in self.content:
                print(f">>> {line}")
                exec(compile(line, "<docs>", "single"), names)
        return [nodes.literal_block(shown.getvalue(), shown.getvalue(), language="pycon")]


def _empty(app: Sphinx, page: str, _: list[str]) -> None:
    if not hasattr(app.env, "filled_runs"):
        app.env.filled_runs = {}
    folder = Path(app.srcdir, "generated", page)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_config_value("fill_runs", False, "env", bool)
    app.add_directive("run", Run)
    app.add_directive("curve", Curve)
    app.add_directive("python", Python)
    app.connect("source-read", _empty)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
