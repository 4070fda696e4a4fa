"""The layout in columns: by rank, nodes in the file's order, centred, straight edges.

`columns` has the distances. A network that columns cannot show is placed by `irregular`. An edge
that skips columns runs in a lane before or behind everything in them. Room grows until every edge
has its way and every label a place.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from deepgraph.draw.layout.braces import with_braces
from deepgraph.draw.layout.columns import Columns
from deepgraph.draw.layout.distances import measured
from deepgraph.draw.layout.framing import framed
from deepgraph.draw.layout.geometry import along_line
from deepgraph.draw.layout.label_places import Wish
from deepgraph.draw.layout.labels import on_crossings, place_labels
from deepgraph.draw.layout.lanes import CORNER, TURN, End, Way, level_rim, rim, rounded
from deepgraph.draw.layout.records import Layout, Text
from deepgraph.draw.layout.routes import blocked, straight_lines
from deepgraph.draw.layout.typography import set_width

if TYPE_CHECKING:
    from deepgraph.draw.layout.geometry import Point
    from deepgraph.draw.layout.records import Box, Measures
    from deepgraph.draw.view.records import View
    from deepgraph.options.drawing import Direction

NEAR = 90.0
"""Px along its edge by which a label in a dense layer may leave its column."""
LANE = 24.0
"""Between two edges that skip a column side by side."""
PATIENCE = 4
"""How often it grows for edges that run into something without getting better."""
ATTEMPTS, SOFT_ATTEMPTS = 12, 4
"""How often the room may grow: for what must fit, and for labels without a foreign line."""


def place(view: View, direction: Direction = "right", wrap: int | None = None) -> Layout:
    """Find a place for everything that a view shows, in rows of `wrap` columns at most."""
    columns = 1 + max(node.column for node in view.nodes)
    wrap = None if wrap is None or columns <= wrap else wrap
    placed = _in_columns(view, direction) if view.layered and wrap is None else None
    if placed is None:
        from deepgraph.draw.layout import irregular  # most networks are layered

        placed = irregular.place(view, direction, wrap)
    return with_braces(view, placed)


def _in_columns(view: View, direction: Direction) -> Layout | None:
    """Place a layered network; `None` if edges that skip columns find no way through."""
    view = view.without_empty_columns()
    plan = _Plan(view, direction)
    layout = _grown(plan)
    return None if layout.unfit and plan.long else layout


def _grown(plan: _Plan) -> Layout:
    """The first layout in which all fits, or else the best.

    The two axes take turns in growing: first along the flow, then along the columns. If an edge
    runs into a node, it is too steep, and more room along the columns would not help.
    """
    best: tuple[tuple[int, int, float], Layout] | None = None
    cross_turn, columns = False, plan.columns
    least, patience = len(plan.view.edges) + 1, PATIENCE
    for attempt in range(ATTEMPTS):
        layout, crowded, crossed, stuck = plan.attempt(last=False)
        if stuck and columns.turn_pills(stuck):
            continue
        failed = len(crowded) + len(stuck), len(crossed), sum(crossed.values())
        if layout is not None and (best is None or failed < best[0]):
            best = failed, layout
        if not failed[0] and (not crossed or attempt >= SOFT_ATTEMPTS):
            break
        patience = patience - 1 if stuck and len(stuck) >= least else PATIENCE
        least = min(least, len(stuck)) if stuck else least
        if not patience:  # more room does not help
            break
        grow = 1.12 + 0.04 * attempt + 0.5 * len(crowded) / max(len(plan.view.edges), 1)
        if cross_turn and not stuck:
            columns.cross *= grow
        else:
            for column in plan.spanned([*crowded, *crossed, *stuck]):
                columns.main[column] *= grow
        cross_turn = not cross_turn and not stuck
    if best is None:
        spacing = plan.view.scale.spacing
        columns.main, columns.cross = [spacing] * columns.count, spacing
        layout, crowded, crossed, stuck = plan.attempt(last=True)
        assert layout is not None
        best = (len(crowded) + len(stuck), len(crossed), 0.0), layout
    return replace(best[1], unfit=best[0][0])


class _Plan:
    """A view to be placed.

    Attributes:
        columns: where nodes stand.
        long: the edges that skip columns, the shorter ones first: they take the inner lanes.
    """

    def __init__(self, view: View, direction: Direction) -> None:
        self.view = view
        self.columns = Columns(view, direction)
        self.down = self.columns.down
        column = self.columns.column
        spans = [column[e.target] - column[e.source] for e in view.edges]
        self.long = sorted((n for n, span in enumerate(spans) if span > 1), key=spans.__getitem__)

    def spanned(self, edges: list[int]) -> set[int]:
        """The columns whose gaps some edges cross."""
        found = [self.view.edges[number] for number in edges]
        column = self.columns.column
        ranges = [range(column[e.source] + 1, column[e.target] + 1) for e in found]
        return {at for columns in ranges for at in columns}

    def attempt(
        self, *, last: bool
    ) -> tuple[Layout | None, list[int], dict[int, float], list[int]]:
        """A layout, and the edges that do not fit.

        Those are edges whose labels have no place, or one with a foreign line in it (with its
        cost), and edges that run into something; if there are any of these, only the `last` attempt
        has a layout.
        """
        columns = self.columns
        measures = measured(columns)
        main, cross = columns.centres(measures)
        lanes = self._lanes(cross)
        columns.place_outer(main, cross, list(lanes.values()))
        points = map(self._point, main, cross)
        boxes = [replace(b, x=x, y=y) for b, (x, y) in zip(columns.boxes, points, strict=True)]
        curves = straight_lines(self.view, boxes, down=self.down)
        for number, lane in lanes.items():
            curves[number] = self._detour(number, lane, main, cross)
        for number in range(len(curves) if any(columns.grids) else 0):
            if number not in lanes:
                curves[number] = self._past_grids(number, main, cross) or curves[number]
        texts = self._texts(main, cross, boxes, curves)
        stuck = blocked(self.view, boxes, curves, texts)
        if stuck and not last:  # labels can wait until there is a way
            return None, [], {}, stuck
        wishes = self._wishes(measures, curves)
        found, crowded, crossed = place_labels(self.view, boxes, curves, texts, wishes)
        layout = framed(boxes, curves, found, texts, self.view, columns.sizes)
        layout = replace(layout, crossed=on_crossings(crossed))
        return layout, crowded, crossed, stuck

    def _wishes(self, measures: Measures, curves: list[list[Point]]) -> list[Wish | None]:
        """Labels stand where their edges cross the line of their gap, the first one of its edge.

        None stands between the nodes of a grid, where edges share their way.
        """
        columns, lines, axis = self.columns, measures.lines, 1 if self.down else 0
        ends = [
            middle + columns.inner(n) + columns.half(n) for n, middle in enumerate(measures.middles)
        ]
        found: list[Wish | None] = []
        for edge, curve in zip(self.view.edges, curves, strict=True):
            first = self.columns.column[edge.source] + 1
            if not edge.label or first >= self.columns.count:
                found.append(None)
                continue
            along = along_line(curve, axis, lines[first])
            dense = self.columns.gaps[first].dense
            reach = NEAR if dense and not self.down else 1e9
            start = along_line(curve, axis, ends[first - 1])
            found.append(Wish(along, not dense, reach, max(start, 0.0)))
        return found

    # --- edges ---------------------------------------------------------------------------

    def _point(self, main: float, cross: float) -> Point:
        return (cross, main) if self.down else (main, cross)

    def _lanes(self, cross: list[float]) -> dict[int, float]:
        """A lane for each edge that skips columns: before or behind all their nodes."""
        columns, lanes = self.columns, {}
        taken: list[tuple[set[int], float]] = []
        for number in self.long:
            edge = self.view.edges[number]
            skipped = set(range(columns.column[edge.source] + 1, columns.column[edge.target]))
            first, last = columns.reach(sorted(skipped), cross)
            source = first if self.view.nodes[edge.source].kind == "bias" else cross[edge.source]
            middle = (source + cross[edge.target]) / 2
            way = -1 if middle - first <= last - middle else 1
            lane = (first if way < 0 else last) + way * LANE
            while any(other & skipped and abs(at - lane) < LANE - 1 for other, at in taken):
                lane += way * 4.0
            taken.append((skipped, lane))
            lanes[number] = lane
        return lanes

    def _detour(
        self, number: int, lane: float, main: list[float], cross: list[float]
    ) -> list[Point]:
        """A line in a lane before or behind all nodes of the columns that it skips."""
        edge, columns = self.view.edges[number], self.columns
        first, last = columns.column[edge.source] + 1, columns.column[edge.target] - 1
        start = main[columns.cells[first][0]] - columns.reaches(first)[0]
        end = main[columns.cells[last][0]] + columns.reaches(last)[1]
        source, target = (self._end(node, main, cross) for node in (edge.source, edge.target))
        way = Way(source, target, [(start, end, lane)], start, end)
        return [self._point(*point) for point in way.direct()]

    def _past_grids(self, number: int, main: list[float], cross: list[float]) -> list[Point] | None:
        """A line in the lanes of the grids at its ends; `None` if it needs none."""
        edge, columns = self.view.edges[number], self.columns
        source, target = (self._end(node, main, cross) for node in (edge.source, edge.target))
        away, out = columns.bypass(number, main, cross, leaving=True)
        aside, into = columns.bypass(number, main, cross, leaving=False)
        if not out and not into:
            return None
        first, last = (out or [source[:2]])[-1], (into or [target[:2]])[0]
        points = [
            level_rim(source, away, 1) if out else rim(source, last),
            *out,
            *into,
            level_rim(target, aside, -1) if into else rim(target, first),
        ]
        radii = [TURN] * len(out[:2]) + [CORNER] * len(out[2:])
        radii += [CORNER] * len(into[:1]) + [TURN] * len(into[1:])
        return [self._point(*point) for point in rounded(points, radii)]

    def _end(self, node: int, main: list[float], cross: list[float]) -> End:
        box = self.columns.boxes[node]
        long, high = self.columns.main_size(box) / 2, self.columns.cross_size(box) / 2
        return End(main[node], cross[node], long, high, box.form == "circle")

    # --- texts ---------------------------------------------------------------------------

    def _texts(
        self, main: list[float], cross: list[float], boxes: list[Box], curves: list[list[Point]]
    ) -> list[Text]:
        """Captions of columns and gaps beyond everything else."""
        view, size, cells = self.view, self.columns.sizes.caption, self.columns.cells
        texts: list[Text] = []
        if not view.captions:
            return texts
        first, last = self.columns.reach(list(range(self.columns.count)), cross)
        if self.down:
            edge = min(
                [first]
                + [boxes[b].x - boxes[b].width / 2 for bs in self.columns.outer for b in bs]
                + [x for curve in curves for x, _ in curve]
            )
            for caption, nodes in zip(view.captions, cells, strict=True):
                if caption:
                    x = edge - 18.0 - set_width(caption, size) / 2
                    texts.append(Text(caption, x, (main[nodes[0]] + main[nodes[-1]]) / 2, size))
            return texts
        y = max([last, *(y for curve in curves for _, y in curve)]) + 16.0 + size
        middles = [(main[nodes[0]] + main[nodes[-1]]) / 2 for nodes in cells]
        for caption, x in zip(view.captions, middles, strict=True):
            if caption:
                texts.append(Text(caption, x, y, size))
        for gap, left, right in zip(view.gaps[1:], middles, middles[1:], strict=False):
            if gap:
                texts.append(Text(gap, (left + right) / 2, y, size, role="gap"))
        return texts
