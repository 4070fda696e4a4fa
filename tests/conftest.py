"""What all tests share."""

from __future__ import annotations

import signal

from hypothesis import HealthCheck, settings

# A shell starts what runs in its background with SIGINT ignored; our processes would inherit it.
signal.signal(signal.SIGINT, signal.default_int_handler)

settings.register_profile(
    "deepgraph",
    deadline=None,  # a busy machine is no bug
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("deepgraph")
