"""Timing side by side: every program of a case takes its turn, round after round."""

from __future__ import annotations

import gc
import importlib.metadata
import os
import platform
import statistics
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

ROUNDS = 7


@dataclass
class Program:
    """One program of a case.

    Attributes:
        name: in the table.
        prepare: makes the call that is timed; an ImportError says that a package is missing.
        calls: so many calls make one measurement.
        share: the part of the case's rows that one call does; its time is scaled up.
        ours: whether the others are compared with it.
        held: whether its result is held against that of the first; not that of a bare copy.
    """

    name: str
    prepare: Callable[[], Callable[[], Any]]
    calls: int = 1
    share: float = 1.0
    ours: bool = False
    held: bool = True


@dataclass
class Case:
    """One piece of work that several programs do.

    Attributes:
        work: what is done, for the table.
        programs: ours first.
        tolerance: by how much results may differ, as a share of the largest; `None` for programs
            whose results are not compared.
        remark: made of the medians by name, a line under the table.
    """

    work: str
    programs: list[Program]
    tolerance: float | None = 1e-4
    remark: Callable[[dict[str, float]], str] | None = None


@dataclass
class Result:
    """The result of a case: medians in seconds by program, and the programs that are missing."""

    case: Case
    medians: dict[str, float] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)


def run(case: Case, rounds: int = ROUNDS) -> Result:
    """Prepare all programs, hold their results together, and time them in turn."""
    result = Result(case)
    calls = {}
    for program in case.programs:
        try:
            calls[program.name] = program.prepare()
        except ImportError as error:
            result.missing[program.name] = str(error.name or error)
    expected = None
    for program in case.programs:
        if program.name not in calls:
            continue
        found = calls[program.name]()  # also warms it up
        if case.tolerance is None or not program.held:
            continue
        found = np.asarray(found, np.float64).reshape(-1)
        if expected is None:
            expected = found
        part = expected[: len(found)]
        error = np.abs(found - part).max() / np.abs(part).max()
        assert error <= case.tolerance, f"{case.work}: {program.name} differs by {error:.2g}"
    times: dict[str, list[float]] = {name: [] for name in calls}
    gc.collect()
    gc.disable()
    try:
        for _ in range(rounds):
            for program in case.programs:
                if program.name not in calls:
                    continue
                call = calls[program.name]
                begin = time.perf_counter()
                for _ in range(program.calls):
                    call()
                passed = time.perf_counter() - begin
                times[program.name].append(passed / program.calls / program.share)
    finally:
        gc.enable()
    result.medians = {name: statistics.median(series) for name, series in times.items()}
    return result


def table(results: list[Result]) -> str:
    """Markdown: a table for each case, the ratios by ours."""
    return "\n\n".join(_table(result) for result in results)


def _table(result: Result) -> str:
    ours = [p.name for p in result.case.programs if p.ours and p.name in result.medians]
    lines = [
        f"### {result.case.work}",
        "",
        "| program | time | " + " | ".join(f"{name} is faster by" for name in ours) + " |",
        "|---|---:|" + "---:|" * len(ours),
    ]
    for program in result.case.programs:
        if program.name in result.missing:
            cells = [f"{result.missing[program.name]} is not installed", *[""] * len(ours)]
        else:
            median = result.medians[program.name]
            ratios = [f"{median / result.medians[name]:.2f} ×" for name in ours]
            note = "" if program.share == 1 else f" (from {program.share:.3g} of the rows)"
            cells = [duration(median) + note, *ratios]
        lines.append(f"| {program.name} | " + " | ".join(cells) + " |")
    if result.case.remark is not None:
        lines += ["", result.case.remark(result.medians)]
    return "\n".join(lines)


def duration(seconds: float) -> str:
    """Three digits and a unit.

    >>> duration(0.0123456)
    '12.3 ms'
    """
    for size, unit in ((1, "s"), (1e-3, "ms"), (1e-6, "µs")):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds * 1e9:.3g} ns"


def environment() -> dict[str, str]:
    """For a process that is measured: modules are compiled once, as in an installation."""
    return {key: text for key, text in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}


def _kernels() -> str:
    from threadpoolctl import threadpool_info

    found = [one["architecture"] for one in threadpool_info() if "numpy" in one["filepath"]]
    chosen = " (by OPENBLAS_CORETYPE)" if "OPENBLAS_CORETYPE" in os.environ else ""
    return found[0] + chosen if found else "unknown"


def machine() -> str:
    """The processor, its load, and the versions that matter."""
    model = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        names = [line for line in info.read_text().splitlines() if line.startswith("model name")]
        model = names[0].partition(":")[2].strip() if names else model
    packages = (
        "numpy",
        "numba",
        "onnxruntime",
        "torch",
        "scipy",
        "scikit-learn",
        "neat-python",
        "polars",
        "pyarrow",
        "networkx",
    )
    versions = []
    for name in packages:
        try:
            versions.append(f"{name} {importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError:
            versions.append(f"no {name}")
    versions.append(f"OpenBLAS kernels {_kernels()}")
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return (
        f"{model}, {os.cpu_count()} cores{load}; {platform.system()}, "
        f"Python {platform.python_version()}; {', '.join(versions)}"
    )
