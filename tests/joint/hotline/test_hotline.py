"""What a history of a call means."""

import hashlib
import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from joint.review.histories import PARTIES, act_id, entries, every, logs

from comity.acts import shape
from comity.acts.order import Placed
from comity.acts.record import Act, Addressee, Matter, Office, require_valid
from comity.acts.vocabulary import OURS
from comity.joint.hotline import acts, coming, decide, fold, state, view
from comity.joint.hotline.state import Plan, State

TWO = PARTIES[:2]
NONCE, SALT = "11" * 32, "22" * 32
COMMIT = hashlib.sha256(bytes.fromhex(NONCE)).hexdigest()
SPOKEN = "AB1D-EFGH"
VOICE = coming.voice_commitment(NONCE, SPOKEN)
OPENER = act_id(31)
MATTER = acts.matter_id("aa", OPENER)


def said(
    tag: str,
    number: int = 0,
    answers: str = OPENER,
    *,
    times: Mapping[str, int] | None = None,
    items: tuple[str, ...] = (),
    **codes: str,
) -> Act:
    """Return any act of the matter."""
    named = {name.replace("_", "-").replace("--", "."): code for name, code in codes.items()}
    return Act(
        act_id(number),
        tag,
        Matter(acts.KIND, MATTER),
        Office("police"),
        answers=answers,
        items=items,
        codes=named,
        times=times or {},
    )


CALLED = said(acts.CALLED, 31, "", times={"word-by": 9_000}, voice=VOICE, ground="life", level="2")
PLANNED = said(
    acts.DRILL_PLANNED, 31, "", times={"from": 1_000, "until": 2_000}, kind="voice", commit=COMMIT
)
BEGUN = said(acts.DRILL_BEGUN, 30, times={"word-by": 9_000}, nonce=NONCE, ground="life", level="2")


def menu(about: str) -> list[Act]:
    """Return one act of each kind, about the call or about an act in it."""
    return [
        said(acts.PICKED_UP, voice=VOICE),
        said(acts.PICKED_UP, times={"next-word-at": 5_000}),
        said(acts.TAKEN, level="2", agency="police"),
        said(acts.TAKEN, level="3", agency="moj", office="duty"),
        said(acts.RAISED, level="3", reason="graver"),
        said(acts.SAID, sort="undertaking", points="2", read_back="yes", times={"act-by.2": 7_000}),
        said(acts.SAID, sort="information", points="1", instead=about),
        said(acts.READ_BACK, answers=about),
        said(acts.CONFIRMED, answers=about),
        said(acts.CORRECTED, answers=about, reason="time", items=("2",)),
        said(acts.CARRIED, times={"began": 1}, carrier="tel", outcome="reached", heard=SPOKEN),
        said(acts.CARRIED, times={"began": 1}, carrier="file", outcome="sent", sheet="7"),
        said(acts.CARRIED_CONFIRMED, answers=about, nonce=NONCE),
        said(acts.CARRIED_DISPUTED, answers=about, reason="not-so"),
        said(acts.SUMMED_UP, outcome="resolved", next__bb="preserve", times={"due.bb": 8_000}),
        said(acts.AGREED, answers=about, scope="within"),
        said(acts.DISPUTED, answers=about, reason="facts"),
        said(acts.CALLED_OFF, reason="mistaken"),
        said(acts.CLOSED, reason="concluded"),
        said(acts.DRILL_JOINED, salt=SALT),
        BEGUN,
    ]


