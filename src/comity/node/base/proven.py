"""Which records of a State the local log proves, and what it says of them.

A write that changes such a record says so in the step that it notes in the local log: a fact
`records` with the SHA-256 of each, or none where one was dropped.

    {"custody 5f…|000001":"9c…","draft k2…":""}

So whoever folds the local log knows what every record must be, and a hand in the database is
found: a record that was changed, one that was dropped, and one that no step brought.

Source: architecture section 5; docs/spec/proof.md, clause 13.
Floor: node.
"""

import hashlib
from collections.abc import Mapping
from typing import Final, cast

from comity.kernel import ijson
from comity.kernel.ijson import Json
from comity.node.base.reader import About, Grant
from comity.node.base.rows import Officer

PAGE: Final = 1_000
"""Steps that are read at once."""
FACT: Final = "records"
"""Name of the fact in a step; told to nobody but the check."""

OFFICER: Final = "officer"
GRANT: Final = "grant"
ABOUT: Final = "about"
ROWS: Final = frozenset({OFFICER, GRANT, ABOUT})
"""Rows of a shape of their own: officers with their roles, what is shared, and of which matter a
record says something."""

RECORDS: Final = frozenset(
    {
        "account-alone",
        "account-change",
        "api-token",
        "brief",
        "came-from",
        "compartment-opening",
        "custody",
        "draft",
        "draft-comment",
        "draft-earlier",
        "duty-shift",
        "duty-step",
        "duty-turn",
        "exercise-destroyed",
        "exercise-seat",
        "factor-shown",
        "legal-decision",
        "list-filter",
        "nation",
        "nation-in-force",
        "nation-profile",
        "officer-link",
        "outside-certificate",
        "outside-key",
        "outside-session",
        "participant",
        "participant-task",
        "profile-asked",
        "release",
        "release-review",
        "roll-given",
        "share-consumer",
        "share-source",
        "share-stop-link",
        "webhook",
    }
)
"""Kinds of small records."""

KINDS: Final = ROWS | RECORDS

type Changes = dict[str, str]
"""`{kind and key: SHA-256}` of what a transaction has changed so far; "" of what it dropped."""


def note(changed: Changes, kind: str, key: str, data: bytes | None) -> None:
    """Note that a row was saved with these bytes, or dropped, if the local log proves its kind."""
    if kind in KINDS:
        changed[f"{kind} {key}"] = "" if data is None else sha256(data)


def sha256(data: bytes) -> str:
    """Return the SHA-256 of the bytes of a row, hex."""
    return hashlib.sha256(data).hexdigest()


def officer_bytes(one: Officer) -> bytes:
    """Return the one spelling of an officer's row."""
    return ijson.render(
        {
            "agency": one.agency,
            "ended": one.ended_ms,
            "office": one.office,
            "roles": [*one.roles],
            "since": one.since_ms,
            "token": one.token_sha256.hex(),
        }
    )


def grant_key(one: Grant) -> str:
    """Return the key of a grant."""
    return f"{one.channel}|{one.matter.kind}|{one.matter.id}|{one.reader}"


def grant_bytes(one: Grant) -> bytes:
    """Return the one spelling of a grant."""
    return ijson.render({"ended": one.ended_ms, "since": one.since_ms})


def about_key(kind: str, key: str) -> str:
    """Return the key of what a record is about."""
    return f"{kind}|{key}"


def note_about(changed: Changes, kind: str, key: str, one: About | None) -> None:
    """Note what a record is about, if the local log proves its kind; None where it was dropped."""
    if kind in RECORDS:
        note(changed, ABOUT, about_key(kind, key), None if one is None else about_bytes(one))


def about_bytes(one: About) -> bytes:
    """Return the one spelling of what a record is about."""
    matter = one.matter
    return ijson.render(
        {"agency": one.agency, "channel": one.channel, "id": matter.id, "kind": matter.kind}
    )


def render(changed: Changes) -> str:
    """Return changes as the value of the fact."""
    return ijson.render(cast("Json", changed)).decode()


def parse(text: str) -> Mapping[str, str]:
    """Return what the value of a fact says; nothing where it is none."""
    value = ijson.parse(text.encode())
    if not isinstance(value, dict):
        return {}
    return {name: str(sha256) for name, sha256 in value.items()}
