"""The node of `bench desk`: what its officers read, and the links by which they sign in.

Floor: lab.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from comity.boot import home as homes
from comity.demo.commands import Copies, Typed
from comity.demo.pair_of_nodes import PairOfNodes
from comity.demo.scenes import PRESERVATION, agreement, houses, preservation
from comity.demo.story import FR, SY, Play, Story, write_files
from comity.domestic.officer import role
from comity.node.base.context import Node
from comity.node.desk import officer_admin, sign_in_links
from comity.node.desk.officer_admin import require_officer
from comity.node.room import clock_watch, search_index
from comity.rooms.request import request_list
from comity.rooms.request.request_list import Asked
from comity_lab.bench import request_node
from comity_lab.bench.desk_pages import Found
from comity_lab.bench.request_node import Bar
from comity_lab.years import past

PAST: Final = 20
"""Requests of the two years before, beside the fixture."""
_LINES: Final = 200
_MATTERS: Final = 50

typed: Callable[[], Typed] = Copies


@dataclass(frozen=True, slots=True)
class Doors:
    """How officers get in, and what they find.

    Attributes:
        links: tokens of one-time links, by officer.
        found: what stands there.
    """

    links: Mapping[str, str]
    found: Found


def made(
    nodes: PairOfNodes,
    plan: request_node.Plan,
    officers: int,
    tell: Callable[[str], None],
    bar: Bar,
    now_ms: Callable[[], int],
) -> Doors:
    """Let two nodes exchange one request, then fill the first one with the fixture.

    Both are stopped when this returns.
    """
    tell("Two nodes agree on a guideline and exchange a request by it.")
    exchanged, draft = _exchanged(nodes, bar, now_ms)
    side, channel = nodes.sides[FR], f"{nodes.arrangement}/live"
    with homes.opened(side.home, side.environment) as found:
        node = found.home.node
        agency = side.state.agency[0]
        request_node.write(node, channel, tuple(nodes.sides), agency, plan, bar)
        request_node.rebuild(node, side, channel, plan, bar)
        request_node.copy(node, channel, plan, bar)
        tell("Indexing what was written.")
        clock_watch.catch_up(node)
        search_index.catch_up(node)
        return doors(node, agency, officers, exchanged, draft)


def _exchanged(nodes: PairOfNodes, bar: Bar, now_ms: Callable[[], int]) -> tuple[str, str]:
    """Play the first scenes of the demo; return its request, and a draft that is left waiting."""
    nodes.set_up()
    play = Play(nodes, Story(lambda _: None), now_ms, nodes.folder / "examples")
    past.make(play, PAST, bar)
    for party in nodes.sides:
        nodes.start(party)
    write_files(play.files, play.now())
    for scene in (houses, agreement, preservation):
        scene(play)
    file = play.file("stop-payment.json")
    drafted = play.runs(FR, "request", "draft", file, "--to", SY)
    for party in nodes.sides:
        nodes.stop(party)
    return play.matters[PRESERVATION], str(drafted["draft"])


def doors(node: Node, agency: str, officers: int, exchanged: str, draft: str) -> Doors:
    """Add officers who may speak and an auditor, each with a link that is not used yet."""
    with node.store.read() as tx:
        rows = tx.matters("request")
        known = {one.name for one in tx.officers()}
    names = [f"reader-{number:02}" for number in range(officers)]
    wanted = {role.AUDITOR: (role.AUDITOR,), **dict.fromkeys(names, role.SPEAKING)}
    for name, roles in wanted.items():
        if name not in known:
            officer_admin.add(node, name, agency, roles=roles)
    written = [one.matter.id for one in rows if request_node.is_of_fixture(one)]
    found = Found((exchanged,), tuple(written[:_MATTERS]), _far(node, names[0]), draft)
    return Doors({name: sign_in_links.add(node, name)[0] for name in wanted}, found)


def _far(node: Node, name: str) -> str:
    """Return a cursor in the middle of the list."""
    with node.store.read() as tx:
        reader = require_officer(tx, name)
    total, after = sum(request_list.counts(node, reader).values()), ""
    for _ in range(total // 2 // _LINES):
        after = request_list.page(node, reader, Asked(after=after, count_max=_LINES)).after
    return after
