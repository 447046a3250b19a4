"""Pictures that look alike are found exactly: every one within 31 bits, and no other."""

import hashlib
import random

import faiss
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.joint.roll import near, sorting
from comity.joint.roll.entries import Entry, Roll
from comity.joint.roll.near import Near

HASHES = st.binary(min_size=32, max_size=32)


def turned(value: bytes, bits: int, seed: int = 1) -> bytes:
    """Return a hash that differs in so many bits."""
    number = int.from_bytes(value)
    for place in random.Random(seed).sample(range(near.BITS), bits):  # noqa: S311 -- no secret
        number ^= 1 << place
    return number.to_bytes(32)


def picture(number: int) -> str:
    """Return a hash that is like no other."""
    return hashlib.sha256(bytes([number])).hexdigest()


def test_what_faiss_finds_is_found_over_blocks() -> None:
    """Half of what is asked lies at 31 bits and half at 32; recall is whole, nothing else comes."""
    chance = np.random.default_rng(7)
    held = chance.integers(0, 256, (near._BLOCK + 500, 32), dtype=np.uint8)
    index: Near[int] = Near()
    for number, one in enumerate(held):
        index.add(one.tobytes().hex(), number)
    places = (0, near._BLOCK - 1, near._BLOCK, near._BLOCK + 499, 1234, 777)
    asked = [turned(held[at].tobytes(), 31 + nth % 2) for nth, at in enumerate(places)]
    oracle = faiss.IndexBinaryFlat(near.BITS)
    oracle.add(held)
    limits, _, labels = oracle.range_search(
        np.frombuffer(b"".join(asked), np.uint8).reshape(-1, 32), near.DISTANCE_MAX + 1
    )
    for nth, one in enumerate(asked):
        wanted = {*labels[limits[nth] : limits[nth + 1]].tolist()}
        assert {at for _, at in index.find(one.hex())} == wanted
        assert (places[nth] in wanted) == (nth % 2 == 0)


@given(HASHES, st.integers(0, 40), st.integers(0, 5))
def test_a_distance_decides_and_what_is_dropped_is_gone(value: bytes, bits: int, seed: int) -> None:
    """An addition is seen by the next search."""
    index: Near[str] = Near()
    asked = turned(value, bits, seed).hex()
    assert index.find(asked) == []
    place = index.add(value.hex(), "entry")
    assert index.find(asked) == ([(bits, "entry")] if bits <= near.DISTANCE_MAX else [])
    index.drop(place)
    assert index.find(asked) == []


@given(st.lists(st.booleans(), max_size=24))
def test_searches_in_between_change_nothing(asks: list[bool]) -> None:
    """Whatever was asked before, and wherever a block was full: all that was added is found."""
    index: Near[int] = Near()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(near, "_BLOCK", 3)
        for number, is_asked in enumerate(asks):
            index.add(picture(number), number)
            if is_asked:
                index.find(picture(0))
        for number in range(len(asks)):
            assert index.find(picture(number)) == [(0, number)]


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.integers(0, 3)), max_size=12))
def test_an_index_that_was_added_to_is_that_of_all_editions(steps: list[tuple[str, int]]) -> None:
    """Each step puts an entry, changes it or takes it away; both find the same."""
    part, present = sorting.Part("r"), dict[str, Entry]()
    number = 0
    for number, (id_, value) in enumerate(steps, start=1):
        if value:
            present[id_] = Entry(id_, "", "pdq", f"{value:064x}", str(number))
        else:
            present.pop(id_, None)
        part.load(sorting.Loaded("r", Roll(number, dict(present))))
    whole = sorting.Index([sorting.Loaded("r", Roll(number, present))])
    grown = sorting.Index((), [part])
    for value in range(4):
        for asked in (f"{value:064x}", f"pdq;{value:064x}"):
            assert {*grown.find(asked)} == {*whole.find(asked)}
