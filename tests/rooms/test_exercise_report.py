"""The after-action report: what clocks show, how it was rated, and what follows from it."""

import io
from collections.abc import Iterator
from typing import Any

import docx
import pypdf
import pytest
from support import pair
from support.pair import World, make_world
from support.played import Played

from comity.adapters import typeset
from comity.kernel import ijson
from comity.kernel.fault import Fault
from comity.node.room.exercises import KEY, MARK
from comity.rooms.exercise import actions, report, report_docx, steering

ACTIONS = b"""
actions:
  - {number: 1, capability: Financial investigation, element: training, owner: aa, agency: police,
     due: "2027-09-01", en: "Train the fraud desk.", zh: "\xe5\x9f\xb9\xe8\xae\xad\xe3\x80\x82"}
"""


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    """Module 1 of *harbour invoice*: an item delivered, taken and answered, a task rated."""
    with pair.closing():
        world: World = make_world(tmp_path_factory.mktemp("report"))
        made = Played(world, "harbour-invoice", "stop")
        made.start(60)
        a, b = made.parties
        lead = made.officer(a, "lead", made.play_path)
        done = made.let_out(a, lead, steering.deliver(world.node(a), lead, 3))
        answer = {"seat": "authority-b", "outcome": "done"}
        made.say(b, made.play_path, "inject take", {"seat": answer["seat"]}, matter=done, by="pat")
        made.say(b, made.play_path, "inject answer", answer, matter=done, by="pat")
        rating = {"task": "say-what-lacks", "side": b, "rating": "S"}
        rated = made.say(b, made.cells_path, "evaluation rate-task", rating)
        made.say(a, made.cells_path, "evaluation concur", matter=rated)
        yield made


def paper(held: Played, party: str) -> report.Paper:
    """Return the report as a lead controller of a State makes it."""
    lead = held.officer(party, "lead", held.cells_path)
    return report.of(held.world.node(party), lead, actions.parse(ACTIONS))


def test_both_sides_make_the_same_report(held: Played) -> None:
    """Its measures are of receipts, its ratings of both sides; it bears the mark."""
    values: list[Any] = []
    for party in held.parties:
        value: Any = ijson.parse(paper(held, party).data)
        assert value.pop(KEY) == MARK
        del value["digest"]
        value["overview"].pop("scenario")  # the instant at which it was made
        values.append(value)
    assert values[0] == values[1]
    tasks = {task["id"]: task for one in values[0]["objectives"] for task in one["tasks"]}
    mended = tasks["say-what-lacks"]
    assert mended["verdict"]["en"] == "Within the target"
    assert mended["ratings"][0]["rating"] == "S"
    assert mended["ratings"][0]["others"] == {held.parties[0]: "S"}
    assert tasks["ask-to-stop"]["verdict"]["en"] == "Not tested"


def test_it_is_a_pdf_and_a_document_in_two_languages(held: Played) -> None:
    """Both have the headings of HSEEP, the mark on each page, and the corrective action."""
    made = paper(held, held.parties[0])
    pages = pypdf.PdfReader(io.BytesIO(typeset.letter(made.data, made.at_ms))).pages
    for page in pages:
        assert page.extract_text().count("EXERCISE EXERCISE EXERCISE") >= 2
    text = "".join("".join(page.extract_text().split()) for page in pages)
    found = docx.Document(io.BytesIO(report_docx.to_docx(made.data)))
    words = [one.text for one in found.paragraphs]
    cells = [cell.text for table in found.tables for row in table.rows for cell in row.cells]
    assert found.sections[0].header.paragraphs[0].text == MARK
    assert found.sections[0].footer.paragraphs[0].text == MARK
    for name in report.HEADINGS:
        for heading in report.TITLES[name].values():
            assert "".join(heading.split()) in text, heading
            assert any(heading in one for one in words), heading
    assert "Whichelementwasmissing" in text
    assert any("Which element was missing" in one for one in words)
    assert any("Train the fraud desk." in one for one in cells)
    assert "Trainthefrauddesk." in text


def test_each_corrective_action_becomes_a_commitment(held: Played) -> None:
    """It is proposed in real work, once, and names the exercise and the item."""
    a = held.parties[0]
    node, lead = held.world.node(a), held.officer(a, "lead")
    (action,) = actions.parse(ACTIONS)
    matter = held.let_out(a, lead, actions.commit(node, lead, held.id, action, ""))
    for party in held.parties:
        (row,) = [one for one in held.world.matters(party) if one.matter.kind == "commitment"]
        assert row.matter.id == matter
        assert row.channel == held.world.channel


@pytest.mark.parametrize(
    "text",
    [
        b"actions: 1",
        b"actions: [{number: 1}]",
        ACTIONS.replace(b"training", b"luck"),
        ACTIONS.replace(b"2027-09-01", b"soon"),
        ACTIONS + ACTIONS.partition(b"actions:\n")[2],
    ],
)
def test_a_wrong_list_of_actions_says_what_is_wrong(text: bytes) -> None:
    """Each fault has one code, and names the line."""
    with pytest.raises(Fault, match=r"exercise\.actions\.malformed"):
        actions.parse(text)
