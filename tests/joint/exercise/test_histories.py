"""What a history of each kind of matter of an exercise means."""

import hashlib
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joint.exercise.stories import CONTENT, LIST, PLAN, SALT, TWO, histories, menu, opening, said
from joint.review.histories import act_id, entries, every

from comity.acts import shape
from comity.acts.order import Placed
from comity.acts.record import Act, require_valid
from comity.acts.vocabulary import OURS
from comity.joint.exercise import acts, agreement, control, decide, evaluation, inject, view
from comity.joint.exercise.decide import PARTS

type State = Any
"""Of any kind of matter."""
type History = tuple[list[Placed], tuple[str, ...]]
type Kinded = tuple[str, History]

any_history = st.sampled_from(sorted(PARTS)).flatmap(
    lambda kind: st.tuples(st.just(kind), histories(kind))
)


def folded(kind: str, placed: list[Placed], parties: tuple[str, ...] = TWO) -> State:
    """Return the state of a history."""
    return PARTS[kind].fold_all(entries(placed), parties)


def done(now: State) -> Counter[tuple[str, str, str]]:
    """Return what each act did."""
    return Counter((one.party, one.act_id, one.result) for one in now.turns)


@given(any_history)
def test_every_history_folds(of: Kinded) -> None:
    """Whatever the parties say, lawful or not, there is a state, and each act left a turn."""
    kind, (placed, parties) = of
    now = folded(kind, placed, parties)
    part = PARTS[kind]

    assert len(now.turns) == len(placed)
    assert all(turn.result for turn in now.turns)
    assert view.STATUS[kind](now) in view.STATUS_WORDS[kind]
    assert {*view.AWAITED[kind](now)} <= {*parties}
    assert part.from_json(part.to_json(now)) == now


@given(any_history, st.randoms(use_true_random=False))
def test_every_delivery_gives_one_state(of: Kinded, chance: random.Random) -> None:
    """Both nodes show the same, in whatever order the entries of the logs arrived."""
    kind, (placed, parties) = of
    arrived = placed.copy()
    chance.shuffle(arrived)
    part = PARTS[kind]
    assert part.digest(folded(kind, arrived, parties)) == part.digest(folded(kind, placed, parties))


@given(any_history, st.permutations(range(3)))
def test_the_order_of_parties_decides_nothing(of: Kinded, places: list[int]) -> None:
    """Where two acts crossed, it does not matter which party the arrangement names first."""
    kind, (placed, parties) = of
    swapped = [replace(one, party_place=places[one.party_place]) for one in placed]
    now, other = folded(kind, placed, parties), folded(kind, swapped, parties)
    assert done(now) == done(other)
    assert view.STATUS[kind](now) == view.STATUS[kind](other) or _has_two_last_words(kind, now)


def _has_two_last_words(kind: str, now: State) -> bool:
    """Return whether two parties spoke last at once: which stop or setting is newest, is order."""
    return kind == acts.PLAY and any(one.crossed for one in now.turns)


@given(any_history)
def test_what_an_act_did_when_it_was_said_it_does_at_the_end(of: Kinded) -> None:
    """What a screen showed its author stays so: an act that comes later changes it no more."""
    kind, (placed, parties) = of
    at_the_end = done(folded(kind, placed, parties))
    for count in range(1, len(placed) + 1):
        assert done(folded(kind, placed[:count], parties)) <= at_the_end


@pytest.mark.parametrize("kind", PARTS)
def test_both_orders_of_every_short_history_say_the_same(kind: str) -> None:
    """Over all histories of two acts of either side, seen or crossed."""
    for placed in every(opening(kind), menu(kind, act_id(0)), 2):
        swapped = [replace(one, party_place=1 - one.party_place) for one in placed]
        assert done(folded(kind, placed)) == done(folded(kind, swapped))


@pytest.mark.parametrize("kind", PARTS)
def test_each_act_of_the_menu_is_one_and_each_rule_is_known(kind: str) -> None:
    """What the tests say is valid, and what is refused has words in the table of rules."""
    now = told(kind, PARTS[kind].empty(TWO), "aa", opening(kind))
    for act in menu(kind, act_id(0)):
        require_valid(act)
        for party in TWO:
            no = decide.admit(now, act, party)
            assert no is None or no.rule in decide.RULES


