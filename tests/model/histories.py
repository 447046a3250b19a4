"""Short histories of a liar and two honest States, each step read by the real code.

    start      aa has asked bb and cc, and all have read it
    steps      what aa says, well or under a key entry that is junk to one of the three; a receipt
               of aa that calls void what is not; what bb and cc say of what they have read
    delivery   at once, without a wire: entries go from store to store, and are understood there

After each step: who holds the same shows the same (*converge*); what an act did when it was read
it does for ever (*stable*); a cut shows later what it showed then (*pure*); every log is read to
its end (*live*); and a false receipt changes no state (*no veto*).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Final, Self, cast

from support import sealing
from support.pair import World

from comity.acts.causality import Cut
from comity.acts.record import Office, Receipt, Unread
from comity.adapters.memory import MemoryStore, copy_of
from comity.figures.observation import Observation
from comity.joint.request import acts
from comity.kernel.ids import random_id
from comity.node.base.context import Node, Session
from comity.node.base.ports import Tx
from comity.node.base.rows import Log
from comity.node.exchange import logs, refold, understand
from comity.node.exchange.append import Appended
from comity.node.review.read_rows import At

LIAR: Final = "aa"
HONEST: Final = ("bb", "cc")
NOW_MS: Final = 1_900_000_000_000
FALSE: Final = "aa calls void what is not"

type Shown = tuple[str, str, str, bool]
"""Of a turn: who said it, its tag, what it did, and whether it was received."""

type Step = Callable[["Board"], None]


class BrokenError(AssertionError):
    """A property does not hold."""


@dataclass(frozen=True, slots=True)
class Moment:
    """What was shown of the matter at a cut."""

    cut: Cut
    rows: tuple[Observation, ...]


@dataclass(slots=True)
class Board:
    """Three nodes, and what they showed so far.

    Attributes:
        world: whose nodes they are.
        asked: what aa asked.
        nodes: by party.
        results: `{act id: what it did when it was read}`.
        moments: one after each step.
    """

    world: World
    asked: Appended
    nodes: dict[str, Node]
    results: dict[str, str] = field(default_factory=dict)
    moments: list[Moment] = field(default_factory=list)

    def branch(self) -> Self:
        """Return the same board, on which another step may follow."""
        nodes = {
            party: replace(
                node,
                store=MemoryStore(copy_of(cast("MemoryStore", node.store).disk)),
                session=Session(),
            )
            for party, node in self.nodes.items()
        }
        return replace(self, nodes=nodes, results={**self.results}, moments=[*self.moments])

    def play(self, step: Step) -> Self:
        """Return the board after a step that was read by all; what must hold was looked at."""
        after = self.branch()
        for party, node in after.nodes.items():
            after.world.states[party].node = node
        step(after)
        after.settle()
        after.check()
        return after

    # -- steps

    def withdraw(self, shut_to: str) -> None:
        """Let aa withdraw, under a key entry that is junk to a party, or to nobody."""
        saying = acts.Saying(random_id(self.nodes[LIAR].entropy(16)), Office("police"))
        about = acts.About(self.asked.act.matter.id, self.asked.act.id, LIAR)
        act = acts.withdrawn(saying, about, "sent-in-error")
        sealing.put(self.nodes[LIAR], self.world.channel, act, shut_to=shut_to)

    def receipt(self, *, lies: bool) -> None:
        """Let aa receipt all of bb's log; with `lies` it calls void the last act there."""
        node = self.nodes[LIAR]
        with node.store.read() as tx:
            log = self._own(tx, "bb")
            root = logs.root_at(tx, log.origin, log.size)
            places = [row.index for row in tx.acts(log.origin, 0, log.size)][-1:] if lies else []
            unread = tuple(Unread(at, tx.leaves(log.origin, at, at + 1).hex()) for at in places)
        said = Receipt(log.origin, log.size, root, node.clock.now_ms(), unread)
        sealing.put(node, self.world.channel, said)

    # -- reading

    def settle(self) -> None:
        """Let everybody hold and read what anybody has said, and sign for it."""
        for _ in range(9):
            moved = [self._deliver(a, b) for a in self.nodes for b in self.nodes if a != b]
            for node in self.nodes.values():
                self._sign(node)
                understand.understand(node, self.world.channel)
            if not any(moved):
                return
        raise BrokenError("live: there is no end of it")

    def _sign(self, node: Node) -> None:
        with node.store.write() as tx:
            for log in tx.logs(self.world.channel):
                if log.own and log.signed < log.size:
                    tx.save_log(replace(log, signed=log.size))

    def _own(self, tx: Tx, party: str) -> Log:
        found = [log for log in tx.logs(self.world.channel) if log.party == party]
        return max(found, key=lambda log: log.generation)

    def _deliver(self, author: str, reader: str) -> bool:
        moved = False
        with self.nodes[author].store.read() as theirs:
            for log in theirs.logs(self.world.channel):
                if log.party == author:
                    with self.nodes[reader].store.write() as tx:
                        here = logs.require_log(tx, log.origin)
                        new = theirs.entries(log.origin, here.size, log.size)
                        if new:
                            grown = logs.append_entries(tx, here, new)
                            tx.save_log(replace(grown, signed=grown.size))
                            moved = True
        return moved

    # -- what must hold

    def check(self) -> None:
        """Look at every property.

        Raises:
            BrokenError: one does not hold.
        """
        self._require_alike()
        self._require_read()
        for act_id, did in self._results().items():
            if self.results.setdefault(act_id, did) != did:
                raise BrokenError(f"stable: {act_id} did {self.results[act_id]}, and now {did}")
        for moment in self.moments:
            if self._at(moment.cut) != moment.rows:
                raise BrokenError(f"pure: {moment.cut}")
        cut = self._cut()
        self.moments.append(Moment(cut, self._at(cut)))

    def _require_alike(self) -> None:
        for found in (
            [self.shown(party) for party in self.nodes],
            [dict(refold.digests(self._matters(party))) for party in self.nodes],
        ):
            if any(one != found[0] for one in found):
                raise BrokenError(f"converge: {found}")

    def _require_read(self) -> None:
        for party, node in self.nodes.items():
            with node.store.read() as tx:
                held = tx.logs(self.world.channel)
            waits = [one.origin for one in held if one.understood < one.size]
            if waits:
                raise BrokenError(f"live: {party} reads no further in {waits}")

    def _matters(self, party: str) -> list[Any]:
        with self.nodes[party].store.read() as tx:
            return [row for row in tx.matters() if row.channel == self.world.channel]

    def _turns(self, party: str) -> Iterator[Mapping[str, Any]]:
        for row in self._matters(party):
            if row.matter == self.asked.act.matter:
                yield from cast("dict[str, Any]", row.state)["turns"]

    def _results(self) -> dict[str, str]:
        return {turn["act_id"]: str(turn["results"]) for turn in self._turns(HONEST[0])}

    def shown(self, party: str) -> list[Shown]:
        """Return what a node shows of each act, without ids."""
        return [
            (turn["party"], turn["tag"], str(turn["results"]), "received_at_ms" in turn)
            for turn in self._turns(party)
        ]

    def _cut(self) -> Cut:
        with self.nodes[HONEST[0]].store.read() as tx:
            return {log.origin: log.understood for log in tx.logs(self.world.channel)}

    def _at(self, cut: Cut) -> tuple[Observation, ...]:
        with self.nodes[HONEST[0]].store.read() as tx:
            at = At(self.nodes[HONEST[0]], tx, self.world.channel, cut)
            return tuple(at.observed(self.asked.act.matter, NOW_MS).observed.rows)


