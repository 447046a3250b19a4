"""Arrangements, cards and revocations as a store keeps them.

    record kind     key                              value
    arrangement     <id>                             the arrangement, as JSON
    card            <arrangement>/<party>/<number>   the signed text
    card-other      <arrangement>/<party>/<SHA-256>  the signed text of a card whose number
                                                     another has that came before
    revocation      <arrangement>/<party>/<number>   the signed text

Texts are verified before they are saved, so reading them back checks no signature.

A channel's name in a store is `<arrangement>/<name>` (`channel_path`), since a node may have
several arrangements; its logs' origins are `<party>/<arrangement>/<name>/<generation>`.

Floor: node.
"""

import hashlib
from functools import lru_cache
from typing import Final

from comity.joint.arrangement import arrangement as arrangements_text
from comity.joint.arrangement import card as cards_text
from comity.joint.arrangement import channel as channels
from comity.joint.arrangement import revocation as revocations_text
from comity.joint.arrangement.arrangement import Arrangement, parse_origin
from comity.joint.arrangement.card import Card
from comity.joint.arrangement.revocation import Revocation
from comity.kernel import ijson
from comity.kernel.fault import Fault, quoted
from comity.node.base.ports import Tx

_NUMBER_DIGITS = 6

OTHER_CARD = "card-other"
VERSION = "trust-version"
"""Record kind, with one empty key: see `touch`."""


def channel_path(arrangement: str, name: str) -> str:
    """Return the name of a channel in a store."""
    return f"{arrangement}/{name}"


def channel_path_of(origin: str) -> str:
    """Return the channel of a log's origin.

    Raises:
        Fault: `joint.origin.malformed`.
    """
    parsed = parse_origin(origin)
    return channel_path(parsed.arrangement, parsed.channel)


def split_channel(path: str) -> tuple[str, str]:
    """Return the arrangement id and the name of a channel."""
    arrangement, _, name = path.partition("/")
    return arrangement, name


GIVEN_UP = "given-up"
"""Record kind: `<arrangement>|<party>` of a party for which nothing waits, see `given_up`."""


LOST_CARD = "lost-card"
"""Record kind: `<arrangement>/<number>` of an own card whose private keys are gone for good."""


def lost_cards(tx: Tx, arrangement_id: str) -> list[int]:
    """Return the numbers of own cards whose private keys are known to be gone for good."""
    names = (key.rpartition("/") for key in tx.records(LOST_CARD))
    return sorted(int(number) for of, _, number in names if of == arrangement_id)


def live_in(arrangement_id: str) -> str:
    """Return the first channel of an arrangement: joint texts are agreed there."""
    return channel_path(arrangement_id, cards_text.LIVE)


def live_of(path: str) -> str:
    """Return the first channel of a channel's arrangement."""
    return live_in(split_channel(path)[0])


def hotline_in(arrangement_id: str) -> str:
    """Return the channel of an arrangement that stands on its cards for what must not wait."""
    return channel_path(arrangement_id, cards_text.HOTLINE)


def home_in(arrangement_id: str, purpose: str) -> str:
    """Return the channel of an arrangement in which matters are opened that have a home there."""
    is_urgent = purpose == channels.HOTLINE
    return hotline_in(arrangement_id) if is_urgent else live_in(arrangement_id)


def touch(tx: Tx, what: bytes) -> None:
    """Note that what trust is made of has changed; must be called with every such change.

    The version is a hash over all changes, so equal versions mean equal content, whatever
    store they are read from.
    """
    before = str(tx.record(VERSION, "") or "")
    tx.save_record(VERSION, "", hashlib.sha256(before.encode() + b"\n" + what).hexdigest())


def version(tx: Tx) -> str:
    """Return the version of all arrangements, cards, revocations and register acts."""
    return str(tx.record(VERSION, "") or "")


def save_arrangement(tx: Tx, arrangement: Arrangement) -> None:
    """Keep an arrangement that was paired."""
    touch(tx, arrangements_text.render(arrangement))
    tx.save_record("arrangement", arrangement.id, arrangements_text.to_json(arrangement))


def arrangements(tx: Tx) -> list[Arrangement]:
    """Return every arrangement of this node, by id."""
    now = version(tx)
    found = _EVERY.get(now)
    if found is None:
        texts = map(ijson.render, tx.records("arrangement").values())
        found = tuple(map(_arrangement, texts))
        if len(_EVERY) >= _EVERY_MAX:
            _EVERY.clear()
        _EVERY[now] = found
    return [*found]


