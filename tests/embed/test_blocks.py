"""Marked blocks: what is a marker, what is an example, and what a page keeps."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepgraph.embed.blocks import MarkedBlock, filled, find

A, B = "<!-- deepgraph: a.json -->", "<!-- /deepgraph -->"
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
        (f"text {A} text\n", ["1: a marker stands on a line of its own"]),
        (f"{A} text\n{B}\n", ["1: a marker stands on a line of its own"]),
        (f"- {A}\n  {B}\n", ["1: a marker stands on a line of its own"]),
        (f"<!-- deepgraph: 'a -->\n{B}\n", ["1: a quote is not closed: 'a"]),
        # An end inside a fence that is never closed is code, so it ends nothing.
        (f"{A}\n```\n{B}\n", ["1: this block has no end; write <!-- /deepgraph --> below it"]),
        (
            f"{B}\n\ntext {A}\n\n{A}\n",
            [
                f"1: {NOTHING}",
                "3: a marker stands on a line of its own",
                "5: this block has no end; write <!-- /deepgraph --> below it",
            ],
        ),
    ],
)
def test_mistakes_are_told_with_their_line(text: str, expected: list[str]) -> None:
    assert mistakes(text) == expected


PIECES = st.sampled_from(
    [A, B, "text", "- item", "> quote", "  ", "```", "~~~", "    code", "<div>", "# head", "a `b"]
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
    once = fill(text, content)
    again, _ = find(once)
    assert [block.words for block in again] == [block.words for block in found]
    assert fill(once, content) == once


def test_our_pages_read_whole() -> None:
    for path in Path(__file__).parents[2].glob("**/*.md"):
        if "node_modules" not in path.parts and ".venv" not in path.parts:
            assert find(path.read_text(encoding="utf-8"))[1] == [], path
