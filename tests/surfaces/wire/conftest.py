"""What the tests of the wire share."""

from collections.abc import Iterator

import pytest
from surfaces.wire.stage import Stage, serving


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    """One listener for the tests of a module that do not change it."""
    with serving(Stage()) as up:
        yield up
