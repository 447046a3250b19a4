"""Runs the benches on little and looks at what they print, never at how fast.

    python -m tools.check.bench

The machine of a check is busy with other things: a figure measured there says nothing, but a
bench that nobody runs is a bench that no longer runs.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

SECONDS = 3
NUMBERS = (
    "acts_per_s",
    "floor_acts_per_s",
    "ratio",
    "commit_per_s",
    "floor_alone_ms",
    "alone_ratio",
    "p50_ms",
    "p99_ms",
    "cpu_ms_per_act",
)
NODES = 2
CUT_NUMBERS = 3
RANGE_BYTES = 16 << 20
"""What was on its way when the line was cut is sent again."""


EVIDENCE = (
    "sealed_s",
    "held_s",
    "opened_s",
    "mb_per_s",
    "sha256sum_s",
    "chain_s",
    "ratio",
    "floor_s",
    "floor_ratio",
)
EVIDENCE_BYTES = "24MiB"
REQUESTS = 40
REVIEWED = 200
REVIEW = ("cells", "json_kb", "pack_s", "pack_us_each", "drill_ms")
DESK = ("--requests", "40", "--sealed", "20", "--officers", "4", "--turns", "2", "--seconds", "1")
DESK_NUMBERS: Mapping[str, tuple[str, ...]] = {
    "pages": ("p50_ms", "p95_ms", "cpu_ms", "kb"),
    "first_visit": ("kb",),
}
DESK_PARTS: Mapping[str, tuple[str, ...]] = {
    "at_once": ("p95_ms", "cpu_ms"),
    "at_work": ("p95_ms", "cpu_ms"),
    "floor": ("pages_per_cpu_s",),
    "ratios": ("one",),
}


type Judge = Callable[[Mapping[str, object]], list[str]]

AT_ONCE = 2
"""Most of a bench is one command after another, on one core."""


def main() -> int:
    """Run them; 0 only if every figure is there."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        wrong = [one for found in pool.map(lambda bench: _run(*bench), BENCHES) for one in found]
    print("\n".join(f"bench {one}" for one in wrong))
    return int(bool(wrong))


def _run(kind: str, judge: Judge, options: tuple[str, ...]) -> list[str]:
    program = Path(sys.executable).with_name("comity")
    command = [str(program), "bench", kind, *options, "--json"]
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode:
        said = (done.stdout + done.stderr).decode()
        return [f"{kind}: it ended with {done.returncode}: {said}"]
    return [f"{kind}: {one}" for one in judge(json.loads(done.stdout))]


def problems(value: Mapping[str, object]) -> list[str]:
    """Return what is missing: each figure is a number over zero, memory one for each node."""
    wrong = [f"{name} is {value.get(name)!r}" for name in NUMBERS if not _is_figure(value, name)]
    return wrong + _memory_problems(value.get("rss_mb"))


def evidence_problems(value: Mapping[str, object]) -> list[str]:
    """Return what is missing, and what was sent again after the cut although it was held."""
    wrong = [f"{name} is {value.get(name)!r}" for name in EVIDENCE if not _is_figure(value, name)]
    cut = value.get("cut")
    numbers = (
        [cut.get(name) for name in ("bytes", "held_bytes", "passed_bytes")]
        if isinstance(cut, dict)
        else []
    )
    whole = [one for one in numbers if isinstance(one, int)]
    if len(whole) != len(numbers) or len(whole) != CUT_NUMBERS:
        wrong.append(f"cut is {cut!r}")
    elif whole[2] > whole[0] + RANGE_BYTES + whole[0] // 10:
        wrong.append(f"what was held was sent again: {cut!r}")
    return wrong + _memory_problems(value.get("peak_mb"))


def _memory_problems(memory: object) -> list[str]:
    if not isinstance(memory, dict) or len(memory) != NODES:
        return [f"memory is {memory!r}, not one number for each node"]
    if not all(_is_figure(memory, party) for party in memory):
        return [f"memory is {memory!r}"]
    return []


def request_problems(value: Mapping[str, object]) -> list[str]:
    """Return what is missing: every figure by its limit, and every request that was made."""
    ratios = value.get("ratios")
    if not isinstance(ratios, dict) or not ratios:
        return [f"ratios is {ratios!r}"]
    wrong = [f"{name} is {one!r}" for name, one in ratios.items() if not isinstance(one, float)]
    return wrong + ([] if value.get("readable") == REQUESTS else ["some requests are missing"])


def desk_problems(value: Mapping[str, object]) -> list[str]:
    """Return what is missing: figures of every page, of the crowd, the floor and the limits."""
    wrong = []
    for part, names in DESK_NUMBERS.items():
        rows = value.get(part)
        if not isinstance(rows, dict) or not rows:
            wrong.append(f"{part} is {rows!r}")
            continue
        wrong += [
            f"{part}, {row}: {name} is {figures.get(name)!r}"
            for row, figures in rows.items()
            for name in names
            if not _is_figure(figures, name)
        ]
    for part, names in DESK_PARTS.items():
        figures = value.get(part)
        if not isinstance(figures, dict) or not all(_is_figure(figures, name) for name in names):
            wrong.append(f"{part} is {figures!r}")
    return wrong


def review_problems(value: Mapping[str, object]) -> list[str]:
    """Return what is missing: figures at each size, of cells that are not empty."""
    sizes = value.get("sizes")
    if not isinstance(sizes, list) or [one.get("requests") for one in sizes][-1:] != [REVIEWED]:
        return [f"sizes is {sizes!r}"]
    wrong = [
        f"{name} of {one['requests']} is {one.get(name)!r}"
        for one in sizes
        for name in REVIEW
        if not _is_figure(one, name)
    ]
    told = ("row_ms", "growth")
    return wrong + [
        f"{name} is {value.get(name)!r}" for name in told if not _is_figure(value, name)
    ]


def _is_figure(value: Mapping[str, object], name: str) -> bool:
    figure = value.get(name)
    return isinstance(figure, int | float) and not isinstance(figure, bool) and figure > 0


BENCHES: tuple[tuple[str, Judge, tuple[str, ...]], ...] = (
    ("desk", desk_problems, DESK),
    ("exchange", problems, ("--seconds", str(SECONDS))),
    ("evidence", evidence_problems, ("--bytes", EVIDENCE_BYTES)),
    ("request", request_problems, ("--requests", str(REQUESTS), "--sealed", "20")),
    ("review", review_problems, ("--requests", str(REVIEWED), "--sealed", "20")),
)
"""Each with who judges what it prints, and its options; the longest first."""


if __name__ == "__main__":
    raise SystemExit(main())
