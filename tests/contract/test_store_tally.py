"""Counts by status are kept with what is filed, and are always what the lists would count."""

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from hypothesis import given, settings
from hypothesis import strategies as st
from support.rows import FR, log, matter
from support.stores import clear, memory_place, postgres_place, sqlite_place

from comity.adapters.store import connect
from comity.node.base.reader import EVERYONE, REVIEWERS, Filed, Grant, Reader, Wanted
from comity.node.base.store import Store, Tx

type Step = Callable[[Tx], None]

KEYS = ("", EVERYONE, "@ann", "justice", "police")
READERS = [
    Reader("ann", ("police", "@ann", EVERYONE)),
    Reader("ben", ("justice", EVERYONE)),
    Reader("cat", ("", "police", "justice")),
    Reader("nobody", ()),
]


def _file(number: int, channel: str, status: str, readers: Sequence[str]) -> Step:
    row = matter(number, channel)

    def step(tx: Tx) -> None:
        tx.save_matters([row])
        tx.file([Filed(row.matter, channel, tuple(readers), 0, row.at_ms, status)])

    return step


def _grant(number: int, channel: str, key: str, ended_ms: int | None) -> Step:
    grant = Grant(matter(number).matter, channel, key, 1, ended_ms)
    return lambda tx: tx.save_grant(grant)


few = st.integers(0, 3)
channels = st.sampled_from(["live", "hotline"])
keys = st.sampled_from(KEYS)
steps = st.one_of(
    st.builds(
        _file, few, channels, st.sampled_from(["open", "closed"]), st.lists(keys, unique=True)
    ),
    st.builds(_grant, few, channels, keys, st.sampled_from([None, None, 9])),
    st.builds(lambda c: lambda tx: tx.drop_understood(c), st.sampled_from(["", "live"])),
)


@pytest.fixture(
    scope="module",
    params=["memory", "sqlite", pytest.param("postgres", marks=pytest.mark.postgres)],
)
def begin(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[], Store]]:
    """Give what gives an empty store, for each history."""
    if request.param == "memory":
        yield lambda: memory_place().open()
        return
    made = (
        sqlite_place(tmp_path_factory.mktemp("tally"))
        if request.param == "sqlite"
        else postgres_place(request.getfixturevalue("postgres_dsn"))
    )
    store = made.open()

    def emptied() -> Store:
        clear(made.name)
        return store

    yield emptied
    made.close()


@settings(max_examples=60, deadline=None)
@given(history=st.lists(steps, max_size=14))
def test_a_count_is_what_the_list_has(begin: Callable[[], Store], history: list[Step]) -> None:
    """However matters were filed, shared, taken back and dropped: each is counted once."""
    store = begin()
    for step in history:
        with store.write() as tx:
            tx.save_log(log(FR))
            step(tx)
        assert _counted(store) == _listed(store)


def _counted(store: Store) -> list[dict[str, int]]:
    with store.read() as tx:
        return [dict(tx.counts(reader, "request")) for reader in READERS]


def _listed(store: Store) -> list[dict[str, int]]:
    with store.read() as tx:
        return [
            {
                status: len(found)
                for status in ("closed", "open")
                if (found := tx.listed(reader, Wanted(statuses=frozenset({status}))))
            }
            for reader in READERS
        ]


def test_what_was_filed_before_says_whom_it_concerns(tmp_path: Path) -> None:
    """A database of an older version has the parties of its requests, and filters by them."""
    path = tmp_path / "older.sqlite3"
    connect.add_database("older-parties", path)
    MigrationExecutor(connections["older-parties"]).migrate([("store", "0004_tally")])
    connections["older-parties"].close()
    state = '{"asker":"fr","tracks":[{"party":"sn"},{"party":"bo"}]}'
    with closing(sqlite3.connect(path)) as raw, raw:
        raw.execute(
            "INSERT INTO store_matter (id, kind, channel, status, holder, urgency, asker, touched,"
            " at_ms, state, digest) VALUES ('a', 'request', 'live', 'open', '', '', 'fr', '{}', 1,"
            " ?, '')",
            (state.encode(),),
        )
        raw.execute(
            "INSERT INTO store_filed (id, kind, channel, status, reader, via, rank, late, urgency,"
            " asker, type, holders) VALUES ('a', 'request', 'live', 'open', 'police', 1, 0, 0, '',"
            " 'fr', '', ' sn ')"
        )
    store = connect.open_store("older-parties")
    with store.read() as tx:
        (group,) = tx.groups(READERS[0], "request")
    store.close()
    assert (group.parties, group.holders, group.count) == (("fr", "sn", "bo"), ("sn",), 1)


def test_snapshots_that_were_filed_for_everybody_are_for_who_reviews(tmp_path: Path) -> None:
    """A database of an older version shows them to fewer; what is a guideline stays as it is."""
    path = tmp_path / "older.sqlite3"
    connect.add_database("older-review", path)
    MigrationExecutor(connections["older-review"]).migrate([("store", "0007_closed")])
    connections["older-review"].close()
    store_before = "(id, kind, channel, reader, via, rank, late, status, urgency, asker, type,"
    with closing(sqlite3.connect(path)) as raw, raw:
        for kind in ("review", "guideline"):
            raw.execute(
                f"INSERT INTO store_filed {store_before} holders, parties)"  # noqa: S608 -- constants
                " VALUES ('a', ?, 'live', '*', 1, 0, 0, 'open', '', '', '', '', '')",
                (kind,),
            )
            raw.execute(
                "INSERT INTO store_tally (reader, kind, channel, status, urgency, asker, type,"
                " holders, parties, under, count)"
                " VALUES ('*', ?, 'live', 'open', '', '', '', '', '', '*', 1)",
                (kind,),
            )
    store = connect.open_store("older-review")
    with store.read() as tx:
        counts = {
            (kind, key): sum(group.count for group in tx.groups(Reader("", (key,)), kind))
            for kind in ("review", "guideline")
            for key in (EVERYONE, REVIEWERS)
        }
    store.close()
    assert counts == {
        ("review", EVERYONE): 0,
        ("review", REVIEWERS): 1,
        ("guideline", EVERYONE): 1,
        ("guideline", REVIEWERS): 0,
    }


def test_what_was_filed_before_there_were_counts_is_counted(tmp_path: Path) -> None:
    """A database of an older version counts the same once its tables are brought up to date."""
    path = tmp_path / "older.sqlite3"
    connect.add_database("older", path)
    MigrationExecutor(connections["older"]).migrate([("store", "0003_readers")])
    connections["older"].close()
    filed = [
        ("a", "request", "live", "open", "police"),
        ("a", "request", "live", "open", "@ann"),
        ("b", "request", "live", "open", "justice"),
        ("b", "request", "hotline", "closed", "police"),
        ("c", "call", "live", "open", "police"),
    ]
    with closing(sqlite3.connect(path)) as raw, raw:
        raw.executemany(
            "INSERT INTO store_filed (id, kind, channel, status, reader, via, rank, late, urgency,"
            " asker, type, holders) VALUES (?, ?, ?, ?, ?, 1, 0, 0, '', '', '', '')",
            filed,
        )
    store = connect.open_store("older")
    counts = _counted(store)
    store.close()
    assert counts == [
        {"closed": 1, "open": 1},
        {"open": 1},
        {"closed": 1, "open": 2},
        {},
    ]
    assert Counter(row[1] for row in filed)["request"] > sum(counts[0].values())
