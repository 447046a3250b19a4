"""Changes of accounts: no one person gives anybody more than they had."""

from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st
from support.states import State, state

from comity.domestic.officer import role
from comity.kernel.fault import Fault
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import Officer
from comity.node.desk import (
    account_changes,
    audit,
    change_record,
    officer_admin,
    sign_in_links,
)
from comity.node.desk.change_record import INVITE, LINK, RESET, ROLES, Change
from comity.node.room import local_log, nation_profile
from comity.node.room.nation_profile import Adopted

DAY_MS = 24 * 3_600_000
OPERATORS = ("olga", "otto")
AUDITORS = ("aude", "axel")


@pytest.fixture
def fr(tmp_path: Path) -> State:
    """A State with two operators, two auditors and a case officer."""
    return staffed(tmp_path)


def staffed(folder: Path) -> State:
    """Return a State with two operators, two auditors and a case officer."""
    found = state(folder, "fr")
    for name in OPERATORS:
        officer_admin.add(found.node, name, "police", roles=(role.OPERATOR,))
    for name in AUDITORS:
        officer_admin.add(found.node, name, "police", roles=(role.AUDITOR,))
    officer_admin.add(found.node, "ann", "police", roles=(role.CASE_OFFICER,))
    return found


def officer(fr: State, name: str) -> Officer:
    """Return an officer as they are."""
    with fr.node.store.read() as tx:
        return officer_admin.require_officer(tx, name)


def ask(fr: State, change: Change, by: str = "olga") -> Change:
    """Ask for a change."""
    return account_changes.ask(fr.node, officer(fr, by), change)


def code_of(fault: pytest.ExceptionInfo[Fault]) -> str:
    """Return by which code something was refused."""
    return fault.value.code


def steps(fr: State) -> list[str]:
    """Return the steps of the local log."""
    reader = officer(fr, "aude")
    found = audit.page(fr.node, reader, audit.Wanted()).lines
    return [one.code for one in sorted(found, key=lambda one: one.index)]


def test_a_change_is_made_once_a_second_person_agreed(fr: State) -> None:
    """Before, it waits; after, it is made once, by whoever runs the node, and both are noted."""
    wanted = Change(ROLES, "ann", roles=(role.CASE_OFFICER, role.RELEASING))
    asked = ask(fr, wanted)
    assert officer(fr, "ann").roles == (role.CASE_OFFICER,)
    with pytest.raises(Fault) as early:
        account_changes.make(fr.node, officer(fr, "olga"), asked.id)
    assert code_of(early) == "officer.change.waits"
    account_changes.agree(fr.node, officer(fr, "aude"), asked.id)
    account_changes.make(fr.node, officer(fr, "otto"), asked.id)
    assert officer(fr, "ann").roles == (role.CASE_OFFICER, role.RELEASING)
    with pytest.raises(Fault) as again:
        account_changes.make(fr.node, officer(fr, "otto"), asked.id)
    assert code_of(again) == "officer.change.unknown"
    assert [one for one in steps(fr) if one.startswith("officer.change")] == [
        "officer.change-asked",
        "officer.change-agreed",
        "officer.change-made",
    ]


def test_what_takes_something_away_needs_nobody(fr: State) -> None:
    """Fewer roles count at once; asking twice for the same is one change."""
    officer_admin.give_roles(fr.node, "ann", (role.CASE_OFFICER, role.RELEASING))
    assert not ask(fr, Change(ROLES, "ann", roles=(role.CASE_OFFICER,))).id
    assert officer(fr, "ann").roles == (role.CASE_OFFICER,)
    assert ask(fr, Change(LINK, "ann")).id == ask(fr, Change(LINK, "ann"), by="otto").id


def test_nobody_agrees_to_a_change_of_their_own_account(fr: State) -> None:
    """Nor to what they asked for; the only other auditor does, and without one nobody can."""
    asked = ask(fr, Change(RESET, "aude"))
    with pytest.raises(Fault) as own:
        account_changes.agree(fr.node, officer(fr, "aude"), asked.id)
    assert code_of(own) == "officer.change.own"
    assert account_changes.waiting(fr.node, officer(fr, "aude")) == 0
    assert account_changes.waiting(fr.node, officer(fr, "axel")) == 1
    account_changes.agree(fr.node, officer(fr, "axel"), asked.id)
    officer_admin.end(fr.node, "axel")
    with pytest.raises(Fault) as nobody:
        ask(fr, Change(LINK, "aude"))
    assert code_of(nobody) == "officer.change.nobody"


