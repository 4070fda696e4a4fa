"""A worked example, and the formats that it is written in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from deepgraph.explain.records import Line, Section


@dataclass(frozen=True)
class Explanation:
    """A worked example. Each format is imported when it is first asked for.

    Attributes:
        title: of the network.
        sections: in order.
    """

    title: str
    sections: tuple[Section, ...]

    @property
    def lines(self) -> list[Line]:
        """Every line."""
        return [line for section in self.sections for step in section.steps for line in step.lines]

    def blank(self, *names: str) -> Explanation:
        """The same as an exercise: a sheet with gaps, numbered where a value is asked for.

        Args:
            names: of nodes, whose z, value and derivatives are asked for; `z(id)` for z alone; of
                parameters, for their derivatives and new values; "loss"; or "all".

        Raises:
            InputError: nothing of this name is computed here.
        """
        from deepgraph.explain.exercise import sheet

        return Explanation(self.title, sheet(self.sections, names))

    def solution(self, *names: str) -> Explanation:
        """The answers to the sheet that `blank` makes of the same names: its hidden lines."""
        from deepgraph.explain.exercise import answers

        return Explanation(self.title, answers(self.sections, names))

    def text(self) -> str:
        """As plain text, for a terminal."""
        from deepgraph.explain.text import text

        return text(self.title, self.sections)

    def markdown(self, *, headings: bool = True) -> str:
        """As Markdown with formulas in TeX, for GitHub, Jupyter, and pages with KaTeX.

        Args:
            headings: `False` leaves the title out and begins each section with a bold line, for a
                page that has headings of its own.
        """
        from deepgraph.explain.latex import markdown

        return markdown(self.title, self.sections, headings)

    def latex(self) -> str:
        """As a LaTeX document."""
        from deepgraph.explain.latex import latex

        return latex(self.title, self.sections)

    def json(self) -> str:
        """As JSON: the texts of every line, with its value to the last bit."""
        from deepgraph.explain.as_json import to_json

        return to_json(self.title, self.sections)

    def _repr_markdown_(self) -> str:
        return self.markdown()

    def __str__(self) -> str:
        return self.text()
