"""Which fields an act of a small room uses, as data; and the check that it has these and no other.

    review.concurred/1    answers the act that opened the matter; code digest (64 hex digits)

A room with more to say of its fields has a check of its own beside this one.

Source: protocol rule 14.
Floor: acts (pure).
"""

import base64
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from comity.acts.record import Act
from comity.kernel.ids import RANDOM_ID_BYTES
from comity.kernel.inadmissible import Inadmissible

NAME: Final = re.compile(r"[a-z0-9][a-z0-9.-]{0,62}")
ID: Final = re.compile(r"[a-z2-7]{26}")
SHA256: Final = re.compile(r"[0-9a-f]{64}")
WHOLE: Final = re.compile(r"0|[1-9][0-9]{0,14}")
ANY: Final = re.compile(r".+")

type Words = Mapping[str, Mapping[str, str]]
"""A closed list: `{code: {"en": …, "zh": …}}`."""

type Allowed = Words | re.Pattern[str]
"""What a code may be: one of a closed list, or a text of some shape."""


def _nothing() -> Mapping[str, Allowed]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Shape:
    """The fields of one tag.

    Attributes:
        answers: what its `answers` names, in words; "" where it names nothing.
        needs: codes that it has.
        may: codes that it may have.
        under: `{prefix: allowed}` of codes that are counted or named by party.
        times: names that are there.
        may_times: names that may be there; one that ends in a dot is a prefix.
        items: whether items may be named, and none stands for none.
        to: whether parties may be addressed, and none stands for all the others.
        document: role of the one document that it has; "" where it has none.
    """

    answers: str = ""
    needs: Mapping[str, Allowed] = field(default_factory=_nothing)
    may: Mapping[str, Allowed] = field(default_factory=_nothing)
    under: Mapping[str, Allowed] = field(default_factory=_nothing)
    times: tuple[str, ...] = ()
    may_times: tuple[str, ...] = ()
    items: bool = False
    to: bool = False
    document: str = ""

    def allowed(self, name: str) -> Allowed | None:
        """Return what a code of that name may be, or None if the tag does not use it."""
        for prefix, allowed in self.under.items():
            if name.startswith(prefix) and NAME.fullmatch(name.removeprefix(prefix)):
                return allowed
        return self.needs.get(name) or self.may.get(name)

    def is_time(self, name: str) -> bool:
        """Return whether a time of that name may be there."""
        prefixes = (one for one in self.may_times if one.endswith("."))
        return name in {*self.times, *self.may_times} or any(
            NAME.fullmatch(name.removeprefix(one)) for one in prefixes if name.startswith(one)
        )


PROBLEMS: Final = frozenset(
    {
        "answers-nothing",
        "answers-something",
        "code-malformed",
        "code-missing",
        "code-unknown",
        "document-missing",
        "field-misplaced",
        "items-misplaced",
        "named-twice",
        "reason-unknown",
        "tag-of-another-room",
        "time-missing",
        "time-unknown",
    }
)
"""What `problem` can name."""

NO_PARTY: Final = "no-party"
MATTER_OF_ANOTHER: Final = "matter-of-another"

_DRAFT_AGAIN: Final = "Draft it again with this version of the program."

WHY: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "answers-nothing": (
            "It does not name the act that it answers.",
            "Name the act that is meant, by the beginning of its id.",
        ),
        "answers-something": ("It names an act that it answers, and answers none.", _DRAFT_AGAIN),
        "code-malformed": (
            "A code is misspelled.",
            "Use lower-case letters, digits, dots and hyphens, as the help of the command shows.",
        ),
        "code-missing": (
            "A code that it needs is missing.",
            "Give every code that the help of the command calls needed.",
        ),
        "code-unknown": ("It has a code that it does not use.", _DRAFT_AGAIN),
        "document-missing": (
            "It does not name the one document that it is about.",
            "Say it with the file that it needs.",
        ),
        "field-misplaced": ("It has a field that it does not use.", _DRAFT_AGAIN),
        "items-misplaced": ("It names items and does not use them.", _DRAFT_AGAIN),
        "named-twice": ("It names something twice.", "Name each item and each element once."),
        "reason-unknown": (
            "Unknown reason code.",
            "Use one of the codes that the help of the command lists.",
        ),
        "tag-of-another-room": ("It belongs to a matter of another kind.", _DRAFT_AGAIN),
        "time-missing": ("A time that it needs is missing.", "Give the time with its zone."),
        "time-unknown": ("It has a time that it does not use.", _DRAFT_AGAIN),
        NO_PARTY: (
            "Its author is not a party of this channel.",
            "Say it in a channel of this State.",
        ),
        MATTER_OF_ANOTHER: (
            "The id of this matter does not belong to the party that opened it.",
            "Open the matter again.",
        ),
    }
)
"""`{name: (why not, what to do instead)}` of what every room refuses alike."""

