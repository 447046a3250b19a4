"""Bundles, what is wrong with an object of STIX, and the effective mark of each."""

import json
from collections.abc import Mapping
from itertools import product

import pytest
import stix2
from hypothesis import given
from hypothesis import strategies as st
from stix2patterns.validator import run_validator
from stix2validator import ValidationOptions, validate_instance

from comity.acts import marks
from comity.joint.share import bundle, effective, stix
from comity.joint.share.bundle import Object
from comity.kernel.fault import Fault
from comity.kernel.ijson import Json
from comity.rooms.share.schemas import checker

CHECK = checker()
AMBER = next(one for one, tlp in effective.TLP_2.items() if tlp == "AMBER")
STRANGE = "marking-definition--00000000-0000-4000-8000-000000000000"


def address(number: int, **more: object) -> Object:
    """Return the n-th address."""
    made = stix2.IPv4Address(value=f"198.51.100.{number}")
    return {**json.loads(made.serialize()), **more}


def indicator(**more: object) -> Object:
    """Return an indicator of STIX, as its own library makes it."""
    made = stix2.Indicator(
        pattern="[ipv4-addr:value = '198.51.100.1']",
        pattern_type="stix",
        valid_from="2027-01-01T00:00:00Z",
        valid_until="2027-02-01T00:00:00Z",
    )
    return {**json.loads(made.serialize()), **more}


words = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
objects = st.lists(
    st.builds(lambda n, text: address(n, x_note=text), st.integers(1, 250), words), max_size=6
)


@given(objects)
def test_a_bundle_is_read_as_it_was_given(some: list[Object]) -> None:
    """What is read back is what was given, at its position, and a JSON reader sees the same."""
    data = bundle.render(some)

    assert [one.value for one in bundle.read(data)] == some
    assert json.loads(data)["objects"] == some
    assert bundle.render(bundle.objects_of(data)) == data


@given(objects.filter(bool), st.data())
def test_what_is_malformed_is_so_at_its_position_alone(
    some: list[Object], data: st.DataObject
) -> None:
    """Whatever stands on one line, the others are read as they were."""
    lines = bundle.render(some).split(b"\n")
    at = data.draw(st.integers(1, len(some)))
    junk = data.draw(st.sampled_from([b"", b"{", b"[[[[", b"null,", b'{"a":1,"a":2},', b"\xff,"]))
    lines[at] = junk
    read = [one.value for one in bundle.read(b"\n".join(lines))]

    assert read[at - 1] is None
    assert read[: at - 1] + read[at:] == some[: at - 1] + some[at:]


@pytest.mark.parametrize("data", [b"", b"{}", b'{"type":"bundle","objects":[\n]}\n', b"\n" * 9])
def test_what_has_no_head_is_no_bundle(data: bytes) -> None:
    """Nothing of it counts, and whoever holds it is told so."""
    with pytest.raises(Fault, match=r"share\.bundle\.malformed"):
        [*bundle.read(data)]


BOMBS = (b"[" * 100_000, b'{"objects":[1]}', b'{"objects":[{"a":NaN}]}', b'{"a":1,"a":2}', b"x",
         b'{"objects":[{"a":' + b"[" * 40 + b"]" * 40 + b"}]}")  # fmt: skip


@pytest.mark.parametrize("data", BOMBS)
def test_a_file_that_is_no_bundle_is_refused_in_words(data: bytes) -> None:
    """Depth, names that stand twice and numbers that are none cost a sentence."""
    with pytest.raises(Fault, match=r"share\.source\.malformed"):
        bundle.objects_of(data)


EXAMPLES: Mapping[str, Object] = {
    "": indicator(),
    stix.NOT_AN_OBJECT: None,  # type: ignore[dict-item]
    stix.TYPE_UNKNOWN: {"type": "x-nobody-knows", "id": "x"},
    stix.SCHEMA: {**address(1), "value": "198.51.100.999"},
    stix.TIMES: indicator(valid_until="2026-01-01T00:00:00Z"),
    stix.SELECTOR: indicator(
        granular_markings=[{"marking_ref": AMBER, "selectors": ["labels.[0]"]}]
    ),
    stix.PATTERN: indicator(pattern="[ipv4-addr:value = '1' AND]"),
}


