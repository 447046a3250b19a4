"""Lists of OpenAEV, CEXF and T3SF, in the shapes that these programs write, become master lists."""

import io
import json
import zipfile
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joint.exercise.lists import GOOD

from comity.joint.exercise import master_list
from comity.kernel.fault import Fault
from comity.rooms.exercise import imports

T3SF = [
    {
        "#": 1, "Real Time": "09:15", "Date": "2027-03-01", "Subject": "A mail arrives",
        "From": "The press", "Player": "Finance Desk", "Script": "An invoice that nobody ordered.",
        "Photo": "", "Picture Name": "", "Profile": "", "Poll": "",
    },
    {"#": 2, "Real Time": "", "Subject": "来电", "Player": "值班", "Script": "对方来电询问。"},
]  # fmt: skip
CEXF = {
    "exercise": {"uuid": "e", "name": "Phishing", "description": "", "expanded": ""},
    "inject_flow": [
        {
            "inject_uuid": "a",
            "description": "first",
            "sequence": {"trigger": ["startex"], "followed_by": ["b"]},
            "timing": {"triggered_at": None, "relative_time": 600},
        },
        {"inject_uuid": "b", "description": "second", "sequence": {"trigger": ["a"]}},
    ],
    "inject_payloads": [],
    "injects": [
        {
            "uuid": "a",
            "name": "Event made",
            "description": "Make the event.",
            "target_tool": "MISP",
        },
        {"uuid": "b", "name": "Tag it", "target_tool": "MISP"},
    ],
}
OPENAEV = {
    "export_version": 1,
    "exercise_information": {"exercise_name": "Harbour"},
    "exercise_teams": [{"team_id": "t1", "team_name": "Fraud desk"}],
    "exercise_injects": [
        {
            "inject_id": "2", "inject_title": "Later", "inject_depends_duration": 90_000,
            "inject_content": {"body": "<p>It goes on.</p>"}, "inject_teams": ["t1"],
        },
        {
            "inject_id": "1", "inject_title": "First", "inject_depends_duration": 60,
            "inject_content": {"subject": "s", "body": "<b>It begins.</b>"}, "inject_teams": [],
        },
    ],
}  # fmt: skip


def read(value: Any) -> tuple[master_list.Item, ...]:  # noqa: ANN401 -- JSON
    """Return what is read of a sample."""
    return imports.foreign(json.dumps(value).encode())


def test_a_list_of_t3sf_keeps_time_player_and_language() -> None:
    """Its clock is the scenario's, its player a seat, its script in the language that it has."""
    first, second = read(T3SF)
    assert (first.scenario_time, first.seat, first.from_) == (
        "D1 09:15",
        "finance-desk",
        "The press",
    )
    assert first.inject_en == "An invoice that nobody ordered."
    assert (second.inject_en, second.inject_zh) == ("", "对方来电询问。")


def test_a_flow_of_cexf_is_in_its_order() -> None:
    """Each inject of the flow is an item, at its time after the start."""
    first, second = read(CEXF)
    assert (first.synopsis, first.scenario_time, first.seat) == ("Event made", "D1 09:10", "misp")
    assert (second.synopsis, second.inject_en) == ("Tag it", "second")


def test_openaev_comes_in_and_goes_out() -> None:
    """An export is read by time, as JSON or in its archive; ours is read back as it was told."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as parts:
        parts.writestr("harbour.json", json.dumps(OPENAEV))
    first, second = imports.foreign(packed.getvalue())
    assert (first.synopsis, first.inject_en, first.scenario_time) == (
        "First",
        "It begins.",
        "D1 09:01",
    )
    assert (second.seat, second.scenario_time) == ("fraud-desk", "D2 10:00")
    assert read(OPENAEV) == (first, second)
    timed = [one for one in GOOD if one.scenario_ms is not None and one.kind != "private"]
    back = imports.foreign(imports.to_openaev(GOOD, "harbour"))
    assert [one.synopsis for one in back] == [one.synopsis for one in timed]
    assert [one.scenario_time for one in back] == [one.scenario_time for one in timed]


def test_what_such_a_list_lacks_is_named_by_the_check() -> None:
    """No task, no expected action and one language: each is a problem of its line."""
    rules = {one.rule for one in master_list.check(read(T3SF))}
    assert {"exercise.list.name", "exercise.list.missing", "exercise.list.untranslated"} <= rules


@given(st.binary(max_size=60) | st.sampled_from([b"[]", b"{}", b"PK", b'{"inject_flow": 1}', b"3"]))
def test_any_other_file_is_told(data: bytes) -> None:
    """Whatever it is, it is read or told by a fault of ours, and nothing else is raised."""
    try:
        imports.foreign(data)
    except Fault as fault:
        assert fault.code in {"exercise.import.unknown", "exercise.list.malformed"}


def test_a_large_archive_is_not_unpacked() -> None:
    """A part that unpacks to more than is usual is not read."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("a.json", b" " * (imports.BYTES_MAX + 1))
    with pytest.raises(Fault, match=r"exercise\.import\.unknown"):
        imports.foreign(packed.getvalue())
