"""Addresses of accounts.

    /account/                        what is kept of this account, and what to change
    /account/sign-in/                name and password, a passkey, or a provider
    /account/sign-out/               POST: end this session
    /account/link/<token>            sign in once
    /account/confirm/...             show again that it is them: password, code or passkey
    /account/password/...            set or change it
    /account/codes/...               an app of codes, as a second factor
    /account/recovery/...            codes for when the other factor is lost
    /account/passkeys/...            add, name and remove them
    /account/sessions/...            POST: end one, or all others
    /account/oidc/<provider>/...     sign in by a provider of the State, or connect to it
    /account/officers/...            who works here: invite, give roles, end
    /account/changes/...             what a second person agrees to

The names are those by which django-allauth finds its own pages.

Floor: surfaces.
"""

from allauth.account import views as account
from allauth.mfa.base import views as factors
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as codes
from allauth.mfa.webauthn import views as passkeys
from allauth.socialaccount import views as providers
from allauth.socialaccount.providers.openid_connect import views as oidc
from django.contrib.auth.decorators import login_not_required
from django.urls import path
from django.views.decorators.http import require_POST
from django.views.generic import RedirectView

from comity.surfaces.web.account import officers, views

_TO_ACCOUNT = RedirectView.as_view(pattern_name="account")

urlpatterns = [
    path("", views.account, name="account"),
    path("sign-in/", account.login, name="account_login"),
    path("sign-out/", require_POST(login_not_required(account.logout)), name="account_logout"),
    path("link/<slug:token>", views.link, name="link"),
    path("left/", account.account_inactive, name="account_inactive"),
    path("confirm/password/", account.reauthenticate, name="account_reauthenticate"),
    path("confirm/code/", factors.reauthenticate, name="mfa_reauthenticate"),
    path("confirm/passkey/", passkeys.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("password/change/", account.password_change, name="account_change_password"),
    path("password/set/", views.password_set, name="account_set_password"),
    path("factors/", _TO_ACCOUNT, name="mfa_index"),
    path("factors/show/", factors.authenticate, name="mfa_authenticate"),
    path("codes/begin/", codes.activate_totp, name="mfa_activate_totp"),
    path("codes/end/", codes.deactivate_totp, name="mfa_deactivate_totp"),
    path("recovery/", recovery.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("recovery/new/", recovery.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("passkeys/", _TO_ACCOUNT, name="mfa_list_webauthn"),
    path("passkeys/add/", passkeys.add_webauthn, name="mfa_add_webauthn"),
    path(
        "passkeys/sign-in/", login_not_required(passkeys.login_webauthn), name="mfa_login_webauthn"
    ),
    path("passkeys/<int:pk>/remove/", passkeys.remove_webauthn, name="mfa_remove_webauthn"),
    path("passkeys/<int:pk>/name/", passkeys.edit_webauthn, name="mfa_edit_webauthn"),
    path("session/", views.session, name="session"),
    path("sessions/end/", views.end_sessions, name="sessions-end"),
    path("sessions/<int:number>/end/", views.end_session, name="session-end"),
    path("providers/", _TO_ACCOUNT, name="socialaccount_connections"),
    path("providers/disconnect/", views.disconnect, name="disconnect"),
    path(
        "providers/cancelled/",
        login_not_required(providers.login_cancelled),
        name="socialaccount_login_cancelled",
    ),
    path(
        "providers/failed/",
        login_not_required(providers.login_error),
        name="socialaccount_login_error",
    ),
    path("providers/unknown/", login_not_required(providers.signup), name="socialaccount_signup"),
    path("oidc/<slug:provider_id>/", oidc.login, name="openid_connect_login"),
    path("oidc/<slug:provider_id>/back/", oidc.callback, name="openid_connect_callback"),
    path("changes/", officers.changes, name="account-changes"),
    path("changes/<str:change_id>/<str:do>/", officers.change, name="account-change"),
    path("officers/", officers.listing, name="officers"),
    path("officers/invite/", officers.invite, name="invite"),
    path("officers/<str:name>/", officers.one, name="officer"),
    path("officers/<str:name>/link/", officers.link, name="officer-link"),
    path("officers/<str:name>/reset/", officers.reset, name="officer-reset"),
    path("officers/<str:name>/end/", officers.end, name="officer-end"),
]
