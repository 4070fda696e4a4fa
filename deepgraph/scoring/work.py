"""A run in parts: a pure task for each table, under names that are fixed in advance.

The tasks of a `Work` may run in any order, on any machine, more than once: each makes one result of
one table, which appears whole, and its record. `Work.finish` checks that all are there and belong
together. Shards of `deepgraph eval`, Dask and Ray all run the same tasks.
"""

from __future__ import annotations

import os
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import IO, TYPE_CHECKING, Any

from deepgraph.engines.threads import cores
from deepgraph.errors import FileError, OptionError
from deepgraph.scoring import clashes, records, stores
from deepgraph.scoring.datasets import (
    DataSet,
    Input,
    find,
    is_text,
    rejects_name,
    result_name,
)
from deepgraph.scoring.jobs import Job, block_bytes, score
from deepgraph.scoring.listing import files_below
from deepgraph.scoring.partitions import Partitioned
from deepgraph.scoring.pipeline import in_order
from deepgraph.scoring.read_ahead import ReadAhead
from deepgraph.scoring.records import Counted, Made, Record
from deepgraph.tables.source import Source, format_of
from deepgraph.words.urls import is_url, name_of, place_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager

    from deepgraph.scoring.datasets import Partition
    from deepgraph.scoring.evaluation import Evaluation
    from deepgraph.scoring.formats import FormatName
    from deepgraph.scoring.jobs import Scored
    from deepgraph.tables.base import Table
    from deepgraph.tables.source import FormatName as InputFormat

REQUESTS = 16
"""Requests to a store that are under way at once; each waits more than it works."""
BYTES_OF_A_ROW = 32
"""A rough size of a row of CSV, to turn bytes into rows."""


