"""A guest without an account plays one seat by a link, and sees nothing but what comes to it."""

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from support import pair
from support.overtaken import before_a_write
from support.played import Played
from support.undone import killed_between_writes
from surfaces.web import stage

from comity.adapters import typeset
from comity.boot import outside as listeners
from comity.domestic.outside.session import Session
from comity.joint.exercise import inject
from comity.kernel.fault import Fault
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.context import Node
from comity.node.base.rows import Officer
from comity.node.base.scope import PRESENCE, Outside, by_name
from comity.node.desk import outside as sessions
from comity.node.desk.outside import Admitted
from comity.node.room.exercises import MARK
from comity.rooms.exercise import console, seat_scope, seat_sheet, seats, steering
from comity.surfaces.outside import app

ORIGIN = "https://guests.example"
SEAT = "authority-b"


@dataclass
class Table:
    """An exercise that runs, and the listener for guests of the side that plays the seat."""

    held: Played
    node: Node
    served: app.Outside

    def officer(self, name: str) -> Any:  # noqa: ANN401 -- an officer
        """Return who works in the play."""
        return self.held.officer(self.node.party, name, self.held.play_path)

    def guest(self, seat: str = SEAT, *, is_released: bool = True) -> tuple[Session, str]:
        """Let a guest in at a seat; return the session and the cookie."""
        lead, deputy = self.officer("lead"), self.officer("deputy")
        for one, session in seats.listing(self.node, lead):
            if session.is_open(self.node.clock.now_ms()) and one.seat == seat:
                seats.end(self.node, lead, one.id)
        made = seats.add(self.node, lead, seat, "A. Gray", "Bank of Bb", 7)
        assert isinstance(made, Admitted), made
        if is_released:
            done = seats.release(self.node, deputy, made.session.id)
            assert not isinstance(done, Inadmissible), done
        _, cookie = sessions.enter(self.node, made.secret.removeprefix(f"{ORIGIN}/enter/"))
        return made.session, cookie

    def call(
        self, path: str, cookie: str, body: str | None = None, *, language: str = "en",
        accept: str = "text/html",
    ) -> tuple[int, str]:  # fmt: skip
        """Ask for a page, or send a form."""
        data = (body or "").encode()
        told: list[str] = []
        environ = {
            "REQUEST_METHOD": "GET" if body is None else "POST",
            "PATH_INFO": path,
            "QUERY_STRING": f"language={'zh-hans' if language == 'zh' else 'en'}",
            "CONTENT_LENGTH": str(len(data)),
            "wsgi.input": io.BytesIO(data),
            "HTTP_ACCEPT": accept,
            "HTTP_ORIGIN": ORIGIN,
            "HTTP_COOKIE": f"__Host-comity_outside_{self.node.party}={cookie}",
            "REMOTE_ADDR": "192.0.2.7",
        }
        answer = self.served(environ, lambda status, _headers: told.append(status))
        page = b"".join(answer).decode()
        if hasattr(answer, "close"):
            answer.close()
        return int(told[0][:3]), page

    def delivered(self, number: int) -> str:
        """Deliver an item to the seat; return its matter."""
        a = self.held.parties[0]
        lead = self.held.officer(a, "lead", self.held.play_path)
        done = steering.deliver(self.held.world.node(a), lead, number)
        return self.held.let_out(a, lead, done)


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Table]:
    """Module 1 of *harbour invoice*, started."""
    with pair.closing():
        world = stage.world_of(tmp_path_factory.mktemp("seats"), "fr", "sy")
        world.pump()
        held = Played(world, "harbour-invoice", "stop")
        held.start(60)
        offered = Outside(ORIGIN, by_name(PRESENCE, seat_scope.SCOPE))
        node = replace(held.world.node(held.parties[1]), outside=offered)
        ports = app.Ports(lambda *_: None, _failed, lambda: 0)
        yield Table(held, node, app.Outside(node, listeners.doors(node), ports))


def _failed(error: BaseException) -> None:
    raise error


@pytest.fixture(scope="module")
def item(table: Table) -> str:
    """Something that was delivered to the seat."""
    return table.delivered(3)


def test_a_guest_takes_and_answers_what_comes_to_the_seat(table: Table, item: str) -> None:
    """A look changes nothing; what is said carries the names of both controllers at home alone."""
    session, cookie = table.guest()
    before = table.held.world.digests(table.node.party)
    status, page = table.call("/seat/", cookie)
    assert (status, page.count(MARK)) == (200, 2)
    assert item in page
    assert table.held.world.digests(table.node.party) == before
    assert "您的席位" in table.call("/seat/", cookie, language="zh")[1]
    assert f'href="{seat_scope.ADDRESS}"' in table.call("/", cookie)[1]
    told = json.loads(table.call("/seat/", cookie, accept="application/json")[1])
    assert (told["exercise"], [one["id"] for one in told["given"]]) == (MARK, [item])
    assert table.call(f"/seat/take/{item}", cookie, "")[0] == 303
    assert table.call(f"/seat/take/{item}", cookie, "")[0] == 409
    real = "outcome=done&text=Write+to+bob%40gmail.com"
    refused = table.call(f"/seat/answer/{item}", cookie, real)
    assert refused[0] == 409
    assert "nothing real enters" in refused[1]
    assert table.call(f"/seat/answer/{item}", cookie, "outcome=done&text=It+is+frozen.")[0] == 303
    table.held.world.pump()
    for party in table.held.parties:
        lead = table.held.officer(party, "lead", table.held.play_path)
        lanes = console.of(table.held.world.node(party), lead).lanes
        lane = next(one for one in lanes if one.id == item)
        assert (lane.status, lane.outcome) == (inject.ANSWERED, "done")
    assert outside_ended(table, session) is None


