"""What a revocation takes back: heads and cosignatures that were believed here and count no more.

    card 1 revoked above 17    heads held  … 16 17 | 18 21    ->  heads 18 to 21, entries 17 to 20

A revocation is decidable by size alone, whenever it arrives.  What lies above its cap was
believed in good faith; it is told and not hidden, and nothing above the cap is believed again.
It stands until a key that counts has signed a head over the same entries.

Source: protocol rule 4; reliability: no silent acceptance.
Floor: node.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Final

from comity.joint.arrangement import revocation as revocations
from comity.joint.arrangement import validity
from comity.joint.arrangement.revocation import Revocation
from comity.node.base import register_records, trust
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import LOG_ENDED, Log
from comity.node.base.sentence import Sentence, say
from comity.node.base.trust import Trust
from comity.tlog import keys, note
from comity.tlog.keys import VKey

CODE: Final = "exchange.revocation.crossed"
_STEPS_MAX: Final = 1_000


@dataclass(frozen=True, slots=True)
class Crossing:
    """What one revoked key has signed above its cap and was believed here.

    Attributes:
        origin: the log.
        party: whose key it is.
        card: its number.
        is_log_key: whether it signed heads as the log's author, or cosigned as a mirror.
        cap: the last size that the key may cover.
        first: the least size above the cap that it signed.
        last: the greatest.
        is_open: whether no later head or cosignature by another key covers these entries.
    """

    origin: str
    party: str
    card: int
    is_log_key: bool
    cap: int
    first: int
    last: int
    is_open: bool

    def words(self) -> Sentence:
        """Return one sentence that names heads and entries."""
        facts = {**asdict(self), "before": self.last - 1}
        if self.is_log_key:
            return say(
                "Card {card} of {party} is revoked above {cap} entries of {origin}, and had signed "
                "its heads of {first} to {last}: entries {cap} to {before} were believed on its "
                "word.",
                **facts,
            )
        return say(
            "Card {card} of {party} is revoked above {cap} entries of {origin}, and had cosigned "
            "its heads of {first} to {last}: entries {cap} to {before} were believed on its word.",
            **facts,
        )


def tell(node: Node, tx: Tx, new: Sequence[Revocation]) -> None:
    """Raise an alarm for each thing that new revocations of one party take back.

    However many they are, each log is looked through once for a card; and not for one of which
    they take back no more than those before did.
    """
    for one in _crossings(tx, new, are_new=True):
        node.alarms.raise_alarm(CODE, one.words())


def standing(tx: Tx) -> list[Crossing]:
    """Return everything that was taken back and that no key which counts has covered since."""
    return [
        one
        for arrangement in register_records.arrangements(tx)
        for party in arrangement.party_ids()
        for one in _crossings(tx, register_records.revocations(tx, arrangement.id, party))
        if one.is_open
    ]


def _crossings(tx: Tx, said: Sequence[Revocation], *, are_new: bool = False) -> Iterator[Crossing]:
    """What revocations of one party take back; if they are new, only what none before them did."""
    if not said:
        return
    party, mine = said[0].party, f"{said[0].arrangement}/"
    numbers = {revocation.number for revocation in said}
    cards = sorted({card for revocation in said for card in revocation.revoked})
    logs = [log for log in tx.logs() if log.channel.startswith(mine) and log.state != LOG_ENDED]
    for log in logs:
        loaded = trust.load(tx, log.channel)
        if loaded.opened:
            continue  # the keys of an opened channel stand on no card
        every = loaded.revocations[party]
        before = [revocation for revocation in every if revocation.number not in numbers]
        for card in cards:
            cap = revocations.last_size(every, card, log.origin) or 0
            if are_new and revocations.last_size(before, card, log.origin) == cap:
                continue
            found = (
                _of_heads(tx, loaded, log, card, cap)
                if log.party == party
                else _of_cosignatures(tx, loaded, log, party, (card, cap))
            )
            if found is not None:
                yield found


def _of_heads(tx: Tx, loaded: Trust, log: Log, card: int, cap: int) -> Crossing | None:
    """Heads of a log that its author's revoked key signed."""
    counted = validity.in_order(loaded.positions(log.origin))
    later = (p.index for p in counted if p.number > card and p.index is not None)
    believed = max(log.signed, log.understood)  # more, where another party had read more
    last = min(believed, min(later, default=believed) + 1)
    first = tx.head_at_least(log.origin, cap + 1)
    if first is None or first.size > last or validity.log_card_at(counted, last) != card:
        return None
    is_open = believed == last
    return Crossing(
        log.origin, log.party, card, is_log_key=True, cap=cap, first=first.size, last=last,
        is_open=is_open,
    )  # fmt: skip


def _of_cosignatures(
    tx: Tx, loaded: Trust, log: Log, party: str, card_and_cap: tuple[int, int]
) -> Crossing | None:
    """Cosignatures of a log that a mirror's revoked key gave."""
    card, cap = card_and_cap
    if card not in loaded.cards[party]:
        return None
    public = loaded.keys(party, card).mirror_ed25519
    sizes: list[int] = []
    size, newest = cap, 0
    for _ in range(_STEPS_MAX):
        given = tx.cosignature_at_least(log.origin, party, size + 1)
        if given is None:
            break
        size = newest = given.size
        if _is_by(loaded, party, public, given.lines):
            sizes.append(size)
    if not sizes:
        return None
    return Crossing(
        log.origin, party, card, is_log_key=False, cap=cap, first=sizes[0], last=sizes[-1],
        is_open=newest == sizes[-1],
    )  # fmt: skip


def _is_by(loaded: Trust, party: str, public: bytes, lines: bytes) -> bool:
    """Whether lines that were verified when they were kept bear the id of this key."""
    name = loaded.arrangement.mirror_name(party, loaded.name)
    key_id = VKey(name, keys.ED25519_COSIGNATURE, public).key_id
    return any(line.key_id == key_id for line in note.parse_signatures(lines))
