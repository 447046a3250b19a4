"""Nodes on real stores, each in a process that may be killed, joined by pipes.

    pair = Pair(folder, {"aa": "", "bb": "postgresql://…"})     # "": SQLite in the home
    pair.start("aa", crash_at="sign.signed:1")
    pair["aa"].run(begin)                                       # may raise `Died`

A process opens its home as every command does: the real store, key files and high-water
file.  Only the wire is a pipe: the test passes what one asks of the other on, so that one
thing happens at a time and a point is reached in the same way each time.

Floor: tests.
"""

import contextlib
import signal
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path
from types import MappingProxyType
from typing import Any

from comity.boot import home as homes
from comity.joint.arrangement.card import Agency
from comity.kernel.fault import Fault
from comity.node.base import profile
from comity.node.base.ports import Request, Response
from comity.node.base.profile import Profile
from comity.node.exchange import logs, outbox, pairing, pump, retry, sign
from comity.node.operate import rebuild
from comity.node.operate.fsck import run as fsck
from comity.surfaces.cli.context import Home, Settings
from comity.surfaces.wire import refusals, routes
from comity.surfaces.wire.routes import Call
from support.nursery import nursery

KEY = "5a" * 32
APPROVALS = "APPROVALS"
"""Variable that says how many approvals a home asks for."""
ROUNDS_MAX = 30

_NONE: Mapping[str, str] = MappingProxyType({})

type Told = tuple[str, Any]


class Died(Exception):  # noqa: N818 -- it is what happened, not an error
    """The process was killed in the middle of what it was told to do."""


# What runs in the process of a node.


class Relay:
    """The wire of a node: the test that holds the other end of the pipe passes it on."""

    def __init__(self, pipe: "Connection[Any, Any]") -> None:
        self._pipe = pipe

    def call(self, party: str, request: Request) -> Response:
        """Ask the other node."""
        self._pipe.send(("call", (party, request.whole())))
        kind, value = self._pipe.recv()
        if kind == "answer":
            assert isinstance(value, Response)
            return value
        raise Fault(code=value[0], what=value[1], fix=value[2])


def serve(pipe: "Connection[Any, Any]", folder: Path, environment: Mapping[str, str]) -> None:
    """Open a home and do what the pipe says, until it says None."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if not (folder / "config.toml").exists():
        settings = Settings(
            party=folder.name,
            endpoint=f"https://{folder.name}.example:8443",
            approvals=int(environment.get(APPROVALS, "1")),
        )
        with homes.create(folder, settings, None, environment) as home:
            profile.found(home.node, home.keymaker, _profile(folder.name))
    with homes.opened(folder, environment) as found:
        home = found.home
        node = replace(home.node, peers=Relay(pipe), wake=lambda _channel: None)
        home = replace(home, node=node)
        while (told := pipe.recv()) is not None:
            function, arguments = told
            try:
                pipe.send(("done", function(home, *arguments)))
            except Fault as fault:
                pipe.send(("fault", f"{fault.what} [{fault.code}]"))
            except Exception:  # noqa: BLE001 -- the test shows it
                pipe.send(("error", traceback.format_exc()))


def _profile(party: str) -> Profile:
    police = Agency("police", {"en": "Police"})
    return Profile({"en": party.upper()}, (police,), f"https://{party}.example:8443")


def answer(home: Home, asker: str, request: Request) -> Response:
    """Answer what another node asks, as the peers' listener does."""
    try:
        route, found = routes.find(request.method, request.path)
        return route.answer(routes.real(), Call(home.node, asker, request, found))
    except Fault as fault:
        return refusals.render(fault)


def new_arrangement(home: Home) -> str:
    """Return the id of an arrangement to come."""
    return pairing.new_arrangement_id(home.node)


def offer(home: Home, arrangement: str, parties: list[str]) -> bytes:
    """Begin a pairing."""
    root = home.keymaker.make_root(home.paths.home / "root", home.node.party, arrangement)
    return pairing.offer(home.node, home.keymaker, root, parties)


