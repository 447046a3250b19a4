"""The cookie in which a reader's zone and colours are kept."""

import pytest
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from comity.surfaces.web import preferences
from comity.surfaces.web.preferences import Preferences

WANTED = Preferences("Asia/Shanghai", "dark", keys=False)


@pytest.mark.usefixtures("world")  # it configures Django
@pytest.mark.parametrize(
    ("is_behind_tls", "name"), [(True, "__Host-comity_view"), (False, "comity_view")]
)
def test_behind_tls_the_cookie_is_of_this_host_alone(
    monkeypatch: pytest.MonkeyPatch, name: str, *, is_behind_tls: bool
) -> None:
    """Secure and under the name that promises it; on loopback neither, or it would be dropped."""
    monkeypatch.setattr(settings, "SESSION_COOKIE_SECURE", is_behind_tls, raising=False)
    answer, request = HttpResponse(), HttpRequest()
    preferences.keep(answer, WANTED)
    kept = answer.cookies[name]
    request.COOKIES[name] = kept.value

    assert bool(kept["secure"]) is is_behind_tls
    assert (kept["path"], kept["samesite"]) == ("/", "Strict")
    assert kept["httponly"]
    assert preferences.of(request) == WANTED
