"""Tokens of officers."""

import re

from hypothesis import given
from hypothesis import strategies as st

from comity.domestic.officer import token

bits = st.binary(min_size=32, max_size=32)


@given(bits, bits)
def test_a_token_is_known_by_its_hash_alone(one: bytes, other: bytes) -> None:
    """Each token matches its own hash and no other."""
    text = token.render(one)

    assert token.is_same(text, token.sha256(text))
    assert token.is_same(text + "\n", token.sha256(text))
    assert token.is_same(text, token.sha256(token.render(other))) == (one == other)
    assert not token.is_same(text, token.NO_TOKEN_SHA256)


@given(bits)
def test_a_token_can_be_found_by_a_scanner(one: bytes) -> None:
    """A leaked token is recognised by its shape."""
    assert re.fullmatch(r"comity-officer-[a-z2-7]{52}", token.render(one))
