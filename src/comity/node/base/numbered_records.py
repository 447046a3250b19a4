"""Small records that stand under one key: `<key>|<number>`, read without those of others.

No key may be the beginning of another up to a bar.

Floor: node.
"""

from typing import Final

from comity.kernel.ijson import Json
from comity.node.base.ports import Tx

_PAGE: Final = 64
_DIGITS: Final = 6


def of(tx: Tx, kind: str, key: str) -> dict[str, Json]:
    """Return the records of a kind that stand under a key, in their order."""
    prefix = f"{key}|"
    found: dict[str, Json] = {}
    after = prefix
    while page := tx.records(kind, after=after, count_max=_PAGE):
        ours = {name: value for name, value in page.items() if name.startswith(prefix)}
        found |= ours
        if len(ours) < _PAGE:
            break
        after = max(ours)
    return found


def add(tx: Tx, kind: str, key: str, value: Json) -> None:
    """Keep one more record under a key, after all that stand there."""
    last = max(of(tx, kind, key), default=f"{key}|0")
    number = int(last.rpartition("|")[2]) + 1
    tx.save_record(kind, f"{key}|{number:0{_DIGITS}d}", value)
