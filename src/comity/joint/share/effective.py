"""The effective mark of every object: the narrowest of all that is said of it.

    narrowest of: the mark that the giver's acts give it; its markings, of the whole and of parts;
    the same of every object that it refers to, since references disclose what they refer to

A marking that nobody knows, or that is not there, is RED.

Source: FIRST TLP 2.0 and IEP 2.0; OASIS STIX 2.1, 7.2.
Floor: joint (pure).
"""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from comity.acts import marks
from comity.acts.marks import Mark
from comity.joint.share.bundle import Object
from comity.kernel.fault import Fault
from comity.kernel.ijson import Json

RED: Final = Mark("RED")
NO_LIMIT: Final = Mark("CLEAR")

TLP_1: Final[Mapping[str, str]] = MappingProxyType(
    {
        "marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9": "CLEAR",
        "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da": "GREEN",
        "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82": "AMBER",
        "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed": "RED",
    }
)
TLP_2: Final[Mapping[str, str]] = MappingProxyType(
    {
        "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487": "CLEAR",
        "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb": "GREEN",
        "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421": "AMBER",
        "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003": "AMBER+STRICT",
        "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1": "RED",
    }
)
"""Markings whose id says what they are; a bundle cannot give them another meaning."""

TLP_EXTENSION: Final = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d"
PAP_EXTENSION: Final = "extension-definition--f8d78575-edfd-406e-8e84-6162a8450f5b"
_IEP_ACTIONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "none": "RED",
        "contact for instruction": "RED",
        "internally visible actions": "AMBER",
        "externally visible indirect actions": "GREEN",
        "externally visible direct actions": "CLEAR",
    }
)
_WITHOUT_REFERENCES: Final = frozenset({"object_marking_refs", "granular_markings"})


def marks_of(objects: Mapping[int, Object], given: Mapping[int, str]) -> dict[int, Mark]:
    """Return the effective mark of each object, by its position.

    Args:
        objects: of one share, by any number.
        given: the mark that the giver's acts give each; one that is not there is RED.
    """
    defined = {str(one.get("id")): definition(one) for one in objects.values() if _defines(one)}
    found = {at: _own(one, given.get(at, ""), defined) for at, one in objects.items()}
    by_id: dict[str, list[int]] = {}
    for at, one in objects.items():
        by_id.setdefault(str(one.get("id")), []).append(at)
    referring: dict[int, list[int]] = {}
    for at, one in objects.items():
        for id_ in references(one):
            for to in by_id.get(id_, ()):
                referring.setdefault(to, []).append(at)
    waiting = [*objects]
    while waiting:  # ends, since a mark is narrowed a few times at most
        to = waiting.pop()
        for at in referring.get(to, ()):
            narrower = marks.narrowest(found[at], found[to])
            if narrower != found[at]:
                found[at] = narrower
                waiting.append(at)
    return found


def references(value: Json) -> Iterator[str]:
    """Give the id of every object that one refers to, in any part of it."""
    if isinstance(value, list):
        for one in value:
            yield from references(one)
    elif isinstance(value, dict):
        for name, one in value.items():
            if name in _WITHOUT_REFERENCES:
                continue
            if name.endswith("_ref") and isinstance(one, str):
                yield one
            elif name.endswith("_refs") and isinstance(one, list):
                yield from (str(each) for each in one if isinstance(each, str))
            else:
                yield from references(one)


def _defines(value: Object) -> bool:
    return value.get("type") == "marking-definition"


def _own(value: Object, given: str, defined: Mapping[str, Mark]) -> Mark:
    """Return the narrowest of what the acts and the object itself say."""
    found = _parsed(given)
    for id_ in markings(value):
        known = TLP_1.get(id_) or TLP_2.get(id_)
        said = Mark(known) if known else defined.get(id_, RED)
        found = marks.narrowest(found, said)
    return found


def markings(value: Object) -> Iterator[str]:
    """Give the id of every marking of an object: of the whole, and of parts of it."""
    listed = value.get("object_marking_refs")
    if listed is not None and not isinstance(listed, list):
        yield ""
    yield from (str(one) for one in _listed(listed))
    for one in _listed(value.get("granular_markings")):
        is_language = isinstance(one, dict) and "lang" in one and "marking_ref" not in one
        if not is_language:
            yield str(one.get("marking_ref", "")) if isinstance(one, dict) else ""


def definition(value: Object) -> Mark:
    """Return the mark that a definition in the bundle gives: RED where it says nothing known."""
    type_, said = value.get("definition_type"), value.get("definition")
    extensions = value.get("extensions")
    extended = extensions if isinstance(extensions, dict) else {}
    found = [mark for name, one in extended.items() for mark in (_extended(name, one),)]
    if type_ == "statement":
        found.append(NO_LIMIT)
    elif type_ == "iep" and isinstance(said, dict):
        found.append(_iep(said))
    elif type_ == "tlp" and isinstance(said, dict):
        found.append(_tlp(said.get("tlp")))
    elif type_ is not None:
        found.append(RED)
    result = found[0] if found else RED
    for one in found[1:]:
        result = marks.narrowest(result, one)
    return result


def _extended(name: str, value: Json) -> Mark:
    fields = value if isinstance(value, dict) else {}
    if name == TLP_EXTENSION:
        return _tlp(fields.get("tlp_2_0"))
    if name == PAP_EXTENSION:
        return _pap(fields.get("pap"))
    return RED


def _tlp(value: Json) -> Mark:
    return _parsed(f"TLP:{str(value).upper()}")


def _pap(value: Json) -> Mark:
    pap = {"WHITE": "CLEAR"}.get(str(value).upper(), str(value).upper())
    return Mark(NO_LIMIT.tlp, pap) if pap in marks.PAP else RED


def _iep(policy: Mapping[str, Json]) -> Mark:
    """Return what a policy of IEP narrows: its TLP, and the actions that it permits."""
    tlp = _tlp(policy["tlp"]) if "tlp" in policy else NO_LIMIT
    if "permitted_actions" not in policy:
        return tlp
    pap = _IEP_ACTIONS.get(str(policy["permitted_actions"]).lower(), "RED")
    return marks.narrowest(tlp, Mark(NO_LIMIT.tlp, pap))


def _parsed(text: str) -> Mark:
    try:
        return marks.parse(text)
    except Fault:
        return RED


def _listed(value: Json) -> Sequence[Json]:
    return value if isinstance(value, list) else []
