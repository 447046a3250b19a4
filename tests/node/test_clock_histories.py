"""Two nodes compute the same clocks at the same cut and instant, over histories at random."""

import random
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pytest
from node.test_clocks import decree
from support.agreed import adopt, agreed_world, ask, reckoned, reply, state_of
from support.pair import World

from comity.acts.record import Act, Office
from comity.acts.verb import Given
from comity.joint.request import acts, decide
from comity.joint.request.decide import By
from comity.kernel.ids import random_id
from comity.node.exchange import pump
from comity.node.exchange.append import Appended
from comity.node.operate import rebuild
from comity.node.room import clock_json

HOUR_MS: Final = 3_600_000
DAY_MS: Final = 24 * HOUR_MS
STEPS: Final = 24
AHEAD: Final = (0, 5 * HOUR_MS, 3 * DAY_MS, 40 * DAY_MS)
TYPES: Final = (
    ("preservation", "urgent"),
    ("preservation", "routine"),
    ("subscriber", "urgent"),
    ("subscriber", "emergency"),
)

type Say = tuple[str, Given]

BY_ADDRESSEE: Final[tuple[Say, ...]] = (
    (acts.ACKNOWLEDGED, {}),
    (acts.FOUND_DEFICIENT, {"findings": {"facts": "vague"}}),
    (acts.ACCEPTED, {}),
    (acts.STATUS_REPORTED, {"stage": "under-review"}),
    (acts.POSTPONED, {"reason": "own-proceedings", "review_at": 2_000_000_000_000}),
    (acts.RESUMED, {}),
    (acts.CONSULTED, {"reason": "essential-interests", "answer_by": 2_000_000_000_000}),
    (acts.ANSWERED, {}),
)
BY_ASKER: Final[tuple[Say, ...]] = (
    (acts.CLARIFIED, {}),
    (acts.CONSULTATION_ANSWERED, {"position": "maintains"}),
    (acts.WITHDRAWN, {"reason": "no-longer-needed"}),
)


@dataclass
class History:
    """What two nodes told, by cut, request and instant."""

    world: World
    chance: random.Random
    asked: list[Appended] = field(default_factory=list)
    told: dict[tuple[object, ...], dict[str, Any]] = field(default_factory=dict)
    said: set[str] = field(default_factory=set)
    compared: int = 0

    def step(self) -> None:
        """Let something happen."""
        choose = self.chance.randrange(10)
        if choose < 2 or not self.asked:
            party = self.chance.choice(("aa", "bb"))
            extends = ""
            kind = self.chance.choice(TYPES)
            own = [one for one in self.asked if one.origin.startswith(party)]
            if own and self.chance.random() < 0.4:
                kind = ("preservation-extension", "urgent")
                extends = self.chance.choice(own).act.matter.id
            self.asked.append(ask(self.world, party, *kind, extends=extends))
        elif choose < 7:
            self._say(self.chance.choice(self.asked))
        elif choose == 7:
            day = self.chance.randrange(1, 29)
            adopt(self.world, "calendar.bb", decree(**{f"d_2026_10_{day:02}": "holiday"}))
        else:
            self.world.advance(self.chance.choice((HOUR_MS, 9 * HOUR_MS, 2 * DAY_MS)))

    def _say(self, asked: Appended) -> None:
        asker = asked.origin.partition("/")[0]
        addressee = "bb" if asker == "aa" else "aa"
        party = self.chance.choice((asker, addressee, addressee))
        tag, given = self.chance.choice(BY_ASKER if party == asker else BY_ADDRESSEE)
        if not self._holds(party, asked):
            return
        now = state_of(self.world, party, asked)
        saying = acts.Saying(random_id(self.world.node(party).entropy(16)), Office("p"), "X-1")
        if isinstance(decide.decided(now, By(saying, party), tag, given), Act):
            reply(self.world, party, asked, tag, given)
            self.said.add(tag)

    def _holds(self, party: str, asked: Appended) -> bool:
        return any(row.matter == asked.act.matter for row in self.world.matters(party))

    def move(self) -> None:
        """Let one node do a round, or both, or none."""
        for party in self.chance.choice(((), ("aa",), ("bb",), ("aa", "bb"))):
            node = self.world.node(party)
            with node.store.read() as tx:
                pairs = pump.pairs(tx, party)
            for pair in pairs:
                pump.next_round_ms(node, pair, node.clock.now_ms())

    def look(self) -> None:
        """Compare what each node tells with whatever was told at the same cut and instant."""
        now_ms = self.world.states["aa"].clock.at_ms
        for party in ("aa", "bb"):
            for asked in self.asked:
                if self._holds(party, asked):
                    for ahead in AHEAD:
                        self._look(party, asked, now_ms + ahead)

    def _look(self, party: str, asked: Appended, at_ms: int) -> None:
        found = clock_json.reckoned_json(reckoned(self.world, party, asked, at_ms))
        cut = tuple(sorted(dict(found["cut"]).items()))  # type: ignore[arg-type] # an object
        key = (cut, asked.act.matter.id, at_ms)
        if key in self.told:
            self.compared += 1
            assert self.told[key] == found
        self.told[key] = found


@pytest.mark.parametrize("seed", range(4))
def test_two_nodes_tell_the_same_at_the_same_cut_and_instant(tmp_path: Path, seed: int) -> None:
    """Whatever was said, adopted and delivered so far; and what is over never changes."""
    world = agreed_world(tmp_path)
    history = History(world, random.Random(seed))  # noqa: S311 -- the same each time
    over: dict[tuple[str, str, int], object] = {}
    for _ in range(STEPS):
        history.step()
        history.move()
        history.look()
        world.pump()
        history.look()
        _require_over(history, over)
    assert history.compared > 2 * STEPS
    assert len(history.said) > 1
    before = [clock_json.reckoned_json(reckoned(world, "bb", one)) for one in history.asked]
    rebuild.rebuild(world.node("bb"))
    assert [clock_json.reckoned_json(reckoned(world, "bb", one)) for one in history.asked] == before


def _require_over(history: History, over: dict[tuple[str, str, int], object]) -> None:
    """Make sure that a run that was over once is told with the same times ever after."""
    for asked in history.asked:
        for one in reckoned(history.world, "aa", asked).timed:
            now = one.clock
            if now.ended_at_ms is None or now.received_at_ms is None:
                continue
            key = (asked.act.matter.id, now.name, now.received_at_ms)
            times = (now.status, now.started_at_ms, now.due_at_ms, now.ended_at_ms)
            assert over.setdefault(key, times) == times
