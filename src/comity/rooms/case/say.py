"""What an officer says of a case where the act is computed: links, whose identifiers are sealed.

Floor: rooms.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from comity.joint.case import acts, verbs
from comity.node.base.context import Node
from comity.node.base.rows import Officer
from comity.node.room.act_blobs import Plain
from comity.node.room.release.draft_store import Result
from comity.node.room.request_file import MARK_DEFAULT
from comity.node.room.say import Spoken, computed, said
from comity.rooms.case import links

_MEDIA_TYPE: Final = "application/ld+json"


def link(node: Node, officer: Officer, spoken: Spoken) -> Result:
    """Say which identifiers are of one person: the entry has numbers, the body the identifiers.

    Raises:
        Unfit: `case.links.unfit`.
        Fault: those of `said`.
    """
    found = links.read_lines(str(spoken.given["links"]).splitlines())
    given = {acts.COUNT: len(found), acts.IDENTIFIERS: len(links.identifiers(found))}
    body = Plain(acts.ROLE_LINKS, _MEDIA_TYPE, MARK_DEFAULT, links.render(found))
    return said(verbs.TABLE, node, officer, computed(spoken, given, (body,)))


STEPS: Final[Mapping[str, Callable[[Node, Officer, Spoken], Result]]] = MappingProxyType(
    {"link": link}
)
"""By the verb whose act it computes."""
