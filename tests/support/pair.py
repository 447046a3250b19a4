"""A small world: States with a node each, paired, that talk by function calls.

    world = make_world(tmp_path, ("aa", "bb"))              # or store="sqlite"
    sent = world.ask("aa")                                  # a request with texts, as officers do
    world.pump()                                            # until nothing is left to do
    assert world.digests("aa") == world.digests("bb")

Keys and suite are real.  `world.cut("aa", "bb")` takes the line down, `world.mend()` puts
it back.  Built on `support.states`, which gives States one by one.

Floor: tests.
"""

import itertools
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from types import MappingProxyType

from django.conf import settings
from django.db import connections

from comity.acts.record import NEEDED, Act, Addressee, Blob, Office
from comity.adapters.alarms import StandingAlarms
from comity.adapters.store import connect
from comity.adapters.store.django_store import DjangoStore
from comity.boot.lazy_import import LazyCodes
from comity.joint.arrangement.card import Agency
from comity.joint.request import acts as request_acts
from comity.kernel.ids import random_id
from comity.node.base import profile, register_records
from comity.node.base.context import Node
from comity.node.base.ports import Store
from comity.node.base.rows import MatterRow, Officer
from comity.node.exchange import append, excuse, pump, refold
from comity.node.exchange.append import Appended, Candidate
from comity.node.room import local_log
from comity.seal import symmetric
from support import states, stores
from support.states import State

ROUNDS_MAX = 200
_ALIASES = itertools.count()
_OPENED: list[DjangoStore] = []

READER = Officer("reader", bytes(32), "police", "", 0)
"""An officer of the one agency of every State here."""

type Mark = tuple[object, ...]


@dataclass
class World:
    """States of one arrangement.

    Attributes:
        folder: where key files lie.
        arrangement: its id.
        states: by party.
        channel_name: where what is said is said.
    """

    folder: Path
    arrangement: str
    states: dict[str, State]
    _serial: "itertools.count[int]" = field(default_factory=itertools.count)
    channel_name: str = "live"

    @property
    def channel(self) -> str:
        """The path of the channel: `live`, unless another is named."""
        return register_records.channel_path(self.arrangement, self.channel_name)

    def node(self, party: str) -> Node:
        """Return a party's node."""
        return self.states[party].node

    def origin(self, party: str, channel: str = "live") -> str:
        """Return the name of a party's first log."""
        return f"{party}/{self.arrangement}/{channel}/1"

    def advance(self, by_ms: int) -> None:
        """Let time pass for all."""
        for one in self.states.values():
            one.clock.at_ms += by_ms

    def cut(self, *parties: str) -> None:
        """Take down the line between these parties."""
        for party in parties:
            for other in parties:
                self.states[party].peers.nodes.pop(other, None)

    def mend(self) -> None:
        """Put every line back, to the nodes that stand now; they compare logs again."""
        for one in self.states.values():
            one.node.session.of(excuse.Start).started.clear()
            one.peers.nodes.update(
                {p: other.node for p, other in self.states.items() if p != one.node.party}
            )

    def replace_node(self, party: str, node: Node) -> None:
        """Put another node in the place of a party's: a restart or a restored home."""
        self.states[party].node = node
        for one in self.states.values():
            if party in one.peers.nodes:
                one.peers.nodes[party] = node

    def round(self) -> None:
        """Let every node do one round with every peer, a second later."""
        self.advance(1_000)
        for one in self.states.values():
            with one.node.store.read() as tx:
                pairs = pump.pairs(tx, one.node.party)
            for pair in pairs:
                pump.next_round_ms(one.node, pair, one.clock.at_ms)

    def pump(self) -> int:
        """Do rounds until two of them change nothing; return how many were done."""
        quiet, before = 0, self._mark()
        for count in range(ROUNDS_MAX):
            self.round()
            after = self._mark()
            quiet = quiet + 1 if after == before else 0
            if quiet == 2:
                return count
            before = after
        raise AssertionError(f"still busy after {ROUNDS_MAX} rounds: {before}")

    def close(self) -> None:
        """Close what lies on disks."""
        for one in self.states.values():
            close(one.node.store)

    def say(self, party: str, act: Act, bodies: dict[str, bytes] | None = None) -> Appended:
        """Append an act as if officers had released it; it must be admitted."""
        (result,) = append.append(self.node(party), self.channel, [Candidate(act, bodies or {})])
        assert isinstance(result, Appended), result
        return result

    def ask(self, party: str, texts: bytes = b'{"en":"Please preserve."}') -> Appended:
        """Say a request to every other party, with one body of texts."""
        node = self.node(party)
        act_id = random_id(node.entropy(16))
        blob, stored = sealed(node, texts)
        saying = request_acts.Saying(act_id, Office("police"), f"ref-{next(self._serial)}", (blob,))
        to = [Addressee(other) for other in self.states if other != party]
        asked = request_acts.Asked("preservation", "urgent", ("one", "two"), ("element-1",))
        act = request_acts.submitted(saying, party, tuple(to), asked)
        return self.say(party, act, {blob.sha256: stored})

    def acknowledge(self, party: str, asked: Appended) -> Appended:
        """Let a party acknowledge a request."""
        saying = replace(self._saying(party), own_reference=f"ref-{next(self._serial)}")
        return self.say(party, request_acts.acknowledged(saying, self._about(asked)))

    def answer(self, party: str, asked: Appended, items: Sequence[str] = ()) -> Appended:
        """Let a party answer a request, all of it by default."""
        act = request_acts.answered(self._saying(party), self._about(asked), tuple(items))
        return self.say(party, act)

    def withdraw(self, party: str, asked: Appended) -> Appended:
        """Let the asker withdraw."""
        act = request_acts.withdrawn(self._saying(party), self._about(asked), "sent-in-error")
        return self.say(party, act)

    def matters(self, party: str) -> list[MatterRow]:
        """Return the matters that a node shows."""
        with self.node(party).store.read() as tx:
            return tx.matters()

    def digests(self, party: str) -> dict[str, str]:
        """Return `{kind/id: digest}` of what a node shows."""
        return dict(refold.digests(self.matters(party)))

    def alarms(self, party: str) -> list[tuple[str, str]]:
        """Return the alarms that stand at a node."""
        alarms = self.node(party).alarms
        assert isinstance(alarms, StandingAlarms)
        return alarms.standing()

    def _saying(self, party: str) -> request_acts.Saying:
        return request_acts.Saying(random_id(self.node(party).entropy(16)), Office("police"))

    @staticmethod
    def _about(asked: Appended) -> request_acts.About:
        asker = asked.origin.partition("/")[0]
        return request_acts.About(asked.act.matter.id, asked.act.id, asker)

    def _mark(self) -> Mark:
        return tuple(_mark_of(one.node) for one in self.states.values())


