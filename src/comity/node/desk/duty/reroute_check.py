"""Where requests of other States would go under another profile than the one in force.

Floor: node.
"""

from dataclasses import dataclass
from itertools import islice
from typing import Final

from comity.acts.record import Matter
from comity.domestic.nation import document
from comity.domestic.nation.model import Nation
from comity.domestic.routing import route as routing
from comity.domestic.routing.route import Route, Subject
from comity.node.base.context import Node
from comity.node.base.rooms import filed
from comity.node.base.rows import Officer
from comity.node.desk.duty.routing import rules, subject_of_matter
from comity.node.room import matter_lookup, need_to_know
from comity.node.room import nation_profile as nations

LOOKED_MAX: Final = 1_000
"""Requests that are looked at: the newest that the officer may read."""


@dataclass(frozen=True, slots=True)
class Rerouted:
    """A request that would go elsewhere.

    Attributes:
        matter: it.
        channel: where it stands.
        subject: what was looked at.
        before: its route by the profile in force.
        after: its route by the other.
    """

    matter: Matter
    channel: str
    subject: Subject
    before: Route
    after: Route


@dataclass(frozen=True, slots=True)
class Rerouting:
    """What another profile would route otherwise.

    Attributes:
        looked_at: how many requests were looked at.
        found: those that would go to another agency, or by another rule with others beside it.
    """

    looked_at: int
    found: tuple[Rerouted, ...]


def route_of(nation: Nation | None, subject: Subject) -> Route:
    """Return where a subject goes by a profile."""
    contact_point = nation.contact_point.id if nation else ""
    return routing.route(rules(nation), contact_point, subject)


def rerouted(node: Node, officer: Officer, data: bytes) -> Rerouting:
    """Return the requests of others that a profile would route otherwise.

    Args:
        node: ours.
        officer: who asks; only requests that they may read are looked at.
        data: the profile, plain YAML, without problems.
    """
    nation = document.parse(data)
    found: list[Rerouted] = []
    looked_at = 0
    with node.store.read() as tx:
        current = nations.in_force(tx)
        every = matter_lookup.every(tx, need_to_know.reader(tx, officer), filed(node.rooms)[0])
        theirs = (row for row in every if row.asker not in {"", node.party})
        for row in islice(theirs, LOOKED_MAX):
            looked_at += 1
            subject = subject_of_matter(node, tx, row)
            before, after = route_of(current, subject), route_of(nation, subject)
            if _goes(before) != _goes(after):
                found.append(Rerouted(row.matter, row.channel, subject, before, after))
    return Rerouting(looked_at, tuple(found))


def _goes(route: Route) -> tuple[str, frozenset[str]]:
    return route.agency, frozenset(part.agency for part in route.also)
