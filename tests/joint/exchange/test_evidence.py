"""What convicts a log or a mirror, and what is near it and convicts nobody."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.joint.exchange import evidence
from comity.joint.exchange.evidence import Evidence, Fallen
from comity.kernel import limits
from comity.kernel.fault import Fault
from comity.kernel.ijson import Json
from comity.tlog import checkpoint, cosignature, note
from comity.tlog.checkpoint import Checkpoint
from comity.tlog.cosignature import TimestampedSignature
from comity.tlog.note import Note, Signature

_TIMES = st.lists(st.integers(1, 4), min_size=1, max_size=2)


def _head(origin: str, size: int, times: list[int], root: int = 0) -> bytes:
    body = checkpoint.render_body(Checkpoint(origin, size, bytes([root]) * 32))
    lines = tuple(
        Signature(
            "mirror", bytes([0, 0, 0, n]), cosignature.render(TimestampedSignature(at_s, b"s" * 64))
        )
        for n, at_s in enumerate(times)
    )
    return note.render(Note(body, lines))


@given(
    st.sampled_from(["one", "two", "another"]), st.integers(1, 3), _TIMES, st.integers(1, 3), _TIMES
)
def test_a_mirror_is_convicted_where_each_time_fell_as_one_log_grew(
    origin: str, smaller: int, before: list[int], bigger: int, after: list[int]
) -> None:
    """Of two logs, of one size, at one time: nobody is."""
    fallen = Fallen(_head("one", smaller, before), _head(origin, bigger, after))
    is_one = origin == "one" and smaller < bigger and min(before) > max(after)
    with pytest.MonkeyPatch.context() as signed:
        signed.setattr(evidence, "_verifies", lambda *_: True)
        try:
            assert evidence.verify_fallen(fallen, [()]) == "one"
        except Fault as fault:
            assert fault.code == "exchange.evidence.unproven"
            assert not is_one
        else:
            assert is_one


@given(st.sampled_from(["one", "two", "another"]), st.integers(0, 1))
def test_two_heads_of_one_size_convict_where_they_are_of_one_log_and_differ(
    origin: str, root: int
) -> None:
    """Two logs have two roots, and one head may be shown twice."""
    found = Evidence(_head("one", 2, [1]), _head(origin, 2, [1], root), bytes(32), ())
    is_one = origin == "one" and root == 1
    with pytest.MonkeyPatch.context() as signed:
        signed.setattr(evidence, "_verifies", lambda *_: True)
        try:
            assert evidence.verify_evidence(found, [()]) == "one"
        except Fault as fault:
            assert fault.code == "exchange.evidence.unproven"
            assert not is_one
        else:
            assert is_one


@pytest.mark.parametrize("value", [[], {}, {"bigger": ""}, {"bigger": "", "smaller": "", "a": ""}])
def test_what_is_not_shaped_so_shows_no_fall(value: Json) -> None:
    """Neither a list nor an object with less or more."""
    with pytest.raises(Fault, match="not an object of bigger, smaller"):
        evidence.fallen_from_json(value)


def test_a_proof_may_have_63_hashes_and_no_more() -> None:
    """No tree that is counted so has a longer path."""
    one = base64.b64encode(bytes(32)).decode()
    value: dict[str, Json] = {"bigger": "", "smaller": "", "implied-root": one}
    most = limits.PROOF_HASHES_MAX
    assert len(evidence.from_json({**value, "proof": [one] * most}).proof) == most
    with pytest.raises(Fault):
        evidence.from_json({**value, "proof": [one] * (most + 1)})
