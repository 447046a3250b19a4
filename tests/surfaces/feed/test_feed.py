"""What is due, as a calendar program reads it."""

from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar
from node.test_clocks import decree
from support import hostile_texts
from support.agreed import adopt, agreed_world, ask, at, reply
from support.pair import World

from comity.joint.request import acts
from comity.joint.text import acts as guideline_acts
from comity.node.desk import due_list, ics
from comity.node.desk.due_list import Wanted
from comity.node.room import api_tokens
from comity.rooms.review import labels
from comity.surfaces.feed import wsgi


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Return two States that have adopted guideline and calendars."""
    return agreed_world(tmp_path)


def feed(world: World) -> bytes:
    """Return the file that a node gives."""
    node = world.node("bb")
    page = due_list.listing(node, world.states["bb"].officer("ben"), Wanted())
    return ics.render(page.lines, "bb", page.now_ms)


def events(data: bytes) -> dict[str, Any]:
    """Return `{uid: event}` as the library reads the file."""
    read: Any = Calendar.from_ical(data)
    return {str(one["uid"]): one for one in read.walk("VEVENT")}


def test_it_is_valid_and_says_nothing_of_a_person(world: World) -> None:
    """It is read back alike, has what RFC 5545 demands, lines of 75 octets, codes and ids alone."""
    asked = ask(world, "aa", "preservation", "urgent")
    world.pump()
    data = feed(world)
    read: Any = Calendar.from_ical(data)

    assert read.to_ical() == data
    assert {"PRODID", "VERSION"} <= read.keys()
    assert all(
        {"UID", "DTSTAMP", "DTSTART", "SEQUENCE"} <= one.keys() for one in read.walk("VEVENT")
    )
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    assert not [error for one in read.walk() for error in one.errors]
    due_at = {str(one["description"]).split("\n")[2]: one for one in read.walk("VEVENT")}
    completion = next(one for text, one in due_at.items() if text.startswith("completion"))
    assert int(completion["dtstart"].dt.timestamp() * 1_000) == at("2026-10-09 00:00 +0800")
    assert str(completion["description"]).endswith(
        "\nIt is due at the end of 2026-10-08 (2026-10-09 00:00:00 +08:00)."
    )
    assert asked.act.matter.id.encode() in data
    assert b"REF-1" not in data


def test_a_reminder_says_that_it_is_an_instant(world: World) -> None:
    """A trigger without that is a length of time, and no program reminds of one that is none."""
    ask(world, "aa", "preservation", "urgent")
    world.pump()
    triggers = [line for line in feed(world).split(b"\r\n") if line.startswith(b"TRIGGER")]

    assert triggers
    assert all(line.startswith(b"TRIGGER;VALUE=DATE-TIME:2026") for line in triggers)


def test_what_moved_keeps_its_uid_and_its_sequence_rises(world: World) -> None:
    """A pause and a new calendar: programs take the newer event in the place of the older."""
    asked = ask(world, "aa", "preservation", "urgent")
    world.pump()
    first = events(feed(world))
    assert events(feed(world)).keys() == first.keys()
    reply(world, "bb", asked, acts.ACKNOWLEDGED)
    reply(world, "bb", asked, acts.FOUND_DEFICIENT, {"findings": {"facts": "vague"}})
    world.pump()
    world.advance(26 * 3_600_000)
    reply(world, "aa", asked, acts.CLARIFIED)
    world.pump()
    second = events(feed(world))
    adopt(world, "calendar.bb", decree(d_2026_09_30="holiday"))
    third = events(feed(world))

    for before, after in ((first, second), (second, third)):
        moved = [
            uid
            for uid in before.keys() & after.keys()
            if before[uid]["dtstart"].dt != after[uid]["dtstart"].dt
        ]
        assert moved
        assert all(int(after[uid]["sequence"]) > int(before[uid]["sequence"]) for uid in moved)


def call(world: World, path: str, method: str = "GET") -> tuple[str, bytes]:
    """Return status and body of a call to the officers' listener."""
    said: list[str] = []

    def beyond(_environ: dict[str, Any], start: wsgi.StartResponse) -> list[bytes]:
        start("299 Beyond", [])
        return [b"beyond"]

    app = wsgi.with_feed(world.node("bb"), beyond)
    environ = {"PATH_INFO": path, "REQUEST_METHOD": method}

    def start(status: str, headers: list[tuple[str, str]]) -> None:
        assert status == "299 Beyond" or ("X-Content-Type-Options", "nosniff") in headers
        said.append(status)

    body = b"".join(app(environ, start))
    return said[0], body


def test_a_url_with_a_token_of_that_scope_gives_it_and_nothing_else(world: World) -> None:
    """Another scope, a wrong token, an ended one: nothing is there, and nothing says why."""
    ask(world, "aa", "preservation", "urgent")
    world.pump()
    node = world.node("bb")
    ben = world.states["bb"].officer("ben")
    token, kept = api_tokens.add(node, ben, "phone", ["feed"])
    other, _ = api_tokens.add(node, ben, "program", ["read"])

    status, data = call(world, f"/feed/{token}.ics")
    told, due_too = events(data), events(feed(world))
    assert (status, told.keys() - due_too.keys()) == ("200 OK", {f"{kept.id}@comity"})
    ends = told[f"{kept.id}@comity"]
    assert int(ends["dtstart"].dt.timestamp()) == kept.until_ms // 1_000
    assert [one.name for one in ends.subcomponents] == ["VALARM"]
    assert call(world, f"/feed/{token}.ics", "HEAD") == ("200 OK", b"")
    assert call(world, f"/feed/{token}.ics", "POST")[0].startswith("405")
    for path in (f"/feed/{token}", f"/feed/{other}.ics", "/feed/x.ics", "/feed/"):
        assert call(world, path)[0].startswith("404")
    assert call(world, "/requests")[0] == "299 Beyond"
    api_tokens.end(node, kept.id)
    assert call(world, f"/feed/{token}.ics")[0].startswith("404")


def test_a_guideline_in_languages_of_its_parties_alone_is_told(tmp_path: Path) -> None:
    """Two States may agree in French: a calendar in English shows the words that there are."""
    world = agreed_world(tmp_path)
    sha256 = adopt(world, guideline_acts.MAIN, hostile_texts.in_one_language("fr"))
    ask(world, "aa", "preservation", "urgent", guideline=sha256)
    world.pump()
    summaries = [str(one["summary"]) for one in events(feed(world)).values()]
    assert any("acknowledgement" in one for one in summaries), summaries
    found = labels.labels(world.node("bb"), world.channel)
    assert found.group("type/preservation")["zh"].endswith(found.part("type", "preservation")["fr"])
