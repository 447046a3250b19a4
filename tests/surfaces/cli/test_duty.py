"""The plan of duty by command: set, swapped, written as a calendar and read back."""

from pathlib import Path

from support.desks import Desks

from comity.domestic.officer import role
from comity.domestic.webhook import kinds
from comity.node.desk.webhooks import registry

LINE = (
    "duty", "set", "night", "--zone", "Asia/Shanghai", "--first", "2026-11-20",
    "--hand-over", "08:00", "--hand-over", "20:00",
)  # fmt: skip


def test_a_plan_is_set_swapped_and_taken_away_as_a_calendar(tmp_path: Path) -> None:
    """Who is planned now, by turn and by override; the calendar reads back as the same shifts."""
    desks = Desks(tmp_path)
    desks.add("cn", "chen", "mps", *role.SPEAKING)

    def do(officer: str, *words: str | Path) -> dict[str, list[dict[str, object]]]:
        value: dict[str, list[dict[str, object]]] = desks.value("cn", officer, *words)
        return value

    do("chen", *LINE, "--officer", "wei", "--officer", "lin")
    (now,) = do("wei", "duty", "now")["lines"]
    assert (now["officer"], now["by"], now["shift"]) == ("lin", "turn", 9)
    do("wei", "duty", "swap", "night", "--shift", "10", "--to", "lin")
    assert do("lin", "duty", "plan")["swaps"] == [
        {"swap": 1, "line": "night", "shift": 10, "officer": "wei", "to": "lin"}
    ]
    assert str(do("wei", "duty", "plan")["unproved"]) == "['lin', 'wei']"
    do("wei", "duty", "take", "night")
    (now,) = do("wei", "duty", "now")["lines"]
    assert (now["officer"], now["by"]) == ("wei", "override")
    do("wei", "duty", "ical", "--days", "3", "-o", tmp_path / "plan.ics")
    assert (tmp_path / "plan.ics").read_bytes().count(b"BEGIN:VEVENT") >= 5
    do("chen", *LINE, "--officer", "lin")
    kept = do("chen", "duty", "import", "night", tmp_path / "plan.ics")["shifts"]
    parts = do("wei", "duty", "plan", "--days", "3")["parts"]
    assert next(one["officer"] for one in parts if one["by"] == "override") == kept[0]["officer"]
    assert {one["officer"] for one in parts} == {"wei", "lin"}
    desks.run("cn", "wei", "duty", "override", "night", "--to", "wei",
              "--from", "2026-11-25T00:00:00Z", "--until", "2026-11-26T00:00:00Z")  # fmt: skip
    assert "officer.role.lacking" in "\n".join(desks.noted) + desks.text


def test_drills_are_quieted_and_the_rungs_stay_as_they_are(tmp_path: Path) -> None:
    """`--drills` alone changes nothing else; without a ladder every line is rung in turn still."""
    desks = Desks(tmp_path)
    desks.add("cn", "chen", "mps", *role.SPEAKING)
    assert desks.value("cn", "chen", "duty", "ladder", "--drills", "0")["drills"] == 0
    assert desks.value("cn", "chen", "duty", "ladder")["rungs"] == []
    one = ("duty", "ladder", "--rung", "officer:wei:5", "--repeats", "2")
    assert desks.value("cn", "chen", *one)["drills"] is None
    kept = desks.value("cn", "chen", "duty", "ladder", "--drills", "1")
    assert (kept["drills"], kept["repeats"]) == (1, 2)
    assert [rung["name"] for rung in kept["rungs"]] == ["wei"]


def test_a_device_is_listed_tested_and_proved_by_command(tmp_path: Path) -> None:
    """The code goes to the device alone; what the command shows has none of it."""
    desks = Desks(tmp_path)
    assert desks.value("cn", "wei", "duty", "device") == {"devices": []}
    state = desks.states["cn"]
    hook = registry.add(state.node, desks.officer("cn"), "https://modem.example/ring", [kinds.RING])
    (new,) = desks.value("cn", "wei", "duty", "device")["devices"]
    assert (new["device"], new["to"], new["status"]) == (
        hook.id, "modem.example", "never-tested",
    )  # fmt: skip
    tested = desks.value("cn", "wei", "duty", "device", new["device"])
    assert (tested["status"], "code" in tested) == ("tested", False)
    desks.run("cn", "wei", "duty", "device", new["device"], "AAAA-AAAA")
    assert "duty.device.code-unknown" in "\n".join(desks.noted) + desks.text
