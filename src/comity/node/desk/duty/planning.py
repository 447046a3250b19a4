"""The plan of duty on a node: lines, overrides, swaps; who is planned now, and where nobody is.

    record kind    key          value
    duty-plan      <number>     one change, in the order in which they were made

Nothing of it crosses.  The contact point sets lines and overrides; an officer swaps their own.

Floor: node.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from comity.domestic.duty import plan, plan_verbs
from comity.domestic.duty.plan import (
    Change,
    LineSet,
    Overridden,
    Part,
    Plan,
    SwapAgreed,
    SwapAsked,
    SwapUndone,
)
from comity.domestic.officer import role
from comity.kernel.fault import quoted
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import Officer
from comity.node.room import local_log, officers

RECORD: Final = "duty-plan"
AHEAD_MS: Final = 30 * plan.DAY_MS
"""How long ahead gaps are told."""
_PAGE: Final = 512
_EPOCH: Final = date(1970, 1, 1)
_MINUTES: Final = 1_440

type Decide = Callable[[Tx, Plan, int], Change | Inadmissible]


def at_wall(zone: str, day: int, minute: int) -> int:
    """Return the instant of a wall time of a zone, milliseconds since 1970 UTC."""
    wall = datetime.combine(_EPOCH + timedelta(days=day), datetime.min.time())
    local = (wall + timedelta(minutes=minute)).replace(tzinfo=ZoneInfo(zone))
    return int(local.astimezone(UTC).timestamp()) * 1_000


def load(tx: Tx) -> Plan:
    """Return everything that was planned."""
    found: list[Change] = []
    after = ""
    while page := tx.records(RECORD, after=after, count_max=_PAGE):
        found += [plan.from_json(one) for one in page.values()]
        after = [*page][-1]
    return plan.fold_all(found)


def now(node: Node) -> list[Part]:
    """Return who is planned for each line at this instant; nobody of a line is told too."""
    now_ms = node.clock.now_ms()
    with node.store.read() as tx:
        found = load(tx)
    return [plan.part_at(found, line, now_ms, now_ms, at_wall) for line in lines(found)]


def span(node: Node, from_ms: int, until_ms: int) -> list[Part]:
    """Return the plan of every line for a time, in parts without a hole."""
    with node.store.read() as tx:
        found = load(tx)
    seen_ms = node.clock.now_ms()
    return [
        part
        for line in lines(found)
        for part in plan.parts(found, line, (from_ms, until_ms), seen_ms, at_wall)
    ]


def gaps(node: Node) -> list[Part]:
    """Return where nobody is planned in the next 30 days, or who is not in office any more."""
    now_ms = node.clock.now_ms()
    with node.store.read() as tx:
        known = {one.name for one in tx.officers() if one.ended_ms is None}
    return [one for one in span(node, now_ms, now_ms + AHEAD_MS) if one.officer not in known]


def on_line(found: Plan, line: str, now_ms: int) -> str:
    """Return who is planned for a line now, or "" where nobody is."""
    return plan.part_at(found, line, now_ms, now_ms, at_wall).officer if line in found.lines else ""


def lines(found: Plan) -> list[str]:
    """Return the lines that have not ended."""
    return sorted(name for name, versions in found.lines.items() if versions[-1].officers)


def set_line(node: Node, officer: Officer, wanted: LineSet) -> Change | Inadmissible:
    """Set a line, or set it otherwise from now on; with no officers it ends.

    Args:
        node: ours.
        officer: at the contact point.
        wanted: the line; its author and instant are filled in.
    """

    def decide(tx: Tx, _now: Plan, now_ms: int) -> Change | Inadmissible:
        no = _unknown_officer(tx, wanted.officers) or _unclear_line(wanted)
        made = LineSet(
            wanted.line, officer.agency, wanted.zone, wanted.officers, wanted.hand_overs,
            wanted.first_day, wanted.days, officer.name, now_ms,
        )  # fmt: skip
        return no or made

    return _change(node, officer, decide, role.CONTACT_POINT)


def _unclear_line(wanted: LineSet) -> Inadmissible | None:
    if not plan_verbs.LINE_NAME.fullmatch(wanted.line):
        return Inadmissible(
            "duty.plan.name-unclear",
            f"{quoted(wanted.line)} is no name of a line of duty.",
            "Use 2 to 63 small letters, digits and hyphens, like night.",
        )
    try:
        ZoneInfo(wanted.zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return Inadmissible(
            "duty.plan.zone-unknown",
            f"{quoted(wanted.zone)} is no time zone.",
            "Name one of the tz database, as Asia/Shanghai.",
        )
    ascending = sorted(set(wanted.hand_overs))
    if not ascending or [*wanted.hand_overs] != ascending or ascending[-1] >= _MINUTES:
        return Inadmissible(
            "duty.plan.times-unclear",
            "The wall times of hand-over are not times of one day, each later than the last.",
            "Write them like 08:00 and 20:00.",
        )
    return None


def override(
    node: Node, officer: Officer, line: str, to: str, from_ms: int, until_ms: int
) -> Change | Inadmissible:
    """Let an officer stand in for a time to come, whoever would have had it."""
    return override_all(node, officer, [Overridden(line, to, from_ms, until_ms, "", 0)])


def override_all(node: Node, officer: Officer, wanted: list[Overridden]) -> Change | Inadmissible:
    """Let officers stand in for times to come: all of them, or none.

    Args:
        node: ours.
        officer: at the contact point.
        wanted: what is imported; authors and instants are filled in.
    """
    no = officers.lacks_role(officer, role.CONTACT_POINT)
    if no is not None:
        return no
    with node.store.write() as tx:
        found, now_ms = load(tx), node.clock.now_ms()
        for one in wanted:
            no = _unknown_line(found, one.line) or _unknown_officer(tx, (one.officer,))
            if no is None and not now_ms < one.until_ms > one.from_ms:
                no = Inadmissible(
                    "duty.plan.times-unclear",
                    f"The time of {one.officer} has passed, or ends before it begins.",
                    "Give a time to come: what is past stays as it was planned.",
                )
            if no is not None:
                return no
        made = [
            Overridden(one.line, one.officer, one.from_ms, one.until_ms, officer.name, now_ms)
            for one in wanted
        ]
        for change in made:
            _keep(tx, node, officer, change)
    return made[-1]


def take(node: Node, officer: Officer, line: str) -> Change | Inadmissible:
    """Take the running shift of a line, with one press: from now until it ends."""

    def decide(_tx: Tx, found: Plan, now_ms: int) -> Change | Inadmissible:
        no = _unknown_line(found, line)
        if no is not None:
            return no
        part = plan.part_at(found, line, now_ms, now_ms, at_wall)
        if part.officer == officer.name:
            return Inadmissible("duty.shift.yours", "You have the desk.", "Go on with it.")
        return Overridden(line, officer.name, now_ms, part.until_ms, officer.name, now_ms)

    return _change(node, officer, decide, *role.SPEAKING)


def ask_swap(node: Node, officer: Officer, line: str, shift: int, to: str) -> Change | Inadmissible:
    """Ask another officer to take a shift: one's own, or at the contact point anybody's."""

    def decide(tx: Tx, found: Plan, now_ms: int) -> Change | Inadmissible:
        no = _unknown_line(found, line) or _unknown_officer(tx, (to,))
        if no is not None:
            return no
        ahead = plan.parts(found, line, (now_ms, now_ms + 13 * AHEAD_MS), now_ms, at_wall)
        part = next((one for one in ahead if one.shift == shift and one.officer), None)
        if part is None or part.from_ms <= now_ms:
            return Inadmissible(
                "duty.plan.shift-begun",
                f"Shift {shift} of {line} has begun, or is none of the next year.",
                "See the numbers with `comity duty plan`; take a running shift with `duty take`.",
            )
        if officer.name != part.officer and role.CONTACT_POINT not in officer.roles:
            return Inadmissible(
                "duty.plan.shift-not-yours",
                f"Shift {shift} of {line} is {part.officer}'s.",
                "Leave it to them, or to the contact point.",
            )
        if any(_is_asked(one, line, shift) for one in found.swaps):
            return Inadmissible(
                "duty.plan.swap-asked",
                f"A swap of shift {shift} of {line} waits for an answer.",
                "Wait for it, or undo it first.",
            )
        return SwapAsked(line, shift, part.officer, to, officer.name, now_ms)

    return _change(node, officer, decide, *role.SPEAKING)


def _is_asked(swap: plan.Swap, line: str, shift: int) -> bool:
    is_open = swap.agreed_ms is None and swap.undone_ms is None
    return is_open and (swap.asked.line, swap.asked.shift) == (line, shift)


def waiting(node: Node) -> list[tuple[int, SwapAsked]]:
    """Return the swaps that wait for an answer, each with its number."""
    with node.store.read() as tx:
        swaps = load(tx).swaps
    return [
        (number, one.asked)
        for number, one in enumerate(swaps, start=1)
        if _is_asked(one, one.asked.line, one.asked.shift)
    ]


def answer_swap(
    node: Node, officer: Officer, number: int, *, is_undone: bool
) -> Change | Inadmissible:
    """Agree to a swap as who is asked; or undo it, as either of the two or the contact point."""

    def decide(_tx: Tx, found: Plan, now_ms: int) -> Change | Inadmissible:
        swap = found.swaps[number - 1] if 0 < number <= len(found.swaps) else None
        is_open = swap is not None and swap.undone_ms is None
        if swap is None or not is_open or (not is_undone and swap.agreed_ms is not None):
            return Inadmissible(
                "duty.plan.swap-unknown",
                f"There is no open swap {number}.",
                "See the numbers with `comity duty plan`.",
            )
        mine = {swap.asked.to, swap.asked.officer} if is_undone else {swap.asked.to}
        if officer.name not in mine and role.CONTACT_POINT not in officer.roles:
            return Inadmissible(
                "duty.plan.swap-not-yours",
                f"Swap {number} asks {swap.asked.to}, not {officer.name}.",
                "Leave it to them, or to the contact point.",
            )
        made = SwapUndone if is_undone else SwapAgreed
        return made(number, officer.name, now_ms)

    return _change(node, officer, decide, *role.SPEAKING)


def _change(node: Node, officer: Officer, decide: Decide, *roles: str) -> Change | Inadmissible:
    no = officers.lacks_role(officer, *roles)
    if no is not None:
        return no
    with node.store.write() as tx:
        change = decide(tx, load(tx), node.clock.now_ms())
        if not isinstance(change, Inadmissible):
            _keep(tx, node, officer, change)
    return change


def _keep(tx: Tx, node: Node, officer: Officer, change: Change) -> None:
    last = next(iter(reversed([*_keys(tx)])), "0")
    tx.save_record(RECORD, f"{int(last) + 1:09d}", plan.to_json(change))
    facts = {"officer": officer.name, "change": type(change).__name__}
    local_log.note(tx, node, "duty.plan-changed", facts)


def _keys(tx: Tx) -> list[str]:
    found: list[str] = []
    while page := tx.records(RECORD, after=found[-1] if found else "", count_max=_PAGE):
        found += page
    return found


def _unknown_line(found: Plan, line: str) -> Inadmissible | None:
    if line in found.lines:
        return None
    named = ", ".join(sorted(found.lines)) or "none yet: `comity duty set`"
    return Inadmissible(
        "duty.plan.line-unknown", f"There is no duty line {quoted(line)}.", f"Name one of: {named}."
    )


def _unknown_officer(tx: Tx, names: tuple[str, ...]) -> Inadmissible | None:
    known = {one.name for one in tx.officers() if one.ended_ms is None}
    strange = [one for one in names if one not in known]
    if not strange:
        return None
    return Inadmissible(
        "duty.plan.officer-unknown",
        f"{quoted(strange[0])} is no officer in office.",
        f"Name one of: {', '.join(sorted(known))}.",
    )


def part_json(one: Part) -> Json:
    """Return a part of the plan, as commands and calls tell it."""
    return {
        "line": one.line,
        "shift": one.shift,
        "officer": one.officer,
        "by": one.by,
        "from_ms": one.from_ms,
        "until_ms": one.until_ms,
    }


def ahead_json(node: Node, found: list[Part]) -> dict[str, Json]:
    """Return a plan as commands and calls tell it: its parts, its gaps, the swaps that wait."""
    return {
        "parts": [part_json(one) for one in found],
        "gaps": [part_json(one) for one in gaps(node)],
        "swaps": [
            {
                "swap": number, "line": one.line, "shift": one.shift,
                "officer": one.officer, "to": one.to,
            }
            for number, one in waiting(node)
        ],
    }  # fmt: skip
