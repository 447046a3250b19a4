"""What is kept of a change that waits for a second person, see `account_changes`.

    record kind      key    value
    account-change   <id>   what, officer, agency, office, roles, profile, by, at, agreed_by
    profile-asked    <id>   text, extend

Floor: node.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, cast

from comity.kernel.fault import Fault
from comity.kernel.ijson import Json
from comity.node.base.context import Node
from comity.node.base.ports import Tx

RECORD: Final = "account-change"
TEXT: Final = "profile-asked"
"""Record of the text of a profile that waits; one at most."""
INVITE: Final = "invite"
ROLES: Final = "roles"
LINK: Final = "link"
RESET: Final = "reset"
PROFILE: Final = "profile"

TERM_MS: Final = 7 * 24 * 3_600_000
"""A change that was asked for longer ago is no longer agreed to, and no longer made."""

OPEN_MAX: Final = 100
ID_BYTES: Final = 10


@dataclass(frozen=True, slots=True)
class Change:
    """One change.

    Attributes:
        what: `INVITE`, `ROLES`, `LINK`, `RESET` or `PROFILE`.
        officer: whose account it is, or "".
        agency: of an invited officer.
        office: of an invited officer, or "".
        roles: that they are to have, of `INVITE` and `ROLES`.
        by: the officer who asks.
        at_ms: when they asked.
        agreed_by: the officer who agreed, or "".
        id: by which it is named.
        profile: SHA-256 of a nation profile, of `PROFILE`.
        link: by which the officer signs in, once it was made; kept nowhere.
    """

    what: str
    officer: str = ""
    agency: str = ""
    office: str = ""
    roles: tuple[str, ...] = ()
    by: str = ""
    at_ms: int = 0
    agreed_by: str = ""
    id: str = ""
    profile: str = ""
    link: str = ""

    @property
    def facts(self) -> Mapping[str, str]:
        """What the local log has of it."""
        given = {
            "change": self.what,
            "officer": self.officer,
            "roles": " ".join(self.roles),
            "profile": self.profile,
        }
        return {name: value for name, value in given.items() if value}


def save_text(tx: Tx, change: Change, data: bytes, *, extend: bool) -> None:
    """Keep the profile that a change is about, and whether it extends the card."""
    kept: Json = {"text": data.decode(), "extend": extend}
    tx.save_record(TEXT, change.id, kept)


def text(tx: Tx, change: Change) -> tuple[bytes, bool]:
    """Return the profile that a change is about, and whether it extends the card."""
    kept = cast("dict[str, Json]", tx.record(TEXT, change.id))
    return str(kept["text"]).encode(), bool(kept["extend"])


def drop(tx: Tx, change: Change) -> None:
    """Forget a change that was made, declined, or is too old."""
    tx.drop_record(RECORD, change.id)
    if change.what == PROFILE:
        tx.drop_record(TEXT, change.id)


def require(tx: Tx, node: Node, change_id: str) -> Change:
    """Return a change that waits or was agreed to.

    Raises:
        Fault: `officer.change.unknown`.
    """
    kept = tx.record(RECORD, change_id)
    found = None if kept is None else _read(change_id, kept)
    if found is None or _is_late(found, node):
        raise Fault(
            code="officer.change.unknown",
            what="This change was made or declined, or was asked for more than a week ago.",
            fix="Ask for it again.",
        )
    return found


def every(tx: Tx, node: Node, *, is_late: bool = False) -> Iterator[Change]:
    """Give the changes that are open, or those that are too old."""
    for key, kept in tx.records(RECORD, count_max=2 * OPEN_MAX).items():
        change = _read(key, kept)
        if _is_late(change, node) == is_late:
            yield change


def save(tx: Tx, change: Change) -> None:
    """Keep a change."""
    kept: Json = {
        "what": change.what,
        "officer": change.officer,
        "agency": change.agency,
        "office": change.office,
        "roles": list(change.roles),
        "profile": change.profile,
        "by": change.by,
        "at": change.at_ms,
        "agreed_by": change.agreed_by,
    }
    tx.save_record(RECORD, change.id, kept)


def _is_late(change: Change, node: Node) -> bool:
    return node.clock.now_ms() >= change.at_ms + TERM_MS


def _read(key: str, kept: Json) -> Change:
    value = cast("dict[str, Json]", kept)
    return Change(
        what=str(value["what"]),
        officer=str(value["officer"]),
        agency=str(value["agency"]),
        office=str(value["office"]),
        roles=tuple(cast("list[str]", value["roles"])),
        by=str(value["by"]),
        at_ms=cast("int", value["at"]),
        agreed_by=str(value["agreed_by"]),
        id=key,
        profile=str(value["profile"]),
    )
