"""The shapes that go over this interface, as openapi.json shows them.

Instants are milliseconds since 1970 UTC; parties, items and elements are ids; status and tags
are words of docs/spec.

Floor: surfaces.
"""

from typing import Annotated, Final

from ninja import Schema
from pydantic import BeforeValidator, ConfigDict, Field

from comity.kernel import limits
from comity.node.base.cursor import CURSOR_CHARS_MAX
from comity.rooms.request.request_list import COUNT_MAX

Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]{0,62}$")]
Hex = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


def _whole(value: object) -> object:
    """Return 5 for 5.0: JSON Schema has one number for both."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


WHOLE = BeforeValidator(_whole)
"""Behind the bounds of a number: before them pydantic would leave them out of openapi.json."""

Instant = Annotated[int, Field(ge=0, le=limits.JSON_INTEGER_MAX), WHOLE]
Code = Annotated[str, Field(pattern=r"^[a-z0-9-]{0,63}$")]
Prefix = Annotated[str, Field(pattern=r"^[a-z2-7]{0,26}$", description="the first characters do")]
Words = dict[str, str]


class Strict(Schema):
    """What a caller sends: a field that nobody knows is an error, and `"no"` is no boolean."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Queried(Schema):
    """What a caller asks by, in an address: text that is read as what it stands for."""

    model_config = ConfigDict(extra="forbid")


class RequestLine(Schema):
    """One request in a list."""

    matter: str
    act: str = Field(description="id of the submission")
    channel: str
    type: str
    urgency: str
    asker: str
    own_reference: str
    status: str = Field(description="where it stands; for an addressee, where it stands with it")
    status_words: Words
    addressees: dict[str, str] = Field(description="where it stands with each party asked")
    holders: list[str] = Field(description="parties that hold the ball")
    ours: bool = Field(description="whether this State does")
    at_ms: int
    opened: bool = Field(description="whether an officer of this node has looked")
    digest: str = Field(description="of the folded state; equal on both nodes at one cut")


class Lines(Queried):
    """Where a list goes on."""

    after: str = Field("", max_length=CURSOR_CHARS_MAX, description="the `next` of a page")
    count: int = Field(50, ge=1, le=COUNT_MAX)


IS_WHOLE: Final = (
    "false while a channel is read anew, as after a partner's new log: some requests are missing "
    "for a moment, so what is not listed may be here; ask again"
)


class RequestPage(Schema):
    """Some requests, in the order of the desk."""

    requests: list[RequestLine]
    next: str = Field(description="the `after` of the next page; empty at the end")
    is_whole: bool = Field(description=IS_WHOLE)


class Known(Schema):
    """One thing that came to be known here."""

    type: str = Field(
        description="act.arrived, act.sent; act.gone: one that was told counts no more; "
        "matter.opened: the officer reads this matter from now on, and was not told of all its acts"
    )
    channel: str
    kind: str = Field(description="of the matter")
    matter: str
    act: str = Field(description="empty for matter.opened, like what follows")
    code: str = Field(description="tag of the act")
    party: str = Field(description="its author")
    log: str
    index: int | None
    urgency: str = Field(description="of the matter, as it is now")


class KnownPage(Schema):
    """What came to be known, in the order in which this node understood it."""

    acts: list[Known]
    next: str = Field(description="the `after` of the next call, now or in a year; never empty")
    more: bool = Field(description="whether something waits already")


class CaseStep(Schema):
    """What a party does next in a case, by its joint report."""

    party: str
    next: str
    words: Words
    owner: str
    due_ms: int | None


class CaseHead(Schema):
    """Where a case stands."""

    case: str
    status: str
    status_words: Words
    priority: str
    priority_words: Words
    crime_type: str
    opener: str
    references: dict[str, str] = Field(description="file number of each party that gave one")
    holder: str = Field(description="party that has something to answer; or empty")
    ours: bool = Field(description="whether this State does")
    steps: list[CaseStep]


class CaseLine(CaseHead):
    """One case in a list."""

    requests: int = Field(description="of the case, of those that the officer may read")
    open: int = Field(description="those of them with something outstanding")


class CasePage(Schema):
    """Some cases, what waits for this State first."""

    cases: list[CaseLine]
    next: str = Field(description="the `after` of the next page; empty at the end")


class Counts(Schema):
    """How many requests the officer can read."""

    counts: dict[str, int] = Field(description="by status; those that are none are left out")
    all: int
    is_whole: bool = Field(description=IS_WHOLE)


class Track(Schema):
    """How far one addressee is."""

    party: str
    status: str
    items: dict[str, str]


class Carried(Schema):
    """A body that an act names."""

    role: str
    sha256: str = Field(description="of what is stored; part of its address")
    media_type: str
    mark: str
    size_bytes: int = Field(description="in the clear; 0 unless held")
    state: str = Field(description="held, missing or damaged")


class Delivery(Schema):
    """What a party has signed for of one act."""

    party: str
    cosigned_at_ms: int | None
    received_at_ms: int | None


