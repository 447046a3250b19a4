"""Databases of PostgreSQL for the sides of a run, dropped at its end.

Floor: lab.
"""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Final
from urllib.parse import urlencode

from comity.adapters.store.faults import told

_PORT: Final = 5432


def server_of(url: str) -> dict[str, str]:
    """Return the parts of the URL of a database, with its host and port."""
    from psycopg import conninfo  # noqa: PLC0415 -- only a node on PostgreSQL has the driver

    given = {name: str(value) for name, value in conninfo.conninfo_to_dict(url).items()}
    return {"host": "127.0.0.1", "port": str(_PORT)} | given


@contextmanager
def made(url: str, parties: Iterable[str], label: str) -> Iterator[dict[str, str]]:
    """Give each party the URL of a database of its own; all are dropped at the end.

    Args:
        url: `postgresql://…` of a database, by a role that may make others.
        parties: whose they are.
        label: what tells these databases from those of another run.

    Raises:
        Fault: `node.store.unreachable` and what else a server says.
    """
    server = server_of(url)
    with ExitStack() as held:
        found = {}
        for party in parties:
            name = f"comity_{label}_{party}"
            _run(url, f'CREATE DATABASE "{name}"')
            held.callback(_run, url, f'DROP DATABASE "{name}" WITH (FORCE)')
            found[party] = f"postgresql:///?{urlencode(server | {'dbname': name})}"
        yield found


def size(url: str) -> int:
    """Return the bytes that a database takes."""
    return int(_run(url, "SELECT pg_database_size(current_database())"))


def _run(url: str, words: str) -> str:
    import psycopg  # noqa: PLC0415 -- only a node on PostgreSQL has the driver

    with told(), psycopg.connect(url, autocommit=True) as connection:
        done = connection.execute(words.encode())
        return str((done.fetchone() or [0])[0]) if done.description else ""
