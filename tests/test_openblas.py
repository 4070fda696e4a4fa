from __future__ import annotations

import os
import sys

import pytest

from deepgraph.openblas import AVX512, VARIABLE, choose_kernels


@pytest.fixture
def before_numpy(monkeypatch):
    monkeypatch.delitem(sys.modules, "numpy")
    monkeypatch.setenv(VARIABLE, "")  # so that it is put back
    monkeypatch.delenv(VARIABLE)


def cpuinfo(tmp_path, vendor="AuthenticAMD", family=26, flags=AVX512):
    path = tmp_path / "cpuinfo"
    core = f"vendor_id\t: {vendor}\ncpu family\t: {family}\nflags\t\t: fpu {' '.join(flags)}\n"
    path.write_text(f"processor\t: 0\n{core}\nprocessor\t: 1\n{core}\n")
    return str(path)


@pytest.mark.usefixtures("before_numpy")
def test_avx512_is_asked_for_where_it_has_its_full_width(tmp_path):
    choose_kernels(cpuinfo(tmp_path))
    assert os.environ[VARIABLE] == "SkylakeX"


@pytest.mark.usefixtures("before_numpy")
@pytest.mark.parametrize(
    "machine", [{"vendor": "GenuineIntel"}, {"family": 25}, {"flags": ["avx2", "avx512f"]}]
)
def test_other_machines_are_left_alone(tmp_path, machine):
    choose_kernels(cpuinfo(tmp_path, **machine))
    choose_kernels(str(tmp_path / "nothing"))
    assert VARIABLE not in os.environ


@pytest.mark.usefixtures("before_numpy")
def test_a_choice_of_the_user_stays(tmp_path, monkeypatch):
    monkeypatch.setenv(VARIABLE, "Haswell")
    choose_kernels(cpuinfo(tmp_path))
    assert os.environ[VARIABLE] == "Haswell"


def test_once_numpy_is_loaded_nothing_is_set(tmp_path, monkeypatch):
    monkeypatch.delenv(VARIABLE, raising=False)
    choose_kernels(cpuinfo(tmp_path))
    assert VARIABLE not in os.environ
