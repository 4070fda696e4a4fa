"""The fast evaluators: a network prepared once for chosen nodes, then run over any number of rows.

    engine = network.engine(["y"], dtype="float32")
    engine.run(inputs)         # (inputs, rows) -> (chosen, rows)
    engine.run_with_z(inputs)  # the same, with z before the activations

`Network.engine` makes one, and `Engine.reason` says why this engine was chosen. `Engine.run` sends
the rows through a program in tiles that stay in the cache. The modules:

- `blocks`: finds nodes that are computed together, as matrices where possible.
- `plan`: the blocks in the order of evaluation, and the slots of the buffer for their values.
- `program`: a plan with its numbers, and with a buffer; the part that all backends share.
- `numpy`, `numba` with its `kernel`: the two backends, which make programs.
- `row`: a single row in plain Python, without a backend.
- `threads`: BLAS within one thread.
"""

from __future__ import annotations

from collections import deque
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import cached_property
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, get_args

import numpy as np

from deepgraph.engines.numpy import NumpyBackend
from deepgraph.engines.plan import plan
from deepgraph.engines.program import PlanValues
from deepgraph.engines.row import RowProgram, worth_a_row
from deepgraph.engines.threads import cores, one_blas_thread
from deepgraph.errors import InputError, MissingExtraError
from deepgraph.graph.inputs import float_dtype
from deepgraph.graph.kinds import BIAS
from deepgraph.options.shared import EngineName
from deepgraph.words.messages import either
from deepgraph.words.numbers import is_whole
from deepgraph.words.option_names import option

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import DTypeLike, NDArray

    from deepgraph.engines.program import Backend, Program
    from deepgraph.graph.graph import Graph

    Array = NDArray[Any]

WORTH_NUMBA = 2e9
"""Rows × edges from which "auto" takes numba: numpy needs a second or two for them, about as long
as it takes to load numba and its compiled kernel."""
WORTH_THREADS = 1 << 26
"""Rows × (edges + blocks) from which a second thread pays, some ten milliseconds of work: below,
handing the interpreter's lock over after every short call costs more than two cores gain."""


