"""What can be said about a request: the tags, and how an act is made.

    request.submitted/1      to, urgency, codes `type`, `own-reference`, items, elements, times
    request.acknowledged/1   answers, code `own-reference`
    request.answered/1       answers, items (none: all), elements, codes `extent`, ...
    ...                      see `fields`: for each tag exactly the fields that it uses

`answers` is the id of the submission, or of the act that asked what is answered.  Narrative,
values and attachments are blobs under the roles `elements`, `texts` and `attachment:N`.
The matter's id comes from the asking party and the id of the act that opened it, so that no
other party can open a matter in its name.

Source: protocol rule 14.
Floor: joint (pure).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from comity.acts import blob_role, shape
from comity.acts.record import Act, Addressee, Blob, Matter, Office

KIND: Final = "request"

DRAFT_SHOWN: Final = "request.draft-shown/1"
COMMENTED: Final = "request.commented/1"
SUBMITTED: Final = "request.submitted/1"
CONFIRMED: Final = "request.confirmed/1"
ACKNOWLEDGED: Final = "request.acknowledged/1"
FOUND_DEFICIENT: Final = "request.found-deficient/1"
DEFICIENCY_DISPUTED: Final = "request.deficiency-disputed/1"
CLARIFIED: Final = "request.clarified/1"
REROUTED: Final = "request.rerouted/1"
ACCEPTED: Final = "request.accepted/1"
CONDITION_ACCEPTED: Final = "request.condition-accepted/1"
CONDITION_DECLINED: Final = "request.condition-declined/1"
CONDITION_WAIVED: Final = "request.condition-waived/1"
STATUS_ASKED: Final = "request.status-asked/1"
STATUS_REPORTED: Final = "request.status-reported/1"
ANSWERED: Final = "request.answered/1"
POSTPONED: Final = "request.postponed/1"
RESUMED: Final = "request.resumed/1"
CONSULTED: Final = "request.consulted/1"
CONSULTATION_ANSWERED: Final = "request.consultation-answered/1"
REFUSED: Final = "request.refused/1"
WITHDRAWN: Final = "request.withdrawn/1"
SUPERSEDED: Final = "request.superseded/1"
CLOSED: Final = "request.closed/1"
REOPENED: Final = "request.reopened/1"
CORRECTED: Final = "request.corrected/1"
OPENED: Final = "request.opened/1"
USE_ASKED: Final = "request.use-asked/1"
USE_REPORTED: Final = "request.use-reported/1"
DESTROYED: Final = "request.destroyed/1"
ASSESSED: Final = "request.assessed/1"
ASSESSMENT_DISPUTED: Final = "request.assessment-disputed/1"
ASSESSMENT_SETTLED: Final = "request.assessment-settled/1"
STEP_TOLD: Final = "request.step-told/1"

LAST_WORDS: Final = frozenset(
    {ANSWERED, REFUSED, CONDITION_DECLINED, WITHDRAWN, SUPERSEDED, CLOSED, CORRECTED, DESTROYED}
)
"""What decides, corrects or ends one: sayable while anything is (exchange.md 8.5.7)."""


TYPE: Final = "type"
REASON: Final = "reason"
OWN_REFERENCE: Final = "own-reference"
FORM: Final = "form"
EXTENDS: Final = "extends"
FOLLOWS: Final = "follows"
AGENCY: Final = "agency"
STAGE: Final = "stage"
EXTENT: Final = "extent"
POSITION: Final = "position"
BY: Final = "by"
ERROR: Final = "error"
USE: Final = "use"
OUTCOME: Final = "outcome"
ON: Final = "on."
"""Before the id of an element: what is wrong with it."""
CONDITION: Final = "condition."
"""Before a number from 1: one condition."""
BLOB: Final = "blob."
"""Before a number from 1: the SHA-256 of one blob."""
QUALITY: Final = "quality."
"""Before a criterion of the guideline: how far it is met."""
LACKS: Final = "lacks."
"""Before the id of an element: why the asker leaves it out or cannot mend it."""
STEP: Final = "step."
"""Before an item, or `whole`: how far a measure is."""
SUM: Final = "sum."
"""Before the same: how much, in whole minor units of `UNIT`."""
UNIT: Final = "unit."
BECAUSE: Final = "reason."
HAPPENED: Final = "at."
"""Before the same, in the name of a time: when it came about."""
OWN_CODES: Final = (TYPE, EXTENDS, FOLLOWS, FORM, OWN_REFERENCE)
"""Codes of a submission that are the room's own; the others are those of its guideline."""

