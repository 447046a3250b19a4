"""An event of MISP, read as observables under the marks of its tags.

Attributes that stand for an address, a name or a hash are read; the others are told as left out.
An attribute has the marks of its own tags and those of its event: both bind.  A tag of TLP or PAP
that nobody knows is as narrow as can be.

Source: MISP core format; MISP taxonomies tlp and PAP, version 3.
Floor: domestic (pure).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from comity.acts import marks
from comity.domestic.share import observables
from comity.domestic.share.observables import DOMAIN, EMAIL, MD5, SHA1, SHA256, URL
from comity.domestic.share.table import LEFT_OUT_MAX, LeftOut
from comity.kernel.ijson import Json

_KINDS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        **dict.fromkeys(("ip-src", "ip-dst"), ("",)),
        **dict.fromkeys(("domain", "hostname"), (DOMAIN,)),
        **dict.fromkeys(("url", "uri"), (URL,)),
        **dict.fromkeys(("email", "email-src", "email-dst"), (EMAIL,)),
        "md5": (MD5,),
        "sha1": (SHA1,),
        "sha256": (SHA256,),
        "AS": (observables.AS,),
        "domain|ip": (DOMAIN, ""),
        "hostname|port": (DOMAIN, "-"),
        **dict.fromkeys(("ip-src|port", "ip-dst|port"), ("", "-")),
        "filename|md5": ("-", MD5),
        "filename|sha1": ("-", SHA1),
        "filename|sha256": ("-", SHA256),
    }
)
"""The kind of each part of a value; "" where the part says it, "-" where it is not read."""


@dataclass(frozen=True, slots=True)
class Marked:
    """An object, and the mark of what it was read from; "" where it had none."""

    value: dict[str, Json]
    mark: str


@dataclass(frozen=True, slots=True)
class Read:
    """What an event has."""

    objects: tuple[Marked, ...]
    left_out: tuple[LeftOut, ...]


def is_event(value: Json) -> bool:
    """Return whether a value is an event of MISP, or a list of them."""
    return bool(_events(value))


def _events(value: Json) -> list[Mapping[str, Json]]:
    if isinstance(value, dict) and isinstance(value.get("Event"), dict):
        event = value["Event"]
        return [event] if isinstance(event, dict) else []
    listed = value.get("response") if isinstance(value, dict) else value
    if not isinstance(listed, list):
        return []
    return [event for one in listed for event in (_events(one) if isinstance(one, dict) else ())]


def read(value: Json) -> Read:
    """Read the attributes of an event, those of its objects too."""
    found: dict[str, Marked] = {}
    left: list[LeftOut] = []
    place = 0
    for event in _events(value):
        of_event = _mark(event)
        for attribute in _attributes(event):
            place += 1
            mark = marks.narrowest_of(one for one in (of_event, _mark(attribute)) if one)
            objects = [*_objects(attribute)]
            for one in objects:
                before = found.get(str(one["id"]))
                both = [each for each in (mark, before.mark if before else "") if each]
                found[str(one["id"])] = Marked(one, marks.narrowest_of(both))
            if not objects and len(left) < LEFT_OUT_MAX:
                known = str(attribute.get("type")) in _KINDS
                text = f"{attribute.get('type')}: {attribute.get('value')}"
                left.append(LeftOut(place, text[:80], "value" if known else "type"))
    return Read(tuple(found.values()), tuple(left))


def _attributes(event: Mapping[str, Json]) -> Iterator[Mapping[str, Json]]:
    for one in _listed(event.get("Attribute")):
        if isinstance(one, dict):
            yield one
    for group in _listed(event.get("Object")):
        if isinstance(group, dict):
            yield from (one for one in _listed(group.get("Attribute")) if isinstance(one, dict))


def _objects(attribute: Mapping[str, Json]) -> Iterator[dict[str, Json]]:
    kinds = _KINDS.get(str(attribute.get("type")), ())
    parts = str(attribute.get("value", "")).split("|")
    for kind, part in zip(kinds, parts, strict=False):
        found = observables.detected(part, kind) if kind != "-" else None
        if found is not None:
            yield observables.observable(*found)


def _mark(tagged: Mapping[str, Json]) -> str:
    """Return the narrowest mark that tags give, or ""."""
    found: list[str] = []
    for one in _listed(tagged.get("Tag")):
        name = str(one.get("name", "")).lower() if isinstance(one, dict) else ""
        space, _, word = name.partition(":")
        if space == "tlp":
            found.append(f"TLP:{word.upper()}")
        elif space == "pap":
            found.append(f"TLP:CLEAR PAP:{word.upper()}")
    return marks.narrowest_of(found)


def _listed(value: Json) -> Sequence[Json]:
    return value if isinstance(value, list) else []
