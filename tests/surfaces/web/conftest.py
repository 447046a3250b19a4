"""One troubled world for every test that only reads it."""

import pytest
from support.pair import World
from surfaces.web import stage


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Three States after a bad day; only read it."""
    return stage.troubled(tmp_path_factory.mktemp("world"))
