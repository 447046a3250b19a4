"""Whether a call to a webhook comes from the node that has its secret: Standard Webhooks.

Floor: client.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from typing import Final

AGE_S_MAX: Final = 300
"""A call that was recorded is not taken again after so long."""


def is_authentic(secret: str, headers: Mapping[str, str], body: bytes, now_s: int) -> bool:
    """Return whether a call was signed with this secret, in the last five minutes.

    Args:
        secret: `whsec_…`, as it was shown once.
        headers: of the call; names in lower case.
        body: byte for byte.
        now_s: seconds since 1970 UTC.
    """
    message, at = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not at.isdecimal() or abs(now_s - int(at)) > AGE_S_MAX:
        return False
    try:
        key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except (ValueError, binascii.Error):
        return False
    mac = hmac.digest(key, f"{message}.{at}.".encode() + body, hashlib.sha256)
    own = b"v1," + base64.b64encode(mac)
    given = headers.get("webhook-signature", "").encode().split()
    return any(hmac.compare_digest(own, one) for one in given)
