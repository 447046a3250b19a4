"""What people write is read as observables: tables, lists, events of MISP."""

import json
from typing import Any

import pytest
import stix2
from hypothesis import given
from hypothesis import strategies as st
from pymisp import MISPEvent

from comity.domestic.share import lists, misp, observables, table
from comity.kernel.fault import Fault
from comity.kernel.ijson import Json

BY_STIX: dict[str, Any] = {
    "ipv4": lambda value: stix2.IPv4Address(value=value),
    "ipv6": lambda value: stix2.IPv6Address(value=value),
    "domain": lambda value: stix2.DomainName(value=value),
    "url": lambda value: stix2.URL(value=value),
    "email": lambda value: stix2.EmailAddress(value=value),
    "md5": lambda value: stix2.File(hashes={"MD5": value}),
    "sha1": lambda value: stix2.File(hashes={"SHA-1": value}),
    "sha256": lambda value: stix2.File(hashes={"SHA-256": value}),
    "as": lambda value: stix2.AutonomousSystem(number=int(value)),
}
WRITTEN = {
    "198.51.100.7": ("ipv4", "198.51.100.7"),
    "198.51.100[.]7": ("ipv4", "198.51.100.7"),
    "198.51.100.0/24": ("ipv4", "198.51.100.0/24"),
    "2001:db8::7": ("ipv6", "2001:db8::7"),
    "Evil[.]Example.": ("domain", "evil.example"),
    "hxxps://a[.]example/x?y=1": ("url", "https://a.example/x?y=1"),
    "mule[at]bank.example": ("email", "mule@bank.example"),
    "D41D8CD98F00B204E9800998ECF8427E": ("md5", "d41d8cd98f00b204e9800998ecf8427e"),
    "a" * 40: ("sha1", "a" * 40),
    "b" * 64: ("sha256", "b" * 64),
    "AS64500": ("as", "64500"),
}
NOTHING = (
    "",
    "hello",
    "=cmd|' /C calc'!A0",
    "localhost",
    "1.2.3",
    "http://",
    "a b.example",
    "x" * 9000,
)


@pytest.mark.parametrize(("text", "found"), WRITTEN.items())
def test_a_value_is_known_however_it_is_written(text: str, found: tuple[str, str]) -> None:
    """With its dots in brackets too; its object has the id that the library of OASIS gives it."""
    assert observables.detected(text) == found
    assert observables.observable(*found)["id"] == BY_STIX[found[0]](found[1]).id


@pytest.mark.parametrize("text", NOTHING)
def test_what_is_no_address_name_or_hash_is_nothing(text: str) -> None:
    """A formula of a spreadsheet, a word, half an address."""
    assert observables.detected(text) is None


@given(st.text(max_size=60))
def test_any_text_is_read_or_left_out(text: str) -> None:
    """Nothing that a person pastes breaks the reader; each line is read or told with its place."""
    found = table.read(text)
    lines = [one for one in text.splitlines() if one.strip() and not one.lstrip().startswith("#")]
    if "value" not in text.lower():
        assert len(found.objects) + len(found.left_out) <= len(lines)
    assert all(one.place >= 1 for one in found.left_out)


def test_a_table_is_read_by_its_columns() -> None:
    """A line that cannot be read is told with its place, and the others are read."""
    text = (
        'type;value\nip-dst;198.51.100.7\ndomain;198.51.100.8\nmutex;x\nurl;"http://a.example/;"\n'
    )
    found = table.read(text)
    assert [one.get("value") for one in found.objects] == ["198.51.100.7", "http://a.example/;"]
    assert [(one.place, one.why) for one in found.left_out] == [(3, "value"), (4, "type")]


