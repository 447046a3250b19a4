"""What is done in a file: frozen records, one kind each; none ever crosses or is changed.

    Begun Marked Linked                         an inquiry at home, before anything is sent
    Routed Declined TermSet                     which agencies have it, and by when
    Assigned Accepted Returned Finished         which officer has an agency's part
    Noted TaskAdded TaskDone AdviceAsked AdviceGiven

Floor: domestic (pure).
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Any, Final, cast

from comity.kernel.ijson import Json


@dataclass(frozen=True, slots=True)
class Who:
    """Who did it, and when.

    Attributes:
        officer: their name.
        agency: for which they acted.
        at_ms: when.
    """

    officer: str
    agency: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class Share:
    """An agency's part of a routing.

    Attributes:
        agency: its id.
        does: what it contributes, or "".
        due_ms: the first instant that is too late, or None.
    """

    agency: str
    does: str = ""
    due_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Begun:
    """An inquiry was begun at home; nothing was sent yet.

    Attributes:
        who: see `Who`.
        title: in a few words.
        type, crime, urgency: as far as they are known.
        parties: other States that it concerns.
        crosses: whether it is cross-border.
    """

    who: Who
    title: str
    type: str = ""
    crime: str = ""
    urgency: str = "routine"
    parties: tuple[str, ...] = ()
    crosses: bool = False


@dataclass(frozen=True, slots=True)
class Marked:
    """It was found to be cross-border, or not to be."""

    who: Who
    crosses: bool
    parties: tuple[str, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class Linked:
    """An inquiry became a request, or belongs to one."""

    who: Who
    channel: str
    matter: str


@dataclass(frozen=True, slots=True)
class Routed:
    """It was given to agencies; what a later routing does not name is theirs no more.

    Attributes:
        who: see `Who`.
        lead: the competent agency.
        others: who takes part.
        reason: a code of the routing room.
        rule: that said so, or "".
        why: in words, if an officer decided.
        profile: SHA-256 of the nation profile, or "".
    """

    who: Who
    lead: Share
    others: tuple[Share, ...] = ()
    reason: str = ""
    rule: str = ""
    why: str = ""
    profile: str = ""


@dataclass(frozen=True, slots=True)
class Declined:
    """An agency says that the part is not for it; the contact point routes again."""

    who: Who
    part: str
    why: str


@dataclass(frozen=True, slots=True)
class TermSet:
    """The domestic term of a part was set."""

    who: Who
    part: str
    due_ms: int | None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Assigned:
    """A part was given to an officer of its agency."""

    who: Who
    part: str
    officer: str


@dataclass(frozen=True, slots=True)
class Accepted:
    """The officer took what was assigned to them."""

    who: Who
    part: str


@dataclass(frozen=True, slots=True)
class Returned:
    """The officer gave it back to their agency."""

    who: Who
    part: str
    why: str


@dataclass(frozen=True, slots=True)
class Finished:
    """An agency's part is done."""

    who: Who
    part: str
    result: str = ""


@dataclass(frozen=True, slots=True)
class Noted:
    """A note."""

    who: Who
    text: str


@dataclass(frozen=True, slots=True)
class TaskAdded:
    """Something that an officer is to do.

    Attributes:
        who: see `Who`.
        task: its number in the file.
        what: in words.
        owner: the officer.
        due_ms: or None.
    """

    who: Who
    task: int
    what: str
    owner: str
    due_ms: int | None = None


@dataclass(frozen=True, slots=True)
class TaskDone:
    """It was done."""

    who: Who
    task: int
    result: str = ""


@dataclass(frozen=True, slots=True)
class AdviceAsked:
    """An agency asks another one, which can read the file from then on.

    Attributes:
        who: see `Who`.
        advice: its number in the file.
        of: the agency that is asked.
        question: in words.
        due_ms: or None.
    """

    who: Who
    advice: int
    of: str
    question: str
    due_ms: int | None = None


@dataclass(frozen=True, slots=True)
class AdviceGiven:
    """The agency that was asked answers."""

    who: Who
    advice: int
    answer: str


type Step = (
    Begun | Marked | Linked | Routed | Declined | TermSet | Assigned | Accepted | Returned
    | Finished | Noted | TaskAdded | TaskDone | AdviceAsked | AdviceGiven
)  # fmt: skip

TAGS: Final[Mapping[str, type[Step]]] = MappingProxyType(
    {
        "begun": Begun,
        "marked": Marked,
        "linked": Linked,
        "routed": Routed,
        "declined": Declined,
        "term-set": TermSet,
        "assigned": Assigned,
        "accepted": Accepted,
        "returned": Returned,
        "finished": Finished,
        "noted": Noted,
        "task-added": TaskAdded,
        "task-done": TaskDone,
        "advice-asked": AdviceAsked,
        "advice-given": AdviceGiven,
    }
)
"""How each kind is called where it is kept and in the local log."""

_TAG_OF: Final = {kind: tag for tag, kind in TAGS.items()}


def tag(step: Step) -> str:
    """Return how a step is called."""
    return _TAG_OF[type(step)]


def to_json(step: Step) -> Json:
    """Return a step as a JSON value; `from_json` is its inverse."""
    return {"step": tag(step), **_plain(asdict(step))}


def _plain(fields: dict[str, Any]) -> dict[str, Json]:
    return {name: [*value] if isinstance(value, tuple) else value for name, value in fields.items()}


def from_json(value: Json) -> Step:
    """Read back what `to_json` gave."""
    fields = dict(cast("dict[str, Any]", value))
    kind = TAGS[fields.pop("step")]
    fields["who"] = Who(**fields["who"])
    if kind is Routed:
        fields["lead"] = Share(**fields["lead"])
        fields["others"] = tuple(Share(**one) for one in fields["others"])
    if "parties" in fields:
        fields["parties"] = tuple(fields["parties"])
    return kind(**fields)
