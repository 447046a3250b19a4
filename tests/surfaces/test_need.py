"""Need to know, seen from outside: what is hidden from an officer is nowhere for them.

Two nodes differ in one request that they may not read; whatever they type or calls, both answer
the same.  Every verb and every operation that takes a request is found in the parser and in
openapi.json, so that a new one is tried by itself.
"""

import argparse
import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from support.commands import Commands
from support.fitting import least
from support.pair import World, make_world, sealed
from surfaces.api.stage import Answer, Calls

from comity.acts.record import Addressee, Office
from comity.adapters.memory import MemoryStore, copy_of
from comity.adapters.memory_highwater import MemoryHighWater
from comity.domestic.officer import api_token, role
from comity.joint.arrangement.card import Agency
from comity.joint.request import acts
from comity.kernel.fault import Fault
from comity.kernel.ids import random_id
from comity.node.base import profile
from comity.node.base.context import Node, Session
from comity.node.desk import officer_admin as officers
from comity.node.exchange.append import Appended
from comity.node.room import api_tokens
from comity.node.room import officers as signed_in
from comity.surfaces.cli import clock, draft, proof, request

CANARY = "Xylophonist"
UNKNOWN = "z" * 26
MODULES = (request, draft, proof, clock)
OFFICERS = {
    "ann": ("police", role.DEFAULT),
    "jo": ("justice", role.DEFAULT),
    "con": ("desk", (role.CONTACT_POINT,)),
    "aud": ("police", (role.AUDITOR,)),
    "op": ("police", (role.OPERATOR,)),
}


def ask(world: World, agency: str, text: str, reference: str) -> Appended:
    """Let aa ask an agency of bb."""
    node = world.node("aa")
    said = json.dumps([{"lang": "en", "text": text, "by": "police", "original": True}])
    blob, stored = sealed(node, said.encode())
    saying = acts.Saying(random_id(node.entropy(16)), Office("police"), reference, (blob,))
    asked = acts.Asked("preservation", "urgent", ("one",), ("facts",))
    act = acts.submitted(saying, "aa", (Addressee("bb", agency),), asked)
    return world.say("aa", act, {blob.sha256: stored})


class Desk:
    """Officers of bb at their command line."""

    def __init__(self, world: World, folder: Path, tokens: dict[str, str]) -> None:
        self.typed = Commands(world, MODULES)
        self.folder = folder
        self.tokens = tokens

    def told(self, name: str, *words: str) -> str:
        """Return what a command tells an officer, whatever that is, but where entries stand."""
        file = self.folder / f"{name}.token"
        file.write_text(self.tokens[name], "utf-8")
        us = ("--home", "bb", "--as", name, "--token-file", str(file))
        self.typed.value, self.typed.text = None, ""
        try:
            code: object = self.typed(*words, *us)
        except Fault as fault:
            code = [fault.code, fault.what, fault.fix]
        value = json.dumps(self.typed.value, sort_keys=True, ensure_ascii=False)
        text = re.sub(r"entry \d+", "entry", f"{code}|{self.typed.text}|{value}")
        return re.sub(r'"index": \d+', '"index"', text)


def agencies(folder: Path) -> World:
    """Return two States; the second has three agencies, one of them its contact point."""
    world = make_world(folder / "world", ("aa", "bb"))
    node = world.node("bb")
    with node.store.write() as tx:
        more = tuple(Agency(one, {"en": one}) for one in ("police", "justice", "desk"))
        profile.save(tx, replace(profile.load(tx), agencies=more))
    world.pump()
    return world


