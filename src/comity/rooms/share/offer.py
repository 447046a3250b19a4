"""What an officer would give, before it is weighed.

Floor: rooms.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from comity.rooms.share.files import File
from comity.rooms.share.reading import Read


@dataclass(frozen=True, slots=True)
class Offer:
    """What an officer would give.

    Attributes:
        read: the objects of a file or a source.
        source: id of the source, or "".
        mark: of the act.
        category: a code of `acts.CATEGORIES`.
        origin: a code of `acts.ORIGINS`, or "".
        lets: rules of `guard` that the officer lets go.
        channel: in which it is given; "" where there is but one.
        share: that it is added to, or "".
        samples: zips with the password `infected`.
        reports: PDFs.
    """

    read: Read
    mark: str
    category: str
    origin: str = ""
    lets: frozenset[str] = frozenset()
    channel: str = ""
    share: str = ""
    samples: Sequence[File] = ()
    reports: Sequence[File] = ()
    source: str = ""
