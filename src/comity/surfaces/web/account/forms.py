"""django-allauth's forms, with the labels and hints of this desk.

Floor: surfaces.
"""

from collections.abc import Callable
from typing import Final

from allauth.account.forms import (
    ChangePasswordForm,
    LoginForm,
    ReauthenticateForm,
    SetPasswordForm,
)
from allauth.core import context
from allauth.mfa import app_settings
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as CodeAgainForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal.auth import TOTP
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from comity.surfaces.web.account import guesses, reauthentication


def _plain(form: forms.BaseForm) -> None:
    """Take away what stands in fields before somebody types: a label says it, and stays."""
    for field in form.fields.values():
        field.widget.attrs.pop("placeholder", None)
        field.widget.attrs.pop("autofocus", None)


class SignIn(LoginForm):  # type: ignore[misc] # allauth has no types
    """Name and password."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = pgettext_lazy("of an officer", "Name")
        self.fields["login"].widget.attrs["spellcheck"] = "false"
        self.fields["password"].help_text = ""
        _plain(self)

    def login(self, request: HttpRequest, redirect_url: str | None = None) -> HttpResponse:
        """Sign in; allauth lets such a session last, after whatever is kept in it, once more."""
        answer: HttpResponse = super().login(request, redirect_url)
        reauthentication.end_in_time(request)
        return answer


class ShowPassword(ReauthenticateForm):  # type: ignore[misc] # as above
    """The password once more."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        _plain(self)


class SetPassword(SetPasswordForm):  # type: ignore[misc] # as above
    """A first password."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        _new_password(self)


class ChangePassword(ChangePasswordForm):  # type: ignore[misc] # as above
    """Another password."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["oldpassword"].label = _("Password until now")
        self.fields["oldpassword"].help_text = ""
        _new_password(self)


def _new_password(form: forms.BaseForm) -> None:
    first, second = form.fields["password1"], form.fields["password2"]
    first.label, second.label = _("New password"), _("New password once more")
    first.help_text = _(
        "15 characters or more. Words that do not belong together are best; spaces are welcome. "
        "Not your name, agency or State."
    )
    _plain(form)


GOOD_S: Final = (2 * app_settings.TOTP_TOLERANCE + 1) * app_settings.TOTP_PERIOD
"""For so long a code of an app is taken, since clocks differ; from its first second to its last."""


class Code(AuthenticateForm):  # type: ignore[misc] # as above
    """A code of an app, or one of the recovery codes."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        _code(self)

    def clean_code(self) -> str:
        """Take a code once."""
        return _once(self, super().clean_code)


class CodeAgain(CodeAgainForm):  # type: ignore[misc] # as above
    """A code once more."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        _code(self)

    def clean_code(self) -> str:
        """Take a code once."""
        return _once(self, super().clean_code)


def _once(form: Code | CodeAgain, cleaned: Callable[[], str]) -> str:
    """Return a code that was taken, and that is remembered for as long as it could be taken again.

    allauth remembers it for one period, which is too short wherever clocks may differ.  That one
    did not fit is told.
    """
    try:
        code = cleaned()
    except forms.ValidationError:
        guesses.failed(context.request, form.user.get_username(), "code")
        raise
    cache.touch(TOTP(form.authenticator)._get_used_cache_key(code), GOOD_S)  # noqa: SLF001 -- its mark, which it set just now
    return code


class BeginCodes(ActivateTOTPForm):  # type: ignore[misc] # as above
    """The first code of an app."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        _code(self)
        self.fields["code"].help_text = _("The six digits that the app shows now.")


def _code(form: forms.BaseForm) -> None:
    code = form.fields["code"]
    code.label = pgettext_lazy("of an app", "Code")
    code.help_text = _("Six digits of your app, or one of your recovery codes.")
    code.widget.attrs |= {"inputmode": "numeric", "autocomplete": "one-time-code"}
    _plain(form)


class AddPasskey(AddWebAuthnForm):  # type: ignore[misc] # as above
    """A passkey or a security key."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name of this key")
        self.fields["name"].help_text = _("So that you know it again: laptop, blue key.")
        self.fields["passwordless"].label = _("Sign in by it alone, without a password")
        self.fields["passwordless"].help_text = _(
            "It then asks for a PIN, a finger or a face. Otherwise it is used after the password."
        )
        self.fields["passwordless"].initial = True
        _plain(self)


class NamePasskey(EditWebAuthnForm):  # type: ignore[misc] # as above
    """Another name for a key."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name of this key")
