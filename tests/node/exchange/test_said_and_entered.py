"""What a log may say once only, and under which keys: what moves while an act is on its way in."""

import hashlib
from dataclasses import replace
from pathlib import Path

import making_cards as making
from support import sealing
from support.pair import World, make_world

from comity.joint.arrangement import card as cards
from comity.joint.exchange import fold
from comity.kernel import limits
from comity.node.base import register_records, trust
from comity.node.exchange import act_ids, append, blob_ranges, keyring, logs, register
from comity.node.exchange.append import Candidate


def _rotate(world: World, party: str) -> None:
    one = world.states[party]
    root = one.maker.open_root(world.folder / f"{party}-{world.arrangement}.root")
    keyring.rotate(one.node, one.maker, root)


def test_an_act_is_said_once(tmp_path: Path) -> None:
    """An officer's second press, or a second process, is refused by its id."""
    world = make_world(tmp_path)
    asked = world.ask("aa")
    with making.refused("exchange.act.id-used"):
        append.append(world.node("aa"), world.channel, [Candidate(asked.act)])


def test_of_two_acts_of_one_id_that_come_together_the_first_counts(tmp_path: Path) -> None:
    """They are read in one transaction, and no row of the first is there yet (8.5.1)."""
    world = make_world(tmp_path)
    said = world.ask("aa").act
    world.pump()
    node = world.node("aa")
    one = replace(said, id=node.act_id(), matter=replace(said.matter, id=node.act_id()))
    two = replace(one, matter=replace(said.matter, id=node.act_id()))
    with node.store.write() as tx:
        log = logs.own_log(tx, world.channel)
        logs.append_entries(tx, log, sealing.entries(node, tx, world.channel, one, two))
    world.pump()
    for party in ("aa", "bb"):
        with world.node(party).store.read() as tx:
            rows = tx.acts(log.origin, log.size, log.size + 2)
        assert [row.foreign for row in rows] == ["", fold.FOREIGN_ID]


def test_an_act_that_gives_way_to_one_that_comes_late_has_no_depth(tmp_path: Path) -> None:
    """As where both are read in their order: what is kept is what is understood anew."""
    world = make_world(tmp_path)
    asked = world.ask("aa")
    node = world.node("aa")
    with node.store.write() as tx:
        (row,) = tx.acts(asked.origin, asked.index, asked.index + 1)
        assert row.depth
        first = replace(row, index=row.index - 1)
        act_ids.give_way(node.rooms, tx, trust.load(tx, world.channel), first)
        (late,) = tx.acts(asked.origin, asked.index, asked.index + 1)
    assert (late.foreign, late.depth) == (fold.FOREIGN_ID, 0)


def test_a_second_text_of_a_card_is_told_and_does_not_take_the_place_of_the_first(
    tmp_path: Path,
) -> None:
    """Of a root that signs two cards of one number both are kept, as evidence (3.3.7)."""
    world = make_world(tmp_path, ("aa", "bb", "cc"))
    one, bb = world.states["aa"], world.node("bb")
    root = one.maker.open_root(tmp_path / f"aa-{world.arrangement}.root")
    with one.node.store.read() as tx:
        held = register_records.cards(tx, world.arrangement, "aa")[1]
    text = cards.sign(replace(held, names={"en": "Another"}), root.signers)
    more = [
        cards.sign(replace(held, names={"en": f"{number}"}), root.signers) for number in range(20)
    ]
    for shown in (text, *more):
        with bb.store.write() as tx:
            register.keep_text(bb, tx, world.arrangement, "aa", shown)
    with bb.store.read() as tx:
        assert register_records.cards(tx, world.arrangement, "aa") == {1: held}
        others = register_records.other_cards(tx, world.arrangement, "aa")
    assert len(others) == register.OTHERS_MAX
    assert "Another" in [one.names["en"] for one in others.values()]
    assert [code for code, _ in world.alarms("bb")].count("exchange.card.two-texts") == 1
    for sha256 in others:  # an entry may be sealed to it, which another reads no further without
        given = blob_ranges.get_range(bb, "cc", sha256, 0, limits.ROW_BLOB_BYTES_MAX)
        assert hashlib.sha256(given.body).hexdigest() == sha256
        with making.refused("exchange.body.unknown"):
            blob_ranges.get_range(bb, "zz", sha256, 0, limits.ROW_BLOB_BYTES_MAX)
