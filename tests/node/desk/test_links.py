"""Links by which officers sign in once."""

from pathlib import Path

import pytest
from support.states import State, state

from comity.domestic.officer import link
from comity.domestic.officer import token as tokens
from comity.kernel.fault import Fault
from comity.node.base.profile import local_origin
from comity.node.desk import officer_admin as officers
from comity.node.desk import sign_in_links, sign_in_methods
from comity.node.room import account_notices, api_tokens, local_log

MINUTE_MS = 60_000


@pytest.fixture
def fr(tmp_path: Path) -> State:
    """A State with one officer, ann."""
    found = state(tmp_path, "fr")
    found.officer("ann")
    return found


def refused(fr: State, token: str) -> str:
    """Return the code with which a link is refused, both looked at and used."""
    with pytest.raises(Fault) as looked:
        sign_in_links.owner(fr.node, token)
    with pytest.raises(Fault) as used:
        sign_in_links.use(fr.node, token)
    assert looked.value.code == used.value.code
    return used.value.code


def test_a_link_signs_in_its_officer_once(fr: State) -> None:
    """Looking does not use it up; using does."""
    token, until_ms = sign_in_links.add(fr.node, "ann")
    assert until_ms == fr.clock.at_ms + link.MINUTES * MINUTE_MS
    assert {sign_in_links.owner(fr.node, token).name for _ in range(3)} == {"ann"}
    assert sign_in_links.use(fr.node, token).name == "ann"
    assert refused(fr, token) == "officer.link.wrong"


def test_a_link_is_good_for_minutes(fr: State) -> None:
    """The last millisecond counts, and what nobody used is dropped with the next one."""
    token, until_ms = sign_in_links.add(fr.node, "ann")
    fr.clock.at_ms = until_ms - 1
    assert sign_in_links.owner(fr.node, token).name == "ann"
    fr.clock.at_ms = until_ms
    assert refused(fr, token) == "officer.link.wrong"
    sign_in_links.add(fr.node, "ann")
    with fr.node.store.read() as tx:
        assert len(tx.records(sign_in_links.RECORD)) == 1


@pytest.mark.parametrize("token", ["", "comity-link-", "comity-link-aaaa", "x" * 400])
def test_what_is_no_link_opens_nothing(fr: State, token: str) -> None:
    """A made-up token is answered as one that was used."""
    assert refused(fr, token) == "officer.link.wrong"


def test_a_link_of_who_has_left_opens_nothing(fr: State) -> None:
    """Leaving is immediate: neither an old link nor a new one lets them in."""
    token, _ = sign_in_links.add(fr.node, "ann")
    officers.end(fr.node, "ann")
    assert refused(fr, token) == "officer.link.wrong"
    with pytest.raises(Fault) as found:
        sign_in_links.add(fr.node, "ann")
    assert found.value.code == "officer.account.ended"
    with pytest.raises(Fault) as found:
        sign_in_links.add(fr.node, "nobody")
    assert found.value.code == "officer.name.unknown"


def test_nothing_of_a_link_is_kept_but_its_hash(fr: State) -> None:
    """Who reads the store or the local log finds no token in it."""
    token, _ = sign_in_links.add(fr.node, "ann")
    with fr.node.store.read() as tx:
        assert list(tx.records(sign_in_links.RECORD)) == [tokens.sha256(token).hex()]
        kept = repr([tx.records(sign_in_links.RECORD), tx.records("local-fact")])
    assert token.removeprefix(link.PREFIX) not in kept
    sign_in_links.use(fr.node, token)
    with fr.node.store.read() as tx:
        facts = list(tx.records("local-fact").values())
    assert facts.count(facts[-1]) == 1
    assert len(facts) == 3  # added, link added, link used


def test_an_officer_is_told_who_made_a_link_for_him(fr: State) -> None:
    """Whoever uses it; for a week, and nobody can put it out of sight; their own is no news."""
    sign_in_links.add(fr.node, "ann", "olga")
    sign_in_links.add(fr.node, "ann", "ann")
    sign_in_links.add(fr.node, "ann")
    fr.officer("bob")
    shown = [(one.what, one.by) for one in account_notices.listing(fr.node, fr.officer("ann"))]
    assert shown == [("link", ""), ("link", "olga")]
    assert account_notices.listing(fr.node, fr.officer("bob")) == []
    fr.clock.at_ms += account_notices.WEEK_MS + 10
    assert account_notices.listing(fr.node, fr.officer("ann")) == []
    sign_in_links.add(fr.node, "ann", "olga")
    with fr.node.store.read() as tx:
        assert len(tx.records(account_notices.KIND)) == 1


def test_a_reset_ends_every_link_and_is_told(fr: State) -> None:
    """A link that was made before lets nobody in; the local log has who did it."""
    token, _ = sign_in_links.add(fr.node, "ann")
    sign_in_methods.reset(fr.node, "ann", "olga")
    assert refused(fr, token) == "officer.link.wrong"
    assert account_notices.listing(fr.node, fr.officer("ann"))[0].what == account_notices.RESET
    with fr.node.store.read() as tx:
        origin = local_origin("fr")
        log = tx.log(origin)
        assert log is not None
        facts = local_log.facts(tx, origin, log.size - 1)
    assert {name: value for name, (_, value) in facts.items()} == {
        "officer": "ann", "operator": "olga",
    }  # fmt: skip
    officers.end(fr.node, "ann")
    with pytest.raises(Fault, match=r"officer\.account\.ended"):
        sign_in_methods.reset(fr.node, "ann")


def test_a_reset_ends_the_tokens_of_his_programs(fr: State) -> None:
    """Whoever was in their session may have made one; those of others stay."""
    ann, _ = api_tokens.add(fr.node, fr.officer("ann"), "import", ["read", "release"])
    bob, _ = api_tokens.add(fr.node, fr.officer("bob"), "import", ["read"])
    sign_in_methods.reset(fr.node, "ann")
    assert api_tokens.authenticate(fr.node, bob)
    with pytest.raises(Fault, match=r"officer\.token\.wrong"):
        api_tokens.authenticate(fr.node, ann)


def test_many_links_hide_no_reset(fr: State) -> None:
    """Whoever runs the node makes as many as they like: the officer reads all that was done."""
    for _ in range(25):
        sign_in_links.add(fr.node, "ann", "olga")
    sign_in_methods.reset(fr.node, "ann", "olga")
    shown = account_notices.listing(fr.node, fr.officer("ann"))
    assert len(shown) == 26
    assert shown[0].what == account_notices.RESET


def test_the_local_log_has_who_gave_a_role(fr: State) -> None:
    """An auditor reads who added an officer, changed what they may do, or ended them."""
    officers.add(fr.node, "eve", "police", by="olga")
    officers.give_roles(fr.node, "eve", ["auditor"], by="olga")
    officers.end(fr.node, "eve", by="olga")
    with fr.node.store.read() as tx:
        log = tx.log(local_origin("fr"))
        assert log is not None
        told_of = [local_log.facts(tx, log.origin, at) for at in range(log.size - 3, log.size)]
    assert [facts["operator"][1] for facts in told_of] == ["olga"] * 3
