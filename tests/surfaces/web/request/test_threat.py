"""People in danger: one form of four providers, what it lacks beside each field, what it sent."""

import re
from collections.abc import Iterator

import pytest
from support import pair
from surfaces.web import agreed_stage
from surfaces.web.request import scene
from surfaces.web.request.scene import Scene
from surfaces.web.request.test_saying import filled, page

from comity.node.desk import worksheets
from comity.rooms.request import threat

PATH = "/lanes/threat/"
WRITTEN = {
    "to": "bb",
    "own_reference": "OPS-26-3402",
    "crime": threat.CRIME,
    "danger": "At 17:40 UTC the account below announced an attack on the hall of Port Amar for "
    "the next morning, with a photograph of its east gate; it opens at 05:00 UTC.",
    "help": "Who uses it, and from where, is the only lead to the place of the attack.",
    "call": "National Police, Operations Centre",
    "call_phone": "+99 1 5550 0199",
    "confirm": "National Police, Head of Operations",
    "confirm_phone": "+99 1 5550 0198",
    "provisions": "Criminal Code art. 421-1 (attack, prepared)",
    "years": "30",
    "legal_basis": "Convention on Cybercrime, articles 29, 31 and 35",
    "kinds": ["subscriber", "last-connection"],
    "follows": "on",
    "provider_1": "Messenger Example Ltd",
    "data_1": "u-90021177\neast-gate@mail.example",
    "do": "send",
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """Two States with a guideline."""
    with pair.closing():
        yield scene.made(tmp_path_factory.mktemp("scene"))


def test_one_press_sends_all_of_it_and_offers_the_call(made: Scene) -> None:
    """Of who may release alone: both requests; a case is none of an emergency, and waits."""
    client = agreed_stage.proven(made.node("aa"), "bob")
    sent = client.post(PATH, {**filled(client, PATH), **WRITTEN, "alone": "It opens at 05:00."})
    assert sent.status_code == 303, sent.content.decode()
    shown = page(client, sent.headers["Location"])
    assert len(re.findall(r'href="/requests/[a-z2-7]{26}/"', shown)) == 2
    assert "/release/" in shown or "/drafts/" in shown
    assert "Call them now" in shown


def test_what_is_missing_is_told_beside_its_field_and_nothing_is_sent(made: Scene) -> None:
    """Everything at once, in words of the guideline; what was typed stands there still."""
    client = agreed_stage.proven(made.node("aa"), "bob")
    wrong = {**filled(client, PATH), **WRITTEN, "call_phone": "5550", "provisions": "An attack."}
    refused = client.post(PATH, wrong)
    assert refused.status_code == 422
    told = refused.content.decode()
    assert {"provisions", "call"} <= {*re.findall(r'<li><a href="#id_(\w+)">', told)}
    assert "An attack." in told


def test_what_is_missing_can_be_kept_and_gone_on_with(made: Scene) -> None:
    """A worksheet for each request, with what was typed."""
    client = agreed_stage.proven(made.node("aa"), "bob")
    before = len(worksheets.listing(made.node("aa"), made.officer("bob", "aa")))
    kept = client.post(
        PATH, {**filled(client, PATH), **WRITTEN, "call_phone": "5550", "do": "keep"}
    )
    assert kept.status_code == 303, kept.content.decode()
    after = worksheets.listing(made.node("aa"), made.officer("bob", "aa"))
    assert len(after) == before + 2


def test_an_address_that_was_made_up_shows_nothing(made: Scene) -> None:
    """It holds ids alone, and links to what its reader may read or not."""
    client = agreed_stage.proven(made.node("aa"), "bob")
    shown = page(client, f"{PATH}sent/?part=sent.<script>&part=x&case=../..")
    assert "<script>" not in shown.partition("What was sent")[2]
