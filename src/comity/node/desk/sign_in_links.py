"""Links by which officers sign in once: made by whoever runs the node, used by a person.

    record kind    key                      value
    officer-link   <sha256 of the token>    officer, until

A link that was used is gone; the local log has when it was made and used.

Floor: node.
"""

from typing import Final, cast

from comity.domestic.officer import link
from comity.domestic.officer import token as tokens
from comity.kernel.fault import Fault
from comity.kernel.ijson import Json
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import Officer
from comity.node.desk.officer_admin import require_in_office
from comity.node.room import account_notices, local_log

RECORD: Final = "officer-link"
_MINUTE_MS: Final = 60_000


def add(node: Node, name: str, by: str = "") -> tuple[str, int]:
    """Make a link for an officer; return its token, kept nowhere, and until when it is good.

    They are told who made it, whoever uses it.

    Args:
        node: ours.
        name: of the officer.
        by: the officer who makes it, or "" for whoever is at the machine.

    Raises:
        Fault: `officer.name.unknown`, `officer.account.ended`.
    """
    with node.store.write() as tx:
        return make(tx, node, name, by)


def make(tx: Tx, node: Node, name: str, by: str) -> tuple[str, int]:
    """Make a link in a write that does more; see `add`."""
    token = link.render(node.entropy(tokens.TOKEN_BYTES))
    now_ms = node.clock.now_ms()
    until_ms = now_ms + link.MINUTES * _MINUTE_MS
    require_in_office(tx, name)
    _sweep(tx, now_ms)
    kept: Json = {"officer": name, "until": until_ms}
    tx.save_record(RECORD, tokens.sha256(token).hex(), kept)
    account_notices.tell(tx, node, name, account_notices.LINK, by)
    local_log.note(tx, node, "officer.link-added", {"officer": name, **account_notices.fact(by)})
    return token, until_ms


def owner(node: Node, token: str) -> Officer:
    """Return whose link this is; looking does not use it up.

    Raises:
        Fault: `officer.link.wrong`.
    """
    with node.store.read() as tx:
        return _owner(tx, token, node.clock.now_ms())


def use(node: Node, token: str) -> Officer:
    """Return whose link this is, once: it is gone when this returns.

    Raises:
        Fault: `officer.link.wrong` for one that is unknown, was used, is out of date or is of
            an officer who has ended.
    """
    with node.store.write() as tx:
        officer = _owner(tx, token, node.clock.now_ms())
        tx.drop_record(RECORD, tokens.sha256(token).hex())
        local_log.note(tx, node, "officer.link-used", {"officer": officer.name})
    return officer


def end_all(tx: Tx, name: str) -> None:
    """Drop every link of an officer."""
    for key, kept in tx.records(RECORD).items():
        if cast("dict[str, Json]", kept)["officer"] == name:
            tx.drop_record(RECORD, key)


def _owner(tx: Tx, token: str, now_ms: int) -> Officer:
    kept = cast("dict[str, Json] | None", tx.record(RECORD, tokens.sha256(token).hex()))
    officer = tx.officer(str(kept["officer"])) if kept and now_ms < _until(kept) else None
    if officer is None or officer.ended_ms is not None:
        raise Fault(
            code="officer.link.wrong",
            what="This link opens nothing: it was used, is out of date, or is not whole.",
            fix="Ask whoever runs this node for another: `comity officer link`.",
        )
    return officer


def _sweep(tx: Tx, now_ms: int) -> None:
    """Drop the links that nobody used in time."""
    for key, kept in tx.records(RECORD).items():
        if now_ms >= _until(cast("dict[str, Json]", kept)):
            tx.drop_record(RECORD, key)


def _until(kept: dict[str, Json]) -> int:
    until = kept["until"]
    assert isinstance(until, int)
    return until
