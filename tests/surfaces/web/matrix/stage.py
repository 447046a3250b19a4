"""The node of the matrix: who works on it, what is on it, and how one cell is asked for.

    stage.ask("han", "get", address)      what it changed is taken back after it

Floor: tests.
"""

import hashlib
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from http.cookies import SimpleCookie
from typing import Any, Final, cast

from django.db import connections
from django.http import HttpResponse
from django.test import Client
from support.pair import World
from surfaces.web import agreed_stage

from comity.adapters.memory_highwater import MemoryHighWater
from comity.adapters.store.django_store import DjangoStore
from comity.adapters.store.read_cache import Known
from comity.domestic.officer import role
from comity.node.base.context import Node, Session
from comity.node.base.rows import Officer
from comity.surfaces.web.desk import KEY

NOBODY: Final = "nobody"
LEFT: Final = "left"
OTHER: Final = "xu"
NAMED: Final = "ming"

EVERY: Final = (
    role.CASE_OFFICER, role.COUNSEL, role.RELEASING, role.ANALYST, role.CONTROLLER,
    role.SECRETARIAT,
)  # fmt: skip
"""All roles that go with others, but that of the contact point, who reads what is to be routed."""

PEOPLE: Final[Mapping[str, tuple[str, ...]]] = {
    "wei": ("mps", role.CONTACT_POINT),
    "han": ("mps", role.CASE_OFFICER),
    "fa": ("mps", role.COUNSEL),
    "rong": ("mps", role.RELEASING),
    "yan": ("mps", role.ANALYST),
    "kong": ("mps", role.CONTROLLER),
    "shu": ("mps", role.SECRETARIAT),
    "au": ("mps", role.AUDITOR),
    "op": ("mps", role.OPERATOR),
    OTHER: ("cac", *EVERY),
    NAMED: ("cac", role.CASE_OFFICER),
    LEFT: ("mps", role.CASE_OFFICER),
}
"""Each officer with their agency and roles; beside them `lin`, counsel of `moj`."""

_LOCAL: Final = frozenset({"django_session", "usersessions_usersession", "store_cached"})
"""Tables of Django that say who is signed in and how often somebody tried: no cell is of them."""

IDS: Final = frozenset(
    {"matter_id", "act_id", "draft_id", "case_id", "snapshot_id", "worksheet_id", "upload_id"}
)
"""What of an address is the id of something on the node."""

ID_CHARS: Final = 8
"""As pages shorten an id."""

_ACCOUNTS: Final = ("store_user", "mfa_authenticator", "socialaccount_socialaccount")
"""Tables that Django writes, too, and that a cell may be about."""


@dataclass(frozen=True, slots=True)
class Thing:
    """Something on the node.

    Attributes:
        state: what tells it from others of its kind.
        args: what an address needs to name it.
        readers: who may read it.
        words: canaries that stand in it: whoever may not read it sees none of them.
        writers: who may change it, beside what their role allows; everybody who reads it if empty.
    """

    state: str
    args: Mapping[str, str]
    readers: frozenset[str]
    words: tuple[str, ...] = ()
    writers: frozenset[str] = frozenset()

    @property
    def telling(self) -> frozenset[str]:
        """What tells somebody that it is there: its canaries, and the beginnings of its ids."""
        ids = {value[:ID_CHARS] for name, value in self.args.items() if name in IDS}
        return frozenset({*self.words, *ids})


