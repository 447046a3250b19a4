"""What every store promises of acts, receipts and matters (`comity.node.base.store`)."""

from dataclasses import replace

import pytest
from support.rows import (
    FR,
    HOT,
    ORIGINS,
    SN,
    act,
    ident,
    leaf,
    log,
    matter,
    named,
    receipt,
    sha,
)

from comity.acts.record import Matter
from comity.kernel.ijson import Json
from comity.node.base.store import Store


def test_acts_are_found_by_log_matter_and_id(store: Store) -> None:
    """Every field comes back; a foreign act is listed in its log and found nowhere else."""
    rows = [act(SN, 0, 1), act(FR, 7, 2), act(FR, 2, 3), act(FR, 3, 4, foreign="origin")]
    elsewhere = act(HOT, 1, 5)
    with store.write() as tx:
        for origin in ORIGINS:
            tx.save_log(log(origin))
        tx.save_acts([*rows, elsewhere])
    with store.read() as tx:
        assert tx.acts_of("live", Matter("request", ident(1))) == [rows[2], rows[1], rows[0]]
        assert tx.acts_of("hotline", Matter("request", ident(1))) == [elsewhere]
        assert tx.acts(FR, 2, 7) == [rows[2], rows[3]]
        assert tx.act("fr", ident(2)) == rows[1]
        assert tx.act("fr", ident(4)) is tx.act("fr", ident(9)) is None


def test_acts_of_one_id_are_told_apart_by_their_authors(store: Store) -> None:
    """Two States may use one id; what is foreign of either is found by it no more."""
    rows = [act(SN, 0, 1), act(FR, 7, 1), act(HOT, 2, 1), act(FR, 3, 1, foreign="id")]
    with store.write() as tx:
        for origin in ORIGINS:
            tx.save_log(log(origin))
        tx.save_acts(rows)
    with store.read() as tx:
        found = sorted(rows[:3], key=lambda one: (one.origin, one.index))
        assert tx.acts_with_id(ident(1)) == found
        assert tx.act("sn", ident(1)) == next(one for one in found if one.party == "sn")
        assert tx.act("fr", ident(1)) == next(one for one in found if one.party == "fr")
        assert tx.act("de", ident(1)) is None


@pytest.mark.parametrize("index", [1 << 40, (1 << 53) - 1, (1 << 63) - 1])
def test_an_index_that_no_log_has_names_nothing(store: Store, index: int) -> None:
    """A peer names indexes as it likes: nothing of the next log is found, and nothing fails."""
    with store.write() as tx:
        for origin in ORIGINS:
            tx.save_log(log(origin))
            tx.save_acts([act(origin, at, at) for at in range(3)])
            tx.save_named_bodies([named(origin, 0, "a")])
    with store.read() as tx:
        for origin in ORIGINS:
            assert tx.acts(origin, index, index + 1) == []
            assert tx.matters_between(origin, index, index + 1) == []
            assert tx.receipts(origin, index, index + 1) == []
            assert tx.entries(origin, index, index + 1) == []
            assert tx.named_between(origin, index, index + 1) == []
            assert tx.named_bodies(origin, missing=False, start=index) == []
            assert tx.receipt_before(origin, index) is None
            assert len(tx.acts(origin, 0, index)) == 3


def test_what_a_generation_disowned_of_a_matter_is_found(store: Store) -> None:
    """Of that channel and matter alone, and not what is foreign for another reason."""
    gone = [act(SN, 5, 1, foreign="disowned"), act(FR, 9, 2, foreign="disowned")]
    others = [
        act(FR, 1, 3),
        act(FR, 2, 4, foreign="origin"),
        act(FR, 3, 5, matter=2, foreign="disowned"),
        act(HOT, 1, 6, foreign="disowned"),
    ]
    with store.write() as tx:
        for origin in ORIGINS:
            tx.save_log(log(origin))
        tx.save_acts([*gone, *others])
    with store.read() as tx:
        one = Matter("request", ident(1))
        assert tx.disowned_of("live", one) == [gone[1], gone[0]]
        assert tx.acts_of("live", one) == [others[0]]


