"""`bench review`: figures over very many requests, and what is behind one of them.

    rows     the rows of a request computed from its acts, and kept
    pack     every figure of two years, both periods and all groups, with its digest and JSON
    drill    from a figure to its requests, while somebody reads on in the same figures

Some requests are real: made as the history of the demo is, sealed, receipted and folded.  The
others are copies of their kept rows, each under another id and with other times, listed as they
are: what figures and drill-down read, and no acts.

Floor: lab.
"""

import os
import random
import resource
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, cast

from comity.acts.record import Matter
from comity.boot import home as homes
from comity.demo.commands import Copies
from comity.demo.pair_of_nodes import PairOfNodes
from comity.domestic.officer import role
from comity.figures.figures import Period
from comity.figures.observation import Moment, Observation
from comity.joint.request import acts
from comity.kernel import ijson
from comity.kernel.ids import RANDOM_ID_BYTES, random_id
from comity.kernel.ijson import Json
from comity.node.base.context import Node
from comity.node.base.reader import Filed
from comity.node.base.rows import MatterRow, Officer
from comity.node.review import compact, row_cache, take
from comity.node.review.read_rows import Observed, Read
from comity.node.review.take import Behind, Taken, Wanted
from comity_lab.years import keeping as homes_kept
from comity_lab.years import states, two_homes
from comity_lab.years.making import Wanted as Made
from comity_lab.years.making import Years
from comity_lab.years.values import DAY_MS, HOUR_MS

LIMITS: Final = {"pack_s": 10.0, "drill_ms": 300.0}
SEALED: Final = 1_000
_TURNS: Final = 60
_PACKS: Final = 3
_PAGE: Final = 500
_SEED: Final = 1
_EARLIER_DAYS: Final = 30

type Tell = Callable[[str], None]
type Advance = Callable[[int], None]
type Bar = Callable[[str, int], AbstractContextManager[Advance]]


@dataclass(frozen=True, slots=True)
class Plan:
    """What is measured.

    Attributes:
        requests: that the node holds at last.
        sealed: how many of them are real; the others are copies of rows.
    """

    requests: int
    sealed: int

    @property
    def sizes(self) -> list[int]:
        """At how many requests it is measured: the real ones, each tenfold, and all."""
        powers = [10**n for n in range(3, 8)]
        return sorted(
            {self.sealed, *(p for p in powers if self.sealed < p < self.requests)} | {self.requests}
        )


def run(folder: Path, plan: Plan, tell: Tell, bar: Bar) -> dict[str, Json]:
    """Make a node with so many requests, and measure it at each size."""
    load = os.getloadavg()[0]
    with PairOfNodes(folder, typed=Copies()) as nodes:
        nodes.set_up()
        side = next(iter(nodes.sides.values()))
        with homes.opened(side.home, side.environment) as found:
            node = found.home.node
            value = _real(node, nodes, plan, bar)
            value |= _kept(node, plan)
            officer = _officer(node)
            originals = [*stock(node)]
            count = _count(node)
            sizes: list[Json] = []
            for size in plan.sizes:
                if size > count:
                    with bar(f"Copying rows up to {size}", size - count) as advance:
                        copy(node, originals, count, size, advance)
                    count = size
                tell(f"Figures of {size} requests.")
                sizes.append(_measured(node, officer, size))
    value |= {
        "requests": plan.requests,
        "sealed": plan.sealed,
        "sizes": sizes,
        "rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "load_before": round(load, 1),
        "load_after": round(os.getloadavg()[0], 1),
    }
    return value | {"ratios": _ratios(sizes), "growth": _growth(sizes)}


def _real(node: Node, nodes: PairOfNodes, plan: Plan, bar: Bar) -> dict[str, Json]:
    """Let both States have their years; only this node's home keeps them."""
    spent = time.process_time()
    wanted = Made(plan.sealed, node.clock.now_ms() - HOUR_MS)
    texts, voices = states.texts(nodes, wanted), states.voices(nodes)
    keys = {party: two_homes.keys_of(nodes, party) for party in voices}
    channels = {
        name: two_homes.channel_of(ground, tuple(voices), keys)
        for name, ground in homes_kept.grounds(node).items()
    }
    years = Years(voices, texts, wanted, channels, lambda made: homes_kept.keep(node, made))
    with bar("Making requests", 2 * plan.sealed) as advance:
        years.play(advance)
        homes_kept.fold(node, advance)
    return {"acts": years.done.acts, "made_cpu_s": round(time.process_time() - spent, 1)}


