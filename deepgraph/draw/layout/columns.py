"""The columns of a layered picture: what stands in each, and where.

Everything is computed along two axes: `main` along the flow of the signal, and `cross` along a
column. A column may be a grid, whose inner nodes have lanes between its rows. `distances` says how
far all of it is apart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from deepgraph.draw.layout.node_sizes import node_boxes, sizes_of, with_pills
from deepgraph.draw.layout.records import Text
from deepgraph.draw.layout.typography import set_width
from deepgraph.draw.view.records import Grid

if TYPE_CHECKING:
    from deepgraph.draw.layout.geometry import Point
    from deepgraph.draw.layout.records import Box, Measures, Side
    from deepgraph.draw.view.records import EdgeView, View
    from deepgraph.options.drawing import Direction

MOSTLY = 0.6
"""With this share of all possible edges two columns are fully connected, or nearly so."""
IN_GRID, LANE = 30.0, 14.0
"""Px between two columns of a grid, and between the lanes of two of its nodes."""
TRACK, TRACKS = 4.0, 32.0
"""Px between two edges in the lane of one node, and between all of them, where they are many."""


class Gap(NamedTuple):
    """What is between two columns.

    Attributes:
        edges: those that cross it.
        sources, targets: how many nodes the columns have.
        longest, tallest: the width of the longest label; the height of the tallest in font sizes.
        labels: how many there are.
        plain: True if neither column is a grid.
    """

    edges: list[EdgeView]
    sources: int
    targets: int
    longest: float
    tallest: float
    labels: int
    plain: bool

    @property
    def dense(self) -> bool:
        """True if some labels cannot keep off foreign lines, and all stay in their column."""
        return min(self.sources, self.targets) > 2

    @property
    def even(self) -> bool:
        """True if a fixed share would put labels on crossings."""
        fewer, more = sorted((self.sources, self.targets))
        full = self.labels >= MOSTLY * fewer * more
        return self.plain and full and fewer > 1 and more > 2


def _between(tracks: int) -> float:
    """Px between two of so many tracks in one lane."""
    return min(TRACK, TRACKS / max(tracks - 1, 1))


def _taken(tracks: int) -> float:
    """Px between the first and the last of so many tracks."""
    return (tracks - 1) * _between(tracks) if tracks else 0.0


class Columns:
    """The columns of a view, and the room that they have, which may grow.

    Attributes:
        boxes: the sizes of the nodes.
        column: of each node; a bias that is a node stands before a gap.
        cells: the nodes of each column but biases.
        outer: the biases that are nodes, by the column behind which their edges begin.
        grids: for each column the grid in which it is drawn, if any: rows follow one another
            along the column, and columns along the flow.
        main: for each column, a factor for the gap before it.
        cross: a factor for the distances within columns.
        turned: the columns whose biases stand outside, on both sides.
        leaving, entering: the edges of each node in the order of their other ends, if any column is
            a grid.
    """

    def __init__(self, view: View, direction: Direction) -> None:
        self.view = view
        self.down = direction == "down"
        self.sizes = sizes_of(view)
        self.boxes = node_boxes(view, direction)
        self.column = [node.column for node in view.nodes]
        self.count = 1 + max(self.column)
        self.cells: list[list[int]] = [[] for _ in range(self.count)]
        for number, node in enumerate(view.nodes):
            if node.kind != "bias":
                self.cells[node.column].append(number)
        self.grids = [self._turned(grid) for grid in view.grids] or [None] * self.count
        self.outer = self._biases()
        self.leaving, self.entering = self._ends()
        self.gaps = [self._gap(column) for column in range(self.count)]
        self.main = [view.scale.spacing] * self.count
        self.cross = view.scale.spacing
        self.turned: set[int] = set()

    def _turned(self, grid: Grid | None) -> Grid | None:
        """A grid along the axes of the picture: what is above stays above if it flows down."""
        return Grid(grid.columns, grid.rows) if grid and self.down else grid

    def _in_column(self, column: int, order: int) -> tuple[int, int]:
        """Where in its column and in its grid along the flow the node of an order stands."""
        grid = self.grids[column]
        if grid is None:
            return order, 0
        if self.down:
            return order % grid.rows, order // grid.rows
        return divmod(order, grid.columns)

    def _ends(self) -> tuple[dict[int, list[int]], dict[int, list[int]]]:
        """The edges that leave each node, and that enter it, in the order of their other ends."""
        leaving: dict[int, list[int]] = {}
        entering: dict[int, list[int]] = {}
        if any(self.grids):
            for number, edge in enumerate(self.view.edges):
                leaving.setdefault(edge.source, []).append(number)
                entering.setdefault(edge.target, []).append(number)
        for edges in leaving.values():
            edges.sort(key=lambda number: self.view.edges[number].target)
        for edges in entering.values():
            edges.sort(key=lambda number: self.view.edges[number].source)
        return leaving, entering

    def _biases(self) -> list[list[int]]:
        first: dict[int, int] = {}
        for edge in self.view.edges:
            column = self.column[edge.target]
            first[edge.source] = min(first.get(edge.source, column), column)
        outer: list[list[int]] = [[] for _ in range(self.count)]
        for number, node in enumerate(self.view.nodes):
            if node.kind == "bias":
                self.column[number] = max(first.get(number, 1) - 1, 0)
                outer[self.column[number]].append(number)
        return outer

    def _gap(self, column: int) -> Gap:
        """What is before a column."""
        edges = [
            edge
            for edge in self.view.edges
            if self.column[edge.source] < column <= self.column[edge.target]
        ]
        labels = [Text.of(edge.lines, 0, 0, self.sizes.label) for edge in edges if edge.lines]
        longest = max((label.width for label in labels), default=0.0)
        tallest = max((label.high for label in labels), default=0.0)
        before = len(self.cells[column - 1]) if column else 0
        plain = not any(self.grids[max(column - 1, 0) : column + 1])
        return Gap(edges, before, len(self.cells[column]), longest, tallest, len(labels), plain)

    # --- sizes along the two axes --------------------------------------------------------

    def main_size(self, box: Box) -> float:
        """The extent of a box along the flow."""
        return box.height if self.down else box.width

    def cross_size(self, box: Box) -> float:
        """The extent of a box along its column."""
        return box.width if self.down else box.height

    def before(self, number: int) -> float:
        """How far a node reaches before its middle in its column, with all its parts."""
        left, up, _, _ = self.boxes[number].reach
        return left if self.down else up

    def after(self, number: int) -> float:
        """The same behind its middle."""
        _, _, right, down = self.boxes[number].reach
        return right if self.down else down

    def half(self, column: int) -> float:
        """Half the extent of a node of a column along the flow."""
        return max(self.main_size(self.boxes[node]) for node in self.cells[column]) / 2

    def rows(self, column: int) -> int:
        """How many nodes stand one after the other in a column."""
        grid = self.grids[column]
        return grid.rows if grid else len(self.cells[column])

    def inner(self, column: int) -> float:
        """From the middle of a column along the flow to its last nodes; 0 unless it is a grid."""
        grid = self.grids[column]
        return self._in_grid(column) * (grid.columns - 1) / 2 if grid else 0.0

    def _in_grid(self, column: int) -> float:
        """The distance of two nodes of a grid along the flow, with the tracks between them."""
        return 2 * self.half(column) + IN_GRID + self._tracks(column)

    def _tracks(self, column: int) -> float:
        """The most room that the tracks of one node of a column take."""
        nodes, ends = self.cells[column], (self.leaving, self.entering)
        return max((_taken(len(each.get(n, ()))) for each in ends for n in nodes), default=0.0)

    def lanes(self, column: int) -> float:
        """The room between two rows of a grid for the edges of its inner nodes."""
        grid = self.grids[column]
        if grid is None or grid.columns == 1:
            return 0.0
        rows: dict[int, list[float]] = {}
        for order, node in enumerate(self.cells[column]):
            row, _ = self._in_column(column, order)
            both = rows.setdefault(row, [0.0, 0.0])
            for side, ends in enumerate((self.leaving, self.entering)):
                if node in ends:
                    both[side] += LANE + _taken(len(ends[node]))
        return max(map(sum, rows.values()))

    def reaches(self, column: int) -> tuple[float, float]:
        """How far a column reaches along the flow from its middle, parts and caption included."""
        back = on = 0.0
        for node in self.cells[column]:
            left, up, right, below = self.boxes[node].reach
            back, on = max(back, up if self.down else left), max(on, below if self.down else right)
        if not self.down and self.view.captions:
            caption = set_width(self.view.captions[column], self.sizes.caption) / 2
            back, on = (
                max(back, caption - self.inner(column)),
                max(on, caption - self.inner(column)),
            )
        return back + self.inner(column), on + self.inner(column)

    def turn_pills(self, edges: list[int]) -> bool:
        """Put the biases outside in the columns at the ends of some edges, if they are not yet.

        They stand on one side of all nodes, unless edges run into them: then those of the lower
        half, which steep edges reach from above, stand below. False if nothing changed.
        """
        found = [self.view.edges[number] for number in edges]
        columns = {self.column[end] for edge in found for end in (edge.source, edge.target)}
        changed = False
        for column in sorted(columns - self.turned):
            nodes = self.cells[column]
            half = nodes[: len(nodes) // 2] if self.down else nodes[(len(nodes) + 1) // 2 :]
            for node in half:
                view, box = self.view.nodes[node], self.boxes[node]
                if box.pills:
                    side: Side = "left" if self.down else "below"
                    self.boxes[node] = with_pills(view, box, self.sizes, side)
                    changed = True
        self.turned |= columns
        return changed

    # --- places --------------------------------------------------------------------------

    def centres(self, measures: Measures) -> tuple[list[float], list[float]]:
        """Both coordinates of every node but biases, which are 0."""
        main, cross = [0.0] * len(self.boxes), [0.0] * len(self.boxes)
        for column, nodes in enumerate(self.cells):
            rows, grid = self.rows(column), self.grids[column]
            for order, node in enumerate(nodes):
                row, place = self._in_column(column, order)
                along = place * self._in_grid(column) if grid else 0.0
                main[node] = measures.middles[column] - self.inner(column) + along
                cross[node] = (row - (rows - 1) / 2) * measures.pitches[column]
        return main, cross

    def bypass(
        self, edge: int, main: list[float], cross: list[float], *, leaving: bool
    ) -> tuple[float, list[Point]]:
        """The corners of the way of an edge out of a grid or into it, past the other nodes.

        It leaves level and goes on below its row, or arrives above it; the order is that of the
        edge. The edges of one node run side by side, each in a track of its own, and none crosses
        another. With the corners comes how far the edge stands from the middle of its node; without
        other nodes on the way there are no corners.
        """
        node = self.view.edges[edge].source if leaving else self.view.edges[edge].target
        column = self.column[node]
        grid = self.grids[column]
        if grid is None or self.view.nodes[node].kind == "bias":
            return 0.0, []
        order = self.cells[column].index(node)
        row, place = self._in_column(column, order)
        between = grid.columns - 1 - place if leaving else place
        if not between:
            return 0.0, []
        ends = self.leaving if leaving else self.entering
        track = ends[node].index(edge) * _between(len(ends[node]))
        aside = track - _taken(len(ends[node])) / 2
        way = 1 if leaving else -1
        room = (self.after(node) if leaving else self.before(node)) + LANE
        # The lanes of the nodes that are nearer to the other column are nearer to the row.
        for other, there in enumerate(self.cells[column]):
            row_there, place_there = self._in_column(column, other)
            nearer = (place_there - place) * way > 0 and row_there == row
            last = place_there == (grid.columns - 1 if leaving else 0)
            if nearer and not last and there in ends:
                room += LANE + _taken(len(ends[there]))
        beside = self.half(column) + (IN_GRID + self._tracks(column)) / 2
        first = main[node] + way * beside - aside
        lane = cross[node] + way * room
        lane += track if leaving else track - _taken(len(ends[node]))
        end = main[node] + way * (between * self._in_grid(column) + self.half(column))
        corners = [(first, cross[node] + aside), (first, lane), (end, lane)]
        return aside, corners if leaving else corners[::-1]

    def reach(self, columns: list[int], cross: list[float]) -> tuple[float, float]:
        """The first and the last cross coordinate of some columns."""
        nodes = [node for column in columns for node in self.cells[column]]
        return (
            min(cross[node] - self.before(node) for node in nodes),
            max(cross[node] + self.after(node) for node in nodes),
        )

    def place_outer(self, main: list[float], cross: list[float], lanes: list[float]) -> None:
        """Place the biases that are nodes, in stairs before everything else.

        The first stands at the gap that its edges cross, and each further one farther along it and
        farther out, so that no edge runs into the next bias.
        """
        edge, _ = self.reach(list(range(self.count)), cross)
        edge = min([edge, *(lane - 4.0 for lane in lanes)])
        placed: list[int] = []
        for column, biases in enumerate(self.outer):
            first, last = self.cells[column][0], self.cells[column][-1]
            step_main = (main[first] + main[last]) / 2 + self.reaches(column)[1]
            step_cross = edge - 14.0
            for bias in biases:
                long, high = self.main_size(self.boxes[bias]), self.cross_size(self.boxes[bias])
                main[bias], cross[bias] = step_main, step_cross - high / 2
                while any(self._near(bias, other, main, cross) for other in placed):
                    cross[bias] -= 8.0
                placed.append(bias)
                step_main, step_cross = step_main + long + 8.0, cross[bias] - high / 2 - 6.0

    def _near(self, one: int, other: int, main: list[float], cross: list[float]) -> bool:
        """True if two nodes are closer than a line of text."""
        sizes = self.boxes[one], self.boxes[other]
        return (
            abs(main[one] - main[other]) < sum(map(self.main_size, sizes)) / 2 + 12.0
            and abs(cross[one] - cross[other]) < sum(map(self.cross_size, sizes)) / 2 + 6.0
        )
