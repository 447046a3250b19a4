"""What is written on the node of the matrix, and by whom it is read: each text has a canary.

    canary("arrived")     a word that stands in one thing alone

Floor: tests.
"""

import hashlib
from typing import Final

from surfaces.web.matrix.stage import OTHER, PEOPLE, Stage

from comity.domestic.legal.acts import Choice
from comity.kernel.inadmissible import Inadmissible
from comity.node.desk import legal
from comity.node.room.release import send
from comity.node.room.release.draft_store import Result, Sent, Waiting

SEARCHED: Final = "Xylophonist"
"""A word in every text that is hidden from somebody: what is searched for."""

ALL: Final = frozenset({"wei", "han", "fa", "rong", "yan", "kong", "shu"})
"""Every officer of `mps` who reads the matters of their agency."""

READERS: Final = ALL | {"au"}

EVERYONE: Final = frozenset(PEOPLE)


def canary(name: str) -> str:
    """Return a word that stands in one thing alone."""
    return f"kqzx{hashlib.sha256(name.encode()).hexdigest()[:16]}"


def text(word: str) -> list[dict[str, object]]:
    """Return a text of somebody's in two languages, with a canary in it."""
    said = {"by": "police", "text": f"{SEARCHED} {word}"}
    return [{**said, "lang": "en", "original": True}, {**said, "lang": "zh", "original": False}]


def let_out(found: Stage, party: str, result: Result, second: str) -> Sent:
    """Let counsel allow it where the law asks, and a second officer approve it."""
    assert not isinstance(result, Inadmissible), result
    node = found.world.node(party)
    if isinstance(result, Waiting):
        allow(found, party, result.draft_id, counsel=OTHER if second == OTHER else "fa")
        done = send.approve(node, found.officer(second, party), result.draft_id)
        assert isinstance(done, Sent), done
        result = done
    return result


def allow(found: Stage, party: str, subject: str, note: str = "", *, counsel: str = "fa") -> None:
    """Let counsel of `bb` allow whatever the law asks of a draft or request."""
    if party != "bb":
        return
    node, by = found.node, found.officer(counsel)
    for line in legal.explain(node, by, subject).lines:
        asked = line.row.question
        choice = Choice(
            "allows",
            asked.offered[0] if asked.offered else "",
            "12/26" if asked.decides == "instrument" else "",
            asked.conditions,
            note,
        )
        done = legal.decide(node, by, subject, asked.id, choice)
        assert not isinstance(done, Inadmissible), done
