"""The function from z to a of a node: a row of the table of activations, and what a spec adds."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from deepgraph.functions.activations import IDENTITY, find
from deepgraph.functions.softmax import SOFTMAX, softmax
from deepgraph.functions.written import GAIN
from deepgraph.words.numbers import number_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deepgraph.functions.elementwise import Activation
    from deepgraph.functions.in_place import InPlace
    from deepgraph.functions.recorded import Expression
    from deepgraph.functions.special import Array
    from deepgraph.functions.written import Function

SHOWN = 4
"""Significant digits of a gain in a caption."""


@dataclass(frozen=True)
class NodeFunction:
    """An activation with its parameters: a = f(gain·z), or f(gain·z)·scale + mean.

    Softmax is the one exception to the table: as it spans several nodes, it has no row, and code
    that handles it asks for `row is None`.

    Attributes:
        row: its row of the table; `None` for softmax.
        parameters: the given parameters by name; others have their defaults.
        written: the activation as a spec writes it.
        gain: the factor of z; 1 for softmax.
        rescaled: True if `scale` and `mean` are applied.
        scale: a number, or (nodes, 1) numbers for several nodes of one function. NaN for a function
            of which only the nodes know their constants; see `Graph.activation`.
        mean: likewise.
        texts: the texts of the spec for `scale`, `mean` or parameters, by name.
    """

    row: Activation | None
    parameters: dict[str, float]
    written: Function
    gain: float = 1.0
    rescaled: bool = False
    scale: float | Array = math.nan
    mean: float | Array = math.nan
    texts: Mapping[str, bytes] = field(default_factory=dict)

    @classmethod
    def of(cls, written: Function) -> NodeFunction:
        """The activation that a spec writes as a name or an object."""
        given = {} if isinstance(written, str) else dict(written)
        row = find(str(written if isinstance(written, str) else given.pop("name")))
        if row is None:
            return cls(None, {}, written)
        gain = float(given.pop(GAIN, 1.0))
        return cls(row, {key: float(value) for key, value in given.items()}, written, gain)

    @property
    def name(self) -> str:
        """The name in the table."""
        return SOFTMAX if self.row is None else self.row.name

    @property
    def title(self) -> str:
        """The name of f in a line of arithmetic."""
        return SOFTMAX if self.row is None else self.row.title

    @property
    def caption(self) -> str:
        """The name with its gain: `sigmoid`, or `sigmoid(5z)`.

        >>> NodeFunction.of({"name": "relu", "gain": -2.5}).caption
        'ReLU(−2.5z)'
        """
        if self.gain == 1.0:
            return self.title
        return f"{self.title}({number_text(self.gain, SHOWN)}z)"

    @property
    def is_identity(self) -> bool:
        """True if a is z."""
        return self.row is IDENTITY and self._is_bare

    @property
    def _is_bare(self) -> bool:
        """True if nothing is added to the function of the table."""
        return self.gain == 1.0 and not self.rescaled

    @property
    def settings(self) -> dict[str, float]:
        """The value of every parameter by name, those left out included; without the gain."""
        return {} if self.row is None else self.row.defaults | self.parameters

    @property
    def leak(self) -> float | None:
        """The column `leak` of the row for these parameters; `None` if a is more than f(z)."""
        if self.row is None or self.row.leak is None or not self._is_bare:
            return None
        return self.row.leak(**self.settings)

    @property
    def in_place(self) -> InPlace | None:
        """The column `in_place` of the row; `None` if a is more than f(z)."""
        return None if self.row is None or not self._is_bare else self.row.in_place

    def argument(self, z: Array) -> Array:
        """What f is applied to, gain·z, in the dtype of z."""
        if self.gain == 1.0:
            return z
        with np.errstate(all="ignore"):  # infinity and NaN flow through, as IEEE says
            return self.gain * z

    def __call__(self, z: Array) -> Array:
        """The activation of z; for softmax z is (members, rows)."""
        if self.row is None:
            return softmax(z)
        a = self.row.f(self.argument(z), **self.parameters)
        if not self.rescaled:
            return a
        with np.errstate(all="ignore"):
            return a * self.scale + self.mean

    def recorded(self, z: Expression) -> Expression:
        """The activation of z as an expression, of any function but softmax."""
        assert self.row is not None
        argument = z if self.gain == 1.0 else self.gain * z
        a = self.row.recorded(argument, **self.parameters)
        return a * self.scale + self.mean if self.rescaled else a

    def recorded_derivative(self, z: Expression) -> Expression:
        """∂a/∂z as an expression, of any function but softmax, before it is rescaled."""
        assert self.row is not None
        argument = z if self.gain == 1.0 else self.gain * z
        slope = self.row.recorded_derivative(argument, **self.parameters)
        return slope if self.gain == 1.0 else self.gain * slope

    @property
    def bare(self) -> NodeFunction:
        """The same function, not rescaled."""
        return replace(self, rescaled=False) if self.rescaled else self

    def derivative(self, z: Array) -> Array:
        """∂a/∂z, of any function but softmax."""
        assert self.row is not None
        slope = self.row.derivative(self.argument(z), **self.parameters)
        if self._is_bare:
            return slope
        with np.errstate(all="ignore"):
            slope = self.gain * slope
            return slope * self.scale if self.rescaled else slope
