"""What a database does when the world fails: a code, a next step, and nothing half done."""

import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState
from support.rows import FR, leaf, log, sha
from support.stores import Place, postgres_place, sqlite_place

from comity.adapters.store import connect
from comity.adapters.store.connections import PostgresLine
from comity.adapters.store.django_store import DjangoStore
from comity.kernel.fault import Fault
from comity.node.base.rows import Officer


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """An empty SQLite file."""
    made = sqlite_place(tmp_path)
    yield made
    made.close()


@pytest.fixture
def store(place: Place) -> DjangoStore:
    """The store on it."""
    opened = place.open()
    assert isinstance(opened, DjangoStore)
    return opened


def refused(path_or_dsn: Path | str) -> Fault:
    """Return why a database is refused at the start."""
    connect.add_database("refused", path_or_dsn)
    with pytest.raises(Fault) as caught:
        connect.open_store("refused")
    return caught.value


def fill(store: DjangoStore, name: str) -> None:
    """Write a megabyte."""
    with store.write() as tx:
        tx.save_bodies({sha(f"{name} {number}"): b"x" * 65_536 for number in range(16)})


def test_a_commit_waits_for_the_disk(store: DjangoStore) -> None:
    """Every connection syncs its write-ahead log in full before a commit returns."""
    with store._lines.write() as line:
        assert line.rows("PRAGMA journal_mode") == [("wal",)]
        assert line.rows("PRAGMA synchronous") == [(2,)]


def test_a_full_disk_leaves_nothing(store: DjangoStore) -> None:
    """The write is refused whole; with room again the same store goes on."""
    with store._lines.write() as line:
        line.rows("PRAGMA max_page_count=100")
    with pytest.raises(Fault) as caught:
        fill(store, "first")
    assert caught.value.code == "node.store.full"
    with store.read() as tx:
        assert tx.body(sha("first 0")) is None
    fill(store, "second")  # a line that failed is replaced, and the new one has no such limit
    with store.read() as tx:
        assert tx.body(sha("second 0")) is not None


