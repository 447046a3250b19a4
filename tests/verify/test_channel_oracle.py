"""A program that shares no code with comity reads the same rows from whole logs."""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from random import Random
from typing import Any, override

import pytest
from support.agreed import CALENDARS, MAIN, adopt, agreed_world, shipped
from support.deep import many
from support.pair import World
from verify.channels import UNHEARD_OF, Channel, channel
from verify.placed import ONCE, reading
from verify.plain import plain, plain_calendar, plain_rules, sorted_facts
from verify.talks import NOW_MS

from comity.clocks import calendar_text
from comity.joint.guideline import document
from comity.joint.text import acts as guideline_acts
from comity.rooms.request import clock_rules
from tools.verify import linked_requests
from tools.verify import request_rows as oracle
from tools.verify.channel_logs import Channel as Logs

CHANNELS = many(150, deep=500)
START = "2026-08-03 09:00 +0800"
_ENDS = re.compile(r"(    ends: \[(?:acknowledged, responded|responded|completed)\]\n)")


@cache
def guidelines() -> dict[str, bytes]:
    """Return two texts by hash, without alerts: clocks of the first are extended by requests."""
    plain_text = re.sub(r"    alert_before: .*\n", "", shipped(MAIN).decode())
    extended = _ENDS.sub(r"\1    extended_by: [extended]\n", plain_text)
    texts = [extended.encode(), plain_text.encode()]
    return {hashlib.sha256(one).hexdigest(): one for one in texts}