@dataclass(frozen=True, eq=False)
class Engine:
    """A network prepared for evaluation; several threads may use it at once.

    Attributes:
        network: the network.
        nodes: (chosen,) the numbers of the nodes whose values `run` returns, in this order.
        dtype: float64 or float32, of the computation and of the results.
        name: "numpy" or "numba".
        reason: why this engine was taken, in a few words for a person.
        threads: the number of threads that work on one call.
        exact: True if BLAS is kept out, so that the bits are those of the reference.
        before: (chosen,) true where the value is z instead of a, as members of stages can be.
    """

    network: Graph
    nodes: NDArray[np.int64]
    dtype: np.dtype[Any]
    name: str
    reason: str
    threads: int
    exact: bool
    before: NDArray[np.bool]
    _idle: list[Program] = field(default_factory=list, init=False, repr=False)

    def run(self, inputs: Array) -> Array:
        """The chosen values: a of nodes, and a or z of the members of stages.

        Args:
            inputs: (inputs, rows) of any layout, so a transposed table needs no copy; converted
                to `dtype` if it has another.

        Returns:
            (chosen, rows), a new array.

        Raises:
            InputError: the shape does not fit, or the inputs are no real numbers.
        """
        inputs = self._checked(inputs)
        if self._any_before:
            z, a = self.run_with_z(inputs)
            return np.where(self.before[:, np.newaxis], z, a)
        if self._row is not None and inputs.shape[1] == 1:
            row = inputs[:, 0].astype(self.dtype, copy=False).tolist()
            return np.array(self._row.run(row)).reshape(-1, 1)
        return self._run(inputs, self._backend, None)

    def run_with_z(self, inputs: Array) -> tuple[Array, Array]:
        """z and a of the chosen nodes, (chosen, rows) each; see `run`."""
        inputs = self._checked(inputs)
        z = np.empty((len(self.nodes), inputs.shape[1]), self.dtype)
        return z, self._run(inputs, self._backend_with_z, z)

    @cached_property
    def _any_before(self) -> bool:
        return bool(self.before.any())

    @cached_property
    def _row(self) -> RowProgram | None:
        """The program for a single row of doubles; it never replaces BLAS, which has other bits."""
        backend = self._backend
        if self.dtype != np.float64 or backend.products or not worth_a_row(backend.numbers):
            return None
        return RowProgram(backend.numbers)

    @cached_property
    def _backend(self) -> Backend:
        return self._bound(pre_activations=False)

    @cached_property
    def _backend_with_z(self) -> Backend:
        return self._bound(pre_activations=True)

    def __getstate__(self) -> dict[str, Any]:
        """The state without buffers and programs: another process makes its own."""
        kept = ("_backend", "_backend_with_z", "_row")
        state = {key: value for key, value in self.__dict__.items() if key not in kept}
        return state | {"_idle": []}

    def _bound(self, *, pre_activations: bool) -> Backend:
        planned = plan(self.network, self.nodes, pre_activations=pre_activations)
        numbers = PlanValues(self.network, planned, self.dtype)
        if self.name == "numba":
            from deepgraph.engines.numba import NumbaBackend  # imports numba

            return NumbaBackend(numbers, exact=self.exact)
        return NumpyBackend(numbers, exact=self.exact)

    def _checked(self, inputs: Array) -> Array:
        """The inputs as a plain array: a subclass, such as a matrix, may slice differently."""
        inputs = np.asarray(inputs)
        count = len(self.network.inputs)
        if inputs.ndim != 2 or len(inputs) != count:
            raise InputError(f"expected inputs of shape ({count}, rows), got {inputs.shape}")
        if inputs.dtype.kind not in "biuf":
            raise InputError(f"expected inputs that are numbers, got {inputs.dtype}")
        return inputs

    def _run(self, inputs: Array, backend: Backend, z: Array | None) -> Array:
        rows = inputs.shape[1]
        a = np.empty((len(self.nodes), rows), self.dtype)
        for position in np.flatnonzero(self.network.kind[self.nodes] == BIAS).tolist():
            for out in (a, z):
                if out is not None:
                    out[position] = backend.numbers.bias[self.nodes[position]]
        tiles = max(1, -(-rows // backend.width()))
        planned = backend.numbers.plan
        work = rows * (planned.edges + len(planned.blocks))
        threads = self.threads if work >= WORTH_THREADS else 1
        tiles = min(-(-tiles // threads) * threads, rows) if rows else 1
        width = -(-rows // tiles)
        starts = iter(range(0, rows, max(width, 1)))
        if threads == 1 or tiles == 1:
            self._work(backend, width, starts, inputs, z, a)
            return a
        from concurrent.futures import ThreadPoolExecutor  # most calls stay in their thread

        with ThreadPoolExecutor(min(threads, tiles)) as pool:
            jobs = [
                pool.submit(self._work, backend, width, starts, inputs, z, a)
                for _ in range(min(threads, tiles))
            ]
            try:
                for job in jobs:
                    job.result()
            finally:  # after an error, or Ctrl-C, no thread takes another tile
                deque(starts, maxlen=0)
        return a

    def _work(
        self,
        backend: Backend,
        width: int,
        starts: Iterator[int],
        inputs: Array,
        z: Array | None,
        a: Array,
    ) -> None:
        """The work of one thread: it takes tile after tile until none is left."""
        program = self._program(backend, width)
        alone = one_blas_thread() if backend.products else nullcontext()
        with alone, np.errstate(all="ignore"):  # infinity and NaN flow through, as IEEE says
            for first in starts:  # a range's iterator gives each number to one thread only
                program.run(inputs, first, min(first + width, inputs.shape[1]), z, a)
        if len(self._idle) < self.threads:
            self._idle.append(program)

    def _program(self, backend: Backend, width: int) -> Program:
        """An idle program if one fits, else a new one; one thread at a time uses a program."""
        while self._idle:
            try:
                program = self._idle.pop()
            except IndexError:  # another thread was quicker
                break
            if program.width == width and program.plan is backend.numbers.plan:
                return program
        return backend.program(width)


def prepare(
    network: Graph,
    nodes: Sequence[str] | None = None,
    *,
    dtype: DTypeLike = np.float64,
    engine: EngineName = "auto",
    exact: bool = False,
    threads: int | None = None,
    rows: int | None = None,
) -> Engine:
    """See `Network.engine`."""
    kind = float_dtype(dtype)
    network.require_values()
    require_options(engine, threads)
    chosen = network.members(network.output_names if nodes is None else nodes)
    name, reason = _choice(network, engine, rows)
    numbers = np.array([member.node for member in chosen], np.int64)
    before = np.array([member.is_z for member in chosen], np.bool)
    return Engine(network, numbers, kind, name, reason, threads or cores(), exact, before)


def require_options(engine: str, threads: int | None) -> None:
    """Raise an `InputError` if there is no such engine, or not one thread."""
    if engine not in get_args(EngineName):
        raise InputError(f"engine is {either('or', get_args(EngineName))}, got {engine!r}")
    if threads is not None and not is_whole(threads, 1):
        raise InputError(f"threads is a whole number, 1 or more, got {threads!r}")


def _choice(network: Graph, engine: EngineName, rows: int | None) -> tuple[str, str]:
    """The name of an engine and the reason why it is taken."""
    if engine == "numpy":
        return engine, "asked for"
    if engine == "numba":
        if find_spec("numba") is None:
            raise MissingExtraError(option("engine", "numba"), "fast")
        if failure := _numba_failure():
            raise InputError(
                f"{option('engine', 'numba')}: numba is installed, but fails: {failure}"
            )
        return engine, "asked for"
    work = (rows or 0) * max(len(network.source), 1)
    size = f"about {rows or 0:,} rows × {len(network.source):,} edges"
    if work < WORTH_NUMBA:
        return "numpy", f"{size} are not worth the start of numba" if rows else "the default"
    if find_spec("numba") is None:
        return "numpy", "numba is not installed; for more speed pip install 'deepgraph-nn[fast]'"
    if failure := _numba_failure():
        return "numpy", f"numba fails: {failure}"
    return "numba", f"{size} are worth its start"


def _numba_failure() -> str | None:
    """The reason why an installed numba cannot be used; it may lag behind numpy's version."""
    try:
        import_module("numba")
    except (ImportError, OSError) as error:  # OSError: of llvmlite's library
        return str(error)
    return None