def sealed(node: Node, plaintext: bytes, role: str = "texts") -> tuple[Blob, bytes]:
    """Return a needed blob and its stored bytes."""
    key = node.entropy(32)
    stored = symmetric.seal_blob(plaintext, key, node.entropy)
    sha256 = symmetric.blob_address(stored).hex()
    blob = Blob(sha256, key, len(stored), "application/json", role, NEEDED, "TLP:AMBER+STRICT")
    return blob, stored


def make_world(
    folder: Path,
    parties: Sequence[str] = ("aa", "bb"),
    store: str | Mapping[str, str] = "memory",
    named: Mapping[str, Sequence[str]] = MappingProxyType({}),
    *,
    anew: bool = False,
) -> World:
    """Return States that have paired.

    Args:
        folder: an empty one, for keys and for SQLite files.
        parties: two to sixteen ids.
        store: `memory` or `sqlite`, or by party the DSN of an empty database on PostgreSQL.
        named: agencies that a party's card names beside the one of every State.
        anew: whether they pair now, as a test that changes how States pair asks.
    """
    if isinstance(store, str) and store in {"memory", "sqlite"} and not named and not anew:
        return copied(_made(tuple(parties), store), folder)
    kinds = {party: store if isinstance(store, str) else store[party] for party in parties}
    made = [state_on(folder, party, kind) for party, kind in kinds.items()]
    for one in made:
        more = tuple(Agency(agency, {"en": agency}) for agency in named.get(one.node.party, ()))
        with one.node.store.write() as tx:
            own = profile.load(tx)
            profile.save(tx, replace(own, agencies=(*own.agencies, *more)))
    arrangement = states.pair(folder, made)
    return World(folder, arrangement, {one.node.party: one for one in made})


def copied(made: states.Made, folder: Path) -> World:
    """Return a copy of States that have paired, on stores of the same kind."""
    if isinstance(made.states[0].node.store, DjangoStore):
        shutil.copytree(made.folder, folder, dirs_exist_ok=True)
        twins = [
            states.twin(one, folder, _opened(folder / one.node.party / "node.sqlite3"))
            for one in made.states
        ]
        states.reach(twins)
    else:
        twins = made.copies(folder)
    return World(folder, made.arrangement, {one.node.party: one for one in twins})


@cache
def _made(parties: tuple[str, ...], store: str) -> states.Made:
    made = states.made(lambda folder: [state_on(folder, party, store) for party in parties])
    for one in made.states:
        close(one.node.store)
    return made


def sqlite_store(path: Path) -> Store:
    """Return a store on an SQLite file, made if there is none."""
    stores._configure()
    if not path.exists():
        shutil.copy(stores._empty_sqlite(), path)
        return _opened(path)
    opened = _opened(path)
    connect.migrate_or_refuse(opened.alias)
    return opened


def _opened(path: Path) -> DjangoStore:
    alias = f"pair-{next(_ALIASES)}"
    connect.add_database(alias, path)
    _OPENED.append(DjangoStore(alias))
    return _OPENED[-1]


def on(dsn: str) -> Store:
    """Return a store on an empty database of PostgreSQL, in which its tables are made."""
    stores._configure()
    alias = f"pair-{next(_ALIASES)}"
    connect.add_database(alias, dsn)
    _OPENED.append(connect.open_store(alias))
    return _OPENED[-1]


@contextmanager
def closing() -> Iterator[None]:
    """Close every store that was given meanwhile, and what Django opened beside it."""
    count = len(_OPENED)
    yield
    while len(_OPENED) > count:
        store = _OPENED.pop()
        store.close()
        connections[store.alias].close()


def close(store: Store) -> None:
    """Close what `sqlite_store` and `on` gave."""
    if isinstance(store, DjangoStore):
        store.close()


def state_on(folder: Path, party: str, store: str) -> State:
    """Return a State with an empty home and a store: `memory`, `sqlite` or a DSN."""
    one = states.state(folder, party)
    if store != "memory":
        with one.node.store.read() as tx:
            said = profile.load(tx)
        rows = sqlite_store(folder / party / "node.sqlite3") if store == "sqlite" else on(store)
        codes = LazyCodes(lambda: settings.SECRET_KEY)
        one.node = local_log.prove(replace(one.node, store=rows, codes=codes))
        profile.found(one.node, one.maker, said)
    return one


def _mark_of(node: Node) -> Mark:
    with node.store.read() as tx:
        logs = tx.logs()
        parties = sorted({log.party for log in logs})
        given = [tx.newest_cosignature(log.origin, p) for log in logs for p in parties]
    return (
        tuple((log.size, log.signed, log.understood, log.state) for log in logs),
        tuple(c.size if c else 0 for c in given),
    )
