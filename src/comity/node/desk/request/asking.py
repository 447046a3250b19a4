"""What the asker does with a request: send, draft, clarify, accept a condition, close.

Floor: node.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from comity.acts.record import Act, Addressee
from comity.joint.request import decide
from comity.joint.request.acts import Asked
from comity.joint.request.state import EMPTY, State
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.node.context import Node
from comity.node.desk import binding, judging
from comity.node.desk.drafts import Result
from comity.node.desk.files import Written
from comity.node.desk.request import channels
from comity.node.desk.request.saying import by, found, out, say
from comity.node.desk.request.words import Attachment, Words
from comity.node.rows import Officer

_NO_WORDS = Words()

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
        path = row.channel if row else channel
        chosen = channels.to_ask(tx, node, to, written.urgency, path)
    if isinstance(chosen, Inadmissible):
        return chosen
    path, parties = chosen
    bound = binding.bind(node, path, written)
    if isinstance(bound, Inadmissible):
        return bound
    is_asked = verb == "submit" and not words.is_held
    no = judging.of_written(node, path, bound, parties_asked) if is_asked else None
    if no is not None:
        return no
    rules = None if words.is_held else binding.rules_of(node, path, bound.guideline)
    who = replace(by(node, officer, written), rules=rules)
    ask: _Ask = decide.submit if verb == "submit" else decide.show_draft
    act = ask(who, tuple(to), asked_of(bound), parties, now)
    said: Json = [verb, path, [[a.party, a.agency, a.office] for a in to], drafted]
    return out(node, officer, path, act, words, said)


def act_of(
    node: Node, officer: Officer, written: Written, to: Sequence[Addressee], channel: str
) -> Act | Inadmissible:
    """Return the act that a request file would become; nothing is sealed, nothing is kept."""
    with node.store.read() as tx:
        chosen = channels.to_ask(tx, node, to, written.urgency, channel)
    if isinstance(chosen, Inadmissible):
        return chosen
    bound = binding.bind(node, chosen[0], written)
    if isinstance(bound, Inadmissible):
        return bound
    return decide.submit(by(node, officer, written), tuple(to), asked_of(bound), chosen[1], EMPTY)


def asked_of(written: Written) -> Asked:
    """Return what a request file asks, as its entry says it; see `binding.bind`."""
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


def confirm(node: Node, officer: Officer, matter_id: str, words: Words) -> Result:
    """Confirm in writing what was asked orally."""
    return say(
        node,
        officer,
        matter_id,
        words,
        lambda now, by: decide.confirm(now, by, words.element_ids),
        "confirm",
    )


def clarify(
    node: Node, officer: Officer, matter_id: str, words: Words, deficiency: str = ""
) -> Result:
    """Supply what was missing or wrong, as the newest deficiency says or the one named."""
    return say(
        node,
        officer,
        matter_id,
        words,
        lambda now, by: decide.clarify(now, by, words.element_ids, deficiency),
        "clarify",
        deficiency,
    )


def dispute(
    node: Node,
    officer: Officer,
    matter_id: str,
    reason: str,
    words: Words = _NO_WORDS,
    deficiency: str = "",
) -> Result:
    """Dispute that the request is deficient."""
    return say(
        node,
        officer,
        matter_id,
        words,
        lambda now, by: decide.dispute(now, by, reason, deficiency),
        "dispute",
        reason,
        deficiency,
    )


def accept_condition(
    node: Node, officer: Officer, matter_id: str, words: Words = _NO_WORDS, acceptance: str = ""
) -> Result:
    """Accept the conditions of an acceptance, and be bound by them."""
    return say(
        node,
        officer,
        matter_id,
        words,
        lambda now, by: decide.accept_condition(now, by, acceptance),
        "accept-condition",
        acceptance,
    )


def decline_condition(
    node: Node, officer: Officer, matter_id: str, words: Words = _NO_WORDS, acceptance: str = ""
) -> Result:
    """Decline the conditions of an acceptance."""
    return say(
        node,
        officer,
        matter_id,
        words,
        lambda now, by: decide.decline_condition(now, by, acceptance),
        "decline-condition",
        acceptance,
    )


def ask_status(node: Node, officer: Officer, matter_id: str, words: Words = _NO_WORDS) -> Result:
    """Ask how far it is."""
    return say(node, officer, matter_id, words, decide.ask_status, "ask-status")


def answer_consultation(
    node: Node,
    officer: Officer,
    matter_id: str,
    position: str,
    words: Words = _NO_WORDS,
    consultation: str = "",
) -> Result:
    """Answer a consultation before a refusal."""
    return say(
        node,
        officer,
        matter_id,
        words,
        lambda now, by: decide.answer_consultation(now, by, position, consultation),
        "answer-consultation",
        position,
        consultation,
    )


def withdraw(
    node: Node, officer: Officer, matter_id: str, reason: str, words: Words = _NO_WORDS
) -> Result:
    """Take back what is still open, or a draft."""
    return say(
        node,
        officer,
        matter_id,
        words,
        lambda now, by: decide.withdraw(now, by, reason),
        "withdraw",
        reason,
    )


def supersede(
    node: Node,
    officer: Officer,
    matter_id: str,
    by_matter_id: str,
    error: str,
    words: Words = _NO_WORDS,
) -> Result:
    """Take a request back because another one, whose id is given, stands in its place."""
    other, _ = found(node, officer, by_matter_id)
    return say(
        node,
        officer,
        matter_id,
        words,
        lambda now, by: decide.supersede(now, by, other.matter.id, error),
        "supersede",
        other.matter.id,
        error,
    )


def _named(to: tuple[str, ...]) -> list[Json]:
    """Return the parties that are named, as one thing that is said; none where all are meant."""
    return [[*to]] if to else []


def close(
    node: Node,
    officer: Officer,
    matter_id: str,
    reason: str,
    words: Words = _NO_WORDS,
    *,
    to: tuple[str, ...] = (),
) -> Result:
    """Say that nothing more is expected, of some parties or of all that have decided."""
    return say(
        node,
        officer,
        matter_id,
        words,
        lambda now, by: decide.close(now, by, reason, to),
        "close",
        reason,
        *_named(to),
    )


def reopen(  # noqa: PLR0913 -- what it says, and of whom
    node: Node,
    officer: Officer,
    matter_id: str,
    reason: str,
    items: tuple[str, ...] = (),
    words: Words = _NO_WORDS,
    *,
    to: tuple[str, ...] = (),
) -> Result:
    """Ask again for these items, or for all that were decided, some parties or all."""
    return say(
        node,
        officer,
        matter_id,
        words,
        lambda now, by: decide.reopen(now, by, reason, items, to),
        "reopen",
        reason,
        [*items],
        *_named(to),
    )


def report_use(
    node: Node,
    officer: Officer,
    matter_id: str,
    use: str,
    words: Words = _NO_WORDS,
    question: str = "",
) -> Result:
    """Account for the use of what was given."""
    return say(
        node,
        officer,
        matter_id,
        words,
        lambda now, by: decide.report_use(now, by, use, question),
        "report-use",
        use,
        question,
    )
