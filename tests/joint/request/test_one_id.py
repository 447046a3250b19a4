"""Two States use one id in a request: each act is told from the other by its author and kind.

Who speaks chooses the id of their act, so a State can take that of an act that it was told.
"""

from joint.request.histories import ABOUT, ITEMS, REQUEST_ID, act_id, said, saying, submission

from comity.acts.record import Act
from comity.joint.request import acts, binding, effects, fold, moves, state, table
from comity.joint.request.acts import Parts
from comity.joint.request.state import State

RATED = Parts({f"{acts.QUALITY}usable": "partly"})
TO_B = Parts(to=("bb",))


def after(*told: tuple[str, Act], to: tuple[str, ...] = ("bb",)) -> State:
    """Return the request after these acts of these parties, each of which had seen all."""
    now = fold.fold(state.EMPTY, submission(to), "aa")
    for party, act in told:
        now = fold.fold(now, act, party)
    return now


def last(now: State, track: str = "bb") -> str:
    """Return what the last act did on a track."""
    return now.turns[-1].results.get(track, "")


def test_a_deficiency_under_the_id_of_a_question_can_be_clarified() -> None:
    """Else an addressee could stop its clock by something that nobody can mend."""
    asked = ("aa", said(acts.STATUS_ASKED, 1, parts=TO_B))
    deficient = ("bb", said(acts.FOUND_DEFICIENT, 1, parts=Parts({"on.facts": "missing"})))
    clarified = ("aa", said(acts.CLARIFIED, 2, act_id(1), Parts(elements=("facts",))))
    now = after(asked, deficient, clarified)

    assert last(now) in table.WITH_EFFECT
    (track,) = now.tracks
    assert not track.pending(state.DEFICIENCY)
    assert track.pending(state.STATUS)
    reported = ("bb", said(acts.STATUS_REPORTED, 3, act_id(1), Parts({acts.STAGE: "in-execution"})))
    assert not after(asked, deficient, clarified, reported).tracks[0].pending(state.STATUS)


def test_each_side_disputes_and_settles_the_assessment_that_it_can() -> None:
    """Both assess under one id; neither word falls on the other's assessment."""
    begun = (
        ("bb", said(acts.ANSWERED, 1)),
        ("aa", said(acts.ASSESSED, 2, act_id(1), RATED)),
        ("bb", said(acts.ASSESSED, 2, REQUEST_ID, RATED)),
    )
    disputing = said(acts.ASSESSMENT_DISPUTED, 3, act_id(2), Parts({acts.REASON: "done"}))
    settling = said(acts.ASSESSMENT_SETTLED, 4, act_id(2), Parts({acts.OUTCOME: "upheld"}))
    for disputer, author in (("aa", "bb"), ("bb", "aa")):
        early = after(*begun, (author, settling))
        assert last(early) == moves.NOT_DISPUTED
        now = after(*begun, (disputer, disputing), (author, settling))
        found = {now.turns[one.at].party: one.status for one in now.tracks[0].threads}
        assert found == {author: state.UPHELD, disputer: state.MADE}


def test_a_clarification_reaches_who_found_the_deficiency() -> None:
    """Another addressee who says something under its id keeps it from nobody."""
    deficient = ("bb", said(acts.FOUND_DEFICIENT, 1, parts=Parts({"on.facts": "missing"})))
    clarified = ("aa", said(acts.CLARIFIED, 2, act_id(1), Parts(elements=("facts",))))
    for told in (
        (deficient, ("cc", said(acts.ACKNOWLEDGED, 1))),
        (
            ("cc", said(acts.ACKNOWLEDGED, 1)),
            deficient,
        ),
    ):
        now = after(*told, clarified, to=("bb", "cc"))
        assert last(now) in table.WITH_EFFECT
        assert last(now, "cc") == moves.ANSWERS_ANOTHER
        track = now.track("bb")
        assert track is not None
        assert not track.pending(state.DEFICIENCY)


def test_what_is_given_under_an_id_of_the_asker_is_bound_as_any_answer() -> None:
    """The conditions of an answer are those that stood before it, not before another's act."""
    now = after(
        ("aa", said(acts.STATUS_ASKED, 1, parts=TO_B)),
        ("bb", said(acts.ACCEPTED, 2, parts=Parts({"condition.1": "confidential"}))),
        ("aa", said(acts.CONDITION_ACCEPTED, 3, act_id(2))),
        ("bb", said(acts.ANSWERED, 1)),
    )
    assert now.turns[-1].takes_effect
    assert binding.binding(now, "bb", act_id(1)) == ("confidential",)
    assert binding.of_turn(now, now.turns[-1]) == {"confidential": True}


def test_each_side_corrects_and_opens_what_it_can() -> None:
    """A correction is of an own act, an opening of another's, whoever used the id first."""
    corrected = said(acts.CORRECTED, 3, act_id(1), Parts({acts.ERROR: "wrong-person"}))
    opened = said(acts.OPENED, 4, act_id(1))
    for first, second in (("aa", "bb"), ("bb", "aa")):
        told = {
            "aa": ("aa", said(acts.STATUS_ASKED, 1, parts=TO_B)),
            "bb": ("bb", acts.answered(saying(1), ABOUT, ITEMS[:1])),
        }
        for party in ("aa", "bb"):
            now = after(told[first], told[second], (party, corrected), (party, opened))
            assert [turn.verb for turn in now.turns[-2:]] == [effects.CORRECT, effects.OPEN_ACT]
            assert all(turn.takes_effect for turn in now.turns[-2:])
