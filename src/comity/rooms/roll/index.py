"""What rolls know of hashes, as far as they are loaded here; and how far readers are.

Floor: rooms.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock
from typing import Final, cast

from comity.acts import facts
from comity.acts.facts import State
from comity.acts.verb import Both, both
from comity.joint.roll import acts, sorting, view
from comity.joint.roll.entries import Roll
from comity.joint.roll.sorting import Loaded
from comity.kernel import ijson
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import MatterRow, Officer
from comity.node.room import need_to_know
from comity.rooms.roll.editions import LOADED, NOTHING, body_of, current, editions, rolls


@dataclass(slots=True)
class Read:
    """The rolls that this process has read, as far as it has: a later edition adds to them.

    Attributes:
        lock: one reads or sorts at a time.
        rolls: by channel and id: ids of its editions, what they make, and that part of the index.
    """

    lock: Lock = field(default_factory=Lock)
    rolls: dict[str, tuple[tuple[str, ...], Roll, sorting.Part]] = field(default_factory=dict)


@contextmanager
def index(node: Node, officer: Officer) -> Iterator[sorting.Index]:
    """Give the entries of every roll that an officer may read, as far as they are loaded.

    Of a roll of this State all of it is; one that is paused is left out.  Nobody else adds to them
    meanwhile.
    """
    read = node.session.of(Read)
    with read.lock:
        with node.store.read() as tx:
            found = sorting.Index((), [*_parts(node, tx, officer, read)])
        yield found


def _parts(node: Node, tx: Tx, officer: Officer, read: Read) -> Iterator[sorting.Part]:
    reader = need_to_know.reader(tx, officer)
    for row in rolls(tx):
        now = facts.from_json(row.state)
        if view.status(now) == view.PAUSED or now.opening is None:
            continue
        if tx.readable(reader, row.channel, row.matter) is None:
            continue
        is_ours = now.opening.party == node.party
        number = None if is_ours else cast("int", tx.record(LOADED, row.matter.id) or 0)
        key = f"{row.channel}|{row.matter.id}"
        nothing = (), NOTHING, sorting.Part(row.matter.id)
        ids, before, part = read.rolls.get(key, nothing)
        every = tuple(one.id for one in editions(now, number))
        if every[: len(ids)] != ids:
            _, before, part = nothing  # fewer are loaded, or its author has a new log
        found = current(node, tx, now, number, before)
        part.load(Loaded(row.matter.id, found, frozenset(_voted_down(node, tx, now))))
        read.rolls[key] = (every, found, part)
        yield part


def _voted_down(node: Node, tx: Tx, now: State) -> Iterator[str]:
    """Give the entries on which a reader voted down and the author has not decided."""
    for one in view.owed(now):
        if one.number(acts.DOWN):
            votes = ijson.parse(body_of(node, tx, one, acts.VOTES))
            listed = cast("dict[str, list[dict[str, str]]]", votes).get(acts.DOWN, [])
            yield from (str(each.get("id", "")) for each in listed)


def sort(node: Node, officer: Officer, lines: Iterable[str]) -> dict[str, list[str]]:
    """Sort a list of hashes into four heaps by every roll that is loaded; nothing is kept."""
    with index(node, officer) as found:
        return found.sort(one.strip().lower() for one in lines if one.strip())


_LAG: Final = both("Editions that are not loaded", "尚未载入的版本数")
_HELD: Final = both("Participants that hold what was withdrawn", "仍持有已撤回条目的单位数")
_OWED: Final = both("Votes that wait for an answer", "待答复的表决")


def own(node: Node, tx: Tx, row: MatterRow, now: State) -> list[tuple[Both, str]]:
    """Return how far readers are, who holds what was withdrawn, and the votes that are owed."""
    del node, tx, row
    found: list[tuple[Both, str]] = []
    for reader in view.readers(now):
        found.append((_LAG, f"{reader} {view.lag(now, reader)}"))
        held = view.holding(now, reader)
        if held is not None:
            found.append((_HELD, f"{reader} {held}"))
    return [*found, (_OWED, str(len(view.owed(now))))] if view.owed(now) else found
