"""Channels as a store keeps them: what they are for, and the keys that parties showed by acts.

    record kind     key                value
    channel-keys    <channel>/<party>  {keys: [set 1, set 2, …], terms: {matter, name, purpose}}
    channel-terms   <channel>          the terms of one that is open

`live` and `hotline` stand on the cards: no record is of them.  What a channel is for is asked
here, by its path; nothing else reads a name.

Source: docs/spec/channel.md 4.1.4, 4.3.
Floor: node.
"""

import hashlib
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from comity.joint.arrangement import card
from comity.joint.arrangement import channel as channels
from comity.joint.arrangement.card import CARD_CHANNELS, ChannelKeys
from comity.joint.arrangement.channel import Terms
from comity.kernel.ijson import Json
from comity.node.base.ports import Tx
from comity.node.base.register_records import split_channel

KIND: Final = "channel-keys"
TERMS: Final = "channel-terms"

FIRST_SET: Final = 1
"""The number of the keys by which a party opens a channel.  Sets of keys go by their numbers as if
of cards, whatever cards and revocations the arrangement has."""

HEADER: Final = "comity-channel"
HOTLINE_HEADERS: Final[Mapping[str, str]] = MappingProxyType({HEADER: channels.HOTLINE})
NO_HEADERS: Final[Mapping[str, str]] = MappingProxyType({})

type Sets = dict[int, ChannelKeys]
"""Sets of keys of one party by their number."""


def has_cards(path: str) -> bool:
    """Return whether the keys of a channel stand on cards, rather than in acts that opened it."""
    return split_channel(path)[1] in CARD_CHANNELS


def shown(tx: Tx, path: str, party: str) -> tuple[Terms, Sets] | None:
    """Return what a party says of a channel that acts open, or None."""
    value = tx.record(KIND, f"{path}/{party}")
    if not isinstance(value, dict):
        return None
    sets = value["keys"]
    assert isinstance(sets, list)
    keys = {n: card.channel_from_json(one) for n, one in enumerate(sets, FIRST_SET)}
    return channels.terms_from_json(value["terms"]), keys


def save_shown(
    tx: Tx, path: str, party: str, terms: Terms, sets: Mapping[int, ChannelKeys]
) -> None:
    """Keep what a party says of a channel."""
    keys: list[Json] = [card.channel_to_json(sets[number]) for number in sorted(sets)]
    value: Json = {"keys": keys, "terms": channels.terms_to_json(terms)}
    tx.save_record(KIND, f"{path}/{party}", value)


def sets(tx: Tx, path: str, parties: Iterable[str]) -> dict[str, Sets]:
    """Return the sets of keys by party of a channel that acts open, of those that showed any."""
    said = ((party, shown(tx, path, party)) for party in parties)
    return {party: one[1] for party, one in said if one is not None}


def terms_by_party(tx: Tx, path: str) -> dict[str, Terms]:
    """Return the terms of a channel that acts open, as each party says them."""
    found: dict[str, Terms] = {}
    for key, value in tx.records(KIND).items():
        held, _, party = key.rpartition("/")
        if held == path and isinstance(value, dict):
            found[party] = channels.terms_from_json(value["terms"])
    return found


def terms(tx: Tx, path: str) -> Terms:
    """Return the terms of a channel: by its place on cards, or as its parties said.

    One that is not open has its name for a purpose, which is none: nothing is done in it.
    """
    name = split_channel(path)[1]
    value = None if name in CARD_CHANNELS else tx.record(TERMS, path)
    return Terms(name, name) if value is None else channels.terms_from_json(value)


def save_terms(tx: Tx, path: str, terms: Terms) -> None:
    """Keep the terms of a channel that is open now."""
    tx.save_record(TERMS, path, channels.terms_to_json(terms))


def purpose(tx: Tx, path: str) -> str:
    """Return what a channel is for."""
    return terms(tx, path).purpose


def compartment(tx: Tx, path: str) -> str:
    """Return the compartment of what is said in a channel: an exercise is one, all else is real."""
    return path if purpose(tx, path) == channels.EXERCISE else ""


def compartments(tx: Tx) -> list[str]:
    """Return the channels of exercises that are open, or were."""
    return [path for path in sorted(tx.records(TERMS)) if compartment(tx, path)]


def rank(tx: Tx, path: str) -> int:
    """Return the place of a channel in the order of serving: the least goes first."""
    return channels.rank(purpose(tx, path))


def is_hotline(tx: Tx, path: str) -> bool:
    """Return whether a channel is for what must never wait."""
    return purpose(tx, path) == channels.HOTLINE


def headers(tx: Tx, path: str) -> Mapping[str, str]:
    """Return what a request says that concerns a channel: a peer serves its hotline first."""
    return HOTLINE_HEADERS if is_hotline(tx, path) else NO_HEADERS


def text_sha256(name: str, keys: ChannelKeys) -> str:
    """Return the hash of the document that shows a set of keys for a channel."""
    return hashlib.sha256(channels.render(name, keys)).hexdigest()