def _kept(node: Node, plan: Plan) -> dict[str, Json]:
    """Measure computing and keeping the rows of the real ones from their acts."""
    row_cache.forget(node)
    began = _Taken.now()
    row_cache.catch_up(node)
    taken = _Taken.now().since(began)
    return {
        "row_ms": round(taken.wall_ms / plan.sealed, 2),
        "row_cpu_ms": round(taken.cpu_ms / plan.sealed, 2),
    }


@dataclass(frozen=True, slots=True)
class Original:
    """A real request, as it is copied."""

    row: MatterRow
    filed: Filed
    read: Read


def stock(node: Node) -> Iterator[Original]:
    """Give the real requests whose rows stay as they are for the next hours."""
    soon_ms = node.clock.now_ms() + 6 * HOUR_MS
    with node.store.read() as tx:
        kept = tx.records(row_cache.ROWS)
        for key, value in kept.items():
            channel, kind, matter_id = key.split("|")
            row = tx.matter(channel, Matter(kind, matter_id))
            assert row is not None
            rests, from_ms, to_ms, rows = cast("list[Any]", value)
            if to_ms > soon_ms:
                observed = Observed(compact.from_json(row.matter, rows), from_ms, to_ms)
                yield Original(
                    replace(row, spelled=ijson.render(row.state)),
                    _filed(row, tx.filed_for(channel, row.matter)),
                    Read(observed, rests, rests),
                )


def _filed(row: MatterRow, readers: Sequence[str]) -> Filed:
    holders = (row.holder,) if row.holder else ()
    return Filed(
        row.matter, row.channel, tuple(readers), 0, row.at_ms, row.status, row.urgency, row.asker,
        "content", holders,
    )  # fmt: skip


def copy(node: Node, originals: Sequence[Original], start: int, end: int, advance: Advance) -> None:
    """Copy rows of requests under other ids, from so many up to so many."""
    for at in range(start, end, _PAGE):
        until = min(at + _PAGE, end)
        with node.store.write() as tx:
            rows: list[MatterRow] = []
            filed: list[Filed] = []
            for n in range(at, until):
                chance = random.Random(f"{_SEED}/review/{n}")  # noqa: S311 -- a fixture
                one = originals[n % len(originals)]
                matter = Matter(acts.KIND, random_id(chance.randbytes(RANDOM_ID_BYTES)))
                rows.append(replace(one.row, matter=matter))
                filed.append(replace(one.filed, matter=matter))
                observed = one.read.observed
                own = (replace(row, id=matter.id) for row in observed.rows)
                moved = tuple(_other_times(row, chance) for row in own)
                read = replace(one.read, observed=replace(observed, rows=moved))
                row_cache.keep(tx, (one.row.channel, matter.kind, matter.id), read)
            tx.save_matters(rows)
            tx.file(filed)
        advance(until - at)


def _other_times(row: Observation, chance: random.Random) -> Observation:
    """Return a row that was asked some days earlier, and in which everything was quicker."""
    asked_ms, factor = row.asked.at_ms, chance.uniform(0.5, 1.0)
    start_ms = asked_ms - chance.randrange(_EARLIER_DAYS * DAY_MS)

    def moved(at_ms: int) -> int:
        return start_ms + round((at_ms - asked_ms) * factor)

    def maybe(at_ms: int | None) -> int | None:
        return None if at_ms is None else moved(at_ms)

    def moment(one: Moment) -> Moment:
        return replace(
            one,
            at_ms=moved(one.at_ms),
            claimed_ms=moved(one.claimed_ms),
            low_ms=maybe(one.low_ms),
            high_ms=maybe(one.high_ms),
        )

    return replace(
        row,
        asked=moment(row.asked),
        spans=tuple(
            replace(
                span,
                begin=moment(span.begin),
                end=moment(span.end) if span.end else None,
                stopped=moment(span.stopped) if span.stopped else None,
                waited=tuple((moved(low), moved(high)) for low, high in span.waited),
                due_ms=maybe(span.due_ms),
            )
            for span in row.spans
        ),
        holds=tuple(
            replace(one, from_ms=moved(one.from_ms), to_ms=maybe(one.to_ms)) for one in row.holds
        ),
    )


def _count(node: Node) -> int:
    with node.store.read() as tx:
        return len(tx.records(row_cache.ROWS))


def _officer(node: Node) -> Officer:
    with node.store.read() as tx:
        found = tx.officers()[0]
    return replace(found, roles=(*found.roles, role.SECRETARIAT))


