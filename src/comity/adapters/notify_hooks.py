"""The line to devices that a library rings: `ntfys://ntfy.example/topic`, and many schemes more.

Two bars hold it in.  The operator names the schemes, and the library knows no other.  It follows
no redirect: it would go where no one allowed, and report that the message arrived.  A host is
called where webhooks may call too.

Of what it is called with, number and code of a ring, or the code of a test, alone enter a message.

Floor: adapters.
"""

import importlib
from collections.abc import Mapping, Sequence
from ipaddress import IPv4Network, IPv6Network
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import httpx

from comity.adapters import outbound
from comity.adapters.smtp_hooks import rung
from comity.domestic.webhook import letter
from comity.kernel.fault import Fault, quoted

EXTRA: Final = "comity[notify]"
_SENT: Final = 200
_REFUSED: Final = 502


class NotifyHooks:
    """Messages by a library of messengers, of the schemes that the operator named.

    Args:
        schemes: that are known.
        inside: networks that may be called beside the public ones.
    """

    def __init__(
        self, schemes: Sequence[str], inside: Sequence[IPv4Network | IPv6Network] = ()
    ) -> None:
        self._schemes = frozenset(schemes)
        self._inside = inside

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> int:  # noqa: ARG002 -- no signature is read from a message
        """Send the message; return 200, or 502 where the service took nothing.

        Raises:
            Fault: `adapters.notify.scheme`, `adapters.notify.missing`, `node.webhook.inside`.
        """
        scheme = urlsplit(url).scheme
        if scheme not in self._schemes:
            raise Fault(
                code="adapters.notify.scheme",
                what=f"This node sends nothing by {quoted(scheme)}.",
                fix="Ask the operator to name it in notify_schemes of config.toml; named are: "
                f"{', '.join(sorted(self._schemes)) or 'none'}.",
            )
        self._require_outside(url)
        title, text = letter.short(*rung(body))
        sender = self._library().Apprise()
        if not sender.add(unredirected(url)):
            return _REFUSED
        return _SENT if sender.notify(body=text, title=title) else _REFUSED

    def close(self) -> None:
        """Nothing is open between two messages."""

    def _library(self) -> Any:  # noqa: ANN401 -- an extra, which need not be there
        try:
            found = importlib.import_module("apprise")
        except ImportError:
            raise Fault(
                code="adapters.notify.missing",
                what="The library that sends such messages is not installed.",
                fix=f"Install {EXTRA} and start `comity serve` again.",
            ) from None
        importlib.import_module("apprise.manager_plugins").NotificationManager().enable_only(
            *self._schemes
        )
        return found

    def _require_outside(self, url: str) -> None:
        """Return if the host may be called; what names no host is called where its service is.

        Raises:
            Fault: `node.webhook.inside`.
        """
        meant = urlsplit(url)
        try:
            place = httpx.URL(f"https://{meant.hostname or ''}:{meant.port or 443}")
            found, named = outbound.address(place, self._inside)
        except (OSError, ValueError, httpx.InvalidURL):
            return
        if not found:
            raise Fault(
                code="node.webhook.inside",
                what=f"{quoted(meant.hostname or '')} is {named}, which is no public address.",
                fix="Name a public one. For a program inside, the operator allows its network: "
                "`webhook_networks` in config.toml.",
            )


def unredirected(url: str) -> str:
    """Return an address of the library by which it follows no redirect, whatever it asked."""
    parts = urlsplit(url)
    asked = [(name, value) for name, value in parse_qsl(parts.query) if name != "redirect"]
    return urlunsplit(parts._replace(query=urlencode([*asked, ("redirect", "no")])))
