"""A node with much that is not in order, and a browser's way to it.

Freedonia's node (`fr`): a request answered in part, one that does not reach Sylvania, an
urgent one from Sylvania that nobody opened, and Borduria, whose log signed two histories
and whose clock is late.  Borduria claims a time that cannot be.

Floor: tests.
"""

import itertools
import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.test import Client
from playwright.sync_api import BrowserContext, Page
from support import states
from support.pair import World, state_on

from comity.adapters.store.django_store import DjangoStore
from comity.boot.officers import OfficersServer
from comity.domestic.officer import link, role
from comity.joint.arrangement.card import Agency
from comity.node.base import profile
from comity.node.base.context import Node
from comity.node.base.profile import Profile
from comity.node.base.rows import LOG_FROZEN
from comity.node.desk import officer_admin as officers
from comity.node.desk import sign_in_links
from comity.node.exchange import convict, disputes, signing_guard, status
from comity.surfaces.web.account import BACKEND, database
from comity.surfaces.web.desk import KEY, Desk
from comity.surfaces.web.wsgi import make_application

# Playwright keeps an event loop in this thread, in which nothing runs while a test does.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

MINUTE_MS = 60_000
ROOT = Path(__file__).parents[3]
NAMES = {
    "fr": {"en": "Freedonia", "zh-Hans": "弗里多尼亚"},
    "sy": {"en": "Sylvania", "zh-Hans": "西尔瓦尼亚"},
    "bo": {"en": "Borduria"},
}
AGENCIES = {
    "fr": (
        Agency("police", {"en": "Federal Police, 24/7 contact point", "zh-Hans": "联邦警察联络点"}),
        Agency("moj", {"en": "Ministry of Justice", "zh-Hans": "司法部"}),
    ),
    "sy": (
        Agency("police", {"en": "National Cybercrime Directorate", "zh-Hans": "国家网络犯罪总局"}),
    ),
    "bo": (Agency("police", {"en": "Central Prosecution Service"}),),
}


def world_of(folder: Path, *parties: str) -> World:
    """Return paired States with names in two languages, on SQLite as accounts need it."""
    made = []
    for party in parties:
        one = state_on(folder, party, "sqlite")
        with one.node.store.write() as tx:
            endpoint = f"https://{party}.example:8443"
            profile.save(tx, Profile(NAMES[party], AGENCIES[party], endpoint))
        made.append(one)
    arrangement = states.pair(folder, made)
    return World(folder, arrangement, {one.node.party: one for one in made}, itertools.count())


def troubled(folder: Path) -> World:
    """Return three States after a bad day, as the module says."""
    world = world_of(folder, "fr", "sy", "bo")
    first = world.ask("fr")
    world.pump()
    world.acknowledge("sy", first)
    world.pump()
    world.advance(7 * MINUTE_MS)
    world.answer("sy", first, ("one",))
    second = world.ask("bo")
    world.pump()
    world.acknowledge("fr", second)
    world.answer("fr", second)
    world.pump()
    world.advance(31 * MINUTE_MS)
    world.ask("sy")
    world.pump()
    world.cut("fr", "sy")
    world.advance(2 * MINUTE_MS)
    world.ask("fr")
    world.withdraw("fr", first)
    for _ in range(40):
        world.round()
    world.advance(4 * MINUTE_MS)
    _freeze(world)
    node = world.node("fr")
    node.session.of(signing_guard.Clocks).skew_ms["sy"] = 1_300
    node.session.of(signing_guard.Clocks).skew_ms["bo"] = -402_000
    with node.store.write() as tx:
        alarms = [("exchange.log.forked", "bo/…/live/1 signed two histories; the proof is kept.")]
        status.save_served(
            tx,
            node.session.of(signing_guard.Clocks).skew_ms,
            alarms,
            world.states["fr"].clock.at_ms,
        )
    return world


