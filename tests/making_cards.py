"""Parties, roots and cards for tests: real keys from readable seeds."""

import functools
import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from comity.acts.vocabulary import OURS
from comity.adapters import tlscert
from comity.joint.arrangement import card as cards
from comity.joint.arrangement.arrangement import Arrangement, PartyRoot
from comity.joint.arrangement.card import DAY_MS, Agency, Card, ChannelKeys
from comity.kernel.fault import Fault
from comity.tlog import keys
from comity.tlog.keys import VKey
from comity.tlog.note import Signer, Verifier

ARRANGEMENT = "aaaaaaaaaaaaaaaaaaaaaaaaaa"
BEGIN_MS = 1_800_000_000_000


@dataclass(frozen=True, slots=True)
class Root:
    """A root key with its private half."""

    public: PartyRoot
    signers: tuple[Signer, ...]
    verifiers: tuple[Verifier, ...]


@contextmanager
def refused(code: str) -> Iterator[None]:
    """Expect a fault with this code."""
    with pytest.raises(Fault) as caught:
        yield
    assert caught.value.code == code


def seed(*words: object) -> bytes:
    """Return 32 bytes that follow from words."""
    return hashlib.sha256(repr(words).encode()).digest()


def root_verifiers(name: str, ed25519: bytes, mldsa44: bytes) -> tuple[Verifier, ...]:
    """Return the verifiers of a root, as `Suite.root_verifiers` does."""
    return (
        keys.verifier(VKey(name, keys.ED25519_NOTE, ed25519)),
        keys.verifier(VKey(name, keys.ML_DSA_44_NOTE, keys.ML_DSA_44_NOTE_IDENTIFIER + mldsa44)),
    )


@functools.cache
def root(party: str, arrangement: str = ARRANGEMENT) -> Root:
    """Return a party's root in an arrangement."""
    name = f"{party}/{arrangement}/root"
    ed25519 = keys.signer(name, keys.ED25519_NOTE, seed(name, 1))
    mldsa44 = keys.signer(name, keys.ML_DSA_44_NOTE, seed(name, 2))
    public = PartyRoot(party, ed25519.vkey.public, mldsa44.vkey.public)
    verifiers = root_verifiers(name, public.root_ed25519, public.root_mldsa44)
    return Root(public, (ed25519, mldsa44), verifiers)


@functools.cache
def impostor(name: str) -> Root:
    """Return other keys under the name of a root."""
    ed25519 = keys.signer(name, keys.ED25519_NOTE, seed("impostor", 1))
    mldsa44 = keys.signer(name, keys.ML_DSA_44_NOTE, seed("impostor", 2))
    public = PartyRoot(name.partition("/")[0], ed25519.vkey.public, mldsa44.vkey.public)
    verifiers = root_verifiers(name, public.root_ed25519, public.root_mldsa44)
    return Root(public, (ed25519, mldsa44), verifiers)


def arrangement(*parties: str) -> Arrangement:
    """Return an arrangement of these parties."""
    return Arrangement(ARRANGEMENT, tuple(root(party).public for party in parties), OURS.newest)


@functools.cache
def certificate(host: str = "node.example") -> bytes:
    """Return a certificate for a host."""
    return tlscert.make(host, BEGIN_MS, BEGIN_MS + 30 * DAY_MS).certificate


@functools.cache
def channel_keys(party: str, number: int, channel: str) -> ChannelKeys:
    """Return a party's keys in a channel."""

    def public(kind: int, use: str) -> bytes:
        return keys.signer("x", kind, seed(party, number, channel, use)).vkey.public

    return ChannelKeys(
        log_ed25519=public(keys.ED25519_NOTE, "log"),
        log_mldsa44=public(keys.ML_DSA_44_COSIGNATURE, "log"),
        mirror_ed25519=public(keys.ED25519_COSIGNATURE, "mirror"),
        mirror_mldsa44=public(keys.ML_DSA_44_COSIGNATURE, "mirror"),
        seal=hashlib.shake_256(seed(party, number, channel, "seal")).digest(cards.SEAL_BYTES),
    )


def card(
    party: str = "aa", number: int = 1, channels: Mapping[str, ChannelKeys] | None = None
) -> Card:
    """Return a card that is good in every field."""
    return Card(
        arrangement=ARRANGEMENT,
        party=party,
        number=number,
        names={"en": f"State {party.upper()}", "fr": f"État {party.upper()}"},
        agencies=(Agency("doj", {"en": "Ministry of Justice"}),),
        endpoint="https://node.example:8443",
        tls=certificate(),
        channels=channels
        or {name: channel_keys(party, number, name) for name in cards.CARD_CHANNELS},
        not_before_ms=BEGIN_MS,
        not_after_ms=BEGIN_MS + 365 * DAY_MS,
    )


@functools.cache
def card_text(party: str = "aa", number: int = 1) -> bytes:
    """Return a signed card."""
    return cards.sign(card(party, number), root(party).signers)
