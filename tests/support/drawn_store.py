"""On which database a case is run: on one of both in each check, by the day; on both in a long run.

So each point at which a node can be killed is run in every check, and on each database at least
every other day.

Floor: tests.
"""

import os
from collections.abc import Iterable
from typing import Final

import pytest

from comity.adapters.clock import SystemClock

STORES: Final = ("sqlite", "postgres")

_DAY: Final = "COMITY_TEST_DAY"
_DAY_MS: Final = 86_400_000


def draw() -> None:
    """Draw the day before workers begin, so that all of them draw alike at midnight."""
    os.environ.setdefault(_DAY, str(SystemClock().now_ms() // _DAY_MS))


def on_one[*Case](cases: Iterable[tuple[*Case]]) -> list[object]:
    """Return `(store, *case)` of each case on each database, for `pytest.mark.parametrize`."""
    day = int(os.environ[_DAY])
    return [
        pytest.param(store, *case, marks=_marks(store, is_drawn=(at + number + day) % 2 == 0))
        for number, case in enumerate(cases)
        for at, store in enumerate(STORES)
    ]


def _marks(store: str, *, is_drawn: bool) -> list[pytest.MarkDecorator]:
    return [
        *([pytest.mark.postgres] if store == "postgres" else []),
        *([] if is_drawn else [pytest.mark.long]),
    ]
