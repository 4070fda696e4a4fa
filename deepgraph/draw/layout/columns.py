"""The columns of a layered picture: where each node stands, and where labels are wanted.

Everything is computed along two axes: `main` along the flow of the signal, and `cross` along a
column. The columns of a picture are equally tall, so that between two of them with n and m nodes,
n ≤ m, the share 1 / (n + 1) of the way from the n puts the labels of all n·m edges into one column
in equal distances: edge (i, j) passes there at height i + j / m, a place of its own. The first two
edges cross a little behind it, and long labels stand so far before it that they end there.
Distances are those of a small network, and give way for long labels, for many, and for the
proportions of the whole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from deepgraph.draw.layout.node_sizes import node_boxes, sizes_of, with_pills
from deepgraph.draw.layout.typography import text_width

if TYPE_CHECKING:
    from deepgraph.draw.layout.records import Box, Side
    from deepgraph.draw.view.records import EdgeView, View
    from deepgraph.options.drawing import Direction

BESIDE, BARE = 202.0, 112.0
"""Px between the nodes of two columns with labels between them, and without."""
BELOW, BARE_BELOW = 116.0, 72.0
"""The same if the signal flows down: level labels need less room there."""
SHARE = 0.38
"""Of the way from source to target, where labels stand if few edges cross."""
TAIL, HEAD = 12.0, 24.0
"""Px of a line that is seen before and behind its label at least."""
ROOMY = 2
"""Up to so many nodes in a column are as far apart as they are tall."""
BETWEEN = 16.0
"""Px between two nodes of a column with all that belongs to them."""
SPREAD = 2.7
"""A column of few nodes may spread by this factor, so that columns are equally tall."""
LINE = 1.25
"""The distance of two labels in one column, in font sizes."""
TALL, ALL, FLAT = 0.62, 1.3, 0.5
"""The distance of two columns as a share of their height: at least, if they are few; of all
together; and if the signal flows down."""
CLEAR, EARLIEST = 3.0, 0.75
"""Px between a label and the first crossing, and how much it may move for them: to this share of
the way to the place at which labels are equally far apart."""
WIDEST = 2.4
"""Long labels widen a gap no more than so many times, unless columns are taller."""


class Gap(NamedTuple):
    """What is between two columns.

    Attributes:
        edges: those that cross it.
        sources, targets: how many nodes the columns have.
        longest: the width of the longest label.
        labels: how many there are.
    """

    edges: list[EdgeView]
    sources: int
    targets: int
    longest: float
    labels: int

    @property
    def dense(self) -> bool:
        """True if some labels cannot keep off foreign lines, and all stay in their column."""
        return min(self.sources, self.targets) > 2

    @property
    def even(self) -> bool:
        """True if a fixed share would put labels on crossings."""
        return min(self.sources, self.targets) > 1 and max(self.sources, self.targets) > 2


class Measures(NamedTuple):
    """The distances of one layout, each a list by column.

    Attributes:
        pitches: the distance of two nodes in it.
        middles: its main coordinate.
        lines: the main coordinate at which the labels before it stand.
    """

    pitches: list[float]
    middles: list[float]
    lines: list[float]


class Columns:
    """The columns of a view, and the room that they have, which may grow.

    Attributes:
        boxes: the sizes of the nodes.
        column: of each node; a bias that is a node stands before a gap.
        cells: the nodes of each column but biases.
        outer: the biases that are nodes, by the column behind which their edges begin.
        main: for each column, a factor for the gap before it.
        cross: a factor for the distances within columns.
        turned: the columns whose biases stand outside, on both sides.
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
        self.outer = self._biases()
        self.gaps = [self._gap(column) for column in range(self.count)]
        self.main = [1.0] * self.count
        self.cross = 1.0
        self.turned: set[int] = set()

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
        labels = [edge.label for edge in edges if edge.label]
        longest = max((text_width(label, self.sizes.label) for label in labels), default=0.0)
        before = len(self.cells[column - 1]) if column else 0
        return Gap(edges, before, len(self.cells[column]), longest, len(labels))

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
        """Half the extent of the nodes of a column along the flow."""
        return max(self.main_size(self.boxes[node]) for node in self.cells[column]) / 2

    def reaches(self, column: int) -> tuple[float, float]:
        """How far a column reaches along the flow from its middle, parts and caption included."""
        back = on = 0.0
        for node in self.cells[column]:
            left, up, right, below = self.boxes[node].reach
            back, on = max(back, up if self.down else left), max(on, below if self.down else right)
        if not self.down and self.view.captions:
            caption = text_width(self.view.captions[column], self.sizes.caption) / 2
            back, on = max(back, caption), max(on, caption)
        return back, on

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

    # --- distances -----------------------------------------------------------------------

    def measured(self) -> Measures:
        """The distances of the picture, with room for everything that is asked for."""
        pitches = self._pitches()
        # Taller columns want to be farther apart, and then labels may stand closer to their nodes.
        for _ in range(2):
            distances = self._distances(pitches)
            crowding = [self._crowding(c, pitches, distances[c]) for c in range(1, self.count)]
            factor = max(crowding, default=1.0)
            if factor <= 1.0:
                break
            pitches = [pitch * factor for pitch in pitches]
        distances = self._distances(pitches)
        middles, at = [], 0.0
        for distance in distances:
            at += distance
            middles.append(at)
        lines = [0.0]
        for column in range(1, self.count):
            shift = self._label_line(column, pitches, distances[column])
            lines.append(middles[column - 1] + shift)
        return Measures(pitches, middles, lines)

    def _pitches(self) -> list[float]:
        """The distance of two nodes of each column: all columns are about equally tall."""
        least = [self._least_pitch(nodes) for nodes in self.cells]
        tallest = max(pitch * len(nodes) for pitch, nodes in zip(least, self.cells, strict=True))
        return [
            min(max(pitch, tallest / len(nodes)), pitch * SPREAD)
            for pitch, nodes in zip(least, self.cells, strict=True)
        ]

    def _least_pitch(self, nodes: list[int]) -> float:
        room = max(self.before(node) + self.after(node) for node in nodes)
        size = max(self.cross_size(self.boxes[node]) for node in nodes)
        airy = 1.0 if any(gap.labels for gap in self.gaps) else 0.6
        roomy = size * (1 + airy * min(1.0, ROOMY / len(nodes)))
        return max(room + BETWEEN, roomy) * self.cross

    def _distances(self, pitches: list[float]) -> list[float]:
        """The distance of each column from the one before; that of the first is 0."""
        extent = max(
            pitch * (len(nodes) - 1) + max(self.before(n) + self.after(n) for n in nodes)
            for pitch, nodes in zip(pitches, self.cells, strict=True)
        )
        gaps = max(self.count - 1, 1)
        tall = extent * (min(FLAT, 0.8 / gaps) if self.down else min(TALL, ALL / gaps))
        found = [0.0]
        for column in range(1, self.count):
            gap, half = self.gaps[column], (self.half(column - 1), self.half(column))
            usual = (BELOW, BARE_BELOW) if self.down else (BESIDE, BARE)
            base = sum(half) + usual[0 if gap.labels else 1]
            base = max(base, tall if len(gap.edges) > 1 else 0.0)
            room = self._room(column, pitches, half)
            texts = self.reaches(column - 1)[1] + self.reaches(column)[0] + 20.0
            if self.view.gaps and self.view.gaps[column] and not self.down:
                texts += text_width(self.view.gaps[column], self.sizes.caption) + 20.0
            wide = max(base, min(room, max(WIDEST * base, 0.9 * extent)), texts)
            found.append(wide * self.main[column])
        return found

    def _long(self, column: int) -> float:
        """The extent of the longest label before a column along the flow."""
        return self.sizes.label * 1.2 if self.down else self.gaps[column].longest

    def _even(self, column: int) -> bool:
        """True if labels stand before the first crossing, and not at the usual share."""
        gap = self.gaps[column]
        return gap.even or (self.down and min(gap.sources, gap.targets) > 1)

    def _shares(self, column: int, pitches: list[float]) -> tuple[float, float]:
        """Where edges are equally far apart, and where the first two cross.

        Both are shares of the way from the column of fewer nodes.
        """
        few, many = pitches[column - 1], pitches[column]
        count = self.gaps[column].targets
        if self._backwards(column):
            few, many, count = many, few, self.gaps[column].sources
        return few / (few + count * many), few / (few + (count - 1) * many)

    def _backwards(self, column: int) -> bool:
        """True if the column before has more nodes."""
        return self.gaps[column].sources > self.gaps[column].targets

    def _room(self, column: int, pitches: list[float], half: tuple[float, float]) -> float:
        """The distance at which labels at their place keep off the nodes on both sides."""
        if not self.gaps[column].labels:
            return 0.0
        long = self._long(column)
        if not self._even(column):
            tail, head = half[0] + TAIL + long / 2, half[1] + HEAD + long / 2
            return max(tail / SHARE, head / (1 - SHARE))
        _, first = self._shares(column, pitches)
        near = half[1] + HEAD if self._backwards(column) else half[0] + TAIL
        return (near + long + CLEAR) / first

    def _label_line(self, column: int, pitches: list[float], distance: float) -> float:
        """How far behind the middle of the column before it the labels before a column stand."""
        long = self._long(column) / 2
        least = self.half(column - 1) + TAIL / 2 + long
        most = distance - self.half(column) - HEAD - long
        at = SHARE * distance
        if self._even(column):
            even, first = self._shares(column, pitches)
            at = max(min(even, first - (long + CLEAR) / distance), EARLIEST * even) * distance
            if self._backwards(column):
                at = distance - at
        return max(min(max(at, least), most), (least + most) / 2 if most < least else least)

    def _crowding(self, column: int, pitches: list[float], distance: float) -> float:
        """How many times too close to one another the labels before a column are."""
        gap = self.gaps[column]
        if not gap.labels or not self._even(column):
            return 1.0
        at = self._label_line(column, pitches, distance) / distance
        apart = (1 - at) * pitches[column - 1] if self._backwards(column) else at * pitches[column]
        needed = gap.longest + 10.0 if self.down else LINE * self.sizes.label
        # Many level labels side by side would make a picture that flows down far too wide.
        return needed / apart if not self.down or needed < 2.2 * apart else 1.0

    # --- places --------------------------------------------------------------------------

    def centres(self, measures: Measures) -> tuple[list[float], list[float]]:
        """Both coordinates of every node but biases, which are 0."""
        main, cross = [0.0] * len(self.boxes), [0.0] * len(self.boxes)
        for column, nodes in enumerate(self.cells):
            for order, node in enumerate(nodes):
                main[node] = measures.middles[column]
                cross[node] = (order - (len(nodes) - 1) / 2) * measures.pitches[column]
        return main, cross

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
            step_main = main[self.cells[column][0]] + self.reaches(column)[1]
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
