"""Rules about stages: their names, their members, and the figures that examples give for them."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from typing import TYPE_CHECKING

from deepgraph.errors import FURTHER, LOCATED, Problem
from deepgraph.graph.examples import rows_in, rows_of
from deepgraph.graph.kinds import BIAS, KINDS
from deepgraph.graph.parameters import entry_number
from deepgraph.graph.stages import member
from deepgraph.rules.nodes import LONGEST_ID
from deepgraph.spec import literals
from deepgraph.words.messages import Nearest, article, counted, listed, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deepgraph.graph.draft import Draft


def stages_have_names(draft: Draft) -> Iterator[Problem]:
    """The name of a stage is text for a line, and neither a node's id nor the notation for its z.

    `names_do_not_collide` compares it with the names of parameters and groups.
    """
    for name in draft.spec.stages:
        path = f"$.stages.{name}"
        if len(name) > LONGEST_ID:
            long = f"this one has {len(name)}"
            yield Problem(path, f"the name of a stage has 1 to {LONGEST_ID} characters, {long}")
        elif any(unicodedata.category(character) == "Cc" for character in name):
            what = f"the name {name!a} has a control character (a line break, say); leave it out"
            yield Problem(path, what)
        found = member(name, draft.index)
        if found is None:
            continue
        at = draft.paths[found.node]
        if found.is_z:
            what = f'"{shown(name)}" is z of the node at {at}; give the stage another name'
        elif draft.kind[found.node] == BIAS and not draft.unit_bias[found.node]:
            continue  # a parameter: reported by `names_do_not_collide`
        else:
            what = f'the name "{shown(name)}" is already a node at {at}; rename one of them'
        yield Problem(path, what)


def stages_name_values(draft: Draft) -> Iterator[Problem]:
    """Each member of a stage is a node's id or `z(id)`, once; inputs and biases have no z."""
    if not draft.ids:
        return  # reported by `network_has_ends`
    unknown = _Unknown(draft)
    for name, texts in draft.spec.stages.items():
        path = f"$.stages.{name}"
        if not texts:
            what = 'the stage is empty; name its values in their order, as ["z(h1)", "z(h2)"]'
            yield Problem(path, what)
        for position, text in enumerate(texts):
            found = member(text, draft.index)
            if found is None:
                yield from unknown.problem(f"{path}[{position}]", text)
            elif found.is_z and not draft.has_z(found.node):
                node = draft.ids[found.node]
                kind = article(KINDS[draft.kind[found.node]])
                what = f'"{shown(node)}" is {kind} node and has no z; write "{shown(node)}"'
                yield Problem(f"{path}[{position}]", what)
        for text, times in Counter(texts).items() if len(set(texts)) < len(texts) else ():
            if times > 1:
                what = f'"{shown(text)}" stands {times} times in the stage; name it once'
                yield Problem(path, what)


class _Unknown:
    """Reports members that mean nothing, the first ones with what is near."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.nearest = Nearest(draft.index, f"the nodes are {listed(draft.ids)}")
        self.count = 0

    def problem(self, path: str, text: str) -> Iterator[Problem]:
        """The problem of one member; none if another rule reports the name."""
        inner = re.fullmatch(r"[zZ]\((.*)\)", text, re.DOTALL)
        name = inner[1] if inner else text
        if name in self.draft.dangling:
            return
        self.count += 1
        if self.count > LOCATED:
            yield FURTHER
            return
        yield Problem(path, self._message(text, name, before=inner is not None))

    def _message(self, text: str, name: str, *, before: bool) -> str:
        draft, spec = self.draft, self.draft.spec
        written = f'"{shown(text)}"'
        if name in spec.stages:
            return f"{written} is a stage; name its members instead, nodes or z of nodes"
        if name in spec.groups:
            return f"{written} is a group of weights; a stage holds values of nodes, id or z(id)"
        if name in draft.edge_labels or entry_number(draft.blocks, name) is not None:
            return f"{written} is a weight; a stage holds values of nodes, id or z(id)"
        if before and name in draft.index:  # Z(h1)
            return f'there is no node {written}; write "z({shown(name)})"'
        near = self.nearest.name(name)
        if before and near is not None:
            return f'there is no node "{shown(name)}"; did you mean "z({near})"?'
        return f'there is no node "{shown(name)}"{self.nearest(name)}'


def stage_figures_fit(draft: Draft) -> Iterator[Problem]:
    """A figure for a stage is a list: for each member a number, or a list of them over the rows."""
    stages = draft.spec.stages
    for position, example in enumerate(draft.spec.examples):
        for name, raw in example.expect.items():
            if stages.get(name) and member(name, draft.index) is None:
                path, texts = f"$.examples[{position}].expect.{name}", stages[name]
                yield from _figures(bytes(raw), path, texts, rows_in(example))


def _figures(text: bytes, path: str, texts: list[str], rows: int) -> Iterator[Problem]:
    example = ", ".join(f"a number for {shown(one)}" for one in texts[:3])
    cure = f"write [{example}{', …' * (len(texts) > 3)}]"
    if text[:1] != b"[":
        yield Problem(path, f"a stage is a list of {counted(len(texts), 'value')}; {cure}")
        return
    entries = rows_of(text)
    if len(entries) != len(texts):
        given = counted(len(entries), "value")
        yield Problem(path, f"{given} for a stage of {counted(len(texts), 'member')}; {cure}")
        return
    for number, entry in enumerate(entries):
        at = f"{path}[{number}]"
        if entry[:1] == b"[" and len(rows_of(entry)) != rows:
            over = f"{counted(len(rows_of(entry)), 'value')} for {counted(rows, 'row')}"
            yield Problem(at, f"{over}; write a number for each row, or one number for all")
        for place, figure in enumerate(rows_of(entry)):
            try:
                literals.value(figure)
            except ValueError as error:
                yield Problem(f"{at}[{place}]" if entry[:1] == b"[" else at, str(error))
