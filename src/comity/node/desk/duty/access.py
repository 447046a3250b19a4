"""Who may read a file and act in it: those of whose agency it is, and the contact point.

What an officer may not read is not there for them: asking for it is answered as for an id that
nobody ever used.

Floor: node.
"""

from collections.abc import Iterable
from typing import Final

from comity.acts.record import Matter
from comity.domestic.duty.acts import Who
from comity.domestic.duty.decide import By
from comity.domestic.duty.fold import File
from comity.domestic.officer import role
from comity.node.base import profile
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.reader import CONTACT
from comity.node.base.rooms import Listed, filed
from comity.node.base.rows import MatterRow, Officer
from comity.node.desk.duty import file_store
from comity.node.desk.duty.file_store import Key
from comity.node.room import fold_cache, matter_lookup, need_to_know
from comity.node.room import nation_profile as nations

WORKING: Final = (role.CONTACT_POINT, role.CASE_OFFICER, role.COUNSEL, role.RELEASING)
"""Roles that work on matters; who audits or runs the machine does not."""


def matter_of(node: Node, matter_id: str) -> Matter:
    """Return the matter of a file: of the kind that the duty desk files."""
    return Matter(filed(node.rooms)[0], matter_id)


def listed(node: Node, row: MatterRow) -> Listed:
    """Return how this State lists a matter."""
    return node.rooms[row.matter.kind].listed(fold_cache.of(node.rooms, row), node.party)


def by(tx: Tx, node: Node, officer: Officer) -> By:
    """Return an officer as a decision sees them."""
    who = Who(officer.name, officer.agency, node.clock.now_ms())
    return By(who, is_contact_point(tx, officer))


def is_contact_point(tx: Tx, officer: Officer) -> bool:
    """Return whether an officer is at the contact point of the State.

    Before a nation profile says which agency that is, the role alone decides.
    """
    nation = nations.in_force(tx)
    is_there = nation is None or nation.contact_point.id == officer.agency
    return role.CONTACT_POINT in officer.roles and is_there


def has_contact_point(tx: Tx) -> bool:
    """Return whether an officer in office has the role."""
    return any(role.CONTACT_POINT in one.roles and one.ended_ms is None for one in tx.officers())


def show_contact_point(tx: Tx, node: Node, keys: Iterable[Key]) -> None:
    """Let the contact point read what arrived, whichever agency it is addressed to.

    Where no officer is there, nothing is shared: each agency reads what is addressed to it.
    """
    if has_contact_point(tx):
        for channel, matter in keys:
            need_to_know.share(tx, node, channel, matter_of(node, matter), CONTACT)


def agencies(tx: Tx) -> frozenset[str]:
    """Return the agencies of this State: of the profile in force, and of the card."""
    nation = nations.in_force(tx)
    return profile.agency_ids(tx) | frozenset(nation.agencies if nation else ())


def officers_of(tx: Tx, agency: str) -> frozenset[str]:
    """Return the officers of an agency who are in office and work on matters."""
    return frozenset(
        one.name
        for one in tx.officers()
        if one.agency == agency and one.ended_ms is None and not set(WORKING).isdisjoint(one.roles)
    )


def readers(tx: Tx, node: Node, key: Key, file: File) -> frozenset[str]:
    """Return the officers in office who may read a file."""
    channel, matter = key
    filed = frozenset(tx.filed_for(channel, matter_of(node, matter)) if channel else ())
    working = (
        one
        for one in tx.officers()
        if one.ended_ms is None and not set(WORKING).isdisjoint(one.roles)
    )
    if not channel:
        return frozenset(one.name for one in working if can_read(tx, node, one, key, file))
    return frozenset(
        one.name for one in working if not filed.isdisjoint(need_to_know.reader(tx, one).keys)
    )


def can_read(tx: Tx, node: Node, officer: Officer, key: Key, file: File) -> bool:
    """Return whether an officer may read a file: who may read its matter, and works on matters.

    An inquiry has no matter: it is read by the contact point and by whose agency has a part in it.
    """
    if set(WORKING).isdisjoint(officer.roles):
        return False
    channel, matter = key
    if channel:
        reader = need_to_know.reader(tx, officer)
        return tx.readable(reader, channel, matter_of(node, matter)) is not None
    return is_contact_point(tx, officer) or officer.agency in file.readers


def find(tx: Tx, node: Node, officer: Officer, text: str) -> Key:
    """Return the file that an officer means by the beginning of an id.

    Raises:
        Fault: `node.matter.unknown`, `node.matter.ambiguous`, `node.matter.prefix-short`.
    """
    wanted, kind = text.strip().lower(), filed(node.rooms)[0]
    inquiry = _inquiry(tx, wanted)
    if inquiry is not None:
        key = inquiry
    else:
        row = matter_lookup.find(tx, need_to_know.reader(tx, officer), kind, wanted)
        key = (row.channel, row.matter.id)
    if not can_read(tx, node, officer, key, file_store.load(tx, key)):
        matter_lookup.require_settled(tx)
        raise matter_lookup.unknown(kind, text)
    return key


def _inquiry(tx: Tx, prefix: str) -> Key | None:
    if len(prefix) < matter_lookup.PREFIX_CHARS_MIN:
        return None
    found = tx.records(file_store.HEAD, after=f"|{prefix}", count_max=2)
    exact = tx.record(file_store.HEAD, f"|{prefix}")
    names = [name for name in found if name.startswith(f"|{prefix}")]
    if exact is not None:
        return ("", prefix)
    return ("", names[0].removeprefix("|")) if len(names) == 1 else None


def share(tx: Tx, node: Node, key: Key, before: File, after: File) -> None:
    """Let the agencies read the matter that have a part in it now, and those no more that had.

    Args:
        tx: a write.
        node: ours.
        key: of the file.
        before: the file before a step.
        after: the file after it.
    """
    channel, matter = after.linked or key
    if not channel:
        return
    named = matter_of(node, matter)
    was = before.readers if before.linked == after.linked else frozenset()
    for agency in sorted(after.readers - was):
        need_to_know.share(tx, node, channel, named, agency)
    for agency in sorted(before.readers - after.readers):
        need_to_know.unshare(tx, node, channel, named, agency)
