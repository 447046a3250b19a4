"""Django's description of a database, from a path or a DSN.

Floor: adapters.
"""

from pathlib import Path
from typing import Any, Final

FILE_NAME: Final = "store.sqlite3"
BUSY_TIMEOUT_MS: Final = 10_000
WAL_PAGES_MAX: Final = 4_000
"""16 MB: a commit of 256 entries is 2 to 3 MB, and pages that change in many commits are
written to the file once."""
READER_CACHE_KIB: Final = 2_000
WRITER_CACHE_KIB: Final = 16_000
"""There is one writer and there may be many readers, so memory is bounded by few of the first."""

_PRAGMAS: Final = (
    "journal_mode=WAL",
    "synchronous=FULL",
    f"cache_size=-{READER_CACHE_KIB}",
    f"wal_autocheckpoint={WAL_PAGES_MAX}",
    "journal_size_limit=67108864",
    "mmap_size=0",
    "trusted_schema=OFF",
    "secure_delete=FAST",
)


_SILENT_S: Final = 30
"""A server, or a node, that is cut off without a word is given up after so long.  Systems wait a
quarter of an hour for an answer, and two hours before they ask: until then no write could begin."""

GIVEN_UP: Final = {
    "keepalives_idle": "15",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": str(_SILENT_S * 1000),
}
"""To libpq: 15 seconds without a byte, then three questions."""

_SESSION: Final = " ".join(
    f"-c {setting}"
    for setting in (
        f"lock_timeout={BUSY_TIMEOUT_MS}",
        "statement_timeout=0",
        "idle_in_transaction_session_timeout=0",
        "tcp_keepalives_idle=15",
        "tcp_keepalives_interval=5",
        "tcp_keepalives_count=3",
        f"tcp_user_timeout={_SILENT_S * 1000}",
    )
)
"""To the server, the same: whoever wrote when their machine was lost holds the lock no longer.

Bounds that a server has for short questions would end a backup, an upgrade of the tables or a
snapshot that is read from page by page."""


def of(path_or_dsn: Path | str) -> dict[str, Any]:
    """Return Django's settings of a SQLite file or of a `postgresql://…` DSN."""
    if str(path_or_dsn).startswith(("postgresql://", "postgres://")):
        return postgresql(str(path_or_dsn))
    return sqlite(str(path_or_dsn))


def sqlite(path: str) -> dict[str, Any]:
    """Return the settings of a SQLite file: WAL, durable on commit, a bounded cache."""
    return {
        "ENGINE": "comity.adapters.store.sqlite",
        "NAME": path,
        "ATOMIC_REQUESTS": False,
        "OPTIONS": {
            "timeout": BUSY_TIMEOUT_MS / 1000,
            "transaction_mode": "IMMEDIATE",
            "init_command": ";".join(f"PRAGMA {pragma}" for pragma in _PRAGMAS),
        },
    }


def postgresql(dsn: str) -> dict[str, Any]:
    """Return the settings of a PostgreSQL database; what the DSN says goes to libpq as it is."""
    from psycopg.conninfo import conninfo_to_dict  # noqa: PLC0415 -- only a node on PostgreSQL has the driver

    given = {name: str(value) for name, value in conninfo_to_dict(dsn).items()}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": given.pop("dbname", ""),
        "USER": given.pop("user", ""),
        "PASSWORD": given.pop("password", ""),
        "HOST": given.pop("host", ""),
        "PORT": given.pop("port", ""),
        "ATOMIC_REQUESTS": False,
        "OPTIONS": {
            "connect_timeout": "10",
            **GIVEN_UP,
            **given,
            "server_side_binding": True,
            "options": f"{_SESSION} {given.get('options', '')}".strip(),
        },
    }
