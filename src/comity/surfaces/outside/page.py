"""What a guest reads, in their language: pages of templates that no officer's page shares.

Floor: surfaces.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs

from django.template import Context, Engine
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation.trans_real import parse_accept_lang_header

from comity.domestic.outside.session import Session
from comity.kernel.fault import Fault
from comity.kernel.ijson import Json
from comity.kernel.printable import one_line
from comity.node.base.context import Node
from comity.node.operate.overview import names
from comity.surfaces.outside import reply
from comity.surfaces.outside.reply import Reply

_HERE: Final = Path(__file__).resolve().parent
ENGLISH: Final = "en"
CHINESE: Final = "zh-hans"
FILES: Final[Mapping[str, str]] = {
    "/icon.svg": "image/svg+xml",
    "/style.css": "text/css; charset=utf-8",
}
"""What pages need besides themselves, and its media type."""

_LANGUAGE: Final = "language"
_HEADER_CHARS_MAX: Final = 500

FAULTS: Final[Mapping[str, tuple[Promise, Promise]]] = {
    "outside.access.missing": (
        _("You are not signed in"),
        _("Open the link that an officer gave you."),
    ),
    "outside.access.wrong": (
        _("This session is over"),
        _("Ask the officer who admitted you for a new link."),
    ),
    "outside.address.unknown": (
        _("There is nothing at this address"),
        _("Check the address, or go to the first page."),
    ),
    "outside.body.too-large": (
        _("What you sent is too large"),
        _("Send less at once, or send it in parts."),
    ),
    "outside.budget.spent": (
        _("Too many requests"),
        _("Wait a minute, then try again."),
    ),
    "outside.form.foreign": (
        _("This form came from another address"),
        _("Open the page here again and send its form."),
    ),
    "outside.link.used": (
        _("This link was used"),
        _(
            "A link opens one session, in one browser. Go on in the browser in which you opened "
            "it, or ask for a new link. If you did not open it, tell the officer who gave it to "
            "you."
        ),
    ),
    "outside.link.wrong": (
        _("This link opens nothing"),
        _("Open the whole address that you were given, or ask for a new link."),
    ),
    "outside.method.other": (
        _("This address takes no such request"),
        _("Go to the first page."),
    ),
    "outside.program.failed": (
        _("Something is wrong on our side"),
        _("Try again in a minute. If it happens again, tell the officer who admitted you."),
    ),
    "outside.scope.lacking": (
        _("You may not use this"),
        _("Ask the officer who admitted you whether you should."),
    ),
    "participant.answer.unfit": (
        _("The answer is not complete"),
        _("Choose what was done, and fill in the sum and the reason that it needs."),
    ),
}
"""What is wrong and what to do, for a person, of each code of `reply.STATUS`."""


def language_of(environ: Mapping[str, Any]) -> str:
    """Return the reader's language: as the address says, else as the browser does."""
    asked = parse_qs(str(environ.get("QUERY_STRING", "")), max_num_fields=8).get(_LANGUAGE, [""])
    if asked[0] in (ENGLISH, CHINESE):
        return asked[0]
    header = str(environ.get("HTTP_ACCEPT_LANGUAGE", ""))[:_HEADER_CHARS_MAX]
    for tag, _quality in parse_accept_lang_header(header):
        if tag.startswith("zh"):
            return CHINESE
        if tag.startswith("en"):
            return ENGLISH
    return ENGLISH


def fault(language: str, found: Fault, headers: Mapping[str, str]) -> Reply:
    """Return the page that says what is wrong."""
    title, fix = FAULTS[found.code]
    said = {"title": title, "fix": fix, "code": found.code}
    return rendered("fault.html", language, said, reply.STATUS[found.code], headers)


def invitation(language: str, node: Node, session: Session) -> Reply:
    """Return what a link shows before it is used: to look at it changes nothing."""
    return rendered("enter.html", language, who(node, session, language))


def presence(language: str, node: Node, session: Session) -> Reply:
    """Return who somebody is here, in whose name, until when, and what they may do."""
    return rendered("presence.html", language, {**who(node, session, language), "is_entered": True})


def left(language: str, headers: Mapping[str, str]) -> Reply:
    """Return what is shown once somebody has ended their session."""
    return rendered("left.html", language, {}, HTTPStatus.OK, headers)


def presence_json(node: Node, session: Session) -> Reply:
    """Return the same for a program."""
    scopes: list[Json] = [*session.scopes]
    return reply.json(
        {
            "session": session.id,
            "kind": session.kind,
            "name": session.name,
            "on_behalf": session.on_behalf,
            "party": node.party,
            "agency": session.agency,
            "scopes": scopes,
            "until_ms": session.until_ms,
            "requests_per_minute": session.requests,
            "mebibytes_per_hour": session.mebibytes,
        }
    )


@cache
def file(path: str) -> Reply:
    """Return a file of these pages, one of `FILES`."""
    body = (_HERE / path.removeprefix("/")).read_bytes()
    return Reply(HTTPStatus.OK, FILES[path], body, {"Cache-Control": "max-age=3600"})


@cache
def _engine() -> Engine:
    return Engine(
        dirs=[str(_HERE / "templates")], builtins=["django.templatetags.i18n"], autoescape=True
    )


def rendered(
    template: str,
    language: str,
    said: Mapping[str, object],
    status: HTTPStatus = HTTPStatus.OK,
    headers: Mapping[str, str] | None = None,
) -> Reply:
    """Return a page of one of these templates."""
    other = CHINESE if language == ENGLISH else ENGLISH
    with translation.override(language):
        tag = "zh-Hans" if language == CHINESE else "en"
        context = Context({**said, "language": tag, "other": other, "is_chinese": tag != "en"})
        body = _engine().get_template(template).render(context)
    return Reply(status, reply.HTML, body.encode(), headers or {})


def who(node: Node, session: Session, language: str) -> dict[str, object]:
    """Return what a page says of whose session it is."""
    known = names.names(node)
    tag = "zh-Hans" if language == CHINESE else "en"
    party = known.of_parties().get(node.party, {})
    agency = known.of_agencies().get(session.agency, {})
    offered = [node.outside.scopes[one] for one in session.scopes if one in node.outside.scopes]
    return {
        "name": one_line(session.name),
        "on_behalf": one_line(session.on_behalf),
        "party": one_line(_in(party, tag) or node.party),
        "agency": one_line(_in(agency, tag) or session.agency),
        "until": datetime.fromtimestamp(session.until_ms // 1_000, UTC).strftime("%Y-%m-%d %H:%M"),
        "scopes": [(one.zh if language == CHINESE else one.en, one.address) for one in offered],
        "is_link": session.kind == "link",
    }


def _in(words: Mapping[str, str], tag: str) -> str:
    return words.get(tag) or words.get("en") or next(iter(words.values()), "")
