"""One node for every cell of the matrix, and for what is typed into its forms."""

from collections.abc import Iterator

import pytest
from support import pair
from surfaces.web.matrix import world
from surfaces.web.matrix.stage import Stage


@pytest.fixture(scope="package")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """What a test changes on it is taken back."""
    with pair.closing():
        found = world.made(tmp_path_factory.mktemp("matrix"))
        yield found
        found.close()
