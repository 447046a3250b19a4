# ruff: noqa: RUF001 -- Chinese texts have Chinese punctuation
"""Questions that a screen asks of a session: what is settled, what is late and whose, what came.

Floor: joint (pure).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from comity.acts import stance
from comity.acts.points import Said, State
from comity.joint.dialogue import acts

NONE: Final = "none"
CONVENED: Final = "convened"
SET: Final = "set"
OPEN: Final = "open"
CLOSED: Final = "closed"
RECORDED: Final = "recorded"
POSTPONED: Final = "postponed"
CONVERTED: Final = "converted"

STATUS_WORDS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        NONE: {"en": "no session", "zh": "无会议"},
        CONVENED: {"en": "convened, not yet set", "zh": "已发起，尚未商定"},
        SET: {"en": "set", "zh": "已商定"},
        OPEN: {"en": "open", "zh": "进行中"},
        CLOSED: {"en": "closed, minutes not agreed", "zh": "已闭会，纪要尚未确认"},
        RECORDED: {"en": "recorded", "zh": "纪要已确认"},
        POSTPONED: {"en": "postponed", "zh": "已推迟"},
        CONVERTED: {"en": "converted into another series", "zh": "已转入其他系列"},
    }
)


@dataclass(frozen=True, slots=True)
class Item:
    """An item of the agenda.

    Attributes:
        number: its name: `1`.
        kind: on which the parties agree, or else the newest that one of them stated.
        about: the matter or text, alike.
        lead: the agency that leads, alike.
        is_agreed: whether its kind is.
        outcome: of the agreed minutes, or "".
    """

    number: str
    kind: str
    about: str
    lead: str
    is_agreed: bool
    outcome: str


def _all_said(now: State, tag: str) -> bool:
    return {one.party for one in now.told(tag)} >= {*now.parties} and bool(now.parties)


def status(now: State) -> str:
    """Return where a session stands: a key of `STATUS_WORDS`."""
    if not now.said:
        return NONE
    if now.agreed(acts.INTO):
        return CONVERTED
    if agreed_minutes(now) is not None:
        return RECORDED
    if _all_said(now, acts.OPENED):
        return CLOSED if _all_said(now, acts.CLOSED) else OPEN
    if all(now.agreed(point) for point in acts.SETTLED):
        return SET
    is_off = now.ever(acts.WHEN) and not now.agreed(acts.WHEN)
    return POSTPONED if is_off and now.told(acts.POSTPONED) else CONVENED


def is_agreed(now: State, minutes: Said) -> bool:
    """Return whether every party but their author has agreed to minutes."""
    agreed = {o.party for o in now.told(acts.MINUTES_AGREED) if o.answers == minutes.id}
    others = {*now.parties} - {minutes.party}
    return bool(others) and others <= agreed


def agreed_minutes(now: State) -> Said | None:
    """Return the newest minutes to which every party agreed, or None."""
    found = [one for one in now.told(acts.MINUTED) if is_agreed(now, one)]
    return found[-1] if found else None


def reported_to(now: State) -> str:
    """Return the label of the session to which the agreed minutes are reported, or ""."""
    found = agreed_minutes(now)
    return found.codes.get(acts.TO, "") if found is not None else ""


def open_minutes(now: State, party: str) -> Said | None:
    """Return the newest minutes of another party to which a party has not agreed, or None."""
    agreed = {o.answers for o in now.told(acts.MINUTES_AGREED) if o.party == party}
    found = [o for o in now.told(acts.MINUTED) if o.party != party and o.id not in agreed]
    return found[-1] if found and not is_agreed(now, found[-1]) else None


def _value(now: State, point: str) -> str:
    """Return the value that is agreed, or else the newest that a party stated."""
    stated = [one.value for one in now.stances(point) if one.value]
    return now.agreed(point) or (stated[-1] if stated else "")


def agenda(now: State) -> tuple[Item, ...]:
    """Return the items of the agenda in the order of their numbers, without what was dropped."""
    minutes = agreed_minutes(now)
    outcomes = minutes.codes if minutes is not None else {}
    numbers = [point.removeprefix(acts.ITEM) for point in now.points if point.startswith(acts.ITEM)]
    items = [
        Item(
            number,
            _value(now, f"{acts.ITEM}{number}"),
            _value(now, f"{acts.ABOUT}{number}"),
            _value(now, f"{acts.LEAD}{number}"),
            bool(now.agreed(f"{acts.ITEM}{number}")),
            outcomes.get(f"{acts.OUTCOME}{number}", ""),
        )
        for number in sorted(numbers, key=lambda one: (len(one), one))
    ]
    return tuple(one for one in items if not (one.is_agreed and one.kind == acts.DROPPED))


def delegation(now: State, party: str) -> Said | None:
    """Return the newest delegation of a party, or None."""
    found = [one for one in now.told(acts.DELEGATED) if one.party == party]
    return found[-1] if found else None


def missing(now: State) -> dict[str, tuple[str, ...]]:
    """Return what is not settled, by point, with the parties whose stance it waits for.

    That is who stands on no value; where all stand on one and they differ, it is all of them.
    """
    wanted = dict.fromkeys((*acts.SETTLED, acts.NEXT, *now.points))
    found: dict[str, tuple[str, ...]] = {}
    for point in wanted:
        if now.status(point) != stance.AGREED:
            silent = tuple(party for party in now.parties if party not in now.wishes(point))
            found[point] = silent or now.parties
    return found


def label(now: State) -> str:
    """Return the label of the session, or ""."""
    return now.said[0].codes[acts.LABEL] if now.said else ""


def series(now: State) -> str:
    """Return the series of the session, or ""."""
    return now.said[0].codes[acts.SERIES] if now.said else ""


def when_ms(now: State) -> int | None:
    """Return the date that is agreed, or None."""
    found = now.agreed(acts.WHEN)
    return int(found) if found else None


def first_when_ms(now: State) -> int | None:
    """Return the first date that was ever agreed, or None."""
    found = now.ever(acts.WHEN)
    return int(found[0]) if found else None


def held(now: State) -> bool:
    """Return whether every party has opened it."""
    return _all_said(now, acts.OPENED)


def is_lapsed(now: State, now_ms: int) -> bool:
    """Return whether its date has passed and not every party has opened it."""
    when = when_ms(now)
    return status(now) == SET and when is not None and when < now_ms


def holder(now: State) -> str:
    """Return the first party whose turn it is, or "": on minutes, on an open point."""
    how = status(now)
    if how in (NONE, RECORDED, CONVERTED):
        return ""
    minutes = (party for party in now.parties if open_minutes(now, party) is not None)
    found = next(minutes, "")
    if found or how in (SET, OPEN, CLOSED):
        return found
    open_points = [one for point in acts.SETTLED for one in missing(now).get(point, ())]
    return open_points[0] if open_points else ""
