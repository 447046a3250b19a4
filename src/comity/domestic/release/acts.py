"""The steps of a release: each is an officer's, and none ever crosses.

Floor: domestic (pure).
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Drafted:
    """An officer wrote a draft, or changed it: what was approved before is void.

    Attributes:
        officer: their name.
        content_sha256: see `content`.
        at_ms: when.
    """

    officer: str
    content_sha256: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class Approved:
    """An officer approved this very content."""

    officer: str
    content_sha256: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class Returned:
    """An officer who was to approve it sent it back: it is its author's again."""

    officer: str
    content_sha256: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class Released:
    """An officer let the approved content out, or broke the glass in an emergency.

    Attributes:
        officer: their name.
        content_sha256: what they let out.
        at_ms: when.
        counted: officers whose approvals counted, in the order in which they gave them.
        reason_sha256: where one officer alone released: salted hash of the reason that they
            gave; else "".
    """

    officer: str
    content_sha256: str
    at_ms: int
    counted: tuple[str, ...] = ()
    reason_sha256: str = ""


@dataclass(frozen=True, slots=True)
class Appended:
    """The released content stands in a log."""

    content_sha256: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class Dropped:
    """An officer threw the draft away."""

    officer: str
    at_ms: int


type Step = Drafted | Approved | Returned | Released | Appended | Dropped
