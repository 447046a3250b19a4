"""Contact points in the browser: published by a form, proved, printed; both languages; by call."""

from collections.abc import Iterator

import pytest
from support import pair
from support.pair import World
from surfaces.api.stage import Calls, token
from surfaces.web import agreed_stage, stage
from surfaces.web.review.scene import page, released

from comity.domestic.officer import role

CHINESE = {"accept-language": "zh-CN,zh;q=0.9"}
POINTS = """\
format: comity-contacts/1
party: sy
entries:
  - id: desk
    agency: police
    function: {en: "Duty desk", zh: "值班室"}
    level: 3
    languages: [en]
    zone: Europe/Paris
    carriers: [{tel: "+33144490000"}, {mailto: duty@example.org}]
"""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Two States, of which one has published its contact points by the form."""
    with pair.closing():
        made = agreed_stage.world_of(tmp_path_factory.mktemp("contact"))
        stage.have_officer(made.node("sy"), "li", *role.DEFAULT)
        say(made, "sy", "wei", "/contacts/publish/", {"yaml": POINTS, "has_sheet": "on"})
        yield made


def say(world: World, party: str, officer: str, address: str, given: dict[str, str]) -> None:
    """Post a form, let a second officer release it, and let it cross."""
    answer = stage.client(world.node(party), officer=officer).post(address, given)
    assert answer.status_code == 303, answer.content.decode()
    if "waiting" in answer.headers["Location"]:
        released(world, party, "ben" if party == "fr" else "li")
    world.pump()


def test_an_officer_reads_first_whether_a_number_was_proved(world: World) -> None:
    """In both languages, on the list and on the page of the State; then it is proved."""
    shown = page(world, "fr", "/contacts/")
    assert "Not proved in the last three months" in shown
    assert "+33 1 44 49 00 00" in shown
    assert 'href="tel:+33144490000"' in shown
    chinese = stage.client(world.node("fr"), officer="ann").get("/contacts/sy/", headers=CHINESE)
    for words in ("近三个月未经核实", "值班室", "当地时间", "核实联络点"):
        assert words in chinese.content.decode()
    given = {"entries": "desk", "reached_at": "2026-11-24T20:50"}
    say(world, "fr", "ann", "/contacts/sy/prove/", given)
    for party, officer in (("fr", "ann"), ("sy", "wei")):
        assert "Not proved" not in page(world, party, "/contacts/sy/", officer)


def test_a_code_sheet_is_printed_and_cards_are_fetched(world: World) -> None:
    """64 pairs; a card that an address book takes."""
    assert page(world, "fr", "/contacts/sy/sheet/").count('scope="row"') == 64
    cards = stage.client(world.node("fr"), officer="ann").get("/contacts/sy/cards.vcf")
    assert cards.headers["Content-Type"].startswith("text/vcard")
    assert b"+33144490000" in cards.content


def test_a_document_that_does_not_fit_is_said_by_the_form(world: World) -> None:
    """With its line; nothing leaves."""
    browser = stage.client(world.node("sy"), officer="wei")
    given = {"yaml": POINTS.replace("+33144490000", "+33 1")}
    answer = browser.post("/contacts/publish/", given)
    assert answer.status_code == 422
    assert "line 10" in answer.content.decode()
    assert browser.get("/contacts/nowhere/").status_code == 404


def test_a_program_publishes_once_and_reads_what_pages_show(world: World) -> None:
    """A call that is repeated with its key is one publication, though its sheet is of chance."""
    node = world.node("sy")
    program = Calls(node, token(node, "prog"))
    value = {"yaml": POINTS.replace("level: 3", "level: 4")}
    first, again = (
        program.post("/contacts/publish", value, Idempotency_Key="once") for _ in range(2)
    )
    assert (first.status, again.status) == (202, 202), first.data
    assert first.value == again.value
    reader = Calls(world.node("fr"), token(world.node("fr"), "reader"))
    found = reader.get("/contacts/sy").value
    assert found["entries"][0]["entry"]["level"] == 3
    assert len(reader.get("/contacts/sy/sheet").value["pairs"]) == 64
    assert reader.get("/contacts/sy/vcard").status == 200
    assert [one["party"] for one in reader.get("/contacts").value["contacts"]] == ["sy"]
