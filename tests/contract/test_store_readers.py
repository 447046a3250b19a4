"""What every store promises of its answers to readers (`comity.node.base.store_readers`)."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from support.rows import FR, SN, act, ident, log, matter

from comity.node.base.reader import (
    EVERYONE,
    About,
    Filed,
    Grant,
    Reader,
    Wanted,
    Worded,
    officer_key,
)
from comity.node.base.rows import MatterRow
from comity.node.base.store import Store, Tx

ANN = Reader("ann", ("police", officer_key("ann"), EVERYONE))
BEN = Reader("ben", ("justice", officer_key("ben"), EVERYONE))
CAT = Reader("cat", ("ministry", officer_key("cat"), EVERYONE, ""))
NOBODY = Reader("op", ())
ALL = Wanted()


def filed(row: MatterRow, *readers: str, **changes: object) -> Filed:
    """Return how a matter is filed, with what its row says."""
    made = Filed(row.matter, row.channel, readers, 0, row.at_ms, row.status, row.urgency, row.asker)
    return replace(made, **changes)  # type: ignore[arg-type] # the caller's


def keep(store: Store, *files: tuple[MatterRow, Filed]) -> None:
    """Keep rows and how they are filed."""
    with store.write() as tx:
        tx.save_matters([row for row, _ in files])
        tx.file([one for _, one in files])


def numbers(found: list[MatterRow]) -> list[int]:
    """Return which of the numbered matters these are."""
    known = {ident(number): number for number in range(60)}
    return [known[row.matter.id] for row in found]


def lines(tx: Tx, reader: Reader, wanted: Wanted = ALL, count_max: int = 50) -> list[int]:
    """Return the numbers of what is listed, all pages."""
    found: list[int] = []
    after = None
    while page := tx.listed(reader, wanted, after, count_max):
        found += numbers([row for _, row in page])
        after = page[-1][0]
    return found


@pytest.fixture
def three(store: Store) -> Store:
    """One matter for the police, one for justice, one for the contact point."""
    one, two, three = matter(1), matter(2), matter(3)
    keep(
        store, (one, filed(one, "police")), (two, filed(two, "justice")), (three, filed(three, ""))
    )
    return store


def test_a_reader_lists_counts_and_reads_what_has_one_of_his_keys(three: Store) -> None:
    """Nobody else's matter is in any answer."""
    with three.read() as tx:
        seen = {reader.name: lines(tx, reader) for reader in (ANN, BEN, CAT, NOBODY)}
        assert seen == {"ann": [1], "ben": [2], "cat": [3], "op": []}
        assert tx.counts(ANN, "request") == {"submitted": 1}
        assert tx.counts(NOBODY, "request") == {}
        assert tx.readable(ANN, "live", matter(1).matter) == matter(1)
        assert tx.readable(ANN, "live", matter(2).matter) is None
        assert tx.readable(NOBODY, "live", matter(1).matter) is None


def test_what_was_opened_hides_nothing_that_was_not(store: Store) -> None:
    """Of any number that were, a list of those that were not has the first, and all of them."""
    rows = [matter(number) for number in range(1, 7)]
    other = replace(rows[0], channel="hotline", opened=False)
    keep(store, *((row, filed(row, "police")) for row in (*rows, other)))
    wanted = Wanted(is_unopened=True)
    with store.write() as tx:
        for row in rows[:5]:
            tx.mark_opened(row.channel, row.matter)
        assert len(lines(tx, ANN)) == 7
        assert lines(tx, ANN, wanted, 1) == lines(tx, ANN, wanted) == [6, 1]
        assert lines(tx, BEN, wanted) == []


def test_a_grant_counts_at_once_and_ends_at_once(three: Store) -> None:
    """Sharing adds a reader; ending that takes away what was shared and no more."""
    shared = Grant(matter(1).matter, "live", "justice", 5)
    own = Grant(matter(1).matter, "live", "police", 6)
    with three.write() as tx:
        tx.save_grant(shared)
        tx.save_grant(own)
        assert lines(tx, BEN) == [2, 1]
        assert tx.counts(BEN, "request") == {"submitted": 2}
        assert tx.filed_for("live", matter(1).matter) == ("justice", "police")
        tx.save_grant(replace(shared, ended_ms=9))
        tx.save_grant(replace(own, ended_ms=9))
        assert lines(tx, BEN) == [2]
        assert lines(tx, ANN) == [1]  # their agency has it by an act
        assert [one.ended_ms for one in tx.grants("live", matter(1).matter)] == [9, 9]


