"""The line to people who asked for notices by mail: one message by SMTP, always the same words.

Of what it is called with, number and code of a ring, or the code of a test, alone enter a message.

Floor: adapters.
"""

import smtplib
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from pathlib import Path
from typing import Final

from comity.domestic.webhook import kinds, letter
from comity.kernel import ijson
from comity.kernel.fault import Fault, quoted

PATIENCE_S: Final = 10.0
STARTTLS, TLS, PLAIN = "starttls", "tls", "none"
SECURITIES: Final = (STARTTLS, TLS, PLAIN)
_SENT: Final = 200
_REFUSED: Final = 502


@dataclass(frozen=True, slots=True)
class Relay:
    """By which server mail leaves.

    Attributes:
        host: of the server; "": none is configured.
        port: of it.
        sender: the address that it comes from.
        address: of the officers' pages, which stands in the message.
        security: `starttls`, `tls`, or `none` for a server on this machine.
        user: who signs in there, or "".
        password_file: that holds their password, or "".
    """

    host: str = ""
    port: int = 587
    sender: str = ""
    address: str = ""
    security: str = STARTTLS
    user: str = ""
    password_file: str = ""


class SmtpHooks:
    """Notices by mail; a connection for each, since they are few."""

    def __init__(self, relay: Relay, patience_s: float = PATIENCE_S) -> None:
        self._relay = relay
        self._patience_s = patience_s

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> int:  # noqa: ARG002 -- no signature is read from mail
        """Send the notice; return 200, or 502 where the server refuses it for good.

        Raises:
            Fault: `adapters.mail.unset`, `adapters.mail.unreachable`.
        """
        found = letter.parse(url)
        assert found is not None, "another line tells programs"
        if not self._relay.host:
            raise Fault(
                code="adapters.mail.unset",
                what="No server for mail is configured on this node.",
                fix="Set [mail] in config.toml and start `comity serve` again.",
            )
        try:
            self._send(*found, *rung(body))
        except smtplib.SMTPResponseException as error:
            if error.smtp_code >= 500:  # noqa: PLR2004 -- RFC 5321, 4.2.1: permanent
                return _REFUSED
            raise self._unreachable(error) from error
        except smtplib.SMTPRecipientsRefused:
            return _REFUSED
        except (smtplib.SMTPException, OSError) as error:
            raise self._unreachable(error) from error
        return _SENT

    def close(self) -> None:
        """Nothing is open between two notices."""

    def _send(self, address: str, language: str, ring: str, code: str) -> None:
        relay = self._relay
        subject, text = letter.render(language, relay.address, ring, code)
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = relay.sender, address, subject
        message["Date"] = formatdate(usegmt=True)
        message["Message-ID"] = make_msgid(domain=relay.sender.rpartition("@")[2])
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no robot answers it
        message.set_content(text)
        with self._opened() as server:
            if relay.user:
                server.login(relay.user, Path(relay.password_file).read_text().strip())
            server.send_message(message)

    def _opened(self) -> smtplib.SMTP:
        relay = self._relay
        trust = ssl.create_default_context()
        if relay.security == TLS:
            return smtplib.SMTP_SSL(relay.host, relay.port, timeout=self._patience_s, context=trust)
        server = smtplib.SMTP(relay.host, relay.port, timeout=self._patience_s)
        if relay.security == STARTTLS:
            server.starttls(context=trust)
        return server

    def _unreachable(self, error: Exception) -> Fault:
        where = f"{self._relay.host}:{self._relay.port}"
        return Fault(
            code="adapters.mail.unreachable",
            what=f"The server for mail at {quoted(where)} took nothing: {type(error).__name__}.",
            fix="Wait: the node tries again by itself. Check [mail] in config.toml and the server.",
        )


def rung(body: bytes) -> tuple[str, str]:
    """Return number and code of the ring or test that a call is about, or nothing."""
    event = ijson.parse(body) if body else {}
    if not isinstance(event, dict) or event.get("type") not in {kinds.RUNG, kinds.TEST}:
        return "", ""
    data = event["data"]
    assert isinstance(data, dict)
    return str(data.get("ring", "")), str(data.get("code", ""))
