"""A home restored from before a rotation, whose newer keys are gone: it reads and speaks again."""

import io
from dataclasses import replace
from pathlib import Path

import making_cards as making
import pytest
from support import sealing
from support.answering import push
from support.lost_cards import beat, kept, lost, own, replaced, restore, root_of, rotate, talk
from support.pair import World, make_world

from comity.node.base import register_records, trust
from comity.node.base.context import Session
from comity.node.exchange import (
    blobs,
    delivery,
    entry_keys_file,
    generation,
    hold_alarm,
    keep,
    keyring,
    register,
    seal,
    sign,
    void,
)
from comity.node.exchange.append import Appended
from comity.node.exchange.entry_keys_file import Taken
from comity.node.operate import backup, card_replacement, health, rebuild
from comity.node.operate.fsck import run


def given(world: World, giver: str = "bb") -> list[Taken]:
    """Let a party give keys in both channels of cards, and aa take them."""
    done = []
    for channel in keyring.own_channels(world.node("aa"), world.arrangement):
        data = entry_keys_file.give(world.node(giver), channel, "aa").data
        done.append(entry_keys_file.take(world.node("aa"), data))
    world.pump()
    return done


def test_without_its_newer_keys_a_restored_home_waits_and_says_what_for(tmp_path: Path) -> None:
    """It raises nothing, calls nothing closed, signs nothing, and names the next step."""
    world = lost(tmp_path)
    log = own(world)
    assert log.understood < log.size == own(world, "bb").size
    codes = [code for code, _ in world.alarms("aa")]
    assert hold_alarm.KEYS_LOST in codes
    with world.node("aa").store.read() as tx:
        assert not tx.records(void.ENTRY)
    (found,) = [one for one in health.findings(world.node("aa")) if one.about == "seal keys"]
    assert not found.is_good
    assert "key rotate --lost" in str(found.fix)
    assert any("key rotate --lost" in one.fix for one in run.check(world.node("aa")).problems)


@pytest.mark.parametrize("parties", [("aa", "bb"), ("aa", "bb", "cc")])
def test_the_root_key_and_a_partner_bring_it_back(tmp_path: Path, parties: tuple[str, ...]) -> None:
    """It reads all that it had read, signs under the third card, and all compute the same."""
    world = lost(tmp_path, parties)
    before = world.digests("bb")
    replaced(world)
    assert own(world).signed == own(world, "bb").signed
    done = given(world)
    assert sum(one.kept for one in done) > 0
    assert [(one.unheld, one.wrong) for one in done] == [(0, 0)] * 2
    assert world.digests("aa") == before
    talk(world)
    assert len({tuple(sorted(world.digests(party).items())) for party in parties}) == 1
    with world.node("bb").store.read() as tx:
        loaded = trust.load(tx, world.channel)
    assert loaded.log_cards(world.origin("aa"), own(world, "bb").signed) == (3,)
    assert not [one for one in world.alarms("bb") if one[0].startswith("exchange.rev")]
    assert hold_alarm.KEYS_LOST not in [code for code, _ in world.alarms("aa")]
    for party in parties:
        assert not run.check(world.node(party)).problems
        rebuilt = rebuild.rebuild(world.node(party))
        assert rebuilt.digest_before == rebuilt.digest_after


def test_what_is_said_once_the_revocation_is_known_needs_no_key(tmp_path: Path) -> None:
    """A party seals to the newest card that is not revoked (3.4.11): no more is to be given."""
    world = lost(tmp_path)
    replaced(world)
    first = entry_keys_file.give(world.node("bb"), world.channel, "aa")
    asked = world.ask("bb")
    world.pump()
    entry_keys_file.take(world.node("aa"), first.data)
    world.pump()
    assert own(world, of="bb").understood == own(world, of="bb").size > asked.index
    assert world.digests("aa") == world.digests("bb")


def test_two_rotations_may_be_lost_at_once(tmp_path: Path) -> None:
    """Every card whose keys are gone is revoked, and the fourth speaks."""
    world = lost(tmp_path, rotations=2)
    replaced(world)
    given(world)
    talk(world)
    assert world.digests("aa") == world.digests("bb")
    with world.node("bb").store.read() as tx:
        revocations = trust.load(tx, world.channel).revocations["aa"]
    assert [sorted(one.revoked) for one in revocations] == [[2, 3]]


