"""`comity guideline` on files, as a lawyer types it."""

import re
from pathlib import Path
from typing import Any, cast

import pytest
from support.commands import Commands
from support.pair import make_world

from comity.acts import ways
from comity.joint.guideline import diff_words, document
from comity.kernel import ijson, plain_yaml
from comity.kernel.fault import Fault
from comity.kernel.problem import Unfit
from comity.surfaces.cli import guideline

EXAMPLE = Path(__file__).parents[3] / "examples" / "preservation.json"
SHIPPED = Path(__file__).parents[3] / "src/comity/catalogue/guideline/dialogue.yaml"


@pytest.fixture
def typed(tmp_path: Path) -> Commands:
    """Return the commands."""
    return Commands(make_world(tmp_path), [guideline])


def test_the_text_that_ships_is_checked(typed: Commands) -> None:
    """Nothing is wrong in it, and its hash is told."""
    assert typed("guideline", "check", SHIPPED) == 0
    assert "nothing is wrong" in typed.text
    assert cast("Any", typed.value)["fit"]


def test_every_problem_is_told_with_its_line(typed: Commands, tmp_path: Path) -> None:
    """A lawyer corrects them all before they try again."""
    text = SHIPPED.read_text("utf-8").replace(
        "{id: facts, need: always}", "{id: fact, need: always}"
    )
    file = tmp_path / "changed.yaml"
    file.write_text(text.replace("after: closed", "after: ended"), "utf-8")

    assert typed("guideline", "check", file) == 1
    problems = cast("Any", typed.value)["problems"]
    assert len(problems) == 4 + text.count("{id: fact, need: always}")
    assert all(one["line"] and one["column"] and one["pointer"] and one["fix"] for one in problems)
    assert f"line {problems[0]['line']}" in typed.text


@pytest.mark.parametrize("language", ["en", "zh-Hans"])
def test_all_of_what_ships_is_shown_in_each_language(typed: Commands, language: str) -> None:
    """The overview with the uses that conditions forbid, and then each type that it names."""
    assert typed("guideline", "show", "--shipped", "--lang", language) == 0
    court, disclose = {
        "en": ("handing it to a court", "forbids: a proof that opens it"),
        "zh-Hans": ("提交法院", "禁止: 出具公开其内容的证明"),
    }[language]
    assert court in typed.text
    assert disclose in typed.text
    for way in ways.WAYS:
        assert diff_words.say(way, language) != way
    for kind in document.parse(SHIPPED.read_bytes()).types:
        assert typed("guideline", "show", "--shipped", "--lang", language, "--type", kind) == 0
        assert f"({kind})" in typed.text


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", ("Preservation of data", "to be verified")), ("zh-Hans", ("数据保全", "有待核实"))],
)
def test_a_type_is_shown_in_each_language(
    typed: Commands, language: str, words: tuple[str, ...]
) -> None:
    """What rests on background knowledge says so in both languages."""
    assert typed("guideline", "show", SHIPPED, "--lang", language, "--type", "preservation") == 0
    for one in words:
        assert one in typed.text
    assert cast("Any", typed.value)["id"] == "preservation"


def test_what_is_not_there_is_said(typed: Commands) -> None:
    """A language or type that the text lacks is named, with those it has."""
    with pytest.raises(Fault, match="Use one of: en, zh"):
        typed("guideline", "show", SHIPPED, "--lang", "fr")
    with pytest.raises(Fault, match="subscriber"):
        typed("guideline", "show", SHIPPED, "--type", "wiretap")


def test_a_request_is_judged_by_a_guideline(typed: Commands, tmp_path: Path) -> None:
    """What a draft lacks is told with why it matters, in the officer's language."""
    draft = tmp_path / "draft.json"
    draft.write_text(EXAMPLE.read_text("utf-8").replace("203.0.113.77", "10.0.0.7"), "utf-8")

    assert typed("guideline", "check", SHIPPED, "--request", draft, "--lang", "zh") == 1
    findings = cast("Any", typed.value)["findings"]
    wrong = [one for one in findings if one["rule"] == "address-not-public"]
    assert [one["at"] for one in wrong] == ["identifiers/0/value"]
    assert "公网地址" in typed.text


