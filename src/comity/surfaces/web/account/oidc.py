"""Signing in through a provider of one's own State, by OpenID Connect.

    an account there is connected to an officer      they sign in by it
    the provider is trusted to name officers         the officer of that name, if there is one
                                                     with whom no other account of it is connected
    anything else                                    nobody: a provider makes no officers

Floor: surfaces.
"""

from typing import Any, override

from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialLogin
from django.contrib.auth import get_user_model
from django.http import HttpRequest


class Providers(DefaultSocialAccountAdapter):  # type: ignore[misc] # allauth has no types
    """What a provider of identities may do here."""

    @override
    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Officers are invited by whoever runs the node."""
        del request, sociallogin
        return False

    @override
    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Connect an account to the officer whom a trusted provider names.

        A provider may give a name to somebody else, and a subject to nobody else (OpenID Connect
        Core 5.7): the officer's first account stays their, until they disconnect it.
        """
        if sociallogin.is_existing or request.user.is_authenticated:
            return
        name = _named(sociallogin)
        user = get_user_model().objects.filter(name=name).first() if name else None
        kept = SocialAccount.objects.filter(user=user, provider=sociallogin.account.provider)
        if user is not None and user.is_active and not kept.exists():
            sociallogin.connect(request, user)


def _named(sociallogin: SocialLogin) -> str:
    """Return the officer's name that a provider gives, if it is trusted to, or ""."""
    settings: dict[str, Any] = sociallogin.provider.app.settings
    claim = settings.get("officer_claim", "")
    data: dict[str, Any] = sociallogin.account.extra_data
    claims = {**data.get("id_token", {}), **data.get("userinfo", {})}
    value = claims.get(claim) if claim else None
    return value if isinstance(value, str) else ""
