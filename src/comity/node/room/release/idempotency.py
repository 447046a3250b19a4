"""A command that is given twice with one key is one command, whatever happened in between.

    record kind   key             value
    sent          <officer>|<key> what a command with that key has done

The record is written in the transaction that keeps the draft, appends the act, or keeps
whatever else was made, so it is there after a crash exactly if they are.

Floor: node.
"""

from collections.abc import Mapping
from typing import Any, Final, cast

from comity.acts.record import Matter
from comity.kernel.fault import quoted
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import Officer, UnderstoodAct
from comity.node.room.release import approve, draft_store
from comity.node.room.release.draft_store import Command, Draft, Result, Sent, Waiting

SENT: Final = "sent"


def earlier(tx: Tx, node: Node, officer: Officer, command: Command) -> Result | None:
    """Return what an earlier command with the same key has done, if there was one."""
    value = tx.record(SENT, f"{officer.name}|{command.key}") if command.key else None
    if value is None:
        return None
    done = cast("dict[str, Any]", value)
    if done["command"] != command.sha256:
        return reused(command.key)
    assert "act_id" in done, "the hash is of what an act says"
    act_id, matter_id = done["act_id"], done["matter_id"]
    row = _own_act(tx, done["channel"], Matter(done["kind"], matter_id), act_id)
    if row is not None:
        return Sent(act_id, matter_id, done["channel"], row.origin, row.index, repeated=True)
    if tx.record(draft_store.DRAFT, act_id) is None:
        return Inadmissible(
            "release.dropped-before",
            f"What a command with the key {quoted(command.key)} wrote was dropped since.",
            "Use a new key to write it again.",
        )
    return Waiting(
        act_id, matter_id, approve.missing(tx, node, officer, draft_store.kept(tx, act_id))
    )


def reused(key: str) -> Inadmissible:
    """Return that a key means another command already."""
    return Inadmissible(
        "release.key-reused",
        f"The key {quoted(key)} was used before for another command.",
        "Use a new key for a new command.",
    )


def of_key(tx: Tx, node: Node, officer: Officer, key: str) -> Result | None:
    """Return what a command with a key has done, whatever it said; None if there was none."""
    value = tx.record(SENT, f"{officer.name}|{key}") if key else None
    if value is None:
        return None
    done = cast("dict[str, Any]", value)
    if "act_id" not in done:
        return reused(key)
    return earlier(tx, node, officer, Command(key, done["command"]))


def is_key_used(tx: Tx, officer: Officer, key: str) -> bool:
    """Return whether an officer has given a command with that key."""
    return tx.record(SENT, f"{officer.name}|{key}") is not None


def _own_act(tx: Tx, channel: str, matter: Matter, act_id: str) -> UnderstoodAct | None:
    own = {log.origin for log in tx.logs(channel) if log.own}
    rows = (row for row in tx.acts_of(channel, matter) if row.act.id == act_id)
    return next((row for row in rows if row.origin in own), None)


def remember(tx: Tx, officer: Officer, draft: Draft) -> None:
    """Note what a command with a key has done."""
    if draft.command.key:
        done: Json = {
            "act_id": draft.act.id,
            "kind": draft.act.matter.kind,
            "matter_id": draft.act.matter.id,
            "channel": draft.channel,
            "command": draft.command.sha256,
        }
        tx.save_record(SENT, f"{officer.name}|{draft.command.key}", done)


def made(tx: Tx, officer: Officer, command: Command) -> Mapping[str, Any] | Inadmissible | None:
    """Return what an earlier command with the same key has made that is no act; None: nothing."""
    value = tx.record(SENT, f"{officer.name}|{command.key}") if command.key else None
    if value is None:
        return None
    done = cast("dict[str, Any]", value)
    return done if done["command"] == command.sha256 else reused(command.key)


def remember_made(tx: Tx, officer: Officer, command: Command, what: Mapping[str, Json]) -> None:
    """Note what a command with a key has made that is no act."""
    if command.key:
        done: Json = {**what, "command": command.sha256}
        tx.save_record(SENT, f"{officer.name}|{command.key}", done)
