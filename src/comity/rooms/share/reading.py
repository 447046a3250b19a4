"""A file that is given or pulled, read as objects of STIX 2.1: a bundle, an event of MISP, a table.

Which one it is, its bytes say.

Floor: rooms.
"""

import json
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from comity.acts import marks
from comity.domestic.share import misp, table
from comity.domestic.share.table import LeftOut
from comity.joint.share import bundle, effective
from comity.joint.share.bundle import Object
from comity.kernel.fault import Fault
from comity.kernel.ijson import Json

STIX, MISP, TABLE = "stix", "misp", "table"
BYTES_MAX: Final = bundle.BUNDLE_BYTES_MAX
_SPACE: Final = uuid.UUID("5b1e4f0a-6a3e-5b3e-9f57-6c1f0c3b7a10")
"""Of the ids of markings that this program makes."""
_CREATED: Final = "2022-10-01T00:00:00.000Z"
_IDS: Final = {tlp: id_ for id_, tlp in effective.TLP_2.items()}


@dataclass(frozen=True, slots=True)
class Read:
    """What a file has.

    Attributes:
        form: `STIX`, `MISP` or `TABLE`.
        objects: of STIX 2.1, in their order.
        left_out: what could not be read, each with its place.
    """

    form: str
    objects: tuple[Object, ...]
    left_out: tuple[LeftOut, ...] = ()


def read(data: bytes) -> Read:
    """Read a file.

    Raises:
        Fault: `share.source.malformed`, `share.bundle.too-large`.
    """
    if data.lstrip()[:1] in {b"{", b"["}:
        event = _event(data)
        return event or Read(STIX, tuple(bundle.objects_of(data)))
    if len(data) > BYTES_MAX:
        raise bundle.too_large(len(data))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _malformed("it is no text in UTF-8") from error
    found = table.read(text)
    if not found.objects:
        raise _malformed("no line of it has an address, a name or a hash")
    return Read(TABLE, tuple(dict(one) for one in found.objects), found.left_out)


def _event(data: bytes) -> Read | None:
    """Return what an event of MISP has; None where the file is none."""
    if len(data) > BYTES_MAX or not any(one in data for one in (b'"Event"', b'"response"')):
        return None
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return None  # what is wrong with it, the reader of bundles says
    if not misp.is_event(value):
        return None
    found = misp.read(value)
    objects: list[Object] = [{**one.value, **refs_of(one.mark)} for one in found.objects]
    return Read(MISP, (*definitions(one.mark for one in found.objects), *objects), found.left_out)


def refs_of(mark: str) -> Object:
    """Return the field of an object that gives it a mark; none where there is no mark."""
    if not mark:
        return {}
    parsed = marks.parse(mark)
    refs: list[Json] = [_IDS[parsed.tlp]]
    return {"object_marking_refs": [*refs, *([_pap_id(parsed.pap)] if parsed.pap else [])]}


def definitions(given: Iterable[str]) -> list[Object]:
    """Return the definition of each PAP that some marks have; one of TLP is known by its id."""
    paps = {marks.parse(one).pap for one in given if one} - {""}
    return [_definition(one) for one in sorted(paps)]


def _pap_id(pap: str) -> str:
    return f"marking-definition--{uuid.uuid5(_SPACE, pap)}"


def _definition(pap: str) -> Object:
    extension: Object = {"extension_type": "property-extension", "pap": pap.lower()}
    return {
        "type": "marking-definition",
        "spec_version": "2.1",
        "id": _pap_id(pap),
        "created": _CREATED,
        "name": f"PAP:{pap}",
        "extensions": {effective.PAP_EXTENSION: extension},
    }


def _malformed(why: str) -> Fault:
    return Fault(
        code="share.source.malformed",
        what=f"The file cannot be read: {why}.",
        fix="Give a bundle of STIX 2.1, an event of MISP, a table with a column `value`, or one "
        "value a line.",
    )
