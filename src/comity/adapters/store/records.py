"""Bodies, officers and small records (see `node.base.store.Tx`).

Floor: adapters.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from comity.acts.record import Matter
from comity.adapters import blob_names
from comity.adapters.store import row_json
from comity.adapters.store.connections import Row
from comity.adapters.store.entry_places import Places, index_of, number_of, place, until
from comity.kernel.ijson import Json
from comity.node.base import proven
from comity.node.base.reader import About, Grant
from comity.node.base.rows import Factor, NamedBody, Officer

_NAMED: Final = "SELECT sha256, place, size_bytes, needed, document, held FROM store_namedbody"
_NUMBER: Final = """INSERT INTO store_body (number, sha256)
    SELECT COALESCE(MAX(number), 0) + 1, %s FROM store_body WHERE TRUE
    ON CONFLICT (sha256) DO NOTHING"""
_SAVE_NAMED: Final = """INSERT INTO store_namedbody
    (place, sha256, body, size_bytes, needed, document, held)
    VALUES (%s, %s, (SELECT number FROM store_body WHERE sha256 = %s), %s, %s, %s, %s)
    ON CONFLICT (place, sha256) DO UPDATE SET
    size_bytes = excluded.size_bytes, needed = excluded.needed, document = excluded.document,
    held = excluded.held"""
_NUMBER_OF: Final = "(SELECT number FROM store_body WHERE sha256 = %s)"
_HOLD: Final = f"UPDATE store_namedbody SET held = TRUE WHERE body = {_NUMBER_OF}"  # noqa: S608 -- our own words
_SAVE_BODY: Final = """INSERT INTO store_body (number, sha256, content)
    SELECT COALESCE(MAX(number), 0) + 1, %s, %s FROM store_body WHERE TRUE
    ON CONFLICT (sha256) DO UPDATE SET content = excluded.content"""
_KEEP_NUMBER: Final = """INSERT INTO store_body (number, sha256)
    SELECT body, sha256 FROM store_namedbody WHERE body = %s LIMIT 1"""
_OF_BODY: Final = "FROM store_body WHERE sha256 = %s AND content IS NOT NULL"
_OFFICER: Final = """SELECT name, token_sha256, agency, office, since_ms, ended_ms, roles
    FROM store_user"""
# Django's own columns: a password that fits nothing, since an officer signs in with a token.
_SAVE_OFFICER: Final = """INSERT INTO store_user
    (name, token_sha256, agency, office, since_ms, ended_ms, roles, password, email, is_superuser)
    VALUES (%s, %s, %s, %s, %s, %s, %s, '!', '', FALSE) ON CONFLICT (name) DO UPDATE SET
    token_sha256 = excluded.token_sha256, agency = excluded.agency, office = excluded.office,
    since_ms = excluded.since_ms, ended_ms = excluded.ended_ms,
    roles = excluded.roles"""
_FORGET: Final = (
    """DELETE FROM mfa_authenticator
    WHERE user_id = (SELECT id FROM store_user WHERE name = %s)""",
    """DELETE FROM socialaccount_socialaccount
    WHERE user_id = (SELECT id FROM store_user WHERE name = %s)""",
)
"""What somebody signs in by beside their password; tokens of a provider are not kept."""
_FACTORS: Final = """SELECT CAST(data AS TEXT), CAST(created_at AS TEXT) FROM mfa_authenticator
    WHERE user_id = (SELECT id FROM store_user WHERE name = %s) AND type IN ('totp', 'webauthn')"""
_GRANTS: Final = "SELECT kind, id, channel, reader, since_ms, ended_ms FROM store_granted"
_ABOUTS: Final = "SELECT kind, key, channel, matter_kind, matter_id, agency FROM store_about"
_RECORDS: Final = "SELECT key, value FROM store_record"
_SAVE_RECORD: Final = """INSERT INTO store_record (kind, key, value) VALUES (%s, %s, %s)
    ON CONFLICT (kind, key) DO UPDATE SET value = excluded.value"""


def _instant_ms(text: str) -> int:
    """Return an instant of a row of Django's, which is of UTC with or without saying so."""
    at = datetime.fromisoformat(text)
    return int((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() * 1_000)


def _asked(sha256: str) -> bytes:
    """Return a hash that is asked for; where a peer wrote what is none, that of no body."""
    return bytes.fromhex(sha256) if blob_names.is_sha256(sha256) else b""


class RecordRows(Places):
    """The part of a transaction that keeps bodies, officers and records."""

    def save_named_bodies(self, rows: Sequence[NamedBody]) -> None:
        """Note the bodies that an act names."""
        numbers = {row.origin: self._number_given(row.origin) for row in rows}
        hashes = [bytes.fromhex(row.sha256) for row in rows]
        self._line.run_many(_NUMBER, [(sha256,) for sha256 in hashes])
        self._line.run_many(
            _SAVE_NAMED,
            [
                (
                    place(numbers[row.origin], row.index),
                    sha256,
                    sha256,
                    row.size_bytes,
                    row.needed,
                    row.document,
                    row.held,
                )
                for row, sha256 in zip(rows, hashes, strict=True)
            ],
        )

    def named_bodies(
        self, origin: str, *, missing: bool, start: int = 0, count_max: int = 1_000
    ) -> list[NamedBody]:
        """Return a page of the bodies that a log's acts name; those of the last index all come."""
        assert count_max > 0
        number = self._number(origin)
        # By place alone: SQLite would take the index that has the whole order and read what is
        # held too.  So what one act names is asked for again, and sorted here.
        only = "AND NOT held" if missing else ""
        rows = self._line.rows(
            f"{_NAMED} WHERE place >= %s AND place < %s {only} ORDER BY place LIMIT %s",
            (place(number, start), place(number + 1, 0), count_max),
        )
        if len(rows) == count_max:
            last = rows[-1][1]
            rest = self._line.rows(
                f"{_NAMED} WHERE place >= %s AND place < %s {only}", (last, last + 1)
            )
            rows = [row for row in rows if row[1] < last] + rest
        return [self._named(row) for row in sorted(rows, key=lambda row: (row[1], row[0]))]

    def named_between(self, origin: str, start: int, end: int) -> list[NamedBody]:
        """Return the bodies that acts with an index in `[start, end)` name, in that order."""
        number = self._number(origin)
        rows = self._line.rows(
            f"{_NAMED} WHERE place >= %s AND place < %s ORDER BY place, sha256",
            (place(number, start), until(number, end)),
        )
        return [self._named(row) for row in rows]

    def who_names(self, sha256: str) -> list[NamedBody]:
        """Return every naming of one body, by (origin, index)."""
        rows = self._line.rows(f"{_NAMED} WHERE body = {_NUMBER_OF}", (_asked(sha256),))
        return sorted(map(self._named, rows), key=lambda named: (named.origin, named.index))

    def mark_held(self, sha256: str) -> None:
        """Note that a body's bytes are on stable storage."""
        self._line.run(_HOLD, (bytes.fromhex(sha256),))

    def save_bodies(self, bodies: Mapping[str, bytes]) -> None:
        """Keep bodies of at most 64 KiB, `{sha256: bytes}`, as rows."""
        self._line.run_many(
            _SAVE_BODY, [(bytes.fromhex(sha256), body) for sha256, body in bodies.items()]
        )

    def body(self, sha256: str) -> bytes | None:
        """Return a body that is kept as a row."""
        row = self._first(f"SELECT content {_OF_BODY}", (_asked(sha256),))
        return None if row is None else row[0]

    def body_bytes(self, sha256: str) -> int | None:
        """Return the size of a body that is kept as a row, without reading it."""
        row = self._first(f"SELECT length(content) {_OF_BODY}", (_asked(sha256),))
        return None if row is None else int(row[0])

    def drop_body(self, sha256: str) -> None:
        """Destroy a body that is kept as a row; its pages are overwritten."""
        row = self._first(f"SELECT number {_OF_BODY}", (bytes.fromhex(sha256),))
        if row is not None:
            self._line.overwrite("DELETE FROM store_body WHERE number = %s", row)
            self._line.run(_KEEP_NUMBER, row)

    def officer(self, name: str) -> Officer | None:
        """Return one officer, ended ones too."""
        row = self._first(f"{_OFFICER} WHERE name = %s", (name,))
        return None if row is None else _officer(row)

    def officers(self) -> list[Officer]:
        """Return all officers by name."""
        found = [_officer(row) for row in self._line.rows(_OFFICER)]
        return sorted(found, key=lambda officer: officer.name)

    def save_officer(self, officer: Officer) -> None:
        """Keep an officer."""
        data = proven.officer_bytes(officer)
        proven.note(self.changed, proven.OFFICER, officer.name, data)
        self._line.run(
            _SAVE_OFFICER,
            (
                officer.name,
                officer.token_sha256,
                officer.agency,
                officer.office,
                officer.since_ms,
                officer.ended_ms,
                " ".join(officer.roles),
            ),
        )

    def factors(self, name: str) -> list[Factor]:
        """Return what an officer shows beside a password."""
        return [
            Factor(str(json.loads(data).get("secret", "")), _instant_ms(added))
            for data, added in self._line.rows(_FACTORS, (name,))
        ]

    def forget_access(self, name: str, mark: str) -> None:
        """Forget how an officer signs in; a session is of the password that it began with."""
        for statement in _FORGET:
            self._line.run(statement, (name,))
        self._line.run("UPDATE store_user SET password = %s WHERE name = %s", (f"!{mark}", name))

    def save_record(self, kind: str, key: str, value: Json) -> None:
        """Keep a small record of any other kind."""
        data = row_json.json_bytes(value)
        self._line.run(_SAVE_RECORD, (kind, key, data))
        proven.note(self.changed, kind, key, data)

    def record(self, kind: str, key: str) -> Json:
        """Return a record, or None."""
        row = self._first(
            "SELECT value FROM store_record WHERE kind = %s AND key = %s", (kind, key)
        )
        value: Json = None if row is None else row_json.json_of(row[0])
        return value

    def records(
        self, kind: str, *, after: str = "", count_max: int | None = None
    ) -> dict[str, Json]:
        """Return the records of a kind by key: all, or the first so many after a key."""
        beyond, from_ = ("AND key > %s", (after,)) if after else ("", ())
        limit, upto = ("", ()) if count_max is None else ("LIMIT %s", (count_max,))
        rows = self._line.rows(
            f"{_RECORDS} WHERE kind = %s {beyond} ORDER BY key {limit}", (kind, *from_, *upto)
        )
        return {key: row_json.json_of(value) for key, value in rows}

    def drop_record(self, kind: str, key: str) -> None:
        """Forget a record."""
        if self._line.run("DELETE FROM store_record WHERE kind = %s AND key = %s", (kind, key)):
            proven.note(self.changed, kind, key, None)
        if self._line.run("DELETE FROM store_about WHERE kind = %s AND key = %s", (kind, key)):
            proven.note_about(self.changed, kind, key, None)

    def proven(self, kind: str) -> dict[str, str]:
        """Return `{key: SHA-256}` of every row of a kind that the local log proves."""
        if kind == proven.OFFICER:
            return {o.name: proven.sha256(proven.officer_bytes(o)) for o in self.officers()}
        if kind == proven.GRANT:
            grants = [
                Grant(Matter(of, matter_id), channel, *rest)
                for of, matter_id, channel, *rest in self._line.rows(_GRANTS)
            ]
            return {proven.grant_key(g): proven.sha256(proven.grant_bytes(g)) for g in grants}
        if kind == proven.ABOUT:
            return {
                proven.about_key(of, key): proven.sha256(
                    proven.about_bytes(About(channel, Matter(matter_kind, matter_id), agency))
                )
                for of, key, channel, matter_kind, matter_id, agency in self._line.rows(_ABOUTS)
                if of in proven.RECORDS
            }
        rows = self._line.rows(f"{_RECORDS} WHERE kind = %s ORDER BY key", (kind,))
        return {key: proven.sha256(_bytes(value)) for key, value in rows}

    def _named(self, row: Row) -> NamedBody:
        sha256, at, size_bytes, needed, document, held = row
        return NamedBody(
            sha256=sha256.hex(),
            origin=self._origin(number_of(at)),
            index=index_of(at),
            size_bytes=size_bytes,
            needed=bool(needed),
            document=bool(document),
            held=bool(held),
        )


def _bytes(value: bytes | str) -> bytes:
    """Return a value as bytes: a hand in SQLite may have left a text."""
    return value.encode() if isinstance(value, str) else bytes(value)


def _officer(row: Row) -> Officer:
    name, token_sha256, agency, office, since_ms, ended_ms, roles = row
    return Officer(name, token_sha256, agency, office, since_ms, ended_ms, tuple(roles.split()))
