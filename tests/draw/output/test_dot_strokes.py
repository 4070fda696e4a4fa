"""Lines with gaps: what is left of a curve is exactly what lies outside all labels."""

from __future__ import annotations

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from deepgraph.draw.layout.geometry import polyline
from deepgraph.draw.output.dot_strokes import shortened, straight, strokes

LINE = straight(((0.0, 0.0), (300.0, 0.0)))
numbers = st.floats(-200, 200).map(lambda x: round(x, 1))
points = st.tuples(numbers, numbers)
curves = st.integers(1, 3).flatmap(
    lambda n: st.lists(points, min_size=1 + 3 * n, max_size=1 + 3 * n).map(tuple)
)
boxes = st.lists(
    st.tuples(numbers, numbers, st.floats(20, 90), st.floats(15, 40)), min_size=1, max_size=4
)


def test_a_gap_in_a_straight_line() -> None:
    first, second = strokes(LINE, np.array([[100.0, -5, 150, 5], [140, -5, 160, 5]]))
    np.testing.assert_allclose([first[0], first[-1]], [(0, 0), (100, 0)], atol=0.01)
    np.testing.assert_allclose([second[0], second[-1]], [(160, 0), (300, 0)], atol=0.01)


def test_ends_may_be_covered() -> None:
    [piece] = strokes(LINE, np.array([[-10.0, -5, 20, 5], [290, -5, 310, 5]]))
    np.testing.assert_allclose([piece[0], piece[-1]], [(20, 0), (290, 0)], atol=0.01)


def test_nothing_near_and_nothing_left() -> None:
    assert strokes(LINE, np.array([[0.0, 50, 300, 60]])) == [list(LINE)]
    assert strokes(LINE, np.zeros((0, 4))) == [list(LINE)]
    assert strokes(LINE, np.array([[-9.0, -9, 309, 9]])) == [list(LINE)]  # a line has to be there


def test_a_gap_over_the_joint_of_two_curves() -> None:
    bend = (*LINE, (350.0, 0.0), (400.0, 50.0), (400.0, 100.0))
    first, second = strokes(bend, np.array([[280.0, -5, 320, 5]]))
    assert (len(first), len(second)) == (4, 4)
    assert second[-1] == (400.0, 100.0)


def test_an_arrow_head_takes_its_room() -> None:
    assert shortened(LINE, 10.0)[-1] == (290.0, 0.0)


def along(piece: list[tuple[float, float]]) -> np.ndarray:
    """(places, 2) places without long gaps: of a straight piece, `polyline` has the ends alone."""
    places = np.array(polyline(piece, 40))
    start, end = places[:-1], places[1:]
    share = np.linspace(0, 1, 20)[:, None, None]
    return (start + (end - start) * share).reshape(-1, 2)


@example(((0.0, 0.0), (0.0, 0.0), (97.0, 1.0), (-53.0, 0.0)), [(0.0, 0.0, 20.0, 15.0)])
@given(curves, boxes)
def test_pieces_are_what_lies_outside(curve: tuple[tuple[float, float], ...], found: list) -> None:
    grounds = np.array([(x, y, x + wide, y + high) for x, y, wide, high in found])

    def depth(places: np.ndarray) -> np.ndarray:
        """(places,) how far each is inside the ground in which it is deepest."""
        sides = np.concatenate(
            [places[:, None] - grounds[None, :, :2], grounds[None, :, 2:] - places[:, None]], axis=2
        )
        return np.asarray(sides.min(axis=2).max(axis=1))

    pieces = strokes(curve, grounds)
    drawn = np.concatenate([along(piece) for piece in pieces])
    if pieces != [list(curve)]:
        assert depth(drawn).max() < 2.5  # a corner that is cut by less than a step may stay
    whole = polyline(list(curve), 400)
    free = whole[depth(whole) < -3.0]
    for place in free[:: max(len(free) // 40, 1)]:
        assert np.hypot(*(drawn - place).T).min() < 25
