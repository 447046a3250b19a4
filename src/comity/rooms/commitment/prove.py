"""What the logs themselves prove of a commitment: what its check names has happened, or not.

    found(tx, row, now)            the matter that proves it, or None
    by_requests(rows, now, ms)     the request that proves it, where requests do

Both nodes compute the same at a cut.  What has no check is proved by a file.

Source: docs/spec/commitment.md, 10.
Floor: rooms.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from comity.acts import points
from comity.acts.points import State
from comity.figures.observation import Observation
from comity.joint.commitment import acts
from comity.joint.dialogue import acts as sessions
from comity.joint.dialogue import view as session_view
from comity.joint.exercise import agreement
from comity.joint.hotline import acts as hotline
from comity.joint.hotline import view as hotline_view
from comity.joint.request import acts as request
from comity.joint.review import acts as review
from comity.joint.review import state as review_state
from comity.joint.text import acts as texts
from comity.joint.text import state as text_state
from comity.joint.text import view as text_view
from comity.node.base.ports import Tx
from comity.node.base.register_records import live_of
from comity.node.base.rows import MatterRow
from comity.node.room import need_to_know
from comity.node.room.matter_lookup import every
from comity.rooms.commitment import answers

_ENDED: Final = frozenset({agreement.ENDED, agreement.REPORTED, agreement.CLOSED})
_BY_STATUS: Final[Mapping[str, tuple[str, frozenset[str]]]] = MappingProxyType(
    {
        "exercise-held": ("exercise", _ENDED),
        "snapshot-agreed": (review.KIND, frozenset({review_state.AGREED})),
        "hotline-tested": (hotline.KIND, frozenset({hotline_view.TAKEN, hotline_view.CLOSED})),
    }
)
"""`{check: (kind of the matter, statuses at which it is proved)}`."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What proves a commitment.

    Attributes:
        kind: of the matter.
        id: of it.
        at_ms: when.
    """

    kind: str
    id: str
    at_ms: int


BY_REQUESTS: Final = frozenset({"answered-within", "fed-back"})
"""Checks that the rows of requests show."""


def is_known(check: str) -> bool:
    """Return whether the logs tell of a check."""
    return check in _BY_STATUS or check in BY_REQUESTS | {"text-adopted", "session-held"}


def by_requests(rows: Sequence[Observation], now: State, now_ms: int) -> Proof | None:
    """Return the request that proves a commitment since it was made, or None.

    Args:
        rows: of the requests of the arrangement.
        now: state of the commitment.
        now_ms: the instant.
    """
    made_ms = _made_ms(now)
    is_timely = now.agreed(acts.CHECK) == "answered-within"
    shown = answers.within(rows, made_ms, now_ms) if is_timely else answers.fed_back(rows, made_ms)
    return Proof(request.KIND, *shown) if shown is not None else None


def _made_ms(now: State) -> int:
    """Return when the first act of a commitment was received."""
    return min((o.received_at_ms for o in now.turns if o.received_at_ms is not None), default=0)


def found(tx: Tx, row: MatterRow, now: State) -> Proof | None:
    """Return the first that proves a commitment since it was made, or None.

    Args:
        tx: a read or write.
        row: of the commitment.
        now: its state.
    """
    check = now.agreed(acts.CHECK)
    made_ms = _made_ms(now) or row.at_ms
    proofs = sorted(_of(tx, row, now, check), key=lambda one: (one.at_ms, one.id))
    return next((one for one in proofs if one.at_ms >= made_ms), None)


def _of(tx: Tx, row: MatterRow, now: State, check: str) -> Iterator[Proof]:
    if check in _BY_STATUS:
        return _by_status(tx, row, check)
    if check == "session-held":
        return _held(tx, row, {now.agreed(acts.DUE_BEFORE), now.agreed(acts.SERIES)} - {""})
    if check == "text-adopted":
        return _adopted(tx, row, {one.codes.get(acts.EVIDENCE, "") for one in now.said})
    return iter(())


def _by_status(tx: Tx, row: MatterRow, check: str) -> Iterator[Proof]:
    kind, statuses = _BY_STATUS[check]
    for one in _rows(tx, row, kind):
        is_meant = check != "hotline-tested" or _is_drill(one.state)
        if one.status in statuses and is_meant:
            yield Proof(kind, one.matter.id, one.at_ms)


def _held(tx: Tx, row: MatterRow, series: set[str]) -> Iterator[Proof]:
    for one in _rows(tx, row, sessions.KIND):
        held = points.from_json(one.state)
        when = session_view.when_ms(held)
        if session_view.held(held) and when and session_view.series(held) in series:
            yield Proof(sessions.KIND, one.matter.id, when)


def _adopted(tx: Tx, row: MatterRow, meant: set[str]) -> Iterator[Proof]:
    for one in _rows(tx, row, texts.KIND):
        for version in text_view.versions(text_state.from_json(one.state)):
            if version.sha256 in meant:
                yield Proof(texts.KIND, one.matter.id, one.at_ms)


def _is_drill(state: object) -> bool:
    fields: Any = state
    call = fields.get("call")
    return bool(call and call.get("is_drill"))


def _rows(tx: Tx, row: MatterRow, kind: str) -> Iterator[MatterRow]:
    """Give the matters of a kind in the same arrangement."""
    here = live_of(row.channel)
    return (one for one in every(tx, need_to_know.every(tx), kind) if live_of(one.channel) == here)
