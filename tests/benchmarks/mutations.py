"""200 ways to break a spec of 1,000,000 edges: each is answered within 10 s and 2 GB.

By hand: `python -m tests.benchmarks.mutations [NAME…]`. Each mutation is written to a file and
given to `deepgraph validate` as a process of its own; the slowest and the largest are printed, and
every one that is over a limit, that ends with a traceback, or that is not told in few words.
"""

from __future__ import annotations

import os
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.support.large_spec import spec

if TYPE_CHECKING:
    from collections.abc import Callable

SECONDS, MEGABYTES, LONGEST_ANSWER = 10, 2000, 20_000
"""The limits; a process that is four times too slow is ended."""
COUNT = 200

Mutation = tuple[str, "Callable[[random.Random, bytes], bytes]"]


# --- a few bytes --------------------------------------------------------------------------------

INSERTED = (
    *(b"{", b"}", b"[", b"]", b",", b":", b'"', b"\\", b"0", b"-", b"\0", b"\xff", b"\xc3", b"\n"),
    *(b"NaN", b"Infinity", b"\\ud800", b"//", b"null", b'"a": 1,', b"\xef\xbb\xbf", b"1e400"),
)


def deleted(rng: random.Random, text: bytes) -> bytes:
    at = rng.randrange(len(text))
    return text[:at] + text[at + rng.choice((1, 1, 2, 10, 100, 10_000)) :]


def inserted(rng: random.Random, text: bytes) -> bytes:
    at = rng.randrange(len(text))
    return text[:at] + rng.choice(INSERTED) + text[at:]


def replaced(rng: random.Random, text: bytes) -> bytes:
    at = rng.randrange(len(text))
    piece = rng.choice(INSERTED)
    return text[:at] + piece + text[at + len(piece) :]


def repeated(rng: random.Random, text: bytes) -> bytes:
    at, length = rng.randrange(len(text)), rng.choice((1, 10, 97, 1000, 100_000))
    return text[:at] + text[at : at + length] + text[at:]


def truncated(rng: random.Random, text: bytes) -> bytes:
    return text[: rng.randrange(len(text))]


def scattered(rng: random.Random, text: bytes) -> bytes:
    content = bytearray(text)
    for _ in range(rng.choice((10, 1000, 100_000))):
        content[rng.randrange(len(content))] = rng.randrange(256)
    return bytes(content)


BYTES = (deleted, inserted, replaced, repeated, truncated, scattered)


# --- the same mistake once, here and there, everywhere -------------------------------------------


def edges_with(pattern: bytes, by: bytes, share: float) -> Callable[[random.Random, bytes], bytes]:
    """A change of some edges; `{n}` in it is a number of their own."""

    def mutate(rng: random.Random, text: bytes) -> bytes:
        lines = text.split(b"\n")
        first = lines.index(b'"edges": [') + 1
        chosen = range(first, len(lines) - 2)
        if share < 1:
            chosen = rng.sample(chosen, max(1, int(share * len(chosen))))
        compiled = re.compile(pattern)
        for number in chosen:
            lines[number] = compiled.sub(by.replace(b"{n}", b"%d" % number), lines[number], count=1)
        return b"\n".join(lines)

    return mutate


