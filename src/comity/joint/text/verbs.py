"""The verbs of a joint text: the one place that names them, for labels, help and pages.

A text is proposed from a document, and a proposal is named by its id or its hash: the commands,
calls and pages of these verbs are written by hand.

Source: docs/spec/guideline.md.
Floor: joint (pure).
"""

from types import MappingProxyType
from typing import Final

from comity.acts.verb import TIME, Field, Table, Verb, both, why
from comity.joint.text import acts

_FROM: Final = Field(acts.FROM, TIME, both("From when on", "自何时起"))
_LEAVING: Final = "leaving"

TAKING_BACK: Final = MappingProxyType(
    {code: words for code, words in acts.WITHDRAWALS.items() if code != _LEAVING}
)
"""Reasons for which a proposal is withdrawn: who leaves a text that was adopted gives none."""

TABLE: Final = Table(
    acts.KIND,
    "texts",
    both("Joint text", "共同文本"),
    both("Agree with the other States on joint texts", "与其他国家商定共同文本"),
    (
        Verb(
            "propose", acts.PROPOSED, both("Propose a joint text", "提出共同文本"),
            opens=True, is_computed=True,
        ),
        Verb(
            "counter", acts.PROPOSED, both("Propose another joint text instead", "另提共同文本"),
            is_computed=True,
        ),
        Verb("adopt", acts.ADOPTED, both("Adopt a joint text", "通过共同文本"), is_computed=True),
        Verb(
            "decline", acts.DECLINED, both("Decline a joint text", "不接受共同文本"),
            (why(acts.DECLINALS),), is_computed=True,
        ),
        Verb(
            "withdraw", acts.WITHDRAWN, both("Withdraw a joint text", "撤回共同文本"),
            (why(TAKING_BACK),), is_computed=True, is_grave=True,
        ),
        Verb(
            "leave", acts.WITHDRAWN, both("Leave a joint text", "退出共同文本"),
            (_FROM,), is_computed=True, is_grave=True,
        ),
    ),
    matter="text",
    scope="guideline",
)  # fmt: skip
