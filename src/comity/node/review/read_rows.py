"""Reading the rows of a channel from its logs, at a cut.

    At(node, tx, channel, cut).observed(matter_id, now_ms) -> Read(observed, rests)

Everything is folded from the acts and receipts that lie in the cut; what was understood later does
not count.  Without a cut it is all that is understood, and what `rests` names says at which
earlier cuts the same rows hold.

Source: docs/spec/review.md, part 1.
Floor: node.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from comity.acts import order
from comity.acts.causality import Cut, contains, join
from comity.acts.order import Placed
from comity.acts.record import Matter
from comity.joint.guideline import acts as guideline_acts
from comity.joint.guideline import view as guideline_view
from comity.joint.request import acts, state
from comity.joint.request.state import State
from comity.node.base import register_records, trust
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import MatterRow, UnderstoodReceipt
from comity.node.base.trust import Trust
from comity.node.exchange import refold
from comity.node.exchange.refold import Received, Times
from comity.node.review import observe
from comity.node.review.observe import Bounds, Given, Heard, Observed
from comity.node.room import calendars, guidelines
from comity.node.room.clocks import Channel, Terms


@dataclass(frozen=True, slots=True)
class Read:
    """The rows of one request.

    Attributes:
        observed: them, and the instants at which they are the same.
        rests: `{origin: size}` of the acts and receipts that they rest on.
        known: `{origin: size}` of all that was understood when they were read.
    """

    observed: Observed
    rests: Cut
    known: Cut


class At:
    """One channel at one cut, in one transaction: what many requests share is read once."""

    def __init__(self, node: Node, tx: Tx, channel: str, cut: Cut | None = None) -> None:
        """Read what is shared.

        Args:
            node: ours.
            tx: a read or write.
            channel: its path.
            cut: of the logs of the channel and of the one in which its joint texts are agreed;
                None for all that is understood.
        """
        self._rooms = node.rooms
        self._tx = tx
        self._path = channel
        self._cut = cut
        self._trusts: dict[str, tuple[Trust, Times]] = {}
        self._folded: dict[tuple[str, Matter], MatterRow | None] = {}
        self._highs: dict[tuple[str, str, int], UnderstoodReceipt | None] = {}
        find = None if cut is None else self._matter
        self._channel = Channel(node, tx, channel, cut, find)

    def observed(self, matter_id: str, now_ms: int) -> Read:
        """Return the rows of a request at an instant.

        Args:
            matter_id: of the request.
            now_ms: the instant.
        """
        asked = _Asked(self, matter_id, self._heard(matter_id))
        return asked.read(observe.observe(asked.given(now_ms), now_ms), now_ms)

    def again(self, before: Read, matter_id: str, now_ms: int) -> Read:
        """Return the rows of a request at a later instant, from those of an earlier one.

        It is folded anew only where something was received in between.

        Args:
            before: its rows then; they rest on all that is understood of it.
            matter_id: of the request.
            now_ms: the instant.
        """
        found = before.observed
        row = self._tx.matter(self._path, Matter(acts.KIND, matter_id))
        now = None if row is None else state.from_json(row.state)
        is_same = now is not None and all(
            at_ms <= found.from_ms for turn in now.turns for at_ms in turn.times_ms
        )
        is_for_now = found.to_ms <= found.from_ms or now_ms < found.from_ms
        if now is None or not is_same or is_for_now or not found.rows:
            return self.observed(matter_id, now_ms)
        asked = _Asked(self, matter_id, [])
        later = observe.again(asked.given(now_ms), now, found.rows, now_ms)
        read = asked.read(later, now_ms)
        return replace(read, rests=join(before.rests, read.rests))

    def texts(self) -> Cut:
        """Return what the joint texts of the channel rest on: its guideline and calendars.

        A guideline counts from when every party has adopted it; what was said of it besides,
        and when it was received, changes nothing of a request that names it.
        """
        live = register_records.live_of(self._path)
        names = [calendars.name_of(p) for p in self._trust(live)[0].arrangement.party_ids()]
        of_main = self._acts(live, Matter(guideline_acts.KIND, guideline_acts.MAIN))
        return join(
            *({one.origin: one.index + 1} for one in of_main if _adopts(one)),
            *(self._rests(live, Matter(guideline_acts.KIND, name)) for name in names),
        )

    def known(self) -> Cut:
        """Return what is understood of the channel."""
        return {log.origin: log.understood for log in self._trust(self._path)[0].logs}

    def _heard(self, matter_id: str) -> list[Heard]:
        loaded, times = self._trust(self._path)
        parties = loaded.arrangement.party_ids()
        ordered = order.in_order(self._acts(self._path, Matter(acts.KIND, matter_id)))
        crossed = order.crossings(ordered)
        return [
            Heard(one, crossed[at], parties[one.party_place], times.addressed(one))
            for at, one in enumerate(ordered)
        ]

    def _acts(self, path: str, matter: Matter) -> list[Placed]:
        loaded, _ = self._trust(path)
        cut = self._cut
        return [
            refold.placed(loaded, row)
            for row in self._tx.acts_of(path, matter)
            if cut is None or contains(cut, row.origin, row.index)
        ]

    def _trust(self, path: str) -> tuple[Trust, Times]:
        if path not in self._trusts:
            loaded = trust.load(self._tx, path)
            self._trusts[path] = loaded, Times(self._tx, loaded, self._cut)
        return self._trusts[path]

    def _matter(self, path: str, matter: Matter) -> MatterRow | None:
        """Return a matter as it was at the cut."""
        key = (path, matter)
        if key not in self._folded:
            _, times = self._trust(path)
            said = self._acts(path, matter)
            row = refold.folded(self._rooms, times, matter, said, 0) if said else None
            self._folded[key] = row
        return self._folded[key]

    def bounds(self, heard: Heard, received: Received) -> tuple[Bounds, Cut]:
        """Return the bounds of an act by one of its receipts, and what they rest on."""
        before = self._tx.receipt_before(heard.placed.origin, heard.placed.index)
        low_ms = before.effective_ms if before else None
        high = self._high(heard.party, received)
        if high is None:
            return Bounds(low_ms), {}
        rests = {high.origin: high.index + 1}
        return Bounds(low_ms, high.effective_ms, high.receipt.time_ms), rests

    def _high(self, author: str, received: Received) -> UnderstoodReceipt | None:
        """Return the first receipt of an author that covers one of another, within the cut."""
        key = (author, received.log, received.index)
        if key not in self._highs:
            logs = [log.origin for log in self._trust(self._path)[0].logs if log.party == author]
            size = received.index + 1
            found = (self._tx.first_receipt(origin, received.log, size) for origin in logs)
            within = (one for one in found if one is not None and self._is_within(one))
            first = min(within, key=lambda one: (one.effective_ms, one.origin), default=None)
            self._highs[key] = first
        return self._highs[key]

    def _is_within(self, one: UnderstoodReceipt) -> bool:
        return self._cut is None or contains(self._cut, one.origin, one.index)

    def terms(self, matter_id: str, now: State) -> tuple[dict[str, Terms], list[Cut], bool]:
        """Return what the clocks of a request are counted by, and what that rests on.

        The last says whether the text that it names is held, and the calendars are.
        """
        found = dict(self._channel.terms(matter_id, now))
        is_bound = self._channel.is_bound(now) and not self._lacks_calendar()
        return found, [*self._rests_of_others(now, found)], is_bound

    def lacks_text(self) -> bool:
        """Return whether a text that was adopted is not held here: it may still come."""
        said = guidelines.text_state(self._tx, self._path)
        texts = () if said is None else guideline_view.versions(said)
        is_held = (calendars.is_held(self._tx, one.sha256) for one in texts)
        return self._lacks_calendar() or not all(is_held)

    def _lacks_calendar(self) -> bool:
        unread = self._channel.adopted.unread.values()
        return any(calendars.NOT_HELD in why.values() for why in unread)

    def changes_after(self, now_ms: int) -> int | None:
        """Return the next instant at which another calendar counts, or None."""
        return self._channel.adopted.changes_after(now_ms)

    def _rests_of_others(self, now: State, terms: dict[str, Terms]) -> Iterator[dict[str, int]]:
        """Give what rests on other requests: those that extend it, and those that it extends."""
        granted = {
            (mark.who, mark.act_id)
            for found in terms.values()
            for marks in found.granted.values()
            for mark in marks
        }
        for party, act_id in sorted(granted):
            row = self._tx.act(party, act_id)
            if row is not None:
                yield dict(self._rests(self._path, row.act.matter))
        if now.extends:
            yield dict(self._rests(self._path, Matter(acts.KIND, now.extends)))

    def _rests(self, path: str, matter: Matter) -> Cut:
        """Return the acts of a matter, and the receipts by which they were received."""
        _, times = self._trust(path)
        said = self._acts(path, matter)
        heard = (one for each in said for one in times.addressed(each).values())
        received = [one for one in heard if one is not None]
        return join(
            *({one.origin: one.index + 1} for one in said),
            *({one.log: one.index + 1} for one in received),
        )


def _adopts(one: Placed) -> bool:
    return one.act.tag == guideline_acts.ADOPTED


class _Asked:
    """One request as it is read: what was asked of the logs for it is what its rows rest on."""

    def __init__(self, at: At, matter_id: str, heard: list[Heard]) -> None:
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
        found, rests, self._is_bound = self._at.terms(self._matter_id, now)
        self._rests += rests
        return found

    def _bounds(self, one: Heard, received: Received) -> Bounds:
        found, rests = self._at.bounds(one, received)
        self._rests.append(rests)
        return found
