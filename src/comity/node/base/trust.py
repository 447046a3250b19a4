"""Whose keys count where, in one channel as one transaction sees it.

Floor: node.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from comity.acts.causality import Cut
from comity.acts.record import Matter
from comity.joint.arrangement import channel as channels_text
from comity.joint.arrangement import validity
from comity.joint.arrangement.arrangement import Arrangement
from comity.joint.arrangement.card import CARD_CHANNELS, Card, ChannelKeys
from comity.joint.arrangement.channel import Terms
from comity.joint.arrangement.revocation import Revocation
from comity.joint.arrangement.validity import Position
from comity.joint.exchange import acts as exchange_acts
from comity.joint.exchange.acts import CHANNEL_KIND
from comity.joint.exchange.fold import Entered, Fact, Register
from comity.node.base import channel_records, register_records
from comity.node.base.ports import Suite, Tx
from comity.node.base.rows import LOG_ENDED, LOG_OPEN, Log, UnderstoodAct
from comity.tlog.note import Verifier


@dataclass(frozen=True, slots=True)
class Trust:
    """A channel's parties, cards and register.

    Attributes:
        channel: its path in the store.
        name: its name in origins.
        terms: its purpose, and the matter that it serves.
        arrangement: parties in their order.
        cards: by party and number, all that are held and mean something in this channel.
        texts: the SHA-256 of their texts, likewise.
        others: by party and SHA-256, cards whose number another text has that came before.
        revocations: by party.
        register: what the channel's own acts say.
        logs: every log of the channel.
        opened: sets of keys by party and number, in a channel that acts opened.
    """

    channel: str
    name: str
    terms: Terms
    arrangement: Arrangement
    cards: dict[str, dict[int, Card]]
    texts: dict[str, dict[int, str]]
    others: dict[str, dict[str, Card]]
    revocations: dict[str, list[Revocation]]
    register: Register
    logs: tuple[Log, ...]
    opened: dict[str, dict[int, ChannelKeys]]

    @property
    def rank(self) -> int:
        """The place of the channel in the order of serving."""
        return channels_text.rank(self.terms.purpose)

    def keys(self, party: str, number: int) -> ChannelKeys:
        """Return a party's public keys of one card in this channel."""
        if party in self.opened:
            return self.opened[party][number]
        return self.cards[party][number].channels[self.name]

    def every_keys(self, party: str, number: int) -> tuple[ChannelKeys, ...]:
        """Return a party's public keys of one card, by each text of it that may count."""
        origins = [log.origin for log in self.logs if log.party == party]
        found = (one for origin in origins for one in self._keys_in(origin, number))
        return tuple(dict.fromkeys((self.keys(party, number), *found)))

    def _keys_in(self, origin: str, number: int) -> tuple[ChannelKeys, ...]:
        """Return the keys of the card with that number that counts in a log (3.4.1).

        While the log enters none that was read, each that is held may be the one.
        """
        party = origin.partition("/")[0]
        held, others = self.keys(party, number), self.others[party]
        if not others:
            return (held,)
        text = self._text_in(origin, number)
        if text is not None:
            return (others[text].channels[self.name] if text in others else held,)
        named = (one.channels[self.name] for one in others.values() if one.number == number)
        return (held, *named)

    def _text_in(self, origin: str, number: int) -> str | None:
        """Return the SHA-256 of the text by which a card counts in a log, if it is entered."""
        counted = validity.in_order(self.positions(origin))
        return next((one.text for one in counted if one.text and one.number == number), None)

    def seal_text(self, party: str, number: int) -> str:
        """Return the SHA-256 of the text of a party's card that is kept, or of keys by acts."""
        return self.texts[party][number]

    def sealed_to(self, party: str, number: int) -> tuple[str, bytes]:
        """Return the key text to name for a party's card, by hash, and its seal key."""
        text = self._text_in(self.newest_origin(party), number) if self.others[party] else None
        if text in self.others[party]:
            return text, self.others[party][text].channels[self.name].seal
        return self.seal_text(party, number), self.keys(party, number).seal

    def positions(self, origin: str) -> tuple[Position, ...]:
        """Return where the cards of a log's author stand in it.

        Only those with a text of that number among what the act names that enters them, whichever
        of two a reader keeps: what a party showed beside its log comes to different readers at
        different times.  There is always a first one: a log whose entry 1 names a card that nobody
        holds would else stop every other party of its channel.
        """
        party = origin.partition("/")[0]
        held, first = self.cards[party], self.register.first_card(origin)
        entered = (
            Position(one.number, one.index, text)
            for one in self.entered(origin)
            for text in one.sha256s
            if self._is_of(party, text, one.number)
        )
        return (Position(first if first in held else min(held), None), *entered)

    def _is_of(self, party: str, text: str, number: int) -> bool:
        other = self.others[party].get(text)
        return self.texts[party].get(number) == text or (
            other is not None and other.number == number
        )

    def entered(self, origin: str) -> tuple[Entered, ...]:
        """Return what acts enter in a log: cards, or sets of keys where acts opened the channel."""
        tag = exchange_acts.KEYS_ENTERED if self.opened else exchange_acts.CARD_ENTERED
        return self.register.entered(origin, tag)

    def end(self, cut: Cut) -> Fact | None:
        """Return an act that ends this channel within a cut; one with cards has no end."""
        return self.register.end(cut) if self.opened else None

    def end_known(self) -> Fact | None:
        """Return an act that ends this channel, by all that is understood."""
        return self.end({log.origin: log.size for log in self.logs})

    def newest_origin(self, party: str) -> str:
        """Return the newest log of a party that is open, or its first."""
        logs = [log for log in self.logs if log.party == party]
        in_use = [log for log in logs if log.state == LOG_OPEN] or logs
        return max(in_use, key=lambda log: log.generation).origin

    def seal_card(self, party: str, cut: Cut) -> int:
        """Return the number of the card to seal to, for an author who has seen this cut.

        It follows from the cut alone: author and reader may know different generations of the
        party's log.
        """
        logs = sorted(
            (log for log in self.logs if log.party == party), key=lambda log: log.generation
        )
        origin = [log for log in logs if cut.get(log.origin, 0)][-1:] or logs[:1]
        return validity.seal_card_seen(
            self.positions(origin[0].origin), cut.get(origin[0].origin, 0)
        )

    def card_sealed_to(self, party: str, number: int) -> int:
        """Return the number of the card to whose key is sealed where that one is in force.

        It is the next one that is held and not revoked, if that one is: whoever revokes has lost
        it, or knows of a thief.
        """
        revoked = {card for one in self.revocations[party] for card in one.revoked}
        good = (n for n in (number, *self.newer_cards(party, number)) if n not in revoked)
        return next(good, number)

    def newer_cards(self, party: str, number: int) -> tuple[int, ...]:
        """Return the numbers over that one of a party's cards that are held, in order."""
        return tuple(sorted(held for held in self.cards[party] if held > number))

    def placed_cards(self, origin: str, size: int) -> tuple[int, ...]:
        """Return the cards whose log keys may sign a head of that size, revoked or not."""
        party = origin.partition("/")[0]
        return validity.keys_at(self.positions(origin), size, self.cards[party])

    def log_cards(self, origin: str, size: int) -> tuple[int, ...]:
        """Return the cards whose log keys may sign a head of that size, unrevoked."""
        party = origin.partition("/")[0]
        numbers = self.placed_cards(origin, size)
        return validity.unrevoked(numbers, self.revocations[party], origin, size)

    def log_keys(self, origin: str, numbers: Iterable[int]) -> tuple[tuple[bytes, bytes], ...]:
        """Return the pairs of a log's keys on these cards, Ed25519 and ML-DSA-44."""
        keys = (one for number in numbers for one in self._keys_in(origin, number))
        return tuple((k.log_ed25519, k.log_mldsa44) for k in keys)

    def log_verifiers(self, suite: Suite, origin: str, size: int) -> list[tuple[Verifier, ...]]:
        """Return candidate pairs of verifiers of a head, the one in force first."""
        pairs = self.log_keys(origin, self.log_cards(origin, size))
        return [suite.log_verifiers(origin, *pair) for pair in pairs]

    def mirror_cards(self, party: str, origin: str, size: int) -> tuple[int, ...]:
        """Return the cards whose mirror keys may cosign a head of that size, unrevoked."""
        own = self.newest_origin(party)
        seen = {log.origin: log.size for log in self.logs}
        held = self.cards[party]
        numbers = validity.mirror_cards(self.positions(own), seen.get(own, 0), held)
        return validity.unrevoked(numbers, self.revocations[party], origin, size)

    def unrevoked(self, party: str, origin: str, size: int) -> tuple[int, ...]:
        """Return the cards that are held of a party whose mirror keys may cover that size."""
        return validity.unrevoked(sorted(self.cards[party]), self.revocations[party], origin, size)

    def mirror_verifiers(
        self, suite: Suite, party: str, origin: str, size: int, numbers: Iterable[int] | None = None
    ) -> list[tuple[Verifier, ...]]:
        """Return candidate pairs of verifiers of a mirror's cosignatures of a head.

        By these cards, or else by those that may cosign it now.
        """
        name = self.arrangement.mirror_name(party, self.name)
        if numbers is None:
            numbers = self.mirror_cards(party, origin, size)
        keys = (one for number in numbers for one in self.every_keys(party, number))
        return [suite.mirror_verifiers(name, k.mirror_ed25519, k.mirror_mldsa44) for k in keys]


