"""What a history of a compartment means."""

import random
from dataclasses import replace
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from joint.of_facts import OPENER, TWO, History, Laws
from joint.of_facts import said as say
from joint.review.histories import act_id

from comity.acts import facts, shape
from comity.acts.facts import State
from comity.acts.record import Act
from comity.acts.vocabulary import OURS
from comity.joint.compartment import acts, decide, fold, view

ROOT = "11" * 32
PROPOSED = say(acts.PROPOSED, 31, "", items=("r",), seal="node", object_hours="120")
READER = say(acts.READER_NAMED, 2, reader=ROOT, capacity="counsel", agency="doj")
HOUR_MS = 3_600_000


def menu(about: str) -> list[Act]:
    """Return one act of each kind, about the proposal or about another act."""
    return [
        say(acts.AMENDED, seal="reader", object_hours="24"),
        say(acts.SIGNED, 0, about),
        say(acts.DECLINED, 0, about, reason="terms"),
        say(acts.JOINED, items=("x",)),
        say(acts.COMMITTED, root=ROOT, count="3"),
        READER,
        say(acts.READER_OBJECTED, 0, about, reason="conflict"),
        say(acts.READER_ENDED, 0, about, reason="done"),
        say(acts.ACCOUNT, times={"from": 1, "until": 9}, openings="4", readers="1"),
        say(acts.CHALLENGED, 0, about, reason="late"),
        say(acts.BREACH_TOLD, sort="published", mark="AB1D-EFGH"),
        say(acts.CLOSED, reason="concluded"),
    ]


NONSENSE = [
    replace(PROPOSED, id=act_id(8)),
    say(acts.JOINED),
    say(acts.COMMITTED, root=ROOT, count="0"),
    say(acts.ACCOUNT, times={"from": 9, "until": 9}, openings="4", readers="1"),
    say(acts.BREACH_TOLD, sort="published", mark="ABCD"),
    say(acts.SIGNED, 0, act_id(9)),
    say("compartment.burnt/1"),
]


def found(now: State) -> object:
    """Return what a screen finds."""
    return (
        view.status(now),
        view.holder(now),
        view.object_hours(now),
        sorted(one.key for one in fold.in_force(now)),
        sorted((one.key, view.reader_status(now, one, 10**15)) for one in view.readers(now)),
        sorted(view.crossings(now)),
    )


LAWS = Laws(fold.RULES, PROPOSED, menu, NONSENSE, found, decide.admit)
histories = LAWS.histories()


@given(histories)
def test_every_history_folds(history: History) -> None:
    """Whatever the parties say, lawful or not, there is a state, and each act left a turn."""
    now = LAWS.every_history_folds(history)
    assert view.status(now) in view.STATUS_WORDS
    assert view.holder(now) in {"", *now.parties}


@given(histories, st.randoms(use_true_random=False))
def test_every_delivery_gives_one_state(history: History, chance: random.Random) -> None:
    """Both nodes show the same, in whatever order the entries of the logs arrived."""
    LAWS.every_delivery_gives_one_state(history, chance)


@given(histories, st.permutations(range(3)))
def test_the_order_of_parties_decides_nothing(history: History, places: list[int]) -> None:
    """Where two acts crossed, it does not matter which party the arrangement names first."""
    LAWS.the_order_of_parties_decides_nothing(history, places)


@given(histories)
def test_what_an_act_did_when_it_was_said_it_does_at_the_end(history: History) -> None:
    """What a screen showed its author stays so: an act that comes later changes it no more."""
    LAWS.what_an_act_did_it_does_at_the_end(history)


@given(histories)
def test_nothing_is_given_before_the_last_signature(history: History) -> None:
    """Whoever committed, named a reader or gave an account had seen terms that all had signed."""
    now = LAWS.every_history_folds(history)
    for one in now.said(acts.COMMITTED, acts.READER_NAMED, acts.ACCOUNT):
        before = replace(now, facts=tuple(each for each in now.facts if each.at < one.at))
        assert fold.in_force(before)


def test_both_orders_of_every_short_history_say_the_same() -> None:
    """Over all histories of two acts of either side, seen or crossed."""
    LAWS.both_orders_say_the_same()