def test_the_depth_of_a_matters_last_act_below_an_index_is_told(store: Store) -> None:
    """Of one log and one channel; a foreign act has none."""
    rows = [act(FR, 2, 3), act(FR, 7, 2), act(FR, 8, 4, foreign="origin"), act(HOT, 1, 5)]
    with store.write() as tx:
        for origin in ORIGINS:
            tx.save_log(log(origin))
        tx.save_acts([*rows, act(FR, 9, 6, matter=2)])
    with store.read() as tx:
        one = Matter("request", ident(1))
        below = [tx.depth_below("live", one, FR, index) for index in (0, 2, 3, 7, 8, 9, 1 << 50)]
        assert below == [0, 0, 3, 3, 8, 8, 8]
        assert tx.depth_below("live", one, SN, 99) == 0
        assert tx.depth_below("hotline", one, HOT, 99) == 2
        assert tx.depth_below("live", one, "fr/nobody/live/1", 99) == 0


def test_acts_of_a_matter_below_an_index_are_counted(store: Store) -> None:
    """Of one log, foreign ones too, and no more than asked."""
    rows = [act(FR, 1, 1), act(FR, 4, 2, foreign="tag"), act(FR, 6, 3, matter=2), act(SN, 0, 4)]
    with store.write() as tx:
        for origin in (FR, SN):
            tx.save_log(log(origin))
        tx.save_acts(rows)
    with store.read() as tx:
        one = rows[0].act.matter
        assert [tx.count_below("live", one, FR, at, 9) for at in (0, 1, 2, 4, 5, 9)] == [
            0,
            0,
            1,
            1,
            2,
            2,
        ]
        assert tx.count_below("live", one, FR, 9, 1) == 1
        assert tx.count_below("hotline", one, FR, 9, 9) == 0


def test_an_act_id_is_used_by_a_party_in_a_channel(store: Store) -> None:
    """In any generation, foreign or not; another party or channel may use the same."""
    second = "fr/pact/live/2"
    with store.write() as tx:
        for origin in (FR, second, SN, HOT):
            tx.save_log(log(origin))
        tx.save_acts([act(second, 0, 1), act(FR, 0, 2, foreign="tag")])
    with store.read() as tx:
        assert tx.is_act_id_used("live", "fr", ident(1))
        assert tx.is_act_id_used("live", "fr", ident(2))
        assert not tx.is_act_id_used("live", "sn", ident(1))
        assert not tx.is_act_id_used("hotline", "fr", ident(1))


def test_the_act_that_used_an_id_first_is_found(store: Store) -> None:
    """By the order of the logs that are named, then by index, whatever was saved first."""
    second = "fr/pact/live/2"
    rows = [
        act(second, 3, 1),
        act(second, 1, 1, foreign="origin"),
        act(SN, 0, 1),
        act(FR, 4, 2),
        act(FR, 0, 3, foreign="id"),
        act(FR, 1, 3, foreign="disowned"),
        act(second, 5, 3, foreign="tag"),
    ]
    with store.write() as tx:
        for origin in (second, FR, SN):
            tx.save_log(log(origin))
        tx.save_acts(rows)
    with store.read() as tx:
        first = [tx.first_of_id(ident(number), (FR, second)) for number in (1, 2, 3, 4)]
    assert first == [rows[1], rows[3], rows[6], None]
    with store.write() as tx:
        tx.save_acts([act(FR, 9, 1)])
        assert tx.first_of_id(ident(1), (FR, second)) == act(FR, 9, 1)
        assert tx.first_of_id(ident(1), ("fr/nobody/live/1", second)) == rows[1]


def test_an_act_that_is_saved_again_replaces_itself(store: Store) -> None:
    """The old id and matter of its place are forgotten."""
    with store.write() as tx:
        tx.save_log(log(FR))
        tx.save_acts([act(FR, 0, 1, matter=1)])
        tx.save_acts([act(FR, 0, 2, matter=2)])
        assert not tx.acts_with_id(ident(1))
        assert tx.acts_of("live", Matter("request", ident(1))) == []
        assert tx.acts(FR, 0, 9) == [act(FR, 0, 2, matter=2)]


