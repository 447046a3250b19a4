"""Who is woken when something urgent comes."""

import sys
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import pytest
from support import rows
from surfaces.wire.stage import bare_node

from comity.acts.record import Matter
from comity.adapters import clock
from comity.adapters.memory import MemoryStore, MemoryTx, memory_disk
from comity.boot import escalation
from comity.boot.escalation import Arrivals
from comity.joint.request.state import ITEM_OPEN, WHOLE, State, Track, to_json
from comity.kernel.fault import Fault
from comity.kernel.ijson import Json
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import Log, MatterRow
from comity.node.exchange import refold_queue, reset_count
from comity.node.operate.overview.matter import is_alarming

CHANNEL = "aaaaaaaaaaaaaaaaaaaaaaaaay/live"


def asked_of_us(status: str) -> Json:
    """Return the state of a request of b to a."""
    return to_json(State(asker="b", tracks=(Track("a", status, {WHOLE: ITEM_OPEN}, 0),)))


ROW = MatterRow(
    matter=Matter("request", "baaaaaaaaaaaaaaaaaaaaaaaay"),
    channel=CHANNEL,
    status="submitted",
    holder="a",
    urgency="emergency",
    asker="b",
    touched={},
    at_ms=0,
    state=asked_of_us("submitted"),
    digest="0" * 64,
)


def _watch(*rows: MatterRow) -> tuple[Arrivals, MemoryStore, list[Mapping[str, str]]]:
    store = MemoryStore(memory_disk())
    with store.write() as tx:
        for channel in {CHANNEL, *(row.channel for row in rows)}:
            tx.save_log(Log(f"b/{channel}/1", channel, "b", 1, own=False))
        tx.save_matters(list(rows))
    told: list[Mapping[str, str]] = []

    def run(variables: Mapping[str, str]) -> bool:
        told.append(variables)
        return True

    return Arrivals(replace(bare_node("a"), store=store), run, 1_000), store, told


def test_it_is_told_again_until_it_is_opened() -> None:
    """An urgent matter is told at once and every period, and no more once an officer looked."""
    watch, store, told = _watch(ROW)
    for at_ms in (0, 500, 1_000, 1_900, 2_000):
        watch.look(at_ms)
    assert len(told) == 3
    assert told[0]["COMITY_MATTER"] == ROW.matter.id

    with store.write() as tx:
        tx.mark_opened(CHANNEL, ROW.matter)
    watch.look(9_000)
    assert len(told) == 3


def test_what_was_answered_wakes_nobody() -> None:
    """A program may have answered it, and no officer opened it: there is nothing to open now."""
    watch, store, told = _watch(ROW)
    watch.look(0)
    with store.write() as tx:
        answered = asked_of_us("answered")
        tx.save_matters([replace(ROW, status="answered", state=answered, digest="1" * 64)])
    watch.look(9_000)
    assert len(told) == 1


def test_what_is_routine_or_ours_wakes_nobody() -> None:
    """Routine matters, and those that this State opened itself, are not told."""
    other = replace(ROW, matter=Matter("request", "caaaaaaaaaaaaaaaaaaaaaaaay"), asker="a")
    watch, _, told = _watch(replace(ROW, urgency="routine"), other)
    watch.look(0)

    assert told == []


def test_everything_on_the_hotline_wakes() -> None:
    """A matter on the hotline is told whatever urgency it names."""
    watch, _, told = _watch(replace(ROW, urgency="", channel=CHANNEL.replace("/live", "/hotline")))
    watch.look(0)

    assert len(told) == 1


def test_a_channel_that_is_read_anew_keeps_no_other_waiting() -> None:
    """Its own matters are missing meanwhile: what was not opened there is told again afterwards."""
    hotline = CHANNEL.replace("/live", "/hotline")
    other = replace(ROW, channel=hotline, matter=Matter("request", "caaaaaaaaaaaaaaaaaaaaaaaay"))
    watch, store, told = _watch(ROW, other)
    watch.look(0)
    with store.write() as tx:
        tx.drop_understood(CHANNEL)
        refold_queue.owe(tx, CHANNEL)
    watch.look(1_000)
    assert [one["COMITY_CHANNEL"] for one in told[2:]] == [hotline]

    with store.write() as tx:
        tx.save_matters([ROW])
        tx.drop_record(refold_queue.OWED, CHANNEL)
    watch.look(2_000)
    assert {one["COMITY_CHANNEL"] for one in told[3:]} == {CHANNEL, hotline}


