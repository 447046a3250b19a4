"""One step in a file, in one transaction: read, decide, keep, share, note; or nothing at all.

Floor: node.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice

from comity.acts import ways
from comity.domestic.duty import fold
from comity.domestic.duty.acts import Step
from comity.domestic.duty.decide import By
from comity.domestic.duty.fold import File
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import MatterRow, Officer
from comity.node.desk.duty import access, file_store, intake
from comity.node.desk.duty.file_store import Key
from comity.node.room import conditions, need_to_know, officers
from comity.node.room.release import idempotency
from comity.node.room.release.draft_store import AS_OFTEN_AS_SAID, Command


@dataclass(frozen=True, slots=True)
class At:
    """A file as one transaction sees it, and who asks.

    Attributes:
        tx: the transaction.
        node: ours.
        officer: who asks.
        by: the same as decisions see them.
        key: of the file.
        file: as it stands.
        row: the matter, or None for an inquiry.
    """

    tx: Tx
    node: Node
    officer: Officer
    by: By
    key: Key
    file: File
    row: MatterRow | None


@dataclass(frozen=True, slots=True)
class Done:
    """What a step has made of a file.

    Attributes:
        key: of the file.
        step: that was taken.
        file: after it.
        is_repeated: whether an earlier command with the same key had taken it.
    """

    key: Key
    step: Step
    file: File
    is_repeated: bool = False


type Decide = Callable[[At], Step | Inadmissible]


def at(tx: Tx, node: Node, officer: Officer, key: Key) -> At:
    """Return a file as a transaction sees it."""
    channel, matter = key
    row = tx.matter(channel, access.matter_of(node, matter)) if channel else None
    return At(tx, node, officer, access.by(tx, node, officer), key, file_store.load(tx, key), row)


def change(
    node: Node,
    officer: Officer,
    text: str,
    decide: Decide,
    command: Command = AS_OFTEN_AS_SAID,
) -> Done | Inadmissible:
    """Take a step in the file that an officer means.

    Args:
        node: ours.
        officer: who asks.
        text: the beginning of its id.
        decide: gives the step, or says no.
        command: by which one that is repeated is one.

    Raises:
        Fault: those of `access.find`.
    """
    no = officers.lacks_role(officer, *access.WORKING)
    if no is not None:
        return no
    intake.catch_up(node)
    with node.store.write() as tx:
        here = at(tx, node, officer, access.find(tx, node, officer, text))
        before = earlier(tx, officer, command)
        if before is not None:
            return before
        step = decide(here)
        if isinstance(step, Inadmissible):
            return step
        done = take_if_allowed(here, step)
        if isinstance(done, Done):
            remember(tx, officer, command, done)
        return done


def earlier(tx: Tx, officer: Officer, command: Command) -> Done | Inadmissible | None:
    """Return what an earlier command with the same key has done, and the file as it left it."""
    found = idempotency.made(tx, officer, command)
    if found is None or isinstance(found, Inadmissible):
        return found
    key = (found["channel"], found["id"])
    steps = [*islice(file_store.steps(tx, key), found["step"])]
    return Done(key, steps[-1], fold.fold_all(steps), is_repeated=True)


def remember(tx: Tx, officer: Officer, command: Command, done: Done) -> None:
    """Note what a command with a key has done."""
    channel, file_id = done.key
    what: dict[str, Json] = {"channel": channel, "id": file_id, "step": done.file.steps}
    idempotency.remember_made(tx, officer, command, what)


def take_if_allowed(here: At, step: Step) -> Done | Inadmissible:
    """Take a step that was decided, unless a condition forbids that others read it by it."""
    return _spread(here, step) or take(here, step)


def _spread(here: At, step: Step) -> Inadmissible | None:
    """Return which condition forbids that a step lets another agency read it, or None.

    Whoever has a part in an inquiry reads the request that it becomes; see `access.share`.
    """
    after = fold.fold(here.file, step)
    row = here.row
    if after.linked is not None:
        channel, matter = after.linked
        row = here.tx.matter(channel, access.matter_of(here.node, matter))
    if row is None:
        return None
    is_linked_now = after.linked != here.file.linked
    wider = after.readers - (frozenset() if is_linked_now else here.file.readers)
    others = sorted(wider - {*need_to_know.readers(here.tx, row)})
    use = f"letting {' and '.join(others)} read it"
    return (
        conditions.may(here.node, here.tx, row.channel, row.matter, ways.SHARE, use)
        if others
        else None
    )


def take(here: At, step: Step) -> Done:
    """Take a step that was decided, in the same transaction."""
    file = file_store.keep(here.tx, here.node, here.key, here.file, step, rank(here))
    access.share(here.tx, here.node, here.key, here.file, file)
    return Done(here.key, step, file)


def rank(here: At) -> int:
    """Return the rank of a file's urgency."""
    if here.row is not None:
        return file_store.rank_of(here.row.urgency)
    begun = here.file.begun
    return file_store.rank_of(begun.urgency if begun else "")
