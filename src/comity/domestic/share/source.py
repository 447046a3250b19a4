"""A source at home: a feed or a file from which a State gives, or a list by which it holds back.

Floor: domestic (pure).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from comity.kernel.fault import Fault, quoted

TAXII: Final = "taxii"
MISP: Final = "misp"
FILE: Final = "file"
NETWORKS: Final = "networks"
WARNING: Final = "warning-list"
INBOX: Final = "inbox"

KINDS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        TAXII: {"en": "a collection of TAXII 2.1", "zh": "TAXII 2.1 集合"},
        MISP: {"en": "a feed of MISP", "zh": "MISP 订阅源"},
        FILE: {
            "en": "a file: STIX, an event of MISP, a table",
            "zh": "STIX、MISP 事件或者表格文件",
        },
        NETWORKS: {"en": "networks of this State", "zh": "本国网络清单"},
        WARNING: {"en": "a warning list", "zh": "警示名单"},
    }
)
"""What a source that is added is; the last two give nothing and hold back."""

WORDS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {**KINDS, INBOX: {"en": "what a consumer sent", "zh": "用户程序发来的信息"}}
)
"""What a source is; that of a consumer's inbox makes itself."""

LISTS: Final = frozenset({NETWORKS, WARNING})
NAME_CHARS_MAX: Final = 120
SECRET_CHARS_MAX: Final = 500
OPEN_MAX: Final = 200

_COLLECTION: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Source:
    """Where objects or lists come from.

    Attributes:
        id: of it.
        name: in the words of who added it.
        kind: one of `WORDS`.
        url: that is pulled; "" of a file that was handed in once.
        collection: of TAXII, or "".
        secret: `user:password`, or a token; or "".
        agency: of who added it.
        officer: who added it.
        since_ms: when.
        ended_ms: when it was ended, or None.
    """

    id: str
    name: str
    kind: str
    url: str
    collection: str
    secret: str
    agency: str
    officer: str
    since_ms: int
    ended_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Pulled:
    """How a source was read last.

    Attributes:
        at_ms: when, or None.
        cursor: where it goes on.
        objects: how many of it are held.
        problem: what failed, or "".
        left_out: how much of the last reading could not be read.
    """

    at_ms: int | None = None
    cursor: str = ""
    objects: int = 0
    problem: str = ""
    left_out: int = 0


def require_fit(one: Source, *, has_file: bool) -> None:
    """Return if a source can be used.

    Raises:
        Fault: `share.source.unfit`.
    """
    why = next(_flaws(one, has_file=has_file), "")
    if why:
        raise Fault(
            code="share.source.unfit",
            what=f"This source cannot be added: {why}.",
            fix="Correct that; docs/commands.md has every option of `comity source add`.",
        )


def _flaws(one: Source, *, has_file: bool) -> Iterator[str]:
    """Give what is wrong with a source."""
    if not 0 < len(one.name.strip()) <= NAME_CHARS_MAX:
        yield f"its name must have 1 to {NAME_CHARS_MAX} characters"
    if one.kind not in KINDS:
        yield f"its kind is none of {', '.join(KINDS)}"
    if bool(one.url) == has_file:
        yield "it needs a URL or a file, and not both"
    if has_file and one.kind in {TAXII, MISP}:
        yield "a feed is pulled from a URL"
    if (one.kind == TAXII) != bool(one.collection):
        yield "a collection is named of TAXII, and of nothing else"
    if one.collection and not _COLLECTION.fullmatch(one.collection):
        yield f"{quoted(one.collection)} is no id of a collection"
    is_plain = one.secret.isprintable() and one.secret.isascii()
    if len(one.secret) > SECRET_CHARS_MAX or not is_plain:
        yield "its secret is too long, or has characters that no header can carry"
