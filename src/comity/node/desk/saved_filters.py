"""Filters of the list that officers keep by name, for themselves or for their agency.

    record kind    key                 value
    list-filter    @<officer>|<id>     one of an officer's own
                   <agency>|<id>       one that they share with their agency

A filter holds what was typed, words of a case among them; so only its officer reads it until they
shares it, and then their agency does and nobody else.  What others come to read is noted.

Floor: node.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, cast

from comity.domestic.officer import role
from comity.kernel.ids import RANDOM_ID_BYTES, random_id
from comity.kernel.inadmissible import Inadmissible
from comity.node.base import numbered_records
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.reader import officer_key
from comity.node.base.rows import Officer
from comity.node.desk.duty import access
from comity.node.room import local_log, officers

KIND: Final = "list-filter"
NAME_CHARS_MAX: Final = 80
QUERY_CHARS_MAX: Final = 2_000
KEPT_MAX: Final = 100
"""Of one officer, and of one agency."""

ROLES: Final = (*access.WORKING, role.AUDITOR)


@dataclass(frozen=True, slots=True)
class Saved:
    """One filter.

    Attributes:
        id: of it.
        name: what its officer calls it.
        query: of the list, as its address has it.
        officer: who keeps it.
        is_shared: whether their agency reads it.
        at_ms: when it was kept.
    """

    id: str
    name: str
    query: str
    officer: str
    is_shared: bool
    at_ms: int


def listing(node: Node, officer: Officer) -> tuple[Saved, ...]:
    """Return an officer's own filters and those of their agency, by name."""
    if set(ROLES).isdisjoint(officer.roles):
        return ()
    with node.store.read() as tx:
        found = [*_of(tx, officer_key(officer.name)), *_of(tx, officer.agency)]
    return tuple(sorted(found, key=lambda one: (one.name.casefold(), one.id)))


def save(
    node: Node, officer: Officer, name: str, query: str, *, is_shared: bool = False, key: str = ""
) -> Saved | Inadmissible:
    """Keep a filter.

    Args:
        node: ours.
        officer: who keeps it.
        name: what they call it.
        query: of the list, as its address has it.
        is_shared: whether their agency reads it from now on.
        key: the same for a command that is sent twice, or "".
    """
    no = officers.lacks_role(officer, *ROLES) or _unfit(name, query)
    if no is not None:
        return no
    where = officer.agency if is_shared else officer_key(officer.name)
    made = Saved(
        key or random_id(node.entropy(RANDOM_ID_BYTES)),
        name.strip(),
        query,
        officer.name,
        is_shared,
        node.clock.now_ms(),
    )
    with node.store.write() as tx:
        known = _of(tx, where)
        again = next((one for one in known if one.id == made.id), None)
        if again is not None:
            return again
        if len(known) >= KEPT_MAX:
            return Inadmissible(
                "node.filter.too-many",
                f"{KEPT_MAX} filters are kept already.",
                "Drop one that nobody uses.",
            )
        tx.save_record(KIND, f"{where}|{made.id}", _to_json(made))
        if is_shared:
            _note(tx, node, officer, "desk.filter-shared", made)
    return made


def drop(node: Node, officer: Officer, filter_id: str) -> Saved | Inadmissible:
    """Forget a filter: one's own, or one of one's agency."""
    with node.store.write() as tx:
        for where in (officer_key(officer.name), officer.agency):
            found = next((one for one in _of(tx, where) if one.id == filter_id), None)
            if found is None:
                continue
            no = officers.lacks_role(officer, *access.WORKING) if found.is_shared else None
            if no is not None:
                return no
            tx.drop_record(KIND, f"{where}|{filter_id}")
            if found.is_shared:
                _note(tx, node, officer, "desk.filter-dropped", found)
            return found
    return Inadmissible(
        "node.filter.unknown",
        "There is no such filter of yours or of your agency.",
        "Load the list again: somebody may have dropped it.",
    )


def _unfit(name: str, query: str) -> Inadmissible | None:
    if not name.strip() or len(name) > NAME_CHARS_MAX:
        return Inadmissible(
            "node.filter.nameless",
            f"A filter has a name of at most {NAME_CHARS_MAX} characters.",
            "Give it one by which your colleagues know it.",
        )
    if len(query) > QUERY_CHARS_MAX:
        return Inadmissible(
            "node.filter.too-long",
            f"The filter has {len(query)} characters, over {QUERY_CHARS_MAX}.",
            "Ask for fewer things at once.",
        )
    return None


def _of(tx: Tx, where: str) -> list[Saved]:
    return list(_read(tx, where))


def _read(tx: Tx, where: str) -> Iterator[Saved]:
    for key, value in numbered_records.of(tx, KIND, where).items():
        fields = cast("dict[str, Any]", value)
        is_shared = not where.startswith("@")
        yield Saved(key.rpartition("|")[2], is_shared=is_shared, **fields)


def _to_json(one: Saved) -> dict[str, Any]:
    return {"name": one.name, "query": one.query, "officer": one.officer, "at_ms": one.at_ms}


def _note(tx: Tx, node: Node, officer: Officer, step: str, one: Saved) -> None:
    facts = {"agency": officer.agency, "filter": one.id, "name": one.name, "officer": officer.name}
    local_log.note(tx, node, step, facts)
