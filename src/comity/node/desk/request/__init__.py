"""What an officer does with a request: one function for each verb.

    asking      what the asker does: send, draft, clarify, accept a condition, withdraw, close
    replying    what an addressee does: acknowledge, accept, answer, consult, refuse
    either      what both do: correct, open, attest a destruction
    editing     another file in the place of that from which a draft was written
    words       what is said beside the codes: values, texts, attachments
    saying      the way that all of them go

Each gives `Sent` (it stands in the own log), `Waiting` (it lacks approvals) or
`Inadmissible` (a lawful no).  Nothing here waits for the other side.

Floor: node.
"""

from comity.node.desk.request.asking import (
    accept_condition,
    answer_consultation,
    ask_status,
    clarify,
    close,
    confirm,
    decline_condition,
    dispute,
    draft,
    reopen,
    report_use,
    send,
    supersede,
    withdraw,
)
from comity.node.desk.request.editing import edit, file_kind
from comity.node.desk.request.either import (
    assess,
    correct,
    destroy,
    dispute_assessment,
    open_act,
    settle_assessment,
)
from comity.node.desk.request.replying import (
    accept,
    acknowledge,
    answer,
    ask_use,
    comment,
    consult,
    find_deficient,
    postpone,
    refuse,
    report_status,
    reroute,
    resume,
    waive_condition,
)
from comity.node.desk.request.words import NOTHING, Attachment, Words

__all__ = [
    "NOTHING",
    "Attachment",
    "Words",
    "accept",
    "accept_condition",
    "acknowledge",
    "answer",
    "answer_consultation",
    "ask_status",
    "ask_use",
    "assess",
    "clarify",
    "close",
    "comment",
    "confirm",
    "consult",
    "correct",
    "decline_condition",
    "destroy",
    "dispute",
    "dispute_assessment",
    "draft",
    "edit",
    "file_kind",
    "find_deficient",
    "open_act",
    "postpone",
    "refuse",
    "reopen",
    "report_status",
    "report_use",
    "reroute",
    "resume",
    "send",
    "settle_assessment",
    "supersede",
    "waive_condition",
    "withdraw",
]
