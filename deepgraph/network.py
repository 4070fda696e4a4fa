"""The network: a graph that a spec made, with the methods that people call."""

from __future__ import annotations

import os
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Unpack

import numpy as np

from deepgraph.errors import InputError, OptionError, SpecError
from deepgraph.files import write_bytes
from deepgraph.functions.losses import OUTPUT_LOSS
from deepgraph.graph.draft import Draft
from deepgraph.graph.examples import asked, find
from deepgraph.graph.graph import Graph, value_property
from deepgraph.graph.kinds import BIAS
from deepgraph.options.shared import LIMIT, PATHS_LIMIT
from deepgraph.options.training import RULES
from deepgraph.rules.run import problems
from deepgraph.spec import writing
from deepgraph.words.messages import counted
from deepgraph.words.option_names import option

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import networkx as nx
    from graphviz import Digraph
    from numpy.typing import ArrayLike, DTypeLike, NDArray

    from deepgraph.diff.difference import Difference
    from deepgraph.draw.picture import Picture
    from deepgraph.draw.view.records import Gradients
    from deepgraph.engines import Engine
    from deepgraph.evaluate.gradient import Gradient
    from deepgraph.evaluate.optimisers import Setting
    from deepgraph.evaluate.reference import Trace
    from deepgraph.evaluate.sensitivity import Sensitivity
    from deepgraph.explain.explanation import Explanation
    from deepgraph.files import Loaded
    from deepgraph.formats.readers.record import Report
    from deepgraph.graph.examples import Asked, ExampleData
    from deepgraph.graph.inputs import Missing
    from deepgraph.kinks import Kinks
    from deepgraph.kinks.curves import Curves
    from deepgraph.live.frame import LivePage
    from deepgraph.options.drawing import DrawingOptions
    from deepgraph.options.explanation_formats import Notation
    from deepgraph.options.export_formats import Format as ExportFormat
    from deepgraph.options.shared import Backend, EngineName
    from deepgraph.options.training import Optimiser, Rule
    from deepgraph.spec.records import Spec


