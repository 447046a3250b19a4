"""The master list of an exercise: what is to be delivered, when, to whom, and what should follow.

    items = parse(text)            the canonical text, JSON
    problems = check(items)        by line: untested task, missing language, impossible condition
    changes = diff(before, after)  by item and field

Its columns are those of HSEEP's master scenario events list.

Source: docs/spec/master-list.md.
Floor: joint (pure).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Any, Final, cast

from comity.acts.verb import Both, both
from comity.joint.exercise import conditions
from comity.kernel import ijson
from comity.kernel.fault import Fault, quoted
from comity.kernel.ijson import Json
from comity.kernel.problem import Problem, pointer_of

FORMAT: Final = "comity-master-list/1"
ITEMS_MAX: Final = 2_000
CELL_CHARS_MAX: Final = 8_000

SCHEDULED: Final = "scheduled"
CONTINGENT: Final = "contingent"
PRIVATE: Final = "private"
KINDS: Final = (SCHEDULED, CONTINGENT, PRIVATE)

METHODS: Final = ("page", "request", "hotline", "mail", "telephone", "paper")

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9.-]{0,62}")
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_TIME: Final = re.compile(r"D(?P<day>[0-9]{1,3}) (?P<hour>[01][0-9]|2[0-3]):(?P<minute>[0-5][0-9])")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Item:
    """One line.

    Attributes:
        number: of the item; no two have one.
        scenario_time: `D1 09:30`, day and hour of the scenario; of a private item its window
            begins then.
        until: of a private item, when its window ends.
        synopsis: what happens, in a line.
        kind: `scheduled`, `contingent` or `private`.
        condition: of a contingent item.
        from_: who is played: a bank, a hospital, the press.
        side: the party whose seat it is for; of a private item, whose it is.
        seat: its name in the plan.
        method: how it comes.
        inject_en, inject_zh: what the seat reads.
        expected_action: what should follow.
        objective, capability, task: that it tests.
        controller: who delivers it.
        evaluator_note: what to look at.
        commit: of a private item, the hash that fixes it.
    """

    number: int
    scenario_time: str = ""
    until: str = ""
    synopsis: str = ""
    kind: str = SCHEDULED
    condition: str = ""
    from_: str = ""
    side: str = ""
    seat: str = ""
    method: str = "page"
    inject_en: str = ""
    inject_zh: str = ""
    expected_action: str = ""
    objective: str = ""
    capability: str = ""
    task: str = ""
    controller: str = ""
    evaluator_note: str = ""
    commit: str = ""

    @property
    def scenario_ms(self) -> int | None:
        """Milliseconds of scenario time since the first day began, or None."""
        return time_ms(self.scenario_time)


COLUMNS: Final = tuple(one.name for one in fields(Item))

HEADINGS: Final[dict[str, Both]] = {
    "number": both("Number", "编号"),
    "scenario_time": both("Scenario time", "情景时间"),
    "until": both("Until", "截止时间"),
    "synopsis": both("Synopsis", "事件概要"),
    "kind": both("Kind", "类别"),
    "condition": both("Condition", "触发条件"),
    "from_": both("From", "发出方"),
    "side": both("Side", "所属国家"),
    "seat": both("Seat", "席位"),
    "method": both("Method", "投放方式"),
    "inject_en": both("Inject (English)", "投放内容（英文）"),  # noqa: RUF001 -- Chinese
    "inject_zh": both("Inject (Chinese)", "投放内容（中文）"),  # noqa: RUF001 -- Chinese
    "expected_action": both("Expected action", "预期行动"),
    "objective": both("Objective", "演练目标"),
    "capability": both("Capability", "能力"),
    "task": both("Critical task", "关键任务"),
    "controller": both("Controller", "导调人员"),
    "evaluator_note": both("Evaluator note", "评估提示"),
    "commit": both("Hash of the private item", "保留条目哈希值"),
}
"""What each column is called; a spreadsheet has both."""


def time_ms(text: str) -> int | None:
    """Return a scenario time as milliseconds since the first day began, or None."""
    found = _TIME.fullmatch(text)
    if found is None:
        return None
    minutes = (int(found["day"]) * 24 + int(found["hour"])) * 60 + int(found["minute"])
    return minutes * 60_000


def cleaned(text: str) -> str:
    """Return the text of a cell with one kind of line break."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def to_json(items: Sequence[Item]) -> Json:
    """Return a list as a JSON value: what an item has anyway is left out."""
    usual = Item(0)
    rows: list[Json] = [
        {n: value for n in COLUMNS if (value := getattr(one, n)) != getattr(usual, n)}
        for one in items
    ]
    return {"format": FORMAT, "items": rows}


