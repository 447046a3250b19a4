"""Who may have an object of a share, and why not: for one consumer, for all, over all shares.

Floor: rooms.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from comity.domestic.share import consumer as terms
from comity.domestic.share.consumer import POWERS, REACHES, Consumer, may_have
from comity.joint.share import acts, positions, view
from comity.joint.share.bundle import Object
from comity.joint.share.state import State
from comity.joint.share.values import values
from comity.kernel.fault import Fault, quoted
from comity.kernel.ijson import Json
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import MatterRow, Officer
from comity.node.desk import matters
from comity.node.room import need_to_know
from comity.node.room.matter_lookup import find
from comity.rooms.share import consumers, holdings
from comity.rooms.share.holdings import Holding

SHARES_MAX: Final = 1_000

WHY: Final = {
    "has": {"en": "it may have it", "zh": "可以获取"},
    "invalid": {"en": "it is no object of STIX 2.1", "zh": "不是 STIX 2.1 对象"},
    "missing": {"en": "it is not here", "zh": "对象不在此处"},
    "retracted": {"en": "it was retracted", "zh": "已被撤回"},
    "expired": {"en": "it is to be used no longer", "zh": "已过有效期"},
    "reach": {"en": "its mark is for those who are nearer", "zh": "标记仅限更近的用户"},
    "power": {
        "en": "its mark permits less than the program does",
        "zh": "标记允许的行为少于程序的用途",
    },
    "network": {"en": "it is of no network of the program", "zh": "不属于该程序的网络"},
    "own": {"en": "it was given by this State", "zh": "由本国提供"},
}
"""Why a consumer has an object or not, in the words of a person."""


@dataclass(frozen=True, slots=True)
class Told:
    """One object, and one consumer."""

    item: str
    mark: str
    consumer: str
    why: str


def explain(
    node: Node, officer: Officer, share: str, item: str, consumer_id: str = ""
) -> list[Told]:
    """Say why each consumer of an officer's agency has an object or not.

    Raises:
        Fault: `share.position.unknown`, `share.consumer.unknown`, and those of finding the share.
    """
    with node.store.read() as tx:
        row = find(tx, need_to_know.reader(tx, officer), acts.KIND, share)
        holding = holdings.read(node, tx, row)
    spans = positions.answering(positions.parse([item]) or (), 1)
    if positions.number(spans) != 1:
        raise Fault(
            code="share.position.unknown",
            what=f"{quoted(item)} is not one position.",
            fix="Name one object: 3, or b2.5 of a second bundle.",
        )
    at = holdings.place(spans[0].bundle, spans[0].first)
    every = [one for _, one in consumers.listing(node, officer)]
    asked = [one for one in every if one.id.startswith(consumer_id)]
    if consumer_id and not asked:
        raise consumers.unknown(consumer_id)
    mark = str(holding.marks.get(at, ""))
    now_ms = node.clock.now_ms()
    own = node.party
    return [Told(item, mark, one.id, _why(holding, at, one, now_ms, own)) for one in asked]


def _why(holding: Holding, at: int, one: Consumer, now_ms: int, own: str) -> str:
    state = holding.state
    reasons = {
        "own": state.giving is not None and state.giving.party == own,
        "missing": at not in holding.objects,
        "invalid": at in holding.flaws,
        "retracted": not positions.has(view.in_force(state), *divmod(at, holdings.PLACES)),
        "expired": view.is_expired(state, now_ms),
    }
    for why, holds in reasons.items():
        if holds:
            return why
    mark = holding.marks[at]
    if not may_have(one, mark):
        return "power" if may_have(replace(one, power=terms.WATCH), mark) else "reach"
    return "has" if at in holdings.allowed(holding, one, now_ms) else "network"


@dataclass(frozen=True, slots=True)
class Row:
    """What one consumer may have of one share."""

    share: str
    consumer: str
    objects: int
    of: int


def audience(node: Node, officer: Officer, share: str) -> list[Row]:
    """Say how many objects of a share each consumer of an officer's agency may have.

    Raises:
        Fault: those of finding the share.
    """
    every = [one for _, one in consumers.listing(node, officer)]
    with node.store.read() as tx:
        row = find(tx, need_to_know.reader(tx, officer), acts.KIND, share)
        return [*_rows(node, tx, row, every)]


def dry_run(node: Node, officer: Officer, reach: str, power: str, networks: list[str]) -> list[Row]:
    """Say what a consumer would have of every share, before one is added.

    Raises:
        Fault: `share.network.malformed`, `share.network.too-many`, `share.terms.unknown`.
    """
    if reach not in REACHES or power not in POWERS:
        raise Fault(
            code="share.terms.unknown",
            what=f"{quoted(reach)} and {quoted(power)} are no reach and power.",
            fix=f"Use {', '.join(REACHES)}, and {', '.join(POWERS)}.",
        )
    one = Consumer("", "", reach, power, terms.require_networks(networks), officer.agency)
    rows, _ = matters.page(node, officer, acts.KIND, "", SHARES_MAX)
    with node.store.read() as tx:
        return [told for row in rows for told in _rows(node, tx, row, [one])]


def _rows(node: Node, tx: Tx, row: MatterRow, every: list[Consumer]) -> Iterator[Row]:
    state: State = node.rooms[acts.KIND].from_json(row.state)
    if state.giving is None or state.giving.party == node.party:
        return
    holding = holdings.read(node, tx, row)
    now_ms = node.clock.now_ms()
    for one in every:
        count = len(holdings.allowed(holding, one, now_ms))
        yield Row(row.matter.id, one.id, count, len(holding.objects))


@dataclass(frozen=True, slots=True)
class Shown:
    """One object of a share, as a person looks at it.

    Attributes:
        item: its position.
        type: of STIX.
        told: addresses, names and hashes that it tells.
        mark: its effective mark, or "" where it cannot be used.
        flaw: what is wrong with it, or "".
        is_retracted: whether it was retracted.
    """

    item: str
    type: str
    told: tuple[str, ...]
    mark: str
    flaw: str
    is_retracted: bool


def objects(node: Node, tx: Tx, row: MatterRow, count: int) -> tuple[list[Shown], int]:
    """Return the first objects of a share, and how many there are."""
    holding = holdings.read(node, tx, row)
    counts = view.in_force(holding.state)
    found = [
        Shown(
            _item(at),
            str(one.get("type", "")) if one else "",
            _told(one),
            str(holding.marks.get(at, "")),
            holding.flaws.get(at, ""),
            not positions.has(counts, *divmod(at, holdings.PLACES)),
        )
        for at, one in [*holding.objects.items()][:count]
    ]  # fmt: skip
    return found, len(holding.objects)


def _item(at: int) -> str:
    number, position = divmod(at, holdings.PLACES)
    return positions.render((positions.Span(number, position, position),))[0]


def _told(one: Object | None) -> tuple[str, ...]:
    if one is None:
        return ()
    found = tuple(value for _, value in values(one))
    return found or tuple(str(one[name]) for name in ("name", "pattern") if name in one)


def rows_json(found: list[Row]) -> list[Json]:
    """Return what consumers may have."""
    return [
        {"share": one.share, "consumer": one.consumer, "objects": one.objects, "of": one.of}
        for one in found
    ]


def told_json(found: list[Told]) -> list[Json]:
    """Return why consumers have an object or not."""
    return [
        {"item": one.item, "mark": one.mark, "consumer": one.consumer, "why": one.why,
         "words": dict(WHY[one.why])}
        for one in found
    ]  # fmt: skip
