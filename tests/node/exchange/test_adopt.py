"""A newer vocabulary becomes sayable once every party's program knows it."""

from dataclasses import replace
from pathlib import Path

import making_cards as making
import pytest
from support.pair import World, make_world

from comity.acts.record import Act, Matter, Office
from comity.acts.vocabulary import OURS, Vocabulary
from comity.joint.exchange import acts as exchange_acts
from comity.kernel.ids import random_id
from comity.node.base import trust
from comity.node.base.context import Node, Session
from comity.node.exchange import adopt, append, excuse

NEW_TAG = "request.reminded/1"
NEWEST = OURS.newest["request"] + 1
NEWER = Vocabulary({**OURS.added, "request": {**OURS.added["request"], NEWEST: (NEW_TAG,)}})


def upgrade(world: World, party: str, vocabulary: Vocabulary = NEWER) -> None:
    """Start a party's node anew with another program."""
    node = replace(world.node(party), vocabulary=vocabulary, session=Session())
    world.replace_node(party, node)
    world.mend()


def new_act(node: Node) -> Act:
    """Return an act that the newer vocabulary alone has."""
    matter = Matter("channel", "live")
    return Act(random_id(node.entropy(16)), NEW_TAG, matter, Office("police"))


def said(world: World, reader: str) -> list[tuple[str, str, str]]:
    """Return (party, version, foreign) of the adoptions in `live`, as a party reads them."""
    with world.node(reader).store.read() as tx:
        rows = [row for party in world.states for row in tx.acts(world.origin(party), 0, 999)]
    tag = exchange_acts.VERSION_ADOPTED
    said = [row for row in rows if row.act.tag == tag and "request" in row.act.codes]
    return [(row.party, row.act.codes["request"], row.foreign) for row in said]


def test_a_newer_tag_is_sayable_once_both_have_adopted(tmp_path: Path) -> None:
    """Before, the node refuses to say it; after, both understand it alike."""
    world = make_world(tmp_path)
    world.pump()
    assert said(world, "aa") == []  # pairing adopted what both know
    upgrade(world, "aa")
    world.pump()
    assert said(world, "bb") == [("aa", str(NEWEST), "")]
    with making.refused("exchange.tag.not-adopted"):
        world.say("aa", new_act(world.node("aa")))
    upgrade(world, "bb")
    world.pump()
    placed = world.say("aa", new_act(world.node("aa")))
    world.pump()
    for party in ("aa", "bb"):
        assert sorted(said(world, party)) == [(p, str(NEWEST), "") for p in ("aa", "bb")]
        with world.node(party).store.read() as tx:
            (row,) = tx.acts(placed.origin, placed.index, placed.index + 1)
        assert row.foreign == ""
    assert world.digests("aa") == world.digests("bb")


def test_it_is_said_once_in_each_channel(tmp_path: Path) -> None:
    """However often the node starts; each channel is told for itself."""
    world = make_world(tmp_path)
    upgrade(world, "aa")
    world.pump()
    upgrade(world, "aa")
    world.pump()
    assert said(world, "bb") == [("aa", str(NEWEST), "")]
    node = world.node("aa")
    with node.store.read() as tx:
        channels = trust.channels(tx, "aa")
        told = {path: adopt.adopted(tx, trust.load(tx, path), "aa")["request"] for path in channels}
    assert len(told) == 2
    assert set(told.values()) == {NEWEST}
    assert not adopt.adopt(node, world.channel)


def test_two_processes_say_it_once(tmp_path: Path) -> None:
    """Whether it is still due is asked in the transaction that appends."""
    world = make_world(tmp_path)
    world.pump()
    asked = {(world.origin("aa"), "bb")}
    session = Session({excuse.Start: excuse.Start(compared={"bb"}, asked_of=set(asked))})
    other = replace(world.node("aa"), vocabulary=NEWER, session=session)
    told: list[bool] = []

    def meanwhile(step: str) -> None:
        """Let the other process be faster, between deciding and appending."""
        if step == "send.begun" and not told:
            told.append(True)
            told[0] = adopt.adopt(other, world.channel)

    session = Session({excuse.Start: excuse.Start(compared={"bb"}, asked_of=set(asked))})
    node = replace(other, session=session, step=meanwhile)
    assert not adopt.adopt(node, world.channel)
    assert told == [True]
    world.pump()
    assert len(said(world, "bb")) == 1


def test_a_peer_that_says_it_too_early_folds_to_nothing(tmp_path: Path) -> None:
    """An act before the adoption is foreign, with the reason, and stays so for ever."""
    world = make_world(tmp_path)
    upgrade(world, "aa")
    world.pump()
    hasty = Vocabulary({**OURS.added, "request": {1: (*OURS.added["request"][1], NEW_TAG)}})
    node = replace(world.node("aa"), vocabulary=hasty)
    (placed,) = append.append(node, world.channel, [append.Candidate(new_act(node))])
    assert isinstance(placed, append.Appended)
    upgrade(world, "bb")
    world.pump()
    with world.node("bb").store.read() as tx:
        (row,) = tx.acts(placed.origin, placed.index, placed.index + 1)
    assert row.foreign == "tag"


def test_a_program_that_was_set_back_understands_nothing_and_says_so(tmp_path: Path) -> None:
    """It would fold otherwise than its peer; it keeps and cosigns, and goes on when renewed."""
    world = make_world(tmp_path)
    for party in ("aa", "bb"):
        upgrade(world, party)
    world.pump()
    upgrade(world, "bb", OURS)
    asked = world.ask("aa")
    world.pump()
    assert adopt.OUTGROWN in dict(world.alarms("bb"))
    with world.node("bb").store.read() as tx:
        mirror = tx.log(asked.origin)
    assert mirror is not None
    assert mirror.understood <= asked.index < mirror.signed
    upgrade(world, "bb")
    world.pump()
    assert world.digests("aa") == world.digests("bb")
    assert len(world.digests("bb")) == 1


@pytest.mark.parametrize("tag", ["request.submitted/1", NEW_TAG, "request.unheard/1"])
def test_a_version_has_all_that_came_before(tag: str) -> None:
    """What an older program knows, a newer one knows at the same version."""
    assert OURS.version_of(tag) in (None, NEWER.version_of(tag))
