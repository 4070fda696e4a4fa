"""Runs the tool while the documentation is built, so that no output in it is typed by hand.

Every page has a folder of its own under `generated/`, empty when the page is read, where its
commands run. `{run}` runs a command line and shows it with its output, `{picture}` draws a network
of the gallery, `{gallery}`, `{activations}` and `{record}` write what the code itself knows.
"""

from __future__ import annotations

import contextlib
import html
import re
import shlex
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import msgspec
from click.testing import CliRunner
from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util.docutils import SphinxDirective

from deepgraph import activations, check, draw, gallery, load, spec
from deepgraph.cli import main
from deepgraph.draw import dot, graphviz

if TYPE_CHECKING:
    from sphinx.application import Sphinx


TALL = 1500
"""A picture of more px is shown in a window of its own."""
LONG = 120
"""A line of output with more characters is broken."""


class Directive(SphinxDirective):
    """What the directives below share."""

    @property
    def folder(self) -> Path:
        """Where the commands of this page run."""
        return Path(self.env.srcdir, "generated", self.env.docname)

    def markdown(self, text: str) -> list[nodes.Node]:
        return self.parse_text_to_nodes(text, allow_section_headings=True)

    def pictures(self, words: list[str]) -> nodes.Node:
        """The picture that a `deepgraph render` command makes, for a light and a dark page.

        A command that names its theme makes one picture for both.
        """
        place = nodes.container(classes=["picture"])
        for theme in ("",) if "--theme" in words else ("light", "dark"):
            name = f"picture-{self.env.new_serialno('picture')}{theme}.svg"
            self.tool([*words, *(["--theme", theme] if theme else []), "-o", name])
            svg = (self.folder / name).read_text(encoding="utf-8")
            described = re.search("<desc>(.*?)</desc>", svg, re.DOTALL)
            size = re.search(r'<svg[^>]* width="([\d.]+)" height="([\d.]+)"', svg)
            assert described is not None
            assert size is not None
            width, height = map(float, size.groups())
            if height > TALL and "tall" not in place["classes"]:
                place["classes"].append("tall")
            place += nodes.image(
                uri=f"/generated/{self.env.docname}/{name}",
                alt=html.unescape(described[1]),
                width=f"{width:.0f}px",
                classes=[f"only-{theme}"] if theme else [],
            )
        return place

    def tool(self, words: list[str], data: bytes = b"", expected: int = 0) -> tuple[bytes, str]:
        """Run `deepgraph …` in process: its standard output, and what a terminal would show."""
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
            written, shown = out.getvalue(), both.getvalue().decode()
        if code != expected:
            raise self.error(f"{shlex.join(words)} gave {code}, not {expected}:\n{shown}")
        return written, shown


class Run(Directive):
    """Command lines and what they write; a pipe, `< file`, `cat file` and
    `printf 'text' > file` work as in a shell."""

    has_content = True
    option_spec: ClassVar[dict[str, Any]] = {
        "exit": directives.nonnegative_int,  # of the last line
        "head": directives.positive_int,
        "picture": directives.flag,
    }

    def run(self) -> list[nodes.Node]:
        # A raw source that differs from its text keeps Sphinx from colouring a block.
        block = nodes.literal_block("terminal", classes=["terminal"])
        for number, line in enumerate(self.content, 1):
            last = number == len(self.content)
            output = self.line(line, self.options.get("exit", 0) if last else 0)
            lines = output.rstrip().splitlines()
            head = self.options.get("head", len(lines))
            if len(lines) > head:
                lines[head:] = [f"… and {len(lines) - head:,} more lines"]
            if max(map(len, lines), default=0) > LONG and "broken" not in block["classes"]:
                block["classes"].append("broken")
            command = nodes.inline("", f"$ {line}", classes=["command"])
            block += [command, nodes.Text("\n".join(["", *lines]) + "\n" * (not last))]
        shown: list[nodes.Node] = [block]
        if "picture" in self.options:
            shown.append(self.pictures(shlex.split(self.content[-1])))
        return shown

    def line(self, line: str, expected: int) -> str:
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
            else:
                data, shown = self.tool(words, data, expected if number == len(commands) else 0)
        return shown


class Picture(Directive):
    """A network of the gallery, drawn with the options of `deepgraph render` behind its name."""

    required_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        name, *options = shlex.split(self.arguments[0])
        return [self.pictures(["deepgraph", "render", str(gallery.path(name)), *options])]