@dataclass(frozen=True)
class Reading:
    """How tables are read.

    Attributes:
        input_format: of all tables; by default the suffix of each decides.
        delimiter: between the cells of a text.
        decimal: the sign before the decimals of a text's numbers.
        block: bytes of a text to read at once.
        opened: opens a path, or a URL.
    """

    input_format: InputFormat | None = None
    delimiter: str | None = None
    decimal: str = "."
    block: int | None = None
    opened: Callable[[str], AbstractContextManager[IO[bytes]]] = stores.opened

    @contextmanager
    def table(self, path: str, partitions: Mapping[str, Partition]) -> Iterator[Table]:
        """Open a table, with the columns that its folders hold."""
        form = self.input_format or format_of(place_of(path))
        name = "standard input" if path == "-" else name_of(path)
        text = is_text(form)
        block = self.block
        if block is not None and not text:
            block = max(1, block // BYTES_OF_A_ROW)
        with ExitStack() as stack:
            stream: Any = stack.enter_context(self.opened(path))
            if text and is_url(path):
                stream = ReadAhead(stream, path)
                stack.callback(stream.close)
            table = Source(stream, name, form, self.delimiter, block, self.decimal).open()
            yield Partitioned(table, partitions) if partitions else table


@dataclass(frozen=True)
class Task:
    """One table, and the names of all that becomes of it; may be sent to another machine.

    Attributes:
        evaluation: what to compute.
        input: the table.
        partitions: the columns that its folders hold.
        reading: how it is read.
        folder: of the results.
        name: of the result in the folder.
        form: its format.
        rejects: the folder of the lists of rows that are left out; without one they are counted.
        skip: leave rows out that do not fit, instead of ending the run.
        marked: write no text that a spreadsheet takes for a formula.
        made: what its record says of the run; `None` for a run without records.
    """

    evaluation: Evaluation
    input: Input
    partitions: Mapping[str, Partition]
    reading: Reading
    folder: str
    name: str
    form: FormatName
    rejects: str | None = None
    skip: bool = False
    marked: bool = False
    made: Made | None = None

    @property
    def output(self) -> str:
        """The path of the result."""
        return stores.join(self.folder, self.name)

    @property
    def rejects_name(self) -> str:
        """The name of the list of rows that are left out."""
        return rejects_name(self.name)

    @property
    def rejects_path(self) -> str | None:
        """The path of this list; `None` without one."""
        return None if self.rejects is None else stores.join(self.rejects, self.rejects_name)

    @property
    def result(self) -> clashes.Result:
        """The table, and the paths of what becomes of it."""
        return clashes.Result(self.input, self.output, self.rejects_path)

    @property
    def record(self) -> str:
        """The path of the record."""
        return stores.join(self.folder, f"{records.FOLDER}/{self.name}.json")

    def done(self, *, thorough: bool = False) -> Record | None:
        """The record of the result, if it is there and its table has not changed.

        Args:
            thorough: read files of this machine, and compare their SHA-256.

        Raises:
            OtherRunError: it was made by another run.
        """
        found = records.read(self.record)
        if found is None or self.made is None:
            return None
        if difference := self.made.difference(found.made):
            raise records.OtherRunError(
                f"{name_of(self.output)} was made with {difference}; name another folder, "
                "or empty this one"
            )
        same = found.input == self._described_input()
        for told, folder in ((found.output, self.folder), (found.rejects, self.rejects)):
            if told is None or folder is None:
                same = same and told is None and folder is None
            else:
                same = same and records.is_true(told, folder, thorough=thorough)
        return found if same else None

    def _described_input(self) -> dict[str, Any]:
        there = self.input.there
        read = {*self.evaluation.headers, *self.evaluation.kept}
        values = {name: held.value for name, held in self.partitions.items() if name in read}
        found = {"name": self.input.name, "bytes": there.size, "tag": stores.tag(there)}
        return found | {"partitions": values}

    def job(self, on_record: Callable[[Record], object] = lambda _: None) -> Job:
        """The work on the table, for `deepgraph.scoring.jobs.score`.

        Args:
            on_record: called with the record when the result is there.
        """
        parts: dict[str, Counted] = {}
        described: list[dict[str, Any]] = []

        @contextmanager
        def table() -> Iterator[Table]:
            stores.remove(self.record)  # that of an older result would be true of no file
            if self.made is not None:
                described.append(self._described_input())
            with self.reading.table(self.input.path, self.partitions) as opened:
                yield opened

        @contextmanager
        def into(what: str, path: str) -> Iterator[Any]:
            with stores.written(path) as stream:
                if self.made is None:
                    yield stream
                    return
                parts[what] = Counted(stream)
                yield parts[what]

        def on_done(scored: Scored) -> None:
            if self.made is None:
                return
            rows = {"read": scored.rows, "written": scored.written, "rejected": scored.left_out}
            listed = parts.get("rejects")
            record = Record(
                self.made,
                described[0],
                records.described(parts["output"], self.folder, self.name),
                None
                if listed is None or self.rejects is None
                else records.described(listed, self.rejects, self.rejects_name),
                rows,
            )
            with stores.written(self.record) as stream:
                stream.write(record.text())
            on_record(record)

        path = self.rejects_path
        rejects = None if path is None else partial(into, "rejects", path)
        output = partial(into, "output", self.output)
        waits = is_url(self.output)
        return Job(table, output, self.form, rejects=rejects, on_done=on_done, waits=waits)

    def __call__(self, *, resume: bool = True, threads: int = 1) -> Record:
        """Make the result.

        Args:
            resume: do nothing if it is there; by default, since whoever sends tasks to other
                machines may send one twice.
            threads: that work on it.

        Returns:
            Its record.

        Raises:
            DeepgraphError: the table does not fit, or a file cannot be read or written.
        """
        if resume and (found := self.done()) is not None:
            return found
        made: list[Record] = []
        score(self.evaluation, [self.job(made.append)], threads=threads, skip=self.skip,
              marked=self.marked)  # fmt: skip
        return made[0]


@dataclass(frozen=True)
class Work:
    """All tables of a data set, and the folder of their results.

    Attributes:
        evaluation: what to compute.
        input: files, patterns, folders and URLs.
        output: a folder, or the URL of one.
        form: the format of the results; by default that of the tables.
        reading: how tables are read.
        skip: leave rows out that do not fit, instead of ending the run.
        rejects: the folder of the lists of these rows, one for each table.
        marked: write no text that a spreadsheet takes for a formula.
        recorded: write a record beside each result, for `Task.done` and `finish`.
    """

    evaluation: Evaluation
    input: Sequence[str] | DataSet
    output: str
    form: FormatName | None = None
    reading: Reading = field(default_factory=Reading)
    skip: bool = False
    rejects: str | None = None
    marked: bool = False
    recorded: bool = True

    @cached_property
    def data(self) -> DataSet:
        """The tables."""
        if isinstance(self.input, DataSet):
            return self.input
        given = [self.input] if isinstance(self.input, str) else self.input
        return find(given, self.reading.input_format)

    @cached_property
    def tasks(self) -> list[Task]:
        """A task for each table, in the order of the data set.

        Raises:
            OptionError: two results would have one name, or one that of a table.
        """
        made = None
        if self.recorded:
            reading = self.reading
            made = records.made(
                self.evaluation, format=self.form, on_error="skip" if self.skip else "fail",
                errors=self.rejects is not None, spreadsheet_safe=self.marked,
                delimiter=reading.delimiter, decimal=reading.decimal,
                input_format=reading.input_format,
            )  # fmt: skip
        reading = self.reading
        if reading.block is None:
            reading = replace(reading, block=block_bytes(self.evaluation))
        found = []
        for given in self.data.inputs:
            name, form = result_name(given.name, self.form, reading.input_format)
            partitions = self.data.partitions.get(given.path, {})
            found.append(
                Task(
                    self.evaluation, given, partitions, reading, self.output, name, form,
                    self.rejects, self.skip, self.marked, made,
                )
            )  # fmt: skip
        rejects = None if self.rejects is None else stores.join(self.rejects, "")
        clashes.refuse(self.data, [task.result for task in found], self.folder, rejects)
        return found

    @property
    def folder(self) -> str:
        """The folder of the results, with a slash at its end."""
        return stores.join(self.output, "")

    def shard(self, number: int, of: int) -> list[Task]:
        """Every `of`-th task in the order of the results' names, from the one of this number on.

        Args:
            number: of the shard, from 1.
            of: the number of shards.

        Raises:
            OptionError: there is no shard of this number.
        """
        if not 1 <= number <= of:
            raise OptionError(f"there is no shard {number} of {of}: they count from 1")
        return sorted(self.tasks, key=lambda task: task.name)[number - 1 :: of]

    @property
    def is_remote(self) -> bool:
        """True if a store is asked for tables or results."""
        paths = [self.output, self.rejects or "", *(each.path for each in self.data.inputs)]
        return any(map(is_url, paths))

    def done(
        self, tasks: Sequence[Task] | None = None, *, thorough: bool = False
    ) -> list[Record | None]:
        """The record of each task, or of all: see `Task.done`; a store is asked for many at once.

        Raises:
            OtherRunError: a result was made by another run.
        """
        check = partial(Task.done, thorough=thorough)
        given = self.tasks if tasks is None else tasks
        here = cores() if thorough else 1
        return list(in_order(check, given, REQUESTS if self.is_remote else here))

    def require_one_run(self, tasks: Sequence[Task]) -> None:
        """Refuse a folder that holds results of another run beside those of some tasks.

        Raises:
            OtherRunError: it does.
        """
        folder = stores.join(self.output, records.FOLDER)
        if not tasks or tasks[0].made is None or not stores.is_there_a_folder(folder):
            return
        own = {f"{task.name}.json" for task in tasks}
        there = files_below(folder, lambda _: True, lambda name: name.endswith(".json"))
        # All that were there before were held against each other, so one of them tells enough.
        other = next((found.path for name, found in there if name not in own), None)
        record = None if other is None else records.read(other)
        if record is not None and (difference := tasks[0].made.difference(record.made)):
            result = stores.join(self.output, record.output["name"])
            raise records.OtherRunError(
                f"{name_of(result)} was made with {difference}; name another folder, or empty this "
                "one"
            )

    def begin(self) -> None:
        """Take back the word that the folder is complete, before any of its results changes."""
        for name in (records.SUCCESS, records.MANIFEST):
            stores.remove(stores.join(self.output, name))


def require_folder(folder: str, what: str = "results") -> None:
    """Refuse a file where a folder belongs."""
    here = not is_url(folder) and folder.rstrip("/" + os.sep)
    if here and os.path.lexists(here) and not os.path.isdir(here):
        raise FileError(f"{folder}: this is a file; name another folder for the {what}")