REVIEW_AT: Final = "review-at"
EXPECTED_AT: Final = "expected-at"
ANSWER_BY: Final = "answer-by"
PRESERVED_UNTIL: Final = "preserved-until"

ROLE_ELEMENTS: Final = blob_role.ELEMENTS
ROLE_TEXTS: Final = blob_role.TEXTS
ROLE_ATTACHMENT: Final = blob_role.ATTACHMENT


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
        answers: id of the act that is answered, or "" for the submission.
    """

    matter_id: str
    request_id: str
    asker: str
    answers: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a submission asks.

    Attributes:
        type: id of the request type, `preservation`.
        urgency: one of `URGENCIES`.
        items: ids of the items, in the asker's order.
        elements: ids of the information elements that are present.
        guideline: the version it is bound to, or "".
        times: joint instants by name, `transaction-at`, milliseconds since 1970 UTC.
        joint: joint codes by name, `crime-type`.
        lacks: `{element: why it is left out}`.
        extends: id of the matter that it extends, or "".
        follows: id of the matter that it follows, or "".
        is_oral: whether it was said orally, to be confirmed in writing.
    """

    type: str
    urgency: str
    items: tuple[str, ...] = ()
    elements: tuple[str, ...] = ()
    guideline: str = ""
    times: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    joint: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    lacks: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    extends: str = ""
    follows: str = ""
    is_oral: bool = False

    @property
    def codes(self) -> dict[str, str]:
        """The codes that come from here."""
        found = {TYPE: self.type, EXTENDS: self.extends, FOLLOWS: self.follows}
        found[FORM] = "oral" if self.is_oral else ""
        own = {name: code for name, code in found.items() if code or name == TYPE}
        lacks = {f"{LACKS}{element}": code for element, code in self.lacks.items()}
        return {**self.joint, **lacks, **own}


@dataclass(frozen=True, slots=True)
class Parts:
    """The fields of an act that its tag alone gives meaning to.

    Attributes:
        codes: by name.
        items: ids of items.
        elements: ids of information elements.
        times: by name, milliseconds since 1970 UTC.
        to: the addressees that it concerns, where a tag names them.
    """

    codes: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    items: tuple[str, ...] = ()
    elements: tuple[str, ...] = ()
    times: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    to: tuple[str, ...] = ()


NO_PARTS: Final = Parts()


_NEAR_CHARS: Final = 3
"""Of an act's id: 15 of the 16 bits of its second."""


def matter_id(party: str, act_id: str) -> str:
    """Return the id of the matter that a party's act opens, near in order to that of the act.

    So many requests at once are few pages of an index (docs/adr/0031).
    """
    return _near(act_id, shape.matter_id(KIND, party, act_id))


def is_opened_by(matter: str, party: str, act_id: str) -> bool:
    """Return whether a matter has the id that a party's act gives it.

    Or the one that it gave before ids stood together: what was said so stays said.
    """
    apart = shape.matter_id(KIND, party, act_id)
    return matter in (_near(act_id, apart), apart)


def _near(act_id: str, matter: str) -> str:
    return act_id[:_NEAR_CHARS] + matter[_NEAR_CHARS:]


def draft_shown(
    saying: Saying, party: str, to: tuple[Addressee, ...], asked: Asked, draft_id: str = ""
) -> Act:
    """Return the act by which `party` shows a draft; `draft_id` is the first one's, if any."""
    return _asking(DRAFT_SHOWN, saying, (party, draft_id), to, asked)


