"""Where a joint text stands among the pages, and who the parties are.

Floor: surfaces.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language

from comity.node.base import register_records
from comity.node.base.context import Node
from comity.node.room import parties
from comity.node.room.parties import PartyName
from comity.rooms.guideline import desk as texts
from comity.rooms.guideline.desk import Stand
from comity.surfaces.web import desk as desks

_BOTH = "both"


@dataclass(frozen=True, slots=True)
class Place:
    """One joint text of one arrangement.

    Attributes:
        node: ours.
        arrangement: its id.
        stand: where the text stands.
    """

    node: Node
    arrangement: str
    stand: Stand

    @property
    def name(self) -> str:
        """The name of the text."""
        return self.stand.name

    def to(self, page: str, *more: str) -> str:
        """Return the address of a page of this text."""
        return reverse(f"guideline:{page}", args=(self.arrangement, self.name, *more))


def of(request: HttpRequest, arrangement: str, name: str) -> Place:
    """Return a joint text by its address.

    Raises:
        Fault: `node.text.channel-missing`.
    """
    node = desks.of(request).node
    channel = register_records.live_in(arrangement)
    return Place(node, arrangement, texts.find(node, name, channel))


def arrangement_of(channel: str) -> str:
    """Return the arrangement of a channel."""
    return channel.partition("/")[0]


def parties_of(node: Node) -> Mapping[str, PartyName]:
    """Return every party by id."""
    with node.store.read() as tx:
        return parties.known(node, tx)


def shown(request: HttpRequest, languages: tuple[str, ...]) -> tuple[str, ...]:
    """Return in which languages a text is shown: the reader's first, or the one they asked for."""
    reader = (get_language() or "en").partition("-")[0]
    ordered = tuple(sorted(languages, key=lambda one: one.partition("-")[0] != reader))
    asked = request.GET.get("words", _BOTH)
    return (asked,) if asked in languages else ordered
