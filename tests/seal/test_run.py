"""Sealing by rule and the keys of a run: good for all or for nobody, and one key at a time."""

import dataclasses
import hashlib
import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.kernel.fault import Fault
from comity.seal import age, run, stream
from comity.seal.header import Stanza, header_of, scan_header
from comity.seal.hybrid import HybridIdentity
from comity.seal.run import Run, SealKey

WHO = [HybridIdentity(bytes([i]) * 32) for i in range(1, 5)]
KEYS = [SealKey(one.recipient.raw, one.recipient) for one in WHO]
FILE_KEY, NONCE = b"k" * 16, b"n" * 16
ORIGIN = "aa/x/live/1"
RUN = Run(b"s" * 32, ORIGIN, 7)


@settings(max_examples=20, deadline=None)
@given(st.binary(min_size=16, max_size=16), st.binary(min_size=16, max_size=16))
def test_a_header_by_rule_is_made_again_by_whoever_opens_it(key: bytes, nonce: bytes) -> None:
    """Seal 2.1.4: each party opens its stanza, and all make the same header from what they find."""
    data = run.seal_ruled(b"said", key, nonce, KEYS[:3])
    for one in WHO[:3]:
        assert age.unseal(data, [one]) == b"said"
    assert run.is_ruled(data, key, KEYS[:3])
    assert data == run.seal_ruled(b"said", key, nonce, KEYS[:3])


@pytest.mark.parametrize("place", [0, 1, 2])
@pytest.mark.parametrize("what", ["junk", "another's", "same key, other chance"])
def test_a_stanza_that_opens_for_others_alone_is_seen_by_all(place: int, what: str) -> None:
    """Seal 2.1.6: a header that is not the one of the rule is void, at whatever place."""
    good = run.seal_ruled(b"said", FILE_KEY, NONCE, KEYS[:3])
    header, size_bytes = scan_header(good)
    stanzas = list(header.stanzas)
    one = stanzas[place]
    enc = one.args[1]
    stanzas[place] = {
        "junk": Stanza((one.args[0], ("B" if enc[0] == "A" else "A") + enc[1:]), one.body),
        "another's": KEYS[3].recipient.wrap(FILE_KEY, os.urandom),
        "same key, other chance": KEYS[place].recipient.wrap(FILE_KEY, os.urandom),
    }[what]
    bad = header_of(FILE_KEY, stanzas) + good[size_bytes:]
    others = [at for at in range(3) if at != place]
    assert all(age.unseal(bad, [WHO[at]]) == b"said" for at in others)  # its MAC is good
    assert not run.is_ruled(bad, FILE_KEY, KEYS[:3])


@pytest.mark.parametrize("keys", [KEYS[1::-1], KEYS[:1], KEYS[:3], [KEYS[0], KEYS[2]]])
def test_the_rule_names_whom_and_in_which_order(keys: list[SealKey]) -> None:
    """Seal 2.1.6: other recipients, or the same in another order, give another header."""
    data = run.seal_ruled(b"said", FILE_KEY, NONCE, KEYS[:2])
    assert not run.is_ruled(data, FILE_KEY, keys)


@pytest.mark.parametrize("place", [0, 1, 127, 128, 255])
def test_an_entry_of_a_run_says_where_its_key_comes_from(place: int) -> None:
    """Seal 2.1.11: a small header, one key, and the one index where it may stand."""
    data = RUN.seal(bytes(1024), place, NONCE)
    assert len(data) <= 1150
    at = run.place_of(data)
    assert (at.index, at.place, at.entry) == (7, place, 8 + place)
    assert run.open_entry(data, RUN.key(place)) == bytes(1024)
    with pytest.raises(Fault, match=r"seal\.header\.mac"):
        run.open_entry(data, RUN.key(place ^ 1))


def test_every_age_program_opens_an_entry_that_is_wrapped_for_it() -> None:
    """The key of an entry, and its payload as it stands, are an age file under another header."""
    data = RUN.seal(b"said", 3, NONCE)
    _, size_bytes = scan_header(data)
    stanza = WHO[0].recipient.wrap(RUN.key(3), os.urandom)
    assert age.unseal(header_of(RUN.key(3), [stanza]) + data[size_bytes:], [WHO[0]]) == b"said"


