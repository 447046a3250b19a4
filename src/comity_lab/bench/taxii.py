"""`bench taxii`: what is shared at the doors of consumers: ingest, and pages of lists.

    ingest      objects of a bundle read and validated, processor time an object
    page        a page of 1,000 objects in the middle of a short and of a long list, likewise

The long lists are records written as the node writes them; their share is one of a fixture.

Floor: lab.
"""

import argparse
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from comity.boot import home as homes
from comity.demo.pair_of_nodes import PairOfNodes
from comity.demo.story import SY
from comity.domestic.outside.session import Session, Terms
from comity.joint.share import bundle
from comity.kernel.ijson import Json
from comity.node.base import register_records
from comity.node.base.context import Node
from comity.node.base.rows import Officer
from comity.node.desk import outside
from comity.node.desk.officer_admin import require_officer
from comity.node.desk.outside import Admitted
from comity.rooms.share import consumers
from comity.rooms.share.schemas import checker
from comity.surfaces.cli.context import EXIT_OK, Program, Subparsers, add_json, at_least
from comity.surfaces.outside import taxii_consumer, taxii_page
from comity.surfaces.outside.app import VISIT
from comity_lab.bench import record, taxii_list

_PAGE: Final = 1_000
_ROUNDS: Final = 5
_INGESTED: Final = 2_000
_TERMS: Final = Terms("token", "bench", "bench", (), 7, 6_000, 16_384)
type Tell = Callable[[str], None]


def add(kinds: Subparsers) -> None:
    """Add `bench taxii`."""
    parser = kinds.add_parser(
        "taxii",
        help="what is shared at the doors of consumers: ingest, and pages of lists",
        description="Processor time of validated ingest, and of pages of 1,000 in a short and a "
        "long list.",
    )
    parser.add_argument(
        "--objects", type=at_least(2 * _PAGE), action="append", metavar="N",
        help="in a list; more than one may be given (10,000 and 100,000)",
    )  # fmt: skip
    add_json(parser)
    record.add_append(parser)
    parser.set_defaults(run=_run)


def _run(program: Program, options: argparse.Namespace) -> int:
    sizes = sorted({*(options.objects or (10_000, 100_000))})
    with tempfile.TemporaryDirectory() as made, PairOfNodes(Path(made)) as nodes:
        value = run(nodes, sizes, program.note)
    program.show(value, text(value))
    record.append(options, "taxii", value)
    return EXIT_OK


def run(nodes: PairOfNodes, sizes: Sequence[int], tell: Tell) -> dict[str, Json]:
    """Pair two nodes, and measure in the home of one."""
    nodes.set_up()
    value: dict[str, Json] = {"ingest_us": round(_ingest_us(), 1)}
    side = nodes.sides[SY]
    pages: dict[int, float] = {}
    with homes.opened(side.home, side.environment) as found:
        for size in sizes:
            tell(f"A list of {size:,} objects.")
            pages[size] = _page_ms(_open(found.home.node), _officer(found.home.node, side), size)
    return value | {
        **{f"page_{size}_ms": round(ms, 2) for size, ms in pages.items()},
        "page_ratio": round(pages[sizes[-1]] / pages[sizes[0]], 2),
        "rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def text(value: dict[str, Json]) -> str:
    """Return the figures in sentences."""
    lines = [f"ingest with validation: {value['ingest_us']} us of processor an object"]
    for name, one in value.items():
        if name.startswith("page_") and name != "page_ratio":
            size = name.removeprefix("page_").removesuffix("_ms")
            lines.append(f"a page of {_PAGE} of {size}: {one} ms of processor")
    lines.append(f"the longest to the shortest: {value['page_ratio']}; {value['rss_mb']} MB")
    return "\n".join(lines)


def _officer(node: Node, side: Any) -> Officer:  # noqa: ANN401 -- a side of the pair
    with node.store.read() as tx:
        found = require_officer(tx, side.state.officer)
    return replace(found, roles=(*found.roles, *outside.ADMITTING))


def _open(node: Node) -> Node:
    """Return a node as one that serves consumers: no socket is opened here."""
    return replace(node, outside=replace(node.outside, origin="https://bench.example"))


def _ingest_us() -> float:
    """Return the processor time of an object: its bundle is read, and it is checked whole."""
    data = bundle.render([taxii_list.indicator(number) for number in range(_INGESTED)])
    check = checker()
    check.flaw(taxii_list.indicator(0))
    began = time.process_time()
    flaws = [check.flaw(one.value) for one in bundle.read(data)]
    spent = time.process_time() - began
    assert not any(flaws), flaws
    return spent / _INGESTED * 1e6


def _page_ms(node: Node, officer: Officer, size: int) -> float:
    """Return the processor time of a page in the middle of a list."""
    made = consumers.add(node, officer, _TERMS, reach="agency", power="act")
    assert isinstance(made, Admitted)
    with node.store.read() as tx:
        one = consumers.of(tx, made.session.id)
        channel = register_records.live_in(register_records.arrangements(tx)[0].id)
    assert one is not None
    taxii_list.write(node, one, channel, size)
    door = taxii_consumer.door(node).application
    base = f"/taxii2/api/collections/{taxii_consumer.collection_id(one)}/objects/"
    added = taxii_page.written(size // 2)
    query = f"limit={_PAGE}&added_after={added}"
    return _best_ms(lambda: _asked(door, made.session, base, query))


def _best_ms(ask: Callable[[], int]) -> float:
    found = []
    for _ in range(_ROUNDS):
        began = time.process_time()
        assert ask() == _PAGE
        found.append((time.process_time() - began) * 1e3)
    return statistics.median(found)


def _asked(door: Any, session: Session, path: str, query: str) -> int:  # noqa: ANN401 -- WSGI
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        VISIT: session,
    }
    body = b"".join(door(environ, lambda *_: None))
    return body.count(b'"id":"indicator--')
