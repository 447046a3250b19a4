"""Say which clocks a request lengthens on an earlier one, without comity.

    elsewhere(requests, id, addressee) -> {clock: id of the request on which it runs}
    granted(requests, id, addressee, clock, now_ms) -> [(at_ms, term), ..]

Written from part 7 of docs/spec/clocks.md.  `requests` are those of a channel by id: of each the
`asker`, what it `extends`, its `tracks` by addressee, and its `rules` (see agreed_time.py).
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, Protocol

COUNT_MAX = 64


class Track(Protocol):
    """A request as one addressee has it."""

    def told(self, now_ms: int) -> Iterator[tuple[list[str], int]]:
        """Give the events of each act that happened by an instant, in the order of time."""
        ...


class Linked(NamedTuple):
    """What is asked of a request here."""

    asker: str
    extends: str
    tracks: Mapping[str, Track]
    rules: list[dict[str, Any]]


def is_same(one: Linked, asker: str, addressee: str) -> bool:
    """Return whether a request is of the same two (7.2)."""
    return one.asker == asker and addressee in one.tracks


def elsewhere(requests: Mapping[str, Linked], name: str, addressee: str) -> dict[str, str]:
    """Return the clocks of a request that run on the first of its chain that has them."""
    own = requests[name]
    found: dict[str, str] = {}
    known, at = {name}, own.extends
    while at in requests and at not in known and is_same(requests[at], own.asker, addressee):
        mine = {rule["name"] for rule in own.rules}
        for rule in requests[at].rules:
            if rule["name"] in mine and "extended" in rule["extended_by"]:
                found[rule["name"]] = at
        known.add(at)
        at = requests[at].extends
    return found


def granted(
    requests: Mapping[str, Linked], name: str, addressee: str, clock: str, now_ms: int
) -> list[tuple[int, dict[str, Any]]]:
    """Return by which terms later requests extend a clock, and from when (7.1)."""
    extending, asker = [name], requests[name].asker
    for at in extending:  # it grows meanwhile
        extending += sorted(
            later
            for later, one in requests.items()
            if one.extends == at and later not in extending and is_same(one, asker, addressee)
        )[:COUNT_MAX]
    found = []
    for later in extending[1:]:
        one = requests[later]
        rule = next((rule for rule in one.rules if rule["name"] == clock), None)
        told = one.tracks[addressee].told(now_ms) if rule else iter(())
        if rule and (since := lasting(rule, told)) is not None:
            found.append((since, rule["term"]))
    return found


def lasting(rule: dict[str, Any], told: Iterator[tuple[list[str], int]]) -> int | None:
    """Return when a clock would have started that nothing stopped since (1.5, 7.1)."""
    start = None
    for events, at in told:
        if start is not None and {*events} & {*rule["ends"]}:
            return start
        if {*events} & {*rule["stops"]}:
            start = None
        elif start is None and {*events} & {*rule["starts"]}:
            start = at
    return start
