from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from deepgraph.embed.cache import Cache

if TYPE_CHECKING:
    from pathlib import Path


def not_again() -> bytes:
    raise AssertionError("made again")


def test_a_result_is_made_once(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "deep" / "er", "tally")
    assert cache.get("a", ".svg", lambda: b"1") == b"1"
    assert cache.get("a", ".svg", not_again) == b"1"
    assert Cache(tmp_path / "deep" / "er", "tally").get("a", ".svg", not_again) == b"1"
    assert cache.get("a", ".pdf", lambda: b"2") == b"2"
    assert cache.get("b", ".svg", lambda: b"3") == b"3"


def test_nothing_is_kept_of_what_cannot_be_made(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "none", "tally")
    with pytest.raises(AssertionError):
        cache.get("a", ".svg", not_again)
    assert cache.get("a", ".svg", lambda: b"1") == b"1"


def test_what_no_page_shows_is_removed(tmp_path: Path) -> None:
    cache = Cache(tmp_path, "tally-2")
    for key in ("a", "b"):
        for suffix in (".light.svg", ".dark.svg"):
            cache.get(key, suffix, lambda: b"")
    (tmp_path / ".b.svg.1.deepgraph.tmp").touch()  # is being written
    (tmp_path / "tally-1").touch()  # of a build that was ended
    cache.prune(["a", "c"])
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        ".b.svg.1.deepgraph.tmp",
        "a.dark.svg",
        "a.light.svg",
    ]


def test_requests_are_counted_not_files(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache", "tally")
    assert cache.counts() == (0, 0)
    for key, suffix in (("a", ".svg"), ("a", ".pdf"), ("b", ".svg"), ("b", ".svg")):
        cache.get(key, suffix, lambda: b"")
    assert cache.counts() == (2, 0)
    cache.get("a", ".svg", not_again)
    cache.get("b", ".svg", not_again)
    cache.get("b", ".new", lambda: b"")
    assert cache.counts() == (1, 1)
    assert cache.counts() == (0, 0)
    assert Cache(tmp_path / "none", "tally").counts() == (0, 0)
