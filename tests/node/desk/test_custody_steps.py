"""What is a step of a chain of custody, how often, and of which item."""

import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from node.desk.test_custody import WHY, ask, hostile, item_of
from support.states import State, deliver, paired

from comity.domestic.custody import acts
from comity.kernel.fault import Fault
from comity.kernel.inadmissible import Inadmissible
from comity.node.room import custody
from comity.node.room.act_blobs import DAMAGED
from comity.node.room.release.draft_store import Command, Sent
from comity.rooms.request import reading


@pytest.fixture
def two(tmp_path: Path) -> tuple[State, State]:
    """Two States that have paired."""
    fr, sn = paired(tmp_path, "fr", "sn")
    return fr, sn


def test_a_hand_over_that_is_repeated_is_one_step(two: tuple[State, State]) -> None:
    """The answer was lost, and the clerk pressed again; another step with that key is told."""
    fr, sn = two
    sent = ask(fr, "sn")
    deliver(fr, sn)
    ben, item = sn.officer("ben"), item_of(sn, sent)
    custody.take(sn.node, ben, item, io.BytesIO(), WHY)
    command = Command("key-1", "1" * 64)
    for _ in range(2):
        assert custody.hand_over(sn.node, ben, item, "court 3", WHY, command=command) is None
    other = replace(command, sha256="2" * 64)
    no = custody.hand_over(sn.node, ben, item, "court 4", WHY, command=other)
    assert no is not None
    assert no.rule == "release.key-reused"
    kinds = [(step.kind, step.to) for step in item_of(sn, sent).chain.steps]
    assert kinds == [(acts.COPIED, ""), (acts.HANDED_OVER, "court 3")]


def test_nobody_is_told_to_have_taken_what_is_not_here(two: tuple[State, State]) -> None:
    """It has not come, or does not open: there is no step, since nothing could be given."""
    fr, sn = two
    sent = ask(fr, "sn")
    deliver(fr, sn)
    item = item_of(sn, sent)
    damaged = replace(item, body=replace(item.body, state=DAMAGED))
    ways: tuple[Callable[[], object], ...] = (
        lambda: custody.take(sn.node, sn.officer("ben"), damaged, io.BytesIO(), WHY),
        lambda: custody.give(sn.node, sn.officer("ben"), damaged, WHY),
    )
    for give in ways:
        with pytest.raises(Fault, match=r"node\.evidence\.not-held"):
            give()
    assert item_of(sn, sent).chain.steps == ()


def test_evidence_is_found_by_what_is_told_of_it_and_by_no_less(
    two: tuple[State, State],
) -> None:
    """Its exhibit number, its name, or the beginning of its hash, which is no letter or two."""
    fr, sn = two
    sent = ask(fr, "sn", exhibit="EX-1")
    deliver(fr, sn)
    item = item_of(sn, sent)
    sha256 = item.body.blob.sha256
    for name in ("EX-1", "h.txt", sha256, sha256[:4], sha256[:9].upper(), "fr:EX-1"):
        assert custody.find([item], name) is item
    for name in ("EX", "ex-1", "", sha256[:3], f"{sha256}0", "sn:EX-1", "fr:", "x.txt"):
        with pytest.raises(Fault, match=r"node\.evidence\.unknown"):
            custody.find([item], name)


@pytest.mark.parametrize("way", ["take", "give"])
def test_what_its_author_tells_no_hash_of_keeps_its_mark_all_the_same(
    two: tuple[State, State], way: str
) -> None:
    """A program of another State leaves it out: what it gave goes no wider than it came."""
    fr, sn = two
    hostile(fr, ["a.txt"])
    deliver(fr, sn)
    ben = sn.officer("ben")
    (line,) = sn.listed("ben")
    (item,) = custody.items(sn.node, reading.show(sn.node, ben, line.row.matter.id))
    assert "sha256" not in item.told
    if way == "take":
        assert isinstance(custody.take(sn.node, ben, item, io.BytesIO(), WHY), str)
    else:
        parts = custody.give(sn.node, ben, item, WHY)
        assert not isinstance(parts, Inadmissible)
        assert b"".join(parts) == b"a.txt"
    no = ask(sn, "fr", b"a.txt", mark="TLP:CLEAR")
    assert isinstance(no, Inadmissible)
    assert no.rule == "custody.mark-widened"


def test_what_is_ones_own_is_marked_as_one_likes(two: tuple[State, State]) -> None:
    """The mark of what came binds; a State that takes out what it gave is bound by nobody."""
    fr, sn = two
    sent = ask(fr, "sn", mark="TLP:RED")
    deliver(fr, sn)
    assert isinstance(
        custody.take(fr.node, fr.officer("ben"), item_of(fr, sent), io.BytesIO(), WHY), str
    )
    assert isinstance(ask(fr, "sn", mark="TLP:GREEN"), Sent)
