"""What may be done in a file, and by whom."""

from typing import Any

from domestic.duty.making import (
    AGENCIES,
    OFFICERS,
    agencies,
    histories,
    numbers,
    officers,
    terms,
    texts,
)
from hypothesis import given
from hypothesis import strategies as st

from comity.domestic.duty import decide, fold
from comity.domestic.duty.acts import Routed, Share, Step, TermSet, Who
from comity.domestic.duty.decide import By, Routing
from comity.domestic.duty.fold import File
from comity.kernel.inadmissible import Inadmissible

NOW = 60

asking = st.builds(By, st.builds(Who, officers, agencies, st.just(NOW)), st.booleans())
wishes = st.tuples(agencies, officers, texts, numbers, terms, terms)


def decisions(file: File, by: By, wish: tuple[Any, ...]) -> list[Step | Inadmissible]:
    """Ask every question of a file with one set of wishes."""
    part, to, text, number, due, outward = wish
    return [
        decide.route(file, by, Routing(Share(part, due_ms=due), why=text, outward_ms=outward)),
        decide.decline(file, by, part, text),
        decide.set_term(file, by, part, due, outward, text),
        decide.assign(file, by, part, to, OFFICERS[:2]),
        decide.accept(file, by, part),
        decide.give_back(file, by, part, text),
        decide.finish(file, by, part, text),
        decide.note(by, text),
        decide.add_task(file, by, text, to, OFFICERS, due),
        decide.finish_task(file, by, number, text),
        decide.ask_advice(file, by, part, text, AGENCIES, due),
        decide.give_advice(file, by, number, text),
        decide.link(file, by, "arr/live", "m" * 26),
    ]


@given(histories, asking, wishes)
def test_what_may_be_done_takes_effect(history: list[Step], by: By, wish: tuple[Any, ...]) -> None:
    """No lawful step is one that the fold ignores; every no says what else can be done."""
    file = fold.fold_all(history)
    for step in decisions(file, by, wish):
        if isinstance(step, Inadmissible):
            assert step.rule.startswith("duty.")
            continue
        after = fold.fold(file, step)
        same = {"steps": file.steps, "touched_ms": file.touched_ms}
        assert _without(after, same) != _without(file, same) or _is_same_term(file, step), step


def _without(file: File, same: dict[str, int]) -> dict[str, Any]:
    return {name: getattr(file, name) for name in file.__slots__ if name not in same}


def _is_same_term(file: File, step: Step) -> bool:
    """Setting the term that is set already is no mistake."""
    return isinstance(step, TermSet) and file.parts[step.part].due_ms == step.due_ms


@given(histories, asking, wishes)
def test_a_term_never_ends_after_the_answer_is_due(
    history: list[Step], by: By, wish: tuple[Any, ...]
) -> None:
    """There is one outward clock, and all domestic terms lie under it and ahead."""
    part, _, text, _, due, outward = wish
    file = fold.fold_all(history)
    routed = decide.route(file, by, Routing(Share(part, due_ms=due), why=text, outward_ms=outward))
    set_to = decide.set_term(file, by, part, due, outward, text)
    for step in (routed, set_to):
        if due is not None and not isinstance(step, Inadmissible):
            assert due > NOW
            assert outward is None or due <= outward


@given(histories, asking, wishes)
def test_nobody_acts_for_another_agency(history: list[Step], by: By, wish: tuple[Any, ...]) -> None:
    """Unless they are at the contact point."""
    file = fold.fold_all(history)
    if by.is_contact_point or by.who.agency == wish[0]:
        return
    for step in decisions(file, by, wish)[:4]:
        assert isinstance(step, Inadmissible)
    assert isinstance(decide.finish(file, by, wish[0], ""), Inadmissible)


def test_a_rule_is_overruled_with_a_reason_alone() -> None:
    """An officer may know better, and says why."""
    by = By(Who("wei", "mps", NOW), is_contact_point=True)
    wanted = Routing(Share("moj"), reason="by-hand", overruled="cac")
    no = decide.route(fold.EMPTY, by, wanted)
    assert isinstance(no, Inadmissible)
    assert no.rule == "duty.routing.reason-missing"
    said = Routing(Share("moj"), reason="by-hand", overruled="cac", why="A treaty asks it.")
    assert isinstance(decide.route(fold.EMPTY, by, said), Routed)
    twice = Routing(Share("moj"), (Share("moj"),))
    no = decide.route(fold.EMPTY, by, twice)
    assert isinstance(no, Inadmissible)
    assert no.rule == "duty.routing.agency-twice"


def test_a_text_is_neither_empty_nor_endless() -> None:
    """Of a note, a question, an answer, a reason."""
    by = By(Who("wei", "mps", NOW), is_contact_point=False)
    for text, rule in ((" \n", "duty.text.missing"), ("x" * 20_001, "duty.text.too-long")):
        no = decide.note(by, text)
        assert isinstance(no, Inadmissible)
        assert no.rule == rule
