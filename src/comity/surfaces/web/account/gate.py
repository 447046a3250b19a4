"""No page without a session, but those that say so: `login_not_required`.

    a page                 to the sign-in page, and back after it
    a form                 likewise, back to the page that it stood on; nothing was done
    a form with words      they are given back, to be copied: signing in would lose them
    a part, asked by htmx  the whole page goes to the sign-in page
    a call of a program    goes on: its tokens are checked where it ends

Floor: surfaces.
"""

from collections.abc import Callable
from http import HTTPStatus
from typing import Final, override
from urllib.parse import urlsplit

from allauth.account.adapter import get_adapter
from allauth.core.exceptions import ReauthenticationRequired
from django.contrib.auth import REDIRECT_FIELD_NAME, SESSION_KEY
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    QueryDict,
)
from django.shortcuts import render
from django.urls import reverse

from comity.surfaces.web.session import NotRecent

_PROGRAMS: Final = "api"
"""The namespace of what programs call."""

_SAFE: Final = frozenset({"GET", "HEAD"})


class Gate(LoginRequiredMiddleware):
    """Lets a request pass that has a session, or needs none."""

    @override
    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., HttpResponseBase],
        view_args: tuple[object, ...],
        view_kwargs: dict[str, object],
    ) -> HttpResponseBase | None:
        """Return where to sign in, or None."""
        found = request.resolver_match
        if found is not None and _PROGRAMS in found.namespaces:
            return None
        if super().process_view(request, view_func, view_args, view_kwargs) is None:
            return None
        if SESSION_KEY in request.session:  # of an officer who has left, or an old password
            request.session.flush()
        if words := _words(request):
            there = with_next(reverse("account_login"), _back(request))
            told = {"words": words, "sign_in": there}
            return render(request, "account/ended.html", told, status=HTTPStatus.FORBIDDEN)
        return _led_to(request, reverse("account_login"))

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponseBase | None:
        """Return where to show again that it is them, and back to a page that is read.

        django-allauth would send the form again by itself; here they see first what they send.
        """
        if not isinstance(error, NotRecent | ReauthenticationRequired):
            return None
        methods = get_adapter().get_reauthentication_methods(request.user)
        there = str(methods[0]["url"]) if methods else reverse("account")
        return _led_to(request, there, is_unsent=request.method not in _SAFE)


UNSENT: Final = "unsent"
"""In an address: what was pressed there was not done; its reader was asked who they are."""


def _words(request: HttpRequest) -> list[str]:
    """Return the texts of a form of ours that somebody typed: no key, no choice and no secret.

    Whoever sent them gets them back, and nobody else: the form had the token of this browser,
    which is looked at before this.  Pages of an account have passwords, so they give none back.
    """
    if request.method != "POST" or "HX-Request" in request.headers:
        return []
    if request.path.startswith(reverse("account")):
        return []
    texts = (text for name in request.POST for text in request.POST.getlist(name))
    return [text for text in texts if not text.isascii() or len(text.split()) > 1]


def _led_to(request: HttpRequest, address: str, *, is_unsent: bool = False) -> HttpResponse:
    """Lead to a page, and back from there: to one that says so, if what was sent was not done."""
    back = _back(request)
    if is_unsent and UNSENT not in QueryDict(urlsplit(back).query):
        back += f"{'&' if '?' in back else '?'}{UNSENT}=1"
    there = with_next(address, back)
    if "HX-Request" in request.headers:
        return HttpResponse(headers={"HX-Redirect": there})
    return HttpResponseRedirect(there, status=HTTPStatus.SEE_OTHER)


def with_next(address: str, back: str) -> str:
    """Return an address that leads back to another page; to the first it does so by itself."""
    if back == reverse("first"):
        return address
    query = QueryDict(mutable=True)
    query[REDIRECT_FIELD_NAME] = back
    return f"{address}?{query.urlencode(safe='/')}"


def _back(request: HttpRequest) -> str:
    """Return the page to which a reader comes back: never one that does something."""
    if "HX-Request" in request.headers:
        return _own_path(request, request.headers.get("HX-Current-URL", ""))
    if request.method in _SAFE:
        return request.get_full_path()
    return _own_path(request, request.headers.get("Referer", ""))


def _own_path(request: HttpRequest, url: str) -> str:
    """Return path and query of an address of this site; of any other, the first page."""
    parts = urlsplit(url)
    if parts.netloc != request.get_host() or not parts.path.startswith("/"):
        return reverse("first")
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
