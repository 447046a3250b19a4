"""Who may read a file and act in it: those of whose agency it is, and the contact point.

What an officer may not read is not there for him: asking for it is answered as for an id that
nobody ever used.

Floor: node.
"""

from typing import Final

from comity.acts.record import Matter
from comity.domestic.duty.acts import Who
from comity.domestic.duty.decide import By
from comity.domestic.duty.fold import File
from comity.domestic.officer import role
from comity.joint.request import acts as request_acts
from comity.node import nation as nations
from comity.node import profile
from comity.node.context import Node
from comity.node.desk import matters, need
from comity.node.desk.duty import keep
from comity.node.desk.duty.keep import Key
from comity.node.ports import Tx
from comity.node.reader import CONTACT, Grant
from comity.node.rows import Officer

WORKING: Final = (role.CONTACT_POINT, role.CASE_OFFICER, role.COUNSEL, role.RELEASING)
"""Roles that work on matters; who audits or runs the machine does not."""


def by(tx: Tx, node: Node, officer: Officer) -> By:
    """Return an officer as a decision sees him."""
    who = Who(officer.name, officer.agency, node.clock.now_ms())
    return By(who, is_contact_point(tx, officer))


def is_contact_point(tx: Tx, officer: Officer) -> bool:
    """Return whether an officer is at the contact point of the State.

    Before a nation profile says which agency that is, the role alone decides.
    """
    nation = nations.in_force(tx)
    is_there = nation is None or nation.contact_point.id == officer.agency
    return role.CONTACT_POINT in officer.roles and is_there


def show_contact_point(tx: Tx, key: Key, now_ms: int) -> None:
    """Let the contact point read what arrived, whichever agency it is addressed to.

    Where no officer is there, nothing is shared: each agency reads what is addressed to it.
    """
    if any(role.CONTACT_POINT in one.roles and one.ended_ms is None for one in tx.officers()):
        tx.save_grant(Grant(Matter(request_acts.KIND, key[1]), key[0], CONTACT, now_ms))


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
    return frozenset(
        one.name
        for one in tx.officers()
        if one.ended_ms is None and can_read(tx, node, one, key, file)
    )


def can_read(tx: Tx, node: Node, officer: Officer, key: Key, file: File) -> bool:
    """Return whether an officer may read a file."""
    if set(WORKING).isdisjoint(officer.roles):
        return False
    if is_contact_point(tx, officer) or officer.agency in file.readers:
        return True
    return officer.agency in _spoke(tx, node, key)


def _spoke(tx: Tx, node: Node, key: Key) -> frozenset[str]:
    """Return the agencies of this State that have spoken in a matter."""
    channel, matter = key
    if not channel:
        return frozenset()
    rows = tx.acts_of(channel, Matter(request_acts.KIND, matter))
    return frozenset(row.act.speaker.agency for row in rows if row.party == node.party)


def find(tx: Tx, node: Node, officer: Officer, text: str) -> Key:
    """Return the file that an officer means by the beginning of an id.

    Raises:
        Fault: `node.matter.unknown`, `node.matter.ambiguous`, `node.matter.prefix-short`.
    """
    wanted = text.strip().lower()
    inquiry = _inquiry(tx, wanted)
    if inquiry is not None:
        key = inquiry
    else:
        row = matters.find(tx, need.reader(tx, officer), request_acts.KIND, wanted)
        key = (row.channel, row.matter.id)
    if not can_read(tx, node, officer, key, keep.load(tx, key)):
        raise matters.unknown(request_acts.KIND, text)
    return key


def _inquiry(tx: Tx, prefix: str) -> Key | None:
    if len(prefix) < matters.PREFIX_CHARS_MIN:
        return None
    found = tx.records(keep.HEAD, after=f"|{prefix}", count_max=2)
    exact = tx.record(keep.HEAD, f"|{prefix}")
    names = [name for name in found if name.startswith(f"|{prefix}")]
    if exact is not None:
        return ("", prefix)
    return ("", names[0].removeprefix("|")) if len(names) == 1 else None


def share(tx: Tx, key: Key, before: File, after: File, now_ms: int) -> None:
    """Let the agencies read the matter that have a part in it now, and those no more that had.

    Args:
        tx: a write.
        key: of the file.
        before: the file before a step.
        after: the file after it.
        now_ms: when.
    """
    channel, matter = after.linked or key
    if not channel:
        return
    named = Matter(request_acts.KIND, matter)
    was = before.readers if before.linked == after.linked else frozenset()
    for agency in sorted(after.readers - was):
        tx.save_grant(Grant(named, channel, agency, now_ms))
    held = {one.reader: one for one in tx.grants(channel, named)}
    for agency in sorted(before.readers - after.readers):
        if agency in held:
            tx.save_grant(Grant(named, channel, agency, held[agency].since_ms, now_ms))
