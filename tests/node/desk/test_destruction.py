"""What is destroyed goes once, is told by whom, and is attested once, whatever comes between."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from node.desk import test_retention
from node.desk.test_custody import WHY, ask, item_of
from node.desk.test_legal import REGISTERED
from support.agreed import agreed_world, at, set_clock
from support.overtaken import before_a_write
from support.states import State, deliver, paired

from comity.domestic.custody import acts as steps
from comity.joint.request import acts, state
from comity.kernel.inadmissible import Inadmissible
from comity.node.exchange import destroyed_blobs, reset
from comity.node.room import custody, retention
from comity.node.room.release.draft_store import Result, Sent
from comity.rooms.request import desk, destruction
from comity.rooms.request.destruction import Once

FIRST = Once()


@pytest.fixture
def two(tmp_path: Path) -> tuple[State, State]:
    """Two States that have paired."""
    fr, sn = paired(tmp_path, "fr", "sn")
    return fr, sn


def asked(fr: State, sn: State, data: bytes = b"header\n" * 99) -> tuple[str, str]:
    """Let one State ask the other; return the request and the blob that it carries."""
    sent = ask(fr, "sn", data)
    deliver(fr, sn)
    assert isinstance(sent, Sent)
    return sent.matter_id, item_of(sn, sent).body.blob.sha256


def destroy(
    of: State,
    matter_id: str,
    hashes: Sequence[str],
    once: Once = FIRST,
    name: str = "ben",
    step: Callable[[str], None] = lambda _: None,
) -> Result:
    """Let an officer destroy."""
    node = replace(of.node, step=step)
    who = of.officer(name)
    return destruction.destroy(node, who, matter_id, hashes, "case-ended", WHY, once=once)


def killed_at(point: str) -> Callable[[str], None]:
    """Return a step at which the process ends."""

    def step(name: str) -> None:
        if name == point:
            raise KeyboardInterrupt

    return step


def told(of: State, matter_id: str, sha256: str) -> tuple[list[str], bool, list[str], int]:
    """Return who destroyed a blob, whether it is held, what is unattested, and how often it is."""
    with of.node.store.read() as tx:
        (row,) = (one for one in tx.matters("request") if one.matter.id == matter_id)
        chain = custody.chain(tx, sha256)
        return (
            [one.officer for one in chain.steps if one.kind == steps.DESTROYED],
            tx.body(sha256) is not None or of.node.bodies.size_bytes(sha256) is not None,
            destruction.unattested(of.node, tx, row),
            sum(
                sha256 in one.blobs
                for one in state.from_json(row.state).destroyed
                if one.party == of.node.party
            ),
        )


@pytest.mark.parametrize("size_bytes", [700, 200_000])
@pytest.mark.parametrize("point", ["destroy.noted", "destroy.swept", ""])
def test_a_destruction_that_was_cut_is_finished_by_the_same_command(
    two: tuple[State, State], point: str, size_bytes: int
) -> None:
    """It stays listed until it is attested; the chain tells of one destruction, by its officer."""
    fr, sn = two
    matter, blob = asked(fr, sn, bytes(size_bytes))
    assert told(sn, matter, blob) == ([], True, [], 0)
    if point:
        with pytest.raises(KeyboardInterrupt):
            destroy(sn, matter, [blob], step=killed_at(point))
        is_left = point == "destroy.noted" and size_bytes > 100_000  # a file is swept
        assert told(sn, matter, blob) == (["ben"], is_left, [blob], 0)
    done = destroy(sn, matter, [blob], name="cyd" if point else "ben")
    assert isinstance(done, Sent), done
    assert told(sn, matter, blob) == (["ben"], False, [], 1)


@pytest.mark.parametrize("owns_high_water", [True, False])
def test_the_last_of_it_is_left_to_the_process_that_may(
    two: tuple[State, State], *, owns_high_water: bool
) -> None:
    """Only who writes the high-water file rids it of what was destroyed."""
    fr, sn = two
    matter, blob = asked(fr, sn)
    who = sn.node, sn.officer("ben"), matter, [blob], "case-ended", WHY
    done = destruction.destroy(*who, owns_high_water=owns_high_water)
    assert isinstance(done, Sent)
    with sn.node.store.read() as tx:
        assert [*tx.records(destroyed_blobs.UNSWEPT)] == ([] if owns_high_water else [blob])


def test_each_state_attests_for_itself(two: tuple[State, State]) -> None:
    """What the other one has destroyed is held here, and says nothing of what went here."""
    fr, sn = two
    matter, blob = asked(fr, sn)
    assert isinstance(destroy(fr, matter, [blob], name="ann"), Sent)
    deliver(fr, sn)
    assert told(sn, matter, blob) == ([], True, [], 0)
    with pytest.raises(KeyboardInterrupt):
        destroy(sn, matter, [blob], step=killed_at("destroy.swept"))
    assert told(sn, matter, blob) == (["ben"], False, [blob], 0)


def test_a_command_that_is_repeated_destroys_what_it_did_at_first(
    two: tuple[State, State],
) -> None:
    """Of what was due less is due then: it attests what went, under one key, and only once."""
    fr, sn = two
    matter, blob = asked(fr, sn)
    all_due = Once("key-1", {"due": True})
    with pytest.raises(KeyboardInterrupt):
        destroy(sn, matter, [blob], all_due, step=killed_at("destroy.noted"))
    first = destroy(sn, matter, [], all_due)
    assert isinstance(first, Sent)
    assert told(sn, matter, blob) == (["ben"], False, [], 1)
    again = destroy(sn, matter, [], all_due)
    assert isinstance(again, Sent)
    assert (again.act_id, again.repeated) == (first.act_id, True)
    assert told(sn, matter, blob) == (["ben"], False, [], 1)


def test_a_key_that_means_another_command_destroys_nothing(two: tuple[State, State]) -> None:
    """Whether that destroyed something else or said something; keys are each officer's own."""
    fr, sn = two
    matter, blob = asked(fr, sn)
    other, theirs = asked(fr, sn, b"of another case\n" * 9)
    assert isinstance(destroy(sn, other, [theirs], Once("key-1", "theirs")), Sent)
    registered = replace(REGISTERED, key="key-2")
    said = desk.say(sn.node, sn.officer("ben"), matter, acts.ACKNOWLEDGED, words=registered)
    assert isinstance(said, Sent)
    for key in ("key-1", "key-2"):
        no = destroy(sn, matter, [blob], Once(key, "ours"))
        assert isinstance(no, Inadmissible)
        assert no.rule == "release.key-reused"
        assert told(sn, matter, blob) == ([], True, [], 0)
    assert isinstance(destroy(sn, matter, [blob], Once("key-1", "ours"), name="cyd"), Sent)


