"""A file follows from its steps, whatever these are."""

from dataclasses import replace

from domestic.duty.making import histories, steps
from hypothesis import given
from hypothesis import strategies as st

from comity.domestic.duty import acts, fold, view
from comity.domestic.duty.acts import Assigned, Share, Step, Who
from comity.domestic.duty.fold import EMPTY
from comity.kernel import ijson

WEI = Who("wei", "mps", 10)
HAN = Who("han", "mps", 11)


@given(steps)
def test_a_step_is_read_back_as_it_was_kept(step: Step) -> None:
    """Through JSON, with every field."""
    assert acts.from_json(ijson.parse(ijson.render(acts.to_json(step)))) == step


@given(histories)
def test_the_fold_is_total_and_forgets_nothing(history: list[Step]) -> None:
    """Any steps in any order: every one counts, and what has words stays to be read."""
    file = fold.fold_all(history)
    assert file.steps == len(history)
    assert file.touched_ms == max((step.who.at_ms for step in history), default=0)
    assert [note.text for note in file.notes] == [
        s.text for s in history if isinstance(s, acts.Noted)
    ]
    for task in file.tasks:
        assert task.done is None or task.done.at_ms
    assert all(one.status in fold.PARTS for one in file.parts.values())
    assert sum(part.is_lead for part in file.parts.values()) <= 1


@given(histories, steps)
def test_what_was_said_before_stands(history: list[Step], step: Step) -> None:
    """A further step takes no note, task, question or agency away."""
    before = fold.fold_all(history)
    after = fold.fold(before, step)
    assert after.notes[: len(before.notes)] == before.notes
    assert len(after.tasks) >= len(before.tasks)
    assert len(after.advice) >= len(before.advice)
    assert before.parts.keys() <= after.parts.keys()


@given(histories)
def test_what_is_open_is_whose_it_is(history: list[Step]) -> None:
    """Each line has an agency or an officer, and an id of its own; none of what is done."""
    file = fold.fold_all(history)
    opened = view.opens(file)
    assert len({one.id for one in opened}) == len(opened)
    assert all(one.agency or one.officer for one in opened)
    assert sum(one.kind == view.PART for one in opened) == sum(
        part.is_open for part in file.parts.values()
    )


@given(histories)
def test_who_has_a_part_may_read(history: list[Step]) -> None:
    """No agency has something open that it cannot read; one that it left is not among them."""
    file = fold.fold_all(history)
    assert {one.agency for one in view.opens(file) if one.agency} <= file.readers


@given(st.permutations(("mps", "cac", "moj")), st.integers(1, 3))
def test_routing_again_leaves_what_it_does_not_name(order: list[str], count: int) -> None:
    """Who keeps a part keeps its officer; who is not named has nothing more to do."""
    first = acts.Routed(WEI, Share("mps"), (Share("cac"), Share("moj")))
    given_to = [Assigned(WEI, agency, "han") for agency in order]
    lead, *others = order[:count]
    again = acts.Routed(HAN, Share(lead, due_ms=99), tuple(map(Share, others)), why="So.")
    file = fold.fold_all([first, *given_to, again])
    assert file.lead == replace(
        file.parts[lead], is_lead=True, due_ms=99, officer="han", status=fold.ASSIGNED
    )
    for agency in order[count:]:
        assert file.parts[agency].status == fold.LEFT
        assert agency not in file.readers


def test_only_who_has_it_takes_it_or_gives_it_back() -> None:
    """Another officer's word changes nothing."""
    history: list[Step] = [acts.Routed(WEI, Share("mps")), Assigned(WEI, "mps", "han")]
    file = fold.fold_all(history)
    assert fold.fold(file, acts.Accepted(WEI, "mps")).parts == file.parts
    assert fold.fold(file, acts.Returned(WEI, "mps", "x")).parts == file.parts
    taken = fold.fold(file, acts.Accepted(HAN, "mps"))
    assert taken.parts["mps"].status == fold.ACCEPTED
    assert fold.fold(taken, acts.Returned(HAN, "mps", "x")).parts["mps"].officer == ""


def test_an_empty_file_is_nobodys() -> None:
    """Nothing is open in it, and it has to be routed."""
    assert view.opens(EMPTY) == ()
    assert EMPTY.is_unrouted
    assert EMPTY.lead is None
