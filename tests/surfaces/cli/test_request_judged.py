"""Requests under a guideline that both sides have adopted: bound, judged, answered by it."""

import json
from pathlib import Path
from typing import Any

import pytest
from support.agreed import at
from support.desks import EXAMPLES, Desks

from comity.kernel.ijson import Json
from comity.kernel.problem import Unfit

PRESERVATION = EXAMPLES / "preservation.json"


@pytest.fixture
def desks(tmp_path: Path) -> Desks:
    """Two States that have adopted the shipped guideline."""
    found = Desks(tmp_path)
    found.agree()
    return found


def changed(folder: Path, path: str, value: Json, example: str = "preservation") -> Path:
    """Return an example with one field put otherwise, or taken out."""
    fields: Any = json.loads((EXAMPLES / f"{example}.json").read_text("utf-8"))
    fields["attachments"] = []
    place, (*way, last) = fields, path.split("/")
    for name in way:
        place = place[int(name) if name.isdigit() else name]
    if value is None:
        del place[last]
    else:
        place[last] = value
    file = folder / "changed.json"
    file.write_text(json.dumps(fields, ensure_ascii=False), "utf-8")
    return file


def send(desks: Desks, *words: str | Path) -> Any:  # noqa: ANN401 -- JSON
    """Send a request to China, approved; return what the receiver reads of it."""
    sent = desks.do("us", "request", "send", *words, "--to", "cn")
    return desks.value("cn", "wei", "request", "show", sent["matter"])


@pytest.mark.parametrize(
    ("name", "times", "codes"),
    [
        ("preservation", {}, {"crime-type": "business-email-compromise"}),
        ("emergency", {}, {"crime-type": "other"}),
        (
            "stop-payment",
            {"transaction-at": at("2026-11-24 09:12 +0000")},
            {"crime-type": "business-email-compromise", "asked": "eur.18400000"},
        ),
    ],
)
def test_an_example_is_complete_and_bound_to_the_version_in_force(
    desks: Desks, name: str, times: dict[str, int], codes: dict[str, str]
) -> None:
    """The file names no version; the entry does, with the time and the crime both sides use."""
    file = EXAMPLES / f"{name}.json"
    assert desks.value("us", "ann", "request", "check", file, "--to", "cn")["complete"]
    shown = send(desks, file)
    assert shown["state"]["guideline"] == desks.do("cn", "guideline", "show")["in_force"]
    assert shown["state"].get("times", {}) == times
    assert shown["state"]["codes"] == codes
    assert desks.run("cn", "wei", "request", "review", shown["matter"]) == 0


USUAL = [
    ("elements/data/identifiers/0/value", "10.0.0.7", "data", "wrong"),
    ("elements/data/identifiers/0/value", "203.0.0.0/16", "data", "overbroad"),
    ("elements/data/kinds", ["all"], "data", "overbroad"),
    ("elements/relation-to-offence", None, "relation-to-offence", "no-link"),
    ("elements/legal-basis", None, "legal-basis", "no-legal-basis"),
    ("elements/custodian-state", "fr", "custodian-state", "wrong-addressee"),
]


@pytest.mark.parametrize(("path", "value", "element", "kind"), USUAL)
def test_the_usual_grounds_of_refusal_are_caught_at_drafting(
    desks: Desks, tmp_path: Path, path: str, value: Json, element: str, kind: str
) -> None:
    """Nothing is sent; the officer reads what is wrong and why it matters."""
    file = changed(tmp_path, path, value)
    no = desks.no("us", "request", "check", file, "--to", "cn")
    assert f"! {element}" in no
    assert f": {kind}:" in no
    no = desks.no("us", "request", "send", file, "--to", "cn")
    assert "request.incomplete" in no
    assert f"{element}" in no
    assert desks.do("cn", "request", "list")["requests"] == []


def test_a_draft_that_is_incomplete_is_kept_and_not_released(desks: Desks, tmp_path: Path) -> None:
    """The gate is asked again when it is about to leave."""
    file = changed(tmp_path, "elements/legal-basis", None)
    kept = desks.value("us", "ann", "request", "draft", file, "--to", "cn")
    draft = desks.value("us", "bob", "draft", "show", kept["draft"])
    read = ("--content", draft["content_sha256"])
    assert desks.run("us", "ann", "draft", "release", kept["draft"], *read) == 0
    del desks.noted[:]
    read = ("--content", draft["content_sha256"])
    assert desks.run("us", "bob", "draft", "approve", kept["draft"], *read) == 1
    assert "request.incomplete" in " ".join(desks.noted)
    desks.deliver()
    assert desks.do("cn", "request", "list")["requests"] == []


