"""One upload, as it is kept: what was told of it, and the ranges that are held.

Floor: node.
"""

from dataclasses import dataclass, field
from typing import Final

KEPT_MS: Final = 24 * 3_600_000


@dataclass(frozen=True, slots=True)
class Range:
    """Bytes that came together.

    Attributes:
        sha256: of the sealed bytes, by which the bodies store has them.
        key: that opens them, hex.
        size_bytes: of the plaintext.
        stored_bytes: of the sealed bytes.
    """

    sha256: str
    key: str = field(repr=False)
    size_bytes: int
    stored_bytes: int


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that is coming, or has come.

    Attributes:
        id: by which a call names it.
        officer: whose it is.
        sha256: of the plaintext, as they told it; "" until they do.
        size_bytes: likewise.
        at_ms: when its last range came.
        ranges: in their order.
    """

    id: str
    officer: str
    sha256: str
    size_bytes: int
    at_ms: int
    ranges: tuple[Range, ...] = ()

    @property
    def held_bytes(self) -> int:
        """How many bytes from the start are held."""
        return sum(one.size_bytes for one in self.ranges)

    @property
    def is_whole(self) -> bool:
        """Whether all of it has come, and its hash."""
        return self.held_bytes == self.size_bytes and bool(self.sha256)

    @property
    def until_ms(self) -> int:
        """When it is gone by itself."""
        return self.at_ms + KEPT_MS
