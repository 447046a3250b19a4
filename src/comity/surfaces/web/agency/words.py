"""Codes of a nation profile in the reader's language.

Floor: surfaces.
"""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from comity.domestic.nation import schema
from comity.domestic.routing import route

CAPACITIES: Final[Mapping[str, Promise]] = {
    schema.CONTACT_POINT: _("contact point"),
    schema.CENTRAL_AUTHORITY: _("central authority"),
    schema.EXECUTING: _("executes requests"),
    schema.ADVISING: _("advises"),
}
DIRECTIONS: Final[Mapping[str, Promise]] = {
    schema.INCOMING: _("a request of another State, before it is executed"),
    schema.OUTGOING: _("a request of ours, before it leaves"),
    schema.ANSWER: _("an answer of ours, before it leaves"),
}
DECIDES: Final[Mapping[str, Promise]] = {
    schema.BASIS: _("which legal basis carries it"),
    schema.INSTRUMENT: _("which order or approval it needs"),
    schema.GROUNDS: _("whether a ground of refusal applies"),
    schema.CONDITIONS: _("which conditions are attached"),
    schema.QUESTION: _("a question of its own"),
}
INSTRUMENTS: Final[Mapping[str, Promise]] = {
    "order": _("order"),
    "warrant": _("warrant"),
    "approval": _("approval"),
    "notice": _("notice"),
}
WEEKDAYS: Final = (
    _("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun"),
)  # fmt: skip
REASONS: Final[Mapping[str, Promise]] = {
    route.RULE: _("by the first rule that fits"),
    route.NO_RULE: _("no rule fits, so it stays at the contact point"),
    route.CRIME_UNKNOWN: _("its type of crime is not known, so it stays at the contact point"),
    route.NO_PROFILE: _("no profile is in force, so no rule says it"),
    route.BY_HAND: _("by hand"),
    route.ACKNOWLEDGED: _("an officer of it acknowledged the emergency"),
}
FIELDS: Final[Mapping[str, Promise]] = {
    "type": _("the type of request"),
    "crime": _("the type of crime"),
    "urgency": _("the urgency"),
}
UNITS: Final[Mapping[str, Promise]] = {"hours": _("hours"), "calendar-days": _("days")}
