"""Who is rung for what rings here, rung by rung; kept, so that a node that was killed goes on.

    record kind    key                          value
    duty-ladder    ""                           the ladder that was set last
    duty-ring      <number>                     one ring, with all that was rung and answered
    duty-ringing   <channel>|<State>|<word>     number of the ring that has not ended
    duty-rung-for  <kind>|<matter>|<number>     of a matter that rang first, or that was rung for

What rings alike, calls of one State and one level, is one ring: however many come, one is woken
once.  A message to an officer has the number and a code, no State and no words; whoever gives
the code back has got it, and nothing more is handed over for a while.  What ends a ring is that
nothing of it must ring any more: somebody picked up, or the call was closed.

Source: docs/adr/0051-alarms-are-limited-by-state-channel-and-urgency.md.
Floor: node.
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from comity.acts.record import Matter
from comity.domestic.duty import ladder as ladders
from comity.domestic.duty.ladder import Ladder, Rang, Ring, Rung
from comity.domestic.officer import role
from comity.joint.arrangement import pairing
from comity.kernel.fault import quoted
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.node.base import channel_records, register_records
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.reader import Reader, Wanted
from comity.node.base.rows import MatterRow, Officer
from comity.node.desk.duty import planning
from comity.node.room import local_log, need_to_know, officers, unread

LADDER: Final = "duty-ladder"
RECORD: Final = "duty-ring"
RINGING: Final = "duty-ringing"
OF_MATTER: Final = "duty-rung-for"
RUNG: Final = "ring.rung"
ANSWERED: Final = "ring.answered"
ENDED: Final = "ring.ended"
LADDER_SET: Final = "ring.ladder-set"

MINUTES_DEFAULT: Final = 5
"""Between two lines of duty, where no ladder was set."""
_CODE_BYTES: Final = 5
_OF_ONE_STATE: Final = 4_096
"""Matters of one State that are looked at: what it floods hides no other State's, and hardly one
of its own that is graver."""
_PAGE: Final = 256
_SHOWN: Final = 50

type Key = tuple[str, str, str]
"""Channel, State and word: what rings as one."""


def ladder(tx: Tx) -> Ladder:
    """Return the ladder: as it was set, else every line of duty in turn."""
    kept = ladder_set(tx)
    if kept.rungs:
        return kept
    by_lines = ladders.by_lines(planning.lines(planning.load(tx)), MINUTES_DEFAULT)
    return replace(kept, rungs=by_lines.rungs, repeats=0)


def ladder_set(tx: Tx) -> Ladder:
    """Return the ladder as it was set: without rungs every line of duty is rung in turn."""
    value = tx.record(LADDER, "")
    return Ladder() if value is None else ladders.from_json(value)


def is_quiet(node: Node, tx: Tx, row: MatterRow) -> bool:
    """Return whether a matter that rings wakes nobody: a drill may be quiet, a call never is."""
    return ladder(tx).is_quiet(is_drill=unread.is_drill(node.rooms, row))


def set_ladder(node: Node, officer: Officer, wanted: Ladder) -> Ladder | Inadmissible:
    """Set the ladder, from now on; without rungs every line of duty is rung in turn.

    Args:
        node: ours.
        officer: at the contact point.
        wanted: its rungs and repeats, and how far drills climb.
    """
    no = officers.lacks_role(officer, role.CONTACT_POINT)
    if no is not None:
        return no
    with node.store.write() as tx:
        no = _unclear(tx, wanted)
        if no is not None:
            return no
        made = replace(wanted, by=officer.name, at_ms=node.clock.now_ms())
        if made.rungs or made.drills is not None:
            tx.save_record(LADDER, "", ladders.to_json(made))
        else:
            tx.drop_record(LADDER, "")
        local_log.note(tx, node, LADDER_SET, {"officer": officer.name})
        return ladder(tx)


def _unclear(tx: Tx, wanted: Ladder) -> Inadmissible | None:
    lines = planning.load(tx).lines
    known = {one.name for one in tx.officers() if one.ended_ms is None}
    for one in wanted.rungs:
        named = lines if one.kind == ladders.LINE else known
        if one.kind not in ladders.KINDS or one.name not in named:
            return Inadmissible(
                "duty.ladder.rung-unknown",
                f"{quoted(f'{one.kind}:{one.name}')} is no line of duty and no officer in office.",
                f"Name a line ({', '.join(sorted(lines)) or 'none is set'}) or an officer "
                f"({', '.join(sorted(known))}).",
            )
    are_fit = all(1 <= one.minutes <= ladders.MINUTES_MAX for one in wanted.rungs)
    is_short = len(wanted.rungs) <= ladders.RUNGS_MAX
    is_bounded = wanted.drills is None or 0 <= wanted.drills <= ladders.RUNGS_MAX
    if are_fit and is_short and is_bounded and 0 <= wanted.repeats <= ladders.REPEATS_MAX:
        return None
    return Inadmissible(
        "duty.ladder.too-long",
        f"A ladder has up to {ladders.RUNGS_MAX} rungs of 1 to {ladders.MINUTES_MAX} minutes, and "
        f"is repeated up to {ladders.REPEATS_MAX} times; a drill is rung on 0 to "
        f"{ladders.RUNGS_MAX} of them.",
        "Make it shorter: after it everybody of the contact point is rung.",
    )


@dataclass(frozen=True, slots=True)
class _Moved:
    """A ring as it is now, and what was done with it.

    Attributes:
        ring: as it is to be kept.
        key: what rings as one.
        rang: the rung that is rung now, or None.
    """

    ring: Ring
    key: Key
    rang: Rang | None = None


def step(node: Node) -> int:
    """Begin, go on with and end rings, as it is now; return how many rungs were rung.

    Raises:
        Fault: `node.store.*`.
    """
    now_ms = node.clock.now_ms()
    with node.store.read() as tx:
        if not any(_moved(node, tx, now_ms)):
            return 0
    with node.store.write() as tx:
        moved = list(_moved(node, tx, now_ms))
        for one in moved:
            _keep(tx, node, one)
    return sum(one.rang is not None for one in moved)


def _moved(node: Node, tx: Tx, now_ms: int) -> Iterator[_Moved]:
    loud, rings = _loud(node, tx), _open(tx)
    steps, who, last = ladder(tx), _Who(tx), _last(tx)
    for key, ring in rings.items():
        if key not in loud:
            yield _Moved(replace(ring, ended_ms=now_ms), key)
    for key, row in loud.items():
        if key not in rings:
            last += 1
            is_drill = unread.is_drill(node.rooms, row)
            rings[key] = Ring(last, *key, row.matter.kind, row.matter.id, now_ms, is_drill=is_drill)
        ring = rings[key]
        rang = ladders.due(steps, ring, now_ms, who)
        if rang is not None:
            yield _Moved(_with_codes(node, ladders.rung(ring, rang)), key, rang)


def _with_codes(node: Node, ring: Ring) -> Ring:
    codes = {name: pairing.spelled(node.entropy(_CODE_BYTES)) for name in ring.officers}
    return replace(ring, codes=MappingProxyType({**codes, **ring.codes}))


class _Who:
    """Who stands on a rung: those in office alone."""

    def __init__(self, tx: Tx) -> None:
        self._plan = planning.load(tx)
        self._known = {one.name: one for one in tx.officers() if one.ended_ms is None}

    def __call__(self, rung: Rung | None, now_ms: int) -> Sequence[str]:
        if rung is None:
            return self._contact_point()
        names = (
            [rung.name]
            if rung.kind == ladders.OFFICER
            else [planning.on_line(self._plan, rung.name, now_ms)]
        )
        return [name for name in names if name in self._known]

    def _contact_point(self) -> list[str]:
        every = [*self._known.values()]
        at_it = [one.name for one in every if role.CONTACT_POINT in one.roles]
        return at_it or [one.name for one in every if not {*role.SPEAKING}.isdisjoint(one.roles)]


def _loud(node: Node, tx: Tx) -> dict[Key, MatterRow]:
    """Return what must ring, and no look ends; of each State as much as it can be woken for.

    What is played in an exercise rings on the pages of those who play, and wakes nobody.
    """
    found: dict[Key, MatterRow] = {}
    reader = need_to_know.every(tx)
    for kind, room in node.rooms.items():
        if room.rings is None or room.rings.is_ended_by_look:
            continue
        if not tx.listed(reader, Wanted(kind=kind, statuses=room.rings.statuses), None, 1):
            continue  # nearly always, with however many States
        parties = {one for each in register_records.arrangements(tx) for one in each.party_ids()}
        for party in sorted(parties - {node.party}):
            wanted = Wanted(kind=kind, statuses=room.rings.statuses, asker=party)
            for row in itertools.islice(_rows(tx, reader, wanted), _OF_ONE_STATE):
                is_real = not channel_records.compartment(tx, row.channel)
                if is_real and unread.must_ring(node.rooms, tx, row, node.party):
                    found.setdefault(key_of(node, row), row)
    return found


def _rows(tx: Tx, reader: Reader, wanted: Wanted) -> Iterator[MatterRow]:
    after = None
    while page := tx.listed(reader, wanted, after, _PAGE):
        yield from (row for _, row in page)
        after = page[-1][0]


def key_of(node: Node, row: MatterRow) -> Key:
    """Return what a matter rings as one with."""
    return row.channel, row.asker, unread.word_of(node.rooms, row)


def _open(tx: Tx) -> dict[Key, Ring]:
    found: dict[Key, Ring] = {}
    for number in tx.records(RINGING).values():
        ring = _ring(tx, int(str(number)))
        if ring is not None:
            found[ring.channel, ring.party, ring.word] = ring
    return found


def _ring(tx: Tx, number: int) -> Ring | None:
    value = tx.record(RECORD, _name(number))
    return None if value is None else ladders.ring_from_json(value)


def _name(number: int) -> str:
    return f"{number:09d}"


def _last(tx: Tx) -> int:
    value = tx.record(RINGING + "-last", "")
    return value if isinstance(value, int) else 0


def _keep(tx: Tx, node: Node, moved: _Moved) -> None:
    ring = moved.ring
    tx.save_record(RECORD, _name(ring.number), ladders.ring_to_json(ring))
    tx.save_record(RINGING + "-last", "", max(ring.number, _last(tx)))
    tx.save_record(OF_MATTER, f"{ring.kind}|{ring.id}|{_name(ring.number)}", ring.number)
    if ring.ended_ms is not None:
        tx.drop_record(RINGING, "|".join(moved.key))
        local_log.note(tx, node, ENDED, {"ring": str(ring.number), "matter": ring.id})
        return
    tx.save_record(RINGING, "|".join(moved.key), ring.number)
    for name in moved.rang.officers if moved.rang is not None else ():
        told = {"ring": str(ring.number), "officer": name, "code": ring.codes[name]}
        local_log.note(tx, node, RUNG, told)


def answer(node: Node, number: int, code: str) -> Ring | Inadmissible:
    """Give back the code of a message: its officer has got it.  It reads and says nothing.

    Args:
        node: ours.
        number: of the ring.
        code: as the message has it.
    """
    with node.store.write() as tx:
        ring = _ring(tx, number)
        codes = ring.codes.items() if ring is not None else ()
        names = [name for name, one in codes if pairing.is_same_code(code, one)]
        if ring is None or not names:
            return Inadmissible(
                "duty.ring.code-unknown",
                f"Ring {number} has no such code.",
                "Give number and code as the message has them, like 7 and AB1D-EFGH.",
            )
        if ring.ended_ms is not None:
            return Inadmissible(
                "duty.ring.ended", f"Ring {number} has ended.", "Nothing is left to do for it."
            )
        now_ms = node.clock.now_ms()
        if ladders.is_held(ring, now_ms) and ring.answered[-1][0] == names[0]:
            return ring  # they pressed twice
        ring = replace(ring, answered=(*ring.answered, (names[0], now_ms)))
        tx.save_record(RECORD, _name(number), ladders.ring_to_json(ring))
        local_log.note(tx, node, ANSWERED, {"ring": str(number), "officer": names[0]})
    return ring


def is_waiting(tx: Tx, number: int, now_ms: int) -> bool:
    """Return whether a ring still waits: it has not ended, and nobody has just answered."""
    ring = _ring(tx, number)
    return ring is not None and ring.ended_ms is None and not ladders.is_held(ring, now_ms)


def waiting(tx: Tx, now_ms: int) -> Mapping[Key, tuple[str, ...] | None]:
    """Return who was rung for what rings, so far; None where somebody has just answered."""
    return {
        key: None if ladders.is_held(ring, now_ms) else ring.officers
        for key, ring in _open(tx).items()
    }


def of_matter(tx: Tx, row: MatterRow) -> list[Ring]:
    """Return the rings of a matter, the newest last."""
    prefix = f"{row.matter.kind}|{row.matter.id}|"
    keys = tx.records(OF_MATTER, after=prefix, count_max=_SHOWN)
    found = (_ring(tx, int(str(n))) for key, n in keys.items() if key.startswith(prefix))
    return [one for one in found if one is not None]


def listing(node: Node, officer: Officer) -> list[Ring]:
    """Return the newest rings of matters that an officer may read, the newest first."""
    with node.store.read() as tx:
        reader = need_to_know.reader(tx, officer)
        page = tx.records(RECORD, after=_name(max(0, _last(tx) - _SHOWN)), count_max=_SHOWN)
        every = [ladders.ring_from_json(one) for one in reversed([*page.values()])]
        return [
            one
            for one in every
            if tx.readable(reader, one.channel, Matter(one.kind, one.id)) is not None
        ]


def ring_json(node: Node, ring: Ring) -> dict[str, Json]:
    """Return a ring as commands and calls tell it: no code, which only a message has."""
    with node.store.read() as tx:
        steps = ladder(tx)
    waits_ms = None if ring.ended_ms is not None else ladders.next_ms(steps, ring)
    rang: list[Json] = [
        {"rung": one.rung, "turn": one.turn, "officers": [*one.officers], "at_ms": one.at_ms}
        for one in ring.rang
    ]
    answered: list[Json] = [{"officer": name, "at_ms": at} for name, at in ring.answered]
    return {
        "ring": ring.number,
        "kind": ring.kind,
        "matter": ring.id,
        "drill": ring.is_drill,
        "began_ms": ring.began_ms,
        "ended_ms": ring.ended_ms,
        "next_ms": waits_ms,
        "rang": rang,
        "answered": answered,
    }


def ladder_json(steps: Ladder) -> dict[str, Json]:
    """Return a ladder as commands and calls tell it."""
    rungs: list[Json] = [
        {"kind": one.kind, "name": one.name, "minutes": one.minutes} for one in steps.rungs
    ]
    return {
        "rungs": rungs,
        "repeats": steps.repeats,
        "drills": steps.drills,
        "by": steps.by,
        "at_ms": steps.at_ms,
    }
