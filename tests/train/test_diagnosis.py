"""Why a training does not learn: twelve broken and twelve sound ones."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest
from sklearn.datasets import load_digits

import deepgraph
from deepgraph.errors import DivergedError
from deepgraph.spec import gallery
from deepgraph.train import examine, fit
from deepgraph.train.diagnosis import diagnose
from deepgraph.train.finding import figure
from tests.support.strategies import network
from tests.support.trainings import BROKEN, SOUND, XOR, Given, bank, blobs, net, wave, weights


def causes(given: Given) -> list[str]:
    return [str(one.cause) for one in findings(given)]


def findings(given: Given):
    try:
        return fit(given.network, given.X, given.targets, **given.options).findings
    except DivergedError as error:
        return diagnose(error.case, None, epochs=len(error.history) - 1)


@pytest.mark.parametrize("cause", BROKEN)
def test_the_first_finding_about_a_broken_training_names_its_cause(cause):
    found = causes(BROKEN[cause]())
    assert found[:1] == ["rate" if cause == "diverging" else cause]


@pytest.mark.parametrize("name", SOUND)
def test_nothing_is_said_about_a_sound_training(name):
    assert findings(SOUND[name]()) == []


def test_nothing_is_said_without_an_epoch():
    given = BROKEN["dead"]()
    assert findings(given._replace(options={"epochs": 0})) == []


def test_the_numbers_in_the_texts_are_those_of_the_network():
    given = BROKEN["dead"]()
    (found,) = findings(given)
    z = given.network.trace(given.X).z
    hidden = [given.network.index[name] for name in ("h1", "h2", "h3")]
    most = z[hidden].max()
    assert f"ReLU gives 0 in all 4 rows (z at most −{abs(most):.3g})" in found.text
    given = BROKEN["range"]()
    first = findings(given)[0]
    t = given.targets["y"]
    assert f"go from {t.min():.1f} to {t.max():.1f}, and its sigmoid gives 0 to 1" in first.text
    assert "60 of 60 rows are out of reach" in first.text


def test_what_a_trial_promises_is_kept():
    """The cure of a learning rate, taken as it stands, comes to the loss that is told."""
    given = BROKEN["rate"]()
    (found,) = findings(given)
    rate = float(found.cure.split("learning_rate=")[1].split(":")[0])
    again = fit(given.network, given.X, given.targets, **(given.options | {"learning_rate": rate}))
    assert f"a loss of {again.kept.training.loss:.3g} instead of" in found.cure
    given = BROKEN["unscaled"]()
    (found,) = findings(given)
    again = fit(given.network, given.X, given.targets, **given.options, standardise=True)
    told = float(found.cure.split("comes to ")[1].split(" ")[0])
    assert again.kept.training.loss == pytest.approx(told, rel=0.05)
    given = BROKEN["epochs"]()
    (found,) = findings(given)
    epochs = int(found.cure.split("epochs=")[1].split(" ")[0])
    again = fit(given.network, given.X, given.targets, **(given.options | {"epochs": epochs}))
    before = fit(given.network, given.X, given.targets, **given.options)
    assert again.kept.training.loss < before.kept.training.loss / 2


@pytest.mark.parametrize("seed", range(1, 7))
def test_relu_xor_that_gets_stuck_is_explained(seed):
    """The commonest complaint: 2-2-1 with ReLU on XOR, which ends at a loss of 1/12 or 1/8."""
    made = net([2, 2, 1], "relu", seed=seed, init="uniform")
    given = Given(made, XOR, {"y": [0, 1, 1, 0]}, {"epochs": 1000, "learning_rate": 0.1})
    found = fit(made, XOR, given.targets, **given.options)
    if found.kept.training.loss < 0.0125:
        assert found.findings == []
    else:
        assert found.findings[0].cause in {"dead", "start", "epochs", "rate"}


def test_shared_weights_are_meant_to_be_equal():
    """Two nodes with one label each for both are a convolution, not a slip."""
    from tests.support.strategies import network

    spec = {
        "deepgraph": 1,
        "nodes": [
            *({"id": name, "kind": "input"} for name in ("x1", "x2")),
            *({"id": name, "activation": "tanh"} for name in ("h1", "h2")),
            {"id": "y", "kind": "output"},
        ],
        "edges": [
            *({"source": x, "target": h, "label": "w", "weight": 0.5}
              for x in ("x1", "x2") for h in ("h1", "h2")),
            *({"source": h, "target": "y", "label": "v", "weight": 0.5} for h in ("h1", "h2")),
        ],
    }  # fmt: skip
    made = network(spec)
    X, n = blobs([(-1, 1), (1, -1)], 20, 1)
    assert "symmetric" not in causes(Given(made, X, {"y": n.astype(float)}, {"epochs": 20}))


def test_biases_of_their_own_do_not_hide_a_symmetry_and_break_it_where_they_differ():
    made = net([2, 3, 1], "tanh", "sigmoid")
    even = made.with_values(np.where(weights(made), 0.5, 0.1))
    given = Given(even, XOR, {"y": [0, 1, 1, 0]}, {"epochs": 200, "learning_rate": 1.0})
    assert causes(given)[:1] == ["symmetric"]
    odd = even.with_values({"b1": 0.3, "b2": -0.2, "b3": 0.0})
    assert "symmetric" not in causes(given._replace(network=odd))


def test_targets_that_are_all_the_same_are_told_of():
    x, _ = wave()
    (found,) = findings(Given(net([1, 2, 1]), x, {"y": np.full(60, 2.0)}, {"epochs": 5}))
    assert found.text == "the targets are the same in all 60 rows: y = 2"
    made = net([2, 1], "tanh", "sigmoid")
    (found,) = findings(Given(made, XOR, ["1"] * 4, {"epochs": 5}))
    assert found.text == 'every one of the 4 rows is of the class "1"'


def test_a_step_at_the_output_is_told_of_with_the_rule_for_it():
    made = net([2, 1], "tanh", "step", seed=2)
    (found,) = findings(Given(made, XOR, {"y": [0, 0, 0, 1]}, {"epochs": 5}))
    assert found.cause == "steps"
    assert 'rule="perceptron"' in found.cure


def house():
    """Prices of houses by area and age, of which neither is scaled."""
    rng = np.random.default_rng(1)
    area, age = rng.uniform(50, 200, 60), rng.uniform(0, 50, 60)
    return np.stack([area, age], axis=1), {"y": 3 * area - 2 * age + 20}


@pytest.mark.parametrize("hidden", ["relu", "tanh"])
@pytest.mark.parametrize("table", [house, bank])
def test_inputs_that_are_not_scaled_are_named_at_the_usual_rate(table, hidden):
    """There the training diverges, or a first step leaves every ReLU off."""
    X, targets = table()
    made = net([X.shape[1], 4, 1], hidden, "identity")
    found = findings(Given(made, X, targets, {"epochs": 100}))
    assert found[0].cause == "unscaled"
    assert found[0].cure.startswith("standardise=True shifts and scales each input")


def test_a_cure_of_two_parts_is_kept():
    """Where the targets are large, too, scaled inputs ask for a smaller rate."""
    X, targets = house()
    made = net([2, 4, 1], "relu")
    (found,) = findings(Given(made, X, targets, {"epochs": 100}))
    rate = float(found.cure.split("learning_rate=")[1].split(",")[0])
    told = float(found.cure.split("comes to ")[1].split(" ")[0])
    again = fit(made, X, targets, epochs=100, learning_rate=rate, standardise=True)
    assert again.kept.training.loss == pytest.approx(told, rel=0.05)


@pytest.mark.parametrize("targets", [["0", "1", "1", "0"], {"y": [0, 1, 1, 0]}])
def test_xor_without_hidden_nodes_wants_some_and_no_rows_of_a_rare_class(targets):
    given = Given(net([2, 1], "tanh", "sigmoid"), XOR, targets, {"epochs": 500})
    (found,) = findings(given._replace(options={"epochs": 500, "learning_rate": 1.0}))
    assert found.cause == "linear"
    assert "without hidden nodes the network parts the rows by a straight line" in found.text
    assert found.cure.startswith("Add a hidden layer: with 8 nodes of tanh the loss comes to")
    # What a line parts is learned without them.
    both = {"y": [0, 0, 0, 1]}
    assert (
        findings(given._replace(targets=both, options={"epochs": 2000, "learning_rate": 5})) == []
    )


def test_a_class_of_as_many_rows_as_the_others_is_not_called_rare():
    from deepgraph.train.row_findings import never_predicted

    made = net([2, 1], "tanh", "sigmoid")
    fitted = fit(made, XOR, ["0", "1", "1", "0"], epochs=1)
    case = fitted.case
    always = made.with_values(np.where(weights(made), 0.0, -5.0))
    (found,) = never_predicted(case, always)
    assert "rare" not in found.cure
    given = BROKEN["class"]()
    assert "rare class" in findings(given)[0].cure


def test_the_seed_of_an_advice_is_not_the_one_that_failed():
    """Numbers that were drawn need not be left out of the spec first."""
    from deepgraph.edit.templates import dense
    from deepgraph.spec.writing import write
    from deepgraph.train.starts import draw_anew
    from tests.support.strategies import network

    bare = network(json.loads(write(dense([2, 2, 1], "relu", "identity"))))
    assert draw_anew(bare.initialised(2), 2) == "draw others: give network.initialised(3)"
    assert draw_anew(bare.initialised(1), 2) == "draw others: give network.initialised(2)"
    written = deepgraph.load(gallery.path("mazur"))
    wanted = "draw others: leave the numbers out of the spec and give network.initialised(2)"
    assert draw_anew(written, 2) == wanted


@pytest.mark.parametrize("seed", [2, 4, 6])
@pytest.mark.parametrize("method", ["uniform", "he"])
def test_the_seed_of_an_advice_was_tried_with_the_same_method(seed, method):
    made = net([2, 2, 1], "relu", seed=seed, init=method)
    options = {"epochs": 1000, "learning_rate": 0.1}
    found = fit(made, XOR, {"y": [0, 1, 1, 0]}, **options)
    advice = next((one.cure for one in found.findings if "initialised(" in one.cure), None)
    if advice is None:
        return
    call = advice.partition("network.initialised(")[2].partition(")")[0].split(", ")
    assert [one.strip('"') for one in call[1:]] == [method] * (method != "uniform")
    other = net([2, 2, 1], "relu", seed=int(call[0]), init=method)
    again = fit(other, XOR, {"y": [0, 1, 1, 0]}, **options)
    assert again.kept.training.loss < found.kept.training.loss / 2


def test_dead_nodes_for_which_no_start_helped_are_given_no_seed():
    from deepgraph.train.diagnosis import _without_dead
    from deepgraph.train.trials import Trials

    given = BROKEN["dead"]()
    fitted = fit(given.network, given.X, given.targets, **given.options)
    (finding,) = fitted.findings
    hopeless = Trials(fitted.case, 0.0)  # nothing is less than half of 0
    assert _without_dead(hopeless, finding).cure == ("Take leaky_relu, whose slope is never 0.")


def test_targets_of_any_size_are_learned_once_they_are_divided():
    x, targets = wave()
    large = {"y": 5000 * targets["y"]}
    made = net([1, 8, 1], "tanh")
    options = {"epochs": 1000, "optimiser": "adam"}
    (found,) = fit(made, x, large, **options).findings
    assert found.cause == "targets"
    assert found.text.startswith("the targets are large: they go from −5000 to 5000, and no")
    divisor = float(found.cure.split("Divide them by ")[1].split(" ")[0].replace(",", ""))
    again = fit(made, x, {"y": large["y"] / divisor}, **options)
    told = float(found.cure.split("the loss is then ")[1].split(" ")[0])
    assert again.kept.training.loss / again.case.baseline == pytest.approx(told, rel=0.01)
    assert again.findings == []


def test_a_weight_decay_that_leaves_no_weights_is_named():
    x, targets = wave()
    made, options = net([1, 8, 1], "tanh"), {"epochs": 1000, "learning_rate": 0.05}
    (found,) = fit(made, x, targets, **options, weight_decay=10).findings
    assert found.cause == "decay"
    without = fit(made, x, targets, **options)
    assert f"without any the loss comes to {without.kept.training.loss:.3g}" in found.cure


@pytest.mark.parametrize("rate", [0.1, 1.0, 10.0])
def test_rows_that_are_kept_apart_are_what_a_cure_has_to_help(rate):
    """No rate is too small and too large at once, where half of XOR tells nothing of the rest."""
    made = net([2, 4, 1], "tanh", "sigmoid", 1)
    options = {"epochs": 2000, "learning_rate": rate, "validation": 0.5, "seed": 1}
    fitted = fit(made, XOR, {"y": [0.0, 1, 1, 0]}, **options)
    (found,) = fitted.findings
    assert found.cause == "unlike"
    learned = min(epoch.training.loss for epoch in fitted.history)
    assert found.text.startswith(
        f"the 2 rows that are learned from come to a loss of {figure(learned)}, and the 2 kept "
        f"apart to {figure(fitted.kept.validation.loss)}: "
    )


def test_what_a_trial_promises_for_rows_kept_apart_is_kept():
    x = np.linspace(-2, 2, 80)[:, None]
    targets = {"y": np.sin(2 * x[:, 0])}
    made = net([1, 8, 1], "tanh", "identity", 2, "xavier")
    options = {"epochs": 400, "validation": 0.25, "optimiser": "adam"}
    fitted = fit(made, x, targets, **options, learning_rate=1e-6)
    (found,) = fitted.findings
    assert found.cause == "rate"
    rate, promised = re.search(
        r"Take learning_rate=(\S+): .* to a loss of (\S+) ", found.cure
    ).groups()
    assert "on the rows that are kept apart" in found.cure
    again = fit(made, x, targets, **options, learning_rate=float(rate))
    assert figure(again.kept.validation.loss) == promised
    assert again.findings == []


def test_the_seed_of_info_draws_a_start_that_is_alive():
    made = net([2, 3, 1], "relu", "identity", 1)
    dead = made.with_values(dict.fromkeys(("b1", "b2", "b3"), -9.0))
    found = {one.cause: one for one in examine(dead, XOR, {"y": [0.0, 1, 1, 0]}).findings}
    advice = re.search(r"network\.initialised\((\d+)", found["dead"].cure)
    z = made.as_written().initialised(int(advice.group(1))).trace(XOR).z
    assert (z[[made.index[name] for name in ("h1", "h2", "h3")]] > 0).any(axis=1).all()


def test_pixels_from_0_to_255_are_told_of_and_learned_once_they_are_scaled():
    digits = load_digits()
    X, names = digits.data[:300] * (255 / 16), [f"y{n + 1}" for n in digits.target[:300]]
    made = net([64, 12, 10], "sigmoid", "softmax", 3)
    options = {"epochs": 60, "learning_rate": 0.5}
    raw = fit(made, X, names, **options)
    assert raw.findings[0].cause == "unscaled"
    assert (
        "go from 0 to 255" in raw.findings[0].text or "goes from 0 to 255" in raw.findings[0].text
    )
    assert "standardise" in raw.findings[0].cure
    scaled = fit(made, X, names, **options, standardise=True)
    assert scaled.kept.training.accuracy > 0.95 > raw.kept.training.accuracy


def test_inputs_that_are_scaled_already_are_not_to_be_scaled():
    def said(scaling):
        layers = [
            {"id": "x", "size": 1, **scaling},
            {"id": "y", "size": 1, "activation": "sigmoid", "weights": "W", "bias": "b"},
        ]
        parameters = {"W": [[400]], "b": [300]}
        made = network({"deepgraph": 1, "layers": layers, "parameters": parameters})
        found = examine(made, np.array([[0.5], [1.0], [2.0]]), {"y": [0.0, 1, 0]}).findings
        return [one.cure for one in found if one.cause == "saturated"]

    assert said({"normalise": {"mean": 0, "scale": 2}}) == ["Start with smaller weights."]
    (cure,) = said({})
    assert cure.startswith("Start with smaller weights, or scale the inputs: standardise=True ")


@pytest.mark.parametrize("seed", range(1, 7))
def test_xor_with_sigmoids_and_the_defaults_is_told_that_it_is_too_short(seed):
    """100 epochs at a rate of 0.1 hardly move it; a larger rate or more epochs alone do not do."""
    made = net([2, 2, 1], "sigmoid", "sigmoid", seed=seed, init="uniform")
    targets = {"y": [0, 1, 1, 0]}
    (found,) = findings(Given(made, XOR, targets, {}))
    assert found.cause == "epochs"
    assert found.text.startswith("100 epochs ")
    epochs, *rate = (float(n) for n in re.findall(r"(?:epochs|learning_rate)=([\d.]+)", found.cure))
    options = {"learning_rate": rate[0]} if rate else {}
    before, after = (
        fit(made, XOR, targets, **given).kept.training.loss
        for given in ({}, {"epochs": int(epochs), **options})
    )
    assert after < before / 2


def test_one_row_that_is_learned_is_a_sound_training():
    """The best constant has no loss on one row; beside it nothing would ever be learned."""
    made = deepgraph.load(gallery.path("mazur")).frozen(["b1", "b2"])
    row = Given(made, [[0.05, 0.1]], {"o1": [0.01], "o2": [0.99]}, {"learning_rate": 0.5})
    assert findings(row._replace(options=row.options | {"epochs": 1000})) == []
    (found,) = findings(row._replace(options=row.options | {"epochs": 3}))
    assert found.cause == "epochs"