def load(tx: Tx, channel: str) -> Trust:
    """Return the trust of a channel; all but its logs is remembered until it changes.

    Raises:
        Fault: `node.arrangement.unknown`.
    """
    version = register_records.version(tx)
    found = _REMEMBERED.get(channel, {}).get(version)
    if found is None:
        found = _extended(channel, version) or _load(tx, channel)
        _remember(channel, version, found)
    return replace(found, logs=tuple(tx.logs(channel)))


_REMEMBERED: Final[dict[str, dict[str, Trust]]] = {}
"""By channel and version: a version is a hash over content, so it needs no store beside it."""

_REMEMBERED_MAX: Final = 1_024
"""Channels: more than a State has that speaks with every other one in two."""

_VERSIONS_MAX: Final = 8
"""Of one channel: a peer's register acts make one each, and others are still asked for."""

_STEPS: Final[dict[str, tuple[str, UnderstoodAct]]] = {}
"""By version: the one before, and the register act that made it another one."""

_STEPS_MAX: Final = 4_096  # each channel takes them up within a minute; cards of all may come


def _remember(channel: str, version: str, found: Trust) -> None:
    """Keep a trust; what another thread keeps at the same moment may be lost and is loaded anew."""
    if channel not in _REMEMBERED and len(_REMEMBERED) >= _REMEMBERED_MAX:
        _REMEMBERED.clear()
    kept = [*_REMEMBERED.get(channel, {}).items()][1 - _VERSIONS_MAX :]
    _REMEMBERED[channel] = {**dict(kept), version: found}


