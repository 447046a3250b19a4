"""The door of a platform's own matcher: hashes of rolls as NCMEC's hash sharing API, version 2.

    GET /hashsharing/v2/status
    GET /hashsharing/v2/members
    GET /hashsharing/v2/entries?from=…&to=…      pages of 1,000, withdrawn ones as deleted
    GET /hashsharing/v2/feedback/<TYPE>/reasons
    PUT /hashsharing/v2/entries/<member>/<entry>/<TYPE>/feedback

A program signs in with HTTP Basic, its token as the password, or with a certificate.  Members are
the States that keep rolls; nothing is reported to NCMEC, and no list of its is here.  `from` is
compared with the last one and not read, because clients write their local time as if it were UTC:
see `comity.rooms.roll.feed`.

Source: threatexchange 1.2.17, `NCMECHashAPI`.
Floor: surfaces.
"""

import hashlib
import re
import zlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import parse_qs, urlencode
from xml.etree.ElementTree import Element, ParseError, SubElement, tostring

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from comity.domestic.outside.session import Session
from comity.kernel.printable import one_line
from comity.node.base.context import Node
from comity.node.desk import participants
from comity.rooms.roll import feed
from comity.rooms.roll.feed import Fetched, Update
from comity.surfaces.outside import asked
from comity.surfaces.outside.app import VISIT, Door
from comity.surfaces.outside.reply import Reply, StartResponse

PREFIX: Final = "/hashsharing/v2/"
PAGE: Final = 1_000
NAMESPACE: Final = "https://hashsharing.ncmec.org/hashsharing/v2"
MEDIA_TYPE: Final = "application/xml; charset=utf-8"
BODY_BYTES_MAX: Final = 16_384
_READS: Final = frozenset({"GET", "HEAD"})
_FEEDBACK: Final = re.compile(r"entries/\d+/([a-z2-7]{26})/[A-Z0-9_]{3,32}/feedback")
_TYPE: Final = re.compile(r"feedback/[A-Z0-9_]{3,32}/reasons")
_NAMES: Final = MappingProxyType({"photodna": "pdna"})
"""What a sort of hash is called there, where it has another name."""
_REASONS: Final = MappingProxyType(
    {
        "00000000-0000-4000-8000-000000000001": "Not a match: another file has this hash",
        "00000000-0000-4000-8000-000000000002": "Wrong classification",
        "00000000-0000-4000-8000-000000000003": "Lawful content",
    }
)


def door(node: Node) -> Door:
    """Return the door."""

    def answered(environ: dict[str, Any], start: StartResponse) -> Iterable[bytes]:
        session: Session = environ[VISIT]
        path = str(environ["PATH_INFO"]).removeprefix(PREFIX)
        feedback = _FEEDBACK.fullmatch(path)
        asked.require_method(environ, frozenset({"PUT"}) if feedback else _READS)
        if feedback:
            return _noted(node, session, feedback[1], environ)(environ, start)
        if path == "entries":
            return _entries(node, session, environ)(environ, start)
        if path == "status":
            return _status(node, session, environ)(environ, start)
        if path == "members":
            return _members(node, session)(environ, start)
        if _TYPE.fullmatch(path):
            return _reasons()(environ, start)
        raise asked.unknown(environ)

    return Door(participants.ROLLS.name, answered, BODY_BYTES_MAX)


def member_id(party: str) -> int:
    """Return the number of a State there: it follows from its name."""
    return zlib.crc32(party.encode()) & 0x7FFFFFFF


def _entries(node: Node, session: Session, environ: Mapping[str, Any]) -> Reply:
    query = parse_qs(str(environ.get("QUERY_STRING", "")), max_num_fields=16)
    window, state = (query.get(name, [""])[0][:40] for name in ("from", "state"))
    start = query.get("start", ["0"])[0]
    found = feed.again(node, session) if state else feed.fetch(node, session, window)
    if found is None:
        raise asked.unknown(environ)
    is_same = state == _digest(found[0]) and start.isascii() and start.isdecimal()
    first = int(start[:9]) if is_same else 0  # it began to fetch again meanwhile: all of it
    return _page(found, first)


