"""How often the diagnosis of a training is wrong, over random trainings that no threshold has seen.

    python -m tests.benchmarks.diagnosis [N]

A training is *sound* if its loss is at most 1.5 times that of the best of three long trainings of
the same network with Adam, and *broken* if one thing was spoiled and its loss is over three times
that. Others are neither, and not counted. A false alarm is a finding about a sound training; a miss
is silence about a broken one. Silence is mild where the training leaves less than a tenth of the
loss of a constant, which counts as learned. Another cause than the one that was spoiled may be true
as well: a network that is spoiled in one way may have a second weakness.
"""

from __future__ import annotations

import sys
from collections import Counter

import numpy as np

from deepgraph.errors import DivergedError
from deepgraph.train import fit
from deepgraph.train.diagnosis import LEARNED, diagnose
from tests.support.trainings import blobs, net, weights

ACCEPTED = {
    "dead": {"dead", "start"},
    "rate small": {"rate", "epochs"},
    "epochs": {"epochs", "rate"},
}
"""By what was spoiled, the causes that may stand first, where they are not its name. A slow
training is cured by more epochs as by a larger rate; the text of either names both."""


def task(rng):
    """Rows, targets, the activation of the outputs, their number and a loss."""
    rows = int(rng.integers(40, 160))
    inputs = int(rng.integers(1, 4))
    X = (
        rng.uniform(-1, 1, (rows, inputs))
        if rng.random() < 0.5
        else rng.standard_normal((rows, inputs))
    )
    noise = float(rng.choice([0.0, 0.05, 0.3]))
    kind = rng.choice(["smooth", "plane", "clouds", "two"])
    if kind in ("smooth", "plane"):
        v = rng.standard_normal(inputs)
        t = X @ v
        t = t if kind == "plane" else np.sin(2 * t) + 0.5 * X[:, 0] ** 2
        t = t + noise * t.std() * rng.standard_normal(rows)
        loss = str(rng.choice(["half_squared_error", "huber", "mean_squared_error"]))
        return X, {"y": t}, "identity", 1, inputs, loss
    if kind == "two":
        X, n = blobs(
            [(-1.2, 0.5), (1.2, -0.5)], rows // 2, int(rng.integers(1000)), spread=0.5 + noise
        )
        return X, [str(k) for k in n], "sigmoid", 1, 2, "cross_entropy"
    X, n = blobs(
        [(-2, 0), (2, 0), (0, 2.5)], rows // 3, int(rng.integers(1000)), spread=0.5 + noise
    )
    return X, [f"y{k + 1}" for k in n], "softmax", 3, 2, "cross_entropy"


def sound(rng):
    """A training as a careful person sets it up."""
    X, targets, output, outputs, inputs, loss = task(rng)
    hidden = str(rng.choice(["tanh", "relu", "sigmoid", "leaky_relu", "elu", "softplus"]))
    init = "he" if hidden in ("relu", "leaky_relu", "elu") else "xavier"
    made = net(
        [inputs, int(rng.integers(3, 11)), outputs], hidden, output, int(rng.integers(1000)), init
    )
    options = {"loss": loss, "epochs": int(rng.choice([1000, 2000, 3000]))}
    if rng.random() < 0.5:
        options |= {"optimiser": "adam", "learning_rate": float(rng.choice([0.01, 0.02, 0.03]))}
    else:
        options |= {"learning_rate": float(rng.choice([0.1, 0.2, 0.3])), "momentum": 0.9}
    if rng.random() < 0.3:
        options["batch"] = 20
        options["epochs"] //= 4
    return made, X, targets, options


