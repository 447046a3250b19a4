"""Kept cosignatures that count still: a revocation may have come after they were believed.

    card 1 revoked above 17    cosignatures kept  … 16 17 | 18 21 by card 1, 21 30 by card 2
    counted                                       … 16 17 |                  21 30 by card 2

What is kept was verified when it came, so the ids of its keys say whose it is.

Source: docs/spec/arrangement.md 3.6.3; protocol rule 4.
Floor: node.
"""

from typing import Final

from comity.joint.arrangement import revocation
from comity.node.base.ports import Tx
from comity.node.base.rows import Cosignature
from comity.node.base.trust import Trust
from comity.tlog import keys, note
from comity.tlog.keys import VKey

_STEPS_MAX: Final = 1_000


def is_cosignature(loaded: Trust, given: Cosignature) -> bool:
    """Return whether keys that are not revoked below its size made a mirror's cosignature.

    A witness outside the parties has no card: what it gave counts.
    """
    party = given.party
    if not loaded.revocations.get(party):
        return True
    signed = {line.key_id for line in note.parse_signatures(given.lines)}
    name = loaded.arrangement.mirror_name(party, loaded.name)
    numbers = loaded.unrevoked(party, given.origin, given.size)
    held = (one for number in numbers for one in loaded.every_keys(party, number))
    return any(
        _ids(
            name,
            (keys.ED25519_COSIGNATURE, one.mirror_ed25519),
            (keys.ML_DSA_44_COSIGNATURE, one.mirror_mldsa44),
        )
        <= signed
        for one in held
    )


def _ids(name: str, *made: tuple[int, bytes]) -> frozenset[bytes]:
    return frozenset(VKey(name, kind, public).key_id for kind, public in made)


def newest(tx: Tx, loaded: Trust, origin: str, party: str) -> Cosignature | None:
    """Return the greatest cosignature of a log by a party that counts."""
    given = tx.newest_cosignature(origin, party)
    if given is None or is_cosignature(loaded, given):
        return given
    caps = (
        revocation.last_size(loaded.revocations[party], card, origin)
        for card in loaded.cards[party]
    )
    cap = max((cap for cap in caps if cap is not None and cap < given.size), default=0)
    found = _greatest(tx, origin, party, cap)
    return found if found is not None and is_cosignature(loaded, found) else None


def _greatest(tx: Tx, origin: str, party: str, end: int) -> Cosignature | None:
    """Return the cosignature of the greatest kept size up to `end`."""
    found, low, high = None, 1, end
    while low <= high:
        middle = (low + high) // 2
        given = tx.cosignature_at_least(origin, party, middle)
        if given is not None and given.size <= end:
            found, low = given, given.size + 1
        else:
            high = middle - 1
    return found


def at_least(tx: Tx, loaded: Trust, origin: str, party: str, size: int) -> Cosignature | None:
    """Return the least cosignature of a log by a party that covers so much of it and counts."""
    given = tx.cosignature_at_least(origin, party, size)
    for _ in range(_STEPS_MAX):
        if given is None or is_cosignature(loaded, given):
            break
        given = tx.cosignature_at_least(origin, party, given.size + 1)
    if given is None:  # of the newest size the first may be void, and the newest not
        given = tx.newest_cosignature(origin, party)
    is_good = given is not None and given.size >= size and is_cosignature(loaded, given)
    return given if is_good else None
