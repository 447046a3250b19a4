"""What is thrown away is asked about first: a slip of the finger loses nothing."""

import re

import pytest
from django.test import Client
from support.pair import World
from surfaces.web import agreed_stage as stage

from comity.kernel.fault import Fault
from comity.node.base.context import Node
from comity.node.desk import draft_view, worksheets
from comity.node.desk.worksheets import Begun, Worksheet
from comity.node.room.release.draft_store import Waiting
from comity.rooms.request import worksheet_release


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Two States under the shipped guideline."""
    return stage.world_of(tmp_path_factory.mktemp("world"))


@pytest.fixture(scope="module")
def node(world: World) -> Node:
    """The asker's node."""
    return world.node("fr")


@pytest.fixture(scope="module")
def desks(node: Node) -> dict[str, Client]:
    """A client for each officer."""
    return stage.clients(node)


def page(desk: Client, path: str, **headers: str) -> str:
    """Return a page."""
    answer = desk.get(path, **headers)  # type: ignore[arg-type] # the WSGI environment
    assert answer.status_code == 200
    return answer.content.decode()


def loses(text: str) -> list[str]:
    """Return the addresses to which a page posts that throw something away."""
    return re.findall(r'<form[^>]*action="([^"]*/drop/)"', text)


def is_there(node: Node, sheet: Worksheet) -> bool:
    """Return whether a worksheet is still there, as it was saved last."""
    try:
        worksheets.find(node, stage.officer(node, "ann"), sheet.id)
    except Fault:
        return False
    return True


def test_no_list_and_no_form_throws_away_by_one_click(desks: dict[str, Client], node: Node) -> None:
    """Each leads to a question, which says what is lost, and from which one goes back."""
    sheet = stage.sheet_of(node)
    ann = stage.officer(node, "ann")
    kept = worksheet_release.keep(node, ann, stage.sheet_of(node), is_offered=False)
    assert isinstance(kept, Waiting)
    for path in ("/drafts/", f"/drafts/{sheet.id}/", f"/release/{kept.draft_id}/"):
        assert loses(page(desks["ann"], path)) == [], path
    assert f'href="/drafts/{sheet.id}/drop/"' in page(desks["ann"], "/drafts/")
    asked = page(desks["ann"], f"/drafts/{sheet.id}/drop/")
    assert "Throw this request away?" in asked
    assert "It cannot be brought back." in asked
    assert f'href="/drafts/{sheet.id}/"' in asked
    chinese = page(desks["ann"], f"/drafts/{sheet.id}/drop/", HTTP_ACCEPT_LANGUAGE="zh-Hans")
    assert "要废弃这份请求吗" in chinese
    assert is_there(node, sheet)  # who only looks at the question has thrown nothing away
    assert desks["ann"].post(f"/drafts/{sheet.id}/drop/")["Location"] == "/drafts/"
    assert not is_there(node, sheet)


def test_a_kept_draft_is_asked_about_too(desks: dict[str, Client], node: Node) -> None:
    """Its colleagues read it, so it says that they lose it, and that the local log tells of it."""
    ann = stage.officer(node, "ann")
    kept = worksheet_release.keep(node, ann, stage.sheet_of(node), is_offered=True)
    assert isinstance(kept, Waiting)
    address = f"/drafts/kept/{kept.draft_id}/drop/"
    assert "Your colleagues do not find it any more either." in page(desks["ann"], address)
    assert draft_view.find(node, ann, kept.draft_id).draft.act.id == kept.draft_id
    assert desks["aud"].get(address).status_code == 409  # they could not, so they are not asked
    assert desks["ann"].post(address)["Location"] == "/drafts/"
    with pytest.raises(Fault, match=r"node.draft.unknown|no draft"):
        draft_view.find(node, ann, kept.draft_id)


def test_what_was_typed_is_saved_before_the_question(desks: dict[str, Client], node: Node) -> None:
    """Without a script nothing saves as one types: whoever then keeps it has lost nothing."""
    sheet = stage.sheet_of(node)
    typed = {"saves": "1", "on": "facts", "e:facts": "Seen since noon.", "do": "drop"}
    led = desks["ann"].post(f"/drafts/{sheet.id}/", typed)
    assert led["Location"] == f"/drafts/{sheet.id}/drop/"
    now = worksheets.find(node, stage.officer(node, "ann"), sheet.id)
    assert now.saves == 2
    assert "Seen since noon." in str(now.elements)


def test_a_template_of_a_colleague_is_not_asked_about(desks: dict[str, Client], node: Node) -> None:
    """Who may not throw it away is told so at once; its own officer is told who loses it."""
    ann = stage.officer(node, "ann")
    what = Begun(("sy/police",), {"type": "preservation"}, name="Ours", is_shared=True)
    made = worksheets.begin(node, ann, what)
    assert isinstance(made, Worksheet)
    address = f"/drafts/{made.id}/drop/"
    assert desks["ben"].get(address).status_code == 409
    assert "Your agency cannot use it any more." in page(desks["ann"], address)
    assert loses(page(desks["ann"], "/drafts/templates/")) == []
