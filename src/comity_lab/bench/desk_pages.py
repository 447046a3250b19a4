"""The pages that `bench desk` asks for, and as whom.

Floor: lab.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from random import Random
from typing import Final
from urllib.parse import quote

from comity_lab.bench.desk_reader import CHINESE, ENGLISH, Answer, Reader

_TYPE: Final = "preservation"
_LIST: Final = "/requests/"
_ENGLISH: Final = ("ransom*", "wallet bank", "mailbox transfer victim", "case 0001*", "absent")
_CHINESE: Final = ("银行", "受害恶意", "账户 域名", "证", "紧急披露")
_STATUSES: Final = ("answered", "closed", "refused")


@dataclass(frozen=True, slots=True)
class Found:
    """What stands on the node that is asked.

    Attributes:
        exchanged: ids of requests that officers exchanged, with clocks and evidence.
        written: ids of requests of the fixture, of twelve acts.
        far: a cursor in the middle of the list.
        draft: id of a draft that waits for approval.
    """

    exchanged: tuple[str, ...]
    written: tuple[str, ...]
    far: str
    draft: str


@dataclass(slots=True)
class Seat:
    """One officer who reads.

    Attributes:
        readers: their browser in each language, one session.
        auditor: the browser of the one who reads how the node stands.
        found: what there is.
        chance: which of many they open.
        worksheet: the address of what they are writing.
        tag: of their desk, as it stood last.
    """

    readers: Mapping[str, Reader]
    auditor: Reader
    found: Found
    chance: Random
    worksheet: str = ""
    tag: str = ""

    @property
    def own(self) -> Reader:
        """Their browser, in English."""
        return self.readers[ENGLISH]

    def prepare(self) -> None:
        """Begin to write a request, and learn the tag of their desk."""
        page = self.own.get("/drafts/new/")
        fields = {"once": self.own.field_of(page, "once"), "to": "sy", "type": _TYPE}
        fields |= {"urgency": "urgent", "channel": self.own.field_of(page, "channel")}
        token = self.own.token_of(page)
        made = self.own.post("/drafts/new/", token, fields, (HTTPStatus.SEE_OTHER,))
        self.worksheet = made.headers["location"]
        self.poll()

    def poll(self, expected: tuple[int, ...] = (HTTPStatus.OK, HTTPStatus.NOT_MODIFIED)) -> Answer:
        """Ask what is new, as an open desk does every five seconds."""
        answer = self.own.get("/events", expected, etag=self.tag)
        self.tag = answer.headers["etag"]
        return answer


type Ask = Callable[[Seat], Answer]


def _page(path: str, language: str = ENGLISH) -> Ask:
    return lambda seat: seat.readers[language].get(path)


def _search(words: tuple[str, ...], language: str = ENGLISH) -> Ask:
    return lambda seat: seat.readers[language].get(f"{_LIST}?q={quote(seat.chance.choice(words))}")


def _one(tab: str, language: str = ENGLISH) -> Ask:
    return lambda seat: seat.readers[language].get(
        f"{_LIST}{seat.chance.choice(seat.found.exchanged)}/{tab}"
    )


def _long(tab: str) -> Ask:
    return lambda seat: seat.own.get(f"{_LIST}{seat.chance.choice(seat.found.written)}/{tab}")


def _filtered(seat: Seat) -> Answer:
    status = seat.chance.choice(_STATUSES)
    return seat.own.get(f"{_LIST}?status={status}&direction=out&urgency=urgent")


def _reference(seat: Seat) -> Answer:
    return seat.own.get(f"{_LIST}?q=pol+{seat.chance.randrange(100):06d}")


PAGES: Final[Mapping[str, Ask]] = {
    "desk": _page("/"),
    "desk, Chinese": _page("/", CHINESE),
    "desk poll": Seat.poll,
    "list": _page(_LIST),
    "list, Chinese": _page(_LIST, CHINESE),
    "list filtered": _filtered,
    "list by clock": _page(f"{_LIST}?clock=due"),
    "list far down": lambda seat: seat.own.get(f"{_LIST}?after={quote(seat.found.far)}"),
    "search English": _search(_ENGLISH),
    "search Chinese": _search(_CHINESE, CHINESE),
    "file number": _reference,
    "request": _one(""),
    "request, Chinese": _one("", CHINESE),
    "time line": _one("time-line/"),
    "clocks": _one("clocks/"),
    "at home": _one("at-home/"),
    "evidence": _one("evidence/"),
    "papers": _one("papers/"),
    "request, 12 acts": _long(""),
    "time line, 12 acts": _long("time-line/"),
    "new request": _page("/drafts/new/"),
    "writing": lambda seat: seat.own.get(seat.worksheet),
    "drafts": _page("/drafts/"),
    "release": _page("/release/"),
    "four eyes": lambda seat: seat.own.get(f"/release/{seat.found.draft}/"),
    "guidelines": _page("/guidelines/"),
    "guideline": _page("/guidelines/shipped/"),
    "agencies": _page("/agencies/"),
    "partners": _page("/partners/"),
    "partner": _page("/partners/sy/"),
    "local log": _page("/local-log/"),
    "settings": _page("/settings/"),
    "account": _page("/account/"),
}
"""What each page of an officer is called, and how it is asked for."""

EXPORT: Final = "export begins"


def export(seat: Seat) -> Answer:
    """Take the whole list out as CSV, and hang up after the first lines."""
    page = seat.own.get(_LIST)
    return seat.own.begin(f"{_LIST}list.csv", seat.own.token_of(page), {"query": ""})


WATCHED: Final[Mapping[str, Ask]] = {
    EXPORT: export,
    "node": lambda seat: seat.auditor.get("/node/"),
    "node, matters": lambda seat: seat.auditor.get("/node/matters/"),
    "local log, auditor": lambda seat: seat.auditor.get("/local-log/"),
}
"""What an officer asks for rarely, and what whoever audits or runs the node asks for."""


def walk(seat: Seat) -> Iterator[tuple[str, Ask]]:
    """Give every page of an officer once, in an order of their own."""
    yield from seat.chance.sample([*PAGES.items()], len(PAGES))
