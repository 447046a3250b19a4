"""Where a draft stands: `fold(state, step) -> state`, total.

Floor: domestic (pure).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Final, assert_never, cast

from comity.domestic.release.acts import (
    Appended,
    Approved,
    Drafted,
    Dropped,
    Released,
    Returned,
    Step,
)
from comity.kernel.ijson import Json

NONE: Final = "none"
DRAFT: Final = "draft"
RELEASED: Final = "released"
APPENDED: Final = "appended"
DROPPED: Final = "dropped"


@dataclass(frozen=True, slots=True)
class State:
    """A draft on its way out.

    Attributes:
        status: see the constants.
        author: who wrote it last.
        written_ms: when they did.
        content_sha256: of what it says now.
        approvals: `(officer, at_ms)` of those who approved what it says now; once it is
            released, of those whose approval counted.
        released_by: who let it out, or "".
        reason_sha256: where one officer alone let it out: salted hash of their reason, or "".
        at_ms: when its last step was taken.
        returned_by: who sent it back to its author, until they offer it again; or "".
    """

    status: str = NONE
    author: str = ""
    written_ms: int = 0
    content_sha256: str = ""
    approvals: tuple[tuple[str, int], ...] = ()
    released_by: str = ""
    reason_sha256: str = ""
    at_ms: int = 0
    returned_by: str = ""

    @property
    def approvers(self) -> tuple[str, ...]:
        """Those who approved what it says now."""
        return tuple(officer for officer, _ in self.approvals)


EMPTY: Final = State()


_FROM: Final[Mapping[type, frozenset[str]]] = MappingProxyType(
    {
        Drafted: frozenset({NONE, DRAFT}),
        Approved: frozenset({DRAFT}),
        Returned: frozenset({DRAFT}),
        Released: frozenset({DRAFT}),
        Appended: frozenset({RELEASED}),
        Dropped: frozenset({DRAFT}),
    }
)
"""From which statuses each step leads on."""


def fold(state: State, step: Step) -> State:
    """Return the state after a step; a step out of place changes nothing."""
    if not _is_in_place(state, step):
        return state
    match step:
        case Drafted():
            after = State(DRAFT, step.officer, step.at_ms, step.content_sha256)
        case Approved():
            after = _approved(state, step)
        case Returned():
            after = replace(state, approvals=(), returned_by=step.officer)
        case Released():
            after = _released(state, step)
        case Appended():
            after = replace(state, status=APPENDED)
        case Dropped():
            after = replace(state, status=DROPPED, approvals=())
        case _:
            assert_never(step)
    return replace(after, at_ms=step.at_ms)


def _approved(state: State, step: Approved) -> State:
    approvals = (*state.approvals, (step.officer, step.at_ms))
    is_offered = step.officer == state.author
    return replace(state, approvals=approvals, returned_by="" if is_offered else state.returned_by)


def _released(state: State, step: Released) -> State:
    return replace(
        state,
        status=RELEASED,
        approvals=tuple(one for one in state.approvals if one[0] in step.counted),
        released_by=step.officer,
        reason_sha256=step.reason_sha256,
    )


def _is_in_place(state: State, step: Step) -> bool:
    if state.status not in _FROM[type(step)]:
        return False
    if isinstance(step, Approved) and step.officer in state.approvers:
        return False
    if isinstance(step, Drafted | Dropped):
        return True
    return step.content_sha256 == state.content_sha256


def to_json(state: State) -> Json:
    """Return the state as a JSON value; `from_json` is its inverse."""
    return {
        "status": state.status,
        "author": state.author,
        "written_ms": state.written_ms,
        "content_sha256": state.content_sha256,
        "approvals": [[officer, at_ms] for officer, at_ms in state.approvals],
        "released_by": state.released_by,
        "reason_sha256": state.reason_sha256,
        "at_ms": state.at_ms,
        "returned_by": state.returned_by,
    }


def from_json(value: Json) -> State:
    """Read back what `to_json` gave."""
    fields = cast("dict[str, Any]", value)
    approvals = tuple((officer, at_ms) for officer, at_ms in fields["approvals"])
    return State(**{**fields, "approvals": approvals})
