"""A long list of a consumer, written as its fold and its holdings would leave it: a FIXTURE.

Floor: lab.
"""

import uuid
from typing import Any, Final

from comity.acts.record import Matter
from comity.demo.story import FR, SY
from comity.joint.share import acts, positions, state
from comity.kernel.ijson import Json
from comity.node.base.context import Node
from comity.node.base.rows import MatterRow
from comity.rooms.share import holdings, lists

_WRITTEN: Final = 5_000
_LATER_MS: Final = 30 * 86_400_000


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


def write(node: Node, one: Any, channel: str, size: int) -> None:  # noqa: ANN401 -- a consumer
    """Let the list of a consumer hold so many objects of one share."""
    _write(node, one, _share(node, channel, size), size)


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
                tx.save_record(lists.LISTED, lists._listed_key(one.id, number + 1), listed)  # noqa: SLF001 -- written as they are
