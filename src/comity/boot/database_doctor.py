"""What `doctor` says of the database: whether what is committed is on a disk, and on which.

Source: PostgreSQL 17, "Write Ahead Log" and "Replication"; SQLite, PRAGMA synchronous.
Floor: boot.
"""

from collections.abc import Mapping
from typing import Final

from django.db import connections
from django.db.backends.utils import CursorWrapper

from comity.boot import stored_doctor
from comity.node.base.finding import OWN, Finding
from comity.node.base.sentence import Sentence, say

_FULL_SYNC: Final = 2

_DURABLE: Final[Mapping[str, frozenset[str]]] = {
    "fsync": frozenset({"on"}),
    "synchronous_commit": frozenset({"on", "remote_apply", "remote_write", "local"}),
    "synchronous_standby_names": frozenset({""}),
    "autovacuum": frozenset({"on"}),
}
"""What a server of PostgreSQL is asked for: what is committed is on its disk, and its plans follow
how large the tables are."""


_ON_STANDBY: Final = frozenset({"on", "remote_apply"})
"""Levels at which a commit is on the disk of a synchronous standby too."""


def look(alias: str = "default") -> Finding:
    """Return what its settings say."""
    about = say("database")
    connection = connections[alias]
    with connection.cursor() as cursor:
        if connection.vendor != "sqlite":
            found = {}
            for name in _DURABLE:
                cursor.execute(f"SHOW {name}")
                found[name] = str(cursor.fetchone()[0])
            if found["synchronous_standby_names"]:
                return _with_standby(about, cursor, found)
            is_good = all(found[name] in values for name, values in _DURABLE.items())
            words = say(
                "PostgreSQL with {settings}; its tables are up to date.", settings=_told(found)
            )
        else:
            cursor.execute("PRAGMA journal_mode")
            mode = str(cursor.fetchone()[0])
            cursor.execute("PRAGMA synchronous")
            level = int(cursor.fetchone()[0])
            is_good = mode == "wal" and level >= _FULL_SYNC
            words = say(
                "SQLite, journal {mode}, synchronous {level}; its tables are up to date.",
                mode=mode,
                level=level,
            )
    connection.close()
    if is_good:
        return Finding(about, is_good=True, side="", what=words)
    if (no := stored_doctor.frozen_disk(about, str(connection.settings_dict["NAME"]))) is not None:
        return no
    fix = say(
        "Set WAL and FULL (SQLite), or fsync=on and synchronous_commit=on, with autovacuum=on so "
        "that questions stay quick (PostgreSQL)."
    )
    return Finding(about, is_good=False, side=OWN, what=words, fix=fix)


def _with_standby(about: Sentence, cursor: CursorWrapper, found: Mapping[str, str]) -> Finding:
    """Judge a server whose standby is to hold what is committed, before it counts.

    With `remote_write` or `local` the standby may lack it; without a standby nothing is committed.
    """
    words = say("PostgreSQL with {settings}; its tables are up to date.", settings=_told(found))
    if found["fsync"] != "on" or found["autovacuum"] != "on":
        fix = say("Set fsync=on and autovacuum=on.")
        return Finding(about, is_good=False, side=OWN, what=words, fix=fix)
    if found["synchronous_commit"] not in _ON_STANDBY:
        fix = say(
            "Set synchronous_commit=on: with {level} a standby that takes over may lack what was "
            "committed.",
            level=found["synchronous_commit"],
        )
        return Finding(about, is_good=False, side=OWN, what=words, fix=fix)
    cursor.execute(
        "SELECT count(*) FROM pg_stat_replication WHERE sync_state IN ('sync', 'quorum')"
    )
    if not cursor.fetchone()[0]:
        words = say(
            "PostgreSQL with {settings}; this user sees no synchronous standby: without one no "
            "commit ends.",
            settings=_told(found),
        )
        return Finding(about, is_good=None, side="", what=words)
    return Finding(about, is_good=True, side="", what=words)


def _told(found: Mapping[str, str]) -> str:
    return ", ".join(f"{name}={value}" for name, value in found.items() if value)
