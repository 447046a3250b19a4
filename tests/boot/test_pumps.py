"""Threads that speak to peers: what is to be done is done at once, whoever has said it."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from support.pair import World, make_world

from comity.adapters import wake
from comity.boot.pumps import Pumps
from comity.joint.arrangement import channel
from comity.node.base import channel_records
from comity.node.base.rows import LOG_FROZEN
from comity.node.exchange import pump
from comity.node.exchange.pump import Pair

HOUR_MS = 3_600_000
THREADS_MAX = 45
"""Of all lanes, and the one that looks."""


@dataclass
class Rounds:
    """Rounds of one thread that do what they are told; the next is always due in an hour.

    Attributes:
        does: in turn; later rounds do nothing.
        begun: one for each round.
    """

    does: list[Callable[[], object]]
    begun: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))

    def __call__(self, *_: object) -> int:
        """Do one."""
        self.begun.release()
        if self.does:
            self.does.pop(0)()
        return HOUR_MS

    def are(self, count: int) -> bool:
        """Whether so many more rounds begin, and no other."""
        return all(self.begun.acquire(timeout=2) for _ in range(count)) and not self.begun.acquire(
            timeout=0.5
        )


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """Two States, of which one thread of aa speaks."""
    made = make_world(tmp_path)
    made.pump()
    monkeypatch.setattr(pump, "pairs_of", lambda *_: {Pair(made.channel, "bb")})
    return made


@pytest.fixture
def woken(tmp_path: Path) -> Iterator[wake.Listener]:
    """Return what hears wakes."""
    (tmp_path / "run").mkdir()
    made = wake.Listener(tmp_path / "run")
    yield made
    made.close()


@pytest.fixture
def pumps(world: World, woken: wake.Listener) -> Iterator[Pumps]:
    """Return the pumps of aa, that end at last."""
    stop = threading.Event()
    made = Pumps(world.node("aa"), woken, stop)
    yield made
    stop.set()
    made.end()
    for thread in made.threads():
        thread.join(10)
    assert not any(one.is_alive() for one in made.threads())


def test_what_another_process_appends_in_a_round_is_sent_at_once(
    world: World, pumps: Pumps, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its wake found no room in the queue, and the round had read the log before."""
    rounds = Rounds([lambda: world.ask("aa")])
    monkeypatch.setattr(pump, "next_round_ms", rounds)
    pumps.begin()
    assert rounds.are(2)


def test_what_is_frozen_is_looked_at_once(
    world: World, pumps: Pumps, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a round cannot do it does not try again and again."""
    node, origin = world.node("aa"), world.origin("aa")

    def freeze() -> None:
        world.ask("aa")
        with node.store.write() as tx:
            log = tx.log(origin)
            assert log is not None
            tx.save_log(replace(log, state=LOG_FROZEN))

    rounds = Rounds([freeze])
    monkeypatch.setattr(pump, "next_round_ms", rounds)
    pumps.begin()
    assert rounds.are(2)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_sender_that_has_ended_is_begun_again(
    pumps: Pumps, woken: wake.Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever ended its thread: a channel that nobody speaks in looks as if all were well."""
    ended: list[threading.Thread] = []

    def ends() -> None:
        ended.append(threading.current_thread())
        raise SystemExit

    rounds = Rounds([ends])
    monkeypatch.setattr(pump, "next_round_ms", rounds)
    pumps.begin()
    assert rounds.begun.acquire(timeout=2)
    ended[0].join()
    woken.wake()
    assert rounds.begun.acquire(timeout=2)


def test_a_wake_in_a_round_is_another_round(
    world: World, pumps: Pumps, woken: wake.Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was appended while it went on it may not have read; of another channel it is none."""
    rounds = Rounds([lambda: woken.wake(world.channel), lambda: woken.wake("another/live")])
    monkeypatch.setattr(pump, "next_round_ms", rounds)
    pumps.begin()
    assert rounds.are(2)


def test_the_hotline_waits_for_nobody_who_does_not_answer(
    pumps: Pumps, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where every thread of the usual lanes waits for such a peer, it has threads of its own."""
    hang, hotline = threading.Event(), threading.Semaphore(0)
    silent = [Pair("xx-yy/live", f"s{number}") for number in range(40)]
    pairs = {*silent, Pair("xx-yy/hotline", "bb")}
    monkeypatch.setattr(pump, "pairs_of", lambda _logs: pairs)
    monkeypatch.setattr(
        channel_records, "rank", lambda _tx, path: channel.rank(path.partition("/")[2])
    )

    def round_of(_node: object, pair: Pair, _now_ms: int) -> int:
        if pair in silent:
            hang.wait(10)
        else:
            hotline.release()
        return HOUR_MS

    monkeypatch.setattr(pump, "next_round_ms", round_of)
    try:
        pumps.begin()
        assert hotline.acquire(timeout=5)
        assert len(pumps.threads()) <= THREADS_MAX
    finally:
        hang.set()


def test_a_round_of_the_hotline_that_brought_something_is_told_of(
    world: World, woken: wake.Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So a call rings at once; a round of another channel, or one that brought nothing, is none."""
    told, stop = threading.Semaphore(0), threading.Event()
    rounds = Rounds([lambda: None, lambda: world.ask("aa")])
    hotline = channel.rank(channel.HOTLINE)
    monkeypatch.setattr(channel_records, "rank", lambda *_: hotline)
    monkeypatch.setattr(pump, "next_round_ms", rounds)
    pumps = Pumps(world.node("aa"), woken, stop, heard=told.release)
    try:
        pumps.begin()
        assert told.acquire(timeout=5)  # the first round: what it brought is not known
        assert not told.acquire(timeout=0.3)
        woken.wake(world.channel)
        assert told.acquire(timeout=5)
    finally:
        stop.set()
        pumps.end()
        for thread in pumps.threads():
            thread.join(10)
