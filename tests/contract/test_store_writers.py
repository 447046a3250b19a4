"""Several threads and processes on one database: one writes, nothing is lost, readers stand."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from support.postgres import several as databases_beside
from support.rows import FR, SN, leaf, log
from support.stores import Place, clear, postgres_place, sqlite_place

from comity.adapters.store import connect, databases
from comity.adapters.store.django_store import DjangoStore
from comity.kernel.fault import Fault
from comity.node.base.store import Store

CHILD = """
import sys, tempfile
from pathlib import Path
from comity.adapters.store import connect
target, count, stop = sys.argv[1], int(sys.argv[2]), sys.argv[3] == "stop"
connect.configure(Path(tempfile.gettempdir()), None, "a key that signs nothing but tests")
connect.add_database("other", target)
store = connect.open_store("other")
print("ready", flush=True)
sys.stdin.readline()
for number in range(count):
    with store.write() as tx:
        held = len(tx.entries("fr/pact/live/1", 0, 10_000))
        tx.append("fr/pact/live/1", held, [b"%d" % number], [bytes(32)])
        if stop:
            print("written", flush=True)
            sys.stdin.readline()
"""


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """A database that processes share."""
    if request.param == "sqlite":
        made = sqlite_place(tmp_path)
    else:
        made = postgres_place(request.getfixturevalue("postgres_dsn"))
    yield made
    made.close()


def child(place: Place, count: int, mode: str = "go") -> subprocess.Popen[str]:
    """Start a process that appends entries once it is told to."""
    started = subprocess.Popen(
        [sys.executable, "-c", CHILD, place.target, str(count), mode],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    expect(started, "ready")
    return started


def expect(process: subprocess.Popen[str], line: str) -> None:
    """Wait for a line of a child."""
    assert process.stdout is not None
    assert process.stdout.readline() == f"{line}\n"


def tell(process: subprocess.Popen[str]) -> None:
    """Let a child go on."""
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()


def cut_connections(place: Place) -> None:
    """Let the server end every other connection to the database."""
    with connections[place.name].cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def wait_for_a_lock(place: Place) -> None:
    """Return once a connection waits for the writer."""
    waiting = 0
    while not waiting:
        with connections[place.name].cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            (waiting,) = cursor.fetchone()


def append_one(store: Store) -> None:
    """Append an entry where the log ends."""
    with store.write() as tx:
        tx.append(FR, len(tx.entries(FR, 0, 10_000)), [b"one"], [leaf(b"one")])


def count(store: Store) -> int:
    """Return how many entries are held."""
    with store.read() as tx:
        return len(tx.entries(FR, 0, 10_000))


def test_a_line_that_is_read_on_is_closed_after_its_store(tmp_path: Path) -> None:
    """Else it holds the file of a home that is gone; the store opens others if it is used."""
    place = sqlite_place(tmp_path)
    store = place.open()
    assert isinstance(store, DjangoStore)
    count(store)
    with store.read() as tx:
        store.close()
        assert tx.entries(FR, 0, 1) == []
    assert store._lines._idle == []
    count(store)
    assert len(store._lines._idle) == 1
    place.close()


def test_threads_that_write_at_once_lose_nothing(place: Place) -> None:
    """Each finds what the one before it committed, so no entry is missing and none stands twice."""
    store = place.open()
    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(append_one, store) for _ in range(60)]:
            done.result()
    assert count(store) == 60


def test_processes_that_write_at_once_lose_nothing(place: Place) -> None:
    """A command and a serving node may append to one log at the same time."""
    children = [child(place, 25) for _ in range(2)]
    for each in children:
        tell(each)
    store = place.open()
    for _ in range(25):
        append_one(store)
    for each in children:
        each.communicate(timeout=30)
        assert each.returncode == 0
    assert count(store) == 75


def test_a_process_that_is_killed_in_a_write_leaves_nothing(place: Place) -> None:
    """What it had not committed is gone, and the next writer does not wait for it."""
    store = place.open()
    append_one(store)
    killed = child(place, 1, "stop")
    tell(killed)
    expect(killed, "written")
    killed.send_signal(signal.SIGKILL)
    killed.communicate(timeout=30)
    append_one(store)
    assert count(store) == 2


def test_a_reader_sees_one_state_while_others_write(place: Place) -> None:
    """What is committed meanwhile is seen by the next reader; nobody waits."""
    store = place.open()
    append_one(store)
    with store.read() as tx:
        writer = threading.Thread(target=append_one, args=(store,))
        writer.start()
        writer.join()
        assert len(tx.entries(FR, 0, 9)) == 1
        assert tx.log(FR) is None
    assert count(store) == 2


def test_nobody_sees_what_is_not_committed(place: Place) -> None:
    """A reader beside an open write finds the state before it."""
    store = place.open()
    with ThreadPoolExecutor(1) as beside:
        with store.write() as tx:
            tx.save_log(log(FR))
            tx.append(FR, 0, [b"e"], [leaf(b"e")])
            assert beside.submit(count, store).result() == 0
        assert beside.submit(count, store).result() == 1


def test_a_store_that_is_closed_under_a_reader_keeps_no_line(place: Place) -> None:
    """They read on; then their line is closed, and not kept for a next one who never comes."""
    store = place.open()
    assert isinstance(store, DjangoStore)
    append_one(store)
    with store.read() as tx:
        store.close()
        assert len(tx.entries(FR, 0, 9)) == 1
    assert store._lines._idle == []
    assert count(store) == 1


@pytest.mark.postgres
def test_a_server_that_came_back_is_used_again(postgres_dsn: str) -> None:
    """Connections that it cut while idle are made anew; one that it cut in a write is a fault."""
    place = postgres_place(postgres_dsn)
    store = place.open()
    append_one(store)
    assert count(store) == 1
    cut_connections(place)
    append_one(store)
    assert count(store) == 2
    with pytest.raises(Fault) as caught, store.write() as tx:  # noqa: PT012 -- cut in the write
        cut_connections(place)
        tx.log(FR)
    assert caught.value.code == "node.store.unreachable"
    assert count(store) == 2
    place.close()


@pytest.mark.postgres
def test_a_server_that_lost_the_last_commits_mixes_no_logs(postgres_dsn: str) -> None:
    """After a failover to one that was behind, another log may have the number of a lost one."""
    place = postgres_place(postgres_dsn)
    store = place.open()
    append_one(store)
    assert count(store) == 1
    cut_connections(place)
    clear(place.name)  # what was committed last is not on the server that answers from now on
    with store.write() as tx:
        tx.append(SN, 0, [b"of another"], [leaf(b"of another")])
    assert count(store) == 0
    append_one(store)
    with store.read() as tx:
        assert tx.entries(SN, 0, 9) == [b"of another"]
        assert tx.entries(FR, 0, 9) != [b"of another"]
    place.close()


def older(target: str) -> None:
    """Make the tables of an older version."""
    connect.add_database("older-made", target)
    MigrationExecutor(connections["older-made"]).migrate([("store", "0005_cached")])
    connections["older-made"].close()


@pytest.mark.parametrize("store", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_processes_that_start_at_once_after_an_upgrade_all_start(
    store: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """One makes the tables, the others wait for it: none is told to restore a backup."""
    with ExitStack() as open_ones:
        if store == "sqlite":
            target = sqlite_place(tmp_path).target
            Path(target).unlink()
        else:
            dsn = request.getfixturevalue("postgres_dsn")
            postgres_place(dsn).close()
            target = open_ones.enter_context(databases_beside(dsn, "upgrade", ["fr"]))["fr"]
        older(target)
        together = threading.Barrier(3)

        def start() -> None:
            together.wait()
            connect.migrate_or_refuse("older-made")

        with ThreadPoolExecutor(3) as pool:
            for done in [pool.submit(start) for _ in range(3)]:
                done.result()
        connections["older-made"].close()


@pytest.mark.postgres
@pytest.mark.parametrize("level", ["repeatable read", "serializable"])
def test_a_writer_sees_what_was_committed_while_it_waited(postgres_dsn: str, level: str) -> None:
    """Whatever the database's operator has set: else it would decide on what was before."""
    place = postgres_place(postgres_dsn)
    with connections[place.name].cursor() as cursor:
        cursor.execute("SELECT current_database()")
        (name,) = cursor.fetchone()
        cursor.execute(f"ALTER DATABASE \"{name}\" SET default_transaction_isolation = '{level}'")
    try:
        first, second = place.open(), place.open()
        with ThreadPoolExecutor(1) as beside:
            with first.write() as tx:
                tx.append(FR, 0, [b"e"], [leaf(b"e")])
                waiting = beside.submit(append_one, second)
                wait_for_a_lock(place)
            waiting.result()
        assert count(first) == 2
    finally:
        with connections[place.name].cursor() as cursor:
            cursor.execute(f'ALTER DATABASE "{name}" RESET default_transaction_isolation')
        place.close()


def test_a_writer_that_waits_too_long_is_told_so(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is written, and the store works once the other writer has ended."""
    monkeypatch.setattr(databases, "BUSY_TIMEOUT_MS", 50)
    connect.add_database(place.name, place.target)
    first, second = place.open(), DjangoStore(place.name)
    with ThreadPoolExecutor(1) as beside, first.write() as tx:
        tx.append(FR, 0, [b"e"], [leaf(b"e")])
        for store in (first, second):  # within this process, and as another would
            failure = beside.submit(append_one, store).exception()
            assert isinstance(failure, Fault)
            assert failure.code == "node.store.busy"
    append_one(second)
    assert count(first) == 2
    second.close()
