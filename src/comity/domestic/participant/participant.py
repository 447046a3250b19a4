# ruff: noqa: RUF001 -- Chinese texts have Chinese punctuation
"""A participant: a bank, platform or provider at home that carries out what was asked.

It has sessions on the third listener and no others: one of its own, if its program asks by token
or certificate, and one by link for each task.  Nothing of it crosses a border but counts.

Floor: domestic (pure).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from comity.kernel.fault import Fault, quoted
from comity.kernel.printable import one_line

BANK: Final = "bank"
PLATFORM: Final = "platform"
PROVIDER: Final = "provider"

SORTS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        BANK: {"en": "bank or payment service", "zh": "银行或者支付机构"},
        PLATFORM: {"en": "platform that matches hashes", "zh": "比对散列值的平台"},
        PROVIDER: {"en": "provider that preserves data", "zh": "保全数据的服务提供者"},
    }
)
ROLL_KINDS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "child-exploitation": {
            "en": "Child exploitation: hashes of files", "zh": "儿童性剥削：文件散列值",
        },
        "terrorist-content": {
            "en": "Terrorist content: hashes of files", "zh": "恐怖主义内容：文件散列值",
        },
        "malware": {"en": "Malware: hashes of files", "zh": "恶意软件：文件散列值"},
    }
)  # fmt: skip
"""Kinds of rolls that a platform may load: those of the room `roll`."""
CALL_BACK_CHARS_MAX: Final = 100


@dataclass(frozen=True, slots=True)
class Participant:
    """One participant.

    Attributes:
        id: by which officers name it.
        sort: one of `SORTS`.
        name: of the desk that answers.
        on_behalf: the bank, platform or provider.
        call_back: published number at which it was called back before it was admitted.
        rolls: kinds of rolls that its program may load.
        session: of its own program on the third listener, or "" if it has links alone.
        agency: that admitted it; its officers see it.
        since_ms: when it was admitted.
        ended_ms: when it was ended, or None.
    """

    id: str
    sort: str
    name: str
    on_behalf: str
    call_back: str
    rolls: tuple[str, ...]
    session: str
    agency: str
    since_ms: int
    ended_ms: int | None = None


def require_fit(sort: str, call_back: str) -> None:
    """Check what an officer says of a participant.

    Raises:
        Fault: `participant.terms.unfit`.
    """
    wrong = []
    if sort not in SORTS:
        wrong.append(f"{quoted(sort)} is not one of {', '.join(SORTS)}")
    is_line = one_line(call_back) == call_back and len(call_back) <= CALL_BACK_CHARS_MAX
    if not is_line or not call_back.strip():
        wrong.append(f"the number that was called back is {quoted(call_back)}")
    if wrong:
        raise Fault(
            code="participant.terms.unfit",
            what=f"This participant cannot be added: {'; '.join(wrong)}.",
            fix="Call the desk back at a published number, and write that number down here.",
        )
