"""Drafts on their way out, and what came of them, as a store keeps them.

    record kind   key             value
    draft         <act id>        the draft: act, channel, what is bound, its steps
    release       <act id>        what was approved and by whom, and the salt of its hash
    draft-comment <act id>|<n>    what a colleague said of a draft
    draft-earlier <act id>        what it said when somebody approved it, before it was changed

Floor: node.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, cast

from comity.acts import codec
from comity.acts.record import Act, Matter
from comity.domestic.release import fold
from comity.domestic.release.fold import State
from comity.kernel.fault import Fault, quoted
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.node.base import channel_records, filing, numbered_records
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.reader import About, Reader, within
from comity.node.base.rows import Officer
from comity.node.room import need_to_know, officers

DRAFT: Final = "draft"
COMMENT: Final = "draft-comment"
RELEASE: Final = "release"
EARLIER: Final = "draft-earlier"


@dataclass(frozen=True, slots=True)
class Command:
    """What makes a retried command the same command.

    Attributes:
        key: given by the client, or "" for a command that is not retried.
        sha256: of everything it says.
    """

    key: str = ""
    sha256: str = ""


AS_OFTEN_AS_SAID: Final = Command()
"""A command without a key: given twice it is two."""


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
        also: what a room keeps with it, as `act_words.Words` says; nothing of one that was kept.
    """

    act: Act
    channel: str
    content_sha256: str
    rows: Mapping[str, bytes] = field(default_factory=dict)
    large: Mapping[str, str] = field(default_factory=dict)
    state: State = fold.EMPTY
    command: Command = Command()
    also: Callable[[Tx], None] | None = None


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
        waits_for: what else it waits for, or None.
    """

    draft_id: str
    matter_id: str
    approvals_missing: int
    waits_for: Inadmissible | None = None


type Result = Sent | Waiting | Inadmissible


@dataclass(frozen=True, slots=True)
class Comment:
    """What a colleague said of a draft; it never leaves.

    Attributes:
        officer: their name.
        text: their words.
        at_ms: when.
        content_sha256: of what they had read.
    """

    officer: str
    text: str
    at_ms: int
    content_sha256: str


def read_by(tx: Tx, reader: Reader) -> list[Draft]:
    """Return the drafts that have not gone out and that a reader may read, by id."""
    return [kept(tx, draft_id) for draft_id in tx.records_for(reader, DRAFT)]


def kept_for(tx: Tx, officer: Officer, draft_id: str) -> Draft:
    """Return one draft, if an officer may see it.

    Raises:
        Fault: `node.draft.unknown`, for one that they may not see too.
    """
    reader = need_to_know.reader(tx, officers.current(tx, officer))
    if tx.record_for(reader, DRAFT, draft_id) is None:
        raise unknown(draft_id)
    return kept(tx, draft_id)


def keep(node: Node, tx: Tx, draft: Draft) -> None:
    """Keep a draft, for the agency that wrote it and for the readers of its matter.

    One that a room keeps to some is about a matter of its own: who reads the matter that it would
    change is not told of it before it is said.
    """
    act = draft.act
    room = node.rooms.get(act.matter.kind)
    own = room.drafted.get(act.tag, "") if room else ""
    key = own or filing.writer(node.rooms, act.matter, act.speaker.agency)
    compartment = channel_records.compartment(tx, draft.channel)
    matter = Matter(act.matter.kind, act.id) if own else act.matter
    about = About(draft.channel, matter, within(compartment, key))
    tx.save_about(about, DRAFT, act.id, to_json(draft))


def kept(tx: Tx, draft_id: str) -> Draft:
    """Return one draft.

    Raises:
        Fault: `node.draft.unknown`.
    """
    value = tx.record(DRAFT, draft_id)
    if value is None:
        raise unknown(draft_id)
    fields = cast("dict[str, Any]", value)
    rows = {sha256: tx.body(sha256) or b"" for sha256 in fields["rows"]}
    return from_json(value, rows)


def forget(tx: Tx, draft: Draft) -> None:
    """Drop a draft and what was said of it."""
    for name in numbered_records.of(tx, COMMENT, draft.act.id):
        tx.drop_record(COMMENT, name)
    tx.drop_record(EARLIER, draft.act.id)
    tx.drop_record(DRAFT, draft.act.id)


def unknown(draft_id: str) -> Fault:
    """Return the fault of a draft that there is not, or that the officer may not see."""
    return Fault(
        code="node.draft.unknown",
        what=f"There is no draft {quoted(draft_id)}.",
        fix="Run `comity draft list` to see them: it was dropped, or has gone out.",
    )


def comments(tx: Tx, draft_id: str) -> list[Comment]:
    """Return what was said of a draft, the oldest first."""
    rows = numbered_records.of(tx, COMMENT, draft_id).values()
    return [Comment(**cast("dict[str, Any]", value)) for value in rows]


def save_comment(tx: Tx, draft_id: str, comment: Comment) -> None:
    """Keep what was said of a draft."""
    value: Json = {
        "officer": comment.officer,
        "text": comment.text,
        "at_ms": comment.at_ms,
        "content_sha256": comment.content_sha256,
    }
    numbered_records.add(tx, COMMENT, draft_id, value)


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
