"""`comity clock` and `comity proof --non-answer`, as a person types them."""

import json
from pathlib import Path
from typing import Any, cast

import pytest
from node.test_clocks import decree
from support.agreed import adopt, agreed_world, ask, at, reply, set_clock
from support.commands import Commands

from comity.joint.request import acts
from comity.kernel.fault import Fault
from comity.node.desk import officer_admin
from comity.node.exchange.append import Appended
from comity.surfaces.cli import clock, policy, proof, verify


@pytest.fixture
def typed(tmp_path: Path) -> Commands:
    """Return the commands, on a world that has adopted guideline and calendars."""
    return Commands(agreed_world(tmp_path), [clock, proof, policy, verify])


@pytest.fixture
def asked(typed: Commands) -> Appended:
    """Return a request that was received on Monday 28 September 2026."""
    found = ask(typed.world, "aa", "preservation", "urgent")
    typed.world.pump()
    return found


def typing(typed: Commands, party: str, tmp_path: Path) -> tuple[str, ...]:
    """Return the options by which an officer of a party signs in."""
    token = tmp_path / f"{party}.token"
    if not token.exists():
        token.write_text(
            officer_admin.add(typed.world.node(party), f"o-{party}", "police"), "utf-8"
        )
    return "--home", party, "--as", f"o-{party}", "--token-file", str(token)


def value(typed: Commands) -> dict[str, Any]:
    """Return what a command printed for machines, as it would be read back."""
    return cast("dict[str, Any]", json.loads(json.dumps(typed.value)))


def test_what_is_due_is_listed_by_time(typed: Commands, asked: Appended, tmp_path: Path) -> None:
    """Both States list the same clocks; filters leave what is due soon, or late already."""
    for party in ("aa", "bb"):
        assert typed("clock", "list", *typing(typed, party, tmp_path)) == 0
        found = value(typed)["clocks"]
        assert [one["name"] for one in found] == ["acknowledge", "first-response", "completion"]
        assert {one["matter"] for one in found} == {asked.act.matter.id}
        assert "acknowledge" in typed.text
    us = typing(typed, "bb", tmp_path)
    assert typed("clock", "list", *us, "--due-within", "10h", "--ours") == 0
    assert [one["name"] for one in value(typed)["clocks"]] == ["acknowledge"]
    typed.world.advance(9 * 3_600_000)
    assert typed("clock", "list", *us, "--overdue", "--lang", "zh") == 0
    assert [one["status"] for one in value(typed)["clocks"]] == ["overdue"]
    assert "已逾期" in typed.text
    with pytest.raises(Fault, match="no length"):
        typed("clock", "list", *us, "--due-within", "soon")


def test_why_gives_every_reason_in_both_languages(
    typed: Commands, asked: Appended, tmp_path: Path
) -> None:
    """A skipped day with its decree, an instant that is named, transit beside."""
    us = typing(typed, "aa", tmp_path)
    now = "2026-10-02T09:00:00+08:00"
    assert typed("clock", "why", asked.act.matter.id[:8], "completion", *us, "--at", now) == 0
    assert "2026-10-01 to" in typed.text or "2026-10-01" in typed.text
    assert "国办发明电" in typed.text or "国务院" in typed.text
    assert "transit" in typed.text
    told = value(typed)
    assert told["now_ms"] == at("2026-10-02 09:00 +0800")
    assert {one["kind"] for one in told["clocks"][0]["why"]} >= {
        "start",
        "term",
        "holiday",
        "due-day",
    }
    assert all(one["source"] for one in told["clocks"][0]["why"])
    assert told["ways"][0]["transit_ms"] >= 0
    assert typed("clock", "why", asked.act.matter.id, *us, "--lang", "zh") == 0
    assert "不计入" in typed.text
    for words, fault in (("--at now", "no instant"), ("nothing", "no clock")):
        with pytest.raises(Fault, match=fault):
            typed("clock", "why", asked.act.matter.id, *words.split(), *us)


def test_why_says_on_which_request_a_clock_runs(
    typed: Commands, asked: Appended, tmp_path: Path
) -> None:
    """A request that extends another has no clock of its own for what it extends."""
    earlier = asked.act.matter.id
    later = ask(typed.world, "aa", "preservation-extension", "urgent", extends=earlier)
    typed.world.pump()
    us = typing(typed, "aa", tmp_path)
    assert typed("clock", "why", later.act.matter.id, *us) == 0
    assert f"preservation-expiry, bb: runs on request {earlier[:8]}" in typed.text
    assert value(typed)["elsewhere"] == {"bb": {"preservation-expiry": earlier}}


def test_what_a_new_calendar_moved_is_shown(
    typed: Commands, asked: Appended, tmp_path: Path
) -> None:
    """From when to when, and by which version."""
    sha256 = adopt(typed.world, "calendar.bb", decree(d_2026_09_30="holiday"))
    us = typing(typed, "aa", tmp_path)
    assert typed("clock", "list", *us) == 0
    assert f"Moved by cn 2026.2 ({sha256[:16]})" in typed.text
    assert typed("clock", "why", asked.act.matter.id, "completion", *us) == 0
    (moved,) = value(typed)["clocks"][0]["moved"]
    assert moved["moved_ms"] == 24 * 3_600_000
    assert moved["calendars"]["addressee"]["after"]["sha256"] == sha256


def test_what_is_due_is_written_for_calendar_programs(
    typed: Commands, asked: Appended, tmp_path: Path
) -> None:
    """Each due time is an event; a file that is there is not written over."""
    file = tmp_path / "due.ics"
    us = typing(typed, "bb", tmp_path)
    assert typed("clock", "ical", *us, "-o", file, "--lang", "zh") == 0
    assert value(typed)["events"] == 3
    assert file.read_bytes().count(b"BEGIN:VEVENT") == 3
    assert asked.act.matter.id[:8].encode() in file.read_bytes()
    with pytest.raises(Fault, match="is there already"):
        typed("clock", "ical", *us, "-o", file)


def test_a_proof_of_non_answer_is_written_and_verified_offline(
    typed: Commands, asked: Appended, tmp_path: Path
) -> None:
    """One file and a policy are all that a third person needs."""
    world = typed.world
    reply(world, "bb", asked, acts.ACKNOWLEDGED)
    world.pump()
    set_clock(world, at("2026-10-20 09:00 +0800"))
    world.pump()
    file, keys = tmp_path / "silence.json", tmp_path / "policy.txt"
    us = typing(typed, "aa", tmp_path)
    assert typed("proof", *us, "--non-answer", asked.act.matter.id, "-o", file) == 0
    assert "discloses the request, 1 acts on the same matter and 0 on others" in typed.text
    shown = value(typed)
    assert typed("policy", "--home", "aa", "--log", shown["log"], "--size", shown["size"]) == 0
    keys.write_text(typed.text + "\n", "utf-8")
    assert typed("verify", file, "--policy", keys) == 0
    for words in ("no answer and no refusal", "request.acknowledged/1", "bb signed for it"):
        assert words in typed.text
    file.write_bytes(file.read_bytes().replace(b'"receipt":', b'"receipt" :'))
    assert typed("verify", file, "--policy", keys) == 1
