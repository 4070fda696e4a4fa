"""Networks as a learner computes them: lists and loops, without numpy and without deepgraph."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

Row = Sequence[float]


def sigmoid(z: float) -> float:
    return 1.0 / (1.0 + math.exp(-z))


FUNCTIONS: dict[str, tuple[Callable[[float], float], Callable[[float], float]]] = {
    "sigmoid": (sigmoid, lambda z: sigmoid(z) * (1.0 - sigmoid(z))),
    "tanh": (math.tanh, lambda z: 1.0 - math.tanh(z) ** 2),
    "relu": (lambda z: max(0.0, z), lambda z: float(z > 0)),
    "identity": (lambda z: z, lambda z: 1.0),
}


@dataclass
class Dense:
    """Dense layers, one after the other, with half the squared error as their loss.

    Attributes:
        weights: by layer, for each node a list of one weight for each node before it.
        biases: by layer, one for each node.
        functions: by layer, the name of the activation.
    """

    weights: list[list[list[float]]]
    biases: list[list[float]]
    functions: list[str]

    def forward(self, x: Row) -> tuple[list[list[float]], list[list[float]]]:
        """z and a of each layer; a begins with the inputs."""
        zs, values = [], [list(x)]
        for weights, biases, name in zip(self.weights, self.biases, self.functions, strict=True):
            z = [
                sum(w * a for w, a in zip(row, values[-1], strict=True)) + bias
                for row, bias in zip(weights, biases, strict=True)
            ]
            zs.append(z)
            values.append([FUNCTIONS[name][0](one) for one in z])
        return zs, values

    def loss(self, x: Row, t: Row) -> float:
        outputs = self.forward(x)[1][-1]
        return sum((y - wanted) ** 2 for y, wanted in zip(outputs, t, strict=True)) / 2.0

    def deltas(self, x: Row, t: Row) -> list[list[float]]:
        """The derivative of the loss by z, layer by layer."""
        zs, values = self.forward(x)
        errors = [y - wanted for y, wanted in zip(values[-1], t, strict=True)]
        found: list[list[float]] = []
        for number in reversed(range(len(zs))):
            slope = FUNCTIONS[self.functions[number]][1]
            found.insert(0, [e * slope(z) for e, z in zip(errors, zs[number], strict=True)])
            weights = self.weights[number]
            errors = [
                sum(delta * row[place] for delta, row in zip(found[0], weights, strict=True))
                for place in range(len(weights[0]))
            ]
        return found

    def step(self, rows: list[tuple[Row, Row]], rate: float, *, biases: bool = True) -> None:
        """One step of gradient descent on the mean of some rows."""
        moves = []
        for x, t in rows:
            values, deltas = self.forward(x)[1], self.deltas(x, t)
            moves.append((values, deltas))
        for number in range(len(self.weights)):
            for node, row in enumerate(self.weights[number]):
                for place in range(len(row)):
                    mean = sum(d[number][node] * v[number][place] for v, d in moves) / len(rows)
                    row[place] -= rate * mean
                if biases:
                    mean = sum(d[number][node] for _, d in moves) / len(rows)
                    self.biases[number][node] -= rate * mean


def perceptron(
    rows: list[tuple[Row, float]], start: Row = (0, 0, 0), rate: float = 1, epochs: int = 100
) -> list[tuple[float, ...]]:
    """b, w1, w2 after each row, until an epoch had no error; z = 0 gives 1."""
    b, w1, w2 = start
    found: list[tuple[float, ...]] = []
    for _ in range(epochs):
        wrong = 0
        for (x1, x2), t in rows:
            error = t - (1 if b + w1 * x1 + w2 * x2 >= 0 else 0)
            b, w1, w2 = b + rate * error, w1 + rate * error * x1, w2 + rate * error * x2
            found.append((b, w1, w2))
            wrong += error != 0
        if not wrong:
            return found
    return found
