"""The rows of contact points that a review reads: one for each time that another State tried them.

    Observation(kind="contact", id="sn.<act>", asker="fr", addressee="sn", status="proved", …)

Times are by receipts, as those of requests are: a trial of which the owner has not heard yet has
not happened.

Source: docs/spec/hotline.md, 13.
Floor: rooms.
"""

from collections.abc import Iterator
from typing import Final

from comity.acts.causality import Cut, join
from comity.acts.record import Matter
from comity.figures.observation import TYPE, Fact, Moment, Observation
from comity.joint.contact import acts, fold
from comity.joint.contact.state import State, Trial
from comity.node.base.history import Heard, History
from comity.node.base.rooms import Rows
from comity.node.review.read_rows import NEVER_MS, At, Observed, Read

CALL: Final = "call"
ALONE: Final = "alone"
"""How they were tried: by a call of the hotline, or by itself."""


def observed(at: At, owner: str, now_ms: int) -> Read:
    """Return the rows of the contact points of a State at an instant."""
    matter = Matter(acts.KIND, owner)
    told = at.history(matter)
    found = [*_rows(at, told, owner, now_ms)]
    received = [each.at_ms for one in told.heard for each in one.receipts]
    later = [at_ms for at_ms in received if at_ms > now_ms]
    since_ms = max((at_ms for at_ms in received if at_ms <= now_ms), default=0)
    rows = tuple(row for row, _ in found)
    rests = join(at.rests(matter), *(rests for _, rests in found))
    return Read(Observed(rows, since_ms, min([NEVER_MS, *later])), rests, at.known())


def _rows(at: At, told: History, owner: str, now_ms: int) -> Iterator[tuple[Observation, Cut]]:
    now: State = fold.fold_all(told.entries, told.parties)
    heard = {(one.party, one.placed.act.id): one for one in told.heard}
    for trial in now.trials:
        had = _had(at, heard[trial.party, trial.id], owner, now_ms)
        if had is not None:
            yield _row(owner, trial, had[0]), had[1]


def _had(at: At, heard: Heard, owner: str, now_ms: int) -> tuple[Moment, Cut] | None:
    """Return when the owner received a trial, and what that rests on, if it had at the instant."""
    received = heard.by.get(owner)
    if received is None or received.at_ms > now_ms:
        return None
    bounds, rests = at.bounds(heard, received)
    moment = Moment(
        heard.placed.act.id, received.at_ms, received.claimed_ms, bounds.low_ms, bounds.high_ms
    )
    return moment, rests


def _row(owner: str, trial: Trial, had: Moment) -> Observation:
    reason = (Fact("reason", trial.reason, party=trial.party),) if trial.reason else ()
    return Observation(
        kind=acts.KIND,
        id=f"{trial.party}.{trial.id}",
        asker=trial.party,
        addressee=owner,
        asked=had,
        status=trial.says,
        dimensions={TYPE: CALL if trial.matter else ALONE},
        facts=(*(Fact("entry", about=name) for name in sorted(trial.entries)), *reason),
    )


def again(at: At, before: Read, owner: str, now_ms: int) -> Read:
    """Return the rows at a later instant: they are folded anew, since they are few."""
    del before
    return observed(at, owner, now_ms)


ROWS: Final = Rows(observed, again)
