"""What an officer does with a roll: make an edition, load it, vote, answer, sort a list by it.

Entries stand in the bodies of editions and nowhere else: what is present follows from editions 1 to
n, and what was withdrawn matches nothing from then on.

Floor: rooms.
"""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Final, cast

from comity.acts.verb import Value
from comity.joint.roll import acts, entries, fold, verbs
from comity.joint.roll.entries import Entry, Roll, Step
from comity.kernel import ijson
from comity.kernel.fault import Fault
from comity.kernel.ids import random_id
from comity.kernel.ijson import Json
from comity.kernel.problem import Problem, Unfit, pointer_of
from comity.node.base.context import Node
from comity.node.base.rows import Officer
from comity.node.room import facts as fact_matters
from comity.node.room.act_blobs import Plain
from comity.node.room.release.draft_store import Result
from comity.node.room.request_file import MARK_DEFAULT
from comity.node.room.say import Spoken, computed, said
from comity.rooms.roll import feed
from comity.rooms.roll.editions import LOADED, current

_LINES: Final = "application/jsonl"
_JSON: Final = "application/json"
_PROBLEMS_MAX: Final = 20
_PAGE: Final = 1_000
_SALT_BYTES: Final = 16
_ID_BYTES: Final = 16


def edition(node: Node, officer: Officer, spoken: Spoken) -> Result:
    """Send an edition: what is added, changed and withdrawn.

    Raises:
        Unfit: `roll.edition.unfit`, with each line that cannot be read.
        Fault: those of `said`; `roll.edition.missing`.
    """
    with node.store.read() as tx:
        _row, now = fact_matters.matter(tx, officer, acts.KIND, spoken.matter_id)
        before = current(node, tx, now)
    given = {name: _given(spoken, name) for name in ("add", "change", "withdraw")}
    steps = _read(node, before, given)
    after = entries.apply(before, before.number + 1, steps)
    counted = entries.counts(steps)
    codes: dict[str, Value] = {
        acts.NUMBER: after.number,
        acts.ADDED: counted[entries.ADD],
        acts.CHANGED: counted[entries.CHANGE],
        acts.WITHDRAWN: counted[entries.WITHDRAW],
        acts.TOTAL: len(after.present),
        acts.ROOT: after.root,
    }
    body = Plain(acts.ENTRIES, _LINES, MARK_DEFAULT, entries.render(steps))
    return said(verbs.TABLE, node, officer, computed(spoken, codes, (body,)))


def load(node: Node, officer: Officer, spoken: Spoken) -> Result:
    """Load what editions make, and say so with its root.

    Raises:
        Fault: those of `said`, `entries.parse` and `entries.apply`; `roll.edition.missing`,
            `roll.edition.another-root`.
    """
    with node.store.read() as tx:
        row, now = fact_matters.matter(tx, officer, acts.KIND, spoken.matter_id)
        found = current(node, tx, now)
    newest = fold.newest(now)
    if newest is not None and found.root != newest.code(acts.ROOT):
        raise Fault(
            code="roll.edition.another-root",
            what=f"The entries have the root {found.root}, and edition {found.number} another.",
            fix=f"Say so: `comity roll differ {row.matter.id[:8]} --reason root`.",
        )
    with node.store.write() as tx:
        tx.save_record(LOADED, row.matter.id, found.number)
        counted = feed.holding(node, tx, row, now)
    codes: dict[str, Value] = {
        acts.ROOT: found.root,
        acts.HOLDING: cast("int", spoken.given.get(acts.HOLDING, counted)),
    }
    return said(verbs.TABLE, node, officer, computed(spoken, codes))


def vote(node: Node, officer: Officer, spoken: Spoken) -> Result:
    """Vote on entries of the newest edition.

    Raises:
        Unfit: `roll.edition.unfit`.
        Fault: those of `said`; `roll.edition.missing`.
    """
    return _counted(node, officer, spoken, (acts.UP, acts.DOWN, acts.FLAWED))


def answer(node: Node, officer: Officer, spoken: Spoken) -> Result:
    """Answer a vote, entry by entry.

    Raises:
        Unfit: `roll.edition.unfit`.
        Fault: those of `said`; `roll.edition.missing`.
    """
    return _counted(node, officer, spoken, (acts.KEPT, acts.WITHDRAWN, acts.RECLASSIFIED))


