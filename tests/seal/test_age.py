"""Sealing and opening: each recipient type, the entry's places, disclosure and re-wrapping."""

import dataclasses
import os
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.kernel.fault import Fault
from comity.seal import age, rawbase64
from comity.seal.header import Identity, Recipient, Stanza, scan_header
from comity.seal.hybrid import HybridIdentity, HybridRecipient
from comity.seal.scrypt import ScryptIdentity, ScryptRecipient
from comity.seal.symmetric import SymmetricIdentity, SymmetricRecipient
from comity.seal.x25519 import X25519Identity, X25519Recipient

ANNA, BODO, CLEO = (HybridIdentity(bytes([i]) * 32) for i in range(3))
OLD_ANNA = X25519Identity(b"a" * 32)
PAIRS: list[tuple[Recipient, Identity, Identity]] = [
    (ANNA.recipient, ANNA, BODO),
    (OLD_ANNA.recipient, OLD_ANNA, X25519Identity(b"b" * 32)),
    (ScryptRecipient(b"word", 2), ScryptIdentity(b"word"), ScryptIdentity(b"sword")),
    (SymmetricRecipient(b"s" * 32), SymmetricIdentity(b"s" * 32), SymmetricIdentity(b"t" * 32)),
]
NAMES = ["hybrid", "x25519", "scrypt", "symmetric"]


@pytest.mark.parametrize(("recipient", "identity", "stranger"), PAIRS, ids=NAMES)
def test_the_recipient_opens_and_a_stranger_does_not(
    recipient: Recipient, identity: Identity, stranger: Identity
) -> None:
    """What is sealed to one opens for them, from memory and from a stream, and for nobody else."""
    data = age.seal(b"said", [recipient], os.urandom)
    assert age.unseal(data, [stranger, identity]) == b"said"
    opened = BytesIO()
    assert age.unseal_stream(BytesIO(data), opened, [identity]) == 4
    with pytest.raises(Fault, match=r"seal\.header\.no-match"):
        age.unseal(data, [stranger])


@pytest.mark.parametrize(("recipient", "identity", "_stranger"), PAIRS, ids=NAMES)
@given(draws=st.data())
def test_a_stanza_of_another_shape_is_refused(
    recipient: Recipient, identity: Identity, _stranger: Identity, draws: st.DataObject
) -> None:
    """A stanza of one's own type has one shape; the types of others are passed over."""
    stanza = recipient.wrap(b"k" * 16, lambda count: b"e" * count)
    args = stanza.args
    wrong = draws.draw(
        st.sampled_from(
            [
                Stanza(args[:1], stanza.body),
                Stanza((*args, "more"), stanza.body),
                Stanza((args[0], args[1] + "A", *args[2:]), stanza.body),
                Stanza((args[0], args[1][:-1], *args[2:]), stanza.body),
                Stanza(args, stanza.body + b"\x00"),
                Stanza(args, stanza.body[:-1]),
            ]
        )
    )
    with pytest.raises(Fault, match=r"seal\.stanza\.malformed"):
        identity.unwrap(wrong)
    assert identity.unwrap(Stanza((args[0].swapcase(), *args[1:]), stanza.body)) is None


@pytest.mark.parametrize(
    "others", [[OLD_ANNA.recipient], [ScryptRecipient(b"word", 2)]], ids=["x25519", "scrypt"]
)
def test_a_weaker_recipient_does_not_join_a_stronger(others: list[Recipient]) -> None:
    """A classical key or a passphrase in the list would undo what the hybrid key promises."""
    with pytest.raises(Fault, match=r"seal\.recipient\.mixed"):
        age.seal(b"said", [ANNA.recipient, *others], os.urandom)


def test_an_entry_opens_at_each_place_with_one_file_key() -> None:
    """Each party opens its own stanza; the file key shown to others opens the same words."""
    data = age.seal(b"said", [ANNA.recipient, BODO.recipient], os.urandom)
    opened = {age.unseal_at(data, place, 2, who) for place, who in enumerate((ANNA, BODO))}
    ((plaintext, file_key),) = opened
    assert plaintext == age.unseal_with(data, file_key) == b"said"


def test_a_key_that_is_shown_is_that_of_the_header_and_of_an_entry() -> None:
    """Under a changed header, or one of no entry, the same payload says nothing to anybody."""
    data = age.seal(b"said", [ANNA.recipient, BODO.recipient], os.urandom)
    _, file_key = age.unseal_at(data, 0, 2, ANNA)
    assert age.unseal_entry(data, file_key) == b"said"
    header, size_bytes = scan_header(data)
    swapped = dataclasses.replace(header, stanzas=header.stanzas[::-1])
    for opens in (age.unseal_with, age.unseal_entry):
        with pytest.raises(Fault, match=r"seal\.header\.mac"):
            opens(age.render_header(swapped) + data[size_bytes:], file_key)
    alone = age.rewrap(data, ANNA, [ANNA.recipient], os.urandom)
    old = age.rewrap(data, ANNA, [OLD_ANNA.recipient, OLD_ANNA.recipient], os.urandom)
    for other in (alone, old):
        assert age.unseal_with(other, file_key) == b"said"
        with pytest.raises(Fault, match=r"seal\.stanza\.count"):
            age.unseal_entry(other, file_key)


