"""Banks answer by one link; a platform's own client has the rolls whole, in every time zone."""

import base64
import hashlib
import io
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, override
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import pytest
import requests
from defusedxml.ElementTree import fromstring
from django.conf import settings
from requests.adapters import BaseAdapter
from support.desks import EXAMPLES, Desks
from support.recalls import resolution

from comity.adapters.store import connect
from comity.boot import outside as outside_listener
from comity.boot.home import SCOPES
from comity.domestic.participant.participant import ROLL_KINDS
from comity.joint.roll.acts import KINDS
from comity.kernel.fault import Fault
from comity.node.base.scope import Outside, by_name
from comity.rooms.roll import feed
from comity.surfaces.cli import participant
from comity.surfaces.outside import app, hash_sharing
from comity.surfaces.outside.app import Ports

ORIGIN = "https://guests.example"
ADD = ("participant", "add", "--call-back", "+1 555 0100", "--name", "Recall desk")
NOTHING: Mapping[str, str] = {}
HTML = {"HTTP_ACCEPT": "text/html", "HTTP_ORIGIN": ORIGIN}


class Guests:
    """The third listener of a State, called by hand."""

    def __init__(self, desks: Desks, party: str) -> None:
        state = desks.states[party]
        state.node = replace(state.node, outside=Outside(ORIGIN, by_name(*SCOPES)))
        self.now_ms = 0
        ports = Ports(lambda *_: None, self._failed, self._tick)
        self.app = app.Outside(state.node, outside_listener.doors(state.node), ports)

    def _tick(self) -> int:
        self.now_ms += 60_000  # budgets are tested elsewhere
        return self.now_ms

    def _failed(self, error: BaseException) -> None:
        raise error

    def call(
        self, path: str, method: str = "GET", body: bytes = b"", more: Mapping[str, str] = NOTHING
    ) -> "Answer":
        """Ask for something."""
        found = Answer()
        address, _, query = path.partition("?")
        environ = {
            "REQUEST_METHOD": method, "PATH_INFO": address, "QUERY_STRING": query,
            "REMOTE_ADDR": "203.0.113.9", "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": io.BytesIO(body), **more,
        }  # fmt: skip
        answer = self.app(environ, found.start)
        found.body = b"".join(answer)
        getattr(answer, "close", lambda: None)()
        return found

    def enter(self, link: str) -> dict[str, str]:
        """Open a link as a browser does; return what it sends from then on."""
        entered = self.call(link.removeprefix(ORIGIN), "POST", more=HTML)
        assert entered.status == 303, entered.body
        return {**HTML, "HTTP_COOKIE": entered.headers["Set-Cookie"].partition(";")[0]}


class Answer:
    """What came back."""

    status = 0
    body = b""

    def start(self, status: str, headers: list[tuple[str, str]]) -> None:
        """As WSGI has it."""
        self.status, self.headers = int(status[:3]), dict(headers)


@pytest.fixture
def desks(tmp_path: Path) -> Desks:
    """Two States that agreed on the guideline."""
    made = Desks(tmp_path)
    if not settings.configured:  # pages of guests are Django's
        connect.configure(tmp_path, None, "0" * 64)
    made.modules = (*made.modules, participant)
    made.agree()
    return made


