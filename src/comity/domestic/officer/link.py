"""A link by which an officer signs in once: shown once, kept as a hash, good for minutes.

    http://127.0.0.1:8400/account/link/comity-link-mzxw6ytboi5dqmzrgu3tsmbqgmytemzugu3dooj2gezd…

Its token has 256 random bits; `token.sha256` says what is kept of it.

Floor: domestic (pure).
"""

import base64
from typing import Final

PREFIX: Final = "comity-link-"
MINUTES: Final = 15
"""For so long a link is good."""

PATH: Final = "/account/link/"
"""Where the officers' pages take it."""


def render(bits: bytes) -> str:
    """Return the token of 32 random bytes."""
    return PREFIX + base64.b32encode(bits).decode("ascii").rstrip("=").lower()


def address(origin: str, token: str) -> str:
    """Return the link: `http://127.0.0.1:8400` and a token."""
    return f"{origin.rstrip('/')}{PATH}{token}"
