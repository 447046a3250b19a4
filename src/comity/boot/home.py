"""The layout of a home, and a node over it.

    config.toml   store.sqlite3   keys/   bodies/   run/   secret-key
    <home>.highwater beside it, see `highwater_place`

Floor: boot.
"""

import os
import re
import shutil
import signal
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

from comity.adapters import clock, highwater, highwater_place, vault, wake
from comity.adapters.alarms import StandingAlarms
from comity.adapters.background_threads import BesideThreads
from comity.adapters.blobs import FolderBodies
from comity.adapters.desk_settings import DeskSettings
from comity.adapters.durable_file import write_atomically
from comity.adapters.entropy import SystemEntropy
from comity.adapters.http_peer import HttpPeers
from comity.adapters.http_witness import HttpWitnesses
from comity.adapters.keyfiles import KeyFiles
from comity.adapters.s3_blobs import S3Bodies
from comity.adapters.store import connect, databases, lease
from comity.adapters.store.django_store import DjangoStore
from comity.adapters.suite import RealSuite
from comity.adapters.vault import Vault
from comity.boot import configuration, log
from comity.boot.lazy_import import LazyCodes, LazyRooms, LazySources
from comity.boot.network import Network
from comity.joint.arrangement.certificate import split_endpoint
from comity.kernel.fault import Fault, path_quoted, quoted
from comity.node.base.context import Node, Session
from comity.node.base.ports import Bodies, Step
from comity.node.base.scope import PRESENCE, Outside, by_name
from comity.node.desk import participants
from comity.node.exchange import rules_difference, signing_guard, witness
from comity.node.room import local_log
from comity.node.room.release import approve
from comity.rooms.exercise import seat_scope
from comity.rooms.share import consumers, stop_links
from comity.seal.header import Stanza
from comity.surfaces.cli.context import Home, Paths, Settings

SCOPES: Final = (
    PRESENCE,
    consumers.SCOPE,
    stop_links.SCOPE,
    participants.TASKS,
    participants.ROLLS,
    seat_scope.SCOPE,
)
"""What a session from outside may be let in to."""
SECRET_KEY: Final = "secret-key"  # noqa: S105 -- the name of a file
RESTORING: Final = ".restoring"
"""The folder in which members of a backup wait; a home that has one is none yet."""

CRASH_AT: Final = "COMITY_CRASH_AT"
_SECRET_BYTES: Final = 32
_SECRET: Final = re.compile(r"[0-9a-fA-F]{64}")


@dataclass(frozen=True, slots=True)
class Opened:
    """A home in this process, and what `serve` needs of it besides the node.

    Attributes:
        home: what commands use.
        network: cards in force, certificates.
        alarms: what stands.
        hold: takes the high-water file for this process, as whoever signs must.
    """

    home: Home
    network: Network
    alarms: StandingAlarms
    hold: Callable[[], None]


def paths_of(home: Path, settings: Settings | None = None) -> Paths:
    """Return where the files of a home are."""
    home = home.absolute()
    elsewhere = settings.high_water if settings else ""
    return Paths(
        home=home,
        config=home / "config.toml",
        database=home / databases.FILE_NAME,
        keys=home / "keys",
        bodies=home / "bodies",
        run=home / "run",
        high_water=highwater_place.chosen_path(elsewhere)
        if elsewhere
        else highwater_place.default_path(home),
    )


def require(folder: Path) -> None:
    """Return if there is a home.

    Raises:
        Fault: `boot.home.missing`.
    """
    configuration.read(folder / "config.toml", {})


@contextmanager
def create(
    folder: Path, settings: Settings, passphrase_file: Path | None, environment: Mapping[str, str]
) -> Iterator[Home]:
    """Lay out a new home and open it; what fails within, or Ctrl-C, leaves nothing of it.

    Raises:
        Fault: `boot.home.exists`, `boot.home.unusable`, `highwater.file.exists`,
            `keys.secret.missing`, `keys.secret.too-short`.
    """
    configuration.require_valid(settings, "the command line")
    if settings.endpoint and settings.peer_port == Settings("").peer_port:
        settings = replace(settings, peer_port=split_endpoint(settings.endpoint)[1])
    paths = paths_of(folder, settings)
    entropy = SystemEntropy()
    opener = (
        vault.of_passphrase_file(passphrase_file, entropy, is_new=True)
        if passphrase_file
        else vault.of_environment(environment, entropy, is_new=True)
    )
    with ExitStack() as begun:
        try:
            _begin(paths, begun)
            for part in (paths.keys, paths.bodies, paths.run):
                part.mkdir(mode=0o700)
            write_atomically(paths.home / SECRET_KEY, entropy(_SECRET_BYTES).hex().encode())
            write_atomically(paths.config, configuration.render(settings).encode())
        except OSError as error:
            raise Fault(
                code="boot.home.unusable",
                what=f"The home {path_quoted(paths.home)} cannot be made: {error.strerror}.",
                fix="Choose a folder on a disk that this user may write to.",
            ) from error
        with opened(paths.home, environment, opener=opener) as found:
            yield found.home
        begun.pop_all()


