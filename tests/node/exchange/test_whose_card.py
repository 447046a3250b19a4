"""A root key signs for its own party, in its own arrangement, and for no other."""

from dataclasses import replace
from pathlib import Path

import making_cards as making
import pytest
from support import lost_cards
from support.pair import make_world
from support.states import opened_root

from comity.joint.arrangement import card as cards
from comity.joint.arrangement import revocation as revocations
from comity.joint.arrangement import signed
from comity.joint.arrangement.card import DAY_MS
from comity.joint.arrangement.revocation import Revocation
from comity.kernel.fault import Fault
from comity.node.base import register_records, trust
from comity.node.exchange import keyring, register
from comity.node.operate.rebuild import rebuild


def test_what_a_root_key_signs_of_another_party_is_refused(tmp_path: Path) -> None:
    """Else any party could give another one keys of its own, or take all of its away.

    The lines of signatures name whom the text is of, and whose keys verify it: no text is both.
    """
    world = make_world(tmp_path, ("aa", "bb", "cc"))
    node, root = world.node("aa"), opened_root(tmp_path, world.states["bb"], world.arrangement)
    with node.store.read() as tx:
        own, theirs = (
            register_records.cards(tx, world.arrangement, party)[1] for party in ("bb", "cc")
        )
    elsewhere = replace(own, number=2, arrangement=making.ARRANGEMENT)
    revoked = Revocation(world.arrangement, "cc", 1, {1: {world.origin("cc"): 0}})
    forged = [
        signed.sign(cards.HEADER, cards.to_json(replace(theirs, number=2)), root.signers),
        signed.sign(cards.HEADER, cards.to_json(elsewhere), root.signers),
        signed.sign(revocations.HEADER, revocations.to_json(revoked), root.signers),
    ]
    forged += [text.replace("— bb/".encode(), "— cc/".encode()) for text in forged]
    for text in forged:
        for party in ("bb", "cc"):
            with pytest.raises(Fault, match=r"wrong-root|unknown-keys"), node.store.write() as tx:
                register.keep_text(node, tx, world.arrangement, party, text)


@pytest.mark.parametrize("first_to", ["aa", "bb"])
def test_of_two_texts_of_a_card_the_one_counts_that_a_log_enters(
    tmp_path: Path, first_to: str
) -> None:
    """A State shows one text to one, and enters another: both read on, and read the same (3.4.1).

    Who keeps the first that was shown would else read nothing after it, of anybody.
    """
    world = make_world(tmp_path, ("aa", "bb", "cc"))
    stray, root = world.states["bb"], lost_cards.root_of(world, "cc")
    with world.node("cc").store.read() as tx:
        held = register_records.cards(tx, world.arrangement, "cc")[1]
    keys = cards.parse(
        keyring.new_card(stray.node, stray.maker, lost_cards.root_of(world, "bb"), 2)
    ).channels
    shown = cards.sign(replace(held, number=2, channels=keys), root.signers)
    reader = world.node(first_to)
    with reader.store.write() as tx:
        register.keep_text(reader, tx, world.arrangement, "cc", shown)
    lost_cards.rotate(world, "cc")
    for _ in range(10):
        world.advance(DAY_MS)
        asked = world.ask("cc")
        world.pump()
        world.acknowledge("aa", asked)
        world.acknowledge("bb", asked)
        world.ask("aa")
        world.pump()
    assert world.digests("aa") == world.digests("bb") == world.digests("cc")
    assert [len(world.matters(party)) for party in world.states] == [20] * 3
    assert "exchange.card.two-texts" in [code for code, _ in world.alarms(first_to)]
    with reader.store.read() as tx:
        loaded = trust.load(tx, world.channel)
        assert [one.number for one in loaded.positions(world.origin("cc"))] == [1, 2]
        assert register_records.card_text(tx, world.arrangement, "cc", 2) == shown
    done = rebuild(reader)
    assert done.digest_before == done.digest_after


def test_a_card_counts_where_the_act_names_a_text_of_its_number(tmp_path: Path) -> None:
    """What no act of the log names counts nowhere in it."""
    world = make_world(tmp_path)
    lost_cards.rotate(world)
    world.pump()
    with world.node("bb").store.read() as tx:
        loaded = trust.load(tx, world.channel)
    origin = world.origin("aa")
    assert [one.number for one in loaded.positions(origin)] == [1, 2]
    other = replace(loaded, texts={**loaded.texts, "aa": {**loaded.texts["aa"], 2: "00" * 32}})
    assert [one.number for one in other.positions(origin)] == [1]
