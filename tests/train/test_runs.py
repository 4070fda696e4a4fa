"""The places that hold a derivative on the way back: the first is written, others are added."""

from __future__ import annotations

import numpy as np

from deepgraph.train.runs import Sent


def test_the_first_derivative_of_a_place_is_written_and_needs_no_zero():
    sent = Sent(5)
    assert sent.write(slice(0, 2))
    assert not sent.write(slice(1, 3))  # place 1 holds one, so both are added, to a zero at 2
    sent.add(np.array([0, 4]))
    assert sent.zero.tolist() == [False, False, True, False, True]
    assert sent.written.tolist() == [True, True, True, False, True]