def test_each_place_is_bound_to_its_own_key() -> None:
    """Seal 2.1.12: 256 keys, all different; each is bound to its place and to no other."""
    shown = [RUN.shown(place) for place in range(run.RUN_ENTRIES)]
    assert len({one.file_key for one in shown}) == run.RUN_ENTRIES
    assert all(run.is_bound(one, place, RUN.root) for place, one in enumerate(shown))
    assert not any(
        run.is_bound(one, (place + 1) % 256, RUN.root) for place, one in enumerate(shown)
    )


@pytest.mark.parametrize("other", [Run(b"t" * 32, ORIGIN, 7), Run(b"s" * 32, "bb/x/live/1", 7)])
def test_another_secret_or_log_gives_other_keys(other: Run) -> None:
    """Seal 2.1.10: a key entry copied into another log, or to another index, opens nothing."""
    assert other.root not in {RUN.root, Run(b"s" * 32, ORIGIN, 8).root}
    assert not {other.key(place) for place in range(256)} & {RUN.key(p) for p in range(256)}


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_a_shown_key_that_was_changed_anywhere_is_refused(data: st.DataObject) -> None:
    """Proof 9: no key but the one of the run is shown for a place, whatever path goes with it."""
    place = data.draw(st.integers(0, 255))
    good = RUN.shown(place)
    parts = [good.file_key, good.salt, *good.path]
    which = data.draw(st.integers(0, len(parts) - 1))
    at, bit = data.draw(st.integers(0, len(parts[which]) - 1)), data.draw(st.integers(0, 7))
    changed = bytearray(parts[which])
    changed[at] ^= 1 << bit
    parts[which] = bytes(changed)
    bad = run.Shown(parts[0], parts[1], tuple(parts[2:]))
    assert not run.is_bound(bad, place, RUN.root)
    for path in (good.path[:-1], (*good.path, good.path[-1])):
        assert not run.is_bound(dataclasses.replace(good, path=path), place, RUN.root)


@pytest.mark.parametrize(
    "stanza",
    [
        Stanza(("comity-run", "7"), b""),
        Stanza(("comity-run", "7", "0", "0"), b""),
        Stanza(("comity-run", "07", "0"), b""),
        Stanza(("comity-run", "7", "256"), b""),
        Stanza(("comity-run", "7", "-1"), b""),
        Stanza(("comity-run", "7", "0"), b"x"),
        Stanza(("comity-Run", "7", "0"), b""),
        WHO[0].recipient.wrap(FILE_KEY, os.urandom),
    ],
    ids=["short", "long", "a zero", "256", "a sign", "a body", "a word", "a hybrid"],
)
def test_an_entry_of_another_shape_is_refused_by_all(stanza: Stanza) -> None:
    """Seal 2.1.11: one spelling, so that what one reads another reads."""
    data = header_of(FILE_KEY, [stanza]) + stream.seal_payload(b"said", FILE_KEY, NONCE)
    with pytest.raises(Fault, match=r"seal\.run\.malformed"):
        run.open_entry(data, FILE_KEY)


def test_two_stanzas_are_no_entry_of_a_run() -> None:
    """Seal 2.1.11: a second stanza, of whatever kind, is refused."""
    stanza = Stanza(("comity-run", "7", "0"), b"")
    data = header_of(FILE_KEY, [stanza, stanza]) + stream.seal_payload(b"", FILE_KEY, NONCE)
    with pytest.raises(Fault, match=r"seal\.run\.malformed"):
        run.place_of(data)


def test_known_answer() -> None:
    """The derivation as docs/spec/seal.md 2.1 gives it, with RFC 5869 by another library."""
    from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415 -- the other library
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF  # noqa: PLC0415 -- likewise

    info = b"comity/run/1" + (7).to_bytes(8) + bytes((200,))
    made = HKDF(SHA256(), 48, ORIGIN.encode(), info).derive(b"s" * 32)
    shown = RUN.shown(200)
    assert (shown.file_key, shown.salt) == (made[:16], made[16:])
    assert hashlib.sha256(RUN.root).hexdigest()[:16] == "023c1e0a03747d9e"