def test_a_change_is_open_for_a_week(fr: State) -> None:
    """Neither agreement nor making comes later, and what is too old is swept away."""
    asked = ask(fr, Change(LINK, "ann"))
    fr.clock.at_ms += change_record.TERM_MS
    with pytest.raises(Fault) as late:
        account_changes.agree(fr.node, officer(fr, "aude"), asked.id)
    assert code_of(late) == "officer.change.unknown"
    assert not account_changes.listing(fr.node)
    ask(fr, Change(RESET, "ann"))
    with fr.node.store.read() as tx:
        assert len(tx.records(change_record.RECORD)) == 1


def test_what_cannot_be_made_is_not_asked_for(fr: State) -> None:
    """A name that is taken, a role that is none, an officer who has left: told at once."""
    officer_admin.end(fr.node, "otto")
    wrong = {
        "officer.name.taken": Change(INVITE, "ann", "police", roles=(role.ANALYST,)),
        "officer.role.unknown": Change(ROLES, "ann", roles=("king",)),
        "officer.account.ended": Change(LINK, "otto"),
        "officer.name.unknown": Change(RESET, "nobody"),
    }
    for code, change in wrong.items():
        with pytest.raises(Fault) as refused:
            ask(fr, change)
        assert code_of(refused) == code
    assert not account_changes.listing(fr.node)


def test_no_more_than_a_hundred_wait(fr: State) -> None:
    """One more is refused, and loses none of those that wait."""
    for at in range(change_record.OPEN_MAX):
        ask(fr, Change(INVITE, f"new-{at}", "police", roles=(role.ANALYST,)))
    with pytest.raises(Fault) as many:
        ask(fr, Change(LINK, "ann"))
    assert code_of(many) == "officer.change.many"
    assert len(account_changes.listing(fr.node)) == change_record.OPEN_MAX


def test_one_person_alone_is_counted(tmp_path: Path) -> None:
    """On a node that never had an auditor a change counts at once; the first auditor sees it."""
    fr = state(tmp_path, "fr")
    officer_admin.add(fr.node, "olga", "police", roles=(role.OPERATOR,))
    assert not ask(fr, Change(INVITE, "aude", "police", roles=(role.AUDITOR,))).id
    assert account_changes.alone(fr.node) == (1, fr.clock.at_ms)
    assert "officer.changed-alone" in steps(fr)
    assert ask(fr, Change(INVITE, "ann", "police", roles=(role.CASE_OFFICER,))).id
    officer_admin.end(fr.node, "aude")
    with pytest.raises(Fault) as ended:
        ask(fr, Change(INVITE, "eve", "police", roles=(role.CASE_OFFICER,)))
    assert code_of(ended) == "officer.change.nobody"


