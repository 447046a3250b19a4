"""Certificates of cards: whose they are, whatever another State puts on its own card."""

from dataclasses import replace
from pathlib import Path

import making_cards as making
import pytest
from support.states import (
    BEGIN_MS,
    State,
    deliver,
    first_arrangement,
    opened_root,
    pair,
    paired,
    state,
)

from comity.joint.arrangement import card as cards
from comity.joint.arrangement import certificate, signed
from comity.node.base import register_records
from comity.node.exchange import contacts, keyring, register
from comity.node.operate import findings
from comity.tlog import note


@pytest.fixture
def two(tmp_path: Path) -> tuple[State, State]:
    """Two States that have paired and exchanged their first heads."""
    fr, sn = paired(tmp_path, "fr", "sn")
    deliver(fr, sn)
    return fr, sn


def test_a_third_state_does_not_take_the_place_of_another(
    tmp_path: Path, two: tuple[State, State]
) -> None:
    """A card with another's certificate would cut that State off: its calls would be the thief's.

    The certificate is shown to whoever calls, and its host may stand on any card.
    """
    fr, sn = two
    ke = state(tmp_path, "ke")
    arrangement = pair(tmp_path, [sn, ke])
    root = ke.maker.open_root(tmp_path / f"ke-{arrangement}.root")
    with sn.node.store.read() as tx:
        seen = register_records.cards(tx, first_arrangement(fr), "fr")[1]
    honest = cards.parse(keyring.new_card(ke.node, ke.maker, root, 2))
    claim = replace(honest, tls=seen.tls, endpoint=seen.endpoint)
    value = signed.render_body(cards.HEADER, cards.to_json(claim))
    text = note.render(note.sign(value, root.signers, at_s=0))
    with sn.node.store.write() as tx, making.refused("arrangement.certificate.party"):
        register.keep_text(sn.node, tx, arrangement, "ke", text)
    with sn.node.store.read() as tx:
        found = contacts.load(tx, "sn", BEGIN_MS, {})
    whose = contacts.parties_by_fingerprint(found.peers)
    assert whose[contacts.fingerprint(seen.tls)] == fr.node.party


def test_a_certificate_that_names_nobody_is_replaced_with_the_next_card(
    tmp_path: Path, two: tuple[State, State]
) -> None:
    """Any State could claim one that was made before certificates named their party."""
    fr, _ = two
    root = opened_root(tmp_path, fr, first_arrangement(fr))
    old = making.certificate("fr.example")
    second = cards.parse(keyring.new_card(fr.node, Older(fr, old), root, 2))
    assert second.tls != old
    assert certificate.names_party(second.tls, "fr")
    assert cards.parse(keyring.new_card(fr.node, fr.maker, root, 3)).tls == second.tls


def test_what_names_nobody_is_told_with_the_next_step(
    tmp_path: Path, two: tuple[State, State]
) -> None:
    """Until its owner rotates, another State may claim it: to them a fault, to others a warning."""
    fr, sn = two
    root = opened_root(tmp_path, fr, first_arrangement(fr))
    new = cards.parse(keyring.new_card(fr.node, fr.maker, root, 2))
    body = signed.render_body(
        cards.HEADER, cards.to_json(replace(new, tls=making.certificate("fr.example")))
    )
    text = note.render(note.sign(body, root.signers, at_s=0))

    def told(one: State) -> list[tuple[bool | None, str]]:
        found = findings.findings(one.node, [])
        return [(f.is_good, f.fix) for f in found if f.about.startswith("TLS certificate")]

    for one in (fr, sn):
        assert not told(one)
        with one.node.store.write() as tx:
            register.keep_text(one.node, tx, new.arrangement, "fr", text)
    ((own, step),), ((other, ask),) = told(fr), told(sn)
    assert (own, other) == (False, None)
    assert "comity key rotate --root" in step
    assert ask.startswith("Ask fr")


class Older:
    """A maker of keys whose newest certificate is an old one."""

    def __init__(self, one: State, old: bytes) -> None:
        self.make_card, self.make_tls = one.maker.make_card, one.maker.make_tls
        self.make_local, self.make_root = one.maker.make_local, one.maker.make_root
        self.open_root, self.require_open = one.maker.open_root, one.maker.require_open
        self._old = old

    def certificate(self, host: str) -> bytes:
        """Return the old one."""
        assert host == "fr.example"
        return self._old
