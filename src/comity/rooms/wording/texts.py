"""The joint texts that are made by drafting: outcomes of a session, action plans, procedures.

Floor: rooms.
"""

from typing import Final

from comity.acts.verb import Both, both
from comity.joint.wording import document
from comity.node.base.bindings import Text
from comity.rooms.wording import gates, words

_CALLED: Final[dict[str, Both]] = {
    "outcomes.": both("Outcomes of a session", "会议成果"),
    "plan.": both("Action plan", "行动计划"),
    "sop.": both("Standard operating procedure", "标准工作程序"),
}

TEXTS: Final = tuple(
    Text(
        name,
        document.parse,
        lambda _text: "",
        media_type=document.MEDIA_TYPE,
        languages=lambda text: tuple(text.languages),
        words=called,
        only=words.only,
        waits=gates.document_cleared,
        ends="md",
        page="document",
    )
    for name, called in _CALLED.items()
)