def test_a_backup_is_made_again_once_the_loss_is_said(tmp_path: Path) -> None:
    """Keys that nobody can bring are not asked for; those of other cards are."""
    world = lost(tmp_path)
    with making.refused("node.backup.keys-missing"):
        backup.require_keys(world.node("aa"))
    replaced(world)
    given(world)
    backup.require_keys(world.node("aa"))
    again = kept(world)
    talk(world)
    restore(world, again, first_lost=4)
    world.pump()
    talk(world)
    assert world.digests("aa") == world.digests("bb")
    restore(world, kept(world), first_lost=3)
    with making.refused("node.backup.keys-missing"):
        backup.require_keys(world.node("aa"))


def test_nothing_is_signed_or_begun_under_a_card_that_is_gone(tmp_path: Path) -> None:
    """Neither another rotation nor a generation: both say what to do instead."""
    world = lost(tmp_path)
    with making.refused("node.card.lost"):
        rotate(world)
    with making.refused("node.card.lost"):
        generation.begin(world.node("aa"), world.channel, "lost")


def test_what_was_signed_and_never_delivered_needs_a_new_log(tmp_path: Path) -> None:
    """Its key is given with that of its run, but no head: a generation leaves it out."""
    world = make_world(tmp_path)
    talk(world)
    old = kept(world)
    rotate(world)
    talk(world)
    world.cut("aa", "bb")
    world.ask("aa")
    world.pump()
    assert own(world).signed > own(world, "bb").signed
    restore(world, old)
    world.pump()
    replaced(world)
    given(world)
    assert own(world, "bb").size < own(world).size
    origin, entry = generation.begin(world.node("aa"), world.channel, "lost")
    world.pump()
    generation.accept(world.node("bb"), origin, entry)
    beat(world)
    talk(world)
    assert world.digests("aa") == world.digests("bb")
    assert not run.check(world.node("aa")).problems


def test_where_nothing_waits_nothing_is_said_before_the_root_key_came(tmp_path: Path) -> None:
    """An act or a receipt would be sealed to what nobody opens here, and signed by nobody."""
    world = make_world(tmp_path)
    old = kept(world)
    rotate(world)
    world.pump()
    restore(world, old)
    world.pump()
    asked = world.ask("bb")
    world.pump()
    size = own(world).size
    assert size == own(world).understood == own(world, "bb").size
    with making.refused("node.card.lost"):
        world.ask("aa")
    assert own(world).size == size
    replaced(world)
    given(world)
    talk(world)
    assert own(world, of="bb").understood > asked.index
    assert world.digests("aa") == world.digests("bb")


def test_no_receipt_is_sealed_to_a_card_whose_keys_are_gone(tmp_path: Path) -> None:
    """What was kept before the rotation is read, and receipted by the next card alone (3.7.2)."""
    world = make_world(tmp_path)
    talk(world)
    asked = kept_alone(world)
    old = kept(world)
    rotate(world)
    push(world)
    restore(world, old)
    world.pump()
    assert own(world, of="bb").understood > asked.index
    assert own(world).understood == own(world).size == own(world, "bb").size
    replaced(world)
    given(world)
    talk(world)
    assert world.digests("aa") == world.digests("bb")
    assert own(world).signed == own(world).size


def kept_alone(world: World) -> Appended:
    """Let bb say what aa keeps and signs for, and has not read yet."""
    asked = world.ask("bb")
    head = sign.sign_head(world.node("bb"), asked.origin)
    assert head is not None
    with world.node("bb").store.read() as tx:
        body = delivery.make(tx, head, asked.index, asked.index)
    assert body is not None
    sent = delivery.parse(body)
    blobs.add_bodies(world.node("aa"), "bb", sent.batch)
    keep.add_checkpoint(world.node("aa"), "bb", sent.checkpoint)
    keep.add_entries(world.node("aa"), "bb", io.BytesIO(sent.entries).read)
    log = own(world, of="bb")
    assert log.understood == asked.index < log.signed
    return asked