def test_what_cannot_be_had_is_left_out_with_a_reason(desks: Desks, tmp_path: Path) -> None:
    """The other side is told, judges by the same function, and may disagree with a code."""
    file = changed(tmp_path, "elements/confirmation-contact", None)
    shown = send(desks, file, "--lacks", "confirmation-contact=not-available")
    assert desks.run("cn", "wei", "request", "review", shown["matter"]) == 1
    assert "It is not known and cannot be found out" in desks.text
    assert "deficient" in desks.text
    review = desks.json("cn", "request", "review", shown["matter"])
    assert review["lacks"] == {"confirmation-contact": "not-available"}
    assert review["suggested"] == {"confirmation-contact": "missing"}
    found = [f"{element}={kind}" for element, kind in review["suggested"].items()]
    desks.do("cn", "request", "find-deficient", shown["matter"], "--finding", *found)
    act = desks.do("us", "request", "dispute", shown["matter"], "--reason", "not-available")
    assert act["sent"]


def test_a_clarified_request_is_judged_with_what_was_supplied(desks: Desks, tmp_path: Path) -> None:
    """What was missing and came later is missing no more."""
    file = changed(tmp_path, "elements/confirmation-contact", None)
    shown = send(desks, file, "--lacks", "confirmation-contact=to-follow")
    desks.do(
        "cn",
        "request",
        "find-deficient",
        shown["matter"],
        "--finding",
        "confirmation-contact=missing",
    )
    contact = json.loads(PRESERVATION.read_text("utf-8"))["elements"]["confirmation-contact"]
    more = tmp_path / "more.json"
    more.write_text(json.dumps({"elements": {"confirmation-contact": contact}}), "utf-8")
    desks.do("us", "request", "clarify", shown["matter"], more)
    assert desks.run("cn", "wei", "request", "review", shown["matter"]) == 0


def test_an_oral_emergency_goes_out_incomplete_and_is_confirmed_whole(
    desks: Desks, tmp_path: Path
) -> None:
    """What is missing may follow; what is wrong is wrong; the confirmation is complete."""
    oral: Any = json.loads((EXAMPLES / "emergency.json").read_text("utf-8"))
    for name in ("facts-of-emergency", "confirmation-contact"):
        del oral["elements"][name]
    file = tmp_path / "oral.json"
    file.write_text(json.dumps({**oral, "oral": True, "texts": oral["texts"][:1]}), "utf-8")
    shown = send(desks, file)
    more = tmp_path / "more.json"
    more.write_text(json.dumps({"elements": {}, "texts": oral["texts"]}), "utf-8")
    assert "facts-of-emergency" in desks.no("us", "request", "confirm", shown["matter"], more)
    whole: Any = json.loads((EXAMPLES / "emergency.json").read_text("utf-8"))
    more.write_text(json.dumps({"elements": whole["elements"], "texts": whole["texts"]}), "utf-8")
    desks.do("us", "request", "confirm", shown["matter"], more)


def test_an_emergency_that_was_answered_is_confirmed_without_what_cannot_be_had(
    desks: Desks, tmp_path: Path
) -> None:
    """No other request can take its place by then, and a confirmation has no reasons to give."""
    oral: Any = json.loads((EXAMPLES / "emergency.json").read_text("utf-8"))
    del oral["elements"]["confirmation-contact"]
    file = tmp_path / "oral.json"
    file.write_text(json.dumps({**oral, "oral": True}), "utf-8")
    matter = send(desks, file)["matter"]
    more = tmp_path / "more.json"
    more.write_text(json.dumps({"elements": {}, "texts": oral["texts"]}), "utf-8")
    assert "supersedes this one" in desks.no("us", "request", "confirm", matter, more)
    answer = tmp_path / "answer.json"
    answer.write_text(json.dumps({"texts": oral["texts"]}), "utf-8")
    desks.do("cn", "request", "answer", matter, answer)

    wrong = {"data": {**oral["elements"]["data"], "kinds": ["all"]}}
    more.write_text(json.dumps({"elements": wrong, "texts": oral["texts"]}), "utf-8")
    assert "overbroad" in desks.no("us", "request", "confirm", matter, more)
    more.write_text(json.dumps({"elements": {}, "texts": oral["texts"]}), "utf-8")
    desks.do("us", "request", "confirm", matter, more)


