"""Which addresses this node calls.

Floor: node.
"""

import re
from collections.abc import Collection
from typing import Final
from urllib.parse import urlsplit

from comity.domestic.webhook import kinds as known
from comity.kernel.fault import Fault, quoted

URL_CHARS_MAX: Final = 2_000
_SCHEME: Final = re.compile(r"[a-z][a-z0-9+.-]{1,30}")
_LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})


def is_messenger(url: str) -> bool:
    """Return whether a library of messengers is to ring there: neither a program nor a mailbox."""
    scheme, mark, _ = url.partition("://")
    return bool(mark and _SCHEME.fullmatch(scheme)) and scheme not in {"http", "https"}


def require_of(url: str, kinds: Collection[str], *, is_here: bool) -> None:
    """Return if what is asked for may be told there: a messenger is rung, and hears nothing else.

    Whether its scheme is one that the operator named, the line to it says.

    Raises:
        Fault: `node.webhook.url`.
    """
    if not is_messenger(url) or {*kinds} != {known.RING}:
        require(url, is_here=is_here)
        return
    try:
        is_inside = not is_here and urlsplit(url).hostname in _LOOPBACK
    except ValueError:
        raise _unfit(url) from None
    is_plain = url.isascii() and url.isprintable() and " " not in url
    if not is_plain or is_inside or len(url) > URL_CHARS_MAX:
        raise _unfit(url)


def require(url: str, *, is_here: bool) -> None:
    """Return if a URL may be called: HTTPS elsewhere; this machine for who is at it.

    Raises:
        Fault: `node.webhook.url`.
    """
    try:
        parts = urlsplit(url)
        is_port = parts.port is None or parts.port > 0
    except ValueError:
        parts, is_port = urlsplit(""), False
    is_loopback = parts.hostname in _LOOPBACK
    is_safe = is_here if is_loopback else parts.scheme == "https"
    is_plain = url.isascii() and url.isprintable() and " " not in url
    if (
        is_safe
        and parts.scheme in {"http", "https"}
        and is_plain
        and is_port
        and parts.hostname
        and not (parts.username or parts.password or parts.fragment)
        and len(url) <= URL_CHARS_MAX
    ):
        return
    raise _unfit(url)


def _unfit(url: str) -> Fault:
    return Fault(
        code="node.webhook.url",
        what=f"{quoted(url)} is no address that this node calls.",
        fix="Give an https URL, without a name or password in it. A program on this machine is "
        "registered there, with `comity webhook add`; plain http is for it alone. A messenger is "
        "told of rings alone.",
    )
