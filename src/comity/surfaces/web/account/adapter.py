"""How django-allauth does here what a house may decide.

    nobody signs up         officers are invited by whoever runs the node
    who guesses             is counted apart from the officer, and told
    no mail is sent         what changes in how somebody signs in is a step of the local log
    a row is shared         Django writes its own columns of an officer's row and no others
    passkeys                are bound to the name by which officers reach this node
    codes of apps           their secrets are kept encrypted under the node's secret key

Floor: surfaces.
"""

import base64
from typing import Any, Final, override

import qrcode
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from qrcode.image.svg import SvgPathImage

from comity.kernel.fault import Fault
from comity.surfaces.web import desk as desks
from comity.surfaces.web.account import guesses, local_log, reauthentication

FACTORS: Final = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
"""What counts as a second factor; recovery codes only stand in for one."""

_BY_PASSKEY: Final = "mfa_reauthenticate:webauthn"


class Accounts(DefaultAccountAdapter):  # type: ignore[misc] # allauth has no types
    """Signing in."""

    @override
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Officers are invited."""
        del request
        return False

    @override
    def set_password(self, user: AbstractBaseUser, password: str) -> None:
        """Write the password alone: the rest of the row may change meanwhile."""
        user.set_password(password)
        user.save(update_fields=["password"])

    @override
    def is_reauthentication_required(self, *, app: str) -> bool:
        """Whoever showed minutes ago that it is them need not show it again."""
        del app
        return not reauthentication.recently(context.request)

    @override
    def get_reauthentication_methods(self, user: AbstractBaseUser) -> list[dict[str, Any]]:
        """Who has a second factor shows that, and not a password, which may be known to others.

        Whoever has passkeys and no app of codes is asked for one of those first, and not for a
        recovery code.
        """
        found: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        stronger = [one for one in found if one["id"] != "reauthenticate"]
        if not is_mfa_enabled(user, [Authenticator.Type.TOTP]):
            stronger.sort(key=lambda one: one["id"] != _BY_PASSKEY)
        return stronger or found

    @override
    def post_login(self, request: HttpRequest, user: AbstractBaseUser, **how: Any) -> HttpResponse:
        """Note who signed in, and by what."""
        records = get_authentication_records(request, user)
        by = " ".join(dict.fromkeys(str(one.get("type") or one["method"]) for one in records))
        local_log.note(request, "officer.signed-in", {"officer": user.get_username(), "by": by})
        reauthentication.end_in_time(request)
        answer: HttpResponse = super().post_login(request, user, **how)
        guesses.remember(request, answer, user.get_username())
        return answer

    @override
    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Count wrong passwords so that a stranger's do not lock an officer out."""
        return guesses.counted_as(request, str(credentials.get("username", "")).lower())

    @override
    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Tell that a password did not fit."""
        guesses.failed(request, str(credentials.get("username", "")), "password")

    @override
    def send_notification_mail(
        self, template_prefix: str, user: AbstractBaseUser, *_: object, **__: object
    ) -> None:
        """Note what changed in how somebody signs in, where others would send a mail."""
        what = template_prefix.rpartition("/")[2].replace("_", "-")
        facts = {"officer": user.get_username(), "what": what}
        local_log.note(context.request, "officer.access-changed", facts)


class Factors(DefaultMFAAdapter):  # type: ignore[misc] # allauth has no types
    """Second factors and passkeys."""

    @override
    def generate_authenticator_name(self, user: AbstractBaseUser, type: Authenticator.Type) -> str:
        """Return what a key is called whose officer gave it no name."""
        count = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return gettext("Key %(number)s") % {"number": count + 1}

    @override
    def get_totp_issuer(self) -> str:
        """Return what an app of codes shows beside the officer's name."""
        return f"comity {desks.of(context.request).node.party}"

    @override
    def build_totp_svg(self, url: str) -> str:
        """Return a QR code, as a part of a page."""
        picture: bytes = qrcode.make(url, image_factory=SvgPathImage).to_string()
        return picture.decode("ascii")

    @override
    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Return the name that passkeys are bound to."""
        return {
            "id": settings.COMITY_PASSKEY_HOST or host_of(context.request),
            "name": self.get_totp_issuer(),
        }

    @override
    def encrypt(self, text: str) -> str:
        """Return a secret as it is kept."""
        return _fernet().encrypt(text.encode()).decode("ascii")

    @override
    def decrypt(self, encrypted_text: str) -> str:
        """Return a secret that was kept.

        Raises:
            Fault: `officer.factor.lost`.
        """
        try:
            return _fernet().decrypt(encrypted_text.encode("ascii")).decode()
        except InvalidToken as error:
            raise Fault(
                code="officer.factor.lost",
                what="What this node keeps of your app of codes, or recovery codes, does not open: "
                "the file secret-key of its home is another one now.",
                fix="Ask whoever runs the node to restore that file, or to run "
                "`comity officer reset-factor`: then you add one anew.",
            ) from error


def host_of(request: HttpRequest) -> str:
    """Return the name by which a browser asks, without its port."""
    host = request.get_host()
    return host.partition("]")[0] + "]" if host.startswith("[") else host.partition(":")[0]


def has_factor(user: AbstractBaseUser | AnonymousUser) -> bool:
    """Return whether somebody has a passkey or a second factor."""
    return bool(is_mfa_enabled(user, FACTORS))


def _fernet() -> Fernet:
    """Return what encrypts secrets, under a key of this node."""
    kdf = HKDF(SHA256(), 32, salt=None, info=b"comity second factors")
    return Fernet(base64.urlsafe_b64encode(kdf.derive(settings.SECRET_KEY.encode())))
