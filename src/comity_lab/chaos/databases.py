"""A database of PostgreSQL for each side, behind a line that is cut while it is used.

    now and then      all connections of a side end at once
    as often          the next COMMIT goes out, and its answer is lost: the node does not know
                      whether the server has it

Floor: lab.
"""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from random import Random
from typing import Final
from urllib.parse import urlencode

from comity.adapters.store.faults import told
from comity_lab.line import Line

COMMIT: Final = b"COMMIT\0"
"""As a question of PostgreSQL's protocol ends."""

_PORT: Final = 5432


@contextmanager
def made(url: str, parties: Iterable[str], label: str) -> Iterator[dict[str, tuple[str, Line]]]:
    """Give each party the URL of a database of its own, and the line to it; dropped at the end.

    Args:
        url: `postgresql://…` of a database, by a role that may make others.
        parties: whose they are.
        label: what tells these databases from those of another storm.

    Raises:
        Fault: `node.store.unreachable` and what else a server says.
    """
    from psycopg import conninfo  # noqa: PLC0415 -- only a node on PostgreSQL has the driver

    given = {name: str(value) for name, value in conninfo.conninfo_to_dict(url).items()}
    host, port = given.get("host", "127.0.0.1"), int(given.get("port", _PORT))
    names = {party: f"comity_chaos_{label}_{party}" for party in parties}
    with ExitStack() as held:
        found = {}
        for party, name in names.items():
            _run(url, f'CREATE DATABASE "{name}"')
            held.callback(_run, url, f'DROP DATABASE "{name}" WITH (FORCE)')
            line = held.enter_context(Line(port, host))
            own = {"host": "127.0.0.1", "port": str(line.port), "dbname": name}
            # in the clear, so that the line can tell a commit
            clear = {"sslmode": "disable", "gssencmode": "disable"}
            found[party] = (f"postgresql:///?{urlencode(given | own | clear)}", line)
        yield found


def disturb(line: Line, chance: Random) -> str:
    """Cut a line now, or after the next commit; return what was done."""
    if chance.random() < 0.5:  # noqa: PLR2004 -- half of them
        line.cut_after(COMMIT)
        return "answer to a commit"
    line.cut()
    line.mend()
    return "database"


def _run(url: str, words: str) -> None:
    import psycopg  # noqa: PLC0415 -- only a node on PostgreSQL has the driver

    with told(), psycopg.connect(url, autocommit=True) as connection:
        connection.execute(words.encode())