def test_a_version_that_is_not_in_force_is_refused(desks: Desks, tmp_path: Path) -> None:
    """A request lives under the version in force, and under no other."""
    file = changed(tmp_path, "guideline", "ab" * 32)
    assert "request.guideline-not-in-force" in desks.no("us", "request", "send", file, "--to", "cn")
    file = changed(tmp_path, "guideline", "2027-draft-2")
    assert (
        send(desks, file)["state"]["guideline"] == desks.do("us", "guideline", "show")["in_force"]
    )


def test_codes_are_limited_by_the_guideline(desks: Desks, tmp_path: Path) -> None:
    """A type, an urgency, a ground or an opening that it does not know is not said."""
    file = changed(tmp_path, "type", "wiretap")
    assert "type" in desks.no("us", "request", "send", file, "--to", "cn")
    shown = send(desks, PRESERVATION)
    desks.do("cn", "request", "acknowledge", shown["matter"], "--own-reference", "CB-1")
    ground = ("--reason", "dual-criminality", "--answer-by", "2026-12-01T00:00:00Z")
    no = desks.no("cn", "request", "consult", shown["matter"], *ground)
    assert "request.code-not-agreed" in no
    desks.do("cn", "request", "open", shown["matter"], "--about", shown["turns"][0]["act"])


def test_an_open_request_keeps_its_version(desks: Desks, tmp_path: Path) -> None:
    """A later version judges later requests alone."""
    shown = send(desks, PRESERVATION)
    text = tmp_path / "next.yaml"
    old = desks.shipped("us").parents[1] / "guideline" / "dialogue.yaml"
    body = old.read_text("utf-8").replace('"2027-draft-2"', '"2027-2"')
    text.write_text(body, "utf-8")
    new = desks.agree(text)
    assert new != shown["state"]["guideline"]
    again = desks.value("cn", "wei", "request", "show", shown["matter"])
    assert again["state"]["guideline"] == shown["state"]["guideline"]
    assert desks.run("cn", "wei", "request", "review", shown["matter"]) == 0
    assert send(desks, PRESERVATION)["state"]["guideline"] == new


def test_without_a_guideline_a_request_goes_as_before(tmp_path: Path) -> None:
    """It is said that nothing judges it."""
    desks = Desks(tmp_path)
    shown = send(desks, PRESERVATION)
    assert not shown["state"].get("guideline")
    assert "No guideline is in force" in " ".join(desks.noted)
    no = desks.no("us", "request", "send", changed(tmp_path, "guideline", "x-1"), "--to", "cn")
    assert "request.guideline-not-adopted" in no


def test_a_step_is_told_with_its_sum_and_both_sides_reckon_alike(desks: Desks) -> None:
    """In minor units; everything that is wrong is said at once, and nothing is sent."""
    matter = send(desks, EXAMPLES / "stop-payment.json")["matter"]
    step = ("request", "step", matter, "--step")
    with pytest.raises(Unfit) as wrong:
        desks.run(
            "cn", "wei", *step, "freeze=held", "--sum", "freeze=20000000", "--unit", "freeze=USD",
            "--step", "balance=arrived", "--at", "balance=2027-01-01T00:00:00Z",
        )  # fmt: skip
    assert {one.pointer for one in wrong.value.problems} == {
        "/units/freeze", "/steps/balance", "/sums/balance", "/times/balance",
    }  # fmt: skip
    told = ("--sum", "freeze=10000000", "--unit", "freeze=EUR")
    assert desks.do("cn", *step, "freeze=held", *told)["act"]
    measures = [
        desks.value(party, name, "request", "show", matter)["measure"]
        for party, name in (("us", "ann"), ("cn", "wei"))
    ]
    assert measures[0] == measures[1]
    assert measures[0]["sums"]["EUR"]["asked"] == 18_400_000
    assert measures[0]["sums"]["EUR"]["held"] == 10_000_000
    assert "cn: freeze held 100,000.00 EUR" in desks.text
