"""Settings and fixtures of all tests."""

from __future__ import annotations

import os
import signal

from hypothesis import HealthCheck, settings

# What a shell runs in its background ignores SIGINT, and our processes would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)

# Thousands of command lines are run as processes. Where this variable is set, each would compile
# the package once more, which is half of its time.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

settings.register_profile(
    "deepgraph",
    deadline=None,  # a busy machine is no bug
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("deepgraph")
