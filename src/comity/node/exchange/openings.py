"""Openings that were shown of entries that a party could not open.

    openings.Openings(tx, trust).good(origin, index)    where good openings stand
    openings.brought(tx, origin, start, end)            acts that came with entries of a log

They are derived from the channel's register each time, so that they are the same whatever
came first: the rejection, the opening, or the receipt for it.

Source: docs/spec/exchange.md 8.8; protocol rule 20.
Floor: node.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from comity.acts.causality import Cut, contains
from comity.acts.record import Act, Matter, Record
from comity.joint.arrangement.arrangement import parse_origin
from comity.joint.exchange import acts as exchange_acts
from comity.joint.exchange.fold import Fact
from comity.node.base.ports import Tx
from comity.node.base.rows import Log, UnderstoodAct
from comity.node.base.trust import Trust
from comity.node.exchange import seal
from comity.node.exchange.seal import Opened
from comity.tlog import spelling

type Place = tuple[str, int]
"""Origin and index of an entry."""

_KEY: Final = re.compile(r"[0-9a-f]{32}")
"""A file key, in hexadecimal."""


def shown(tx: Tx, channel: Trust, party: str, said: Act) -> tuple[Log, int, Act] | None:
    """Return the log, index and act that an opening by this party shows, or None."""
    found = opened(tx, channel, party, said)
    if found is None or not isinstance(found[2], Act):
        return None
    return found[0], found[1], found[2]


def opened(tx: Tx, channel: Trust, party: str, said: Act) -> tuple[Log, int, Record] | None:
    """Return the log, index and record that an opening by this party shows, or None.

    Whoever could open the entry can show its key, for the key proves itself: an author that
    seals to some only would else keep the others apart for ever.
    """
    codes = said.codes
    of = tx.log(codes.get("origin", ""))
    index = spelling.parse_decimal(codes.get("index", "").encode())
    if index is None or of is None or index >= of.size:
        return None
    parties = channel.arrangement.party_ids()
    if party not in parties or of.channel != channel.channel:
        return None
    raw = tx.entries(of.origin, index, index + 1)
    key = codes.get("file-key", "")
    if not is_key(key):
        return None
    if not raw or not seal.is_for(raw[0], len(parties)):
        return None
    found = seal.open_with_file_key(raw[0], bytes.fromhex(key))
    if not isinstance(found, Opened) or found.origin != of.origin:
        return None
    return of, index, found.record


def is_key(text: str) -> bool:
    """Return whether this is a file key in its one spelling: every reader must find the same."""
    return _KEY.fullmatch(text) is not None


def is_of_blobs(channel: Trust, fact: Fact) -> bool:
    """Return whether an opening shows blobs anew; only the author of their entry can.

    A file key proves itself, a blob's does not: a fold never reads one.
    """
    origin = fact.act.codes.get("origin", "")
    is_known = any(log.origin == origin for log in channel.logs)
    return bool(fact.act.blobs) and is_known and parse_origin(origin).party == fact.party


class Openings:
    """The openings of a channel or a cut: looked for, and tried, only where one is asked for."""

    def __init__(self, tx: Tx, channel: Trust, cut: Cut | None = None) -> None:
        self._tx = tx
        self._channel = channel
        self._cut = cut
        self._claims: dict[tuple[str, str], list[Fact]] | None = None
        self._found: dict[Place, Mapping[str, int]] = {}

    def good(self, origin: str, index: int) -> Mapping[str, int]:
        """Return `{log: least index}` of acts that show the key of an entry.

        Who reads one of a log has read those before it.
        """
        if (origin, index) not in self._found:
            key = self.key(origin, index)
            places: dict[str, int] = {}
            for fact in self._claims_of(origin, index):
                if key is not None and fact.act.codes.get("file-key") == key.hex():
                    places[fact.origin] = min(fact.index, places.get(fact.origin, fact.index))
            self._found[origin, index] = places
        return self._found[origin, index]

    def key(self, origin: str, index: int) -> bytes | None:
        """Return the key that opens an entry, if an act showed one: there is no other."""
        for fact in self._claims_of(origin, index):
            if opened(self._tx, self._channel, fact.party, fact.act) is not None:
                return bytes.fromhex(fact.act.codes["file-key"])
        return None

    def blobs(self, origin: str, index: int) -> list[Place]:
        """Return where blobs of an entry are shown anew by its author, in order."""
        return [
            (fact.origin, fact.index)
            for fact in self._claims_of(origin, index)
            if is_of_blobs(self._channel, fact)
        ]

    def _claims_of(self, origin: str, index: int) -> Sequence[Fact]:
        if self._claims is None:
            self._claims = {}
            for fact in _facts(self._channel):
                if self._cut is not None and not contains(self._cut, fact.origin, fact.index):
                    continue
                codes = fact.act.codes
                key = (codes.get("origin", ""), codes.get("index", ""))
                self._claims.setdefault(key, []).append(fact)
        return self._claims.get((origin, str(index)), ())


def matters_between(tx: Tx, channel: Trust, origin: str, start: int, end: int) -> list[Matter]:
    """Return the matters whose acts are opened by the entries of a log in `[start, end)`."""
    said = channel.register.said(exchange_acts.OPENING_SHOWN)
    within = [f for f in said if f.origin == origin and start <= f.index < end]
    openings = (shown(tx, channel, fact.party, fact.act) for fact in within)
    matters = [opening[2].matter for opening in openings if opening is not None]
    for fact in within:
        if is_of_blobs(channel, fact):
            matters += blob_matters(tx, fact.act)
    return matters


def brought(tx: Tx, origin: str, start: int, end: int) -> list[UnderstoodAct]:
    """Return the acts that came with the entries of a log in `[start, end)`, foreign ones too.

    They are those that stand there, and those whose entry, or a body of it, they open: who looks
    beyond a mark for what is new finds an act that opened late where its key was shown (8.8.4).
    """
    found = tx.acts(origin, start, end)
    log = tx.log(origin)
    channel = log.channel if log else ""
    for said in [row.act for row in found if row.act.tag == exchange_acts.OPENING_SHOWN]:
        of = tx.log(said.codes.get("origin", ""))
        index = spelling.parse_decimal(said.codes.get("index", "").encode())
        if of is not None and of.channel == channel and index is not None:
            found += tx.acts(of.origin, index, index + 1)
    return found


def blob_matters(tx: Tx, said: Act) -> list[Matter]:
    """Return the matters of the entry whose blobs an act shows anew."""
    index = spelling.parse_decimal(said.codes.get("index", "").encode())
    if index is None:
        return []
    return tx.matters_between(said.codes.get("origin", ""), index, index + 1)


def blob_keys(channel: Trust) -> dict[str, list[bytes]]:
    """Return the keys by SHA-256 under which authors showed blobs anew."""
    keys: dict[str, list[bytes]] = {}
    for fact in _facts(channel):
        for blob in fact.act.blobs if is_of_blobs(channel, fact) else ():
            keys.setdefault(blob.sha256, []).append(blob.key)
    return keys


def _facts(channel: Trust) -> list[Fact]:
    said = channel.register.said(exchange_acts.OPENING_SHOWN)
    return sorted(said, key=lambda f: (f.party, parse_origin(f.origin).generation, f.index))