def test_a_bank_answers_a_task_by_one_link_and_an_officer_says_it(  # noqa: PLR0915 -- a way
    desks: Desks,
) -> None:
    """It sees the transfer and nothing of States and officers; each answer has its time."""
    guests = Guests(desks, "cn")
    matter = desks.do("us", "request", "send", EXAMPLES / "stop-payment.json", "--to", "cn")
    bank = desks.value("cn", "wei", *ADD, "--sort", "bank", "--on-behalf", "Bank of Sylvania")
    assert bank["secret"] == ""
    ask = ("participant", "ask", matter["matter"], "--participant", bank["id"], "--item", "freeze")
    made = desks.value("cn", "wei", *ask, "--note", "Hold it; call if you cannot.")
    browser = guests.enter(made["link"])
    task = f"/tasks/{made['task']}"
    assert guests.call("/tasks/", more=browser).headers["Location"] == task
    page = guests.call(task, more=browser).body.decode()
    assert "Hold it; call if you cannot." in page
    shown = json.loads(guests.call(task, more={"HTTP_COOKIE": browser["HTTP_COOKIE"]}).body)
    assert shown["facts"]["account"] in page
    for secret in (matter["matter"], "doj", "mps"):
        assert secret not in page + json.dumps(shown).replace(made["task"], "")
    chinese = guests.call(f"{task}?language=zh-hans", more=browser).body.decode()
    assert "您需要办理的事项" in chinese
    wrong = urlencode({"step": "held", "amount": "lots"}).encode()
    again = guests.call(task, "POST", wrong, browser)
    assert (again.status, b'value="lots"' in again.body) == (422, True)
    right = urlencode({"step": "held", "amount": "100,000.00"}).encode()
    foreign = {**browser, "HTTP_ORIGIN": "https://evil.example"}
    assert guests.call(task, "POST", right, foreign).status == 403
    assert guests.call(task, "POST", right, browser).status == 303
    (told,) = desks.value("cn", "wei", "participant", "tasks")["tasks"]
    assert told["answers"][0]["amount"] == 10_000_000
    assert told["minutes"] == 0
    assert desks.do("cn", "participant", "say", made["task"])["act"]
    with pytest.raises(Fault, match="nothing-to-say"):
        desks.run("cn", "wei", "participant", "say", made["task"])
    measure = desks.value("us", "ann", "request", "show", matter["matter"])["measure"]
    assert measure["sums"]["EUR"]["held"] == 10_000_000
    desks.value("cn", "wei", "participant", "end", bank["id"])
    assert guests.call(task, more=browser).status == 404


def test_the_kinds_of_rolls_that_platforms_load_are_those_of_the_room() -> None:
    """In the same words."""
    assert ROLL_KINDS == KINDS


def test_a_session_opens_no_task_of_another(desks: Desks) -> None:
    """Neither by a link nor by a token; a program answers as JSON."""
    guests = Guests(desks, "cn")
    matter = desks.do("us", "request", "send", EXAMPLES / "stop-payment.json", "--to", "cn")
    made = []
    for name in ("Bank of Sylvania", "Bank of Freedonia"):
        one = desks.value("cn", "wei", *ADD, "--sort", "bank", "--on-behalf", name, "--program")
        ask = ("participant", "ask", matter["matter"], "--participant", one["id"])
        made.append((one["secret"], desks.value("cn", "wei", *ask)["task"]))
    (mine, own), (_, other) = made
    token = {"HTTP_AUTHORIZATION": f"Bearer {mine}", "CONTENT_TYPE": "application/json"}
    listed = json.loads(guests.call("/tasks/", more=token).body)["tasks"]
    assert [one["id"] for one in listed] == [own]
    assert guests.call(f"/tasks/{other}", more=token).status == 404
    body = json.dumps({"step": "not-held", "reason": "AC04"}).encode()
    assert guests.call(f"/tasks/{other}", "POST", body, token).status == 404
    answered = json.loads(guests.call(f"/tasks/{own}", "POST", body, token).body)
    assert answered["answers"][0]["reason"] == "AC04"
    xml = {**token, "CONTENT_TYPE": "application/xml"}
    told = json.loads(guests.call(f"/tasks/{own}", "POST", resolution("PACR", "9.00"), xml).body)
    assert (told["answers"][1]["step"], told["answers"][1]["amount"]) == ("held-in-part", 900)
    assert guests.call(f"/tasks/{own}", "POST", b"<a/>", xml).status == 422
    assert guests.call("/hashsharing/v2/status", more=token).status == 403


NAMESPACE = "{https://hashsharing.ncmec.org/hashsharing/v2}"
ZONES = ("UTC", "Asia/Shanghai", "America/New_York")
FIRST_S = 1_795_000_000


def value(number: int) -> str:
    """Return the hash of a file that is nowhere."""
    return hashlib.sha256(f"file {number}".encode()).hexdigest()


class Matcher:
    """A client of NCMEC's API as `threatexchange` 1.2.17 is: it sends its local time marked Z."""

    def __init__(self, guests: Guests, token: str, zone: str) -> None:
        self.guests, self.zone = guests, ZoneInfo(zone)
        basic = base64.b64encode(f"platform:{token}".encode()).decode()
        self.headers = {"HTTP_AUTHORIZATION": f"Basic {basic}"}
        self.start_s, self.kept = 0, dict[str, str]()

    def fetch(self, now_s: int, pages: int = 1_000) -> None:
        """Fetch what is new; with fewer pages than there are it is killed, and keeps nothing."""
        window = {"from": self._local(self.start_s), "to": self._local(now_s)}
        path = f"/v2/entries?{urlencode(window)}"
        kept = dict(self.kept)
        for _ in range(pages):
            found = self.guests.call(f"/hashsharing{path}", more=self.headers)
            assert found.status == 200, found.body
            root = fromstring(found.body.replace(NAMESPACE[1:-1].encode(), b"").decode())
            for one in root.iterfind("images/*"):
                kept.pop(one.findtext("id"), None)
                if one.tag == "image":
                    kept[str(one.findtext("id"))] = str(one.findtext("fingerprints/sha256"))
            path = str(root.findtext("paging/next") or "")
            if not path:
                self.start_s, self.kept = now_s, kept
                return

    def _local(self, at_s: int) -> str:
        return datetime.fromtimestamp(at_s, self.zone).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass
