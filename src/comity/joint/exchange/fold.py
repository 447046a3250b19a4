"""The register of a channel: what its own acts say of cards, versions and generations.

Every fact has the place of its entry, so that a question is answered for a cut: what was
in force in what an author had seen (protocol rules 12, 13 and 17).

Floor: joint (pure).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from comity.acts.causality import Cut, contains
from comity.acts.record import Act
from comity.acts.vocabulary import Vocabulary, room_of
from comity.joint.exchange import acts

FOREIGN_ORIGIN: Final = "origin"
FOREIGN_ID: Final = "id"
FOREIGN_TAG: Final = "tag"
FOREIGN_MANY: Final = "many"
FOREIGN_ROOT: Final = "root"
FOREIGN_DISOWNED: Final = "disowned"
FOREIGN_ENDED: Final = "ended"


@dataclass(frozen=True, slots=True)
class Fact:
    """A register act and where it stands."""

    origin: str
    index: int
    party: str
    act: Act


@dataclass(frozen=True, slots=True)
class Entered:
    """A card as the act says that enters it in a log.

    Attributes:
        number: of the card.
        index: of the act.
        sha256s: of the texts that the act names, one of them the card's.
    """

    number: int
    index: int
    sha256s: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Register:
    """What the channel's acts say of the channel.

    Attributes:
        facts: in the order of (origin, index).
        paired: `{room: version}` that pairing adopted for all.
    """

    facts: tuple[Fact, ...] = ()
    paired: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    _of_tag: dict[str, list[Fact]] = field(init=False, repr=False, compare=False)
    _entered: dict[tuple[str, str], tuple[Entered, ...]] = field(
        init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        """Sort the facts by tag: many of one must not cost those who ask for another."""
        of_tag: dict[str, list[Fact]] = {}
        for fact in self.facts:
            of_tag.setdefault(fact.act.tag, []).append(fact)
        object.__setattr__(self, "_of_tag", of_tag)
        object.__setattr__(self, "_entered", {})

    def said(self, tag: str, party: str = "") -> Iterable[Fact]:
        """Give the facts of one tag, of one party or of all."""
        return (f for f in self._of_tag.get(tag, ()) if party in ("", f.party))

    def first_card(self, origin: str) -> int:
        """Return the number of the card with which a log begins.

        It stands behind the first key entry: the same act further on changes nothing.
        """
        begins = (f for f in self.said(acts.GENERATION_BEGUN) if f.index == acts.BEGUN_INDEX)
        begun = next((f for f in begins if f.origin == origin), None)
        return acts.number(begun.act.codes, "card") if begun else 1

    def entered(self, origin: str, tag: str = acts.CARD_ENTERED) -> tuple[Entered, ...]:
        """Return the cards, or sets of keys, that acts of this tag enter in a log, by index.

        They are remembered: each head and each seal asks for them.
        """
        found = self._entered.get((origin, tag))
        if found is None:
            found = self._entered[origin, tag] = tuple(
                Entered(
                    acts.number(f.act.codes, "number"),
                    f.index,
                    tuple(document.sha256 for document in f.act.documents),
                )
                for f in self.said(tag)
                if f.origin == origin
            )
        return found

    def version(self, party: str, room: str, cut: Cut) -> int:
        """Return the version of a room that a party has adopted within a cut; 0: none."""
        adopted = (
            acts.number(f.act.codes, room)
            for f in self.said(acts.VERSION_ADOPTED, party)
            if contains(cut, f.origin, f.index)
        )
        return max((self.paired.get(room, 0), *adopted))

    def versions(self, party: str, cut: Cut) -> dict[str, int]:
        """Return `{room: version}` of what a party has adopted within a cut."""
        rooms = {
            room
            for f in self.said(acts.VERSION_ADOPTED, party)
            if contains(cut, f.origin, f.index)
            for room in f.act.codes
        }
        found = {room: self.version(party, room, cut) for room in sorted({*self.paired, *rooms})}
        return {room: version for room, version in found.items() if version}

    def is_adopted(self, tag: str, known: Vocabulary, parties: Iterable[str], cut: Cut) -> bool:
        """Return whether every party has adopted a tag, that is known here, within a cut."""
        version, room = known.version_of(tag), room_of(tag)
        return version is not None and all(self.version(p, room, cut) >= version for p in parties)

    def end(self, cut: Cut) -> Fact | None:
        """Return an act that ends the channel within a cut, or None."""
        ends = (f for f in self.said(acts.CHANNEL_ENDED) if contains(cut, f.origin, f.index))
        return next(ends, None)

    def acceptances(self, origin: str) -> Mapping[str, str]:
        """Return `{party: root of the first two entries}` of those that accepted a generation."""
        return MappingProxyType(
            {
                f.party: f.act.codes.get("entry", "")
                for f in self.said(acts.GENERATION_ACCEPTED)
                if f.act.codes.get("origin") == origin
            }
        )
