from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.live_page import browser  # a fixture
from tests.support.sphinx_project import project

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.sphinx_project import Build, Built

__all__ = ["browser", "furo"]


@pytest.fixture(scope="session")
def furo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Build, Built, Path]:
    folder = tmp_path_factory.mktemp("furo")
    build = project(folder, 'html_theme = "furo"')
    built = build("html", "-W")
    assert built.code == 0, built.told
    return build, built, folder
