"""What both sides of the matrix agree on, or not yet: snapshots of the review, and cases.

    begun = begin(found)      each side names snapshots and opens cases
    go_on(found, begun)       each side says something of what the other named

Everything that is said crosses in between, in one go, so that the world is made soon.

Floor: tests.
"""

from collections.abc import Mapping
from typing import Any, Final, cast

from surfaces.web.matrix.said import READERS, SEARCHED, canary, let_out, text
from surfaces.web.matrix.stage import NAMED, OTHER, Stage, Thing
from surfaces.web.review import scene

from comity.joint.case import acts as case_acts
from comity.joint.case.acts import Step
from comity.joint.review import acts as review_acts
from comity.node.desk.case import say as cases
from comity.node.desk.case.say import Opening, Reporting
from comity.node.review import agree, say
from comity.node.room import request_file
from comity.node.room.act_words import Words

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
        opened = cases.open_case(
            found.world.node(party),
            found.officer(author, party),
            Opening(f"{SEARCHED} {canary(f'case {state}')}", "", requests),
        )
        begun[state] = let_out(found, party, opened, second).matter_id
    who = (found.node, found.officer("han"), begun["closed"])
    _prioritise(found, "bb", who, "rong")
    return begun


def go_on(found: Stage, begun: Mapping[str, str]) -> None:
    """Let both sides answer what the other named; and note all of it."""
    node, shu = found.node, found.officer("shu")
    let_out(found, "bb", agree.answer(node, shu, begun["differs"]), "rong")
    for state in ("ours", "theirs", "differs"):
        word = canary(f"comment {state}")
        said = say.comment(node, shu, begun[state], _CELL, _words(word))
        let_out(found, "bb", said, "rong")
        args = {"snapshot_id": begun[state]}
        found.put("snapshot", Thing(state, args, OF_FIGURES, (word,)))
    reference = f"{SEARCHED} {canary('case reference')}"
    wei = (node, found.officer("wei"), begun["open"])
    let_out(found, "bb", cases.refer(wei, reference), "rong")
    aa, ann = found.world.node("aa"), found.officer("ann", "aa")
    _prioritise(found, "aa", (aa, ann, begun["open"]), "bob")
    steps = (Step("aa", "supply", "justice"), Step("bb", "answer", "mps"))
    reported = Reporting("2026-12", steps)
    words = _words(canary("case report"))
    let_out(found, "aa", cases.report((aa, ann, begun["open"]), reported, words), "bob")
    let_out(found, "aa", cases.agree_priority((aa, ann, begun["closed"])), "bob")


def end(found: Stage, begun: Mapping[str, str]) -> None:
    """Let a case be closed whose priority both sides have agreed on; and note every case."""
    han = (found.node, found.officer("han"), begun["closed"])
    let_out(found, "bb", cases.close(han, "concluded"), "rong")
    more = {"open": (canary("case reference"), canary("case report"))}
    for state, (*_, readers) in _OPENINGS.items():
        words = (canary(f"case {state}"), *more.get(state, ()))
        found.put("case", Thing(state, {"case_id": begun[state]}, readers, words))


def _prioritise(found: Stage, party: str, who: cases.Who, second: str) -> None:
    proposed = cases.propose_priority(who, case_acts.PRIORITY, "harm-goes-on")
    let_out(found, party, proposed, second)


def _words(word: str) -> Words:
    told = cast("Any", {"texts": text(word)})
    return Words(request_file.from_json(told, request_file.ANSWER, review_acts.ROLE_TEXTS))
