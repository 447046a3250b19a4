"""Writes vectors/computed/*.json: what matters fold to, and by which rules.

    python -m tools.vectors.computed          fold them; it fails where one folds otherwise than
                                              before and RULES of
                                              `comity.node.base.rules_version` stands
    python -m tools.vectors.computed --new HOME...
                                              record history.json anew first, from simulated runs
                                              and from homes of `comity demo --once --keep`

history.json is `{"matters": [{"kind", "id", "parties", "acts": [{"act", "origin", "party",
"generation", "index", "seen", "depth", "received_ms"}]}]}`, among several parties with `heard`,
`{addressee: when it received the act, or null}`: each two tags of which one came after
the other, and each status that a matter came to, are there.  states.json is `{"definitions",
"rules", "states": {"<kind>/<id>": {"status", "holder", "urgency", "asker", "digest"}}}`; the digest
is the SHA-256 of the state, `definitions` the version of those of figures.  Canonical JSON.
"""  # noqa: INP001 -- a program, run by its path

import hashlib
import sys
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, cast

from comity.acts import codec
from comity.acts.order import Placed
from comity.boot.home import opened
from comity.boot.rooms import ROOMS
from comity.figures import definitions
from comity.kernel import ijson
from comity.kernel.ijson import Json
from comity.kernel.limits import PARTIES_MIN
from comity.node.base import history, rules_version, trust
from comity.node.base.context import Node
from comity.node.base.history import By, Received
from comity.node.exchange import refold
from comity.node.operate.rebuild import all_matters
from comity_lab.sim import opening, runs

TARGET: Final = Path(__file__).parent.parent.parent / "vectors" / "computed"
HISTORY: Final = TARGET / "history.json"
STATES: Final = TARGET / "states.json"
SEEDS: Final = range(40)
EVENTS: Final = 300
ACTS_MAX: Final = 40
"""Of one matter that is recorded: the others are long and say the same."""

RAISE: Final = (
    "This is computed otherwise than before: raise `RULES` in "
    "src/comity/node/base/rules_version.py, so that every node computes what it keeps anew, and "
    "run `python -m tools.vectors.computed`."
)

type Object = dict[str, Any]
type Recorded = tuple[set[tuple[str, ...]], Object]
"""What a matter has, and it."""


def states(history: Object) -> dict[str, Json]:
    """Return what every matter folds to, by its kind and id."""
    return {f"{one['kind']}/{one['id']}": _state(one, one["parties"]) for one in history["matters"]}


def changed(history: Object, told: Object) -> list[str]:
    """Return the matters that fold otherwise than is told, and whether rows of figures do."""
    now = states(history)
    found = [key for key, state in told["states"].items() if key in now and now[key] != state]
    return found + ["definitions"] * (told["definitions"] != definitions.VERSION)


def load(path: Path) -> Object:
    """Read one of the files."""
    return cast("Object", ijson.parse(path.read_bytes()))


def _state(matter: Object, parties: Sequence[str]) -> Json:
    room = ROOMS[matter["kind"]]
    given = [(_placed(one, parties), one) for one in matter["acts"]]
    by = {(placed.origin, placed.index): _by(one, parties) for placed, one in given}
    state = room.fold(history.of(parties, [placed for placed, _ in given], by))
    line = room.line(state)
    return {
        "status": line.status,
        "holder": line.holder,
        "urgency": line.urgency,
        "asker": line.asker,
        "digest": hashlib.sha256(ijson.render(room.to_json(state))).hexdigest(),
    }


def _by(one: Object, parties: Sequence[str]) -> By:
    """Return who had an act when; between two parties one time tells it."""
    others = {party: one["received_ms"] for party in parties if party != one["party"]}
    held = one.get("heard", others).items()
    return {party: None if ms is None else Received("", 0, ms, ms) for party, ms in held}


def _placed(one: Object, parties: Sequence[str]) -> Placed:
    return Placed(
        act=codec.act_from_json(one["act"]),
        origin=one["origin"],
        party_place=parties.index(one["party"]),
        generation=one["generation"],
        index=one["index"],
        seen=one["seen"],
        depth=one["depth"],
    )


def _record(homes: Sequence[Path]) -> Object:
    """Return matters, each of which has something that none before it has."""
    known: set[tuple[str, ...]] = set()
    found: list[Json] = []
    for marks, matter in (*_of_homes(homes), *_of_runs()):
        if not marks <= known:
            known |= marks
            found.append(matter)
    return {"matters": found}


def _of_homes(homes: Sequence[Path]) -> Iterator[Recorded]:
    for folder in homes:
        with opened(folder, {"COMITY_KEY": "00" * 32}) as found:
            yield from _of_node(found.home.node)


def _of_runs() -> Iterator[Recorded]:
    for seed in SEEDS:
        story = runs.make_story(seed)
        with opening.remembered():
            for _ in range(EVENTS):
                story.step()
        for machine in story.world.up()[:1]:
            yield from _of_node(machine.up())


def _of_node(node: Node) -> Iterator[Recorded]:
    with node.store.read() as tx:
        loaded = {one: trust.load(tx, one) for one in trust.channels(tx, node.party)}
        for row in all_matters(tx):
            of = loaded[row.channel]
            acts = tx.acts_of(row.channel, row.matter)
            if row.matter.kind not in ROOMS or len(acts) > ACTS_MAX:
                continue
            tags = [act.act.tag for act in acts]
            times = refold.Times(tx, of)
            yield (
                {(row.matter.kind, row.status), *pairwise([row.matter.kind, *tags])},
                {
                    "kind": row.matter.kind,
                    "id": row.matter.id,
                    "parties": [*of.arrangement.party_ids()],
                    "acts": [_act(of, times, act) for act in acts],
                },
            )


def _act(of: trust.Trust, times: refold.Times, row: Any) -> Json:  # noqa: ANN401 -- a row
    by = times.addressed(refold.placed(of, row)).items()
    heard: Json = {party: None if one is None else one.at_ms for party, one in by}
    return {
        **({"heard": heard} if len(of.arrangement.parties) > PARTIES_MIN else {}),
        "act": codec.act_to_json(row.act),
        "origin": row.origin,
        "party": row.party,
        "generation": row.generation,
        "index": row.index,
        "seen": dict(row.seen),
        "depth": row.depth,
        "received_ms": times.received_ms(refold.placed(of, row)),
    }


def main() -> int:
    """Write the files."""
    TARGET.mkdir(exist_ok=True)
    if "--new" in sys.argv[1:]:
        homes = [Path(word) for word in sys.argv[1:] if word != "--new"]
        HISTORY.write_bytes(ijson.render(_record(homes)) + b"\n")
    history = load(HISTORY)
    if STATES.exists():
        told = load(STATES)
        found = changed(history, told)
        if found and told["rules"] == rules_version.RULES:
            print(RAISE, *found, sep="\n")
            return 1
    value: Json = {
        "definitions": definitions.VERSION,
        "rules": rules_version.RULES,
        "states": states(history),
    }
    STATES.write_bytes(ijson.render(value) + b"\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
