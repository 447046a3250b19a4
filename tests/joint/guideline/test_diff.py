"""What changed from one version of a joint text to another."""

import copy
from typing import Any, cast, override

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joint.guideline.test_document import SHIPPED

from comity.joint.guideline import diff_words
from comity.kernel import diff, plain_yaml
from comity.kernel.diff import Change
from comity.kernel.ijson import Json

TEXT = plain_yaml.parse(SHIPPED.read_bytes()).value
LISTS = ("types", "elements", "clocks", "refusals", "approvals", "retention", "crimes", "marks")


def changed() -> dict[str, Any]:
    """Return the shipped text, free to be changed."""
    return cast("dict[str, Any]", copy.deepcopy(TEXT))


def one(text: dict[str, Any], part: str, name: str) -> dict[str, Any]:
    """Return a part of a list by its id or code."""
    return next(it for it in text[part] if name in (it.get("id"), it.get("code")))


def told(text: Json, language: str = "en") -> list[tuple[str, str, str, str]]:
    """Return what changed in the shipped text, in words."""
    telling = diff_words.Telling(TEXT, text)
    found = [telling.told(it, language) for it in diff.changes(TEXT, text)]
    return [(it.place, it.kind, it.before, it.after) for it in found]


@st.composite
def versions(draw: st.DrawFn) -> Json:
    """Return the shipped text after a few edits that a lawyer might make."""
    text = changed()
    for _ in range(draw(st.integers(0, 4))):
        parts = text[draw(st.sampled_from(LISTS))]
        at = draw(st.integers(0, len(parts) - 1)) if parts else 0
        edit = draw(st.sampled_from(("drop", "add", "move", "words", "list")))
        if not parts or edit == "add":
            parts.insert(at, {"id": draw(st.from_regex("new-[a-z]{3}", fullmatch=True)), "x": 1})
        elif edit == "drop":
            del parts[at]
        elif edit == "move":
            parts.append(parts.pop(at))
        elif edit == "words":
            parts[at]["label"] = {"en": draw(st.text(min_size=1, max_size=5)), "zh": "新"}
        else:
            parts[at]["source"] = draw(st.sampled_from(("A", ["A", "B"], {"text": "C"})))
    return text


@given(versions(), versions())
def test_changes_lead_from_one_text_to_the_other(before: Json, after: Json) -> None:
    """Nothing is left out, and nothing is told that is not so."""
    assert diff.apply(before, diff.changes(before, after)) == after


@given(versions())
def test_a_text_does_not_differ_from_itself(text: Json) -> None:
    """The same text has no change, and another spelling of it has none either."""
    assert diff.changes(text, copy.deepcopy(text)) == ()


def test_yes_is_not_one() -> None:
    """What is equal to a program only is a change to a reader."""
    assert diff.changes({"opening": True}, {"opening": 1}) == (
        Change(("opening",), diff.CHANGED, True, 1),  # noqa: FBT003 -- it is the value
    )


def test_a_lawyer_reads_each_change_at_its_place() -> None:
    """An element that is needed now, a longer period, a ground taken out."""
    text = changed()
    asked = next(
        it for it in one(text, "types", "preservation")["elements"] if it["id"] == "custodian"
    )
    asked["need"] = {"when": [{"element": "urgency", "is": "routine"}]}
    one(text, "clocks", "acknowledge")["lengths"]["urgent"]["amount"] = 12
    text["refusals"] = [it for it in text["refusals"] if it["code"] != "military-offence"]
    period = "Periods > Registration and acknowledgement > How long > Urgent"
    need = "Types of request > Preservation of data > Elements > Who holds the data, and where"
    ground = "A purely military offence"
    assert told(text) == [
        (period, "changed", "8 hours", "12 hours"),
        (f"{need} > Needed", "changed", "where possible", "when urgency is Routine"),
        (f"Grounds of refusal > {ground}", "taken out", ground, ""),
    ]


@pytest.mark.parametrize(
    ("language", "place"), [("zh-Hans", "请求类型 > 数据保全"), ("fr", "Types of request")]
)
def test_each_language_is_spoken(language: str, place: str) -> None:
    """Both sides read the same changes; who has another language reads English."""
    text = changed()
    del one(text, "types", "preservation")["opening"]
    ((where, _, before, after),) = told(text, language)
    assert where.startswith(place)
    assert (before, after) == (diff_words.say("true", language), "")


def test_what_only_moved_is_said_to_have_moved() -> None:
    """The first approval that fits counts, so that the order is part of the text."""
    text = changed()
    text["approvals"].append(text["approvals"].pop(0))
    ((place, kind, _, _),) = told(text)
    assert (place, kind) == ("Approvals", "in another order")


class _Watched(dict[str, Any]):
    """A part of a list that counts how often it is asked for what it has."""

    asked = 0

    @override
    def get(self, key: str, default: object = None) -> object:
        _Watched.asked += 1
        return super().get(key, default)


def test_what_changed_in_a_long_list_is_looked_up_and_not_searched_for() -> None:
    """A State that proposes ten thousand days would keep a page busy for half a minute."""

    def days(source: str) -> Json:
        return {"days": [_Watched({"date": str(at), "source": source}) for at in range(300)]}

    before, after = days("a"), days("b")
    telling = diff_words.Telling(before, after)
    made = diff.changes(before, after)
    _Watched.asked = 0
    told = [telling.told(one, "en") for one in made]
    assert len(told) == 300
    assert told[7].place == "Days > 7 > Source"
    assert _Watched.asked < 30 * len(told)


def test_what_another_state_wrote_steers_no_line_of_a_difference() -> None:
    """Else the words that are adopted are others than those that were read."""
    text = {**changed(), "title": {"en": "Sixty \u202e days\x1b[2J", "zh": "x"}}
    found = {place: after for place, _, _, after in told(text)}
    assert found["Title > en"] == "Sixty \ufffd days\ufffd[2J"
