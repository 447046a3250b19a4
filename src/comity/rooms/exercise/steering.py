"""What a controller does at the console: deliver an item of the list, hold one, stop all.

    deliver(node, officer, 4)                      what the list says, to the seat that it names
    hold(node, officer, 4, "time")                 it is not played
    stop(node, officer, "real-world")              the play stops here at once, there on receipt

Each is an act of a verb of the room, said where it belongs; nothing here writes by itself.

Floor: rooms.
"""

from collections.abc import Mapping
from typing import Final

from comity.acts.verb import Given, Value
from comity.joint.exercise import acts, inject, master_list, verbs
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.context import Node
from comity.node.base.rows import Officer
from comity.node.room import say
from comity.node.room.release.draft_store import Result
from comity.node.room.say import Spoken
from comity.rooms.exercise import console, places
from comity.rooms.exercise.deliveries import Lane

_LANGUAGES: Final = ("en", "zh")

RULES: Final = frozenset(
    {
        "exercise.item-unknown",
        "exercise.item-delivered",
        "exercise.condition-open",
        "exercise.content-missing",
        "exercise.not-opened",
    }
)


def deliver(
    node: Node, officer: Officer, number: int, texts: Mapping[str, str] | None = None
) -> Result:
    """Deliver an item of the master list to its seat.

    Args:
        node: ours.
        officer: a controller, who works in the exercise.
        number: of the item.
        texts: what the seat reads, `{language: text}`; of a private item alone: the list does not
            tell it.

    Raises:
        Fault: those of `console.of`.
    """
    shown = console.of(node, officer)
    if any(one.item and one.item.number == number for one in _standing(shown)):
        return Inadmissible(
            "exercise.item-delivered",
            f"Item {number} was delivered before.",
            "Correct or withdraw that delivery, or improvise.",
        )
    one = next((one for one in shown.upcoming if one.item.number == number), None)
    if one is None or not shown.play_id:
        return Inadmissible(
            "exercise.item-unknown",
            f"The master list that all adopted has no item {number} that is to be played.",
            "Use a number that the console shows.",
        )
    item = one.item
    if item.kind == master_list.CONTINGENT and not one.holds:
        return Inadmissible(
            "exercise.condition-open",
            f"The condition of item {number} does not hold yet: {item.condition}.",
            "Wait for it, move the item, or improvise.",
        )
    told = dict(texts or {}) or {"en": item.inject_en, "zh": item.inject_zh}
    if not all(told.get(one) for one in _LANGUAGES):
        return Inadmissible(
            "exercise.content-missing",
            f"Item {number} is private: the list does not tell what it says.",
            "Give its text in both languages.",
        )
    sort = "scheduled" if item.kind == master_list.PRIVATE else item.kind
    given: dict[str, Value] = {
        acts.PLAY_ID: shown.play_id,
        acts.NUMBER: number,
        acts.SORT: sort,
        acts.SIDE: item.side,
        acts.SEAT: item.seat,
        **({acts.COMMIT: item.commit} if item.commit else {}),
    }
    return _say(node, console.in_play(officer, shown.place), (acts.INJECT, "deliver"), given, told)


def _standing(shown: console.Console) -> list[Lane]:
    return [one for one in shown.lanes if one.status != inject.WITHDRAWN]


def hold(node: Node, officer: Officer, number: int, reason: str) -> Result:
    """Say to the other cell that an item is not played.

    Raises:
        Fault: those of `console.of`.
    """
    shown = console.of(node, officer)
    with node.store.read() as tx:
        cells = console.cells_of(tx, shown.place)
    if cells is None:
        return _unopened("control cells", "open-control")
    given: dict[str, Value] = {acts.NUMBER: number, acts.REASON: reason}
    there = console.in_cells(officer, shown.place)
    return _say(node, there, (acts.CONTROL, "skip"), given, {"": cells.id})


def stop(node: Node, officer: Officer, reason: str) -> Result:
    """Stop the play: anybody who works in the exercise may, from whichever of its channels.

    Raises:
        Fault: `exercise.entry.missing`.
    """
    with node.store.read() as tx:
        place = console.place_of(tx, officer)
        row = places.play_of(tx, place.of(places.PLAY))
    if row is None:
        return _unopened("play", "open-play")
    there = console.in_play(officer, place)
    return _say(node, there, (acts.PLAY, "stop"), {acts.REASON: reason}, {"": row.matter.id})


def rate(
    node: Node, officer: Officer, given: Mapping[str, str], texts: Mapping[str, str]
) -> Result:
    """Rate a task of a side in the control cells, from whichever channel an evaluator works in.

    Args:
        node: ours.
        officer: a controller.
        given: task, side and rating.
        texts: the observation, `{language: text}`.

    Raises:
        Fault: those of `console.of`.
    """
    there = console.in_cells(officer, console.of(node, officer).place)
    return _say(node, there, (acts.EVALUATION, "rate-task"), dict(given), dict(texts))


def _unopened(what: str, verb: str) -> Inadmissible:
    return Inadmissible(
        "exercise.not-opened",
        f"The {what} of this exercise is not opened yet.",
        f"Open it first, on its page or by the verb {verb}.",
    )


def _say(
    node: Node, officer: Officer, verb: tuple[str, str], given: Given, about: Mapping[str, str]
) -> Result:
    """Say a verb of a kind; `about` are its words by language, or the matter under ""."""
    kind, name = verb
    table = verbs.TABLES[kind]
    row = table.verb(name)
    assert row is not None
    texts = {lang: text for lang, text in about.items() if lang}
    spoken = Spoken(row, about.get("", ""), given, say.words(row, officer, texts))
    return say.say(table, node, officer, spoken)