LABEL, WEIGHT, SOURCE, TARGET = (
    rb'"label": "[^"]*"', rb'"weight": [^}]*', rb'"source": "[^"]*"', rb'"target": "[^"]*"'
)  # fmt: skip
EDGES = {
    "key twice": (LABEL, rb'"label": "a{n}", "label": "b{n}"'),
    "unknown key": (LABEL, rb'"lable{n}": 1'),
    "no source": (SOURCE + rb", ", b""),
    "dangling": (TARGET, rb'"target": "q{n}"'),
    "source is a number": (SOURCE, rb'"source": {n}'),
    "label is an object": (LABEL, rb'"label": {"a": [{n}]}'),
    "weight is a text": (WEIGHT, rb'"weight": "x{n}"'),
    "weight is NaN": (WEIGHT, rb'"weight": NaN'),
    "weight is null": (WEIGHT, rb'"weight": null'),
    "weight is a fraction": (WEIGHT, rb'"weight": "{n}/7"'),
    "weight is n/0": (WEIGHT, rb'"weight": "{n}/0"'),
    "weight is a list": (WEIGHT, rb'"weight": [[{n}]]'),
    "weight is too large": (WEIGHT, rb'"weight": 1e40{n}'),
    "integer beyond 2**53": (WEIGHT, rb'"weight": 9007199{n}254740993'),
    "integer of 5,000 digits": (WEIGHT, b'"weight": ' + b"9" * 90),
    "one label, many weights": (LABEL, rb'"label": "w"'),
    "labels empty": (LABEL, rb'"label": ""'),
    "labels are ids": (LABEL + b"", rb'"label": "n01_0001"'),
    "labels with escapes": (LABEL, rb'"label": "\\u00fc{n}"'),
    "labels with colons": (LABEL, rb'"label": "a:{n}"'),
    "labels gone": (LABEL + rb", ", b""),
    "frozen": (WEIGHT, rb'"weight": 1, "trainable": false'),
    "frozen wires": (LABEL + rb", " + WEIGHT, rb'"trainable": false'),
    "into an input": (TARGET, rb'"target": "n00_0001"'),
    "out of an output": (SOURCE, rb'"source": "n10_0001"'),
    "one edge again and again": (
        SOURCE + b", " + TARGET,
        rb'"source": "n00_0001", "target": "n01_0001"',
    ),
    "half characters": (LABEL, rb'"label": "\\ud800{n}"'),
    "control characters": (LABEL, b'"label": "\x01{n}"'),
    "long notes": (WEIGHT, b'"weight": 1, "note": "' + b"n" * 200 + b'"'),
}


# --- the whole file -----------------------------------------------------------------------------


def nodes_with(pattern: bytes, by: bytes) -> Callable[[random.Random, bytes], bytes]:
    def mutate(_: random.Random, text: bytes) -> bytes:
        place = text.index(b'"edges"')
        counter = iter(range(10**9))
        change = re.compile(pattern)
        return (
            change.sub(lambda _: by.replace(b"{n}", b"%d" % next(counter)), text[:place])
            + text[place:]
        )

    return mutate


def beside(part: Callable[[], bytes]) -> Callable[[random.Random, bytes], bytes]:
    """The file with another key."""
    return lambda _, text: text.rstrip()[:-1] + b",\n" + part() + b"}\n"


def many(count: int, item: str, opening: str = "[", closing: str = "]") -> bytes:
    return (opening + ",\n".join(item.format(n=n) for n in range(count)) + closing).encode()


def layers(
    inputs: int, outputs: int, entry: str, rows: int = 0
) -> Callable[[random.Random, bytes], bytes]:
    """The file with a dense layer, and its matrix if it has rows."""
    sizes = f'"layers": [{{"id": "a", "size": {inputs}}}, {{"id": "b", "size": {outputs}, '
    matrix = f"[{','.join([entry] * inputs)}]".replace("{", "{{") if rows else ""
    return beside(
        lambda: (
            (sizes + '"weights": "W", "bias": null}], "parameters": {').encode()
            + (b'"W": ' + many(rows, matrix) if rows else b"")
            + b"}"
        )
    )


def deep(opening: bytes, closing: bytes, depth: int = 200_000) -> bytes:
    return opening * depth + b"1" + closing * depth


def chain(_: random.Random, text: bytes) -> bytes:
    """A million nodes, each fed by the one before; the last feeds the first hidden one."""
    nodes = many(1_000_000, '{{"id": "c{n}"}}', "", "")
    edges = ",\n".join(
        f'{{"source": "c{n}", "target": "c{n + 1}"}}' for n in range(999_999)
    ).encode()
    return (
        b'{"deepgraph": 1, "nodes": [{"id": "x", "kind": "input"},\n' + nodes
        + b'], "edges": [{"source": "x", "target": "c0"},\n' + edges
        + b',\n{"source": "c999999", "target": "c1"}]}'
    )  # fmt: skip


