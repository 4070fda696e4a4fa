"""The comparison of two networks, and its result."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from deepgraph.diff import json_patch, naming, structure, words
from deepgraph.diff.as_json import document
from deepgraph.diff.as_markdown import markdown
from deepgraph.diff.as_text import lines
from deepgraph.diff.form import form
from deepgraph.diff.naming import NewNames, new_names
from deepgraph.diff.pairing import Pairing, paired
from deepgraph.diff.parameters import Common, Tolerance
from deepgraph.diff.permutation import swapped
from deepgraph.diff.records import HEADINGS, Change, ChangeGroup, Findings
from deepgraph.diff.renamed_nodes import MOST_RENAMED, too_many
from deepgraph.diff.unread import sections
from deepgraph.errors import InputError
from deepgraph.evaluate.reference import trace
from deepgraph.graph.write_back import restated
from deepgraph.spec.positions import without_mark
from deepgraph.spec.writing import write
from deepgraph.words.messages import Nearest, listed
from deepgraph.words.option_names import option

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from deepgraph.diff.unread import Sections
    from deepgraph.draw.picture import Picture
    from deepgraph.graph.graph import Graph
    from deepgraph.spec.records import Spec


@dataclass(frozen=True)
class Difference(Findings):
    """What differs between two networks.

    Attributes:
        a: the network before.
        b: the network after.
        pairing: which node and which edge is which.
        common: the parameters that both have.
        new_names: what A calls otherwise.
        texts: the files that they come from, or `None`.
    """

    a: Graph
    b: Graph
    pairing: Pairing
    common: Common
    new_names: NewNames
    texts: tuple[bytes, bytes] | None = field(default=None, repr=False)

    # --- the patch ------------------------------------------------------------------------

    @cached_property
    def trees(self) -> tuple[Sections, Sections]:
        """The two specs as trees of the canonical layout, whose lists are not read yet.

        Numbers of a file of parameters stand inside if the two files are not the same.
        """
        mine, yours = self.texts or (None, None)
        a, b = self.a.spec, self.b.spec
        apart = isinstance(a.parameters, str) or isinstance(b.parameters, str)
        if apart and (a.parameters != b.parameters or not self._same_numbers):
            inside = restated(self.b, self.b.parameters.values)
            return _tree(mine, a), _tree(None, inside)
        return _tree(mine, a), _tree(yours, b)

    @property
    def _same_numbers(self) -> bool:
        """True if both have the same parameters: names, shapes and values, within no tolerance."""
        a, b = self.a.parameters, self.b.parameters
        shapes = [[(block.name, block.shape) for block in side.blocks] for side in (a, b)]
        return (
            shapes[0] == shapes[1]
            and list(a.keys) == list(b.keys)
            and np.array_equal(a.values, b.values, equal_nan=True)
        )

    @cached_property
    def patch(self) -> list[json_patch.Operation]:
        """The operations of RFC 6902 that make the spec of B of that of A.

        Applied to A they give B to the last character of its canonical layout.
        """
        return json_patch.make(*self.trees, self.new_names.nodes)

    # --- what it looks like ---------------------------------------------------------------

    def text(self, most: int | None = 20, digits: int | None = None) -> str:
        """The report in plain text; empty if nothing differs.

        Args:
            most: lines of a section; `None` for all.
            digits: significant digits of numbers; by default short ones stand as in the file, and
                others have four, or as many as make before + change = after.
        """
        return "".join(f"{line}\n" for _, line in lines(self, most, digits))

    def markdown(self, most: int | None = 20, digits: int | None = None) -> str:
        """The report in Markdown, for a pull request; arguments as in `text`."""
        return markdown(self, most, digits)

    def json(self) -> str:
        """The report as a JSON document, with the patch."""
        return document(self, [operation.text() for operation in self.patch])

    def draw(
        self,
        inputs: Mapping[str, float] | None = None,
        **options: Any,
    ) -> Picture:
        """The picture: both networks in one layout, what changed in figures and signs.

        Args:
            inputs: one value for each input of either network, for the values in the nodes.
            options: drawing options, see `deepgraph.options.difference.DRAWING`.

        Raises:
            DrawingError: no such option, or the picture could not be read.
            InputError: an input has no value.
        """
        from deepgraph.diff import picture  # few comparisons are drawn
        from deepgraph.draw.picture import Picture

        rows = None if inputs is None else picture.Rows(*self.rows(inputs))
        found = picture.Compared(self.a, self.b, self.pairing, self.names, self.summary)
        return Picture(picture.drawing(found, rows, options))

    def rows(self, inputs: Mapping[str, Any]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The values of all nodes of A and of B, (nodes,) each, for one value of each input.

        Raises:
            InputError: see `inputs`.
        """
        mine, yours = self.inputs(inputs)
        traces = [
            trace(graph, graph.input_array(given)).a[:, 0]
            for graph, given in ((self.a, mine), (self.b, yours))
        ]
        return traces[0], traces[1]

    def inputs(self, given: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        """What is given for the inputs of A and of B, by their own ids.

        An input that was renamed may be called by either name.

        Raises:
            InputError: an input has no value, or a name is that of no input.
        """
        known = sorted({*self.a.input_names, *self.b.input_names})
        for name in given:
            if name not in known:
                near = Nearest(known, f"known: {', '.join(known[:10])}")
                raise InputError(f'no input is named "{name}"{near(name)}')
        new = self.new_names.nodes
        old = {now: name for name, now in new.items()}
        sides = []
        for graph, called, others in ((self.a, self.names[0], new), (self.b, self.names[1], old)):
            own = {n: n if n in given else others.get(n, n) for n in graph.input_names}
            missing = [name for name, there in own.items() if there not in given]
            if missing:
                what = f"the {'input' if len(missing) == 1 else 'inputs'} "
                what += listed(missing, spell='"{}"'.format)
                verb = "has" if len(missing) == 1 else "have"
                pairs = [shlex.quote(f"{name}=NUMBER") for name in missing[:5]]
                cure = " ".join(option("set", pair, argument=pair) for pair in pairs)
                raise InputError(f"{called}: {what} {verb} no value; say {cure}")
            sides.append({name: given[there] for name, there in own.items()})
        return sides[0], sides[1]

    def __str__(self) -> str:
        return self.text() or "no difference\n"

    def _repr_markdown_(self) -> str:
        return self.markdown() or "no difference"


def _tree(content: bytes | None, spec: Spec) -> Sections:
    """The sections of a spec, from its file where there is one."""
    return sections(write(spec) if content is None else without_mark(content).decode())


def compare(
    a: Graph,
    b: Graph,
    *,
    rtol: float = 0.0,
    atol: float = 0.0,
    strict: bool = False,
    ignore: Sequence[str] = (),
    names: tuple[str, str] | None = None,
    texts: tuple[bytes, bytes] | None = None,
) -> Difference:
    """Compare two networks.

    Layers and the nodes and edges that they stand for are one and the same, and so are 0.50, 0.5
    and "1/2".

    Args:
        a: the network before.
        b: the network after.
        rtol: parameters are equal within atol + rtol·max(abs(a), abs(b)).
        atol: likewise.
        strict: tell what is only written otherwise, too.
        ignore: keys of sections that are left out: "order", "style", …
        names: what they are called in reports; by default their own names.
        texts: the files that they come from, which a patch keeps to the letter.

    Raises:
        InputError: no such section, or a tolerance below 0.
    """
    for name in ignore:
        if name not in HEADINGS:
            near = Nearest(HEADINGS, f"known: {', '.join(HEADINGS)}")(name)
            raise InputError(f'no section is named "{name}"{near}')
    for name, value in (("rtol", rtol), ("atol", atol)):
        if not value >= 0:
            raise InputError(f"{name} is 0 or more, got {value}")
    pairing = paired(a, b)
    common = Common.of(a, b, pairing)
    new = new_names(a, b, pairing, common)
    parameters, counts = common.changes(Tolerance(rtol, atol))
    found: dict[str, list[Sequence[Change]]] = {
        "structure": [*structure.structure(a, b, pairing), list(common.sharing())],
        "order": structure.order_of_terms(a, b, pairing),
        "parameters": parameters,
        "names": naming.names(a, b, pairing, common, new),
        "examples": [words.examples(a.spec, b.spec, new)],
        "style": words.style(a, b, pairing, new),
        "words": words.words(a, b, pairing, new),
    }
    called = names or (a.name, b.name)
    told = tuple(_sections(found, ignore))
    hints = _hints(told, swapped(a, b, pairing) if counts.changed else [])
    hints += _unsought(pairing, a, b)
    difference = Difference(
        called, told, counts, None, None, hints, a, b, pairing, common, new, texts
    )
    if not strict or "form" in ignore:
        return difference
    specs = a.spec, b.spec
    more = tuple(
        _sections({"form": [form(specs, difference.patch, any(_sections(found, ())))]}, ignore)
    )
    return replace(difference, sections=(*told, *more))


def _hints(told: Sequence[ChangeGroup], nodes: list[str]) -> tuple[str, ...]:
    """What a reader may not see in the changes."""
    if not nodes or any(section.key == "structure" for section in told):
        return ()
    what = f"hidden nodes changed places: {listed(nodes)}"
    return (f"{what}; but for that, both networks have the same numbers",)


def _unsought(pairing: Pairing, a: Graph, b: Graph) -> tuple[str, ...]:
    """That so many nodes are on one side only that no renamed ones were looked for."""
    alone = [int(np.sum(numbers < 0)) for numbers in (pairing.b_of, pairing.a_of)]
    if not too_many(*alone):
        return ()
    words = f"{alone[0]:,} nodes are in {a.name or 'A'} only and {alone[1]:,} in {b.name or 'B'}"
    return (f"{words} only: above {MOST_RENAMED:,} no renamed ones are looked for",)


def _sections(
    found: Mapping[str, list[Sequence[Change]]], ignore: Sequence[str]
) -> Iterator[ChangeGroup]:
    for key, parts in found.items():
        full = tuple(part for part in parts if len(part))
        if full and key not in ignore:
            yield ChangeGroup(key, full)