def test_a_request_in_yaml_is_judged_like_the_same_in_json(typed: Commands, tmp_path: Path) -> None:
    """Both spellings say one thing."""
    file = tmp_path / "preservation.yaml"
    file.write_bytes(plain_yaml.render(ijson.parse(EXAMPLE.read_bytes())))
    of_json = typed("guideline", "check", SHIPPED, "--request", EXAMPLE), typed.value
    of_yaml = typed("guideline", "check", SHIPPED, "--request", file), typed.value
    assert of_yaml == of_json
    assert cast("Any", typed.value)["findings"]


def test_a_request_in_yaml_is_refused_with_every_line(typed: Commands, tmp_path: Path) -> None:
    """What does not fit the schema is told with the line a person has to go to."""
    file = tmp_path / "wrong.yml"
    file.write_text("type: preservation\nurgency: soon\nelements: [facts]\n", "utf-8")
    with pytest.raises(Unfit) as caught:
        typed("guideline", "check", SHIPPED, "--request", file)
    assert caught.value.code == "node.file.unfit"
    assert {(one.pointer, one.line) for one in caught.value.problems} == {
        ("/urgency", 2),
        ("/elements", 3),
    }


def test_a_clock_that_nothing_stops_is_told_and_is_no_fault(
    typed: Commands, tmp_path: Path
) -> None:
    """It would be late though the request was taken back; what ships has none, nor what lapses."""
    assert typed("guideline", "check", SHIPPED) == 0
    assert cast("Any", typed.value)["warnings"] == []
    text = SHIPPED.read_text("utf-8").replace("    stops: [withdrawn, superseded]\n", "", 1)
    file = tmp_path / "changed.yaml"
    file.write_text(text.replace("stops: [withdrawn, superseded, refused]", "stops: [refused]"))
    assert typed("guideline", "check", file) == 0
    (told,) = cast("Any", typed.value)["warnings"]
    assert told["value"] == "'acknowledge'"
    assert "- id: acknowledge" in text.splitlines()[told["line"] - 1]
    assert f"to be looked at: line {told['line']}" in typed.text


def test_a_clock_that_is_due_soon_from_its_start_is_told_and_is_no_fault(
    typed: Commands, tmp_path: Path
) -> None:
    """Who is on duty would be told so of each request at once, and learn to look away."""
    text = SHIPPED.read_text("utf-8").replace(
        "unit: hours}, urgent: {amount: 8, unit: hours}, routine: {amount: 1, unit: working-days",
        "unit: hours}, urgent: {amount: 1, unit: working-days",
    )
    file = tmp_path / "changed.yaml"
    file.write_text(text)
    assert typed("guideline", "check", file) == 0
    told = cast("Any", typed.value)["warnings"]
    assert [one["value"] for one in told] == ["'first-response'"] * 5
    assert all("urgent: {amount: 24" in text.splitlines()[one["line"] - 1] for one in told)
    assert "Where a request is urgent it is due soon from its start" in typed.text


def test_no_line_of_what_is_shown_is_one_that_a_text_wrote(typed: Commands, tmp_path: Path) -> None:
    """Another State proposes it: nothing in it may look like what the program says."""
    forged = "x\nsha256 forged"
    value = cast("Any", plain_yaml.parse(SHIPPED.read_bytes()).value)
    for part in (*value["types"], *value["elements"], *value["clocks"]):
        part |= {name: {"en": forged, "zh": forged} for name in ("label", "help") if name in part}
        part["source"] = forged
    value["title"] = value["notes"][0] = {"en": forged, "zh": forged}
    file = tmp_path / "forged.yaml"
    file.write_bytes(ijson.render(value))
    shown = ""
    for words in (
        ("show", file),
        ("show", file, "--type", "preservation"),
        ("diff", SHIPPED, file),
    ):
        assert typed("guideline", *words) in (0, 1)
        shown += typed.text
    assert "forged" in shown
    assert not re.search(r"^\s*sha256 forged", shown, re.MULTILINE)
