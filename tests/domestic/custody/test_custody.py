"""What may be done with evidence, and when it is due to be destroyed."""

from hypothesis import given
from hypothesis import strategies as st

from comity.acts import marks
from comity.acts.marks import PAP, TLP, Mark
from comity.domestic.custody import acts, decide, fold, retention
from comity.domestic.custody.acts import KINDS, Step
from comity.domestic.custody.defang import defang
from comity.domestic.custody.retention import Item, Rule

some_marks = st.builds(Mark, st.sampled_from(TLP), st.sampled_from(["", *PAP]))
steps = st.lists(
    st.builds(Step, st.sampled_from(KINDS), st.integers(0, 9), st.just("ann"), st.just("police"))
)
DAY_MS = 86_400_000


@given(steps)
def test_no_step_is_ever_lost_and_what_is_destroyed_stays_so(taken: list[Step]) -> None:
    """The chain has every step; once one says destroyed, nothing leaves."""
    chain = fold.fold_all(taken)

    assert list(chain.steps) == taken
    assert chain.is_destroyed == any(one.kind == acts.DESTROYED for one in taken)
    if chain.is_destroyed:
        assert decide.may_leave(chain, is_sample=False, quarantined=True)
        assert decide.may_hand_over(chain, "court", "trial")


def test_a_plaintext_that_changed_is_told() -> None:
    """Two steps that found different bytes break the chain, visibly."""
    first = Step(acts.COPIED, 1, "ann", "police", sha256="a" * 64)
    chain = fold.fold_all([first, Step(acts.COPIED, 2, "ann", "police", sha256="b" * 64)])

    assert chain.differs
    assert not fold.fold_all([first, first]).differs


def test_a_sample_leaves_in_quarantine_alone() -> None:
    """By its role, its media type or the ending of its name."""
    assert decide.is_sample("application/octet-stream", "malware-sample")
    assert decide.is_sample("application/x-dosexec", "")
    assert decide.is_sample("application/octet-stream", "", "Invoice.PDF.exe")
    assert not decide.is_sample("text/plain", "mail-headers", "headers.txt")
    no = decide.may_leave(fold.EMPTY, is_sample=True, quarantined=False)
    assert no is not None
    assert no.rule == "custody.sample"
    assert decide.may_leave(fold.EMPTY, is_sample=True, quarantined=True) is None


@given(some_marks, some_marks, st.booleans())
def test_nothing_goes_out_wider_than_it_came(
    received: Mark,
    going: Mark,
    is_third: bool,  # noqa: FBT001 -- drawn
) -> None:
    """Whatever is let through is no wider, and a third State gets only what may be passed on."""
    third = ("th",) if is_third else ()
    no = decide.may_attach(received, going, from_party="fr", third=third)

    if no is None:
        assert not marks.is_wider(going, received)
        assert not third or received.may_go_to_third_state
    else:
        assert marks.is_wider(going, received) or third


def test_a_forbidden_use_is_told_with_the_condition_and_its_words() -> None:
    """Who reads the no knows which condition it is, what it says and who can waive it."""
    limit = decide.Limit("intelligence-only", "It is no evidence in court", "sn")
    no = decide.may_use([limit], "handing it to a court")

    assert no is not None
    assert no.rule == "custody.condition-forbids"
    assert "intelligence-only, “It is no evidence in court” (of sn)" in no.what
    assert decide.may_use([], "handing it to a court") is None


def test_what_is_due_follows_rule_and_condition() -> None:
    """The earlier of what the guideline and a condition say; nothing while the matter is open."""
    free = Item("a" * 64, "attachment:1")
    evidence = Item("a" * 64, "attachment:1", conditions=frozenset({"destroy-after-use"}))
    words = Item("b" * 64, "texts")
    rules = [
        Rule("attachment", "closed", {"closed": 100 * DAY_MS}),
        Rule("texts", "closed", {"closed": 200 * DAY_MS}),
    ]

    both = retention.due([evidence, words], rules, 10 * DAY_MS, 10 * DAY_MS)
    assert [(one.item, one.why, one.state) for one in both] == [
        (evidence, "condition", "due"),
        (words, "guideline", "later"),
    ]
    by_rule = retention.due([free, words], rules, 10 * DAY_MS, 90 * DAY_MS)
    assert [one.state for one in by_rule] == ["soon", "later"]
    assert retention.due([evidence], [], None, 10**15) == []


@given(st.integers(0, 10**12), st.integers(0, 10**12))
def test_what_is_due_stays_due(at_ms: int, later_ms: int) -> None:
    """Time alone never takes an item off the list."""
    item = Item("a" * 64, "attachment:1")
    rules = [Rule("attachment", "closed", {"closed": at_ms})]
    now, then = (retention.due([item], rules, 0, one) for one in (later_ms, later_ms + DAY_MS))
    order = ["later", "soon", "due"]
    assert order.index(now[0].state) <= order.index(then[0].state)


def test_addresses_lead_nowhere() -> None:
    """A click on what is shown opens nothing; it can be read all the same."""
    said = "http://evil.example/x?u=http://b.org and 198.51.100.7:443, mallory@evil.example"
    shown = defang(said)

    assert shown == (
        "hxxp://evil[.]example/x?u=hxxp://b[.]org and 198[.]51[.]100[.]7:443, "
        "mallory[@]evil[.]example"
    )
    assert defang(shown) == shown


@given(st.text())
def test_defanging_twice_is_defanging_once(text: str) -> None:
    """What is shown is not changed again, and no scheme that opens is left."""
    shown = defang(text)
    assert defang(shown) == shown
    assert "http://" not in shown
