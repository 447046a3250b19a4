"""What is said beside the codes of an act: values, texts, attachments, sealed as blobs.

Floor: node.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from comity.joint.request import acts
from comity.kernel import ijson
from comity.kernel.ijson import Json
from comity.node.desk.bodies import Plain
from comity.node.desk.files import AttachmentLine, Written

NOTHING: Final = Written("answer")
"""What is written where there is nothing to say beside the codes."""

_JSON: Final = "application/json"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with an act.

    Attributes:
        line: what the request file says of it.
        data: its bytes.
    """

    line: AttachmentLine
    data: bytes


@dataclass(frozen=True, slots=True)
class Words:
    """What an act says beside its codes.

    Attributes:
        written: a request file or an answer file.
        attachments: the files it names, in its order.
        key: given by the client, so that a command that is repeated has one effect; or "".
    """

    written: Written = NOTHING
    attachments: Sequence[Attachment] = ()
    key: str = ""

    @property
    def element_ids(self) -> tuple[str, ...]:
        """The ids of the elements that it has values for, sorted."""
        return tuple(sorted(self.written.elements))


def bodies(words: Words) -> list[Plain]:
    """Return what is sealed, before it is."""
    written = words.written
    plain: list[Plain] = []
    values: Json = {
        "attachments": [_listed(one) for one in words.attachments],
        "elements": dict(written.elements),
        "items": written.items,
    }
    if written.elements or written.items or words.attachments:
        plain.append(Plain(acts.ROLE_ELEMENTS, _JSON, written.mark, ijson.render(values)))
    if written.texts:
        texts = ijson.render([*written.texts])
        plain.append(Plain(acts.ROLE_TEXTS, _JSON, written.mark, texts))
    for number, one in enumerate(words.attachments, start=1):
        role = f"{acts.ROLE_ATTACHMENT}:{number}"
        plain.append(Plain(role, one.line.media_type, one.line.mark, one.data))
    return plain


def sha256(words: Words, said: Json) -> str:
    """Return the hash of a command: of its words, and of what its codes say."""
    sealed: list[Json] = [[b.role, b.mark, b.bound.sha256] for b in bodies(words)]
    written = words.written
    codes: Json = [
        written.type,
        written.urgency,
        written.own_reference,
        written.guideline,
        dict(written.times),
        written.extends,
        written.follows,
        written.is_oral,
    ]
    return hashlib.sha256(ijson.render([said, codes, sealed])).hexdigest()


def _listed(one: Attachment) -> Json:
    """Return what the other side is told of an attachment: its name may name a person."""
    return {
        "media_type": one.line.media_type,
        "mark": one.line.mark,
        "name": one.line.path.replace("\\", "/").rpartition("/")[2],
        "role": one.line.role,
        "sha256": hashlib.sha256(one.data).hexdigest(),
        "size": len(one.data),
    }
