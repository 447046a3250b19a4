"""Draft, approve, release, append: the only way out."""

from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from comity.acts.record import Act, Matter, Office
from comity.domestic.release import content, decide, fold, record
from comity.domestic.release.acts import Appended, Approved, Drafted, Dropped, Released, Step
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


@given(histories, officers, contents, people, rules)
def test_a_release_has_its_approvals(
    history: list[Step],
    officer: str,
    said: str,
    in_office: Mapping[str, frozenset[str]],
    rule: Rule,
) -> None:
    """Its author and others of the role, all in office, all of what it says now."""
    state = folded(history)
    decided = decide.release(state, By(officer, in_office, 11), said, rule)

    if isinstance(decided, Released):
        valid = {
            name
            for name in state.approvers
            if name in in_office and (name == state.author or rule.has_role(in_office[name]))
        }
        assert len(valid) >= rule.count
        assert officer in valid
        assert said == state.content_sha256
        released = fold.fold(state, decided)
        assert set(released.approvers) == valid
        assert not released.reason_sha256


@given(histories, officers, contents, people, rules, st.sampled_from(["emergency", "urgent", ""]))
def test_the_glass_is_broken_in_an_emergency_only(
    history: list[Step],
    officer: str,
    said: str,
    in_office: Mapping[str, frozenset[str]],
    rule: Rule,
    urgency: str,
) -> None:
    """By an officer of the role, where it is agreed, and where approvals lack."""
    state = folded(history)
    by, reason = By(officer, in_office, 11), "e" * 64
    decided = decide.break_glass(state, by, said, rule, urgency=urgency, reason_sha256=reason)

    if isinstance(decided, Released):
        assert urgency == "emergency"
        assert rule.review_hours
        assert rule.has_role(in_office[officer])
        assert len(decide.counted(state, by, rule)) < rule.count
        assert fold.fold(state, decided).reason_sha256 == reason
        assert isinstance(decide.release(state, by, said, rule), Inadmissible)


type Move = tuple[str, str, str]
moves: st.SearchStrategy[list[Move]] = st.lists(
    st.tuples(
        st.sampled_from(["draft", "approve", "release", "end", "give", "take"]), officers, contents
    ),
    max_size=14,
)


def moved(move: Move, state: State, in_office: dict[str, frozenset[str]], rule: Rule) -> State:
    """Return the state after one officer tried one thing; people and roles may change."""
    verb, officer, said = move
    by = By(officer, dict(in_office), 1)
    step: Step | Inadmissible | None = None
    if verb == "draft":
        step = decide.draft(state, by, said)
    elif verb == "approve":
        step = decide.approve(state, by, said, rule)
    elif verb == "release":
        step = decide.release(state, by, said, rule)
    elif verb == "end":
        in_office.pop(officer, None)
    elif officer in in_office:
        in_office[officer] = RELEASING if verb == "give" else frozenset()
    return fold.fold(state, step) if step and not isinstance(step, Inadmissible) else state


@given(moves, st.integers(1, 3))
def test_whoever_comes_and_goes_nothing_is_released_short(history: list[Move], count: int) -> None:
    """Over short histories in which officers end and roles change: enough of them, of this text."""
    rule, state = Rule(count, ("releasing",)), fold.EMPTY
    in_office = dict.fromkeys(OFFICERS, RELEASING)
    approved: set[tuple[str, str]] = set()  # of the content since it was written last
    for move in history:
        verb, officer, said = move
        before = state
        state = moved(move, before, in_office, rule)
        if verb == "draft" and state != before:
            approved.clear()
        if verb == "approve" and state != before:
            approved.add((officer, said))
        if state.status == fold.RELEASED != before.status:
            valid = {
                name
                for name, of in approved
                if of == state.content_sha256
                and name in in_office
                and (name == state.author or in_office[name] == RELEASING)
            }
            assert len(valid) >= count
            assert set(state.approvers) == valid
            return


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
