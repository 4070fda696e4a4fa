"""How Keras spells the names of classes in its files, for what reads and what writes them."""

from __future__ import annotations

import re


def in_file(name: str) -> str:
    """The name of a class as Keras writes it in a file (`to_snake_case` in `keras.src.utils`).

    >>> in_file("BatchNormalization"), in_file("Conv2D"), in_file("LeakyReLU"), in_file("ELU")
    ('batch_normalization', 'conv2d', 'leaky_re_lu', 'elu')
    """
    plain = re.sub(r"\W+", "", name)
    plain = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", plain)
    return re.sub("([a-z])([A-Z])", r"\1_\2", plain).lower()