def desk_of(world: World, folder: Path) -> Desk:
    """Return the officers of bb."""
    node = world.node("bb")
    added = {
        name: officers.add(node, name, agency, roles=roles)
        for name, (agency, roles) in OFFICERS.items()
    }
    return Desk(world, folder, added)


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A world of its own for each test."""
    return agencies(tmp_path)


@pytest.fixture
def desk(world: World, tmp_path: Path) -> Desk:
    """The officers of bb."""
    return desk_of(world, tmp_path)


@dataclass(frozen=True, slots=True)
class Stage:
    """A world that tests only ask: nothing that they try may change it."""

    desk: Desk
    node: Node
    hidden: Appended


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """A request that only one agency may read."""
    return made_stage(tmp_path_factory.mktemp("need"))


def made_stage(folder: Path) -> Stage:
    """Return such a world."""
    world = agencies(folder)
    hidden = ask(world, "justice", CANARY, "secret-1")
    world.pump()
    (folder / "answer.json").write_text("{}", "utf-8")
    return Stage(desk_of(world, folder), world.node("bb"), hidden)


@pytest.fixture(scope="module")
def desk_stage(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """Another one: a step at the duty desk lets the contact point read what waits there."""
    return made_stage(tmp_path_factory.mktemp("desk"))


def test_each_request_is_for_whom_it_is_routed_to(world: World, desk: Desk) -> None:
    """A named agency, the contact point for the rest, nobody who runs the machine; and shares."""
    asked = {a: ask(world, a, CANARY, f"ref-{a or 'none'}") for a in ("police", "justice", "", "x")}
    world.pump()

    def read() -> dict[str, set[str]]:
        ids = {one.act.matter.id: agency for agency, one in asked.items()}
        told = {name: desk.told(name, "request", "list") for name in OFFICERS}
        return {n: {a for i, a in ids.items() if i in text} for n, text in told.items()}

    routed = {"ann": {"police"}, "jo": {"justice"}, "con": {"", "x"}, "op": set()}
    routed["aud"] = {"police", "justice", "", "x"}
    assert read() == routed
    matter = asked["police"].act.matter.id
    desk.told("ann", "request", "share", matter, "--with", "justice")
    desk.told("ann", "request", "share", matter, "--with", "@con")
    assert read() == {**routed, "jo": {"justice", "police"}, "con": {"", "x", "police"}}
    desk.told("ann", "request", "unshare", matter, "--with", "justice")
    assert read() == {**routed, "con": {"", "x", "police"}}


def twin(world: World) -> Node:
    """Return a second node for bb that stands where the first one does."""
    node = world.node("bb")
    assert isinstance(node.store, MemoryStore)
    store = MemoryStore(copy_of(node.store.disk))
    return replace(node, store=store, highwater=MemoryHighWater(), session=Session())


def operations(hidden: Appended, seen: Appended) -> list[tuple[str, ...]]:
    """Return what an officer may try."""
    matter = seen.act.matter.id
    return [
        ("request", "list"),
        ("request", "list", "--count", "1"),
        ("request", "count"),
        ("request", "list", "--search", CANARY),
        ("request", "list", "--search", "plea*"),
        ("request", "list", "--reference", "secret"),
        ("request", "list", "--status", "submitted", "--asker", "aa"),
        ("draft", "list"),
        ("request", "show", matter),
        ("request", "show", "secret-1"),
        ("request", "show", hidden.act.matter.id[:10]),
        ("request", "readers", matter),
        ("request", "readers", hidden.act.id),
        ("request", "acknowledge", matter, "--own-reference", "CB-1", "--key", "k"),
        ("request", "acknowledge", hidden.act.matter.id, "--own-reference", "CB-2"),
        ("clock", "list"),
        ("clock", "why", hidden.act.matter.id),
    ]


@pytest.mark.parametrize("seed", range(2))
def test_two_worlds_that_differ_in_a_hidden_request_are_one_for_others(
    world: World, desk: Desk, seed: int
) -> None:
    """Lists, counts, searches, pages, errors, clocks, and what is sent: the same bytes."""
    seen = ask(world, "police", "Please preserve.", "open-1")
    world.pump()
    without = twin(world)
    hidden = ask(world, "justice", f"{CANARY} please", "secret-1")
    world.pump()
    within = world.node("bb")
    now_ms = world.states["bb"].clock.at_ms
    ways = operations(hidden, seen) * 2
    random.Random(seed).shuffle(ways)  # noqa: S311 -- a test
    assert CANARY in desk.told("jo", "request", "show", "secret-1")
    for at, words in enumerate(ways):
        for name in ("ann", "con", "op"):
            told = []
            for node in (without, within):
                chance = random.Random(f"{seed}/{at}/{name}")  # noqa: S311 -- as above
                world.states["bb"].node = replace(
                    node,
                    entropy=lambda size_bytes, chance=chance: chance.randbytes(size_bytes),
                )
                world.states["bb"].clock.at_ms = now_ms + at
                told.append(desk.told(name, *words))
            assert told[0] == told[1], (name, words)
            assert CANARY not in told[1]


def verbs() -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """Yield every verb of `comity request` that names a request or a draft."""
    root = argparse.ArgumentParser()
    request.add_parser(root.add_subparsers())
    (group,) = (one for one in root._actions if one.choices)
    assert isinstance(group.choices, dict)
    (kinds,) = (one for one in group.choices["request"]._actions if isinstance(one.choices, dict))
    assert isinstance(kinds.choices, dict)
    for name, parser in kinds.choices.items():
        if {"id", "draft", "matter"} & {one.dest for one in parser._actions if one.nargs != "?"}:
            yield name, parser


VERBS = dict(verbs())


def typed_words(parser: argparse.ArgumentParser, given: str, folder: Path) -> list[str]:
    """Return the words of a verb with all that it needs."""
    words: list[str] = []
    for one in parser._actions:
        value = _value(one, given, folder)
        if not one.option_strings and one.nargs != "?":
            words.append(value)
        elif one.required and one.dest not in {"home", "officer"}:
            words += [one.option_strings[0], value]
    return words


def _value(one: argparse.Action, given: str, folder: Path) -> str:
    if one.dest in {"id", "draft", "matter"}:
        return given
    if one.dest in {"file", "message"}:
        return str(folder / "answer.json")
    if one.metavar == "TIME" or one.dest in {"out", "until"}:
        return "2027-01-01T00:00:00Z"
    if one.choices:
        return str(next(iter(one.choices)))
    known = re.search(r"one of: ([\w.-]+)", one.help or "")
    value = known[1] if known else "police"
    return f"x={value}" if "=" in str(one.metavar) else value


@pytest.mark.parametrize("verb", VERBS)
def test_a_hidden_id_is_answered_as_an_unknown_one_by_every_verb(stage: Stage, verb: str) -> None:
    """Same code, same words: nobody learns that something is there by trying to act on it."""
    folder = stage.desk.folder
    for name in ("ann", "con", "op"):
        told = [
            stage.desk.told(
                name, "request", verb, *typed_words(VERBS[verb], given, folder)
            ).replace(given, "ID")
            for given in (stage.hidden.act.matter.id, UNKNOWN)
        ]
        assert told[0] == told[1]
        assert "unknown" in told[0] or "surfaces.option.missing" in told[0]
        assert CANARY not in told[0]


@cache
def _published() -> Any:  # noqa: ANN401 -- JSON
    """Return the operations as they are published: another step sees that the file is true."""
    return json.loads((Path(__file__).parents[2] / "docs/api/openapi.json").read_text("utf-8"))


_NAMED = re.compile(r"\{(?:matter|draft|subject)\}")
"""Where an operation takes a request, a draft, or either."""


def paths(*, of_file: bool) -> list[tuple[str, str]]:
    """Return every operation of the interface that takes a request, or a file at home."""
    return sorted(
        (method, path.partition("/v1")[2])
        for path, ways in _published()["paths"].items()
        for method in ways
        if _NAMED.search(path) and ("{subject}" in path) is of_file
    )


@pytest.mark.parametrize(("method", "path"), paths(of_file=False))
def test_a_hidden_id_is_answered_as_an_unknown_one_by_every_operation(
    stage: Stage, method: str, path: str
) -> None:
    """The interface for programs knows no more than its officer."""
    _hides(stage, ("ann", "con", "op"), method, path)


@pytest.mark.parametrize(("method", "path"), paths(of_file=True))
def test_so_is_the_id_of_a_file_at_home(desk_stage: Stage, method: str, path: str) -> None:
    """Whoever is not at the contact point, where what arrived waits until it is routed."""
    _hides(desk_stage, ("ann", "op"), method, path)


def _hides(stage: Stage, names: tuple[str, ...], method: str, path: str) -> None:
    for name in names:
        officer = signed_in.authenticate(stage.node, name, stage.desk.tokens[name])
        given = api_tokens.add(stage.node, officer, "test", tuple(api_token.SCOPES))[0]
        found = []
        for one in (stage.hidden.act.matter.id, UNKNOWN):
            where = _NAMED.sub(one, path)
            answer = called(Calls(stage.node, given), method, path, where)
            found.append((answer.status, answer.data.decode().replace(one, "ID")))
        assert found[0] == found[1]
        assert found[0][0] == 404 or "officer.role.lacking" in found[0][1], found
        assert CANARY not in found[0][1]


def called(calls: Calls, method: str, path: str, where: str) -> Answer:
    """Return the answer to one call with what its path needs."""
    where = where.replace("{sha256}", "0" * 64).replace("{number}", "1")
    if method == "get" and path in ASKED:
        where = f"{where}?{ASKED[path]}"
    if method == "post":
        return calls.post(where, {**payload(path), **KNOWN.get(path, {})})
    return calls.delete(where) if method == "delete" else calls.get(where)


@cache
def payload(path: str) -> dict[str, object]:
    """Return the least body that an operation takes by its published schema."""
    published = _published()
    (operation,) = (one["post"] for at, one in published["paths"].items() if at.endswith(path))
    body = operation.get("requestBody", {}).get("content", {}).get("application/json")
    given: dict[str, object] = (
        least(body["schema"], published["components"]["schemas"]) if body else {}
    )
    return given


KNOWN: dict[str, dict[str, object]] = {
    "/requests/{matter}/assess": {"ratings": {"usable": "met"}},
    "/requests/{matter}/step": {"steps": {"whole": "held"}},
    "/desk/files/{subject}/advice": {"advice": 1, "answer": "So."},
    "/desk/files/{subject}/task-done": {"task": 1},
    "/requests/{matter}/withdraw": {"reason": "sent-in-error"},
    "/requests/{matter}/supersede": {"by": "y" * 26},
}
"""What is looked up before the request is."""

ASKED = {
    "/requests/{matter}/evidence/{sha256}": "purpose=trial",
    "/requests/{matter}/bag": "purpose=trial",
}
"""What a read must be given beside the request."""
