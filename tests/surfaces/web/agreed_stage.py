"""Two States under the shipped guideline, with officers who write, approve and decide.

Freedonia (`fr`) asks Sylvania (`sy`): ann and ben draft and approve, nora is counsel, aud audits,
op runs the machine, jo is of the ministry of justice.

Floor: tests.
"""

import json
from dataclasses import replace
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path
from typing import Any, override

from django.apps import apps
from django.contrib.auth import get_user_model
from django.test import Client
from support import agreed
from support.pair import World
from surfaces.web import stage

from comity.domestic.officer import role
from comity.joint.text import acts as guideline_acts
from comity.kernel.inadmissible import Inadmissible
from comity.node.base import profile
from comity.node.base.context import Node
from comity.node.base.rows import Officer
from comity.node.desk import worksheets
from comity.node.desk.worksheets import Begun, Worksheet
from comity.node.room import nation_profile
from comity.surfaces.web.account import database

EXAMPLES = Path(__file__).parents[3] / "examples"
EVENING = "2026-11-24 21:00 +0000"
OFFICERS = {
    "ann": ("police", role.DEFAULT),
    "ben": ("police", role.DEFAULT),
    "nora": ("police", (role.COUNSEL,)),
    "aud": ("police", (role.AUDITOR,)),
    "op": ("police", (role.OPERATOR,)),
    "jo": ("moj", role.DEFAULT),
}


def world_of(folder: Path) -> World:
    """Return the two States."""
    world = stage.world_of(folder, "fr", "sy")
    world.pump()
    agreed.set_clock(world, agreed.at(EVENING))
    agreed.adopt(world, guideline_acts.MAIN, agreed.shipped(agreed.MAIN))
    node = world.node("fr")
    for name, (agency, roles) in OFFICERS.items():
        stage.have_officer(node, name, *roles, agency=agency)
    stage.have_officer(world.node("sy"), "wei", *role.DEFAULT)
    return world


def with_law(world: World) -> World:
    """Let Freedonia have a nation profile, so that counsel decides first."""
    node = world.node("fr")
    with node.store.write() as tx:
        now = profile.load(tx)
        profile.save(tx, replace(now, agencies=now.agencies[:1]))
    nora = officer(node, "nora")
    adopted = nation_profile.adopt(node, nora, profile_text().encode(), extend=True)
    assert not isinstance(adopted, Inadmissible)
    return world


def profile_text() -> str:
    """Return an example profile as Freedonia's."""
    text = files("comity.catalogue").joinpath("nation/us.yaml").read_text(encoding="utf-8")
    return text.replace("id: us\n", "id: fr\n", 1).replace("doj", "police")


def officer(node: Node, name: str) -> Officer:
    """Return an officer."""
    with node.store.read() as tx:
        found = tx.officer(name)
    assert found is not None
    return found


def clients(node: Node) -> dict[str, Client]:
    """Return a client for each officer who is there, each with a second factor just shown."""
    with node.store.read() as tx:
        names = [one.name for one in tx.officers()]
    return {name: proven(node, name) for name in names if name in OFFICERS}


def proven(node: Node, name: str) -> Client:
    """Return the client of an officer who has a second factor and showed it a moment ago."""
    client = stage.client(node, officer=name)
    with database.of(stage.desk_of(node).database):
        user = get_user_model().objects.get_by_natural_key(name)
        Authenticator = apps.get_model("mfa", "Authenticator")
        if not Authenticator.objects.filter(user=user).exists():
            Authenticator.objects.create(user=user, type="totp", data={"secret": ""})
        show(client, node, user.pk)
    return client


def show(client: Client, node: Node, user_id: int, at_ms: int | None = None) -> None:
    """Note in a session that its officer showed their second factor, now or at an instant."""
    session = client.session
    now_ms = node.clock.now_ms() if at_ms is None else at_ms
    session["comity_shown"] = {"mfa": now_ms, "of": user_id}
    session.save()


def example(name: str = "preservation") -> dict[str, Any]:
    """Return an example without its attachments."""
    value: dict[str, Any] = json.loads((EXAMPLES / f"{name}.json").read_bytes())
    return {**value, "attachments": []}


def sheet_of(node: Node, name: str = "ann", value: dict[str, Any] | None = None) -> Worksheet:
    """Return a worksheet of an officer, complete unless another value is given."""
    what = Begun(("sy",), example() if value is None else value)
    made = worksheets.begin(node, officer(node, name), what)
    assert isinstance(made, Worksheet), made
    return made


class _Sent(HTMLParser):
    """What a browser would send of the form of a worksheet."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, list[str]] = {}
        self._name = ""
        self._is_inside = False

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._is_inside = given.get("id") == "sheet"
        elif self._is_inside and tag == "input":
            self._input(given)
        elif self._is_inside and tag in ("textarea", "select"):
            self._name = given["name"]
            if tag == "textarea":
                self.found[self._name] = [""]
        elif tag == "option" and (self._name not in self.found or "selected" in given):
            self.found[self._name] = [given.get("value", "")]

    def _input(self, given: dict[str, str]) -> None:
        is_sent = given.get("type") not in ("checkbox", "radio") or "checked" in given
        if is_sent and given.get("name"):
            self.found.setdefault(given["name"], []).append(given.get("value", ""))

    @override
    def handle_endtag(self, tag: str) -> None:
        if tag in ("textarea", "select"):
            self._name = ""

    @override
    def handle_data(self, data: str) -> None:
        if self._name and self.lasttag == "textarea":
            self.found[self._name][0] += data


def fields(page: str) -> dict[str, list[str]]:
    """Return what a browser would send of the form of a worksheet."""
    reader = _Sent()
    reader.feed(page)
    return reader.found
