"""What is said of the contact points of a party: they are published; others prove or fail them.

    contact.published/1    by the party; document of the role `contacts`; codes entry.<name>: the
                           SHA-256 of each entry; blob of the role `codes`: a code sheet
    contact.proved/1       by another; answers what was published; items: entries; code matter;
                           time reached-at
    contact.failed/1       likewise, and code reason
    contact.withdrawn/1    by the party; answers what was published; items: entries, none: all;
                           code reason

The matter's id is the party.  What was proved of an entry counts while its hash stays.

Source: protocol rule 14; docs/spec/contact.md.
Floor: joint (pure).
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from comity.acts import shape
from comity.acts.record import Act
from comity.acts.shape import ID, SHA256, Shape, Words

KIND: Final = "contact"

PUBLISHED: Final = "contact.published/1"
PROVED: Final = "contact.proved/1"
FAILED: Final = "contact.failed/1"
WITHDRAWN: Final = "contact.withdrawn/1"

LAST_WORDS: Final = frozenset({PUBLISHED, WITHDRAWN})
"""What corrects or ends them: sayable while anything is (exchange.md 8.5.7)."""

ROLE_CONTACTS: Final = "contacts"
MEDIA_TYPE: Final = "application/yaml"
ROLE_CODES: Final = "codes"
"""Of the blob that is a code sheet."""

ENTRY: Final = "entry."
"""Before the name of an entry: its SHA-256."""
REASON: Final = "reason"
MATTER: Final = "matter"
"""The call by which it was tried."""
REACHED_AT: Final = "reached-at"

FAILURES: Final[Words] = MappingProxyType(
    {
        "no-answer": {"en": "Nobody answered", "zh": "无人应答"},
        "not-in-use": {"en": "It is not in use", "zh": "该联络方式不可用"},
        "another": {"en": "Somebody else answered", "zh": "应答者不是该机构"},
        "no-authority": {
            "en": "Who answered may not act at that level",
            "zh": "应答者无权处理该级别事项",
        },
        "language": {"en": "None of its languages was spoken", "zh": "应答者不使用所列语言"},
        "hours": {"en": "Not attended in its hours", "zh": "在所列时间内无人值守"},
    }
)
WITHDRAWALS: Final[Words] = MappingProxyType(
    {
        "replaced": {"en": "Another one takes its place", "zh": "由其他联络点取代"},
        "error": {"en": "It has an error", "zh": "内容有误"},
        "ended": {"en": "The office has ended", "zh": "该部门已撤销"},
        "compromised": {"en": "Others may answer there", "zh": "可能被他人冒用"},
    }
)
LISTS: Final[Mapping[str, Words]] = MappingProxyType({"failed": FAILURES, "withdrawn": WITHDRAWALS})

_PUBLISHED: Final = "what was published"

SHAPES: Final[Mapping[str, Shape]] = MappingProxyType(
    {
        PUBLISHED: Shape(under={ENTRY: SHA256}, document=ROLE_CONTACTS),
        PROVED: Shape(_PUBLISHED, may={MATTER: ID}, times=(REACHED_AT,), items=True),
        FAILED: Shape(
            _PUBLISHED, needs={REASON: FAILURES}, may={MATTER: ID}, times=(REACHED_AT,), items=True
        ),
        WITHDRAWN: Shape(_PUBLISHED, needs={REASON: WITHDRAWALS}, items=True),
    }
)
"""Every tag of the room."""

PROBLEMS: Final = shape.PROBLEMS | {"entries-missing"}
"""What `check` can name."""


def check(act: Act) -> str:
    """Return what is wrong with an act of this room, by name, or "".

    Total: it reads any act that `require_valid` lets pass, and raises nothing.
    """
    wrong = shape.problem(act, KIND, SHAPES)
    if wrong:
        return wrong
    needs = {PUBLISHED: act.codes, PROVED: act.items, FAILED: act.items}.get(act.tag, act.id)
    return "" if needs else "entries-missing"
