"""The shapes of law and of the nation profile, as openapi.json shows them.

Floor: surfaces.
"""

from ninja import Schema
from pydantic import Field

from comity.surfaces.api.problems import Flaw
from comity.surfaces.api.shapes import Words


class LawSituation(Schema):
    """Of what the law is asked."""

    direction: str
    type: str
    crime_type: str = Field(alias="crime-type")
    urgency: str


class LawDecided(Schema):
    """A decision of counsel."""

    question: str
    verdict: str = Field(description="allows or stops")
    named: str = Field(description="the legal basis or instrument; or empty")
    number: str
    conditions: list[str]
    note: str
    officer: str
    at_ms: int
    content: str
    profile: str = Field(description="SHA-256 of the nation profile that asked")


class LawQuestion(Schema):
    """One question, and where it stands."""

    id: str
    rule: str
    because: dict[str, str]
    decides: str
    direction: str
    label: Words
    question: Words
    roles: list[str]
    ground: str
    offered: list[str]
    conditions: list[str]
    status: str
    decided: LawDecided | None
    sources: list[str]


class LawNo(Schema):
    """Why a step may not be taken."""

    code: str
    what: str
    fix: str


class LawExplained(Schema):
    """What the law asks of a request or draft."""

    subject: str
    content: str
    profile: str
    situation: LawSituation
    questions: list[LawQuestion]
    no: LawNo | None


class LawStopped(Schema):
    """An act that a profile would have stopped."""

    act: str
    tag: str
    matter: str
    channel: str
    no: LawNo


class LawDryRun(Schema):
    """The acts that a profile would have stopped."""

    stopped: list[LawStopped]


class NationAgency(Schema):
    """One agency."""

    id: str
    label: Words
    capacities: list[str]
    languages: list[str]
    zone: str
    always: bool = Field(description="whether it is there at any hour")
    speaks: bool = Field(description="whether it speaks to other States")


class NationRule(Schema):
    """A rule of competence."""

    id: str
    agency: str
    also: list[str]


class NationPoint(Schema):
    """A point of law."""

    id: str
    decides: str
    question: Words


class NationGround(Schema):
    """A ground of refusal."""

    id: str
    ground: str


class NationShown(Schema):
    """A nation profile."""

    id: str
    sha256: str
    version: str
    title: Words
    agencies: list[NationAgency]
    competence: list[NationRule]
    points: list[NationPoint]
    grounds: list[NationGround]
    to_be_verified: int = Field(description="parts of which a source is still to be verified")


class NationAdopted(Schema):
    """A version that was adopted."""

    number: int
    by: str
    at_ms: int
    sha256: str
    id: str
    version: str


class NationAsked(Schema):
    """A profile that waits for an auditor, who agrees or declines on their page."""

    by: str
    at_ms: int
    sha256: str


class NationVersions(Schema):
    """Every version."""

    versions: list[NationAdopted]


class NationChecked(Schema):
    """What is wrong in a nation profile."""

    fit: bool
    problems: list[Flaw]
    remarks: list[Flaw] = Field(description="where it differs from the guideline that was given")
    sha256: str = Field(description="empty unless fit, like the two that follow")
    id: str
    version: str
