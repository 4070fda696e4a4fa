from tests.support.live_page import browser  # a fixture, for all modules of the room

__all__ = ["browser"]
