"""Django's engine of SQLite, which leaves no file open that it could not use.

A file on a disk that takes no changes, or is full, is read as it stands, where all of it is in it:
SQLite would make a file of shared memory beside it first, and calls that it cannot an error.

Django looks for the class by the name of this module.

Floor: adapters.
"""

import os
import sqlite3
from pathlib import Path
from typing import Any, Final, override

from django.db.backends.sqlite3 import base

OPENING_BYTES: Final = 64 << 10
"""What SQLite needs beside its file to open it: the index of its log, in shared memory."""


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection to a SQLite file."""

    init_commands: list[str]  # made anew from the settings at each opening

    @override
    def get_new_connection(self, conn_params: dict[str, Any]) -> sqlite3.Connection:
        """Open a file; close it again where it refuses what is said to it first.

        Django forgets that connection: a damaged file would stay open until its memory is freed.
        """
        first, self.init_commands = self.init_commands, []
        if frozen(Path(str(conn_params["database"]))):
            address = f"{Path(conn_params['database']).absolute().as_uri()}?immutable=1"
            conn_params = {**conn_params, "database": address, "uri": True}
            first = [one for one in first if "journal" not in one]
        raw: sqlite3.Connection = super().get_new_connection(conn_params)
        try:
            for command in first:
                raw.execute(command)
        except BaseException:
            raw.close()
            raise
        return raw


def frozen(file: Path) -> str:
    """Return why a file is read as it stands, the code of a fault, or "" where it is not.

    Nobody may write it, or its disk has no room for what SQLite makes beside it; and none of it is
    beside it already.  Whoever opens one so must not keep it open: it may be changed once its disk
    takes changes.
    """
    beside = file.with_name(f"{file.name}-wal")
    if not file.is_file() or (beside.exists() and beside.stat().st_size):
        return ""
    if not os.access(file.parent, os.W_OK):
        return "node.store.read-only"
    disk = os.statvfs(file.parent)
    is_full = disk.f_bavail * disk.f_frsize < OPENING_BYTES or (disk.f_files and not disk.f_favail)
    return "node.store.full" if is_full else ""