nonsense = st.sampled_from(
    [
        said(acts.CLOSED, answers=act_id(9), reason="concluded"),
        said(acts.CLOSED, reason="because"),
        said(acts.RAISED, level="99", reason="graver"),
        said(acts.SAID, sort="warning", points="1", times={"act-by.2": 1}),
        said(acts.SUMMED_UP, outcome="resolved", owner__bb="police"),
        said(
            acts.DRILL_PLANNED,
            answers="",
            kind="desk",
            commit=COMMIT,
            times={"from": 2, "until": 1},
        ),
        replace(BEGUN, codes={**BEGUN.codes, "nonce": SALT}),
        replace(CALLED, id=act_id(8)),
        replace(CALLED, to=(Addressee("zz"),)),
        replace(CALLED, tag="call.placed/1"),
        CALLED,
        PLANNED,
    ]
)
about_ids = st.sampled_from([act_id(n) for n in range(5)])
anything = st.one_of(about_ids.flatmap(lambda about: st.sampled_from(menu(about))), nonsense)
every_logs = st.tuples(st.sampled_from([2, 3]), st.sampled_from([CALLED, PLANNED])).flatmap(
    lambda one: st.tuples(logs(one[1], anything, one[0], 12), st.just(PARTIES[: one[0]]))
)
type History = tuple[list[Placed], tuple[str, ...]]


def folded(placed: list[Placed], parties: tuple[str, ...] = TWO) -> State:
    """Return the state of a history."""
    return fold.fold_all(entries(placed), parties)


def holds(now: State) -> tuple[object, ...]:
    """Return what is so, whatever the order in which it is told."""
    return (
        view.status(now),
        coming.level(now),
        sorted(
            (one.party, view.track_status(now, one), one.level, one.agency, one.office)
            for one in now.tracks
        ),
        view.promised_at_ms(now),
        sorted((one.party, one.id, view.is_understood(now, one)) for one in now.said),
        sorted((one.party, one.id, coming.is_agreed(now, one)) for one in now.summaries),
        sorted((one.party, one.act_id, one.result) for one in now.turns),
    )


def told(now: State, party: str, act: Act) -> State:
    """Return the state after something that must be admitted."""
    require_valid(act)
    assert decide.admit(now, act, party) is None, act
    return fold.fold(now, act, party)


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
    assert view.holder(now) in {"", *parties}
    assert (
        not [party for party in parties if view.rings(now, party)] or view.status(now) == "ringing"
    )
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

    assert holds(folded(placed, parties)) == holds(folded(swapped, parties))


@given(every_logs)
def test_what_an_act_did_when_it_was_said_it_does_at_the_end(history: History) -> None:
    """What a screen showed its author stays so: an act that comes later changes it no more."""
    placed, parties = history
    at_the_end = Counter(
        (one.party, one.act_id, one.result) for one in folded(placed, parties).turns
    )
    for count in range(1, len(placed) + 1):
        so_far = folded(placed[:count], parties)
        now = Counter((one.party, one.act_id, one.result) for one in so_far.turns)
        assert now <= at_the_end


def test_both_orders_of_every_short_history_say_the_same() -> None:
    """Over all histories of two acts of either side, seen or crossed."""
    for placed in every(CALLED, menu(act_id(0)), 2):
        swapped = [replace(one, party_place=1 - one.party_place) for one in placed]
        assert holds(folded(placed)) == holds(folded(swapped))


def test_a_call_rings_until_somebody_of_its_level_takes_it() -> None:
    """Picked up is not taken; a level that is raised rings again; a lower one takes nothing."""
    now = told(State(TWO), "aa", CALLED)
    assert view.rings(now, "bb")
    assert not view.rings(now, "aa")
    now = told(now, "bb", said(acts.PICKED_UP, 1))
    assert (view.status(now), view.holder(now)) == (view.PICKED_UP, "bb")
    now = told(now, "bb", said(acts.TAKEN, 2, level="2", agency="police"))
    assert view.status(now) == view.TAKEN
    assert (
        refused(now, "aa", said(acts.RAISED, 3, level="2", reason="graver")) == "hotline.not-higher"
    )
    now = told(now, "aa", said(acts.RAISED, 3, level="4", reason="graver"))
    assert view.rings(now, "bb")
    now = told(now, "bb", said(acts.TAKEN, 4, level="3", agency="moj"))
    assert view.rings(now, "bb")
    assert refused(now, "bb", said(acts.TAKEN, 5, level="2", agency="x")) == "hotline.taken-before"
    now = told(now, "bb", said(acts.TAKEN, 5, level="4", agency="moj", office="minister"))
    assert view.status(now) == view.TAKEN
    now = told(now, "bb", said(acts.TAKEN, 6, level="4", agency="mfa"))  # handed over
    assert refused(now, "aa", said(acts.PICKED_UP, 7)) == "hotline.not-called"


