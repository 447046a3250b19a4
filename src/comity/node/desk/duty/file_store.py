"""Where files are kept: each step a record that is never changed, and what is open by who has it.

    record kind     key                                              value
    duty-step       <channel>|<id>#<n>                               one step
    duty-file       <channel>|<id>                                   Head: its rows in the lists
    duty-inbox      <rank>|<since>|<channel>|<id>                    a file that nobody routed
    duty-agency     <agency>|<rank>|<due>|<channel>|<id>|<what>      what is open at an agency
    duty-officer    <officer>|<rank>|<due>|<channel>|<id>|<what>     what an officer has
    duty-due        <due>|<channel>|<id>|<what>                      what has a domestic term

One file is one range of keys; a list is one range too, whatever else is kept.  An inquiry that
was begun here has no channel.

Floor: node.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final, cast

from comity.acts.urgencies import URGENCIES
from comity.domestic.duty import acts, fold, view
from comity.domestic.duty.acts import Step
from comity.domestic.duty.fold import File
from comity.kernel.ijson import Json
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.room import local_log

STEP: Final = "duty-step"
HEAD: Final = "duty-file"
INBOX: Final = "duty-inbox"
AGENCY: Final = "duty-agency"
OFFICER: Final = "duty-officer"
DUE: Final = "duty-due"

NEVER_MS: Final = 10**15 - 1
"""Of what has no term: it stands after all that has one."""
_STEPS_PAGE: Final = 16
"""Read at first: what is read beyond a short file belongs to the next one."""
_STEPS_PAGE_MAX: Final = 256
_LAST_RANK: Final = 9

type Key = tuple[str, str]
"""(channel, id); the channel of an inquiry is ""."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """That a file belongs into the inbox until it is routed.

    Attributes:
        rank: of its urgency, 0 is an emergency.
        since_ms: when it arrived, or was begun.
    """

    rank: int
    since_ms: int


@dataclass(frozen=True, slots=True)
class Head:
    """What is kept of a file beside its steps.

    Attributes:
        rank: of its urgency.
        since_ms: when it arrived; None for a request of our own.
        rows: `(kind, key)` of its rows in the lists.
    """

    rank: int = _LAST_RANK
    since_ms: int | None = None
    rows: tuple[tuple[str, str], ...] = ()


def rank_of(urgency: str) -> int:
    """Return how an urgency is ordered: 0 is an emergency."""
    known = URGENCIES
    return known.index(urgency) if urgency in known else _LAST_RANK


def text_of(key: Key) -> str:
    """Return a key as it stands in keys of records."""
    return "|".join(key)


def steps(tx: Tx, key: Key) -> Iterator[Step]:
    """Give the steps of a file, in order."""
    prefix = f"{text_of(key)}#"
    after, size = prefix, _STEPS_PAGE
    while page := tx.records(STEP, after=after, count_max=size):
        for at, value in page.items():
            if not at.startswith(prefix):
                return
            yield acts.from_json(value)
            after = at
        size = min(2 * size, _STEPS_PAGE_MAX)


def load(tx: Tx, key: Key) -> File:
    """Return a file; one that has no step yet is empty."""
    return fold.fold_all(steps(tx, key))


def head(tx: Tx, key: Key) -> Head:
    """Return what is kept of a file beside its steps."""
    value = tx.record(HEAD, text_of(key))
    if value is None:
        return Head()
    fields = cast("dict[str, Any]", value)
    return Head(fields["rank"], fields["since_ms"], tuple((k, n) for k, n in fields["rows"]))


def arrived(tx: Tx, key: Key, arrival: Arrival) -> None:
    """Put a file into the inbox, unless it is routed."""
    file = load(tx, key)
    _index(tx, key, file, Head(arrival.rank, arrival.since_ms, head(tx, key).rows))


def keep(tx: Tx, node: Node, key: Key, before: File, step: Step, rank: int) -> File:
    """Take a step: keep it, bring the lists up to date, note it in the local log.

    Args:
        tx: a write.
        node: ours.
        key: of the file.
        before: the file as this transaction sees it.
        step: what is done.
        rank: of its urgency.
    """
    after = fold.fold(before, step)
    tx.save_record(STEP, f"{text_of(key)}#{after.steps:06d}", acts.to_json(step))
    old = head(tx, key)
    since_ms = step.who.at_ms if isinstance(step, acts.Begun) else old.since_ms
    _index(tx, key, after, Head(rank, since_ms, old.rows))
    facts = {
        "agency": step.who.agency,
        "matter": key[1],
        "officer": step.who.officer,
        "step": str(after.steps),
    }
    local_log.note(tx, node, f"duty.{acts.tag(step)}", facts)
    return after


def _index(tx: Tx, key: Key, file: File, now: Head) -> None:
    rows = dict(_rows(key, file, now))
    for kind, name in now.rows:
        if (kind, name) not in rows:
            tx.drop_record(kind, name)
    for (kind, name), value in rows.items():
        tx.save_record(kind, name, value)
    kept: list[Json] = [[kind, name] for kind, name in rows]
    tx.save_record(HEAD, text_of(key), {"rank": now.rank, "since_ms": now.since_ms, "rows": kept})


def _rows(key: Key, file: File, now: Head) -> Iterator[tuple[tuple[str, str], Json]]:
    place: dict[str, Json] = {"channel": key[0], "id": key[1], "rank": now.rank}
    if now.since_ms is not None and file.is_unrouted and file.linked is None:
        name = f"{now.rank}|{now.since_ms:015d}|{text_of(key)}"
        declined = file.lead.why if file.lead else ""
        value: dict[str, Json] = {
            **place,
            "since_ms": now.since_ms,
            "crosses": file.crosses is not False,
            "is_inquiry": file.begun is not None,
            "declined": declined,
        }
        yield (INBOX, name), value
    for one in view.opens(file):
        due = NEVER_MS if one.due_ms is None else one.due_ms
        tail = f"{now.rank}|{due:015d}|{text_of(key)}|{one.id}"
        line = {**place, **cast("Mapping[str, Json]", asdict(one))}
        if one.agency:
            yield (AGENCY, f"{one.agency}|{tail}"), line
        if one.officer:
            yield (OFFICER, f"{one.officer}|{tail}"), line
        if one.due_ms is not None:
            yield (DUE, f"{due:015d}|{text_of(key)}|{one.id}"), place


def places(tx: Tx, kind: str, prefix: str) -> Iterator[tuple[str, Key]]:
    """Give every line of one of the lists: where it stands, and its file."""
    after = prefix
    while page := tx.records(kind, after=after, count_max=_STEPS_PAGE_MAX):
        for after, value in page.items():
            if not after.startswith(prefix):
                return
            line = cast("dict[str, Any]", value)
            yield after, (line["channel"], line["id"])


def listed(
    tx: Tx, kind: str, prefix: str, after: str = "", count_max: int = 50
) -> tuple[list[dict[str, Any]], str]:
    """Return a page of one of the lists, and what the next page begins after ("" at the end).

    Args:
        tx: a read or write.
        kind: `INBOX`, `AGENCY` or `OFFICER`.
        prefix: of the keys: an agency or officer with `|` behind, or "".
        after: what an earlier page ended with, or "".
        count_max: how many at most.
    """
    page = tx.records(kind, after=after or prefix, count_max=count_max + 1)
    found = [(name, value) for name, value in page.items() if name.startswith(prefix)]
    cut = found[:count_max]
    lines = [cast("dict[str, Any]", value) for _, value in cut]
    return lines, cut[-1][0] if len(found) > count_max else ""
