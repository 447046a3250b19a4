"""Drafts on their way out, and what came of them, as a store keeps them.

    record kind   key             value
    draft         <act id>        the draft: act, channel, what is bound, its steps
    release       <act id>        what was approved and by whom, and the salt of its hash
    sent          <officer>|<key> what a command with that key has done
    nation        approvals       how many officers must approve; 1 unless it was set

Floor: node.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, cast

from comity.acts import codec
from comity.acts.record import Act, Matter
from comity.domestic.release import fold
from comity.domestic.release.fold import State
from comity.kernel.fault import Fault, quoted
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.node.ports import Tx
from comity.node.rows import Officer, UnderstoodAct

DRAFT: Final = "draft"
RELEASE: Final = "release"
SENT: Final = "sent"
SETTING: Final = "nation"
APPROVALS: Final = "approvals"


@dataclass(frozen=True, slots=True)
class Command:
    """What makes a retried command the same command.

    Attributes:
        key: given by the client, or "" for a command that is not retried.
        sha256: of everything it says.
    """

    key: str = ""
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """An act on its way out, its bodies sealed.

    Attributes:
        act: with its blobs, not yet released.
        channel: where it will stand.
        content_sha256: what approvals bind.
        rows: sealed bodies that go with the entry.
        large: `{sha256: SHA-256 of its plaintext}` of those that the bodies store keeps.
        state: of the release.
        command: by which it was made.
    """

    act: Act
    channel: str
    content_sha256: str
    rows: Mapping[str, bytes] = field(default_factory=dict)
    large: Mapping[str, str] = field(default_factory=dict)
    state: State = fold.EMPTY
    command: Command = Command()


@dataclass(frozen=True, slots=True)
class Sent:
    """An act that stands in the own log: on stable storage here.

    Attributes:
        act_id: of the act.
        matter_id: of its matter.
        channel: its path.
        origin: the log.
        index: in the log.
        repeated: whether an earlier command with the same key had sent it.
    """

    act_id: str
    matter_id: str
    channel: str
    origin: str
    index: int
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Waiting:
    """A draft that lacks approvals.

    Attributes:
        draft_id: the id that its act will have.
        matter_id: of its matter.
        approvals_missing: how many.
    """

    draft_id: str
    matter_id: str
    approvals_missing: int


type Result = Sent | Waiting | Inadmissible


def drafts(tx: Tx) -> list[Draft]:
    """Return the drafts that lack approvals, by id."""
    return [kept(tx, draft_id) for draft_id in tx.records(DRAFT)]


def approvals_needed(tx: Tx) -> int:
    """Return how many officers must approve before an act is released; 1 unless it was set."""
    value = tx.record(SETTING, APPROVALS)
    return value if isinstance(value, int) and value >= 1 else 1


def earlier(tx: Tx, officer: Officer, command: Command) -> Result | None:
    """Return what an earlier command with the same key has done, if there was one."""
    value = tx.record(SENT, f"{officer.name}|{command.key}") if command.key else None
    if value is None:
        return None
    done = cast("dict[str, Any]", value)
    if done["command"] != command.sha256:
        return Inadmissible(
            "release.key-reused",
            f"The key {quoted(command.key)} was used before for another command.",
            "Use a new key for a new command.",
        )
    row = _own_act(tx, done["channel"], Matter(done["kind"], done["matter_id"]), done["act_id"])
    if row is None:
        missing = approvals_needed(tx) - len(kept(tx, done["act_id"]).state.approvals)
        return Waiting(done["act_id"], done["matter_id"], missing)
    act = row.act
    return Sent(act.id, act.matter.id, done["channel"], row.origin, row.index, repeated=True)


def is_key_used(tx: Tx, officer: Officer, key: str) -> bool:
    """Return whether an officer has sent a command with that key."""
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


def kept(tx: Tx, draft_id: str) -> Draft:
    """Return one draft.

    Raises:
        Fault: `node.draft.unknown`.
    """
    value = tx.record(DRAFT, draft_id)
    if value is None:
        raise Fault(
            code="node.draft.unknown",
            what=f"There is no draft {quoted(draft_id)}.",
            fix="List the drafts: it was dropped, or has gone out.",
        )
    fields = cast("dict[str, Any]", value)
    rows = {sha256: tx.body(sha256) or b"" for sha256 in fields["rows"]}
    return from_json(value, rows)


def to_json(draft: Draft) -> Json:
    """Return a draft as JSON; its sealed bodies are rows of their own."""
    return {
        "act": codec.act_to_json(draft.act),
        "channel": draft.channel,
        "content_sha256": draft.content_sha256,
        "rows": [*sorted(draft.rows)],
        "large": dict(draft.large),
        "state": fold.to_json(draft.state),
        "command": {"key": draft.command.key, "sha256": draft.command.sha256},
    }


def from_json(value: Json, rows: Mapping[str, bytes]) -> Draft:
    """Read back what `to_json` gave."""
    fields = cast("dict[str, Any]", value)
    return Draft(
        act=codec.act_from_json(fields["act"]),
        channel=fields["channel"],
        content_sha256=fields["content_sha256"],
        rows=rows,
        large=fields["large"],
        state=fold.from_json(fields["state"]),
        command=Command(**fields["command"]),
    )
