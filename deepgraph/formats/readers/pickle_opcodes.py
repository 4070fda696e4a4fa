"""The opcodes of pickles as steps of the machine; the module `pickletools` of Python names them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from deepgraph.errors import FormatError
from deepgraph.formats.readers.pickle_machine import MARK, Instance, plain_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from deepgraph.formats.readers.pickle_machine import Machine

MOST_DIGITS = 2000
"""The most bytes of a long integer."""


def _constant(value: Any) -> Callable[[Machine], None]:
    return lambda machine: machine.push(value)


def _number(form: str) -> Callable[[Machine], None]:
    return lambda machine: machine.push(machine.number(form))


def _text(form: str) -> Callable[[Machine], None]:
    def step(machine: Machine) -> None:
        content = machine.take(machine.number(form))
        machine.push(content.decode("utf-8", "surrogatepass"))

    return step


def _old_text(form: str) -> Callable[[Machine], None]:
    """A text of Python 2, which may be bytes."""
    return lambda machine: machine.push(machine.take(machine.number(form)).decode("latin1"))


def _bytes(form: str) -> Callable[[Machine], None]:
    return lambda machine: machine.push(machine.take(machine.number(form)))


def _long(form: str) -> Callable[[Machine], None]:
    def step(machine: Machine) -> None:
        count = machine.number(form)
        if count > MOST_DIGITS:
            raise FormatError(f"a pickle with an integer of {count:,} bytes")
        machine.push(int.from_bytes(machine.take(count), "little", signed=True))

    return step


def _integer_line(machine: Machine) -> None:
    text = machine.line().rstrip("L")
    if len(text) > MOST_DIGITS:
        raise FormatError("a pickle with an integer of too many digits")
    machine.push({"00": False, "01": True}[text] if text in ("00", "01") else int(text))


def _quoted_line(machine: Machine) -> None:
    text = machine.line().strip()
    if len(text) < 2 or text[0] != text[-1] or text[0] not in "'\"":
        raise ValueError("a text without quotes")
    machine.push(text[1:-1])


def _tuple(count: int) -> Callable[[Machine], None]:
    def step(machine: Machine) -> None:
        found = [machine.pop() for _ in range(count)]
        machine.push(tuple(reversed(found)))

    return step


def _extend(target: Any, members: list[Any]) -> None:
    if isinstance(target, Instance):
        target.members.extend(members)
    elif isinstance(target, list):
        target.extend(members)
    else:
        raise ValueError("members of something that is not a list")


def _drop_since_mark(machine: Machine) -> None:
    machine.since_mark()


def _append(machine: Machine) -> None:
    member = machine.pop()
    _extend(machine.top(), [member])


def _appends(machine: Machine) -> None:
    members = machine.since_mark()
    _extend(machine.top(), members)


def _add(machine: Machine) -> None:
    members = machine.since_mark()
    if not isinstance(machine.top(), set):
        raise ValueError("members of something that is not a set")
    machine.top().update(map(plain_key, members))


def _entries(pairs: list[Any]) -> dict[Any, Any]:
    return dict(zip(map(plain_key, pairs[::2]), pairs[1::2], strict=True))


def _set(target: Any, pairs: list[Any]) -> None:
    entries = _entries(pairs)
    if isinstance(target, Instance):
        target.entries.update(entries)
    elif isinstance(target, dict):
        target.update(entries)
    else:
        raise ValueError("entries of something that is not a dictionary")


def _set_item(machine: Machine) -> None:
    value, key = machine.pop(), machine.pop()
    _set(machine.top(), [key, value])


def _set_items(machine: Machine) -> None:
    pairs = machine.since_mark()
    _set(machine.top(), pairs)


def _dictionary(machine: Machine) -> None:
    pairs = machine.since_mark()
    machine.push(_entries(pairs))


def _reduce(machine: Machine) -> None:
    arguments, function = machine.pop(), machine.pop()
    machine.push(machine.call(function, arguments))


def _new_with_names(machine: Machine) -> None:
    machine.pop()  # arguments by name, which no class of the list takes
    _reduce(machine)


def _instance(machine: Machine) -> None:
    module, name = machine.line(), machine.line()
    arguments = tuple(machine.since_mark())
    machine.push(machine.call(machine.named(module, name), arguments))


def _object(machine: Machine) -> None:
    function, *arguments = machine.since_mark()
    machine.push(machine.call(function, tuple(arguments)))


def _global_line(machine: Machine) -> None:
    module, name = machine.line(), machine.line()
    machine.push(machine.named(module, name))


def _global_stack(machine: Machine) -> None:
    name, module = machine.pop(), machine.pop()
    machine.push(machine.named(module, name))


def _refuse(what: str) -> Callable[[Machine], None]:
    def step(_: Machine) -> None:
        raise FormatError(f"a pickle with {what}, which is not read")

    return step


STOP = ord(".")

OPCODES: dict[int, Callable[[Machine], None]] = {
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
    0x91: lambda machine: machine.push(frozenset(map(plain_key, machine.since_mark()))),
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