def told(kind: str, now: State, party: str, act: Act) -> State:
    """Return the state after something that must be admitted."""
    require_valid(act)
    assert decide.admit(now, act, party) is None, (act, decide.admit(now, act, party))
    return PARTS[kind].fold(now, act, party)


def refused(now: State, party: str, act: Act) -> str:
    """Return the rule by which something is refused."""
    no = decide.admit(now, act, party)
    assert no is not None
    return no.rule.removeprefix("exercise.")


def of(kind: str) -> tuple[Any, Callable[..., Act]]:
    """Return a matter that was opened, and what says more of it."""
    now = told(kind, PARTS[kind].empty(TWO), "aa", opening(kind))

    def more(tag: str, number: int, answers: str = act_id(31), /, **codes: Any) -> Act:  # noqa: ANN401 -- codes, times, office
        return said(kind, tag, number, answers, **codes)

    return now, more


def test_an_exercise_is_agreed_while_both_mean_one_window() -> None:
    """Another window opens the question again; two that crossed leave it open."""
    now, say = of(acts.EXERCISE)
    first, second = {"from": 1_000, "until": 9_000}, {"from": 2_000, "until": 9_000}
    assert refused(now, "aa", say(acts.AGREED, 1, times=first)) == "answered-before"
    assert refused(now, "bb", say(acts.AGREED, 1, times=second)) == "window-unknown"
    assert refused(now, "bb", say(acts.REPORTED, 1, report=PLAN)) == "not-agreed"
    now = told(acts.EXERCISE, now, "bb", say(acts.AGREED, 1, times=first))
    assert agreement.window(now) == (1_000, 9_000)
    now = told(acts.EXERCISE, now, "bb", say(acts.RESCHEDULED, 2, times=second))
    assert (agreement.status(now), agreement.awaited(now)) == (agreement.OPEN, ("aa",))
    now = told(acts.EXERCISE, now, "aa", say(acts.AGREED, 3, times=second))
    assert refused(now, "bb", say(acts.DECLINED, 4, reason="scope")) == "agreed-before"
    now = told(acts.EXERCISE, now, "aa", say(acts.REPORTED, 5, report=PLAN))
    now = told(acts.EXERCISE, now, "bb", say(acts.REPORT_AGREED, 6, act_id(5)))
    assert agreement.status(now) == agreement.CLOSED
    assert refused(now, "aa", say(acts.CANCELLED, 7, reason="capacity")) == "closed-before"


def test_a_private_item_is_the_one_that_was_fixed() -> None:
    """Another content or another number discloses nothing; each side has numbers of its own."""
    now, say = of(acts.CONTROL)
    fixed = menu(acts.CONTROL, "")[5]
    disclosed = say(acts.DISCLOSED, 2, number="9", salt=SALT, content=CONTENT)
    assert refused(now, "aa", disclosed) == "nothing-fixed"
    now = told(acts.CONTROL, now, "aa", replace(fixed, id=act_id(1)))
    assert refused(now, "aa", replace(fixed, id=act_id(3))) == "fixed-before"
    assert refused(now, "bb", disclosed) == "nothing-fixed"
    other = say(acts.DISCLOSED, 2, number="9", salt=SALT, content=PLAN)
    assert refused(now, "aa", other) == "commitment-differs"
    now = told(acts.CONTROL, now, "aa", disclosed)
    assert now.private[0].content == CONTENT
    assert refused(now, "aa", replace(disclosed, id=act_id(4))) == "disclosed-before"


@given(st.binary(min_size=32, max_size=32), st.binary(), st.binary())
def test_no_other_content_fits_a_commitment(salt: bytes, one: bytes, other: bytes) -> None:
    """An item is opened by itself alone."""
    made = [acts.commitment(salt.hex(), hashlib.sha256(each).hexdigest()) for each in (one, other)]
    assert (made[0] == made[1]) == (one == other)


