"""Threads that speak to peers: what is to be done is done at once, whoever has said it."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from support.pair import World, make_world

from comity.adapters import wake
from comity.boot.pumps import PumpThreads
from comity.node.base.rows import LOG_FROZEN
from comity.node.exchange import pump
from comity.node.exchange.pump import Pair

HOUR_MS = 3_600_000


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
    monkeypatch.setattr(pump, "pairs", lambda *_: [Pair(made.channel, "bb")])
    return made


@pytest.fixture
def threads(world: World, tmp_path: Path) -> Iterator[PumpThreads]:
    """Return the threads of aa, that end at last."""
    stop = threading.Event()
    (tmp_path / "run").mkdir()
    woken = wake.Listener(tmp_path / "run")
    yield PumpThreads(world.node("aa"), woken, stop)
    stop.set()
    woken.close()


def test_what_another_process_appends_in_a_round_is_sent_at_once(
    world: World, threads: PumpThreads, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its wake found no room in the queue, and the round had read the log before."""
    rounds = Rounds([lambda: world.ask("aa")])
    monkeypatch.setattr(pump, "next_round_ms", rounds)
    threads.look()
    assert rounds.are(2)


def test_what_is_frozen_is_looked_at_once(
    world: World, threads: PumpThreads, monkeypatch: pytest.MonkeyPatch
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
    threads.look()
    assert rounds.are(2)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_sender_that_has_ended_is_begun_again(
    threads: PumpThreads, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever ended its thread: a channel that nobody speaks in looks as if all were well."""

    def ends() -> None:
        raise SystemExit

    rounds = Rounds([ends])
    monkeypatch.setattr(pump, "next_round_ms", rounds)
    threads.look()
    for thread in threads.threads():
        thread.join()
    threads.look()
    assert rounds.are(2)
