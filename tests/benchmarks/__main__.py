"""`python -m tests.benchmarks`: everything timed in one run, as Markdown.

    pip install -e '.[fast]' --group bench
    python -m tests.benchmarks                  # all cases
    python -m tests.benchmarks tiny dense       # some
    python -m tests.benchmarks -o result.md     # to a file

Variables that hold numpy's OpenBLAS to the code of an older processor are set aside, since the
libraries beside it choose theirs freely; --held keeps them.

A new case is a function that returns a `Case`, named in the `cases()` of its module, and the module
is named here.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from tests.benchmarks import comparing, engines, loading, tables, training
from tests.benchmarks.harness import ROUNDS, machine, run, table

MODULES = (engines, tables, loading, comparing, training)
HOLDING = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")


def main() -> None:
    known = {name: make for module in MODULES for name, make in module.cases().items()}
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("cases", nargs="*", help=f"by default all: {', '.join(known)}")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="medians of so many")
    parser.add_argument("-o", "--output", type=Path, help="where to write the tables")
    parser.add_argument("--held", action="store_true", help=f"keep {' and '.join(HOLDING)}")
    options = parser.parse_args()
    holding = [name for name in HOLDING if name in os.environ]
    if holding and not options.held:  # read when numpy is loaded, which it is by now
        free = {name: text for name, text in os.environ.items() if name not in HOLDING}
        print(f"Set aside: {', '.join(holding)}", file=sys.stderr)
        os.execve(sys.executable, [sys.executable, "-m", "tests.benchmarks", *sys.argv[1:]], free)
    unknown = [name for name in options.cases if name not in known]
    if unknown:
        parser.error(f"no case is named {', '.join(unknown)}; known: {', '.join(known)}")
    if options.rounds < 1:
        parser.error(f"--rounds is 1 or more, got {options.rounds}")
    before = machine()
    results = [run(known[name](), options.rounds) for name in options.cases or known]
    text = f"{table(results)}\n\nMeasured in one run, medians of {options.rounds}: {before}.\n"
    if options.output is None:
        print(text)
    else:
        options.output.write_text(text)


main()