def accept(home: Home, arrangement: str, offered: bytes) -> bytes:
    """Accept an offer."""
    root = home.keymaker.make_root(home.paths.home / "root", home.node.party, arrangement)
    return pairing.accept(home.node, home.keymaker, root, offered)


def confirm(home: Home, accepted: bytes) -> tuple[bytes, str]:
    """Open the commitment; return the text and the code."""
    text = pairing.confirm(home.node, [accepted])
    return text, pairing.preview(home.node, text).code


def save(home: Home, confirmed: bytes, code: str) -> None:
    """Keep the arrangement."""
    pairing.save(home.node, confirmed, code)


def begin(home: Home) -> None:
    """Do what `serve` does first."""
    pump.begin(home.node)


def beat(home: Home) -> None:
    """Sign every own head anew, as a node does each minute."""
    node = home.node
    with node.store.read() as tx:
        own = [log.origin for log in tx.logs() if log.own and "/" in log.channel]
    for origin in own:
        sign.sign_head(node, origin, anew=True)


def round_of(home: Home) -> None:
    """Do one round with every peer, without waiting for a pause to end."""
    node = home.node
    with node.store.read() as tx:
        pairs = pump.pairs(tx, node.party)
    retry.try_now(node, {pair.party for pair in pairs})
    node.session.of(outbox.Sent).enclosed.clear()
    for pair in pairs:
        pump.next_round_ms(node, pair, node.clock.now_ms())


@dataclass(frozen=True, slots=True)
class LogSeen:
    """One log as a node holds it.

    Attributes:
        size: entries held.
        signed: signed, or cosigned where it is another's.
        understood: opened and folded.
        root: over the entries that are held.
        entries: their bytes.
        acts: ids of the acts among them, in order; foreign ones too.
        cosigned: own: how many entries the peer has signed for.
    """

    size: int
    signed: int
    understood: int
    root: bytes
    entries: tuple[bytes, ...]
    acts: tuple[str, ...]
    cosigned: int


@dataclass(frozen=True, slots=True)
class Seen:
    """What a node holds of its shared logs.

    Attributes:
        logs: by origin.
        digests: of what it shows, by matter.
        marks: `{origin: size}` of the high-water file.
        missing: bodies that are named and not held.
    """

    logs: Mapping[str, LogSeen]
    digests: Mapping[str, str]
    marks: Mapping[str, int]
    missing: tuple[str, ...]


def look(home: Home) -> Seen:
    """Return what this node holds."""
    node = home.node
    with node.store.read() as tx:
        shared = [log for log in tx.logs() if "/" in log.channel]
        seen = {}
        for log in shared:
            given = [c for c in (tx.newest_cosignature(log.origin, p) for p in ("aa", "bb")) if c]
            seen[log.origin] = LogSeen(
                log.size,
                log.signed,
                log.understood,
                logs.root_at(tx, log.origin, log.size),
                tuple(tx.entries(log.origin, 0, log.size)),
                tuple(row.act.id for row in tx.acts(log.origin, 0, log.size)),
                max((c.size for c in given), default=0),
            )
        named = [b for log in shared for b in tx.named_between(log.origin, 0, log.size)]
        digests = rebuild.digests(tx)
    marks = {origin: size for origin, (size, _root) in node.highwater.marks().items()}
    missing = tuple(sorted({body.sha256 for body in named if not body.held}))
    return Seen(seen, digests, marks, missing)


def marks_of(home: Home) -> object:
    """Return what changes while there is something to do."""
    with home.node.store.read() as tx:
        shared = [log for log in tx.logs() if "/" in log.channel]
        given = [tx.newest_cosignature(log.origin, p) for log in shared for p in ("aa", "bb")]
        missing = [len(tx.named_bodies(log.origin, missing=True)) for log in shared]
    sizes = [(log.size, log.signed, log.understood) for log in shared]
    return sizes, [c.size if c else 0 for c in given], missing


