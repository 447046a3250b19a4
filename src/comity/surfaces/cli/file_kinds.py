"""What a file is that is no text, where a text was to be read.

Floor: surfaces.
"""

from pathlib import Path
from typing import Final

from comity.kernel.fault import Fault, path_quoted

_TEXT: Final = (
    "Name the text itself, in JSON or YAML; a document or picture goes with it as an attachment."
)
_UTF8: Final = "Save it in UTF-8."
_UNPACK: Final = "Unpack it, and name the text in it."
_KINDS: Final = (
    (b"%PDF-", "is a PDF", _TEXT),
    (b"PK\x03\x04", "is a ZIP file or an Office document", _TEXT),
    (b"\xd0\xcf\x11\xe0", "is an Office document", _TEXT),
    (b"\x89PNG", "is a picture", _TEXT),
    (b"\xff\xd8\xff", "is a picture", _TEXT),
    (b"GIF8", "is a picture", _TEXT),
    (b"\x1f\x8b", "is compressed", _UNPACK),
    (b"BZh", "is compressed", _UNPACK),
    (b"\xfd7zXZ", "is compressed", _UNPACK),
    (b"age-encryption.org/", "is sealed", "Open it first with `comity age decrypt`."),
    (b"\xff\xfe", "is a text in UTF-16", _UTF8),
    (b"\xfe\xff", "is a text in UTF-16", _UTF8),
)
"""(how it begins, what it is, what to do)."""


def require_text(path: Path, data: bytes) -> None:
    """Return unless a file is of a kind that is no text; other bytes are told where they stand.

    Raises:
        Fault: `surfaces.file.not-text`.
    """
    for begins, what, fix in _KINDS:
        if data.startswith(begins):
            raise _not_text(path, what, fix)
    if b"\0" in data:
        raise _not_text(path, "holds bytes that stand in no text", _TEXT)


def _not_text(path: Path, what: str, fix: str) -> Fault:
    return Fault(
        code="surfaces.file.not-text", what=f"The file {path_quoted(path)} {what}.", fix=fix
    )
