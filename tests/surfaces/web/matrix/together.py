"""What both sides of the matrix agree on, or not yet: snapshots of the review, and cases.

    begun = begin(found)      each side names snapshots and opens cases
    go_on(found, begun)       each side says something of what the other named

Everything that is said crosses in between, in one go, so that the world is made soon.

Floor: tests.
"""

from collections.abc import Mapping
from typing import Any, Final, cast

from support import spoken
from surfaces.web.matrix.said import READERS, SEARCHED, canary, let_out, text
from surfaces.web.matrix.stage import NAMED, OTHER, Stage, Thing
from surfaces.web.review import scene

from comity.joint.case import verbs as case
from comity.joint.review import acts as review_acts
from comity.joint.review.verbs import TABLE
from comity.node.room import request_file
from comity.node.room.act_words import Words
from comity.node.room.say import Spoken
from comity.rooms.review import agree, say

OF_FIGURES: Final = frozenset({"shu", OTHER, "au"})
"""Who reads figures: the secretariat, and who audits."""

_CELL: Final = "all/volume/asked"
_OPENINGS: Final = {
    "open": ("aa", "ann", "bob", ("arrived", "hidden"), READERS),
    "closed": ("bb", "han", "rong", ("own",), READERS),
    "of another agency": ("bb", NAMED, OTHER, (), frozenset({NAMED, OTHER, "au"})),
}
"""Of each case: who opens it, who approves that, with which requests, and who reads it."""


def begin(found: Stage) -> Mapping[str, str]:
    """Let both sides name snapshots and open cases; return the id of each by its state."""
    begun = {}
    for state, party, author, second in (
        ("ours", "bb", "shu", "rong"),
        ("theirs", "aa", "ann", "bob"),
    ):
        named = agree.snapshot(
            found.world.node(party), found.officer(author, party), scene.wanted(found.world, party)
        )
        begun[state] = let_out(found, party, named, second).matter_id
    begun["differs"] = scene.named_otherwise(found.world, "aa")
    scene.released(found.world, "aa", "bob")
    for state, (party, author, second, inside, _) in _OPENINGS.items():
        requests = tuple(found.find("request", one).args["matter_id"] for one in inside)
        reference = f"{SEARCHED} {canary(f'case {state}')}"
        who = (party, author, second)
        begun[state] = _say(found, who, "open", "", own_reference=reference, requests=requests)
    _say(found, ("bb", "han", "rong"), "propose-priority", begun["closed"], reason=_HARM)
    return begun


def go_on(found: Stage, begun: Mapping[str, str]) -> None:
    """Let both sides answer what the other named; and note all of it."""
    node, shu = found.node, found.officer("shu")
    let_out(found, "bb", agree.answer(node, shu, begun["differs"]), "rong")
    for state in ("ours", "theirs", "differs"):
        word = canary(f"comment {state}")
        row = TABLE.verb("comment")
        assert row is not None
        typed = Spoken(row, begun[state], {"cell": _CELL}, _words(word))
        said = say.typed(node, shu, typed)
        let_out(found, "bb", said, "rong")
        args = {"snapshot_id": begun[state]}
        found.put("snapshot", Thing(state, args, OF_FIGURES, (word,)))
    reference = f"{SEARCHED} {canary('case reference')}"
    _say(found, ("bb", "wei", "rong"), "reference", begun["open"], own_reference=reference)
    ann = ("aa", "ann", "bob")
    _say(found, ann, "propose-priority", begun["open"], reason=_HARM)
    words = _words(canary("case report"))
    steps: dict[str, Any] = {
        "dialogue": "2026-12",
        "next": {"aa": "supply", "bb": "answer"},
        "owner": {"aa": "justice", "bb": "mps"},
    }
    _say(found, ann, "report", begun["open"], words, **steps)
    _say(found, ann, "agree-priority", begun["closed"])
    _say(found, ann, "link", begun["open"], links="email;a@b.example;handle;a:b")


def end(found: Stage, begun: Mapping[str, str]) -> None:
    """Let a case be closed whose priority both sides have agreed on; and note every case."""
    _say(found, ("bb", "han", "rong"), "close", begun["closed"], reason="concluded")
    more = {"open": (canary("case reference"), canary("case report"))}
    for state, (*_, readers) in _OPENINGS.items():
        words = (canary(f"case {state}"), *more.get(state, ()))
        found.put("case", Thing(state, {"case_id": begun[state]}, readers, words))


_HARM: Final = "harm-goes-on"


def _say(
    found: Stage,
    who: tuple[str, str, str],
    name: str,
    case_id: str,
    words: Words = spoken.NO_WORDS,
    **given: Any,  # noqa: ANN401 -- values of fields
) -> str:
    """Let somebody say something of a case, and another release it; return the case."""
    party, author, second = who
    node, officer = found.world.node(party), found.officer(author, party)
    done = spoken.say(case.TABLE, node, officer, name, case_id, words, **given)
    return let_out(found, party, done, second).matter_id


def _words(word: str) -> Words:
    told = cast("Any", {"texts": text(word)})
    return Words(request_file.from_json(told, request_file.ANSWER, review_acts.ROLE_TEXTS))
