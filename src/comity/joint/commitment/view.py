# ruff: noqa: RUF001 -- Chinese texts have Chinese punctuation
"""Questions that a screen asks of a commitment: whether it binds, by when, and how it stands.

Floor: joint (pure).
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from comity.acts import stance
from comity.acts.points import State
from comity.joint.commitment import acts

NONE: Final = "none"
MADE: Final = "made"
CLAIMED: Final = "claimed"
RELEASED: Final = "released"

STATUS_WORDS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        NONE: {"en": "no commitment", "zh": "无承诺"},
        MADE: {"en": "made, not yet by all", "zh": "已提出，尚未由各方确认"},
        **{code: {"en": f"{w['en'].lower()}, agreed", "zh": f"{w['zh']}（各方确认）"}
           for code, w in acts.STATUSES.items()},
        CLAIMED: {"en": "status claimed by one side", "zh": "一方主张的进展"},
        RELEASED: {"en": "released", "zh": "已解除"},
    }
)  # fmt: skip


def status(now: State) -> str:
    """Return where a commitment stands: a key of `STATUS_WORDS`."""
    if not now.said:
        return NONE
    if not now.agreed(acts.CONTENT):
        return RELEASED if now.ever(acts.CONTENT) and not _stand_on_content(now) else MADE
    is_contested = {*now.wishes(acts.STATUS).values()} - {now.agreed(acts.STATUS)}
    return CLAIMED if is_contested else now.agreed(acts.STATUS) or acts.NOT_STARTED


def _stand_on_content(now: State) -> bool:
    return len(now.wishes(acts.CONTENT)) == len(now.parties)


def claims(now: State) -> dict[str, str]:
    """Return the status that each side claims, of those that claim one."""
    return now.wishes(acts.STATUS)


def first_due_ms(now: State) -> int | None:
    """Return the first date that was ever agreed, or None."""
    found = now.ever(acts.DUE)
    return int(found[0]) if found else None


def due_ms(now: State) -> int | None:
    """Return the date that is agreed now, or None."""
    found = now.agreed(acts.DUE)
    return int(found) if found else None


def is_done(now: State) -> bool:
    """Return whether it is agreed that it is done, or it binds nobody any more."""
    return status(now) in (acts.DONE, RELEASED, NONE)


def is_overdue(now: State, now_ms: int) -> bool:
    """Return whether the agreed date has passed while it is not agreed that it is done."""
    due = due_ms(now)
    return due is not None and due < now_ms and not is_done(now)


def owners(now: State) -> dict[str, str]:
    """Return the agency of each party that does it, as far as it is agreed or one-sided."""
    found: dict[str, str] = {}
    for party in now.parties:
        stances = now.stances(f"{acts.OWNER}{party}")
        every = stance.agreed(stances, now.parties) or stance.last(stances, party)
        if every:
            found[party] = every
    return found


def holder(now: State) -> str:
    """Return the first party that has something to agree to, or ""."""
    if status(now) == MADE:
        point = acts.CONTENT
    elif status(now) == CLAIMED:
        point = acts.STATUS
    else:
        return ""
    standing = now.stances(point)
    last = {one.party: one.at for one in standing if one.value}
    silent = [party for party in now.parties if party not in last]
    return silent[0] if silent else min(last, key=lambda party: (last[party], party), default="")
