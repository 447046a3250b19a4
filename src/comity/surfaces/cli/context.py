"""What a command may use: callables that `comity.boot` fills, and the handle of one home.

    def run(program: Program, options: argparse.Namespace) -> int:
        with program.open_home(options.home) as home:
            row = request.show(home.node, options.matter)
        program.show(row_json, row_text)
        return 0

A command never reads the environment, the configuration or the clock itself, and prints
through `Program.show` and `Program.note` alone, so that `--json` and `--yaml` are the same for all.

Floor: surfaces.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final, Never

from comity.kernel.ijson import Json
from comity.surfaces.cli.empty_names import home_folder, officer_name

if TYPE_CHECKING:  # every command begins with this module, and few use what these load
    from comity.clocks.calendar import Calendar, OfficeHours
    from comity.node.base.context import Node
    from comity.node.base.finding import Finding
    from comity.node.base.keymaker import KeyMaker
    from comity.node.base.rooms import Rooms
    from comity.node.base.rows import Provider, Witness
    from comity.node.operate.backup import Member, Place
    from comity.node.operate.fsck.run import Fan
    from comity.node.operate.rebuild import Hands
    from comity.seal.age import Identity, Recipient

type Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 -- argparse names it nowhere else
type Run = Callable[[Program, argparse.Namespace], int]
"""What `set_defaults(run=…)` holds: returns the exit code; a `Fault` is printed by `main`."""

HOME: Final = "COMITY_HOME"
OFFICER: Final = "COMITY_OFFICER"
"""Variables that stand in for `--home` and `--as`, where a command has these."""

EXERCISE: Final = "COMITY_EXERCISE"
"""The channel of the exercise in which a command works; empty: real work."""

JSON: Final = "json"
YAML: Final = "yaml"
"""How results are printed for machines."""

_DIGITS_MAX: Final = 15
_SECONDS: Final = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?")
DAY_S: Final = 86_400

EXIT_OK: Final = 0
EXIT_REFUSED: Final = 1
"""A refusal by rule (`Inadmissible`), or a check that did not hold."""
EXIT_USAGE: Final = 2
"""The command line itself is wrong."""
EXIT_FAULT: Final = 3
"""Something outside the program is wrong: a `Fault` was printed."""
EXIT_INTERNAL: Final = 70
"""Our own bug."""


@dataclass(frozen=True, slots=True)
class Paths:
    """The layout of a home.

    Attributes:
        home: its folder, mode 0700.
        config: `config.toml`.
        database: `store.sqlite3`, unless the configuration names PostgreSQL.
        keys: private keys, encrypted.
        bodies: bodies over 64 KiB.
        run: locks and the wake socket of running processes.
        high_water: the file outside the home that remembers what was signed.
    """

    home: Path
    config: Path
    database: Path
    keys: Path
    bodies: Path
    run: Path
    high_water: Path


@dataclass(frozen=True, slots=True)
class Settings:
    """What `config.toml` and COMITY_* say.

    Attributes:
        party: the State whose node this is.
        names: `{language: name}` of the party.
        port: officers' listener, on 127.0.0.1; 0 lets the system choose.
        peer_port: peers' listener; 0 lets the system choose.
        peer_host: the address the peers' listener binds to.
        endpoint: where peers reach this node, `https://host:port`.
        database: a PostgreSQL URL, or "" for SQLite in the home.
        s3: an `s3://bucket/prefix` URL for bodies, or "" for the folder.
        s3_seconds: how long one answer of that store may take.
        peer_address: `{party: https://host:port}`: overrides the endpoint on a card.
        approvals: officers who must approve before an act is released, at least.
        review_hours: within how many hours a release by one officer alone, in an emergency,
            is reviewed; 0: there is none.
        reserve_bytes: disk kept free for the hotline and for receipts.
        language: of what officers read, `en` or `zh-Hans`.
        high_water: path of the high-water file, or "" for beside the home.
        mail: by which server notices leave: host, port, sender, address, security, user,
            password_file; empty: none do.
        witness: C2SP witnesses outside the parties that cosign own logs, one table each.
        officers_host: the address the officers' listener binds to.
        officers_origin: `https://desk.example`, where TLS ends in front of it; "" for this machine.
        officers_proxies: how many proxies in front add to X-Forwarded-For.
        oidc: providers of the State that say who an officer is, one table each.
        page_processes: how many processes answer officers, the one that serves among them;
            0: one for each core, at most two.
        webhook_networks: networks of this State that webhooks may be called in, beside the
            public ones: `10.2.0.0/16 192.168.7.9`.
        notify_schemes: by which schemes devices are rung that a library reaches: `ntfys`.
        outside_port: listener for those who are no officers; 0: there is none.
        outside_host: the address that it binds to.
        outside_origin: where they reach it, `https://guests.example`.
        outside_certificate: path of its TLS certificate, PEM, with the chain.
        outside_key: path of the private key of that, PEM.
    """

    party: str
    names: Mapping[str, str] = field(default_factory=dict)
    port: int = 8400
    peer_port: int = 8443
    peer_host: str = "0.0.0.0"  # noqa: S104 -- a node is there to be reached; mutual TLS guards it
    endpoint: str = ""
    database: str = ""
    s3: str = ""
    s3_seconds: int = 30
    peer_address: Mapping[str, str] = field(default_factory=dict)
    approvals: int = 1
    review_hours: int = 24
    reserve_bytes: int = 64 << 20
    language: str = "en"
    high_water: str = ""
    mail: Mapping[str, str] = field(default_factory=dict)
    witness: Sequence[Witness] = ()
    officers_host: str = "127.0.0.1"
    officers_origin: str = ""
    officers_proxies: int = 1
    oidc: Sequence[Provider] = ()
    page_processes: int = 0
    webhook_networks: str = ""
    notify_schemes: str = ""
    outside_port: int = 0
    outside_host: str = "0.0.0.0"  # noqa: S104 -- it is there to be reached
    outside_origin: str = ""
    outside_certificate: str = ""
    outside_key: str = ""
    metrics_port: int = 0
    metrics_host: str = "127.0.0.1"
    metrics_partners: bool = False

    def address_at(self, port: int) -> str:
        """Return where a browser reaches the pages: a name, since passkeys are bound to one."""
        return self.officers_origin or f"http://localhost:{port}"


@dataclass(frozen=True, slots=True)
class Home:
    """One opened home.

    Attributes:
        node: for every use case.
        keymaker: makes private keys; the same object as `node.keys` where keys are files.
        paths: where its files are.
        settings: what its configuration says.
        wake: tells a running `serve` that something was appended; does nothing if none runs.
        serving_port: of the officers' listener of a running `serve`; None if none runs.
    """

    node: Node
    keymaker: KeyMaker
    paths: Paths
    settings: Settings
    wake: Callable[[], None]
    serving_port: Callable[[], int | None] = lambda: None


@dataclass(frozen=True, slots=True)
class ServeOptions:
    """How `serve` was called.

    Attributes:
        port: officers' listener, or None for the configuration's.
        peer_port: peers' listener, or None for the configuration's.
        notify_schemes: by which schemes devices are rung that a library reaches: `ntfys`.
        outside_port: listener for those who are no officers, or None for the configuration's.
        metrics_port: of OpenMetrics, or None for the configuration's.
        on_arrival: a command, repeated until an urgent matter is opened, or "".
        repeat_s: seconds between two repetitions.
        ready_file: where the addresses are written when both listeners answer, or None.
    """

    port: int | None = None
    peer_port: int | None = None
    outside_port: int | None = None
    metrics_port: int | None = None
    on_arrival: str = ""
    repeat_s: float = 60.0
    ready_file: Path | None = None


@dataclass(frozen=True, slots=True)
class Backups:
    """What only the machine can do of a backup.

    Attributes:
        own_keys: whom it is sealed to where nobody is named, and who opens it again.
        taken: gives the members of a home's backup.
        placed: gives where members go; what it leaves is a home, in SQLite if that is said, whose
            local log has the SHA-256 of the backup, asked for once all of it was read.
    """

    own_keys: Callable[[], tuple[Recipient, Identity]]
    taken: Callable[[Home], AbstractContextManager[list[Member]]]
    placed: Callable[[Path, bool, Callable[[], str]], AbstractContextManager[Place]]


@dataclass(frozen=True, slots=True)
class NewSecret:
    """What shall open a home; where no file is named, the environment or the terminal says it.

    Attributes:
        passphrase_file: its first line is a passphrase.
        key_file: holds a key.
        roots: files of root keys that are sealed anew too.
    """

    passphrase_file: Path | None
    key_file: Path | None
    roots: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class CalendarWish:
    """Which calendar shall be proposed.

    Attributes:
        country: ISO 3166 code of two letters.
        years: that follow each other.
        zone: IANA name, or "" for the country's own.
        calendar_id: or "" for the country's code.
        office: its hours; None: always open.
    """

    country: str
    years: tuple[int, ...]
    zone: str = ""
    calendar_id: str = ""
    office: OfficeHours | None = None


def _missing(*_: object) -> Never:
    raise AssertionError


@contextmanager
def _alone(_folder: Path, _entries: int, _jobs: int) -> Iterator[Hands | None]:
    yield None


@contextmanager
def _serial(_folder: Path, home: Home, _jobs: int) -> Iterator[Fan]:
    from comity.node.operate.fsck import run  # noqa: PLC0415 -- for `fsck` alone

    yield run.serial(home.node)


@contextmanager
def _nobody_else(_folder: Path) -> Iterator[None]:
    yield


@dataclass(frozen=True, slots=True)
class Program:
    """What the command line asks of the world.

    Attributes:
        create_home: lay out a new home at a path: folders, configuration, empty database,
            high-water file; no keys yet.  The third argument is a file with the passphrase
            for its private keys, or None for what the environment says.
            Faults: `boot.home.exists`, `boot.home.unusable`, `highwater.file.exists`.
        open_home: open one for the length of a `with`; its tables are brought up to date, its
            private keys are read when one is used.
            Faults: `boot.home.missing`, `boot.config.malformed`, `adapters.store.*`,
            `node.computed.*`.
        serve: run a node until it is told to stop; returns the exit code.
        doctor: what only the machine can tell of a home, see `status.py`.
        token: the token of the officer named (COMITY_TOKEN, or asked on the terminal).
            Fault: `officer.token.missing`.
        show: print a result: the value with `--json` or `--yaml`, else the text.
        note: print a remark on stderr; nothing with `--json` or `--yaml`.
        now_ms: the time, for what is shown.
        random: random bytes.
        backups: copies of a home and back.
        fan: (folder, home, jobs): what checks ranges of entries, perhaps in several processes.
        hands: (folder, entries, jobs): who helps to rebuild so many entries, or None; nothing
            serves the home meanwhile.  Fault: `adapters.home.already-served`.
        alone: holds a home as the one process that signs for it, for the length of a `with`:
            nothing serves it meanwhile.  Fault: `adapters.home.already-served`.
        propose_calendar: the calendar of a country, as far as it is known.
            Faults: `adapters.calendar.*`.
        letter: (data of a letter, its date in milliseconds): the letter as a PDF.
            Faults: `adapters.letter.failed`.
        open_to_mend: the same, whatever version computed what it shows: to look at it, copy it or
            compute it anew.
        change_secret: seal the keys of a home to another passphrase or key; returns the files
            that were written.  Faults: `adapters.home.already-served`, `boot.secret.*`, `keys.*`.
        rooms: that this program has.
        paper: a node in memory that belongs to nobody, to read what a file discloses.
    """

    create_home: Callable[[Path, Settings, Path | None], AbstractContextManager[Home]]
    open_home: Callable[[Path], AbstractContextManager[Home]]
    serve: Callable[[Path, ServeOptions], int]
    doctor: Callable[[Home], list[Finding]]
    token: Callable[[str], str]
    show: Callable[[Json, str], None]
    note: Callable[[str], None]
    now_ms: Callable[[], int]
    random: Callable[[int], bytes]
    backups: Backups = field(default_factory=lambda: Backups(_missing, _missing, _missing))
    fan: Callable[[Path, Home, int], AbstractContextManager[Fan]] = _serial
    hands: Callable[[Path, int, int], AbstractContextManager[Hands | None]] = _alone
    alone: Callable[[Path], AbstractContextManager[None]] = _nobody_else
    propose_calendar: Callable[[CalendarWish], Calendar] = _missing
    letter: Callable[[bytes, int], bytes] = _missing
    open_to_mend: Callable[[Path], AbstractContextManager[Home]] = _missing
    rooms: Callable[[], Rooms] = _missing
    paper: Callable[[], Node] = _missing
    change_secret: Callable[[Path, NewSecret], list[Path]] = _missing


def at_least(least: int, most: int | None = None) -> Callable[[str], int]:
    """Return what reads a whole number from `least` on, to `most`, as `type` of an argument."""
    bounds = f"from {least} on" if most is None else f"from {least} to {most}"

    def read(text: str) -> int:
        is_number = text.isascii() and text.isdecimal() and len(text) <= _DIGITS_MAX
        if not is_number or int(text) < least or (most is not None and int(text) > most):
            raise argparse.ArgumentTypeError(f"{text} is not a whole number {bounds}")
        return int(text)

    return read


def seconds(least: int, most: int) -> Callable[[str], float]:
    """Return what reads seconds, whole or not, as `type` of an argument."""

    def read(text: str) -> float:
        if not _SECONDS.fullmatch(text) or not least <= float(text) <= most:
            raise argparse.ArgumentTypeError(f"{text} is not between {least} and {most} seconds")
        return float(text)

    return read


def add_home(parser: argparse.ArgumentParser) -> None:
    """Add `--home DIR`, which nearly every command needs."""
    parser.add_argument(
        "--home",
        type=home_folder,
        required=True,
        metavar="DIR",
        help=f"the folder that `comity init` made; else what {HOME} says",
    )


def add_officer(parser: argparse.ArgumentParser) -> None:
    """Add `--as OFFICER` and where their token is; `officer_token.signed_in` gives the officer."""
    parser.add_argument(
        "--as",
        dest="officer",
        type=officer_name,
        required=True,
        metavar="OFFICER",
        help=f"who acts, else what {OFFICER} says; their token is read from COMITY_TOKEN or asked "
        "for",
    )
    add_token_file(parser)


def add_token_file(parser: argparse.ArgumentParser) -> None:
    """Add `--token-file`, which every command with `--as` has."""
    parser.add_argument(
        "--token-file", type=Path, metavar="FILE", help="a file that holds the officer's token"
    )


def add_out(
    parser: argparse.ArgumentParser,
    words: str = "the file to write; it must not be there yet",
    *,
    metavar: str = "FILE",
    is_required: bool = True,
) -> None:
    """Add `-o FILE`; `-` is standard output, and then what is told goes to standard error.

    Args:
        parser: of the command.
        words: what is written, and where else.
        metavar: what is named.
        is_required: else `options.out` is None.
    """
    told = f"{words}; - for standard output"
    parser.add_argument("-o", "--out", type=Path, required=is_required, metavar=metavar, help=told)


def add_json(parser: argparse.ArgumentParser) -> None:
    """Add `--json` and `--yaml`; `options.json` is then `JSON` or `YAML`, else ""."""
    group = parser.add_mutually_exclusive_group()
    for form, words in ((JSON, "one JSON object"), (YAML, "the same as YAML")):
        group.add_argument(
            f"--{form}",
            dest="json",
            action="store_const",
            const=form,
            default="",
            help=f"print {words}, for machines, instead of text",
        )
