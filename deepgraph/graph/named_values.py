"""New values for parameters by their names: single ones, groups, matrices and vectors."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from deepgraph.errors import InputError
from deepgraph.graph.parameters import spelled
from deepgraph.spec import literals
from deepgraph.words import typed_numbers
from deepgraph.words.messages import article, counted, listed, shown, shown_value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import ArrayLike, NDArray

    from deepgraph.graph.parameters import EdgeKey, Parameters


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
    found = parameters.values.copy()
    given: dict[str | EdgeKey, Any] = {}
    if hasattr(values, "keys"):
        given = {name: values[name] for name in values}
    elif values is not None:
        want = f"{counted(len(parameters), 'value')}, one for each parameter"
        raw = _array(values, found.shape, f"expected {want}, got")
        found = _numbers(raw, np.arange(len(found)), parameters)
    givers: dict[int, str] = {}
    for key, content in (*given.items(), *named.items()):
        numbers = parameters.where(key)
        name = spelled(key)
        raw = _array(content, numbers.shape, f"{_wanted(key, numbers.shape, parameters)}, got")
        new = _numbers(raw, numbers, parameters)
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


def _wanted(key: str | EdgeKey, shape: tuple[int, ...], parameters: Parameters) -> str:
    """What a name takes, for a message."""
    labels = parameters.groups.get(key) if isinstance(key, str) else None
    if not shape:
        want = "one number"
    elif labels:
        want = f"{counted(len(labels), 'number')}, for {listed(labels)}"
    else:
        want = f"shape {shape}"
    return f'"{shown(spelled(key))}" takes {want}'


def _array(content: Any, shape: tuple[int, ...], message: str) -> NDArray[Any]:
    """What was given as an array of floats, integers or objects, of this shape.

    Raises:
        InputError: the shape is another one; the message ends with it.
    """
    if isinstance(content, np.ma.MaskedArray):  # a masked cell is no number, whatever is below
        content = np.ma.filled(content.astype(object), np.nan)
    try:
        raw = np.asarray(content)
        if raw.dtype.kind not in "fiu":
            raw = np.asarray(content, object)  # texts beside numbers stay what they are
    except (TypeError, ValueError, RuntimeError):  # lists of several lengths, odd containers
        got = shown_value(content)
        raise InputError(f"{message} what is no array of numbers: {got}") from None
    if raw.shape != shape:
        raise InputError(f"{message} {f'shape {raw.shape}' if raw.ndim else _one(content)}")
    return raw


def _one(content: Any) -> str:
    """A single thing for a message."""
    if isinstance(content, str):
        return shown_value(content)
    return "one number" if hasattr(content, "__float__") else article(type(content).__name__)


def _numbers(
    raw: NDArray[Any], numbers: NDArray[np.int64], parameters: Parameters
) -> NDArray[np.float64]:
    """The new values of the parameters with these numbers, in their shape.

    NaN and infinity stand for a mistake, unless they are what the parameter has already; `None`
    leaves it uninitialised.

    Raises:
        InputError: one is no finite number.
    """
    whole = raw.dtype.kind in "iu"
    exact = not whole or bool(np.all(np.abs(raw.astype(float)) < literals.LARGEST_INTEGER))
    if raw.dtype.kind in "fiu" and exact:
        found, unset = raw.astype(np.float64), np.zeros(raw.shape, np.bool)
    else:
        cells = list(zip(raw.ravel().tolist(), numbers.ravel().tolist(), strict=True))
        read = [_number(cell, number, parameters) for cell, number in cells]
        found = np.array(read, np.float64).reshape(raw.shape)
        unset = np.array([cell is None for cell, _ in cells], np.bool).reshape(raw.shape)
    old = parameters.values[numbers]
    kept = (found == old) | (np.isnan(found) & (np.isnan(old) | unset))
    strange = numbers[~np.isfinite(found) & ~kept]
    if len(strange):
        value, label = found[numbers == strange[0]][0], parameters.name(int(strange[0]))
        cure = ", and None takes it away" if math.isnan(value) else ""
        raise InputError(f'"{shown(label)}" would be {value:g}; a value is a finite number{cure}')
    return found


def _number(cell: Any, number: int, parameters: Parameters) -> float:
    """One value: a number, a text as `--set` and a spec take it, or `None`."""
    try:
        if cell is None:
            return math.nan
        if not isinstance(cell, str):
            odd = isinstance(cell, float) and not math.isfinite(cell)
            return cell if odd else literals.value(literals.encode(cell))
        if "/" in cell:
            return literals.value(literals.encode(cell))
        found = typed_numbers.number(cell)
        whole = cell.strip().lstrip("+-").isdecimal()
        if whole:
            literals.encode(int(cell))  # refuses what is beyond 2**53
        return found
    except ValueError as error:
        raise InputError(f'"{shown(parameters.name(number))}": {error}') from None


def _same(one: float, other: float) -> bool:
    return one == other or (math.isnan(one) and math.isnan(other))
