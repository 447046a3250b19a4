"""A session of somebody who is no officer: what is kept of it, and its secrets in text.

    link         comity-enter-…      opened once, in a browser, which then has a cookie
    token        comity-outside-…    a program sends it as `Authorization: Bearer …`
    certificate  SHA-256 of its DER  a program shows it in the TLS handshake

Each secret has 256 random bits and is kept as its SHA-256.

Floor: domestic (pure).
"""

import base64
import hashlib
from dataclasses import dataclass
from typing import Final

LINK: Final = "link"
TOKEN: Final = "token"  # noqa: S105 -- a kind of session
CERTIFICATE: Final = "certificate"
KINDS: Final = (LINK, TOKEN, CERTIFICATE)

SECRET_BYTES: Final = 32
LINK_PREFIX: Final = "comity-enter-"
TOKEN_PREFIX: Final = "comity-outside-"  # noqa: S105 -- how each begins; it opens nothing
ENTER: Final = "/enter/"
"""Before a link's secret in its address."""

NAME_CHARS_MAX: Final = 100
DAYS_DEFAULT: Final = 7
DAYS_MAX: Final = 366
REQUESTS_DEFAULT: Final = 60
REQUESTS_MAX: Final = 6_000
MEBIBYTES_DEFAULT: Final = 64
MEBIBYTES_MAX: Final = 16_384


@dataclass(frozen=True, slots=True)
class Terms:
    """What an officer says when they admit somebody.

    Attributes:
        kind: one of `KINDS`.
        name: of the person or program.
        on_behalf: in whose name they act: a bank, a ministry, an exercise.
        scopes: names of scopes.
        days: after which the session ends by itself.
        requests: a minute, at most.
        mebibytes: an hour, both ways together, at most.
    """

    kind: str
    name: str
    on_behalf: str
    scopes: tuple[str, ...]
    days: int = DAYS_DEFAULT
    requests: int = REQUESTS_DEFAULT
    mebibytes: int = MEBIBYTES_DEFAULT


@dataclass(frozen=True, slots=True)
class Session:
    """What is kept of a session.

    Attributes:
        id: 12 hex digits, by which officers name it.
        kind: one of `KINDS`.
        name: of the person or program.
        on_behalf: in whose name they act.
        scopes: names of scopes.
        requests: a minute, at most.
        mebibytes: an hour, at most.
        officer: who admitted them.
        agency: of that officer; its officers see and end the session.
        since_ms: when it was made.
        until_ms: when it ends by itself.
        entered_ms: of a link: when it was opened, or None.
        ended_ms: when it was ended, or None.
    """

    id: str
    kind: str
    name: str
    on_behalf: str
    scopes: tuple[str, ...]
    requests: int
    mebibytes: int
    officer: str
    agency: str
    since_ms: int
    until_ms: int
    entered_ms: int | None = None
    ended_ms: int | None = None

    def is_open(self, now_ms: int) -> bool:
        """Whether it opens anything."""
        return self.ended_ms is None and now_ms < self.until_ms


def render(prefix: str, bits: bytes) -> str:
    """Return a secret of 32 random bytes as text."""
    assert len(bits) == SECRET_BYTES
    return prefix + base64.b32encode(bits).decode("ascii").rstrip("=").lower()


def sha256(secret: str) -> str:
    """Return what is kept of a secret, in hex."""
    return hashlib.sha256(secret.strip().encode("utf-8", "replace")).hexdigest()


def address(origin: str, link: str) -> str:
    """Return where a link is opened: `https://guests.example/enter/comity-enter-…`."""
    return f"{origin.rstrip('/')}{ENTER}{link}"
