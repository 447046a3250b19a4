"""Whether a database has the tables of this version, asked without loading Django's applications.

Most commands find that it has, and read rows by SQL alone: what makes and changes tables, accounts
and pages takes longer to load than such a command to run.

Floor: adapters.
"""

from contextlib import closing
from importlib.util import find_spec
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connections


def is_current(alias: str) -> bool:
    """Return whether each change of tables that ships was made here, and none that does not.

    False too where that cannot be said: whoever loads all of Django finds out why.
    """
    connection = connections[alias]
    try:
        connection.ensure_connection()
        with connection.wrap_database_errors, closing(connection.connection.cursor()) as cursor:
            cursor.execute("SELECT app, name FROM django_migrations")
            made = {(str(app), str(name)) for app, name in cursor.fetchall()}
    except DatabaseError:
        return False
    shipped = _shipped()
    return shipped <= made and not {one for one in made - shipped if one[0] == "store"}


def _shipped() -> set[tuple[str, str]]:
    """Return `(application, name)` of each change of tables, by the names of their files."""
    return {
        (app.rpartition(".")[2], file.stem)
        for app in settings.INSTALLED_APPS
        for file in _folder(app).glob("[0-9]*.py")
    }


def _folder(app: str) -> Path:
    """Return where an application keeps them; none of it is loaded."""
    first, *rest = app.split(".")
    spec = find_spec(first)
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent.joinpath(*rest, "migrations")