@pytest.mark.parametrize("what", [INVITE, ROLES, LINK, RESET])
def test_an_agreement_is_spent_by_the_write_that_makes_the_change(
    fr: State, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What breaks the making off leaves the agreement as it was; then the change is made by it."""
    name = "neu" if what == INVITE else "ann"
    asked = ask(fr, Change(what, name, "police", roles=(role.RELEASING,)))
    account_changes.agree(fr.node, officer(fr, "aude"), asked.id)
    before = officer_admin.everyone(fr.node)
    noted = local_log.note

    def broken(tx: Tx, node: Node, code: str, facts: Mapping[str, str]) -> None:
        if code != "officer.change-made":
            raise OSError(code)
        noted(tx, node, code, facts)

    with monkeypatch.context() as patched:
        patched.setattr(local_log, "note", broken)
        with pytest.raises(OSError, match=r"officer\."):
            account_changes.make(fr.node, officer(fr, "olga"), asked.id)
    assert officer_admin.everyone(fr.node) == before
    assert "officer.change-made" not in steps(fr)
    made = account_changes.make(fr.node, officer(fr, "olga"), asked.id)
    assert bool(made.link) == (what != ROLES)
    with fr.node.store.read() as tx:
        assert len(tx.records(sign_in_links.RECORD)) == (what != ROLES)


def law(text: str = "") -> bytes:
    """Return a nation profile that this State can put in force."""
    kept = files("comity.catalogue").joinpath("nation/us.yaml").read_text(encoding="utf-8")
    return (kept.replace("id: us\n", "id: fr\n", 1).replace("doj", "police") + text).encode()


def test_a_profile_is_in_force_once_an_auditor_agrees(fr: State) -> None:
    """Counsel asks, another text takes its place, and the auditor's word puts it in force."""
    officer_admin.add(fr.node, "cora", "police", roles=(role.COUNSEL,))
    cora = officer(fr, "cora")
    refused = account_changes.ask_profile(fr.node, officer(fr, "ann"), law(), "law")
    assert isinstance(refused, Inadmissible)
    first = account_changes.ask_profile(fr.node, cora, law(), "law", extend=True)
    assert isinstance(first, Change)
    assert account_changes.ask_profile(fr.node, cora, law(), "law", extend=True) == first
    second = account_changes.ask_profile(fr.node, cora, law("# b\n"), "law", extend=True)
    assert isinstance(second, Change)
    assert account_changes.asked_profile(fr.node) == (second, law("# b\n"))
    with pytest.raises(Fault) as gone:
        account_changes.agree(fr.node, officer(fr, "aude"), first.id)
    assert code_of(gone) == "officer.change.unknown"
    assert account_changes.waiting(fr.node, officer(fr, "aude")) == 1
    with fr.node.store.read() as tx:
        assert nation_profile.in_force(tx) is None
    account_changes.agree(fr.node, officer(fr, "aude"), second.id)
    with fr.node.store.read() as tx:
        adopted = nation_profile.newest_adopted(tx)
    assert adopted is not None
    assert (adopted.by, adopted.nation.sha256) == ("cora", second.profile)
    assert account_changes.asked_profile(fr.node) is None
    assert {"officer.change-agreed", "nation.profile-adopted"} <= set(steps(fr))
    same = account_changes.ask_profile(fr.node, cora, law("# b\n"), "law", extend=True)
    assert same == adopted


def test_counsel_who_left_puts_nothing_in_force(fr: State) -> None:
    """Nor one who lost the role: the agreement breaks off and leaves the law as it was."""
    officer_admin.add(fr.node, "cora", "police", roles=(role.COUNSEL,))
    asked = account_changes.ask_profile(fr.node, officer(fr, "cora"), law(), "law", extend=True)
    assert isinstance(asked, Change)
    officer_admin.give_roles(fr.node, "cora", (role.CASE_OFFICER,))
    with pytest.raises(Fault) as lacking:
        account_changes.agree(fr.node, officer(fr, "aude"), asked.id)
    assert code_of(lacking) == "officer.role.lacking"
    officer_admin.end(fr.node, "cora")
    with pytest.raises(Fault) as left:
        account_changes.agree(fr.node, officer(fr, "aude"), asked.id)
    assert code_of(left) == "officer.account.ended"
    with fr.node.store.read() as tx:
        assert nation_profile.in_force(tx) is None
    account_changes.decline(fr.node, officer(fr, "aude"), asked.id)
    assert account_changes.asked_profile(fr.node) is None


def test_without_any_auditor_counsel_alone_is_counted(tmp_path: Path) -> None:
    """A profile is in force at once, and the first auditor sees how often one person did it."""
    fr = state(tmp_path, "fr")
    officer_admin.add(fr.node, "cora", "police", roles=(role.COUNSEL,))
    done = account_changes.ask_profile(fr.node, officer(fr, "cora"), law(), "law", extend=True)
    assert isinstance(done, Adopted)
    assert account_changes.alone(fr.node) == (1, fr.clock.at_ms)


NAMES = st.sampled_from((*OPERATORS, *AUDITORS, "ann"))
GIVEN = st.sampled_from(sorted(role.ROLES))
STEPS = st.one_of(
    st.tuples(st.just("ask"), st.sampled_from(OPERATORS), NAMES, GIVEN),
    st.tuples(st.just("agree"), st.sampled_from(AUDITORS), st.integers(0, 3), st.just("")),
    st.tuples(st.just("decline"), st.sampled_from(AUDITORS), st.integers(0, 3), st.just("")),
    st.tuples(st.just("make"), st.sampled_from(OPERATORS), st.integers(0, 3), st.just("")),
    st.tuples(st.just("wait"), st.just(""), st.integers(1, 5), st.just("")),
)


@hypothesis(max_examples=60)
@given(history=st.lists(STEPS, max_size=30))
def test_nobody_has_more_by_one_person(history: list[tuple[str, str, object, str]]) -> None:
    """Whatever operators and auditors do: who has a role that they had not, two agreed on it.

    The two are the one who asked and an auditor who is neither they nor the officer concerned.
    """
    with TemporaryDirectory() as folder:
        fr = staffed(Path(folder))
        agreed: dict[str, set[str]] = {}
        for step, by, which, wanted in history:
            before = {one.name: set(one.roles) for one in officer_admin.everyone(fr.node)}
            waits = account_changes.listing(fr.node)
            change = waits[which % len(waits)] if isinstance(which, int) and waits else None
            try:
                if step == "ask":
                    ask(fr, Change(ROLES, str(which), roles=(wanted,)), by)
                elif step == "wait":
                    assert isinstance(which, int)
                    fr.clock.at_ms += which * DAY_MS
                elif change is not None:
                    getattr(account_changes, step)(fr.node, officer(fr, by), change.id)
                    if step == "agree":
                        assert by not in {change.by, change.officer}
                        agreed.setdefault(change.officer, set()).update(change.roles)
            except Fault:
                pass
            for one in officer_admin.everyone(fr.node):
                gained = set(one.roles) - before[one.name]
                assert gained <= agreed.get(one.name, set())
                assert not gained or step == "make"
