"""django-allauth's forms, with the labels and hints of this desk.

Floor: surfaces.
"""

from allauth.account.forms import (
    ChangePasswordForm,
    LoginForm,
    ReauthenticateForm,
    SetPasswordForm,
)
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as CodeAgainForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


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


class Code(AuthenticateForm):  # type: ignore[misc] # as above
    """A code of an app, or one of the recovery codes."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        _code(self)


class CodeAgain(CodeAgainForm):  # type: ignore[misc] # as above
    """A code once more."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        _code(self)


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
