"""The nation profile as a text: what is wrong in one is told at once, with its line."""

import copy
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.boot.rooms import ROOMS
from comity.domestic.nation import agreement, document, schema
from comity.domestic.nation.model import Nation
from comity.domestic.officer import role
from comity.joint.guideline import document as guidelines
from comity.kernel import ijson, plain_yaml
from comity.kernel.fault import Fault
from comity.kernel.legal_text import UNVERIFIED, Sources
from comity.kernel.problem import Unfit, pointer_of
from comity.node.room import nation_profile as nations

CATALOGUE = Path(__file__).parents[3] / "src" / "comity" / "catalogue"
SHIPPED = ("cn", "us")
BACKGROUND = re.compile(
    r"U\.S\.C\.|Federal Rule|MLA Agreement \(2000\) art\. [2-9]|Agreement \(2000\): |CETS 224"
    r"|UN Convention against Cybercrime|Judicial Assistance Law \(2018\) art|^China, [A-Z]\w+ "
    r"Procedure|Security Law|Fraud Law|rules on|hether"
)
"""What practitioners only remember: nobody has checked it against the instrument."""


def data(state: str) -> bytes:
    """Return a text that ships."""
    return (CATALOGUE / "nation" / f"{state}.yaml").read_bytes()


@cache
def shipped(state: str) -> Nation:
    """Return a profile that ships."""
    return document.parse(data(state))


@pytest.mark.parametrize("state", SHIPPED)
def test_every_profile_that_ships_is_whole(state: str) -> None:
    """It has no problem, names codes that the other side knows, and says it is an example."""
    nation = shipped(state)
    assert nations.problems(ROOMS, data(state)) == ()
    assert nation.id == state
    assert "example" in nation.notes[0]["en"]
    assert "示例" in nation.notes[0]["zh"]
    assert "EXAMPLE" in data(state).decode().splitlines()[0]


@pytest.mark.parametrize("state", SHIPPED)
def test_it_fits_the_guideline_that_ships(state: str) -> None:
    """Every type and crime is routed but `other`, and every point has something to choose."""
    guideline = guidelines.parse((CATALOGUE / "guideline" / "dialogue.yaml").read_bytes())
    remarks = agreement.remarks(shipped(state), tuple(guideline.types), tuple(guideline.crimes))
    assert [one.value for one in remarks] == ["'other'"]


def test_the_profile_of_the_demo_fits_and_names_every_type() -> None:
    """Of a type that it did not name the law would ask everything."""
    nation = document.parse((CATALOGUE.parents[2] / "examples" / "sylvania.yaml").read_bytes())
    guideline = guidelines.parse((CATALOGUE / "guideline" / "dialogue.yaml").read_bytes())
    assert list(agreement.remarks(nation, tuple(guideline.types), tuple(guideline.crimes))) == []
    assert nation.competence[0].types == frozenset(guideline.types)


@pytest.mark.parametrize("state", SHIPPED)
def test_what_rests_on_memory_says_that_it_is_to_be_verified(state: str) -> None:
    """Nothing that no public source confirmed is shown as the law of a State."""
    for sources in every_source(shipped(state)):
        assert sources
        for source in sources:
            assert not BACKGROUND.search(source.text) or source.standing == UNVERIFIED, source


def every_source(nation: Nation) -> Iterator[Sources]:
    """Give the sources of every part."""
    law = nation.law
    yield from (one.sources for one in nation.agencies.values())
    yield from (one.sources for one in nation.competence)
    for parts in (law.bases, law.instruments, law.grounds, law.conditions, law.points):
        yield from (one.sources for one in parts)


def test_the_words_of_two_rooms_are_the_same() -> None:
    """Rooms do not import each other; their codes must not drift apart."""
    assert set(schema.ROLES) == set(role.ROLES)
    assert ijson.parse((CATALOGUE / "nation.schema.json").read_bytes()) == schema.SCHEMA


def problems(changed: str) -> dict[str, int]:
    """Return what is wrong in a text, `{path: line}`."""
    with pytest.raises(Unfit) as caught:
        document.parse(changed.encode())
    assert caught.value.code == "nation.profile.unfit"
    return {problem.pointer: problem.line for problem in caught.value.problems}


def line_of(text: str, words: str, nth: int = 0) -> int:
    """Return the line on which the words stand."""
    return [n for n, line in enumerate(text.splitlines(), 1) if words in line][nth]