WHOLE: dict[str, Callable[[random.Random, bytes], bytes]] = {
    "one id for all nodes": nodes_with(rb'"id": "[^"]*"', b'"id": "n00_0000"'),
    "ids with control characters": nodes_with(rb'"id": "', b'"id": "\\u0001'),
    "no kinds": nodes_with(rb', "kind": "[^"]*"', b""),
    "wrong kinds": nodes_with(rb'"activation": "relu"', b'"kind": "k{n}"'),
    "unknown activations": nodes_with(rb'"relu"', b'"relo{n}"'),
    "activations with wrong parameters": nodes_with(rb'"relu"', b'{"name": "elu", "alpha": "{n}"}'),
    "one softmax": nodes_with(rb'"relu"', b'"softmax"'),
    "a softmax for each node": nodes_with(rb'"relu"', b'{"name": "softmax", "group": "{n}"}'),
    "nodes are numbers": nodes_with(rb'\{"id"[^}]*\}', b"{n}"),
    "a million nodes without edges": beside(
        lambda: b'"nodes": ' + many(1_000_000, '{{"id": "m{n}"}}')
    ),
    "a million groups of nothing": beside(
        lambda: b'"groups": ' + many(1_000_000, '"g{n}": ["q{n}"]', "{", "}")
    ),
    "one group of everything": beside(
        lambda: b'"groups": {"g": ' + many(1_000_000, '"w{n:07}"') + b"}"
    ),
    "a group, its list too short": beside(
        lambda: b'"groups": {"g": ' + many(500_000, '"w{n:07}"') + b'}, "parameters": {"g": [1]}'
    ),
    "a million parameters of nothing": beside(
        lambda: b'"parameters": ' + many(1_000_000, '"q{n}": {n}', "{", "}")
    ),
    "a million other values": beside(
        lambda: b'"parameters": ' + many(1_000_000, '"w{n:07}": {n}', "{", "}")
    ),
    "a million examples": beside(
        lambda: b'"examples": ' + many(1_000_000, '{{"inputs": {{"q{n}": 1}}}}')
    ),
    "a million styles": beside(lambda: b'"style": ' + many(1_000_000, '"s{n}": {n}', "{", "}")),
    "a million unknown keys": beside(lambda: many(1_000_000, '"k{n}": {n}', "", "")),
    "a million edges again": beside(
        lambda: b'"edges": ' + many(1_000_000, '{{"source": "a{n}", "target": "b{n}"}}')
    ),
    "an absurd layer": beside(lambda: b'"layers": [{"id": "a", "size": 999999999999}]'),
    "layers too large": layers(1_000_000, 1_000_000, ""),
    "a matrix of wrong shape": layers(1000, 1000, "1", 999),
    "a matrix of oversized integers": layers(500, 1000, "9007199254740993", 1000),
    "a matrix of texts": layers(1000, 1000, '"x"', 1000),
    "lists 200,000 deep": beside(lambda: b'"style": ' + deep(b"[", b"]")),
    "objects 200,000 deep": beside(lambda: b'"style": ' + deep(b'{"a":', b"}")),
    "edges is an object": lambda _, text: text.replace(b'"edges": [', b'"edges": {"a": [').replace(
        b"]}\n", b"]}}\n"
    ),
    "edges is a text": lambda _, text: (
        b'{"deepgraph": 1, "edges": "' + text.replace(b'"', b"'").replace(b"\n", b" ") + b'"}'
    ),
    "a chain that ends in a cycle": chain,
    "no nodes": lambda _, text: re.sub(rb'"nodes": \[.*?\n\],', b"", text, flags=re.DOTALL),
    "a future version": lambda _, text: text.replace(
        b'"deepgraph": 1', b'"deepgraph": 9' + b"9" * 10**6, 1
    ),
    "utf-16": lambda _, text: text.decode().encode("utf-16"),
    "latin-1 at the end": lambda _, text: text.replace(b"]}\n", b'], "note": "\xfc"}\n'),
    "a byte order mark": lambda _, text: b"\xef\xbb\xbf" + text,
    "one line": lambda _, text: text.replace(b"\n", b""),
    "only spaces": lambda _, text: b" " * len(text),
    "only opening brackets": lambda _, text: b"[" * len(text),
    "only opening braces": lambda _, text: b'{"a":' * (len(text) // 5),
    "only quotes": lambda _, text: b'"' * len(text),
    "one number": lambda _, text: b"9" * len(text),
    "one text": lambda _, text: b'"' + b"a" * len(text) + b'"',
    "one id": lambda _, text: b'{"deepgraph": 1, "nodes": [{"id": "' + b"a" * len(text) + b'"}]}',
    "one key": lambda _, text: b'{"deepgraph": 1, "' + b"a" * len(text) + b'": 1}',
    "only zero bytes": lambda _, text: bytes(len(text)),
    "indented": lambda _, text: text.replace(b'"', b'\n    "'),
}


def mutations() -> list[Mutation]:
    """All of them, the same ones in every run."""
    found: list[Mutation] = list(WHOLE.items())
    for name, (pattern, by) in EDGES.items():
        for share, how in ((0.0, "once"), (0.5, "half"), (1.0, "all")):
            if share != 0.5 or name in ("integer beyond 2**53", "key twice", "dangling"):
                found.append((f"{name}, {how}", edges_with(pattern, by, share)))
    while len(found) < COUNT:
        mutation = BYTES[len(found) % len(BYTES)]
        found.append((f"{mutation.__name__} {len(found)}", mutation))
    return found


@dataclass
class Answer:
    """How a mutation was answered."""

    name: str
    seconds: float
    cpu: float
    megabytes: float
    code: int
    text: str

    def faults(self) -> str:
        """The fault of the answer itself, limits included; CPU counts, not the waiting."""
        found = ["slow"] * (self.cpu > SECONDS) + ["large"] * (self.megabytes > MEGABYTES)
        found += ["crash"] * (self.code not in (0, 1) or "Traceback" in self.text)
        return ", ".join(found + ["long"] * (len(self.text) > LONGEST_ANSWER))


def ask(name: str, path: Path) -> Answer:
    """`deepgraph validate` on a file: time, memory, exit code, words."""
    begin = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "deepgraph", "validate", path],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    resource.prlimit(process.pid, resource.RLIMIT_CPU, (4 * SECONDS, 4 * SECONDS))
    assert process.stdout is not None
    text = process.stdout.read()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    seconds, cpu = time.perf_counter() - begin, used.ru_utime + used.ru_stime
    return Answer(name, seconds, cpu, used.ru_maxrss / 1024, process.returncode, text.decode())


