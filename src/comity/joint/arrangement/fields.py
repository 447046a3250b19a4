"""Reading the JSON of this room's texts, one field at a time, each fault with its name.

Floor: joint (pure).
"""

import re
import unicodedata
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from comity.acts.vocabulary import REGISTER_ROOMS
from comity.kernel import limits
from comity.kernel.fault import Fault, quoted
from comity.kernel.ijson import Json
from comity.tlog import spelling

type Names = Mapping[str, str]
"""A name in each language: `{"en": "Ruritania", "fr": "Ruritanie"}`."""

NAME_CHARS_MAX: Final = 200
LANGUAGES_MAX: Final = 32
LIST_LENGTH_MAX: Final = 256

VERSION_MAX: Final = 10**9 - 1
"""Of a room's vocabulary (entry.md 6.5.2)."""

_ROOM = re.compile(r"[a-z]{2,20}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")
_UNSEEN: Final = frozenset({"Cc", "Cs", "Co", "Cn", "Zl", "Zp"})
_TURNING: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that reorder what stands around them: a name must look like what it is."""


def malformed(field_name: str, why: str) -> Fault:
    """Return the fault of a text of this room that does not read."""
    return Fault(
        code="arrangement.text.malformed",
        what=f"This text cannot be read: its {field_name} {why}.",
        fix="Keep the bytes and ask the party that made the text for a new one.",
    )


def object_of(value: Json, field_name: str, keys: frozenset[str]) -> dict[str, Json]:
    """Return an object that has exactly these keys.

    Raises:
        Fault: `arrangement.text.malformed`.
    """
    if not isinstance(value, dict):
        raise malformed(field_name, f"is {quoted(value)}, not an object")
    if wrong := sorted(keys ^ set(value)):
        raise malformed(field_name, f"lacks or should not have {quoted(', '.join(wrong))}")
    return value


def list_of(value: Json, field_name: str, length_max: int = LIST_LENGTH_MAX) -> list[Json]:
    """Return a list that is not too long.

    Raises:
        Fault: `arrangement.text.malformed`.
    """
    if not isinstance(value, list) or len(value) > length_max:
        raise malformed(field_name, f"is not a list of at most {length_max}")
    return value


def text_of(value: Json, field_name: str) -> str:
    """Return a string.

    Raises:
        Fault: `arrangement.text.malformed`.
    """
    if not isinstance(value, str):
        raise malformed(field_name, f"is {quoted(value)}, not a string")
    return value


def number_of(value: Json, field_name: str, least: int = 0) -> int:
    """Return an integer from `least` to 2^53 - 1.

    Raises:
        Fault: `arrangement.text.malformed`.
    """
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise malformed(field_name, f"is {quoted(value)}, not a whole number from {least} on")
    if value > limits.JSON_INTEGER_MAX:
        raise malformed(field_name, f"is {value}, beyond 2^53 - 1")
    return value


def vocabulary_of(value: Json) -> Mapping[str, int]:
    """Return the version of each room that pairing adopts: `{"case":1,"exchange":1,…}`.

    Raises:
        Fault: `arrangement.text.malformed`.
    """
    if not isinstance(value, dict) or not 0 < len(value) <= LIST_LENGTH_MAX:
        raise malformed("vocabulary", f"is not an object of at most {LIST_LENGTH_MAX} rooms")
    for room in value:
        if not _ROOM.fullmatch(room):
            raise malformed("vocabulary", f"names the room {quoted(room)}")
    if lacking := sorted({*REGISTER_ROOMS} - value.keys()):
        raise malformed("vocabulary", f"lacks {quoted(', '.join(lacking))}")
    found = {room: number_of(version, "vocabulary", 1) for room, version in value.items()}
    if max(found.values()) > VERSION_MAX:
        raise malformed("vocabulary", f"has a version above {VERSION_MAX}")
    return MappingProxyType(found)


def bytes_of(value: Json, field_name: str, size_bytes: int | None = None) -> bytes:
    """Return the bytes of a base64 string, exactly `size_bytes` of them if that is given.

    Raises:
        Fault: `arrangement.text.malformed`.
    """
    raw = spelling.parse_base64(text_of(value, field_name).encode("utf-8", "replace"))
    if raw is None:
        raise malformed(field_name, f"is {quoted(value)}, not base64")
    if size_bytes is not None and len(raw) != size_bytes:
        raise malformed(field_name, f"has {len(raw)} bytes, not {size_bytes}")
    return raw


def base64_of(raw: bytes) -> str:
    """Return the one base64 of these bytes as a string."""
    return spelling.render_base64(raw).decode()


def names_of(value: Json, field_name: str) -> Names:
    """Return a name in one or more languages.

    Raises:
        Fault: `arrangement.text.malformed`.
    """
    if not isinstance(value, dict):
        raise malformed(field_name, f"is {quoted(value)}, not an object")
    return require_names({lang: text_of(name, field_name) for lang, name in value.items()})


def require_names(names: Names, field_name: str = "names") -> Names:
    """Return the names if each can be shown as what it is.

    Raises:
        Fault: `arrangement.text.malformed`.
    """
    if not 0 < len(names) <= LANGUAGES_MAX:
        raise malformed(field_name, f"are in {len(names)} languages, not 1 to {LANGUAGES_MAX}")
    for language, name in names.items():
        if not _LANGUAGE.fullmatch(language):
            raise malformed(field_name, f"have the language {quoted(language)}; write 'en'")
        if not 0 < len(name) <= NAME_CHARS_MAX or name != name.strip():
            raise malformed(field_name, f"have {quoted(name)}: empty, too long or spaced")
        if any(unicodedata.category(c) in _UNSEEN or c in _TURNING for c in name):
            raise malformed(field_name, f"have {quoted(name)} with a character not to be shown")
    return MappingProxyType(dict(names))
