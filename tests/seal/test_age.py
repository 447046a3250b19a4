"""Sealing and opening: each recipient type, the entry's places, disclosure and re-wrapping."""

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


def test_a_file_for_one_is_told_from_a_file_for_two() -> None:
    """What is given to one alone, as keys of entries are, is refused where others read it too."""
    alone = age.seal(b"said", [ANNA.recipient], os.urandom)
    assert age.unseal_one(alone, ANNA) == b"said"
    with pytest.raises(Fault, match=r"seal\.stanza\.count"):
        age.unseal_one(age.seal(b"said", [ANNA.recipient, BODO.recipient], os.urandom), ANNA)


def test_a_hybrid_stanza_has_the_shape_that_key_entries_have() -> None:
    """Seal 2.1.3: one argument of 1,120 bytes, and a body of 32."""
    stanza = ANNA.recipient.wrap(b"k" * 16, os.urandom)
    assert (stanza.args[0], len(stanza.args[1])) == ("mlkem768x25519", 1494)
    assert len(rawbase64.parse(stanza.args[1]) or b"") == 1120
    assert len(stanza.body) == 32


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
