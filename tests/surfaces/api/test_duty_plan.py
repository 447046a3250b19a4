"""Everything that an officer changes of the plan of duty, over HTTP."""

import json

import pytest
from support.pair import World, make_world
from surfaces.api.stage import Calls, token

DAY_MS = 86_400_000
NIGHT = {
    "officers": ["ann", "ben"],
    "hand_overs": ["08:00", "20:00"],
    "zone": "Asia/Shanghai",
    "first": "2020-01-06",
}


@pytest.fixture
def calls(tmp_path_factory: pytest.TempPathFactory) -> tuple[World, Calls, Calls]:
    """Return a State with two officers of its contact point."""
    world = make_world(tmp_path_factory.mktemp("world"))
    node = world.node("aa")
    ann, ben = (
        Calls(node, token(node, name, roles=("contact-point", "case-officer")))
        for name in ("ann", "ben")
    )
    return world, ann, ben


def test_a_plan_is_set_swapped_overridden_and_taken(calls: tuple[World, Calls, Calls]) -> None:
    """What `comity duty` does, over HTTP; each change counts from now."""
    world, ann, ben = calls
    assert ann.post("/duty/lines/night/set", NIGHT).status == 200
    (now,) = ann.get("/duty/now").value["lines"]
    holder, other = (ann, ben) if now["officer"] == "ann" else (ben, ann)
    ahead = ann.get("/duty/plan").value["parts"]
    mine = next(one for one in ahead[1:] if one["officer"] == "ann")
    asked = ann.post("/duty/lines/night/swap", {"shift": mine["shift"], "to": "ben"})
    assert asked.status == 200, asked.data
    twice = ann.post("/duty/lines/night/swap", {"shift": mine["shift"], "to": "ben"})
    assert (twice.status, twice.value["code"]) == (409, "duty.plan.swap-asked")
    (swap,) = ben.get("/duty/plan").value["swaps"]
    assert (swap["officer"], swap["to"], swap["shift"]) == ("ann", "ben", mine["shift"])
    assert ben.post("/duty/lines/night/agree", {"swap": swap["swap"]}).status == 200
    planned = {one["shift"]: one for one in ann.get("/duty/plan").value["parts"]}
    assert (planned[mine["shift"]]["officer"], planned[mine["shift"]]["by"]) == ("ben", "swap")
    assert ann.post("/duty/lines/night/undo", {"swap": swap["swap"]}).status == 200
    assert other.post("/duty/lines/night/take", {}).status == 200
    assert holder.get("/duty/now").value["lines"][0]["by"] == "override"
    from_ms = world.node("aa").clock.now_ms() + DAY_MS
    over = {"to": "ann", "from": from_ms, "until": from_ms + DAY_MS}
    assert ann.post("/duty/lines/night/override", over).status == 200, over


def test_a_plan_goes_out_as_a_calendar_and_comes_back(calls: tuple[World, Calls, Calls]) -> None:
    """A preview changes nothing; an import keeps the same shifts."""
    _, ann, _ = calls
    assert ann.post("/duty/lines/night/set", NIGHT).status == 200
    data = ann.get("/duty/plan.ics?days=3").data
    assert data.startswith(b"BEGIN:VCALENDAR")
    before = ann.get("/duty/plan?days=3").value["parts"]
    for preview in (True, False):
        body = {"calendar": data.decode(), "preview": preview}
        read = ann.post("/duty/lines/night/import", body)
        assert read.status == 200, read.data
        assert read.value["kept"] is not preview
        assert len(read.value["shifts"]) == len(before)
    after = ann.get("/duty/plan?days=3").value["parts"]
    assert [one["officer"] for one in after] == [one["officer"] for one in before]
    assert {one["by"] for one in before} == {"turn"}
    assert "override" in {one["by"] for one in after}


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"officers": ["nobody"]}, "duty.plan.officer-unknown"),
        ({"zone": "Mars/Olympus"}, "duty.plan.zone-unknown"),
        ({"hand_overs": ["20:00", "08:00"]}, "duty.plan.times-unclear"),
        ({"hand_overs": ["29:00"]}, "duty.plan.times-unclear"),
        ({"first": "2026-02-30"}, "duty.plan.day-unclear"),
    ],
)
def test_bad_plans_are_refused_with_what_to_do(
    calls: tuple[World, Calls, Calls], more: dict[str, object], code: str
) -> None:
    """Nothing is kept, and each says what to write instead."""
    _, ann, _ = calls
    no = ann.post("/duty/lines/night/set", {**NIGHT, **more})
    assert (no.status, no.value["code"]) == (409, code), no.data
    assert no.value["fix"]
    assert ann.get("/duty/now").value["lines"] == []


def test_a_roster_without_zones_is_refused_event_by_event(
    calls: tuple[World, Calls, Calls],
) -> None:
    """A floating time is nobody's time; what no calendar is says so."""
    _, ann, _ = calls
    assert ann.post("/duty/lines/night/set", NIGHT).status == 200
    floating = (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:1\r\n"
        "DTSTART:20990101T080000\r\nDTEND:20990101T200000\r\nSUMMARY:night: ann\r\n"
        "END:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    no = ann.post("/duty/lines/night/import", {"calendar": floating})
    assert no.status == 422
    assert "no zone" in json.dumps(no.value)
    for times in ("DTSTART:99", "DTSTART:20990101T000000Z\r\nRRULE:FREQ=NEVER"):
        broken = floating.replace("DTSTART:20990101T080000", times)
        odd = broken.replace("T200000", "T200000Z")
        assert ann.post("/duty/lines/night/import", {"calendar": odd}).status == 422
    none = ann.post("/duty/lines/night/import", {"calendar": "BEGIN:NOTHING"})
    assert (none.status, none.value["code"]) == (400, "duty.roster.malformed")


def test_a_device_is_tested_and_proved_by_a_program(calls: tuple[World, Calls, Calls]) -> None:
    """What rings its officer is listed, masked; a wrong code says what to give."""
    _, ann, _ = calls
    hook = {"url": "https://modem.example/ring", "kinds": ["ring"]}
    made = ann.post("/webhooks", hook).value["webhook"]
    (one,) = ann.get("/duty/devices").value["devices"]
    assert (one["device"], one["to"], one["status"]) == (made, "modem.example", "never-tested")
    assert ann.post(f"/duty/devices/{made}/test", {}).value["status"] == "tested"
    no = ann.post(f"/duty/devices/{made}/prove", {"code": "AAAA-AAAA"})
    assert (no.status, no.value["code"]) == (409, "duty.device.code-unknown")
    assert ann.post("/duty/devices/none/test", {}).value["code"] == "duty.device.unknown"
