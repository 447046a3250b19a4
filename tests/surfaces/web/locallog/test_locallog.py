"""The pages of the local log: an auditor reads all of it, everybody else their own steps."""

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from support.pair import World
from surfaces.web import stage

from comity.domestic.locallog import entry
from comity.domestic.officer import role
from comity.node.room import local_log
from comity.surfaces.web.locallog import words

CHINESE = {"accept-language": "zh-CN,zh;q=0.9"}


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Return two States; Freedonia's local log has steps of two officers, and a head."""
    made = stage.world_of(tmp_path, "fr", "sy")
    node = made.node("fr")
    stage.have_officer(node, "ann", role.CASE_OFFICER)
    stage.have_officer(node, "eve", role.AUDITOR)
    with node.store.write() as tx:
        for number in range(70):
            facts = {"officer": "ann", "matter": f"matter-{number}", "reason": "<b>why</b>"}
            local_log.note(tx, node, "matter.opened", facts)
        local_log.note(tx, node, "duty.noted", {"officer": "bob", "matter": "secret-of-bob"})
    local_log.sign_if_due(node)
    return made


def client(world: World, name: str) -> Client:
    """Return the browser of an officer."""
    return stage.client(world.node("fr"), officer=name)


def plain(data: bytes) -> str:
    """Return what a page says, without markup."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", data.decode()))


def test_an_auditor_reads_every_step_page_by_page(world: World) -> None:
    """Newest first, fifty at a time; each code in words of the reader's language."""
    shown = client(world, "eve").get("/local-log/")
    said = plain(shown.content)
    assert "a note was written duty.noted" in said
    assert "secret-of-bob" in said
    assert "<b>why</b>" not in shown.content.decode()
    older = re.search(r'href="\?(before=\d+)"', shown.content.decode())
    assert older
    assert "matter-3" in plain(client(world, "eve").get(f"/local-log/?{older[1]}").content)
    assert "写入一条备注" in plain(client(world, "eve").get("/local-log/", headers=CHINESE).content)


def test_everybody_else_reads_his_own(world: World) -> None:
    """Nothing of another officer's steps, by list, by search or by address."""
    said = plain(client(world, "ann").get("/local-log/").content)
    assert "matter-69" in said
    assert "secret-of-bob" not in said
    assert "Your own steps" in said
    assert "Covered by a signed head" not in said
    assert "File for an auditor" not in said
    found = plain(client(world, "ann").get("/local-log/?text=secret-of-bob&step=").content)
    assert "No step fits." in found
    with world.node("fr").store.read() as tx:
        log = local_log.local_log(tx, world.node("fr"))
    assert client(world, "ann").get(f"/local-log/{log.size - 1}/").status_code == 404
    assert client(world, "eve").get(f"/local-log/{log.size - 1}/").status_code == 200
    assert client(world, "eve").get("/local-log/999999/").status_code == 404


def test_steps_are_searched_by_kind_and_by_words(world: World) -> None:
    """By group, by code, and by what stands in a fact."""
    browser = client(world, "eve")
    said = plain(browser.get("/local-log/?step=duty&text=").content)
    assert "a note was written" in said
    assert "matter-69" not in said
    assert "matter-41" in plain(browser.get("/local-log/?step=&text=matter-41").content)
    assert browser.get("/local-log/?step=nonsense&text=").status_code == 422


