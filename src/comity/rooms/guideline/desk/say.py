"""Propose, counter, adopt, decline, withdraw, leave: what parties say of a joint text.

    said(node, officer, Spoken(TABLE.row("adopt"), "guideline", {"proposal": "3f1c"}, words))

The bytes of a text are on stable storage before the act that names them is drafted.

Source: docs/spec/guideline.md.
Floor: rooms.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from comity.acts.record import Act, Office
from comity.acts.verb import flaws
from comity.joint.text import acts, decide
from comity.joint.text.acts import Saying, Text
from comity.joint.text.state import State
from comity.kernel.fault import Fault, quoted
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.kernel.problem import Unfit
from comity.node.base.context import Node
from comity.node.base.rows import Officer
from comity.node.room import calendars, joint_document, officers, text_fit
from comity.node.room.act_words import Words
from comity.node.room.release.draft_store import Result
from comity.node.room.release.submit import out
from comity.node.room.say import Spoken
from comity.rooms.guideline.desk import texts
from comity.rooms.guideline.desk.texts import Stand

_NO_WORDS = Words()

type _Decided = Callable[[State, Saying], Act | Inadmissible]


@dataclass(frozen=True, slots=True)
class About:
    """Which text an act is about.

    Attributes:
        name: of the text.
        channel: its path, or "" where this node is paired in one arrangement.
        proposal: the beginning of a proposal's id or of its text's hash, or "" for the one
            that is open or, to leave it, the one in force.
    """

    name: str = acts.MAIN
    channel: str = ""
    proposal: str = ""


def said(node: Node, officer: Officer, spoken: Spoken) -> Result:
    """Say what an officer filled in, on whichever surface.

    Raises:
        Unfit: `node.verb.unfit`, with every problem and its field; as the use case.
        Fault: as the use case.
    """
    if wrong := [*flaws(spoken.verb, spoken.given)]:
        raise Unfit("node.verb.unfit", spoken.verb.name, wrong)
    given: Mapping[str, Any] = spoken.given
    about = About(spoken.matter_id, given.get("channel", ""), given.get("proposal", ""))
    return _DO[spoken.verb.name](node, officer, about, given, spoken.words)


def _proposed(
    node: Node, officer: Officer, about: About, given: Mapping[str, Any], words: Words
) -> Result:
    data = texts.meant(
        given.get("document", ""), is_shipped=bool(given.get("shipped")), name=about.name
    )
    node.require_room(len(data), False)  # noqa: FBT003 -- as the port says
    return propose(node, officer, about, data, from_ms=given.get(acts.FROM, 0), words=words)


def propose(
    node: Node,
    officer: Officer,
    about: About,
    data: bytes,
    *,
    from_ms: int = 0,
    words: Words = _NO_WORDS,
) -> Result:
    """Propose a text; with `about.proposal`, in the place of a proposal that is open.

    Args:
        node: ours.
        officer: who signed in.
        about: name and channel; `proposal`: which one it counters, or "".
        data: the text.
        from_ms: from when at the earliest, milliseconds since 1970 UTC; 0 for what the text
            says, or at once.
        words: a covering letter, and the key of the command.

    Raises:
        Fault: those of `text_fit.read`, `node.text.*`, and those of `append`.
        Unfit: the text has problems; nothing was done.
    """
    stand = texts.find(node, about.name, about.channel)
    _require_party(stand)
    kind = text_fit.require(node.rooms, about.name)
    text = text_fit.read(node.rooms, about.name, data)
    sha256 = hashlib.sha256(data).hexdigest()
    said = Text(
        acts.document(sha256, len(data), kind.media_type),
        kind.version(text),
        max(from_ms, kind.earliest_ms(text)),
    )
    counters = stand.proposal(about.proposal).id if about.proposal else ""
    with node.store.read() as tx:
        no = officers.may_not_say(tx, node.rooms, officer, stand.channel, acts.KIND)
    if no is not None:
        return no  # before a byte of it is kept
    joint_document.hold(node, sha256, data)

    def decided(now: State, saying: Saying) -> Act | Inadmissible:
        return decide.propose(now, saying, node.party, said, counters)

    return _say(node, officer, stand, words, decided, "propose", sha256, counters, from_ms)


def adopt(
    node: Node, officer: Officer, about: About, sha256: str = "", words: Words = _NO_WORDS
) -> Result:
    """Adopt a proposed text; one that is not held here, or cannot be read, is not adopted.

    Args:
        node: ours.
        officer: who signed in.
        about: which proposal.
        sha256: the beginning of the hash of the text that they have read, or "".
        words: a covering letter, and the key of the command.

    Raises:
        Fault: `node.text.*`, and those of `append`.
        Unfit: the text has problems; nothing was done.
    """
    stand = texts.find(node, about.name, about.channel)
    proposal = stand.proposal(about.proposal)
    if not proposal.sha256.startswith(sha256.lower()):
        return Inadmissible(
            "guideline.another-text",
            f"What you have read is not the text of the proposal {proposal.id[:8]}….",
            "Show the proposal, read its text, and adopt that one.",
        )
    with node.store.read() as tx:
        data = calendars.text(node, tx, proposal.sha256)
    if data is None:
        return Inadmissible(
            "guideline.text-not-held",
            f"The text {proposal.sha256[:16]}… is not held here yet, so nobody has read it.",
            "Wait until it has come; `comity guideline list` says when.",
        )
    no = _unreadable(node, about.name, data)
    if no is not None:
        return no

    def decided(now: State, saying: Saying) -> Act | Inadmissible:
        return decide.adopt(now, saying, node.party, proposal.id, proposal.sha256)

    return _say(node, officer, stand, words, decided, "adopt", proposal.id)


def _unreadable(node: Node, name: str, data: bytes) -> Inadmissible | None:
    """Return why a text cannot be adopted: what a node cannot read it cannot count by."""
    try:
        text_fit.read(node.rooms, name, data)
    except Unfit as unfit:
        return Inadmissible(
            "guideline.text-unfit",
            f"The text cannot be read by this node. {unfit.what}",
            "Decline it with `--reason needs-changes`, and say which places are wrong.",
        )
    except Fault as fault:
        return Inadmissible(
            "guideline.text-unfit",
            f"The text cannot be read by this node: {fault.what}",
            "Decline it with `--reason needs-changes`.",
        )
    return None


def decline(
    node: Node, officer: Officer, about: About, reason: str, words: Words = _NO_WORDS
) -> Result:
    """Decline a proposal of another party.

    Raises:
        Fault: `node.text.*`, and those of `append`.
    """
    stand = texts.find(node, about.name, about.channel)
    proposal_id = stand.proposal(about.proposal).id

    def decided(now: State, saying: Saying) -> Act | Inadmissible:
        return decide.decline(now, saying, node.party, proposal_id, reason)

    return _say(node, officer, stand, words, decided, "decline", proposal_id, reason)


def withdraw(
    node: Node, officer: Officer, about: About, reason: str, words: Words = _NO_WORDS
) -> Result:
    """Take back a proposal of our own.

    Raises:
        Fault: `node.text.*`, and those of `append`.
    """
    stand = texts.find(node, about.name, about.channel)
    proposal_id = stand.proposal(about.proposal).id

    def decided(now: State, saying: Saying) -> Act | Inadmissible:
        return decide.withdraw(now, saying, node.party, proposal_id, reason)

    return _say(node, officer, stand, words, decided, "withdraw", proposal_id, reason)


def leave(
    node: Node, officer: Officer, about: About, from_ms: int, words: Words = _NO_WORDS
) -> Result:
    """Leave an adopted text from an instant on.

    Raises:
        Fault: `node.text.*`, and those of `append`.
    """
    stand = texts.find(node, about.name, about.channel)
    proposal_id = stand.adopted(about.proposal, node.clock.now_ms()).id

    def decided(now: State, saying: Saying) -> Act | Inadmissible:
        return decide.leave(now, saying, node.party, proposal_id, from_ms)

    return _say(node, officer, stand, words, decided, "leave", proposal_id, from_ms)


def _require_party(stand: Stand) -> None:
    """Return if a calendar is that of a party of the channel.

    Raises:
        Fault: `node.text.party-unknown`.
    """
    party = stand.name.removeprefix(calendars.PREFIX)
    if party == stand.name or party in stand.state.parties:
        return
    raise Fault(
        code="node.text.party-unknown",
        what=f"{quoted(party)} is no party of the channel {stand.channel}.",
        fix=f"Name the calendar of one of: {', '.join(stand.state.parties)}.",
    )


def _say(
    node: Node,
    officer: Officer,
    stand: Stand,
    words: Words,
    decided: _Decided,
    verb: str,
    *codes: Json,
) -> Result:
    act_id = node.act_id()
    saying = Saying(act_id, Office(officer.agency, officer.office), stand.name)
    act = decided(stand.state, saying)
    return out(node, officer, stand.channel, act, words, [verb, stand.name, *codes])


_DO: Final[Mapping[str, Callable[[Node, Officer, About, Mapping[str, Any], Words], Result]]] = {
    "propose": _proposed,
    "counter": _proposed,
    "adopt": lambda n, o, about, given, w: adopt(n, o, about, given.get("sha256", ""), w),
    "decline": lambda n, o, about, given, w: decline(n, o, about, given["reason"], w),
    "withdraw": lambda n, o, about, given, w: withdraw(n, o, about, given["reason"], w),
    "leave": lambda n, o, about, given, w: leave(n, o, about, given[acts.FROM], w),
}
