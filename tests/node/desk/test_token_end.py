"""A token that ends by itself is told of before its program stops."""

from pathlib import Path

import pytest
from support.states import State, state

from comity.kernel.fault import Fault
from comity.node.base.profile import local_origin
from comity.node.desk import officer_admin
from comity.node.operate import findings
from comity.node.room import api_tokens

DAY_MS = 86_400_000


@pytest.fixture
def fr(tmp_path: Path) -> State:
    """A State with two officers."""
    return state(tmp_path, "fr")


def told(fr: State, days: int) -> list[str]:
    """Return what a report says of tokens after so many days."""
    fr.clock.at_ms += days * DAY_MS
    found = findings.findings(fr.node, ())
    return [f"{one.about}: {one.what}" for one in found if one.about.startswith("token ")]


def test_a_token_is_told_of_before_it_ends_and_after(fr: State) -> None:
    """Two weeks each; the day is named, and neither holds anything up."""
    _, kept = api_tokens.add(fr.node, fr.officer("ann"), "import", ["read"])
    assert told(fr, 75) == []
    assert told(fr, 2) == [f"token {kept.id} of ann: It opens nothing from {kept.until_day} on."]
    assert told(fr, 13) == [
        f"token {kept.id} of ann: It has opened nothing since {kept.until_day}."
    ]
    assert told(fr, 15) == []


@pytest.mark.parametrize("how", ["anew", "ended", "left"])
def test_nobody_is_told_of_what_needs_nothing(fr: State, how: str) -> None:
    """It was made anew under its label, was ended by hand, or its officer has left."""
    ann = fr.officer("ann")
    _, kept = api_tokens.add(fr.node, ann, "import", ["read"])
    assert told(fr, 80)
    if how == "anew":
        api_tokens.add(fr.node, ann, "import", ["read"])
    elif how == "ended":
        api_tokens.end(fr.node, kept.id)
    else:
        officer_admin.end(fr.node, "ann")
    assert told(fr, 0) == []


@pytest.mark.parametrize(
    ("label", "scopes", "days", "code"),
    [
        ("import", ["read"], 0, "officer.token.days"),
        ("import", ["read"], api_tokens.DAYS_MAX + 1, "officer.token.days"),
        ("import", [], 1, "officer.scope.unknown"),
        ("import", ["read", "everything"], 1, "officer.scope.unknown"),
        ("an import", ["read"], 1, "kernel.id.malformed"),
    ],
)
def test_a_token_is_made_for_what_is_known_and_for_a_time(
    fr: State, label: str, scopes: list[str], days: int, code: str
) -> None:
    """None is good for ever, nor for what nobody has thought of."""
    ann = fr.officer("ann")
    with pytest.raises(Fault) as caught:
        api_tokens.add(fr.node, ann, label, scopes, days)
    assert caught.value.code == code
    assert api_tokens.listing(fr.node) == []
    _, kept = api_tokens.add(fr.node, ann, "import", ["read"], api_tokens.DAYS_MAX)
    assert kept.until_ms - kept.since_ms == api_tokens.DAYS_MAX * DAY_MS


def opens(fr: State, token: str) -> bool:
    """Return whether a token opens anything."""
    try:
        api_tokens.authenticate(fr.node, token)
    except Fault as fault:
        assert fault.code == "officer.token.wrong"
        return False
    return True


def test_a_token_opens_until_its_end_and_for_who_is_in_office(fr: State) -> None:
    """To the millisecond; one that is ended, and one of who has left, opens nothing at once."""
    ann, ben = fr.officer("ann"), fr.officer("ben")
    token, kept = api_tokens.add(fr.node, ann, "import", ["read"], 1)
    fr.clock.at_ms = kept.until_ms - 1
    assert opens(fr, token)
    fr.clock.at_ms = kept.until_ms
    assert not opens(fr, token)
    longer, kept = api_tokens.add(fr.node, ann, "longer", ["read"], 9)
    their, _ = api_tokens.add(fr.node, ben, "their", ["read"], 9)
    assert opens(fr, longer)
    api_tokens.end(fr.node, kept.id)
    assert not opens(fr, longer)
    assert opens(fr, their)
    officer_admin.end(fr.node, "ben")
    assert not opens(fr, their)
    assert not opens(fr, "comity-api-unknown")


def test_a_token_is_ended_by_its_own_name_and_once(fr: State) -> None:
    """Another's is not there for who asks; no part of an id ends whichever comes first."""
    ann, ben = fr.officer("ann"), fr.officer("ben")
    token, kept = api_tokens.add(fr.node, ann, "import", ["read"])
    other, _ = api_tokens.add(fr.node, ann, "other", ["read"])
    for wrong in ("", kept.id[:-1], "0" * len(kept.id)):
        with pytest.raises(Fault, match=r"officer\.token\.unknown"):
            api_tokens.end(fr.node, wrong)
    with pytest.raises(Fault, match=r"officer\.token\.unknown"):
        api_tokens.end_own(fr.node, ben, kept.id)
    assert opens(fr, token)
    assert api_tokens.end_own(fr.node, ann, kept.id) == api_tokens.end(fr.node, kept.id)
    assert not opens(fr, token)
    assert opens(fr, other)
    with fr.node.store.read() as tx:
        steps = tx.entries(local_origin("fr"), 0, 99)
    assert sum(b"token-ended" in step for step in steps) == 1
