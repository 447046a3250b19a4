"""A card whose keys nobody can seal to is refused: else it would stop what everybody says."""

from dataclasses import replace
from pathlib import Path

import making_cards as making
import pytest
from support.states import paired

from comity.joint.arrangement import card as cards
from comity.joint.arrangement.card import ChannelKeys
from comity.node.base import register_records
from comity.node.exchange import keyring, register


@pytest.mark.parametrize("seal", [b"\xff" * 1216, bytes(1216)])
def test_a_card_that_nobody_can_seal_to_is_not_kept(tmp_path: Path, seal: bytes) -> None:
    """A coefficient that is not reduced, and an X25519 half of low order."""
    fr, sn = paired(tmp_path, "fr", "sn")
    with fr.node.store.read() as tx:
        arrangement = register_records.arrangements(tx)[0].id
    root = fr.maker.open_root(tmp_path / f"fr-{arrangement}.root")
    good = cards.parse(keyring.new_card(fr.node, fr.maker, root, 2))
    live: ChannelKeys = replace(good.channels["live"], seal=seal)
    text = cards.sign(replace(good, channels={**good.channels, "live": live}), root.signers)
    with making.refused("seal.recipient.malformed"), sn.node.store.write() as tx:
        register.keep_text(sn.node, tx, arrangement, "fr", text)
    with sn.node.store.read() as tx:
        assert list(register_records.cards(tx, arrangement, "fr")) == [1]
