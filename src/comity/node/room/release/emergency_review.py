"""Reviews of what one officer released alone: opened with the release, due within hours.

    record kind      key        value
    release-review   <act id>   who released alone, why, when it is due, what the review found

An alarm stands until each is reviewed, another one as soon as one is overdue.  Neither names
a person, a matter or a reason: whoever runs the machine may hear them.

Floor: node.
"""

from dataclasses import dataclass
from typing import Final

from comity.domestic.officer import role
from comity.domestic.release import review
from comity.domestic.release.review import Review
from comity.kernel.fault import Fault, quoted
from comity.kernel.inadmissible import Inadmissible
from comity.node.base import alarm, cursor
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import Officer
from comity.node.room import local_log
from comity.node.room.release import approve
from comity.node.room.step import Step, fit

KIND: Final = "release-review"
ROLES: Final = (role.RELEASING, role.COUNSEL)
"""Who may review."""

BROKEN: Final = "release.glass-broken"
OVERDUE: Final = "release.review-overdue"

_ORDER: Final = (review.OVERDUE, review.DUE, review.REVIEWED)


@dataclass(frozen=True, slots=True)
class Shown:
    """One review at an instant.

    Attributes:
        review: as it is.
        status: `due`, `overdue` or `reviewed`.
    """

    review: Review
    status: str


def save(tx: Tx, one: Review) -> None:
    """Keep a review."""
    tx.save_record(KIND, one.act_id, review.to_json(one))


def listing(node: Node, officer: Officer) -> list[Shown]:
    """Return the reviews that an officer may see: what is overdue first, then what is due."""
    return sorted(_shown(node, officer), key=_place)


def page(node: Node, officer: Officer, after: str, count: int) -> tuple[list[Shown], str]:
    """Return some of them, and the cursor of the next page or "".

    Raises:
        Fault: `node.cursor.malformed`.
    """
    return cursor.page_of(_shown(node, officer), _place, after, count)


def _shown(node: Node, officer: Officer) -> list[Shown]:
    now_ms = node.clock.now_ms()
    with node.store.read() as tx:
        found = [one for one in _every(tx) if _may_see(officer, one)]
    return [Shown(one, one.status(now_ms)) for one in found]


def _place(one: Shown) -> tuple[int | str, ...]:
    return (_ORDER.index(one.status), one.review.due_ms, one.review.act_id)


def decide(
    node: Node, officer: Officer, act_id: str, verdict: str, note: str
) -> Review | Inadmissible:
    """Review a release.

    Args:
        node: ours.
        officer: who reviews; not the one who released.
        act_id: of the act, or the first characters of it.
        verdict: `justified` or `not-justified`.
        note: why.

    Raises:
        Fault: `node.review.unknown`.
    """
    with node.store.write() as tx:
        one = _find(tx, officer, act_id)
        done = review.decide(one, approve.by(tx, node, officer), ROLES, verdict, note)
        if isinstance(done, Inadmissible):
            return done
        save(tx, done)
        facts = {"act": one.act_id, "officer": officer.name, "verdict": verdict, "note": note}
        local_log.note(tx, node, "release.reviewed", facts)
    node.step("release.reviewed")
    watch(node)
    return done


def take(node: Node, officer: Officer, act_id: str, step: Step) -> Review | Inadmissible:
    """Review a release as the table of verbs has it filled in; see `decide`.

    Raises:
        Unfit: the values are not those that the verb takes.
        Fault: `node.review.unknown`.
    """
    given = fit(step)
    return decide(node, officer, act_id, given["verdict"], given["note"])


def watch(node: Node) -> None:
    """Raise the alarms of reviews that are open, and end those of reviews that were done."""
    now_ms = node.clock.now_ms()
    with node.store.read() as tx:
        found = [(one, one.status(now_ms)) for one in _every(tx)]
    overdue = sum(status == review.OVERDUE for _, status in found)
    opened = overdue + sum(status == review.DUE for _, status in found)
    _tell(node, BROKEN, opened, "released by one officer alone; a review is due")
    _tell(node, OVERDUE, overdue, "released by one officer alone; the review is overdue")


def _tell(node: Node, code: str, count: int, what: str) -> None:
    alarm.stand(node, (KIND, code), {(code, f"{count} {what}.")} if count else set())


def _every(tx: Tx) -> list[Review]:
    return [review.from_json(value) for value in tx.records(KIND).values()]


def _may_see(officer: Officer, one: Review) -> bool:
    if role.OPERATOR in officer.roles:
        return False
    is_own = officer.agency == one.agency or officer.name == one.officer
    return is_own or role.AUDITOR in officer.roles


def _find(tx: Tx, officer: Officer, act_id: str) -> Review:
    found = [one for one in _every(tx) if one.act_id.startswith(act_id) and _may_see(officer, one)]
    if len(found) != 1:
        raise Fault(
            code="node.review.unknown",
            what=f"There is no one review whose act begins with {quoted(act_id)}.",
            fix="Run `comity release list` to see them.",
        )
    return found[0]
