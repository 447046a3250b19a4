"""Who is woken when something urgent comes."""

import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import pytest
from support import rows
from surfaces.wire.stage import bare_node

from comity.acts.record import Matter
from comity.adapters.memory import MemoryStore, memory_disk
from comity.boot import arrivals
from comity.boot.arrivals import Arrivals
from comity.joint.request.state import ITEM_OPEN, WHOLE, State, Track, to_json
from comity.kernel.fault import Fault
from comity.kernel.ijson import Json
from comity.node.exchange import openings, taken_back, unfolded
from comity.node.rows import Log, MatterRow

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
        unfolded.owe(tx, CHANNEL)
    watch.look(1_000)
    assert [one["COMITY_CHANNEL"] for one in told[2:]] == [hotline]

    with store.write() as tx:
        tx.save_matters([ROW])
        tx.drop_record(unfolded.OWED, CHANNEL)
    watch.look(2_000)
    assert {one["COMITY_CHANNEL"] for one in told[3:]} == {CHANNEL, hotline}


def test_a_channel_is_watched_once_it_is_read() -> None:
    """After an upgrade the hotline is there long before all else is."""
    watch, store, told = _watch(replace(ROW, channel=CHANNEL.replace("/live", "/hotline")), ROW)
    with store.write() as tx:
        unfolded.owe(tx, CHANNEL)
    watch.look(0)
    assert [one["COMITY_CHANNEL"] for one in told] == [CHANNEL.replace("/live", "/hotline")]

    with store.write() as tx:
        tx.drop_record(unfolded.OWED, CHANNEL)
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
        taken_back.note(tx, CHANNEL)
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
        patched.setattr(openings, "brought", away)
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
    run = arrivals.Command(f'"{sys.executable}" -c "{program}" "{out}"')
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
            arrivals.Command(words)
        assert caught.value.code == "boot.command.missing"
    script.chmod(0o700)
    arrivals.Command(f"{script} --now").close()


def test_no_command_is_ended_because_others_came_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A partner asks for much in one moment: the runs wait for each other, and none is cut off."""
    monkeypatch.setattr(arrivals, "LAST_S", 60.0)
    script, gate = tmp_path / "wake", tmp_path / "gate"
    words = f'while [ ! -e "{gate}" ]; do sleep 0.02; done\n: > "{tmp_path}/$COMITY_MATTER"\n'
    script.write_text(f"#!/bin/sh\n{words}")
    script.chmod(0o700)
    run = arrivals.Command(str(script))
    names = [f"m{number}" for number in range(arrivals.RUNNING_MAX + 3)]
    started = [name for name in names if run({"COMITY_MATTER": name})]
    gate.touch()
    run.close()
    assert {path.name for path in tmp_path.glob("m*")} == set(started)
    assert started == names[: arrivals.RUNNING_MAX]


def test_a_command_that_hangs_makes_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that never ends keeps nobody asleep."""
    script = tmp_path / "wake"
    script.write_text("#!/bin/sh\nexec sleep 60\n")
    script.chmod(0o700)
    monkeypatch.setattr(arrivals, "HANGS_MS", 0)
    monkeypatch.setattr(arrivals, "LAST_S", 0.0)
    run = arrivals.Command(str(script))
    assert all(run({"COMITY_MATTER": "m"}) for _ in range(arrivals.RUNNING_MAX + 1))
    run.close()


def test_who_asks_for_much_keeps_no_other_state_waiting() -> None:
    """Runs are few at a time: each State's oldest comes first, then each State's next."""
    many = [replace(ROW, matter=Matter("request", f"b{number}")) for number in range(20)]
    watch, store, told = _watch(*many)
    run, room = watch.run, iter([True] * 3 + [False] + [True] * 2 + [False] * 40)
    watch.run = lambda variables: next(room) and run(variables)
    watch.look(0)
    with store.write() as tx:
        tx.save_log(Log("c/d/1", "d", "c", 1, own=False))
        tx.save_matters([replace(ROW, channel="d", asker="c", matter=Matter("request", "c0"))])
    watch.look(1)
    assert "c0" in [one["COMITY_MATTER"] for one in told[3:]]
    assert len({one["COMITY_MATTER"] for one in told}) == 5