def test_every_problem_of_spelling_is_told_at_once() -> None:
    """One look is enough to mend a text."""
    text = data("us").decode()
    changed = (
        text.replace("decides: basis", "decides: fate")
        .replace("capacities: [executing]", "capacities: [dreaming]")
        .replace("    zone: America/New_York\n", "", 1)
    )
    changed = changed.replace("crimes: [firearms, drugs]", "crimes: []")
    found = problems(changed)
    assert found == {
        "/agencies/0": line_of(changed, "- id: doj"),
        "/agencies/1/capacities/0": line_of(changed, "dreaming"),
        "/competence/6/crimes": line_of(changed, "crimes: []"),
        "/law/points/0/decides": line_of(changed, "decides: fate"),
    }


def test_every_problem_of_sense_is_told_at_once() -> None:
    """Agencies that nobody is, rules that nothing reaches, points that nothing can meet."""
    text = data("us").decode()
    changed = (
        text.replace("agency: dhs\n    why", "agency: fbi\n    why")
        .replace("capacities: [executing]", "capacities: [executing, contact-point]")
        .replace('opens: "09:00", closes: "17:30"', 'opens: "19:00", closes: "17:30"')
        .replace('zh: "双重犯罪"', 'fr: "incrimination"')
        .replace("  - id: untoc", "  - id: mlaa", 1)
        .replace("crimes: [hacking, trade", "crimes: [drugs]\n    #")
    )
    found = problems(changed)
    assert found.keys() == {
        "/agencies/1/capacities",
        "/agencies/1/hours/closes",
        "/competence/6/agency",
        "/competence/7/id",
        "/law/bases/1/id",
        "/law/grounds/0/label",
        "/law/grounds/0/label/fr",
    }
    assert found["/competence/6/agency"] == line_of(changed, "agency: fbi")
    assert found["/agencies/1/hours/closes"] == line_of(changed, '"19:00"')


def paths(value: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Give the path of every part of a value."""
    yield path
    children: Any = ()
    if isinstance(value, dict):
        children = value.items()
    elif isinstance(value, list):
        children = enumerate(value)
    for key, child in children:
        yield from paths(child, (*path, key))


@cache
def read(state: str) -> Any:  # noqa: ANN401 -- JSON
    """Return a text that ships as JSON."""
    return plain_yaml.parse(data(state)).value


@cache
def every_path(state: str) -> list[tuple[str | int, ...]]:
    """Return the path of every part of a text that ships, the whole left out."""
    return list(paths(read(state)))[1:]


def put(path: tuple[str | int, ...], state: str, value: object) -> bytes:
    """Return a text in which that part is another value; JSON is YAML too."""
    changed = copy.deepcopy(read(state))
    place = changed
    for part in path[:-1]:
        place = place[part]
    place[path[-1]] = value
    return ijson.render(changed)


@given(st.data(), st.sampled_from(SHIPPED), st.sampled_from([[[]], {"strange": 1}, -7, None, ""]))
def test_a_part_of_another_shape_is_found_where_it_stands(
    drawn: st.DataObject, state: str, value: object
) -> None:
    """Whatever part is spoiled: it never raises anything else, and names that part."""
    path = drawn.draw(st.sampled_from(every_path(state)))
    found = document.problems(put(path, state, value))
    assert found
    pointer = pointer_of(path)
    assert any(
        one.pointer.startswith(pointer) or pointer.startswith(one.pointer) for one in found
    ), found


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_no_text_breaks_the_reader(raw: bytes) -> None:
    """What is no YAML, or no profile, is told as such."""
    try:
        document.parse(raw)
    except Fault as fault:
        assert fault.code in {"kernel.yaml.malformed", "nation.profile.unfit"}
    else:
        pytest.fail("such a text was read")


def test_agencies_agree_with_the_card() -> None:
    """Who speaks to others stands on the card, and who stands there is known here."""
    found = agreement.card(shipped("us"), "us", {"doj", "treasury"})
    assert [(one.pointer, one.value) for one in found] == [
        ("/agencies/1/id", "'dhs'"),
        ("/agencies", "'treasury'"),
    ]
    assert agreement.missing_on_card(shipped("us"), {"doj"}) == ("dhs",)
    assert [one.pointer for one in agreement.card(shipped("us"), "fr", {"doj", "dhs"})] == ["/id"]


def test_a_code_that_the_other_side_does_not_know_is_found() -> None:
    """A ground that cannot be named in a refusal would be of no use."""
    changed = data("us").decode().replace("ground: own-proceedings", "ground: bad-mood")
    changed = changed.replace("condition: intelligence-only", "condition: gratitude")
    found = nations.problems(ROOMS, changed.encode())
    assert [(one.pointer, one.line) for one in found] == [
        ("/law/grounds/5/ground", line_of(changed, "bad-mood")),
        ("/law/conditions/3/condition", line_of(changed, "gratitude")),
    ]