@dataclass
class Stage:
    """The node and what is on it.

    Attributes:
        world: with `aa`, the other State.
        clients: a browser for each officer, and for nobody.
        objects: `{kind: things}`.
        led: see `ask`.
    """

    world: World
    clients: dict[str, Client] = field(default_factory=dict)
    objects: dict[str, list[Thing]] = field(default_factory=dict)
    led: int = 0
    _look: sqlite3.Connection = field(init=False)
    _kept: sqlite3.Connection = field(init=False)
    _lines: tuple[sqlite3.Connection, sqlite3.Connection] = field(init=False)
    _tables: Sequence[str] = ()
    _high: bytes | None = None
    _digests: tuple[str, str] = ("", "")
    _counts: tuple[int, int] = (0, 0)
    _cookies: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def node(self) -> Node:
        """Of `bb`."""
        return self.world.node("bb")

    def officer(self, name: str, party: str = "bb") -> Officer:
        """Return an officer."""
        return agreed_stage.officer(self.world.node(party), name)

    def find(self, kind: str, state: str) -> Thing:
        """Return one thing."""
        return next(one for one in self.objects[kind] if one.state == state)

    def put(self, kind: str, thing: Thing) -> None:
        """Note a thing."""
        self.objects.setdefault(kind, []).append(thing)

    def hidden_from(self, name: str) -> list[str]:
        """Return what would tell somebody of things that they may not read."""
        things = [one for found in self.objects.values() for one in found]
        seen = {word for one in things if name in one.readers for word in one.telling}
        return sorted({word for one in things for word in one.telling} - seen)

    def ask(
        self, name: str, method: str, address: str, data: Mapping[str, Any] | None = None
    ) -> tuple[HttpResponse, bytes, bool]:
        """Ask for an address as somebody; return the answer, its bytes, whether it changed a row.

        Whatever it changed is taken back.  Where a press that changed something leads is opened
        before that: `led` is what it answered there, or 0.
        """
        client = self.clients[name]
        ask = getattr(client, method)
        answer = cast("HttpResponse", ask(address, data) if data is not None else ask(address))
        streamed = getattr(answer, "streaming_content", None)
        body = b"".join(streamed) if streamed is not None else answer.content
        changed = self._changed()
        there = answer.headers.get("Location", "").partition("#")[0]
        self.led = client.get(there).status_code if changed and there else 0
        if changed or self._cookie(name) != self._cookies[name]:
            self.restore()
        return answer, body, changed

    def send(self, name: str, address: str, data: Mapping[str, Any]) -> list[HttpResponse]:
        """Send a form as somebody and go where it leads; return both pages, take back the rest."""
        client = self.clients[name]
        pages = [cast("HttpResponse", client.post(address, data))]
        there = pages[0].headers.get("Location", "")
        if there:
            pages.append(cast("HttpResponse", client.get(there.partition("#")[0])))
        if self._changed() or self._cookie(name) != self._cookies[name]:
            self.restore()
        return pages

    def freeze(self) -> None:
        """Remember how everything stands."""
        store = self.node.store
        assert isinstance(store, DjangoStore)
        self._look = sqlite3.connect(str(connections[store.alias].settings_dict["NAME"]))
        self._look.execute("PRAGMA synchronous = OFF")
        self._kept = sqlite3.connect(":memory:")
        self._look.backup(self._kept)
        self._take_lines()
        names = self._look.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        self._tables = sorted({name for (name,) in names} - _LOCAL)
        high = self.node.highwater
        assert isinstance(high, MemoryHighWater)
        self._high = high.device.written
        self._digests = (self._digest(self._tables), self._digest(_ACCOUNTS))
        self._counts = self._counted()
        self._cookies = {name: self._cookie(name) for name in self.clients}

    def close(self) -> None:
        """Close what looks at the rows."""
        self._look.close()
        self._kept.close()

    def restore(self) -> None:
        """Let everything stand as it was remembered."""
        self._kept.backup(self._look)
        store = self.node.store
        assert isinstance(store, DjangoStore)
        for line in filter(None, (store._lines._writer, *store._lines._idle)):
            line.known = Known()
        self.world.states["bb"].node = node = replace(
            self.node, highwater=MemoryHighWater(self._high), session=Session()
        )
        for name, client in self.clients.items():
            client.cookies = SimpleCookie(self._cookies[name])
            given = cast("dict[str, Any]", client.defaults)
            given[KEY] = replace(given[KEY], node=node, kept={})

    def _changed(self) -> bool:
        """Return whether the node wrote a row, or an account is another."""
        before, now = self._counts, self._counted()
        self._counts = now
        if before[0] != now[0] and self._digest(self._tables) != self._digests[0]:
            return True
        return before[1] != now[1] and self._digest(_ACCOUNTS) != self._digests[1]

    def _counted(self) -> tuple[int, int]:
        """Return how many rows the lines of the node and of Django have changed so far.

        A line that failed was closed, and another one took its place: it counts from 0.
        """
        try:
            node, django = (one.total_changes for one in self._lines)
        except sqlite3.ProgrammingError:
            self._take_lines()
            return -1, -1
        return node, django

    def _take_lines(self) -> None:
        store = self.node.store
        assert isinstance(store, DjangoStore)
        connections[store.alias].ensure_connection()
        with store.write() as tx:
            self._lines = (cast("Any", tx)._line.raw, connections[store.alias].connection)

    def _cookie(self, name: str) -> dict[str, str]:
        return {key: one.value for key, one in self.clients[name].cookies.items()}

    def _digest(self, tables: Sequence[str]) -> str:
        """Return a digest of every row of some tables."""
        found = hashlib.sha256()
        for table in tables:
            for row in self._look.execute(f'SELECT * FROM "{table}"'):  # noqa: S608 -- names of ours
                found.update(repr(row).encode())
        return found.hexdigest()
