"""What both sides do with a request: correct, say that it was opened, attest a destruction.

Floor: node.
"""

from comity.joint.request import replying
from comity.node.context import Node
from comity.node.desk.drafts import Result
from comity.node.desk.request.saying import say
from comity.node.desk.request.words import Words
from comity.node.rows import Officer

_NO_WORDS = Words()


def correct(
    node: Node,
    officer: Officer,
    matter_id: str,
    act_id: str,
    error: str,
    words: Words = _NO_WORDS,
) -> Result:
    """Name an error in an act of our own, and give what is right."""
    return say(
        node,
        officer,
        matter_id,
        words,
        lambda now, by: replying.correct(now, by, act_id, error, words.element_ids),
        "correct",
        act_id,
        error,
    )


def open_act(
    node: Node, officer: Officer, matter_id: str, act_id: str, words: Words = _NO_WORDS
) -> Result:
    """Say that an act of the other side was opened, if the guideline agrees to that."""
    return say(
        node,
        officer,
        matter_id,
        words,
        lambda now, by: replying.open_act(now, by, act_id),
        "open",
        act_id,
    )


def destroy(
    node: Node,
    officer: Officer,
    matter_id: str,
    reason: str,
    blobs: tuple[str, ...],
    words: Words = _NO_WORDS,
) -> Result:
    """Attest that blobs were destroyed, by their SHA-256 in hex."""
    return say(
        node,
        officer,
        matter_id,
        words,
        lambda now, by: replying.destroy(now, by, reason, blobs),
        "destroy",
        reason,
        [*blobs],
    )
