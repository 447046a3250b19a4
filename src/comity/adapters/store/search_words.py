# ruff: noqa: S608 -- only names of our own tables and columns stand between the values
"""Which words acts have said, and who may find them (see `node.base.store_readers`).

    document  = number of the matter << 20 | which of its acts with words

Documents are read from the newest down, some hundreds at a time, and each matter is looked up
among what the reader may read; after so many of them the answer is given, whole page or not.

Floor: adapters.
"""

from collections.abc import Sequence
from typing import Final

from comity.acts.record import Matter
from comity.adapters.store.connections import SqliteLine
from comity.adapters.store.entry_places import place
from comity.adapters.store.filing import FilingRows, conditions, marks
from comity.node.base.reader import Reader, Wanted, Worded
from comity.node.base.rows import MatterRow

ACT_BITS: Final = 20
BATCH: Final = 600
"""Documents of one look: those of some fifty matters."""
MERGED: Final = 64
"""Pages of the index that are written anew in one transaction."""
LOOKED_MAX: Final = 24_000
_END: Final = 1 << 62
ENDS_MAX: Final = 64
"""Words that begin alike and are looked for one by one."""
_AFTER: Final = "\U0010ffff"
_VOCABULARY: Final = """CREATE VIRTUAL TABLE IF NOT EXISTS temp.store_vocabulary
    USING fts5vocab(main, store_words, row)"""
_ENDS: Final = "SELECT term FROM temp.store_vocabulary WHERE term >= %s AND term < %s LIMIT %s"