def check(home: Home) -> list[str]:
    """Return what `fsck` finds wrong."""
    found = fsck.check(home.node)
    return [f"{one.code} {one.where}: {one.what}" for one in found.problems]


# What runs in the test.


class Process:
    """The test's end of one node's process."""

    def __init__(self, party: str, folder: Path, environment: Mapping[str, str]) -> None:
        self.party = party
        self.forward: Callable[[str, str, Request], Told] = lambda *_: ("fault", ("", "", ""))
        self.child = nursery().fork(serve, folder, dict(environment))
        self._pipe = self.child.pipe

    def run[T](self, function: Callable[..., T], *arguments: object) -> T:
        """Let the node do something, and pass on what it asks of the other meanwhile.

        Raises:
            Died: it was killed by a signal.
        """
        try:
            self._pipe.send((function, arguments))
            while True:
                kind, value = self._pipe.recv()
                if kind != "call":
                    break
                self._pipe.send(self.forward(self.party, *value))
        except (EOFError, BrokenPipeError, ConnectionResetError) as error:
            code = self.child.exit_code(10)
            assert code == -signal.SIGKILL, code
            raise Died(self.party) from error
        assert kind == "done", f"{self.party}: {value}"
        given: T = value
        return given

    def end(self) -> None:
        """Let it close its home and end; it may have been killed before."""
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self._pipe.send(None)
        self.child.exit_code(20)
        self._pipe.close()


class Pair:
    """Two nodes of one arrangement.

    Attributes:
        channel: path of the channel `live`.
    """

    def __init__(
        self, folder: Path, databases: Mapping[str, str], settings: Mapping[str, str] = _NONE
    ) -> None:
        """Make both homes and pair them; both are running then.

        Args:
            folder: of both.
            databases: `{party: its database}`.
            settings: variables that each process is given.
        """
        self.folder = folder
        self.databases = databases
        self.settings = settings
        self._up: dict[str, Process] = {}
        first, second = databases
        for party in databases:
            self.start(party)
        arrangement = self[first].run(new_arrangement)
        offered = self[first].run(offer, arrangement, [first, second])
        accepted = self[second].run(accept, arrangement, offered)
        text, code = self[first].run(confirm, accepted)
        for party in databases:
            self[party].run(save, text, code)
        self.channel = f"{arrangement}/live"

    def __getitem__(self, party: str) -> Process:
        return self._up[party]

    def start(self, party: str, crash_at: str = "") -> None:
        """Start the process of a node; it has done nothing yet."""
        environment = {**self.settings, "COMITY_KEY": KEY, "COMITY_CRASH_AT": crash_at}
        if self.databases[party]:
            environment["COMITY_DATABASE"] = self.databases[party]
        self._up[party] = Process(party, self.folder / party, environment)
        self._up[party].forward = self._forward

    def is_up(self, party: str) -> bool:
        """Return whether the process of a node runs."""
        return self._up[party].child.exit_code() is None

    def stop(self, party: str) -> None:
        """End the process of a node, or take note that it died."""
        self._up.pop(party).end()

    def close(self) -> None:
        """End both."""
        for party in list(self._up):
            self.stop(party)

    def _forward(self, asker: str, party: str, request: Request) -> Told:
        try:
            return "answer", self[party].run(answer, asker, request)
        except Died:
            return "fault", ("node.peer.unreachable", f"{party} was killed.", "Wait.")

    def rounds(self) -> None:
        """Let both do rounds until two change nothing."""
        before, quiet = self.sizes(), 0
        for _ in range(ROUNDS_MAX):
            for party in self.databases:
                self[party].run(round_of)
            after = self.sizes()
            quiet = quiet + 1 if after == before else 0
            before = after
            if quiet == 2:
                return
        raise AssertionError(f"still busy after {ROUNDS_MAX} rounds: {before}")

    def sizes(self) -> list[object]:
        """Return what changes while there is something to do."""
        return [self[party].run(marks_of) for party in self.databases]
