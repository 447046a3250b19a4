"""Each store in turn, empty."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.stores import Place, _configure, memory_place, postgres_place, sqlite_place

from comity.node.base.store import Store

_configure()  # a test that opens no place of its own needs Django as well


@pytest.fixture(
    params=["memory", "sqlite", pytest.param("postgres", marks=pytest.mark.postgres)],
)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """Where a store keeps its rows."""
    match request.param:
        case "memory":
            made = memory_place()
        case "sqlite":
            made = sqlite_place(tmp_path)
        case _:
            made = postgres_place(request.getfixturevalue("postgres_dsn"))
    yield made
    made.close()


@pytest.fixture
def store(place: Place) -> Store:
    """An empty store."""
    return place.open()