def test_an_undertaking_counts_once_it_was_read_back_and_confirmed() -> None:
    """The hearer reads it back, the speaker corrects it once, and it is caught."""
    now = told(told(State(TWO), "aa", CALLED), "bb", said(acts.PICKED_UP, 1))
    undertaken = said(acts.SAID, 2, sort="undertaking", points="1", read_back="yes")
    now = told(now, "bb", undertaken)
    assert (view.undertakings(now), view.awaiting_read_back(now)) == ((), now.said)
    assert refused(now, "bb", said(acts.READ_BACK, 3, act_id(2))) == "hotline.not-entitled"
    now = told(now, "aa", said(acts.READ_BACK, 3, act_id(2)))
    assert refused(now, "aa", said(acts.CONFIRMED, 4, act_id(3))) == "hotline.nothing-said"
    now = told(now, "bb", said(acts.CORRECTED, 4, act_id(3), reason="time", items=("1",)))
    assert (view.undertakings(now), view.misunderstandings(now)) == ((), 1)
    assert view.awaiting_read_back(now) == now.said
    again = said(acts.SAID, 5, sort="undertaking", points="1", read_back="yes", instead=act_id(2))
    now = told(now, "bb", again)
    assert refused(now, "aa", said(acts.READ_BACK, 6, act_id(2))) == "hotline.replaced-before"
    now = told(now, "aa", said(acts.READ_BACK, 6, act_id(5)))
    now = told(now, "bb", said(acts.CONFIRMED, 7, act_id(6)))
    assert [one.id for one in view.undertakings(now)] == [act_id(5)]


def test_a_spoken_code_proves_whom_a_number_reached() -> None:
    """What was heard is compared with what had been committed to; another code proves nothing."""
    now = told(told(State(TWO), "aa", CALLED), "bb", said(acts.PICKED_UP, 1))
    carried = said(
        acts.CARRIED, 2, times={"began": 1}, carrier="tel", outcome="reached", heard=SPOKEN
    )
    heard = told(now, "bb", carried)
    assert view.open_carriage(heard, "aa") == heard.carriages[0]
    heard = told(heard, "aa", said(acts.CARRIED_CONFIRMED, 3, act_id(2), nonce=NONCE))
    assert [one.is_proved for one in heard.carriages[0].answers] == [True]
    other = told(now, "bb", replace(carried, codes={**carried.codes, "heard": "ZZZZ-ZZZZ"}))
    other = told(other, "aa", said(acts.CARRIED_CONFIRMED, 3, act_id(2), nonce=NONCE))
    assert [one.is_proved for one in other.carriages[0].answers] == [False]


@given(st.binary(min_size=32, max_size=32), st.integers(0, 2**40 - 1), st.integers(0, 2**40 - 1))
def test_no_other_code_fits_a_commitment(nonce: bytes, code: int, other: int) -> None:
    """A code is proved by itself alone."""

    def spoken(number: int) -> str:
        letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
        text = "".join(letters[number >> 5 * place & 31] for place in range(8))
        return f"{text[:4]}-{text[4:]}"

    fits = coming.voice_commitment(nonce.hex(), spoken(code)) == coming.voice_commitment(
        nonce.hex(), spoken(other)
    )
    assert acts.SPOKEN_SHAPE.fullmatch(spoken(code))
    assert fits == (code == other)