def _counted(node: Node, officer: Officer, spoken: Spoken, names: Sequence[str]) -> Result:
    """Say how many entries there are of each verdict; the body says which, and why."""
    with node.store.read() as tx:
        _row, now = fact_matters.matter(tx, officer, acts.KIND, spoken.matter_id)
        found = current(node, tx, now)
    known = {*found.present, *found.withdrawn}
    wrong: list[Problem] = []
    lists: dict[str, Json] = {}
    for name in names:
        lines = _given(spoken, name)
        lists[name] = [_verdict(one) for _, one in lines]
        wrong += [
            _problem(name, number, one, "It is no id of this roll.", "Use ids that it has.")
            for number, one in lines
            if one.partition(";")[0].strip() not in known
        ]
    _require(wrong)
    codes: dict[str, Value] = {name: len(cast("list[Json]", lists[name])) for name in names}
    body = Plain(acts.VOTES, _JSON, MARK_DEFAULT, ijson.render(lists))
    return said(verbs.TABLE, node, officer, computed(spoken, codes, (body,)))


STEPS: Final[Mapping[str, Callable[[Node, Officer, Spoken], Result]]] = MappingProxyType(
    {"edition": edition, "load": load, "vote": vote, "answer-vote": answer}
)
"""By the verb whose act it computes."""


def _verdict(line: str) -> Json:
    id_, _, reason = line.partition(";")
    return {"id": id_.strip(), "reason": reason.strip()}


def _given(spoken: Spoken, name: str) -> list[tuple[int, str]]:
    """Return the lines of a field that say something, each with its number."""
    lines = str(spoken.given.get(name, "")).splitlines()
    return [(number, one.strip()) for number, one in enumerate(lines, start=1) if one.strip()]


def _read(
    node: Node, before: Roll, given: Mapping[str, Sequence[tuple[int, str]]]
) -> tuple[Step, ...]:
    """Return the steps of an edition as people write them.

    Raises:
        Unfit: `roll.edition.unfit`.
    """
    wrong: list[Problem] = []
    steps: list[Step] = []
    for name, read in _READ.items():
        for number, line in given[name]:
            try:
                steps.append(read(node, before, line))
            except Fault as fault:
                wrong.append(_problem(name, number, line, fault.what, fault.fix))
    _require(wrong)
    return tuple(steps)


def _added(node: Node, _before: Roll, line: str) -> Step:
    sort, value, class_, baseline, identified = _cells(line, 5)
    entry = Entry(
        random_id(node.entropy(_ID_BYTES)),
        node.entropy(_SALT_BYTES).hex(),
        sort.lower(),
        value.lower(),
        class_,
        baseline,
        identified,
    )
    return Step(entries.ADD, entry.id, entries.entry_of(entry.to_json()))


def _changed(_node: Node, before: Roll, line: str) -> Step:
    id_, class_, baseline, identified = _cells(line, 4)
    old = before.present.get(id_)
    if old is None:
        raise _no_entry(id_)
    value = {**old.to_json(), "class": class_, "baseline": baseline, "identified": identified}
    return Step(entries.CHANGE, id_, entries.entry_of(value))


def _withdrawn(_node: Node, before: Roll, line: str) -> Step:
    if line not in before.present:
        raise _no_entry(line)
    return Step(entries.WITHDRAW, line)


_READ: Final[Mapping[str, Callable[[Node, Roll, str], Step]]] = MappingProxyType(
    {"add": _added, "change": _changed, "withdraw": _withdrawn}
)


def _cells(line: str, count: int) -> list[str]:
    found = [one.strip() for one in line.split(";")]
    return [*found, *[""] * count][:count]


def _no_entry(id_: str) -> Fault:
    return Fault(
        code="roll.entry.unknown",
        what=f"The roll has no entry {id_[:30]}.",
        fix="Use an id that is present.",
    )


def _problem(name: str, number: int, line: str, what: str, fix: str) -> Problem:
    return Problem(pointer_of((name,)), line[:80], what, fix, number, 1, rule="roll.edition.line")


def _require(wrong: Sequence[Problem]) -> None:
    if wrong:
        raise Unfit("roll.edition.unfit", "the lines", wrong[:_PROBLEMS_MAX])
