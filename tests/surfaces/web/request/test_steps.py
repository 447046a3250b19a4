"""Steps of a measure: told by one form, shown alike by both sides, listed by time left."""

import re
from collections.abc import Iterator

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from support import pair
from support.recalls import recall, resolution
from surfaces.web.request import scene
from surfaces.web.request.scene import Scene
from surfaces.web.request.test_saying import filled, page, sent, state_of

from comity.figures.figures import Period
from comity.joint.request import sums
from comity.joint.request.sums import Sum
from comity.node.desk import worksheets
from comity.rooms.request import money_figures


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """Two States; tests ask anew."""
    with pair.closing():
        yield scene.made(tmp_path_factory.mktemp("scene"))


def test_a_hold_is_told_by_one_form_and_both_sides_reckon_alike(made: Scene) -> None:
    """The sum asked stands in the entry; a step has the currency of the request at hand."""
    matter = made.asks("stop-payment")
    assert state_of(made, "bb", matter).codes["asked"] == "eur.18400000"
    bank = made.client("con", "bb")
    path = f"/requests/{matter}/step/"
    form = filled(bank, path)
    assert form["step-unit"] == "EUR"
    wrong = bank.post(path, {**form, "step": "held", "step-amount": "200000.00"})
    assert wrong.status_code == 422
    assert "It would come to more than was asked." in wrong.content.decode()
    sent(made, bank.post(path, filled(bank, path) | {"step": "held", "step-amount": "100,000.00"}))
    sent(made, bank.post(path, filled(bank, path) | {"step": "moved-on", "step-amount": "84000"}))
    for party, name in (("aa", "ann"), ("bb", "con")):
        now = state_of(made, party, matter)
        assert sums.of(now).by_unit == {"EUR": Sum(18_400_000, 10_000_000, 8_400_000)}
        shown = page(made.client(name, party), f"/requests/{matter}/")
        assert "100,000.00 EUR" in shown
        assert re.findall(r'class="cm-measure__(\w+)" x="(\d+)" width="(\d+)"', shown) == [
            ("held", "0", "543"), ("moved", "543", "456"),
        ]  # fmt: skip


def test_what_a_bank_answers_is_told_from_its_message(made: Scene) -> None:
    """Of this transfer alone; the page of the request leads there, on the side that is asked."""
    matter = made.asks("stop-payment")
    path = f"/lanes/fraud/resolution/{matter}/"
    bank = made.client("con", "bb")
    assert path in page(bank, f"/requests/{matter}/")
    assert path not in page(made.client("ann", "aa"), f"/requests/{matter}/")
    answers = [resolution("PACR", "9000.00", reference=one) for one in ("FT26328XQ71", "FT1")]
    mine, other = (SimpleUploadedFile("m.xml", one) for one in answers)
    form = filled(bank, path)
    wrong = bank.post(path, {**form, "message": other})
    assert wrong.status_code == 422
    assert "FT26328XQ71" in wrong.content.decode()
    sent(made, bank.post(path, {**form, "message": mine}))
    assert sums.of(state_of(made, "aa", matter)).by_unit["EUR"].held == 900_000


def test_a_leg_hangs_under_the_request_that_it_follows(made: Scene) -> None:
    """What was moved on is asked for again where it went; the tree is on either page."""
    root = made.asks("stop-payment")
    leg = made.asks("stop-payment", follows=root)
    shown = page(made.client("ann", "aa"), f"/requests/{leg}/")
    tree = shown.partition("cm-legs")[2].partition("</ul>")[0]
    assert f'href="/requests/{root}/"' in tree
    assert "cm-legs__leg--1" in tree
    assert "184,000.00 EUR" in shown


def test_the_review_tells_the_money_of_a_month_with_its_legs(made: Scene) -> None:
    """Asked at the root alone; what was held counts wherever it was held, on either side alike."""
    root = made.asks("stop-payment")
    made.asks("stop-payment", follows=root)
    told = [
        money_figures.figures(made.node(party), made.officer(name, party), Period(0, 1 << 43))
        for party, name in (("aa", "ann"), ("bb", "con"))
    ]
    assert told[0] == told[1]
    (line,) = told[0]
    assert (line.unit, line.sums.asked) == ("EUR", 18_400_000 * line.requests)
    assert line.legs >= 1
    days = "?from=2020-01-01&to=2040-01-01"
    for client in (made.client("ann", "aa"), made.client("con", "bb")):
        shown = page(client, f"/reviews/money/{days}")
        assert line.month in shown
        assert "Sums in" in shown
    empty = page(made.client("ann", "aa"), "/reviews/money/?from=2020-01-01&to=2020-02-01")
    assert "No request of this period" in empty


def test_a_lane_lists_what_runs_out_first_with_one_button(made: Scene) -> None:
    """The fraud desk works from it: time left, steps, sums, and the form of a step."""
    matter = made.asks("stop-payment")
    client = made.client("con", "bb")
    shown = page(client, "/lanes/fraud/")
    assert f'href="/requests/{matter}/step/"' in shown
    assert "184,000.00 EUR" in shown
    assert page(client, "/lanes/")
    assert client.get("/lanes/unheard-of/").status_code == 404
    assert "There is no such request" in page(client, "/lanes/markets/")


def test_a_type_without_steps_offers_no_form(made: Scene) -> None:
    """Only what the guideline has a ladder for is told in steps."""
    matter = made.asks("emergency")
    client = made.client("con", "bb")
    assert f"/requests/{matter}/step/" not in page(client, f"/requests/{matter}/")
    assert client.get(f"/requests/{matter}/step/").status_code == 404
    assert "asked" not in state_of(made, "bb", matter).codes


def test_a_recall_of_a_bank_begins_a_request_in_one_form(made: Scene) -> None:
    """The desk gives the message and the State; what it says stands in the form of the request."""
    client = made.client("ann", "aa")
    path = "/lanes/fraud/recall/"
    assert path in page(client, "/lanes/fraud/")
    sent_ = {**filled(client, path), "to": "bb"}
    wrong = client.post(path, {**sent_, "message": SimpleUploadedFile("m.xml", b"<a/>")})
    assert wrong.status_code == 422
    assert "camt.056" in wrong.content.decode()
    answer = client.post(path, {**sent_, "message": SimpleUploadedFile("m.xml", recall())})
    assert answer.status_code == 303
    assert page(client, str(answer.headers["Location"]))
    (begun,) = worksheets.listing(made.node("aa"), made.officer("ann", "aa"))
    assert begun.to == ("bb",)
    assert begun.elements["transaction"] == {
        "reference": "eb6305c9-1f7f-49de-aed0-16487c27b42d",
        "at": "2026-11-24T09:12:00Z",
        "amount": "184000.00",
        "currency": "EUR",
    }