RULES: Final = frozenset(f"shape.{name}" for name in WHY)
"""Every rule that `no` can give."""

assert WHY.keys() >= PROBLEMS


def no(name: str, what: str = "", fix: str = "") -> Inadmissible:
    """Return the refusal by a rule of every room; with words of its own where a room has them."""
    why, instead = WHY[name]
    return Inadmissible(f"shape.{name}", what or why, fix or instead)


def problem(act: Act, kind: str, shapes: Mapping[str, Shape]) -> str:
    """Return what is wrong with an act of a room, by name, or "".

    Total: it reads any act that `require_valid` lets pass, and raises nothing.
    """
    shape = shapes.get(act.tag)
    if act.matter.kind != kind or shape is None:
        return "tag-of-another-room"
    is_addressed = bool(act.to) and not shape.to
    is_with = bool(act.documents) and not shape.document
    if is_addressed or is_with or act.urgency or act.elements or act.guideline:
        return "field-misplaced"
    if bool(act.answers) != bool(shape.answers):
        return "answers-nothing" if shape.answers else "answers-something"
    if act.items and not shape.items:
        return "items-misplaced"
    if len(set(act.items)) != len(act.items):
        return "named-twice"
    return _of_codes(act, shape) or _of_times(act, shape) or _of_document(act, shape)


def _of_codes(act: Act, shape: Shape) -> str:
    for name, code in act.codes.items():
        allowed = shape.allowed(name)
        if allowed is None:
            return "code-unknown"
        if isinstance(allowed, re.Pattern):
            if not allowed.fullmatch(code):
                return "code-malformed"
        elif code not in allowed:
            return "reason-unknown"
    return "code-missing" if shape.needs.keys() - act.codes.keys() else ""


def _of_document(act: Act, shape: Shape) -> str:
    wanted = [shape.document] if shape.document else []
    return "" if [one.role for one in act.documents] == wanted else "document-missing"


def _of_times(act: Act, shape: Shape) -> str:
    if not all(shape.is_time(name) for name in act.times):
        return "time-unknown"
    return "time-missing" if set(shape.times) - act.times.keys() else ""


@lru_cache(maxsize=1024)
def matter_id(kind: str, party: str, act_id: str) -> str:
    """Return the id of the matter that a party's act opens: nobody opens one in its name."""
    digest = hashlib.sha256(f"{kind}\n{party}\n{act_id}\n".encode()).digest()
    text = base64.b32encode(digest[:RANDOM_ID_BYTES]).decode("ascii")
    return text.rstrip("=").lower()


def under(act: Act, prefix: str) -> dict[str, str]:
    """Return the codes of an act under a prefix, without it, in the order of their names."""
    return {
        name.removeprefix(prefix): code
        for name, code in sorted(act.codes.items())
        if name.startswith(prefix)
    }


def render(shapes: Mapping[str, Shape]) -> str:
    """Return the fields of every tag as Markdown."""
    head = ["| tag | answers | codes | also |", "|---|---|---|---|"]
    rows = [
        f"| `{tag}` | {one.answers or 'nothing'} | {_codes(one)} | {_also(one)} |"
        for tag, one in shapes.items()
    ]
    return "\n".join([*head, *rows]) + "\n"


def render_lists(lists: Mapping[str, Words]) -> str:
    """Return closed lists as Markdown: `{what docs call it: list}`."""
    head = ["| of | code | English | Chinese |", "|---|---|---|---|"]
    rows = [
        f"| {name} | `{code}` | {words['en']} | {words['zh']} |"
        for name, known in lists.items()
        for code, words in known.items()
    ]
    return "\n".join([*head, *rows]) + "\n"


def _codes(shape: Shape) -> str:
    needed = [f"**{name}**" for name in shape.needs]
    return ", ".join([*needed, *shape.may, *(f"{one}…" for one in shape.under)]) or "-"


def _also(shape: Shape) -> str:
    times = [f"time **{one}**" for one in shape.times]
    may = [f"time {one}…" if one.endswith(".") else f"time {one}" for one in shape.may_times]
    named = [name for name in ("to", "items") if getattr(shape, name)]
    document = [f"document **{shape.document}**"] if shape.document else []
    return ", ".join([*named, *document, *times, *may]) or "-"
