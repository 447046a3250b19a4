"""One troubled world for every test that only reads it."""

from collections.abc import Iterator

import pytest
from support import pair
from support.pair import World
from surfaces.web import stage


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Three States after a bad day; only read it."""
    with pair.closing():
        yield stage.troubled(tmp_path_factory.mktemp("world"))


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    """What a test opens for itself is closed after it."""
    with pair.closing():
        yield
