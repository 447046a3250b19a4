"""What a State keeps to itself is proven by the log it keeps: a hand in the database is named."""

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from support.pair import World, make_world
from support.rows import matter

from comity.acts.record import Matter
from comity.adapters.memory import MemoryTx
from comity.adapters.memory_disk import Key, Table
from comity.domestic.officer import role
from comity.node.base import proven
from comity.node.base.ports import Tx
from comity.node.base.reader import About, Grant
from comity.node.base.rows import Officer
from comity.node.desk import officer_admin
from comity.node.operate.fsck import records, run
from comity.node.room import api_tokens, local_log, need_to_know, officers

RECORDS = 1_000


def fill(world: World, count: int) -> list[tuple[str, str]]:
    """Write records of every kind that is proven, through the store; return what they are."""
    node = world.node("aa")
    kinds = sorted(proven.KINDS)
    written: list[tuple[str, str]] = []
    for number in range(count):
        kind = kinds[number % len(kinds)]
        key = f"k{number:06d}"
        with node.store.write() as tx:
            if kind == proven.OFFICER:
                tx.save_officer(Officer(key, bytes(32), "police", "", number, None, role.DEFAULT))
            elif kind == proven.GRANT:
                grant = Grant(Matter("request", key), "live", "@ann", number)
                tx.save_grant(grant)
                key = proven.grant_key(grant)
            elif kind == proven.ABOUT:
                tx.save_about(About("live", Matter("request", key), "police"), "draft", key, {})
                key = proven.about_key("draft", key)
            else:
                tx.save_record(kind, key, {"n": number, "officer": "ann"})
            if number % 3 == 0:  # with a step of its own, before or after, or with none
                local_log.note(tx, node, "matter.opened", {"officer": "ann", "matter": key})
        written.append((kind, key))
    return written


def _place(tx: MemoryTx, kind: str, key: str) -> tuple[Table[Any], str, Key]:
    """Return where a row stands: its table, group and key."""
    if kind == proven.OFFICER:
        return tx._t.officers, "", (key,)
    if kind == proven.GRANT:
        channel, of, matter_id, reader = key.split("|")
        return tx._t.granted, of, (matter_id, channel, reader)
    if kind == proven.ABOUT:
        of, _, name = key.partition("|")
        return tx._t.about, of, (name,)
    return tx._t.records, kind, (key,)


def _changed(kind: str, row: Any) -> Any:  # noqa: ANN401 -- a row of any table
    """Return a row as somebody would like it to be."""
    if kind == proven.OFFICER:
        return replace(row, roles=(*row.roles, role.AUDITOR))
    if kind == proven.GRANT:
        return replace(row, ended_ms=9)
    if kind == proven.ABOUT:
        return replace(row, agency="customs")
    return row.replace(b"ann", b"eve")


def by_hand(tx: Tx, kind: str, key: str, how: str = "changed") -> Callable[[], None]:
    """Change a row as a hand in the database does, past the program; return what undoes it."""
    assert isinstance(tx, MemoryTx)
    table, group, at = _place(tx, kind, key)
    row, journal = table.get(group, at), tx._journal
    assert row is not None
    if how == "lost":
        table.drop(journal, group, at)
    else:
        table.put(journal, group, at, _changed(kind, row))
    return lambda: table.put(journal, group, at, row)


