"""Every 60 seconds each side signs its head anew, and silence is noticed once."""

from pathlib import Path

from support.pair import make_world


def test_silence_is_told_once_and_forgotten_when_it_ends(tmp_path: Path) -> None:
    """A peer that stops signing is named; when it is back the alarm is gone."""
    world = make_world(tmp_path)
    world.pump()
    assert not world.alarms("aa")
    world.cut("aa", "bb")
    for _ in range(4):
        world.advance(60_000)
        world.round()
    told = [code for code, _ in world.alarms("aa") if code == "exchange.heartbeat.missed"]
    assert len(told) == 2  # live and hotline
    world.mend()
    for _ in range(12):
        world.advance(60_000)
        world.round()
    assert "exchange.heartbeat.missed" not in {code for code, _ in world.alarms("aa")}


def test_a_quiet_pair_signs_anew_without_an_entry(tmp_path: Path) -> None:
    """Heads of the same size follow each other with new times, each cosigned."""
    world = make_world(tmp_path)
    world.ask("aa")
    world.pump()
    node = world.node("aa")
    with node.store.read() as tx:
        before = tx.newest_head(world.origin("aa"))
    world.advance(61_000)
    world.round()
    with node.store.read() as tx:
        after = tx.newest_head(world.origin("aa"))
        given = tx.newest_cosignature(world.origin("aa"), "bb")
    assert before is not None
    assert after is not None
    assert given is not None
    assert (after.size, after.root) == (before.size, before.root)
    assert after.time_s >= before.time_s + 60
    assert given.time_s >= after.time_s
