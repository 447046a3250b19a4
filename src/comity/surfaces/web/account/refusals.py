"""What is refused to an officer, or to a program in their name: told, and counted by the day.

    a line of the journal          each time: a monitoring system takes those
    a step of the local log        at the first of a day, and then every fifth power
    an alarm                       at the 25th

Refused is what they may not do (403), what is not theirs to see or is not there (404), and a token
that opens nothing (401), which names nobody.  Whoever is not signed in is led to sign in: that is
told elsewhere.  The count is of this process: strangers fill no disk.

Floor: surfaces.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from http import HTTPStatus
from typing import Final

from django.http import HttpRequest, HttpResponse

from comity.kernel.fault import Fault
from comity.node.desk import sign_in_methods
from comity.surfaces.web import desk as desks
from comity.surfaces.web import session

REFUSED: Final = "officer.refused"
ALARM: Final = "officer.refusals.many"
ALARM_TRIES: Final = 25
STEP_BASE: Final = 5

_STATUSES: Final[Mapping[int, str]] = {
    HTTPStatus.UNAUTHORIZED: "token",
    HTTPStatus.FORBIDDEN: "may-not",
    HTTPStatus.NOT_FOUND: "not-theirs",
}
_DAY_MS: Final = 86_400_000
_COUNTED_MAX: Final = 10_000


class Refusals:
    """Tells of each answer that refuses."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response
        self._day = 0
        self._counts: Counter[tuple[str, str, str]] = Counter()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer."""
        answer = self._get_response(request)
        by = _STATUSES.get(answer.status_code)
        desk = request.META.get(desks.KEY)
        if by is not None and isinstance(desk, desks.Desk):
            name = _name(request)
            if name or by == "token":
                self._tell(desk, name, by)
        return answer

    def _tell(self, desk: desks.Desk, name: str, by: str) -> None:
        tries = self._count(desk.node.clock.now_ms() // _DAY_MS, (desk.node.party, name, by))
        facts = {**({"officer": name} if name else {}), "by": by}
        desk.told(REFUSED, facts)
        if is_told(tries):
            with suppress(Fault):  # a disk that takes no step keeps no answer back
                desk.noted(REFUSED, {**facts, "tries": str(tries)})
        if tries == ALARM_TRIES:
            whom = name or "programs whose tokens open nothing"
            desk.node.alarms.raise_alarm(ALARM, f"{tries} refusals today to {whom} ({by}).")

    def _count(self, day: int, key: tuple[str, str, str]) -> int:
        if day != self._day or len(self._counts) >= _COUNTED_MAX:
            self._day = day
            self._counts.clear()
        self._counts[key] += 1
        return self._counts[key]


def is_told(tries: int) -> bool:
    """Return whether so many tries are a power of five: who guesses for ever fills no log."""
    while tries % STEP_BASE == 0:
        tries //= STEP_BASE
    return tries == 1


def _name(request: HttpRequest) -> str:
    """Return who was refused, or "" for nobody that is known."""
    called = request.META.get(sign_in_methods.CALLER)
    if called is not None:
        return str(called)
    officer = session.officer_or_none(request)
    return officer.name if officer is not None else ""
