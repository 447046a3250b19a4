"""What a peer, a browser or a file chose is only a value to every store: it ends nothing."""

from itertools import product

import pytest
from support.rows import FR, ident, log, matter, sha

from comity.acts.record import Matter
from comity.node.base.reader import Filed, Grant, Reader, Wanted, Worded
from comity.node.base.store import Store
from comity.node.room import search_terms

MATTER = Matter("request", ident(1))
READER = Reader("ann", ("police",))
LETTERS = "abcdefghijklmnopqrstuvwxyz"


@pytest.mark.parametrize("filler", ["x", "\U00010400", "x-", "\u0e01-"])
def test_the_words_of_any_text_are_kept(store: Store, filler: str) -> None:
    """A peer may send a text of many megabytes: it is indexed, and so is what comes behind it."""
    words = (f"{''.join(one)}{filler * 46}" for one in product(LETTERS, repeat=3))
    long = Worded(FR, 0, "live", MATTER, search_terms.words_of([" ".join(words)]))
    with store.write() as tx:
        tx.save_log(log(FR))
        tx.save_words([long, Worded(FR, 1, "live", MATTER, frozenset({"kidnapping"}))])
    with store.read() as tx:
        assert tx.worded(READER, Wanted(kind="request"), ["kidnapping"]) == ([], None)


def test_a_matter_is_shared_with_very_many(store: Store) -> None:
    """No index is too narrow for all who read it, and each of them counts it."""
    row = matter(1)
    names = tuple(f"@{sha(str(number))[:60]}" for number in range(170))
    with store.write() as tx:
        tx.save_matters([row])
        tx.file([Filed(row.matter, "live", names[:150], 0, row.at_ms, "open")])
        for name in names[150:]:
            tx.save_grant(Grant(row.matter, "live", name, 1))
    with store.read() as tx:
        for name in (names[0], names[-1]):
            assert tx.counts(Reader("", (name,)), "request") == {"open": 1}
            assert len(tx.listed(Reader("", (name,)), Wanted(kind="request"))) == 1
    with store.write() as tx:
        tx.save_grant(Grant(row.matter, "live", names[-1], 1, 2))
    with store.read() as tx:
        assert tx.counts(Reader("", names[-1:]), "request") == {}
        assert tx.counts(Reader("", names), "request") == {"open": 1}
