"""In which languages what this State and others wrote can be read: what is there, what lacks.

    text       guideline      en 412 of 412   zh 412 of 412
    profile    version 3      en  96 of  96   zh  90 of  96
    card       bo             en   2 of   2   zh   0 of   2

Floor: rooms.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from comity.joint.arrangement.card import Card
from comity.joint.text import view
from comity.kernel import plain_yaml
from comity.kernel.fault import Fault
from comity.kernel.ijson import Json
from comity.kernel.problem import pointer_of
from comity.node.base import register_records
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.room import calendars, nation_profile
from comity.rooms.guideline.desk import texts

LANGUAGES: Final = ("en", "zh")
"""In which the officers of this program read; others are told where a text has them."""

TEXT, PROFILE, CARD = "text", "profile", "card"
MISSING_MAX: Final = 20
"""Places that are named; all are counted."""

_TAG: Final = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")

type Path = tuple[str | int, ...]
type _Texts = dict[str, str]
type _Measured = tuple[int, Counter[str], list["Missing"]]

_TEXTS_KEPT: Final = 16
"""Of how many texts it is remembered: to read one takes a tenth of a second and more, and each
page of the guidelines tells of all that are in force."""


@dataclass(frozen=True, slots=True)
class Missing:
    """One place without words in a language: a pointer into the text."""

    pointer: str
    language: str


@dataclass(frozen=True, slots=True)
class Cover:
    """One text.

    Attributes:
        kind: `text`, `profile` or `card`.
        name: of the joint text, the number of the profile, or the party of a card.
        channel: of a joint text, or "".
        sha256: of a joint text, or "".
        version: what its authors call it, or "".
        places: how many places have words.
        counts: `{language: at how many of them}`.
        missing: the first of those that lack one of `LANGUAGES`.
    """

    kind: str
    name: str
    channel: str
    sha256: str
    version: str
    places: int
    counts: Mapping[str, int]
    missing: tuple[Missing, ...] = field(default=())

    def is_whole(self, language: str) -> bool:
        """Return whether all of it can be read in a language."""
        return self.counts.get(language, 0) == self.places


def covers(node: Node) -> list[Cover]:
    """Return joint texts that are in force or open, the nation profile, and every card."""
    found = [*_texts(node)]
    with node.store.read() as tx:
        found += [*_profile(tx), *_cards(tx)]
    return found


def cover_of(value: Json) -> tuple[int, Counter[str], list[Missing]]:
    """Return how many places of a text have words, at how many each language, and what lacks."""
    places = 0
    counts: Counter[str] = Counter()
    missing: list[Missing] = []
    for path, words in _words((), value, _declared(value)):
        places += 1
        has = {tag.partition("-")[0] for tag, text in words.items() if text.strip()}
        counts.update(has)
        missing += [Missing(pointer_of(path), one) for one in LANGUAGES if one not in has]
    return places, counts, missing


def _texts(node: Node) -> Iterator[Cover]:
    for shown in texts.listing(node):
        stand = shown.stand
        opened = view.open_proposal(stand.state)
        wanted = {one.sha256: one.version for one in (shown.in_force, opened) if one is not None}
        for sha256, version in wanted.items():
            with node.store.read() as tx:
                data = calendars.text(node, tx, sha256)
            measured = _measured(data)
            if measured is not None:
                yield _cover(TEXT, stand.name, measured, (stand.channel, sha256, version))


def _profile(tx: Tx) -> Iterator[Cover]:
    try:
        newest = nation_profile.newest_adopted(tx)
    except Fault:  # the page of the profile says that it cannot be read
        return
    if newest is not None:
        measured = _measured(nation_profile.text(tx, newest.number))
        if measured is not None:
            yield _cover(PROFILE, str(newest.number), measured, ("", "", newest.nation.version))


def _cards(tx: Tx) -> Iterator[Cover]:
    newest: dict[str, Card] = {}
    for arrangement in register_records.arrangements(tx):
        for party in arrangement.party_ids():
            held = register_records.cards(tx, arrangement.id, party)
            if held:
                newest[party] = held[max(held)]
    for party, card in sorted(newest.items()):
        value: Json = {
            "names": dict(card.names),
            "agencies": {one.id: dict(one.names) for one in card.agencies},
        }
        yield _cover(CARD, party, cover_of(value), ("", "", str(card.number)))


def _cover(kind: str, name: str, measured: _Measured, said: tuple[str, str, str]) -> Cover:
    channel, sha256, version = said
    places, counts, missing = measured
    return Cover(kind, name, channel, sha256, version, places, counts, tuple(missing[:MISSING_MAX]))


@lru_cache(maxsize=_TEXTS_KEPT)
def _measured(data: bytes | None) -> _Measured | None:
    """Return what `cover_of` says of a text, or None where it cannot be read or says nothing."""
    try:
        value = plain_yaml.parse(data).value if data else None
    except Fault:
        return None
    return None if value is None else cover_of(value)


def _declared(value: Json) -> frozenset[str]:
    """Return the languages that a text says it has, beside those that officers read."""
    said = value.get("languages") if isinstance(value, dict) else None
    named = said.get("text") if isinstance(said, dict) else said
    more = {one for one in named if isinstance(one, str)} if isinstance(named, list) else set()
    return frozenset({*LANGUAGES, *more})


def _words(path: Path, value: Json, known: frozenset[str]) -> Iterator[tuple[Path, _Texts]]:
    """Give each place that has words, and its words by language."""
    if isinstance(value, dict):
        words = {name: one for name, one in value.items() if isinstance(one, str)}
        is_tagged = len(words) == len(value) and all(map(_TAG.fullmatch, words))
        if is_tagged and any(tag.partition("-")[0] in known for tag in words):
            yield path, words
            return
        for name, one in value.items():
            yield from _words((*path, name), one, known)
    elif isinstance(value, list):
        for at, one in enumerate(value):
            yield from _words((*path, at), one, known)
