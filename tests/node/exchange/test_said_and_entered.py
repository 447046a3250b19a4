"""What a log may say once only, and under which keys: what moves while an act is on its way in."""

from dataclasses import replace
from pathlib import Path

import making_cards as making
from support.pair import World, make_world

from comity.joint.arrangement import card as cards
from comity.joint.exchange import fold
from comity.node.base import register_records, trust
from comity.node.exchange import append, keyring, logs, register, seal
from comity.node.exchange.append import Candidate
from comity.node.operate import rebuild


def _rotate(world: World, party: str) -> None:
    one = world.states[party]
    root = one.maker.open_root(world.folder / f"{party}-{world.arrangement}.root")
    keyring.rotate(one.node, one.maker, root)


def test_what_is_sealed_while_a_card_is_entered_is_sealed_anew(tmp_path: Path) -> None:
    """Its author reads it again with the keys that count where it stands."""
    world = make_world(tmp_path)
    world.pump()
    plain, left = world.node("aa"), ["once"]

    def step(name: str) -> None:
        if name == "send.sealed" and left:
            left.pop()
            world.states["aa"].node = plain
            _rotate(world, "aa")

    world.states["aa"].node = replace(plain, step=step)
    asked = world.ask("aa")
    world.pump()
    with plain.store.read() as tx:
        now, log = trust.load(tx, world.channel), logs.own_log(tx, world.channel)
        (entry,) = tx.entries(log.origin, asked.index, asked.index + 1)
        (entered,) = now.register.entered(log.origin)
    assert entered.index < asked.index
    alone = replace(now, cards={**now.cards, "aa": {2: now.cards["aa"][2]}})
    assert isinstance(seal.open_entry(plain, alone, (2, 1), entry), seal.Opened)
    done = rebuild.rebuild(plain)
    assert done.digest_before == done.digest_after


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
        log, now = logs.own_log(tx, world.channel), trust.load(tx, world.channel)
        numbers = seal.cards_in_force(now, append.seen_by_end(tx, log))
        entries = [seal.seal_entry(node, now, numbers, log.origin, act) for act in (one, two)]
        logs.append_entries(tx, log, entries)
    world.pump()
    for party in ("aa", "bb"):
        with world.node(party).store.read() as tx:
            rows = tx.acts(log.origin, log.size, log.size + 2)
        assert [row.foreign for row in rows] == ["", fold.FOREIGN_ID]


def test_a_second_text_of_a_card_is_refused(tmp_path: Path) -> None:
    """A root that signs two cards of one number is heard once, and told."""
    world = make_world(tmp_path)
    one, bb = world.states["aa"], world.node("bb")
    root = one.maker.open_root(tmp_path / f"aa-{world.arrangement}.root")
    with one.node.store.read() as tx:
        held = register_records.cards(tx, world.arrangement, "aa")[1]
    text = cards.sign(replace(held, names={"en": "Another"}), root.signers)
    with making.refused("exchange.card.two-texts"), bb.store.write() as tx:
        register.keep_text(bb, tx, world.arrangement, "aa", text)
    with bb.store.read() as tx:
        assert register_records.cards(tx, world.arrangement, "aa") == {1: held}
