"""What parties say of a snapshot: name it, concur, differ, comment on a cell, withdraw it.

    snapshot(node, officer, channel, taken)               the figures were computed before
    concur(node, officer, snapshot, digest)               likewise: the digest is this node's own
    differ(node, officer, snapshot, digest, difference)

Who calls these has computed the figures at the cut that the snapshot names; the room decides by
the digest alone which of the two is true.

Source: docs/spec/snapshot.md.
Floor: rooms.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from comity.acts.record import Act, Office
from comity.joint.review import acts, decide, fold, state
from comity.joint.review.acts import Saying, Taken
from comity.joint.review.state import State
from comity.joint.review.verbs import TABLE
from comity.kernel import ijson
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.node.base import trust
from comity.node.base.context import Node
from comity.node.base.rows import MatterRow, Officer
from comity.node.room import need_to_know
from comity.node.room import say as room_say
from comity.node.room.act_blobs import Plain
from comity.node.room.act_words import Words
from comity.node.room.matter_lookup import find, unknown
from comity.node.room.release.draft_store import Result
from comity.node.room.release.submit import out
from comity.node.room.request_file import MARK_DEFAULT
from comity.node.room.say import Spoken

_NO_WORDS: Final = Words()
_JSON: Final = "application/json"

type _Decided = Callable[[State, Saying, str], Act | Inadmissible]


def found(node: Node, officer: Officer, snapshot_id: str) -> tuple[MatterRow, State]:
    """Return a snapshot that an officer may read, by the beginning of an id.

    Raises:
        Fault: `node.matter.unknown`, `node.matter.ambiguous`, `node.matter.prefix-short`.
    """
    with node.store.read() as tx:
        row = find(tx, need_to_know.reader(tx, officer), acts.KIND, snapshot_id)
    now = state.from_json(row.state)
    if not now.snapshot_id:  # lists leave it out too: a peer may say anything else of it
        raise unknown(acts.KIND, snapshot_id)
    return row, now


def snapshot(
    node: Node,
    officer: Officer,
    channel: str,
    taken: Taken,
    words: Words = _NO_WORDS,
    figures: Json = None,
) -> Result:
    """Name a snapshot of figures that this node has computed.

    Args:
        node: ours.
        officer: who signed in.
        channel: path of the channel in which it is said.
        taken: period, instant, cut, digest, definitions.
        words: a covering letter, and the key of the command.
        figures: to be sent with it, sealed; None for the digest alone.

    Raises:
        Fault: those of `append`.
    """
    with node.store.read() as tx:
        parties = trust.load(tx, channel).arrangement.party_ids()
    act = decide.take(fold.fold_all([], parties), _saying(node, officer), node.party, taken)
    said: Json = ["snapshot", taken.from_ms, taken.to_ms, taken.before_from_ms]
    return out(node, officer, channel, act, _with(words, acts.ROLE_FIGURES, figures), said)


def concur(
    node: Node, officer: Officer, snapshot_id: str, digest: str, words: Words = _NO_WORDS
) -> Result:
    """Concur with a snapshot: the digest of what this node has computed is the same.

    Raises:
        Fault: those of `found` and of `append`.
    """

    def decided(now: State, saying: Saying, party: str) -> Act | Inadmissible:
        return decide.concur(now, saying, party, digest)

    return _say(node, officer, snapshot_id, words, decided, "concur", digest)


def differ(
    node: Node,
    officer: Officer,
    snapshot_id: str,
    digest: str,
    difference: Json = None,
    words: Words = _NO_WORDS,
) -> Result:
    """Say that this node has computed other figures, and which cells differ.

    Args:
        node: ours.
        officer: who signed in.
        snapshot_id: the beginning of its id.
        digest: of what this node has computed.
        difference: the cells that differ, with the acts that explain them; or None.
        words: a covering letter, and the key of the command.

    Raises:
        Fault: those of `found` and of `append`.
    """

    def decided(now: State, saying: Saying, party: str) -> Act | Inadmissible:
        return decide.differ(now, saying, party, digest)

    carried = _with(words, acts.ROLE_DIFFERENCE, difference)
    return _say(node, officer, snapshot_id, carried, decided, "differ", digest)


def typed(node: Node, officer: Officer, spoken: Spoken) -> Result:
    """Say what an officer filled in: a comment, which stands beside its figure, or a withdrawal.

    Raises:
        Fault: those of `found` and of `room.say.say`.
    """
    found(node, officer, spoken.matter_id)
    no = need_to_know.may_not_read_figures(officer)
    if no is not None:
        return no
    if spoken.verb.tag == acts.COMMENTED and not spoken.words.written.texts:
        return Inadmissible(
            "review.text-missing",
            "A comment on a figure has no words.",
            "Say what is to be known of the figure, in words.",
        )
    return room_say.say(TABLE, node, officer, spoken)


def _say(
    node: Node,
    officer: Officer,
    snapshot_id: str,
    words: Words,
    decided: _Decided,
    *codes: Json,
) -> Result:
    row, now = found(node, officer, snapshot_id)
    no = need_to_know.may_not_read_figures(
        officer
    )  # what they may not read they neither answers nor takes back
    if no is not None:
        return no
    act = decided(now, _saying(node, officer), node.party)
    return out(node, officer, row.channel, act, words, [*codes, row.matter.id])


def _saying(node: Node, officer: Officer) -> Saying:
    act_id = node.act_id()
    return Saying(act_id, Office(officer.agency, officer.office))


def _with(words: Words, role: str, value: Json) -> Words:
    """Return words with a body that the program made beside them."""
    if value is None:
        return words
    made = Plain(role, _JSON, MARK_DEFAULT, ijson.render(value))
    return replace(words, beside=(*words.beside, made))
