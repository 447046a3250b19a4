"""What the table of verbs of each room must be: every tag is said, with the fields of its shape."""

import re
from collections.abc import Mapping

import pytest
from support import tables

from comity.acts import verb
from comity.acts.shape import Shape
from comity.acts.verb import Field, Spelled, Table, Verb, both
from comity.boot.rooms import ROOMS as BOOTED
from comity.joint.case import verbs as case_verbs
from comity.joint.text import acts as guideline_acts
from comity.joint.text import verbs as guideline_verbs


def _of_shapes(table: Table) -> Mapping[str, Shape] | None:
    """Return the shapes of the room of a table; a room with a check of its own has others."""
    (shapes,) = (one.shapes for one in BOOTED.values() if table.verbs[0].tag in one.shapes)
    return shapes if all(isinstance(one, Shape) for one in shapes.values()) else None


ROOMS: Mapping[str, tuple[Table, Mapping[str, Shape]]] = {
    table.noun: (table, shapes) for table in tables.JOINT if (shapes := _of_shapes(table))
}
TEXTS = guideline_verbs.TABLE
VERBS = [(table, one, shapes[one.tag]) for table, shapes in ROOMS.values() for one in table.verbs]
CASE = case_verbs.TABLE


def ids(row: tuple[Table, Verb, Shape]) -> str:
    """Name a row as it is typed."""
    return f"{row[0].noun} {row[1].name}"


@pytest.mark.parametrize("room", ROOMS)
def test_each_tag_of_a_room_has_a_verb_and_each_verb_a_name_of_its_own(room: str) -> None:
    """What can be said is in the table, once under each name."""
    table, shapes = ROOMS[room]
    names = [one.name for one in table.verbs]
    assert {one.tag for one in table.verbs} == shapes.keys()
    assert len(set(names)) == len(names)


def test_each_tag_of_a_joint_text_has_a_verb() -> None:
    """It has a check of its own beside the shapes; to withdraw and to leave are one tag."""
    tags = {
        getattr(guideline_acts, one) for one in ("PROPOSED", "ADOPTED", "DECLINED", "WITHDRAWN")
    }
    assert {one.tag for one in TEXTS.verbs} == tags
    names = [one.name for one in TEXTS.verbs]
    assert names == ["propose", "counter", "adopt", "decline", "withdraw", "leave"]


def spelling(field: Field) -> str:
    """Return the code, time or list of an act that takes a field."""
    if field.kind in (verb.ITEM, verb.MATTER) and field.many:
        return "items"
    return field.code or field.name


FILLED = [row for row in VERBS if not row[1].is_computed]


@pytest.mark.parametrize("row", FILLED, ids=map(ids, FILLED))
def test_the_fields_of_a_verb_are_those_of_its_shape(row: tuple[Table, Verb, Shape]) -> None:
    """All that an act must have is asked for, and nothing that it may not have."""
    _, one, shape = row
    taken = {spelling(field): field for field in one.told if not field.is_sealed}
    codes = {*shape.needs, *shape.may, *shape.under}
    times = {*shape.times, *shape.may_times}
    lists = {name for name in ("items", "to") if getattr(shape, name, False)}
    assert taken.keys() == codes | times | lists
    assert {*shape.needs} <= {name for name, field in taken.items() if field.needed}
    assert {*times} == {name for name, field in taken.items() if field.kind == verb.TIME}
    for name, field in taken.items():
        allowed = {**shape.needs, **shape.may, **shape.under}.get(name)
        if isinstance(allowed, Mapping):
            assert field.known == allowed, name
    assert bool(shape.answers) != one.opens


@pytest.mark.parametrize("row", VERBS, ids=map(ids, VERBS))
def test_a_verb_has_its_words_in_both_languages(row: tuple[Table, Verb, Shape]) -> None:
    """A person reads them in English or in Chinese."""
    _, one, _ = row
    words = [one.words, *(field.words for field in (*one.asks, *one.computes))]
    words += [field.hint for field in one.asks if field.hint]
    assert all(each["en"] and re.search(r"[\u4e00-\u9fff]", each["zh"]) for each in words)


def said(name: str) -> Verb:
    """Return a verb of a case."""
    found = CASE.verb(name)
    assert found is not None
    return found


def test_values_become_what_an_act_has() -> None:
    """Codes, times by party, other matters as items; the rest is for the desk."""
    given: verb.Given = {
        "dialogue": "2027-03",
        "next": {"aa": "supply", "bb": "answer"},
        "owner": {"aa": "police"},
        "due": {"aa": 9_000},
        "requests": ("a" * 26,),
    }
    assert not [*verb.flaws(said("report"), given)]
    assert verb.spelled(said("report"), given) == Spelled(
        {
            "dialogue": "2027-03",
            "next.aa": "supply",
            "next.bb": "answer",
            "owner.aa": "police",
        },
        {"due.aa": 9_000},
        ("a" * 26,),
    )
    assert verb.spelled(said("propose-priority"), {"reason": "harm-goes-on"}).codes == {
        "level": "priority",
        "reason": "harm-goes-on",
    }
    about: verb.Given = {"reason": "not-now", "about": "abcd"}
    assert verb.spelled(said("decline-priority"), about).answers == "abcd"
    assert verb.spelled(said("open"), {"own_reference": "A 1", "channel": "x/live"}) == Spelled(
        {"own-reference": "A 1"}, {}, channel="x/live"
    )


def test_several_codes_are_counted() -> None:
    """One code of an act for each, from 1."""
    field = Field("blob", verb.HASH, both("Blobs", "数据"), many="blobs", code="blob.")
    row = Verb("destroy", "x.destroyed/1", both("Destroy", "销毁"), (field,))
    found = verb.spelled(row, {"blobs": ("0" * 64, "1" * 64)})
    assert found.codes == {"blob.1": "0" * 64, "blob.2": "1" * 64}


WRONG: Mapping[str, tuple[str, verb.Given, str, str]] = {
    "nothing given": ("close", {}, "/reason", "verb.field-missing"),
    "a code of another list": (
        "close", {"reason": "new-facts"}, "/reason", "verb.value-unfit",
    ),
    "a field of another verb": (
        "close", {"reason": "dropped", "level": "priority"}, "/level", "verb.field-unknown",
    ),
    "a name with capitals": (
        "report", {"dialogue": "March", "next": {"aa": "supply"}}, "/dialogue", "verb.value-unfit",
    ),
    "a step of no party": (
        "report", {"dialogue": "x", "next": {"": "supply"}}, "/next/", "verb.value-unfit",
    ),
    "a time before 1970": (
        "report", {"dialogue": "x", "next": {"aa": "meet"}, "due": {"aa": -1}}, "/due/aa",
        "verb.value-unfit",
    ),
    "a reference of spaces": ("reference", {"own_reference": " "}, "/own_reference",
        "verb.value-unfit"),
    "a reference that is too long": (
        "reference", {"own_reference": "A" * 256}, "/own_reference", "verb.value-unfit",
    ),
    "too many requests": (
        "group", {"requests": tuple(f"AB-{n}" for n in range(257))}, "/requests", "verb.too-many",
    ),
    "a request of three letters": ("group", {"requests": ("abc",)}, "/requests/0",
        "verb.value-unfit"),
    "no list at all": ("group", {"requests": ()}, "/requests", "verb.field-missing"),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_told_with_its_field(case: str) -> None:
    """The same bounds on every surface: they are held here."""
    name, given, pointer, rule = WRONG[case]
    (found,) = verb.flaws(said(name), given)
    assert (found.pointer, found.rule) == (pointer, rule)
    assert found.what
    assert found.fix
