"""Consumers of shares: added, given networks, listed, ended; each has a session of its own.

    record kind        key              value
    share-consumer     <session id>     `Consumer`

Floor: rooms.
"""

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any, Final, cast

from comity.domestic.outside.session import TOKEN, Session, Terms
from comity.domestic.share import consumer as consumers
from comity.domestic.share.consumer import Consumer
from comity.kernel.fault import Fault, quoted
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import Officer
from comity.node.base.scope import Scope
from comity.node.desk import outside
from comity.node.desk.outside import Admitted

RECORD: Final = "share-consumer"
SCOPE: Final = Scope(
    "threats",
    "fetch the threats that are shared with you",
    "获取与您共享的威胁信息",
)


def add(  # noqa: PLR0913 -- what a consumer has
    node: Node,
    officer: Officer,
    terms: Terms,
    *,
    reach: str,
    power: str,
    networks: Sequence[str] = (),
    certificate: bytes = b"",
) -> Admitted | Inadmissible:
    """Admit a program that fetches; its secret is returned here and kept nowhere.

    Raises:
        Fault: those of `outside.admit` and of `consumer.require_networks`.
    """
    own = consumers.require_networks(networks)

    def fetches(tx: Tx, session: Session) -> None:
        _save(tx, Consumer(session.id, session.name, reach, power, own, session.agency))

    terms = replace(terms, scopes=(SCOPE.name,))
    return outside.admit(node, officer, terms, certificate, fetches)


def set_networks(
    node: Node, officer: Officer, consumer_id: str, networks: Sequence[str]
) -> Consumer:
    """Give a consumer other networks: what is not of them is taken from its list.

    Raises:
        Fault: `share.consumer.unknown`, and those of `consumer.require_networks`.
    """
    own = consumers.require_networks(networks)
    seen = {session.id for session, _ in listing(node, officer)}
    with node.store.write() as tx:
        found = of(tx, consumer_id) if consumer_id in seen else None
        if found is None:
            raise unknown(consumer_id)
        changed = replace(found, networks=own)
        _save(tx, changed)
    return changed


def listing(node: Node, officer: Officer) -> list[tuple[Session, Consumer]]:
    """Return the consumers that an officer may see, each with its session, the newest first."""
    sessions = outside.listing(node, officer)
    with node.store.read() as tx:
        found = ((one, of(tx, one.id)) for one in sessions)
        return [(session, one) for session, one in found if one is not None]


def renew(node: Node, officer: Officer, consumer_id: str, days: int) -> Admitted | Inadmissible:
    """Give a consumer another token; the one before opens nothing any more.

    Raises:
        Fault: `share.consumer.unknown`, `share.consumer.not-renewed`.
    """
    found = {session.id: session for session, _ in listing(node, officer)}.get(consumer_id)
    if found is None:
        raise unknown(consumer_id)
    if found.kind != TOKEN or not found.is_open(node.clock.now_ms()):
        raise Fault(
            code="share.consumer.not-renewed",
            what=f"The consumer {quoted(consumer_id)} is over, or shows a certificate.",
            fix="Add it again with `comity consumer add`.",
        )
    return outside.renew(node, officer, found, days)


def end(node: Node, officer: Officer, consumer_id: str) -> Session | Inadmissible:
    """End a consumer: from its next request on it has nothing.

    Raises:
        Fault: `share.consumer.unknown`, `outside.session.unknown`.
    """
    with node.store.read() as tx:
        if of(tx, consumer_id) is None:
            raise unknown(consumer_id)
    return outside.end(node, officer, consumer_id)


def open_ones(node: Node, tx: Tx) -> list[Consumer]:
    """Return the consumers whose session is open."""
    now_ms = node.clock.now_ms()
    return [
        _from_json(value)
        for key, value in tx.records(RECORD).items()
        if (session := outside.session_of(tx, key)) is not None and session.is_open(now_ms)
    ]


def of(tx: Tx, consumer_id: str) -> Consumer | None:
    """Return a consumer by its id, or None."""
    value = tx.record(RECORD, consumer_id)
    return None if value is None else _from_json(value)


def unknown(consumer_id: str) -> Fault:
    """Say that there is no such consumer."""
    return Fault(
        code="share.consumer.unknown",
        what=f"There is no consumer {quoted(consumer_id)}.",
        fix="Run `comity consumer list` to see the consumers of your agency.",
    )


def as_json(session: Session, one: Consumer) -> dict[str, Json]:
    """Return a consumer with its session, without its secret."""
    return {
        "id": one.id,
        "name": one.name,
        "on_behalf": session.on_behalf,
        "reach": one.reach,
        "power": one.power,
        "networks": [*one.networks],
        "agency": one.agency,
        "until_ms": session.until_ms,
        "ended_ms": session.ended_ms,
    }


def _save(tx: Tx, one: Consumer) -> None:
    value = cast("dict[str, Json]", {**asdict(one), "networks": [*one.networks]})
    tx.save_record(RECORD, one.id, value)


def _from_json(value: Json) -> Consumer:
    fields = cast("dict[str, Any]", value)
    return Consumer(**{**fields, "networks": tuple(fields["networks"])})
