"""Rows as bytes: JSON that this store wrote itself and reads back without doubt.

The strict reading of `acts.codec` stands before a row is saved; here the same fields are
taken as they come, since only `*_bytes` wrote them.

Floor: adapters.
"""

import base64
import json
from collections.abc import Collection, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final

from comity.acts import codec
from comity.acts.causality import EMPTY, Cut
from comity.acts.record import (
    Act,
    Addressee,
    Blob,
    Document,
    Matter,
    Office,
    Receipt,
    Unread,
)
from comity.kernel.ijson import Json

_ENCODE: Final = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
).encode
_DECODE: Final = json.JSONDecoder().decode
_NO_WORDS: Final[Mapping[str, str]] = MappingProxyType({})
_NO_TIMES: Final[Mapping[str, int]] = MappingProxyType({})
_KEPT: Final = 64
"""Receipts and cuts that are remembered: for one act the newest few are read some thirty times."""


def json_bytes(value: Json) -> bytes:
    """Return the one spelling of a value, as `kernel.ijson.render` does."""
    return _ENCODE(value).encode()


def json_of(data: bytes) -> Any:  # noqa: ANN401 -- any JSON
    """Return the value that `json_bytes` spelled."""
    return _DECODE(data.decode())


def keys_bytes(names: Collection[str]) -> list[bytes]:
    """Return how names are spelled as keys: no string has that, since its quotes are escaped."""
    return [f"{_ENCODE(name)}:".encode() for name in names]


def cut_bytes(cut: Cut) -> bytes:
    """Return a cut as JSON."""
    return _ENCODE(dict(cut)).encode()


@lru_cache(maxsize=_KEPT)
def cut_of(data: bytes) -> Cut:
    """Return the cut that `cut_bytes` spelled."""
    cut: dict[str, int] = json_of(data)
    return MappingProxyType(cut) if cut else EMPTY


def act_bytes(act: Act) -> bytes:
    """Return the canonical JSON of an act."""
    return _ENCODE(codec.act_to_json(act)).encode()


def act_of(data: bytes) -> Act:
    """Return the act that `act_bytes` spelled."""
    f = json_of(data)
    matter, speaker = f["matter"], f["speaker"]
    return Act(
        id=f["id"],
        tag=f["tag"],
        matter=Matter(matter["kind"], matter["id"]),
        speaker=Office(speaker["agency"], speaker["office"]),
        to=tuple(Addressee(a["party"], a["agency"], a["office"]) for a in f["to"]),
        answers=f["answers"],
        guideline=f["guideline"],
        urgency=f["urgency"],
        items=tuple(f["items"]),
        elements=tuple(f["elements"]),
        codes=MappingProxyType(f["codes"]) if f["codes"] else _NO_WORDS,
        times=MappingProxyType(f["times"]) if f["times"] else _NO_TIMES,
        blobs=tuple(_blob(b) for b in f["blobs"]),
        documents=tuple(
            Document(d["sha256"], d["size"], d["media"], d["role"]) for d in f["documents"]
        ),
        release=f["release"],
    )


def _blob(b: dict[str, Any]) -> Blob:
    return Blob(
        sha256=b["sha256"],
        key=base64.b64decode(b["key"]),
        size_bytes=b["size"],
        media_type=b["media"],
        role=b["role"],
        need=b["need"],
        mark=b["mark"],
    )


def receipt_bytes(receipt: Receipt) -> bytes:
    """Return a receipt as JSON, with its root in hex."""
    unread: list[Json] = [[u.index, u.leaf] for u in receipt.unread]
    missing: list[Json] = [*receipt.missing]
    return json_bytes(
        [receipt.of, receipt.size, receipt.root.hex(), receipt.time_ms, unread, missing]
    )


@lru_cache(maxsize=_KEPT)
def receipt_of(data: bytes) -> Receipt:
    """Return the receipt that `receipt_bytes` spelled."""
    of, size, root, time_ms, unread, missing = json_of(data)
    return Receipt(
        of=of,
        size=size,
        root=bytes.fromhex(root),
        time_ms=time_ms,
        unread=tuple(Unread(*u) for u in unread),
        missing=tuple(missing),
    )
