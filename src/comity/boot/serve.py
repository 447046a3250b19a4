"""The process that serves a home; `pages` are processes beside it.

    main     lock, listeners, threads; waits for SIGTERM or Ctrl-C, and after an upgrade until all
             is computed anew (see `upgrade`)
    pages    hears those who make pages beside this process
    pump     one for each channel and peer, so that the hotline never queues
    witness  one for each witness outside the parties
    webhook  one for each, so that a program that hangs keeps no other waiting
    arrivals each second: who is to be woken; whatever else of this process hangs or fails
    rings    whenever the hotline brought something, and each second: who is to be rung
    metrics  each half minute: what the operator's monitoring is told, if there is a port for it
    scrub    each minute: a part of what is stored is checked, as `fsck` does
    ticker   each second: cards, new pairs, what others may see, the local log's head;
             each minute: expiry

What a thread meets is told without content and tried again; nothing a peer sends ends one.

Floor: boot.
"""

import os
import signal
import sys
import threading
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from cheroot import wsgi

from comity.adapters import clock, wake
from comity.adapters.durable_file import write_atomically
from comity.adapters.store import lease
from comity.boot import (
    application,
    escalation,
    home_check,
    hooks,
    liveness,
    log,
    memory,
    metrics,
    outside,
    pages,
    program_change,
    pumps,
    scratch,
    sessions,
    signals,
    upgrade,
)
from comity.boot import home as homes
from comity.boot.home import Opened
from comity.boot.indexing import Behind
from comity.boot.officers import OfficersServer
from comity.boot.serve_state import Served
from comity.boot.supervision import Troubles, with_care
from comity.kernel import ijson, limits
from comity.kernel.fault import Fault, path_quoted
from comity.kernel.ijson import Json
from comity.node.desk import orphan_blobs, uploads
from comity.node.desk.duty import rings
from comity.node.desk.duty import watch as duty_watch
from comity.node.exchange import (
    highwater_space,
    keyring,
    operator_decisions,
    pump,
    retry,
    rules_difference,
    sign,
    signing_guard,
    witness,
)
from comity.node.operate import local_keyring, readiness, scrub
from comity.node.room import clock_watch, local_log, retention
from comity.node.room.release import emergency_review
from comity.surfaces.cli.context import EXIT_OK, ServeOptions
from comity.surfaces.wire import bind, listener, reserve, routes
from comity.surfaces.wire.app import Ports, Wire

HOUR_MS: Final = 3_600_000

TICK_S: Final = 1.0
SCRUB_S: Final = 60.0
"""Between two parts of what is stored, of 512 entries or some hundreds of matters."""
HURRY_MS: Final = 5_000
STEPS_MAX: Final = 8
"""Of the clocks, in one second: other work of this process goes on in between."""

JOIN_S: Final = 5.0
PAGE_OPEN_MS: Final = 30_000
"""An open page asks every ten seconds or so: after what it missed in this time it is closed."""

type Threads = list[threading.Thread]


def run(folder: Path, options: ServeOptions, environment: Mapping[str, str]) -> int:
    """Serve a home until told to stop.

    Raises:
        Fault: `boot.home.missing`, `boot.home.unusable`, `adapters.home.already-served`,
            `adapters.database.already-served`, `highwater.file.locked`, `highwater.disk.failed`,
            `surfaces.port.busy`, `surfaces.address.unusable`, `boot.command.*`,
            `node.computed.newer`, those of opening.
    """
    memory.bound()
    started = escalation.Command(options.on_arrival) if options.on_arrival else None
    homes.require(folder)
    with ExitStack() as held:
        woken = _hold(folder, held)
        if started:
            held.callback(started.close)
        found = held.enter_context(homes.opened(folder, environment, woken=woken.wake))
        home_check.require_founded(found)
        served = held.enter_context(lease.taken(found.home.settings.database))
        try:
            anew = upgrade.Upgrade(found, folder, environment)
        except KeyboardInterrupt:  # as every command is told to end
            return EXIT_OK
        count = pages.count_of(found.home.settings.page_processes) - 1
        beside = pages.Pages(folder, environment, count)
        return Server(found, options, Sole(woken, served), beside, started, anew).run()


