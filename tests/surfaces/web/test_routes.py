"""Every address of the desk, found in the URL map: none breaks for an id that nobody made.

Who may read and change what, with ids that are there, is decided in `matrix/policy.py`.

A new address is tried by itself; one that is open without a session must be named here.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver
from node.desk.test_duty import Desk
from support import pair, stores
from surfaces.web.duty import stage as duty
from surfaces.web.stage import client

from comity.node.operate import readiness

NOBODY = "z" * 26
OPEN = {
    "health", "ready", "language", "static/x",
    f"account/link/{NOBODY}", "account/sign-in/", "account/sign-out/", "account/left/",
    "account/session/", "account/passkeys/sign-in/",
    f"account/oidc/{NOBODY}/", f"account/oidc/{NOBODY}/back/",
    "account/providers/cancelled/", "account/providers/failed/", "account/providers/unknown/",
}  # fmt: skip
"""What is reached without a session: how one gets one, and what a page is made of."""

UNTOLD = {"events", "uploads"}
"""What scripts ask for."""

SIGN_IN = "/account/sign-in/"
IDS = {"slug": NOBODY, "path": "x", "str": "x", "int": "1", "uuid": "0" * 32}
PEOPLE = ("wei", "au", "op")
"""Contact point, auditor, operator; with ids that are there, `matrix` asks for all as everybody."""


def addresses(found: Sequence[URLPattern | URLResolver], before: str = "") -> Iterator[str]:
    """Give each address, with an id that nobody made in the place of each argument."""
    for one in found:
        text = before + str(one.pattern).removeprefix("^").removesuffix("$")
        for name, converter in one.pattern.converters.items():
            kind = type(converter).__name__.removesuffix("Converter").lower()
            kind = {"string": "str"}.get(kind, kind)
            for spelled in (f"<{kind}:{name}>", f"<{name}>"):
                text = text.replace(spelled, IDS.get(kind, "x"))
        if isinstance(one, URLResolver):
            yield from addresses(one.url_patterns, text)
        else:
            yield text


def test_each_part_of_the_pages_is_told_in_the_documents(every: list[str]) -> None:
    """docs/pages.md says of each part of the menu what it is for."""
    page = (Path(__file__).parents[3] / "docs" / "pages.md").read_text("utf-8")
    parts = {address.partition("/")[0] for address in every if "/" in address}
    assert not {part for part in parts if f"`/{part}/" not in page} - UNTOLD


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A desk with somebody in every role, and one request."""
    with pair.closing():
        made = duty.desk_of(tmp_path_factory.mktemp("routes"))
        made.ask()
        with made.node.store.write() as tx:
            readiness.save(tx, made.node.clock.now_ms(), ())  # as the process that serves says
        yield made


@pytest.fixture(scope="module")
def every() -> list[str]:
    """Each address of the URL map."""
    stores._configure()
    from comity.surfaces.web import urls  # noqa: PLC0415 -- Django has to be set up

    found: list[Any] = urls.urlpatterns
    return sorted(set(addresses(found)))


def test_the_map_is_whole(every: list[str]) -> None:
    """Each room has its addresses in it, with something in the place of each argument."""
    assert len(every) > 100
    assert not [one for one in every if "<" in one]


@pytest.mark.parametrize("method", ["get", "post"])
def test_nothing_is_shown_without_a_session(desk: Desk, every: list[str], method: str) -> None:
    """Whoever has none is led to the sign-in page, whatever they ask for, but for what is named."""
    nobody = client(desk.node, officer=None)
    let_in = set()
    for address in every:
        answer = getattr(nobody, method)(f"/{address}")
        if SIGN_IN not in answer.headers.get("Location", ""):
            let_in.add(address)
    assert let_in <= OPEN


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("name", PEOPLE)
def test_every_address_answers_every_role(
    desk: Desk, every: list[str], name: str, method: str
) -> None:
    """With ids that nobody made and an empty form no page breaks, for anybody."""
    one = duty.client(desk, name)
    broken = []
    for address in every:
        if address == "account/sign-out/":
            continue  # it would end the session of the next one
        answer = getattr(one, method)(f"/{address}")
        if answer.status_code >= 500:
            broken.append((address, answer.status_code))
    assert broken == []


def test_an_address_of_a_form_leads_on_to_a_page(desk: Desk, every: list[str]) -> None:
    """Who opens a link is told where to go on, in their language; it is no dead end."""
    one = duty.client(desk, "op")
    found = {}
    for address in every:
        answer = one.get(f"/{address}", headers={"accept-language": "zh-CN"})
        if answer.status_code == 405:
            body = answer.content.decode()
            assert "该地址不显示内容" in body, address
            assert answer.headers["Allow"] in {"POST", "PUT"}, address
            found[address] = re.findall(r'href="(/[^"]*)">前往上一级页面', body)
    assert len(found) > 20
    assert found["requests/filters/"] == found["requests/bulk/"] == ["/requests/"]
    for link in {link for links in found.values() for link in links}:
        assert one.get(link).status_code not in {405, 500}, link


def test_a_language_is_chosen_on_the_answer_to_a_form(desk: Desk, every: list[str]) -> None:
    """Where the form was sent to is no page: the switch leads to one, and never to a bare no."""
    one = duty.client(desk, "wei")
    switched = {}
    for address in every:
        if address == "account/sign-out/":
            continue
        body = one.post(f"/{address}").content.decode(errors="replace")
        if found := re.search(r'name="next" value="([^"]*)"', body):
            switched[address] = found[1]
            assert one.get(found[1]).status_code != 405, address
    assert switched["requests/filters/"] == "/requests/"
    assert switched["desk/shift/"] == "/desk/shift/"
