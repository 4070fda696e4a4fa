from tests.support.pages import browser  # a fixture, for all modules of the room

__all__ = ["browser"]
