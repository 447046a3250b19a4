"""How a program knows that a call comes from this node: the Standard Webhooks scheme.

    webhook-id: msg_…                 the same when it is tried again
    webhook-timestamp: 1764000000     seconds since 1970 UTC
    webhook-signature: v1,<base64>    HMAC-SHA256 of `id.timestamp.body` under the secret

The secret is `whsec_` and the base64 of 32 random bytes.

Source: standardwebhooks.com, specification 1.0.0.
Floor: domestic (pure).
"""

import base64
from collections.abc import Mapping
from typing import Final

from cryptography.hazmat.primitives import hashes, hmac

PREFIX: Final = "whsec_"
SECRET_BYTES: Final = 32


def render_secret(bits: bytes) -> str:
    """Return the secret of 32 random bytes, as a program is given it."""
    assert len(bits) == SECRET_BYTES
    return PREFIX + base64.b64encode(bits).decode("ascii")


def headers(secret: str, message_id: str, at_s: int, body: bytes) -> Mapping[str, str]:
    """Return the three headers of a call.

    Args:
        secret: as `render_secret` gives it.
        message_id: names what happened; the same in every try.
        at_s: seconds since 1970 UTC.
        body: of the call.
    """
    key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    mac = hmac.HMAC(key, hashes.SHA256())
    mac.update(f"{message_id}.{at_s}.".encode("ascii") + body)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(at_s),
        "webhook-signature": "v1," + base64.b64encode(mac.finalize()).decode("ascii"),
    }
