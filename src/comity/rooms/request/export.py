"""A request and its evidence as they are taken to court: what it says, who had it, the proofs.

Floor: rooms.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from comity.acts import ways
from comity.domestic.custody.case import Action, Case, Exhibit, graph
from comity.joint.request import view
from comity.kernel.fault import Fault
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.context import Node
from comity.node.room import conditions, proof, request_file, trust_policy
from comity.node.room.act_blobs import HELD
from comity.node.room.custody import Item
from comity.node.room.matter_read import Shown

_NO_PROOF: Final = frozenset({"node.proof.not-cosigned"})


@dataclass(frozen=True, slots=True)
class Proofs:
    """What an auditor verifies without a node.

    Attributes:
        proofs: `{name of its files: tlog-proof}`, each with what opens its entry.
        policies: `{origin: tlog-policy}` of the logs they stand in.
        missing: ids of acts that not every mirror has cosigned yet.
    """

    proofs: dict[str, bytes]
    policies: dict[str, str]
    missing: tuple[str, ...]


def forbidden(node: Node, shown: Shown) -> Inadmissible | None:
    """Return which condition forbids that a request is taken out with what was given, or None."""
    row = shown.row
    with node.store.read() as tx:
        return conditions.may(node, tx, row.channel, row.matter, ways.EXPORT)


def names_of(shown: Shown) -> dict[tuple[str, str], str]:
    """Return by which name files of each act stand: its id, with its author where two use that."""
    times = Counter(act_id for _, act_id in shown.said)
    return {
        (party, act_id): f"{act_id}-{party}" if times[act_id] > 1 else act_id
        for party, act_id in shown.said
    }


def proofs(node: Node, shown: Shown) -> Proofs:
    """Return the proofs of every act of a request.

    Raises:
        Fault: `node.proof.*`.
    """
    made: dict[str, bytes] = {}
    missing: list[str] = []
    origins: set[str] = set()
    names = names_of(shown)
    for key, said in shown.said.items():
        act_id = said.row.act.id
        try:
            made[names[key]] = proof.make(node, f"{said.row.origin}#{said.row.index}").proof
            origins.add(said.row.origin)
        except Fault as fault:
            if fault.code not in _NO_PROOF:
                raise
            missing.append(act_id)
    texts = {
        one.origin: one.text()
        for origin in sorted(origins)
        for one in trust_policy.policies(node, origin)
    }
    return Proofs(made, texts, tuple(missing))


def case(shown: Shown, items: Sequence[Item]) -> Json:
    """Return the CASE JSON-LD of a request and its evidence."""
    folded = shown.state
    authorities = {
        text
        for item in items
        for text in (_told(item, "authority"), *(step.authority for step in item.chain.steps))
        if text
    }
    return graph(
        Case(
            matter=shown.row.matter.id,
            name=f"request {shown.row.matter.id}",
            type=folded.type or "request",
            status=view.status(folded),
            references=tuple(view.references(folded)),
            authorities=tuple(sorted(authorities)),
            exhibits=tuple(_exhibit(item, shown) for item in items if item.body.state == HELD),
        )
    )


def _exhibit(item: Item, shown: Shown) -> Exhibit:
    number = str(item.told.get("exhibit", "")) or f"{item.row.act.id[:8]}-{item.number}"
    return Exhibit(
        number=number,
        root=_told(item, "derived_from"),
        name=item.name or f"attachment-{item.number}",
        media_type=item.body.blob.media_type,
        size_bytes=item.body.size_bytes or 0,
        sha256=str(item.told.get("sha256", "")),
        mark=item.body.blob.mark,
        actions=tuple(_actions(item, shown)),
    )


def _actions(item: Item, shown: Shown) -> Iterator[Action]:
    """Give what was done with an item: by its authority, in transit, and at this node."""
    if _told(item, "action") and _told(item, "time"):
        by = _told(item, "role") or item.row.party
        at = _read(_told(item, "time"))
        yield Action(_told(item, "action"), at, by, _told(item, "tool"), _unread(item, at))
    said = shown.said.get((item.row.party, item.row.act.id))
    for one in said.deliveries if said else ():
        if one.received_at_ms is not None:
            at = _utc(one.received_at_ms)
            why = "" if at else f"received {one.received_at_ms} ms after 1970, as its receipt says"
            yield Action("received", at, one.party, "comity", why)
    for step in item.chain.steps:
        by = f"{step.officer} ({step.agency})"
        yield Action(step.kind, _utc(step.at_ms), by, step.tool, step.purpose)


def _told(item: Item, name: str) -> str:
    provenance = item.told.get("provenance")
    value = provenance.get(name) if isinstance(provenance, dict) else None
    return value if isinstance(value, str) else ""


def _read(text: str) -> str:
    """Return an instant that the author of an item told, or "" where it is none: it may be any."""
    try:
        return _utc(request_file.at_ms(text))
    except Fault:
        return ""


def _unread(item: Item, at: str) -> str:
    return "" if at else f"at the time that its author told: {_told(item, 'time')}"


def _utc(at_ms: int) -> str:
    """Return an instant, or "" beyond year 9999: a clock of a peer may say anything."""
    try:
        moment = datetime.fromtimestamp(at_ms / 1_000, UTC)
    except (OverflowError, ValueError, OSError):
        return ""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
