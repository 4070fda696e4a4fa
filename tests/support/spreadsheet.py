"""Computes the formulas of a sheet, column by column for all rows at once.

It knows what our formulas use; `tests/formats/writers/test_xlsx.py` holds it to the package
formulas, which computes workbooks as spreadsheet programs do.
"""

from __future__ import annotations

import functools
import math
import re

import numpy as np

_CELL = re.compile(r"\$?\b([A-Z]{1,3})\$?(\d+)\b(?!\()")


def _any_number(function):
    """A function of two operands, as a spreadsheet has it of any number of them."""
    return lambda *operands: functools.reduce(function, operands)


_FUNCTIONS = {
    **{
        "MAX": _any_number(np.maximum),
        "MIN": _any_number(np.minimum),
        "ABS": np.abs,
        "EXP": np.exp,
        "LN": np.log,
    },
    **{"TANH": np.tanh, "SIN": np.sin, "COS": np.cos, "SQRT": np.sqrt, "INT": np.floor},
    **{"SIGN": np.sign, "ATANH": np.arctanh, "IF": np.where, "ISERROR": np.isnan},
    "NORMSDIST": np.vectorize(lambda z: 0.5 * math.erfc(-z / math.sqrt(2))),
}


def values_of(sheet, head, X):
    """The value of each column below the heading row, for rows of inputs in their order."""
    values, given = {}, iter(np.asarray(X, float).T)
    parameters = {f"B{cell.row}": cell.value for cell in sheet["B"] if cell.row > head}
    for cell in sheet[head + 1][3:]:
        if cell.data_type == "f":
            values[cell.column_letter] = _computed(cell.value, parameters, values, head + 1)
        elif cell.value is not None:
            values[cell.column_letter] = next(given)
    return values


def _computed(formula, parameters, values, row):
    def cell(match):
        letters, number = match[1], int(match[2])
        if letters == "B":
            return repr(parameters[f"B{number}"])
        assert number == row, formula
        return f'values["{letters}"]'

    text = _CELL.sub(cell, formula.removeprefix("="))
    text = re.sub(r"(?<![<>])=", "==", text)
    with np.errstate(all="ignore"):
        return np.atleast_1d(eval(text, {"values": values, **_FUNCTIONS}))
