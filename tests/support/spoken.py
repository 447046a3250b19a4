"""Acts as the table of their room spells them: each by its verb and the values of its fields.

    spoken(case.TABLE, "close", act_id, matter, opened.id, reason="dropped")

Floor: tests.
"""

from dataclasses import replace
from typing import Any

from comity.acts import shape
from comity.acts.record import Act, Blob, Matter, Office
from comity.acts.verb import Saying, Table, act_of, spelled
from comity.node.base.context import Node
from comity.node.base.rows import Officer
from comity.node.room import say as use
from comity.node.room.act_words import Words
from comity.node.room.release.draft_store import Result

NO_WORDS = Words()


def spoken(
    table: Table,
    name: str,
    act_id: str,
    matter: str,
    answers: str = "",
    *,
    blobs: tuple[Blob, ...] = (),
    **given: Any,  # noqa: ANN401 -- values of fields
) -> Act:
    """Return the act of a verb, whether or not it may be said."""
    row = table.verb(name)
    assert row is not None, name
    saying = Saying(act_id, Office("police"), Matter(table.noun, matter), blobs)
    return act_of(row.tag, saying, replace(spelled(row, given), answers=answers))


def opened(
    table: Table,
    name: str,
    act_id: str,
    party: str,
    blobs: tuple[Blob, ...] = (),
    **given: Any,  # noqa: ANN401 -- values of fields
) -> Act:
    """Return the act by which a party opens a matter."""
    matter = shape.matter_id(table.noun, party, act_id)
    return spoken(table, name, act_id, matter, blobs=blobs, **given)


def say(
    table: Table,
    node: Node,
    officer: Officer,
    name: str,
    matter_id: str = "",
    words: Words = NO_WORDS,
    **given: Any,  # noqa: ANN401 -- values of fields
) -> Result:
    """Let an officer say something, as every surface does."""
    row = table.verb(name)
    assert row is not None, name
    return use.say(table, node, officer, use.Spoken(row, matter_id, given, words))
