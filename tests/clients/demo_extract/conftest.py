from datetime import date
from pathlib import Path

import pytest

from clients.demo_extract.branch import write_branch

AS_OF = date(2026, 11, 24)


@pytest.fixture(scope="session")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two thousand clients without dirt."""
    folder = tmp_path_factory.mktemp("clean")
    write_branch(folder, as_of=AS_OF, clients=2_000, seed=5, clean=True)
    return folder


@pytest.fixture(scope="session")
def dirty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same branch as it would really arrive."""
    folder = tmp_path_factory.mktemp("dirty")
    write_branch(folder, as_of=AS_OF, clients=2_000, seed=5)
    return folder
