"""What a list can be filtered by: a party, type or agency that nobody knows is told as unknown.

An empty list would say that there is no such request, to an officer who has mistyped a name.

Floor: rooms.
"""

from collections.abc import Callable, Iterator
from typing import Final

from comity.joint.request import acts
from comity.kernel.fault import Fault, quoted
from comity.node.base import profile, register_records
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.reader import Group, Wanted, is_agency
from comity.node.base.rows import Officer
from comity.node.room import joint_texts, need_to_know

type _Known = Callable[[Node, Tx], Iterator[str]]
type _InGroup = Callable[[Group], tuple[str, ...]]
"""What one filter could have been given to find these requests."""

_SHOWN: Final = 40


def require_known(node: Node, officer: Officer, wanted: Wanted) -> None:
    """Return if each name that is wanted is known here, or stands in a request of this officer.

    Raises:
        Fault: `node.list.name-unknown`, with all that are not and what is known.
    """
    parties = dict.fromkeys(filter(None, (wanted.asker, wanted.holder, wanted.party)))
    with node.store.read() as tx:
        groups: list[Group] = []
        unknown = [
            *(_unknown(node, tx, officer, "party", name, groups) for name in parties),
            _unknown(node, tx, officer, "type of request", wanted.type, groups),
            _unknown(node, tx, officer, "agency of this State", wanted.agency, groups),
        ]
    told = [one for one in unknown if one]
    if told:
        raise Fault(
            code="node.list.name-unknown",
            what=" ".join(told),
            fix="Name one that is known, or leave the filter out.",
        )


def _unknown(
    node: Node, tx: Tx, officer: Officer, noun: str, name: str, groups: list[Group]
) -> str:
    """Return in words that a name is unknown, or ""; requests are looked through only then."""
    known, in_group = _NOUNS[noun]
    names = set(known(node, tx)) if name else set()
    if not name or name in names:
        return ""
    if not groups:
        groups += tx.groups(need_to_know.reader(tx, officer), acts.KIND)
    names.update(one for group in groups for one in in_group(group) if one)
    if name in names or not names:
        return ""
    more = ", …" if len(names) > _SHOWN else ""
    return f"There is no {noun} {quoted(name)}; known: {', '.join(sorted(names)[:_SHOWN])}{more}."


def _parties(node: Node, tx: Tx) -> Iterator[str]:
    yield node.party
    for one in register_records.arrangements(tx):
        yield from one.party_ids()


def _types(node: Node, tx: Tx) -> Iterator[str]:
    now_ms = node.clock.now_ms()
    for one in register_records.arrangements(tx):
        path = register_records.live_in(one.id)
        yield from joint_texts.listed(node, tx, path, now_ms).get("type", ())


def _agencies(_node: Node, tx: Tx) -> Iterator[str]:
    yield from profile.agency_ids(tx)


_NOUNS: Final[dict[str, tuple[_Known, _InGroup]]] = {
    "party": (_parties, lambda one: (*one.parties, *one.holders, one.asker)),
    "type of request": (_types, lambda one: (one.type,)),
    "agency of this State": (
        _agencies,
        lambda one: tuple(key for key in one.readers if is_agency(key)),
    ),
}
