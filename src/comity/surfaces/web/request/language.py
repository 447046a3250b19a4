"""The reader's language, as rooms and guidelines spell it.

Floor: surfaces.
"""

from collections.abc import Mapping
from typing import Final

from django.utils.translation import get_language

from comity.kernel import legal_text

_TAGS: Final[Mapping[str, str]] = {"en": "en", "zh-hans": "zh-Hans"}


def tag() -> str:
    """Return the reader's language as BCP 47 spells it: `en`, `zh-Hans`."""
    return _TAGS.get(get_language() or "en", "en")


def short() -> str:
    """Return the reader's language as rooms spell it: `en`, `zh`."""
    return tag().partition("-")[0]


def is_readers(language: str) -> bool:
    """Return whether a text in a language is in the reader's."""
    return language.partition("-")[0].lower() == short()


def word(words: Mapping[str, str], otherwise: str = "") -> str:
    """Return words in the reader's language, or in the nearest that there is."""
    return legal_text.word(words, tag()) or otherwise
