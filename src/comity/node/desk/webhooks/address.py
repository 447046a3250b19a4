"""Which addresses this node calls.

Floor: node.
"""

from typing import Final
from urllib.parse import urlsplit

from comity.kernel.fault import Fault, quoted

URL_CHARS_MAX: Final = 2_000
_LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})


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
    raise Fault(
        code="node.webhook.url",
        what=f"{quoted(url)} is no address that this node calls.",
        fix="Give an https URL, without a name or password in it. A program on this machine is "
        "registered there, with `comity webhook add`; plain http is for it alone.",
    )
