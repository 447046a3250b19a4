"""What can be said about a request: five tags, and the fields that each one uses.

    request.submitted/1     to, urgency, codes `type` and `own-reference`, items, elements
    request.acknowledged/1  answers, code `own-reference`
    request.answered/1      answers, items (none: all), elements, code `own-reference`
    request.refused/1       answers, items (none: all), codes `reason` and `own-reference`
    request.withdrawn/1     answers, code `reason`

`answers` is the id of the submission.  Narrative, values and attachments are blobs under
the roles `elements`, `texts` and `attachment:N`.  The matter's id comes from the asking
party and the id of its submission, so that no other party can open a matter in its name.

Source: protocol rule 14.
Floor: joint (pure).
"""

import base64
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from comity.acts.record import Act, Addressee, Blob, Matter, Office
from comity.joint.request import reasons
from comity.kernel.ids import RANDOM_ID_BYTES

KIND: Final = "request"
SUBMITTED: Final = "request.submitted/1"
ACKNOWLEDGED: Final = "request.acknowledged/1"
ANSWERED: Final = "request.answered/1"
REFUSED: Final = "request.refused/1"
WITHDRAWN: Final = "request.withdrawn/1"
TAGS: Final = (SUBMITTED, ACKNOWLEDGED, ANSWERED, REFUSED, WITHDRAWN)

URGENCIES: Final = ("emergency", "urgent", "routine")

TYPE: Final = "type"
REASON: Final = "reason"
OWN_REFERENCE: Final = "own-reference"

ROLE_ELEMENTS: Final = "elements"
ROLE_TEXTS: Final = "texts"
ROLE_ATTACHMENT: Final = "attachment"

_CODES: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        SUBMITTED: frozenset({TYPE, OWN_REFERENCE}),
        ACKNOWLEDGED: frozenset({OWN_REFERENCE}),
        ANSWERED: frozenset({OWN_REFERENCE}),
        REFUSED: frozenset({REASON, OWN_REFERENCE}),
        WITHDRAWN: frozenset({REASON}),
    }
)
_WITH_ITEMS: Final = frozenset({SUBMITTED, ANSWERED, REFUSED})
_WITH_ELEMENTS: Final = frozenset({SUBMITTED, ANSWERED})
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9.-]{0,62}")


@dataclass(frozen=True, slots=True)
class Saying:
    """What every act has, whatever it says.

    Attributes:
        id: of the act, made at release.
        speaker: agency and office.
        own_reference: the speaker's file number, or "".
        blobs: sealed bodies.
        release: salted SHA-256 of the release record; zeros until it is released.
    """

    id: str
    speaker: Office
    own_reference: str = ""
    blobs: tuple[Blob, ...] = field(default=())
    release: str = "0" * 64

    @property
    def codes(self) -> dict[str, str]:
        """The codes that come from here."""
        return {OWN_REFERENCE: self.own_reference} if self.own_reference else {}


@dataclass(frozen=True, slots=True)
class About:
    """Which request an act is about.

    Attributes:
        matter_id: of the request.
        request_id: id of its submission.
        asker: the party that asked.
    """

    matter_id: str
    request_id: str
    asker: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What a submission asks.

    Attributes:
        type: id of the request type, `preservation`.
        urgency: one of `URGENCIES`.
        items: ids of the items, in the asker's order.
        elements: ids of the information elements that are present.
        guideline: the version it is bound to, or "".
    """

    type: str
    urgency: str
    items: tuple[str, ...] = ()
    elements: tuple[str, ...] = ()
    guideline: str = ""


def matter_id(party: str, act_id: str) -> str:
    """Return the id of the matter that a party's submission opens."""
    digest = hashlib.sha256(f"request\n{party}\n{act_id}\n".encode()).digest()
    text = base64.b32encode(digest[:RANDOM_ID_BYTES]).decode("ascii")
    return text.rstrip("=").lower()


def submitted(saying: Saying, party: str, to: tuple[Addressee, ...], asked: Asked) -> Act:
    """Return the act by which `party` asks."""
    return Act(
        id=saying.id,
        tag=SUBMITTED,
        matter=Matter(KIND, matter_id(party, saying.id)),
        speaker=saying.speaker,
        to=to,
        guideline=asked.guideline,
        urgency=asked.urgency,
        items=asked.items,
        elements=asked.elements,
        codes=MappingProxyType({TYPE: asked.type, **saying.codes}),
        blobs=saying.blobs,
        release=saying.release,
    )


def acknowledged(saying: Saying, about: About) -> Act:
    """Return the act by which an addressee says that an officer has taken the request up."""
    return _answering(ACKNOWLEDGED, saying, about)


def answered(
    saying: Saying,
    about: About,
    items: tuple[str, ...] = (),
    elements: tuple[str, ...] = (),
) -> Act:
    """Return the act by which an addressee answers these items, or all."""
    return _answering(ANSWERED, saying, about, items=items, elements=elements)


def refused(saying: Saying, about: About, reason: str, items: tuple[str, ...] = ()) -> Act:
    """Return the act by which an addressee refuses these items, or all, on a ground."""
    return _answering(REFUSED, saying, about, items=items, codes={REASON: reason})


def withdrawn(saying: Saying, about: About, reason: str) -> Act:
    """Return the act by which the asker takes back what is still open."""
    return _answering(WITHDRAWN, saying, about, codes={REASON: reason})


def check(act: Act) -> str:
    """Return what is wrong with an act of this room, by name, or "".

    Total: it reads any act that `require_valid` lets pass, and raises nothing.
    """
    if act.matter.kind != KIND or act.tag not in _CODES:
        return "tag-of-another-room"
    checks = (_check_fields, _check_submission if act.tag == SUBMITTED else _check_about)
    return next((problem for check_one in checks if (problem := check_one(act))), "")


def _check_fields(act: Act) -> str:
    if not act.codes.keys() <= _CODES[act.tag]:
        return "code-unknown"
    if act.items and act.tag not in _WITH_ITEMS:
        return "items-misplaced"
    if act.elements and act.tag not in _WITH_ELEMENTS:
        return "elements-misplaced"
    if len(set(act.items)) != len(act.items) or len(set(act.elements)) != len(act.elements):
        return "named-twice"
    return "times-misplaced" if act.times else ""


def _check_submission(act: Act) -> str:
    parties = [addressee.party for addressee in act.to]
    if not parties or len(set(parties)) != len(parties):
        return "addressees-unclear"
    if not _NAME.fullmatch(act.codes.get(TYPE, "")):
        return "type-missing"
    if act.urgency not in URGENCIES:
        return "urgency-unknown"
    return "answers-something" if act.answers else ""


def _check_about(act: Act) -> str:
    if not act.answers:
        return "answers-nothing"
    known = {REFUSED: reasons.REFUSALS, WITHDRAWN: reasons.WITHDRAWALS}.get(act.tag)
    if known is not None and act.codes.get(REASON, "") not in known:
        return "reason-unknown"
    return "urgency-misplaced" if act.urgency else ""


def _answering(
    tag: str,
    saying: Saying,
    about: About,
    *,
    items: tuple[str, ...] = (),
    elements: tuple[str, ...] = (),
    codes: Mapping[str, str] = MappingProxyType({}),
) -> Act:
    return Act(
        id=saying.id,
        tag=tag,
        matter=Matter(KIND, about.matter_id),
        speaker=saying.speaker,
        to=(Addressee(about.asker),) if tag != WITHDRAWN else (),
        answers=about.request_id,
        items=items,
        elements=elements,
        codes=MappingProxyType({**codes, **saying.codes}),
        blobs=saying.blobs,
        release=saying.release,
    )
