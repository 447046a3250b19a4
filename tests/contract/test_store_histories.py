"""For any history of transactions, each database answers what the memory store answers."""

from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.rows import (
    FR,
    HOT,
    ORIGINS,
    SN,
    act,
    cosignature,
    head,
    ident,
    leaf,
    log,
    matter,
    named,
    receipt,
    sha,
)
from support.stores import Place, clear, memory_place, postgres_place, sqlite_place

from comity.acts.record import Matter
from comity.node.base.rows import ActDepth, Officer
from comity.node.base.store import Store, Tx

type Step = Callable[[Tx], None]


class Interrupted(Exception):  # noqa: N818 -- what a history raises within a transaction
    pass


def _interrupt(_: Tx) -> None:
    raise Interrupted


def _append(origin: str, count: int) -> Step:
    def step(tx: Tx) -> None:
        start = len(tx.entries(origin, 0, 1_000))
        entries = [f"{origin} {index}".encode() for index in range(start, start + count)]
        tx.append(origin, start, entries, [leaf(entry) for entry in entries])

    return step


origins = st.sampled_from(ORIGINS)
places = st.integers(0, 5)
words = st.sampled_from("abc")
few = st.integers(0, 2)
ones = st.integers(1, 3)
why = st.sampled_from(["", "", "tag"])
parties = st.sampled_from(["sn", "ke"])
channels = st.sampled_from(["live", "hotline"])
notes = st.sampled_from([b"a", b"bb", b"ccc"])
acts = st.lists(st.builds(act, origins, places, few, few, why), max_size=4)
receipts = st.lists(
    st.builds(receipt, st.just(FR), places, st.sampled_from([SN, HOT]), places, why), max_size=4
)
named_rows = st.lists(st.builds(named, origins, places, words, held=st.booleans()), max_size=4)
states = st.dictionaries(words, st.integers(-9, 9) | st.text(words), max_size=2)
matters = st.builds(matter, few, channels, st.sampled_from(["request", "call"]), states)

steps = st.one_of(
    st.builds(_append, origins, st.integers(1, 3)),
    st.builds(lambda o, n: lambda tx: tx.cut_entries(o, n), origins, places),
    st.builds(lambda o, n: lambda tx: tx.save_log(log(o, size=n, understood=n)), origins, places),
    st.builds(lambda o, n, w: lambda tx: tx.save_nodes(o, n, 0, leaf(w) * n), origins, ones, notes),
    st.builds(lambda r: lambda tx: tx.save_head(r), st.builds(head, origins, few, notes)),
    st.builds(
        lambda r: lambda tx: tx.save_cosignature(r),
        st.builds(cosignature, origins, few, parties, notes, notes),
    ),
    st.builds(lambda rows: lambda tx: tx.save_acts(rows), acts),
    st.builds(lambda rows: lambda tx: tx.save_receipts(rows), receipts),
    st.builds(lambda rows: lambda tx: tx.save_receipts(rows), receipts),
    st.builds(lambda rows: lambda tx: tx.save_matters(rows), st.lists(matters, max_size=3)),
    st.builds(lambda c, n: lambda tx: tx.mark_opened(c, Matter("call", ident(n))), channels, few),
    st.builds(lambda c: lambda tx: tx.drop_understood(c), st.sampled_from(["", "live", "hotline"])),
    st.builds(lambda rows: lambda tx: tx.save_named_bodies(rows), named_rows),
    st.builds(lambda w: lambda tx: tx.mark_held(sha(w)), words),
    st.builds(lambda w: lambda tx: tx.save_bodies({sha(w): w.encode()}), words),
    st.builds(lambda w: lambda tx: tx.drop_body(sha(w)), words),
    st.builds(lambda w, n: lambda tx: tx.save_officer(Officer(w, b"t", w, "", n)), words, few),
    st.builds(lambda k, w, n: lambda tx: tx.save_record(k, w, {w: n}), words, words, few),
    st.builds(lambda k, w: lambda tx: tx.drop_record(k, w), words, words),
)  # fmt: skip
transactions = st.builds(
    lambda done, end: [*done, *end],
    st.lists(steps, min_size=2, max_size=12),
    st.sampled_from([[], [], [], [_interrupt]]),
)
histories = st.lists(transactions, min_size=2, max_size=6)


def live(store: Store, history: list[list[Step]]) -> Iterator[list[object]]:
    """Give what a store answers after each transaction of a history."""
    with store.write() as tx:
        for origin in ORIGINS:
            tx.save_log(log(origin))
    for steps_of_one in history:
        with suppress(Interrupted), store.write() as tx:
            for step in steps_of_one:
                step(tx)
        with store.read() as tx:
            yield list(answers(tx))