def test_an_entry_is_tried_at_ones_own_place_alone() -> None:
    """An entry that names me elsewhere is not for me: all parties judge it alike."""
    data = age.seal(b"said", [ANNA.recipient, BODO.recipient], os.urandom)
    with pytest.raises(Fault, match=r"seal\.header\.no-match"):
        age.unseal_at(data, 1, 2, ANNA)
    with pytest.raises(Fault, match=r"seal\.stanza\.count"):
        age.unseal_at(data, 0, 3, ANNA)
    header, size_bytes = scan_header(data)
    swapped = dataclasses.replace(header, stanzas=header.stanzas[::-1])
    with pytest.raises(Fault, match=r"seal\.header\.mac"):
        age.unseal_at(age.render_header(swapped) + data[size_bytes:], 1, 2, ANNA)


@given(st.sampled_from(["type", "argument", "spelling", "count", "body"]))
def test_an_entry_has_stanzas_of_one_shape_even_at_the_places_of_others(part: str) -> None:
    """A stanza that only another party would have to refuse is refused by me too."""
    data = age.seal(b"said", [ANNA.recipient, BODO.recipient], os.urandom)
    header, size_bytes = scan_header(data)
    good = header.stanzas[1]
    kind, enc = good.args
    wrong = {
        "type": Stanza(("X25519", enc), good.body),
        "argument": Stanza((kind, enc[:-4]), good.body),
        "spelling": Stanza((kind, enc[:-1] + "B"), good.body),
        "count": Stanza((kind, enc, "more"), good.body),
        "body": Stanza(good.args, good.body[1:]),
    }[part]
    changed = dataclasses.replace(header, stanzas=(header.stanzas[0], wrong))
    with pytest.raises(Fault, match=r"seal\.stanza\.count"):
        age.unseal_at(age.render_header(changed) + data[size_bytes:], 0, 2, ANNA)


def test_a_file_is_wrapped_anew_over_the_same_payload() -> None:
    """A new reader is given the old words: the payload's bytes do not change."""
    data = age.seal(b"said", [ANNA.recipient], os.urandom)
    _, size_bytes = scan_header(data)
    again = age.rewrap(data, ANNA, [BODO.recipient, CLEO.recipient], os.urandom)
    assert age.unseal(again, [CLEO]) == b"said"
    assert again.endswith(data[size_bytes:])
    header = age.rewrap(data[:size_bytes], ANNA, [BODO.recipient], os.urandom)
    assert age.unseal(header + data[size_bytes:], [BODO]) == b"said"
    with pytest.raises(Fault, match=r"seal\.header\.no-match"):
        age.unseal(again, [ANNA])


def test_an_entry_of_two_parties_has_the_size_that_the_plaintext_gives() -> None:
    """1,024 bytes said to two parties are always 4,240: the length tells nothing more."""
    sizes = {
        len(age.seal(bytes(1024), [ANNA.recipient, BODO.recipient], os.urandom)) for _ in range(3)
    }
    assert sizes == {4240}


def test_a_hybrid_stanza_has_the_shape_that_entries_demand() -> None:
    """The limits of `unseal_at` and the recipient's output are the same numbers."""
    stanza = ANNA.recipient.wrap(b"k" * 16, os.urandom)
    assert stanza.args[0] == age.ENTRY_STANZA_TYPE
    assert len(stanza.args[1]) == age.ENTRY_ENC_CHARS
    assert len(rawbase64.parse(stanza.args[1]) or b"") == 1120
    assert len(stanza.body) == age.ENTRY_BODY_BYTES


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"", "0 bytes"),
        (ANNA.recipient.raw + b"\x00", "1217 bytes"),
        (b"\xff" * 1184 + ANNA.recipient.raw[1184:], "ML-KEM half"),
        (ANNA.recipient.raw[:1184] + bytes(32), "low order"),
        (ANNA.recipient.raw[:1184] + b"\x01" + bytes(31), "low order"),
        (ANNA.recipient.raw[:1184] + b"\xff" * 32, "canonical"),
    ],
)
def test_a_hybrid_key_that_no_honest_program_makes_is_refused(raw: bytes, why: str) -> None:
    """A weak or second-spelled key on a card is refused when it is read, not when it is used."""
    with pytest.raises(Fault, match=why) as caught:
        HybridRecipient(raw)
    assert caught.value.code == "seal.recipient.malformed"


def test_a_weak_x25519_key_is_refused() -> None:
    """A point of low order would let anybody open the file."""
    with pytest.raises(Fault, match=r"seal\.recipient\.malformed"):
        X25519Recipient(bytes(32)).wrap(b"k" * 16, os.urandom)
    with pytest.raises(Fault, match=r"seal\.recipient\.malformed"):
        X25519Recipient(bytes(31))


def test_a_secret_is_not_shown() -> None:
    """A log or a traceback that shows an identity does not show its key."""
    for identity in (ANNA, OLD_ANNA, ScryptIdentity(b"word"), SymmetricIdentity(b"word" * 8)):
        assert "word" not in repr(identity)
        assert repr(b"a" * 32) not in repr(identity)
        assert repr(bytes(32)) not in repr(identity)