_EVERY: Final[dict[str, tuple[Arrangement, ...]]] = {}
"""By version, which is a hash over content."""

_EVERY_MAX: Final = 16


def arrangement(tx: Tx, arrangement_id: str) -> Arrangement:
    """Return one arrangement.

    Raises:
        Fault: `node.arrangement.unknown`.
    """
    value = tx.record("arrangement", arrangement_id)
    if value is None:
        raise Fault(
            code="node.arrangement.unknown",
            what=f"This node has no arrangement {quoted(arrangement_id)}.",
            fix="Pair with the other party first: `comity pair offer`.",
        )
    return _arrangement(ijson.render(value))


def save_card(tx: Tx, text: bytes) -> Card:
    """Keep a verified card; give it back parsed."""
    card = _card(text)
    touch(tx, text)
    tx.save_record("card", _key(card.arrangement, card.party, card.number), text.decode())
    return card


def card_text(tx: Tx, arrangement_id: str, party: str, number: int) -> bytes | None:
    """Return the signed text of one card."""
    value = tx.record("card", _key(arrangement_id, party, number))
    return value.encode() if isinstance(value, str) else None


def cards(tx: Tx, arrangement_id: str, party: str) -> dict[int, Card]:
    """Return the cards of a party by number, all that are held."""
    found: dict[int, Card] = {}
    number = 1
    while (text := card_text(tx, arrangement_id, party, number)) is not None:
        found[number] = _card(text)
        number += 1
    return found


def card_digests(tx: Tx, arrangement_id: str, party: str) -> dict[int, str]:
    """Return the SHA-256 of the cards of a party by number, all that are held."""
    return {
        number: hashlib.sha256(card_text(tx, arrangement_id, party, number) or b"").hexdigest()
        for number in cards(tx, arrangement_id, party)
    }


def save_other_card(tx: Tx, text: bytes) -> None:
    """Keep a verified card whose number another text has that came before it."""
    card = _card(text)
    touch(tx, text)
    sha256 = hashlib.sha256(text).hexdigest()
    tx.save_record(OTHER_CARD, f"{card.arrangement}/{card.party}/{sha256}", text.decode())


def other_card_text(tx: Tx, arrangement_id: str, party: str, sha256: str) -> bytes:
    """Return the text of one of `other_cards`, as its party signed it."""
    return str(tx.record(OTHER_CARD, f"{arrangement_id}/{party}/{sha256}")).encode()


def other_cards(tx: Tx, arrangement_id: str, party: str) -> dict[str, Card]:
    """Return by SHA-256 the cards of a party whose number another text has that came before."""
    prefix = f"{arrangement_id}/{party}/"
    return {
        key.removeprefix(prefix): _card(str(text).encode())
        for key, text in tx.records(OTHER_CARD).items()
        if key.startswith(prefix)
    }


def save_revocation(tx: Tx, text: bytes) -> Revocation:
    """Keep a verified revocation; give it back parsed."""
    revocation = _revocation(text)
    touch(tx, text)
    key = _key(revocation.arrangement, revocation.party, revocation.number)
    tx.save_record("revocation", key, text.decode())
    return revocation


def revocations(tx: Tx, arrangement_id: str, party: str) -> list[Revocation]:
    """Return the revocations of a party, by number."""
    prefix = f"{arrangement_id}/{party}/"
    return [
        _revocation(str(text).encode())
        for key, text in tx.records("revocation").items()
        if key.startswith(prefix)
    ]


def revocation_text(tx: Tx, arrangement_id: str, party: str, number: int) -> bytes:
    """Return the signed text of a revocation that is held."""
    return str(tx.record("revocation", _key(arrangement_id, party, number))).encode()


def _key(arrangement_id: str, party: str, number: int) -> str:
    return f"{arrangement_id}/{party}/{number:0{_NUMBER_DIGITS}d}"


@lru_cache(maxsize=1_024)
def _arrangement(text: bytes) -> Arrangement:
    return arrangements_text.from_json(ijson.parse(text))


@lru_cache(maxsize=2_048)
def _card(text: bytes) -> Card:
    return cards_text.parse(text)


@lru_cache(maxsize=1_024)
def _revocation(text: bytes) -> Revocation:
    return revocations_text.parse(text)
