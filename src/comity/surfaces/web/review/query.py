"""Which figures a reader asks for: the form above them, and the same as a query of a link.

Floor: surfaces.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any, Final, override
from urllib.parse import urlencode

from django import forms as fields
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.utils.translation import gettext_lazy as _

from comity.clocks import days as numbers
from comity.clocks.clock import AT_MS_MAX
from comity.figures.drill_down import Lasted, lasted
from comity.figures.figures import Period
from comity.figures.observation import MEASURES, RESPOND
from comity.node.base.context import Node
from comity.node.base.rows import Officer
from comity.node.review import take
from comity.node.review.take import Wanted
from comity.rooms.review import agree
from comity.surfaces.web import forms

MINUTE_MS: Final = 60_000
HALF_YEAR: Final = 6
"""Months."""
GROUP_CHARS_MAX: Final = 300
MEASURE_WORDS: Final = {
    "acknowledge": _("Time to acknowledge"),
    "respond": _("Time to the first substantive response"),
    "complete": _("Time to completion"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for.

    Attributes:
        wanted: the figures.
        group: of them, `all`.
        measure: that the charts show.
        lasted: of what is behind a time, a bar of its distribution; or None.
        snapshot: whose figures they are, or "".
    """

    wanted: Wanted
    group: str = "all"
    measure: str = RESPOND
    lasted: Lasted | None = None
    snapshot: str = ""

    def query(self, **changes: object) -> str:
        """Return it as a query, with something else in it: the same figures, whatever came since.

        Days do not tell every period that a snapshot can be of, so it is told by its id.
        """
        found = {**self._of(), "group": self.group, "measure": self.measure, **changes}
        return urlencode({k: v for k, v in found.items() if v not in ("", None)}, safe=_PLAIN)

    def _of(self) -> dict[str, object]:
        if self.snapshot:
            return {"snapshot": self.snapshot}
        period, before = self.wanted.period, self.wanted.before
        return {
            "channel": self.wanted.channel,
            "from": _day(period.from_ms),
            "to": _day(period.to_ms),
            "compare": "on" if before is not None else "off",
            "at": self.wanted.now_ms,
            "cut": ",".join(
                f"{log}={size}" for log, size in sorted((self.wanted.cut or {}).items())
            ),
        }

    def within(self, period: Period) -> "Asked":
        """Return the same of another period, compared with none."""
        return replace(self, wanted=replace(self.wanted, period=period, before=None), snapshot="")


_DAYS: Final = (
    MinValueValidator(date(1970, 1, 1), _("Choose a day from 1970 on.")),
    MaxValueValidator(date(2999, 12, 31), _("Choose a day before 3000.")),
)
"""Of what days a review can be; a node has no entry from before it was made."""


_PLAIN: Final = ",="
"""What a cut is written with, and a query need not escape."""
_CUT: Final = RegexValidator(r"^[^=,]{1,255}=[0-9]{1,15}(,[^=,]{1,255}=[0-9]{1,15}){0,63}\Z")


class Choice(forms.Form):
    """The form above the figures."""

    channel = fields.CharField(required=False, max_length=256, widget=fields.HiddenInput)
    start = fields.DateField(label=_("First day, of UTC"), required=False, validators=_DAYS)
    end = fields.DateField(label=_("Until, that day not counted"), required=False, validators=_DAYS)
    group = fields.CharField(required=False, max_length=GROUP_CHARS_MAX)
    measure = fields.ChoiceField(
        label=_("Charts show"), required=False, choices=list(MEASURE_WORDS.items())
    )
    compare = fields.ChoiceField(required=False, choices=[(one, one) for one in ("on", "off")])
    at = fields.IntegerField(required=False, min_value=0, max_value=AT_MS_MAX)
    cut = fields.CharField(required=False, validators=[_CUT])
    least = fields.IntegerField(required=False, min_value=0, max_value=AT_MS_MAX)
    below = fields.IntegerField(required=False, min_value=0, max_value=AT_MS_MAX)

    @override
    def clean(self) -> dict[str, Any]:
        """Require a period that begins before it ends."""
        given = super().clean() or {}
        start, end = given.get("start"), given.get("end")
        if start and end and start >= end:
            self.add_error("end", _("The period ends before it begins. Choose a later day."))
        return given


def of(node: Node, officer: Officer, query: Mapping[str, str]) -> tuple[Asked, Choice]:
    """Return what a query asks for now, or of the snapshot that it names.

    Raises:
        Fault: those of `agree.wanted`.
    """
    now_ms = node.clock.now_ms()
    found, form = read(query, now_ms, take.period_of(now_ms))
    snapshot = query.get("snapshot", "")
    if snapshot:
        named = agree.wanted(node, officer, snapshot)
        found = replace(found, wanted=named, snapshot=snapshot)
    return found, form


def read(query: Mapping[str, str], now_ms: int, usual: Period) -> tuple[Asked, Choice]:
    """Return what a query asks for; what it does not say is as usual."""
    given = {**dict(query.items()), "start": query.get("from", ""), "end": query.get("to", "")}
    form = Choice(given)
    if not form.is_valid():
        return Asked(_wanted("", usual, now_ms, is_compared=True)), form
    said = form.cleaned_data
    start, end = said["start"], said["end"]
    period = Period(
        _ms(start) if start else usual.from_ms if not end else _ms(_later(end, -HALF_YEAR)),
        _ms(end) if end else usual.to_ms if not start else _ms(_later(start, HALF_YEAR)),
    )
    at_ms = said["at"] or now_ms - now_ms % MINUTE_MS
    measure = said["measure"] if said["measure"] in MEASURES else RESPOND
    wanted = _wanted(said["channel"], period, at_ms, is_compared=said["compare"] != "off")
    sizes = (one.rpartition("=") for one in said["cut"].split(",") if one)
    wanted = replace(wanted, cut={log: int(size) for log, _, size in sizes} or None)
    bar = lasted(said["least"], said["below"])
    return Asked(wanted, said["group"] or "all", measure, bar), form


def _wanted(channel: str, period: Period, at_ms: int, *, is_compared: bool) -> Wanted:
    return Wanted(channel, period, period.preceding() if is_compared else None, at_ms)


def _later(day: date, months: int) -> date:
    return numbers.date_of(numbers.month_later(numbers.number_of(day), months))


def _ms(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) * 1_000


def _day(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1_000, UTC).date().isoformat()
