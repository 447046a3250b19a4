"""Signing in and out.

Floor: surfaces.
"""

from http import HTTPStatus
from typing import Final

from django.contrib import auth
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from comity.kernel.fault import Fault
from comity.node.desk import links
from comity.surfaces.web import desk as desks

BACKEND: Final = "django.contrib.auth.backends.ModelBackend"


def after_sign_in(request: HttpRequest) -> str:
    """Return the page to which a reader goes back: one of this site, or the first."""
    back = request.POST.get(REDIRECT_FIELD_NAME) or request.GET.get(REDIRECT_FIELD_NAME, "")
    allowed = {request.get_host()}
    is_ours = url_has_allowed_host_and_scheme(back, allowed, require_https=request.is_secure())
    return back if is_ours and back.startswith("/") else reverse("first")


@login_not_required
@require_safe
def sign_in(request: HttpRequest) -> HttpResponse:
    """How to sign in."""
    if request.user.is_authenticated:
        return HttpResponseRedirect(after_sign_in(request))
    return render(request, "account/sign_in.html")


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End this session."""
    auth.logout(request)
    return HttpResponseRedirect(reverse("sign-in"), status=HTTPStatus.SEE_OTHER)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest, token: str) -> HttpResponse:
    """A one-time link: a page with a button, so that a program that looks does not use it up."""
    node = desks.of(request).node
    try:
        if request.method == "POST":
            name = links.use(node, token).name
            user = auth.get_user_model().objects.get_by_natural_key(name)
            auth.login(request, user, BACKEND)
            return HttpResponseRedirect(after_sign_in(request), status=HTTPStatus.SEE_OTHER)
        context = {"name": links.owner(node, token).name}
    except Fault as fault:
        if fault.code != "officer.link.wrong":
            raise
        context = {"name": ""}
    status = HTTPStatus.OK if context["name"] else HTTPStatus.GONE
    return render(request, "account/link.html", context, status=status)
