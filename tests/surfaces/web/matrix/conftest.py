"""One node for every cell of the matrix, and for what is typed into its forms."""

from collections.abc import Iterator

import pytest
from django.test import override_settings
from support import pair
from surfaces.web.matrix import world
from surfaces.web.matrix.stage import Stage

_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
"""No cell is about how dear it is to guess a password: a slow hash for each would cost seconds."""


@pytest.fixture(scope="package")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """What a test changes on it is taken back."""
    with pair.closing():
        found = world.made(tmp_path_factory.mktemp("matrix"))
        with override_settings(PASSWORD_HASHERS=_HASHERS):
            yield found
        found.close()