def test_a_drill_begins_with_the_nonce_that_its_plan_committed_to() -> None:
    """Its instant moves with either share, and neither side can choose it."""
    now = told(State(TWO), "aa", PLANNED)
    assert refused(now, "aa", said(acts.DRILL_JOINED, 1, salt=SALT)) == "hotline.not-entitled"
    now = told(now, "bb", said(acts.DRILL_JOINED, 1, salt=SALT))
    assert refused(now, "bb", BEGUN) == "hotline.not-entitled"
    false = replace(BEGUN, codes={**BEGUN.codes, "nonce": SALT})
    assert refused(now, "aa", false) == "hotline.nonce-differs"
    now = told(now, "aa", BEGUN)
    assert now.call is not None
    assert now.call.is_drill
    drawn = view.drawn_at_ms(now)
    assert drawn is not None
    assert 1_000 <= drawn < 2_000
    now = told(now, "bb", said(acts.PICKED_UP, 2, BEGUN.id))
    assert view.status(now) == view.PICKED_UP


@given(st.binary(min_size=32, max_size=32), st.binary(min_size=32, max_size=32))
def test_the_instant_of_a_drill_stands_in_its_window(nonce: bytes, salt: bytes) -> None:
    """It is a function of both shares."""
    plan = Plan("x", "aa", "desk", COMMIT, 1_000, 1_000 + 86_400_000, 0)
    drawn = coming.instant_ms(plan, nonce.hex(), salt.hex())
    assert plan.from_ms <= drawn < plan.until_ms


def test_the_instants_of_drills_are_spread_evenly() -> None:
    """Of 4,096 shares each eighth of the window has its eighth, within six standard deviations."""
    plan = Plan("x", "aa", "desk", COMMIT, 0, 8_000, 0)
    for fixed in (True, False):
        shares = ((NONCE, f"{n:064x}") if fixed else (f"{n:064x}", SALT) for n in range(4_096))
        counts = Counter(coming.instant_ms(plan, *one) // 1_000 for one in shares)
        assert all(abs(counts[place] - 512) < 6 * 512**0.5 for place in range(8))


def test_acts_that_crossed_stand_and_are_told_to_both() -> None:
    """A call that is called off while it is picked up, and taken while it is closed."""
    opened = Placed(CALLED, "aa/log", 0, 1, 0, {}, 1)
    cut = {"aa/log": 1}
    taken = Placed(said(acts.TAKEN, 1, level="2", agency="police"), "bb/log", 1, 1, 0, cut, 2)
    off = Placed(said(acts.CALLED_OFF, 2, reason="mistaken"), "aa/log", 0, 1, 1, {}, 2)
    now = folded([opened, taken, off])
    assert view.status(now) == view.CLOSED
    assert [one.takes_effect for one in now.turns] == [True] * 3
    assert "called-off-while-picked-up" in view.crossings(now)
    after = replace(off, seen={"bb/log": 1}, depth=3)
    assert folded([opened, taken, after]).turns[-1].result == coming.PICKED_UP_BEFORE


def test_a_pair_of_the_sheet_is_used_once() -> None:
    """Entered afterwards too, when the line is back and the call is closed."""
    now = told(told(State(TWO), "aa", CALLED), "bb", said(acts.PICKED_UP, 1))
    now = told(now, "aa", said(acts.CLOSED, 2, reason="elsewhere"))
    sheet = said(acts.CARRIED, 3, times={"began": 1}, carrier="file", outcome="sent", sheet="7")
    now = told(now, "aa", sheet)
    assert refused(now, "aa", replace(sheet, id=act_id(4))) == "hotline.sheet-used"
    assert (
        refused(now, "bb", said(acts.RAISED, 5, level="9", reason="graver"))
        == "hotline.closed-before"
    )


def test_the_tables_of_the_page_are_those_of_the_room() -> None:
    """Whoever writes another node reads what this one does."""
    page = Path("docs/spec/hotline.md").read_text("utf-8")
    for render in (shape.render(acts.SHAPES), shape.render_lists(acts.LISTS)):
        assert render in page, "run: python -m tools.tables"
    told_of = {*acts.PROBLEMS, *(rule.partition(".")[2] for rule in decide.RULES)}
    assert not {one for one in told_of if f"`{one}`" not in page}
    assert set(acts.SHAPES) == set(view.TAG_WORDS) <= {*OURS.tags()}