def steps() -> dict[str, Step]:
    """Return what may happen next."""
    found: dict[str, Step] = {
        f"aa withdraws, shut to {shut or 'nobody'}": partial(Board.withdraw, shut_to=shut)
        for shut in ("", LIAR, *HONEST)
    }
    found |= {
        FALSE: lambda board: board.receipt(lies=True),
        "bb acknowledges": lambda board: _say(board, "bb", World.acknowledge),
        "bb answers": lambda board: _say(board, "bb", World.answer),
        "cc acknowledges": lambda board: _say(board, "cc", World.acknowledge),
    }
    return found


def _say(board: Board, party: str, what: Callable[[World, str, Appended], Appended]) -> None:
    what(board.world, party, board.asked)


def walk(board: Board, depth: int) -> int:
    """Take every way of so many steps; return how many boards were looked at."""
    if not depth:
        return 0
    count = 0
    for name, step in steps().items():
        try:
            after = board.play(step)
            _require_no_veto(board, after, name)
            count += 1 + walk(after, depth - 1)
        except BrokenError as broken:
            raise BrokenError(f"{name}; {broken}") from broken
    return count


def _require_no_veto(before: Board, after: Board, name: str) -> None:
    if name == FALSE:
        honest = before.play(lambda one: one.receipt(lies=False))
        if honest.shown(HONEST[0]) != after.shown(HONEST[0]):
            raise BrokenError("no veto: a false receipt changes a state")
