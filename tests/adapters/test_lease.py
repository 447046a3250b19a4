"""One process serves a database of PostgreSQL, from whatever machine."""

import os
import socket
from pathlib import Path

import psycopg
import pytest
from support import postgres
from support.typed import comity

from comity.adapters.store import lease
from comity.kernel.fault import Fault

pytestmark = pytest.mark.postgres


def cut(dsn: str) -> None:
    """Break the line of whoever serves, as a server that was restarted does."""
    with psycopg.connect(dsn, autocommit=True) as line:
        line.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name LIKE 'comity serve%' AND datname = current_database()"
        )


def test_a_second_one_is_refused_and_told_who_serves(postgres_dsn: str) -> None:
    """By machine and process; once the first has ended another may."""
    with lease.taken(postgres_dsn) as held:
        assert held.is_kept()
        with pytest.raises(Fault, match="already-served") as refused:
            lease.taken(postgres_dsn).__enter__()
        assert str(os.getpid()) in refused.value.what
        assert socket.gethostname() in refused.value.what
    with lease.taken(postgres_dsn) as held:
        assert held.is_kept()


def test_after_a_line_that_broke_it_is_taken_again_unless_another_has_it(postgres_dsn: str) -> None:
    """A database that was restarted ends no node; two of them it ends."""
    with lease.taken(postgres_dsn) as held:
        cut(postgres_dsn)
        assert held.is_kept()
        cut(postgres_dsn)
        with lease.taken(postgres_dsn) as other:
            assert not held.is_kept()
            assert other.is_kept()
        assert held.is_kept()


def test_a_server_that_does_not_answer_ends_no_node() -> None:
    """Nobody else can have the lease meanwhile."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        dsn = f"postgresql://x@127.0.0.1:{taken.getsockname()[1]}/x"
        session = lease._Session(dsn)
        assert session.is_kept()


def test_serve_is_refused_where_another_machine_serves_its_database(
    tmp_path: Path, postgres_dsn: str
) -> None:
    """Whatever home it has: two would do the work of one."""
    with postgres.several(postgres_dsn, "lease", ["fr"]) as found:
        dsn = found["fr"]
        words = ("init", str(tmp_path / "home"), "--party", "fr", "--name", "en=France")
        assert comity(*words, COMITY_DATABASE=dsn).returncode == 0
        serve = ("serve", "--home", str(tmp_path / "home"), "--port", "0", "--peer-port", "0")
        with lease.taken(dsn):
            done = comity(*serve, COMITY_DATABASE=dsn)
    assert done.returncode == 3
    assert "adapters.database.already-served" in done.stderr