def test_what_is_read_anew_meanwhile_is_not_destroyed(two: tuple[State, State]) -> None:
    """Which of its acts carry it is not known then; it can be asked for again in a moment."""
    fr, sn = two
    matter, blob = asked(fr, sn)

    def drop() -> None:
        with sn.node.store.write() as tx:
            for log in tx.logs():
                reset.drop(tx, log.channel)

    late = replace(sn, node=replace(sn.node, store=before_a_write(sn.node.store, drop)))
    no = destroy(late, matter, [blob])
    assert isinstance(no, Inadmissible)
    assert no.rule == "custody.blob"
    with sn.node.store.read() as tx:
        assert not destroyed_blobs.is_gone(tx, blob)


@pytest.mark.parametrize(
    ("day", "is_due"), [("2026-10-09", False), ("2028-10-01", False), ("2028-10-10", True)]
)
def test_what_a_rule_keeps_goes_by_that_rule_when_it_is_due(
    tmp_path: Path, day: str, *, is_due: bool
) -> None:
    """Not on the day that it is closed, nor when it is listed as soon due."""
    world = agreed_world(tmp_path)
    said = test_retention.ask(world)
    test_retention.answer(world, said)
    test_retention.close(world, said, "2026-10-09 12:00 +0800")
    set_clock(world, at(f"{day} 12:00 +0800"))
    node, officer = world.node("aa"), world.states["aa"].officer("ann")
    near = retention.listing(node, officer, node.clock.now_ms())
    paged, _ = retention.page(node, officer, "", 9)
    assert [one.due.state for one in near] == [one.due.state for one in paged]
    assert len(near) == (0 if day == "2026-10-09" else 1), "what is due later is no work yet"
    blobs = [said.act.blobs[0].sha256]
    done = destruction.destroy(node, officer, said.act.matter.id, blobs, "retention-ended", WHY)
    assert isinstance(done, Inadmissible) != is_due, done
    with node.store.read() as tx:
        assert destroyed_blobs.is_gone(tx, blobs[0]) == is_due
    assert len(retention.listing(node, officer, node.clock.now_ms())) == len(near) - is_due
    world.close()