def _begin(paths: Paths, begun: ExitStack) -> None:
    """Make the folder and the high-water file of a new home; closing `begun` takes both away."""
    if paths.home.exists() and not paths.home.is_dir():
        raise Fault(
            code="boot.home.exists",
            what=f"{path_quoted(paths.home)} is a file, and a home is a folder.",
            fix="Name a folder that is empty or not there; a home is never overwritten.",
        )
    paths.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    if any(paths.home.iterdir()):
        raise Fault(
            code="boot.home.exists",
            what=f"The folder {path_quoted(paths.home)} is not empty.",
            fix="Name a folder that is empty or not there; a home is never overwritten.",
        )
    begun.callback(shutil.rmtree, paths.home, ignore_errors=True)
    paths.home.chmod(0o700)
    highwater.create(paths.high_water)
    begun.callback(paths.high_water.unlink, missing_ok=True)


@contextmanager
def opened(
    folder: Path,
    environment: Mapping[str, str],
    *,
    opener: Vault | None = None,
    woken: Callable[[str], None] | None = None,
    alarmed: Callable[[str, str], None] | None = None,
    rows_alone: bool = False,
) -> Iterator[Opened]:
    """Open a home for the length of a `with`.

    Args:
        folder: the home.
        environment: COMITY_*.
        opener: opens the private keys; else what the environment says, when one is used.
        woken: wakes the pumps of this process; else those of the process that serves.
        alarmed: is told each alarm that is raised, its code and what; else the log of this process.
        rows_alone: for a command, which shows no page (`connect.configure`).

    Raises:
        Fault: `boot.home.*`, `boot.config.malformed`, `adapters.store.*`.
    """
    settings = configuration.read(folder / "config.toml", environment)
    paths = paths_of(folder, settings)
    keys = KeyFiles(paths.keys, opener or _vault(environment), SystemEntropy())
    _configure(paths, settings, rows_alone=rows_alone)
    store = _store(paths, is_serving=woken is not None)
    mark = highwater.FileHighWater(paths.high_water)
    session = Session()
    network = Network(store, settings, keys, session.of(signing_guard.Clocks).skew_ms)
    peers = HttpPeers(network.surroundings())
    wakes = woken or (lambda channel: wake.send(paths.run, channel))
    node = Node(
        party=settings.party,
        store=store,
        bodies=_bodies(paths.bodies, settings, environment),
        peers=rules_difference.Hearing(peers, session.of(rules_difference.Rules).rules),
        keys=keys,
        suite=RealSuite(),
        highwater=mark,
        clock=clock.SystemClock(),
        entropy=SystemEntropy(),
        alarms=(alarms := StandingAlarms(alarmed or _logged)),
        step=crash_step(environment.get(CRASH_AT, "")),
        rooms=LazyRooms(),
        wake=wakes,
        session=session,
        require_room=_room(paths.home, settings),
        beside=BesideThreads(),
        witnesses=HttpWitnesses(),
        outside=Outside(settings.outside_origin, by_name(*SCOPES)),
        sources=LazySources(settings),
        codes=LazyCodes(partial(_secret_key, paths.home)),
    )
    with closing(store), closing(mark), closing(peers):
        _take_over(node, settings)
        port = partial(wake.serving_port, paths.run)
        home = Home(node, keys, paths, settings, lambda: wakes(""), port)
        yield Opened(home, network, alarms, mark.hold)


def _logged(code: str, what: str) -> None:
    log.tell("alarm", {"code": code, "what": what})


def _take_over(node: Node, settings: Settings) -> None:
    """Take over what the configuration says."""
    approve.configure(local_log.prove(node), settings.approvals, settings.review_hours)
    witness.configure(node, settings.witness)


def _store(paths: Paths, *, is_serving: bool) -> DjangoStore:
    """Open the database, unless this one would change its tables under an older program.

    Raises:
        Fault: `boot.home.served-by-older`, `adapters.store.*`.
    """
    process = None if is_serving else wake.serving_process(paths.run)
    if process is not None and connect.is_older():
        raise Fault(
            code="boot.home.served-by-older",
            what=f"An older version of this program serves the home {path_quoted(paths.home)}, in "
            f"process {process}; this one would change its tables meanwhile.",
            fix="Stop `comity serve`, and start the one of this version; or use the older version.",
        )
    return connect.open_store()