@pytest.mark.parametrize("flaw", EXAMPLES)
def test_each_flaw_of_an_object_is_found_by_name(flaw: str) -> None:
    """The schemas of OASIS, and what they miss: times, selectors, patterns."""
    assert CHECK.flaw(EXAMPLES[flaw]) == flaw
    assert not flaw or {"en", "zh"} <= stix.FLAWS[flaw].keys()


PATTERNS = (
    "[ipv4-addr:value = '198.51.100.1']",
    "[file:name MATCHES '^a+$' OR file:size > 7] FOLLOWEDBY [url:value = 'x']",
    "[domain-name:value IN ('a.example', 'b.example')]",
    r"[url:value = 'a\'b']",
    "[ipv4-addr:value = 198.51.100.1]",
    "ipv4-addr:value = '1'",
    "[a:b = '1']",
    "[ipv4-addr:value = '1'",
)


@pytest.mark.parametrize("pattern", PATTERNS)
def test_the_fast_way_of_patterns_is_never_wider_than_the_grammar(pattern: str) -> None:
    """What is taken without the grammar, the grammar takes; OASIS's program says the same."""
    is_fast = stix._ONE_COMPARISON.fullmatch(pattern) is not None
    reads = stix._reads(pattern)
    assert reads or not is_fast
    assert reads == (not run_validator(pattern, "2.1"))
    assert (CHECK.flaw(indicator(pattern=pattern)) == "") == reads


simple = st.from_regex(
    r"\[[a-z-]{3,9}:[a-z_]{1,5}(\.[a-z_]{1,4})? ?= ?'[^\n]{0,6}'\]", fullmatch=True
)


@given(simple)
def test_no_spelling_of_one_comparison_gets_past_the_grammar(pattern: str) -> None:
    """Over whatever looks like one comparison."""
    assert stix._reads(pattern) or not stix._ONE_COMPARISON.fullmatch(pattern)


@given(st.sampled_from(marks.TLP), st.sampled_from(marks.TLP))
def test_an_object_has_the_narrowest_of_all_its_marks(by_act: str, by_object: str) -> None:
    """Of the act, the object and a part of it, in whatever order they are named."""
    id_ = next(one for one, tlp in effective.TLP_2.items() if tlp == by_object)
    whole = {1: address(1, object_marking_refs=[id_])}
    part = {1: address(1, granular_markings=[{"marking_ref": id_, "selectors": ["value"]}])}
    narrowest = min(by_act, by_object, key=marks.TLP.index)
    for some in (whole, part):
        assert effective.marks_of(some, {1: f"TLP:{by_act}"})[1].tlp == narrowest


REFERENCES: tuple[Json, ...] = ([STRANGE], [7], "x", {"a": 1})


def test_what_nobody_knows_is_red() -> None:
    """A marking that is not there, one without a meaning, no mark of an act, nonsense."""
    green = {1: "TLP:GREEN"}
    assert effective.marks_of({1: address(1)}, {})[1].tlp == "RED"
    for refs in REFERENCES:
        assert effective.marks_of({1: address(1, object_marking_refs=refs)}, green)[1].tlp == "RED"
    odd: Object = {
        "type": "marking-definition",
        "id": STRANGE,
        "definition_type": "x",
        "definition": {},
    }
    marked: dict[int, Object] = {1: address(1, object_marking_refs=[STRANGE]), 2: odd}
    assert effective.marks_of(marked, dict.fromkeys((1, 2), "TLP:GREEN"))[1].tlp == "RED"


