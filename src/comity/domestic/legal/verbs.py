# ruff: noqa: RUF001 -- Chinese texts have Chinese punctuation
"""What counsel does: one table for every surface.

    comity legal decide SUBJECT --question legal-basis --verdict allows --named mlaa
    POST /legal/{subject}/decide    {"question": "legal-basis", "verdict": "allows"}

Nothing of it crosses.  The tag of a row is the step of the local log that it takes.

Floor: domestic (pure).
"""

from typing import Final

from comity.acts.verb import CODE, LINE, NAME, REFERENCE, TEXT, Field, Table, Verb, both
from comity.domestic.legal.acts import ALLOWS, STOPS

DECIDE: Final = Verb(
    "decide",
    "legal.decided",
    both("Record the decision", "登记决定"),
    (
        Field(
            "question",
            REFERENCE,
            both("Question", "问题"),
            hint=both("as the explanation names it", "以说明所列的名称为准"),
        ),
        Field(
            "verdict",
            CODE,
            both("Decision", "决定"),
            known={
                ALLOWS: both("Permitted", "准许"),
                STOPS: both("Not permitted", "不准许"),
            },
            hint=both("A ground that applies stops it", "存在适用的理由时为不准许"),
        ),
        Field("named", NAME, both("Legal basis or instrument", "法律依据或者文书"), needed=False),
        Field("number", LINE, both("Number of the instrument", "文书文号"), needed=False),
        Field("condition", CODE, both("Conditions", "条件"), needed=False, many="conditions"),
        Field(
            "note",
            TEXT,
            both("Grounds", "理由"),
            needed=False,
            hint=both("They stay at home", "仅在国内留存"),
        ),
        Field(
            "content",
            REFERENCE,
            both("What was read", "所阅内容"),
            needed=False,
            hint=both(
                "what the explanation showed of the subject: another one now is refused",
                "说明所示的内容标识；内容已变更的不予接受",
            ),
        ),
    ),
    has_texts=False,
    hint=both("Record a decision of counsel", "登记法务人员的决定"),
)

TABLE: Final = Table(
    "legal",
    "legal",
    both("Question of law", "法律问题"),
    both(
        "What the nation profile asks before something leaves, and the decisions of counsel",
        "国家配置在对外发出之前的要求，以及法务人员的决定",
    ),
    (DECIDE,),
    matter="subject",
    scope="legal",
    named="id of a request of another State, or of a draft of ours; a prefix is enough",
)
