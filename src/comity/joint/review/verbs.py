# ruff: noqa: RUF001 -- Chinese texts have Chinese punctuation
"""The verbs of a review: the one place that spells them.

What a snapshot says, and whether its figures are the same, is computed: nobody types a digest.

Source: docs/spec/snapshot.md.
Floor: joint (pure).
"""

from typing import Final

from comity.acts.verb import REFERENCE, Field, Given, Spelled, Table, Verb, both, why
from comity.joint.review import acts

_CELL: Final = Field(
    acts.CELL, REFERENCE, both("Figure", "数据"),
    hint=both("its address, like all/volume/asked", "其位置，如 all/volume/asked"),
    shape=acts.ADDRESS_SHAPE,
)  # fmt: skip


def _commented(given: Given) -> Spelled:
    return Spelled({acts.CELL: acts.code_of(str(given[_CELL.key]))}, {})


TABLE: Final = Table(
    acts.KIND,
    "reviews",
    both("Review", "评估"),
    both(
        "Review the timeliness and quality of responses with the other States",
        "与其他国家共同评估答复的及时性和质量",
    ),
    (
        Verb(
            "snapshot", acts.SNAPSHOT, both("Name the figures", "确定数据快照"),
            opens=True, is_computed=True,
        ),
        Verb(
            "concur", acts.CONCURRED, both("Concur with the figures", "确认数据一致"),
            is_computed=True,
        ),
        Verb(
            "differ", acts.DIFFERED, both("Say that the figures differ", "表明数据不一致"),
            is_computed=True,
        ),
        Verb(
            "comment", acts.COMMENTED, both("Comment on a figure", "就数据发表意见"),
            (_CELL,), spell=_commented,
        ),
        Verb(
            "withdraw", acts.WITHDRAWN, both("Withdraw the snapshot", "撤回快照"),
            (why(acts.WITHDRAWALS),), is_grave=True,
        ),
    ),
    lambda now: str(now.snapshot_id),
    matter="snapshot",
)  # fmt: skip
