"""Whether a text says anything: too short, or words that stand where facts should.

Floor: joint (pure).
"""

import re
from typing import Final

TOO_SHORT: Final = "too-short"
PLACEHOLDER: Final = "placeholder"

NOTHING_ALLOWED_CHARS: Final = 10
"""Where so little is asked for, "none" is an answer."""
CHINESE_WEIGHT: Final = 3
"""A Chinese character says about as much as three letters."""

_CHINESE: Final = re.compile(r"[\u3400-\u9fff]")
_FILLING: Final = re.compile(r"[\s.,;:!?\-_/\"'()，。；：！？、（）]+")  # noqa: RUF001 -- Chinese punctuation

_EMPTY_WORDS: Final = frozenset(
    {
        "all data", "all available data", "all information", "all available information",
        "any data", "any information", "any and all information", "any relevant information",
        "all records", "any records", "all relevant records", "everything", "anything",
        "whatever you have", "as appropriate", "as necessary", "as soon as possible", "asap",
        "tbd", "tba", "todo", "to be determined", "to be confirmed", "to follow", "pending",
        "n a", "na", "none", "nil", "not applicable", "not known", "unknown", "various",
        "see attached", "see attachment", "see attachments", "as attached", "see above",
        "xxx", "xx", "test", "lorem ipsum", "urgent", "confidential", "yes", "no",
        "所有数据", "全部数据", "所有信息", "全部信息", "任何信息", "一切信息", "所有资料",
        "全部资料",
        "相关信息", "有关信息", "相关数据", "有关数据", "相关资料", "有关资料", "待定", "待补充",
        "待确认", "另行通知", "暂无", "无", "不详", "未知", "不适用", "详见附件", "见附件", "同上",
        "尽快", "略", "测试",
    }
)  # fmt: skip
_SWEEPING: Final = re.compile(
    r"\b(?:any|all)(?: and (?:any|all))?(?: \w+)? (?:data|information|records|documents)\b"
    r"|(?:所有|全部|任何|一切)(?:的|相关|有关)*(?:数据|信息|资料|记录)",
    re.IGNORECASE,
)
_SWEEPING_CHARS_MAX: Final = 60


def weight(text: str) -> int:
    """Return how much a text says: its characters, Chinese ones weighed."""
    stripped = text.strip()
    return len(stripped) + (CHINESE_WEIGHT - 1) * len(_CHINESE.findall(stripped))


def vague(text: str, chars_min: int) -> str:
    """Return why a text says too little: `placeholder`, `too-short` or ""."""
    plain = _FILLING.sub(" ", text).strip().lower()
    if chars_min > NOTHING_ALLOWED_CHARS:
        if not plain or plain in _EMPTY_WORDS:
            return PLACEHOLDER
        if _SWEEPING.search(plain) and weight(text) <= max(_SWEEPING_CHARS_MAX, chars_min):
            return PLACEHOLDER
        if len(set(plain)) <= 2 and weight(text) > 2:  # noqa: PLR2004 -- "xxxxxxxx", "-.-.-.-"
            return PLACEHOLDER
    return TOO_SHORT if weight(text) < chars_min else ""