def _digest(fetched: Fetched) -> str:
    places = (sorted(fetched.base.items()), sorted(fetched.sent.items()), fetched.at_ms)
    return hashlib.sha256(repr(places).encode()).hexdigest()[:16]


def _page(found: tuple[Fetched, Sequence[Update]], first: int) -> Reply:
    fetched, updates = found
    shown = updates[first : first + PAGE]
    root = Element("queryResult", xmlns=NAMESPACE)
    at = datetime.fromtimestamp(fetched.at_ms // 1_000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    listed = SubElement(root, "images", count=str(len(shown)), maxTimestamp=at)
    for one in shown:
        listed.append(_entry(one, at))
    if first + PAGE < len(updates):
        following = {
            "from": fetched.window, "start": first + PAGE, "size": PAGE, "max": len(updates),
            "state": _digest(fetched),
        }  # fmt: skip
        paging = SubElement(root, "paging")
        SubElement(paging, "next").text = f"/v2/entries?{urlencode(following)}"
    return _xml(root)


def _entry(one: Update, at: str) -> Element:
    made = Element("image" if one.entry else "deletedImage")
    SubElement(made, "member", id=str(member_id(one.party))).text = one.party
    SubElement(made, "timestamp").text = at
    SubElement(made, "id").text = one.id
    if one.entry is not None:
        SubElement(made, "classification").text = one.entry.scheme_class
        prints = SubElement(made, "fingerprints")
        name = _NAMES.get(one.entry.sort, one.entry.sort)
        SubElement(prints, name).text = one.entry.value
    return made


def _status(node: Node, session: Session, environ: Mapping[str, Any]) -> Reply:
    root = Element("status", xmlns=NAMESPACE)
    SubElement(root, "ipAddress").text = str(environ.get("REMOTE_ADDR", ""))
    SubElement(root, "username").text = one_line(session.name)
    SubElement(root, "member", id=str(member_id(node.party))).text = node.party
    return _xml(root)


def _members(node: Node, session: Session) -> Reply:
    root = Element("members", xmlns=NAMESPACE)
    for party in feed.keepers(node, session):
        SubElement(root, "member", id=str(member_id(party))).text = party
    return _xml(root)


def _reasons() -> Reply:
    root = Element("getFeedbackReasons", xmlns=NAMESPACE)
    listed = SubElement(root, "availableFeedbackReasons")
    for guid, name in _REASONS.items():
        SubElement(listed, "reason", guid=guid, name=name, type="Negative")
    return _xml(root)


def _noted(node: Node, session: Session, entry: str, environ: dict[str, Any]) -> Reply:
    data = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    try:
        root = fromstring(data, forbid_dtd=True)
    except (DefusedXmlException, ParseError, ValueError, LookupError):
        return Reply(HTTPStatus.BAD_REQUEST, MEDIA_TYPE)
    said = [one.tag.rpartition("}")[2] for one in root]
    reasons = [one.text or "" for one in root.iter() if one.tag.rpartition("}")[2] == "guid"]
    if said not in (["affirmative"], ["negative"]):
        return Reply(HTTPStatus.BAD_REQUEST, MEDIA_TYPE)
    verdict = feed.UP if said == ["affirmative"] else feed.DOWN
    reason = "; ".join(_REASONS.get(one.strip(), "") for one in reasons[:3])
    if not feed.note_feedback(node, session, entry, verdict, reason):
        raise asked.unknown(environ)
    return _xml(Element("feedbackResult", xmlns=NAMESPACE))


def _xml(root: Element) -> Reply:
    return Reply(HTTPStatus.OK, MEDIA_TYPE, tostring(root, encoding="utf-8", xml_declaration=True))