class Network(Graph):
    """A small neural network as a directed graph.

    Its nodes, edges and parameters are the arrays of `deepgraph.graph.graph.Graph`.
    """

    report: Report | None = None
    """What an import merged, left out and did not use; `None` for any other network."""
    loaded: Loaded | None = None
    """The file that it was read from, also where it was rewritten since; `None` for any other."""

    def __init__(
        self, spec: Spec, name: str = "spec", folder: str | os.PathLike[str] | None = None
    ) -> None:
        """Resolve and validate a spec.

        Args:
            spec: the records of the file.
            name: the name of the network in messages.
            folder: the folder of the spec, which holds the file of parameters if it names one.

        Raises:
            SpecError: with every problem found.
        """
        draft = Draft(spec)
        assignment, found = problems(draft, None if folder is None else Path(folder))
        if found or assignment is None:
            raise SpecError(found, name)
        super().__init__(draft, assignment, name, folder)

    # --- making and saving ---------------------------------------------------------------

    @classmethod
    def from_networkx(cls, graph: nx.DiGraph, name: str = "graph") -> Network:
        """Make a network from a directed graph such as `Network.graph`.

        Nodes may have the attributes of a node of the spec (`kind`, `activation`, `aggregation`,
        `label`, `layer`, `value`, `trainable`, `note`), edges those of an edge (`label`, `weight`,
        `trainable`, `note`), the graph `name`, `title`, `description`, `source`, `groups` and the
        rest; an object may be given as its JSON text. Other attributes (`pos`, colours) are left
        out. Without a `kind`, a node without predecessors is an input, one without successors
        an output. An edge without `weight` and `label` is a wire, unless it is `uninitialised`.
        Terms are summed by the `order` of their edges; edges without one come last, in the order
        in which they were added to their target.

        Raises:
            SpecError: the graph is no valid network, or has a misspelled attribute.
        """
        from deepgraph.formats import networkx  # few networks come from there

        return cls(networkx.to_spec(graph), name)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the spec, atomically, with the values that were drawn or trained.

        Numbers that have changed are written where they stood (see `rewritten`); all others keep
        their text.

        Raises:
            FileError: the file cannot be written.
            InputError: the parameters are in a file that is not in this folder, or that lacks the
                drawn values; or a changed value is not finite.
        """
        from deepgraph.graph.write_back import filled  # only what is saved needs it

        values, written = self.parameters.values, self._written.values
        known = ~np.isnan(written)
        if np.any(values[known] != written[known]):
            spec = self.rewritten(values).spec
        else:
            self._require_parameter_file(path)
            drawn = np.any(~np.isnan(values[~known]))
            spec = filled(self.as_written(), values) if drawn else self.spec
        writing.save(spec, path)

    def _require_parameter_file(self, path: str | os.PathLike[str]) -> None:
        """Check that a spec that names a file of parameters is saved beside that file."""
        if not isinstance(self.spec.parameters, str):
            return
        folder = os.path.realpath(Path(path).parent)
        if self.folder is None or folder != os.path.realpath(self.folder):
            raise InputError(
                f"{path}: {self.spec.parameters} does not lie beside it, where its parameters "
                f"would be looked for; save it in {self.folder or 'the folder of that file'}"
            )

    def rewritten(self, values: NDArray[np.float64]) -> Network:
        """The same network with other parameter values, (parameters,), written into its spec.

        Each number goes where the old one stood. If the parameters are in a file beside the spec,
        the new spec holds them itself, and that file is left as it is.

        Raises:
            InputError: the shape does not fit, or a value is not finite, which a spec cannot hold.
        """
        from deepgraph.graph.write_back import restated  # only what is saved needs it

        values = np.asarray(values, np.float64)
        if values.shape != self.parameters.values.shape:
            want = f"{counted(len(self.parameters), 'value')}, one for each parameter"
            raise InputError(f"expected {want}, got shape {values.shape}")
        strange = np.flatnonzero(~np.isfinite(values))
        if len(strange):
            name, value = self.parameters.name(int(strange[0])), values[strange[0]]
            raise InputError(f"{name} is {value:g}; the numbers of a spec are finite")
        found = Network(restated(self.as_written(), values), self.name, self.folder)
        found.loaded = self.loaded
        return found

    def export(
        self,
        path: str | os.PathLike[str],
        format: ExportFormat | None = None,
        dtype: DTypeLike | None = None,
        **options: Any,
    ) -> None:
        """Write the network as a program in another language, or as a file of another tool.

        What is written computes the outputs from the inputs, in the same order of sums; see
        the page "Take it away" for what each format keeps.

        Args:
            path: of the file, which is written whole or not at all.
            format: "c", "python" and others; by default the suffix of `path` decides.
            dtype: float64 or float32; by default that of the format.
            options: of SQL the name of the `table`, "data" by default, and a list of columns to
                `keep`.

        Raises:
            FileError: the file cannot be written.
            InputError: the suffix names no format; or the format cannot hold this network, or has
                no numbers of this type or no such option.
            UninitialisedError: a parameter has no value.
            MissingExtraError: an optional package is missing.
        """
        from deepgraph.formats import writers  # few networks go there

        form = format or writers.format_of(path)
        write_bytes(path, writers.write(self, form, dtype, **options))

    @value_property
    def graph(self) -> nx.DiGraph:
        """The network as a `networkx.DiGraph`: attributes of nodes and edges as in the spec.

        An edge has its number as `order`, since formats of graphs do not keep the order of edges.
        An edge or bias whose parameter has no value is `uninitialised`. Matrices of layers are
        spelled out edge by edge, biases of layers as bias nodes. All attributes are texts,
        numbers and truth values, so that networkx can write the graph in any format; activations
        with parameters, `groups`, `examples` and `style` are JSON texts.

        The graph is a view and refuses to be changed. To change the network, change a copy,
        `network.graph.copy()`, and pass it to `Network.from_networkx`.
        """
        from deepgraph.formats import networkx  # few networks go there

        return networkx.from_network(self)

    # --- its examples ----------------------------------------------------------------------

    def example(self, name: str | int) -> ExampleData:
        """An example of the spec as values: its inputs, targets, loss and learning rate.

        Args:
            name: its name; or its number from 1.

        Raises:
            InputError: there is none, or there are two of this name.
        """
        return find(self.spec.examples, name)

    # --- what it computes ------------------------------------------------------------------

    def __call__(
        self,
        X: ArrayLike | Mapping[str, ArrayLike],
        *,
        dtype: DTypeLike = np.float64,
        exact: bool = False,
        missing: Missing = "error",
    ) -> NDArray[Any]:
        """The forward pass: (rows, inputs), or a mapping by input name, to (rows, outputs).

        Args:
            X: see `input_array`.
            dtype: float64 or float32.
            exact: keep BLAS out of large dense layers; see `engine`.
            missing: "nan" reads missing cells as NaN; see `input_array`.

        Raises:
            InputError: see `input_array`.
            UninitialisedError: a parameter has no value.
        """
        inputs = self.input_array(X, dtype, missing)
        engine = self._engines.get((inputs.dtype, exact))
        if engine is None:
            engine = self.engine(dtype=inputs.dtype, exact=exact)
            self._engines[inputs.dtype, exact] = engine
        return engine.run(inputs).T

    @value_property
    def _engines(self) -> dict[tuple[np.dtype[Any], bool], Engine]:
        """The engines that `__call__` has prepared, by dtype and exactness."""
        return {}

    def engine(
        self,
        nodes: Sequence[str] | None = None,
        *,
        dtype: DTypeLike = np.float64,
        engine: EngineName = "auto",
        exact: bool = False,
        threads: int | None = None,
        rows: int | None = None,
    ) -> Engine:
        """Prepare the forward pass once, to run it over many rows or many batches.

        Args:
            nodes: the ids of the nodes whose values are wanted, and names of stages, which stand
                for their members; repeats allowed; by default the outputs.
            dtype: float64 or float32.
            engine: "numpy", "numba" (extra `fast`), or "auto": numba where it is installed and
                the work is worth its start.
            exact: keep BLAS out of dense blocks, so that the last bits do not depend on how the
                rows are cut.
            threads: the number of threads; by default one for each core that this process may use.
            rows: about how many rows will come in all, for "auto"; unknown counts as few.

        Raises:
            InputError: no such node, stage, dtype or engine, or no thread.
            UninitialisedError: a parameter has no value.
            MissingExtraError: numba is asked for and not installed.
        """
        from deepgraph.engines import prepare  # a call pays for what it uses

        return prepare(
            self, nodes, dtype=dtype, engine=engine, exact=exact, threads=threads, rows=rows
        )

    def trace(
        self,
        X: ArrayLike | Mapping[str, ArrayLike],
        *,
        dtype: DTypeLike = np.float64,
        missing: Missing = "error",
    ) -> Trace:
        """The forward pass with z and a of every node; arguments and errors as in `__call__`."""
        from deepgraph.evaluate.reference import trace  # a call pays for what it uses

        return trace(self, self.input_array(X, dtype, missing))

    def gradient(
        self,
        X: ArrayLike | Mapping[str, ArrayLike] | None = None,
        targets: Mapping[str, ArrayLike] | None = None,
        loss: str | None = None,
        reduction: str | None = None,
        *,
        of: str | None = None,
        example: str | int | None = None,
    ) -> Gradient:
        """The gradient of a loss by every parameter, node and input.

        Args:
            X: inputs as in `__call__`, at least one row.
            targets: by node id one number, or (rows,) numbers; none for the loss "output".
            loss: "half_squared_error", which is the default, "cross_entropy", "absolute_error" and
                others, the rows of `deepgraph.functions.losses.LOSSES`; or "output".
            reduction: over the rows, "mean", which is the default, or "sum".
            of: the id of a node: the gradient of its value. This is the loss "output", which
                without it is that of the one output.
            example: instead of `X`, an example of the spec, as `example` finds it. Its targets,
                loss and reduction hold where none are given.

        Raises:
            InputError: inputs or targets that do not fit.
            UninitialisedError: a parameter has no value.
        """
        from deepgraph.evaluate.gradient import gradient  # a call pays for what it uses

        asked = self._asked(example, X, targets, loss, reduction, of)
        return gradient(self.trace(asked.X), *asked.task)

    def _asked(self, example: str | int | None, *given: Any) -> Asked:
        """Inputs, targets and loss of a computation; arguments as in `graph.examples.asked`."""
        return asked(None if example is None else self.example(example), *given)

    def jacobian(
        self, X: ArrayLike | Mapping[str, ArrayLike], nodes: Sequence[str] | None = None
    ) -> NDArray[np.float64]:
        """The derivative of every output by every input, (rows, outputs, inputs).

        Of a normalised input it is that by the value in the table.

        Args:
            X: inputs as in `__call__`.
            nodes: instead of the outputs: ids, `z(id)`, and names of stages.

        Raises:
            InputError: inputs that do not fit, or no such node.
            UninitialisedError: a parameter has no value.
        """
        from deepgraph.evaluate.gradient import jacobian  # a call pays for what it uses

        return jacobian(self.trace(X), nodes)

    def sensitivity(
        self, X: ArrayLike | Mapping[str, ArrayLike], nodes: Sequence[str] | None = None
    ) -> Sensitivity:
        """How the outputs answer to the inputs: the entries of the Jacobian over all rows.

        Arguments and errors as in `jacobian`.

        Returns:
            The mean, the mean absolute and the largest absolute derivative of each output by each
            input.
        """
        from deepgraph.evaluate.sensitivity import Sensitivity  # a call pays for what it uses

        return Sensitivity.of(self, nodes).add(self.trace(X))

    def loss(
        self,
        X: ArrayLike | Mapping[str, ArrayLike] | None = None,
        targets: Mapping[str, ArrayLike] | None = None,
        loss: str | None = None,
        reduction: str | None = None,
        *,
        of: str | None = None,
        example: str | int | None = None,
    ) -> float:
        """The loss over a batch; arguments and errors as in `gradient`."""
        from deepgraph.evaluate.loss import evaluate_loss  # a call pays for what it uses

        asked = self._asked(example, X, targets, loss, reduction, of)
        return evaluate_loss(self.trace(asked.X), *asked.task).value

    def explain(
        self,
        X: Mapping[str, Any] | None = None,
        targets: Mapping[str, Any] | Sequence[str] | None = None,
        *,
        example: str | int | None = None,
        backward: bool | None = None,
        loss: str | None = None,
        of: str | None = None,
        reduction: str | None = None,
        learning_rate: Setting | None = None,
        optimiser: Optimiser | None = None,
        momentum: Setting | None = None,
        weight_decay: Setting | None = None,
        steps: int | None = None,
        epochs: int | None = None,
        batch: int | None = None,
        rule: Rule = RULES[0],
        short: bool = False,
        node: str | None = None,
        derive: bool = False,
        notation: Notation = "partial",
        fractions: bool = False,
        precision: int | Literal["full"] | None = None,
        paths: bool = False,
        paths_limit: int = PATHS_LIMIT.default,
    ) -> Explanation:
        """The arithmetic written out, line by line: symbols, numbers, result.

        Args:
            X: by input name a number, a text such as "1/3", or a list of them over the rows.
            targets: by node id likewise; with them derivatives follow, by the chain rule. Or a
                class for each row, the label of an output or one of the two classes of the one
                output.
            example: instead of `X`, an example of the spec, as `example` finds it. Its targets,
                loss, reduction and steps (learning rate, momentum, frozen parameters, …) hold where
                none are given.
            backward: True to add the derivatives; by default they follow if there are targets, the
                loss "output" or a step.
            loss: as in `gradient`; by default half_squared_error, or cross_entropy for classes
                where the outputs allow it.
            of: as in `gradient`.
            reduction: as in `gradient`.
            learning_rate: of a step of gradient descent, which is then shown as well; a number,
                or a text such as "1/3", which stays exact.
            optimiser: "sgd" or "adam", which makes the step; by default "sgd".
            momentum: of sgd, from 0 to less than 1.
            weight_decay: λ of the penalty λ/2·Σw² over the trained weights, and no biases.
            steps: write out so many steps of training, one after the other, each with its rows in
                the order of the table. The values are those of `deepgraph.train.fit` with the same
                settings, `order="file"` and `keep="last"`, to the last bit.
            epochs: the same for so many passes through all rows.
            batch: rows for each step; by default all.
            rule: "perceptron", "delta" or "hebb" for the steps of a learning rule, row by row; see
                `deepgraph.train.learn`.
            short: of several steps only the table with the weights after each.
            node: the id of the only node to explain, with the nodes that it needs; or the name of
                a stage, for its members.
            derive: True to derive the first step of the backward pass in letters: why p − t.
            notation: "partial" writes ∂loss/∂z, "delta" writes δ.
            fractions: print numbers as p/q as long as they stay rational.
            precision: significant digits, or "full"; by default 4, and short numbers in full.
            paths: True to write each output of a piecewise-linear network, or the chosen node, as a
                sum over paths from the inputs, the biases and the offsets of pieces: each carries
                its first value times the weights and slopes along it.
            paths_limit: the most paths to one node.

        Returns:
            Sections of steps of lines; `print` shows them, and `.markdown()`, `.latex()` and
            `.json()` write them in other formats.

        Raises:
            InputError: inputs, targets or options that do not fit; for paths, a node that is not
                piecewise linear, or more paths than the limit.
            UninitialisedError: a parameter has no value.
            DivergedError: a training of several steps is no longer finite.
        """
        from deepgraph.evaluate.optimisers import StepSettings  # a call pays for what it uses

        data = None if example is None else self.example(example)
        if data is not None:
            data = data.beside(paths=paths, derive=derive)
        if data is not None and (backward is False or rule != RULES[0]):
            data = data.without_loss()
        wanted: Any = targets
        if targets is not None and not hasattr(targets, "keys"):
            given = import_module("deepgraph.train.given")  # lies above this module
            wanted, loss = given.compared(self, targets, loss)
        X, wanted, loss, reduction, of = asked(data, X, wanted, loss, reduction, of, as_texts=True)
        said: dict[str, Any] = {
            "learning_rate": learning_rate, "optimiser": optimiser, "momentum": momentum,
            "weight_decay": weight_decay, "steps": steps, "epochs": epochs, "batch": batch,
        }  # fmt: skip
        _check_steps(said, rule, short, backward)
        network, taken = self, said
        if data is not None and backward is not False and (wanted or loss == OUTPUT_LOSS):
            taken = data.steps_beside({**said, "rule": rule if rule != RULES[0] else None})
            network = self.frozen(taken.pop("freeze", ()))
        settings = StepSettings.of(
            *(taken.get(k) for k in ("learning_rate", "optimiser", "momentum", "weight_decay"))
        )
        steps, epochs, batch = (taken.get(key) for key in ("steps", "epochs", "batch"))
        printed: dict[str, Any] = {"node": node, "fractions": fractions, "precision": precision}
        printed |= {"derive": derive, "notation": notation}
        if rule != RULES[0] or short or any(n is not None for n in (steps, epochs, batch)):
            worked = import_module("deepgraph.train.worked")  # likewise
            walk = worked.WalkRequest(
                steps,
                epochs,
                batch,
                rule,
                short,
                settings,
                loss,
                reduction,
                of,
                tuple(name for name, one in said.items() if one is not None),
            )
            found: Explanation = walk.explanation(network, X, wanted, paths=paths, **printed)
            return found
        from deepgraph.explain import write_out

        return write_out(
            network,
            X,
            wanted,
            backward=backward,
            loss=loss,
            of=of,
            reduction=reduction,
            settings=None if settings == StepSettings() else settings,
            paths=paths,
            paths_limit=paths_limit,
            **printed,
        )

    def kinks(
        self,
        over: Mapping[str, tuple[Any, Any]] | None = None,
        *,
        at: Mapping[str, Any] | None = None,
        between: tuple[Mapping[str, Any], Mapping[str, Any]] | None = None,
        nodes: Sequence[str] | None = None,
        pre_activations: bool = False,
        limit: int = LIMIT.default,
    ) -> Kinks:
        """The exact points where a piecewise-linear network bends along a line through its inputs.

        Nothing is sampled: the pieces of every node are propagated through the graph in rational
        arithmetic, with the numbers as the spec writes them. Drawn numbers count as the decimals
        that `deepgraph init` writes, other computed numbers as exact doubles.

        Args:
            over: one input with the start and the end of its range, `{"x": (-1, 1)}`. A number is
                a text such as "1/3" or a number of Python; a float is its shortest decimal.
            at: the values of all other inputs.
            between: instead of `over` and `at`, two rows of all inputs; the parameter goes from 0
                to 1 along the segment between them.
            nodes: ids, and names of stages, which stand for their members; by default the outputs.
            pre_activations: True for the kinks of z instead of a.
            limit: the largest number of pieces of a node.

        Raises:
            InputError: arguments that do not fit; or a chosen node, or one that feeds it, is not
                piecewise linear or has too many pieces. For z, the node's own activation is free.
            UninitialisedError: a parameter has no value.
        """
        from deepgraph.kinks import find  # a call pays for what it uses

        return find(
            self,
            over,
            at=at,
            between=between,
            nodes=nodes,
            pre_activations=pre_activations,
            limit=limit,
        )

    def diff(
        self,
        other: Network,
        *,
        rtol: float = 0.0,
        atol: float = 0.0,
        strict: bool = False,
        ignore: Sequence[str] = (),
    ) -> Difference:
        """What changed from this network to another one; arguments as in `deepgraph.diff.compare`.

        Returns:
            A `Difference`: `print` shows it, `.equal`, `.markdown()`, `.json()`, `.draw()`.
        """
        compare = import_module("deepgraph.diff.difference").compare  # lies above
        found: Difference = compare(self, other, rtol=rtol, atol=atol, strict=strict, ignore=ignore)
        return found

    # --- what it looks like ----------------------------------------------------------------

    def draw(
        self,
        X: ArrayLike | Mapping[str, ArrayLike] | None = None,
        *,
        row: int = 0,
        example: str | int | None = None,
        gradients: Gradients | None = None,
        curves: Curves | None = None,
        graphviz: Backend = "auto",
        **options: Unpack[DrawingOptions],
    ) -> Picture:
        """The picture, with live values if inputs are given.

        Args:
            X: inputs as in `__call__`.
            row: of the inputs, from 0.
            example: instead of `X`, an example of the spec, as `example` finds it.
            gradients: shown under values and on edges; `Gradients.of` makes them of a gradient.
            curves: of `deepgraph.kinks.curves.node_curves`, drawn in the nodes.
            graphviz: the program of the renderer "graphviz"; see `deepgraph.draw.render`.
            options: those of `deepgraph render`, see `DrawingOptions`.

        Returns:
            A `Picture`, which a notebook shows and `save` writes to a file.

        Raises:
            DrawingError: the picture could not be read, an option is out of range.
            InputError: inputs that do not fit.
        """
        from deepgraph.draw import prepare  # a call pays for what it uses
        from deepgraph.draw.picture import Picture

        if example is not None:
            X = self._asked(example, X, None, None, None, None).X
        trace = None if X is None else self.trace(X)
        shown: dict[str, Any] = {"gradients": gradients, "curves": curves, "graphviz": graphviz}
        return Picture(prepare(self, trace, row=row, **shown, **options))

    def live(
        self,
        inputs: Mapping[str, float] | None = None,
        *,
        over: Mapping[str, tuple[float, float]] | None = None,
        targets: Mapping[str, float] | None = None,
        example: str | int | None = None,
        lang: str = "en",
        height: str = "760px",
        **options: Any,
    ) -> LivePage:
        """An interactive page: sliders, weights to change, steps, gradients, a quiz.

        Args:
            inputs: the values to begin with; by default those of the first example.
            over: the range of the slider of an input, `{"x": (0, 5)}`.
            targets: by output, what the loss compares.
            example: the example of the spec to begin with, as `example` finds it; its targets and
                loss hold where none are given.
            lang: the language of the page's own words: "en", "de", "fr" or "es".
            height: of the frame in a notebook, a length of CSS.
            options: `rows`, `loss`, `of` and drawing options, see `deepgraph.live.page`.

        Returns:
            A `LivePage`, which a notebook shows in a frame and `save` writes to a file.

        Raises:
            InputError: there is no such input, output or language.
            UninitialisedError: a parameter has no value.
            DrawingError: the picture could not be read.
        """
        document = import_module("deepgraph.live.document")  # lies above this module
        frame = import_module("deepgraph.live.frame")
        if example is not None:
            inputs, targets, options = self._begun(example, inputs, targets, options)
        html = document.page(self, inputs, over=over, targets=targets, lang=lang, **options)
        title = self.spec.title or self.spec.name or self.name
        page: LivePage = frame.LivePage(html, title, height)
        return page

    def _begun(
        self, example: str | int, inputs: Any, targets: Any, options: dict[str, Any]
    ) -> tuple[Any, Any, dict[str, Any]]:
        """What a live page begins with: the first row of an example."""
        chosen = self._asked(example, inputs, targets, options.get("loss"), None, options.get("of"))
        first, wanted = (
            {name: np.ravel(column)[0] for name, column in (given or {}).items()}
            for given in (chosen.X, chosen.targets)
        )
        return first, wanted, {**options, "loss": chosen.loss, "of": chosen.of}

    def to_graphviz(
        self,
        X: ArrayLike | Mapping[str, ArrayLike] | None = None,
        *,
        row: int = 0,
        gradients: Gradients | None = None,
        **options: Unpack[DrawingOptions],
    ) -> Digraph:
        """The picture as a `Digraph` of the package graphviz, to be styled and rendered with it.

        Its nodes have the ids of the network, and every node and edge its place. Attributes that
        are set later come first: `node("h1", fillcolor="gold")`, `attr("edge", fontname="Georgia")`
        for what is added, `graph_attr["bgcolor"] = "transparent"`. With
        `graph_attr["layout"] = "dot"` Graphviz finds places of its own. To render it, that package
        runs the program `dot`.

        Arguments and errors as in `draw`.
        """
        from deepgraph.draw.output.dot import digraph  # few pictures go there

        drawing = self.draw(X, row=row, gradients=gradients, **options).drawing
        return digraph(drawing, drawing.options["theme"] or "light")

    def positions(self, **options: Unpack[DrawingOptions]) -> dict[str, tuple[float, float]]:
        """The place of each node in the picture, in px, y upwards: the `pos` of `networkx.draw`.

        Biases have places, too, beside the nodes that they feed, so that
        `networkx.draw(network.graph, pos=network.positions())` finds all of `Network.graph`.

        Args:
            options: those of `draw` that say where nodes stand, such as `direction` and `wrap`.
        """
        every: dict[str, Any] = {"max_width": max(len(self.ids), 3), "weights": "none"}
        every |= {"collapse": False, "biases": "each"}
        return self.draw(**{**every, **options}).positions()

    def __repr__(self) -> str:
        nodes, parameters = int(np.sum(self.kind != BIAS)), len(self.parameters)
        return f"<Network {self.spec.name or self.name}: {nodes} nodes, {parameters} parameters>"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Any:
        """The picture for a notebook, see `deepgraph.embed.notebook`."""
        notebook = import_module("deepgraph.embed.notebook")  # lies above this module
        return notebook.bundle(self, include=include, exclude=exclude)


def _check_steps(said: Mapping[str, Any], rule: str, short: bool, backward: bool | None) -> None:
    """Check what is said of steps.

    A learning rate in a text is that of a spec, whose examples may climb.

    Raises:
        InputError: a rate of 0 or less, or steps without the backward pass that they need.
    """
    rate = said["learning_rate"]
    if rate is not None and not isinstance(rate, str) and not rate > 0:
        raise InputError(f"a learning rate is a positive number, got {float(rate):g}")
    steps = [name for name, one in said.items() if one is not None]
    steps += ["rule"] * (rule != RULES[0]) + ["short"] * short
    if backward is False and steps:
        what = f"{option(steps[0])} is about steps, which need the backward pass"
        raise OptionError(f"{what}: drop {option('backward', False, argument='backward=False')}")
