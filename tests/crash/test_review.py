"""SIGKILL between looking at what was touched and keeping its rows, on the stores nodes run on.

What is kept of figures is a cache in several transactions: wherever it was torn, no row or tally in
it is wrong, and the figures are those that are computed from nothing.
"""

import hashlib
import itertools
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import pytest
from support import drawn_store
from support import postgres as databases
from support.agreed import MAIN, shipped
from support.crashing import Died, Pair, begin, check

import comity
from comity.acts.causality import Cut
from comity.acts.record import Addressee, Matter, Office
from comity.figures.observation import Observation
from comity.figures.row_tally import tallied
from comity.joint.request import acts
from comity.joint.request.acts import Asked, Saying
from comity.joint.text import acts as texts
from comity.joint.text.acts import Saying as Spoken
from comity.kernel.ids import random_id
from comity.node.exchange import append
from comity.node.exchange.append import Candidate
from comity.node.review import compact, row_cache, stale_matters
from comity.node.review.read_rows import At
from comity.node.review.row_cache import Kept
from comity.surfaces.cli.context import Home

VICTIM, OTHER = "aa", "bb"
REQUESTS = 3
LATER_MS = 40 * 86_400_000
"""After which every clock is due."""
GUIDELINE = hashlib.sha256(shipped(MAIN)).hexdigest()
PROPOSAL = random_id(bytes(16))
STEP = re.compile(r'node\.step\("(review\.[a-z-]+)"\)')
POINTS = {
    name
    for file in Path(comity.__file__).parent.rglob("*.py")
    for name in STEP.findall(file.read_text(encoding="utf-8"))
}
_IDS = itertools.count(1 << 80)

type Prepare = Callable[[Home, str], None]


# What runs in the process of a node.


def hold(home: Home) -> None:
    """Hold the guideline."""
    home.node.bodies.stage(GUIDELINE, 0, shipped(MAIN))
    assert home.node.bodies.commit(GUIDELINE)


def propose(home: Home, channel: str) -> None:
    """Propose the guideline."""
    document = texts.document(GUIDELINE, len(shipped(MAIN)))
    said = texts.proposed(Spoken(PROPOSAL, Office("police"), texts.MAIN), texts.Text(document))
    append.append(home.node, channel, [Candidate(said)])


def adopt(home: Home, channel: str) -> None:
    """Adopt it: once both have, requests that name it have clocks."""
    saying = Spoken(random_id(home.node.entropy(16)), Office("police"), texts.MAIN)
    append.append(home.node, channel, [Candidate(texts.adopted(saying, PROPOSAL, GUIDELINE))])


def ask(home: Home, channel: str, to: str, act_id: str) -> None:
    """Ask under the guideline."""
    asked = Asked("preservation", "routine", ("one",), (), guideline=GUIDELINE)
    saying = Saying(act_id, Office("police"))
    act = acts.submitted(saying, home.node.party, (Addressee(to),), asked)
    append.append(home.node, channel, [Candidate(act)])


def came(_: Home, __: str) -> None:
    """Nothing is otherwise than acts that came leave it."""


def older(home: Home, _: str) -> None:
    """Leave what an older program kept: rows, and neither tallies nor cursors."""
    row_cache.catch_up(home.node)
    with home.node.store.write() as tx:
        for kind in (row_cache.TALLIES, stale_matters.CURSOR):
            for key in tx.records(kind):
                tx.drop_record(kind, key)


def set_back(home: Home, channel: str) -> None:
    """Leave what is kept of a log of which less is understood than was looked at."""
    row_cache.catch_up(home.node)
    with home.node.store.write() as tx:
        for log in tx.logs(channel):
            tx.save_record(stale_matters.CURSOR, log.origin, log.understood + 1)


def work(home: Home, channel: str) -> None:
    """Look at what was touched, a request at a time; renew what time changed; drop all of it."""
    vars(row_cache)["PAGE"] = 1
    row_cache.catch_up(home.node)
    cut, now_ms = _now(home, channel)
    row_cache.rows(home.node, channel, cut, now_ms + LATER_MS)
    row_cache.forget(home.node)


def compared(home: Home, channel: str) -> tuple[int, int]:
    """Compare what is kept, and then the figures, with what is computed from nothing.

    Returns:
        How many rows there are, and how many of them were kept before anybody looked.
    """
    cut, now_ms = _now(home, channel)
    kept = _kept(home, cut, now_ms)
    from_nothing = _from_nothing(home, channel, cut, now_ms)
    assert kept.items() <= from_nothing.items()
    every = [row for found in from_nothing.values() for row in found]
    assert row_cache.rows(home.node, channel, cut, now_ms) == every
    told = row_cache.tallies(home.node, channel, cut, now_ms)
    as_tuples = [
        one._replace(counts=tuple(one.counts), ms=tuple(one.ms), contradicted=(*one.contradicted,))
        for one in told
    ]
    assert as_tuples == [*map(tallied, every)]
    return len(every), len(kept)