def render(items: Sequence[Item]) -> bytes:
    """Return the canonical text of a list: it is this that both sides adopt, by its hash."""
    return ijson.render(to_json(items))


def parse(data: bytes) -> tuple[Item, ...]:
    """Read the text of a list.

    Raises:
        Fault: `exercise.list.malformed`, `kernel.json.*`.
    """
    value = ijson.parse(data)
    if not isinstance(value, dict) or value.get("format") != FORMAT:
        raise malformed(f"it is not of the format {FORMAT}")
    rows = value.get("items")
    if not isinstance(rows, list) or len(rows) > ITEMS_MAX:
        raise malformed(f"it has no list of at most {ITEMS_MAX} items")
    return tuple(item(row, at) for at, row in enumerate(rows, start=1))


def item(row: Json, line: int) -> Item:
    """Return one line, from a JSON object.

    Raises:
        Fault: `exercise.list.malformed`, with the line.
    """
    if not isinstance(row, dict):
        raise malformed(f"line {line} is no item")
    for name, value in row.items():
        wrong = _unfit(name, value)
        if wrong:
            raise malformed(f"line {line}: {wrong}")
    if "number" not in row:
        raise malformed(f"line {line} has no number")
    return Item(**cast("dict[str, Any]", row))


def _unfit(name: str, value: Json) -> str:
    """Return why a value cannot stand in a column, or ""."""
    if name not in COLUMNS:
        return f"there is no column {quoted(name)}"
    if name == "number":
        is_number = isinstance(value, int) and not isinstance(value, bool) and 0 < value < 10**6
        return "" if is_number else f"{quoted(str(value))} is no number of an item"
    if not isinstance(value, str) or len(value) > CELL_CHARS_MAX:
        return f"{quoted(name)} is no text of at most {CELL_CHARS_MAX} characters"
    return f"{quoted(name)} has a character that nobody can see" if _CONTROL.search(value) else ""


def malformed(why: str) -> Fault:
    """Return the fault of a list that cannot be read."""
    return Fault(
        code="exercise.list.malformed",
        what=f"This is no master list: {why}.",
        fix="Export one with `comity exercise master export`, and fill that in.",
    )


def check(items: Sequence[Item], tasks: Sequence[str] = ()) -> list[Problem]:
    """Return everything that is wrong with a list, by line.

    Args:
        items: in their order.
        tasks: critical tasks of the plan, each of which an item must test.
    """
    known = {one.number for one in items}
    found: list[Problem] = []
    seen: set[int] = set()
    for line, one in enumerate(items, start=1):
        if one.number in seen:
            found.append(_problem(line, "number", str(one.number), "twice"))
        seen.add(one.number)
        found += [_problem(line, *wrong) for wrong in _wrong(one, known)]
    tested = {one.task for one in items}
    found += [_problem(0, "task", task, "untested") for task in tasks if task not in tested]
    return found


def _wrong(one: Item, known: set[int]) -> Iterator[tuple[str, str, str]]:
    """Give (column, value, rule) of what is wrong with one item."""
    if one.kind not in KINDS:
        yield "kind", one.kind, "kind"
    if one.method not in METHODS:
        yield "method", one.method, "method"
    yield from _wrong_time(one)
    for column in ("seat", "task"):
        if not _NAME.fullmatch(getattr(one, column)):
            yield column, getattr(one, column), "name"
    yield from _wrong_private(one) if one.kind == PRIVATE else _wrong_shared(one, known)


