# ruff: noqa: RUF001 -- Chinese texts have Chinese punctuation
"""The verbs of a joint text: the one place that spells them.

    comity guideline propose --document cn.yaml --name calendar.sn
    POST /texts/calendar.sn/adopt    {"proposal": "3f1c", "sha256": "…"}

A text is named by what it is, and a proposal of it by its id or its hash.

Source: docs/spec/guideline.md.
Floor: joint (pure).
"""

import re
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from comity.acts.verb import (
    ACT,
    FLAG,
    HASH,
    LINES,
    TIME,
    WHERE,
    Field,
    Table,
    Verb,
    both,
    why,
)
from comity.joint.text import acts

_LEAVING: Final = "leaving"

TAKING_BACK: Final = MappingProxyType(
    {code: words for code, words in acts.WITHDRAWALS.items() if code != _LEAVING}
)
"""Reasons for which a proposal is withdrawn: who leaves a text that was adopted gives none."""

_PROPOSAL: Final = Field(
    "proposal", ACT, both("Proposal", "提案"), needed=False,
    hint=both(
        "the beginning of its id or of its text’s hash; the open one if empty",
        "其标识或文本哈希值的开头；不填则为待定的一项",
    ),
    shape=re.compile(r"[a-z0-9]{4,64}"),
)  # fmt: skip
_DOCUMENT: Final = Field(
    "document", LINES, both("Text", "文本"), needed=False,
    hint=both("in YAML or JSON", "YAML 或者 JSON 格式"),
)  # fmt: skip
_SHIPPED: Final = Field(
    "shipped", FLAG, both("The bilingual guideline that comes with comity", "随附的双语准则"),
    needed=False,
)  # fmt: skip
_EARLIEST: Final = Field(
    acts.FROM, TIME, both("In force from, at the earliest", "最早生效时间"), needed=False,
)  # fmt: skip
_TEXT: Final = (_DOCUMENT, _SHIPPED, _EARLIEST, WHERE)
_WHICH: Final = (_PROPOSAL, WHERE)

TABLE: Final = Table(
    acts.KIND,
    "texts",
    both("Joint text", "共同文本"),
    both("Agree with the other States on joint texts", "与其他国家商定共同文本"),
    (
        Verb("propose", acts.PROPOSED, both("Propose a joint text", "提出共同文本"), _TEXT),
        Verb(
            "counter", acts.PROPOSED,
            both("Propose another joint text instead", "另提共同文本"),
            (replace(_PROPOSAL, needed=True, hint=None), *_TEXT),
        ),
        Verb(
            "adopt", acts.ADOPTED, both("Adopt a joint text", "通过共同文本"),
            (
                Field(
                    "sha256", HASH, both("Hash of what was read", "所阅文本的哈希值"), needed=False,
                    hint=both("its beginning is enough", "开头几位即可"),
                    shape=re.compile(r"[0-9a-f]{1,64}"),
                ),
                *_WHICH,
            ),
        ),
        Verb(
            "decline", acts.DECLINED, both("Decline a joint text", "不接受共同文本"),
            (why(acts.DECLINALS), *_WHICH),
        ),
        Verb(
            "withdraw", acts.WITHDRAWN, both("Withdraw a joint text", "撤回共同文本"),
            (why(TAKING_BACK), *_WHICH), is_grave=True,
        ),
        Verb(
            "leave", acts.WITHDRAWN, both("Leave a joint text", "退出共同文本"),
            (
                Field(
                    acts.FROM, TIME, both("From when on", "自何时起"),
                    hint=both(
                        "never before the others have received it", "在其他当事方收到之前不生效",
                    ),
                ),
                *_WHICH,
            ),
            is_grave=True,
        ),
    ),
    matter="text",
    scope="guideline",
    usual=acts.MAIN,
    named="`guideline`, or `calendar.PARTY`",
)  # fmt: skip
