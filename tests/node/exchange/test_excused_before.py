"""What officers said of a loss that is over counts for no later one (docs/spec/fault.md 9.1.6)."""

from dataclasses import replace
from pathlib import Path

import pytest
from support.pair import World, make_world

from comity.adapters import journal
from comity.adapters.memory import MemoryStore, copy_of
from comity.adapters.memory_highwater import MemoryHighWater
from comity.kernel.ijson import Json
from comity.node.base.context import Session
from comity.node.base.finding import Finding
from comity.node.base.ports import Response
from comity.node.base.rows import Witness
from comity.node.exchange import excuse, generation, logs, pump, status, witness
from comity.node.operate import backup, findings
from comity.tlog import keys

SAID = 10


class Ahead:
    """A witness that cosigned more than is here."""

    def __init__(self, size: int) -> None:
        """Take how many entries."""
        self._size = size

    def add_checkpoint(self, _witness: Witness, _body: bytes) -> Response:
        """Say so."""
        return Response(409, f"{self._size}\n".encode(), "text/x.tlog.size")


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Three States; cc is out of reach of aa, whose home is of a backup; officers excused it."""
    made = make_world(tmp_path, ("aa", "bb", "cc"))
    made.ask("aa")
    made.pump()
    row = Witness("w", (keys.signer("w", keys.ED25519_COSIGNATURE, bytes(32)).vkey,), "", ("live",))
    witness.configure(made.node("aa"), [row])
    _started(made)
    backup.mark_restored(made.node("aa"))
    made.cut("aa", "cc")
    for officer in ("ann", "ben"):
        _excuse(made, "cc", officer)
    return made


def _started(world: World) -> None:
    node = world.node("aa")
    assert isinstance(node.store, MemoryStore)
    assert isinstance(node.highwater, MemoryHighWater)
    disk, highwater = copy_of(node.store.disk), node.highwater.reopened()
    node = replace(node, store=MemoryStore(disk), highwater=highwater, session=Session())
    world.replace_node("aa", node)
    pump.begin(node)


def _excuse(world: World, party: str, officer: str) -> None:
    excuse.excuse(world.node("aa"), world.origin("aa"), party, officer)


def _asked(world: World, size: int) -> None:
    witness.submit_due(world.node("aa"), Ahead(size), "w")


def _is_signed(world: World, index: int) -> bool:
    for _ in range(3):
        world.advance(60_000)
        world.round()
    with world.node("aa").store.read() as tx:
        return logs.require_log(tx, world.origin("aa")).signed > index


def test_a_witness_that_knows_better_ends_what_was_said_before_it_spoke(world: World) -> None:
    """An image of the machine brings the excuse and the file that it names: both are asked anew."""
    _started(world)
    _asked(world, SAID)
    said = world.ask("aa")
    for officer in ("ann", "ben"):
        _excuse(world, "witness:w", officer)
    assert not _is_signed(world, said.index)
    _asked(world, SAID)  # what it said already ends nothing
    for officer in ("ann", "ben"):
        _excuse(world, "cc", officer)
    assert _is_signed(world, said.index)


def test_a_witness_that_says_what_the_mark_covers_ends_nothing(world: World) -> None:
    """What it cosigned was signed here, and is to come back from beside the mark."""
    node = world.node("aa")
    node.highwater.raise_to(world.origin("aa"), SAID, b"r" * 32)
    _asked(world, SAID)
    with node.store.read() as tx:
        assert excuse.is_excused(node, tx, world.origin("aa"), "cc")


def test_an_excuse_of_a_witness_is_of_one_file_as_well(world: World) -> None:
    """Where the file is lost after that, two officers say it again."""
    _asked(world, SAID)
    for party in ("witness:w", "cc"):
        for officer in ("ann", "ben"):
            _excuse(world, party, officer)
    node = replace(world.node("aa"), highwater=MemoryHighWater(None), session=Session())
    world.replace_node("aa", node)
    pump.begin(node)
    with node.store.read() as tx:
        assert excuse.is_held_up(node, tx, logs.require_log(tx, world.origin("aa")))
        assert not tx.records(excuse.EXCUSE)


@pytest.mark.parametrize("data", [None, journal.HEADER])
def test_what_an_older_program_noted_names_no_file_and_counts_no_more(
    world: World, data: bytes | None
) -> None:
    """Whether it was of this loss cannot be known: it ends at the start, and is said once more."""
    older: Json = ["ann", "ben"]
    marks = MemoryHighWater(data)
    node = replace(world.node("aa"), highwater=marks, session=Session())
    with node.store.write() as tx:
        tx.save_record(excuse.EXCUSE, f"{world.origin('aa')}|cc", older)
        assert not excuse.is_excused(node, tx, world.origin("aa"), "cc")
    world.replace_node("aa", node)
    pump.begin(node)
    with node.store.read() as tx:
        assert not tx.records(excuse.EXCUSE)
    said = world.ask("aa")
    assert not _is_signed(world, said.index)
    for officer in ("ann", "ben"):
        _excuse(world, "cc", officer)
    assert _is_signed(world, said.index)
    assert marks.file_id()


def test_an_operator_is_told_whom_a_log_that_was_begun_meanwhile_waits_for(world: World) -> None:
    """It may be one that this home had begun before: it is excused by its own name, and signed."""
    said = world.ask("aa")
    assert _is_signed(world, said.index)
    node = world.node("aa")
    assert not _told(world)
    origin, _ = generation.begin(node, world.channel, "lost")
    for _ in range(3):
        world.advance(60_000)
        world.round()
    (told,) = _told(world)
    assert f"comity recover excuse {origin} cc" in told.fix
    for officer in ("ann", "ben"):
        excuse.excuse(node, origin, "cc", officer)
    for _ in range(3):
        world.advance(60_000)
        world.round()
    assert not _told(world)
    with node.store.read() as tx:
        assert logs.require_log(tx, origin).signed > 0


def _told(world: World) -> list[Finding]:
    """What is told of logs of aa that wait for a party."""
    node = world.node("aa")
    rows = status.report(node)
    return [one for one in findings.findings(node, rows) if "is not signed" in one.what]