def event(tags: tuple[str, ...] = (), **attributes: tuple[str, ...]) -> dict[str, Json]:
    """Return an event as PyMISP makes it: `{type: (value, tag, …)}`."""
    made: Any = MISPEvent()
    made.info = "A campaign"
    for tag in tags:
        made.add_tag(tag)
    for type_, (value, *own) in attributes.items():
        one = made.add_attribute(type_.replace("_", "-"), value)
        for tag in own:
            one.add_tag(tag)
    found: dict[str, Json] = {"Event": json.loads(made.to_json())}
    return found


def test_an_event_of_misp_has_its_marks() -> None:
    """Those of the event bind each attribute, and those of an attribute it alone."""
    found = misp.read(
        event(
            ("tlp:green",), ip_dst=("198.51.100.7",), domain=("a.example", "tlp:amber", "PAP:RED")
        )
    )
    marks = {one.value["value"]: one.mark for one in found.objects}
    assert marks == {"198.51.100.7": "TLP:GREEN", "a.example": "TLP:AMBER PAP:RED"}
    strange = misp.read(event(("tlp:ultraviolet",), md5=("d41d8cd98f00b204e9800998ecf8427e",)))
    assert [one.mark for one in strange.objects] == ["TLP:RED"], "what nobody knows is RED"


def test_one_value_under_two_marks_has_the_narrower_one() -> None:
    """Whichever of two attributes of an event comes first."""
    clear: list[Json] = [{"name": "tlp:clear"}]
    tagged: list[Json] = [{"name": "tlp:amber"}]
    two: list[Json] = [
        {"type": "ip-src", "value": "198.51.100.7", "Tag": [*clear]},
        {"type": "ip-dst", "value": "198.51.100.7", "Tag": [*tagged]},
    ]
    for order in (two, two[::-1]):
        (one,) = misp.read({"Event": {"Attribute": order}}).objects
        assert one.mark == "TLP:AMBER"


NAMES = ["Event", "Attribute", "Object", "Tag", "type", "value", "name", "response"]
ANY = st.recursive(
    st.none() | st.text(max_size=5) | st.integers(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=3)
    ),
    max_leaves=12,
)


@given(ANY)
def test_any_json_is_read_as_an_event_or_is_none(value: Json) -> None:
    """Whatever somebody hands in, nothing is raised."""
    assert isinstance(misp.is_event(value), bool)
    assert len(misp.read(value).objects) >= 0


def test_a_list_holds_what_is_in_its_networks_and_under_its_names() -> None:
    """As MISP writes lists, and as people do: one a line."""
    own = lists.listing(lists.read(b"# ours\n198.51.100.0/24\nexample.org\nAS64500\n", "own"))
    held = ["ipv4 198.51.100.7", "ipv4 198.51.100.0/25", "domain mail.example.org", "as 64500",
            "url https://x.example.org:8443/y", "url http://198.51.100.9/",
            "email a@example.org"]  # fmt: skip
    free = ["ipv4 198.51.101.7", "ipv4 198.51.100.0/23", "domain notexample.org", "as 64501",
            "url https://example.com/example.org", "sha256 " + "a" * 64]  # fmt: skip
    assert [one for one in held if not own.has(*one.split())] == []
    assert [one for one in free if own.has(*one.split())] == []
    warned = b'{"name":"Top sites","type":"hostname","list":["search.example"]}'
    assert lists.listing(lists.read(warned, "x")).has("domain", "www.search.example")
    hashes = b'{"name":"Empty files","type":"string","list":["D41D8CD98F00B204E9800998ECF8427E"]}'
    assert lists.listing(lists.read(hashes, "x")).has("md5", "d41d8cd98f00b204e9800998ecf8427e")


@pytest.mark.parametrize(
    "data", [b"{", b'{"list":[]}', b'{"type":"regex","list":["(a+)+$"]}', b"\xff"]
)
def test_a_list_that_cannot_be_read_is_told(data: bytes) -> None:
    """One of regular expressions too: some of them take for ever."""
    with pytest.raises(Fault, match=r"share\.list\.malformed"):
        lists.read(data, "x")
