"""Figures of a run are appended to a CSV, each with the day, the tree and the machine."""

import argparse
import csv
from pathlib import Path

from comity.kernel.ijson import Json
from comity_lab.bench import record


def test_two_runs_stand_one_after_the_other_under_one_heading(tmp_path: Path) -> None:
    """Numbers of any depth are rows; words and truth values are none."""
    file = tmp_path / "runs.csv"
    value: Json = {"acts_per_s": 1013, "nodes": [{"rss_mb": 176}], "name": "aa", "is_whole": True}
    for _ in range(2):
        record.append(argparse.Namespace(append=file), "exchange", value)
    with file.open(encoding="utf-8", newline="") as lines:
        rows = [*csv.DictReader(lines)]
    assert [(row["bench"], row["figure"], row["value"]) for row in rows] == [
        ("exchange", "acts_per_s", "1013"),
        ("exchange", "nodes.0.rss_mb", "176"),
    ] * 2
    assert all(row["day"] and row["machine"] for row in rows)


def test_nothing_is_written_that_was_not_asked_for(tmp_path: Path) -> None:
    """Without the option there is no file."""
    record.append(argparse.Namespace(append=None), "exchange", {"acts_per_s": 1})
    assert not [*tmp_path.iterdir()]
