# ruff: noqa: RUF001 -- Chinese texts have Chinese punctuation
"""What is owed of a commitment: that it is done by its date, and its status stated before.

Floor: joint (pure).
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from comity.acts.owed import Owed
from comity.acts.points import State
from comity.joint.commitment import view

DO: Final = "do"

WORDS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {DO: {"en": "Fulfil the commitment, or ask for another date", "zh": "履行承诺，或者请求改期"}}
)


def owed(now: State, before_ms: int | None = None) -> tuple[Owed, ...]:
    """Return what parties owe: those with an agency that does it, or all where none has.

    Args:
        now: the commitment.
        before_ms: the date of the session before which it is due, if there is one.
    """
    dates = [one for one in (view.due_ms(now), before_ms) if one is not None]
    if not dates or view.is_done(now) or view.status(now) == view.MADE:
        return ()
    owners = view.owners(now)
    return tuple(
        Owed(DO, party, min(dates)) for party in now.parties if party in owners or not owners
    )