def test_receipts_are_found_by_what_they_cover(store: Store) -> None:
    """The first that covers a size, the last that names a log, the last before an index."""
    rows = [
        receipt(FR, 1, SN, 4),
        receipt(FR, 3, SN, 9, foreign="root"),
        receipt(FR, 4, HOT, 9),
        receipt(FR, 6, SN, 2),
        receipt(FR, 8, SN, 9),
        receipt(FR, 9, SN, 9),
    ]
    with store.write() as tx:
        tx.save_receipts(rows[:3])
        tx.save_receipts(rows[3:])
    with store.read() as tx:
        sizes = (0, 2, 4, 5, 9, 10)
        found = [tx.first_receipt(FR, SN, size) for size in sizes]
        assert found == [rows[0], rows[0], rows[0], rows[4], rows[4], None]
        assert tx.newest_receipt(FR, SN) == rows[5]
        assert tx.newest_receipt(SN, FR) is None
        before = [tx.receipt_before(FR, index) for index in (1, 4, 5, 99)]
        assert before == [None, rows[0], rows[2], rows[5]]
        assert tx.receipts(FR, 3, 8) == rows[1:4]


def test_a_receipt_that_comes_late_counts_where_it_stands(store: Store) -> None:
    """The answers follow the indexes, not the order of saving; a replaced one counts no more."""
    with store.write() as tx:
        tx.save_receipts([receipt(FR, 5, SN, 9)])
        tx.save_receipts([receipt(FR, 7, SN, 3), receipt(FR, 2, SN, 4)])
        assert tx.first_receipt(FR, SN, 3) == receipt(FR, 2, SN, 4)
        assert tx.first_receipt(FR, SN, 5) == receipt(FR, 5, SN, 9)
        assert tx.newest_receipt(FR, SN) == receipt(FR, 7, SN, 3)
        tx.save_receipts([receipt(FR, 5, SN, 9, foreign="root")])
        assert tx.first_receipt(FR, SN, 5) is None
        assert tx.receipt_before(FR, 7) == receipt(FR, 2, SN, 4)


@pytest.mark.parametrize("at_once", [True, False])
def test_of_two_receipts_that_come_in_the_wrong_order_each_counts(
    store: Store, *, at_once: bool
) -> None:
    """Together, or the later one first: the smaller before the larger, or after it."""
    rows = [receipt(FR, 5, SN, 9), receipt(FR, 2, SN, 4)]
    others = [receipt(SN, 5, FR, 4), receipt(SN, 2, FR, 9)]
    with store.write() as tx:
        for some in (rows, others):
            for saved in (some,) if at_once else ([one] for one in some):
                tx.save_receipts(saved)
    with store.read() as tx:
        assert [tx.first_receipt(FR, SN, size) for size in (4, 5)] == [rows[1], rows[0]]
        assert [tx.first_receipt(SN, FR, size) for size in (4, 5)] == [others[1]] * 2
        assert [tx.newest_receipt(*one) for one in ((FR, SN), (SN, FR))] == [rows[0], others[0]]


def test_a_receipt_may_name_anything(store: Store) -> None:
    """What a peer writes there is never an error of the database."""
    strange = receipt(FR, 0, "\0" + "é" * 5_000, (1 << 53) - 1)
    with store.write() as tx:
        tx.save_receipts([strange])
        assert tx.newest_receipt(FR, strange.receipt.of) == strange


def test_matters_are_kept_whole(store: Store) -> None:
    """The state comes back as the JSON that it was, and nobody changes it from outside."""
    row = matter(1, state={"a": [1, "\0", None, 1.5], "z": {"é": []}})
    with store.write() as tx:
        tx.save_matters([replace(row, status="old", digest=sha("old")), row])
        read = tx.matter("live", row.matter)
        assert read == row
        assert isinstance(read.state, dict)
        read.state["a"] = "changed"
        assert tx.matter("live", row.matter) == row
        assert tx.matter("hotline", row.matter) is None


