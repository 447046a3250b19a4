"""A private PostgreSQL: a cluster in a temporary folder, a database a worker.

The first worker that asks starts it, the last one to leave stops it; they meet at a
locked file.  PostgreSQL refuses to run as root, so root hands it to user `postgres`.
"""

import contextlib
import fcntl
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import psycopg

from comity.demo.ports import free_port

OWNER = "postgres"
SETTINGS = (
    "fsync=on autovacuum=off listen_addresses=127.0.0.1 max_connections=100 shared_buffers=64MB"
)


def programs() -> Path | None:
    """Return the folder of the newest initdb that is installed, or None."""
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3])
    )
    return found[-1].parent if found else None


@contextlib.contextmanager
def database(run: str, worker: str, shared: Path | None) -> Iterator[str]:
    """Give the DSN of an empty database in the cluster of this run.

    Args:
        run: names the run, so that its workers find one cluster.
        worker: names the database.
        shared: a folder that all workers see; None where there is one worker.
    """
    with tempfile.TemporaryDirectory() as own:
        register = (shared or Path(own)) / f"postgres-{run}.json"
        with _locked(register) as state:
            if not state.get("users"):
                state.update(_start())
            state["users"] = [*state.get("users", []), worker]
        name = f"comity_{worker}"
        try:
            _run("createdb", *_server(state), name)
            yield f"postgresql://{OWNER}@127.0.0.1:{state['port']}/{name}"
        finally:
            with _locked(register) as state:
                state["users"] = [user for user in state["users"] if user != worker]
                if state["users"]:
                    _run("dropdb", *_server(state), "--force", name)
                else:
                    _stop(Path(state["folder"]))


@contextlib.contextmanager
def several(dsn: str, label: str, parties: Iterable[str]) -> Iterator[dict[str, str]]:
    """Give the DSN of an empty database for each party, in the cluster of another.

    Args:
        dsn: of a database of this worker.
        label: what tells these databases from others of the worker.
        parties: whose they are.
    """
    server, _, worker = dsn.rpartition("/")
    names = {party: f"{worker}_{label}_{party}" for party in parties}

    def run(words: str) -> None:
        with psycopg.connect(dsn, autocommit=True) as connection:
            for name in names.values():
                connection.execute(words.format(name).encode())

    run("CREATE DATABASE {}")
    try:
        yield {party: f"{server}/{name}" for party, name in names.items()}
    finally:
        run("DROP DATABASE IF EXISTS {} WITH (FORCE)")


@contextlib.contextmanager
def _locked(register: Path) -> Iterator[dict[str, Any]]:
    with register.open("a+", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        state = json.loads(file.read() or "{}")
        yield state
        file.seek(0)
        file.truncate()
        file.write(json.dumps(state))


def _start() -> dict[str, object]:
    folder = Path(tempfile.mkdtemp(prefix="comity-postgres-"))
    folder.chmod(0o755)
    if os.geteuid() == 0:
        shutil.chown(folder, OWNER)
    port = free_port()
    cluster = str(folder / "cluster")
    _run(
        "initdb", "-D", cluster, "-A", "trust", "-U", OWNER, "--locale=C.UTF-8", "-E", "UTF8", "-N"
    )
    options = f"-p {port} -c unix_socket_directories={folder} "
    options += " ".join(f"-c {setting}" for setting in SETTINGS.split())
    log = str(folder / "server.log")
    _run("pg_ctl", "-D", cluster, "-l", log, "-o", options, "-w", "start")
    return {"folder": str(folder), "port": port}


def _stop(folder: Path) -> None:
    _run("pg_ctl", "-D", str(folder / "cluster"), "-m", "immediate", "-w", "stop")
    shutil.rmtree(folder, ignore_errors=True)


def _server(state: dict[str, object]) -> tuple[str, ...]:
    return "-h", "127.0.0.1", "-p", str(state["port"]), "-U", OWNER


def _run(program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs, as its own user where we are root."""
    folder = programs()
    assert folder is not None
    done = subprocess.run(
        [str(folder / program), *arguments],
        user=OWNER if os.geteuid() == 0 else None,
        group=OWNER if os.geteuid() == 0 else None,
        extra_groups=() if os.geteuid() == 0 else None,
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE if program != "pg_ctl" else subprocess.DEVNULL,
        stderr=subprocess.STDOUT,
        check=False,
    )
    assert done.returncode == 0, f"{program}: {(done.stdout or b'').decode()}"
