"""The other party's cards: which are held, and which counts where (arrangement 3.3, 3.4).

Revocations, and how long a card is good, are not read here: a node MUST.
"""

from collections.abc import Sequence

from tools.peer import card as cards
from tools.peer import note, said
from tools.peer.history import Entry
from tools.peer.log import Refused
from tools.peer.pairing import Arrangement
from tools.peer.store import Folder
from tools.peer.text import Malformed, read, sha256

FILE = "cards.json"
TAG = "arrangement.card-entered/1"

type Entered = list[tuple[int, int]]
"""The cards that count in a log: the index at which each was entered, and its number."""


class Roll:
    """The cards of one party, numbered from 1 without a gap."""

    def __init__(self, folder: Folder, arrangement: Arrangement, party: str) -> None:
        self.folder, self.arrangement, self.party = folder, arrangement, party
        self.texts = [arrangement.texts[party]]
        self.cards = [arrangement.cards[party]]
        for text in folder.get(FILE, []):
            self._add(text)

    @property
    def newest(self) -> cards.Card:
        """The newest card that is held."""
        return self.cards[-1]

    def take(self, text: str) -> bool:
        """Takes a card; whether it is new. Texts of others and of other kinds are passed over."""
        header, _, rest = text.partition("\n")
        if header != "comity/card/1":
            return False
        told = read(rest.partition("\n")[0])
        if (told.get("arrangement"), told.get("party")) != (self.arrangement.id, self.party):
            return False
        if told["number"] <= len(self.cards):
            if self.texts[told["number"] - 1] != text:
                raise Refused(422, "exchange.card.two-texts", "Another text of this card is held.")
            return False
        if told["number"] != len(self.cards) + 1:
            raise Refused(422, "arrangement.card.number", "The cards between are missing (3.3.3).")
        self._add(text)
        self.folder.put(FILE, self.texts[1:])
        return True

    def _add(self, text: str) -> None:
        root = self.arrangement.roots[self.party]
        self.cards.append(cards.read(text, self.party, self.arrangement.id, root))
        self.texts.append(text)

    def entered(self, entries: Sequence[Entry]) -> Entered:
        """The cards that count in a log of these entries (3.4.1, 3.4.2)."""
        found: Entered = [(-1, 1)]
        for entry in entries:
            if entry.kind != said.ACT or not entry.counts or entry.said is None:
                continue
            number = found[-1][1] + 1
            if entry.said["tag"] != TAG or entry.said["codes"].get("number") != str(number):
                continue
            named = {one["sha256"] for one in entry.said["documents"] if one["role"] == "card"}
            if number <= len(self.cards) and sha256(self.texts[number - 1].encode()).hex() in named:
                found.append((entry.index, number))
        return found

    def head(self, text: str, channel: str, entered: Entered) -> tuple[note.Head, int]:
        """A head that the keys in force signed, or newer ones (3.4.3, 3.4.8); by which card."""
        size = note.read_head(note.split(text)[0]).size
        problem = Malformed("no card")
        for number in range(in_force(entered, size), len(self.cards) + 1):
            try:
                return note.check_log(text, self.cards[number - 1].log(channel)), number
            except Malformed as found:
                problem = found
        raise problem

    def cosignature(self, lines: str, head: note.Head, channel: str, name: str) -> int:
        """The time of a cosignature by the keys of a card that is held (3.4.7)."""
        problem = Malformed("no card")
        for one in reversed(self.cards):
            try:
                return note.check_cosignature(lines, head, name, one.mirror(channel))
            except Malformed as found:
                problem = found
        raise problem

    def readable(self, entries: Sequence[Entry], signed_by: dict[str, int]) -> int:
        """How many entries stand under a head whose keys the cards before them allow (8.2.6)."""
        heads = [(int(size), number) for size, number in signed_by.items()]
        entered = self.entered(entries)
        for index in range(len(entries)):
            before = [one for one in entered if one[0] < index]
            covering = [one for one in heads if one[0] > index]
            if not any(in_force(before, size) == number for size, number in covering):
                return index
        return len(entries)


def in_force(entered: Entered, size: int) -> int:
    """The number of the card whose log keys sign heads of this size."""
    return max((number for index, number in entered if index + 1 < size), default=1)


def sealed_to(entered: Entered, seen: int) -> int:
    """The number of the card to which an author seals who has seen so many entries (3.4.5)."""
    return max((number for index, number in entered if index < seen), default=1)
