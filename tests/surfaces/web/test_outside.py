"""The officers' page of guests: admitted with a secret that is shown once, listed, ended."""

import re
from pathlib import Path

import pytest
from support import guests
from support.pair import World
from surfaces.web import stage

from comity.domestic.officer import role
from comity.domestic.outside.session import TOKEN
from comity.node.base.rows import Officer
from comity.node.desk import outside

CHINESE = {"accept-language": "zh-CN,zh;q=0.9"}
GIVEN = {
    "kind": "link", "name": "Recall desk", "on_behalf": "Bank of Sylvania", "scopes": "presence",
    "days": "3", "requests": "60", "mebibytes": "8",
}  # fmt: skip


def officer(world: World, name: str) -> Officer:
    """Return an officer's row."""
    with world.node("fr").store.read() as tx:
        found = tx.officer(name)
    assert found is not None
    return found


@pytest.fixture
def own(tmp_path: Path) -> World:
    """Two States."""
    return stage.world_of(tmp_path, "fr", "sy")


def test_a_link_is_shown_once_and_ended(own: World) -> None:
    """It opens from then on, and the list never shows it again; what is ended opens nothing."""
    node = own.node("fr")
    stage.have_officer(node, "ann", role.CASE_OFFICER)
    browser, ann = stage.client(node, officer="ann"), officer(own, "ann")
    page = browser.post("/outside/", GIVEN).content.decode()
    link = re.search(r"https://guests\.fr\.example/enter/(comity-enter-[a-z2-7]+)", page)
    assert link
    assert link[1] not in browser.get("/outside/").content.decode()
    (kept,) = outside.listing(node, ann)
    assert outside.require_unused(node, link[1]).id == kept.id
    assert browser.post(f"/outside/{kept.id}/end/").status_code == 303
    assert outside.listing(node, ann)[0].ended_ms is not None
    with pytest.raises(Exception, match="opens nothing"):
        outside.enter(node, link[1])
    for wrong in ({**GIVEN, "kind": "door"}, {**GIVEN, "days": "0"}, {**GIVEN, "name": ""}):
        assert browser.post("/outside/", wrong).status_code == 422
    assert "外部来宾" in browser.get("/outside/", headers=CHINESE).content.decode()


def test_a_certificate_is_taken_and_what_is_none_is_named(own: World) -> None:
    """With its problem beside the form."""
    stage.have_officer(own.node("fr"), "ann", role.CASE_OFFICER)
    browser = stage.client(own.node("fr"), officer="ann")
    good = guests.pem(guests.key_for("client.example")).decode()
    given = {**GIVEN, "kind": "certificate", "certificate": good}
    assert browser.post("/outside/", given).status_code == 200
    refused = browser.post("/outside/", {**GIVEN, "kind": "certificate", "certificate": "x"})
    assert refused.status_code == 422
    assert browser.post("/outside/", given).status_code == 422


def test_another_agency_sees_no_session_and_the_operator_ends_every_one(own: World) -> None:
    """Nor that it is there."""
    node = own.node("fr")
    stage.have_officer(node, "ann", role.CASE_OFFICER)
    stage.have_officer(node, "moe", role.CASE_OFFICER, agency="moj")
    stage.have_officer(node, "ana", role.ANALYST)
    ann = officer(own, "ann")
    made = guests.admit(node, ann, TOKEN, "presence")
    moe, ana = (stage.client(node, officer=name) for name in ("moe", "ana"))
    assert "Recall desk" not in moe.get("/outside/").content.decode()
    assert moe.post(f"/outside/{made.session.id}/end/").status_code == 404
    assert "Recall desk" in ana.get("/outside/").content.decode()
    assert ana.post(f"/outside/{made.session.id}/end/").status_code == 403
    assert outside.listing(node, ann)[0].ended_ms is None
    stage.have_officer(node, "olga", role.OPERATOR)
    olga = stage.client(node, officer="olga")
    assert olga.post(f"/outside/{made.session.id}/end/").status_code == 303
    assert olga.post("/outside/", GIVEN).status_code == 422
