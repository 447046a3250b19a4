"""Pairing: every replaced byte is found, by the texts or by the code."""

import dataclasses
import hashlib
from collections.abc import Callable

import making_cards as making
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.acts.vocabulary import OURS
from comity.joint.arrangement import card as cards
from comity.joint.arrangement import pairing, signed
from comity.joint.arrangement.pairing import Accept, Confirm, Offer
from comity.kernel import ijson, limits
from comity.kernel.fault import Fault

NONCE = making.seed("nonce")
OLDER = {**OURS.newest, "request": 1}


def _offer(*parties: str) -> Offer:
    root = making.root(parties[0]).public
    commitment = pairing.commit(making.card_text(parties[0]), root, NONCE)
    return Offer(making.ARRANGEMENT, parties, parties[0], commitment)


def _accept(offer: bytes, party: str) -> Accept:
    root = making.root(party).public
    digest = hashlib.sha256(offer).digest()
    return Accept(digest, making.card_text(party), root, making.seed(party, "nonce"))


def _confirm(*parties: str) -> Confirm:
    offer = pairing.render_offer(_offer(*parties))
    accepts = tuple(pairing.render_accept(_accept(offer, party)) for party in parties[1:])
    first = parties[0]
    return Confirm(offer, accepts, making.card_text(first), making.root(first).public, NONCE)


def _verify(confirm: Confirm) -> pairing.Pairing:
    return pairing.verify_confirm(pairing.render_confirm(confirm), making.root_verifiers)


@pytest.mark.parametrize("parties", [("aa", "bb"), ("aa", "bb", "cc"), ("cc", "aa", "bb", "dd")])
def test_all_parties_see_the_same_arrangement_and_code(parties: tuple[str, ...]) -> None:
    """One text holds all that was said; from it follow parties, roots, cards and code."""
    result = _verify(_confirm(*parties))
    assert result.arrangement == making.arrangement(*parties)
    assert list(result.cards) == list(parties)
    for party, text in result.cards.items():
        assert cards.parse(text) == making.card(party)
    assert len(result.code) == (9 if len(parties) == 2 else 19)


def test_the_texts_have_one_spelling_each() -> None:
    """What is rendered is read back, byte for byte."""
    offer = _offer("aa", "bb")
    text = pairing.render_offer(offer)
    assert pairing.parse_offer(text) == offer
    accept = _accept(text, "bb")
    assert pairing.parse_accept(pairing.render_accept(accept)) == accept
    confirm = _confirm("aa", "bb", "cc")
    assert pairing.parse_confirm(pairing.render_confirm(confirm)) == confirm
    assert pairing.kind_of(text) == pairing.OFFER_HEADER
    with making.refused("arrangement.text.malformed"):
        pairing.kind_of(making.card_text())


def _changes(confirm: Confirm) -> dict[str, Callable[[], Confirm]]:
    """Return, for each field of the three texts, the pairing with that field replaced."""
    offer = pairing.parse_offer(confirm.offer)
    accept = pairing.parse_accept(confirm.accepts[0])

    def offered(**change: object) -> Callable[[], Confirm]:
        text = pairing.render_offer(dataclasses.replace(offer, **change))  # type: ignore[arg-type]
        return lambda: dataclasses.replace(confirm, offer=text)

    def accepted(**change: object) -> Callable[[], Confirm]:
        text = pairing.render_accept(dataclasses.replace(accept, **change))  # type: ignore[arg-type]
        return lambda: dataclasses.replace(confirm, accepts=(text, *confirm.accepts[1:]))

    return {
        "offer.arrangement": offered(arrangement="b" * 24 + "ca"),
        "offer.parties": offered(parties=offer.parties[::-1]),
        "offer.offerer": offered(offerer=offer.parties[1]),
        "offer.commitment": offered(commitment=bytes(32)),
        "offer.vocabulary": offered(vocabulary=OLDER),
        "accept.offer": accepted(offer_sha256=bytes(32)),
        "accept.card": accepted(card=making.card_text("cc")),
        "accept.root": accepted(root=making.root("cc").public),
        "confirm.card": lambda: dataclasses.replace(confirm, card=making.card_text("cc")),
        "confirm.root": lambda: dataclasses.replace(confirm, root=making.root("cc").public),
        "confirm.nonce": lambda: dataclasses.replace(confirm, nonce=bytes(32)),
        "confirm.accepts: none": lambda: dataclasses.replace(confirm, accepts=()),
        "confirm.accepts: twice": lambda: dataclasses.replace(confirm, accepts=confirm.accepts * 2),
    }


@pytest.mark.parametrize("field", sorted(_changes(_confirm("aa", "bb"))))
def test_a_replaced_field_is_refused(field: str) -> None:
    """No field of the three texts can be another, if the rest stays."""
    with pytest.raises(Fault):
        _verify(_changes(_confirm("aa", "bb"))[field]())


