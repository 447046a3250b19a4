"""What States may say at the longest and the greatest is kept by every store as it is."""

import random
from dataclasses import replace
from string import ascii_lowercase, digits
from typing import Final

from contract.test_store_readers import filed, worded
from support.rows import FR, act, ident, log, matter, named, receipt

from comity.acts.record import LIST_LENGTH_MAX, UNREAD_MAX, Addressee, Matter, Office, Unread
from comity.kernel import limits
from comity.node.base.reader import Reader, Wanted
from comity.node.base.store import Store
from comity.node.room import search_terms

_NAME: Final = 63
_CODE: Final = 255


def _text(chance: random.Random, length: int) -> str:
    """Return a name or code that nothing can write shorter."""
    return "".join(chance.choices(ascii_lowercase + digits, k=length))


def test_an_act_of_the_longest_names_is_kept(store: Store) -> None:
    """Lists are full, codes are long, and one body is named twice."""
    chance = random.Random(1)  # noqa: S311 -- a test
    row = act(FR, limits.TILE_WIDTH, 1)
    said = replace(
        row.act,
        matter=Matter(_text(chance, _NAME), _text(chance, _NAME)),
        speaker=Office(_text(chance, _NAME), _text(chance, _NAME)),
        to=tuple(Addressee(_text(chance, _NAME)) for _ in range(LIST_LENGTH_MAX)),
        items=tuple(_text(chance, _NAME) for _ in range(LIST_LENGTH_MAX)),
        codes={_text(chance, _NAME): _text(chance, _CODE) for _ in range(LIST_LENGTH_MAX)},
        times={_text(chance, _NAME): limits.JSON_INTEGER_MAX},
        guideline=_text(chance, _CODE),
        urgency=_text(chance, _CODE),
    )
    bodies = [replace(named(FR, 256, "b"), size_bytes=size) for size in (1, limits.BLOB_BYTES_MAX)]
    with store.write() as tx:
        tx.save_log(log(FR))
        tx.save_acts([replace(row, act=said)])
        tx.save_named_bodies(bodies)
    with store.read() as tx:
        assert [one.act for one in tx.acts(FR, 0, 300)] == [said]
        assert [one.act for one in tx.acts_of("live", said.matter)] == [said]
        assert tx.named_between(FR, 0, 300) == bodies[1:]


def test_a_receipt_of_the_greatest_numbers_is_kept(store: Store) -> None:
    """A peer may name any log of any size, at any time."""
    top = limits.JSON_INTEGER_MAX
    row = receipt(FR, 0, "x/" * 126 + "x", top)
    unread = tuple(Unread(top - UNREAD_MAX + at, "f" * 64) for at in range(UNREAD_MAX))
    said = replace(row.receipt, time_ms=top, unread=unread)
    with store.write() as tx:
        tx.save_log(log(FR))
        tx.save_receipts([replace(row, receipt=said, effective_ms=top)])
    with store.read() as tx:
        (kept,) = tx.receipts(FR, 0, 1)
        found = tx.first_receipt(FR, said.of, top)
    assert (kept.receipt, kept.effective_ms) == (said, top)
    assert found == kept


def test_a_matter_of_sixteen_states_with_the_longest_names_is_listed(store: Store) -> None:
    """The index of lists has the names of all of them, and no store may be too narrow for it."""
    chance = random.Random(1)  # noqa: S311 -- a test
    parties = tuple(_text(chance, _NAME) for _ in range(limits.PARTIES_MAX))
    agencies = [_text(chance, _NAME) for _ in range(3)]
    row = matter(1, f"{ident(7)}/{_text(chance, _NAME)}")
    row = replace(row, asker=parties[0], holder=parties[1], matter=Matter("request", ident(1)))
    one = filed(
        row, *agencies, type=_text(chance, _CODE), holders=parties[1:], parties=parties,
        references=tuple(_text(chance, _CODE) for _ in range(2 * limits.PARTIES_MAX)),
    )  # fmt: skip
    with store.write() as tx:
        tx.save_matters([row])
        tx.file([one])
    with store.read() as tx:
        page = tx.listed(Reader("ann", (agencies[0],)), Wanted(), None, 5)
    assert [found for _, found in page] == [row]


def test_words_of_every_script_are_kept_and_found(store: Store) -> None:
    """As many and as long as an act may say, whatever the letters."""
    letters = "".join(chr(at) for at in range(0x110000) if not 0xD800 <= at < 0xE000)
    words = search_terms.words_of([letters, letters[::-1], "\0a\0b", "'\\:*& |!<->", "q" * 9_999])
    row = matter(1)
    with store.write() as tx:
        tx.save_log(log(FR))
        tx.save_matters([row])
        tx.file([filed(row, "police")])
        tx.save_words([replace(worded(1, 0, ""), words=words)])
    asked = sorted(words)[:: len(words) // 40]
    with store.read() as tx:
        for word in asked:
            assert tx.worded(Reader("ann", ("police",)), Wanted(), [word])[0] == [row], word
