"""The state of a request and its digest, which both nodes compare (docs/spec/request.md, 13).

Of the table of clause 8 this peer folds what one State asks of one other and what comes of it
without a detour: submitted, opened, acknowledged, answered in part or wholly, and closed. It folds
no other act, and no two that crossed, and says so.
"""

import base64
from collections.abc import Callable
from typing import Any

from tools.peer.history import Entry, History
from tools.peer.text import Json, canonical, sha256

OPEN = ("open", "partial")


class NotFolded(Exception):  # noqa: N818 -- a limit of this peer, told to its reader
    """An act that this small fold does not know."""


def matter_id(party: str, act_id: str) -> str:
    """The id of the matter that a submission opens (clause 1)."""
    digest = sha256(f"request\n{party}\n{act_id}\n".encode())[:16]
    return act_id[:3] + base64.b32encode(digest).decode().lower().rstrip("=")[3:]


def tidy(value: dict[str, Json]) -> dict[str, Json]:
    """Without what is empty, null or false; a place may be 0 (clause 13)."""
    return {
        name: one
        for name, one in value.items()
        if one is not False and one not in (None, "", [], {})
    }


class Request:
    """One request, folded from its acts in their order."""

    def __init__(self, history: History, matter: str) -> None:
        self.history, self.matter = history, matter
        self.state: dict[str, Any] = {}
        self.track: dict[str, Any] = {}
        self.turns: list[dict[str, Any]] = []
        self.acts = history.matter(matter)
        folds: dict[str, Callable[[dict[str, Any]], tuple[str, str]]] = {
            "request.opened/1": lambda _: ("open", "opened"),
            "request.acknowledged/1": self._acknowledged,
            "request.answered/1": self._answered,
            "request.closed/1": self._closed,
        }
        for place, act in enumerate(self.acts):
            said = act.said or {}
            if place == 0 and said["tag"] == "request.submitted/1":
                self._submitted(act, said)
                self._turn(act, said, "submit", {"": "submitted"})
                continue
            if not self.state or said["tag"] not in folds or self._crossed(act):
                raise NotFolded(f"{said['tag']} at {place}, or two acts that crossed")
            verb, result = folds[said["tag"]](said)
            self._turn(act, said, verb, {self.track["party"]: result})

    def digest(self) -> str:
        """SHA-256 of the canonical JSON."""
        return sha256(canonical(self.whole()).encode()).hex()

    def whole(self) -> dict[str, Json]:
        """The object of clause 13."""
        return tidy({**self.state, "tracks": [tidy(self.track)], "turns": self.turns})

    def _crossed(self, act: Entry) -> bool:
        """Whether its author had not seen the last act of the other side that moved the status."""
        by_asker = act.party == self.state["asker"]
        last = self.track.get("addressee_last" if by_asker else "asker_last")
        return last is not None and not self.history.saw(act, self.acts[last])

    def _turn(self, act: Entry, said: dict[str, Any], verb: str, results: dict[str, str]) -> None:
        turn = {
            "act_id": said["id"],
            "answers": said["answers"],
            "items": said["items"],
            "own_reference": said["codes"].get("own-reference"),
            "party": act.party,
            "reason": said["codes"].get("reason"),
            "received_at_ms": act.received_ms,
            "results": results,
            "tag": said["tag"],
            "verb": verb,
        }
        self.turns.append(tidy(turn))

    def _submitted(self, act: Entry, said: dict[str, Any]) -> None:
        if matter_id(act.party, said["id"]) != self.matter:
            raise NotFolded("a submission in the matter of another")
        codes = said["codes"]
        self.state = {
            "asker": act.party,
            "elements": said["elements"],
            "guideline": said["guideline"],
            "items": said["items"],
            "matter_id": self.matter,
            "own_reference": codes.get("own-reference"),
            "request_at": 0,
            "request_id": said["id"],
            "times": said["times"],
            "type": codes["type"],
            "urgency": said["urgency"],
        }
        self.track = {
            "asker_last": 0,
            "items": dict.fromkeys(said["items"] or ["whole"], "open"),
            "party": said["to"][0]["party"],
            "status": "submitted",
        }

    def _acknowledged(self, said: dict[str, Any]) -> tuple[str, str]:
        if self.track["status"] != "submitted":
            raise NotFolded("acknowledged twice, or too late")
        self._moved("acknowledged", "addressee_last")
        self.track["own_reference"] = said["codes"]["own-reference"]
        return "acknowledge", "acknowledged"

    def _answered(self, said: dict[str, Any]) -> tuple[str, str]:
        items = self.track["items"]
        told = said["items"] or list(items)
        if self.track["status"] in {"answered", "closed"} or not {items[one] for one in told} <= {
            *OPEN
        }:
            raise NotFolded("an answer to what was answered before")
        partial = said["codes"].get("extent") == "partial"
        items |= dict.fromkeys(told, "partial" if partial else "answered")
        given = {*self.track.get("given", []), *told}
        self.track["given"] = [one for one in items if one in given]
        self.track["own_reference"] = said["codes"].get(
            "own-reference", self.track.get("own_reference")
        )
        if any(one in OPEN for one in items.values()):
            self._moved("partly", "addressee_last")
            return "answer-part", "answered-in-part"
        self._moved("answered", "addressee_last")
        return "answer", "answered"

    def _closed(self, _: dict[str, Any]) -> tuple[str, str]:
        if self.track["status"] != "answered":
            raise NotFolded("closed before it was answered")
        self._moved("closed", "asker_last")
        return "close", "closed"

    def _moved(self, status: str, side: str) -> None:
        self.track["status"] = status
        self.track[side] = len(self.turns)
