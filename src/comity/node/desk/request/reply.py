"""What an addressee does with a request: acknowledge, accept, answer, consult, refuse.

Floor: node.
"""

from collections.abc import Mapping

from comity.joint.request import acts, reply
from comity.joint.request.acts import Parts
from comity.node.base.context import Node
from comity.node.base.rows import Officer
from comity.node.desk.request.say import say
from comity.node.room.act_words import Words
from comity.node.room.release.draft_store import Result

_NO_WORDS = Words()


def comment(
    node: Node, officer: Officer, matter_id: str, findings: Mapping[str, str], words: Words
) -> Result:
    """Comment on a draft: `{element: deficiency}`, and words."""
    return say(
        node,
        officer,
        matter_id,
        words,
        lambda now, by: reply.comment(now, by, findings),
        "comment",
        dict(findings),
    )


def acknowledge(node: Node, officer: Officer, matter_id: str, words: Words = _NO_WORDS) -> Result:
    """Register the request under the own reference that the words give."""
    return say(node, officer, matter_id, words, reply.acknowledge, "acknowledge")


def find_deficient(
    node: Node,
    officer: Officer,
    matter_id: str,
    findings: Mapping[str, str],
    words: Words = _NO_WORDS,
    reason: str = "",
) -> Result:
    """Say what is missing or wrong: `{element: deficiency}`, and of the whole."""
    return say(
        node,
        officer,
        matter_id,
        words,
        lambda now, by: reply.find_deficient(now, by, findings, reason),
        "find-deficient",
        dict(findings),
        reason,
    )


def reroute(
    node: Node,
    officer: Officer,
    matter_id: str,
    agency: str,
    reason: str,
    words: Words = _NO_WORDS,
) -> Result:
    """Tell the asker which agency now deals with the request."""
    return say(
        node,
        officer,
        matter_id,
        words,
        lambda now, by: reply.reroute(now, by, agency, reason),
        "reroute",
        agency,
        reason,
    )


def accept(
    node: Node,
    officer: Officer,
    matter_id: str,
    conditions: tuple[str, ...] = (),
    items: tuple[str, ...] = (),
    words: Words = _NO_WORDS,
) -> Result:
    """Accept these items, or all, under these conditions or none."""
    return say(
        node,
        officer,
        matter_id,
        words,
        lambda now, by: reply.accept(now, by, items, conditions),
        "accept",
        [*conditions],
        [*items],
    )


def waive_condition(
    node: Node,
    officer: Officer,
    matter_id: str,
    conditions: tuple[str, ...],
    words: Words = _NO_WORDS,
    about_act: str = "",
) -> Result:
    """Consent that conditions which the asker accepted no longer bind it."""
    return say(
        node,
        officer,
        matter_id,
        words,
        lambda now, by: reply.waive_condition(now, by, conditions, about_act),
        "waive-condition",
        [*conditions],
        about_act,
    )


def report_status(
    node: Node,
    officer: Officer,
    matter_id: str,
    stage: str,
    expected_at_ms: int | None = None,
    words: Words = _NO_WORDS,
) -> Result:
    """Say how far it is, and when more is expected."""
    return say(
        node,
        officer,
        matter_id,
        words,
        lambda now, by: reply.report_status(now, by, stage, expected_at_ms),
        "report-status",
        stage,
        expected_at_ms,
    )


def answer(node: Node, officer: Officer, matter_id: str, words: Words, extent: str = "") -> Result:
    """Answer the items that the answer file gives values for, or all; `partial`: more comes."""
    codes = {acts.EXTENT: extent} if extent else {}
    parts = Parts(codes, words.written.item_ids, words.element_ids)
    return say(
        node,
        officer,
        matter_id,
        words,
        lambda now, by: reply.answer(now, by, parts),
        "answer",
        extent,
    )


def postpone(
    node: Node,
    officer: Officer,
    matter_id: str,
    reason: str,
    review_at_ms: int,
    words: Words = _NO_WORDS,
) -> Result:
    """Postpone it until a date of review."""
    return say(
        node,
        officer,
        matter_id,
        words,
        lambda now, by: reply.postpone(now, by, reason, review_at_ms),
        "postpone",
        reason,
        review_at_ms,
    )


def resume(node: Node, officer: Officer, matter_id: str, words: Words = _NO_WORDS) -> Result:
    """Take it up again."""
    return say(node, officer, matter_id, words, reply.resume, "resume")


def consult(  # noqa: PLR0913 -- who consults on what, until when, with what words
    node: Node,
    officer: Officer,
    matter_id: str,
    reason: str,
    answer_by_ms: int,
    *,
    words: Words = _NO_WORDS,
    items: tuple[str, ...] = (),
) -> Result:
    """Consult on a ground before these items, or all, are refused."""
    return say(
        node,
        officer,
        matter_id,
        words,
        lambda now, by: reply.consult(now, by, reason, answer_by_ms, items),
        "consult",
        reason,
        answer_by_ms,
        [*items],
    )


def refuse(
    node: Node,
    officer: Officer,
    matter_id: str,
    reason: str,
    words: Words = _NO_WORDS,
    items: tuple[str, ...] = (),
) -> Result:
    """Refuse these items, or all that are open, on a ground of the closed list."""
    now_ms = node.clock.now_ms()
    return say(
        node,
        officer,
        matter_id,
        words,
        lambda now, by: reply.refuse(now, by, reason, items, now_ms),
        "refuse",
        reason,
        [*items],
    )


def ask_use(node: Node, officer: Officer, matter_id: str, words: Words = _NO_WORDS) -> Result:
    """Ask for an account of the use of what was given."""
    return say(node, officer, matter_id, words, reply.ask_use, "ask-use")
