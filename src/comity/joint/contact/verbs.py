"""The verbs of contact points: the one place that spells them.

They are published from a document: that command, call and page are written by hand.

Source: docs/spec/contact.md.
Floor: joint (pure).
"""

from typing import Final

from comity.acts.verb import ITEM, MATTER, TIME, Field, Table, Verb, both, why
from comity.joint.contact import acts, view
from comity.joint.contact.state import State

_ENTRIES: Final = Field("entry", ITEM, both("Contact points", "联络点"), many="entries")
_REACHED: Final = Field(acts.REACHED_AT, TIME, both("When it was tried", "联系时间"))
_CALL: Final = Field(
    "call", MATTER, both("Call by which it was tried", "所属呼叫"),
    needed=False, of="hotline", code=acts.MATTER,
)  # fmt: skip


def _is_theirs(now: State, party: str) -> bool:
    return bool(now.owner) and now.owner != party and view.status(now) == view.PUBLISHED


def _is_own(now: State, party: str) -> bool:
    return now.owner == party and view.status(now) == view.PUBLISHED


TABLE: Final = Table(
    acts.KIND,
    "contacts",
    both("Contact points", "联络点"),
    both(
        "Reach the other State by a number that was proved, at any hour",
        "随时通过经核实的联络方式联系对方国家",
    ),
    (
        Verb(
            "publish", acts.PUBLISHED, both("Publish contact points", "公布联络点"),
            opens=True, is_computed=True,
        ),
        Verb(
            "prove", acts.PROVED, both("Prove contact points", "核实联络点"),
            (_ENTRIES, _REACHED, _CALL), offered=_is_theirs, has_texts=False,
        ),
        Verb(
            "fail", acts.FAILED, both("Say that a contact point failed", "报告联络点未通"),
            (_ENTRIES, why(acts.FAILURES), _REACHED, _CALL), offered=_is_theirs,
        ),
        Verb(
            "withdraw", acts.WITHDRAWN, both("Withdraw contact points", "撤回联络点"),
            (
                Field(
                    "entry", ITEM, both("Contact points", "联络点"), needed=False,
                    many="entries", hint=both("all if empty", "不填则为全部"),
                ),
                why(acts.WITHDRAWALS),
            ),
            offered=_is_own, is_grave=True,
        ),
    ),
    view.newest_id,
)  # fmt: skip
