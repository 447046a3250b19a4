"""A channel is read anew while several threads read it: nothing is lost, nothing turns foreign."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from support.pair import World, make_world

from comity.node.base.context import Node
from comity.node.exchange import ended_log, reset, understand

OPENED = "understand.opened"


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Three States, of which each has said something and read the others."""
    made = make_world(tmp_path, ("aa", "bb", "cc"))
    for party in ("aa", "bb", "cc"):
        made.ask(party)
        made.pump()
    return made


def owe(node: Node, channel: str) -> None:
    """Let it be owed to read a channel anew, as a generation that leaves something out does."""
    with node.store.write() as tx:
        tx.save_record(ended_log.ANEW, channel, True)  # noqa: FBT003 -- a JSON value


def drop(node: Node, channel: str) -> None:
    """Drop what was read of a channel."""
    with node.store.write() as tx:
        reset.drop(tx, channel)


def receipts(node: Node, channel: str) -> list[tuple[str, int, str]]:
    """Return every receipt of a channel, and why it is foreign."""
    with node.store.read() as tx:
        logs = tx.logs(channel)
        rows = [row for log in logs for row in tx.receipts(log.origin, 0, log.size)]
    return [(row.origin, row.index, row.foreign) for row in rows]


@pytest.mark.parametrize("at", range(8))
@pytest.mark.parametrize("meanwhile", [reset.drop_owed, drop])
def test_a_thread_that_drops_once_more_makes_no_receipt_foreign(
    world: World, at: int, meanwhile: Callable[[Node, str], None]
) -> None:
    """A receipt was read over entries that count no longer as read when it is placed."""
    node, channel = world.node("bb"), world.channel
    before, digests = receipts(node, channel), world.digests("bb")
    owe(node, channel)
    opened: list[str] = []

    def step(point: str) -> None:
        opened.extend([point] if point == OPENED else [])
        if point == OPENED and len(opened) == at + 1:
            meanwhile(node, channel)

    understand.understand(replace(node, step=step), channel)
    understand.understand(node, channel)
    assert receipts(node, channel) == before
    assert world.digests("bb") == digests


def test_what_is_owed_is_dropped_once(world: World) -> None:
    """Of two threads that see it owed the second leaves what the first has read again."""
    node, channel = world.node("bb"), world.channel
    owe(node, channel)

    class Late:
        """Raises no alarm before another thread has done all of it."""

        def raise_alarm(self, code: str, what: str) -> None:
            node.alarms.raise_alarm(code, what)
            understand.understand(node, channel)

        def clear(self, code: str, what: str = "") -> None:
            node.alarms.clear(code, what)

    passed: list[str] = []
    reset.drop_owed(replace(node, alarms=Late(), step=passed.append), channel)
    assert passed == []
    with node.store.read() as tx:
        assert all(log.understood == log.size for log in tx.logs(channel))


@pytest.mark.parametrize("at", range(2))
def test_what_is_dropped_while_matters_are_folded_is_folded_after(world: World, at: int) -> None:
    """Whoever folds the pages of before does not say that nothing is owed any more."""
    node, channel = world.node("bb"), world.channel
    digests = world.digests("bb")
    owe(node, channel)
    passed: list[str] = []

    def step(point: str) -> None:
        passed.append(point)
        if point == "unfolded.page" and passed.count(point) == 1:
            drop(node, channel)
            understand.understand(node, channel, entries_max=1 + at)  # a part of it

    understand.understand(replace(node, step=step), channel)
    understand.understand(node, channel)
    assert world.digests("bb") == digests
