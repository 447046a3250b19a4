"""Checkpoints and cosignatures: one spelling, and what exactly is signed."""

import base64
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.kernel.fault import Fault
from comity.tlog import checkpoint, cosignature, note
from comity.tlog.checkpoint import Checkpoint
from comity.tlog.cosignature import Subtree, TimestampedSignature

ORIGIN = "example.com/behind-the-sofa"
BODY = b"""example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
"""
EXAMPLE = (
    BODY
    + """
— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGz\
Gku9nTo+zyWE+xeMcTOAYQ8=
— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1n\
PZqhf5nNo0xUe+mbIUBkBIfZ+qnA==
""".encode()
)
ROOT = base64.b64decode(b"CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=")

ORIGINS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Z", "C"), exclude_characters="+"),
    min_size=1,
    max_size=60,
)
HEADS = st.builds(
    Checkpoint,
    ORIGINS,
    st.integers(0, 2**63 - 1),
    st.binary(min_size=32, max_size=32),
)


def test_the_example_of_the_standard_is_read() -> None:
    """Origin, size, root, and the time of the witness, as C2SP prints them."""
    example = note.parse(EXAMPLE)

    assert checkpoint.parse_body(example.body) == Checkpoint(ORIGIN, 20852163, ROOT)
    assert cosignature.time_of(example.signatures[1]) == 1679315147
    assert note.render(example) == EXAMPLE


@given(HEADS)
def test_a_checkpoint_parses_to_itself(head: Checkpoint) -> None:
    """Every head that can be signed can be read, and says the same."""
    assert checkpoint.parse_body(checkpoint.render_body(head)) == head


@pytest.mark.parametrize(
    "body",
    [
        b"",
        BODY[:-1],
        BODY + b"\n",
        BODY + b"an extension\n",
        BODY.replace(b"20852163", b"+20852163"),
        BODY.replace(b"20852163", b"020852163"),
        BODY.replace(b"20852163", b"20_852_163"),
        BODY.replace(b"20852163", b" 20852163"),
        BODY.replace(b"20852163", "٢٠".encode()),
        BODY.replace(b"20852163", b"-1"),
        BODY.replace(b"20852163", b""),
        BODY.replace(b"20852163", b"9223372036854775808"),
        BODY.replace(b"2I=", b"2J="),
        BODY.replace(b"q2I=", b"q2I"),
        BODY.replace(b"CsUYapGG", b""),
        BODY.replace(b"behind-", b"behind "),
        BODY.replace(b"behind-", b"behind+"),
        BODY.replace(b"behind-", b"behind\xff"),
        BODY.replace(b"example.com/behind-the-sofa", b""),
        BODY.replace(b"example.com/behind-the-sofa", b"o" * 256),
        b"x" * 1000,
    ],
)
def test_another_spelling_is_refused(body: bytes) -> None:
    """Extension lines, other digits, loose base64: none of it is a checkpoint here."""
    with pytest.raises(Fault) as refusal:
        checkpoint.parse_body(body)

    assert refusal.value.code == "tlog.checkpoint.malformed"


def test_an_origin_has_neither_space_nor_plus() -> None:
    """Origins are key names: rule 7."""
    assert checkpoint.require_origin("aa/x2k/live/1") == "aa/x2k/live/1"
    for origin in ("", "a b", "a+b", "a\nb", "a\u00a0b", "\ud800"):
        with pytest.raises(Fault) as refusal:
            checkpoint.require_origin(origin)
        assert refusal.value.code == "tlog.checkpoint.bad-origin"


def test_an_ed25519_cosigner_signs_the_lines_of_the_standard() -> None:
    """The message that C2SP prints, byte for byte."""
    expected = b"cosignature/v1\ntime 1679315147\n" + BODY

    assert cosignature.ed25519_message(BODY, at_s=1679315147) == expected


def test_an_ml_dsa_44_cosigner_signs_the_structure_of_the_standard() -> None:
    """Label, name, time, origin, start, end and root, each where RFC 8446 puts it."""
    expected = (
        bytes.fromhex("737562747265652f76310a00") + b"\x02w1" + bytes.fromhex("00000000641850cb")
    )
    expected += b"\x1b" + ORIGIN.encode() + bytes(8) + (20852163).to_bytes(8) + ROOT

    assert cosignature.checkpoint_message("w1", BODY, at_s=1679315147) == expected


def test_a_subtree_is_signed_without_time() -> None:
    """Who signs from the middle says nothing of the newest head."""
    subtree = Subtree(ORIGIN, 256, 512, hashlib.sha256(b"").digest())

    message = cosignature.ml_dsa_44_message("w1", subtree, at_s=0)

    assert message.endswith((256).to_bytes(8) + (512).to_bytes(8) + subtree.root)


@given(st.integers(1, 2**63 - 1), st.sampled_from([64, 2420]))
def test_a_payload_parses_to_itself(at_s: int, length: int) -> None:
    """Time and signature come back as they were."""
    timestamped = TimestampedSignature(at_s, b"s" * length)

    assert cosignature.parse(cosignature.render(timestamped)) == timestamped


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        bytes(7),
        bytes(72),  # the time is zero
        b"\x80" + bytes(71),
        b"\x01" * 71,
        b"\x01" * 73,
        b"\x01" * 2429,
    ],
)
def test_a_payload_without_time_or_of_another_length_is_refused(payload: bytes) -> None:
    """Zero says nothing about which head is newest; beyond 2^63 - 1 there is no time."""
    with pytest.raises(Fault) as refusal:
        cosignature.parse(payload)

    assert refusal.value.code == "tlog.cosignature.malformed"
