"""The PostgreSQL of the tests."""

import psycopg
import pytest


@pytest.mark.postgres
def test_a_private_postgresql_takes_and_gives_a_row(postgres_dsn: str) -> None:
    """What is written to the database of this run is read from it."""
    with psycopg.connect(postgres_dsn) as connection:
        connection.execute("create table word (text varchar)")
        connection.execute("insert into word values ('comity')")
        assert connection.execute("select text from word").fetchall() == [("comity",)]