def _hold(folder: Path, held: ExitStack) -> wake.Listener:
    """Hold the home as the one process that serves it; return what hears who wakes it."""
    run = held.enter_context(homes.held(folder))
    try:
        woken = wake.Listener(run)
    except OSError as error:
        raise homes.unusable_run(run, error) from error
    held.callback(woken.close)
    return woken


@dataclass(frozen=True, slots=True)
class Sole:
    """What one process alone has.

    Attributes:
        woken: hears who appended something.
        lease: of the database.
    """

    woken: wake.Listener
    lease: lease.Lease


class Server:
    """The threads of one process, and how they end."""

    def __init__(
        self,
        found: Opened,
        options: ServeOptions,
        sole: Sole,
        beside: pages.Pages,
        started: escalation.Run | None,
        anew: upgrade.Upgrade,
    ) -> None:
        self._found = found
        self._node = found.home.node
        self._options = options
        self._pages = beside
        self._upgrade = anew
        self._sole = sole
        self._stop = threading.Event()
        self._broken: BaseException | None = None
        self._moving = liveness.Liveness(clock.monotonic_ms)
        moved = partial(self._moving.beat, liveness.PUMPS)
        self._called = threading.Event()
        self._pumps = pumps.Pumps(self._node, sole.woken, self._stop, moved, self._called.set)
        self._hooks = hooks.HookThreads(self._node, found.home.settings, self._stop)
        self._arrivals = (
            escalation.Arrivals(self._node, started, int(options.repeat_s * 1_000))
            if started
            else None
        )
        self._served = Served(found)
        self._heard: set[str] = set()
        self._hurried_ms = clock.monotonic_ms()
        self._page_seen_ms: int | None = None
        self._local_after_ms = 0
        self._troubles = Troubles(self._node.alarms)
        self._remind_after_ms = 0
        self._behind = Behind(self._node, self._troubles)
        self._files = program_change.Files(self._node.alarms)
        self._outside: outside.Listener | None = None
        self._metrics: metrics.Metrics | None = None

    def run(self) -> int:
        """Serve; return the exit code."""
        asked = signals.asked_to_end()
        self._found.hold()
        self._found.network.refresh()
        peers, officers = self._peers_listener(), self._officers_listener()
        more = self._more_listeners()
        servers = [one for _, one in more]
        threads: Threads = []
        try:
            officers_port = bind.bind(officers, bind.OFFICERS)
            peers_port = bind.bind(peers, bind.PEERS)
            others = {chosen: bind.bind(one, chosen) for chosen, one in more}
            sys.setswitchinterval(pages.SWITCH_S)
            self._drop_scratch()
            threads += self._watch_arrivals()
            if self._is_computed(asked, officers, peers, threads):
                local_log.bring_back(self._node)
                pump.begin(self._node)
                self._upgrade.open()
                self._pages.begin(officers, self._see_page)
                threads += [] if self._upgrade.is_due else self._listen([officers, peers])
                threads += self._listen(servers)
                threads += self._work(officers, peers)
                self._tell_ready(officers_port, peers_port, others)
                os.read(asked, 1)
        finally:
            self._end([officers, peers, *servers], threads)
        if self._broken is not None:
            raise self._broken
        return EXIT_OK

    def _is_computed(
        self, asked: int, officers: OfficersServer, peers: listener.PeerServer, threads: Threads
    ) -> bool:
        """Compute anew what an older program did, and listen already; False if told to end."""
        scrub.look_before_ready(self._node)
        if not self._upgrade.is_due:
            return True
        sign.mark_what_is_signed(self._node)  # before anything is cosigned
        threads += self._listen([officers, peers])
        return self._upgrade.run(asked, lambda: self._meanwhile(peers))

    def _more_listeners(self) -> list[tuple[bind.Chosen, wsgi.Server]]:
        """Return those that a node has where its operator says so."""
        home = self._found.home
        self._outside = outside.listener(self._node, home.settings, self._options.outside_port)
        self._metrics = metrics.of(home, self._options.metrics_port)
        return [
            *([(bind.OUTSIDE, self._outside.server)] if self._outside else []),
            *([(bind.METRICS, self._metrics.server)] if self._metrics else []),
        ]

    def _listen(self, servers: Sequence[wsgi.Server]) -> Threads:
        return _begun(
            threading.Thread(target=self._answer, args=(one,), name="listener", daemon=True)
            for one in servers
        )

    def _answer(self, server: wsgi.Server) -> None:
        """Answer on one listener.  Where it ends by itself all does, and what is broken is told.

        A node that goes on without it would look alive, and no call would reach it.
        """
        try:
            server.serve()
        except BaseException as error:  # noqa: BLE001 -- raised again by the thread that waits
            self._broken = error
        if not self._stop.is_set():
            log.tell("serve.listener-ended", log.where(self._broken) if self._broken else {})
            self._broken = self._broken or RuntimeError("a listener ended")
            os.kill(os.getpid(), signal.SIGTERM)

    def _work(self, officers: OfficersServer, peers: listener.PeerServer) -> Threads:
        shown = self._shown(officers.bind_addr[1], peers.bind_addr[1])
        return _begun(
            (
                threading.Thread(target=self._show, args=(shown,), name="ready", daemon=True),
                threading.Thread(
                    target=self._tick, args=(officers, peers), name="ticker", daemon=True
                ),
                threading.Thread(target=self._ring, name="rings", daemon=True),
                threading.Thread(target=self._scrub, name="scrub", daemon=True),
                *(
                    threading.Thread(target=self._show_witness, args=(one.name,), daemon=True)
                    for one in self._found.home.settings.witness
                ),
                *(
                    threading.Thread(target=one.run, args=(self._stop,), daemon=True)
                    for one in ([self._metrics] if self._metrics else [])
                ),
            )
        )

    def _shown(self, port: int, peer_port: int) -> liveness.Shown:
        """Return what says whether all moves that a node is for, to whoever watches it."""
        settings = self._found.home.settings
        doors = {
            liveness.OFFICERS: lambda: liveness.knock(port, bind.near(settings.officers_host)),
            liveness.PEERS: lambda: liveness.knock(
                peer_port, bind.near(settings.peer_host), tls=True
            ),
        }
        return liveness.Shown(self._node, self._moving, doors)

    def _show(self, shown: liveness.Shown) -> None:
        is_over = False
        while not is_over:
            with_care("ready", shown.step)
            is_over = self._stop.wait(readiness.EACH_MS / 1_000)

    def _end(self, servers: Sequence[wsgi.Server], threads: Threads) -> None:
        log.tell("serve.stopping", {})
        liveness.notify("STOPPING=1")
        self._stop.set()
        self._pumps.end()
        self._sole.woken.wake()
        self._pages.end()
        for server in servers:
            listener.stop(server)
        until_ms = clock.monotonic_ms() + int(JOIN_S * 1_000)  # of all of them: peers may be many
        for thread in [*threads, *self._pumps.threads(), *self._hooks.threads()]:
            thread.join(max(0, until_ms - clock.monotonic_ms()) / 1_000)

    def _peers_listener(self) -> listener.PeerServer:
        settings, network = self._found.home.settings, self._found.network
        port = settings.peer_port if self._options.peer_port is None else self._options.peer_port
        ports = Ports(
            party_of=network.party_of,
            tell=log.tell,
            heard=self._hear,
            changed=self._change,
            monotonic_ms=clock.monotonic_ms,
            processor_us=clock.processor_us,
            require_room=self._node.require_room,
            share_bytes=lambda: reserve.share(settings.reserve_bytes, network.partners()),
        )
        around = listener.Surroundings(
            party_of=network.party_of,
            tell=log.tell,
            monotonic_ms=clock.monotonic_ms,
        )
        app = Wire(self._node, routes.real(), ports)
        context = network.server_context()
        return listener.PeerServer((settings.peer_host, port), app, context, around)

    def _officers_listener(self) -> OfficersServer:
        settings = self._found.home.settings
        port = settings.port if self._options.port is None else self._options.port
        app = self._upgrade.guarded(application.of(self._found.home, self._see_page))
        found = OfficersServer((settings.officers_host, port), app)
        found.told = self._pages.news
        self._sole.woken.each(lambda _channel: found.news())
        return found

    def _tell_ready(self, port: int, peer_port: int, others: Mapping[bind.Chosen, int]) -> None:
        officers = f"{self._found.home.settings.address_at(port)}/"
        wake.tell_port(self._found.home.paths.run, port)
        more = {flag.strip("-").replace("-", "_"): at for (flag, _), at in others.items()}
        log.tell("serve.ready", {"officers": officers, "peer_port": peer_port, **more})
        liveness.notify("READY=1")
        if file := self._options.ready_file:
            ready: dict[str, Json] = {"peer_port": peer_port, "port": port, **more}
            try:
                write_atomically(file, ijson.render(ready) + b"\n")
            except OSError as error:
                raise Fault(
                    code="surfaces.file.unwritable",
                    what=f"The file {path_quoted(file)} cannot be written: {error.strerror}.",
                    fix="Name a file after --ready-file whose folder is there.",
                ) from error

    def _tick(self, officers: OfficersServer, peers: listener.PeerServer) -> None:
        minute_ms = hour_ms = clock.monotonic_ms()
        while not self._stop.wait(TICK_S):
            self._moving.beat(liveness.TICKER)
            self._troubles.step("ticker", lambda: self._each_second(peers))
            self._end_unless_ours()
            if clock.monotonic_ms() >= self._local_after_ms:
                self._troubles.step("local", self._sign_local)
            self._troubles.step("clocks", self._watch_clocks)
            self._troubles.step("behind", self._behind.look)
            self._troubles.step("reviews", lambda: emergency_review.watch(self._node))
            self._troubles.step("webhooks", self._hooks.look)
            if self._outside:
                self._troubles.step("outside", self._outside.refresh)
            self._troubles.step("evidence", self._remind)
            log.tell_left_out()
            if clock.monotonic_ms() >= minute_ms:
                minute_ms = clock.monotonic_ms() + limits.HEARTBEAT_MS
                self._troubles.step("expiry", lambda: keyring.warn_of_expiry(self._node))
                self._troubles.step("local-keys", lambda: local_keyring.warn(self._node))
                self._troubles.step("beside", lambda: highwater_space.watch(self._node))
                self._troubles.step("duty", lambda: duty_watch.step(self._node))
                self._troubles.step("files", self._files.look)
                self._troubles.step("pressed-officers", lambda: officers.unserved.look("officers'"))
                self._troubles.step("pressed-peers", lambda: peers.unserved.look("peers'"))
                self._troubles.step("uploads", lambda: uploads.sweep(self._node))
            if clock.monotonic_ms() >= hour_ms:
                hour_ms = clock.monotonic_ms() + HOUR_MS
                self._troubles.step("strays", lambda: orphan_blobs.sweep(self._node))
                self._troubles.step("scratch", self._drop_scratch)
                self._troubles.step("sessions", sessions.forget)

    def _end_unless_ours(self) -> None:
        """End where another process serves the database, as after a line to it that broke."""
        if self._sole.lease.is_kept():
            return
        log.tell("serve.lease-lost", {})
        self._broken = lease.lost()
        os.kill(os.getpid(), signal.SIGTERM)

    def _ring(self) -> None:
        """Ring who is to be rung as soon as a call is understood, and each second what is due."""
        while not self._stop.is_set():
            self._troubles.step("rings", lambda: rings.step(self._node))
            self._called.wait(TICK_S)
            self._called.clear()

    def _drop_scratch(self) -> None:
        scratch.drop_all(self._found.home.paths.home, self._node.clock.now_ms())

    def _sign_local(self) -> None:
        """Sign the local log if that is due; after a fault not again for a minute."""
        self._local_after_ms = clock.monotonic_ms() + limits.HEARTBEAT_MS
        local_log.sign_if_due(self._node)
        self._local_after_ms = 0

    def _watch_clocks(self) -> None:
        """Look at what changed and what is due, in short steps; the rest waits a second."""
        for _ in range(STEPS_MAX):
            if not clock_watch.step(self._node):
                return

    def _remind(self) -> None:
        """Look whether evidence is due to be destroyed: in short steps, and anew each hour."""
        is_due = clock.monotonic_ms() >= self._remind_after_ms
        if is_due and retention.remind_step(self._node) is not None:
            self._remind_after_ms = clock.monotonic_ms() + HOUR_MS

    def _scrub(self) -> None:
        """Look slowly through all that is stored, again and again."""
        going = scrub.Scrub(self._node)
        while not self._stop.wait(SCRUB_S):
            with_care("scrub", going.step)

    def _show_witness(self, name: str) -> None:
        """Ask one witness what it knows, at once, and show it what is due, again and again."""
        is_over = False
        while not is_over:
            with_care("witness", lambda: witness.submit_due(self._node, self._node.witnesses, name))
            is_over = self._stop.wait(TICK_S)

    def _each_second(self, peers: listener.PeerServer) -> None:
        self._pumps.begin()
        rules_difference.watch(self._node)
        operator_decisions.watch(self._node)
        self._hurry()
        self._stand(peers)

    def _meanwhile(self, peers: listener.PeerServer) -> None:
        """Each second while all is computed anew: what came is read where that can be."""
        self._troubles.step("upgrade", lambda: upgrade.read_what_came(self._node))
        self._troubles.step("ticker", lambda: self._stand(peers))
        log.tell_left_out()

    def _stand(self, peers: listener.PeerServer) -> None:
        """Know who calls, and tell that we live."""
        if self._found.network.refresh():
            peers.use(self._found.network.server_context())
        signing_guard.watch_clocks(self._node)
        self._served.tell()

    def _watch_arrivals(self) -> Threads:
        """Look for what is urgent in a thread of its own: a full disk keeps nobody asleep."""
        watched = [self._arrivals] if self._arrivals else []
        return _begun(threading.Thread(target=self._wake, args=(w,), daemon=True) for w in watched)

    def _wake(self, watched: escalation.Arrivals) -> None:
        is_over = False
        while not is_over:
            is_seen = self._has_page_open()
            with_care("arrivals", partial(watched.look, clock.monotonic_ms(), is_seen=is_seen))
            is_over = self._stop.wait(TICK_S)

    def _see_page(self) -> None:
        self._page_seen_ms = clock.monotonic_ms()

    def _has_page_open(self) -> bool:
        """Whether somebody has a page in front of them, which shows what is urgent."""
        seen_ms = self._page_seen_ms
        return seen_ms is not None and clock.monotonic_ms() - seen_ms < PAGE_OPEN_MS

    def _change(self, party: str) -> None:
        """Wake what may wait for what a party gave: the channels that it is in, or all at first."""
        for channel in self._pumps.channels_beside(party) or {""}:
            self._sole.woken.wake(channel)

    def _hear(self, party: str) -> None:
        self._heard.add(party)

    def _hurry(self) -> None:
        """Try those again at once who were out of reach and have called us meanwhile."""
        if not self._heard or clock.monotonic_ms() - self._hurried_ms < HURRY_MS:
            return
        self._hurried_ms = clock.monotonic_ms()
        heard = {self._heard.pop() for _ in range(len(self._heard))}
        if retry.try_now(self._node, heard):
            for party in heard:
                self._change(party)


def _begun(threads: Iterable[threading.Thread]) -> Threads:
    begun = [*threads]
    for thread in begun:
        thread.start()
    return begun
