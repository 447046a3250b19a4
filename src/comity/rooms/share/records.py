"""Records of shares whose keys have parts: those under the first of them.

    for key, value in under(tx, kind, f"{consumer}/"):

Floor: rooms.
"""

from collections.abc import Iterator
from typing import Final

from comity.kernel.ijson import Json
from comity.node.base.ports import Tx

_PAGE: Final = 256


def under(tx: Tx, kind: str, prefix: str, after: str = "") -> Iterator[tuple[str, Json]]:
    """Give the records whose key begins so, by key, without that beginning; a page at a time."""
    after = after or prefix
    while True:
        page = tx.records(kind, after=after, count_max=_PAGE)
        for key, value in page.items():
            if not key.startswith(prefix):
                return
            yield key.removeprefix(prefix), value
        if len(page) < _PAGE:
            return
        after = next(reversed(page))
