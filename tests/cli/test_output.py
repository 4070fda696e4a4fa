"""The file at `-o` is the old one or the whole new one, whatever happens on the way."""

from __future__ import annotations

import os
import random
import resource
import signal
import subprocess
import sys
import time

import pytest

from tests.support.strategies import SPECS

XOR = SPECS / "xor.json"
DEEP = SPECS / "deep_state.json"
ENVIRONMENT = {**os.environ, "PYTHONIOENCODING": "utf-8"}
linux = pytest.mark.skipif(sys.platform == "win32", reason="signals and modes of POSIX")


def start(folder, *arguments, **options):
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-m", "deepgraph", *map(str, arguments)],
        cwd=folder,
        env=options.pop("env", ENVIRONMENT),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        **options,
    )


def finish(process):
    out, err = process.communicate(timeout=120)
    assert b"Traceback" not in err, err.decode()
    return process.returncode, out.decode(), err.decode()


COMMANDS = {
    "csv": ("eval", XOR, "--input", "t.csv", "-o", "o.csv"),
    "jsonl": ("eval", XOR, "--input", "t.csv", "-o", "o.jsonl"),
    "parquet": ("eval", XOR, "--input", "t.csv", "-o", "o.parquet"),
    "errors": (
        "eval", XOR, "--input", "t.csv", "-o", "o.csv", "--on-error", "skip", "--errors", "e.csv",
    ),
    "svg": ("render", DEEP, "--set", "x=0.5", "-o", "o.svg"),
    "png": ("render", DEEP, "--set", "x=0.5", "-o", "o.png"),
    "pdf": ("render", DEEP, "--set", "x=0.5", "-o", "o.pdf"),
    "dot": ("render", DEEP, "--set", "x=0.5", "-o", "o.dot"),
    "new": ("new", "2-30-30-1", "--force", "-o", "o.json"),
    "init": ("init", "open.json", "--seed", "1"),
}  # fmt: skip


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "t.csv").write_text("x1,x2\n" + "0.5,0.25\n" * 20_000)
    (tmp_path / "open.json").write_text(
        '{"deepgraph": 1, "nodes": [{"id": "x", "kind": "input"}, {"id": "y", "kind": "output"}],'
        '"edges": [{"source": "x", "target": "y", "label": "w"}]}'
    )
    return tmp_path


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


# --- no space, no permission --------------------------------------------------------------------


def few_bytes():
    resource.setrlimit(resource.RLIMIT_FSIZE, (20, 20))


@linux
@pytest.mark.parametrize("name", COMMANDS)
def test_a_file_that_may_not_grow(folder, name):
    """As on a full disk: writing fails after the first bytes."""
    for old in (None, b"old"):
        target = COMMANDS[name][-1] if "-o" in COMMANDS[name][-2:] else "o.csv"
        if old is not None and name != "init":
            (folder / target).write_bytes(old)
        before = contents(folder)
        # Python 3.11 would keep the first bytes of a module that it compiled.
        env = {**ENVIRONMENT, "PYTHONDONTWRITEBYTECODE": "1"}
        code, _, err = finish(start(folder, *COMMANDS[name], preexec_fn=few_bytes, env=env))
        assert code == 1, err
        assert err.count("\n") == 1
        assert err.startswith("Error: ")
        assert err.endswith(": cannot be written: file too large\n")
        assert contents(folder) == before