@cache
def world_of(folder: Path) -> World:
    """Return three States that have adopted those texts, and a calendar each."""
    world = agreed_world(folder, start=START, parties=("aa", "bb", "cc"))
    for text in guidelines().values():
        adopt(world, guideline_acts.MAIN, text)
    return world


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Three States, whose store is as it was after each history."""
    made = world_of(tmp_path_factory.mktemp("world"))
    yield made
    made.close()


def history(world: World, seed: int) -> Channel:
    """Return a channel."""
    chance = Random(seed)  # noqa: S311 -- a test that can be run again
    return channel(chance, world.arrangement, [*guidelines()])


@cache
def _guideline(sha256: str) -> document.Guideline:
    return document.parse(guidelines()[sha256])


@cache
def _rules(sha256: str, kind: str, urgency: str) -> list[dict[str, Any]]:
    return plain_rules(clock_rules.rules(_guideline(sha256), kind, urgency))


@cache
def _calendars() -> dict[str, Any]:
    texts = {party: shipped(name) for party, name in CALENDARS.items()}
    return {party: plain_calendar(calendar_text.parse(data)) for party, data in texts.items()}


def told(logs: Logs) -> dict[str, Any]:
    """Return the requests of a channel as the oracle takes them, with what was agreed."""
    requests = [{**one, **_agreed(one["acts"])} for one in logs.requests()]
    return {"now_ms": NOW_MS, "parties": logs.parties, "requests": requests}


def _agreed(acts: list[dict[str, Any]]) -> dict[str, Any]:
    asked = next((act for act in acts if act["tag"] == "request.submitted/1"), None)
    if asked is None:
        return {}
    own = _calendars()[asked["party"]]
    calendars = {p: {"asker": own, "addressee": _calendars()[p]} for p, _ in asked["to"]}
    rules = _rules(asked["guideline"], asked["codes"]["type"], asked["urgency"])
    return {"rules": rules, "calendars": calendars}


def elsewhere(logs: Logs) -> dict[str, Any]:
    """Return which clocks run on an earlier request, by the oracle."""
    linked = oracle.linked(told(logs))
    found = {
        name: {p: on for p in one.tracks if (on := linked_requests.elsewhere(linked, name, p))}
        for name, one in linked.items()
    }
    return {name: by_party for name, by_party in found.items() if by_party}


@pytest.mark.slow
def test_channels_are_read_alike_from_their_logs(world: World) -> None:
    """Of all, and at a cut, whatever was written: the same rows, and clocks on the same request."""
    for seed in range(CHANNELS):
        found = history(world, seed)
        exported = found.exported()
        logs = Logs(exported)
        cut = _cut(logs, Random(seed))  # noqa: S311 -- likewise
        with reading(world, found) as read:
            assert sorted_facts(oracle.rows(told(logs))) == plain(read.rows(NOW_MS)), seed
            assert elsewhere(logs) == read.elsewhere(NOW_MS), seed
            assert _dues(logs).items() <= read.dues(NOW_MS).items(), seed
            assert Counter(_foreign(logs)) == Counter(read.foreign()), seed
            within = Logs({**exported, "cut": cut})
            assert sorted_facts(oracle.rows(told(within))) == plain(read.rows(NOW_MS, cut)), seed


def _dues(logs: Logs) -> dict[tuple[str, str], int]:
    """Return when each clock is due that starts but once, where it is told, by the oracle."""
    return {
        (row["id"], row["addressee"]): span["due_ms"]
        for row in oracle.rows(told(logs))
        for span in row["spans"]
        if span.get("clock") == ONCE and "due_ms" in span
    }


def _foreign(logs: Logs) -> list[str]:
    places = [(name, at) for name, log in logs.logs.items() for at in range(len(log["entries"]))]
    return [why for place in places if (why := logs.why(*place))]


def _cut(logs: Logs, chance: Random) -> dict[str, int]:
    """Return a cut that is causally closed: what two entries had seen, with themselves."""
    found: dict[str, int] = dict.fromkeys(logs.logs, 0)
    for _ in range(2):
        name = chance.choice([*logs.logs])
        size = chance.randrange(len(logs.logs[name]["entries"]) + 1)
        for log, held in {**logs.cut(name, size), name: size}.items():
            found[log] = max(found[log], held)
    return found


class Credulous(Logs):
    """Logs read as if one reason for which an entry is foreign were none."""

    def __init__(self, exported: dict[str, Any], reason: str) -> None:
        self.reason = reason
        super().__init__(exported)

    @override
    def why(self, log: str, index: int) -> str:
        found = super().why(log, index)
        if found != self.reason or (found == "root" and not self._is_readable(log, index)):
            return found
        return ""

    def _is_readable(self, log: str, index: int) -> bool:
        told = self.receipt(log, index)
        entries = self.logs[told["of"]]["entries"] if told["of"] in self.logs else []
        return bool(told["of"] != log and told["size"] <= len(entries))


def _nothing_lost(exported: dict[str, Any]) -> dict[str, Any]:
    """Return the logs as if a later generation left all of the one before."""
    return _with_codes(exported, "lost", "0")


def _nothing_extended(exported: dict[str, Any]) -> dict[str, Any]:
    """Return the logs as if no request extended another."""
    return _with_codes(exported, "extends", "")


def _with_codes(exported: dict[str, Any], name: str, code: str) -> dict[str, Any]:
    told = json.loads(json.dumps(exported))
    for log in told["logs"]:
        for entry in log["entries"]:
            if name in entry.get("act", {}).get("codes", {}):
                entry["act"]["codes"][name] = code
    return dict(told)


def _nothing_gone_on(exported: dict[str, Any]) -> dict[str, Any]:
    """Return the logs as if acts in a later generation said nothing."""
    told = json.loads(json.dumps(exported))
    for log in told["logs"]:
        for entry in log["entries"][1:] if log["generation"] > 1 else ():
            if "act" in entry:
                entry["act"]["tag"] = UNHEARD_OF
    return dict(told)


CHANGES: Mapping[str, tuple[Callable[[dict[str, Any]], Logs], int]] = {
    "linked": (lambda told: Logs(_nothing_extended(told)), 150),
    "generations": (lambda told: Logs(_nothing_gone_on(told)), 100),
    "disowned": (lambda told: Logs(_nothing_lost(told)), 60),
    "id": (lambda told: Credulous(told, "id"), 40),
    "tag": (lambda told: Credulous(told, "tag"), 50),
    "origin": (lambda told: Credulous(told, "origin"), 20),
    "root": (lambda told: Credulous(told, "root"), 20),
}
"""What a reader might not know, how they would then read, and how many of 500 channels show it."""

DIFFERING = 125
"""Requests to two that stand otherwise with one than with the other, in 500 channels."""


@pytest.mark.slow
def test_the_channels_hold_what_a_reader_might_not_know(world: World) -> None:
    """Whoever reads the logs without it reads other rows, in a good share of them."""
    shown = dict.fromkeys(CHANGES, 0)
    differing = 0
    wanted = {what: many(least // 6, deep=least) for what, (_, least) in CHANGES.items()}
    differing_min = many(DIFFERING // 6, deep=DIFFERING)
    for seed in range(CHANNELS):
        exported = history(world, seed).exported()
        rows = oracle.rows(told(Logs(exported)))
        for what, (change, _) in CHANGES.items():
            if shown[what] < wanted[what]:
                shown[what] += oracle.rows(told(change(exported))) != rows
        differing += _fares_differently(rows)
        if shown == wanted and differing >= differing_min:
            break  # the rest can only hold more
    assert shown == wanted
    assert differing >= differing_min


def _fares_differently(rows: list[dict[str, Any]]) -> bool:
    """Return whether a request stands otherwise with one addressee than with another."""
    statuses: dict[str, set[str]] = {}
    for row in rows:
        statuses.setdefault(row["id"], set()).add(row["status"])
    return any(len(one) > 1 for one in statuses.values())
