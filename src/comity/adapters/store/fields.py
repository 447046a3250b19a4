"""Two kinds of column that are the same on SQLite and on PostgreSQL.

Floor: adapters.
"""

from typing import override

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper


class PlaceField(models.BigIntegerField):  # type: ignore[type-arg] # not generic at run time
    """64 bits; on SQLite an `integer`, so that as primary key it is the row's own address."""

    @override
    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        return "bigint" if connection.vendor == "postgresql" else "integer"


class WordField(models.TextField):  # type: ignore[type-arg] # not generic at run time
    """Text that is compared byte by byte, whatever language a database was made for."""

    @override
    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        return 'text COLLATE "C"' if connection.vendor == "postgresql" else "text"
