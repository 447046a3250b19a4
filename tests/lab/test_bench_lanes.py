"""`bench lanes` measures what it says: both implementations find the same hits."""

import argparse
from typing import Any, cast

from comity_lab.bench import lanes


class Shown:
    """Keeps what a command shows."""

    value: Any = None

    def show(self, value: object, text: str) -> None:
        """Take it."""
        del text
        self.value = value


def test_both_implementations_find_the_same_hits() -> None:
    """Half of what is asked is known; every figure is there."""
    root, shown = argparse.ArgumentParser(), Shown()
    lanes.add(root.add_subparsers())
    options = root.parse_args(["lanes", "--count", "40", "--entries", "2000"])
    assert options.run(cast("Any", shown), options) == 0
    value = shown.value
    assert (value["hits"], value["hits_of_floor"], value["slots"]) == (20, 20, 1_024)
    assert all(value[name] > 0 for name in ("match_cpu_s", "floor_cpu_s", "sort_long_ms"))
    assert value["hits_of_psi"] == 20
    assert value["pictures_right"] == value["pictures_asked"] == 200
    assert value["pictures_alike"]
    assert value["addition_seen"]