def test_a_damaged_file_is_told(place: Place, store: DjangoStore) -> None:
    """Pages that are not as they were written are never read as rows."""
    with store.write() as tx:
        tx.append(FR, 0, [b"e" * 3_000] * 500, [leaf(b"e")] * 500)
    place.close()
    path = Path(place.target)
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(size // 2)
        file.write(b"\xff" * (size // 2))
    with pytest.raises(Fault) as caught, store.read() as tx:
        tx.entries(FR, 0, 500)
    assert caught.value.code == "node.store.damaged"


def test_what_is_no_database_is_refused(tmp_path: Path) -> None:
    """A file of another kind is neither read nor overwritten."""
    path = tmp_path / "other.sqlite3"
    path.write_bytes(b"a letter\n" * 1_000)
    assert refused(path).code == "node.store.damaged"
    assert path.read_bytes() == b"a letter\n" * 1_000


def test_what_cannot_be_used_is_not_left_open(tmp_path: Path) -> None:
    """A damaged file that is asked for is closed, though somebody still holds what it said."""
    path = tmp_path / "other.sqlite3"
    path.write_bytes(b"a letter\n" * 1_000)
    connect.add_database("refused", path)
    with pytest.raises(Fault) as caught, DjangoStore("refused").read():
        pass
    assert caught.value.code == "node.store.damaged"
    assert path not in {file.resolve() for file in Path("/proc/self/fd").iterdir()}


@pytest.mark.postgres
def test_who_is_cut_off_without_a_word_is_given_up(postgres_dsn: str) -> None:
    """Neither side waits for hours; what the address of the database says itself counts."""
    asked = f"{postgres_dsn}?keepalives_idle=7&options=-c%20tcp_keepalives_idle%3D9"
    for dsn, client, server in ((postgres_dsn, "15", "15"), (asked, "7", "9")):
        place = postgres_place(dsn)
        store = place.open()
        assert isinstance(store, DjangoStore)
        with store._lines.write() as line:
            assert isinstance(line, PostgresLine)
            given = line.raw.info.get_parameters()
            assert (given["keepalives_idle"], given["tcp_user_timeout"]) == (client, "30000")
            assert line.rows("SHOW tcp_keepalives_idle") == [(server,)]
            assert line.rows("SHOW tcp_user_timeout") in ([("30s",)], [("30000",)])
        place.close()


def test_a_database_that_cannot_be_opened_is_told(tmp_path: Path) -> None:
    """A folder that is missing, a server that does not answer."""
    assert refused(tmp_path / "missing" / "store.sqlite3").code == "node.store.unreachable"
    assert refused("postgresql://127.0.0.1:1/none").code == "node.store.unreachable"


@pytest.mark.postgres
def test_a_new_database_that_cannot_be_used_says_what_is_missing(postgres_dsn: str) -> None:
    """Not in UTF-8, not this role's, made for reading alone, not there: each before a row is."""
    server, _, name = postgres_dsn.rpartition("/")
    other, role = f"{name}_other", f"{name}_role"
    with psycopg.connect(postgres_dsn, autocommit=True) as line:

        def run(*words: str) -> None:
            for one in words:
                line.execute(one.encode())

        latin = f"CREATE DATABASE {other} ENCODING 'LATIN1' TEMPLATE template0 LOCALE 'C'"
        try:
            run(latin)
            assert refused(f"{server}/{other}").code == "adapters.store.encoding"
            run(f"DROP DATABASE {other}", f"CREATE DATABASE {other}", f"CREATE ROLE {role} LOGIN")
            weak = f"{server}/{other}".replace("//postgres@", f"//{role}@")
            assert refused(weak).code == "node.store.denied"
            run(f"ALTER DATABASE {other} SET default_transaction_read_only = on")
            assert refused(f"{server}/{other}").code == "node.store.unreachable"
        finally:
            run(f"DROP DATABASE IF EXISTS {other}", f"DROP ROLE IF EXISTS {role}")
    assert f"'database \"{other}\" does not exist'" in refused(f"{server}/{other}").what


@pytest.mark.postgres
def test_a_bound_of_the_server_for_short_questions_is_not_ours(postgres_dsn: str) -> None:
    """A role, a database or a service may have one: it would end a backup or an upgrade."""
    name = postgres_dsn.rpartition("/")[2]
    with psycopg.connect(postgres_dsn, autocommit=True) as line:
        line.execute(f"ALTER DATABASE {name} SET statement_timeout = '1s'".encode())
        try:
            place = postgres_place(postgres_dsn)
            store = place.open()
            assert isinstance(store, DjangoStore)
            with store._lines.read() as ours:
                assert ours.rows("SHOW statement_timeout") == [("0",)]
            place.close()
        finally:
            line.execute(f"ALTER DATABASE {name} RESET statement_timeout".encode())


def test_a_start_refuses_tables_that_it_cannot_make(tmp_path: Path) -> None:
    """A failed migration is no start, and changes nothing."""
    path = tmp_path / "store.sqlite3"
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("CREATE TABLE store_record (strange)")
    assert refused(path).code == "adapters.store.migration-failed"
    with closing(sqlite3.connect(path)) as raw:
        tables = {name for (name,) in raw.execute("SELECT name FROM sqlite_master")}
    assert not {name for name in tables if name.startswith("store_")} - {"store_record"}


def test_a_start_refuses_what_a_newer_version_made(place: Place) -> None:
    """An older program never writes into tables that it does not know."""
    with closing(sqlite3.connect(place.target)) as raw, raw:
        raw.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('store', '9999_x', 0)"
        )
    fault = refused(place.target)
    assert fault.code == "adapters.store.newer"
    assert "9999_x" in fault.what


def test_a_store_of_this_version_starts_again(tmp_path: Path) -> None:
    """A second start changes nothing, and the file is its owner's alone."""
    path = tmp_path / "store.sqlite3"
    connect.add_database("again", path)
    first = connect.open_store("again")
    with first.write() as tx:
        tx.save_log(log(FR))
    first.close()
    second = connect.open_store("again")
    with second.read() as tx:
        assert tx.log(FR) == log(FR)
    second.close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_two_homes_in_one_process_know_nothing_of_each_other(tmp_path: Path) -> None:
    """Each alias has rows and numbers of its own."""
    for alias in ("a", "b"):
        connect.add_database(alias, tmp_path / f"{alias}.sqlite3")
    first, second = connect.open_store("a"), connect.open_store("b")
    with first.write() as tx:
        tx.append(FR, 0, [b"e"], [leaf(b"e")])
    with second.read() as tx:
        assert tx.entries(FR, 0, 9) == []
    first.close()
    second.close()


def test_room_is_asked_for_before_anything_is_accepted(tmp_path: Path) -> None:
    """The reserve stays for the hotline and for receipts, which ask with none."""
    free = connect.free_bytes(tmp_path)
    connect.require_room(tmp_path, 1, reserve_bytes=0)
    with pytest.raises(Fault) as caught:
        connect.require_room(tmp_path, 1, reserve_bytes=2 * free)
    assert caught.value.code == "node.store.full"
    with pytest.raises(Fault):
        connect.require_room(tmp_path, 2 * free, reserve_bytes=0)


@pytest.mark.usefixtures("place")
def test_the_migrations_make_what_the_models_say() -> None:
    """No change of a table is forgotten; no database is asked."""
    made = MigrationLoader(None)
    found = MigrationAutodetector(made.project_state(), ProjectState.from_apps(apps))
    assert "store" not in found.changes(made.graph)


def test_an_officer_is_an_account_of_django(store: DjangoStore) -> None:
    """They have no password that fits, and is active until they leave."""
    with store.write() as tx:
        tx.save_officer(Officer("ann", leaf(b"ann"), "police", "", 5))
        tx.save_officer(Officer("bo", leaf(b"bo"), "police", "", 5, 6))
    users = apps.get_model("store", "User").objects.using(store._lines.alias)
    ann, bo = users.order_by("name")
    assert type(ann) is get_user_model()
    assert (ann.is_active, bo.is_active) == (True, False)
    assert not ann.has_usable_password()
    assert not ann.check_password("")


def test_a_quiet_moment_empties_the_write_ahead_log(place: Place, store: DjangoStore) -> None:
    """What it holds moves to the file, and no row changes."""
    fill(store, "a")
    store.checkpoint()
    assert Path(place.target).stat().st_size > 1 << 20
    with store.read() as tx:
        assert tx.body(sha("a 0")) is not None


def test_a_folder_that_is_not_to_be_written_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After an error of its disk the system mounts it for reading: SQLite cannot open a file."""
    folder = tmp_path / "home"
    (folder / "store.sqlite3").mkdir(parents=True)  # which cannot be opened either
    monkeypatch.setattr("os.access", lambda path, _mode: path != folder)
    told = refused(folder / "store.sqlite3")
    assert told.code == "node.store.unreachable"
    assert str(folder) in told.what
    assert "mount" in told.fix