def _measured(node: Node, officer: Officer, size: int) -> dict[str, Json]:
    """Measure figures with nothing remembered, and then what is behind some of their cells."""
    now_ms = node.clock.now_ms()
    period = Period(now_ms - 365 * DAY_MS, now_ms)
    wanted = Wanted("", period, period.preceding(), now_ms)
    done = [_packed(node, wanted) for _ in range(_PACKS)]
    packs = [taken for _, _, taken in done]
    found, text, _ = done[-1]
    drills = _drilled(node, officer, found)
    cells = found.figures["cells"]
    assert isinstance(cells, dict)
    return {
        "requests": size,
        "cells": len(cells),
        "json_kb": len(text) // 1024,
        "pack_s": round(min(one.wall_ms for one in packs) / 1_000, 2),
        "pack_cpu_s": round(min(one.cpu_ms for one in packs) / 1_000, 2),
        "pack_us_each": round(min(one.cpu_ms for one in packs) * 1_000 / size, 1),
        **_told("drill", drills),
    }


def _packed(node: Node, wanted: Wanted) -> tuple[Taken, bytes, "_Taken"]:
    """Compute figures of which nothing is remembered, and spell them."""
    take.forget()
    began = _Taken.now()
    found = take.computed(node, wanted)
    text = ijson.render(cast("Json", found.figures))
    return found, text, _Taken.now().since(began)


def _drilled(node: Node, officer: Officer, found: Taken) -> list["_Taken"]:
    chance = random.Random(_SEED)  # noqa: S311 -- a bench
    cells = found.figures["cells"]
    assert isinstance(cells, dict)
    wanted = replace(found.wanted, cut=found.cut, now_ms=found.now_ms)
    chosen = ["all/volume/asked", *chance.sample(sorted(cells), min(_TURNS, len(cells)))]
    taken: list[_Taken] = []
    for cell in chosen:
        began = _Taken.now()
        behind = take.behind(node, officer, wanted, cell)
        taken.append(_Taken.now().since(began))
        assert isinstance(behind, Behind)
    return taken


@dataclass(frozen=True, slots=True)
class _Taken:
    """Time, milliseconds: of the clock on the wall, and of the processor."""

    wall_ms: float
    cpu_ms: float

    @classmethod
    def now(cls) -> "_Taken":
        return cls(time.perf_counter() * 1_000, time.process_time() * 1_000)

    def since(self, began: "_Taken") -> "_Taken":
        return _Taken(self.wall_ms - began.wall_ms, self.cpu_ms - began.cpu_ms)


def _told(name: str, taken: Sequence[_Taken]) -> dict[str, Json]:
    wall, cpu = [one.wall_ms for one in taken], [one.cpu_ms for one in taken]
    return {
        f"{name}_ms": round(max(wall), 2),
        f"{name}_p50_ms": round(statistics.median(wall), 2),
        f"{name}_cpu_ms": round(max(cpu), 2),
    }


def _ratios(sizes: Sequence[Json]) -> dict[str, Json]:
    """Return each figure of the last size by its limit: under 1 is within it."""
    last = cast("dict[str, float]", sizes[-1])
    return {name: round(last[name] / limit, 3) for name, limit in LIMITS.items()}


def _growth(sizes: Sequence[Json]) -> float:
    """Return what a request of the last size costs in a pack, by one of the first size."""
    first, last = (cast("dict[str, float]", one) for one in (sizes[0], sizes[-1]))
    return round(last["pack_us_each"] / first["pack_us_each"], 2)


_COLUMNS: Final = (
    ("requests", "requests"),
    ("pack_s", "pack, s"),
    ("pack_cpu_s", "cpu, s"),
    ("pack_us_each", "each, us"),
    ("cells", "cells"),
    ("json_kb", "JSON, KB"),
    ("drill_p50_ms", "drill p50"),
    ("drill_ms", "slowest, ms"),
)


def text(value: dict[str, Json]) -> str:
    """Return the figures as a table."""
    sizes = cast("list[dict[str, Json]]", value["sizes"])
    ratios = cast("dict[str, Json]", value["ratios"])
    lines = [" ".join(f"{label:>11}" for _, label in _COLUMNS)]
    lines += [" ".join(f"{one[name]!s:>11}" for name, _ in _COLUMNS) for one in sizes]
    limits = ", ".join(f"{name} {LIMITS[name]:g}: {one}" for name, one in ratios.items())
    lines += [
        f"By its limit, at {value['requests']} requests: {limits}.",
        f"A request of the last size costs {value['growth']} of one of the first.",
        (
            f"Rows of a request from its acts: {value['row_ms']} ms ({value['row_cpu_ms']} ms of "
            f"processor time), once, on {value['sealed']} requests of {value['acts']} acts that "
            f"took {value['made_cpu_s']} s of it to make; at most {value['rss_mb']} MB; load "
            f"{value['load_before']} to {value['load_after']}."
        ),
    ]
    return "\n".join(lines)
