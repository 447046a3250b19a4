"""Signing in by a link, and what is kept of one's account.

Signing in otherwise, second factors and passkeys are django-allauth's views under our templates.

Floor: surfaces.
"""

from http import HTTPStatus
from typing import Final

from allauth.account import views as allauth
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.internal.flows import sessions
from allauth.usersessions.models import UserSession
from django.contrib import auth
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from comity.domestic.officer import role
from comity.kernel.digits import whole
from comity.kernel.fault import Fault
from comity.node.desk import sign_in_links
from comity.node.operate.overview import names
from comity.node.room import account_notices
from comity.surfaces.web import desk as desks
from comity.surfaces.web import forms
from comity.surfaces.web import session as who
from comity.surfaces.web.account import adapter, reauthentication

LINK: Final = "link"
"""How a session that began by a one-time link says so in its records."""


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest, token: str) -> HttpResponse:
    """A one-time link: a page with a button, so that a program that looks does not use it up.

    It stands in for a password: who has a second factor shows that too.
    """
    node = desks.of(request).node
    try:
        if request.method == "POST":
            user = auth.get_user_model().objects.get_by_natural_key(
                sign_in_links.use(node, token).name
            )
            if request.user.is_authenticated:
                auth.logout(request)
            record_authentication(request, user, method=LINK)
            answer: HttpResponse = perform_login(request, Login(user=user))
            return answer
        context = {"name": sign_in_links.owner(node, token).name}
    except Fault as fault:
        if fault.code != "officer.link.wrong":
            raise
        context = {"name": ""}
    status = HTTPStatus.OK if context["name"] else HTTPStatus.GONE
    return render(request, "account/link.html", context, status=status)


def password_set(request: HttpRequest) -> HttpResponse:
    """Set a first password: who has a factor shows it, since a password shows who they are, too.

    Raises:
        ReauthenticationRequired: the gate leads to a page that asks, and back.
    """
    who.require_shown(request)
    answer: HttpResponse = allauth.password_set(request)
    return answer


@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """Everything of one's account: who one is here, by what one signs in, where one is."""
    user = request.user
    assert user.is_authenticated
    officer = who.officer_of(request)
    kept = list(Authenticator.objects.filter(user_id=user.pk).order_by("created_at"))
    of_kind = {kind: [one for one in kept if one.type == kind] for kind in Authenticator.Type}
    recovery = of_kind[Authenticator.Type.RECOVERY_CODES]
    context = {
        "has_password": user.has_usable_password(),
        "codes": of_kind[Authenticator.Type.TOTP],
        "passkeys": [(one, one.wrap()) for one in of_kind[Authenticator.Type.WEBAUTHN]],
        "recovery_left": len(recovery[0].wrap().get_unused_codes()) if recovery else None,
        "sessions": _sessions(request),
        "connected": SocialAccount.objects.filter(user_id=user.pk),
        "agencies": names.names(desks.of(request).node).agencies,
        "told_of_account": account_notices.listing(desks.of(request).node, officer),
        "is_operator": role.OPERATOR in officer.roles,
        "must_have_factor": role.RELEASING in officer.roles and not adapter.has_factor(user),
        "has_way_back": user.has_usable_password() or bool(of_kind[Authenticator.Type.WEBAUTHN]),
    }
    return render(request, "account/account.html", context)


@login_not_required
@never_cache
@require_safe
def session(request: HttpRequest) -> JsonResponse:
    """Who is signed in, until when, and what a form of this session must carry.

    A page asks before it sends what was typed; others cannot read the answer, see `middleware`.
    """
    officer = who.officer_or_none(request)
    if officer is None:
        return JsonResponse({"officer": ""})
    here = {"officer": officer.name, "ends_ms": reauthentication.ends_ms(request) or 0}
    return JsonResponse({**here, "token": get_token(request)})


def _sessions(request: HttpRequest) -> list[UserSession]:
    found = UserSession.objects.purge_and_list(request.user)
    return sorted(found, key=lambda one: one.created_at, reverse=True)


@require_POST
def end_session(request: HttpRequest, number: int) -> HttpResponse:
    """End one session of one's own, this one too."""
    found = UserSession.objects.filter(user_id=request.user.pk, pk=number).first()
    if found is None:
        raise Http404
    is_current = found.is_current()
    sessions.end_sessions(request, [found])
    return forms.after("account_login" if is_current else "account")


@require_POST
def end_sessions(request: HttpRequest) -> HttpResponse:
    """End every session of one's own but this one."""
    sessions.end_other_sessions(request, request.user)
    return forms.after("account")


@require_POST
def disconnect(request: HttpRequest) -> HttpResponse:
    """Take back that a provider may sign in this officer."""
    found = SocialAccount.objects.filter(
        user_id=request.user.pk, pk=_number(request.POST.get("account", ""))
    ).first()
    if found is None:
        raise Http404
    assert request.user.is_authenticated
    found.delete()
    adapter.Accounts(request).send_notification_mail("account/email/provider_removed", request.user)
    return forms.after("account")


def _number(text: str) -> int:
    return whole(text) or 0


@login_not_required
def too_many(request: HttpRequest) -> HttpResponse:
    """Somebody tried too often."""
    return render(request, "account/too_many.html", status=HTTPStatus.TOO_MANY_REQUESTS)
