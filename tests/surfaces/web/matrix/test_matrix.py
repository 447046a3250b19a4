"""Route x method x role x relation x state: every cell is decided by `policy.ROWS`, and none leaks.

The addresses are found in the URL map.  Each cell is asked for with the id of something that is
there; nothing may come back of what this officer may not read, and where they may change nothing
not a row of the node is another afterwards.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final
from urllib.parse import unquote

import pytest
from django.urls import Resolver404, URLPattern, URLResolver, resolve, reverse
from hypothesis import settings
from support import stores
from surfaces.web.matrix.policy import ROWS
from surfaces.web.matrix.row import Row
from surfaces.web.matrix.stage import ID_CHARS, LEFT, NAMED, NOBODY, PEOPLE, Stage, Thing

SIGN_IN: Final = "/account/sign-in/"
ABSENT: Final = "There is no such page"
STRICT: Final = "default-src 'none'; script-src 'self'; style-src 'self'"
NOTHING: Final = Thing("", {}, frozenset({NOBODY, *PEOPLE}))


def _names(found: Sequence[Any], room: str = "") -> Iterator[tuple[str, tuple[str, ...]]]:
    for one in found:
        if isinstance(one, URLPattern):
            yield f"{room}{one.name}", tuple(one.pattern.converters)
        elif isinstance(one, URLResolver):
            yield from _names(
                one.url_patterns, f"{room}{one.namespace or ''}{':' if one.namespace else ''}"
            )


@cache
def routes() -> dict[str, tuple[str, ...]]:
    """Return `{name: what it needs}` of every address of the URL map."""
    stores._configure()
    from comity.surfaces.web import urls  # noqa: PLC0415 -- Django has to be set up

    return dict(_names(urls.urlpatterns))


@dataclass(frozen=True, slots=True)
class Cell:
    """One person, one address, one thing."""

    name: str
    row: Row
    thing: Thing
    person: str

    @property
    def roles(self) -> frozenset[str]:
        """What the person may do; nobody, and who has left, may do what is open."""
        if self.person in (NOBODY, LEFT):
            return frozenset({NOBODY})
        return frozenset(PEOPLE[self.person][1:])

    @property
    def is_reader(self) -> bool:
        """Whether the thing is there for them."""
        return self.person in self.thing.readers

    @property
    def may_change(self) -> bool:
        """Whether they change something by what is sent."""
        named = not self.row.only or self.person in self.row.only
        writes = not self.row.own or self.person in self.thing.writers
        return bool(self.roles & self.row.post) and self.is_reader and named and writes

    @property
    def must_change(self) -> bool:
        """Whether it has to be seen that they do."""
        return self.may_change and not self.row.why and self.thing.state in self.row.does

    @property
    def address(self) -> str:
        """The address of the thing."""
        route = self.name.partition("#")[0]
        given = {**self.thing.args, **self.row.more}
        args = {key: given[key] for key in routes()[route]}
        query = f"?{self.row.query}" if self.row.query else ""
        return reverse(route, urlconf="comity.boot.page_urls", kwargs=args) + query

    def told(self, what: object) -> str:
        """Return what is wrong with it, with its place in the matrix."""
        return f"{self.name} [{self.thing.state}] for {self.person}: {what}"


def cells(stage: Stage, name: str, does: tuple[str, ...] = ()) -> Iterator[Cell]:
    """Give the cells of a row: everybody with one thing that they may see, and one they may not.

    Which of them it is turns from row to row and from person to person, so that each state meets
    each role; in a deep search it is everybody with everything.
    """
    row = ROWS[name]
    things = stage.objects[row.kind] if row.kind else [NOTHING]
    things = [one for one in things if not row.states or one.state in row.states]
    for number, person in enumerate((NOBODY, *PEOPLE), start=len(name)):
        if person == NAMED and row.kind not in SHARED:
            continue  # as `xu`, who has more roles in the same agency
        if person == LEFT and row.kind:
            continue  # as nobody
        if row.few and not DEEP and (number + len("".join(row.more.values()))) % ONE_IN:
            continue
        for there in (True, False):
            found = [one for one in things if (person in one.readers) is there]
            found = [one for one in found if one.state in does] or found
            if not DEEP and found:
                found = [found[number % len(found)]]
            for thing in found:
                yield Cell(name, row, thing, person)


SHARED: Final = ("request", "subject", "draft", "worksheet")
"""What may be shared with an officer by name, or is of their agency."""

ONE_IN: Final = 4
"""Of how many people one is asked where a row is one of `few`."""

DEEP: Final = settings.get_current_profile_name() == "deep"


def test_every_address_has_a_row_and_every_row_an_address() -> None:
    """A new page is for nobody until somebody has said for whom it is."""
    assert {name.partition("#")[0] for name in ROWS} == routes().keys()


@pytest.mark.parametrize("name", [name for name, row in ROWS.items() if row.get])
def test_each_page_is_shown_to_whom_it_is_for(stage: Stage, name: str) -> None:
    """To others it does not exist, and nothing of what is in it comes back."""
    wrong: list[str] = []
    for cell in cells(stage, name):
        answer, body, changed = stage.ask(cell.person, "get", cell.address)
        wrong += _leaks(stage, cell, answer, body, cell.address)
        if not answer.headers.get("Content-Security-Policy", "").startswith(STRICT):
            wrong.append(cell.told("lets a browser run what others serve"))
        led = SIGN_IN in answer.headers.get("Location", "")
        if NOBODY in cell.roles and NOBODY not in cell.row.get:
            wrong += [] if led else [cell.told(f"is let in with {answer.status_code}")]
        elif cell.roles & cell.row.get and cell.is_reader:
            fits = answer.status_code in cell.row.status
            wrong += [] if fits else [cell.told(f"is answered {answer.status_code}")]
        elif answer.status_code not in cell.row.without:
            wrong.append(cell.told(f"is shown with {answer.status_code}"))
        elif cell.row.without == (404,) and ABSENT not in body.decode():
            wrong.append(cell.told("is told more than that there is no such page"))
        wrong += [cell.told(f"offers {one}, which is no page") for one in _no_pages(body)]
        if changed and not cell.roles & _CHANGING:
            wrong.append(cell.told("changed something by looking"))
    assert wrong == [], "\n".join(wrong)


_OFFERED: Final = re.compile(r'(?:action|formaction|href|hx-get|hx-post)="(/[^"?#]*)')
_ELSEWHERE: Final = ("/api/", "/feed/", "/static/")
"""Answered by other programs of the listener than that of pages."""


def _no_pages(body: bytes) -> list[str]:
    """Return where a link or a form of a page leads that the map of pages does not have."""
    found = {*_OFFERED.findall(body.decode(errors="replace"))}
    return sorted(one for one in found if not one.startswith(_ELSEWHERE) and not _is_page(one))


@cache
def _is_page(path: str) -> bool:
    try:
        resolve(unquote(path), urlconf="comity.boot.page_urls")
    except Resolver404:
        return False
    return True


_CHANGING: Final = frozenset({"contact-point", "case-officer", "counsel", "releasing"})
"""Whose looking may be noted: an alarm ends, a desk catches up."""


@pytest.mark.parametrize("name", [name for name, row in ROWS.items() if row.post])
def test_nothing_is_changed_but_by_whom_it_may_be(stage: Stage, name: str) -> None:
    """What is sent is good: whoever may change something by it does, and nobody else."""
    wrong: list[str] = []
    seen: Counter[bool] = Counter()
    for cell in cells(stage, name, ROWS[name].does):
        sent = cell.row.sent
        data = sent(stage, cell.thing) if callable(sent) else sent
        answer, body, changed = stage.ask(cell.person, cell.row.by, cell.address, data)
        seen[changed] += 1
        wrong += _leaks(stage, cell, answer, body, f"{cell.address} {data}")
        wrong += _ends_badly(stage, cell, answer)
        if NOBODY in cell.roles and NOBODY not in cell.row.post:
            if not _is_led(answer, body):
                wrong.append(cell.told(f"is let in with {answer.status_code}"))
        elif not cell.is_reader and answer.status_code not in cell.row.without:
            wrong.append(cell.told(f"learns that it is there: {answer.status_code}"))
        if changed and not cell.may_change:
            wrong.append(cell.told(f"changed something, {answer.status_code}"))
        if cell.must_change and not changed:
            wrong.append(cell.told(f"changes nothing, {answer.status_code} {_said(body)}"))
    assert wrong == [], "\n".join(wrong)
    assert seen[True] or ROWS[name].why, "nobody is seen to change anything, so nothing is shown"


def _ends_badly(stage: Stage, cell: Cell, answer: Any) -> list[str]:  # noqa: ANN401 -- of Django's client
    """Return what is wrong with how a press ends: in an error of ours, or on no page."""
    if answer.status_code >= 500:
        return [cell.told(f"breaks with {answer.status_code}")]
    if stage.led == 404 or stage.led >= 500:
        return [cell.told(f"leads to {answer.headers['Location']}, which answers {stage.led}")]
    return []


def _is_led(answer: Any, body: bytes) -> bool:  # noqa: ANN401 -- of Django's client
    """Whether somebody has to sign in: at once, or from a page that gives back what they typed."""
    if answer.status_code == 403:
        return f'href="{SIGN_IN}' in body.decode()
    return SIGN_IN in answer.headers.get("Location", "")


def _said(body: bytes) -> str:
    """Return the codes that a page gives for what is wrong."""
    return " ".join(re.findall(r"<code[^>]*>([a-z]+(?:[.-][a-z]+)+)</code>", body.decode()))


def test_the_page_of_a_request_says_what_the_law_asks(stage: Stage) -> None:
    """Where each question stands, to whoever reads it; nothing of it for a request of our own."""

    def shown(state: str) -> str:
        matter = stage.find("request", state).args["matter_id"]
        return stage.ask("han", "get", f"/requests/{matter}/")[1].decode()

    assert "Counsel has decided everything that the law asks here." in shown("arrived")
    assert "legal.undecided" in shown("unseen")
    assert "What the law asks" not in shown("own")


def test_a_case_does_not_tell_of_a_request_of_another_agency(stage: Stage) -> None:
    """Whoever may read it besides sees it in the list of the case, and in its count."""
    case = stage.find("case", "open").args["case_id"]
    hidden = stage.find("request", "hidden").args["matter_id"]
    for person, count in (("wei", 2), ("han", 1)):
        assert (hidden in stage.ask(person, "get", f"/cases/{case}/")[1].decode()) is (count == 2)
        listed = stage.ask(person, "get", "/cases/")[1].decode()
        assert f">{count}</td>" in listed


def _leaks(stage: Stage, cell: Cell, answer: Any, body: bytes, asked: str) -> list[str]:  # noqa: ANN401 -- of Django's client
    """Return what came back that this person may not read, and that they did not say themselves."""
    told = body + "\n".join(f"{k}: {v}" for k, v in answer.headers.items()).encode()
    hidden = [word for word in stage.hidden_from(cell.person) if word not in asked]
    if cell.row.names_acts:
        hidden = [word for word in hidden if len(word) > ID_CHARS]
    found = [word for word in hidden if word.encode() in told]
    return [cell.told(f"shows {word}") for word in found]