def _now(home: Home, channel: str) -> tuple[Cut, int]:
    with home.node.store.read() as tx:
        cut = {log.origin: log.understood for log in tx.logs(channel)}
    return cut, home.node.clock.now_ms()


def _kept(home: Home, cut: Cut, now_ms: int) -> dict[str, list[Observation]]:
    with home.node.store.read() as tx:
        records = {
            key.rpartition("|")[2]: Kept(*cast("list[Any]", value))
            for key, value in tx.records(row_cache.ROWS).items()
        }
    return {
        key: [*compact.from_json(Matter(acts.KIND, key), one.found)]
        for key, one in records.items()
        if one.holds(cut, now_ms)
    }


def _from_nothing(home: Home, channel: str, cut: Cut, now_ms: int) -> dict[str, list[Observation]]:
    with home.node.store.read() as tx:
        ids = sorted(row.matter.id for row in tx.matters() if row.matter.kind == acts.KIND)
        assert all(tx.matter(channel, Matter(acts.KIND, one)) for one in ids)
        at = At(home.node, tx, channel, cut)
        return {one: [*at.observed(Matter(acts.KIND, one), now_ms).observed.rows] for one in ids}


# The stories.

CASES: list[tuple[str, int, Prepare]] = [
    *(
        (point, count, prepare)
        for prepare in (came, older, set_back)
        for point, count in (
            ("review.touched", 1),
            ("review.kept", 1),
            ("review.kept", 2),
            ("review.looked", 1),
        )
    ),
    ("review.forgotten", 1, set_back),
    ("review.renewed", 1, came),
    ("review.dropped", 1, came),
    ("review.forgotten", 1, came),
]


@contextmanager
def _world(folder: Path, stores: Mapping[str, str]) -> Iterator[Pair]:
    pair = Pair(folder, stores)
    for party in (VICTIM, OTHER):
        pair[party].run(hold)
        pair[party].run(begin)
    pair[VICTIM].run(propose, pair.channel)
    pair.rounds()
    for party in (VICTIM, OTHER):
        pair[party].run(adopt, pair.channel)
    pair.rounds()
    yield pair
    assert [pair[party].run(check) for party in (VICTIM, OTHER)] == [[], []]
    pair.close()


@pytest.fixture(scope="module")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """Two homes with SQLite."""
    with _world(tmp_path_factory.mktemp("crash-review"), {VICTIM: "", OTHER: ""}) as made:
        yield made


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory, postgres_dsn: str) -> Iterator[Pair]:
    """The same with a database of PostgreSQL each."""
    folder = tmp_path_factory.mktemp("crash-review-postgres")
    with (
        databases.several(postgres_dsn, "review", (VICTIM, OTHER)) as names,
        _world(folder, names) as made,
    ):
        yield made


def test_every_point_of_keeping_is_in_a_story() -> None:
    """Points are found in the source."""
    assert {point for point, *_ in CASES} == POINTS


@pytest.mark.parametrize(("store", "point", "count", "prepare"), drawn_store.on_one(CASES))
def test_figures_are_those_from_nothing_wherever_keeping_was_killed(
    store: str, point: str, count: int, prepare: Prepare, request: pytest.FixtureRequest
) -> None:
    """Right after the restart, and again once all that was to be done is done."""
    pair: Pair = request.getfixturevalue(store)
    for _ in range(REQUESTS):
        pair[OTHER].run(ask, pair.channel, VICTIM, random_id(next(_IDS).to_bytes(16, "big")))
    pair.rounds()
    pair[VICTIM].run(prepare, pair.channel)

    pair.stop(VICTIM)
    pair.start(VICTIM, f"{point}:{count}")
    with pytest.raises(Died):
        pair[VICTIM].run(work, pair.channel)
    pair.stop(VICTIM)
    pair.start(VICTIM)
    pair[VICTIM].run(begin)

    rows, kept = pair[VICTIM].run(compared, pair.channel)
    assert rows >= REQUESTS
    if point == "review.kept":
        assert kept >= count
    pair[VICTIM].run(work, pair.channel)
    assert pair[VICTIM].run(compared, pair.channel) == (rows, 0)