def _wrong_shared(one: Item, known: set[int]) -> Iterator[tuple[str, str, str]]:
    for column in ("synopsis", "expected_action"):
        if not getattr(one, column):
            yield column, "", "missing"
    if not one.inject_en or not one.inject_zh:
        yield ("inject_zh" if one.inject_en else "inject_en"), "", "untranslated"
    if one.kind == CONTINGENT:
        yield from _wrong_condition(one, known)


def _wrong_time(one: Item) -> Iterator[tuple[str, str, str]]:
    if one.scenario_time and one.scenario_ms is None:
        yield "scenario_time", one.scenario_time, "time"
    if one.kind != CONTINGENT and not one.scenario_time:
        yield "scenario_time", "", "missing"


def _wrong_condition(one: Item, known: set[int]) -> Iterator[tuple[str, str, str]]:
    condition = conditions.parse(one.condition)
    if condition is None:
        yield "condition", one.condition, "condition"
    elif any(n not in known or n == one.number for n in conditions.numbers(condition)):
        yield "condition", one.condition, "impossible"


def _wrong_private(one: Item) -> Iterator[tuple[str, str, str]]:
    if not _SHA256.fullmatch(one.commit):
        yield "commit", one.commit, "commit"
    until_ms, from_ms = time_ms(one.until), one.scenario_ms
    if until_ms is None or (from_ms is not None and from_ms >= until_ms):
        yield "until", one.until, "window"
    if one.inject_en or one.inject_zh:
        yield "inject_en", "", "told"


WHY: Final[dict[str, tuple[str, str]]] = {
    "twice": ("Another item has this number", "Give each item a number of its own."),
    "kind": ("This is no kind of item", f"Use one of: {', '.join(KINDS)}."),
    "time": ("This is no scenario time", "Write the day and the hour, such as D1 09:30."),
    "missing": ("This column is empty", "Fill it in."),
    "name": ("This is no name", "Use lower-case letters, digits, dots and hyphens."),
    "method": ("This is no method", f"Use one of: {', '.join(METHODS)}."),
    "untranslated": ("The item lacks a language", "Write what the seat reads in both languages."),
    "condition": ("This is no condition", "Write one such as: not answered 4 within 30m."),
    "impossible": (
        "The condition can never hold: it is about itself, or about an item that is not there",
        "Name another item of the list.",
    ),
    "commit": ("This is no hash", "Fix the item with `comity exercise fix`, and use its hash."),
    "window": ("The window ends before it begins", "Give an end that is later."),
    "told": ("A private item tells its content", "Leave it out until it is disclosed."),
    "untested": ("No item tests this critical task", "Add an item for it, or drop the task."),
}
"""`{rule: (what is wrong, what to do)}`."""


def _problem(line: int, column: str, value: str, rule: str) -> Problem:
    what, fix = WHY[rule]
    where = f"Line {line}, " if line else ""
    text = f"{where}{HEADINGS[column]['en'].lower()}: {what}."
    pointer = pointer_of(("items", line - 1, column)) if line else ""
    return Problem(pointer, value[:80], text, fix, rule=f"exercise.list.{rule}")


@dataclass(frozen=True, slots=True)
class Change:
    """One difference.

    Attributes:
        number: of the item.
        what: `added`, `removed` or `changed`.
        column: that changed, or "".
        before, after: its values.
    """

    number: int
    what: str
    column: str = ""
    before: str = ""
    after: str = ""


def diff(before: Sequence[Item], after: Sequence[Item]) -> list[Change]:
    """Return what one list changes of another, by the numbers of the items."""
    old, new = ({one.number: one for one in each} for each in (before, after))
    found = [Change(n, "removed") for n in old.keys() - new.keys()]
    found += [Change(n, "added") for n in new.keys() - old.keys()]
    for number in old.keys() & new.keys():
        for name in COLUMNS:
            was, now = str(getattr(old[number], name)), str(getattr(new[number], name))
            if was != now:
                found.append(Change(number, "changed", name, was, now))
    return sorted(found, key=lambda one: (one.number, one.column))