def submitted(
    saying: Saying, party: str, to: tuple[Addressee, ...], asked: Asked, draft_id: str = ""
) -> Act:
    """Return the act by which `party` asks; `draft_id` is of the draft shown first, if any."""
    return _asking(SUBMITTED, saying, (party, draft_id), to, asked)


def said(tag: str, saying: Saying, about: About, parts: Parts = NO_PARTS) -> Act:
    """Return any other act about a request, by the asker or an addressee."""
    to = parts.to or (() if tag in TO_ALL else (about.asker,))
    return Act(
        id=saying.id,
        tag=tag,
        matter=Matter(KIND, about.matter_id),
        speaker=saying.speaker,
        to=tuple(Addressee(party) for party in to),
        answers=about.answers or about.request_id,
        items=parts.items,
        elements=parts.elements,
        codes=MappingProxyType({**parts.codes, **saying.codes}),
        times=parts.times,
        blobs=saying.blobs,
        release=saying.release,
    )


TO_ALL: Final = frozenset(
    {
        CONFIRMED,
        DEFICIENCY_DISPUTED,
        CLARIFIED,
        CONDITION_ACCEPTED,
        CONDITION_DECLINED,
        CONSULTATION_ANSWERED,
        WITHDRAWN,
        SUPERSEDED,
        CORRECTED,
        OPENED,
        USE_REPORTED,
        DESTROYED,
        ASSESSED,
        ASSESSMENT_DISPUTED,
        ASSESSMENT_SETTLED,
        STEP_TOLD,
    }
)
"""Acts that address all parties of the channel; those of addressees address the asker."""


def acknowledged(saying: Saying, about: About) -> Act:
    """Return the act by which an addressee registers the request under its own reference."""
    return said(ACKNOWLEDGED, saying, about)


def answered(
    saying: Saying,
    about: About,
    items: tuple[str, ...] = (),
    elements: tuple[str, ...] = (),
) -> Act:
    """Return the act by which an addressee answers these items, or all."""
    return said(ANSWERED, saying, about, Parts(items=items, elements=elements))


def refused(saying: Saying, about: About, reason: str, items: tuple[str, ...] = ()) -> Act:
    """Return the act by which an addressee refuses these items, or all, on a ground."""
    return said(REFUSED, saying, about, Parts({REASON: reason}, items))


def withdrawn(saying: Saying, about: About, reason: str) -> Act:
    """Return the act by which the asker takes back what is still open."""
    return said(WITHDRAWN, saying, about, Parts({REASON: reason}))


def numbered(prefix: str, values: tuple[str, ...]) -> dict[str, str]:
    """Return values as codes: `condition.1`, `condition.2`."""
    return {f"{prefix}{number}": value for number, value in enumerate(values, start=1)}


def under(act: Act, prefix: str) -> dict[str, str]:
    """Return the codes of an act under a prefix, without it, in the order of their names."""
    return {
        name.removeprefix(prefix): code
        for name, code in sorted(act.codes.items())
        if name.startswith(prefix)
    }


def destroyed_blobs(act: Act) -> Iterable[str]:
    """Return the hashes of the blobs that an act attests to have destroyed."""
    return under(act, BLOB).values() if act.tag == DESTROYED else ()


def joint_codes(act: Act) -> dict[str, str]:
    """Return the codes of a submission that its guideline says, `crime-type`."""
    return {
        name: code
        for name, code in act.codes.items()
        if name not in OWN_CODES and not name.startswith(LACKS)
    }


def _asking(
    tag: str, saying: Saying, opening: tuple[str, str], to: tuple[Addressee, ...], asked: Asked
) -> Act:
    party, draft_id = opening
    return Act(
        id=saying.id,
        tag=tag,
        matter=Matter(KIND, matter_id(party, draft_id or saying.id)),
        speaker=saying.speaker,
        to=to,
        answers=draft_id,
        guideline=asked.guideline,
        urgency=asked.urgency,
        items=asked.items,
        elements=asked.elements,
        codes=MappingProxyType({**asked.codes, **saying.codes}),
        times=asked.times,
        blobs=saying.blobs,
        release=saying.release,
    )