def test_any_one_of_a_thousand_records_that_a_hand_changed_is_named(tmp_path: Path) -> None:
    """Each kind, changed or dropped: the check names that record and no other."""
    world = make_world(tmp_path)
    written = fill(world, RECORDS)
    assert len(set(written)) == RECORDS
    with world.node("aa").store.write() as tx:
        said = local_log.records_said(tx)
        assert not [*records.wrong(tx, said, is_whole=True)]
        for number, (kind, key) in enumerate(written):
            how = ("changed", "lost")[number // len(proven.KINDS) % 2]
            undo = by_hand(tx, kind, key, how)
            of_kind = {name: one for name, one in said.items() if name.startswith(f"{kind} ")}
            found = [*records.wrong(tx, of_kind, is_whole=False)]
            assert [(one.name, one.how) for one in found] == [(f"{kind} {key}", how)]
            undo()
        assert not [*records.wrong(tx, said, is_whole=True)]


@pytest.mark.parametrize("kind", sorted(proven.KINDS))
def test_the_check_of_a_home_names_a_changed_record_of_each_kind(tmp_path: Path, kind: str) -> None:
    """`comity fsck`, and what `doctor` looks at, say which one; before, both are content."""
    world = make_world(tmp_path)
    node = world.node("aa")
    written = fill(world, len(proven.KINDS))
    assert run.check(node).is_clean
    key = dict(written)[kind]
    with node.store.write() as tx:
        by_hand(tx, kind, key)
    problems = run.check(node).problems
    assert [(one.code, one.where) for one in problems] == [("node.fsck.record", f"{kind} {key}")]
    assert [one.name for one in records.newest(node)[1]] == [f"{kind} {key}"]


def test_a_record_that_no_step_brought_is_named(tmp_path: Path) -> None:
    """Somebody gives themselves a token, an officer or a grant by hand."""
    world = make_world(tmp_path)
    node = world.node("aa")
    fill(world, 50)
    with node.store.write() as tx:
        assert isinstance(tx, MemoryTx)
        tx._t.records.put(tx._journal, "api-token", ("f" * 64,), b"{}")
        tx._t.officers.put(tx._journal, "", ("eve",), Officer("eve", bytes(32), "police", "", 1))
        grant = Grant(matter(1).matter, "live", "@eve", 1)
        tx._t.granted.put(tx._journal, "request", (grant.matter.id, "live", "@eve"), grant)
    named = {one.where for one in run.check(node).problems}
    assert named == {f"api-token {'f' * 64}", "officer eve", f"grant {proven.grant_key(grant)}"}


def test_a_step_that_was_emptied_hides_no_record(tmp_path: Path) -> None:
    """Whoever drops a record with the facts of the step that wrote it is told of by the step."""
    world = make_world(tmp_path)
    node = world.node("aa")
    fill(world, len(proven.KINDS))
    with node.store.write() as tx:
        tx.save_record("custody", "one|000001", {"officer": "ann"})
    with node.store.read() as tx:
        (name,) = [
            key
            for key, value in tx.records(local_log.RECORD_KIND).items()
            if "one|000001" in str(value)
        ]
    with node.store.write() as tx:
        assert isinstance(tx, MemoryTx)
        tx._t.records.put(tx._journal, local_log.RECORD_KIND, (name,), b"{}")
        tx._t.records.drop(tx._journal, "custody", ("one|000001",))
    assert {one.code for one in run.check(node).problems} == {"node.fsck.local"}


def test_what_officers_do_is_proven(tmp_path: Path) -> None:
    """Adding an officer, giving a role, a token and a share: each is in the log that proves it."""
    world = make_world(tmp_path)
    node = world.node("aa")
    token = officer_admin.add(node, "ann", "police")
    ann = officers.authenticate(node, "ann", token)
    api_tokens.add(node, ann, "export", ["read"])
    officer_admin.give_roles(node, "ann", (*role.DEFAULT, role.COUNSEL))
    world.ask("aa")
    with node.store.write() as tx:
        row = tx.matters()[0]
        need_to_know.share(tx, node, row.channel, row.matter, "customs")
    with node.store.read() as tx:
        said = local_log.records_said(tx)
    assert {name.partition(" ")[0] for name in said} >= {"officer", "api-token", "grant"}
    assert run.check(node).is_clean


_SQL: dict[str, str] = {
    "officer ann": "UPDATE store_user SET roles = roles || ' auditor' WHERE name = 'ann'",
    "custody one|000001": "UPDATE store_record SET value = x'7b7d' WHERE kind = 'custody'",
    "draft k1": "UPDATE store_record SET value = '{}' WHERE kind = 'draft'",
    "about draft|k1": "UPDATE store_about SET agency = 'customs' WHERE kind = 'draft'",
    "grant live|request|x|@ann": "UPDATE store_granted SET ended_ms = 1",
}


@pytest.mark.parametrize("name", _SQL)
def test_a_hand_in_sqlite_is_named(tmp_path: Path, name: str) -> None:
    """The database of a home, changed with another program."""
    world = make_world(tmp_path, store="sqlite")
    node = world.node("aa")
    officer_admin.add(node, "ann", "police")
    with node.store.write() as tx:
        tx.save_about(About("live", Matter("request", "x"), "police"), "draft", "k1", {"n": 1})
        tx.save_record("custody", "one|000001", {"officer": "ann"})
        tx.save_grant(Grant(Matter("request", "x"), "live", "@ann", 1))
    assert run.check(node).is_clean
    hand = sqlite3.connect(tmp_path / "aa" / "node.sqlite3")
    hand.execute(_SQL[name])
    hand.commit()
    hand.close()
    assert [one.where for one in run.check(node).problems] == [name]
    world.close()


def _spoil(file: Path, table: str) -> None:
    """Overwrite the first page of a table or index."""
    raw = sqlite3.connect(file)
    raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    (page,) = raw.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)).fetchone()
    (size,) = raw.execute("PRAGMA page_size").fetchone()
    raw.close()
    with file.open("r+b") as stream:
        stream.seek((page - 1) * size)
        stream.write(b"\x5a" * size)


@pytest.mark.parametrize("table", ["store_record", "store_user", "store_filed", "act_by_id"])
def test_a_damaged_page_is_told(tmp_path: Path, table: str) -> None:
    """By the check of a home, and by what `doctor` looks at where it is a table's."""
    world = make_world(tmp_path, store="sqlite")
    node = world.node("aa")
    world.ask("aa")
    assert node.store.flaws() == []
    assert node.store.flaws(2) == []
    closing: Callable[[], None] = getattr(node.store, "close")  # noqa: B009 -- the port has none
    closing()
    _spoil(tmp_path / "aa" / "node.sqlite3", table)
    assert {one.code for one in run.check(node).problems} == {"node.fsck.database"}
    assert node.store.flaws(2)
    world.close()
