"""What an approval binds: the exact content of an act, and not its envelope.

    {"act":{…},"bodies":[{"mark":"…","media":"…","need":"…","role":"…","sha256":"…"}]}

The act is taken without its release and without its blobs; each body is bound by the
SHA-256 of its plaintext.  So an act that has to be sealed anew keeps its approvals
(protocol rule 21).

Floor: domestic (pure).
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from comity.acts import codec
from comity.acts.record import Act
from comity.kernel import ijson
from comity.kernel.ijson import Json

UNRELEASED = "0" * 64


@dataclass(frozen=True, slots=True)
class Body:
    """A body in the clear, as an approval binds it.

    Attributes:
        role: what it is to the act.
        media_type: of the plaintext.
        mark: handling mark.
        need: `needed` or `following`.
        sha256: of the plaintext, hex.
    """

    role: str
    media_type: str
    mark: str
    need: str
    sha256: str


def render(act: Act, bodies: Sequence[Body]) -> bytes:
    """Return the canonical JSON of a content."""
    bare = replace(act, blobs=(), release=UNRELEASED)
    value: Json = {
        "act": codec.act_to_json(bare),
        "bodies": [
            {
                "mark": body.mark,
                "media": body.media_type,
                "need": body.need,
                "role": body.role,
                "sha256": body.sha256,
            }
            for body in bodies
        ],
    }
    return ijson.render(value)


def sha256(act: Act, bodies: Sequence[Body]) -> str:
    """Return what an approval binds, 64 hex digits."""
    return hashlib.sha256(render(act, bodies)).hexdigest()