def spoil(rng, made, X, targets, options, cause):  # noqa: PLR0911, PLR0912 (a case for each cause)
    """The same with one thing wrong; `None` if that cannot be done here."""
    w, values = weights(made), made.parameters.values
    hidden = made.activation(int(made.steps[len(made.inputs)])).name
    hidden = next(
        made.activation(i).name for i in range(len(made.ids)) if made.ids[i].startswith("h")
    )
    if cause == "dead":
        if hidden != "relu":
            return None
        names = {n: -8.0 for n in made.parameters.names if n.startswith("b")}
        return made.with_values(names), X, targets, options
    if cause == "zero":
        return made.with_values(np.zeros(len(values))), X, targets, options
    if cause == "symmetric":
        return made.with_values(np.where(w, 0.4, 0.0)), X, targets, options
    if cause == "saturated":
        if hidden not in ("tanh", "sigmoid"):
            return None
        return made.with_values(60 * values), X, targets, options
    if cause == "unscaled":
        scales = 10.0 ** rng.uniform(2, 4, X.shape[1])
        scales[0] = 1.0 if X.shape[1] > 1 else scales[0]
        return made, X * scales + scales, targets, options
    if cause == "range":
        if not isinstance(targets, dict):
            return None
        spec_like = net([X.shape[1], 5, 1], "tanh", "sigmoid", 1)
        return spec_like, X, {"y": 30 + 20 * targets["y"]}, options
    if cause == "rate large":
        return made, X, targets, options | {"learning_rate": options["learning_rate"] * 1000}
    if cause == "rate small":
        return made, X, targets, options | {"learning_rate": options["learning_rate"] / 1e4}
    if cause == "epochs":
        return made, X, targets, options | {"epochs": 5}
    if cause == "frozen":
        names = [n for n in made.parameters.names if n.startswith("w")]
        return (
            made.with_values(np.where(w, 0.02 * values, values)),
            X,
            targets,
            options | {"freeze": names},
        )
    if cause == "steps":
        sizes = [X.shape[1], int(np.sum([i.startswith("h") for i in made.ids])), len(made.outputs)]
        output = made.activation(int(made.outputs[0])).name
        return net(sizes, "step", output, 1), X, targets, options
    assert cause == "one value", cause
    if isinstance(targets, dict):
        return made, X, {"y": np.full(len(X), 2.0)}, options
    return made, X, [targets[0]] * len(X), options


CAUSES = (
    "dead", "zero", "symmetric", "saturated", "unscaled", "range", "rate large", "rate small",
    "epochs", "frozen", "steps", "one value",
)  # fmt: skip


def outcome(made, X, targets, options):
    """The loss that a training comes to, and its findings."""
    try:
        found = fit(made, X, targets, **options)
    except DivergedError as error:
        return np.inf, diagnose(error.case, None, epochs=max(1, len(error.history) - 1))
    return found.kept.training.loss, found.findings


def constant(made, X, targets, options):
    """The loss of the best constant."""
    return fit(made, X, targets, **options | {"epochs": 0}).case.baseline


def best(made, X, targets, options):
    """What the network can do: the best of three long trainings with Adam."""
    values = np.full(len(made.parameters), np.nan)
    found = []
    for seed in range(3):
        start = made.with_computed(values).initialised(seed, "xavier")
        given = {
            "optimiser": "adam",
            "learning_rate": 0.02,
            "epochs": 3000,
            "loss": options["loss"],
        }
        found.append(fit(start, X, targets, **given).kept.training.loss)
    return min(found)


def measure(count, seed=0):
    """Tell of so many sound and so many broken trainings what was said; counts by verdict."""
    rng = np.random.default_rng(seed)
    verdicts: Counter[str] = Counter()
    while verdicts["sound"] < count or verdicts["broken"] < count:
        given = sound(rng)
        floor = best(*given)
        if verdicts["sound"] < count:
            loss, findings = outcome(*given)
            if loss <= 1.5 * floor + 1e-4:
                verdicts["sound"] += 1
                if findings:
                    verdicts["false alarm"] += 1
                    print(f"false alarm: {loss:.4g}, best {floor:.4g}: {findings[0]}", flush=True)
            else:
                verdicts["neither"] += 1
        cause = CAUSES[verdicts["broken"] % len(CAUSES)]
        spoiled = spoil(rng, *given, cause) if verdicts["broken"] < count else None
        if spoiled is None:
            continue
        loss, findings = outcome(*spoiled)
        if cause not in ("one value", "range") and loss <= 3 * floor + 1e-3:
            verdicts["did no harm"] += 1
            continue
        verdicts["broken"] += 1
        first = findings[0].cause if findings else "nothing"
        if first not in ACCEPTED.get(cause, {cause.split()[0] if "rate" in cause else cause}):
            share = loss / constant(*spoiled)
            mild = not findings and share <= LEARNED
            verdicts["mild" if mild else "miss" if not findings else "other cause"] += 1
            said = findings[0] if findings else "nothing"
            print(f"{cause}: {loss:.4g} is {share:.2g} of a constant's; {said}", flush=True)
    return verdicts


if __name__ == "__main__":
    print(dict(measure(int(sys.argv[1]) if len(sys.argv) > 1 else 100)))