def test_a_channel_is_watched_once_it_is_read() -> None:
    """After an upgrade the hotline is there long before all else is."""
    watch, store, told = _watch(replace(ROW, channel=CHANNEL.replace("/live", "/hotline")), ROW)
    with store.write() as tx:
        refold_queue.owe(tx, CHANNEL)
    watch.look(0)
    assert [one["COMITY_CHANNEL"] for one in told] == [CHANNEL.replace("/live", "/hotline")]

    with store.write() as tx:
        tx.drop_record(refold_queue.OWED, CHANNEL)
    watch.look(500)
    assert [one["COMITY_CHANNEL"] for one in told[1:]] == [CHANNEL]


def test_what_counts_only_once_a_channel_was_read_anew_wakes_as_well() -> None:
    """A generation may leave out what took its id: as many acts are understood as before."""
    watch, store, told = _watch()
    with store.write() as tx:
        (log,) = tx.logs()
        tx.save_log(replace(log, understood=1))
    watch.look(0)
    with store.write() as tx:
        reset_count.note(tx, CHANNEL)
        tx.save_matters([ROW])
    watch.look(1_000)
    assert [one["COMITY_MATTER"] for one in told] == [ROW.matter.id]
    watch.look(1_500)
    assert len(told) == 1


def test_what_came_while_the_database_failed_wakes_once_it_is_there_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A read that fails in the middle of a look, as in a failover, loses nobody's call."""
    watch, store, told = _watch()
    watch.look(0)
    with store.write() as tx:
        (log,) = tx.logs()
        came = rows.act(log.origin, 0, 1)
        tx.save_log(replace(log, understood=1))
        tx.save_acts([came])
        tx.save_matters([replace(ROW, matter=came.act.matter)])

    def away(*_: object) -> NoReturn:
        raise Fault(code="node.store.unreachable", what="It is away.", fix="Wait.")

    with monkeypatch.context() as patched:
        patched.setattr(MemoryTx, "acts", away)
        with pytest.raises(Fault):
            watch.look(1_000)
    watch.look(2_000)
    assert [one["COMITY_MATTER"] for one in told] == [came.act.matter.id]


def test_a_command_that_could_not_be_started_is_started_at_the_next_look() -> None:
    """The machine was out of memory for a moment: nobody sleeps on for the whole period."""
    watch, _, told = _watch(ROW)
    run, tries = watch.run, iter([False, True])
    watch.run = lambda variables: next(tries) and run(variables)
    watch.look(0)
    assert told == []
    watch.look(10)
    watch.look(500)
    assert len(told) == 1


def test_the_command_gets_ids_and_no_secret(tmp_path: Path) -> None:
    """The operator's command runs without a shell, with ids, and without our variables."""
    out = tmp_path / "out"
    program = "import os,sys; open(sys.argv[1],'w').write(repr(sorted(os.environ.items())))"
    run = escalation.Command(f'"{sys.executable}" -c "{program}" "{out}"')
    run({"COMITY_MATTER": "m", "COMITY_CHANNEL": "c", "COMITY_URGENCY": "u", "COMITY_PARTY": "p"})
    run.close()

    assert "('COMITY_MATTER', 'm')" in out.read_text()
    assert "COMITY_KEY" not in out.read_text()


def test_a_program_that_is_not_there_is_told_at_the_start(tmp_path: Path) -> None:
    """Not when the first emergency arrives, by one line of a log."""
    script = tmp_path / "wake"
    script.write_text("#!/bin/sh\n")
    for words in (f"{tmp_path}/none --now", str(script), "no-such-program-anywhere"):
        with pytest.raises(Fault, match="not there, or cannot be run") as caught:
            escalation.Command(words)
        assert caught.value.code == "boot.command.missing"
    script.chmod(0o700)
    escalation.Command(f"{script} --now").close()


def _script(tmp_path: Path, words: str) -> escalation.Command:
    script = tmp_path / "wake"
    script.write_text(f"#!/bin/sh\n{words}\n")
    script.chmod(0o700)
    return escalation.Command(str(script))


