"""Headers and zips made to break the reader; what else it does is in `test_parameter_files`."""

from __future__ import annotations

import io
import random
import zipfile

import numpy as np
import pytest

from tests.support.parameters import answered, npy, npz, of_one_parameter, saved

HEADER = "{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }"
TWO = np.array([1.0, 2.0]).tobytes()


@pytest.mark.parametrize(
    "header",
    [
        HEADER,
        HEADER + " " * 60 + "\n",
        '{"shape":(2,),"fortran_order":True,"descr":"<f8"}',
        "{'descr': '<f8', 'fortran_order': False, 'shape': (2L,), }",
        "{ 'descr' : '<f8' , 'fortran_order' : False , 'shape' : ( 2 , ) }",
    ],
)
@pytest.mark.parametrize("version", [b"\1\0", b"\2\0"])
def test_headers_as_tools_write_them(tmp_path, header, version):
    found = answered(tmp_path, "w.npz", npz(w=npy(header, TWO, version)))
    assert found["w"].tolist() == [1, 2]


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("-" * 9000 + "1", '"w" has a header that numpy does not write'),
        (b"\xff\xfe\x00\x7b", '"w" has a header that numpy does not write'),
        ("", '"w" has a header that numpy does not write'),
        ("(" * 9000, '"w" has a header that numpy does not write'),
        (HEADER.replace("(2,)", "(" + "2," * 65 + ")"), '"w" has 65 axes'),
        (HEADER.replace("(2,)", "(" + "9" * 4000 + ",)"), '"w" has a shape that is none'),
        (HEADER.replace("(2,)", "(,2)"), '"w" has a shape that is none'),
        (HEADER.replace("(2,)", "2"), '"w" has a header that numpy does not write'),
        (HEADER.replace("False", "0"), '"w" has a header that numpy does not write'),
        (HEADER.replace("<f8", "<f3"), '"w" holds <f3, not numbers of at most 64 bits'),
        (HEADER.replace("<f8", "<M8[ns]"), '"w" holds <M8[ns], not numbers'),
        (HEADER.replace("<f8", "f" * 9000), f'"w" holds {"f" * 60}…, not numbers'),
        (HEADER.replace("'descr'", "'shape'"), '"w" has a header that numpy does not write'),
        (HEADER + "#" * 9000, '"w" has a header that numpy does not write'),
        (HEADER + " " * 20_000, '"w" has a header of 20,057 bytes'),
    ],
)
def test_a_header_that_breaks_parsers(tmp_path, header, message):
    found = answered(tmp_path, "w.npz", npz(w=npy(header, TWO)))
    assert found.startswith(f"w.npz: not a .npz file: {message}")
    assert len(found) < 500


@pytest.mark.slow
def test_random_headers(tmp_path):
    """2,000 headers with pieces exchanged; what is read is what numpy reads."""
    chance, read = random.Random(1), 0
    pieces = [
        "'", '"', "{", "}", "(", ")", ",", ":", " ", "\n", "\0", "-", "2", "9" * 30, "True", "L",
        "None", "'shape'", "'descr'", "'<f4'", "'|O'", "(1, 2)", "(4,)", "[", "]", "\xff", "#",
    ]  # fmt: skip
    for _ in range(2000):
        header = HEADER
        for _ in range(chance.randrange(3)):
            place = chance.randrange(len(header) + 1)
            header = header[:place] + chance.choice(pieces) + header[place + chance.randrange(4) :]
        version = chance.choice([b"\1\0", b"\2\0", b"\3\0"])
        content = npz(zipfile.ZIP_STORED, w=npy(header, TWO, version))
        found = answered(tmp_path, "w.npz", content)
        if not isinstance(found, str):
            read += 1
            with np.load(io.BytesIO(content)) as theirs:
                assert theirs["w"].tolist() == found["w"].tolist()
                assert theirs["w"].dtype == found["w"].dtype
    assert 300 < read < 1500


@pytest.mark.slow
def test_random_zips(tmp_path):
    """2,000 zips with bytes exchanged: only a FileError leaves the parser."""
    chance, read = random.Random(1), 0
    good = npz(w=saved(np.arange(9.0)), v=saved(np.ones(2, "f4")))
    for _ in range(2000):
        content = bytearray(good)
        for _ in range(chance.randint(1, 4)):
            content[chance.randrange(len(content))] = chance.choice([0, 1, 8, 0x50, 0xFF, 0x2D])
        read += not isinstance(answered(tmp_path, "w.npz", bytes(content)), str)
    assert 0 < read < 1000


def test_no_more_is_unpacked_than_the_network_needs(tmp_path):
    big = np.zeros(8_000_000)
    content = npz(w=saved(big))
    assert len(content) < 1 << 20
    [message] = of_one_parameter(tmp_path, "w.npz", content, megabytes=4)
    assert message == '"w" in w.npz has the shape 8000000, and the network needs a single number'
    content = npz(other=saved(big), w=saved(np.ones(1)))
    [message] = of_one_parameter(tmp_path, "w.npz", content, megabytes=4)
    assert message.startswith('"other" in w.npz: nothing is named "other"')


def test_a_directory_that_lies(tmp_path):
    """It names the size of one number, and 64 MB are packed."""
    header = npy(HEADER.replace("(2,)", "()"))
    content = bytearray(npz(w=header + bytes(64 << 20)))
    size = (len(header) + 8).to_bytes(4, "little")
    directory = content.rindex(b"PK\1\2")
    content[directory + 24 : directory + 28] = size
    content[22:26] = size
    [message] = of_one_parameter(tmp_path, "w.npz", bytes(content), megabytes=4)
    assert message == "w.npz: not a .npz file: Bad CRC-32 for file 'w.npy'"


def test_a_directory_of_very_many_names(tmp_path):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for number in range(30_000):
            archive.writestr(f"{number}.npy", b"")
    [message] = of_one_parameter(tmp_path, "w.npz", stream.getvalue(), megabytes=8)
    assert message.startswith("w.npz: not a .npz file: a list of arrays of ")