DEFINITIONS: Mapping[str, Object] = {
    "TLP:CLEAR": {"definition_type": "statement", "definition": {"statement": "ours"}},
    "TLP:CLEAR PAP:AMBER": {"extensions": {effective.PAP_EXTENSION: {"pap": "amber"}}},
    "TLP:AMBER+STRICT": {"extensions": {effective.TLP_EXTENSION: {"tlp_2_0": "amber+strict"}}},
    "TLP:RED": {"extensions": {effective.TLP_EXTENSION: {"tlp_2_0": "pink"}}},
    "TLP:GREEN PAP:RED": {
        "definition_type": "iep",
        "definition": {"tlp": "green", "permitted_actions": "CONTACT FOR INSTRUCTION"},
    },
}


@pytest.mark.parametrize("mark", DEFINITIONS)
def test_a_definition_in_the_bundle_narrows(mark: str) -> None:
    """Statements, PAP, TLP 2.0 and IEP; none of them widens what the act says."""
    said: Object = {"type": "marking-definition", "id": STRANGE, **DEFINITIONS[mark]}
    assert str(effective.definition(said)) == mark
    marked: dict[int, Object] = {1: address(1, object_marking_refs=[STRANGE]), 2: said}
    for tlp in marks.TLP:
        found = effective.marks_of(marked, dict.fromkeys((1, 2), f"TLP:{tlp}"))[1]
        assert not marks.is_wider(found, marks.parse(f"TLP:{tlp}"))


def test_a_bundle_cannot_say_what_the_marks_of_oasis_mean() -> None:
    """One that redefines AMBER as CLEAR is not believed."""
    said: Object = {"type": "marking-definition", "id": AMBER, "definition_type": "statement",
            "definition": {"statement": "all may read it"}}  # fmt: skip
    marked: dict[int, Object] = {1: address(1, object_marking_refs=[AMBER]), 2: said}
    assert effective.marks_of(marked, dict.fromkeys((1, 2), "TLP:CLEAR"))[1].tlp == "AMBER"


def test_what_refers_to_a_hidden_object_is_as_hidden() -> None:
    """Over chains and rings of references, in nested parts too."""
    red = next(one for one, tlp in effective.TLP_2.items() if tlp == "RED")
    ids = [f"ipv4-addr--{number:08x}-0000-4000-8000-000000000000" for number in range(5)]
    some: dict[int, Object] = {
        0: {"id": ids[0], "object_marking_refs": [red]},
        1: {"id": ids[1], "parts": [{"deep": {"hidden_ref": ids[0]}}]},
        2: {"id": ids[2], "some_refs": [ids[1], ids[3]]},
        3: {"id": ids[3], "back_ref": ids[2]},
        4: {"id": ids[4], "name_ref": ids[0] + "x"},
    }
    found = effective.marks_of(some, dict.fromkeys(some, "TLP:CLEAR"))
    assert [found[at].tlp for at in range(5)] == ["RED"] * 4 + ["CLEAR"]


@given(
    st.dictionaries(st.integers(0, 6), st.sampled_from(marks.TLP), min_size=2),
    st.sets(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=12),
)
def test_no_object_is_wider_than_what_it_reaches(
    tlps: dict[int, str], edges: set[tuple[int, int]]
) -> None:
    """Over random graphs of references: the mark is the narrowest of all that is reached."""
    some: dict[int, Object] = {
        at: {"id": f"x--{at}", "to_refs": [f"x--{b}" for a, b in edges if a == at]} for at in tlps
    }
    found = effective.marks_of(some, {at: f"TLP:{tlp}" for at, tlp in tlps.items()})
    reach = {at: {at} for at in tlps}
    for _ in tlps:
        for (a, b), at in product(edges, tlps):
            if a in reach[at] and a in tlps and b in tlps:
                reach[at].add(b)
    for at, mark in found.items():
        assert mark.tlp == min((tlps[one] for one in reach[at]), key=marks.TLP.index)


def test_what_we_find_right_the_validator_of_oasis_finds_right() -> None:
    """Of addresses and indicators, as they leave in a bundle."""
    data = json.loads(bundle.render([address(1), address(2), indicator()]))
    assert validate_instance(data, ValidationOptions(version="2.1")).is_valid
