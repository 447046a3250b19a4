"""Django's engine of SQLite, which leaves no file open that it could not use.

Django looks for the class by the name of this module.

Floor: adapters.
"""

import sqlite3
from typing import Any, override

from django.db.backends.sqlite3 import base


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection to a SQLite file."""

    init_commands: list[str]  # made anew from the settings at each opening

    @override
    def get_new_connection(self, conn_params: dict[str, Any]) -> sqlite3.Connection:
        """Open a file; close it again where it refuses what is said to it first.

        Django forgets that connection: a damaged file would stay open until its memory is freed.
        """
        first, self.init_commands = self.init_commands, []
        raw: sqlite3.Connection = super().get_new_connection(conn_params)
        try:
            for command in first:
                raw.execute(command)
        except BaseException:
            raw.close()
            raise
        return raw
