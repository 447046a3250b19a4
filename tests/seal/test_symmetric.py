"""Blobs: what one key opens, and nothing else."""

import os
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.kernel.fault import Fault
from comity.seal import age, stream, symmetric
from comity.seal.hybrid import HybridIdentity

ANNA = HybridIdentity(b"a" * 32)
keys = st.binary(min_size=32, max_size=32)


@given(keys, st.sampled_from([0, 1, 1000, 65_536, 65_537]))
def test_a_blob_opens_with_its_key_however_it_was_made(key: bytes, size_bytes: int) -> None:
    """Whole, streamed or read by parts, a blob is the same bytes under the same address."""
    plaintext = os.urandom(size_bytes)
    stored = symmetric.seal_blob(plaintext, key, lambda count: b"e" * count)
    target = BytesIO()
    size = symmetric.seal_blob_stream(BytesIO(plaintext), target, key, lambda count: b"e" * count)
    assert target.getvalue() == stored
    assert size == len(plaintext)
    assert target.getvalue() == stored
    assert len(stored) == stream.sealed_bytes(size)
    opened = BytesIO()
    assert symmetric.open_blob_stream(BytesIO(stored), opened, key) == size_bytes
    assert opened.getvalue() == symmetric.open_blob(stored, key) == plaintext
    assert symmetric.open_blob_reader(BytesIO(stored), key).read_at(0, size_bytes) == plaintext


@given(keys, keys)
def test_another_key_opens_nothing(key: bytes, other: bytes) -> None:
    """When the key is destroyed, the blob is closed."""
    stored = symmetric.seal_blob(b"said", key, os.urandom)
    if other == key:
        return
    with pytest.raises(Fault, match=r"seal\.payload\.damaged"):
        symmetric.open_blob(stored, other)


def test_a_header_before_a_blob_makes_an_age_file() -> None:
    """What was kept without a header can be handed to anybody who has the `age` program."""
    stored = symmetric.seal_blob(b"said", b"k" * 32, os.urandom)
    header = symmetric.export_header(b"k" * 32, [ANNA.recipient], os.urandom)
    assert age.unseal(header + stored, [ANNA]) == b"said"


def test_a_key_file_at_rest_opens_with_the_key_from_elsewhere() -> None:
    """Each sealing has a salt of its own, so one key may seal many files."""
    recipient = symmetric.SymmetricRecipient(b"k" * 32)
    one, two = (age.seal(b"secret", [recipient], os.urandom) for _ in range(2))
    assert one != two
    assert age.unseal(one, [symmetric.SymmetricIdentity(b"k" * 32)]) == b"secret"
    assert b"\n-> comity-symmetric " in one
