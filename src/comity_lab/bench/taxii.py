"""`bench taxii`: what is shared at the doors of consumers, beside servers of the same protocol.

    ingest      objects of a bundle read and validated, processor time an object
    page        a page of 1,000 objects in the middle of a short and of a long list, likewise
    beside      the same ingest and page by openTAXII and medallion, where they install: each in an
                environment of its own in the folder of the bench

The long lists are records written as the node writes them; their share is one of a fixture.

Floor: lab.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from comity.acts.record import Matter
from comity.boot import home as homes
from comity.demo.pair_of_nodes import PairOfNodes
from comity.demo.story import FR, SY
from comity.domestic.outside.session import Session, Terms
from comity.joint.share import acts, bundle, positions, state
from comity.kernel.ijson import Json
from comity.node.base import register_records
from comity.node.base.context import Node
from comity.node.base.rows import MatterRow, Officer
from comity.node.desk import outside
from comity.node.desk.officer_admin import require_officer
from comity.node.desk.outside import Admitted
from comity.rooms.share import consumers, holdings, lists
from comity.rooms.share.schemas import checker
from comity.surfaces.cli.context import EXIT_OK, Program, Subparsers, add_json, at_least
from comity.surfaces.outside import taxii
from comity.surfaces.outside.app import VISIT
from comity_lab.bench import record

_PAGE: Final = 1_000
_ROUNDS: Final = 5
_INGESTED: Final = 2_000
_WAIT_S: Final = 600.0
_WRITTEN: Final = 5_000
_LATER_MS: Final = 30 * 86_400_000
_TERMS: Final = Terms("token", "bench", "bench", (), 7, 6_000, 16_384)
BESIDE: Final = {
    "medallion": ("medallion", "setuptools<80"),
    "opentaxii": (
        "opentaxii",
        "setuptools<80",
        "sqlalchemy<2",
        "werkzeug<3",
        "flask<3",
        "marshmallow<4",
    ),
}
"""What is installed for each."""
_BESIDE: Final = Path(__file__).with_name("taxii_beside.py")

type Tell = Callable[[str], None]


def add(kinds: Subparsers) -> None:
    """Add `bench taxii`."""
    parser = kinds.add_parser(
        "taxii",
        help="what is shared at the doors of consumers, beside other servers of TAXII",
        description="Processor time of validated ingest, and of pages of 1,000 in a short and a "
        "long list.",
    )
    parser.add_argument(
        "--objects", type=at_least(2 * _PAGE), action="append", metavar="N",
        help="in a list; more than one may be given (10,000 and 100,000)",
    )  # fmt: skip
    parser.add_argument(
        "--alone", action="store_true", help="without servers of others, which pip would fetch"
    )
    add_json(parser)
    record.add_append(parser)
    parser.set_defaults(run=_run)


def _run(program: Program, options: argparse.Namespace) -> int:
    sizes = sorted({*(options.objects or (10_000, 100_000))})
    with tempfile.TemporaryDirectory() as made, PairOfNodes(Path(made)) as nodes:
        value = run(nodes, sizes, program.note)
        for name in () if options.alone else BESIDE:
            program.note(f"The same by {name}, in an environment of its own.")
            value[name] = _beside(Path(made), name, sizes[0])
    program.show(value, text(value))
    record.append(options, "taxii", {k: v for k, v in value.items() if not isinstance(v, dict)})
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
        if isinstance(one, dict):
            lines.append(f"{name}: " + ", ".join(f"{key} {each}" for key, each in one.items()))
    lines.append(f"the longest to the shortest: {value['page_ratio']}; {value['rss_mb']} MB")
    return "\n".join(lines)


def _officer(node: Node, side: Any) -> Officer:  # noqa: ANN401 -- a side of the pair
    with node.store.read() as tx:
        found = require_officer(tx, side.state.officer)
    return replace(found, roles=(*found.roles, *outside.ADMITTING))


def _open(node: Node) -> Node:
    """Return a node as one that serves consumers: no socket is opened here."""
    return replace(node, outside=replace(node.outside, origin="https://bench.example"))


def indicator(number: int, group: int = 0) -> dict[str, Json]:
    """Return an indicator of some 400 bytes, as servers hold them by the million."""
    id_ = uuid.UUID(int=(group << 64) + number, version=4)
    return {
        "type": "indicator",
        "spec_version": "2.1",
        "id": f"indicator--{id_}",
        "created": "2026-11-01T00:00:00.000Z",
        "modified": "2026-11-01T00:00:00.000Z",
        "name": f"Address {number} of a botnet",
        "pattern": f"[ipv4-addr:value = '10.{number >> 8 & 255}.{number & 255}.{number >> 16}']",
        "pattern_type": "stix",
        "valid_from": "2026-11-01T00:00:00Z",
    }


def _ingest_us() -> float:
    """Return the processor time of an object: its bundle is read, and it is checked whole."""
    data = bundle.render([indicator(number) for number in range(_INGESTED)])
    check = checker()
    check.flaw(indicator(0))
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
    _write(node, one, _share(node, channel, size), size)
    door = taxii.door(node).application
    base = f"/taxii2/api/collections/{taxii.collection_id(one)}/objects/"
    added = taxii._written(size // 2)  # noqa: SLF001 -- where the middle is
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


def _share(node: Node, channel: str, size: int) -> MatterRow:
    """Keep a share of so many objects, as its fold would leave it; nothing else reads it."""
    now_ms = node.clock.now_ms()
    giver = FR if node.party == SY else SY
    giving = state.Giving(
        f"bench{size}", giver, "indicators", "TLP:CLEAR", 0, "", "", "", now_ms + _LATER_MS,
        None, None, None, 0,
    )  # fmt: skip
    full, rest = divmod(size, positions.OBJECTS_MAX)
    counts = [positions.OBJECTS_MAX] * full + ([rest] if rest else [])
    bundles = tuple(state.Bundle(f"bench{at}", n, 0, 0) for at, n in enumerate(counts))
    made = state.State((giver, node.party), giving, bundles=bundles)
    matter = Matter(acts.KIND, f"bench{size}")
    row = MatterRow(
        matter, channel, "whole", "", "", giver, {}, now_ms, state.to_json(made),
        state.digest(made),
    )  # fmt: skip
    with node.store.write() as tx:
        tx.save_matters([row])
    return row


def _write(node: Node, one: Any, row: MatterRow, size: int) -> None:  # noqa: ANN401 -- a consumer
    for begin in range(0, size, _WRITTEN):
        with node.store.write() as tx:
            for number in range(begin, min(begin + _WRITTEN, size)):
                at = divmod(number, positions.OBJECTS_MAX)
                value = indicator(number, size)
                listed: dict[str, Json] = {
                    "at": [row.channel, row.matter.id, holdings.place(at[0] + 1, at[1] + 1)],
                    "giver": row.asker, "id": value["id"], "version": value["modified"],
                    "object": value, "mark": "TLP:CLEAR", "newest": True, "oldest": True,
                }  # fmt: skip
                tx.save_record(lists.LISTED, lists._listed_key(one, number + 1), listed)  # noqa: SLF001 -- written as they are


@contextmanager
def _environment(folder: Path, name: str) -> Iterator[Path | None]:
    """Give the interpreter of an environment with a server of others; None where none installs."""
    place = folder / f"venv-{name}"
    try:
        subprocess.run([sys.executable, "-m", "venv", place], check=True, capture_output=True)  # noqa: S603 -- our own interpreter
        python = place / "bin" / "python"
        subprocess.run(  # noqa: S603 -- the environment that was just made
            [python, "-m", "pip", "install", "-q", *BESIDE[name]],
            check=True,
            capture_output=True,
        )
        yield python
    except (OSError, subprocess.CalledProcessError):
        yield None


def _beside(folder: Path, name: str, size: int) -> dict[str, Json] | None:
    """Return what the same costs a server of others; None where it does not install or run."""
    file = folder / "objects.json"
    file.write_text(json.dumps([indicator(number) for number in range(size)]), "utf-8")
    with _environment(folder, name) as python:
        if python is None:
            return None
        try:
            done = subprocess.run(  # noqa: S603 -- our own program
                [python, "-P", _BESIDE, name, file],
                check=False,
                capture_output=True,
                text=True,
                timeout=_WAIT_S,
                env={**os.environ, "PYTHONWARNINGS": "ignore"},
            )
        except subprocess.TimeoutExpired:
            return None
    if done.returncode:
        return None
    found: dict[str, Json] = json.loads(done.stdout.splitlines()[-1])
    return found