class Turn(Schema):
    """One act of a request."""

    act: str
    party: str
    tag: str
    words: Words
    results: dict[str, str] = Field(description="by track; what it did")
    takes_effect: bool
    crossed: bool
    items: list[str]
    reason: str
    conditions: dict[str, bool] = Field(
        description="that it attaches, or gives something on; whether each binds the asker now"
    )
    own_reference: str
    received_at_ms: int | None
    values: object = Field(description="of elements and items; null where none can be read")
    texts: object = Field(description="originals and translations; null where none can be read")
    bodies: list[Carried]
    deliveries: list[Delivery]


class Disowned(Schema):
    """An act that was said and does not count."""

    act: str
    party: str
    why: str = Field(
        description="`disowned`: its author's new log does not have it; `many`: its author had "
        "said as many acts in this request as count"
    )
    tag: str
    words: Words
    items: list[str]
    log: str
    index: int
    signed_at_ms: int | None = Field(description="when its author's first head covered it")
    values: object = Field(description="of elements and items; null where none can be read")
    texts: object = Field(description="originals and translations; null where none can be read")
    bodies: list[Carried]
    deliveries: list[Delivery]


class Fullness(Schema):
    """How many acts of one State count in one matter, and what is left of that."""

    said: int = Field(description="acts of this State that count")
    left: int = Field(description="acts of any kind that it may still say here")
    last: int = Field(description="those that it may, of what decides, corrects or ends it")
    beyond: list[str] = Field(description="parties that have said more than counts")


class StepTold(Schema):
    """The last word of a party on one step of a measure."""

    item: str = Field(description="of the request, or `whole`")
    party: str
    step: str
    act_id: str
    at: int = Field(description="place of the act among the turns")
    amount: int | None = Field(description="in whole minor units")
    unit: str
    reason: str
    happened_ms: int | None


class MeasureSum(Schema):
    """Of one currency, in whole minor units."""

    asked: int
    held: int
    moved: int
    returning: int
    arrived: int


class Measure(Schema):
    """How far the measure that is asked for is."""

    steps: list[StepTold]
    sums: dict[str, MeasureSum] = Field(description="by currency")
    left_out: dict[str, int] = Field(description="why steps are in no sum, and how many")


class RequestShown(RequestLine):
    """One request, whole."""

    next: str = Field(description="what this State does next")
    next_words: Words
    tracks: list[Track]
    measure: Measure
    turns: list[Turn]
    disowned: list[Disowned] = Field(description="said, and not counting: no fact of the request")
    fullness: Fullness


type Files = dict[str, str]
"""Base64 of each attachment by its path; 8 MiB of all together."""


type Uploads = dict[str, Annotated[str, Field(pattern=r"^[a-z2-7]{26}$")]]
"""Id of the upload of each attachment that is larger, by its path."""


class SendRequest(Strict):
    """A request, and whom it asks."""

    to: list[str] = Field(min_length=1, max_length=16, description="PARTY or PARTY/AGENCY")
    channel: str = Field("", max_length=255)
    request: dict[str, object] = Field(description="as request.schema.json")
    files: Files = Field(default_factory=dict)
    uploads: Uploads = Field(default_factory=dict)
    drafted: Prefix = Field("", description="id under which a draft of it was shown")


class Sent(Schema):
    """An act that stands in the own log, or a draft that lacks approvals."""

    sent: bool
    repeated: bool = Field(description="whether a call with the same key had done it")
    act: str
    matter: str
    approvals_missing: int
    channel: str
    log: str
    index: int | None
    deliveries: list[Delivery]


class Needs(Schema):
    """Whose approvals a draft needs."""

    approvals: int
    roles: list[str] = Field(description="one of which the second officer has")
    review_hours: int = Field(description="after a release by one officer alone")


class No(Schema):
    """A refusal by rule."""

    rule: str
    what: str
    fix: str


class Said(Schema):
    """What a colleague said."""

    officer: str
    at_ms: int
    text: str


class DraftLine(Schema):
    """A draft that lacks approvals: exactly what will cross."""

    draft: str
    tag: str
    matter: str
    channel: str
    content_sha256: str = Field(description="what an approval binds")
    approved_by: list[str]
    approvals_missing: int
    written_by: str
    written_ms: int
    needs: Needs
    stopped_by: list[No] = Field(description="what it cannot leave for yet")
    comments: list[Said] = Field(description="of colleagues; none of it crosses")
    values: object
    texts: object
    bodies: list[Carried]


class DraftPage(Schema):
    """Some of the drafts that lack approvals."""

    drafts: list[DraftLine]
    next: str = Field(description="the `after` of the next page; empty at the end")


class Dropped(Schema):
    """A draft that was thrown away."""

    dropped: str


class Whoami(Schema):
    """In whose name a token works."""

    officer: str
    agency: str
    office: str
    scopes: list[str]
    label: str = Field(description="of the token")
    until_ms: int = Field(description="when the token ends by itself")
    party: str
    version: str
