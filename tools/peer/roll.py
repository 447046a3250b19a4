"""The cards of one party: which are held, which are revoked, and which counts where.

docs/spec/arrangement.md, 3.3 to 3.6.
"""

from collections.abc import Sequence

from tools.peer import card as cards
from tools.peer import note, revoke, said
from tools.peer.history import SKEW_MS_MAX, Entry
from tools.peer.log import Refused
from tools.peer.pairing import Arrangement
from tools.peer.store import Folder
from tools.peer.text import Malformed, read, sha256

ENTERED = "arrangement.card-entered/1"
REVOKED = "arrangement.revocation-entered/1"
BEGUN = "exchange.generation-begun/1"
GENERATIONS = 16
IDS = (("log-ed25519", b"\1"), ("log-mldsa44", b"\6"))
MIRROR_IDS = (("mirror-ed25519", b"\4"), ("mirror-mldsa44", b"\6"))

type Entered = list[tuple[int, int]]
"""The cards that count in a log: the index at which each was entered, and its number."""


class Roll:
    """The cards and revocations of one party, each numbered from 1 without a gap."""

    def __init__(self, folder: Folder, arrangement: Arrangement, party: str) -> None:
        self.folder, self.arrangement, self.party = folder, arrangement, party
        self.file = f"{party}.cards.json"
        self.texts = [arrangement.texts[party]]
        self.cards = [arrangement.cards[party]]
        self.others: dict[str, cards.Card] = {}
        self.revocations: list[str] = []
        self.revoked: dict[int, list[revoke.Sizes]] = {}
        kept = folder.get(self.file, {"cards": [], "others": [], "revocations": []})
        for text in kept["cards"]:
            self._add_card(text)
        for text in kept["others"]:
            self._add_other(text)
        for text in kept["revocations"]:
            self._add_revocation(text)

    @property
    def newest(self) -> cards.Card:
        """The newest card that is held."""
        return self.cards[-1]

    def every(self) -> list[str]:
        """What travels by `POST /cards`: cards, then revocations, each by number (7.5.6)."""
        return [*self.texts, *self.revocations]

    def may_cover(self, number: int, origin: str, size: int) -> bool:
        """Whether the keys of a card may sign so much of a log, by what was revoked (3.6)."""
        told = self.revoked.get(number)
        return told is None or size <= min(one.get(origin, 0) for one in told)

    def on_the_wire(self, now_ms: int) -> set[bytes]:
        """The certificates that are good now (3.4.9)."""
        return {
            card.tls
            for card in self.cards
            if card.number not in self.revoked
            and card.not_before_ms - SKEW_MS_MAX <= now_ms < card.not_after_ms
        }

    def take(self, text: str) -> bool:
        """Takes a card or revocation; whether it is new. Texts of others are passed over."""
        header, _, rest = text.partition("\n")
        told = read(rest.partition("\n")[0])
        if (told.get("arrangement"), told.get("party")) != (self.arrangement.id, self.party):
            return False
        if header == "comity/card/1":
            number: int = told["number"]
            if number <= len(self.cards) and self.texts[number - 1] != text:
                is_new, add = text not in self.others, self._add_other
            else:
                is_new, add = self._is_new(number, text, self.texts), self._add_card
        else:
            is_new = self._is_new(told["number"], text, self.revocations)
            add = self._add_revocation
        if is_new:
            add(text)
            kept = {
                "cards": self.texts[1:],
                "others": [*self.others],
                "revocations": self.revocations,
            }
            self.folder.put(self.file, kept)
        return is_new

    def _is_new(self, number: int, text: str, held: list[str]) -> bool:
        """Whether it is the next one (3.3.3, 3.6.4); another revocation is refused (3.6.4)."""
        if number <= len(held):
            if held[number - 1] != text:
                raise Refused(422, "arrangement.revocation.number", "Another is held.")
            return False
        if number != len(held) + 1:
            raise Refused(422, "arrangement.card.number", "Those between are missing (3.3.3).")
        return True

    def _add_card(self, text: str) -> None:
        root = self.arrangement.roots[self.party]
        made = cards.read(text, self.party, self.arrangement.id, root)
        if any(made.keys() & one.keys() for one in self.cards):
            raise Malformed("a key of an earlier card (3.3.4)")
        if any(self._ids(made) & self._ids(one) for one in self.cards):
            raise Malformed("an id of a key of an earlier card (3.3.4)")
        self.cards.append(made)
        self.texts.append(text)

    def _add_other(self, text: str) -> None:
        """Keeps another text of a card, which counts where a log enters it (3.3.7)."""
        root = self.arrangement.roots[self.party]
        self.others[text] = cards.read(text, self.party, self.arrangement.id, root)

    def _every(self, number: int) -> list[cards.Card]:
        """The card of a number by each of its texts."""
        others = (card for card in self.others.values() if card.number == number)
        return [self.cards[number - 1], *others]

    def _hashes(self, number: int) -> set[str]:
        others = {text for text, card in self.others.items() if card.number == number}
        return {sha256(text.encode()).hex() for text in (self.texts[number - 1], *others)}

    def _ids(self, card: cards.Card) -> set[tuple[str, bytes]]:
        """Each name of a key with its id, of the first 16 generations and of the mirror."""
        found = set()
        for channel, keys in card.channels.items():
            before = f"{self.party}/{self.arrangement.id}/{channel}"
            named = {f"{before}/{count}": IDS for count in range(1, GENERATIONS + 1)}
            for name, kinds in {**named, f"{before}/mirror": MIRROR_IDS}.items():
                found |= {(name, note.key_id(name, kind, keys[key])) for key, kind in kinds}
        return found

    def _add_revocation(self, text: str) -> None:
        root = self.arrangement.roots[self.party]
        _, found = revoke.read(text, self.party, self.arrangement.id, root)
        self.revocations.append(text)
        for number, sizes in found.items():
            self.revoked.setdefault(number, []).append(sizes)

    def entered(self, entries: Sequence[Entry]) -> Entered:
        """The cards that count in a log of these entries (3.4.1, 3.4.2)."""
        found: Entered = [(-1, self._first(entries))]
        for entry in entries:
            if not entry.is_act(ENTERED):
                continue
            number = found[-1][1] + 1
            if said.number(entry.codes, "number") != number or number > len(self.cards):
                continue
            if self._hashes(number) & {*entry.named("card")}:
                found.append((entry.index, number))
        return found

    def _first(self, entries: Sequence[Entry]) -> int:
        """The first card of a log: 1, or the one that entry 1 names and that is held (3.4.1)."""
        if len(entries) > 1 and entries[1].is_act(BEGUN):
            number = said.number(entries[1].codes, "card")
            return number if 0 < number <= len(self.cards) else 1
        return 1

    def _signers(self, entered: Entered, size: int) -> list[int]:
        """The cards whose log keys may sign a head of this size (3.4.3, 3.4.8)."""
        first, last = in_force(entered, size), entered[-1][1]
        return [first, *(range(last + 1, len(self.cards) + 1) if first == last else ())]

    def head(self, text: str, channel: str, entries: Sequence[Entry]) -> tuple[note.Head, int]:
        """A head that the keys in force signed, or newer ones; by which card."""
        head = note.read_head(note.split(text)[0])
        problem = Malformed("no card")
        signers = self._signers(self.entered(entries), head.size)
        for number, card in [(one, card) for one in signers for card in self._every(one)]:
            try:
                note.check_log(text, card.log(channel))
            except Malformed as found:
                problem = found
                continue
            if self.may_cover(number, head.origin, head.size):
                return head, number
            problem = Malformed("its keys are revoked below this size (3.6.3)")
        raise problem

    def cosignature(
        self, lines: str, head: note.Head, channel: str, entries: Sequence[Entry]
    ) -> tuple[int, int]:
        """The time of a cosignature, and by which card (3.4.7); `entries` are of their log."""
        name = f"{self.party}/{self.arrangement.id}/{channel}/mirror"
        first = max(1, self.entered(entries)[-1][1] - 1)
        problem = Malformed("no card")
        numbers = range(first, len(self.cards) + 1)
        for number, card in [(one, card) for one in numbers for card in self._every(one)]:
            try:
                seconds = note.check_cosignature(lines, head, name, card.mirror(channel))
            except Malformed as found:
                problem = found
                continue
            if self.may_cover(number, head.origin, head.size):
                return seconds, number
            problem = Malformed("its keys are revoked below this size (3.6.3)")
        raise problem

    def readable(self, entries: Sequence[Entry], heads: dict[int, list[int]]) -> bool:
        """Whether the next entry stands under a head whose keys the cards before allow (8.2.6).

        `heads` gives of each size the cards that signed a head of it.
        """
        before, index = self.entered(entries), len(entries)
        return any(
            size > index and {*numbers} & {*self._signers(before, size)}
            for size, numbers in heads.items()
        )

    def text(self, number: int) -> str:
        """The hash of the text of a card (2.1.9)."""
        return sha256(self.texts[number - 1].encode()).hex()

    def seal_key(self, text: str, channel: str) -> bytes | None:
        """The seal key in a key text, by its hash; None while it is not held."""
        for number, card in enumerate(self.cards, 1):
            if self.text(number) == text:
                return card.channels[channel]["seal"]
        others = {sha256(other.encode()).hex(): card for other, card in self.others.items()}
        return others[text].channels[channel]["seal"] if text in others else None

    def seals_to(self, entered: Entered, seen: int) -> int:
        """The card to which an author seals who has seen so many entries (3.4.5, 3.4.11)."""
        in_force = sealed_to(entered, seen)
        if in_force not in self.revoked:
            return in_force
        later = range(in_force + 1, len(self.cards) + 1)
        return next((number for number in later if number not in self.revoked), in_force)


def in_force(entered: Entered, size: int) -> int:
    """The number of the card whose log keys sign heads of this size (3.4.3)."""
    return max(number for index, number in entered if index < 0 or index + 1 < size)


def sealed_to(entered: Entered, seen: int) -> int:
    """The number of the card whose seal key is in force for who has seen so many (3.4.5)."""
    if not seen:
        return 1
    return max(number for index, number in entered if index < seen)
