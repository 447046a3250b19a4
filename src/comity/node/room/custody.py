"""The chain of custody at this node: each time content leaves the seal, a step is kept first.

    record kind   key                          value
    custody       <sha256>|<number>            a step, see `comity.domestic.custody.acts`
    came-from     <plaintext sha256>|<sha256>  under what mark, from whom, on which matter

A step is kept, and noted in the local log, before the bytes are given out: what then fails
was tried, and nothing was given out that is not told.

Source: ISO/IEC 27037; docs/evidence.md.
Floor: node.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Final, cast

from comity.acts import blob_role, ways
from comity.domestic.custody import acts, decide, fold
from comity.domestic.custody.acts import Step
from comity.domestic.custody.fold import Chain
from comity.kernel.fault import Fault, quoted
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.node.base import numbered_records
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import Officer, UnderstoodAct
from comity.node.room import act_blobs, conditions, local_log, matter_read, officers
from comity.node.room.act_blobs import HELD, Opened
from comity.node.room.matter_read import Shown
from comity.node.room.release import idempotency
from comity.node.room.release.draft_store import AS_OFTEN_AS_SAID, Command
from comity.seal.stream import Target

CUSTODY: Final = "custody"
CAME_FROM: Final = "came-from"


@dataclass(frozen=True, slots=True)
class Why:
    """What an officer says of what they do with an item.

    Attributes:
        purpose: in their words, or "".
        authority: order or warrant, or "".
        tool: with what, or "".
    """

    purpose: str = ""
    authority: str = ""
    tool: str = "comity"


@dataclass(frozen=True, slots=True)
class Item:
    """An attachment of an act, as an officer finds it.

    Attributes:
        number: of the attachment in its act, from "1".
        row: the act and where it stands.
        body: opened, or why not.
        told: what its author tells of it: name, exhibit, provenance; it may be anything.
        chain: what officers of this node did with it.
    """

    number: str
    row: UnderstoodAct
    body: Opened
    told: dict[str, Json] = field(default_factory=dict)
    chain: Chain = fold.EMPTY

    @property
    def name(self) -> str:
        """Name of the file, as its author tells it; or ""."""
        return str(self.told.get("name", ""))

    @property
    def filed(self) -> tuple[str, str, str]:
        """Act, number and name, as `quarantine.file_names` asks for them."""
        return self.row.act.id, self.number, self.name

    @property
    def is_sample(self) -> bool:
        """Whether it is a sample of malware, or a program."""
        blob = self.body.blob
        return decide.is_sample(blob.media_type, str(self.told.get("role", "")), self.name)


def items(node: Node, shown: Shown) -> list[Item]:
    """Return the attachments of a request, in the order of its acts."""
    found: list[Item] = []
    with node.store.read() as tx:
        for said in shown.said.values():
            found += [
                replace(item, chain=chain(tx, item.body.blob.sha256))
                for item in items_of(said.row, said.bodies)
            ]
    return sorted(found, key=lambda item: (item.row.origin, item.row.index, item.number))


def items_of(row: UnderstoodAct, opened: tuple[Opened, ...]) -> list[Item]:
    """Return the attachments of one act, without their chains."""
    found = []
    for body in opened:
        kind, _, number = body.blob.role.partition(":")
        if kind == blob_role.ATTACHMENT:
            told = dict(matter_read.told_of(opened, number))
            found.append(Item(number, row, body, told))
    return found


def chain(tx: Tx, sha256: str) -> Chain:
    """Return what officers did with a blob, by the SHA-256 of its stored bytes."""
    return fold.fold_all(
        Step(**cast("dict[str, Any]", value))
        for value in numbered_records.of(tx, CUSTODY, sha256).values()
    )


def keep(tx: Tx, node: Node, sha256: str, step: Step) -> None:
    """Keep a step and note it in the local log, in the transaction that takes it."""
    numbered_records.add(tx, CUSTODY, sha256, asdict(step))
    facts = {"blob": sha256, "officer": step.officer, "purpose": step.purpose, "to": step.to}
    local_log.note(tx, node, f"custody.{step.kind}", facts)


def step_of(node: Node, officer: Officer, kind: str, why: Why = Why()) -> Step:
    """Return a step that an officer takes now.

    Whoever does not work on matters sees what there is, its hash and who had it. The content is
    not their to take, in whatever form and on whatever surface: they would stand in the chain of
    custody as one who had it.

    Raises:
        Fault: `officer.role.lacking`.
    """
    officers.require_work(officer)
    return Step(
        kind,
        node.clock.now_ms(),
        officer.name,
        officer.agency,
        why.purpose,
        why.authority,
        why.tool,
    )


def take(  # noqa: PLR0913 -- who takes what out, why, in which form, where to
    node: Node,
    officer: Officer,
    item: Item,
    target: Target,
    why: Why,
    *,
    kind: str = acts.COPIED,
    quarantined: bool = False,
) -> str | Inadmissible:
    """Give the content of an item out: the step is kept first, and its hash is compared.

    Args:
        node: ours.
        officer: who signed in.
        item: held here.
        target: where its bytes go.
        why: what they say of it.
        kind: `copied`, `exported` or `read`.
        quarantined: whether the target makes a form that cannot be started by a click.

    Returns:
        SHA-256 of the plaintext, hex.

    Raises:
        Fault: `officer.role.lacking`, `node.evidence.not-held`; `seal.payload.damaged`,
            `node.evidence.other-hash`: what the target then holds must not be used.
    """
    told = _note_taking(node, officer, item, why, kind, quarantined=quarantined)
    if isinstance(told, Inadmissible):
        return told
    found = act_blobs.copy(node, item.body, target)
    if told not in ("", found):
        raise _other_hash(item, found, told)
    _note_untold(node, item, told, found)
    return found


def give(
    node: Node,
    officer: Officer,
    item: Item,
    why: Why,
    *,
    kind: str = acts.COPIED,
    quarantined: bool = False,
) -> Iterator[bytes] | Inadmissible:
    """Return the content of an item, part by part; see `take`.

    The step is kept when this returns, though no part be read.

    Raises:
        Fault: as `take`, at once for a small one; for a large one in place of its last part: who
            was told its size has a file that is cut, which nobody takes for whole.
    """
    told = _note_taking(node, officer, item, why, kind, quarantined=quarantined)
    if isinstance(told, Inadmissible):
        return told
    if item.body.is_whole:
        found = hashlib.sha256(item.body.data).hexdigest()
        if told not in ("", found):
            raise _other_hash(item, found, told)
    return _compared(node, item, told)


def _compared(node: Node, item: Item, told: str) -> Iterator[bytes]:
    digest, last = hashlib.sha256(), b""
    for part in act_blobs.parts(node, item.body):
        digest.update(part)
        if last:
            yield last
        last = part
    if told not in ("", digest.hexdigest()):
        raise _other_hash(item, digest.hexdigest(), told)
    _note_untold(node, item, told, digest.hexdigest())
    yield last


def differs(node: Node, item: Item) -> str:
    """Return the SHA-256 of an item's content where its author tells another one, or "".

    All of it is read, where nothing is told too: so its seal holds to the end.

    Raises:
        Fault: `seal.payload.damaged`.
    """
    told = str(item.told.get("sha256", ""))
    digest = hashlib.sha256()
    for part in act_blobs.parts(node, item.body):
        digest.update(part)
    found = digest.hexdigest()
    return found if told not in ("", found) else ""


def _note_taking(
    node: Node, officer: Officer, item: Item, why: Why, kind: str, *, quarantined: bool
) -> str | Inadmissible:
    """Keep the step and return what the author says is the SHA-256 of the plaintext, or ""."""
    if item.body.state != HELD:
        raise _not_held(item)
    told = str(item.told.get("sha256", ""))
    step = replace(step_of(node, officer, kind, why), sha256=told, quarantined=quarantined)
    with node.store.write() as tx:
        now = chain(tx, item.body.blob.sha256)
        kept = (room.keeps(tx, node, officer, item) for room in node.rooms.values())
        no = next((one for one in kept if one is not None), None)
        no = no or decide.may_leave(now, is_sample=item.is_sample, quarantined=quarantined)
        if no is None and kind == acts.EXPORTED:
            no = may_use(tx, node, item, ways.EXPORT, ways.WAYS[ways.EXPORT])
        if no is not None:
            return no
        _note_origin(tx, node, item, told)
        keep(tx, node, item.body.blob.sha256, step)
    return told


def _note_untold(node: Node, item: Item, told: str, found: str) -> None:
    """Remember where a plaintext came from whose hash its author does not tell, once it is read."""
    if not told:
        with node.store.write() as tx:
            _note_origin(tx, node, item, found)


def _note_origin(tx: Tx, node: Node, item: Item, plain_sha256: str) -> None:
    """Remember under which mark a plaintext came, so that it is known when it is attached."""
    if item.row.party == node.party or not plain_sha256:
        return
    log = tx.log(item.row.origin)
    channel = log.channel if log else ""
    value: Json = {
        "mark": item.body.blob.mark,
        "party": item.row.party,
        "channel": channel,
        "kind": item.row.act.matter.kind,
        "matter": item.row.act.matter.id,
        "act": item.row.act.id,
    }
    tx.save_record(CAME_FROM, f"{plain_sha256}|{item.body.blob.sha256}", value)


def origins(tx: Tx, plain_sha256: str) -> list[dict[str, Any]]:
    """Return where a plaintext came from: mark, party, channel, kind, matter and act."""
    return [
        cast("dict[str, Any]", value)
        for value in numbered_records.of(tx, CAME_FROM, plain_sha256).values()
    ]


def may_use(tx: Tx, node: Node, item: Item, way: str, use: str) -> Inadmissible | None:
    """Return which condition forbids a use of an item, or None."""
    log = tx.log(item.row.origin)
    matter, given = item.row.act.matter, (item.row.party, item.row.act.id)
    limits = conditions.of_act(node, tx, log.channel, matter, given, way) if log else ()
    return decide.may_use(limits, use)


def hand_over(  # noqa: PLR0913 -- who gives what to whom, on which ground, and once
    node: Node,
    officer: Officer,
    item: Item,
    to: str,
    why: Why,
    *,
    is_court: bool = False,
    command: Command = AS_OFTEN_AS_SAID,
) -> Inadmissible | None:
    """Note that a copy of an item was handed to somebody; what a condition forbids is refused.

    Raises:
        Fault: `officer.role.lacking`.
    """
    way, whom = (ways.COURT, f"the court {to}") if is_court else (ways.HAND_OVER, to)
    step = replace(step_of(node, officer, acts.HANDED_OVER, why), to=to)
    with node.store.write() as tx:
        before = idempotency.made(tx, officer, command)
        if before is not None:
            return before if isinstance(before, Inadmissible) else None
        no = decide.may_hand_over(chain(tx, item.body.blob.sha256), to, why.purpose)
        no = no or may_use(tx, node, item, way, f"handing it to {whom}")
        if no is None:
            keep(tx, node, item.body.blob.sha256, step)
            idempotency.remember_made(tx, officer, command, {})
    return no


def find(found: list[Item], name: str) -> Item:
    """Return the item that an officer names: its exhibit number, file name or beginning of hash.

    With its author before it, `sn:E-1`, where two States name theirs alike.

    Raises:
        Fault: `node.evidence.unknown`, `node.evidence.ambiguous`.
    """
    named = [one for one in found if _is_named(one, name)]
    party, _, rest = name.partition(":")
    named = named or [one for one in found if one.row.party == party and _is_named(one, rest)]
    if len(named) == 1:
        return named[0]
    several = bool(named)
    raise Fault(
        code="node.evidence.ambiguous" if several else "node.evidence.unknown",
        what=f"{len(named) or 'No'} attachments of this request are named {quoted(name)}.",
        fix="Name one by its exhibit number, the name of its file, or its hash, with its author "
        "before it where two have it (`sn:E-1`): `comity evidence list` shows them.",
    )


def _is_named(item: Item, name: str) -> bool:
    exhibit, sha256 = str(item.told.get("exhibit", "")), item.body.blob.sha256
    is_hash = len(name) >= _HASH_CHARS_MIN and sha256.startswith(name.lower())
    return name in (exhibit, item.name) or is_hash


_HASH_CHARS_MIN: Final = 4


def _not_held(item: Item) -> Fault:
    return Fault(
        code="node.evidence.not-held",
        what=f"The attachment {quoted(item.name)} is {item.body.state} here.",
        fix="Wait until it has come; what was destroyed does not come again.",
    )


def _other_hash(item: Item, found: str, told: str) -> Fault:
    return Fault(
        code="node.evidence.other-hash",
        what=f"The attachment {quoted(item.name)} has the SHA-256 {found}; "
        f"its author says {quoted(told)}.",
        fix="Ask its author to correct the act; what was written must not be used.",
    )
