"""Mutation testing of the mathematics: `python -m tests.support.mutate`, with mutmut installed.

mutmut writes the mutants into the folder mutants/, as pyproject.toml says; it would start pytest
for each of them, which takes seconds. Here the tests are collected once, and each mutant has a fork
of that process, which runs the tests that touch the changed function, the likeliest first, until
one fails. What is known is kept in mutants/, and a second call goes on from there; without that
folder all begins anew. `python -m tests.support.survivors` shows what came of it.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter, defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

TOUCHED, RESULTS = Path("touched.jsonl"), Path("results.tsv")


class Planned(NamedTuple):
    """A test, and the seconds that it takes."""

    seconds: float
    item: pytest.Item


Plan = dict[str, list[Planned]]
"""By the name of a function the tests that call it."""


class Work(NamedTuple):
    """What a fork does; the name is that of the mutant, empty for other work."""

    do: Callable[..., None]
    name: str
    arguments: tuple[Any, ...]


def append(path: Path, row: str) -> None:
    """Add a line by a single write, for several processes write to the file."""
    with path.open("ab", buffering=0) as file:
        file.write(f"{row}\n".encode())


def generate() -> None:
    """The mutants of all modules, all in one tree beside a copy of the tests, which is renewed."""
    from mutmut import __main__ as mutmut

    whole = Path("mutants") / RESULTS  # is made last: without it a start was stopped
    if whole.exists():
        mutmut.copy_also_copy_files()
        return
    shutil.rmtree("mutants", ignore_errors=True)
    Path("mutants").mkdir()
    mutmut.set_mutant_under_test("mutant_generation")
    mutmut.copy_src_dir()
    mutmut.copy_also_copy_files()
    mutmut.setup_source_paths()
    mutmut.create_mutants(os.cpu_count() or 1)
    whole.touch()


def mutants() -> list[str]:
    """The names of all, shuffled: any beginning of the list is a fair sample."""
    metas = sorted(Path("deepgraph").rglob("*.meta"))
    names = [n for m in metas for n in json.loads(m.read_text())["exit_code_by_key"]]
    random.Random(0).shuffle(names)
    return names


def results() -> dict[str, list[str]]:
    """By the name of a mutant: what became of it, the seconds, and the test that told."""
    rows = RESULTS.read_text("utf-8").splitlines() if RESULTS.exists() else []
    return {name: rest for name, *rest in (row.split("\t") for row in rows)}


def end_group(pid: int) -> None:
    """End a fork, if it still runs, and all that it started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)