def test_a_grant_may_come_before_its_matter_and_outlives_a_rebuild(store: Store) -> None:
    """What was shared with one officer is their when the matter is folded, and folded again."""
    row = matter(1)
    with store.write() as tx:
        tx.save_grant(Grant(row.matter, "live", officer_key("ben"), 5))
    for _ in range(2):
        keep(store, (row, filed(row, "police")))
        with store.read() as tx:
            assert (lines(tx, BEN), lines(tx, ANN)) == ([1], [1])
        with store.write() as tx:
            tx.drop_understood("live")
            assert lines(tx, BEN) == []
            assert tx.counts(BEN, "request") == {}


def test_filing_anew_replaces_readers_places_and_references(store: Store) -> None:
    """A matter that moved stands in one place of a list, under the readers that it has now."""
    row = matter(1)
    keep(store, (row, filed(row, "police", references=("a-1",))))
    keep(store, (row, filed(row, "justice", rank=9, references=("b-2",))))
    with store.read() as tx:
        assert (lines(tx, ANN), lines(tx, BEN)) == ([], [1])
        assert tx.named(BEN, "request", "a-1") == []
        assert numbers(tx.named(BEN, "request", "b-2")) == [1]


def test_a_list_goes_by_rank_then_the_newer_and_pages_meet(store: Store) -> None:
    """Pages of any size give every line once, though a reader has it under two keys."""
    rows = [matter(number) for number in range(1, 30)]
    files = [
        filed(row, "police", *([EVERYONE] if n % 3 else []), rank=n % 4, at_ms=n // 5)
        for n, row in enumerate(rows)
    ]
    keep(store, *zip(rows, files, strict=True))
    wanted = [one.place for one in sorted(files, key=lambda one: one.place)]
    with store.read() as tx:
        known = [place for place, _ in tx.listed(ANN, ALL, None, 50)]
        assert known == wanted
        assert {tuple(lines(tx, ANN, ALL, size)) for size in (1, 2, 7, 50)} == {
            tuple(lines(tx, ANN))
        }


FILTERS: dict[str, tuple[Wanted, list[int]]] = {
    "status": (Wanted(statuses=frozenset({"answered", "closed"})), [2]),
    "urgency": (Wanted(urgency="routine"), [1]),
    "asker": (Wanted(asker="fr"), [3, 2, 1]),
    "another asker": (Wanted(asker="f%"), []),
    "holder": (Wanted(holder="sn"), [3, 1]),
    "no such holder": (Wanted(holder="s_"), []),
    "type": (Wanted(type="traffic-data"), [3]),
    "two at once": (Wanted(holder="sn", type="traffic-data"), [3]),
    "another kind": (Wanted(kind="guideline"), []),
    "not asked by": (Wanted(not_asker="fr"), []),
    "not asked by another": (Wanted(not_asker="sn"), [3, 2, 1]),
    "asked": (Wanted(asked="bo"), [2]),
    "asked itself": (Wanted(asked="fr"), []),
    "asked others": (Wanted(asked="b_"), []),
    "party": (Wanted(party="bo"), [2]),
    "no such party": (Wanted(party="b_"), []),
    "agency by an act": (Wanted(agency="justice"), [3]),
    "agency by a grant": (Wanted(agency="customs"), [1]),
    "nobody's agency": (Wanted(agency="prison"), []),
}


@pytest.mark.parametrize("name", FILTERS)
def test_a_list_is_filtered_by_what_is_wanted(store: Store, name: str) -> None:
    """Each filter is exact, and all of them hold."""
    one, two, three = matter(1), matter(2), matter(3)
    keep(
        store,
        (one, filed(one, "police", urgency="routine", holders=("sn", "fr"))),
        (two, filed(two, "police", status="answered", holders=("fr",), parties=("fr", "bo"))),
        (three, filed(three, "police", "justice", type="traffic-data", holders=("sn",))),
    )
    wanted, found = FILTERS[name]
    with store.write() as tx:
        tx.save_grant(Grant(one.matter, "live", "customs", 5))
    with store.read() as tx:
        assert lines(tx, ANN, wanted) == found
        told = [group.count for group in tx.groups(ANN, wanted.kind) if wanted.is_met(group)]
        assert sum(told) == len(found)
        assert tx.groups(NOBODY, wanted.kind) == []


def test_groups_are_of_what_a_reader_may_read_alone(three: Store) -> None:
    """Nothing that is hidden is in any group, and what they have twice is counted once."""
    with three.write() as tx:
        tx.file([filed(matter(1), "police", EVERYONE, holders=("sn",), parties=("fr", "sn"))])
    with three.read() as tx:
        (group,) = tx.groups(ANN, "request")
        (bens,) = [one for one in tx.groups(BEN, "request") if "justice" in one.readers]
    row = matter(1)
    wanted = ("request", row.status, row.urgency, row.asker, "")
    assert (group.kind, group.status, group.urgency, group.asker, group.type) == wanted
    assert (group.holders, group.parties) == (("sn",), ("fr", "sn"))
    assert (group.readers, group.count) == ((EVERYONE, "police"), 1)
    assert bens.count == 1


def test_a_matter_is_found_by_its_id_its_acts_and_both_references(three: Store) -> None:
    """Exactly first; else by the beginning of any of them, and only what they may read."""
    row = matter(1)
    names = ("pol 2026/14", "pol 2026/1")
    with three.write() as tx:
        tx.save_log(log(FR))
        tx.save_acts([act(FR, 0, act_id=40, matter=1), act(FR, 1, act_id=41, matter=2)])
        tx.file([filed(row, "police", references=names)])
    ids = (ident(1), ident(40), "pol 2026/1", "pol 2026/14", "pol", ident(40)[:20], ident(1)[:25])
    with three.read() as tx:
        assert [numbers(tx.named(ANN, "request", text)) for text in ids] == [[1]] * len(ids)
        assert [tx.named(BEN, "request", text) for text in ids[:5]] == [[]] * 5
        assert tx.named(ANN, "request", ident(41)) == []
        assert tx.named(ANN, "request", "nothing") == []
        assert tx.named(NOBODY, "request", "pol") == []


def test_a_name_that_is_one_is_not_taken_for_the_beginning_of_another(three: Store) -> None:
    """`A-1` is found though `A-10` exists; `A-` is ambiguous, and no more are given than asked."""
    with three.write() as tx:
        tx.file([filed(matter(1), "police", references=("a-1",))])
        tx.file([filed(matter(2), "police", references=("a-10",))])
    with three.read() as tx:
        assert numbers(tx.named(ANN, "request", "a-1")) == [1]
        assert sorted(numbers(tx.named(ANN, "request", "a-"))) == [1, 2]
        assert len(tx.named(ANN, "request", "a-", 1)) == 1


def test_a_record_about_a_matter_is_for_its_readers_and_for_who_wrote_it(three: Store) -> None:
    """Drafts and notes follow their matter, before it stands in any log too."""
    standing = About("live", matter(1).matter, "ministry")
    coming = About("live", matter(50).matter, "justice")
    with three.write() as tx:
        tx.save_about(standing, "draft", "a", {"n": 1})
        tx.save_about(coming, "draft", "b", {"n": 2})
        tx.save_record("draft", "c", {"n": 3})
    with three.read() as tx:
        assert dict(tx.records_for(ANN, "draft")) == {"a": {"n": 1}}
        assert dict(tx.records_for(BEN, "draft")) == {"b": {"n": 2}}
        assert dict(tx.records_for(CAT, "draft")) == {"a": {"n": 1}}
        assert dict(tx.records_for(NOBODY, "draft")) == {}
        assert tx.record_for(ANN, "draft", "b") is None
        assert tx.record_for(ANN, "draft", "c") is None
        assert tx.record("draft", "b") == {"n": 2}
    with three.write() as tx:
        tx.save_grant(Grant(matter(50).matter, "live", "police", 1))
        assert [*tx.records_for(ANN, "draft", "a")] == ["b"]
        assert [*tx.records_for(ANN, "draft", "", 1)] == ["a"]
        tx.drop_record("draft", "a")
        assert [*tx.records_for(ANN, "draft")] == ["b"]


def worded(number: int, index: int, words: str, origin: str = FR) -> Worded:
    """Return the words of one act."""
    return Worded(origin, index, "live", matter(number).matter, frozenset(words.split()))


type Ask = Callable[[str], list[int]]


def asks(tx: Tx, reader: Reader, wanted: Wanted = ALL) -> Ask:
    """Return a question for words."""
    return lambda words: numbers(tx.worded(reader, wanted, words.split())[0])


def test_words_are_found_by_who_may_read_them(three: Store) -> None:
    """All words in one act, whole or by their beginning; in English and in Chinese."""
    with three.write() as tx:
        for origin in (FR, SN):
            tx.save_log(log(origin))
        tx.save_words([worded(1, 0, "records neil 记录 录"), worded(2, 0, "records", SN)])
        tx.save_words([worded(1, 1, '192·0 0·2 quote"d')])
    with three.read() as tx:
        ann, ben = asks(tx, ANN), asks(tx, BEN)
        assert [ann("records"), ben("records")] == [[1], [2]]
        found = ("rec*", "neil records", "记录", "记*", "0·2 192·0")
        assert {word: ann(word) for word in found} == {word: [1] for word in found}
        missed = ("record", "records 192·0", "录音", "absent*")
        assert {word: ann(word) for word in missed} == {word: [] for word in missed}
        assert asks(tx, ANN, Wanted(statuses=frozenset({"closed"})))("records") == []
        assert tx.worded(NOBODY, ALL, ["records"]) == ([], None)


@pytest.mark.parametrize("many", [1, 70])
def test_a_beginning_finds_what_begins_so_however_many_words_do(three: Store, many: int) -> None:
    """A few words that begin alike or very many, by themselves or with another word beside them."""
    with three.write() as tx:
        tx.save_log(log(FR))
        for n in range(many):
            tx.save_words([worded(1, n, f"ransom{n:02} beside")])
        tx.save_words([worded(1, many, "ranson"), worded(1, many + 1, "rans")])
        tx.drop_words([(FR, many)])
    with three.read() as tx:
        ann, ben = asks(tx, ANN), asks(tx, BEN)
        found = ("ransom*", "ransom0*", "beside ransom*", "ran* bes*", "rans*")
        assert {word: ann(word) for word in found} == {word: [1] for word in found}
        missed = ("ranson*", "ransomware*", "rans beside")
        assert {word: ann(word) for word in missed} == {word: [] for word in missed}
        assert ben("ransom*") == []


def test_words_are_replaced_dropped_and_outlive_a_rebuild_of_states(three: Store) -> None:
    """What an act said is kept once; what was destroyed is found no more."""
    with three.write() as tx:
        tx.save_log(log(FR))
        tx.save_words([worded(1, 0, "alpha"), worded(1, 1, "beta")])
        tx.save_words([worded(1, 0, "gamma")])
        ask = asks(tx, ANN)
        assert [ask(word) for word in ("alpha", "beta", "gamma")] == [[], [1], [1]]
        tx.drop_words([(FR, 1), (FR, 9)])
        assert [ask(word) for word in ("beta", "gamma")] == [[], [1]]
        while tx.tidy_words():
            pass
        tx.drop_understood("live")
        assert ask("gamma") == []
        tx.save_matters([matter(1)])
        tx.file([filed(matter(1), "police")])
        assert ask("gamma") == [1]
        tx.drop_words()
        assert ask("gamma") == []


def test_pages_of_a_search_meet_the_newest_first(store: Store) -> None:
    """Every matter comes once, however many of its acts have the word."""
    rows = [matter(number) for number in range(1, 20)]
    keep(
        store, *((row, filed(row, "police" if n % 2 else "justice")) for n, row in enumerate(rows))
    )
    with store.write() as tx:
        tx.save_log(log(FR))
        tx.save_words([worded(n % 19 + 1, n, "word") for n in range(60)])
    with store.read() as tx:
        for size in (1, 2, 5, 50):
            found: list[int] = []
            before = None
            while True:
                page, before = tx.worded(ANN, ALL, ["word"], before, size)
                found += numbers(page)
                if before is None:
                    break
            assert found == list(range(18, 1, -2)), size
