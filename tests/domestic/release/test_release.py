"""Draft, approve, release, append: the only way out."""

import itertools
from collections.abc import Iterator, Mapping
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.acts.record import Act, Matter, Office
from comity.domestic.release import content, decide, fold, record
from comity.domestic.release.acts import (
    Appended,
    Approved,
    Drafted,
    Dropped,
    Released,
    Returned,
    Step,
)
from comity.domestic.release.decide import By, Rule
from comity.domestic.release.fold import State
from comity.kernel.inadmissible import Inadmissible

OFFICERS = ("ann", "ben", "cyd")
CONTENTS = ("a" * 64, "b" * 64)
RELEASING = frozenset({"releasing"})
officers = st.sampled_from(OFFICERS)
contents = st.sampled_from(CONTENTS)
times = st.integers(0, 10)
people = st.dictionaries(officers, st.sampled_from([frozenset[str](), RELEASING]))
rules = st.builds(
    Rule, st.integers(1, 3), st.sampled_from([(), ("releasing",)]), st.sampled_from([0, 24])
)

steps: st.SearchStrategy[Step] = st.one_of(
    st.builds(Drafted, officers, contents, times),
    st.builds(Approved, officers, contents, times),
    st.builds(
        Released,
        officers,
        contents,
        times,
        st.lists(officers).map(tuple),
        st.sampled_from(["", "c" * 64]),
    ),
    st.builds(Appended, contents, times),
    st.builds(Dropped, officers, times),
)
histories = st.lists(steps, max_size=12)


def folded(history: list[Step]) -> State:
    """Return where a draft stands after these steps."""
    state = fold.EMPTY
    for step in history:
        state = fold.fold(state, step)
    return state


@given(histories)
def test_approvals_bind_what_the_draft_says_now(history: list[Step]) -> None:
    """Whatever was edited, every approval that counts came after it, once an officer."""
    state = folded(history)
    last_draft = max(
        (at for at, step in enumerate(history) if isinstance(step, Drafted)), default=0
    )
    approved_since = {s.officer for s in history[last_draft:] if isinstance(s, Approved)}

    assert len(set(state.approvers)) == len(state.approvers)
    if state.status == fold.DRAFT:
        assert set(state.approvers) <= approved_since
    assert fold.from_json(fold.to_json(state)) == state


@given(histories, officers, contents, people, rules)
def test_what_is_decided_takes_effect(
    history: list[Step],
    officer: str,
    said: str,
    in_office: Mapping[str, frozenset[str]],
    rule: Rule,
) -> None:
    """A step that an officer may take changes where the draft stands; a no has a fix."""
    state, by = folded(history), By(officer, in_office, 11)
    for decided in (
        decide.draft(state, by, said),
        decide.approve(state, by, said, rule),
        decide.release(state, by, said, rule),
        decide.break_glass(state, by, said, rule, urgency="emergency", reason_sha256="d" * 64),
        decide.append(state, by, said),
        decide.drop(state, by),
    ):
        if isinstance(decided, Inadmissible):
            assert decided.fix
        else:
            assert officer in in_office
            assert fold.fold(state, decided) != state


def offered(names: tuple[str, ...]) -> Iterator[tuple[State, By]]:
    """Return every draft that some of these have approved, beside everyone who may be in office."""
    for roles in itertools.product((None, frozenset[str](), RELEASING), repeat=len(names)):
        people = {name: of for name, of in zip(names, roles, strict=True) if of is not None}
        for author, some in itertools.product(names, range(1 << len(names))):
            approvers = [name for at, name in enumerate(names) if some >> at & 1]
            steps = [Approved(name, CONTENTS[0], 2) for name in approvers]
            state = folded([Drafted(author, CONTENTS[0], 1), *steps])
            yield from ((state, By(officer, people, 11)) for officer in names)


def test_a_release_has_its_approvals() -> None:
    """Its author and others of the role, all in office, all of what it says now: nothing else."""
    all_rules = [Rule(count, of) for count in (1, 2, 3) for of in ((), ("releasing",))]
    let_out = 0
    for (state, by), rule in itertools.product(offered(OFFICERS), all_rules):
        valid = {
            name
            for name in state.approvers
            if name in by.in_office
            and (name == state.author or not rule.roles or by.in_office[name] == RELEASING)
        }
        decided = decide.release(state, by, CONTENTS[0], rule)
        assert isinstance(decided, Released) == (by.officer in valid and len(valid) >= rule.count)
        assert isinstance(decide.release(state, by, CONTENTS[1], rule), Inadmissible)
        if isinstance(decided, Released):
            let_out += 1
            released = fold.fold(state, decided)
            assert set(released.approvers) == valid
            assert not released.reason_sha256
    assert let_out > 1_000


