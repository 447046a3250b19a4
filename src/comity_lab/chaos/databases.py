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

from comity_lab import server_databases
from comity_lab.line import Line

COMMIT: Final = b"COMMIT\0"
"""As a question of PostgreSQL's protocol ends."""


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
    server = server_databases.server_of(url)
    with ExitStack() as held:
        every = held.enter_context(server_databases.made(url, parties, f"chaos_{label}"))
        found = {}
        for party, own in every.items():
            line = held.enter_context(Line(int(server["port"]), server["host"]))
            # in the clear, so that the line can tell a commit
            clear = {"sslmode": "disable", "gssencmode": "disable"}
            near = {"host": "127.0.0.1", "port": str(line.port)}
            given = server_databases.server_of(own) | near | clear
            found[party] = (f"postgresql:///?{urlencode(given)}", line)
        yield found


def disturb(line: Line, chance: Random) -> str:
    """Cut a line now, or after the next commit; return what was done."""
    if chance.random() < 0.5:  # noqa: PLR2004 -- half of them
        line.cut_after(COMMIT)
        return "answer to a commit"
    line.cut()
    line.mend()
    return "database"
