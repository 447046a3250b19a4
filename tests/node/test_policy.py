"""What a reader of proofs is told to trust: the keys of a log, and who must have cosigned it."""

from pathlib import Path

import pytest
from support.states import State, deliver, first_arrangement, opened_root, paired

from comity.node.exchange import keyring
from comity.node.room import trust_policy
from comity.tlog import policy as policies


@pytest.fixture
def two(tmp_path: Path) -> tuple[State, State]:
    """Two States that have paired and exchanged their first heads."""
    fr, sn = paired(tmp_path, "fr", "sn")
    deliver(fr, sn)
    return fr, sn


def test_a_policy_reads_as_the_standard_says(two: tuple[State, State]) -> None:
    """Each log has its two keys, and its mirrors must all cosign with both of theirs."""
    fr, sn = two
    found = trust_policy.policies(fr.node)
    assert len(found) == 4
    for one in found:
        read = policies.parse(one.text().encode())
        assert read == one.policy
        assert [log.vkey.kind for log in read.logs] == [0x01, 0x06]
        assert {witness.vkey.kind for witness in read.witnesses} == {0x04, 0x06}
        party = one.origin.partition("/")[0]
        assert f"card 1 of {party}: heads of size 0 and more" in one.text()
    assert [one.policy for one in trust_policy.policies(sn.node)] == [one.policy for one in found]


def test_a_policy_for_one_size_has_the_keys_in_force_there(
    tmp_path: Path, two: tuple[State, State]
) -> None:
    """After a rotation an old proof is verified with the old key alone, a new one with the new."""
    fr, sn = two
    arrangement = first_arrangement(fr)
    keyring.rotate(fr.node, fr.maker, opened_root(tmp_path, fr, arrangement))
    deliver(fr, sn)
    origin = f"fr/{arrangement}/live/1"
    both = trust_policy.policies(fr.node, origin)[0]
    old, new = (trust_policy.policies(fr.node, origin, size)[0].policy.logs for size in (1, 9))
    assert (len(both.policy.logs), len(old), len(new)) == (4, 2, 2)
    assert {*old, *new} == {*both.policy.logs}
    assert "card 1 of fr: heads of size 0 to 2\n" in both.text()
    assert "card 2 of fr: heads of size 3 and more\n" in both.text()


def test_a_key_that_counts_nowhere_in_a_log_stands_in_no_policy_of_it(
    tmp_path: Path, two: tuple[State, State]
) -> None:
    """Whoever stole it signs at any size, and a reader of a policy asks for none."""
    fr, sn = two
    arrangement = first_arrangement(fr)
    root = opened_root(tmp_path, fr, arrangement)
    keyring.rotate(fr.node, fr.maker, root)
    deliver(fr, sn)
    own, theirs = f"fr/{arrangement}/live/1", f"sn/{arrangement}/live/1"
    before = trust_policy.policies(sn.node, own)[0].policy
    keyring.revoke(fr.node, root, 1, {own: 0, theirs: 0})
    deliver(fr, sn)
    deliver(fr, sn)
    for one in two:
        (of_own,) = trust_policy.policies(one.node, own)
        assert of_own.policy.logs == before.logs[2:], "card 2 alone"
        assert "card 1 of fr is revoked: heads of size 0 to 0 count" in of_own.text()
        (of_theirs,) = trust_policy.policies(one.node, theirs)
        assert [group.name for group in of_theirs.policy.groups] == ["fr-2", "fr", "parties"]
        assert policies.parse(of_theirs.text().encode()) == of_theirs.policy


def test_revoked_keys_that_count_at_some_size_are_warned_of(
    tmp_path: Path, two: tuple[State, State]
) -> None:
    """Who reads no comments takes them at any size; one made for a size holds none beyond it."""
    fr, sn = two
    arrangement = first_arrangement(fr)
    root = opened_root(tmp_path, fr, arrangement)
    keyring.rotate(fr.node, fr.maker, root)
    deliver(fr, sn)
    origins = [f"{party}/{arrangement}/live/1" for party in ("fr", "sn")]
    assert not any(one.has_revoked for one in trust_policy.policies(sn.node))
    keyring.revoke(fr.node, root, 1, dict.fromkeys(origins, 2))
    deliver(fr, sn)
    deliver(fr, sn)
    for origin in origins:
        (found,) = trust_policy.policies(sn.node, origin)
        assert found.has_revoked
        assert "# WARNING: revoked keys stand below, of card 1 of fr; " in found.text()
        assert policies.parse(found.text().encode()) == found.policy
        (after,) = trust_policy.policies(sn.node, origin, 3)
        assert not after.has_revoked
        assert "WARNING" not in after.text()
        assert len(after.policy.logs) + len(after.policy.witnesses) < (
            len(found.policy.logs) + len(found.policy.witnesses)
        )
