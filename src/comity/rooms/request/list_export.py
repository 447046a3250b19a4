"""A list as a file: what is listed, line by line, and that it was taken out.

It holds codes, times and file numbers, and nothing that was given under a condition; so no
condition forbids it.  That somebody took a list out of the node is noted all the same.

Floor: rooms.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from comity.kernel.inadmissible import Inadmissible
from comity.node.base.context import Node
from comity.node.base.rows import Officer
from comity.node.desk.matter_lines import Shown
from comity.node.desk.saved_filters import ROLES
from comity.node.room import local_log, officers
from comity.rooms.request import request_list
from comity.rooms.request.request_list import COUNT_MAX, Asked

FIRST_LINES: Final = 25


def begin(node: Node, officer: Officer, query: str, kind: str) -> Inadmissible | None:
    """Note that an officer takes a list out, before the first line goes; or say why they may not.

    Args:
        node: ours.
        officer: who takes it.
        query: of the list, as its address has it.
        kind: of file.
    """
    no = officers.lacks_role(officer, *ROLES)
    if no is None:
        facts = {"agency": officer.agency, "kind": kind, "officer": officer.name, "query": query}
        with node.store.write() as tx:
            local_log.note(tx, node, "desk.list-taken-out", facts)
    return no


def every(node: Node, officer: Officer, asked: Asked) -> Iterator[Shown]:
    """Give every line of a list, a page at a time: what comes meanwhile may be among them.

    The first page is a short one, so that the first lines leave soon.

    Raises:
        Fault: those of `request_list.page`.
    """
    after, count = asked.after, FIRST_LINES
    while True:
        found = request_list.page(node, officer, replace(asked, after=after, count_max=count))
        yield from request_list.shown(node, found.lines)
        after, count = found.after, COUNT_MAX
        if not after:
            return
