"""What is said of a review: a snapshot of the figures, and what the other side says of it.

    review.snapshot/1     opens the matter; codes digest, definitions, log.1, size.1, …;
                          times from, to, instant, and before-from where it is compared
    review.concurred/1    answers the snapshot; code digest: the same
    review.differed/1     answers the snapshot; code digest: another; blob of the role `difference`
    review.commented/1    answers the snapshot; code cell; blob of the role `texts`
    review.withdrawn/1    answers the snapshot, by its author; code reason

The figures themselves need not cross: each node computes them from the logs up to the sizes that
the snapshot names.  A blob of the role `figures` may carry them, so that a difference can be told.

Source: protocol rule 14; docs/spec/snapshot.md.
Floor: joint (pure).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from comity.acts import shape
from comity.acts.record import Act, Blob, Matter, Office
from comity.acts.shape import SHA256, WHOLE, Shape
from comity.figures import address

KIND: Final = "review"

SNAPSHOT: Final = "review.snapshot/1"
CONCURRED: Final = "review.concurred/1"
DIFFERED: Final = "review.differed/1"
COMMENTED: Final = "review.commented/1"
WITHDRAWN: Final = "review.withdrawn/1"

LAST_WORDS: Final = frozenset({CONCURRED, DIFFERED, WITHDRAWN})
"""What decides, corrects or ends one: sayable while anything is (exchange.md 8.5.7)."""

DIGEST: Final = "digest"
DEFINITIONS: Final = "definitions"
LOG: Final = "log."
"""Before a number from 1: the origin of one log of the cut."""
SIZE: Final = "size."
"""Before the same number: how many of its entries the figures rest on."""
CELL: Final = "cell"
REASON: Final = "reason"

FROM: Final = "from"
TO: Final = "to"
BEFORE_FROM: Final = "before-from"
INSTANT: Final = "instant"

ROLE_FIGURES: Final = "figures"
ROLE_DIFFERENCE: Final = "difference"
ROLE_TEXTS: Final = "texts"

WITHDRAWALS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "replaced": {"en": "Another snapshot takes its place", "zh": "由其他快照取代"},
        "error": {"en": "It has an error", "zh": "快照有误"},
        "not-pursued": {"en": "It is not pursued", "zh": "不再推进"},
    }
)
"""Reasons for which a snapshot is withdrawn: a closed list."""

_ORIGIN: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/=@-]{0,254}")
_VERSION: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/+=@-]{0,62}")
CELL_SHAPE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:+=@-]*(/[A-Za-z0-9._:+=@-]+)*")
"""Address of a cell of the figures, `all/timeliness/respond/median`, as an act spells it."""
ADDRESS_SHAPE: Final = re.compile(
    rf"[A-Za-z0-9][A-Za-z0-9._:+=@-]*(/({address.UNKNOWN}|[A-Za-z0-9._:+=@-]+))*"
)
"""The same as figures spell it."""
_UNKNOWN: Final = "-"
"""What is not known, in an act: no code of an entry has a tilde, and none begins with a dash."""

_OPENED: Final = "the snapshot"

SHAPES: Final[Mapping[str, Shape]] = MappingProxyType(
    {
        SNAPSHOT: Shape(
            needs={DIGEST: SHA256, DEFINITIONS: _VERSION},
            under={LOG: _ORIGIN, SIZE: WHOLE},
            times=(FROM, TO, INSTANT),
            may_times=(BEFORE_FROM,),
        ),
        CONCURRED: Shape(_OPENED, needs={DIGEST: SHA256}),
        DIFFERED: Shape(_OPENED, needs={DIGEST: SHA256}),
        COMMENTED: Shape(_OPENED, needs={CELL: CELL_SHAPE}),
        WITHDRAWN: Shape(_OPENED, needs={REASON: WITHDRAWALS}),
    }
)
"""Every tag of the room."""

LISTS: Final = MappingProxyType({"withdrawal": WITHDRAWALS})


@dataclass(frozen=True, slots=True)
class Saying:
    """What every act has, whatever it says.

    Attributes:
        id: of the act, made at release.
        speaker: agency and office.
        blobs: sealed bodies.
        release: salted SHA-256 of the release record; zeros until it is released.
    """

    id: str
    speaker: Office
    blobs: tuple[Blob, ...] = field(default=())
    release: str = "0" * 64


@dataclass(frozen=True, slots=True)
class Taken:
    """What a snapshot names.

    Attributes:
        from_ms: beginning of the period, milliseconds since 1970 UTC.
        to_ms: end of the period, the first instant that is not in it.
        instant_ms: at which what is open is measured.
        sizes: `{origin of a log: how many of its entries}`; at least one log.
        digest: SHA-256 of the figures, 64 hex digits.
        definitions: version of the definitions by which they are computed.
        before_from_ms: beginning of the period before, that it is compared with; or None.
    """

    from_ms: int
    to_ms: int
    instant_ms: int
    sizes: Mapping[str, int]
    digest: str
    definitions: str
    before_from_ms: int | None = None


def matter_id(party: str, act_id: str) -> str:
    """Return the id of the matter that a party's snapshot opens."""
    return shape.matter_id(KIND, party, act_id)


