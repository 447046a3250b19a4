"""The record of a release: who approved and released which content; kept at home.

    {"approvals":[["ann",1764000000000]],"at":…,"content":"<64 hex>","released_by":"ben"}

Where one officer released alone, in an emergency, `reason` is the salted hash of why.
Only its salted SHA-256 crosses, in the act: the other side can later be shown the record,
and cannot guess it before.

Source: protocol rule 14.
Floor: domestic (pure).
"""

import hashlib
from typing import Final

from comity.domestic.release.fold import State
from comity.kernel import ijson
from comity.kernel.ijson import Json

SALT_BYTES: Final = 32


def render(state: State) -> bytes:
    """Return the canonical JSON of the release of a state."""
    value: dict[str, Json] = {
        "approvals": [[officer, at_ms] for officer, at_ms in state.approvals],
        "at": state.at_ms,
        "content": state.content_sha256,
        "released_by": state.released_by,
    }
    if state.reason_sha256:
        value["reason"] = state.reason_sha256
    return ijson.render(value)


def salted_sha256(record: bytes, salt: bytes) -> str:
    """Return what stands in the act, 64 hex digits."""
    assert len(salt) == SALT_BYTES
    return hashlib.sha256(salt + record).hexdigest()
