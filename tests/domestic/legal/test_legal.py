"""The legal gate fails closed, whatever was decided before, and by whom."""

from hypothesis import given
from hypothesis import strategies as st

from comity.domestic.legal import acts, decide, fold, view
from comity.domestic.legal.acts import Choice, Decided, Question
from comity.domestic.legal.decide import By
from comity.kernel.inadmissible import Inadmissible

BASIS = Question("legal-basis", acts.BASIS, ("counsel",), offered=("mlaa",), direction="incoming")
ORDER = Question("instrument", acts.INSTRUMENT, ("counsel",), offered=("order",))
GROUND = Question("grounds/dual", acts.GROUNDS, ("counsel",), ground="dual-criminality")
TERMS = Question("conditions", acts.CONDITIONS, ("counsel",), conditions=("confidential",))
FREE = Question("emergency", acts.QUESTION, ("counsel", "contact-point"))
ALL = (BASIS, ORDER, GROUND, TERMS, FREE)

IN_OFFICE = {"nora": frozenset({"counsel"}), "cas": frozenset({"case-officer"})}

choices = st.builds(
    Choice,
    verdict=st.sampled_from(acts.VERDICTS),
    named=st.sampled_from(["", "mlaa", "order", "other"]),
    number=st.sampled_from(["", " ", "12 Cs 3/26"]),
    conditions=st.sampled_from([(), ("confidential",), ("no-other-use",)]),
    note=st.sampled_from(["", "  ", "because"]),
)
tries = st.tuples(
    st.sampled_from(["nora", "cas", "gone"]),
    st.sampled_from([one.id for one in ALL] + ["another"]),
    choices,
    st.sampled_from(["a", "b"]),
)


def decided(who: str, question: str, choice: Choice, content: str) -> Decided | Inadmissible:
    """Try to record a decision."""
    by = By(who, IN_OFFICE, 1)
    return decide.decide(ALL, by, question, choice, content=content, profile="f" * 64)


@given(st.lists(tries, max_size=25))
def test_a_step_needs_an_allowing_decision_of_counsel_on_every_question(
    made: list[tuple[str, str, Choice, str]],
) -> None:
    """Nothing stands in the way only if counsel allowed each question, of this very content."""
    taken = [one for one in (decided(*each) for each in made) if isinstance(one, Decided)]
    rows = view.rows(ALL, fold.fold_all(taken), "a")
    newest = {one.question: one for one in taken}

    assert all(one.officer == "nora" for one in taken)
    is_free = view.stopped(rows) is None
    assert is_free == all(
        question.id in newest
        and newest[question.id].content == "a"
        and newest[question.id].choice.verdict == acts.ALLOWS
        for question in ALL
    )


@given(st.lists(tries, max_size=12))
def test_folding_at_once_is_folding_one_by_one(made: list[tuple[str, str, Choice, str]]) -> None:
    """The newest decision on a question counts, however they are read."""
    taken = [one for one in (decided(*each) for each in made) if isinstance(one, Decided)]
    state = fold.EMPTY
    for one in taken:
        state = fold.fold(state, one)
    assert state == fold.fold_all(taken)
    assert [acts.from_json(acts.to_json(one)) for one in taken] == taken


def test_each_no_to_counsel_names_its_rule() -> None:
    """The role, the question, the basis, the number, the note."""
    cases = {
        "legal.role-missing": ("cas", "legal-basis", Choice(acts.ALLOWS, "mlaa")),
        "legal.question-unknown": ("nora", "another", Choice(acts.ALLOWS)),
        "legal.basis-unknown": ("nora", "legal-basis", Choice(acts.ALLOWS, "other")),
        "legal.instrument-unknown": ("nora", "instrument", Choice(acts.ALLOWS, "mlaa")),
        "legal.number-missing": ("nora", "instrument", Choice(acts.ALLOWS, "order", " ")),
        "legal.note-missing": ("nora", "grounds/dual", Choice(acts.STOPS)),
        "legal.verdict-unknown": ("nora", "emergency", Choice("perhaps")),
    }
    for rule, (who, question, choice) in cases.items():
        no = decided(who, question, choice, "a")
        assert isinstance(no, Inadmissible)
        assert no.rule == rule


def test_a_standard_condition_is_left_out_with_a_note_alone() -> None:
    """Counsel may do so and says why."""
    silent = decided("nora", "conditions", Choice(acts.ALLOWS), "a")
    told = decided("nora", "conditions", Choice(acts.ALLOWS, note="public already"), "a")
    assert isinstance(silent, Inadmissible)
    assert isinstance(told, Decided)


def test_what_stops_is_told_before_what_is_open() -> None:
    """A ground that applies ends it, whatever else has not been decided."""
    stop = decided("nora", "grounds/dual", Choice(acts.STOPS, note="no offence here"), "a")
    assert isinstance(stop, Decided)
    no = view.stopped(view.rows(ALL, fold.fold_all([stop]), "a"))
    assert no is not None
    assert no.rule == view.RULE_STOPPED
    assert view.applying(view.rows(ALL, fold.fold_all([stop]), "a"), "dual-criminality")
