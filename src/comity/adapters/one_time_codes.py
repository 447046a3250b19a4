"""Codes of officers' apps (RFC 6238: six digits, 30 seconds), by the secrets that pages keep.

A secret is sealed under the node's secret key as `comity.surfaces.web.account.adapter` does it.

Floor: adapters.
"""

import base64
from typing import Final

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.twofactor import InvalidToken as WrongCode
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from comity.kernel.fault import Fault

PERIOD_S: Final = 30
_DIGITS: Final = 6
_MS: Final = 1_000


def code_at(secret: str, at_ms: int) -> str:
    """Return what an app with a secret, in base32, shows at an instant."""
    return _app(base64.b32decode(secret, casefold=True)).generate(at_ms // _MS).decode("ascii")


def _app(secret: bytes) -> TOTP:
    return TOTP(secret, _DIGITS, SHA1(), PERIOD_S, enforce_key_length=False)  # noqa: S303 -- what apps of codes use


class OneTimeCodes:
    """Reads codes by secrets that are sealed under a node's secret key."""

    def __init__(self, secret_key: str) -> None:
        kdf = HKDF(SHA256(), 32, salt=None, info=b"comity second factors")
        self._fernet = Fernet(base64.urlsafe_b64encode(kdf.derive(secret_key.encode())))

    def period(self, sealed: str, code: str, at_ms: int) -> int | None:
        """Return the period whose code this is, the one of an instant or the one on either side.

        Raises:
            Fault: `officer.factor.lost`.
        """
        try:
            secret = base64.b32decode(self._fernet.decrypt(sealed.encode()), casefold=True)
        except (InvalidToken, ValueError) as error:
            raise Fault(
                code="officer.factor.lost",
                what="What this node keeps of your app of codes, or recovery codes, does not open: "
                "the file secret-key of its home is another one now.",
                fix="Ask whoever runs the node to restore that file, or to run "
                "`comity officer reset-factor`: then you add one anew.",
            ) from error
        app = _app(secret)
        now = at_ms // _MS // PERIOD_S
        for period in (now, now - 1, now + 1):
            try:
                app.verify(code.encode(), period * PERIOD_S)
            except WrongCode:
                continue
            return period
        return None
