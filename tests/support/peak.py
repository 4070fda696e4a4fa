"""`python peak.py COMMAND…`: the most megabytes that a process held, as a line.

What the process itself prints goes nowhere.
"""

from __future__ import annotations

import os
import subprocess
import sys

UNIT = 1 << 20 if sys.platform == "darwin" else 1 << 10
"""Of `ru_maxrss` in a megabyte: bytes on macOS, kilobytes elsewhere."""

if __name__ == "__main__":
    process = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    assert status == 0, status
    print(usage.ru_maxrss / UNIT)
