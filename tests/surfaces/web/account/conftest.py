"""A State with nobody in it, for pages of accounts."""

from pathlib import Path

import pytest
from support.pair import state_on
from support.states import State


@pytest.fixture
def fr(tmp_path: Path) -> State:
    """A State with nobody in it."""
    return state_on(tmp_path, "fr", "sqlite")
