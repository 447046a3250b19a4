"""A token by which a program works in an officer's name: shown once, kept as a hash.

    comity-api-mzxw6ytboi5dqmzrgu3tsmbqgmytemzugu3dooj2gezdgnbvgy3tqob7hu2q

It opens what its scopes name and never more than the officer themselves may do.

Floor: domestic (pure).
"""

import base64
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

PREFIX: Final = "comity-api-"

READ: Final = "read"
DRAFT: Final = "draft"
RELEASE: Final = "release"
GUIDELINE: Final = "guideline"
LEGAL: Final = "legal"
DESK: Final = "desk"
EVIDENCE: Final = "evidence"
AUDIT: Final = "audit"
WEBHOOK: Final = "webhook"
STATUS: Final = "status"
FEED: Final = "feed"
OUTSIDE: Final = "outside"
RING: Final = "ring"

SCOPES: Final[Mapping[str, str]] = MappingProxyType(
    {
        READ: "read requests, drafts and what they carry",
        DRAFT: "write drafts, and send what needs no other officer",
        RELEASE: "approve and release what another officer drafted",
        GUIDELINE: "propose, adopt and decline joint texts",
        LEGAL: "record decisions that the law asks for",
        DESK: "route, assign and hand over at the duty desk, and write into its files",
        EVIDENCE: "upload evidence, take it out, hand it over and destroy it",
        AUDIT: "export the local log",
        WEBHOOK: "add, test and end webhooks",
        STATUS: "read logs, mirrors and deliveries, and no content",
        OUTSIDE: "admit guests, who are no officers, list their sessions and end them",
        RING: "give the code of a ring back, and nothing else",
        FEED: "see in a calendar program what is due, at /feed/TOKEN.ics, and when you are on "
        "duty, at /feed/TOKEN/duty.ics",
    }
)
"""Each scope, and what it opens."""


def render(bits: bytes) -> str:
    """Return the token of 32 random bytes."""
    return PREFIX + base64.b32encode(bits).decode("ascii").rstrip("=").lower()
