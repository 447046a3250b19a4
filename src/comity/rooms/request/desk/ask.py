"""Asking other States: a request file is sent, or shown as a draft.

Floor: rooms.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from comity.acts.record import Act, Addressee
from comity.joint.request import decide
from comity.joint.request.acts import Asked
from comity.joint.request.state import EMPTY, State
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.context import Node
from comity.node.base.rows import Officer
from comity.node.room.act_words import Attachment, Words
from comity.node.room.release.draft_store import Result
from comity.node.room.release.submit import out
from comity.node.room.request_file import Written
from comity.rooms.request import completeness, guideline_binding
from comity.rooms.request.desk import channels
from comity.rooms.request.desk.say import by, found

type _Ask = Callable[[decide.By, tuple[Addressee, ...], Asked, Sequence[str], State], _Decided]
type _Decided = Act | Inadmissible


def send(  # noqa: PLR0913 -- who asks whom for what, with what
    node: Node,
    officer: Officer,
    written: Written,
    attachments: Sequence[Attachment],
    to: Sequence[Addressee],
    *,
    key: str = "",
    channel: str = "",
    drafted: str = "",
    is_held: bool = False,
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
        drafted: id of the matter in which a draft of it was shown, or "".
        is_held: keep it as a draft: nothing is shown to anyone abroad.

    Raises:
        Fault: those of `append` and of the bodies store.
    """
    words = Words(written, attachments, key, is_held)
    return _ask(node, officer, words, to, ("submit", channel, drafted))


def draft(  # noqa: PLR0913 -- who shows whom what, with what
    node: Node,
    officer: Officer,
    written: Written,
    attachments: Sequence[Attachment],
    to: Sequence[Addressee],
    *,
    key: str = "",
    channel: str = "",
    drafted: str = "",
    is_held: bool = False,
) -> Result:
    """Show a draft for comment before the request is made; `drafted`: another version of one."""
    words = Words(written, attachments, key, is_held)
    return _ask(node, officer, words, to, ("draft", channel, drafted))


def _ask(
    node: Node,
    officer: Officer,
    words: Words,
    to: Sequence[Addressee],
    how: tuple[str, str, str],
) -> Result:
    verb, channel, drafted = how
    written = words.written
    row, now = found(node, officer, drafted) if drafted else (None, EMPTY)
    parties_asked = [a.party for a in to]
    with node.store.read() as tx:
        path = row.channel if row else channel or officer.compartment
        chosen = channels.to_ask(tx, node, to, written.urgency, path)
    if isinstance(chosen, Inadmissible):
        return chosen
    path, parties = chosen
    bound = guideline_binding.bind(node, path, written)
    if isinstance(bound, Inadmissible):
        return bound
    is_asked = verb == "submit" and not words.is_held
    no = completeness.of_written(node, path, bound, parties_asked) if is_asked else None
    if no is not None:
        return no
    rules = None if words.is_held else guideline_binding.rules_of(node, path, bound.guideline)
    who = replace(by(node, officer, written.own_reference), rules=rules)
    ask: _Ask = decide.submit if verb == "submit" else decide.show_draft
    act = ask(who, tuple(to), asked_of(bound), parties, now)
    said: Json = [verb, path, [[a.party, a.agency, a.office] for a in to], drafted]
    return out(node, officer, path, act, words, said)


def act_of(
    node: Node, officer: Officer, written: Written, to: Sequence[Addressee], channel: str
) -> Act | Inadmissible:
    """Return the act that a request file would become; nothing is sealed, nothing is kept."""
    with node.store.read() as tx:
        path = channel or officer.compartment
        chosen = channels.to_ask(tx, node, to, written.urgency, path)
    if isinstance(chosen, Inadmissible):
        return chosen
    bound = guideline_binding.bind(node, chosen[0], written)
    if isinstance(bound, Inadmissible):
        return bound
    return decide.submit(
        by(node, officer, written.own_reference), tuple(to), asked_of(bound), chosen[1], EMPTY
    )


def asked_of(written: Written) -> Asked:
    """Return what a request file asks, as its entry says it; see `guideline_binding.bind`."""
    return Asked(
        written.type,
        written.urgency,
        written.item_ids,
        tuple(sorted(written.elements)),
        written.guideline,
        written.times,
        written.joint,
        written.lacks,
        written.extends,
        written.follows,
        is_oral=written.is_oral,
    )
