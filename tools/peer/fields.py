"""What the fields of an act forbid in the rooms `review` and `case` (docs/spec/snapshot.md, 11)."""

import base64
from collections.abc import Callable, Mapping
from typing import Any

from tools.peer.page import Fields, fields_of, page, rows
from tools.peer.said import NAME
from tools.peer.text import sha256

type Judge = Callable[[str, str, str], str]
"""What is wrong with a code: the word of the tag, the name of the code, its value."""

ALWAYS_EMPTY = ("to", "urgency", "elements", "guideline", "documents")


class Room:
    """The tags of a room with their fields, and the codes of its lists."""

    def __init__(self, name: str, kind: str, judge: Judge) -> None:
        text = page(name)
        self.kind, self.judge = kind, judge
        self.fields: Mapping[str, Fields] = {
            row[0].strip("`"): fields_of("", *row[1:]) for row in rows(text, "fields")[2:]
        }

    def wrong(self, said: dict[str, Any]) -> str:
        """The first thing that the fields forbid, or nothing."""
        fields = self.fields.get(said["tag"])
        if fields is None or said["matter"]["kind"] != self.kind:
            return "tag-of-another-room"
        if any(said[name] for name in ALWAYS_EMPTY):
            return "field-misplaced"
        if bool(said["answers"]) == (fields.answers == "nothing"):
            return "answers-something" if said["answers"] else "answers-nothing"
        if said["items"] and "items" not in fields.has:
            return "items-misplaced"
        if len({*said["items"]}) != len(said["items"]):
            return "named-twice"
        return self._codes(said, fields) or self._times(said, fields)

    def _codes(self, said: dict[str, Any], fields: Fields) -> str:
        for name, code in sorted(said["codes"].items()):
            rests = [name.removeprefix(one) for one in fields.under if name.startswith(one)]
            if name not in fields.may and not any(NAME.fullmatch(rest) for rest in rests):
                return "code-unknown"
            if wrong := self.judge(word(said), name, code):
                return wrong
        return "code-missing" if fields.needs - {*said["codes"]} else ""

    def _times(self, said: dict[str, Any], fields: Fields) -> str:
        plain = {name for name in fields.times if not name.endswith("…")}
        under = tuple(name.removesuffix("…") for name in fields.times if name.endswith("…"))
        for name in said["times"]:
            if name not in plain and not name.startswith(under or ("…",)):
                return "time-unknown"
        return "time-missing" if fields.times_needed - {*said["times"]} else ""


def word(said: dict[str, Any]) -> str:
    """What a tag says, without its room and version."""
    return str(said["tag"]).partition(".")[2].removesuffix("/1")


def matter_id(kind: str, party: str, act_id: str) -> str:
    """The id of the matter that an act opens (clause 1 of either page)."""
    digest = sha256(f"{kind}\n{party}\n{act_id}\n".encode())[:16]
    return base64.b32encode(digest).decode().lower().rstrip("=")


def lists_of(name: str) -> dict[str, set[str]]:
    """The codes of a page, by what they are of."""
    found: dict[str, set[str]] = {}
    for row in rows(page(name), "codes")[2:]:
        found.setdefault(row[0], set()).add(row[1].strip("`"))
    return found
