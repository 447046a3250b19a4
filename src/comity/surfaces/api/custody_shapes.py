"""The shapes of evidence and custody, as openapi.json shows them.

What an author tells of an attachment is theirs: where it may be anything, it is so here.

Floor: surfaces.
"""

from ninja import Schema
from pydantic import Field

from comity.surfaces.api.shapes import Delivery


class EvidenceItem(Schema):
    """One attachment, and where it came from."""

    act: str
    party: str
    number: str = Field(description="of the attachment in its act")
    name: str
    exhibit: object = Field(description="as its author tells, like the two that follow")
    role: object
    provenance: object
    media_type: str
    mark: str
    blob: str = Field(description="SHA-256 of what is stored; part of its address")
    sha256: object = Field(description="of the plaintext, as its author tells")
    size: int | None = Field(description="in the clear, in bytes; null unless held")
    state: str = Field(description="held, missing, damaged or destroyed, among others")
    sample: bool = Field(description="of malware: it comes as a zip alone")
    holder: str = Field(description="to whom it was handed last; empty: it is in the node alone")
    steps: int = Field(description="of its chain of custody")


class EvidenceList(Schema):
    """The attachments of a request."""

    items: list[EvidenceItem]


class CustodyStep(Schema):
    """One thing that an officer did with an attachment."""

    kind: str
    at_ms: int
    officer: str
    agency: str
    purpose: str
    authority: str
    tool: str
    to: str
    sha256: str
    quarantined: bool


class CustodyChain(EvidenceItem):
    """Who had one attachment in their hands, on both sides."""

    conditions: list[str] = Field(description="under which it was given, and that bind still")
    transit: list[Delivery]
    differs: bool = Field(description="whether two steps found another plaintext")
    destroyed: bool
    chain: list[CustodyStep]


class CustodyShown(Schema):
    """The chains of custody of a request's attachments."""

    items: list[CustodyChain]


class HandedOver(Schema):
    """A copy that was handed to somebody."""

    blob: str
    to: str


class EvidenceDue(Schema):
    """A blob that is to be destroyed, or was and is not attested."""

    matter: str
    act: str
    party: str
    blob: str
    role: str
    at_ms: int
    why: str
    state: str
    attested: list[str] = Field(description="parties that have attested its destruction")


class EvidenceDuePage(Schema):
    """Some of what is to be destroyed, by request; a page may be empty and not the last."""

    due: list[EvidenceDue]
    next: str = Field(description="the `after` of the next page; empty at the end")
