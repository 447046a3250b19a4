"""What each State did at home with the requests of the years: it stays on its own node.

    tell(node)      notes every step in the local log, in the order of time

What was released had been drafted and approved, as the record of its release says.  A request that
asks us and is over was looked at, routed, given to an officer, taken on and finished by the
functions that officers' commands call, at a clock that stands where each step was taken.

Floor: lab.
"""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import batched, groupby
from typing import Any, Final, cast

from comity.domestic.duty import decide
from comity.domestic.duty.acts import Share, Step, Who
from comity.domestic.duty.decide import By, Routing
from comity.domestic.duty.fold import File
from comity.domestic.routing import route
from comity.joint.request import acts, state, table
from comity.kernel import ijson
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import MatterRow
from comity.node.desk.duty import access, file_store
from comity.node.desk.duty.file_store import Key
from comity.node.room import local_log
from comity.node.room.local_log import Taken
from comity.node.room.release import draft_store
from comity_lab.years import table as tables

PAGE: Final = 256
"""Requests that are read, or steps that are written, in one transaction."""

OPENED: Final = "opened"
FINISHED: Final = "finished"
_OVER: Final = frozenset({table.CLOSED, table.WITHDRAWN})


@dataclass(frozen=True, slots=True)
class _Then:
    """A clock that stands."""

    at_ms: int

    def now_ms(self) -> int:
        """Return when it stands."""
        return self.at_ms


@dataclass(frozen=True, slots=True)
class _File:
    """The file of a request.

    Attributes:
        key: channel and id.
        urgency: of the request.
        agency: that has it.
        officers: who writes, and who approves.
    """

    key: Key
    urgency: str
    agency: str
    officers: tuple[str, str]


@dataclass(frozen=True, slots=True)
class _Duty:
    """A step in a file: what, a key of `table.Table.home` or `finished`, and when."""

    verb: str
    at_ms: int
    file: _File


def tell(node: Node) -> None:
    """Note what was done at home; nothing of it stands there yet.

    Raises:
        Fault: `node.store.*`.
    """
    events = [one for page in _pages(node) for one in page]
    for page in batched(sorted(events, key=lambda one: one.at_ms), PAGE, strict=False):
        with node.store.write() as tx:
            for is_duty, several in groupby(page, key=lambda one: isinstance(one, _Duty)):
                if is_duty:
                    for one in cast("Iterator[_Duty]", several):
                        _take(tx, node, one)
                else:
                    local_log.note_all(tx, node, [*cast("Iterator[Taken]", several)])


def _pages(node: Node) -> Iterator[list[Taken | _Duty]]:
    """Give the steps that requests rest on, a page of requests at a time."""
    after = ""
    while True:
        with node.store.read() as tx:
            rows = tx.matters(acts.KIND, after, PAGE)
            yield [one for row in rows for one in _of_request(tx, node.party, row)]
        if not rows:
            return
        after = rows[-1].matter.id


def _of_request(tx: Tx, party: str, row: MatterRow) -> Iterator[Taken | _Duty]:
    now = state.from_json(row.state)
    own = [turn for turn in now.turns if turn.party == party]
    records = [_release(tx, turn.act_id) for turn in own]
    for turn, record in zip(own, records, strict=True):
        yield from _released(turn.act_id, record)
    track = now.track(party)
    if not own or track is None or now.request_at is None or track.status not in _OVER:
        return
    received_ms = now.turns[now.request_at].received_at_ms
    if received_ms is None:
        return
    known = access.agencies(tx)
    agency = track.agency if track.agency in known else min(known)
    officers = (records[0]["approvals"][0][0], records[-1]["released_by"])
    file = _File((row.channel, row.matter.id), row.urgency, agency, officers)
    wrote_ms = min(record["approvals"][0][1] for record in records)
    let_out_ms = max(record["at"] for record in records)
    yield from _done(file, received_ms, wrote_ms, let_out_ms)


def _release(tx: Tx, act_id: str) -> Mapping[str, Any]:
    """Return what was approved by whom and when."""
    kept = cast("dict[str, Any]", tx.record(draft_store.RELEASE, act_id))
    return cast("dict[str, Any]", ijson.parse_canonical(kept["record"].encode()))


def _released(act_id: str, record: Mapping[str, Any]) -> Iterator[Taken]:
    """Give the steps that a release rests on."""
    facts = {"act": act_id, "content": record["content"]}
    author, wrote_ms = record["approvals"][0]
    yield Taken("release.drafted", wrote_ms, {**facts, "officer": author})
    for officer, at_ms in record["approvals"]:
        yield Taken("release.approved", at_ms, {**facts, "officer": officer})
    yield Taken("release.released", record["at"], {**facts, "officer": record["released_by"]})


def _done(file: _File, received_ms: int, wrote_ms: int, let_out_ms: int) -> Iterator[Taken | _Duty]:
    """Give the steps between the receipt of a request and its last answer, in their order.

    What was let out before that receipt, as where it was asked again, is finished with it.
    """
    wait_ms = max(0, wrote_ms - received_ms)
    chance = random.Random(file.key[1])  # noqa: S311 -- it must be repeated
    for verb, (low, high) in tables.load().home.items():
        at_ms = received_ms + wait_ms * chance.randrange(low, high) // tables.WHOLE
        if verb == OPENED:
            yield Taken(
                "matter.opened", at_ms, {"matter": file.key[1], "officer": file.officers[0]}
            )
        else:
            yield _Duty(verb, at_ms, file)
    yield _Duty(FINISHED, max(received_ms, let_out_ms), file)


def _take(tx: Tx, node: Node, one: _Duty) -> None:
    """Take a step in a file, as an officer's command does."""
    file = one.file
    before = file_store.load(tx, file.key)
    step = _step(before, one)
    assert not isinstance(step, Inadmissible), step
    then = replace(node, clock=_Then(one.at_ms))
    after = file_store.keep(tx, then, file.key, before, step, file_store.rank_of(file.urgency))
    access.share(tx, then, file.key, before, after)


def _step(before: File, one: _Duty) -> Step | Inadmissible:
    """Return the step that is decided: the second officer is at the contact point."""
    agency, (first, second) = one.file.agency, one.file.officers
    if one.verb == "routed":
        by = By(Who(second, agency, one.at_ms), is_contact_point=True)
        return decide.route(before, by, Routing(Share(agency), reason=route.BY_HAND))
    if one.verb == "assigned":
        by = By(Who(second, agency, one.at_ms), is_contact_point=True)
        return decide.assign(before, by, agency, first, {first})
    by = By(Who(first, agency, one.at_ms), is_contact_point=False)
    if one.verb == "accepted":
        return decide.accept(before, by, agency)
    return decide.finish(before, by, agency, "")
