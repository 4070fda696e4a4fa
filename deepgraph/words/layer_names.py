"""What the hidden layers of a network are called where nobody named them."""

from __future__ import annotations


def hidden_names(count: int) -> list[str]:
    """What the ids of the nodes of each hidden layer begin with.

    One layer is h1, h2, …, a second one g1, g2, …. Of more layers nobody remembers the letters, so
    that h2_1 is the first node of the second, which is drawn with two indices.

    >>> hidden_names(2), hidden_names(3)
    (['h', 'g'], ['h1_', 'h2_', 'h3_'])
    """
    return ["h", "g"][:count] if count <= 2 else [f"h{n}_" for n in range(1, count + 1)]
