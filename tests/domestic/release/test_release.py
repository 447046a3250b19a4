"""Draft, approve, release, append: the only way out."""

from hypothesis import given
from hypothesis import strategies as st

from comity.acts.record import Act, Matter, Office
from comity.domestic.release import content, decide, fold, record
from comity.domestic.release.acts import Appended, Approved, Drafted, Dropped, Released, Step
from comity.domestic.release.decide import By
from comity.domestic.release.fold import State
from comity.kernel.inadmissible import Inadmissible

OFFICERS = ("ann", "ben", "cyd")
CONTENTS = ("a" * 64, "b" * 64)
officers = st.sampled_from(OFFICERS)
contents = st.sampled_from(CONTENTS)
times = st.integers(0, 10)

steps: st.SearchStrategy[Step] = st.one_of(
    st.builds(Drafted, officers, contents, times),
    st.builds(Approved, officers, contents, times),
    st.builds(Released, officers, contents, times),
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


@given(histories, officers, contents, st.sets(officers), st.integers(1, 3))
def test_what_is_decided_takes_effect(
    history: list[Step], officer: str, said: str, ended: set[str], needed: int
) -> None:
    """A step that an officer may take changes where the draft stands; a no has a fix."""
    state, by = folded(history), By(officer, ended, 11)
    for decided in (
        decide.draft(state, by, said),
        decide.approve(state, by, said),
        decide.release(state, by, said, needed),
        decide.append(state, by, said),
        decide.drop(state, by),
    ):
        if isinstance(decided, Inadmissible):
            assert decided.fix
        else:
            assert officer not in ended
            assert fold.fold(state, decided) != state


@given(histories, officers, contents, st.sets(officers), st.integers(1, 3))
def test_a_release_has_its_approvals(
    history: list[Step], officer: str, said: str, ended: set[str], needed: int
) -> None:
    """Nothing is released without the number of different officers still in office."""
    state = folded(history)
    decided = decide.release(state, By(officer, ended, 11), said, needed)

    if isinstance(decided, Released):
        assert len(set(state.approvers) - ended) >= needed
        assert said == state.content_sha256


def test_only_a_release_is_appended_and_once() -> None:
    """A draft cannot be appended, and a release not twice."""
    by = By("ann", (), 1)
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
