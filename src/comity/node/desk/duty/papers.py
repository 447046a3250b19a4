"""What stands in a file: notes, tasks, advice between agencies; and inquiries begun at home.

Floor: node.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from comity.acts.urgencies import URGENCIES
from comity.domestic.duty import acts, decide
from comity.domestic.duty.acts import Begun, Marked
from comity.domestic.duty.fold import File
from comity.kernel.ids import RANDOM_ID_BYTES, random_id
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.context import Node
from comity.node.base.rows import MatterRow, Officer
from comity.node.desk.duty import access, change, file_store, intake
from comity.node.desk.duty.change import At, Done
from comity.node.desk.duty.file_store import Key
from comity.node.room import officers
from comity.node.room.release.draft_store import AS_OFTEN_AS_SAID, Command


@dataclass(frozen=True, slots=True)
class Shown:
    """A file as an officer reads it.

    Attributes:
        key: of the file.
        file: as it stands.
        steps: every one of them, in order.
        row: the matter, or None for an inquiry.
        now_ms: the instant.
    """

    key: Key
    file: File
    steps: tuple[acts.Step, ...]
    row: MatterRow | None
    now_ms: int


@dataclass(frozen=True, slots=True)
class Inquiry:
    """What is known of an inquiry when it begins.

    Attributes:
        title: in a few words.
        type, crime, urgency: as far as they are known.
        parties: other States that it concerns: it is cross-border then.
        crosses: whether it is cross-border though none is named yet.
    """

    title: str
    type: str = ""
    crime: str = ""
    urgency: str = "routine"
    parties: tuple[str, ...] = ()
    crosses: bool = False


def show(node: Node, officer: Officer, text: str) -> Shown:
    """Return the file of a request or inquiry.

    Raises:
        Fault: those of `access.find`.
    """
    intake.catch_up(node)
    with node.store.read() as tx:
        key = access.find(tx, node, officer, text)
        here = change.at(tx, node, officer, key)
        return Shown(key, here.file, tuple(file_store.steps(tx, key)), here.row, here.by.who.at_ms)


def begin(
    node: Node, officer: Officer, inquiry: Inquiry, command: Command = AS_OFTEN_AS_SAID
) -> Done | Inadmissible:
    """Begin an inquiry at home: it is marked cross-border before anything is sent."""
    no = officers.lacks_role(officer, *access.WORKING)
    if no is not None:
        return no
    if not inquiry.title.strip():
        return Inadmissible("duty.text.missing", "There are no words.", "Say what it is about.")
    if inquiry.urgency not in URGENCIES:
        known = ", ".join(URGENCIES)
        return Inadmissible(
            "duty.urgency.unknown",
            f"There is no urgency {inquiry.urgency}.",
            f"Use one of: {known}.",
        )
    key = ("", random_id(node.entropy(RANDOM_ID_BYTES)))
    with node.store.write() as tx:
        before = change.earlier(tx, officer, command)
        if before is not None:
            return before
        here = change.at(tx, node, officer, key)
        step = Begun(
            who=here.by.who,
            title=inquiry.title,
            type=inquiry.type,
            crime=inquiry.crime,
            urgency=inquiry.urgency,
            parties=inquiry.parties,
            crosses=inquiry.crosses or bool(inquiry.parties),
        )
        file = file_store.keep(tx, node, key, here.file, step, file_store.rank_of(inquiry.urgency))
        done = Done(key, step, file)
        change.remember(tx, officer, command, done)
    return done


def mark(  # noqa: PLR0913 -- who says what of which file, and once
    node: Node,
    officer: Officer,
    text: str,
    *,
    crosses: bool,
    parties: Sequence[str],
    why: str,
    command: Command = AS_OFTEN_AS_SAID,
) -> Done | Inadmissible:
    """Say that an inquiry is cross-border, or is not."""
    return change.change(
        node,
        officer,
        text,
        lambda at: decide.mark(at.file, at.by, Marked(at.by.who, crosses, tuple(parties), why)),
        command,
    )


def link(
    node: Node, officer: Officer, text: str, matter: str, command: Command = AS_OFTEN_AS_SAID
) -> Done | Inadmissible:
    """Say which request an inquiry became."""

    def decided(at: At) -> acts.Linked | Inadmissible:
        channel, matter_id = access.find(at.tx, node, officer, matter)
        return decide.link(at.file, at.by, channel, matter_id)

    return change.change(node, officer, text, decided, command)


def note(
    node: Node, officer: Officer, text: str, words: str, command: Command = AS_OFTEN_AS_SAID
) -> Done | Inadmissible:
    """Write a note."""
    return change.change(node, officer, text, lambda at: decide.note(at.by, words), command)


def add_task(  # noqa: PLR0913 -- who says what of which file, and once
    node: Node,
    officer: Officer,
    text: str,
    what: str,
    owner: str,
    due_ms: int | None,
    *,
    command: Command = AS_OFTEN_AS_SAID,
) -> Done | Inadmissible:
    """Add a task for oneself, or for another officer who may read the file."""

    def decided(at: At) -> acts.TaskAdded | Inadmissible:
        known = access.readers(at.tx, node, at.key, at.file)
        return decide.add_task(at.file, at.by, what, owner or officer.name, known, due_ms)

    return change.change(node, officer, text, decided, command)


def finish_task(
    node: Node,
    officer: Officer,
    text: str,
    task: int,
    result: str,
    *,
    command: Command = AS_OFTEN_AS_SAID,
) -> Done | Inadmissible:
    """Say that a task is done."""
    return change.change(
        node, officer, text, lambda at: decide.finish_task(at.file, at.by, task, result), command
    )


def ask_advice(  # noqa: PLR0913 -- who says what of which file, and once
    node: Node,
    officer: Officer,
    text: str,
    of: str,
    question: str,
    due_ms: int | None,
    *,
    command: Command = AS_OFTEN_AS_SAID,
) -> Done | Inadmissible:
    """Ask another agency of this State."""
    return change.change(
        node,
        officer,
        text,
        lambda at: decide.ask_advice(at.file, at.by, of, question, access.agencies(at.tx), due_ms),
        command,
    )


def give_advice(
    node: Node,
    officer: Officer,
    text: str,
    advice: int,
    answer: str,
    *,
    command: Command = AS_OFTEN_AS_SAID,
) -> Done | Inadmissible:
    """Answer what one's agency was asked."""
    return change.change(
        node, officer, text, lambda at: decide.give_advice(at.file, at.by, advice, answer), command
    )
