"""The laws of every room whose matter is points, over random histories of two or three parties.

Floor: tests.
"""

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import ModuleType
from typing import Any

from hypothesis import strategies as st
from joint.review.histories import PARTIES, act_id, entries, logs

from comity.acts import points, points_fold, stance
from comity.acts.order import Placed
from comity.acts.points import State
from comity.acts.points_fold import Rules
from comity.acts.record import NEEDED, Act, Blob, Matter, Office, require_valid

OPENER = act_id(31)
TWO = PARTIES[:2]

type History = tuple[list[Placed], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Kind:
    """A room as its tests know it.

    Attributes:
        rules: of its fold.
        decide: its module of refusals by rule.
        view: its module of questions.
        opening: the act that opens the matter.
        menu: one act of each kind; those without an id of their own get one.
    """

    rules: Rules
    decide: ModuleType
    view: ModuleType
    opening: Act
    menu: Sequence[Act]

    @property
    def histories(self) -> st.SearchStrategy[History]:
        """What parties may say, lawful or not, seen or crossed."""
        about = st.sampled_from([OPENER, *(act_id(number) for number in range(5))])
        spoken = st.sampled_from(self.menu)
        acts = st.tuples(spoken, about).map(lambda one: _about(*one))
        anything = st.one_of(acts, acts, st.just(self.opening))
        return st.sampled_from([2, 3]).flatmap(
            lambda count: st.tuples(
                logs(self.opening, anything, count, 12), st.just(PARTIES[:count])
            )
        )


def _about(act: Act, answers: str) -> Act:
    return replace(act, answers=answers) if act.answers else act


def blob(role: str = "texts", digit: str = "1") -> Blob:
    """Return a sealed body, as an act names it."""
    return Blob(digit * 64, bytes(32), 10, "application/json", role, NEEDED, "TLP:AMBER")


def said(  # noqa: PLR0913 -- the fields of an act
    tag: str,
    matter: str,
    number: int = 0,
    answers: str = OPENER,
    *,
    times: Mapping[str, int] | None = None,
    items: tuple[str, ...] = (),
    blobs: tuple[Blob, ...] = (),
    **codes: str,
) -> Act:
    """Return an act of a matter; `due__before` is the code `due.before`."""
    return Act(
        act_id(number),
        tag,
        Matter(tag.partition(".")[0], matter),
        Office("police"),
        answers=answers,
        items=items,
        codes=coded(codes),
        times=times or {},
        blobs=blobs,
    )


def coded(codes: Mapping[str, str]) -> dict[str, str]:
    """Return codes under their names: of `due__before` that is `due.before`."""
    return {name.replace("__", ".").replace("_", "-"): code for name, code in codes.items()}


def folded(kind: Kind, placed: list[Placed], parties: tuple[str, ...] = TWO) -> State:
    """Return the state of a history."""
    return points_fold.fold_all(kind.rules, entries(placed), parties)


def told(kind: Kind, now: State, party: str, act: Act) -> State:
    """Return the state after something that must be admitted."""
    require_valid(act)
    assert kind.decide.admit(now, act, party) is None, act
    return points_fold.fold(kind.rules, now, act, party)


def refused(kind: Kind, now: State, party: str, act: Act) -> str:
    """Return the rule by which something is refused."""
    no = kind.decide.admit(now, act, party)
    assert no is not None
    assert no.rule in kind.decide.RULES
    return str(no.rule)


def holds(kind: Kind, now: State) -> tuple[Any, ...]:
    """Return what is so, whatever the order in which it is told."""
    every = sorted(now.points)
    return (
        kind.view.status(now),
        [(point, now.agreed(point), now.status(point), now.ever(point)) for point in every],
        [(point, sorted(now.wishes(point).items())) for point in every],
        sorted(now.crossings().items()),
        sorted((one.party, one.act_id, one.result) for one in now.turns),
    )


def every_history_folds(kind: Kind, history: History) -> None:
    """There is a state, each act left a turn, and the state is read back as it was."""
    placed, parties = history
    now = folded(kind, placed, parties)
    assert len(now.turns) == len(placed)
    assert kind.view.status(now) in kind.view.STATUS_WORDS
    assert kind.view.holder(now) in {"", *parties}
    assert points.from_json(points.to_json(now)) == now
    assert len(now.said) == sum(one.is_effective for one in now.turns)


def every_delivery_gives_one_state(kind: Kind, history: History, chance: random.Random) -> None:
    """Both nodes show the same, in whatever order the entries of the logs arrived."""
    placed, parties = history
    arrived = placed.copy()
    chance.shuffle(arrived)
    assert points.digest(folded(kind, arrived, parties)) == points.digest(
        folded(kind, placed, parties)
    )


def the_order_of_parties_decides_nothing(
    kind: Kind, history: History, places: Sequence[int]
) -> None:
    """Where acts crossed, it does not matter which party the arrangement names first."""
    placed, parties = history
    swapped = [replace(one, party_place=places[one.party_place]) for one in placed]
    assert holds(kind, folded(kind, placed, parties)) == holds(kind, folded(kind, swapped, parties))


def what_an_act_did_stays_and_nothing_agreed_is_lost(kind: Kind, history: History) -> None:
    """A later act changes no earlier one, and every value that was ever agreed stays there."""
    placed, parties = history
    at_the_end = folded(kind, placed, parties)
    done = Counter((one.party, one.act_id, one.result) for one in at_the_end.turns)
    for count in range(1, len(placed) + 1):
        now = folded(kind, placed[:count], parties)
        assert Counter((one.party, one.act_id, one.result) for one in now.turns) <= done
        for point in now.points:
            assert {*now.ever(point)} <= {*at_the_end.ever(point)}
            if now.status(point) == stance.AGREED:
                assert now.agreed(point) in at_the_end.ever(point)