def test_cells_are_ready_for_one_plan_and_one_list() -> None:
    """Only for texts that all adopted, and only when all say the same two hashes."""
    now, say = of(acts.CONTROL)
    ready = say(acts.READY, 9, plan=PLAN, list=LIST, seats="6")
    assert refused(now, "aa", ready) == "text-unadopted"
    for number, (name, sha256) in enumerate((("plan", PLAN), ("master-list", LIST))):
        text = say(acts.TEXT_PROPOSED, 2 * number, text=name, sha256=sha256)
        now = told(acts.CONTROL, now, "aa", text)
        adopted = say(acts.TEXT_ADOPTED, 2 * number + 1, act_id(2 * number))
        assert refused(now, "aa", adopted) == "not-entitled"
        now = told(acts.CONTROL, now, "bb", adopted)
    now = told(acts.CONTROL, now, "aa", ready)
    assert control.ready_for(now) is None
    now = told(acts.CONTROL, now, "bb", replace(ready, id=act_id(10)))
    assert control.ready_for(now) == (PLAN, LIST)


def test_a_seat_takes_what_is_for_it_and_control_takes_nothing() -> None:
    """Taken is the act of the seat; who delivered takes and answers nothing."""
    now, say = of(acts.INJECT)
    for party, by, rule in (
        ("aa", {"seat": "bank"}, "not-entitled"),
        ("bb", {"seat": "bank", "office": "control"}, "not-entitled"),
        ("bb", {"seat": "court"}, "seat-differs"),
    ):
        assert refused(now, party, say(acts.TAKEN, 1, **by)) == rule
    now = told(acts.INJECT, now, "bb", say(acts.TAKEN, 1, seat="bank"))
    assert refused(now, "aa", say(acts.WITHDRAWN, 2, reason="mistaken")) == "taken-before"
    now = told(acts.INJECT, now, "bb", say(acts.ANSWERED, 3, seat="bank", outcome="done"))
    assert (inject.status(now), inject.awaited(now)) == (inject.ANSWERED, ())


def test_what_was_taken_while_it_was_withdrawn_is_taken() -> None:
    """Both stand where they crossed, and both sides see that they did."""
    opened = Placed(opening(acts.INJECT), "aa/log", 0, 1, 0, {}, 1)
    cut = {"aa/log": 1}
    taken = Placed(said(acts.INJECT, acts.TAKEN, 1, seat="bank"), "bb/log", 1, 1, 0, cut, 2)
    off = said(acts.INJECT, acts.WITHDRAWN, 2, reason="mistaken")
    now = folded(acts.INJECT, [opened, taken, Placed(off, "aa/log", 0, 1, 1, {}, 2)])
    assert inject.status(now) == inject.TAKEN
    assert [*inject.crossings(now)] == ["taken-while-withdrawn"]


def test_a_rating_is_shared_or_differs() -> None:
    """Who differed may concur later, and not the other way; nobody judges their own."""
    now, say = of(acts.EVALUATION)
    assert refused(now, "aa", say(acts.CONCURRED, 1)) == "not-entitled"
    now = told(acts.EVALUATION, now, "bb", say(acts.DIFFERED, 1, rating="M", reason="evidence"))
    assert evaluation.status(now) == evaluation.DIFFERENT
    now = told(acts.EVALUATION, now, "bb", say(acts.CONCURRED, 2))
    assert evaluation.status(now) == evaluation.SHARED
    assert (
        refused(now, "bb", say(acts.DIFFERED, 3, rating="M", reason="lower")) == "answered-before"
    )


def test_the_tables_of_the_page_are_those_of_the_room() -> None:
    """Whoever writes another node reads what this one does."""
    page = Path("docs/spec/exercise.md").read_text("utf-8")
    for render in (shape.render(acts.SHAPES), shape.render_lists(acts.LISTS)):
        assert render in page, "run: python -m tools.tables"
    told_of = {*acts.PROBLEMS, *(rule.partition(".")[2] for rule in decide.RULES)}
    assert not {one for one in told_of if f"`{one}`" not in page}
    assert set(acts.SHAPES) <= {*OURS.tags()}