def _bodies(folder: Path, settings: Settings, environment: Mapping[str, str]) -> Bodies:
    if not settings.s3:
        return FolderBodies(folder)
    staged = folder / "staged"
    return S3Bodies(settings.s3, staged, seconds=settings.s3_seconds, environment=environment)


def _room(home: Path, settings: Settings) -> Callable[[int, bool], None]:
    """Return what refuses bytes that would break into the reserve; the hotline may use it."""

    def require_room(size_bytes: int, is_hotline: bool) -> None:  # noqa: FBT001 -- as the port says
        reserve_bytes = 0 if is_hotline else settings.reserve_bytes
        connect.require_room(home, size_bytes, reserve_bytes=reserve_bytes)

    return require_room


@contextmanager
def held(folder: Path) -> Iterator[Path]:
    """Hold a home as the one process that serves it, or computes it anew; give its `run`.

    Raises:
        Fault: `adapters.home.already-served`, `boot.home.unusable`.
    """
    run = folder / "run"
    with ExitStack() as stack:
        try:
            run.mkdir(mode=0o700, exist_ok=True)  # copies of a home often come without it
            stack.enter_context(wake.hold_lock(run))
        except OSError as error:
            raise unusable_run(run, error) from error
        yield run


@contextmanager
def sole(folder: Path, environment: Mapping[str, str]) -> Iterator[None]:
    """Hold a home and its database, so that no other machine serves that either.

    Raises:
        Fault: `adapters.database.already-served`, those of `held`, `boot.config.malformed`.
    """
    settings = configuration.read(folder / "config.toml", environment)
    with held(folder), lease.taken(settings.database):
        yield


def unusable_run(run: Path, error: OSError) -> Fault:
    """Return what is wrong with the folder of running processes."""
    return Fault(
        code="boot.home.unusable",
        what=f"The folder {path_quoted(run)} cannot be used: {error.strerror}.",
        fix="See that this user may write to it, and that its disk has room.",
    )


def crash_step(spec: str) -> Step:
    """Return the `step` of a node: `<step>:<n>` kills the process when it is reached the n-th time.

    For tests of crashes; without a spec nothing ever happens.

    Raises:
        Fault: `boot.config.malformed`.
    """
    if not spec:
        return lambda _name: None
    wanted, _, count = spec.rpartition(":")
    if not wanted or not count.isdecimal():
        raise Fault(
            code="boot.config.malformed",
            what=f"{CRASH_AT} cannot be {quoted(spec)}.",
            fix="Write STEP:N, or leave it out: it is for tests alone.",
        )
    reached: Counter[str] = Counter()

    def step(name: str) -> None:
        reached[name] += 1
        if name == wanted and reached[name] == int(count):
            os.kill(os.getpid(), signal.SIGKILL)

    return step


class _Locked:
    """Stands for a vault that nothing opens: says so when a private key is needed."""

    def __init__(self, fault: Fault) -> None:
        self._fault = fault

    def wrap(self, file_key: bytes, entropy: Callable[[int], bytes]) -> Stanza:  # noqa: ARG002 -- as the protocol says
        """Raise what is missing."""
        raise self._fault

    def unwrap(self, stanza: Stanza) -> bytes | None:  # noqa: ARG002 -- as the protocol says
        """Raise what is missing."""
        raise self._fault


def _vault(environment: Mapping[str, str]) -> Vault:
    """Return the vault; many commands need no private key, so that a missing one may wait."""
    entropy = SystemEntropy()
    try:
        return vault.of_environment(environment, entropy)
    except Fault as fault:
        if fault.code != "keys.secret.missing":
            raise
        locked = _Locked(fault)
        return Vault(locked, locked, entropy)


def _configure(paths: Paths, settings: Settings, *, rows_alone: bool = False) -> None:
    desk = DeskSettings(settings.officers_origin, settings.officers_proxies, settings.oidc)
    secret, database = _secret_key(paths.home), settings.database or None
    connect.configure(paths.home, database, secret, desk=desk, rows_alone=rows_alone)


def _secret_key(home: Path) -> str:
    try:
        secret = (home / SECRET_KEY).read_text(encoding="ascii", errors="replace").strip()
    except OSError as error:
        raise _no_secret(home, f"cannot be read: {error.strerror}") from error
    if not _SECRET.fullmatch(secret):
        raise _no_secret(home, "is not what this program wrote")
    return secret


def _no_secret(home: Path, why: str) -> Fault:
    return Fault(
        code="boot.home.unusable",
        what=f"{path_quoted(home / SECRET_KEY)} {why}.",
        fix="Restore it from a backup. If there is none, write 64 random hex digits into it: all "
        "sign in anew, apps of codes and recovery codes open nothing, and who has some needs "
        "`comity officer reset-factor`.",
    )
