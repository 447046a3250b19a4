"""The shapes of cases, as openapi.json shows them; see `shapes.CaseLine`.

Floor: surfaces.
"""

from ninja import Schema
from pydantic import Field

from comity.surfaces.api.shapes import CaseHead, CaseStep, Words


class CaseNext(Schema):
    """What a party does next."""

    party: str
    action: str
    words: Words


class CaseRequest(Schema):
    """One request of a case."""

    matter: str
    type: str
    urgency: str
    asker: str
    addressees: list[str]
    own_reference: str
    status: str
    status_words: Words
    asked: list[str] = Field(description="items, like the three that follow")
    answered: list[str]
    refused: list[str]
    outstanding: list[str]
    next: list[CaseNext]


class CaseVoice(Schema):
    """What a party says of a proposal or report."""

    party: str
    says: str
    reason: str


class CaseProposal(Schema):
    """A proposed level of priority."""

    act: str
    party: str
    level: str
    reason: str
    reason_words: Words
    status: str
    status_words: Words
    voices: list[CaseVoice]


class CaseReport(Schema):
    """A joint status report."""

    act: str
    party: str
    dialogue: str
    steps: list[CaseStep]
    items: list[str] = Field(description="requests of which it speaks")
    status: str
    status_words: Words
    texts: object = Field(description="originals and translations; null where none can be read")
    voices: list[CaseVoice]


class CaseIdentifier(Schema):
    """An identifier in its one spelling."""

    kind: str
    kind_words: Words
    identifier: str


class CaseLink(Schema):
    """Two identifiers that a State says to be of one person."""

    party: str
    act: str
    number: int = Field(description="of the link in its act, from 1")
    one: CaseIdentifier
    other: CaseIdentifier
    confidence: str
    confidence_words: Words
    source: str
    disputed: bool


class CasePerson(Schema):
    """Identifiers that hold together over links that nobody disputes."""

    identifiers: list[CaseIdentifier]
    parties: list[str] = Field(description="whose links join them")


class CaseTurn(Schema):
    """One act of a case."""

    act: str
    party: str
    tag: str
    words: Words
    result: str
    takes_effect: bool
    crossed: bool
    reason: str
    items: list[str]
    received_at_ms: int | None
    texts: object = Field(description="originals and translations; null where none can be read")


class CaseShown(CaseHead):
    """One case, whole."""

    channel: str
    digest: str = Field(description="of the folded state; equal on both nodes at one cut")
    requests: list[CaseRequest]
    proposals: list[CaseProposal]
    reports: list[CaseReport]
    links: list[CaseLink]
    people: list[CasePerson]
    links_unread: int = Field(description="acts of links whose bodies are missing or not as told")
    turns: list[CaseTurn]
