"""Random values for uninitialised parameters: reproducible, and independent of edge order.

Each value depends only on the seed, the parameter's name and its fan-in and fan-out. So adding an
edge elsewhere changes nothing, and every platform draws the same values.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, get_args

import numpy as np

from deepgraph.errors import InputError
from deepgraph.options.shared import Method

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from deepgraph.graph.parameters import EdgeKey, Parameters

METHODS: tuple[Method, ...] = get_args(Method)
"""uniform: ±1/√fan_in, as PyTorch's Linear; he: ±√(6/fan_in), He et al. 2015;
xavier: ±√(6/(fan_in + fan_out)), Glorot and Bengio 2010. Biases are always `uniform`."""


def uniform(seed: int, key: str | EdgeKey) -> float:
    """A number in [0, 1) with 53 random bits, made from a seed and a parameter's name.

    >>> uniform(7, "w1") == uniform(7, "w1") != uniform(8, "w1")
    True
    """
    from hashlib import blake2b  # few commands draw values

    parts = [seed, key] if isinstance(key, str) else [seed, *key]
    text = json.dumps(parts, ensure_ascii=False, separators=(",", ":"))
    digest = blake2b(text.encode(), digest_size=8).digest()
    return float((int.from_bytes(digest, "big") >> 11) / 2**53)


def draw(
    parameters: Parameters,
    edges: tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]],
    bias: NDArray[np.bool],
    seed: int,
    method: Method,
) -> NDArray[np.float64]:
    """Draw every missing value.

    A parameter shared by several edges takes the largest fan-in (and fan-out) among them. Bias
    nodes do not count towards a fan-in.

    Args:
        parameters: the parameters of the network.
        edges: source, target and parameter number of every edge; the edges of a value-style bias
            have the number of the bias.
        bias: (nodes,) true for bias nodes.
        seed: any integer.
        method: see `METHODS`.

    Returns:
        (parameters,) all values; drawn ones are rounded to six significant digits.

    Raises:
        InputError: no such method.
    """
    if method not in METHODS:
        raise InputError(f'no method "{method}" of initialisation; known: {", ".join(METHODS)}')
    source, target, number = edges
    nodes = len(bias)
    neural = ~bias[source]
    fans = []
    for ends, node in ((target, target), (source, source)):
        degree = np.bincount(ends[neural], minlength=nodes)
        fan = np.ones(len(parameters), np.int64)
        used = number >= 0
        np.maximum.at(fan, number[used], degree[node[used]])
        fans.append(fan)
    fan_in, fan_out = fans
    is_bias = np.zeros(len(parameters), np.bool)
    is_bias[number[~neural & (number >= 0)]] = True
    limit = 1 / np.sqrt(fan_in)
    if method == "he":
        limit = np.where(is_bias, limit, np.sqrt(6 / fan_in))
    elif method == "xavier":
        limit = np.where(is_bias, limit, np.sqrt(6 / (fan_in + fan_out)))
    values = parameters.values.copy()
    for position in parameters.missing.tolist():
        drawn = (2 * uniform(seed, parameters.key(position)) - 1) * float(limit[position])
        values[position] = float(f"{drawn:.6g}")
    return values
