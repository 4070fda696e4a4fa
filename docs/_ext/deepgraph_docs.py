"""Directives that make parts of the documentation from the code.

`{gallery}` shows every network of the gallery with its results, `{dot}` shows a network as Graphviz
draws it by itself.
"""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any, ClassVar

from docutils.parsers.rst import directives
from tables import prose, sentence, table_of
from terminal import Directive, embedded, framed

from deepgraph import draw, embed, load
from deepgraph.check import recompute
from deepgraph.draw.graphviz import dot, execute
from deepgraph.graph.kinds import BIAS
from deepgraph.spec import gallery

if TYPE_CHECKING:
    from pathlib import Path

    from docutils import nodes
    from sphinx.application import Sphinx

    from deepgraph import Network


class Dot(Directive):
    """A network of the gallery as Graphviz `dot` draws it by itself, with our labels."""

    required_arguments = 1
    option_spec: ClassVar[dict[str, Any]] = {"weights": directives.unchanged}

    def run(self) -> list[nodes.Node]:
        view = draw.prepare(load(gallery.path(self.arguments[0])), **self.options).view
        lines = ["digraph {", 'rankdir="LR";']
        lines += [f"{node.key} [label={dot.quote(node.lines[0].text)}];" for node in view.nodes]
        for edge in view.edges:
            ends = f"{view.nodes[edge.source].key} -> {view.nodes[edge.target].key}"
            lines.append(f"{ends} [label={dot.quote(edge.label)}];")
        name = f"dot-{self.env.new_serialno('picture')}.svg"
        svg = execute.run("\n".join([*lines, "}"])).content.decode()
        (self.folder / name).write_text(svg, encoding="utf-8")
        alt = f"{self.arguments[0]} as Graphviz dot draws it"
        return framed(svg, [self.image(name, alt)], "bare")


class Gallery(Directive):
    """The networks of a part of the gallery, a line each: `name VALUES | WORKED | DRAWN`.

    The part is `first` or `more`, and all its networks have to be there. VALUES are options of
    `render`, `eval` and `explain`; WORKED are further options of `explain`, DRAWN of `render`.
    """

    has_content = True
    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        entries = {line.split()[0]: line.partition(" ")[2] for line in self.content}
        first = set(gallery.names(more=False))
        due = first if self.arguments[0] == "first" else {*gallery.names()} - first
        if entries.keys() != due:
            raise self.error(f"this part of the gallery holds {', '.join(sorted(due))}")
        return self.markdown("\n".join(self.entry(*entry) for entry in entries.items()))

    def entry(self, name: str, line: str) -> str:
        values, worked, drawn, *_ = [*map(str.strip, line.split("|")), "", ""]
        path, table = gallery.path(name), gallery.table(name)
        files = [path, *([table] if table else [])]
        network = load(path)
        links = ", ".join(f"{{download}}`{file.name} <{here(file)}>`" for file in files)
        python = session(network, name, embed.words(shlex.split(values))[1])
        return f"""
## {name}

**{sentence(prose(network.spec.title or name))}** {prose(network.spec.description or "")}

*Source:* {prose(network.spec.source or "")}

{fence("deepgraph", name, f"{values} {drawn}")}

<details class="pane live"><summary>Try it</summary>

{live(name, values)}

</details>

{figures(network, path)}

<div class="panes">
<details class="pane" open><summary>Spec</summary>

{shortened(path.read_text(encoding="utf-8").rstrip())}

</details>
<details class="pane" open><summary>Arithmetic</summary>

{fence("deepgraph-explain", name, f"{values} {worked}")}

</details>
<details class="pane" open><summary>Command line</summary>

```{{run}}
deepgraph new --example {name} -o {name}.json
deepgraph render {" ".join([f"{name}.json", values, drawn]).strip()} -o {name}.svg
deepgraph eval {name}.json {values} | head -12
deepgraph check {name}.json --failed
```

</details>
<details class="pane" open><summary>Python</summary>

```{{python}}
{python}
```

</details>
</div>

*Files:* {links}
"""


def fence(directive: str, name: str, options: str) -> str:
    """A directive of `deepgraph.embed.sphinx` about a network of the gallery, as Markdown."""
    given = embed.words(shlex.split(options))[1]
    path = gallery.path(name)
    beside = [(key, here(path.with_name(text)) if key == "input" else text) for key, text in given]
    return embedded(directive, here(path), beside)


def here(path: Path) -> str:
    """A file of the gallery as seen from the pages."""
    return f"../specs/{path.relative_to(gallery.folder()).as_posix()}"


def shortened(text: str, most: int = 40_000) -> str:
    """A spec as a page shows it: of a large one the first lines alone, which are no whole JSON."""
    if len(text) <= most:
        return f"````json\n{text}\n````"
    lines = [line for line in text[:most].splitlines()[:40] if len(line) < 1000]
    kept = "\n".join([*lines, "    …"])
    return f"````text\n{kept}\n````\n\nThe whole file, {len(text):,} characters, is linked below."


def live(name: str, values: str) -> str:
    """The live page of a network of the gallery, as a file beside the page."""
    options = shlex.split(values)
    start = [word for word in options if word != "--row" and not word.isdecimal()]
    directive = fence("deepgraph", name, shlex.join(start))
    return directive.replace("\n", "\n:live:\n:height: 900px\n", 1)


def figures(network: Network, path: Path) -> str:
    """The number of published figures of each example, all of which agree."""
    report = recompute(network, path.parent)
    counts: dict[str, int] = {}
    for result in report.results:
        if result.verdict != "ok":
            raise ValueError(f"deepgraph check {path.name}: {result}")
        counts[result.example] = counts.get(result.example, 0) + 1
    rows = [[prose(title), count] for title, count in counts.items()]
    return table_of(["published example", "figures that agree"], rows)


def session(network: Network, name: str, options: list[tuple[str, str]]) -> str:
    """Lines of Python that do the same as the commands."""
    given = dict(options)
    lines = ["import deepgraph", f'network = deepgraph.load("{name}.json")']
    if "input" in given:
        table, row = given["input"], int(given["row"])
        lines += [
            "import csv",
            f'row = list(csv.DictReader(open("{table}", encoding="utf-8")))[{row - 1}]',
            "inputs = {name: float(row[name]) for name in network.input_names}",
        ]
    else:
        settings = (text.split("=") for key, text in options if key == "set")
        inside = ", ".join(f'"{key}": {value}' for key, value in settings)
        lines.append(f"inputs = {{{inside}}}")
    pairs = zip(network.ids, network.kind, strict=True)
    neuron = next(node for node, kind in pairs if kind > BIAS)
    lines += ["network(inputs)", "trace = network.trace(inputs)", f'trace["{neuron}"]']
    return "\n".join(lines)


def setup(app: Sphinx) -> dict[str, bool]:
    for kind in (Dot, Gallery):
        app.add_directive(kind.__name__.lower(), kind)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