class WordingRows(FilingRows):
    """The part of a transaction that knows which words acts have said."""

    def save_words(self, rows: Sequence[Worded]) -> None:
        """Keep which words acts have said, in place of what was kept of each act."""
        self.drop_words([(row.origin, row.index) for row in rows])
        for row in rows:
            if not row.words:
                continue
            doc = self._next_doc(row.channel, row.matter)
            at = place(self._number_given(row.origin), row.index)
            self._line.run("INSERT INTO store_worded (place, doc) VALUES (%s, %s)", (at, doc))
            words = sorted(row.words)
            if isinstance(self._line, SqliteLine):
                sql = "INSERT INTO store_words (rowid, words) VALUES (%s, %s)"
                self._line.run(sql, (doc, " ".join(words)))
            else:
                lexemes = " ".join(map(_lexeme, words))
                sql = "INSERT INTO store_words (doc, words) VALUES (%s, (%s)::text::tsvector)"
                self._line.run(sql, (doc, lexemes))

    def drop_words(self, places: Sequence[tuple[str, int]] | None = None) -> None:
        """Forget the words of the acts at these places, or of all acts."""
        column = "rowid" if isinstance(self._line, SqliteLine) else "doc"
        if places is None:
            is_sqlite = column == "rowid"
            all_words = "INSERT INTO store_words (store_words) VALUES ('delete-all')"
            self._line.run(all_words if is_sqlite else "DELETE FROM store_words")
            self._line.run("DELETE FROM store_worded")
            return
        for origin, index in places:
            at = place(self._number(origin), index)
            row = self._first("SELECT doc FROM store_worded WHERE place = %s", (at,))
            if row is not None:
                self._line.run(f"DELETE FROM store_words WHERE {column} = %s", (row[0],))
                self._line.run("DELETE FROM store_worded WHERE place = %s", (at,))

    def tidy_words(self) -> bool:
        """Take some of what was forgotten out of the index itself; return whether more is left."""
        if not isinstance(self._line, SqliteLine):
            return False  # PostgreSQL does so by itself
        row = self._first("SELECT total_changes()", ())
        self._line.run(
            "INSERT INTO store_words (store_words, rank) VALUES ('merge', %s)", (-MERGED,)
        )
        after = self._first("SELECT total_changes()", ())
        assert row is not None
        assert after is not None
        return int(after[0]) - int(row[0]) > 1

    def worded(
        self,
        reader: Reader,
        wanted: Wanted,
        terms: Sequence[str],
        before: int | None = None,
        count_max: int = 50,
    ) -> tuple[list[MatterRow], int | None]:
        """Return matters of which one act has said all terms, the newest known first."""
        assert terms
        assert count_max > 0
        found: list[tuple[int, str, str]] = []
        if not reader.keys:
            return [], None
        asked = self._asked(terms)
        looked, number, is_end = 0, before if before is not None else _END >> ACT_BITS, False
        while not is_end and looked < LOOKED_MAX and len(found) <= count_max:
            docs = self._docs(asked, number << ACT_BITS)
            looked += len(docs)
            is_end = len(docs) < BATCH
            numbers = list(dict.fromkeys(doc >> ACT_BITS for doc in docs))
            if numbers:
                number = numbers[-1]
                found += self._of(reader, wanted, numbers)
        cut = found[:count_max]
        if len(found) > count_max:
            number, is_end = cut[-1][0], False
        rows = [self._row(wanted.kind, name, channel) for _, name, channel in cut]
        return rows, None if is_end else number

    def _asked(self, terms: Sequence[str]) -> str:
        """Return terms as the index is asked for what has all of them."""
        if not isinstance(self._line, SqliteLine):
            return " & ".join(_queried(term) for term in terms)
        return " AND ".join(
            self._ends(term[:-1]) if term.endswith("*") else _quoted(term) for term in terms
        )

    def _ends(self, beginning: str) -> str:
        """Return a beginning of words as the words that begin so, unless they are very many.

        Asked for a beginning, FTS5 puts the documents of all such words together before it gives
        the newest of them; asked for words, it reads each from its end.
        """
        self._line.run(_VOCABULARY)
        found = self._line.rows(_ENDS, (beginning, beginning + _AFTER, ENDS_MAX + 1))
        if not 0 < len(found) <= ENDS_MAX:
            return _quoted(f"{beginning}*")
        return f"({' OR '.join(_quoted(row[0]) for row in found)})"

    def _docs(self, asked: str, before: int) -> list[int]:
        """Return the newest documents that have what is asked for, below a number."""
        if isinstance(self._line, SqliteLine):
            sql = (
                "SELECT rowid FROM store_words WHERE store_words MATCH %s AND rowid < %s"
                " ORDER BY rowid DESC LIMIT %s"
            )
        else:
            sql = (
                "SELECT doc FROM store_words WHERE words @@ (%s)::text::tsquery AND doc < %s"
                " ORDER BY doc DESC LIMIT %s"
            )
        return [int(row[0]) for row in self._line.rows(sql, (asked, before, BATCH))]

    def _of(
        self, reader: Reader, wanted: Wanted, numbers: Sequence[int]
    ) -> list[tuple[int, str, str]]:
        """Return the number, id and channel of those that a reader may read."""
        only, values = conditions(wanted, "f.")
        rows = self._line.rows(
            "SELECT DISTINCT n.number, n.id, n.channel"
            " FROM store_numbered n INNER JOIN store_filed f"
            " ON f.id = n.id AND f.kind = n.kind AND f.channel = n.channel"
            f" WHERE n.number IN ({marks(numbers)})"
            f" AND f.reader IN ({marks(reader.keys)}) {only}"
            " ORDER BY n.number DESC",
            (*numbers, *reader.keys, *values),
        )
        return [(int(number), name, channel) for number, name, channel in rows]

    def _next_doc(self, channel: str, matter: Matter) -> int:
        key = (matter.id, matter.kind, channel)
        row = self._first(
            "SELECT number FROM store_numbered WHERE id = %s AND kind = %s AND channel = %s", key
        )
        if row is None:
            newest = self._first("SELECT COALESCE(MAX(number), 0) FROM store_numbered", ())
            assert newest is not None
            number = int(newest[0]) + 1
            self._line.run(
                "INSERT INTO store_numbered (number, id, kind, channel) VALUES (%s, %s, %s, %s)",
                (number, *key),
            )
            return number << ACT_BITS
        low, high = int(row[0]) << ACT_BITS, (int(row[0]) + 1) << ACT_BITS
        last = self._first(
            "SELECT COALESCE(MAX(doc), %s) FROM store_worded WHERE doc >= %s AND doc < %s",
            (low - 1, low, high),
        )
        assert last is not None
        return int(last[0]) + 1


def _quoted(term: str) -> str:
    """Return a term as FTS5 asks for it."""
    word, star = (term[:-1], "*") if term.endswith("*") else (term, "")
    return '"' + word.replace('"', '""') + '"' + star


def _lexeme(word: str) -> str:
    """Return a word as PostgreSQL reads it in a tsvector."""
    return "'" + word.replace("\\", "\\\\").replace("'", "''") + "'"


def _queried(term: str) -> str:
    """Return a term as PostgreSQL asks for it."""
    return _lexeme(term[:-1]) + ":*" if term.endswith("*") else _lexeme(term)
