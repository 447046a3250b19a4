"""A world whose parties have adopted the shipped guideline and calendars, and talk by it.

    world = agreed_world(tmp_path)                  # aa counts as the United States, bb as China
    asked = ask(world, "aa", "preservation", "urgent")
    reply(world, "bb", asked, acts.ACKNOWLEDGED)
    reckoned(world, "aa", asked) == reckoned(world, "bb", asked)

Floor: tests.
"""

import atexit
import hashlib
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType

from comity.acts.record import Act, Addressee, Office
from comity.acts.verb import Given
from comity.joint.request import acts, decide, state
from comity.joint.request.acts import Asked
from comity.joint.request.decide import By
from comity.joint.request.state import State
from comity.joint.text import acts as guideline_acts
from comity.kernel.ids import random_id
from comity.kernel.limits import ROW_BLOB_BYTES_MAX
from comity.node.base.reckoned import Reckoned
from comity.node.base.rows import MatterRow
from comity.node.exchange.append import Appended
from comity.node.room import clocks
from support.pair import World, copied, make_world
from support.states import Made

MAIN = "guideline/dialogue.yaml"
CALENDARS = {
    "aa": "calendar/us-2026.yaml",
    "bb": "calendar/cn-2026.yaml",
    "cc": "calendar/us-2026.yaml",
}
MONDAY = "2026-09-28 09:00 +0800"
"""Two working days before the week of the National Day."""


def at(text: str) -> int:
    """Return the instant of `2026-09-28 09:00 +0800`, milliseconds since 1970 UTC."""
    return int(datetime.strptime(text, "%Y-%m-%d %H:%M %z").timestamp()) * 1_000


@cache
def shipped(name: str) -> bytes:
    """Return a document of the catalogue."""
    return files("comity.catalogue").joinpath(name).read_bytes()


def set_clock(world: World, at_ms: int) -> None:
    """Let it be that instant for all."""
    for one in world.states.values():
        one.clock.at_ms = at_ms


def agreed_world(
    folder: Path,
    store: str = "memory",
    start: str = MONDAY,
    parties: Sequence[str] = ("aa", "bb"),
    named: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> World:
    """Return States that have adopted the shipped guideline and a calendar each."""
    if named:
        return _agreed(make_world(folder, parties, store, named), start)
    return copied(_made(store, start, tuple(parties)), folder)


@cache
def _made(store: str, start: str, parties: tuple[str, ...]) -> Made:
    """Let States agree with which nothing is done but to copy them."""
    folder = Path(tempfile.mkdtemp(prefix="comity-agreed-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    world = _agreed(make_world(folder, parties, store), start)
    world.close()
    return Made(folder, [*world.states.values()], world.arrangement)


def _agreed(world: World, start: str) -> World:
    world.pump()
    set_clock(world, at(start))
    adopt(world, guideline_acts.MAIN, shipped(MAIN))
    for party in world.states:
        adopt(world, f"calendar.{party}", shipped(CALENDARS[party]))
    return world


def adopt(world: World, name: str, data: bytes, from_ms: int = 0, version: str = "") -> str:
    """Let a joint text be proposed and adopted by every party; return its hash."""
    sha256 = hashlib.sha256(data).hexdigest()
    first = next(iter(world.states))
    text = guideline_acts.Text(
        guideline_acts.document(sha256, len(data)), version, in_force_from_ms=from_ms
    )
    small = len(data) <= ROW_BLOB_BYTES_MAX
    if not small:
        node = world.node(first)
        node.bodies.stage(sha256, 0, data)
        assert node.bodies.commit(sha256)
    proposed = guideline_acts.proposed(_speaks(world, first, name), text)
    proposal = world.say(first, proposed, {sha256: data} if small else {}).act
    world.pump()
    for party in world.states:
        world.say(party, guideline_acts.adopted(_speaks(world, party, name), proposal.id, sha256))
    world.pump()
    return sha256


def _speaks(world: World, party: str, name: str) -> guideline_acts.Saying:
    act_id = random_id(world.node(party).entropy(16))
    return guideline_acts.Saying(act_id, Office("justice"), name)


def bound(world: World) -> str:
    """Return the hash of the guideline that requests name."""
    assert world.states
    return hashlib.sha256(shipped(MAIN)).hexdigest()


def ask(  # noqa: PLR0913 -- what a request says
    world: World,
    party: str,
    type_id: str,
    urgency: str,
    *,
    times: Mapping[str, int] | None = None,
    extends: str = "",
    to: Sequence[str] = (),
    guideline: str = "",
    items: tuple[str, ...] = ("one",),
    is_oral: bool = False,
    say: Callable[..., Act] = acts.submitted,
) -> Appended:
    """Say a request, or show its draft, under the shipped guideline to the other parties."""
    asked = Asked(
        type_id,
        urgency,
        items,
        ("facts",),
        guideline=guideline or bound(world),
        times=times or {},
        extends=extends,
        is_oral=is_oral,
    )
    others = [Addressee(other) for other in to or world.states if other != party]
    saying = acts.Saying(random_id(world.node(party).entropy(16)), Office("police"), "REF-1")
    return world.say(party, say(saying, party, tuple(others), asked))


def reply(  # noqa: PLR0913 -- what is said of which request
    world: World,
    party: str,
    asked: Appended,
    tag: str,
    given: Given = MappingProxyType({}),
    *,
    elements: tuple[str, ...] = (),
    items: tuple[str, ...] = (),
) -> Appended:
    """Let a party say a verb of a request, with these values of its fields."""
    reference = "CB-1" if tag == acts.ACKNOWLEDGED else ""
    saying = acts.Saying(random_id(world.node(party).entropy(16)), Office("police"), reference)
    now, by = state_of(world, party, asked), By(saying, party)
    act = decide.decided(now, by, tag, given, elements=elements, items=items)
    assert isinstance(act, Act), act
    return world.say(party, act)


def row_of(world: World, party: str, asked: Appended) -> MatterRow:
    """Return the matter as a node holds it."""
    with world.node(party).store.read() as tx:
        row = tx.matter(world.channel, asked.act.matter)
    assert row is not None
    return row


def state_of(world: World, party: str, asked: Appended) -> State:
    """Return what a node folds of a request."""
    return state.from_json(row_of(world, party, asked).state)


def reckoned(world: World, party: str, asked: Appended, now_ms: int | None = None) -> Reckoned:
    """Return the clocks of a request at a node, now or at an instant."""
    node = world.node(party)
    with node.store.read() as tx:
        row = tx.matter(world.channel, asked.act.matter)
        assert row is not None
        return clocks.reckon(node, tx, row, node.clock.now_ms() if now_ms is None else now_ms)
