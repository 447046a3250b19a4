"""Links that a peer sends are read or not, and whoever joins them sees the same people."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from comity.joint.match import acts
from comity.rooms.case import links
from comity.rooms.case.links import Given, Link

IDENTIFIERS = st.sampled_from(
    [("email", f"{name}@mail.example") for name in "abcdef"] + [("handle", "market:otter")]
)
LINKS = st.builds(
    Link, IDENTIFIERS, IDENTIFIERS, st.sampled_from([*acts.GRADES]), st.text("ab 甲", max_size=9)
).filter(lambda one: one.one != one.other)
LISTS = st.lists(LINKS, min_size=1, max_size=6)
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=8,
)


@given(st.binary(max_size=64), st.integers(0, 3), st.integers(0, 3))
def test_any_bytes_are_no_links(data: bytes, count: int, joined: int) -> None:
    """Nothing is raised, whatever a peer sends."""
    assert links.read(data, count, joined) is None


@given(LISTS, VALUES, st.data())
def test_any_value_in_any_place_is_no_link_or_a_lawful_one(
    told: list[Link], value: object, data: st.DataObject
) -> None:
    """A graph that differs in one place is read as what it then says, or not at all."""
    joined = len(links.identifiers(told))
    body = json.loads(links.render(told))
    one = data.draw(st.sampled_from(body["@graph"]))
    one[data.draw(st.sampled_from([*one, "more"]))] = value
    text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    found = links.read(text.encode("utf-8", "surrogatepass"), len(told), joined)
    assert found is None or links.render(found) == text.encode()


@given(LISTS)
def test_links_are_read_as_they_were_written(told: list[Link]) -> None:
    """With the counts of their entry alone."""
    joined, data = len(links.identifiers(told)), links.render(told)
    assert links.read(data, len(told), joined) == told
    assert links.read(data, len(told) + 1, joined) is None
    assert links.read(data, len(told), joined + 1) is None


@given(st.lists(st.tuples(LINKS, st.sampled_from(["us", "cn"]), st.booleans()), max_size=8))
def test_people_are_alike_in_every_order(told: list[tuple[Link, str, bool]]) -> None:
    """What is disputed joins nobody; nobody is two people."""
    given_ = [
        Given(party, "act", at, one, disputed)
        for at, (one, party, disputed) in enumerate(told)
    ]  # fmt: skip
    found = links.people(given_)
    assert links.people([*reversed(given_)]) == found
    assert links.people(sorted(given_, key=lambda one: -len(one.link.source))) == found
    every = [each for one in found for each in one.identifiers]
    assert len(every) == len({*every})
    standing = [one.link for one in given_ if not one.is_disputed]
    assert {*every} == {*links.identifiers(standing)}
