"""Marked blocks: what is a marker, what is an example, and what a page keeps."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepgraph.embed.blocks import MarkedBlock, filled, find

A, B = "<!-- deepgraph: a.json -->", "<!-- /deepgraph -->"
V, W = "<!-- deepgraph: value a.json y -->", "<!-- deepgraph: value a.json z x=1 -->"
ALONE = (
    "a marker stands on a line of its own; for one number in a sentence write "
    "<!-- deepgraph: value SPEC NODE … -->"
)
NOTHING = f"{B} ends nothing: above it, a block starts with <!-- deepgraph: SPEC … -->"


def only(text: str) -> MarkedBlock:
    found, wrong = find(text)
    assert wrong == []
    (block,) = found
    return block


def fill(text: str, content: str) -> str:
    found, wrong = find(text)
    assert wrong == []
    return filled(text, [(block, content) for block in found])


def mistakes(text: str) -> list[str]:
    return [f"{mistake.line}: {mistake.message}" for mistake in find(text)[1]]


def test_a_block_is_what_stands_between_its_markers() -> None:
    text = f"# Title\n\n{A}\nold\n{B}\n\nafter"
    block = only(text)
    assert (block.line, block.words) == (3, ("a.json",))
    assert text[block.start : block.stop] == "old\n"
    assert fill(text, "new\n") == f"# Title\n\n{A}\n\nnew\n\n{B}\n\nafter"


def test_words_are_split_as_a_shell_splits_them() -> None:
    text = f"""<!-- deepgraph:explain "my net.json"
     --set 'x 1=0.5' -->\n{B}"""
    assert only(text).words == ("explain", "my net.json", "--set", "x 1=0.5")


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["", "\n", "\n\n\n", "\x0c \x85 \u2028\n"])
def test_every_other_character_stays(newline: str, mark: str, end: str) -> None:
    before = f"tab\there \x0b\n* a  \n\n```\n{A}\n```\n\n"
    text = mark + f"{before}{A}\nold\n{B}{end}".replace("\n", newline)
    expected = mark + f"{before}{A}\n\nnew\n\ntwo\n\n{B}{end}".replace("\n", newline)
    assert fill(text, "new\n\ntwo") == expected
    assert fill(expected, "new\n\ntwo") == expected


def test_blocks_in_lists_and_quotations_keep_their_prefix() -> None:
    text = f"- item\n\n  {A}\n  {B}\n\n> {A}\n> {B}\n"
    assert fill(text, "one\n\ntwo") == (
        f"- item\n\n  {A}\n\n  one\n\n  two\n\n  {B}\n\n> {A}\n>\n> one\n>\n> two\n>\n> {B}\n"
    )


def test_a_block_inside_html_is_one() -> None:
    text = f'<div align="center">\n{A}\n{B}\n</div>\n'
    assert fill(text, "new") == f'<div align="center">\n{A}\n\nnew\n\n{B}\n</div>\n'


@pytest.mark.parametrize(
    "example",
    [
        f"```\n{A}\n```\n",
        f"````md\n```\n{A}\n```\n{B}\n````\n",
        f"~~~\n{A}\n",
        f"    {A}\n    {B}\n",
        f"Write `{A}` and `{B}`.\n",
        f"``` {A} ```\n",
        f"<!-- an example: {A}\n",
        "<!-- deepgraph is a tool -->\n",
        "<!-- /deepgraph: no -->\n",
        f"- a\n\n  ```\n  {A}\n  ```\n",
        f"| a |\n|---|\n| `{A}` |\n",
    ],
)
def test_an_example_is_no_block(example: str) -> None:
    assert find(example) == ([], [])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{A}\ntext\n", ["1: this block has no end; write <!-- /deepgraph --> below it"]),
        (
            f"\n{B}\n",
            [f"2: {NOTHING}"],
        ),
        (
            f"{A}\n\n{A}\n{B}\n",
            ["3: the block of line 1 is still open; end it first: <!-- /deepgraph -->"],
        ),
        (f"text {A} text\n", [f"1: {ALONE}"]),
        (f"{A} text\n{B}\n", [f"1: {ALONE}"]),
        (f"- {A}\n  {B}\n", [f"1: {ALONE}"]),
        (f"<!-- deepgraph: 'a -->\n{B}\n", ["1: a quote is not closed: 'a"]),
        # An end inside a fence that is never closed is code, so it ends nothing.
        (f"{A}\n```\n{B}\n", ["1: this block has no end; write <!-- /deepgraph --> below it"]),
        (
            f"{B}\n\ntext {A}\n\n{A}\n",
            [
                f"1: {NOTHING}",
                f"3: {ALONE}",
                "5: this block has no end; write <!-- /deepgraph --> below it",
            ],
        ),
    ],
)
def test_mistakes_are_told_with_their_line(text: str, expected: list[str]) -> None:
    assert mistakes(text) == expected


# --- a number in a sentence ----------------------------------------------------------------------


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_number_stands_in_a_sentence(newline: str) -> None:
    text = f"Then *y* is {V}0.5{B}, and{newline}z is {W}{B} `{V}`.{newline}"
    assert fill(text, "0.25") == text.replace("0.5", "0.25").replace(f"{W}{B}", f"{W}0.25{B}")


@pytest.mark.parametrize(
    "text",
    [
        f"- item {V}1{B}\n- {V}1{B} more\n",
        f"> quoted {V}1{B}\n",
        f"# Head {V}1{B}\n",
        f"| a | b |\n|---|---|\n| x | {V}1{B} |\n| {V}1{B} | {W}1{B} |\n",
        f"{V}1{B} begins a line, which Markdown takes for HTML\n",
        f"**{V}1{B}** and [a {V}1{B}](b.md)\n",
        f"`{V}1{B}` is written `` {V} `` and gives {V}1{B}\n",
        f"{A}\n\n1\n\n{B}\n\nThe block above, and {V}1{B} here.\n",
    ],
)
def test_wherever_a_text_stands(text: str) -> None:
    found, wrong = find(text)
    assert wrong == []
    inline = [block for block in found if block.inline]
    assert [text[block.start : block.stop] for block in inline] == ["1"] * len(inline)
    assert inline
    assert fill(text, "1") == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"y is {V}0.5.\n", ["1: this block has no end; write <!-- /deepgraph --> below it"]),
        (f"y is 0.5{B}.\n", [f"1: {ALONE}"]),
        (f"y is {A}0.5{B}.\n", [f"1: {ALONE}"]),
        (
            f"y is {V}0.5 {W}1{B}\n",
            ["1: the block of line 1 is still open; end it first: <!-- /deepgraph -->"],
        ),
    ],
)
def test_mistakes_in_a_sentence_are_told_once(text: str, expected: list[str]) -> None:
    assert mistakes(text) == expected


# --- any page ------------------------------------------------------------------------------------

PIECES = st.sampled_from(
    [
        *(A, B, f"a {V}1{B} b", "text", "- item", "> quote", "  "),
        *("```", "~~~", "    code", "<div>", "# head", "a `b"),
    ]
)


@given(
    st.lists(PIECES, max_size=12),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from(
        ["x", "| a |\n|---|\n| b |", "```mermaid\na --> b\n```", "<picture>\n</picture>"]
    ),
)
def test_a_page_that_is_filled_is_filled(lines: list[str], newline: str, content: str) -> None:
    text = newline.join(lines)
    found, wrong = find(text)
    if wrong:
        return
    once = filled(text, [(block, "0.5" if block.inline else content) for block in found])
    again, _ = find(once)
    assert [block.words for block in again] == [block.words for block in found]
    assert filled(once, [(b, "0.5" if b.inline else content) for b in again]) == once


CUT = (
    "a number at the start of a line cuts the paragraph, since Markdown takes the line for HTML; "
    "move a word of the sentence in front of it"
)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (f"The output is\n{V}1{B}, and", [2]),
        (f"{V}1{B} is the output,\nand", [1]),
        (f"> The output is\n> {V}1{B}.", [2]),
        (f"- The output is\n  {V}1{B}.", [2]),
        (f"The output is\n{V}1{B}, and\n{W}2{B}.", [2]),
        (f"> The output is\n{V}1{B}.", [2]),
        (f"- The output is\n{V}1{B}.", [2]),
        (f"> 1. The output is\n{V}1{B}.", [2]),
        (f"> {V}1{B} is the output,\nand", [1]),
        (f"- {V}1{B} is the output,\nand", [1]),
        (f"- The output is\n- {V}1{B}.", []),
        (f"- {V}1{B} is the output.\n- And", []),
        (f"> The output is\n\n{V}1{B}.", []),
        (f"{V}1{B}", []),
        (f"Text\n\n{V}1{B} is the output.\n\n# Title", []),
        (f"{V}1{B} is the output.\n# Title", []),
        (f"The output is {V}1{B}, and\nthe other {W}2{B}.", []),
        (f"<table>\n<td>\n{V}1{B}\n</td>\n</table>", []),
        (f"{A}\nold\n{B}\nafter", []),
    ],
)
def test_a_number_does_not_cut_a_sentence(text: str, lines: list[int]) -> None:
    assert mistakes(text) == [f"{line}: {CUT}" for line in lines]


def test_our_pages_read_whole() -> None:
    for path in Path(__file__).parents[2].glob("**/*.md"):
        if "node_modules" not in path.parts and ".venv" not in path.parts:
            assert find(path.read_text(encoding="utf-8"))[1] == [], path
