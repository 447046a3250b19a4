"""What of a home goes into a backup, and how it becomes a home again.

Floor: boot.
"""

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Final, Self, cast

from comity.adapters.durable_file import write_atomically
from comity.adapters.entropy import SystemEntropy
from comity.adapters.keyfiles import MASTER, KeyFiles, read_file
from comity.adapters.store import databases, dump
from comity.adapters.vault import of_environment
from comity.boot import configuration, home_check, scratch
from comity.boot import home as homes
from comity.kernel import ijson
from comity.kernel.fault import Fault, path_quoted
from comity.node.base.context import Node
from comity.node.base.keymaker import KeyMaker
from comity.node.operate import backup, operator_steps
from comity.node.operate.backup import FORMAT, FORMAT_NAME, Member, Place
from comity.seal.age import Identity, Recipient
from comity.surfaces.cli.context import Home, Settings

SQLITE: Final = "sqlite"
POSTGRESQL: Final = "postgresql"
_READ_BYTES: Final = 4 << 20


def own_keys(environment: Mapping[str, str]) -> tuple[Recipient, Identity]:
    """Return whom a backup is sealed to where nobody is named: who opens this home.

    Raises:
        Fault: `keys.secret.missing`, `keys.secret.malformed`.
    """
    vault = of_environment(environment, SystemEntropy())
    return vault.for_away(), vault.identity


@contextmanager
def taken(home: Home) -> Iterator[list[Member]]:
    """Give the members of a backup: the database first, then what it names.

    Its copy lies in the home while it is sealed, on the disk of the node that goes on.

    Raises:
        Fault: `boot.home.unusable`, `node.store.*`.
    """
    paths = home.paths
    home.node.require_room(dump.size_bytes(), False)  # noqa: FBT003 -- as the port says
    with _scratch(paths.home) as folder:
        inner = folder / "database"  # the folder itself is locked, as one is whose tables are made
        inner.mkdir(mode=0o700)
        copy = dump.take(inner)
        said: dict[str, ijson.Json] = {
            "database": SQLITE,
            "format": FORMAT,
            "from": POSTGRESQL if dump.is_postgresql() else SQLITE,
            "made": home.node.clock.now_ms(),
            "migration": dump.migration(),
            "party": home.node.party,
        }
        members = [_bytes(FORMAT_NAME, ijson.render(said))]
        members += [_file(name, paths.home / name) for name in ("config.toml", homes.SECRET_KEY)]
        members += _keys(paths.keys, home.keymaker)
        members += [_file(f"database/{copy.name}", copy)]
        yield members + [_body(home.node, sha256) for sha256 in home.node.bodies.all()]


@contextmanager
def _scratch(home: Path) -> Iterator[Path]:
    with ExitStack() as open_ones:
        try:
            made = open_ones.enter_context(scratch.folder(home))
        except OSError as error:
            raise _unusable(home, error) from error
        yield made


def _keys(folder: Path, keymaker: KeyMaker) -> list[Member]:
    """Return the files of keys as they are now, once the master key opens as the backup will.

    `key passphrase` may seal it anew while a backup is written: the file would open with the
    passphrase before, and the home in it with the next one.

    Raises:
        Fault: `keys.secret.wrong`, `keys.file.*`, `boot.home.unusable`.
    """
    held = {path.name: read_file(path) for path in _key_files(folder)}
    if isinstance(keymaker, KeyFiles) and MASTER in held:
        keymaker.vault.unseal(held[MASTER], MASTER)
    return [_bytes(f"keys/{name}", data) for name, data in held.items()]


def _key_files(folder: Path) -> list[Path]:
    """Return the files of the folder of keys, all of which a backup can hold.

    Raises:
        Fault: `boot.home.unusable`: to leave one out might lose a key.
    """
    try:
        found = sorted(folder.iterdir())
    except OSError as error:
        raise _unusable(folder, error) from error
    for path in found:
        if not backup.can_hold(f"keys/{path.name}") or not path.is_file():
            raise Fault(
                code="boot.home.unusable",
                what=f"In the folder of keys, {path_quoted(path)} is none that comity made.",
                fix="Move it elsewhere, and make the backup again.",
            )
    return found


@contextmanager
def placed(
    folder: Path,
    environment: Mapping[str, str],
    sha256: Callable[[], str],
    *,
    is_sqlite: bool = False,
) -> Iterator[Place]:
    """Give where members go; on leaving without a fault, the folder is a home.

    After a fault it is as it was: not there, or empty.

    Args:
        folder: empty, or not there.
        environment: COMITY_*.
        sha256: gives that of the backup, once all of it was read.
        is_sqlite: the database becomes a file of the home, whatever it was.

    Raises:
        Fault: `boot.home.exists`, `boot.home.unusable`, `boot.backup.*`, `adapters.store.*`.
    """
    folder = folder.absolute()
    is_new = not folder.exists()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise Fault(
                code="boot.home.exists",
                what=f"The folder {path_quoted(folder)} is not empty.",
                fix="Name a folder that is empty or not there; a home is never overwritten.",
            )
        folder.chmod(0o700)
        part = folder / homes.RESTORING
        part.mkdir(mode=0o700)
    except OSError as error:
        raise _unusable(folder, error) from error
    files = _Files(part)
    try:
        yield files.place
        files.close()
        _become_home(folder, part, environment, sha256(), is_sqlite=is_sqlite)
    except BaseException as error:
        files.close()
        _undo(folder, is_new=is_new)
        if isinstance(error, OSError):
            raise _unusable(folder, error) from error
        raise


def _undo(folder: Path, *, is_new: bool) -> None:
    """Take away what was placed; an operator's own folder stays, with its owner and its mode."""
    with suppress(OSError):  # what went wrong first is told
        for path in folder.iterdir():
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)
        if is_new:
            folder.rmdir()