def test_a_run_that_takes_long_is_ended_by_none_that_is_due(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A command dials a telephone: however many calls are due meanwhile, each rings to its end."""
    monkeypatch.setattr(escalation, "LAST_S", 60.0)
    gate = tmp_path / "gate"
    done = f'"{tmp_path}/$COMITY_PARTY-$COMITY_MATTER"'
    run = _script(tmp_path, f'while [ ! -e "{gate}" ]; do sleep 0.02; done\n: > {done}')
    parties = [f"p{number}" for number in range(20)]
    assert all(run({"COMITY_MATTER": "m", "COMITY_PARTY": party}) for party in parties)
    later = clock.monotonic_ms() + escalation.HANGS_MS - 60_000
    with monkeypatch.context() as patched:
        patched.setattr(clock, "monotonic_ms", lambda: later)
        assert not any(run({"COMITY_MATTER": "n", "COMITY_PARTY": party}) for party in parties)
    gate.touch()
    run.close()
    assert {path.name for path in tmp_path.glob("p*")} == {f"{party}-m" for party in parties}


def test_a_run_that_hangs_makes_room_with_all_that_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that never ends keeps nobody asleep, and leaves nothing behind on the machine."""
    pids = tmp_path / "pids"
    run = _script(tmp_path, f'sleep 60 &\necho $! >> "{pids}"\nwait')
    monkeypatch.setattr(escalation, "LAST_S", 0.0)
    assert run({"COMITY_MATTER": "m", "COMITY_PARTY": "b"})
    while not pids.exists() or not pids.read_text().strip():
        time.sleep(0.01)
    monkeypatch.setattr(escalation, "HANGS_MS", 0)
    assert run({"COMITY_MATTER": "n", "COMITY_PARTY": "b"})
    run.close()
    until_s = time.monotonic() + 10
    while _is_alive(int(pids.read_text().split()[0])):  # a signal takes a moment
        assert time.monotonic() < until_s
        time.sleep(0.01)


def _is_alive(pid: int) -> bool:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def _many(count: int, of: MatterRow = ROW) -> list[MatterRow]:
    return [replace(of, matter=Matter("request", f"{of.asker}{number}")) for number in range(count)]


def _come(store: MemoryStore, row: MatterRow) -> None:
    """Let a matter come once all that was there before was looked at."""
    party = row.asker
    origin = f"{party}/{row.channel}/1"
    with store.write() as tx:
        log = tx.log(origin) or Log(origin, row.channel, party, 1, own=False)
        tx.save_log(replace(log, size=log.understood + 1, understood=log.understood + 1))
        came = rows.act(origin, log.understood, log.understood + 1)
        tx.save_acts([replace(came, act=replace(came.act, matter=row.matter))])
        tx.save_matters([row])


def test_a_state_that_asks_for_much_has_one_run_a_period() -> None:
    """A thousand urgent matters ring as often as one does, and each is named in its turn."""
    watch, _, told = _watch(*_many(1_000))
    for at_ms in range(0, 3_001, 100):
        watch.look(at_ms)
    assert len(told) == 4
    assert len({one["COMITY_MATTER"] for one in told}) == 4


def test_an_emergency_waits_for_no_other_call() -> None:
    """Of another State, or of the same that asks for much that is urgent: it rings at once."""
    watch, store, told = _watch(*_many(100, replace(ROW, urgency="urgent")))
    watch.look(0)
    for row in (
        replace(ROW, matter=Matter("request", "same")),
        replace(ROW, asker="c", matter=Matter("request", "other")),
    ):
        _come(store, row)
    watch.look(1)
    assert {one["COMITY_MATTER"] for one in told[1:]} == {"same", "other"}


def test_what_is_new_of_a_call_rings_within_a_minute_whatever_the_period() -> None:
    """The period may be a day, and one emergency of a State unopened: the next one rings too."""
    watch, store, told = _watch(ROW)
    watch.repeat_ms = 86_400_000
    watch.look(0)
    _come(store, replace(ROW, matter=Matter("request", "next")))
    watch.look(escalation.NEW_MS - 1)
    assert len(told) == 1
    watch.look(escalation.NEW_MS)
    assert [one["COMITY_MATTER"] for one in told[1:]] == ["next"]
    watch.look(2 * escalation.NEW_MS)
    assert len(told) == 2


def test_who_asks_and_withdraws_rings_no_oftener() -> None:
    """One request after the other, each taken back: still one run a minute."""
    watch, store, told = _watch()
    watch.repeat_ms = escalation.NEW_MS
    for number, row in enumerate(_many(60)):
        _come(store, row)
        watch.look(number * 1_000)
        with store.write() as tx:
            tx.save_matters([replace(row, status="withdrawn")])
    assert len(told) == 1


def test_what_waits_costs_nothing_until_it_is_due(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten thousand urgent matters are not read again each second: a later one would wait."""
    watch, _, told = _watch(*_many(2_000))
    watch.look(0)
    asked: list[MatterRow] = []

    def looks(node: Node, tx: Tx, row: MatterRow) -> bool:
        asked.append(row)
        return is_alarming(node, tx, row)

    monkeypatch.setattr("comity.boot.escalation.is_alarming", looks)
    watch.look(500)
    assert asked == []
    watch.look(1_000)
    assert (len(asked), len(told)) == (1, 2)


def test_of_thousands_that_were_opened_a_page_is_dropped_in_one_look() -> None:
    """So no transaction is long, and what is left is found within seconds."""
    every = _many(1_000)
    watch, store, told = _watch(*every)
    watch.look(0)
    with store.write() as tx:
        for row in every[:999]:
            tx.mark_opened(CHANNEL, row.matter)
    for at_ms in range(1_000, 1_010):
        watch.look(at_ms)
    assert [one["COMITY_MATTER"] for one in told[1:]] == [every[999].matter.id]