def answers(tx: Tx) -> Iterator[object]:
    """Ask everything that a store can be asked."""
    yield tx.logs()
    yield tx.heard(1, 999)
    for origin in ORIGINS:
        yield from _of_log(tx, origin)
    for number in range(3):
        yield [tx.act(party, ident(number)) for party in ("fr", "sn")]
        yield tx.acts_with_id(ident(number))
        for channel in ("live", "hotline"):
            yield tx.acts_of(channel, Matter("request", ident(number)))
            yield tx.disowned_of(channel, Matter("request", ident(number)))
            yield sorted(tx.depths_of(channel, Matter("request", ident(number))), key=_at)
            found = Matter("request", ident(number))
            yield [tx.depth_below(channel, found, one, at) for one in ORIGINS for at in (0, 2, 99)]
            yield [tx.count_below(channel, found, one, at, 2) for one in ORIGINS for at in (0, 99)]
            yield tx.is_act_id_used(channel, "fr", ident(number))
            yield tx.first_of_id(ident(number), ORIGINS)
            yield tx.matter(channel, Matter("call", ident(number)))
    for channel in ("live", "hotline"):
        pages = [tx.spoken_of(channel, None, 1), tx.spoken_of(channel, None, 9)]
        yield pages
        yield [tx.spoken_of(channel, one, 2) for one in pages[1]]
    yield tx.matters()
    yield tx.matters("request", ident(0), 1)
    yield tx.officers()
    for word in "abc":
        yield tx.who_names(sha(word))
        yield tx.body(sha(word))
        yield list(tx.records(word).items())
        yield list(tx.records(word, after=word, count_max=2).items())
        yield tx.body_bytes(sha(word))


def _at(depth: ActDepth) -> tuple[str, int]:
    return depth.origin, depth.index


def _of_log(tx: Tx, origin: str) -> Iterator[object]:
    yield tx.entries(origin, 0, 99)
    yield tx.leaves(origin, 1, 99)
    yield [tx.nodes(origin, level, 0, 99) for level in (1, 2, 3)]
    yield tx.acts(origin, 1, 5)
    yield tx.receipts(origin, 1, 5)
    yield tx.named_bodies(origin, missing=True)
    yield tx.named_bodies(origin, missing=True, start=1, count_max=2)
    yield tx.named_bodies(origin, missing=False, count_max=1)
    yield tx.named_bodies(origin, missing=False)
    yield tx.newest_head(origin)
    for size in range(4):
        yield tx.heads(origin, size)
        yield tx.head_at_least(origin, size)
        yield tx.cosignature_at_least(origin, "sn", size)
    for note in (b"a", b"bb", b"ccc"):
        yield tx.cosignature_of(origin, "sn", leaf(note))
    yield tx.newest_cosignature(origin, "sn")
    for of in ORIGINS:
        yield tx.newest_receipt(origin, of)
        yield [tx.first_receipt(origin, of, size) for size in range(6)]
    yield [tx.receipt_before(origin, index) for index in range(6)]


@pytest.fixture(scope="module")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A file that is emptied for each history."""
    place = sqlite_place(tmp_path_factory.mktemp("histories"))
    yield place
    place.close()


@pytest.fixture(scope="module")
def postgres(postgres_dsn: str) -> Iterator[Place]:
    """A database that is emptied for each history."""
    place = postgres_place(postgres_dsn)
    yield place
    place.close()


def check_equal(database: Place, history: list[list[Step]]) -> None:
    """Live a history in a database and in memory, and compare every answer."""
    clear(database.name)
    answered = live(database.open(), history)
    expected = live(memory_place().open(), history)
    for number, (ours, theirs) in enumerate(zip(answered, expected, strict=True)):
        assert ours == theirs, f"after transaction {number}"
    database.close()


@settings(max_examples=100)
@given(history=histories)
def test_sqlite_answers_as_memory_does(sqlite: Place, history: list[list[Step]]) -> None:
    """Equal answers to every question after every transaction, those that failed too."""
    check_equal(sqlite, history)


@pytest.mark.postgres
@settings(max_examples=30)
@given(history=histories)
def test_postgres_answers_as_memory_does(postgres: Place, history: list[list[Step]]) -> None:
    """Equal answers to every question after every transaction, those that failed too."""
    check_equal(postgres, history)
