"""Files as git knows them: in a commit, or staged for the next one."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from deepgraph.errors import FileError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def parted(given: str) -> tuple[str, str] | None:
    """The revision and the path of what is typed as `REV:PATH`; `None` for anything else.

    >>> parted("HEAD~1:specs/xor.json"), parted(":xor.json"), parted("xor.json")
    (('HEAD~1', 'specs/xor.json'), ('', 'xor.json'), None)
    """
    revision, mark, inside = given.partition(":")
    return (revision, inside) if mark and inside and not inside.startswith("//") else None


def is_revision(given: str, folder: Path) -> bool:
    """True for the name of a commit: `HEAD~1`, a branch, a hash."""
    done = _git(["rev-parse", "--verify", "-q", "--end-of-options", f"{given}^{{commit}}"], folder)
    return done is not None and not done.returncode


def content_at(revision: str, inside: str, folder: Path, given: str) -> bytes:
    """The content of a file in a revision.

    Args:
        revision: `HEAD`, a branch, a hash; empty for what is staged.
        inside: the path of the file from the top of the repository, or `./PATH` from the folder.
        folder: in the repository.
        given: what messages call the file.

    Raises:
        FileError: git is missing, or knows no such file.
    """
    if revision.startswith("-"):
        raise FileError(f"{given}: no such file, and no revision begins with a dash")
    done = _git(["cat-file", "blob", f"{revision}:{inside}"], folder)
    if done is None:
        raise FileError(f"{given}: no such file; git, which knows revisions, is missing")
    if not done.returncode:
        return done.stdout
    here = f"{revision}:./{inside}"
    also = None if inside.startswith("./") else _git(["cat-file", "-e", here], folder)
    if also is not None and not also.returncode:
        where = "git takes a path from the top of the repository"
        raise FileError(f"{given}: no such file; {where}, and from this folder it is {here}")
    raise FileError(f"{given}: no such file here, nor in git: {_told(done)}")


def staged(folder: Path, paths: Sequence[str]) -> list[tuple[str | None, str | None]]:
    """The files that the next commit changes, by their paths before and after it.

    Args:
        folder: in the repository.
        paths: files and folders, from there; none for all.

    Returns:
        Pairs of paths from the top of the repository: `None` before for a new file, and after for
        one that is taken out.

    Raises:
        FileError: git is missing, or this is no repository.
    """
    command = ["-c", "diff.relative=false", "diff", "--cached", "-z"]
    done = [_git([*command, "-M", "--name-status"], folder)]
    if paths:
        done.append(_git([*command, "--no-renames", "--name-only", "--", *paths], folder))
    lists = []
    for one in done:
        if one is None:
            raise FileError("git, which knows what is staged, is missing")
        if one.returncode:
            raise FileError(f"nothing is staged here: {_told(one)}")
        lists.append(one.stdout.decode(errors="surrogateescape").split("\0")[:-1])
    asked = set(lists[1]) if paths else None
    found: list[tuple[str | None, str | None]] = []
    parts = iter(lists[0])
    for status in parts:
        former: str | None = next(parts)
        path: str | None = next(parts) if status[0] in "RC" else former
        if status[0] == "A":
            former = None
        elif status[0] == "D":
            path = None
        if asked is None or (path or former) in asked:
            found.append((former, path))
    return found


def _git(arguments: list[str], folder: Path) -> subprocess.CompletedProcess[bytes] | None:
    """What git says; `None` where there is no git."""
    try:
        return subprocess.run(["git", *arguments], cwd=folder, capture_output=True, check=False)
    except OSError:
        return None


def _told(done: subprocess.CompletedProcess[bytes]) -> str:
    """The first line of what git complains about."""
    lines = done.stderr.decode(errors="replace").strip().splitlines() or ["it says nothing"]
    return lines[0].removeprefix("fatal: ")