def test_matters_come_by_id_a_page_at_a_time(store: Store) -> None:
    """Pages that begin after the last id show every matter once, those that share an id too."""
    rows = [matter(number) for number in range(7)]
    rows += [matter(2, channel="hotline"), matter(3, kind="call")]
    with store.write() as tx:
        tx.save_matters(rows)
    with store.read() as tx:
        seen, after = [], ""
        while page := tx.matters(after=after, count_max=3):
            seen += page
            after = page[-1].matter.id
        assert seen == sorted(rows, key=lambda r: (r.matter.id, r.matter.kind, r.channel))
        assert tx.matters("call") == [matter(3, kind="call")]
        assert tx.matters("call", after=ident(3)) == []


def test_matters_that_are_over_come_by_id_a_page_at_a_time(store: Store) -> None:
    """What goes on is in no page; one that is closed or withdrawn is in them from then on."""
    closed = [replace(matter(number), status="closed") for number in (1, 3, 4)]
    closed.append(replace(matter(3, channel="hotline"), status="withdrawn"))
    with store.write() as tx:
        tx.save_matters([matter(number) for number in range(6)])
        assert tx.matters("request", over=True) == []
        tx.save_matters([*closed, replace(matter(5, kind="call"), status="closed")])
    with store.read() as tx:
        found = sorted(closed, key=lambda r: (r.matter.id, r.channel))
        assert tx.matters("request", over=True) == found
        assert tx.matters("request", ident(1), 1, over=True) == found[1:3]
        assert tx.matters("request", ident(4), over=True) == []


def test_matters_are_asked_for_a_field_without_being_read(store: Store) -> None:
    """A key counts at any depth, and a text that only looks like one does not."""
    deep: Json = {"a": [{"guideline": "g"}]}
    text: Json = {"a": '"guideline":'}
    rows = [matter(1, state=deep), matter(2, state=text), matter(3, state={"extends": "x"})]
    asked = [one.matter for one in (*rows, matter(4))]
    with store.write() as tx:
        tx.save_matters(rows)
        tx.save_matters([matter(4, channel="hotline", state=deep)])
        assert tx.matters_telling("live", asked, ["guideline"]) == {asked[0]}
        assert tx.matters_telling("live", asked, ["guideline", "extends"]) == {asked[0], asked[2]}
        assert tx.matters_telling("live", [], ["guideline"]) == set()


def test_that_an_officer_looked_outlives_every_refold(store: Store) -> None:
    """Neither a newer state nor dropping all states takes the mark away."""
    row = matter(1)
    with store.write() as tx:
        tx.save_matters([row, matter(2), replace(matter(3), opened=True)])
        tx.mark_opened("live", row.matter)
        tx.save_matters([row])
        assert [each.opened for each in tx.matters()] == [True, False, True]
        tx.drop_understood("live")
        tx.save_matters([row, matter(2), matter(3)])
        assert [each.opened for each in tx.matters()] == [True, False, True]


def test_what_was_understood_can_be_dropped(store: Store) -> None:
    """Acts, receipts and matters go and are understood anew; entries and bodies stay."""
    with store.write() as tx:
        tx.append(FR, 0, [b"e"], [leaf(b"e")])
        tx.save_log(log(FR, size=1, understood=1))
        tx.save_acts([act(FR, 0, 1)])
        tx.save_receipts([receipt(FR, 1, SN, 1)])
        tx.save_matters([matter(1)])
        tx.save_named_bodies([named(FR, 0, "a")])
        tx.drop_understood("live")
    with store.read() as tx:
        assert tx.logs() == [log(FR, size=1)]
        assert not any((tx.acts(FR, 0, 9), tx.receipts(FR, 0, 9), tx.matters()))
        assert not any((tx.acts_with_id(ident(1)), tx.newest_receipt(FR, SN)))
        assert not tx.is_act_id_used("live", "fr", ident(1))
        assert len(tx.entries(FR, 0, 9)) == len(tx.named_bodies(FR, missing=True)) == 1
