"""What an act says of a channel that it opens: read as written, and nothing else is read."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st
from making_cards import channel_keys

from comity.acts.record import Matter
from comity.joint.arrangement import card, channel
from comity.joint.arrangement.channel import Opening, Terms
from comity.kernel import ijson
from comity.kernel.fault import Fault

NAMES = st.from_regex(r"[a-z0-9]{1,12}", fullmatch=True)
MATTERS = st.builds(Matter, NAMES, NAMES)
TERMS = st.builds(
    Terms, NAMES.map("x-".__add__), st.sampled_from(channel.PURPOSES), st.none() | MATTERS
)


KEYS, SECOND = (channel_keys("aa", number, "exercise-1") for number in (1, 2))


@given(TERMS, st.integers(1, channel.SETS_MAX))
def test_what_an_act_says_is_read_as_it_was_said(terms: Terms, number: int) -> None:
    """Codes and document give back the opening; a store gives back the terms."""
    said = Opening(terms, number, KEYS)
    assert channel.parse(channel.codes(said), channel.render(terms.name, KEYS)) == said
    assert channel.terms_from_json(channel.terms_to_json(terms)) == terms


@given(
    TERMS,
    st.dictionaries(
        st.sampled_from(("channel", "number", "purpose", "matter-id", "matter-kind", "other")),
        st.text("a1/ ", max_size=4),
        min_size=1,
    ),
)
def test_other_codes_are_another_opening_or_none(terms: Terms, other: Mapping[str, str]) -> None:
    """No two spellings mean the same: what is read is said again by the same codes."""
    codes = {**channel.codes(Opening(terms, 1, KEYS)), **other}
    try:
        read = channel.parse(codes, channel.render(codes["channel"], KEYS))
    except Fault as fault:
        assert fault.code.startswith(("arrangement.channel.", "kernel.id."))
    else:
        assert channel.codes(read) == codes


def _codes(**other: str) -> dict[str, str]:
    return {"channel": "exercise-1", "number": "1", "purpose": "exercise"} | other


@pytest.mark.parametrize(
    ("codes", "name", "code"),
    [
        (_codes(purpose="drill"), "exercise-1", "arrangement.channel.purpose"),
        (_codes(channel="live"), "live", "arrangement.channel.name"),
        (_codes(channel="hotline", purpose="hotline"), "hotline", "arrangement.channel.name"),
        (_codes(channel="local"), "local", "arrangement.channel.name"),
        (_codes(number="01"), "exercise-1", "arrangement.channel.malformed"),
        (_codes(number="0"), "exercise-1", "arrangement.channel.malformed"),
        (_codes(number="1000"), "exercise-1", "arrangement.channel.malformed"),
        (_codes(**{"matter-id": "m"}), "exercise-1", "arrangement.channel.malformed"),
        (_codes(more="x"), "exercise-1", "arrangement.channel.malformed"),
        (_codes(), "exercise-2", "arrangement.channel.malformed"),
    ],
)
def test_what_opens_no_channel_is_named(codes: dict[str, str], name: str, code: str) -> None:
    """docs/spec/channel.md 4.3.2: a reader ignores these, and says which it was."""
    with pytest.raises(Fault) as caught:
        channel.parse(codes, channel.render(name, KEYS))
    assert caught.value.code == code


def test_a_document_of_another_shape_opens_nothing() -> None:
    """Whatever its codes say."""
    text = ijson.render({"channel": "exercise-1", "keys": card.channel_to_json(KEYS), "x": 1})
    with pytest.raises(Fault, match=r"arrangement\.channel\.malformed"):
        channel.parse(_codes(), text)


def test_sets_are_numbered_without_a_gap_and_share_no_key() -> None:
    """A key is used for one thing (3.3.4), in every set of a party."""
    terms, before = Terms("exercise-1", "exercise"), {1: KEYS}
    said = Opening(terms, 2, SECOND)
    assert channel.require_fresh(before, said) == said
    for number, new, code in (
        (3, SECOND, "arrangement.channel.number"),
        (1, SECOND, "arrangement.channel.number"),
        (2, KEYS, "arrangement.channel.key-twice"),
    ):
        with pytest.raises(Fault) as caught:
            channel.require_fresh(before, Opening(terms, number, new))
        assert caught.value.code == code


def test_the_order_of_serving_is_total() -> None:
    """The hotline, then `live`, then all others alike."""
    ranks = [channel.rank(one) for one in channel.PURPOSES]
    assert ranks == sorted(ranks)
    assert ranks[0] < ranks[1] < min(ranks[2:])
    assert channel.rank("what no program knows") == max(ranks)
