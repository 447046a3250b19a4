"""The pages of the local log: an auditor reads all of it, everybody else his own steps."""

import re
from pathlib import Path

import pytest
from django.test import Client
from support.pair import World
from surfaces.web import stage

from comity.domestic.officer import role
from comity.node.desk import locallog
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
            locallog.note(tx, node, "matter.opened", facts)
        locallog.note(tx, node, "duty.noted", {"officer": "bob", "matter": "secret-of-bob"})
    locallog.sign_if_due(node)
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
    found = plain(client(world, "ann").get("/local-log/?text=secret-of-bob&step=").content)
    assert "No step fits." in found
    with world.node("fr").store.read() as tx:
        log = locallog.local_log(tx, world.node("fr"))
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


def test_one_step_is_shown_with_its_proof(world: World) -> None:
    """The entry, what its hashes stand for, and the path to the root that was signed."""
    said = plain(client(world, "eve").get("/local-log/5/").content)
    assert "comity/local/1" in said
    assert "these hashes lead to the root that was signed" in said
    assert "SHA-256 of salt and value" in said


def test_the_file_for_an_auditor_discloses_what_he_chooses(world: World) -> None:
    """Anybody saves codes and hashes; facts are disclosed by an auditor, and that is a step."""
    answer = client(world, "ann").post("/local-log/export/", {"facts": ""})
    assert answer.status_code == 200
    data = b"".join(answer.streaming_content)  # type: ignore[attr-defined] # a stream
    assert b"matter-5" not in data
    refused = client(world, "ann").post("/local-log/export/", {"facts": "all"})
    assert refused.status_code == 422
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
    assert words.STEPS.keys() >= locallog.STEPS