class Roll:
    """A roll of `us` that `cn` loads and lets its platforms have."""

    desks: Desks
    folder: Path
    id: str = ""

    def edition(self, add: Sequence[int] = (), withdraw: Sequence[str] = ()) -> None:
        """Send an edition, load it, let it out."""
        lists = {
            "add": [f"sha256;{value(number)};1" for number in add], "withdraw": [*withdraw],
        }  # fmt: skip
        given: list[str | Path] = []
        for name, lines in lists.items():
            if lines:
                path = self.folder / name
                path.write_text("\n".join(lines) + "\n", encoding="utf-8")
                given += [f"--{name}", path]
        self.desks.do("us", "roll", "edition", self.id, *given)
        self.desks.do("cn", "roll", "load", self.id)

    def let_out(self) -> None:
        """Let participants have what is loaded."""
        done = feed.give(self.desks.states["cn"].node, self.desks.officer("cn"), self.id)
        assert isinstance(done, int)

    def holding(self) -> str:
        """Return how many participants the reader says hold what was withdrawn."""
        turns = self.desks.do("us", "roll", "show", self.id)["turns"]
        return str(turns[-1]["codes"]["holding"])


@pytest.fixture
def roll(tmp_path: Path) -> Roll:
    """A roll that may go on to participants."""
    desks = Desks(tmp_path)
    desks.modules = (*desks.modules, participant)
    desks.permit()
    kind = ("--kind", "child-exploitation", "--scheme", "national", "--onward", "participants")
    return Roll(desks, tmp_path, str(desks.do("us", "roll", "open", *kind)["matter"]))


def platform(roll: Roll) -> str:
    """Admit a platform; return its token."""
    words = ("--sort", "platform", "--on-behalf", "Platform", "--program")
    made = roll.desks.value("cn", "wei", *ADD, *words, "--roll", "child-exploitation")
    return str(made["secret"])


