"""What a State writes at home, with a canary in each field: profile, decisions, custody, notes.

Floor: tests.
"""

import io
from collections.abc import Sequence
from dataclasses import replace
from importlib.resources import files as resources

from comity.domestic.legal.acts import Choice
from comity.domestic.officer import role
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.context import Node
from comity.node.base.rows import Officer
from comity.node.desk import legal, officer_admin, saved_filters, worksheets
from comity.node.desk.duty import papers
from comity.node.desk.duty import watch as duty_watch
from comity.node.room import custody, nation_profile, officers, retention
from comity.node.room.custody import Why
from comity.rooms.request import letter, reading
from support.canaries import Cage


def plant(
    cage: Cage, node: Node, reader: Officer, held: Sequence[str], sent: Sequence[str]
) -> list[bytes]:
    """Let counsel adopt a profile and decide, and an officer take evidence out and write notes.

    Args:
        cage: of the canaries.
        node: ours.
        reader: who reads what was sent.
        held: ids of drafts that counsel decides on.
        sent: ids of acts with one attachment each.

    Returns:
        The letters of what was sent.
    """
    _decide(cage, node, held)
    _enter(cage, node, reader)
    letters = [_take_out(cage, node, reader, act_id) for act_id in sent]
    duty_watch.step(node)
    retention.remind(node)
    return letters


def _enter(cage: Cage, node: Node, writer: Officer) -> None:
    """Let an officer enter a request that nobody sees, and keep a template."""
    value: dict[str, Json] = {
        "type": "preservation",
        "urgency": "routine",
        "elements": {"facts": cage.mint("worksheet.element")},
        "texts": [{"lang": "en", "text": cage.mint("worksheet.text")}],
    }
    begun = worksheets.Begun(("sn",), value, name=cage.mint("worksheet.name"), is_shared=True)
    made = worksheets.begin(node, writer, begun)
    assert not isinstance(made, Inadmissible)
    value = {**value, "own_reference": cage.mint("worksheet.own_reference")}
    assert not isinstance(worksheets.save(node, writer, replace(made, value=value)), Inadmissible)
    for is_shared in (False, True):
        name, words = cage.mint("filter.name"), f"q={cage.mint('filter.query')}"
        kept = saved_filters.save(node, writer, name, words, is_shared=is_shared)
        assert not isinstance(kept, Inadmissible), kept


def _decide(cage: Cage, node: Node, held: Sequence[str]) -> None:
    name = cage.mint("officer.name")
    token = officer_admin.add(node, name, "police", roles=(role.COUNSEL,))
    nora = officers.authenticate(node, name, token)
    text = resources("comity.catalogue").joinpath("nation/us.yaml").read_text(encoding="utf-8")
    note = f"{{en: '{cage.mint('nation.note')}', zh: '{cage.mint('nation.note')}'}}"
    for before, after in (
        ("id: us\n", "id: fr\n"),
        ("notes:\n", f"notes:\n  - {note}\n"),
    ):
        text = text.replace(before, after, 1)
    text = text.replace("doj", "police")
    assert not isinstance(
        nation_profile.adopt(node, nora, text.encode(), extend=True), Inadmissible
    )
    for draft_id in held:
        for line in legal.explain(node, nora, draft_id).lines:
            choice = Choice("stops", note=cage.mint("legal.note"))
            done = legal.decide(node, nora, draft_id, line.row.question.id, choice)
            assert not isinstance(done, Inadmissible), done


def _take_out(cage: Cage, node: Node, reader: Officer, act_id: str) -> bytes:
    shown = reading.show(node, reader, act_id)
    (item,) = custody.items(node, shown)
    why = Why(*(cage.mint(f"custody.{name}") for name in ("purpose", "authority", "tool")))
    assert isinstance(custody.take(node, reader, item, io.BytesIO(), why), str)
    assert custody.hand_over(node, reader, item, cage.mint("custody.to"), why) is None
    noted = papers.note(node, reader, shown.row.matter.id, cage.mint("duty.note"))
    assert not isinstance(noted, Inadmissible), noted
    return letter.of(node, reader, act_id).data
