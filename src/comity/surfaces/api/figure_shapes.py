"""The shapes of figures and snapshots, as openapi.json shows them; docs/spec/review.md says more.

Floor: surfaces.
"""

from typing import Annotated

from ninja import Schema
from pydantic import Field

from comity.surfaces.api.shapes import Words

Span = Annotated[list[int], Field(min_length=2, max_length=2)]
"""From an instant to the first one after, milliseconds."""


class FigureCell(Schema):
    """One figure."""

    n: int = Field(description="how many it rests on")
    value: int | list[int] | None = Field(description="or a ratio in lowest terms; null of none")
    small: bool = Field(default=False, description="fewer than five")
    interval: list[int | None] = Field(
        default_factory=list, description="of a percentile, from and to"
    )


class FigureSet(Schema):
    """Figures: what their digest is of, as canonical JSON."""

    definitions: int
    period: Span
    before: Span | None
    now_ms: int
    cut: dict[str, int]
    cells: dict[str, FigureCell] = Field(description="by address, such as all/volume/asked")
    cells_before: dict[str, FigureCell]
    contradicted: list[dict[str, object]] = Field(
        description="claims of times that something contradicts"
    )
    use: dict[str, dict[str, dict[str, object]]] | None = Field(
        None, description="of rooms beside: by kind, type and group; where one was used"
    )


class AgreedSnapshot(Schema):
    """A snapshot of the same period on which all sides agreed."""

    snapshot: str
    digest: str
    definitions: str
    now_ms: int
    same: bool = Field(description="whether these are its figures; else those stand beside them")


class SnapshotInPart(AgreedSnapshot):
    """A snapshot of the same period on which some agreed, and not all."""

    agree: list[str] = Field(description="parties that found the same, its author among them")
    differ: list[str] = Field(description="parties that found other figures")
    silent: list[str] = Field(description="parties that have said nothing")
    words: Words


class AwaitedEntries(Schema):
    """Entries of an own log that are in no figures: a party has not signed for them."""

    log: str
    party: str = Field(description="who is waited for")
    entries: int
    since_ms: int = Field(description="when the first of them was signed here")
    words: Words
    step: Words | None = Field(description="what to do next; null while it is a matter of minutes")


class FiguresShown(Schema):
    """The figures of a period."""

    channel: str
    digest: str
    figures: FigureSet
    notes: dict[str, Words] = Field(
        description="what a cell leaves out because it is not known yet, by its address"
    )
    agreed: list[AgreedSnapshot]
    agreed_in_part: list[SnapshotInPart]
    waiting: list[AwaitedEntries] = Field(description="what is not in them yet")


class BehindLine(Schema):
    """One request behind a figure."""

    id: str
    channel: str
    asker: str
    status: str
    urgency: str
    counted: bool


class FigureRequests(Schema):
    """The requests behind a figure that may be read."""

    cell: str
    n: int
    counted: int
    requests: list[BehindLine]


class AnnexTimes(Schema):
    """How long something took."""

    name: str
    n: int
    median_ms: int | None
    most_ms: int | None
    label: Words


class AnnexShown(Schema):
    """What this node alone knows beside figures."""

    channel: str
    digest: str
    steps: list[AnnexTimes]
    transit: AnnexTimes


class SnapshotPosition(Schema):
    """What a party found last."""

    party: str
    digest: str
    act: str


class SnapshotComment(Schema):
    """A comment on a figure."""

    cell: str
    party: str
    act: str


class SnapshotShown(Schema):
    """Figures that a party has named."""

    id: str
    channel: str
    status: str
    author: str
    act: str
    digest: str
    definitions: str
    period: Span
    before: Span | None
    now_ms: int
    cut: dict[str, int]
    positions: list[SnapshotPosition]
    agree: list[str] = Field(description="parties that found the same, its author among them")
    differ: list[str] = Field(description="parties that found other figures")
    silent: list[str] = Field(description="parties that have said nothing")
    waits: Words | None = Field(description="for whom it waits; null once agreed or withdrawn")
    comments: list[SnapshotComment]


class SnapshotList(Schema):
    """Every snapshot that the officer may read."""

    snapshots: list[SnapshotShown]


class FigureDifference(Schema):
    """What differs: nothing of what is the same, and digests alone where theirs are not held."""

    digest: str = ""
    their_digest: str = ""
    basis: list[dict[str, object]] = Field(default_factory=list, description="name, own, other")
    cells: list[dict[str, object]] = Field(
        default_factory=list, description="address, before, own, other, acts"
    )


class SnapshotCompared(Schema):
    """A snapshot beside what this node computes."""

    snapshot: str
    same: bool
    comparable: bool = Field(description="whether both are computed by the same definitions")
    digest: str
    their_digest: str
    difference: FigureDifference


class ReviewCompared(Schema):
    """A snapshot, and what differs."""

    snapshot: SnapshotShown
    compared: SnapshotCompared


class MovedRequest(Schema):
    """A request that adds other things now than at the snapshot."""

    id: str | None = Field(description="null of one that may not be read")
    addressee: str
    where: str = Field(alias="in", description="own: now alone; other: then alone; both")
    fields: list[str]
    acts: list[str] = Field(description="none where time alone has passed")


class ReviewSince(Schema):
    """A snapshot beside the same period now: own is now, other the snapshot."""

    snapshot: str
    status: str
    their_digest: str
    digest: str
    now_ms: int
    cut: dict[str, int]
    held: bool = Field(description="whether the figures of the snapshot are found or held here")
    basis: list[dict[str, object]] = Field(description="name, own, other")
    cells: list[dict[str, object]] = Field(
        description="address, before, own, other, and rows: places in requests"
    )
    requests: list[MovedRequest]
    waiting: list[AwaitedEntries] = Field(description="what is not in the figures of now yet")