class _Files:
    """Members as they come, one open at a time."""

    def __init__(self, part: Path) -> None:
        self._part = part
        self._open: BinaryIO | None = None

    def place(self, name: str) -> BinaryIO:
        self.close()
        path = self._part / name
        path.parent.mkdir(mode=0o700, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        self._open = os.fdopen(descriptor, "wb")
        return self._open

    def close(self) -> None:
        if self._open is not None:
            self._open.flush()
            os.fsync(self._open.fileno())
            self._open.close()
            self._open = None


def _become_home(
    folder: Path, part: Path, environment: Mapping[str, str], sha256: str, *, is_sqlite: bool
) -> None:
    said = _require_format(part)
    settings = _settings(part, said, environment, is_sqlite=is_sqlite)
    _say_places(part / "config.toml", settings)
    for name in ("bodies", "keys", "run"):
        (folder / name).mkdir(mode=0o700)
    for name in ("config.toml", homes.SECRET_KEY):
        (part / name).replace(folder / name)
    for path in _files(part / "keys"):
        path.replace(folder / "keys" / path.name)
    copy = part / "database" / databases.FILE_NAME
    if not settings.database:
        copy.replace(homes.paths_of(folder, settings).database)
    with homes.opened(folder, environment) as opened:
        if settings.database:
            dump.put_back(copy)
        home_check.require_own(opened)  # before it is one: what is refused leaves the folder free
        for path in _files(part / "bodies"):
            _keep_body(opened.home.node, path)
        made = said.get("made")
        operator_steps.mark_restored(
            opened.home.node, sha256, made if isinstance(made, int) else None
        )
    shutil.rmtree(part)


def _say_places(config: Path, settings: Settings) -> None:
    """Let the home's own configuration name where it was put, and not where it came from.

    Served once without the variable that named it, it would go on in the database of the node
    that was backed up, beside that node.
    """
    text = config.read_text(encoding="utf-8")
    write_atomically(config, configuration.with_places(text, str(config), settings).encode())


def _require_format(part: Path) -> dict[str, ijson.Json]:
    """Return what a backup says of itself, if this version can read it."""
    copy = f"database/{databases.FILE_NAME}"
    needed = (FORMAT_NAME, "config.toml", homes.SECRET_KEY, copy, "keys")
    said = (
        ijson.parse((part / FORMAT_NAME).read_bytes())
        if all((part / name).exists() for name in needed)
        else None
    )
    if not isinstance(said, dict) or said.get("format") != FORMAT:
        raise _other_version(f"This backup is not of the format {FORMAT}.")
    return said


def _settings(
    part: Path,
    said: Mapping[str, ijson.Json],
    environment: Mapping[str, str],
    *,
    is_sqlite: bool,
) -> Settings:
    """Return the settings of the new home; which database it has is said, and not guessed."""
    try:
        configuration.read(part / "config.toml", {})
    except Fault as fault:  # its own words name a file that is gone then
        why = fault.what.partition(" cannot be used: ")[2] or fault.what
        raise _other_version(f"The config.toml in this backup cannot be used: {why}") from fault
    settings = configuration.read(part / "config.toml", environment)
    if is_sqlite and environment.get("COMITY_DATABASE"):
        raise Fault(
            code="boot.backup.other-database",
            what="COMITY_DATABASE names a PostgreSQL database, and --sqlite says SQLite.",
            fix="Unset COMITY_DATABASE, here and where `comity serve` is started.",
        )
    if said.get("from") == POSTGRESQL and not settings.database and not is_sqlite:
        raise Fault(
            code="boot.backup.other-database",
            what="This backup is of PostgreSQL, and nothing names a PostgreSQL database.",
            fix="Set COMITY_DATABASE to an empty one, which config.toml of the new home will name; "
            "or add --sqlite to go on with SQLite.",
        )
    return replace(settings, database="") if is_sqlite else settings


def _files(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.exists() else []


def _other_version(what: str) -> Fault:
    return Fault(
        code="boot.backup.other-version",
        what=what,
        fix="Restore it with the version of the program that made it, then upgrade.",
    )


def _keep_body(node: Node, path: Path) -> None:
    at = 0
    with path.open("rb") as file:
        while data := file.read(_READ_BYTES):
            node.bodies.stage(path.name, at, data)
            at += len(data)
    node.bodies.commit(path.name)
    path.unlink()


def _bytes(name: str, data: bytes) -> Member:
    return Member(name, len(data), lambda: BytesIO(data))


def _file(name: str, path: Path) -> Member:
    return Member(name, path.stat().st_size, lambda: path.open("rb"))


def _body(node: Node, sha256: str) -> Member:
    size = node.bodies.size_bytes(sha256) or 0
    return Member(f"bodies/{sha256}", size, lambda: cast("BinaryIO", _BodyFile(node, sha256, size)))


class _BodyFile:
    """A kept body, read from its start."""

    def __init__(self, node: Node, sha256: str, size_bytes: int) -> None:
        self._node = node
        self._sha256 = sha256
        self._size_bytes = size_bytes
        self._at = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def read(self, size_bytes: int, /) -> bytes:
        end = min(self._at + size_bytes, self._size_bytes)
        data = self._node.bodies.read(self._sha256, self._at, end) if end > self._at else b""
        self._at += len(data)
        return data


def _unusable(folder: Path, error: OSError) -> Fault:
    return Fault(
        code="boot.home.unusable",
        what=f"The folder {path_quoted(folder)} cannot be used: {error.strerror}.",
        fix="Choose a folder on a disk that this user may write to, with room for the home.",
    )