def test_replaced_keys_that_fit_together_change_the_code() -> None:
    """One who sits between and replaces a whole acceptance is found by voice."""
    honest = _confirm("aa", "bb")
    accept = pairing.parse_accept(honest.accepts[0])
    fresh = dataclasses.replace(accept, nonce=bytes(32))
    replaced = dataclasses.replace(honest, accepts=(pairing.render_accept(fresh),))
    assert _verify(replaced).code != _verify(honest).code
    impostor = making.impostor(making.root("bb").signers[0].name)
    text = cards.sign(making.card("bb"), impostor.signers)
    swapped = dataclasses.replace(accept, card=text, root=impostor.public)
    replaced = dataclasses.replace(honest, accepts=(pairing.render_accept(swapped),))
    assert _verify(replaced).code != _verify(honest).code


def test_an_offerer_does_not_accept_his_own_offer_nor_a_stranger_one() -> None:
    """Each of the others answers once, and nobody else."""
    offer = pairing.render_offer(_offer("aa", "bb"))
    for party in ("aa", "cc"):
        text = pairing.render_accept(_accept(offer, party))
        with making.refused("arrangement.pairing.wrong-party"):
            pairing.verify_accept(offer, text, making.root_verifiers)
    three = _confirm("aa", "bb", "cc")
    with making.refused("arrangement.pairing.wrong-party"):
        _verify(dataclasses.replace(three, accepts=three.accepts[::-1]))


def test_a_later_card_does_not_pair() -> None:
    """Pairing shows first cards; others come with the arrangement."""
    offer = pairing.render_offer(_offer("aa", "bb"))
    second = dataclasses.replace(_accept(offer, "bb"), card=making.card_text("bb", 2))
    with making.refused("arrangement.card.number"):
        pairing.verify_accept(offer, pairing.render_accept(second), making.root_verifiers)


def test_a_newer_vocabulary_asks_for_an_update() -> None:
    """A program does not adopt words that it does not know."""
    text = pairing.render_offer(
        dataclasses.replace(_offer("aa", "bb"), vocabulary={**OURS.newest, "request": 99})
    )
    with making.refused("arrangement.pairing.vocabulary"):
        pairing.parse_offer(text)


def test_a_huge_text_is_refused_before_it_is_read() -> None:
    """A file from a peer has a limit."""
    with making.refused("arrangement.text.malformed"):
        pairing.parse_offer(b"x" * (pairing.TEXT_BYTES_MAX + 1))


def test_sixteen_parties_with_the_largest_cards_can_pair() -> None:
    """What each may say on its card is no reason why they could not come together."""
    root, card = making.root("aa").public, b'"' * limits.NOTE_BYTES_MAX
    offer = pairing.render_offer(_offer(*(f"{n:063}" for n in range(limits.PARTIES_MAX))))
    accept = pairing.render_accept(Accept(NONCE, card, root, NONCE))
    confirm = Confirm(offer, (accept,) * (limits.PARTIES_MAX - 1), card, root, NONCE)
    assert pairing.parse_confirm(pairing.render_confirm(confirm)) == confirm


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_byte_can_change_without_being_found(data: st.DataObject) -> None:
    """Any byte of the confirmation, and so of all three: refused, or another code."""
    honest = pairing.render_confirm(_confirm("aa", "bb"))
    text = bytearray(honest)
    text[data.draw(st.integers(0, len(text) - 1))] ^= data.draw(st.integers(1, 255))
    try:
        changed = pairing.verify_confirm(bytes(text), making.root_verifiers)
    except Fault:
        return
    assert changed.code != pairing.verify_confirm(honest, making.root_verifiers).code


@given(st.binary(max_size=64), st.sampled_from([2, 3]))
def test_a_code_is_easy_to_read_aloud(text: bytes, count: int) -> None:
    """Groups of four without I, L, O or U; what is misheard so is understood all the same."""
    code = pairing.code(text, count)
    assert [len(group) for group in code.split("-")] == [4] * (2 if count == 2 else 4)
    assert not set("ILOU") & set(code)
    spoken = code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert pairing.is_same_code(spoken, code)
    assert not pairing.is_same_code(code[:-1], code)


@given(st.dictionaries(st.text(max_size=9), st.none() | st.text(max_size=9), max_size=4))
def test_any_object_is_refused_or_good(value: dict[str, ijson.Json]) -> None:
    """Reading a peer's JSON raises a Fault or nothing."""
    for header, parse in (
        (pairing.OFFER_HEADER, pairing.parse_offer),
        (pairing.ACCEPT_HEADER, pairing.parse_accept),
        (pairing.CONFIRM_HEADER, pairing.parse_confirm),
    ):
        with pytest.raises(Fault):
            parse(signed.render_body(header, value))
