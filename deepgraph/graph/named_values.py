"""New values for parameters by their names: single ones, groups, matrices and vectors."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from deepgraph.errors import InputError
from deepgraph.words.messages import Nearest, counted, listed, shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import ArrayLike, NDArray

    from deepgraph.graph.parameters import Parameters


def changed(
    parameters: Parameters, values: Any, named: Mapping[str, ArrayLike]
) -> NDArray[np.float64]:
    """(parameters,) the values of parameters, some of them replaced.

    Args:
        parameters: the parameters as they are.
        values: all new values, (parameters,); some by name; or `None`.
        named: further ones by name.

    Raises:
        InputError: see `Graph.with_values`.
    """
    given: dict[str, Any] = {}
    if values is None or hasattr(values, "keys"):
        found = parameters.values.copy()
        given = {name: values[name] for name in values} if values is not None else {}
    else:
        found = np.array(values, np.float64)
        if found.shape != parameters.values.shape:
            want = counted(len(parameters), "value")
            raise InputError(f"expected {want}, one for each parameter, got shape {found.shape}")
    givers: dict[int, str] = {}
    for name, content in (*given.items(), *named.items()):
        numbers = numbers_of(parameters, name)
        new = _array(name, content, numbers.shape, parameters)
        for number, value in zip(numbers.ravel().tolist(), new.ravel().tolist(), strict=True):
            other = givers.setdefault(number, name)
            if other != name and not _same(float(found[number]), value):
                label = parameters.name(number)
                raise InputError(
                    f'"{shown(label)}" is {found[number]:g} by "{shown(other)}" and {value:g} by '
                    f'"{shown(name)}"; give one parameter one value'
                )
            found[number] = value
    return found


def numbers_of(parameters: Parameters, name: str) -> NDArray[np.int64]:
    """The parameter numbers that a name means, in its shape.

    Raises:
        InputError: nothing has this name.
    """
    try:
        return parameters.where(name)
    except KeyError:
        known = parameters.names
        nearest = Nearest(known, f"the parameters are {listed(known)}" if known else "")
        raise InputError(f'no parameter or group is named "{shown(name)}"{nearest(name)}') from None


def _array(
    name: str, content: Any, shape: tuple[int, ...], parameters: Parameters
) -> NDArray[np.float64]:
    try:
        new = np.asarray(content, np.float64)
    except (TypeError, ValueError):
        raise InputError(f'"{shown(name)}" is made of numbers, got {content!r}') from None
    if new.shape != shape:
        labels = parameters.groups.get(name)
        if not shape:
            want = "one number"
        elif labels:
            want = f"{counted(len(labels), 'number')}, for {listed(labels)}"
        else:
            want = f"shape {shape}"
        got = f"shape {new.shape}" if new.ndim else "one number"
        raise InputError(f'"{shown(name)}" takes {want}, got {got}')
    return new


def _same(one: float, other: float) -> bool:
    return one == other or (math.isnan(one) and math.isnan(other))
