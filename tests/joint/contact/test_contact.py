"""What a history of contact points means."""

import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joint.review.histories import PARTIES, act_id, entries, logs

from comity.acts.order import Placed
from comity.acts.record import Act, Document, Matter, Office, require_valid
from comity.acts.vocabulary import OURS
from comity.joint.contact import acts, decide, document, fold, state, view
from comity.joint.contact.state import State
from comity.kernel.problem import Unfit

TWO = PARTIES[:2]
OPENER = act_id(31)
OLD, NEW = "1a" * 32, "2b" * 32
DAY = view.DAY_MS


def said(
    tag: str,
    number: int = 0,
    answers: str = OPENER,
    *,
    items: tuple[str, ...] = (),
    at: int | None = None,
    doc: str = "",
    **codes: str,
) -> Act:
    """Return any act of the matter."""
    return Act(
        act_id(number),
        tag,
        Matter(acts.KIND, "aa"),
        Office("police"),
        answers=answers,
        items=items,
        codes={name.replace("__", "."): code for name, code in codes.items()},
        times={} if at is None else {acts.REACHED_AT: at},
        documents=(Document(doc, 9, acts.MEDIA_TYPE, acts.ROLE_CONTACTS),) if doc else (),
    )


FIRST = said(acts.PUBLISHED, 31, "", doc="33" * 32, entry__desk=OLD, entry__night=NEW)


def menu(about: str) -> list[Act]:
    """Return one act of each kind, about one publication or another."""
    return [
        said(acts.PUBLISHED, 0, "", doc="44" * 32, entry__desk=NEW),
        said(acts.PUBLISHED, 1, "", doc="33" * 32, entry__desk=OLD, entry__night=NEW),
        said(acts.PROVED, answers=about, items=("desk",), at=5),
        said(acts.PROVED, answers=about, items=("desk", "night"), at=9),
        said(acts.FAILED, answers=about, items=("desk",), at=7, reason="no-answer"),
        said(acts.WITHDRAWN, answers=about, items=("desk",), reason="ended"),
        said(acts.WITHDRAWN, answers=about, reason="compromised"),
    ]


nonsense = st.sampled_from(
    [
        said(acts.PROVED, items=("gone",), at=5),
        said(acts.PROVED, at=5),
        said(acts.FAILED, items=("desk",), at=5, reason="because"),
        said(acts.PUBLISHED, 2, "", entry__desk=OLD),
        said(acts.PUBLISHED, 2, "", doc="55" * 32),
        replace(FIRST, matter=Matter("hotline", "aa")),
        FIRST,
    ]
)
about_ids = st.sampled_from([OPENER, act_id(0), act_id(1)])
anything = st.one_of(about_ids.flatmap(lambda about: st.sampled_from(menu(about))), nonsense)
every_logs = st.sampled_from([2, 3]).flatmap(
    lambda count: st.tuples(logs(FIRST, anything, count, 12), st.just(PARTIES[:count]))
)
type History = tuple[list[Placed], tuple[str, ...]]


def folded(placed: list[Placed], parties: tuple[str, ...] = TWO) -> State:
    """Return the state of a history."""
    return fold.fold_all(entries(placed), parties)


def told(now: State, party: str, act: Act, at_ms: int | None = None) -> State:
    """Return the state after something that must be admitted."""
    require_valid(act)
    assert decide.admit(now, act, party) is None, act
    return fold.fold(now, act, party, at_ms=at_ms)


def refused(now: State, party: str, act: Act) -> str:
    """Return the rule by which something is refused."""
    no = decide.admit(now, act, party)
    assert no is not None
    assert no.rule in decide.RULES
    return no.rule


@given(every_logs)
def test_every_history_folds(history: History) -> None:
    """Whatever the parties say, lawful or not, there is a state, and each act left a turn."""
    placed, parties = history
    now = folded(placed, parties)

    assert len(now.turns) == len(placed)
    assert all(turn.result for turn in now.turns)
    assert view.status(now) in view.STATUS_WORDS
    assert state.from_json(state.to_json(now)) == now


@given(every_logs, st.randoms(use_true_random=False))
def test_every_delivery_gives_one_state(history: History, chance: random.Random) -> None:
    """Both nodes show the same, in whatever order the entries of the logs arrived."""
    placed, parties = history
    arrived = placed.copy()
    chance.shuffle(arrived)

    assert state.digest(folded(arrived, parties)) == state.digest(folded(placed, parties))


@given(every_logs, st.permutations(range(3)))
def test_the_order_of_parties_decides_nothing(history: History, places: list[int]) -> None:
    """Where two acts crossed, it does not matter which party the arrangement names first."""
    placed, parties = history
    swapped = [replace(one, party_place=places[one.party_place]) for one in placed]

    def holds(now: State) -> tuple[object, ...]:
        results = Counter((one.party, one.act_id, one.result) for one in now.turns)
        stands = [(s.name, s.is_withdrawn, s.failures, s.is_proved(9)) for s in view.standing(now)]
        return view.status(now), stands, results

    assert holds(folded(placed, parties)) == holds(folded(swapped, parties))


