"""The shapes of joint texts and of what is judged by them, as openapi.json shows them.

Floor: surfaces.
"""

from ninja import Schema
from pydantic import Field

from comity.surfaces.api.problems import Flaw
from comity.surfaces.api.shapes import Words


class TextProposal(Schema):
    """A text that a party proposed."""

    proposal: str
    by: str
    sha256: str
    size: int = Field(description="bytes")
    held: bool
    version: str
    counters: str
    status: str
    adopted_by: list[str]
    in_force_from_ms: int | None
    ends_at_ms: int | None


class TextTurn(Schema):
    """One act about a joint text."""

    act: str
    party: str
    tag: str
    result: str
    proposal: str
    reason: str
    crossed: bool
    received_at_ms: int | None


class TextShown(Schema):
    """One joint text, whole."""

    name: str
    channel: str
    status: str
    in_force: str | None = Field(description="its SHA-256")
    waits_for: list[str] = Field(description="parties")
    proposals: list[TextProposal]
    turns: list[TextTurn]


class TextList(Schema):
    """Every joint text."""

    texts: list[TextShown]


class TextChange(Schema):
    """One difference."""

    path: str
    place: str
    kind: str = Field(description="added, removed, changed or moved")
    before: object = Field(description="what stood there; null: nothing")
    after: object


class TextDiff(Schema):
    """What changed from one version to another."""

    same: bool
    changes: list[TextChange]


class TextSource(Schema):
    """On what something rests."""

    text: str
    standing: str


class NeededWhen(Schema):
    """On which condition an element is needed."""

    element: str
    one_of: list[str] = Field(default_factory=list)
    present: bool = False


class NeededIf(Schema):
    """That an element is needed on conditions."""

    when: list[NeededWhen]


class ElementAsked(Schema):
    """An element that a type asks for."""

    id: str
    label: str
    help: str
    check: str
    need: str | NeededIf
    sources: list[TextSource]


class ClockAgreed(Schema):
    """A joint time of a type."""

    id: str
    urgency: str
    amount: int
    unit: str
    of: str


class RequestTypeShown(Schema):
    """One type of request of a guideline."""

    id: str
    label: str
    help: str
    urgencies: list[str]
    opening: str | bool | None
    elements: list[ElementAsked]
    clocks: list[ClockAgreed]
    sources: list[TextSource]


class GuidelineShown(Schema):
    """A guideline, in words of one language."""

    sha256: str
    title: str
    version: str
    languages: list[str]
    types: list[RequestTypeShown]


class CalendarShown(Schema):
    """A calendar; its days are in its YAML."""

    id: str
    title: Words
    version: str
    source: str
    zone: str
    first: str = Field(description="day, YYYY-MM-DD, like the two that follow")
    last: str
    decreed_until: str
    holidays: int
    workdays: int
    sha256: str


class Finding(Schema):
    """What a request lacks."""

    element: str
    at: str
    kind: str
    rule: str
    required: bool
    what: str
    why: str
    fix: str
    sources: list[TextSource]


class Judged(Schema):
    """What a request lacks by a guideline."""

    guideline: str | None = Field(description="its SHA-256; null: none is in force or named")
    version: str
    complete: bool | None = Field(description="null without a guideline")
    lacks: Words = Field(description="why the asker leaves an element out, by element")
    findings: list[Finding]


class JudgedRequest(Judged):
    """What a request that was sent lacks."""

    request: str
    suggested: dict[str, str] = Field(description="deficiency that could be told, by element")


class GuidelineChecked(Schema):
    """What is wrong in a guideline, and what a request lacks by it."""

    fit: bool
    problems: list[Flaw]
    warnings: list[Flaw] = Field(description="what is seldom meant, where nothing is wrong")
    sha256: str = Field(description="empty unless fit, like the three that follow")
    version: str
    types: list[str]
    languages: list[str]
    complete: bool | None = Field(description="null unless a request was given")
    findings: list[Finding] = Field(description="of the request")


class WordsApprovals(Schema):
    """How many officers let words out."""

    count: int
    roles: list[str]
    review_hours: int


class CarrierWait(Schema):
    """A carrier, and how long to wait before the next is tried."""

    kind: str
    minutes: int


class HotlineTextShown(Schema):
    """The joint text of the hotline."""

    title: Words
    version: str
    languages: list[str]
    scope: list[Words]
    goals: list[Words]
    procedure: list[Words]
    review: list[Words]
    grounds: dict[str, Words]
    levels: dict[str, Words]
    minutes: dict[str, int] = Field(description="by what a clock is of")
    carriers: list[CarrierWait]
    drills: dict[str, int] = Field(description="every so many months, by kind")
    approvals: WordsApprovals


class DocumentParagraph(Schema):
    """One paragraph of a text that was drafted together."""

    part: str = Field(description="`title`, `heading`, `paragraph` or `item`")
    words: Words = Field(description="with States as {their id}")


class DocumentShown(Schema):
    """A text that was drafted together: outcomes, an action plan, a procedure."""

    languages: list[str]
    paragraphs: list[DocumentParagraph]


class TermsShown(Schema):
    """The terms of a series of the dialogue."""

    title: Words
    version: str
    languages: list[str]
    level: str
    chairs: list[Words]
    months: int = Field(description="between two sessions")
    hosts: Words
    parent: str = Field(description="the series to which it reports, or empty")
    days: dict[str, int] = Field(description="before a session, or behind it, by what is due")
    retention_months: int