class Driver:
    """A plugin of pytest that runs the collected tests its own way."""

    def __init__(self, asked: argparse.Namespace) -> None:
        self.asked = asked
        self.failed = False

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self) -> None:
        from hypothesis import Phase, settings

        # A failing example need not be made smaller here, nor be kept.
        phases = (Phase.explicit, Phase.generate)
        kept = settings.get_profile("deepgraph")
        settings.register_profile("mutants", kept, phases=phases, database=None)
        settings.load_profile("mutants")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.failed |= report.failed

    def passes(self, item: pytest.Item, following: pytest.Item | None) -> bool:
        self.failed = False
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        return not self.failed

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        config: Any = session.config  # pytest has no public way to make the folder of all tests now
        config._tmp_path_factory.getbasetemp()
        gc.collect()
        gc.freeze()  # so that forks share the memory
        items = {item.nodeid: item for item in session.items}
        # Both run in forks only: what tests leave in caches would hide a mutant from later ones.
        self.forks([Work(self.touch, "", (n, items)) for n in range(self.asked.jobs)])
        touched = [json.loads(line) for line in TOUCHED.read_text("utf-8").splitlines()]
        plan: Plan = defaultdict(list)
        for seconds, test, functions in sorted(touched):
            for function in functions if test in items else []:
                plan[function].append(Planned(seconds, items[test]))
        known = results()
        self.forks(
            [
                Work(self.attempt, name, (name, plan))
                for name in mutants()
                if any(part in name for part in self.asked.names or [""])
                and (self.asked.again or known.get(name, ["lost"])[0] == "lost")
                and known.get(name, [""])[0] != "killed"
            ]
        )
        return True

    def forks(self, works: list[Work]) -> None:
        """Each piece of work in a process of its own, some at a time."""
        running: dict[int, tuple[str, float]] = {}
        try:
            for work in works:
                while len(running) >= self.asked.jobs:
                    self.end_one(running)
                pid = os.fork()
                if pid == 0:
                    self.in_fork(work)
                running[pid] = work.name, time.monotonic()
            while running:
                self.end_one(running)
        finally:
            for pid in running:
                end_group(pid)

    def end_one(self, running: dict[int, tuple[str, float]]) -> None:
        pid, status = os.wait()
        name, start = running.pop(pid)
        if name and os.WIFSIGNALED(status):
            number = os.WTERMSIG(status)
            # The system ends what takes too much memory by 9, which need not be the mutant's doing.
            state = "lost" if number == signal.SIGKILL else "killed"
            self.note(name, state, start, f"signal {number}")
        if status:
            print(name or "touched tests", status, flush=True)
        end_group(pid)  # it may have started others

    def in_fork(self, work: Work) -> NoReturn:
        failed = 1
        try:
            os.setpgid(0, 0)
            os.dup2(os.open(os.devnull, os.O_RDWR), 1)
            work.do(*work.arguments)
            failed = 0
        finally:
            os._exit(failed)

    def note(self, name: str, state: str, start: float, test: str) -> None:
        append(RESULTS, f"{name}\t{state}\t{time.monotonic() - start:.2f}\t{test}")

    def touch(self, share: int, items: dict[str, pytest.Item]) -> None:
        """Write which functions each test calls, of those tests that pass as they are."""
        from mutmut.mutation import trampoline

        seen: set[str] = set()
        trampoline.record_trampoline_hit = lambda name, caller=None: seen.add(name)
        trampoline.set_mutant_under_test("stats")
        TOUCHED.touch()
        known = {json.loads(line)[1] for line in TOUCHED.read_text("utf-8").splitlines()}
        modules = sorted({item.path for item in items.values()})
        share_of = {path: n % self.asked.jobs for n, path in enumerate(modules)}
        mine = [i for i in items.values() if i.nodeid not in known and share_of[i.path] == share]
        for item, following in zip(mine, [*mine[1:], None], strict=False):
            seen.clear()
            start = time.process_time()
            good = self.passes(item, following)
            seconds = time.process_time() - start
            line = [round(seconds, 4), item.nodeid, sorted(seen) if good else []]
            append(TOUCHED, json.dumps(line))

    def likeliest(self, name: str, plan: Plan) -> list[Planned]:
        """The tests of a mutant: those of its module, of its room, then all, quick ones first."""
        function, module = name.partition("__mutmut_")[0], name.rpartition(".")[0]
        parts = module.split(".")[1:]
        near = "/".join(["tests", *parts[:-1], f"test_{parts[-1]}.py"])
        # What told another mutant of the function, or of the module, often tells this one.
        told = Counter[str]()
        for other, (_, _, test) in results().items():
            if other.startswith(f"{module}."):
                told[test] += 100 if other.startswith(f"{function}__mutmut_") else 1

        def likely(one: Planned) -> tuple[Any, ...]:
            test = one.item.nodeid
            return -told[test], not test.startswith(near), not test.startswith(f"tests/{parts[0]}/")

        found, left = [], self.asked.seconds
        for planned in sorted(plan[function], key=likely):
            left -= planned.seconds
            if left >= 0:
                found.append(planned)
        return found

    def attempt(self, name: str, plan: Plan) -> None:
        from mutmut.mutation import trampoline

        trampoline.set_mutant_under_test(name)
        start = time.monotonic()
        tests = self.likeliest(name, plan)
        items = [item for _, item in tests]
        for (seconds, item), following in zip(tests, [*items[1:], None], strict=False):
            # A loop without an end is a change that shows; the signal ends this process.
            signal.setitimer(signal.ITIMER_PROF, 10 * seconds + 4)
            signal.alarm(int(20 * seconds) + 60)
            if not self.passes(item, following):
                return self.note(name, "killed", start, item.nodeid)
        return self.note(name, "survived" if items else "no tests", start, f"{len(items)} tests")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="parts of names of mutants, instead of all")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument(
        "--seconds", type=float, default=5.0, help="of tests for one mutant, or inf"
    )
    parser.add_argument("--tests", nargs="*", help="folders or modules of tests, instead of all")
    parser.add_argument("--slow", action="store_true", help="the slow tests, too")
    parser.add_argument("--again", action="store_true", help="those that survived, too")
    asked = parser.parse_args()
    if Path.cwd().name != "mutants":
        generate()
        # The tests have to be those of the other tree.
        own = {"CI": "1", "MUTANT_UNDER_TEST": "", "OMP_NUM_THREADS": "1"}
        paths = {"PYTHONPATH": str(Path("mutants").absolute()), "PY_IGNORE_IMPORTMISMATCH": "1"}
        again = [sys.executable, "-m", "tests.support.mutate", *sys.argv[1:]]
        done = subprocess.run(again, check=False, cwd="mutants", env=os.environ | own | paths)
        sys.exit(done.returncode)
    from mutmut.configuration import config

    selection = asked.tests or config().pytest_add_cli_args_test_selection
    arguments = [*config().pytest_add_cli_args, "-s", "-o", "tmp_path_retention_policy=none"]
    if not asked.slow:
        arguments += ["-m", "not slow"]
    sys.exit(pytest.main([*selection, *arguments], plugins=[Driver(asked)]))


if __name__ == "__main__":
    main()