def test_a_platform_has_the_whole_roll_whatever_its_zone(
    roll: Roll, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While entries come, where it is killed between pages, and what is withdrawn is gone."""
    monkeypatch.setattr(hash_sharing, "PAGE", 2)
    guests = Guests(roll.desks, "cn")
    matchers = [Matcher(guests, platform(roll), zone) for zone in ZONES]
    roll.edition(range(5))
    for one in matchers:
        one.fetch(FIRST_S)
        assert one.kept == {}  # own staff has not let it out
    roll.let_out()
    for turn, one in enumerate(matchers, start=1):
        one.fetch(FIRST_S + 600, pages=turn)
    roll.edition(range(5, 8))
    roll.let_out()
    for one in matchers:
        one.fetch(FIRST_S + 1_200)
        assert {*one.kept.values()} == {value(number) for number in range(8)}
    gone = next(id_ for id_, one in matchers[0].kept.items() if one == value(3))
    roll.edition(withdraw=[gone])
    assert roll.holding() == "3"
    for one in matchers:
        one.fetch(FIRST_S + 1_800)
        assert {*one.kept.values()} == {value(number) for number in range(8)} - {value(3)}
        one.fetch(FIRST_S + 2_400)
    roll.edition([9])
    assert roll.holding() == "0"
    for one in matchers:
        one.fetch(FIRST_S + 3_000)
        assert value(9) not in one.kept.values()


def test_a_platform_that_votes_is_heard_by_an_officer(roll: Roll) -> None:
    """Its verdict votes for nobody: the lines fit a vote of the officer."""
    guests = Guests(roll.desks, "cn")
    one = Matcher(guests, platform(roll), "UTC")
    roll.edition(range(2))
    roll.let_out()
    one.fetch(FIRST_S)
    entry = min(one.kept)
    body = (
        b'<feedbackSubmission xmlns="https://hashsharing.ncmec.org/hashsharing/v2"><negative>'
        b"<reasonIds><guid>00000000-0000-4000-8000-000000000003</guid></reasonIds></negative>"
        b"</feedbackSubmission>"
    )
    address = f"/hashsharing/v2/entries/1/{entry}/SHA256/feedback"
    assert guests.call(address, "PUT", body, one.headers).status == 200
    assert guests.call(address, "PUT", b"<!DOCTYPE a>", one.headers).status == 400
    other = address.replace(entry, "a" * 26)
    assert guests.call(other, "PUT", body, one.headers).status == 404
    node, wei = roll.desks.states["cn"].node, roll.desks.officer("cn")
    (said,) = feed.feedback(node, wei, roll.id)
    assert (said["id"], said["verdict"], said["reason"]) == (entry, "down", "Lawful content")
    members = guests.call("/hashsharing/v2/members", more=one.headers).body.decode()
    assert ">us<" in members


def test_a_roll_for_nobody_else_reaches_no_participant(roll: Roll) -> None:
    """Its keeper did not let it go on."""
    kind = ("--kind", "child-exploitation", "--scheme", "national", "--onward", "none")
    closed = str(roll.desks.do("us", "roll", "open", *kind)["matter"])
    with pytest.raises(Fault, match=r"roll\.onward\.barred"):
        feed.give(roll.desks.states["cn"].node, roll.desks.officer("cn"), closed)


@pytest.mark.parametrize("zone", ZONES)
def test_the_client_of_threatexchange_has_the_whole_roll(
    roll: Roll, monkeypatch: pytest.MonkeyPatch, zone: str
) -> None:
    """Unchanged, where it is installed: status, members, entries by pages, deletions, feedback."""
    known = pytest.importorskip("threatexchange.exchanges.clients.ncmec.hash_api")
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    monkeypatch.setattr(hash_sharing, "PAGE", 2)
    guests = Guests(roll.desks, "cn")
    monkeypatch.setattr(requests.Session, "get_adapter", lambda *_, **__: Wire(guests))
    client = known.NCMECHashAPI("platform", platform(roll), known.NCMECEnvironment.test_Industry)
    client._base_url = f"{ORIGIN}/hashsharing"
    assert client.status().esp_name == "cn"
    kept: dict[str, str] = {}
    gone: list[str] = []
    for turn, numbers in enumerate((range(5), range(5, 8), (), ())):
        if turn < 3:
            roll.edition(numbers, gone)
            roll.let_out()
        window = {
            "start_timestamp": FIRST_S + 60 * (turn - 1) if turn else 0,
            "end_timestamp": FIRST_S + 60 * turn,
        }
        for page in client.get_entries_iter(**window):
            for one in page.updates:
                kept.pop(one.id, None)
                if not one.deleted:
                    kept[one.id] = one.fingerprints["sha256"]
        gone = [id_ for id_, one in kept.items() if one == value(3)] if turn == 1 else []
    assert {*kept.values()} == {value(number) for number in range(8)} - {value(3)}
    assert [one.esp_name for one in client.members()] == ["cn", "us"]
    kind = known.FingerprintType.pdq
    reasons = client.feedback_reasons(kind) or client._feedback_reason_map[kind]
    client.submit_feedback(1, min(kept), kind, known.FeedbackType.downvote, min(reasons))
    client.submit_upvote(1, min(kept), kind)
    node, wei = roll.desks.states["cn"].node, roll.desks.officer("cn")
    assert [one["verdict"] for one in feed.feedback(node, wei, roll.id)] == ["up"]


class Wire(BaseAdapter):
    """Carries what `requests` sends to the listener, without a socket."""

    def __init__(self, guests: Guests) -> None:
        super().__init__()
        self.guests = guests

    @override
    def send(self, request: requests.PreparedRequest, **_: Any) -> requests.Response:  # type: ignore[override]
        sent = {f"HTTP_{k.upper().replace('-', '_')}": str(v) for k, v in request.headers.items()}
        path = str(request.url).removeprefix(ORIGIN)
        body = request.body if isinstance(request.body, bytes) else b""
        answer = self.guests.call(path, str(request.method), body, sent)
        found = requests.Response()
        found.status_code, found.raw = answer.status, io.BytesIO(answer.body)
        found.headers.update(answer.headers)
        found.request, found.url = request, str(request.url)
        return found

    @override
    def close(self) -> None:
        pass
