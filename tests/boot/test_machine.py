"""What doctor says of the machine: the high-water file, the disk, the peers' port."""

import os
import socket
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from support.pair import make_world
from support.states import opened_root
from support.stores import postgres_place

from comity.adapters import tls
from comity.adapters.store import connect
from comity.boot import database_doctor, doctor
from comity.joint.arrangement import card as cards
from comity.joint.arrangement import certificate, signed
from comity.node.base import register_records
from comity.node.base.finding import Finding
from comity.node.base.sentence import say
from comity.surfaces.cli.context import Settings


@dataclass(frozen=True)
class Paths:
    """Where a home lies, and its file."""

    home: Path
    high_water: Path


@dataclass(frozen=True)
class Home:
    """As much of a home as is looked at."""

    paths: Paths | None = None
    settings: Settings | None = None


def _look(home: Path, high_water: Path) -> Finding:
    home.mkdir(exist_ok=True)
    return doctor._high_water_apart(Home(Paths(home, high_water)))  # type: ignore[arg-type] # the paths alone are read


def test_a_high_water_file_on_the_homes_file_system_is_warned_of(tmp_path: Path) -> None:
    """An image that is restored would take it back with the home, so the operator is told how."""
    file = tmp_path / "home.highwater"
    file.touch()
    found = _look(tmp_path / "home", file)
    assert found.is_good is None
    assert found.what.startswith("Warning: ")
    assert "high_water" in found.fix


def test_one_in_the_home_is_a_fault(tmp_path: Path) -> None:
    """Every backup takes it back."""
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "x").touch()
    assert _look(tmp_path / "home", tmp_path / "home" / "x").is_good is False


def test_one_that_is_missing_is_a_fault(tmp_path: Path) -> None:
    """It is not only in another place."""
    assert _look(tmp_path / "home", tmp_path / "none").is_good is False


def test_one_on_another_file_system_is_good(tmp_path: Path) -> None:
    """A file of another device cannot come back with an image of this one."""
    other = Path("/dev/shm")  # noqa: S108 -- the one other file system that most machines have
    if not other.is_dir() or other.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("there is no second file system here")
    file = other / f"comity-{os.getpid()}.highwater"
    file.touch()
    try:
        assert _look(tmp_path / "home", file).is_good is True
    finally:
        file.unlink()


@pytest.mark.parametrize(
    ("bound", "host"),
    [("127.0.0.2", "127.0.0.2"), ("::1", "::1"), ("::", "::1"), ("0.0.0.0", "127.0.0.1")],  # noqa: S104 -- as config.toml says it
)
def test_the_peers_port_is_looked_for_where_it_is_bound(bound: str, host: str) -> None:
    """A node that listens on one address of its machine is not called deaf."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, 0), family=family) as server:
        settings = Settings("fr", peer_port=server.getsockname()[1], peer_host=bound)
        assert doctor._port(Home(settings=settings)).is_good  # type: ignore[arg-type] # the settings alone are read


def test_a_file_system_without_inodes_is_a_fault(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Bytes may be free while no file can be made any more; some systems count none."""
    found: list[bool | None] = []
    for left in (3, 1_000_000, None):
        monkeypatch.setattr(connect, "free_files", lambda _home, left=left: left)
        home = Home(Paths(tmp_path, tmp_path), Settings("fr", reserve_bytes=0))
        found.append(doctor._room(home).is_good)  # type: ignore[arg-type] # no more is read
    assert found == [False, True, True]


def test_a_clock_behind_what_was_signed_is_told() -> None:
    """Years back after a flat battery, partners' cards are not in force yet: that is why."""
    found = doctor._clock(now_ms=0, signed_ms=1_700_000_000_000)
    assert found.is_good is False
    assert "1970-01-01 00:00:00" in found.what
    assert "2023-11-14 22:13:20" in found.what
    assert "timedatectl" in found.fix
    assert doctor._clock(now_ms=0, signed_ms=300_000).is_good is not False


def test_whose_certificate_the_tls_library_cannot_read_is_told(tmp_path: Path) -> None:
    """Their calls are turned away, and neither side would know why."""
    world = make_world(tmp_path, ("aa", "bb", "cc"))
    node = world.node("aa")
    (good,) = doctor._peer_certificates(node)
    assert good.is_good
    root = opened_root(tmp_path, world.states["bb"], world.arrangement)
    with node.store.write() as tx:
        card = register_records.cards(tx, world.arrangement, "bb")[1]
        host = certificate.host_of(card.endpoint).encode()
        odd = card.tls.replace(host, host[:-1] + b"\x80", 1)  # the name of its issuer
        assert tls.is_readable(card.tls)
        assert not tls.is_readable(odd)
        value = cards.to_json(replace(card, number=2, tls=odd))
        register_records.save_card(tx, signed.sign(cards.HEADER, value, root.signers))
    (bad,) = doctor._peer_certificates(node)
    assert (bad.is_good, bad.side) == (False, "peer")
    assert f"on card 2 of bb (arrangement {world.arrangement})" in bad.what
    assert "`comity key rotate --new-tls`" in bad.fix
    assert all(one.is_good for one in doctor._peer_certificates(world.node("cc")))


def test_a_root_key_beside_the_home_is_warned_of(tmp_path: Path) -> None:
    """Pairing writes it there, and it is to be kept offline; another home's is not this one's."""
    home = tmp_path / "fr"
    (tmp_path / "fr2.abcd.root").touch()
    assert not doctor._root_keys(home)
    (tmp_path / "fr.abcd.root").touch()
    (found,) = doctor._root_keys(home)
    assert (found.is_good, "fr.abcd.root" in found.what) == (None, True)
    assert "offline" in found.fix


@pytest.mark.postgres
def test_a_server_that_promises_nothing_is_told(postgres_dsn: str) -> None:
    """What it says of the disk and of its own upkeep is asked of PostgreSQL itself."""
    place = postgres_place(postgres_dsn)
    found = database_doctor.look("postgres")
    assert found.is_good is False  # in tests nobody counts rows beside
    assert "fsync=on, synchronous_commit=on, autovacuum=off" in str(found.what)
    assert "autovacuum=on" in str(found.fix)
    place.close()


@pytest.mark.parametrize(
    ("level", "standbys", "is_good"),
    [
        ("on", 1, True),
        ("remote_apply", 1, True),
        ("remote_write", 1, False),
        ("local", 1, False),
        ("off", 1, False),
        ("on", 0, None),
    ],
)
def test_a_standby_is_to_have_what_is_committed(
    level: str, standbys: int, *, is_good: bool | None
) -> None:
    """At another level one that takes over may lack it; without a standby no commit ends."""

    class Server:
        """Answers as a server with so many synchronous standbys."""

        def execute(self, asked: str) -> None:
            """Take a question."""
            assert "pg_stat_replication" in asked

        def fetchone(self) -> tuple[int]:
            """Answer it."""
            return (standbys,)

    told = {"fsync": "on", "autovacuum": "on", "synchronous_standby_names": "b"}
    server: Any = Server()
    found = database_doctor._with_standby(
        say("database"), server, {**told, "synchronous_commit": level}
    )
    assert found.is_good is is_good
    assert f"synchronous_commit={level}" in str(found.what)
