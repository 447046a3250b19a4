# ruff: noqa: RUF001 -- Chinese texts have Chinese punctuation
"""What an officer does with what a request carries: one table for every surface.

    comity evidence hand-over MATTER --item E-1 --to "The court." --purpose TEXT
    POST /evidence/{matter}/hand-over    {"item": "E-1", "to": "The court.", "purpose": "…"}

The tag of a row is the step of the local log that it takes.  What was destroyed is attested to
the other States, by an act of the request; nothing else of it crosses.

Floor: domestic (pure).
"""

from typing import Final

from comity.acts.shape import Words as Known
from comity.acts.verb import FLAG, LINE, Field, Table, Verb, both, why

_ITEM: Final = both("Attachment", "附件")


def _because(*, needed: bool) -> tuple[Field, ...]:
    return (
        Field(
            "purpose",
            LINE,
            both("What it is for", "用途"),
            needed=needed,
            hint=both("It is kept in the chain of custody", "将记入保管链"),
        ),
        Field(
            "authority", LINE, both("Under which order or warrant", "依据的法律文书"), needed=False
        ),
    )


TAKE: Final = Verb(
    "take",
    "custody.copied",
    both("Take a copy", "提取副本"),
    _because(needed=True),
    has_texts=False,
    hint=both(
        "Take a copy of an attachment; a sample of malware comes as a zip under `infected`",
        "提取附件副本；恶意软件样本以 `infected` 为密码打包",
    ),
    is_computed=True,
)

HAND_OVER: Final = Verb(
    "hand-over",
    "custody.handed-over",
    both("Note that a copy was handed over", "登记副本移交情况"),
    (
        Field(
            "item",
            LINE,
            _ITEM,
            hint=both(
                "exhibit number, name of the file, or beginning of its hash",
                "证物编号、文件名或者其哈希值的开头",
            ),
        ),
        Field(
            "to",
            LINE,
            both("To whom", "移交对象"),
            hint=both("person or authority", "个人或者机关"),
        ),
        Field("court", FLAG, both("It is a court", "对象为法院"), needed=False),
        *_because(needed=True),
    ),
    has_texts=False,
    hint=both(
        "Note that a copy was handed to somebody, such as a court",
        "登记已将副本移交某人或者某机关，例如法院",
    ),
)

EXPORT: Final = Verb(
    "export",
    "custody.exported",
    both("Export all of it", "全部导出"),
    _because(needed=True),
    has_texts=False,
    hint=both(
        "Export a request, its evidence, custody and proofs as a BagIt bag",
        "将请求及其证据、保管链和证明导出为 BagIt 包",
    ),
    is_computed=True,
)


def table(grounds: Known) -> Table:
    """Return the table; on which grounds something is destroyed is a joint list."""
    return Table(
        "evidence",
        "evidence",
        both("Evidence", "证据"),
        both(
            "What requests carry: who had it, taking it to court, destroying it",
            "请求所附内容：经手人、提交法院、销毁",
        ),
        (TAKE, HAND_OVER, EXPORT, _destroy(grounds)),
        matter="matter",
        scope="evidence",
    )


def _destroy(grounds: Known) -> Verb:
    return Verb(
        "destroy",
        "custody.destroyed",
        both("Destroy files here", "在本节点销毁文件"),
        (
            Field(
                "item",
                LINE,
                both("What is destroyed", "销毁内容"),
                needed=False,
                many="items",
                hint=both(
                    "exhibit number, name of the file, beginning of a hash, `elements` or `texts`",
                    "证物编号、文件名、哈希值的开头，或者 `elements`、`texts`",
                ),
            ),
            Field(
                "due",
                FLAG,
                both("All that is due", "所有到期内容"),
                needed=False,
                hint=both("and what no act attests yet", "以及尚未证明销毁的内容"),
            ),
            why(grounds),
            *_because(needed=False),
        ),
        has_texts=False,
        is_grave=True,
        hint=both(
            "Destroy what a request carries, here, and attest it to the other States",
            "在本节点销毁请求所附内容，并向其他国家证明",
        ),
    )
