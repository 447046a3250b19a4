"""What both sides share: who may read and change joint texts, cases, the review, partners.

The rows of `policy.ROWS` for these rooms.

Floor: tests.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from support import filled
from surfaces.web.matrix import sent
from surfaces.web.matrix.row import (
    COUNSEL,
    EVERYBODY,
    JOINT,
    KEEPING,
    NONE,
    REVIEWING,
    RUNNING,
    STEERING,
    WORKING,
    Row,
)

from comity.acts.verb import Table
from comity.joint.case import verbs as case
from comity.joint.review import verbs as review
from comity.joint.text import verbs as text


def said_of(
    address: str, table: Table, row: Row, by_verb: Mapping[str, Mapping[str, Any]], arg: str
) -> Mapping[str, Row]:
    """Return a row for each verb of a table, but those that open a matter or are only computed."""
    verbs = [one for one in table.verbs if not (one.opens or one.is_computed)]
    unknown = by_verb.keys() - {one.name for one in verbs}
    assert not unknown, f"no verbs of {table.noun}: {unknown}"
    rows = {one.name: replace(row, sent=filled.form(one), more={arg: one.name}) for one in verbs}
    return {
        f"{address}#{name}": replace(one, **by_verb.get(name, {})) for name, one in rows.items()
    }


IN_THEIR_PLACE: Final = "tests/surfaces/api/test_acts.py says each verb where it may be said"
OFTEN: Final[Mapping[str, Any]] = {"few": False, "why": ""}
"""Of a verb that is said here by everybody who may."""

_MADE: Final = ("propose", "counter")
"""What has a page of its own."""

ROWS: Final[Mapping[str, Row]] = {
    "guideline:texts": Row(get=EVERYBODY),
    "guideline:languages": Row(get=EVERYBODY),
    "guideline:calendar": Row(
        get=EVERYBODY,
        post=EVERYBODY,
        why="it is shown, and kept nowhere",
        sent={"country": "CN", "first_year": "2026", "last_year": "2026"},
    ),
    "guideline:shipped": Row(get=EVERYBODY),
    "guideline:shipped-whole": Row(get=EVERYBODY),
    "guideline:shipped-yaml": Row(get=EVERYBODY),
    "guideline:shipped-type": Row(get=EVERYBODY, more={"kind": "preservation"}),
    "guideline:text": Row("text", get=EVERYBODY),
    "guideline:propose": Row(
        "calendar", get=EVERYBODY, post=JOINT, sent=sent.calendar, does=("in force",)
    ),
    "guideline:periods": Row(
        "text", get=EVERYBODY, post=EVERYBODY, why="it is a text to propose, and nothing is kept"
    ),
    "guideline:difference": Row("text", get=EVERYBODY),
    "guideline:version": Row("text", get=EVERYBODY),
    "guideline:whole": Row("text", get=EVERYBODY),
    "guideline:yaml": Row("text", get=EVERYBODY),
    "guideline:type": Row("text", get=EVERYBODY),
    "guideline:say": Row("proposal", get=EVERYBODY, more={"verb": "decline"}),
    **said_of(
        "guideline:say",
        replace(text.TABLE, verbs=tuple(one for one in text.TABLE.verbs if one.name not in _MADE)),
        Row("proposal", get=NONE, post=JOINT, few=True, why=IN_THEIR_PLACE),
        {"decline": {**OFTEN, "sent": {"reason": "not-now"}, "does": ("proposed",)}},
        "verb",
    ),
    "agency:agencies": Row(get=EVERYBODY),
    "agency:routing": Row(get=EVERYBODY),
    "agency:law": Row(get=EVERYBODY),
    "agency:change": Row(get=EVERYBODY, post=COUNSEL, sent=sent.profile),
    "agency:asked": Row(get=EVERYBODY, status=(404,), why="none waits"),
    "agency:yaml": Row("nation", get=EVERYBODY),
    "case:listing": Row(get=EVERYBODY),
    "case:open": Row(get=EVERYBODY, post=WORKING, sent={"own_reference": "B-7"}),
    "case:one": Row("case"),
    **said_of(
        "case:say",
        case.TABLE,
        Row("case", get=NONE, post=WORKING, does=("open",)),
        {
            "group": {"sent": sent.requests("answered")},
            "ungroup": {"sent": sent.requests("hidden"), "only": ("wei",)},
            "reopen": {"does": ("closed",)},
            "propose-priority": {"sent": {"level": "priority", "reason": "harm-goes-on"}},
        },
        "verb",
    ),
    "case:say": Row("case", more={"verb": "close"}),
    "review:figures": Row(get=REVIEWING, without=(403,)),
    "review:behind": Row(get=REVIEWING, query="cell=all/volume/asked", without=(403,)),
    "review:money": Row(without=(302,)),
    "review:annex": Row(get=REVIEWING, without=(403,)),
    "review:export": Row(get=REVIEWING, more={"form": "json"}, without=(403,)),
    "review:snapshots": Row(get=EVERYBODY, post=KEEPING),
    "review:one": Row("snapshot", get=REVIEWING, without=(403, 404), names_acts=True),
    "review:since": Row("snapshot", get=REVIEWING, without=(403, 404)),
    "review:answer": Row("snapshot", get=NONE, post=KEEPING, does=("theirs",), without=(403, 404)),
    **said_of(
        "review:say",
        review.TABLE,
        Row("snapshot", get=NONE, post=KEEPING, without=(403, 404)),
        {
            "comment": {
                "sent": {"cell": "all/volume/asked", "text_en": "Two are one."},
                "does": ("ours", "theirs", "differs"),
            },
            "withdraw": {"sent": {"reason": "error"}, "does": ("ours",)},
        },
        "verb",
    ),
    "partner:partners": Row(get=EVERYBODY),
    "partner:partner": Row("partner", get=EVERYBODY),
    "partner:pair": Row(get=EVERYBODY),
    "partner:channels": Row(get=EVERYBODY),
    "partner:end-channel": Row(
        "partner",
        get=EVERYBODY,
        post=STEERING,
        more={"name": "live"},
        sent={"reason": "done"},
        why="what stands on a card ends with it",
    ),
    "partner:open": Row("pairing", get=NONE, post=RUNNING, sent=sent.accepted, does=("begun",)),
    "partner:compare": Row("pairing", get=NONE, post=RUNNING, sent=sent.confirmed, does=("begun",)),
    "partner:retry": Row("partner", get=NONE, post=STEERING, why="it moves a time in memory"),
    "partner:adopt-room": Row(
        "partner",
        get=NONE,
        post=STEERING,
        more={"room": "case"},
        why="every room is adopted when States pair",
    ),
    "partner:freeze": Row(
        "partner",
        get=EVERYBODY,
        post=STEERING,
        sent={"reason": "It forked.", "is_sure": "on"},
        does=("paired",),
    ),
    "partner:thaw": Row(
        "partner", get=EVERYBODY, post=STEERING, sent={"is_sure": "on"}, does=("frozen",)
    ),
    "partner:give-up": Row(
        "partner",
        get=EVERYBODY,
        post=STEERING,
        sent={"reason": "They left.", "is_sure": "on"},
        does=("paired",),
    ),
    "partner:take-back": Row(
        "partner",
        get=EVERYBODY,
        post=STEERING,
        sent={"is_sure": "on"},
        why="nobody is given up there",
    ),
}
