"""The kernels of OpenBLAS, which comes with numpy; they are chosen before numpy is loaded."""

from __future__ import annotations

import os
import sys

VARIABLE = "OPENBLAS_CORETYPE"
AVX512 = frozenset({"avx512f", "avx512dq", "avx512cd", "avx512bw", "avx512vl"})
ZEN_5 = 26
"""Its "cpu family"; earlier ones gain little, since they halve the wide instructions."""


def choose_kernels(cpuinfo: str = "/proc/cpuinfo") -> None:
    """Have OpenBLAS use AVX-512 on an AMD processor that does it at full width.

    The OpenBLAS of numpy's wheels (0.3.31) takes its kernels for AVX2 there. Those for AVX-512 were
    measured 1.8 times as fast. A choice made in the environment stays, and once numpy is loaded it
    is too late. `deepgraph` on the command line calls this; a library should not.
    """
    if VARIABLE in os.environ or "numpy" in sys.modules:
        return
    try:
        with open(cpuinfo, encoding="utf-8") as stream:
            first = stream.read(8192).partition("\n\n")[0]  # the first core
    except OSError:  # not Linux
        return
    fields = dict(line.split(":", 1) for line in first.splitlines() if ":" in line)
    known = {name.strip(): value.strip() for name, value in fields.items()}
    if known.get("vendor_id") != "AuthenticAMD" or int(known.get("cpu family", 0)) < ZEN_5:
        return
    if set(known.get("flags", "").split()) >= AVX512:
        os.environ[VARIABLE] = "SkylakeX"
