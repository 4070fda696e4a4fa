"""Reads a pickle as mere data: nothing that it names is imported, called or run.

A pickle is a program for a small stack machine. This one interprets it on inert records: a class is
its name, and an object is the name of its class with what the pickle puts into it. Only classes of
a closed list may be named at all; a pickle that names another is refused. The opcodes are those of
the module `pickletools` of Python's library.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from deepgraph.errors import FormatError
from deepgraph.words.messages import in_quotes

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

MOST_STEPS = 5_000_000
"""The most opcodes that are read; a network of a million weights in arrays takes a few hundred."""

MOST_DIGITS = 2000
"""The most bytes of a long integer."""


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

Maker = "Callable[[tuple[Any, ...]], Any]"


class Unpickler:
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
        built: Callable[[Unpickler, Any], Any] | None = None,
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

    def load(self) -> Any:
        """What the pickle holds; `place` is then behind it.

        Raises:
            FormatError: it is damaged, or names a class that is not on the list.
        """
        try:
            return self._run()
        except FormatError:
            raise
        except (IndexError, KeyError, ValueError, TypeError, AttributeError, struct.error) as error:
            raise FormatError(f"a damaged pickle, at byte {self.place:,}: {error}") from None
        except (RecursionError, OverflowError):
            raise FormatError(f"a damaged pickle, at byte {self.place:,}") from None

    def _run(self) -> Any:
        for _ in range(MOST_STEPS):
            code = self.take(1)[0]
            if code == STOP:
                return self._stack.pop()
            step = OPCODES.get(code)
            if step is None:
                raise FormatError(f"a damaged pickle: byte {self.place - 1:,} is no opcode")
            step(self)
        raise FormatError(f"a pickle of more than {MOST_STEPS:,} steps")

    # --- what the steps use -----------------------------------------------------------------

    def take(self, count: int) -> bytes:
        """The next bytes."""
        end = self.place + count
        if count < 0 or end > len(self.content):
            raise FormatError("a pickle that is cut off")
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

    def store_next(self) -> None:
        """Remember the value on top by the next number."""
        self.store(len(self._memo))

    def fetch(self, key: int) -> None:
        """Push a value that was remembered."""
        self._stack.append(self._memo[key])

    def named(self, module: Any, name: Any) -> Global:
        """The class of a name, if it is on the list."""
        if not isinstance(module, str) or not isinstance(name, str):
            raise ValueError("a class whose name is no text")
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
            raise ValueError("a call of something that is no class")
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
            for key, value in self._memo.items():
                if value is target:
                    self._memo[key] = new

    def persistent(self, key: Any) -> Any:
        """What stands for a persistent id."""
        if self._persistent is None:
            raise ValueError("a persistent id, which this format does not have")
        return self._persistent(key)


# --- the opcodes ----------------------------------------------------------------------------------

Step = "Callable[[Unpickler], None]"


def _constant(value: Any) -> Callable[[Unpickler], None]:
    return lambda machine: machine.push(value)


def _number(form: str) -> Callable[[Unpickler], None]:
    return lambda machine: machine.push(machine.number(form))


def _text(form: str) -> Callable[[Unpickler], None]:
    def step(machine: Unpickler) -> None:
        content = machine.take(machine.number(form))
        machine.push(content.decode("utf-8", "surrogatepass"))

    return step


def _old_text(form: str) -> Callable[[Unpickler], None]:
    """A text of Python 2, which may be bytes."""
    return lambda machine: machine.push(machine.take(machine.number(form)).decode("latin1"))


def _bytes(form: str) -> Callable[[Unpickler], None]:
    return lambda machine: machine.push(machine.take(machine.number(form)))


def _long(form: str) -> Callable[[Unpickler], None]:
    def step(machine: Unpickler) -> None:
        count = machine.number(form)
        if count > MOST_DIGITS:
            raise FormatError(f"a pickle with an integer of {count:,} bytes")
        machine.push(int.from_bytes(machine.take(count), "little", signed=True))

    return step


def _integer_line(machine: Unpickler) -> None:
    text = machine.line().rstrip("L")
    if len(text) > MOST_DIGITS:
        raise FormatError("a pickle with an integer of too many digits")
    machine.push({"00": False, "01": True}[text] if text in ("00", "01") else int(text))


def _quoted_line(machine: Unpickler) -> None:
    text = machine.line().strip()
    if len(text) < 2 or text[0] != text[-1] or text[0] not in "'\"":
        raise ValueError("a text without quotes")
    machine.push(text[1:-1])


def _tuple(count: int) -> Callable[[Unpickler], None]:
    def step(machine: Unpickler) -> None:
        found = [machine.pop() for _ in range(count)]
        machine.push(tuple(reversed(found)))

    return step


def _extend(target: Any, members: list[Any]) -> None:
    if isinstance(target, Instance):
        target.members.extend(members)
    elif isinstance(target, list):
        target.extend(members)
    else:
        raise ValueError("members of something that is no list")


def _drop_since_mark(machine: Unpickler) -> None:
    machine.since_mark()


def _append(machine: Unpickler) -> None:
    member = machine.pop()
    _extend(machine.top(), [member])


def _appends(machine: Unpickler) -> None:
    members = machine.since_mark()
    _extend(machine.top(), members)


def _add(machine: Unpickler) -> None:
    members = machine.since_mark()
    if not isinstance(machine.top(), set):
        raise ValueError("members of something that is no set")
    machine.top().update(members)


def _set(target: Any, pairs: list[Any]) -> None:
    entries = dict(zip(pairs[::2], pairs[1::2], strict=True))
    if isinstance(target, Instance):
        target.entries.update(entries)
    elif isinstance(target, dict):
        target.update(entries)
    else:
        raise ValueError("entries of something that is no dictionary")


def _set_item(machine: Unpickler) -> None:
    value, key = machine.pop(), machine.pop()
    _set(machine.top(), [key, value])


def _set_items(machine: Unpickler) -> None:
    pairs = machine.since_mark()
    _set(machine.top(), pairs)


def _dictionary(machine: Unpickler) -> None:
    pairs = machine.since_mark()
    machine.push(dict(zip(pairs[::2], pairs[1::2], strict=True)))


def _reduce(machine: Unpickler) -> None:
    arguments, function = machine.pop(), machine.pop()
    machine.push(machine.call(function, arguments))


def _new_with_names(machine: Unpickler) -> None:
    machine.pop()  # arguments by name, which no class of the list takes
    _reduce(machine)


def _instance(machine: Unpickler) -> None:
    module, name = machine.line(), machine.line()
    arguments = tuple(machine.since_mark())
    machine.push(machine.call(machine.named(module, name), arguments))


def _object(machine: Unpickler) -> None:
    function, *arguments = machine.since_mark()
    machine.push(machine.call(function, tuple(arguments)))


def _global_line(machine: Unpickler) -> None:
    module, name = machine.line(), machine.line()
    machine.push(machine.named(module, name))


def _global_stack(machine: Unpickler) -> None:
    name, module = machine.pop(), machine.pop()
    machine.push(machine.named(module, name))


def _refuse(what: str) -> Callable[[Unpickler], None]:
    def step(_: Unpickler) -> None:
        raise FormatError(f"a pickle with {what}, which is not read")

    return step


STOP = ord(".")

OPCODES: dict[int, Callable[[Unpickler], None]] = {
    # Frames and protocols say nothing about the content.
    0x80: lambda machine: machine.drop_bytes(1),
    0x95: lambda machine: machine.drop_bytes(8),
    # Constants and numbers.
    ord("N"): _constant(None),
    0x88: _constant(True),
    0x89: _constant(False),
    ord("I"): _integer_line,
    ord("L"): _integer_line,
    ord("J"): _number("<i"),
    ord("K"): _number("<B"),
    ord("M"): _number("<H"),
    0x8A: _long("<B"),
    0x8B: _long("<i"),
    ord("F"): lambda machine: machine.push(float(machine.line())),
    ord("G"): _number(">d"),
    # Texts and bytes.
    ord("S"): _quoted_line,
    ord("T"): _old_text("<i"),
    ord("U"): _old_text("<B"),
    ord("V"): lambda machine: machine.push(machine.line()),
    ord("X"): _text("<I"),
    0x8C: _text("<B"),
    0x8D: _text("<Q"),
    ord("B"): _bytes("<I"),
    ord("C"): _bytes("<B"),
    0x8E: _bytes("<Q"),
    0x96: _bytes("<Q"),
    # Tuples, lists, dictionaries and sets.
    ord(")"): _constant(()),
    0x85: _tuple(1),
    0x86: _tuple(2),
    0x87: _tuple(3),
    ord("t"): lambda machine: machine.push(tuple(machine.since_mark())),
    ord("]"): lambda machine: machine.push([]),
    ord("l"): lambda machine: machine.push(machine.since_mark()),
    ord("a"): _append,
    ord("e"): _appends,
    ord("}"): lambda machine: machine.push({}),
    ord("d"): _dictionary,
    ord("s"): _set_item,
    ord("u"): _set_items,
    0x8F: lambda machine: machine.push(set()),
    0x90: _add,
    0x91: lambda machine: machine.push(frozenset(machine.since_mark())),
    # The stack and the memo.
    ord("("): _constant(MARK),
    ord("0"): lambda machine: machine.drop(),
    ord("1"): _drop_since_mark,
    ord("2"): lambda machine: machine.push(machine.top()),
    ord("p"): lambda machine: machine.store(int(machine.line())),
    ord("q"): lambda machine: machine.store(machine.number("<B")),
    ord("r"): lambda machine: machine.store(machine.number("<I")),
    0x94: lambda machine: machine.store_next(),
    ord("g"): lambda machine: machine.fetch(int(machine.line())),
    ord("h"): lambda machine: machine.fetch(machine.number("<B")),
    ord("j"): lambda machine: machine.fetch(machine.number("<I")),
    # Classes and objects.
    ord("c"): _global_line,
    0x93: _global_stack,
    ord("i"): _instance,
    ord("o"): _object,
    ord("R"): _reduce,
    0x81: _reduce,
    0x92: _new_with_names,
    ord("b"): lambda machine: machine.build(machine.pop()),
    ord("P"): lambda machine: machine.push(machine.persistent(machine.line())),
    ord("Q"): lambda machine: machine.push(machine.persistent(machine.pop())),
    # What an array in a file has no need of.
    0x82: _refuse("an extension code"),
    0x83: _refuse("an extension code"),
    0x84: _refuse("an extension code"),
    0x97: _refuse("a buffer outside the file"),
    0x98: _refuse("a buffer outside the file"),
}
"""A step for each opcode but STOP."""


def names_in(known: Collection[str]) -> Callable[[Global], bool]:
    """A closed list of names, each a whole one or that of a package with a dot behind: `neat.`."""
    whole = frozenset(name for name in known if not name.endswith("."))
    packages = tuple(name for name in known if name.endswith("."))
    return lambda found: str(found) in whole or f"{found.module}.".startswith(packages)