def snapshot(saying: Saying, party: str, taken: Taken) -> Act:
    """Return the act by which `party` names a period, a cut and the digest of the figures."""
    codes = {DIGEST: taken.digest, DEFINITIONS: taken.definitions}
    for number, (origin, size) in enumerate(sorted(taken.sizes.items()), start=1):
        codes |= {f"{LOG}{number}": origin, f"{SIZE}{number}": str(size)}
    times = {FROM: taken.from_ms, TO: taken.to_ms, INSTANT: taken.instant_ms}
    if taken.before_from_ms is not None:
        times[BEFORE_FROM] = taken.before_from_ms
    return _act(SNAPSHOT, saying, matter_id(party, saying.id), "", codes, times)


def concurred(saying: Saying, matter: str, snapshot_id: str, digest: str) -> Act:
    """Return the act by which a party finds the same figures."""
    return _act(CONCURRED, saying, matter, snapshot_id, {DIGEST: digest})


def differed(saying: Saying, matter: str, snapshot_id: str, digest: str) -> Act:
    """Return the act by which a party finds others, and says which digest they have."""
    return _act(DIFFERED, saying, matter, snapshot_id, {DIGEST: digest})


def commented(saying: Saying, matter: str, snapshot_id: str, cell: str) -> Act:
    """Return the act by which a party comments on one cell, given by its address."""
    return _act(COMMENTED, saying, matter, snapshot_id, {CELL: code_of(cell)})


def code_of(cell: str) -> str:
    """Return how an act spells the address of a cell."""
    return _with_part(cell, address.UNKNOWN, _UNKNOWN)


def cell_of(code: str) -> str:
    """Return the address of the cell that a comment names: the inverse of how it is spelled."""
    return _with_part(code, _UNKNOWN, address.UNKNOWN)


def _with_part(cell: str, part: str, other: str) -> str:
    return "/".join(other if one == part else one for one in cell.split("/"))


def withdrawn(saying: Saying, matter: str, snapshot_id: str, reason: str) -> Act:
    """Return the act by which its author takes a snapshot back."""
    return _act(WITHDRAWN, saying, matter, snapshot_id, {REASON: reason})


PROBLEMS: Final = shape.PROBLEMS | {"cut-malformed", "period-malformed"}
"""What `check` can name."""


def check(act: Act) -> str:
    """Return what is wrong with an act of this room, by name, or "".

    Total: it reads any act that `require_valid` lets pass, and raises nothing.
    """
    wrong = shape.problem(act, KIND, SHAPES)
    if wrong or act.tag != SNAPSHOT:
        return wrong
    logs, sizes = shape.under(act, LOG), shape.under(act, SIZE)
    numbers = {str(number) for number in range(1, len(logs) + 1)}
    if not logs or not logs.keys() == sizes.keys() == numbers or _has_twice(logs):
        return "cut-malformed"
    times = act.times
    is_period = times[FROM] < times[TO] and times[FROM] < times[INSTANT]
    is_after = BEFORE_FROM not in times or times[BEFORE_FROM] < times[FROM]
    return "" if is_period and is_after else "period-malformed"


def taken(act: Act) -> Taken:
    """Return what a snapshot names; of an act in which `check` finds nothing."""
    logs, sizes = shape.under(act, LOG), shape.under(act, SIZE)
    return Taken(
        from_ms=act.times[FROM],
        to_ms=act.times[TO],
        instant_ms=act.times[INSTANT],
        sizes=MappingProxyType({logs[number]: int(sizes[number]) for number in logs}),
        digest=act.codes[DIGEST],
        definitions=act.codes[DEFINITIONS],
        before_from_ms=act.times.get(BEFORE_FROM),
    )


def _has_twice(logs: Mapping[str, str]) -> bool:
    return len(set(logs.values())) != len(logs)


def _act(
    tag: str,
    saying: Saying,
    matter: str,
    answers: str,
    codes: Mapping[str, str],
    times: Mapping[str, int] = MappingProxyType({}),
) -> Act:
    return Act(
        id=saying.id,
        tag=tag,
        matter=Matter(KIND, matter),
        speaker=saying.speaker,
        answers=answers,
        codes=MappingProxyType(dict(codes)),
        times=MappingProxyType(dict(times)),
        blobs=saying.blobs,
        release=saying.release,
    )
