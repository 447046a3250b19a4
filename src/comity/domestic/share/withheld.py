"""Objects without their origin: who made them, from what, when to the second, under which id.

    rewritten(objects, marks, secret)     the same content without what names its source

Creator, references, labels, authors, extensions and names of the giver's own are left out; times
are of the day; ids follow from the old ones by a secret key, so that they stay the same from one
giving to the next and nobody finds the old ones.  Marks are written anew, from what they mean.

Floor: domestic (pure).
"""

import hashlib
import hmac
import re
import uuid
from collections.abc import Iterable, Mapping
from typing import Any, Final

from comity.kernel.ijson import Json

SECRET_BYTES: Final = 32

_GONE: Final = frozenset(
    {
        "created_by_ref", "external_references", "labels", "authors", "object_marking_refs",
        "granular_markings", "where_sighted_refs", "observed_data_refs", "contact_information",
        "lang", "roles", "extensions",
    }
)  # fmt: skip
_DAYS: Final = frozenset(
    {
        "created", "modified", "published", "first_seen", "last_seen", "first_observed",
        "last_observed", "valid_from", "start_time", "stop_time", "start", "end", "submitted",
        "analysis_started", "analysis_ended", "ctime", "mtime", "atime", "created_time",
    }
)  # fmt: skip
_ENDS: Final = (("start_time", "stop_time"),)
_ORIGINS: Final = frozenset({"marking-definition", "extension-definition", "language-content"})
_ID: Final = re.compile(r"([a-z0-9-]{3,250})--([0-9a-f-]{36})")
_BY_CONTENT: Final = 5
"""Version of a UUID that follows from what an observable is."""


def rewritten(
    objects: Iterable[Mapping[str, Json]], marks: Mapping[str, Mapping[str, Json]], secret: bytes
) -> list[dict[str, Json]]:
    """Return objects without their origin.

    Args:
        objects: of STIX 2.1.
        marks: by id of an object, the field of its markings; none where it has none.
        secret: by which ids are changed; of this State alone.
    """
    given = [*objects]
    makers = {str(one["created_by_ref"]) for one in given if "created_by_ref" in one}
    kept = [
        one for one in given if one.get("type") not in _ORIGINS and str(one.get("id")) not in makers
    ]
    gone = {str(one.get("id")) for one in given} - {str(one.get("id")) for one in kept}
    found: dict[tuple[str, str], dict[str, Json]] = {}
    for one in kept:
        made = _rewritten(one, gone, secret)
        if made is None:
            continue
        made |= marks.get(str(one.get("id")), {})
        found[str(made["id"]), str(made.get("modified", ""))] = made
    return [*found.values()]


def _rewritten(value: Mapping[str, Json], gone: set[str], secret: bytes) -> dict[str, Json] | None:
    made: dict[str, Any] = {}
    for name, said in value.items():
        if name in _GONE or name.startswith("x_"):
            continue
        if name.endswith("_ref") and str(said) in gone:
            return None  # it is about the source
        made[name] = _part(name, said, gone, secret)
    for begin, end in _ENDS:
        if made.get(end) == made.get(begin):
            made.pop(end, None)
    return made


def _part(name: str, value: Json, gone: set[str], secret: bytes) -> Json:
    if isinstance(value, list):
        return [_part(name, one, gone, secret) for one in value if not _is_gone(one, gone)]
    if isinstance(value, dict):
        return {
            key: _part(key, one, gone, secret)
            for key, one in value.items()
            if not key.startswith("x_") and not _is_gone(one, gone)
        }
    if not isinstance(value, str):
        return value
    if name in _DAYS:
        return f"{value[:10]}T00:00:00.000Z"
    if name == "id" or name.endswith(("_ref", "_refs")):
        return new_id(value, secret)
    return value


def _is_gone(value: Json, gone: set[str]) -> bool:
    return isinstance(value, str) and value in gone


def new_id(id_: str, secret: bytes) -> str:
    """Return the id that stands for another: the same each time, and found by nobody else.

    That of an observable which follows from its value says nothing more, and stays.
    """
    match = _ID.fullmatch(id_)
    if match is None or uuid.UUID(match[2]).version == _BY_CONTENT:
        return id_
    digest = hmac.digest(secret, id_.encode(), hashlib.sha256)
    return f"{match[1]}--{uuid.UUID(bytes=digest[:16], version=4)}"
