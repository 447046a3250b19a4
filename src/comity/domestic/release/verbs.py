# ruff: noqa: RUF001 -- Chinese texts have Chinese punctuation
"""What officers do with a draft before it leaves, and after one released it alone: two tables.

    comity draft approve DRAFT --content HASH         comity release review ACT --verdict justified
    POST /drafts/{draft}/approve                      POST /releases/{act}/review

Nothing of it crosses.  The tag of a row is the step of the local log that it takes.

Floor: domestic (pure).
"""

import re
from typing import Final

from comity.acts.verb import CODE, FLAG, HASH, TEXT, Both, Field, Table, Verb, both
from comity.domestic.release.review import JUSTIFIED, NOT_JUSTIFIED

CONTENT_CHARS_MIN: Final = 16
"""Of a hash, by which an officer names what they read."""


_CONTENT: Final = Field(
    "content",
    HASH,
    both("Hash of what was read", "所阅内容的哈希值"),
    hint=both(
        f"as the draft shows it; its first {CONTENT_CHARS_MIN} digits are enough",
        f"以草稿所示为准；前 {CONTENT_CHARS_MIN} 位即可",
    ),
    shape=re.compile(r"[0-9a-f]{1,64}"),
)


def _text(words: Both) -> Field:
    return Field(
        "text",
        TEXT,
        words,
        hint=both("For colleagues of your agency. It never crosses", "供本机构同事查阅，绝不跨境"),
    )


EDIT: Final = Verb(
    "edit",
    "release.edited",
    both("Change the draft", "修改草稿"),
    (_CONTENT,),
    has_texts=False,
    hint=both(
        "Put another content in its place; every approval of it is void",
        "以其他内容替换；此前的批准一律无效",
    ),
    is_computed=True,
    scope="draft",
)

COMMENT: Final = Verb(
    "comment",
    "release.commented",
    both("Only comment", "仅作评论"),
    (_text(both("What has to change, and why", "须修改的内容及理由")),),
    has_texts=False,
    hint=both("Say something of a draft to those who may see it", "向有权查阅草稿的人员提出意见"),
    scope="draft",
)

RETURN: Final = Verb(
    "return",
    "release.returned",
    both("Send it back with this reason", "附理由退回"),
    (_text(both("What has to change, and why", "须修改的内容及理由")),),
    has_texts=False,
    hint=both(
        "Send a draft that was offered back to its author; every approval of it is void",
        "将提交审批的草稿退回起草人；此前的批准一律无效",
    ),
)

APPROVE: Final = Verb(
    "approve",
    "release.approved",
    both("Approve", "批准"),
    (_CONTENT,),
    has_texts=False,
    hint=both(
        "Approve what was read; with the last approval it is sent",
        "批准所阅内容；最后一项批准作出后即发出",
    ),
)

RELEASE: Final = Verb(
    "release",
    "release.released",
    both("Send it", "发出"),
    (
        _CONTENT,
        Field(
            "break-glass",
            FLAG,
            both("In an emergency, alone", "紧急情况下单独放行"),
            needed=False,
            hint=both(
                "with a reason, and a review by another officer soon after",
                "须说明理由，并由另一名经办人员随后复核",
            ),
        ),
        Field(
            "reason",
            TEXT,
            both("Why it cannot wait for another officer", "为何不能等待另一名经办人员"),
            needed=False,
            hint=both(
                "Another officer reviews it within hours. It stays here and never crosses",
                "另一名经办人员将在数小时内复核。该理由仅留存于此，绝不跨境",
            ),
        ),
    ),
    has_texts=False,
    hint=both(
        "Send a draft that has its approvals, its author approving by it; or alone, in an "
        "emergency",
        "发出已获批准的草稿，起草人发出即视为批准；紧急情况下可单独放行",
    ),
)

DROP: Final = Verb(
    "drop",
    "release.dropped",
    both("Throw away", "废弃"),
    has_texts=False,
    hint=both("Throw a draft away", "废弃草稿"),
    is_grave=True,
    scope="draft",
)

TABLE: Final = Table(
    "draft",
    "drafts",
    both("Draft", "草稿"),
    both("What is written before it leaves", "对外发出之前的草稿"),
    (EDIT, COMMENT, RETURN, APPROVE, RELEASE, DROP),
    scope="release",
    named="its first characters are enough",
)

REVIEW: Final = Verb(
    "review",
    "release.reviewed",
    both("Record the review", "登记复核结果"),
    (
        Field(
            "verdict",
            CODE,
            both("Was it justified?", "是否正当？"),
            known={
                JUSTIFIED: both("Justified", "正当"),
                NOT_JUSTIFIED: both("Not justified", "不正当"),
            },
        ),
        Field("note", TEXT, both("Why", "理由"), hint=both("It never crosses", "绝不跨境")),
    ),
    has_texts=False,
    hint=both(
        "Say whether a release by one officer alone was justified, and why",
        "说明单独放行是否正当及其理由",
    ),
)

RELEASES: Final = Table(
    "release",
    "releases",
    both("Release by one officer alone", "单独放行"),
    both("What one officer released alone, and its review", "单独放行的内容及其复核"),
    (REVIEW,),
    matter="act",
    scope="release",
    named="id of the act; its first characters are enough",
)
