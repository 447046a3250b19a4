"""What leaves by mail: that something urgent waits, and where.  Nothing else, whatever happened.

    Something urgent waits for you at https://desk.fr.example/
    Ring 7, code AB1D-EFGH.                 beside it, where its officer is rung
    Test, code AB1D-EFGH.                   or where they try whether it reaches them

Mail is read by many machines on its way, so it names no matter, no State and no person; the
same text is sent for an arrival, for a clock that has run out, and for a test.

Floor: domestic (pure).
"""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

LANGUAGES: Final = ("en", "zh-Hans")
_SCHEME: Final = "mailto:"
_LANG: Final = "?lang="
ADDRESS_CHARS_MAX: Final = 254
"""RFC 5321, 4.5.3.1.3, less the brackets."""

_ADDRESS: Final = re.compile(
    r"[A-Za-z0-9.!$'*+/=^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
    r"(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)+"
)
"""As HTML's `type=email` has it, with a dot in the domain and no sign that a URL gives a meaning:
no quotes, no comments, no line."""

_SUBJECTS: Final[Mapping[str, str]] = MappingProxyType(
    {"en": "Something urgent waits for you", "zh-Hans": "有须您立即处理的事项"}
)
_BODIES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "en": "Something urgent waits for you at {address}\n",
        "zh-Hans": "有须您立即处理的事项，请登录：{address}\n",  # noqa: RUF001 -- Chinese punctuation
    }
)


_RINGS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "en": "Ring {ring}, code {code}.\n",
        "zh-Hans": "响铃编号 {ring}，代码 {code}。\n",  # noqa: RUF001 -- Chinese punctuation
    }
)


_TESTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "en": "This is a test. Code {code}.\n",
        "zh-Hans": "此为测试。代码 {code}。\n",
    }
)


def short(ring: str = "", code: str = "") -> tuple[str, str]:
    """Return title and text of a message that has no room for more, in both languages."""
    words = _RINGS if ring else _TESTS
    return " / ".join(_SUBJECTS.values()), "".join(
        words[language].format(ring=ring, code=code) for language in LANGUAGES
    )


def is_address(text: str) -> bool:
    """Return whether mail can be sent there."""
    return len(text) <= ADDRESS_CHARS_MAX and _ADDRESS.fullmatch(text) is not None


def url(address: str, language: str) -> str:
    """Return where a notice goes, as a webhook keeps it."""
    return f"{_SCHEME}{address}{_LANG}{language}"


def parse(text: str) -> tuple[str, str] | None:
    """Return address and language of such a URL, or None for that of a program."""
    if not text.startswith(_SCHEME):
        return None
    address, _, language = text.removeprefix(_SCHEME).partition(_LANG)
    return address, language if language in LANGUAGES else "en"


def render(language: str, address: str, ring: str = "", code: str = "") -> tuple[str, str]:
    """Return subject and body.

    Args:
        language: of `LANGUAGES`.
        address: of the officers' pages.
        ring: number of the ring for which its officer is rung, or "".
        code: that they give back, or "".
    """
    more = (_RINGS if ring else _TESTS)[language].format(ring=ring, code=code) if code else ""
    return _SUBJECTS[language], _BODIES[language].format(address=address) + more
