"""A row of the table of the matrix, and the sets of roles that rows are made of.

Floor: tests.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from surfaces.web.matrix.sent import Sent
from surfaces.web.matrix.stage import NOBODY

from comity.domestic.officer import role

NONE: Final[frozenset[str]] = frozenset()
"""There is no such method."""

EVERYBODY: Final = frozenset(role.ROLES)
OPEN: Final = EVERYBODY | {NOBODY}
"""Without a session too."""

READING: Final = EVERYBODY - {role.OPERATOR}
WORKING: Final = frozenset(role.SPEAKING)
JOINT: Final = WORKING | {role.SECRETARIAT}
ADMITTING: Final = JOINT | {role.CONTROLLER}
KEEPING: Final = frozenset({role.SECRETARIAT})
REVIEWING: Final = frozenset({role.SECRETARIAT, role.AUDITOR})
RUNNING: Final = frozenset({role.OPERATOR})
AUDITING: Final = frozenset({role.AUDITOR})
WATCHING: Final = RUNNING | {role.AUDITOR}
STEERING: Final = WORKING | RUNNING
COUNSEL: Final = frozenset({role.COUNSEL})
RELEASING: Final = frozenset({role.RELEASING})
AT_DESK: Final = frozenset({role.CONTACT_POINT})


@dataclass(frozen=True, slots=True)
class Row:
    """One address.

    Attributes:
        kind: of the thing that it names, or "" where it names none.
        get: roles for which it is there to be read; `NONE` where it cannot be.
        post: roles that may change something by it; `NONE` where nothing is sent to it.
        sent: what is sent, such that who may change something does.
        does: the states of the thing in which that changes something for each of them.
        only: of them, the officers to whom the thing gives that; nobody named: all.
        own: whether only whose it is may change it, whoever else may read it.
        why: why nobody is seen to change anything, where that is so.
        more: what else the address needs.
        query: of the page.
        states: the states of the thing that are tried; none named: all.
        by: with which method something is sent.
        status: of the page that is shown.
        without: statuses of the answer to whom it is not for.
        few: whether one in four of the people are asked, at each row others: there are many such
            rows, one for each verb of a table.
        names_acts: whether ids stand there whatever they are of: a difference of figures names to
            both States the acts that explain it.
    """

    kind: str = ""
    get: frozenset[str] = READING
    post: frozenset[str] = NONE
    sent: Mapping[str, Any] | Sent = field(default_factory=dict)
    does: tuple[str, ...] = ("",)
    only: tuple[str, ...] = ()
    own: bool = False
    why: str = ""
    more: Mapping[str, str] = field(default_factory=dict)
    query: str = ""
    states: tuple[str, ...] = ()
    by: str = "post"
    status: tuple[int, ...] = (200,)
    without: tuple[int, ...] = (404,)
    few: bool = False
    names_acts: bool = False
