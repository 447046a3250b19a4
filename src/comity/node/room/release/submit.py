"""Submit an act: seal what it carries, and send it or hold it; a repeated command has one effect.

Floor: node.
"""

from dataclasses import replace

from comity.acts.record import Act
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.context import Node
from comity.node.base.rows import Officer
from comity.node.room import act_blobs, act_words
from comity.node.room.act_words import Words
from comity.node.room.release import idempotency, send
from comity.node.room.release.draft_store import Command, Draft, Result


def out(
    node: Node,
    officer: Officer,
    channel: str,
    act: Act | Inadmissible,
    words: Words,
    said: Json,
) -> Result:
    """Let an act out, or tell why not; a command that is repeated has one effect."""
    command = _repeated(node, officer, words, said, is_no=isinstance(act, Inadmissible))
    if command is not None:
        # A repeated command finds the state that it made itself: tell what it did.
        with node.store.read() as tx:
            done = idempotency.earlier(tx, node, officer, command)
        if done is not None:
            return done
    if isinstance(act, Inadmissible):
        return act
    way = send.hold if words.is_held else send.send
    return way(node, officer, prepared(node, channel, act, words, said))


def prepared(node: Node, channel: str, act: Act, words: Words, said: Json) -> Draft:
    """Return an act with all that it carries sealed.

    Raises:
        Fault: those of the bodies store.
    """
    attached = act_blobs.seal(node, act_words.attached(words))
    try:
        hashed = [(one.bound.sha256, one.size_bytes) for one in attached]
        said_sha256 = act_words.sha256(words, hashed, said) if words.key else ""
        command = Command(words.key, said_sha256)
        plain = act_words.bodies(words, hashed)
        draft = send.prepare(node, channel, act, plain, command, attached)
        return replace(draft, also=words.also)
    except BaseException:
        act_blobs.drop(node, attached)
        raise


def _repeated(
    node: Node, officer: Officer, words: Words, said: Json, *, is_no: bool
) -> Command | None:
    """Return the command if one with its key may have been carried out; nothing is sealed yet."""
    if not words.key:
        return None
    with node.store.read() as tx:
        if not is_no and not idempotency.is_key_used(tx, officer, words.key):
            return None
    hashed = [act_blobs.hashed(one.data) for one in words.attachments]
    return Command(words.key, act_words.sha256(words, hashed, said))