def test_the_glass_is_broken_in_an_emergency_only() -> None:
    """By an officer of the role, where it is agreed, and where approvals lack: nowhere else."""
    all_rules = [Rule(n, of, h) for n in (1, 2) for of in ((), ("releasing",)) for h in (0, 24)]
    urgencies, reason, broken = ("emergency", "urgent", ""), "e" * 64, 0
    found = itertools.product(offered(OFFICERS[:2]), all_rules, urgencies, CONTENTS)
    for (state, by), rule, urgency, said in found:
        decided = decide.break_glass(state, by, said, rule, urgency=urgency, reason_sha256=reason)
        assert isinstance(decided, Released) == (
            by.officer in by.in_office
            and said == state.content_sha256
            and urgency == "emergency"
            and bool(rule.review_hours)
            and (not rule.roles or by.in_office[by.officer] == RELEASING)
            and len(decide.counted(state, by, rule)) < rule.count
        )
        if isinstance(decided, Released):
            broken += 1
            assert fold.fold(state, decided).reason_sha256 == reason
            assert isinstance(decide.release(state, by, said, rule), Inadmissible)
    assert broken > 100


type Move = tuple[str, str, str]

OF_CONTENT: Final = {
    "approve": decide.approve,
    "return": decide.send_back,
    "release": decide.release,
}


def moved(move: Move, state: State, in_office: dict[str, frozenset[str]], rule: Rule) -> State:
    """Return the state after one officer tried one thing; people and roles may change."""
    verb, officer, said = move
    by = By(officer, dict(in_office), 1)
    step: Step | Inadmissible | None = None
    if verb == "draft":
        step = decide.draft(state, by, said)
    elif verb in OF_CONTENT:
        step = OF_CONTENT[verb](state, by, said, rule)
    elif verb == "end":
        in_office.pop(officer, None)
    elif officer in in_office:
        in_office[officer] = RELEASING if verb == "give" else frozenset()
    return fold.fold(state, step) if step and not isinstance(step, Inadmissible) else state


@pytest.mark.parametrize(("names", "count"), [(OFFICERS, 1), (OFFICERS, 2), (OFFICERS, 3)])
def test_whoever_comes_and_goes_nothing_is_released_short(
    names: tuple[str, ...], count: int
) -> None:
    """From everywhere that officers can get, who end and change roles: enough, of this text."""
    verbs, rule = ("draft", *OF_CONTENT, "end", "give", "take"), Rule(count, ("releasing",))
    moves = tuple(itertools.product(verbs, names, CONTENTS))
    first = (fold.EMPTY, tuple((name, RELEASING) for name in names), frozenset[str]())
    waiting, seen, let_out = [first], {first}, 0
    while waiting:
        before, people, approved = waiting.pop()
        for move in moves:
            in_office = dict(people)
            state = moved(move, before, in_office, rule)
            has_said = approved_after(move, before, state, approved)
            if state.status == fold.RELEASED:
                let_out += 1
                valid = {
                    name
                    for name in has_said & in_office.keys()
                    if name == state.author or in_office[name] == RELEASING
                }
                assert len(valid) >= count
                assert set(state.approvers) == valid
            elif (after := (state, tuple(in_office.items()), has_said)) not in seen:
                seen.add(after)
                waiting.append(after)
    assert let_out > 20


def approved_after(
    move: Move, before: State, state: State, approved: frozenset[str]
) -> frozenset[str]:
    """Return who approved what the draft says since it was written or sent back last."""
    if state != before and move[0] in {"draft", "return"}:
        return frozenset()
    return approved | {move[1]} if state != before and move[0] == "approve" else approved


