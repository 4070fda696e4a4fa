"""The stack machine that a pickle is a program for, on inert records.

A class is its name, and an object is the name of its class with what the pickle puts into it.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from deepgraph.errors import FormatError
from deepgraph.words.messages import in_quotes

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True)
class Global:
    """The name of a class or a function, and nothing more."""

    module: str
    name: str

    def __str__(self) -> str:
        return f"{self.module}.{self.name}"


@dataclass(eq=False)
class Instance:
    """An object: the name of its class, the arguments it was made with, and its state.

    Attributes:
        kind: its class or the function that made it.
        arguments: of the class.
        state: its attributes by name, or whatever else the pickle says.
        entries: of a list or dictionary that it extends.
    """

    kind: Global
    arguments: tuple[Any, ...] = ()
    state: Any = None
    entries: dict[Any, Any] = field(default_factory=dict)
    members: list[Any] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The name of its class without the module."""
        return self.kind.name

    @property
    def attributes(self) -> dict[str, Any]:
        """Its attributes; empty if its state is none."""
        return self.state if isinstance(self.state, dict) else {}


class _Mark:
    """Stands on the stack where a list of arguments begins."""


MARK = _Mark()


def plain_key(key: Any) -> Any:
    """A key of a dictionary, or a member of a set.

    Raises:
        ValueError: it is a tuple of tuples, whose hash a short file can make endless, or a number
            so large that many of its kind have the same hash.
    """
    for part in key if isinstance(key, tuple) else [key]:
        if isinstance(part, int) and abs(part) >= 1 << 60:
            raise ValueError("a key that is a number of more than 60 bits")
    if isinstance(key, tuple) and any(isinstance(part, tuple | frozenset) for part in key):
        raise ValueError("a key of tuples in a tuple")
    return key


class Machine:
    """Interprets one pickle.

    Args:
        content: bytes in which the pickle lies.
        allowed: is true for a name of a class that may be there.
        makers: what stands for a call of a function, by its name; others become an `Instance`.
        persistent: what stands for a persistent id.
        built: is told of every object whose state is complete, with this unpickler, and gives what
            stands for it; `joblib` writes the bytes of an array behind such an object.
        place: where the pickle begins.
    """

    def __init__(
        self,
        content: bytes,
        allowed: Callable[[Global], bool],
        makers: dict[str, Callable[[tuple[Any, ...]], Any]] | None = None,
        persistent: Callable[[Any], Any] | None = None,
        built: Callable[[Machine, Any], Any] | None = None,
        place: int = 0,
    ) -> None:
        self.content = content
        self.place = place
        self._allowed = allowed
        self._makers = makers or {}
        self._persistent = persistent
        self._built = built
        self._stack: list[Any] = []
        self._memo: dict[int, Any] = {}
        self._places: dict[int, list[int]] = {}  # the keys of a remembered value, by its id()

    # --- what the steps use -----------------------------------------------------------------

    def take(self, count: int) -> bytes:
        """The next bytes."""
        end = self.place + count
        if count < 0 or end > len(self.content):
            raise FormatError("the pickle is cut off")
        found = self.content[self.place : end]
        self.place = end
        return found

    def line(self) -> str:
        """The rest of the line."""
        end = self.content.find(b"\n", self.place)
        return self.take(end - self.place + 1)[:-1].decode() if end >= 0 else self.take(-1).decode()

    def number(self, form: str) -> Any:
        """The next number, by its `struct` form."""
        return struct.unpack(form, self.take(struct.calcsize(form)))[0]

    def push(self, value: Any) -> None:
        """Put a value on the stack."""
        self._stack.append(value)

    def pop(self) -> Any:
        """Take a value from the stack."""
        found = self._stack.pop()
        if found is MARK:
            raise ValueError("a mark where a value belongs")
        return found

    def top(self) -> Any:
        """The value on top of the stack."""
        return self._stack[-1]

    def since_mark(self) -> list[Any]:
        """All values since the last mark, which goes with them."""
        for place in range(len(self._stack) - 1, -1, -1):
            if self._stack[place] is MARK:
                found = self._stack[place + 1 :]
                del self._stack[place:]
                return found
        raise ValueError("there is no mark")

    def drop_bytes(self, count: int) -> None:
        """Skip bytes that say nothing."""
        self.take(count)

    def drop(self) -> None:
        """Forget the value or mark on top."""
        self._stack.pop()

    def store(self, key: int) -> None:
        """Remember the value on top."""
        self._memo[key] = self._stack[-1]
        self._places.setdefault(id(self._stack[-1]), []).append(key)

    def store_next(self) -> None:
        """Remember the value on top by the next number."""
        self.store(len(self._memo))

    def fetch(self, key: int) -> None:
        """Push a value that was remembered."""
        self._stack.append(self._memo[key])

    def named(self, module: Any, name: Any) -> Global:
        """The class of a name, if it is on the list."""
        if not isinstance(module, str) or not isinstance(name, str):
            raise ValueError("the name of a class is not a text")
        found = Global(module, name)
        if not self._allowed(found):
            raise FormatError(
                f"the pickle names {in_quotes(str(found))}, which no network of this format needs; "
                "nothing was imported or run"
            )
        return found

    def call(self, function: Any, arguments: Any) -> Any:
        """What stands for a call: nothing is called but the makers of this reader."""
        if not isinstance(function, Global) or not isinstance(arguments, tuple):
            raise ValueError("a call of something that is not a class")
        maker = self._makers.get(str(function))
        return Instance(function, arguments) if maker is None else maker(arguments)

    def build(self, state: Any) -> None:
        """Give the object on top its state."""
        target = self.top()
        if isinstance(target, Instance):
            if isinstance(target.state, dict) and isinstance(state, dict):
                target.state.update(state)
            else:
                target.state = state
            new = target if self._built is None else self._built(self, target)
        elif isinstance(target, dict):
            new = target  # attributes of a dictionary, such as `_metadata` of a state dict
        elif hasattr(target, "with_state"):
            new = target.with_state(state)
        else:
            raise ValueError("a state for something that has none")
        if new is not target:
            self._stack[-1] = new
            for key in self._places.pop(id(target), []):
                if self._memo[key] is target:
                    self._memo[key] = new
                    self._places.setdefault(id(new), []).append(key)

    def persistent(self, key: Any) -> Any:
        """What stands for a persistent id."""
        if self._persistent is None:
            raise ValueError("a persistent id, which this format does not have")
        return self._persistent(key)