def test_a_card_whose_keys_are_here_is_not_lost(tmp_path: Path) -> None:
    """Who types --lost for nothing revokes nothing."""
    world = make_world(tmp_path)
    one = world.states["aa"]
    with making.refused("node.card.not-lost"):
        card_replacement.replace(one.node, one.maker, root_of(world))


@pytest.mark.parametrize("parties", [("aa", "bb"), ("aa", "bb", "cc")])
def test_no_other_card_is_made_of_a_number_that_a_party_may_hold(
    tmp_path: Path, parties: tuple[str, ...]
) -> None:
    """Whoever holds the first text refuses the second for ever: the two would speak no more."""
    world = make_world(tmp_path, parties)
    talk(world)
    old = kept(world)
    rotate(world)
    talk(world)
    restore(world, old)
    world.cut("aa", "bb")
    with making.refused("node.card.not-compared"):
        rotate(world)
    world.mend()
    beat(world)
    with making.refused("node.card.lost"):  # it came back by its number, and its keys did not
        rotate(world)


def test_no_other_revocation_is_made_of_a_number_that_a_party_may_hold(tmp_path: Path) -> None:
    """It would be refused likewise, and would take back what was signed since the backup."""
    world = make_world(tmp_path)
    rotate(world)
    talk(world)
    old = kept(world)
    keyring.revoke(world.node("aa"), root_of(world), 1)
    talk(world)
    restore(world, old, first_lost=3)
    world.cut("aa", "bb")
    with making.refused("node.card.not-compared"):
        keyring.revoke(world.node("aa"), root_of(world), 1)
    world.mend()
    beat(world)
    keyring.revoke(world.node("aa"), root_of(world), 1)
    talk(world)
    assert not world.alarms("bb")


def test_what_peers_hold_is_asked_before_a_card_is_revoked(tmp_path: Path) -> None:
    """A cap below what was signed would take it back, and what it covers be signed twice."""
    world = make_world(tmp_path)
    talk(world)
    old = kept(world)
    rotate(world)
    talk(world)
    restore(world, old)
    world.cut("aa", "bb")
    one = world.states["aa"]
    with one.node.store.write() as tx:
        register.keep_text(one.node, tx, world.arrangement, "aa", text_of(world, "bb", 2))
    with making.refused("node.card.not-compared"):
        card_replacement.replace(one.node, one.maker, root_of(world))
    world.replace_node("aa", replace(one.node, session=Session()))
    world.mend()
    _, revocation = card_replacement.replace(one.node, one.maker, root_of(world))
    assert revocation.revoked[2][world.origin("aa")] == own(world, "bb").signed


def text_of(world: World, at: str, number: int) -> bytes:
    """Return the text of a card of aa, as another party keeps it."""
    with world.node(at).store.read() as tx:
        text = register_records.card_text(tx, world.arrangement, "aa", number)
    assert text is not None
    return text


def test_a_crash_after_the_card_is_kept_loses_nothing(tmp_path: Path) -> None:
    """Card, revocation and loss are one write; a round enters what is not entered."""
    world = lost(tmp_path)
    one = world.states["aa"]

    def step(name: str) -> None:
        if name == "lost-card.kept":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        card_replacement.replace(replace(one.node, step=step), one.maker, root_of(world))
    world.replace_node("aa", replace(one.node, session=Session()))
    world.mend()
    beat(world)
    given(world)
    talk(world)
    assert world.digests("aa") == world.digests("bb")


def test_an_own_entry_is_sealed_to_a_card_whose_keys_are_here(tmp_path: Path) -> None:
    """Its author reads the entry of the third card, which stands where the lost one is in force."""
    world = lost(tmp_path)
    replaced(world)
    given(world)
    with world.node("aa").store.read() as tx:
        loaded = trust.load(tx, world.channel)
        entered = [one for one in loaded.register.entered(world.origin("aa")) if one.number == 3]
    at = entered[0].index
    opened = sealing.opened(world.node("aa"), world.channel, world.origin("aa"), at)
    assert isinstance(opened, seal.Opened)
