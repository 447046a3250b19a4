"""Revocations: what no longer counts, and from which size on."""

import dataclasses
from collections.abc import Callable

import making_cards as making
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.joint.arrangement import revocation as revocations
from comity.joint.arrangement.revocation import Revocation
from comity.kernel.fault import Fault

OWN = f"aa/{making.ARRANGEMENT}/live/1"
OTHER = f"bb/{making.ARRANGEMENT}/live/1"


def _code(call: Callable[[], object]) -> str:
    with pytest.raises(Fault) as caught:
        call()
    return caught.value.code


def _revocation(number: int = 1, **sizes: int) -> Revocation:
    named = {OWN: sizes.get("own", 4), OTHER: sizes.get("other", 9)}
    return Revocation(making.ARRANGEMENT, "aa", number, {1: named})


@settings(max_examples=50, deadline=None)
@given(
    st.dictionaries(
        st.integers(1, 99),
        st.dictionaries(st.sampled_from([OWN, OTHER]), st.integers(0, 2**53 - 1)),
        min_size=1,
        max_size=4,
    )
)
def test_what_is_rendered_is_read_back(revoked: dict[int, dict[str, int]]) -> None:
    """A revocation says to its reader what its author said."""
    revocation = Revocation(making.ARRANGEMENT, "aa", 1, revoked)
    root = making.root("aa")
    text = revocations.sign(revocation, root.signers)
    assert revocations.verify_revocation(text, root.verifiers) == revocation


def test_another_root_cannot_revoke() -> None:
    """Only the party's own root takes its keys back."""
    text = revocations.sign(_revocation(), making.root("aa").signers)
    verifiers = making.root("bb").verifiers
    assert _code(lambda: revocations.verify_revocation(text, verifiers)) == "tlog.note.unknown-keys"


def test_unfit_revocations_are_refused() -> None:
    """An empty one, another arrangement's log, cards out of order, a gap in the numbers."""
    empty = dataclasses.replace(_revocation(), revoked={})
    assert _code(lambda: revocations.require_valid(empty)) == "arrangement.text.malformed"
    foreign = dataclasses.replace(
        _revocation(), revoked={1: {OWN.replace("aaaaaaaa", "bbbbbbbb"): 1}}
    )
    assert _code(lambda: revocations.require_valid(foreign)) == "arrangement.text.malformed"
    nolog = dataclasses.replace(_revocation(), revoked={1: {"aa/local": 1}})
    assert _code(lambda: revocations.require_valid(nolog)) == "arrangement.origin.malformed"
    value = revocations.to_json(_revocation())
    assert isinstance(value, dict)
    assert isinstance(value["revoked"], list)
    twice = {**value, "revoked": value["revoked"] * 2}
    assert _code(lambda: revocations.from_json(twice)) == "arrangement.text.malformed"
    first, third = _revocation(), _revocation(3)
    assert revocations.require_successor((), first) == first
    assert (
        _code(lambda: revocations.require_successor((first,), third))
        == "arrangement.revocation.number"
    )


def test_sizes_only_ever_shrink() -> None:
    """A later revocation cannot give back what an earlier one took."""
    both = (_revocation(1, own=4), _revocation(2, own=7))
    assert revocations.last_size(both, 1, OWN) == 4
    assert revocations.last_size(both[::-1], 1, OWN) == 4
    assert revocations.last_size(both, 2, OWN) is None
    assert revocations.last_size(both, 1, OWN.replace("live/1", "hotline/1")) == 0