class Dot(Directive):
    """A network of the gallery as Graphviz `dot` draws it by itself, with the same labels."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        view = draw.show(load(gallery.path(self.arguments[0])))
        lines = ["digraph {", 'rankdir="LR";']
        lines += [f"{node.key} [label={dot.quote(node.lines[0].text)}];" for node in view.nodes]
        for edge in view.edges:
            ends = f"{view.nodes[edge.source].key} -> {view.nodes[edge.target].key}"
            lines.append(f"{ends} [label={dot.quote(edge.text)}];")
        name = f"dot-{self.env.new_serialno('picture')}.svg"
        svg = graphviz.run("\n".join([*lines, "}"]), engine="dot")
        (self.folder / name).write_text(svg, encoding="utf-8")
        uri = f"/generated/{self.env.docname}/{name}"
        alt = f"{self.arguments[0]} as Graphviz dot draws it"
        return [nodes.container("", nodes.image(uri=uri, alt=alt), classes=["picture", "bare"])]


class Gallery(Directive):
    """All networks of the gallery, in the order of the lines, with options of `render` for each."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        listed = [line.partition(" ")[0] for line in self.content]
        if sorted(listed) != gallery.names():
            raise self.error(f"the gallery holds {', '.join(gallery.names())}")
        return self.markdown("\n".join(self.entry(*line.split(" ", 1)) for line in self.content))

    def entry(self, name: str, options: str = "") -> str:
        path, table = gallery.path(name), gallery.table(name)
        files = [path, *([table] if table else [])]
        for file in files:
            shutil.copy(file, self.folder)
        network = load(path)
        report = check.check(network, path.parent)
        if report.count("FAIL"):
            raise self.error(f"deepgraph check {path.name} fails")
        rows = []
        for title in dict.fromkeys(result.example for result in report.results):
            verdicts = [result.verdict for result in report.results if result.example == title]
            rows.append([prose(title), verdicts.count("ok")])
        links = ", ".join(f"{{download}}`{file.name} <../specs/{file.name}>`" for file in files)
        return f"""
## {name}

**{prose(network.spec.title or name)}.** {prose(network.spec.description or "")}

*Source:* {prose(network.spec.source or "")}

*Files:* {links}

```{{run}}
:picture:
deepgraph render {name}.json {options} -o {name}.svg
```

{table_of(["example", "figures that agree"], rows)}
"""


class Activations(Directive):
    """The table of activation functions."""

    def run(self) -> list[nodes.Node]:
        rows = []
        for row in activations.ACTIVATIONS.values():
            names = ", ".join(f"`{name}`" for name in (row.name, *row.aliases))
            given = ", ".join(f"`{p.name}` {decimal(p.default)}" for p in row.parameters)
            rows.append([names, f"`{row.formula}`", given or "—", prose(row.note)])
        return self.markdown(table_of(["name", "formula", "parameters", "notes"], rows))


class Record(Directive):
    """The keys of a record of the spec: `key | type | meaning`; the defaults come from the code."""

    required_arguments = 1
    has_content = True

    def run(self) -> list[nodes.Node]:
        record = getattr(spec, self.arguments[0])
        fields = {field.encode_name: field for field in msgspec.structs.fields(record)}
        rows = [[cell.strip() for cell in line.split("|", 2)] for line in self.content]
        if {row[0] for row in rows} != set(fields):
            raise self.error(f"a {self.arguments[0]} has the keys {', '.join(fields)}")
        cells = [[f"`{key}`", kind, default(fields[key]), text] for key, kind, text in rows]
        return self.markdown(table_of(["key", "type", "default", "meaning"], cells))


def default(field: msgspec.structs.FieldInfo) -> str:
    if field.required:
        return "required"
    if field.default in (None, spec.ABSENT, msgspec.NODEFAULT, msgspec.UNSET):
        return "—"
    return f"`{msgspec.json.encode(field.default).decode()}`"


def decimal(number: float) -> str:
    short = f"{number:.6g}"
    return short if float(short) == number else f"{short}…"


def table_of(header: list[str], rows: list[list[Any]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(map(str, cells))} |" for cells in lines)


def prose(text: str) -> str:
    """A plain text as Markdown: nothing in it is markup, addresses become links."""
    pieces = re.split(r"(https://[^\s,;]*[^\s,;.]|docs/\w+\.md)", text)
    for number, piece in enumerate(pieces):
        if number % 2:
            pieces[number] = f"<{piece}>" if piece[0] == "h" else f"[{piece}]({piece[5:]})"
        else:
            pieces[number] = re.sub(r"([\\`*_{}\[\]<>#|~$])", r"\\\1", piece)
    return "".join(pieces)


def _empty(app: Sphinx, page: str, _: list[str]) -> None:
    folder = Path(app.srcdir, "generated", page)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)


def setup(app: Sphinx) -> dict[str, bool]:
    for kind in (Run, Picture, Dot, Gallery, Activations, Record):
        app.add_directive(kind.__name__.lower(), kind)
    app.connect("source-read", _empty)
    return {"parallel_read_safe": False, "parallel_write_safe": True}
