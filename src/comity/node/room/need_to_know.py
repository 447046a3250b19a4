"""Need to know: who reads what, in one place.

    their agency wrote it, or it is addressed or handed to it     they read it
    it was shared with their agency or with them                   they read it
    it goes to the contact point                                contact points read it; every
                                                                officer, if this State has none
    guidelines, calendars                                       everybody reads them
    snapshots of a review                                       the secretariat, auditors, and who
                                                                decides that they leave
    they only run the machine                                    they read nothing
    they audit                                                   they read everything
    they work in an exercise                                     they read what is of it, and texts

The first line follows from acts (`comity.node.base.filing`), the second is a grant, the others say
which keys a reader has.  What they may not read is not in what the store's queries give them, so
that it is not listed, counted, found or exported either.

Floor: node.
"""

from typing import Final

from comity.acts.record import Matter
from comity.domestic.officer import role
from comity.kernel.fault import Fault, quoted
from comity.kernel.inadmissible import Inadmissible
from comity.node.base import channel_records, profile
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.reader import (
    CONTACT,
    EVERYONE,
    REVIEWERS,
    Grant,
    Reader,
    bare,
    office_key,
    officer_key,
    role_key,
    within,
)
from comity.node.base.rows import MatterRow, Officer
from comity.node.room import local_log, officers

__all__ = ["Reader", "every", "officer_key", "reader", "readers", "require_key", "share", "unshare"]

NOBODY: Final[tuple[str, ...]] = ()
"""The keys of who reads no content."""


_REVIEWING: Final = frozenset({role.SECRETARIAT, role.COUNSEL, role.RELEASING})
"""Beside auditors; a snapshot waits for counsel and the second officer with the figures in it."""

_EVERY_ROLE: Final = tuple(map(role_key, role.ROLES))
"""Who audits reads what is for one role alone."""

ANYBODY: Final = Reader("", (EVERYONE,))
"""Who reads joint texts and nothing else."""


def reader(tx: Tx, officer: Officer) -> Reader:
    """Return an officer as the store's queries see them: in real work, or in one exercise."""
    keys = _keys(tx, officer)
    if not officer.compartment:
        return Reader(officer.name, keys)
    texts = (EVERYONE,) if keys else ()
    return Reader(officer.name, (*(within(officer.compartment, one) for one in keys), *texts))


def _keys(tx: Tx, officer: Officer) -> tuple[str, ...]:
    """Return the keys that an officer has, in whatever they work."""
    if officer.ended_ms is not None or role.OPERATOR in officer.roles:
        return NOBODY
    name = officer_key(officer.name)
    if set(officer.roles) == {role.AUDITOR}:
        return (*_every_agency(tx), name, *_EVERY_ROLE, EVERYONE, REVIEWERS, CONTACT)
    contact = (CONTACT,) if _is_contact(tx, officer) else ()
    review = () if _REVIEWING.isdisjoint(officer.roles) else (REVIEWERS,)
    office = (office_key(officer.agency, officer.office),) if officer.office else ()
    more = (*office, *map(role_key, officer.roles), *review, *contact)
    return (officer.agency, name, EVERYONE, *more)


def every(tx: Tx) -> Reader:
    """Return who finds every matter, for pages that show codes, times and counts and no content."""
    keys = (*_every_agency(tx), *_EVERY_ROLE, EVERYONE, REVIEWERS, CONTACT)
    exercises = channel_records.compartments(tx)
    return Reader("", (*keys, *(within(one, key) for one in exercises for key in keys)))


def _every_agency(tx: Tx) -> tuple[str, ...]:
    """Return each agency of this State and its offices, those too of officers who have left.

    Every matter is filed under one of them, for a role, or for the contact point.
    """
    officers = tx.officers()
    offices = {office_key(one.agency, one.office) for one in officers if one.office}
    return tuple(sorted(profile.agency_ids(tx) | {one.agency for one in officers} | offices))


def _is_contact(tx: Tx, officer: Officer) -> bool:
    """Return whether what is for the contact point is for them: or for all, where nobody is."""
    if role.CONTACT_POINT in officer.roles:
        return True
    return not any(
        role.CONTACT_POINT in one.roles and one.ended_ms is None for one in tx.officers()
    )


def share(tx: Tx, node: Node, channel: str, matter: Matter, to: str) -> bool:
    """Let an agency or an officer read a matter from now on; return whether that is new.

    Args:
        tx: a write.
        node: ours.
        channel: path of the channel of the matter, which may not stand in any log yet.
        matter: kind and id.
        to: an agency's id, or an officer's key: `officer_key(name)`.
    """
    to = within(channel_records.compartment(tx, channel), to)
    standing = _standing(tx, channel, matter, to)
    if standing is not None and standing.ended_ms is None:
        return False
    tx.save_grant(Grant(matter, channel, to, since_ms=node.clock.now_ms()))
    local_log.note(tx, node, "matter.shared", {"matter": matter.id, "to": to})
    return True


def unshare(tx: Tx, node: Node, channel: str, matter: Matter, to: str) -> bool:
    """End what `share` began; return whether there was something to end.

    Whoever the acts route the matter to reads it all the same.
    """
    to = within(channel_records.compartment(tx, channel), to)
    standing = _standing(tx, channel, matter, to)
    if standing is None or standing.ended_ms is not None:
        return False
    tx.save_grant(Grant(matter, channel, to, standing.since_ms, node.clock.now_ms()))
    local_log.note(tx, node, "matter.unshared", {"matter": matter.id, "to": to})
    return True


def readers(tx: Tx, row: MatterRow) -> tuple[str, ...]:
    """Return the keys under which a matter is read, by acts and by grants, sorted."""
    return tuple(sorted(map(bare, tx.filed_for(row.channel, row.matter))))


def require_key(tx: Tx, to: str) -> str:
    """Return the key of an agency, or of an officer that is written as `@name`.

    Raises:
        Fault: `node.agency.unknown`, `officer.name.unknown`.
    """
    if not to.startswith("@"):
        return profile.require_agency(profile.load(tx), to)
    officer = tx.officer(to[1:])
    if officer is None or officer.ended_ms is not None:
        raise Fault(
            code="officer.name.unknown",
            what=f"There is no officer {quoted(to[1:])}.",
            fix="Run `comity officer list` to see them.",
        )
    return to


def _standing(tx: Tx, channel: str, matter: Matter, to: str) -> Grant | None:
    return next((one for one in tx.grants(channel, matter) if one.reader == to), None)


def may_not_read_figures(officer: Officer) -> Inadmissible | None:
    """Return the refusal by rule to an officer who reads no figures, or None.

    They count requests of every agency, so they are for whoever reads every request, and for the
    office that keeps the review (docs/adr/0023).
    """
    return officers.lacks_role(officer, role.AUDITOR, role.SECRETARIAT)
