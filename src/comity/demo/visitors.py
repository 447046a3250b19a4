"""Who looks at the demo: an officer for each role on either side, and a link for each.

What the story does is typed by others, whose second factor would have to be shown for each act.
The app of codes of the releasing officers is added as they would add it: on their page, after a
link was followed.  Its secret is known here since it was read there, for this demo alone.

Floor: demo.
"""

import re
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from html.parser import HTMLParser
from http.cookiejar import CookieJar
from typing import Final, override
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener

from comity.adapters import one_time_codes
from comity.demo.scenes import EMERGENCY, PRESERVATION
from comity.demo.story import FIRST, FR, SECOND, SY, Play, on_both
from comity.kernel.fault import Fault
from comity.kernel.ijson import Json

TIMEOUT_S: Final = 60
_SECRET: Final = re.compile(r'id="totp-secret">(.*?)</code>', re.DOTALL)
_TAG: Final = re.compile(r"<[^>]*>")

FURTHER: Final = {
    FR: {
        "carl": "case-officer", "rosa": "releasing", "sofia": "secretariat",
        "otto": "operator", "astrid": "auditor",
    },
    SY: {
        "cyril": "case-officer", "radka": "releasing", "sylva": "secretariat",
        "oleg": "operator", "agata": "auditor",
    },
}  # fmt: skip
"""Beside those of the story: whom nobody types for."""

RELEASING: Final = {FR: "rosa", SY: "radka"}


@dataclass(frozen=True, slots=True)
class Visitor:
    """Whose link it is.

    Attributes:
        party: their State.
        name: what they sign in with.
        roles: of theirs.
        link: signs them in, once.
        secret: of their app of codes, or "".
    """

    party: str
    name: str
    roles: tuple[str, ...]
    link: str
    secret: str = ""


def invite(play: Play, origin: Callable[[str], str]) -> list[Visitor]:
    """Give each side an officer for each role, a roster and links; both nodes are serving."""

    def one_side(party: str) -> list[Visitor]:
        for name, role in FURTHER[party].items():
            play.nodes.add_officer(party, name, role)
        _roster(play, party)
        at = ("--origin", origin(party))
        link = str(play.nodes.run(party, "officer", "link", RELEASING[party], *at)["link"])
        secrets = {RELEASING[party]: add_codes(link, play.now_ms)}
        listed = play.nodes.run(party, "officer", "list")["officers"]
        links = play.nodes.run(party, "officer", "link", *(one["name"] for one in listed), *at)
        found = {one["name"]: one["link"] for one in links["links"]}
        return [
            Visitor(party, name, tuple(one["roles"]), found[name], secrets.get(name, ""))
            for one in listed
            for name in (one["name"],)
        ]

    return [one for found in on_both(one_side).values() for one in found]


def _roster(play: Play, party: str) -> None:
    """Plan who is on duty: both officers of the story, in turn."""
    turns = ("--officer", FIRST[party], "--officer", SECOND[party])
    hours = ("--hand-over", "08:00", "--hand-over", "20:00", "--zone", play.zone(party))
    play.runs(party, "duty", "set", "desk", *turns, *hours, "--first", str(play.now().date()))


def leave_open(play: Play) -> None:
    """Open a case of what was asked, and leave one act on each side for whoever releases."""
    asked = [word for one in (PRESERVATION, EMERGENCY) for word in ("--request", play.matters[one])]
    own = ("--own-reference", "MOJ-2026/1600", "--text", "Fraud by messages, and a missing child.")
    play.says(FR, "case", "open", *own, *asked)
    matter = play.asks("open", play.file("infrastructure.json"))
    play.says(SY, "request", "acknowledge", matter, "--own-reference", "CB-2026-5520")
    play.runs(SY, "request", "answer", matter, play.file("infrastructure-answer.json"))
    play.runs(FR, "request", "send", play.file("subscriber.json"), "--to", SY)


def add_codes(link: str, now_ms: Callable[[], int]) -> str:
    """Follow a link, add an app of codes on the page for it, and sign out; return its secret.

    Raises:
        Fault: `demo.page.failed`.
    """
    browser = build_opener(HTTPCookieProcessor(CookieJar()))
    account = f"{link.partition('/account/')[0]}/account/"
    _press(browser, _read(browser, link), link)
    begin = f"{account}codes/begin/"
    page = _read(browser, begin)  # each reading makes another secret
    secret = _secret(page)
    _press(browser, page, begin, code=one_time_codes.code_at(secret, now_ms()))
    page = _read(browser, account)
    if not secret or "codes/end/" not in page:
        raise Fault(
            code="demo.page.failed",
            what=f"The page {begin} added no app of codes.",
            fix="Look at it in a browser.",
        )
    _press(browser, page, f"{account}sign-out/")
    return secret


def _secret(page: str) -> str:
    found = _SECRET.search(page)
    return _TAG.sub("", found[1]).strip() if found else ""


class _Fields(HTMLParser):
    """What a form of a page must carry."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.token = ""
        self.feed(page)

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "input" and given.get("name") == "csrfmiddlewaretoken":
            self.token = given.get("value") or ""


def _read(browser: OpenerDirector, address: str) -> str:
    with browser.open(address, timeout=TIMEOUT_S) as answer:
        page: str = answer.read().decode()
    return page


def _press(browser: OpenerDirector, page: str, action: str, **typed: str) -> None:
    """Send a form of a page."""
    body = urlencode({"csrfmiddlewaretoken": _Fields(page).token, **typed}).encode()
    browser.open(action, body, timeout=TIMEOUT_S).close()


def table(play: Play, visitors: list[Visitor]) -> list[str]:
    """Return whose link is which, as lines."""
    names = {party: side.state.names["en"] for party, side in play.nodes.sides.items()}
    rows = [(names[v.party], v.name, ", ".join(v.roles), v.link) for v in visitors]
    rows.insert(0, ("State", "Name", "Roles", "Link"))
    widths = [max(len(row[at]) for row in rows) for at in range(3)]
    return [
        "  " + "  ".join((*(one.ljust(n) for one, n in zip(row, widths, strict=False)), row[3]))
        for row in rows
    ]


def told_of_codes(visitors: list[Visitor], now_ms: int) -> list[str]:
    """Return by what each releasing officer with an app shows that it is them, as lines."""
    return [
        f"  {v.name:6} code now {one_time_codes.code_at(v.secret, now_ms)}   secret {v.secret}"
        for v in visitors
        if v.secret
    ]


def tell_codes(visitors: list[Visitor], note: Callable[[str], None], play: Play) -> None:
    """Tell the codes of now whenever somebody presses Enter at the terminal of the demo."""
    if sys.stdin is None or not sys.stdin.isatty():
        return

    def listen() -> None:
        for _ in sys.stdin:
            for line in told_of_codes(visitors, play.now_ms()):
                note(line)

    threading.Thread(target=listen, daemon=True).start()


def to_json(visitors: list[Visitor]) -> list[Json]:
    """Return the table for machines."""
    return [
        {
            "party": v.party,
            "name": v.name,
            "roles": [*v.roles],
            "link": v.link,
            **({"secret": v.secret} if v.secret else {}),
        }
        for v in visitors
    ]
