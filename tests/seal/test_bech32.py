"""Keys as people copy them."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.kernel.fault import Fault
from comity.seal import bech32
from comity.seal.hybrid import HybridIdentity, HybridRecipient
from comity.seal.x25519 import X25519Identity, X25519Recipient

X25519_IDENTITY = "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX"
X25519_RECIPIENT = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj"
HYBRID_IDENTITY = "AGE-SECRET-KEY-PQ-1XX76JRALNLXDMEW0CRK45QMCCH4X06SE84UN3VPM33W6HWDX0H3SK3ZQFR"
HYBRID_RECIPIENT_BEGINS = (
    "age1pq1x34nzsvr0rxjsgdn8zgyhfe8j7ceq5r9rdelkjuh3y235jzxshfg87pzf5zrqtzdxz95"
)
HYBRID_RECIPIENT_ENDS = "gjtqmwze9pyyzk3tlhl53k2ykx3qheyty7saeq0d3fzv49zc0k"

prefixes = st.sampled_from(["age", "age1pq", "AGE-SECRET-KEY-", "AGE-SECRET-KEY-PQ-"])


@given(prefixes, st.binary(max_size=80))
def test_a_key_reads_back(prefix: str, data: bytes) -> None:
    """What is spelled out is what is read."""
    assert bech32.parse(prefix, bech32.render(prefix, data)) == data


@given(prefixes, st.binary(max_size=40), st.data())
def test_a_slip_of_one_character_is_noticed(prefix: str, data: bytes, draws: st.DataObject) -> None:
    """No one character can be changed, dropped or put in another case."""
    text = bech32.render(prefix, data)
    at = draws.draw(st.integers(0, len(text) - 1))
    other = draws.draw(st.sampled_from("qpzry9x8gf2tvdw0s3jn54khce6mua7l1bioB=é" + text.swapcase()))
    slips = {text[:at] + other + text[at + 1 :], text[:at] + text[at + 1 :]} - {text}
    for slip in slips:
        with pytest.raises(Fault, match=r"seal\.key\.malformed"):
            bech32.parse(prefix, slip)


@given(prefixes, st.text(max_size=60))
def test_any_other_text_is_refused_in_words(prefix: str, text: str) -> None:
    """Whatever is pasted, the answer is an error that says what to do, never a crash."""
    with pytest.raises(Fault, match=r"seal\.key\.malformed"):
        bech32.parse(prefix, text)
    with pytest.raises(Fault, match=r"seal\.key\.malformed"):
        bech32.parse(prefix, f"{prefix}1{text}")


def test_the_keys_of_the_specification_read_as_it_says() -> None:
    """The examples of age.md give each other."""
    assert X25519Identity.parse(X25519_IDENTITY).render() == X25519_IDENTITY
    assert X25519Identity.parse(X25519_IDENTITY).recipient.render() == X25519_RECIPIENT
    assert X25519Recipient.parse(X25519_RECIPIENT).render() == X25519_RECIPIENT
    hybrid = HybridIdentity.parse(HYBRID_IDENTITY)
    assert hybrid.render() == HYBRID_IDENTITY
    text = hybrid.recipient.render()
    assert text.startswith(HYBRID_RECIPIENT_BEGINS)
    assert text.endswith(HYBRID_RECIPIENT_ENDS)
    assert HybridRecipient.parse(text) == hybrid.recipient


@pytest.mark.parametrize("parse", [HybridIdentity.parse, X25519Identity.parse])
def test_a_secret_key_of_another_length_is_refused_without_showing_it(
    parse: Callable[[str], object],
) -> None:
    """An error about a secret never repeats the secret."""
    for prefix in ("AGE-SECRET-KEY-", "AGE-SECRET-KEY-PQ-"):
        text = bech32.render(prefix, b"\x07" * 31)
        with pytest.raises(Fault, match=r"seal\.key\.malformed") as caught:
            parse(text)
        assert text[20:] not in str(caught.value)
