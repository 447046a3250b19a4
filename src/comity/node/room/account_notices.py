"""What was done to an officer's account by others: they are told at their desk, whoever did it.

    record kind    key                  value
    officer-told   <officer>|<when>     what, by

Whoever is at the machine can make a link that signs in as any officer, take a second factor away,
and replace the token by which they work on the command line: that cannot be prevented on their own
machine, so it is told; on the pages a second person agrees to it (`account_changes`).  Nobody can
put it out of sight; it goes by itself after a week, and stands in the local log for good.

Floor: node.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, cast

from comity.kernel.ijson import Json
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import Officer

KIND: Final = "officer-told"
LINK: Final = "link"
RESET: Final = "reset"
ROLES: Final = "roles"
TOKEN: Final = "token"  # noqa: S105 -- what was done, not a token

WEEK_MS: Final = 7 * 24 * 3_600_000
_PAGE: Final = 10
_DIGITS: Final = 15


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that was done.

    Attributes:
        what: `link`, `reset`, `roles` or `token`.
        by: the officer who did it, or "" for whoever was at the machine.
        at_ms: when.
    """

    what: str
    by: str
    at_ms: int


def tell(tx: Tx, node: Node, name: str, what: str, by: str) -> None:
    """Keep what an officer is to be told; what was told a week ago goes."""
    now_ms = node.clock.now_ms()
    for key in tx.records(KIND, after=f"{name}|", count_max=_PAGE):
        if key.startswith(f"{name}|") and key < _key(name, now_ms - WEEK_MS):
            tx.drop_record(KIND, key)
    at_ms = now_ms
    while tx.record(KIND, _key(name, at_ms)) is not None:
        at_ms += 1
    tx.save_record(KIND, _key(name, at_ms), {"what": what, "by": by})


def listing(node: Node, officer: Officer) -> Sequence[Told]:
    """Return what an officer is told, the newest first; what they did themselves is no news."""
    since = _key(officer.name, node.clock.now_ms() - WEEK_MS)
    with node.store.read() as tx:
        own = [*_own(tx, officer.name, since)]
    return [one for one in reversed(own) if one.by != officer.name]


def _own(tx: Tx, name: str, since: str) -> Iterator[Told]:
    """Give all that one officer is told: many links put nothing else out of their sight."""
    at = since
    while page := tx.records(KIND, after=at, count_max=_PAGE):
        for at, value in page.items():
            if not at.startswith(f"{name}|"):
                return
            yield _read(at, cast("dict[str, str]", value))


def fact(by: str) -> Mapping[str, str]:
    """Return who did it, as the local log has it."""
    return {"operator": by} if by else {}


def _key(name: str, at_ms: int) -> str:
    return f"{name}|{max(at_ms, 0):0{_DIGITS}d}"


def _read(key: str, value: Mapping[str, Json]) -> Told:
    return Told(str(value["what"]), str(value["by"]), int(key.rpartition("|")[2]))
