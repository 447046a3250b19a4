"""How one reader wants their pages: zone of times, light or dark, keys; kept in one cookie.

    comity_view = zone=Asia/Shanghai&scheme=dark&keys=off

It says nothing of a case, holds on this browser alone, and works without JavaScript.

Floor: surfaces.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Final
from urllib.parse import parse_qsl, urlencode
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse

COOKIE: Final = "comity_view"
COOKIE_S: Final = 31_536_000
UTC: Final = "UTC"
AUTO: Final = "auto"
SCHEMES: Final = (AUTO, "light", "dark")
ON: Final = "on"
OFF: Final = "off"
_COOKIE_CHARS_MAX: Final = 200


@dataclass(frozen=True, slots=True)
class Preferences:
    """What a reader chose.

    Attributes:
        zone: IANA name of the zone of times, or "" for that of their State.
        scheme: `auto`, `light` or `dark`.
        keys: whether single keys do something.
    """

    zone: str = ""
    scheme: str = AUTO
    keys: bool = True


@cache
def zone_names() -> tuple[str, ...]:
    """Return the zones that there are, by name: those of the package `tzdata`."""
    text = resources.files("tzdata").joinpath("zones").read_text("utf-8")
    return tuple(sorted(name for name in text.split() if "/" in name or name == UTC))


@lru_cache(maxsize=1_000)
def zone_of(name: str) -> ZoneInfo:
    """Return a zone; UTC for a name that there is not, since a calendar may say anything."""
    return ZoneInfo(name if name in zone_names() else UTC)


def of(request: HttpRequest) -> Preferences:
    """Return what a reader chose; what their cookie cannot mean is not chosen."""
    return parse(request.COOKIES.get(cookie_name(), ""))


def cookie_name() -> str:
    """Return the name of the cookie: behind TLS a browser takes it from this host alone."""
    return f"__Host-{COOKIE}" if settings.SESSION_COOKIE_SECURE else COOKIE


def parse(text: str) -> Preferences:
    """Read back what `render` gave; anything else is what nobody chose."""
    if len(text) > _COOKIE_CHARS_MAX:
        return Preferences()
    said: Mapping[str, str] = dict(parse_qsl(text))
    zone, scheme = said.get("zone", ""), said.get("scheme", AUTO)
    return Preferences(
        zone if zone in zone_names() else "",
        scheme if scheme in SCHEMES else AUTO,
        said.get("keys") != OFF,
    )


def render(wanted: Preferences) -> str:
    """Return preferences as the cookie has them."""
    keys = ON if wanted.keys else OFF
    return urlencode({"zone": wanted.zone, "scheme": wanted.scheme, "keys": keys})


def keep(answer: HttpResponse, wanted: Preferences) -> None:
    """Keep what a reader chose in their browser."""
    answer.set_cookie(
        cookie_name(),
        render(wanted),
        max_age=COOKIE_S,
        path="/",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )
