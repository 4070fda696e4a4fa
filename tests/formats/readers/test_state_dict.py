from __future__ import annotations

import numpy as np
import pytest
from safetensors.numpy import save_file

from deepgraph.errors import FormatError
from tests.support.models import distance, imported

RNG = np.random.default_rng(5)


def weights(**sizes):
    return {f"{name}.weight": RNG.standard_normal(shape) for name, shape in sizes.items()}


def read(arrays, folder, *functions):
    save_file(arrays, folder / "m.safetensors")
    return imported(folder / "m.safetensors", activations=functions)


def test_sizes_give_the_order_of_layers_that_have_none(tmp_path):
    """In the file, `a_out` stands before `z_in`."""
    arrays = weights(a_out=(2, 7), z_in=(5, 3), middle=(7, 5))
    found, network = read(arrays, tmp_path, "relu", "tanh", "identity")
    X = RNG.standard_normal((4, 3))
    h = np.maximum(X @ arrays["z_in.weight"].T, 0)
    h = np.tanh(h @ arrays["middle.weight"].T)
    assert distance(network, X, h @ arrays["a_out.weight"].T) <= 1e-12
    assert found.report.notes == ["the order of the layers: z_in, middle, a_out"]


def test_numbers_give_the_order_too(tmp_path):
    """The tenth layer stands before the second one in the file."""
    arrays = {f"net.{n}.weight": RNG.standard_normal((3, 3)) for n in (0, 2, 10)}
    _, network = read(arrays, tmp_path, "relu", "relu", "identity")
    X = RNG.standard_normal((4, 3))
    h = np.maximum(X @ arrays["net.0.weight"].T, 0)
    h = np.maximum(h @ arrays["net.2.weight"].T, 0)
    assert distance(network, X, h @ arrays["net.10.weight"].T) <= 1e-12


def test_an_order_that_nothing_says_is_refused(tmp_path):
    with pytest.raises(FormatError, match="several orders"):
        read(weights(up=(3, 3), down=(3, 3)), tmp_path, "relu", "identity")


def test_a_batch_norm_is_found_by_its_number_or_its_size(tmp_path):
    arrays = weights(fc1=(4, 3), fc2=(2, 4))
    arrays |= {"bn1.running_mean": RNG.standard_normal(4), "bn1.running_var": np.full(4, 2.0)}
    _, network = read(arrays, tmp_path, "relu", "identity")
    X = RNG.standard_normal((4, 3))
    z = (X @ arrays["fc1.weight"].T - arrays["bn1.running_mean"]) / np.sqrt(2.0 + 1e-5)
    assert distance(network, X, np.maximum(z, 0) @ arrays["fc2.weight"].T) <= 1e-12
    twice = weights(fc1=(4, 4), fc2=(4, 4)) | {
        "norm.running_mean": np.zeros(4),
        "norm.running_var": np.ones(4),
    }
    with pytest.raises(FormatError, match=r'"norm": a [.]safetensors file does not say'):
        read(twice, tmp_path, "relu", "identity")


@pytest.mark.parametrize(
    ("arrays", "words"),
    [
        ({"lstm.weight_ih_l0": (8, 3), "lstm.weight_hh_l0": (8, 2)}, '"lstm" is a recurrent layer'),
        ({"norm.weight": (3,), "norm.bias": (3,)}, '"norm" is a layer norm'),
        ({"conv.weight": (2, 1, 3, 3)}, '"conv" is a convolution'),
        ({"attn.in_proj_weight": (9, 3)}, '"attn" is an attention layer'),
        ({"fc1.weight": (4, 3), "fc2.weight": (2, 5)}, "several orders|are no chain"),
    ],
)
def test_what_is_no_chain_is_named(arrays, words, tmp_path):
    made = {name: np.zeros(shape) for name, shape in arrays.items()}
    made |= {"out.weight": np.zeros((1, 2))}
    with pytest.raises(FormatError, match=words):
        read(made, tmp_path, "relu")


def test_a_weight_that_is_not_finite_is_named(tmp_path):
    arrays = weights(fc1=(2, 2))
    arrays["fc1.weight"][1, 0] = np.nan
    with pytest.raises(FormatError, match=r"fc1.weight holds nan at \[1\]\[0\]"):
        read(arrays, tmp_path, "identity")
