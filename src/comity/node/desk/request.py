"""What an officer does with a request: send, acknowledge, answer, refuse, withdraw.

Each gives `Sent` (it stands in the own log), `Waiting` (it lacks approvals) or
`Inadmissible` (a lawful no).  Nothing here waits for the other side.

Floor: node.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from comity.acts.record import Act, Addressee, Office
from comity.joint.request import acts, decide, state
from comity.joint.request.acts import Asked, Saying
from comity.joint.request.state import State
from comity.kernel import ijson
from comity.kernel.ids import RANDOM_ID_BYTES, random_id
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.node import register_records
from comity.node.context import Node
from comity.node.desk import drafts, outgoing
from comity.node.desk.bodies import Plain
from comity.node.desk.drafts import Command, Result
from comity.node.desk.files import AttachmentLine, Written
from comity.node.desk.matters import find
from comity.node.ports import Tx
from comity.node.rows import MatterRow, Officer

LIVE: Final = "live"
HOTLINE: Final = "hotline"
EMERGENCY: Final = "emergency"
_JSON: Final = "application/json"


NOTHING: Final = Written("answer")
"""What is written where there is nothing to say beside the codes."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a request or an answer.

    Attributes:
        line: what the request file says of it.
        data: its bytes.
    """

    line: AttachmentLine
    data: bytes


@dataclass(frozen=True, slots=True)
class Words:
    """What an answer, a refusal or a withdrawal says beside its codes.

    Attributes:
        written: an answer file.
        attachments: the files it names, in its order.
        key: given by the client, so that a command that is repeated has one effect; or "".
    """

    written: Written = NOTHING
    attachments: Sequence[Attachment] = ()
    key: str = ""


def send(  # noqa: PLR0913 -- who asks whom for what, with what
    node: Node,
    officer: Officer,
    written: Written,
    attachments: Sequence[Attachment],
    to: Sequence[Addressee],
    *,
    key: str = "",
    channel: str = "",
) -> Result:
    """Ask other States: a request file becomes an act in the own log.

    Args:
        node: ours.
        officer: who signed in.
        written: the request file.
        attachments: the files it names, in its order.
        to: who is asked.
        key: given by the client, so that a command that is repeated has one effect; or "".
        channel: its path, or "" for the one that these parties share: `hotline` in an
            emergency, else `live`.

    Raises:
        Fault: those of `append` and of the bodies store.
    """
    with node.store.read() as tx:
        chosen = _channel(tx, node, [a.party for a in to], written.urgency, channel)
    if isinstance(chosen, Inadmissible):
        return chosen
    path, parties = chosen
    asked = Asked(
        written.type,
        written.urgency,
        written.item_ids,
        tuple(sorted(written.elements)),
        written.guideline,
    )
    act = decide.submit(_saying(node, officer, written), node.party, tuple(to), asked, parties)
    said: Json = ["submit", path, [[a.party, a.agency, a.office] for a in to]]
    return _out(node, officer, path, act, Words(written, attachments, key), said)


def acknowledge(node: Node, officer: Officer, matter_id: str, words: Words = Words()) -> Result:
    """Say that an officer has taken the request up."""
    row, now = _found(node, matter_id)
    act = decide.acknowledge(now, _saying(node, officer, words.written), node.party)
    return _out(node, officer, row.channel, act, words, ["acknowledge", row.matter.id])


def answer(node: Node, officer: Officer, matter_id: str, words: Words) -> Result:
    """Answer the items that the answer file gives values for, or all."""
    row, now = _found(node, matter_id)
    saying = _saying(node, officer, words.written)
    act = decide.answer(now, saying, node.party, words.written.item_ids)
    return _out(node, officer, row.channel, act, words, ["answer", row.matter.id])


def refuse(
    node: Node,
    officer: Officer,
    matter_id: str,
    reason: str,
    words: Words = Words(),
    items: tuple[str, ...] = (),
) -> Result:
    """Refuse these items, or all that are open, on a ground of the closed list."""
    row, now = _found(node, matter_id)
    saying = _saying(node, officer, words.written)
    act = decide.refuse(now, saying, node.party, reason, items)
    said: Json = ["refuse", row.matter.id, reason, [*items]]
    return _out(node, officer, row.channel, act, words, said)


def withdraw(
    node: Node, officer: Officer, matter_id: str, reason: str, words: Words = Words()
) -> Result:
    """Take back what is still open."""
    row, now = _found(node, matter_id)
    act = decide.withdraw(now, _saying(node, officer, NOTHING), node.party, reason)
    return _out(node, officer, row.channel, act, words, ["withdraw", row.matter.id, reason])


def _found(node: Node, matter_id: str) -> tuple[MatterRow, State]:
    with node.store.read() as tx:
        row = find(tx, acts.KIND, matter_id)
    return row, state.from_json(row.state)


def _saying(node: Node, officer: Officer, written: Written) -> Saying:
    act_id = random_id(node.entropy(RANDOM_ID_BYTES))
    return Saying(act_id, Office(officer.agency, officer.office), written.own_reference)


def _out(
    node: Node,
    officer: Officer,
    channel: str,
    act: Act | Inadmissible,
    words: Words,
    said: Json,
) -> Result:
    plain = _bodies(words)
    command = Command(words.key, _command_sha256(words, said)) if words.key else Command()
    if isinstance(act, Inadmissible):
        # A repeated command finds the state that it made itself: tell what it did.
        with node.store.read() as tx:
            return drafts.earlier(tx, officer, command) or act
    draft = outgoing.prepare(node, channel, act, plain, command)
    return outgoing.send(node, officer, draft)


def _bodies(words: Words) -> list[Plain]:
    written = words.written
    plain: list[Plain] = []
    values: Json = {
        "attachments": [_listed(one) for one in words.attachments],
        "elements": dict(written.elements),
        "items": written.items,
    }
    if written.elements or written.items or words.attachments:
        plain.append(Plain(acts.ROLE_ELEMENTS, _JSON, written.mark, ijson.render(values)))
    if written.texts:
        texts = ijson.render([*written.texts])
        plain.append(Plain(acts.ROLE_TEXTS, _JSON, written.mark, texts))
    for number, one in enumerate(words.attachments, start=1):
        role = f"{acts.ROLE_ATTACHMENT}:{number}"
        plain.append(Plain(role, one.line.media_type, one.line.mark, one.data))
    return plain


def _listed(one: Attachment) -> Json:
    """Return what the other side is told of an attachment: its name may name a person."""
    return {
        "media_type": one.line.media_type,
        "mark": one.line.mark,
        "name": one.line.path.replace("\\", "/").rpartition("/")[2],
        "role": one.line.role,
        "sha256": hashlib.sha256(one.data).hexdigest(),
        "size": len(one.data),
    }


def _command_sha256(words: Words, said: Json) -> str:
    bodies: list[Json] = [[b.role, b.mark, b.bound.sha256] for b in _bodies(words)]
    written = words.written
    codes: Json = [written.type, written.urgency, written.own_reference, written.guideline]
    return hashlib.sha256(ijson.render([said, codes, bodies])).hexdigest()


def _channel(
    tx: Tx, node: Node, to: Sequence[str], urgency: str, path: str
) -> tuple[str, tuple[str, ...]] | Inadmissible:
    """Return the channel that these parties share, and its parties."""
    names = (HOTLINE, LIVE) if urgency == EMERGENCY else (LIVE,)
    found: list[tuple[int, str, tuple[str, ...]]] = []
    for arrangement in register_records.arrangements(tx):
        parties = arrangement.party_ids()
        if {node.party, *to} <= set(parties):
            paths = [register_records.channel_path(arrangement.id, name) for name in names]
            if path:
                paths = [path] if path.startswith(f"{arrangement.id}/") else []
            own = [p for p in paths if _writes_in(tx, p)]
            found += [(len(parties), p, parties) for p in own[:1]]
    return _narrowest(sorted(found), to, path)


def _narrowest(
    found: list[tuple[int, str, tuple[str, ...]]], to: Sequence[str], path: str
) -> tuple[str, tuple[str, ...]] | Inadmissible:
    """Return the channel with the fewest readers."""
    if not found:
        where = f" in {path}" if path else ""
        return Inadmissible(
            "request.channel-missing",
            f"No channel of this node has {' and '.join(to) or 'an addressee'}{where}.",
            "Name a party that this node is paired with; `comity channel list` shows them.",
        )
    if len(found) > 1 and found[0][0] == found[1][0]:
        return Inadmissible(
            "request.channel-ambiguous",
            f"These parties share more than one arrangement: {found[0][1]} and {found[1][1]}.",
            "Name the channel with --channel.",
        )
    return found[0][1], found[0][2]


def _writes_in(tx: Tx, path: str) -> bool:
    return any(log.own for log in tx.logs(path))