def _extended(channel: str, version: str) -> Trust | None:
    """Return what is remembered of an earlier version with the register acts since, if it can be.

    So a register act costs what it adds, and not the reading of the whole register.
    """
    rows: list[UnderstoodAct] = []
    found = None
    while found is None:
        step = _STEPS.get(version)
        if step is None:
            return None
        version, row = step
        rows.append(row)
        found = _REMEMBERED.get(channel, {}).get(version)
    mine = [row for row in rows[::-1] if register_records.channel_path_of(row.origin) == channel]
    return _with_rows(found, mine) if mine else found


def _with_rows(before: Trust, rows: Sequence[UnderstoodAct]) -> Trust:
    """Return a trust with register acts that came, or that became foreign."""
    facts = before.register.facts
    said = {_place(one): one for one in facts}
    for row in rows:
        said.pop((row.origin, row.index), None)
        if row.act.matter == Matter(CHANNEL_KIND, before.name) and not row.foreign:
            said[row.origin, row.index] = _fact(row)
    every = tuple(sorted(said.values(), key=_place))
    return replace(before, register=replace(before.register, facts=every))


def _fact(row: UnderstoodAct) -> Fact:
    return Fact(row.origin, row.index, row.party, row.act)


def _place(fact: Fact) -> tuple[str, int]:
    return (fact.origin, fact.index)


def _load(tx: Tx, path: str) -> Trust:
    arrangement_id, name = register_records.split_channel(path)
    arrangement = register_records.arrangement(tx, arrangement_id)
    parties = arrangement.party_ids()
    rows = tx.acts_of(path, Matter(CHANNEL_KIND, name))
    cards = {p: register_records.cards(tx, arrangement_id, p) for p in parties}
    has_cards = name in CARD_CHANNELS
    opened = {} if has_cards else channel_records.sets(tx, path, parties)
    numbers = {p: [*opened.get(p, ())] or [channel_records.FIRST_SET] for p in parties}
    return Trust(
        channel=path,
        name=name,
        terms=channel_records.terms(tx, path),
        arrangement=arrangement,
        cards=cards
        if has_cards
        else {p: dict.fromkeys(numbers[p], one[min(one)]) for p, one in cards.items()},
        texts={
            p: register_records.card_digests(tx, arrangement_id, p)
            if has_cards
            else {n: channel_records.text_sha256(name, one) for n, one in opened.get(p, {}).items()}
            for p in parties
        },
        others={
            p: register_records.other_cards(tx, arrangement_id, p) if has_cards else {}
            for p in parties
        },
        revocations={
            p: register_records.revocations(tx, arrangement_id, p) if has_cards else []
            for p in parties
        },
        register=Register(
            tuple(map(_fact, rows)),
            arrangement.vocabulary,
        ),
        logs=(),
        opened=opened,
    )


def touch_register(tx: Tx, rows: Iterable[UnderstoodAct]) -> None:
    """Note register acts that are saved: what trust is made of changes."""
    for row in rows:
        if row.act.matter.kind == CHANNEL_KIND:
            what = f"{row.origin}|{row.index}|{row.act.id}|{row.foreign}"
            before = register_records.version(tx)
            register_records.touch(tx, what.encode())
            if len(_STEPS) >= _STEPS_MAX:
                _STEPS.clear()
            _STEPS[register_records.version(tx)] = (before, row)


def channels(tx: Tx, own_party: str) -> list[str]:
    """Return the paths of all channels in which this node writes."""
    paths = {log.channel for log in tx.logs() if log.own and "/" in log.channel}
    assert own_party
    return sorted(paths)


def held_cut(logs: Iterable[Log]) -> Cut:
    """Return the cut of everything that is understood here, and of an own log signed for.

    What is not signed of an own log may still be cut by a recovery; a receipt that was held
    against it would be foreign for ever.  A log that ended is cut no more.
    """
    return {
        log.origin: min(log.understood, log.signed)
        if log.own and log.state != LOG_ENDED
        else log.understood
        for log in logs
    }
