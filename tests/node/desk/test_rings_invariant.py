"""What a node holds and nobody picked up rings there: over walks of calls, cuts, kills, clocks."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from node.desk.test_rings import Night

from comity.domestic.duty.ladder import MINUTE_MS
from comity.joint.hotline import acts, view
from comity.joint.hotline.state import State
from comity.node.base.rows import MatterRow
from comity.node.desk import matters
from comity.node.desk.duty import rings
from comity.node.room.release.draft_store import Sent

SKEW_MS = 40 * MINUTE_MS
STEPS = 24


class DiedError(Exception):
    """The node was killed."""


class Dying:
    """A store whose process is killed before what it writes is kept."""

    def __init__(self, store: Any) -> None:  # noqa: ANN401 -- of any adapter
        self._store = store

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 -- the rest is the store's
        return getattr(self._store, name)

    @contextmanager
    def write(self) -> Iterator[Any]:
        """Give a transaction that is lost."""
        with self._store.write() as tx:
            yield tx
            raise DiedError


def is_killed(night: Night) -> bool:
    """Let the node look at its rings and be killed as it keeps one; return whether it was."""
    dying = replace(night.called, store=Dying(night.called.store))
    try:
        rings.step(dying)
    except DiedError:
        return True
    return False


def held(night: Night) -> list[tuple[MatterRow, State]]:
    """Return the calls that the called State holds."""
    room = night.called.rooms["hotline"]
    return [
        (row, room.from_json(row.state))
        for row in night.world.matters("bb")
        if row.matter.kind == acts.KIND
    ]


def require_rung(night: Night) -> None:
    """Whatever must ring has a ring that goes on, and somebody was rung for it."""
    rings.step(night.called)
    for row, now in held(night):
        ringing = [
            one
            for one in rings.listing(night.called, night.officers["bb"])
            if one.ended_ms is None
            and (one.channel, one.party, one.word) == rings.key_of(night.called, row)
        ]
        if view.rings(now, "bb"):
            (ring,) = ringing
            assert ring.officers, row
        elif not any(
            view.rings(other, "bb")
            for each, other in held(night)
            if rings.key_of(night.called, each) == rings.key_of(night.called, row)
        ):
            assert ringing == []


def tried(night: Night, party: str, name: str, matter: str, **given: str | int) -> None:
    """Say something that may be refused by rule: the walk does not know where a call stands."""
    night.tell(party, name, matter, {}, **given)


@pytest.mark.parametrize("seed", range(3))
def test_what_is_held_and_not_picked_up_rings(tmp_path: Path, seed: int) -> None:
    """The line is cut between the facts, clocks differ, and the node dies as it rings."""
    night, chance = Night(tmp_path), random.Random(seed)  # noqa: S311 -- a walk, no secret
    night.world.states["aa"].clock.at_ms += chance.choice((-SKEW_MS, 0, SKEW_MS))
    known: list[str] = []
    deaths = 0
    for _ in range(STEPS):
        step = chance.choice(("call", "pick-up", "take", "raise", "close", "cut", "mend", "wait"))
        if step == "call" or not known:
            said = night.tell("aa", "call", "", {}, ground="life", level=2, word_by=9)
            assert isinstance(said, Sent)
            known.append(said.matter_id)
        elif step in {"cut", "mend"}:
            night.world.cut("aa", "bb") if step == "cut" else night.world.mend()
        elif step == "wait":
            night.world.advance(chance.randrange(1, 20) * MINUTE_MS)
        else:
            there = {row.matter.id for row, _ in held(night)}
            matter = chance.choice(known)
            given: dict[str, dict[str, str | int]] = {
                "take": {"level": chance.randrange(1, 5), "agency": "police"},
                "raise": {"level": chance.randrange(3, 9), "reason": "graver"},
                "close": {"reason": "concluded"},
            }
            if matter in there:
                tried(night, "bb", step, matter, **given.get(step, {}))
        night.world.round()
        deaths += is_killed(night)
        require_rung(night)
    night.world.mend()
    night.world.pump()
    require_rung(night)
    assert deaths


def test_a_state_that_withholds_its_receipts_is_seen_not_to_hold_the_call(tmp_path: Path) -> None:
    """The first fact is lacking on the caller's page for as long as the line is cut."""
    night = Night(tmp_path)
    night.world.cut("aa", "bb")
    said = night.tell("aa", "call", "", {}, ground="life", level=2, word_by=9)
    assert isinstance(said, Sent)
    night.world.round()

    def held_ms() -> int | None:
        shown = matters.show(night.node("aa"), night.officers["aa"], acts.KIND, said.matter_id)
        return shown.turns[0].received_at_ms

    assert held_ms() is None
    night.world.mend()
    night.world.pump()
    assert held_ms() is not None
    require_rung(night)
