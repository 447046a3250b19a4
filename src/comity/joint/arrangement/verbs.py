# ruff: noqa: RUF001 -- Chinese texts have Chinese punctuation
"""What an officer does about a channel that acts open: the one place that spells it.

    comity channel open exercise-2027 --purpose exercise
    comity channel end exercise-2027 --reason done

Opening and rotating make private keys, of which a backup is made at once: they are commands alone.
The tag of a row is the step of the local log that it takes.

Source: docs/spec/channel.md 4.3.
Floor: joint (pure).
"""

import re
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from comity.acts.shape import Words
from comity.acts.verb import CODE, MATTER, Field, Table, Verb, both, why
from comity.joint.arrangement import channel

PURPOSES: Final[Words] = MappingProxyType(
    {
        channel.HOTLINE: both("Hotline", "热线"),
        channel.LIVE: both("Live", "实况"),
        channel.EXERCISE: both("Exercise", "演练"),
        channel.PROTECTION: both("Network protection", "网络保护"),
    }
)
REASONS: Final[Words] = MappingProxyType(
    {
        "done": both("What it was for is done", "用途已完成"),
        "replaced": both("Another takes its place", "由其他通道取代"),
        "keys-lost": both("Keys of it were lost", "密钥丢失"),
        "keys-stolen": both("Keys of it were stolen", "密钥被窃"),
    }
)

_ARRANGEMENT: Final = Field(
    "arrangement", CODE, both("Arrangement", "安排"), needed=False,
    hint=both("where this node has several", "仅在本节点有多项安排时填写"),
)  # fmt: skip

OPEN: Final = Verb(
    "open", "channel.opened", both("Open a channel", "开通通道"),
    (
        Field(
            "purpose", CODE, both("Purpose", "用途"), known=PURPOSES,
            hint=both(
                "where work waits, `hotline` is served first and `live` second",
                "有积压时优先处理 `hotline`，其次 `live`",
            ),
        ),
        Field(
            "matter", MATTER, both("Matter", "事项"), needed=False,
            hint=both("the one that it serves, KIND/ID", "所服务的事项，写作 KIND/ID"),
            shape=re.compile(r"[a-z][a-z0-9-]{0,62}/[A-Za-z0-9][A-Za-z0-9.-]{0,62}"),
        ),
        _ARRANGEMENT,
    ),
    has_texts=False, is_computed=True,
    hint=both(
        "Make this node's keys for one more channel, such as an exercise, and offer them to the "
        "parties. It opens once each of them has typed this with the same name, purpose and "
        "matter",
        "为新增通道（如演练）生成本节点的密钥并提交各当事方。各当事方以相同的名称、用途和事项执行后即开通",
    ),
)  # fmt: skip

END: Final = Verb(
    "end", "channel.ended", both("End this channel", "终止该通道"),
    (
        replace(
            why(REASONS),
            hint=both("permanent, and read by all parties", "永久记录，各方均可见"),
        ),
        _ARRANGEMENT,
    ),
    has_texts=False, is_grave=True, is_computed=True,
    hint=both(
        "End a channel for all its parties. Nobody says anything in it afterwards; it is still "
        "read, and its proofs hold. What is open in it stays as it is. There is no way back, and "
        "its name is not used again",
        "对所有当事方终止通道。此后不得在其中发出任何内容；仍可查阅，证明继续有效。未办结的事项保持原状。"
        "终止后不可恢复，名称不再使用",
    ),
)  # fmt: skip

ROTATE: Final = Verb(
    "rotate", "channel.keys-shown", both("Rotate the keys of a channel", "轮换通道密钥"),
    (_ARRANGEMENT,),
    has_texts=False, is_computed=True,
    hint=both(
        "Make new keys for a channel, show them to its parties and enter them there. The keys of "
        "`live` and `hotline` stand on the card: `comity key rotate`",
        "为通道生成新密钥，向其当事方出示并登记。"
        "`live` 和 `hotline` 的密钥列于名片：`comity key rotate`",
    ),
)  # fmt: skip

TABLE: Final = Table(
    "channel",
    "channels",
    both("Channel", "通道"),
    both("List channels, open one for a purpose, end it", "列出通道，按用途开通，终止"),
    (OPEN, END, ROTATE),
    scope="status",
    named="its name, or its path as `comity channel list` shows it",
)