def main() -> None:
    """Ask about all of them, or those whose names hold one of the arguments."""
    whole = spec()
    print(f"{len(whole) / 1e6:.1f} MB", flush=True)
    answers = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "m.json")
        for number, (name, mutate) in enumerate(mutations()):
            if sys.argv[1:] and not any(word in name for word in sys.argv[1:]):
                continue
            path.write_bytes(mutate(random.Random(number), whole))
            answer = ask(name, path)
            answers.append(answer)
            words = answer.text.replace(str(path), "m").strip().split("\n")
            print(
                f"{answer.seconds:5.1f} s {answer.cpu:5.1f} cpu {answer.megabytes:6.0f} MB  "
                f"{answer.faults():6}  {name}: {words[0][:90]} | {words[-1][:60]}",
                flush=True,
            )
    print("slowest:", *(f"  {a.cpu:.1f} s {a.name}" for a in _largest(answers, "cpu")), sep="\n")
    print(
        "largest:",
        *(f"  {a.megabytes:.0f} MB {a.name}" for a in _largest(answers, "megabytes")),
        sep="\n",
    )
    wrong = [answer for answer in answers if answer.faults()]
    print(f"{len(answers)} mutations, {len(wrong)} with faults")
    sys.exit(bool(wrong))


def _largest(answers: list[Answer], key: str) -> list[Answer]:
    return sorted(answers, key=lambda answer: -getattr(answer, key))[:10]


if __name__ == "__main__":
    main()