def test_a_proof_counts_while_the_entry_stays_and_grows_stale_after_three_months() -> None:
    """Proved lately, failed since, changed, withdrawn: each is told apart."""
    now = told(State(TWO), "aa", FIRST)
    assert [one.proved for one in view.standing(now)] == [None, None]
    now = told(now, "bb", said(acts.PROVED, 1, items=("desk",), at=10 * DAY))
    desk, night = view.standing(now)
    assert (desk.is_proved(10 * DAY), night.is_proved(10 * DAY)) == (True, False)
    assert not desk.is_proved(103 * DAY)
    failed = told(now, "bb", said(acts.FAILED, 2, items=("desk",), at=11 * DAY, reason="hours"))
    assert not view.standing(failed)[0].is_proved(11 * DAY)
    old = told(now, "bb", said(acts.FAILED, 2, items=("desk",), at=9 * DAY, reason="hours"))
    assert view.standing(old)[0].is_proved(11 * DAY)
    again = told(now, "aa", said(acts.PUBLISHED, 3, "", doc="55" * 32, entry__desk=OLD))
    assert view.standing(again)[0].is_proved(11 * DAY)
    gone = told(now, "aa", said(acts.WITHDRAWN, 3, items=("desk",), reason="ended"))
    assert not view.standing(gone)[0].is_proved(11 * DAY)
    assert view.status(told(gone, "aa", said(acts.WITHDRAWN, 4, reason="ended"))) == view.WITHDRAWN


def test_a_new_number_stands_beside_the_last_proved_one_for_a_day() -> None:
    """A number that is changed by stealth does not take the calls of the other at once."""
    now = told(State(TWO), "aa", FIRST)
    now = told(now, "bb", said(acts.PROVED, 1, items=("desk", "night"), at=5))
    changed = said(acts.PUBLISHED, 2, "", doc="55" * 32, entry__desk=NEW, entry__night=NEW)
    now = told(now, "aa", changed, at_ms=DAY)
    assert {name: one.id for name, one in view.beside(now, 2 * DAY - 1).items()} == {"desk": OPENER}
    assert not view.beside(now, 2 * DAY)
    proved = told(now, "bb", said(acts.PROVED, 3, act_id(2), items=("desk",), at=DAY))
    assert not view.beside(proved, DAY)


def test_what_is_not_ones_to_say_is_refused_by_rule() -> None:
    """Each rule, with the act that meets it."""
    now = told(State(TWO), "aa", FIRST)
    own = said(acts.PROVED, 1, items=("desk",), at=5)
    assert refused(now, "aa", own) == "contact.not-entitled"
    assert refused(now, "bb", replace(FIRST, id=act_id(2))) == "shape.matter-of-another"
    assert refused(now, "aa", replace(FIRST, id=act_id(2))) == "contact.published-before"
    assert refused(now, "bb", replace(own, items=("x",))) == "contact.entry-unknown"
    assert refused(now, "bb", replace(own, items=())) == "contact.entries-missing"
    assert refused(now, "bb", replace(own, answers=act_id(9))) == "contact.nothing-published"
    gone = told(now, "aa", said(acts.WITHDRAWN, 3, items=("desk",), reason="ended"))
    assert refused(gone, "bb", own) == "contact.withdrawn-before"
    assert refused(now, "aa", replace(FIRST, documents=())) == "shape.document-missing"


def test_every_tag_has_words_and_is_in_the_vocabulary() -> None:
    """What can be said can be sent and shown."""
    assert view.TAG_WORDS.keys() == acts.SHAPES.keys()
    assert {*OURS.added["contact"][1]} == acts.SHAPES.keys()


DESK = """\
format: comity-contacts/1
party: aa
entries:
  - id: desk
    agency: police
    function: {en: "Duty desk", zh: "值班室"}
    level: 3
    languages: [en, zh]
    zone: Asia/Shanghai
    hours: [{days: [mon, sun], opens: "08:00", closes: "18:30"}]
    carriers: [{tel: "+861065204334;ext=12"}, {mailto: duty@example.org}]
"""


def test_a_document_is_read_with_the_hash_of_each_entry() -> None:
    """The hash is of the fields, not of how the file is written."""
    found = document.parse(DESK.encode())
    (entry,) = found.entries
    assert entry.carriers[0].uri == "tel:+861065204334;ext=12"
    assert entry.hours == (document.Hours((0, 6), 480, 1_110),)
    respelled = DESK.replace("[en, zh]", "\n      - en\n      - zh")
    assert document.parse(respelled.encode()).hashes == found.hashes
    other = DESK.replace("4334", "4335")
    assert document.parse(other.encode()).hashes != found.hashes


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({", {mailto: duty@example.org}": ""}, "text.too-few"),
        ({"+861065204334;ext=12": "010-65204334"}, "text.no-known-form"),
        ({"duty@example.org": "duty at example"}, "text.no-known-form"),
        ({"18:30": "07:00"}, "contact.hours-backwards"),
        ({"level: 3": "level: 99"}, "text.number-out-of-range"),
        ({"party: aa": "party: aa\nname: Wang"}, "text.field-unknown"),
        ({"comity-contacts/1": "comity-contacts/2"}, "text.not-a-choice"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_a_document_that_does_not_fit_says_where(change: Mapping[str, str], rule: str) -> None:
    """Bad input gets its line and rule; nothing of it is published."""
    text = DESK
    for before, after in change.items():
        assert before in text
        text = text.replace(before, after)
    with pytest.raises(Unfit) as caught:
        document.parse(text.encode())
    assert rule in {one.rule for one in caught.value.problems}
    assert caught.value.code == "contact.document.unfit"
