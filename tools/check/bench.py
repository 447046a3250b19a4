"""Runs the exchange bench for three seconds and looks at what it prints, never at how fast.

    python -m tools.check.bench

The machine of a check is busy with other things: a figure measured there says nothing, but a
bench that nobody runs is a bench that no longer runs.
"""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

SECONDS = 3
NUMBERS = (
    "acts_per_s",
    "floor_acts_per_s",
    "ratio",
    "commit_per_s",
    "p50_ms",
    "p99_ms",
    "cpu_ms_per_act",
)
NODES = 2


def main() -> int:
    """Run it; 0 only if every figure is there."""
    program = Path(sys.executable).with_name("comity")
    command = [str(program), "bench", "exchange", "--seconds", str(SECONDS), "--json"]
    done = subprocess.run(command, capture_output=True, check=False)
    wrong = (
        problems(json.loads(done.stdout))
        if done.returncode == 0
        else [f"it ended with {done.returncode}: {(done.stdout + done.stderr).decode()}"]
    )
    print("\n".join(f"bench exchange: {one}" for one in wrong))
    return int(bool(wrong))


def problems(value: Mapping[str, object]) -> list[str]:
    """Return what is missing: each figure is a number over zero, memory one for each node."""
    wrong = [f"{name} is {value.get(name)!r}" for name in NUMBERS if not _is_figure(value, name)]
    memory = value.get("rss_mb")
    if not isinstance(memory, dict) or len(memory) != NODES:
        wrong.append(f"rss_mb is {memory!r}, not one number for each node")
    elif not all(_is_figure(memory, party) for party in memory):
        wrong.append(f"rss_mb is {memory!r}")
    return wrong


def _is_figure(value: Mapping[str, object], name: str) -> bool:
    figure = value.get(name)
    return isinstance(figure, int | float) and not isinstance(figure, bool) and figure > 0


if __name__ == "__main__":
    raise SystemExit(main())
