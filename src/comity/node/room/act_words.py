"""What is said beside the codes of an act: values, texts, attachments, sealed as blobs.

Floor: node.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from comity.acts import blob_role
from comity.kernel import ijson
from comity.kernel.ijson import Json
from comity.node.base.ports import Tx
from comity.node.room.act_blobs import Contents, Plain
from comity.node.room.act_blobs import hashed as sha256_of
from comity.node.room.request_file import AttachmentLine, Written

NOTHING: Final = Written("answer")
"""What is written where there is nothing to say beside the codes."""

_JSON: Final = "application/json"

type Hashed = tuple[str, int]
"""SHA-256, hex, and size in bytes of a plaintext."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with an act.

    Attributes:
        line: what the request file says of it.
        data: its bytes, or where they are read.
    """

    line: AttachmentLine
    data: bytes | Contents

    @property
    def size_bytes(self) -> int:
        """How many bytes it has, as far as that is known before they are read."""
        return len(self.data) if isinstance(self.data, bytes) else self.data.size_bytes

    def plain(self, number: int) -> Plain:
        """Return the body in the clear."""
        role = f"{blob_role.ATTACHMENT}:{number}"
        return Plain(role, self.line.media_type, self.line.mark, self.data)


@dataclass(frozen=True, slots=True)
class Words:
    """What an act says beside its codes.

    Attributes:
        written: a request file or an answer file.
        attachments: the files it names, in its order.
        key: given by the client, so that a command that is repeated has one effect; or "".
        is_held: keep it as a draft, whoever could send it at once.
        beside: bodies that the program made, under roles of their own: what figures differ.
        drawn: likewise, of chance: each time others, so that no command is told by them.
        also: what a room keeps at home with it, in the transaction that appends it or keeps it
            as a draft; a command that is repeated has kept it before.
    """

    written: Written = NOTHING
    attachments: Sequence[Attachment] = ()
    key: str = ""
    is_held: bool = False
    beside: tuple[Plain, ...] = ()
    drawn: tuple[Plain, ...] = ()
    also: Callable[[Tx], None] | None = None

    @property
    def element_ids(self) -> tuple[str, ...]:
        """The ids of the elements that it has values for, sorted."""
        return tuple(sorted(self.written.elements))


def attached(words: Words) -> list[Plain]:
    """Return the attachments, before they are sealed."""
    return [one.plain(number) for number, one in enumerate(words.attachments, start=1)]


def bodies(words: Words, hashed: Sequence[Hashed]) -> list[Plain]:
    """Return what is sealed beside the attachments, before it is.

    Args:
        words: what is said.
        hashed: SHA-256 and size of each attachment.
    """
    written = words.written
    plain: list[Plain] = []
    values: Json = {
        "attachments": [_listed(*one) for one in zip(words.attachments, hashed, strict=True)],
        "elements": dict(written.elements),
        "items": written.items,
    }
    if written.elements or written.items or words.attachments:
        plain.append(Plain(blob_role.ELEMENTS, _JSON, written.mark, ijson.render(values)))
    if written.texts:
        texts = ijson.render([*written.texts])
        plain.append(Plain(blob_role.TEXTS, _JSON, written.mark, texts))
    return [*plain, *words.beside, *words.drawn]


def sha256(words: Words, hashed: Sequence[Hashed], said: Json) -> str:
    """Return the hash of a command: of its words, and of what its codes say."""
    told = bodies(replace(words, drawn=()), hashed)
    beside: list[Json] = [[b.role, b.mark, sha256_of(b.data)[0]] for b in told]
    files: list[Json] = [
        [b.role, b.mark, one[0]] for b, one in zip(attached(words), hashed, strict=True)
    ]
    sealed: list[Json] = [*beside, *files]
    written = words.written
    codes: Json = [
        written.type,
        written.urgency,
        written.own_reference,
        written.guideline,
        dict(written.times),
        dict(written.lacks),
        written.extends,
        written.follows,
        written.is_oral,
    ]
    return hashlib.sha256(ijson.render([said, codes, sealed])).hexdigest()


def _listed(one: Attachment, hashed: Hashed) -> Json:
    """Return what the other side is told of an attachment: its name may name a person."""
    sha256, size = hashed
    return {
        "media_type": one.line.media_type,
        "mark": one.line.mark,
        "name": one.line.path.replace("\\", "/").rpartition("/")[2],
        "role": one.line.role,
        "sha256": sha256,
        "size": size,
        "exhibit": one.line.exhibit,
        "provenance": dict(one.line.provenance),
    }