def test_steps_are_searched_by_days_of_the_readers_zone(world: World) -> None:
    """Whole days, both counted, by the clock that is named; in the file likewise."""
    node = world.node("fr")
    with node.store.read() as tx:
        (first,) = tx.entries("fr/local", 0, 1)
    at = datetime.fromtimestamp(entry.parse(first).at_ms / 1_000, UTC)
    browser = client(world, "eve")
    browser.cookies["comity_view"] = "zone=Pacific/Kiritimati"
    there = at.astimezone(ZoneInfo("Pacific/Kiritimati")).date()
    day = timedelta(days=1)

    def asked(first: date | str, last: date | str, more: str = "") -> str:
        query = f"?from_day={first}&to_day={last}{more}"
        return plain(browser.get(f"/local-log/{query}").content)

    assert "Time in Pacific/Kiritimati." in asked("", "")
    assert "matter-69" in asked(there, there)
    assert "No step fits." in asked(there + day, "")
    assert "No step fits." in asked("", there - day)
    assert "matter-69" not in asked(there, there, "&step=duty&text=")
    assert browser.get(f"/local-log/?from_day={there}&to_day={there - day}").status_code == 422
    assert browser.get("/local-log/?from_day=0001-01-01").status_code == 422
    assert f"?from_day={there}" in browser.get(f"/local-log/?from_day={there}").content.decode()

    def in_file(**chosen: object) -> int:
        answer = browser.post("/local-log/export/", {"facts": "", **chosen})
        return len(b"".join(answer.streaming_content).splitlines()) - 1  # type: ignore[attr-defined] # a stream

    assert in_file(from_day=there + day) == 0
    assert in_file(from_day=there, to_day=there, step="duty") == 1
    assert in_file() > 70
    assert (
        f'value="{there}"' in browser.get(f"/local-log/export/?from_day={there}").content.decode()
    )


def test_a_matter_that_the_reader_may_read_leads_to_its_page(tmp_path: Path) -> None:
    """Not one that they may not read, nor an id that is none; in the list and on its own page."""
    node = stage.troubled(tmp_path).node("fr")
    with node.store.write() as tx:
        matter_id = next(row.matter.id for row in tx.matters() if row.asker == "fr")
        for name, one in (("ann", matter_id), ("ann", "nothing"), ("moe", matter_id)):
            local_log.note(tx, node, "matter.opened", {"officer": name, "matter": one})
        log = local_log.local_log(tx, node)
    link = f'href="/requests/{matter_id}/">{matter_id}</a>'
    stage.have_officer(node, "ann", role.CASE_OFFICER)
    stage.have_officer(node, "moe", role.CASE_OFFICER, agency="moj")
    ann, moe = (stage.client(node, officer=name) for name in ("ann", "moe"))
    shown = ann.get("/local-log/").content.decode()
    assert link in shown
    assert "<bdi>nothing</bdi>" in shown
    assert link in ann.get(f"/local-log/{log.size - 3}/").content.decode()
    hidden = moe.get("/local-log/").content.decode()
    assert matter_id in hidden
    assert link not in hidden


def test_one_step_is_shown_with_its_proof(world: World) -> None:
    """The entry, what its hashes stand for, and the path to the root that was signed."""
    said = plain(client(world, "eve").get("/local-log/5/").content)
    assert "comity/local/1" in said
    assert "these hashes lead to the root that was signed" in said
    assert "SHA-256 of salt and value" in said


def test_the_file_for_an_auditor_discloses_what_he_chooses(world: World) -> None:
    """Nobody else learns from codes what others do; facts that are disclosed are a step."""
    for facts in ("", "all"):
        refused = client(world, "ann").post("/local-log/export/", {"facts": facts})
        assert refused.status_code == 422
    answer = client(world, "eve").post("/local-log/export/", {"facts": ""})
    assert answer.status_code == 200
    data = b"".join(answer.streaming_content)  # type: ignore[attr-defined] # a stream
    assert b"matter-5" not in data
    answer = client(world, "eve").post("/local-log/export/", {"facts": "officer"})
    data = b"".join(answer.streaming_content)  # type: ignore[attr-defined] # a stream
    assert b"ann" in data
    assert "facts of the local log were disclosed" in plain(
        client(world, "eve").get("/local-log/").content
    )
    assert client(world, "eve").get("/local-log/policy").content.startswith(b"# log")
    assert client(world, "eve").get("/local-log/export/").status_code == 200


def test_every_step_has_words() -> None:
    """A code that a node notes is never all that a reader gets."""
    assert words.STEPS.keys() >= local_log.STEPS