def _freeze(world: World) -> None:
    with world.node("fr").store.write() as tx:
        log = tx.log(world.origin("bo"))
        assert log is not None
        tx.save_log(replace(log, state=LOG_FROZEN))
        tx.save_record(convict.CONVICTION, log.origin, {"kept": True})
        claim = disputes.Dispute(disputes.BACK_DATED, "bo", log.origin, 1, 1, log.origin, 0, 2_000)
        tx.save_record(disputes.CLAIMS, log.origin, {"count": 1, "newest": [asdict(claim)]})


def urgent_id(node: Node) -> str:
    """Return the matter that nobody opened."""
    with node.store.read() as tx:
        return next(row.matter.id for row in tx.matters() if row.asker == "sy")


OFFICER = "ann"
"""Who is signed in where a test does not say."""

OPERATOR = "olga"
"""Who runs the node."""


@cache
def described() -> dict[str, Any]:
    """Return openapi.json as it stands in the documents; the check compares it with the calls."""
    text = (ROOT / "docs" / "api" / "openapi.json").read_text("utf-8")
    value: dict[str, Any] = json.loads(text)
    return value


def desk_of(node: Node, seen: list[str] | None = None) -> Desk:
    """Return the desk of a node on SQLite."""
    assert isinstance(node.store, DjangoStore), "accounts need a database: `pair.state_on`"
    see = (lambda: seen.append("page")) if seen is not None else lambda: None
    return Desk(node, "0.1.0", see, database=node.store.alias, described=described)


def have_officer(
    node: Node, name: str = OFFICER, *roles: str, agency: str = "police", office: str = ""
) -> None:
    """Add an officer, if there is none of that name; without roles, they have the default ones."""
    with node.store.read() as tx:
        found = tx.officer(name)
    if found is None:
        without = (role.OPERATOR,) if name == OPERATOR else role.DEFAULT
        officers.add(node, name, agency, office, roles or without)


def client(
    node: Node,
    seen: list[str] | None = None,
    *,
    officer: str | None = OFFICER,
    csrf: bool = False,
) -> Client:
    """Return a client of a node's pages, as a browser on this machine.

    Args:
        node: on SQLite, see `pair.state_on`.
        seen: filled with a word for each page that is open.
        officer: who is signed in, added if there is none; None for nobody.
        csrf: check the tokens of forms, as a real browser has them.
    """
    desk = desk_of(node, seen)
    found = Client(enforce_csrf_checks=csrf, **{KEY: desk, "SERVER_NAME": "127.0.0.1"})  # type: ignore[arg-type] # the WSGI environment
    if officer is not None:
        have_officer(node, officer)
        with database.of(desk.database):
            user = get_user_model().objects.get_by_natural_key(officer)
            found.force_login(user, BACKEND)
    return found


def let_in(
    context: BrowserContext, address: str, node: Node, officer: str = OFFICER
) -> BrowserContext:
    """Give a browser's context the session of an officer, as if they had signed in; return it.

    Args:
        context: of a browser.
        address: where the node serves, as `serving` gives it.
        node: that serves.
        officer: whose session it becomes, added if there is none.
    """
    name = settings.SESSION_COOKIE_NAME
    value = client(node, officer=officer).cookies[name].value
    context.add_cookies([{"name": name, "value": value, "url": address, "httpOnly": True}])
    return context


def sign_in(page: Page, address: str, node: Node, officer: str = OFFICER) -> None:
    """Sign a real browser in, by a one-time link; the officer is added if there is none.

    Args:
        page: of a browser; it shows the first page afterwards.
        address: where the node serves, as `serving` gives it.
        node: that serves.
        officer: whose session it becomes.
    """
    have_officer(node, officer)
    page.goto(link.address(address, sign_in_links.add(node, officer)[0]))
    page.locator("main form button").click()
    page.locator(".cm-who").wait_for()


@contextmanager
def serving(node: Node, port: int = 0) -> Iterator[str]:
    """Serve a node's pages for the length of a `with`, on a free port; give their address."""
    app = make_application(desk_of(node))
    server = OfficersServer(("127.0.0.1", port), app, threads=4)
    server.prepare()
    thread = threading.Thread(target=server.serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.bind_addr[1]}"
    finally:
        server.stop()
        thread.join(5)
