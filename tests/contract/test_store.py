"""What every store promises (`comity.node.base.store`), sentence by sentence."""

from dataclasses import replace

import pytest
from support.rows import (
    FR,
    HOT,
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
from support.stores import Place

from comity.node.base.rows import NamedBody, Officer
from comity.node.base.store import HALF, Store


class Interrupted(Exception):  # noqa: N818 -- what a test raises within a transaction
    pass


def appended(store: Store, origin: str, start: int, count: int) -> None:
    """Append entries that say where they stand."""
    entries = [f"{origin} {index}".encode() for index in range(start, start + count)]
    with store.write() as tx:
        tx.append(origin, start, entries, [leaf(entry) for entry in entries])


def test_a_log_is_kept_and_replaced(store: Store) -> None:
    """What is saved under a name is what is read, the newest alone."""
    newest = log(FR, size=3, frontier=(leaf(b"a"), leaf(b"b")), signed=2, understood=1)
    with store.write() as tx:
        tx.save_log(log(FR))
        tx.save_log(newest)
    with store.read() as tx:
        assert tx.log(FR) == newest
        assert tx.log(SN) is None


def test_logs_come_by_channel_party_and_generation(store: Store) -> None:
    """A channel's logs, or all, in one order everywhere."""
    second = "fr/pact/live/10"
    with store.write() as tx:
        for origin in (SN, second, FR, HOT):
            tx.save_log(log(origin))
    with store.read() as tx:
        assert [each.origin for each in tx.logs()] == [HOT, FR, second, SN]
        assert [each.origin for each in tx.logs("live")] == [FR, second, SN]


def test_entries_are_read_as_they_were_appended(store: Store) -> None:
    """Each log has its own indexes, and a range ends where the log does."""
    appended(store, FR, 0, 300)
    appended(store, SN, 0, 2)
    appended(store, FR, 300, 1)
    with store.read() as tx:
        assert tx.entries(FR, 299, 1 << 60) == [b"fr/pact/live/1 299", b"fr/pact/live/1 300"]
        assert tx.leaves(FR, 0, 2) == leaf(b"fr/pact/live/1 0") + leaf(b"fr/pact/live/1 1")
        assert tx.leaves(SN, 1, 1 << 60) == leaf(b"sn/pact/live/1 1")
        assert tx.entries(HOT, 0, 5) == []
        assert tx.leaves(HOT, 0, 5) == b""


@pytest.mark.parametrize("start", [0, 1, 3])
def test_an_entry_is_never_written_over_nor_a_gap_left(store: Store, start: int) -> None:
    """Appending anywhere but at the end is our own bug, and changes nothing."""
    appended(store, FR, 0, 2)
    with pytest.raises(AssertionError):
        appended(store, FR, start, 1)
    with store.read() as tx:
        assert tx.entries(FR, 0, 9) == [b"fr/pact/live/1 0", b"fr/pact/live/1 1"]


def test_a_cut_takes_all_that_stands_at_or_after_it(store: Store) -> None:
    """Entries, nodes, acts, receipts and named bodies go; what is below and other logs stay."""
    appended(store, FR, 0, 600)
    appended(store, SN, 0, 1)
    with store.write() as tx:
        tx.save_log(log(FR))
        tx.save_nodes(FR, 1, 0, leaf(b"0") + leaf(b"1"))
        tx.save_nodes(FR, HALF, 17, leaf(b"2") + leaf(b"3"))
        tx.save_nodes(FR, HALF + 1, 0, leaf(b"4"))
        tx.save_acts([act(FR, 255, 1), act(FR, 300, 2)])
        tx.save_receipts([receipt(FR, 10, SN, 1), receipt(FR, 301, SN, 2)])
        tx.save_named_bodies([named(FR, 255, "a"), named(FR, 300, "a")])
        tx.cut_entries(FR, 300)
    with store.read() as tx:
        assert len(tx.entries(FR, 0, 600)) == len(tx.leaves(FR, 0, 600)) // 32 == 300
        assert tx.nodes(FR, 1, 0, 9) == leaf(b"0")
        assert tx.nodes(FR, HALF, 0, 99) == leaf(b"2")
        assert tx.nodes(FR, HALF + 1, 0, 9) == b""
        assert [row.index for row in tx.acts(FR, 0, 600)] == [255]
        assert tx.is_act_id_used("live", "fr", ident(2)) is False
        assert tx.newest_receipt(FR, SN) == receipt(FR, 10, SN, 1)
        assert tx.who_names(sha("a")) == [named(FR, 255, "a")]
        assert len(tx.entries(SN, 0, 9)) == 1
    appended(store, FR, 300, 1)


def test_nodes_are_kept_by_level(store: Store) -> None:
    """Hashes of one level never stand among those of another, nor among the leaves."""
    with store.write() as tx:
        tx.save_nodes(FR, 1, 0, leaf(b"a") + leaf(b"b"))
        tx.save_nodes(FR, 1, 1, leaf(b"c"))
        tx.save_nodes(FR, 2, 0, leaf(b"d"))
        assert tx.nodes(FR, 1, 0, 9) == leaf(b"a") + leaf(b"c")
        assert tx.nodes(FR, 1, 1, 2) == leaf(b"c")
        assert tx.nodes(FR, 2, 0, 9) == leaf(b"d")
        assert tx.nodes(FR, 3, 0, 9) == tx.leaves(FR, 0, 9) == tx.nodes(SN, 1, 0, 9) == b""


def test_of_each_size_the_first_and_the_newest_head_are_kept(store: Store) -> None:
    """The middle goes; the first comes first; a first that is said again is the newest."""
    with store.write() as tx:
        for note in (b"a", b"bb", b"ccc"):
            tx.save_head(head(FR, 5, note))
        assert tx.heads(FR, 5) == [head(FR, 5, b"a"), head(FR, 5, b"ccc")]
        tx.save_head(head(FR, 5, b"a"))
        assert tx.heads(FR, 5) == [head(FR, 5, b"a")]
        assert tx.heads(FR, 6) == []


def test_heads_are_found_by_size(store: Store) -> None:
    """The newest of the greatest size, and the newest of the least size that is enough."""
    with store.write() as tx:
        for size, note in ((2, b"a"), (9, b"d"), (2, b"bb"), (5, b"c"), (9, b"ee")):
            tx.save_head(head(FR, size, note))
    with store.read() as tx:
        assert tx.newest_head(FR) == head(FR, 9, b"ee")
        assert tx.newest_head(SN) is None
        assert [tx.head_at_least(FR, size) for size in (0, 3, 10)] == [
            head(FR, 2, b"bb"),
            head(FR, 5, b"c"),
            None,
        ]


def test_of_each_size_and_mirror_the_first_and_the_newest_cosignature_are_kept(
    store: Store,
) -> None:
    """The middle is found no more; each mirror's are its own."""
    rows = [cosignature(FR, 5, "sn", of) for of in (b"a", b"b", b"c")]
    other = cosignature(FR, 5, "ke", b"a")
    with store.write() as tx:
        for row in (*rows, other):
            tx.save_cosignature(row)
    with store.read() as tx:
        found = [tx.cosignature_of(FR, "sn", row.head_sha256) for row in rows]
        assert found == [rows[0], None, rows[2]]
        assert tx.cosignature_of(FR, "ke", other.head_sha256) == other
        assert tx.newest_cosignature(FR, "sn") == rows[2]
        assert tx.cosignature_at_least(FR, "sn", 0) == rows[0]


def test_cosignatures_are_found_by_size(store: Store) -> None:
    """The newest of the greatest size, and the first of the least size that is enough."""
    rows = [cosignature(FR, size, "sn", bytes([size])) for size in (2, 5, 9)]
    again = cosignature(FR, 5, "sn", b"again")
    with store.write() as tx:
        for row in (*rows, again):
            tx.save_cosignature(row)
        assert tx.newest_cosignature(FR, "sn") == rows[2]
        assert tx.cosignature_at_least(FR, "sn", 3) == rows[1]
        assert tx.cosignature_at_least(FR, "sn", 10) is None
        assert tx.newest_cosignature(SN, "sn") is None


def test_a_body_is_missing_until_it_is_held(store: Store) -> None:
    """Every act that names it learns so; another log's list is its own."""
    rows = [named(FR, 1, "a"), named(FR, 1, "b", held=True), named(SN, 0, "a")]
    with store.write() as tx:
        tx.save_named_bodies(rows)
        assert tx.named_bodies(FR, missing=True) == [rows[0]]
        assert tx.who_names(sha("a")) == [rows[0], rows[2]]
        tx.mark_held(sha("a"))
    with store.read() as tx:
        assert tx.named_bodies(FR, missing=True) == tx.named_bodies(SN, missing=True) == []
        assert len(tx.named_bodies(FR, missing=False)) == 2
        assert all(row.held for row in tx.who_names(sha("a")))
        assert tx.who_names(sha("z")) == []


def test_named_bodies_come_in_pages_that_cut_no_act_in_two(store: Store) -> None:
    """However many a peer names, a page is short, and the next one begins after its last act."""
    rows = [named(FR, 1, "a"), named(FR, 2, "b"), named(FR, 2, "c"), named(FR, 2, "d")]
    rows = sorted([*rows, named(FR, 4, "e", held=True), named(FR, 5, "f")], key=_by_place)
    with store.write() as tx:
        tx.save_named_bodies([*rows, named(SN, 0, "a")])
    missing = [row for row in rows if not row.held]
    with store.read() as tx:
        assert tx.named_bodies(FR, missing=True, count_max=1) == missing[:1]
        assert tx.named_bodies(FR, missing=True, count_max=2) == missing[:4]
        assert tx.named_bodies(FR, missing=True, start=2, count_max=3) == missing[1:4]
        assert tx.named_bodies(FR, missing=True, start=3) == missing[4:]
        assert tx.named_bodies(FR, missing=False, start=3, count_max=1) == [rows[4]]
        assert tx.named_bodies(FR, missing=True, start=6) == []


def _by_place(row: NamedBody) -> tuple[int, str]:
    return row.index, row.sha256


def test_a_body_is_kept_until_it_is_destroyed(store: Store) -> None:
    """By its hash, byte for byte, an empty one too."""
    with store.write() as tx:
        tx.save_bodies({sha("a"): b"\0a" * 30_000, sha(""): b""})
        tx.save_bodies({sha("a"): b"\0a" * 30_000})
        assert (tx.body(sha("a")), tx.body(sha(""))) == (b"\0a" * 30_000, b"")
        assert (tx.body_bytes(sha("a")), tx.body_bytes(sha(""))) == (60_000, 0)
        assert tx.body_bytes(sha("never")) is None
        tx.drop_body(sha("a"))
        tx.drop_body(sha("never"))
        assert tx.body(sha("a")) is tx.body(sha("never")) is None


@pytest.mark.parametrize(
    "name", ["", "no hash", "é\0", "../x", "ab", sha("a").upper(), sha("a") * 2]
)
def test_a_name_that_is_no_hash_names_no_body(store: Store, name: str) -> None:
    """A peer may write any words where a hash is meant; to ask for them fails nowhere."""
    with store.write() as tx:
        tx.save_bodies({sha("a"): b"a", sha(""): b""})
        tx.save_named_bodies([named(FR, 1, "a")])
    with store.read() as tx:
        assert tx.body(name) is None
        assert tx.body_bytes(name) is None
        assert tx.who_names(name) == []


def test_officers_come_by_name_those_who_left_too(store: Store) -> None:
    """An officer is kept with the day they left."""
    bo = Officer("bo", leaf(b"bo"), "police", "", 5)
    ann = Officer("ann", leaf(b"ann"), "police", "unit-3", 6, 7, ("counsel", "auditor"))
    with store.write() as tx:
        for officer in (replace(bo, agency="customs"), bo, ann):
            tx.save_officer(officer)
    with store.read() as tx:
        assert tx.officers() == [ann, bo]
        assert (tx.officer("bo"), tx.officer("cy")) == (bo, None)


def test_records_are_kept_by_kind_and_key(store: Store) -> None:
    """Any JSON, replaced and forgotten; one kind knows nothing of another."""
    with store.write() as tx:
        tx.save_record("draft", "b", {"n": [1.5, None, "é\0"]})
        tx.save_record("draft", "a", 1)
        tx.save_record("draft", "a", "newer")
        tx.save_record("lag", "a", "x")
        assert list(tx.records("draft").items()) == [
            ("a", "newer"),
            ("b", {"n": [1.5, None, "é\0"]}),
        ]
        assert list(tx.records("draft", count_max=1)) == ["a"]
        assert list(tx.records("draft", after="a", count_max=9)) == ["b"]
        assert tx.records("draft", after="b") == {}
        tx.drop_record("draft", "a")
        tx.drop_record("draft", "never")
        assert (tx.record("draft", "a"), tx.record("lag", "a")) == (None, "x")


def test_a_write_that_fails_leaves_nothing(store: Store) -> None:
    """Neither rows nor numbers of a transaction that raised are found, and the next one works."""
    with pytest.raises(Interrupted), store.write() as tx:  # noqa: PT012 -- all of it is undone
        tx.save_log(log(FR))
        tx.append(FR, 0, [b"e"], [leaf(b"e")])
        tx.save_head(head(FR, 1))
        tx.save_acts([act(FR, 0, 1)])
        tx.save_receipts([receipt(FR, 1, SN, 1)])
        tx.save_matters([matter(1)])
        tx.save_record("draft", "a", 1)
        raise Interrupted
    with store.read() as tx:
        assert not any((tx.logs(), tx.entries(FR, 0, 9), tx.heads(FR, 1), tx.acts(FR, 0, 9)))
        assert not any((tx.receipts(FR, 0, 9), tx.matters(), tx.record("draft", "a")))
        assert tx.newest_receipt(FR, SN) is None
    appended(store, SN, 0, 1)
    appended(store, FR, 0, 1)
    with store.read() as tx:
        assert tx.entries(FR, 0, 9) == [b"fr/pact/live/1 0"]
        assert tx.entries(SN, 0, 9) == [b"sn/pact/live/1 0"]


def test_what_was_written_is_there_when_the_store_is_opened_again(place: Place) -> None:
    """A process that stops takes nothing with it."""
    store = place.open()
    appended(store, FR, 0, 3)
    with store.write() as tx:
        tx.save_log(log(FR, size=3))
        tx.save_acts([act(FR, 0, 1)])
    with place.open().read() as tx:
        assert tx.log(FR) == log(FR, size=3)
        assert len(tx.entries(FR, 0, 9)) == 3
        assert tx.act("fr", ident(1)) == act(FR, 0, 1)


def test_a_transaction_never_stands_in_another(store: Store) -> None:
    """It would wait for itself, or read what it has not seen written: our own bug."""
    with store.write(), pytest.raises(AssertionError), store.read():
        pass
    with store.read(), pytest.raises(AssertionError), store.write():
        pass
    appended(store, FR, 0, 1)


def test_a_transaction_sees_what_it_wrote(store: Store) -> None:
    """Before it commits, it alone."""
    with store.write() as tx:
        tx.append(FR, 0, [b"e"], [leaf(b"e")])
        assert tx.entries(FR, 0, 9) == [b"e"]


def test_what_acts_of_a_range_name_and_touch_is_told_without_them(store: Store) -> None:
    """Bodies and matters of a range of entries, in their order, foreign acts left out."""
    with store.write() as tx:
        tx.save_log(log(FR))
        tx.save_acts(
            [act(FR, 0, 1, 1), act(FR, 1, 2, 2), act(FR, 2, 3, 1), act(FR, 3, 4, 3, foreign="tag")]
        )
        tx.save_named_bodies([named(FR, 0, "a"), named(FR, 2, "b"), named(FR, 3, "c")])
    with store.read() as tx:
        first = [row.act.matter for row in tx.acts(FR, 0, 2)]
        assert tx.matters_between(FR, 0, 4) == first
        assert tx.matters_between(FR, 1, 2) == first[1:]
        assert tx.named_between(FR, 1, 3) == [named(FR, 2, "b")]
        assert tx.named_between(FR, 4, 9) == []
