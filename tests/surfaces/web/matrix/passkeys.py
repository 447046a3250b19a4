"""A passkey in somebody's account, as a browser would have had it registered.

Nobody has its private half, so nobody signs in by it; it is there to be listed, named, removed.

Floor: tests.
"""

import hashlib
from typing import TYPE_CHECKING, Final

from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import (
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

_HOST: Final = "testserver"


def add(user: "AbstractBaseUser", name: str) -> int:
    """Let somebody have a passkey of that name; return the number of its row."""
    from allauth.mfa.webauthn.internal.auth import WebAuthn  # noqa: PLC0415 -- needs settings

    public = ec.generate_private_key(ec.SECP256R1()).public_key()
    key = ES256.from_cryptography_key(public)  # type: ignore[no-untyped-call] # of fido2
    held = AttestedCredentialData.create(bytes(16), name.encode(), key)
    flags = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV | AuthenticatorData.FLAG.AT
    data = AuthenticatorData.create(hashlib.sha256(_HOST.encode()).digest(), flags, 0, held)
    client = CollectedClientData.create("webauthn.create", bytes(32), f"https://{_HOST}")
    credential = {
        "id": websafe_encode(name.encode()),
        "rawId": websafe_encode(name.encode()),
        "type": "public-key",
        "response": {
            "clientDataJSON": websafe_encode(client),
            "attestationObject": websafe_encode(AttestationObject.create("none", data, {})),
        },
        "clientExtensionResults": {},
    }
    return int(WebAuthn.add(user, name, credential).instance.pk)
