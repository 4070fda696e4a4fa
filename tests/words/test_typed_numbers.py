"""Texts that people and programs write instead of numbers, and the messages about them."""

from __future__ import annotations

import pytest

from deepgraph.words import typed_numbers
from deepgraph.words.messages import shown

FILL = "a missing value has to be filled in"
DATE = "it looks like a date; make a number of it first, such as days since the first one"
TIME = "it looks like a time; make a number of it first, such as seconds"
FORMULA = "it is an error of a spreadsheet's formula"
THOUSANDS = "write nothing between the thousands: "

HINTS = {
    FILL: ["NA", "n/a", "N/A", "#N/A", "NULL", "None", "-", "--", "?", "...", "missing"],
    DATE: ["2024-02-29", "2024-02-29T12:00:00Z", "29.2.2024", "2/29/2024", "1/2/20"],
    TIME: ["12:30", "12:30:05.5", "1:30 pm"],
    FORMULA: ["#DIV/0!", "#REF!", "#VALUE!"],
    "write 1": ["true", "TRUE", "yes"],
    "write 0": ["False", "no"],
    "write it as a decimal: 0.5": ["1/2", " 1 / 2 "],
    "it divides by zero": ["1/0"],
    "write it as a decimal: 16": ["0x10"],
    "write it as a decimal: 8.0": ["0x1p3", "0X1.0P+3", "0x8.0"],
    "write it as a decimal: 5": ["0b101", "0B101"],
    "write it as a decimal: 8": ["0o10"],
    "it looks like a comment; remove the line": ["# a comment", "#"],
    "write a decimal point: 1.5": ["1,5"],
    "write a decimal point: -0.25": ["-0,25"],
    "write 1000 if the comma parts thousands, 1.000 if it parts decimals": ["1,000"],
    THOUSANDS + "1000": ["1 000", "1\xa0000", "1\u202f000", "1'000", "1_000"],
    THOUSANDS + "1000000": ["1,000,000", "1.000.000"],
    THOUSANDS + "1000.5": ["1 000.5", "1,000.5"],
    "write nothing between the thousands, and a decimal point: 1000.5": ["1.000,5"],
    "write 5, or 0.05, without the sign": ["5%", "5 %"],
    "write 5, without the currency": ["$5", "5 €", "5 EUR"],
    "write -5": ["(5)"],
    "write 1e5": ["1d5"],
    "write a plain minus sign: -1": ["−1", "–1"],
    "write 1.5, without the unit": ["1.5 cm", "1.5kg", "1.5f"],
    "write it with the digits 0 to 9": ["١", "１２"],
    "": ["two", "1e", "--1", "1.2.3", "1 2", "½", "1" * 50 + "," + "5" * 50],
}


@pytest.mark.parametrize(("hint", "texts"), HINTS.items())
def test_what_is_no_number_says_what_to_write(hint, texts):
    for text in texts:
        with pytest.raises(ValueError, match="is not a number") as caught:
            typed_numbers.number(text)
        end = f"is not a number; {hint}" if hint else "is not a number"
        assert str(caught.value) == f"{shown(text)!r} {end}"


def test_what_is_told_to_be_written_is_a_number():
    told = [hint.rpartition(": ")[2] for hint in HINTS if hint.startswith("write") and ":" in hint]
    found = sorted(typed_numbers.number(text) for text in told)
    assert found == [-1, -0.25, 0.5, 1.5, 5, 8, 8, 16, 1000, 1000.5, 1000.5, 1000000]