def outside_ended(table: Table, session: Session) -> int | None:
    """Return when a session ended."""
    with table.node.store.read() as tx:
        found = sessions.session_of(tx, session.id)
    assert found is not None
    return found.ended_ms


def test_a_guest_sees_nothing_of_another_seat(table: Table, item: str) -> None:
    """Nor says anything of it, nor reaches any other door."""
    other = next(one for one in seats.names(table.node, table.officer("lead")) if one != SEAT)
    _, cookie = table.guest(other)
    status, page = table.call("/seat/", cookie)
    assert status == 200
    assert item not in page
    assert table.call(f"/seat/take/{item}", cookie, "")[0] == 404
    assert table.call("/taxii2/", cookie)[0] == 403
    assert table.call("/seat/take/", cookie)[0] == 405


def test_an_answer_of_a_seat_that_one_controller_gave_waits(table: Table) -> None:
    """Its words leave by a second one; who gave the link cannot be both."""
    item = table.delivered(2)
    session, cookie = table.guest("bank-b", is_released=False)
    lead, deputy = table.officer("lead"), table.officer("deputy")
    own = seats.release(table.node, lead, session.id)
    assert isinstance(own, Inadmissible)
    assert own.rule == "exercise.seat-own"
    status, page = table.call(f"/seat/answer/{item}", cookie, "outcome=done&text=Frozen.")
    assert (status, "It waits for a second controller" in page) == (200, True)
    assert inject.DELIVERED in table.call("/seat/", cookie, accept="application/json")[1]
    assert not isinstance(seats.release(table.node, deputy, session.id), Inadmissible)
    assert table.call(f"/seat/answer/{item}", cookie, "outcome=done&text=Frozen.")[0] == 303


def test_a_link_that_is_ended_opens_nothing(table: Table) -> None:
    """From the next request on; a seat has one guest at a time."""
    session, cookie = table.guest()
    lead = table.officer("lead")
    with pytest.raises(Fault, match=r"exercise\.seat\.taken"):
        seats.add(table.node, lead, SEAT, "B. Brown", "Bank", 1)
    with pytest.raises(Fault, match=r"exercise\.seat\.unknown"):
        seats.add(table.node, lead, "nobody", "B. Brown", "Bank", 1)
    no = seats.add(table.node, table.officer("pat"), SEAT, "B. Brown", "Bank", 1)
    assert isinstance(no, Inadmissible)
    assert no.rule == "officer.role.lacking"
    assert not isinstance(seats.end(table.node, lead, session.id), Inadmissible)
    assert table.call("/seat/", cookie)[0] == 401


def test_the_sheet_has_the_link_its_code_and_the_mark(table: Table) -> None:
    """On paper, tagged: the mark is on the page, the code is a picture with words."""
    lead = table.officer("lead")
    session, _ = table.guest()
    seats.end(table.node, lead, session.id)
    made = seats.add(table.node, lead, SEAT, "A. Gray", "Bank of Bb", 7)
    assert isinstance(made, Admitted)
    data = seat_sheet.of(table.node, SEAT, made)
    rows = json.loads(data)["code"]
    assert all(len(one) == len(rows) for one in rows)
    assert typeset.letter(data, made.session.since_ms).startswith(b"%PDF-")
    seats.end(table.node, lead, made.session.id)


def open_seats(table: Table) -> list[str]:
    """Return the seats that have a guest."""
    now_ms = table.node.clock.now_ms()
    found = seats.listing(table.node, table.officer("lead"))
    return [one.seat for one, session in found if session.is_open(now_ms)]


def open_links(table: Table) -> list[str]:
    """Return the sessions of guests that are open."""
    now_ms = table.node.clock.now_ms()
    found = sessions.listing(table.node, table.officer("lead"))
    return [one.id for one in found if one.is_open(now_ms)]


def leave(table: Table) -> Officer:
    """Let every guest leave; return who gives links."""
    lead: Officer = table.officer("lead")
    for id_ in open_links(table):
        sessions.end(table.node, lead, id_)
    return lead


def test_a_link_is_never_without_its_seat(table: Table) -> None:
    """Wherever the node is killed: a guest that nobody lists could not be sent away."""
    lead = leave(table)

    def give(node: Node) -> None:
        seats.add(node, lead, SEAT, "A. Gray", "Bank of Bb", 7)

    for _ in killed_between_writes(table.node, give):
        assert (open_links(table), open_seats(table)) == ([], [])
    assert (len(open_links(table)), open_seats(table)) == (1, [SEAT])


def test_two_controllers_who_give_a_seat_at_once_let_one_guest_in(table: Table) -> None:
    """The second one is told that it is taken, and no link is left of it."""
    lead, deputy = leave(table), table.officer("deputy")

    def meanwhile() -> None:
        seats.add(table.node, deputy, SEAT, "B. Brown", "Bank of Bb", 7)

    overtaken = replace(table.node, store=before_a_write(table.node.store, meanwhile))
    with pytest.raises(Fault, match=r"exercise\.seat\.taken"):
        seats.add(overtaken, lead, SEAT, "A. Gray", "Bank of Bb", 7)
    assert (len(open_links(table)), open_seats(table)) == (1, [SEAT])
