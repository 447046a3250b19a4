"""The rows of a request, from what the logs say of it at a cut, and what they rest on.

Source: docs/spec/review.md, part 1.
Floor: rooms.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from comity.acts.causality import Cut, join
from comity.acts.record import Matter
from comity.joint.request import acts, state
from comity.joint.request.state import State
from comity.node.base.history import Heard, Received
from comity.node.base.rooms import Rows
from comity.node.review.read_rows import At, Bounds, Observed, Read
from comity.rooms.request import observe
from comity.rooms.request.clocks import Requests, Terms
from comity.rooms.request.observe import Given


def observed(at: At, matter_id: str, now_ms: int) -> Read:
    """Return the rows of a request at an instant."""
    asked = _Asked(at, matter_id, at.history(Matter(acts.KIND, matter_id)).heard)
    return asked.read(observe.observe(asked.given(now_ms), now_ms), now_ms)


def again(at: At, before: Read, matter_id: str, now_ms: int) -> Read:
    """Return the rows of a request at a later instant, from those of an earlier one.

    It is folded anew only where something was received in between.

    Args:
        at: the channel.
        before: its rows then; they rest on all that is understood of it.
        matter_id: of the request.
        now_ms: the instant.
    """
    found = before.observed
    row = at.tx.matter(at.path, Matter(acts.KIND, matter_id))
    now = None if row is None else state.from_json(row.state)
    is_same = now is not None and all(
        at_ms <= found.from_ms for turn in now.turns for at_ms in turn.times_ms
    )
    is_for_now = found.to_ms <= found.from_ms or now_ms < found.from_ms
    if now is None or not is_same or is_for_now or not found.rows:
        return observed(at, matter_id, now_ms)
    asked = _Asked(at, matter_id, ())
    later = observe.again(asked.given(now_ms), now, found.rows, now_ms)
    read = asked.read(later, now_ms)
    return replace(read, rests=join(before.rests, read.rests))


class _Asked:
    """One request as it is read: what was asked of the logs for it is what its rows rest on."""

    def __init__(self, at: At, matter_id: str, heard: Sequence[Heard]) -> None:
        self._at = at
        self._matter_id = matter_id
        self._heard = heard
        self._rests: list[Cut] = [{one.placed.origin: one.placed.index + 1} for one in heard]
        self._rests += [{r.log: r.index + 1} for one in heard for r in one.receipts]
        self._is_bound = True

    def given(self, now_ms: int) -> Given:
        """Return what the logs say of it."""
        changes_ms = self._at.changes_after(now_ms)
        return Given(self._matter_id, self._heard, self._terms, self._bounds, changes_ms)

    def read(self, found: Observed, now_ms: int) -> Read:
        """Return the rows with what they rest on; of a text that may still come, for no instant."""
        if not self._is_bound:
            found = replace(found, from_ms=now_ms, to_ms=now_ms)
        return Read(found, join(*self._rests), self._at.known())

    def _terms(self, now: State) -> dict[str, Terms]:
        requests = Requests(self._at.channel)
        found = dict(requests.terms(self._matter_id, now))
        self._rests += self._rests_of_others(now, found)
        self._is_bound = requests.is_bound(now) and not self._at.lacks_calendar()
        return found

    def _rests_of_others(self, now: State, terms: dict[str, Terms]) -> Iterator[Cut]:
        """Give what rests on other requests: those that extend it, and those that it extends."""
        granted = {
            (mark.who, mark.act_id)
            for found in terms.values()
            for marks in found.granted.values()
            for mark in marks
        }
        for party, act_id in sorted(granted):
            row = self._at.tx.act(party, act_id)
            if row is not None:
                yield self._at.rests(row.act.matter)
        if now.extends:
            yield self._at.rests(Matter(acts.KIND, now.extends))

    def _bounds(self, one: Heard, received: Received) -> Bounds:
        found, rests = self._at.bounds(one, received)
        self._rests.append(rests)
        return found


ROWS: Final = Rows(observed, again, is_main=True)
