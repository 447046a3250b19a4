"""What `bench dialogue` measures on nodes: a stance on the other's screen, and the cadence.

Floor: lab.
"""

import statistics
import time
from importlib import resources
from typing import Any, Final

from comity.acts import points
from comity.boot import home as homes
from comity.demo.pair_of_nodes import Side
from comity.demo.story import SECOND
from comity.joint.dialogue import acts, terms
from comity.joint.dialogue.cadence import cadence
from comity.joint.dialogue.verbs import TABLE
from comity.kernel.fault import Fault
from comity.kernel.ijson import Json
from comity.node.base.context import Node
from comity.node.base.rows import Officer
from comity.node.desk import matters
from comity.node.desk.officer_admin import require_officer
from comity.node.room import need_to_know, say
from comity.node.room.matter_lookup import every
from comity.node.room.release import send
from comity.node.room.release.draft_store import Sent, Waiting
from comity_lab.bench.desk_reader import Reader

ARRANGEMENTS: Final = 192
_WAIT_S: Final = 60.0
_LOOK_S: Final = 0.002
_P95: Final = 0.95
_SERIES: Final = "ministers"


def stances(side: Side, reader: Reader, session: str, turns: int) -> dict[str, Json]:
    """Measure a place stated here until the other State's page shows it, act by act.

    Every second one is awaited by its receipt instead, as `bench exchange` does.
    """
    path = f"/dialogues/{session}/"
    pages = [reader.get(path).took_ms for _ in range(turns)]
    shown: list[float] = []
    heard: list[float] = []
    with homes.opened(side.home, side.environment) as found:
        node = found.home.node
        with node.store.read() as tx:
            officer = require_officer(tx, side.state.officer)
            second = require_officer(tx, SECOND[side.state.party])
        for nth in range(2 * turns):
            place = f"US{chr(65 + nth // 26)}{chr(65 + nth % 26)}Q"
            began = time.perf_counter()
            act = _state(node, (officer, second), session, place)
            if nth % 2:
                _until(lambda act=act: _is_received(node, officer, session, act))
                heard.append((time.perf_counter() - began) * 1_000)
            else:
                _until(lambda place=place: place.encode() in reader.get(path).body)
                shown.append((time.perf_counter() - began) * 1_000)
    stance, exchange, page = map(statistics.median, (shown, heard, pages))
    return {
        "stance_p50_ms": round(stance, 1),
        "exchange_p50_ms": round(exchange, 1),
        "page_p50_ms": round(page, 1),
        "stance_ratio": round(stance / (exchange + page), 2),
    }


def _state(node: Node, officers: tuple[Officer, Officer], session: str, place: str) -> str:
    """State a place as the first officer, and approve it as the second; return the act's id."""
    officer, second = officers
    row = TABLE.row("state")
    spoken = say.Spoken(row, session, {acts.PLACE: place}, say.words(row, officer, {}))
    said = say.say(TABLE, node, officer, spoken)
    if isinstance(said, Waiting):
        said = send.approve(node, second, said.draft_id)
    if not isinstance(said, Sent):
        raise _stuck(f"an act was not sent: {said}")
    return said.act_id


def _is_received(node: Node, officer: Officer, session: str, act: str) -> bool:
    turns = matters.show(node, officer, acts.KIND, session).turns
    return any(one.act_id == act and one.received_at_ms is not None for one in turns)


def _until(holds: Any) -> None:  # noqa: ANN401 -- asks whether it has come
    end = time.monotonic() + _WAIT_S
    while not holds():
        if time.monotonic() > end:
            raise _stuck(f"after {_WAIT_S:.0f} seconds a stance has not come to the other State")
        time.sleep(_LOOK_S)


def _stuck(what: str) -> Fault:
    return Fault(
        code="lab.bench.stuck",
        what=f"The bench goes no further: {what}.",
        fix="Read the logs of both nodes in the folder given with --keep.",
    )


def kept(node: Node) -> dict[str, Json]:
    """Measure the cadence of so many arrangements, each with the sessions of this one."""
    with node.store.read() as tx:
        states = [
            (one.matter.id, one.state) for one in every(tx, need_to_know.every(tx), acts.KIND)
        ]
    shipped = resources.files("comity.catalogue").joinpath("guideline/terms-ministers.yaml")
    agreed = {_SERIES: terms.parse(shipped.read_bytes())}
    taken: list[float] = []
    for _ in range(ARRANGEMENTS):
        began = time.perf_counter()
        cadence(((name, points.from_json(state)) for name, state in states), agreed)
        taken.append((time.perf_counter() - began) * 1_000)
    ordered = sorted(taken)
    return {
        "sessions": len(states),
        "arrangements": ARRANGEMENTS,
        "cadence_p95_ms": round(ordered[int(len(ordered) * _P95)], 2),
        "cadence_all_ms": round(sum(taken), 1),
    }
