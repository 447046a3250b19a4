"""What an idle second asks of the store is the same with many partners as with few."""

import string
from collections.abc import Callable
from pathlib import Path

import pytest
from support import pair, states
from support.states import State

from comity.adapters.store.connections import SqliteLine
from comity.node.desk.duty import rings
from comity.node.exchange import operator_decisions, pump
from comity.node.room import clock_watch

FEW, MANY = 2, 5


def star(folder: Path, count: int) -> State:
    """Return a State on SQLite that has paired with so many others, all of it delivered."""
    hub = pair.state_on(folder, "hu", "sqlite")
    every = [hub]
    for letter in string.ascii_lowercase[:count]:
        one = states.state(folder, f"p{letter}")
        states.pair(folder, [hub, one])
        every.append(one)
    pump.begin(hub.node)
    for _ in range(4):
        for one in every:
            for each in pairs(one):
                pump.next_round_ms(one.node, each, one.clock.now_ms())
    while clock_watch.step(hub.node):
        pass
    return hub


def pairs(one: State) -> list[pump.Pair]:
    """Return with whom a State speaks."""
    with one.node.store.read() as tx:
        return pump.pairs(tx, one.node.party)


def asked(hub: State, monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """Return how many questions each step of an idle second asks, and an idle round."""
    count = [0]
    rows = SqliteLine.rows

    def counted(line: SqliteLine, *words: object) -> object:
        count[0] += 1
        return rows(line, *words)  # type: ignore[arg-type] # as it was called

    found: dict[str, int] = {}
    steps: dict[str, Callable[[], object]] = {
        "clocks": lambda: clock_watch.step(hub.node),
        "rings": lambda: rings.step(hub.node),
        "decisions": lambda: operator_decisions.watch(hub.node),
        "pairs": lambda: pairs_of(hub),
        "round": lambda: pump.next_round_ms(hub.node, pairs(hub)[0], hub.clock.now_ms()),
    }
    with monkeypatch.context() as patched:
        for name, step in steps.items():
            step()  # what is read once
            patched.setattr(SqliteLine, "rows", counted)
            count[0] = 0
            step()
            found[name] = count[0]
            patched.undo()
    return found


def pairs_of(hub: State) -> set[pump.Pair]:
    """Look at all logs as the pumps do."""
    with hub.node.store.read() as tx:
        return pump.pairs_of(tx.logs())


def test_an_idle_second_asks_as_much_with_many_partners(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever has 192 partners asks no more of the store while nothing happens."""
    with pair.closing():
        few = asked(star(tmp_path / "few", FEW), monkeypatch)
        many = asked(star(tmp_path / "many", MANY), monkeypatch)
    assert few == many
    assert sum(few.values()) > 0
