"""The own private keys, card by card, and new cards and revocations (arrangement 3.3, 3.6)."""

from typing import Any

from tools.peer import card as cards
from tools.peer import revoke
from tools.peer.pairing import Arrangement
from tools.peer.roll import Roll
from tools.peer.seal import Identity
from tools.peer.store import Folder
from tools.peer.text import b64, read

FILE = "keys.json"


class Own:
    """The seeds of every own card, and of the root."""

    def __init__(self, folder: Folder, first: dict[str, str]) -> None:
        self.folder, self.root = folder, cards.root_of(first)
        self.seeds: list[dict[str, str]] = [first, *folder.get(FILE, [])]
        self.made: dict[tuple[int, str], cards.Keys] = {}

    def of(self, number: int, channel: str) -> cards.Keys:
        """The keys of a card in a channel."""
        if (number, channel) not in self.made:
            self.made[number, channel] = cards.keys_of(self.seeds[number - 1], channel)
        return self.made[number, channel]

    def from_card(self, number: int, channel: str) -> list[Identity]:
        """The seal keys of a card and of those after it (3.4.10)."""
        return [self.of(one, channel).seal for one in range(number, len(self.seeds) + 1)]

    def next_card(self, roll: Roll, now_ms: int) -> str:
        """Makes the next card, and keeps its keys before anybody hears of it."""
        seeds = cards.new_seeds(root=False)
        said = read(roll.texts[-1].split("\n")[1])
        about: dict[str, Any] = {
            name: said[name] for name in ("agencies", "arrangement", "endpoint", "names", "party")
        }
        about["tls"] = b64(roll.newest.tls)
        both = {**self.seeds[0], **seeds}
        text = cards.make(both, about, now_ms, len(roll.cards) + 1)
        self.seeds.append(seeds)
        self.folder.put(FILE, self.seeds[1:])
        roll.take(text)
        return text

    def revocation(
        self, roll: Roll, arrangement: Arrangement, card: int, sizes: revoke.Sizes
    ) -> str:
        """Revokes a card but for these sizes."""
        about = {
            "arrangement": arrangement.id,
            "number": len(roll.revocations) + 1,
            "party": roll.party,
        }
        text = revoke.make(self.root, about, {card: sizes})
        roll.take(text)
        return text
