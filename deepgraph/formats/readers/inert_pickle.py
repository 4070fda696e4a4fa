"""Reads a pickle as mere data: nothing that it names is imported, called or run.

A pickle is a program for a small stack machine. This one interprets it on inert records: a class is
its name, and an object is the name of its class with what the pickle puts into it. Only classes of
a closed list may be named at all; a pickle that names another is refused. The opcodes are those of
the module `pickletools` of Python's library.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any

from deepgraph.errors import FormatError
from deepgraph.formats.readers.pickle_machine import Global, Machine
from deepgraph.formats.readers.pickle_opcodes import OPCODES, STOP

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

MOST_STEPS = 5_000_000
"""The most opcodes that are read; a network of a million weights in arrays takes a few hundred."""


class Unpickler(Machine):
    """Interprets one pickle; the arguments are those of `Machine`."""

    def load(self) -> Any:
        """What the pickle holds; `place` is then behind it.

        Raises:
            FormatError: it is damaged, or names a class that is not on the list.
        """
        try:
            return self._run()
        except FormatError:
            raise
        except (ValueError, TypeError, AttributeError, struct.error) as error:
            raise FormatError(f"a damaged pickle, at byte {self.place:,}: {error}") from None
        except (LookupError, RecursionError, OverflowError):
            raise FormatError(f"a damaged pickle, at byte {self.place:,}") from None

    def _run(self) -> Any:
        for _ in range(MOST_STEPS):
            code = self.take(1)[0]
            if code == STOP:
                return self._stack.pop()
            step = OPCODES.get(code)
            if step is None:
                raise FormatError(f"a damaged pickle: byte {self.place - 1:,} is not an opcode")
            step(self)
        raise FormatError(f"a pickle of more than {MOST_STEPS:,} steps")


def names_in(known: Collection[str]) -> Callable[[Global], bool]:
    """A closed list of names, each a whole one or that of a package with a dot behind: `neat.`."""
    whole = frozenset(name for name in known if not name.endswith("."))
    packages = tuple(name for name in known if name.endswith("."))
    return lambda found: str(found) in whole or f"{found.module}.".startswith(packages)
