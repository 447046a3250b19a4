"""The table of verbs of a request: every tag is said, with the fields that it uses and no other."""

from collections.abc import Mapping

import pytest

from comity.acts import verb
from comity.acts.verb import Field, Verb
from comity.joint.request import acts, fields, verbs
from comity.joint.request.fields import Fields

ASKING = {acts.SUBMITTED, acts.DRAFT_SHOWN}
"""What is written in a file and begins a matter."""

VERBS = [(one, fields.FIELDS[one.tag]) for one in verbs.TABLE.verbs]


def ids(row: tuple[Verb, Fields]) -> str:
    """Name a row as it is typed."""
    return row[0].name


def spelling(field: Field) -> str:
    """Return the code, time or list of an act that takes a field."""
    lists = {verb.ITEM: "items", verb.PARTY: "to"}
    return lists.get(field.kind, field.code or field.name)


def test_each_tag_has_a_verb_and_each_verb_a_name_of_its_own() -> None:
    """What can be said is in the table, once under each name."""
    names = [one.name for one in verbs.TABLE.verbs]
    assert {one.tag for one in verbs.TABLE.verbs} | ASKING == fields.FIELDS.keys()
    assert len(names) == len({*names}) == len(verbs.BY_TAG)


@pytest.mark.parametrize("row", VERBS, ids=ids)
def test_the_fields_of_a_verb_are_those_of_its_tag(row: tuple[Verb, Fields]) -> None:
    """All that an act must have is asked for, and nothing that it may not have."""
    one, allowed = row
    taken = {spelling(field): field for field in one.fields if field.kind != verb.ACT}
    counted = {name for name in allowed.needs if name.rstrip("1") in allowed.under}
    codes = {**allowed.needs, **allowed.may, **allowed.under, acts.OWN_REFERENCE: fields.ANY}
    times = {name.rstrip("!"): name.endswith("!") for name in allowed.times}
    in_file = one.file != verb.NO_FILE
    lists = {"items": allowed.items and not in_file, "to": allowed.to}
    named = {name for name, has in lists.items() if has}
    assert taken.keys() == (codes.keys() - counted) | times.keys() | named
    needed = {name for name, field in taken.items() if field.needed}
    must = {name.rstrip("1") if name in counted else name for name in allowed.needs}
    without = {acts.ASSESSED: {acts.QUALITY}, acts.STEP_TOLD: {acts.STEP}}
    rated = without.get(one.tag, set())
    assert needed == must | rated | {name for name, is_needed in times.items() if is_needed}
    for name, field in taken.items():
        known = codes.get(name)
        if isinstance(known, Mapping):
            assert field.known == verbs.listed(known)
    assert {*times} == {name for name, field in taken.items() if field.kind == verb.TIME}


@pytest.mark.parametrize("row", VERBS, ids=ids)
def test_a_verb_that_answers_an_act_asks_which(row: tuple[Verb, Fields]) -> None:
    """It is the newest that it can answer, or must be named; a draft and a report find theirs."""
    one, allowed = row
    finds_its_own = one.tag in (acts.COMMENTED, acts.STATUS_REPORTED)
    asks = any(field.kind == verb.ACT for field in one.asks)
    assert asks == (allowed.answers == fields.ACT and not finds_its_own)


@pytest.mark.parametrize("row", VERBS, ids=ids)
def test_a_verb_has_its_words_in_both_languages(row: tuple[Verb, Fields]) -> None:
    """A person reads them in English or in Chinese, with whom they are said to."""
    one, _ = row
    assert one.hint is not None
    for words in (one.words, one.hint, *(field.words for field in one.asks)):
        assert words["en"]
        assert not words["zh"].isascii()
        assert words["en"].count("%(other)s") == words["zh"].count("%(other)s")
