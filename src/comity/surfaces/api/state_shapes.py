"""The shapes of how a node stands, and of letters, as openapi.json shows them.

Floor: surfaces.
"""

from ninja import Schema
from pydantic import Field

from comity.surfaces.api.shapes import Words


class LogDelivery(Schema):
    """How one mirror of an own log stands."""

    party: str
    cosigned: int = Field(description="entries that it has signed for")
    cosigned_at_ms: int | None
    lag: int = Field(description="entries that it has not signed for")
    acts: int = Field(description="among them")
    oldest_ms: int = Field(description="how long the oldest of those waits")
    failures: int
    next_try_ms: int
    last_error_code: str
    last_error: str
    skew_ms: int | None = Field(description="its clock less ours")
    given_up_at_ms: int | None = Field(description="since when nothing waits for it")
    unreceived: int = Field(description="acts that it stored and has signed no receipt for")
    unreceived_ms: int = Field(description="how long the oldest of those has been stored")


class LogWitness(Schema):
    """How one witness of an own log stands."""

    name: str
    cosigned: int
    cosigned_at_ms: int | None
    failures: int
    next_try_ms: int
    last_error_code: str
    last_error: str
    ahead: int = Field(description="entries that it says it cosigned, if they are not here; or 0")
    is_excused: bool = Field(description="whether two officers let the log be signed all the same")


class LogShown(Schema):
    """How one log stands."""

    origin: str
    channel: str
    party: str
    own: bool
    state: str = Field(description="open, frozen, offered or ended")
    size: int
    signed: int
    understood: int
    root: str
    head_at_ms: int | None
    deliveries: list[LogDelivery]
    witnesses: list[LogWitness]
    given_up_at_ms: int | None = Field(description="since when nothing waits for its author")


class StatusFinding(Schema):
    """One thing that is not in order."""

    about: str
    is_good: bool | None
    side: str = Field(description="own, peer or line: where it is to be mended")
    what: str
    fix: str


class Transactions(Schema):
    """What the serving process measured of its write transactions."""

    count: int
    over: int = Field(description="longer than they may take")
    longest_us: int
    longest: str
    entries: int
    at_ms: int


class DisputedClaim(Schema):
    """A claim that something else contradicts."""

    kind: str
    party: str
    origin: str
    index: int
    claim_ms: int
    by_origin: str
    by_index: int
    by_ms: int


class StatusShown(Schema):
    """How the node stands."""

    party: str
    logs: list[LogShown]
    findings: list[StatusFinding] = Field(description="what is not in order")
    transactions: Transactions | None
    disputed: list[DisputedClaim] = Field(description="the first 64")
    disputed_count: int


class ChannelLog(Schema):
    """One log of a channel."""

    party: str
    origin: str
    size: int
    state: str


class ServedMatter(Schema):
    """The one matter that a channel serves."""

    kind: str
    id: str


class ChannelShown(Schema):
    """One channel."""

    channel: str
    name: str
    purpose: str = Field(description="`hotline` is served first and `live` second")
    matter: ServedMatter | None = Field(description="the one matter that it serves, if any")
    state: str = Field(description="`waiting`, `open` or `ended`")
    waiting_for: list[str] = Field(description="parties that have not opened it on these terms")
    ended_by: str = Field(description="who ended it, or empty")
    reason: str = Field(description="why it ended, a code, or empty")
    key_sets: dict[str, int] = Field(
        description="sets of keys that each party showed; none where they stand on cards"
    )
    logs: list[ChannelLog]
    given_up: list[str] = Field(description="parties for which nothing waits")
    left_out: list[str] = Field(
        description="parties that have the channel not any more; nothing is said in it then"
    )


class ChannelList(Schema):
    """Every channel."""

    channels: list[ChannelShown]


class RoomShown(Schema):
    """Where one room of an arrangement stands."""

    arrangement: str
    room: str
    known: int = Field(description="the newest version that this program knows; 0: none")
    usable: int = Field(description="the version that every party has adopted; 0: none")
    adopted: dict[str, int] = Field(description="by party; 0 where it is not adopted")


class RoomList(Schema):
    """Every room of every arrangement."""

    rooms: list[RoomShown]


class PolicyShown(Schema):
    """The policy of one log."""

    log: str
    policy: str = Field(description="C2SP tlog-policy")


class PolicyList(Schema):
    """What an outsider needs to verify a proof."""

    policies: list[PolicyShown]


class LetterAgency(Schema):
    """An agency in a letter."""

    id: str
    names: Words


class LetterParty(Schema):
    """A party in a letter."""

    party: str
    names: Words
    agency: LetterAgency


class LetterReference(Schema):
    """A file number that was given before."""

    party: str
    reference: str


class LetterWord(Schema):
    """A code in words."""

    id: str
    words: Words


class LetterCode(LetterWord):
    """A code of the act, with what it is of."""

    label: Words


class LetterTime(LetterWord):
    """A time of the act."""

    at_ms: int


class LetterValue(Schema):
    """An item, and what is said of it."""

    id: str
    value: object = Field(description="as its author wrote it; null: nothing")


class LetterElement(LetterValue):
    """An element, and what is said of it."""

    words: Words


class LetterText(Schema):
    """An original or a translation."""

    lang: str
    text: str
    by: str
    original: bool


class LetterFile(Schema):
    """An attachment, as its author tells of it."""

    name: str
    media_type: str
    mark: str
    size: object
    sha256: str


class LetterAct(Schema):
    """The act of which a letter is."""

    id: str
    tag: str
    words: Words
    log: str
    index: int


class LetterGuideline(Schema):
    """The guideline that the act names."""

    sha256: str
    version: str
    words: Words


class LetterShown(Schema):
    """The data of a formal letter."""

    format: str
    title: Words
    mark: str
    matter: str
    from_: LetterParty = Field(alias="from")
    to: list[LetterParty]
    own_reference: str
    references: list[LetterReference]
    type: LetterWord
    urgency: LetterWord
    codes: list[LetterCode]
    times: list[LetterTime]
    received_at_ms: int | None
    items: list[LetterValue]
    elements: list[LetterElement]
    texts: list[list[LetterText]]
    attachments: list[LetterFile]
    act: LetterAct
    guideline: LetterGuideline | None
    digest: str = Field(description="SHA-256 of all but itself, as canonical JSON")