@pytest.fixture
def full_disk(tmp_path):
    """A file system of 64 KiB."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "none", place], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip("mounting needs root")
    yield place
    subprocess.run(["umount", place], check=True)


@linux
@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet"])
def test_a_full_disk(folder, full_disk, form):
    (folder / "t.csv").write_text("x1,x2\n" + "".join(f"{i / 7},{i / 3}\n" for i in range(20_000)))
    output = full_disk / f"o.{form}"
    for old in (None, b"old"):
        if old is not None:
            output.write_bytes(old)
        before = contents(full_disk)
        code, _, err = finish(start(folder, "eval", XOR, "--input", "t.csv", "-o", output))
        assert (code, err) == (
            1,
            f"Error: {output}: cannot be written: no space left on device\n",
        )
        assert contents(full_disk) == before


@linux
@pytest.mark.parametrize("name", ["csv", "svg"])
def test_a_folder_that_may_not_be_written(request, folder, name):
    if os.getuid():
        locked, why = folder / "locked", "permission denied"
        locked.mkdir()
    else:  # who may write anywhere but where nobody can
        locked, why = request.getfixturevalue("full_disk"), "read-only file system"
    output = locked / f"o.{name}"
    output.write_bytes(b"old")
    if os.getuid():
        locked.chmod(0o555)
    else:
        subprocess.run(["mount", "-o", "remount,ro", locked], check=True)
    code, _, err = finish(start(folder, *COMMANDS[name][:-1], output))
    assert (code, err) == (1, f"Error: {output}: cannot be written: {why}\n")
    assert contents(locked) == {output.name: b"old"}


# --- signals ------------------------------------------------------------------------------------


@linux
@pytest.mark.parametrize("old", [None, b"old"])
@pytest.mark.parametrize(
    ("number", "code", "word"),
    [(signal.SIGINT, 130, "Interrupted"), (signal.SIGTERM, 143, "Terminated")],
)
def test_a_signal_in_the_middle_of_a_table(folder, number, code, word, old):
    """The table comes through a pipe that stays open, so that the command is never done."""
    if old is not None:
        (folder / "o.csv").write_bytes(old)
    before = contents(folder)
    arguments = ("eval", XOR, "--input", "-", "-o", "o.csv", "--threads", "2")
    process = start(folder, *arguments, stdin=subprocess.PIPE)
    process.stdin.write(b"x1,x2\n" + b"0.5,0.25\n" * 1_000_000)  # more than is read ahead
    process.stdin.flush()
    deadline = time.monotonic() + 60
    while not list(folder.glob(".o.csv.*")) and time.monotonic() < deadline:
        time.sleep(0.01)
    (temporary,) = folder.glob(".o.csv.*")
    assert temporary.name.endswith(".deepgraph.tmp")
    process.send_signal(number)
    found, out, err = finish(process)
    assert (found, out, err) == (code, "", f"{word}; no file was left half written.\n")
    assert contents(folder) == before


@linux
@pytest.mark.parametrize("name", ["csv", "svg"])
def test_a_signal_at_any_moment(folder, name):
    """Nothing but the two files, and never half of one; the whole list is run by hand."""
    chance = random.Random(3)
    target = COMMANDS[name][-1]
    (folder / target).write_bytes(b"old")
    clock = time.monotonic()
    assert finish(start(folder, *COMMANDS[name]))[0] == 0
    took, whole = time.monotonic() - clock, (folder / target).read_bytes()
    names = set(contents(folder))
    for attempt in range(12):
        (folder / target).write_bytes(b"old")
        number = (signal.SIGINT, signal.SIGTERM)[attempt % 2]
        process = start(folder, *COMMANDS[name])
        time.sleep(chance.uniform(0.3, 1.0) * took)
        process.send_signal(number)
        with process:  # one that hangs is ended, too, and its pipes are closed
            try:
                process.communicate(timeout=60)
            except subprocess.TimeoutExpired:
                process.kill()
                raise
        assert (folder / target).read_bytes() in (b"old", whole)
        assert set(contents(folder)) == names


# --- pipes --------------------------------------------------------------------------------------


@linux
@pytest.mark.parametrize(
    "command",
    [
        f"eval {XOR} --input t.csv | head -1",
        f"eval {XOR} --input t.csv --on-error skip --errors e.csv | head -1",
        f"eval {XOR} --input t.csv --format jsonl | head -1",
        f"render {DEEP} --set x=0.5 --format svg -o - | head -c 10",
        f"render {DEEP} --set x=0.5 --format png -o - | head -c 1",
        "new 2-90-90-1 | head -1",
        f"check {SPECS} | head -1",
        f"info {XOR} | true",
    ],
)
def test_a_closed_pipe_ends_quietly(folder, command):
    done = subprocess.run(
        [
            "bash",
            "-c",
            f"{sys.executable} -W error -m deepgraph {command}; echo ${{PIPESTATUS[0]}} >&2",
        ],
        cwd=folder,
        env=ENVIRONMENT,
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert done.stderr == b"0\n"
    assert set(contents(folder)) <= {"t.csv", "open.json", "e.csv"}


@linux
def test_an_interrupt_during_the_imports_ends_quietly(tmp_path):
    (tmp_path / "click.py").write_text("import os, signal\nos.kill(os.getpid(), signal.SIGINT)\n")
    done = subprocess.run(
        [sys.executable, "-m", "deepgraph", "--help"],
        cwd=tmp_path,
        env=ENVIRONMENT,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == -signal.SIGINT
    assert done.stdout + done.stderr == b""
