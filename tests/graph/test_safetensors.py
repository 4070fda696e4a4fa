"""Headers made to break the reader; what it reads and refuses is in `test_parameter_files`."""

from __future__ import annotations

import random

import numpy as np
import pytest
import safetensors.numpy
from safetensors import SafetensorError

from tests.support.parameters import answered, odd_json, odd_value, of_one_parameter, tensors


def entry(**changes):
    return {"dtype": "F64", "shape": [1], "data_offsets": [0, 8], **changes}


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ({"w": entry(dtype=[])}, '"w" holds no type of numbers; known: F64, '),
        ({"w": entry(dtype={})}, '"w" holds no type of numbers; known: F64, '),
        ({"w": entry(dtype="F" * 9999)}, f'"w" holds {"F" * 60}…; known: F64, '),
        ({"w": entry(shape=[10**18] * 65)}, '"w" has 65 axes'),
        ({"w": entry(shape=[10**18] * 64)}, 'the bytes of "w" do not fit its shape 1000'),
        (
            b'{"w": {"dtype": "F64", "shape": [%b], "data_offsets": [0, 8]}}'
            % b",".join([b"7" * 4000] * 500),
            "its header has an integer of 4,000 digits",
        ),
        (b'{"w":' + b"[" * 100_000, "its header is not JSON"),
        (b'{"w":' + b"9" * 1_000_000 + b"}", "its header has an integer of 1,000,000 digits"),
    ],
)
def test_a_header_that_breaks_parsers(tmp_path, header, message):
    found = answered(tmp_path, "w.safetensors", tensors(header, bytes(8)))
    assert found.startswith(f"w.safetensors: not a .safetensors file: {message}")
    assert len(found) < 2000


@pytest.mark.slow
def test_random_headers(tmp_path):
    """2,000 headers with odd values where sizes and names belong; the package is the oracle."""
    chance, read = random.Random(1), 0
    for _ in range(2000):
        header = {"w": entry(), "v": entry(data_offsets=[8, 16])}
        for _ in range(chance.randrange(3)):
            name = chance.choice(["w", "v"])
            if chance.random() < 0.3:
                header[name] = odd_value(chance)
            elif isinstance(header[name], dict):
                header[name][chance.choice([*entry(), "more"])] = odd_value(chance)
        content = tensors(odd_json(header).encode(), np.array([1.0, 2.0]).tobytes())
        found = answered(tmp_path, "w.safetensors", content)
        if isinstance(found, str):
            continue
        read += 1
        try:
            theirs = safetensors.numpy.load(content)
        except SafetensorError as error:
            raise AssertionError(content) from error
        assert {n: a.tolist() for n, a in found.items()} == {
            n: a.tolist() for n, a in theirs.items()
        }
    assert 500 < read < 1500


def test_no_more_is_read_than_the_network_needs(tmp_path):
    big = np.zeros(4_000_000)
    content = safetensors.numpy.save({"w": big})
    [message] = of_one_parameter(tmp_path, "w.safetensors", content, megabytes=4)
    assert message == (
        '"w" in w.safetensors has the shape 4000000, and the network needs a single number'
    )
    content = safetensors.numpy.save({"other": big, "w": np.ones(1)})
    [message] = of_one_parameter(tmp_path, "w.safetensors", content, megabytes=4)
    assert message.startswith('"other" in w.safetensors: nothing is named "other"')
    header = {f"name {number}": entry(shape=[0], data_offsets=[0, 0]) for number in range(200_000)}
    [message] = of_one_parameter(tmp_path, "w.safetensors", tensors(header), megabytes=4)
    assert message.startswith("w.safetensors: not a .safetensors file: a header of ")
