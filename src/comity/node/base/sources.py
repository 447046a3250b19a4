"""The line to sources from which somebody at home reads: feeds and collections.

Floor: node.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from comity.kernel.fault import Fault, quoted


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a source answered.

    Attributes:
        status: of HTTP.
        headers: by their names in lower case.
        body: the bytes.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes


class Sources(Protocol):
    """The line to them."""

    def get(self, url: str, headers: Mapping[str, str], bytes_max: int) -> Fetched:
        """Ask once; redirects are not followed.

        Raises:
            Fault: `share.source.unreachable`, `share.source.inside`, `share.source.too-large`.
        """
        ...


class NoSources:
    """No line to sources: each is out of reach."""

    def get(self, url: str, headers: Mapping[str, str], bytes_max: int) -> Fetched:
        """See `Sources`."""
        del headers, bytes_max
        raise Fault(
            code="share.source.unreachable",
            what=f"{quoted(url)} cannot be reached: there is no line to sources.",
            fix="Pull it on the node of the home.",
        )