def test_colleagues_wait_for_the_author() -> None:
    """A draft that is still being written is approved by nobody but its author, first."""
    rule = Rule(2, ("releasing",))
    in_office = {"ann": frozenset[str](), "ben": RELEASING, "cyd": frozenset[str]()}
    draft = folded([Drafted("ann", CONTENTS[0], 1)])
    early = decide.approve(draft, By("ben", in_office, 2), CONTENTS[0], rule)
    assert isinstance(early, Inadmissible)
    assert early.rule == "release.not-offered"

    offered = decide.approve(draft, By("ann", in_office, 2), CONTENTS[0], rule)
    assert isinstance(offered, Approved)
    draft = fold.fold(draft, offered)
    other = decide.approve(draft, By("cyd", in_office, 3), CONTENTS[0], rule)
    assert isinstance(other, Inadmissible)
    assert other.rule == "release.role-missing"
    assert isinstance(decide.approve(draft, By("ben", in_office, 3), CONTENTS[0], rule), Approved)


def test_nobody_approves_twice_nor_sends_back_what_he_wrote() -> None:
    """Each officer counts once; the author changes or drops their draft."""
    rule, in_office = Rule(2, ("releasing",)), dict.fromkeys(OFFICERS, RELEASING)
    draft = folded([Drafted("ann", CONTENTS[0], 1), Approved("ann", CONTENTS[0], 1)])
    ann = By("ann", in_office, 2)
    twice = decide.approve(draft, ann, CONTENTS[0], rule)
    own = decide.send_back(draft, ann, CONTENTS[0], rule)

    assert isinstance(twice, Inadmissible)
    assert twice.rule == "release.approved-before"
    assert isinstance(own, Inadmissible)
    assert own.rule == "release.own-draft"
    back = decide.send_back(draft, By("ben", in_office, 2), CONTENTS[0], rule)
    assert isinstance(back, Returned)


def test_what_was_not_read_or_is_out_is_neither_approved_nor_sent_back() -> None:
    """Who decides has read what the draft says now; a release is decided about no more."""
    rule, in_office = Rule(2, ("releasing",)), dict.fromkeys(OFFICERS, RELEASING)
    draft = folded([Drafted("ann", CONTENTS[0], 1), Approved("ann", CONTENTS[0], 1)])
    released = fold.fold(draft, Released("ann", CONTENTS[0], 2, ("ann",)))
    ben, gone = By("ben", in_office, 2), By("eve", in_office, 2)
    for step in (decide.approve, decide.send_back):
        for state, by, said, rule_of_no in (
            (draft, ben, CONTENTS[1], "release.content-changed"),
            (released, ben, CONTENTS[0], "release.out-of-place"),
            (fold.EMPTY, ben, "", "release.out-of-place"),
            (draft, gone, CONTENTS[0], "officer.ended"),
        ):
            no = step(state, by, said, rule)
            assert isinstance(no, Inadmissible)
            assert no.rule == rule_of_no


def test_only_a_release_is_appended_and_once() -> None:
    """A draft cannot be appended, and a release not twice."""
    by = By("ann", {"ann": frozenset()}, 1)
    draft = folded([Drafted("ann", CONTENTS[0], 1), Approved("ann", CONTENTS[0], 1)])
    released = fold.fold(draft, Released("ann", CONTENTS[0], 2))
    appended = fold.fold(released, Appended(CONTENTS[0], 3))

    assert isinstance(decide.append(draft, by, CONTENTS[0]), Inadmissible)
    assert isinstance(decide.append(released, by, CONTENTS[0]), Appended)
    assert isinstance(decide.append(appended, by, CONTENTS[0]), Inadmissible)


def test_content_binds_plaintext_and_not_the_envelope() -> None:
    """A body that is changed voids the approval; sealing it anew does not."""
    act = Act("a" * 26, "request.submitted/1", Matter("request", "b" * 26), Office("police"))
    body = content.Body("texts", "application/json", "TLP:AMBER", "needed", "c" * 64)
    other = content.Body("texts", "application/json", "TLP:AMBER", "needed", "d" * 64)

    assert content.sha256(act, [body]) != content.sha256(act, [other])
    assert content.sha256(act, [body]) != content.sha256(act, [])


@given(st.binary(min_size=32, max_size=32), st.binary(min_size=32, max_size=32))
def test_a_release_cannot_be_guessed(one: bytes, other: bytes) -> None:
    """The same record under two salts gives two hashes."""
    text = record.render(folded([Drafted("ann", CONTENTS[0], 1)]))

    assert (record.salted_sha256(text, one) == record.salted_sha256(text, other)) == (one == other)
