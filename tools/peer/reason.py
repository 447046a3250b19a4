"""Why an act does nothing, before the table is asked (docs/spec/request.md, 2 and 14)."""

import base64
import re
from collections.abc import Callable
from typing import Any

from tools.peer.page import FIELDS, LISTS, Fields
from tools.peer.said import HASH, NAME
from tools.peer.text import sha256

ID = re.compile("[a-z2-7]{26}")
ASKING = {"request.draft-shown/1", "request.submitted/1"}
REASONS = {
    "found-deficient": "deficiency",
    "deficiency-disputed": "dispute",
    "rerouted": "rerouting",
    "postponed": "postponement",
    "consulted": "ground",
    "refused": "ground",
    "withdrawn": "withdrawal",
    "closed": "closing",
    "reopened": "reopening",
    "destroyed": "destruction",
    "assessment-disputed": "dispute of an assessment",
}
CLOSED = {
    **{name: name for name in ("error", "position", "stage", "use", "form", "extent")},
    "outcome": "outcome of that",
}
SHAPES = {
    "blob.": HASH,
    "sum.": re.compile("0|[1-9][0-9]{0,14}"),
    "unit.": re.compile("[A-Z]{3}|persons|count"),
}
UNDER = {
    "reason.": LISTS["step"],
    "on.": LISTS["deficiency"],
    "lacks.": LISTS["lack"],
    "condition.": LISTS["condition"],
    "quality.": LISTS["rating"],
}


def matter_ids(party: str, act_id: str) -> set[str]:
    """The ids of the matter that a draft or a submission opens (clause 1)."""
    digest = sha256(f"request\n{party}\n{act_id}\n".encode())[:16]
    plain = base64.b32encode(digest).decode().lower().rstrip("=")
    return {plain, act_id[:3] + plain[3:]}


def _is_good(word: str, name: str, code: str) -> bool:
    """Whether a code may have this value."""
    if name == "own-reference":
        return True
    if name == "reason" and word in REASONS:
        return code in LISTS[REASONS[word]]
    if name in CLOSED:
        return code in LISTS[CLOSED[name]]
    if name in {"by", "extends", "follows"}:
        return ID.fullmatch(code) is not None
    shape = next((one for prefix, one in SHAPES.items() if name.startswith(prefix)), NAME)
    known = next((codes for prefix, codes in UNDER.items() if name.startswith(prefix)), None)
    return shape.fullmatch(code) is not None if known is None else code in known


def _is_known(fields: Fields, name: str) -> bool:
    if name == "own-reference" or name in fields.may or fields.is_free:
        return True
    rests = [name.removeprefix(one) for one in fields.under if name.startswith(one)]
    return any(NAME.fullmatch(rest) for rest in rests)


def _lists(said: dict[str, Any], fields: Fields) -> str:
    for name in ("items", "elements"):
        if said[name] and name not in fields.has:
            return f"{name}-misplaced"
    twice = any(len(set(said[name])) != len(said[name]) for name in ("items", "elements"))
    return "named-twice" if twice else ""


def _codes(said: dict[str, Any], fields: Fields) -> str:
    word = said["tag"].removeprefix("request.").removesuffix("/1")
    for name, code in sorted(said["codes"].items()):
        if not _is_known(fields, name):
            return "code-unknown"
        if not _is_good(word, name, code):
            return "type-missing" if name == "type" else "reason-unknown"
    missing = fields.needs - {*said["codes"]}
    for name, reason in (("own-reference", "reference-missing"), ("type", "type-missing")):
        if name in missing:
            return reason
    is_bare = word == "found-deficient" and not {*said["codes"]} - {"own-reference"}
    return "reason-unknown" if missing or is_bare else ""


def _ratings(said: dict[str, Any], fields: Fields) -> str:
    if "quality." not in fields.under:
        return ""
    rates = any(name.startswith("quality.") for name in said["codes"])
    if rates == (said["codes"].get("outcome", "changed") == "changed"):
        return ""
    return "rating-misplaced" if rates else "rating-missing"


def _steps(said: dict[str, Any], _: Fields) -> str:
    if said["tag"] != "request.step-told/1":
        return ""
    every = (*said["codes"], *said["times"])
    told = {
        prefix: {one.removeprefix(prefix) for one in every if one.startswith(prefix)}
        for prefix in ("step.", "sum.", "unit.", "reason.", "at.")
    }
    steps = told.pop("step.")
    if not steps or set().union(*told.values()) - steps:
        return "step-missing"
    return "" if told["sum."] == told["unit."] else "sum-incomplete"


def _is_time(fields: Fields, name: str) -> bool:
    under = [one.removesuffix("…") for one in fields.times if one.endswith("…")]
    rests = [name.removeprefix(one) for one in under if name.startswith(one)]
    return name in fields.times or any(NAME.fullmatch(rest) for rest in rests)


def _times(said: dict[str, Any], fields: Fields) -> str:
    if fields.is_free:
        return ""
    if not all(_is_time(fields, name) for name in said["times"]):
        return "times-misplaced"
    return "time-missing" if fields.times_needed - {*said["times"]} else ""


def _rest(said: dict[str, Any], fields: Fields) -> str:
    named = [one["party"] for one in said["to"]]
    is_asking = said["tag"] in ASKING
    if not is_asking and not said["answers"]:
        return "answers-nothing"
    if "to" in fields.has and (not named or len(set(named)) != len(named)):
        return "addressees-unclear"
    if is_asking:
        return "" if said["urgency"] in {"emergency", "urgent", "routine"} else "urgency-unknown"
    return "urgency-misplaced" if said["urgency"] else ""


CHECKS: tuple[Callable[[dict[str, Any], Fields], str], ...] = (
    _lists,
    _codes,
    _ratings,
    _steps,
    _times,
    _rest,
)


def of_fields(said: dict[str, Any]) -> str:
    """What is wrong with an act by itself, or nothing."""
    fields = FIELDS.get(said["tag"])
    if fields is None or said["matter"]["kind"] != "request":
        return "tag-of-another-room"
    return next((reason for check in CHECKS if (reason := check(said, fields))), "")
