"""What tests.support.mutate found: `python -m tests.support.survivors [PART OF A NAME …]`.

It prints for each room how many mutants are killed, how many are listed in equivalent_mutants.txt
because no test can tell, which says the reason, and the rest in the form of that list. A change is
known by its text: of a line that stands twice in a function, an entry means both.
"""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from difflib import unified_diff
from pathlib import Path

MUTANTS = Path("mutants")
MARKS = ("---", "+++", "@@ ")
LISTED = Path(__file__).with_name("equivalent_mutants.txt")

Change = tuple[str, str]
"""A function, and the lines that a mutant takes => what it puts there; a number would not last."""


def plain(name: str) -> str:
    """The function that a mutant changes: `kinks.sweep.Sweep.place`."""
    module, _, function = name.removeprefix("deepgraph.").partition("__mutmut_")[0].rpartition(".")
    if "ǁ" in function:  # stands before and behind the class of a method
        return f"{module}{function.removeprefix('x').replace('ǁ', '.')}"
    return f"{module}.{function.removeprefix('x_')}"


def change(name: str) -> Change:
    """What a mutant is."""
    import libcst
    from mutmut.mutation.diff_apply import read_functions_from_index

    path = Path(*name.rpartition(".")[0].split(".")).with_suffix(".py")
    if not path.exists():
        path = path.with_suffix("") / "__init__.py"
    found = read_functions_from_index(name, path)
    assert found, f"no lines of {name}"
    old, new = (libcst.Module([one]).code.strip().splitlines() for one in found)
    lines = [line for line in unified_diff(old, new, n=0, lineterm="") if line[:3] not in MARKS]
    gone, come = (" / ".join(x[1:].strip() for x in lines if x[0] == sign) for sign in "-+")
    return plain(name), f"{gone} => {come}".strip()


def listed() -> dict[Change, str]:
    """Why no test can tell: a reason, indented below it functions, below them their changes."""
    found: dict[Change, str] = {}
    reason, function = "", ""
    for line in LISTED.read_text("utf-8").splitlines():
        text = line.strip()
        if line.startswith(" " * 8):
            found[function, text] = reason
        elif line.startswith(" " * 4):
            function = text
        elif text:
            reason = text
    return found


def main() -> None:
    known = listed()
    rooms: defaultdict[str, Counter[str]] = defaultdict(Counter)
    survived: defaultdict[str, list[str]] = defaultdict(list)
    for row in (MUTANTS / "results.tsv").read_text("utf-8").splitlines():
        name, state, *_ = row.split("\t")
        rooms[name.split(".")[1]][name] = state == "killed"
    every = {name for counts in rooms.values() for name in counts}
    changes = {name: change(name) for name in sorted(every) if not rooms[name.split(".")[1]][name]}
    for room, counts in sorted(rooms.items()):
        killed = sum(counts.values())
        equivalent = sum(changes[name] in known for name in counts if name in changes)
        print(f"{room}: {len(counts)} mutants, {killed} killed, {equivalent} listed, ", end="")
        print(f"{len(counts) - killed - equivalent} open")
    for name, one in changes.items():
        if one not in known and any(part in name for part in sys.argv[1:] or [""]):
            survived[one[0]].append(one[1])
    for function, kinds in survived.items():
        print(f"    {function}", *kinds, sep="\n        ")
    functions, open_ = {function for function, _ in known}, set(changes.values())
    for name in sorted(every - changes.keys()):
        if plain(name) in functions and (one := change(name)) in known and one not in open_:
            print("listed, and killed:", *one)


if __name__ == "__main__":
    main()