def test_what_is_malformed_does_nothing() -> None:
    """It is kept and named on the time line."""
    LAWS.nonsense_does_nothing()


def test_content_follows_the_signature() -> None:
    """Terms are signed by the other side; then readers are named, objected to and ended."""
    told, refused = LAWS.told, LAWS.refused
    now = told(State(TWO), "aa", PROPOSED)
    assert (view.status(now), view.holder(now)) == (view.PROPOSED, "bb")
    for early in (READER, say(acts.COMMITTED, root=ROOT, count="3")):
        assert refused(now, "aa", early) == "compartment.not-in-force"
    assert refused(now, "aa", say(acts.SIGNED, 1, OPENER)) == "facts.not-entitled"
    now = told(now, "bb", say(acts.SIGNED, 1, OPENER))
    assert (view.status(now), view.holder(now)) == (view.IN_FORCE, "")
    decline = say(acts.DECLINED, 2, OPENER, reason="terms")
    assert refused(now, "bb", decline) == "compartment.answered-before"
    now = told(now, "aa", say(acts.COMMITTED, 3, root=ROOT, count="3"))
    now = told(now, "bb", READER)
    assert refused(now, "bb", replace(READER, id=act_id(4))) == "compartment.named-before"
    assert refused(now, "bb", say(acts.READER_OBJECTED, 4, act_id(2), reason="conflict")) == (
        "facts.not-entitled"
    )
    now = told(now, "aa", say(acts.READER_OBJECTED, 4, act_id(2), reason="conflict"))
    (reader,) = view.readers(now)
    assert view.reader_status(now, reader, 10**15) == view.OBJECTED
    now = told(now, "bb", say(acts.READER_ENDED, 5, act_id(2), reason="objection"))
    assert view.reader_status(now, reader, 10**15) == view.ENDED
    now = told(now, "aa", say(acts.CLOSED, 6, reason="returned"))
    now = told(
        now, "bb", say(acts.ACCOUNT, 7, times={"from": 1, "until": 9}, openings="4", readers="1")
    )
    assert refused(now, "aa", say(acts.COMMITTED, 8, root=ROOT, count="3")) == "facts.ended-before"


def test_a_reader_reads_once_the_term_to_object_is_over() -> None:
    """Not before the other side has held the name for as long as the terms say."""
    now = LAWS.told(State(TWO), "aa", PROPOSED)
    now = LAWS.told(now, "bb", say(acts.SIGNED, 1, OPENER))
    now = facts.fold(fold.RULES, now, READER, "bb", at_ms=1_000)
    (reader,) = view.readers(now)
    end_ms = 1_000 + 120 * HOUR_MS
    assert view.reader_status(now, reader, end_ms - 1) == view.WAITS
    assert view.reader_status(now, reader, end_ms) == view.ACTIVE
    unheld = facts.fold(fold.RULES, LAWS.folded([]), READER, "bb")
    assert not view.readers(unheld)


def test_a_signature_that_crossed_an_amendment_is_of_the_old_terms() -> None:
    """Both stand; once the new ones are signed too, a screen says that there are two."""
    now = LAWS.told(State(TWO), "aa", PROPOSED)
    now = LAWS.told(now, "aa", say(acts.AMENDED, 1, seal="node", object_hours="24"))
    now = LAWS.told(now, "bb", say(acts.SIGNED, 2, OPENER))
    assert [one.id for one in fold.in_force(now)] == [OPENER]
    now = LAWS.told(now, "bb", say(acts.SIGNED, 3, act_id(1)))
    assert [*view.crossings(now)] == ["two-terms-signed"]


def test_the_tables_of_the_page_are_those_of_the_room() -> None:
    """Whoever writes another node reads what this one does."""
    page = Path("docs/spec/compartment.md").read_text("utf-8")
    common = page + Path("docs/spec/facts.md").read_text("utf-8")
    for render in (shape.render(acts.SHAPES), shape.render_lists(acts.LISTS)):
        assert render in page, "run: python -m tools.tables"
    told_of = {*shape.PROBLEMS, *(rule.partition(".")[2] for rule in decide.RULES)}
    assert not {one for one in told_of if f"`{one}`" not in common}
    assert set(acts.SHAPES) <= {*OURS.tags()}
