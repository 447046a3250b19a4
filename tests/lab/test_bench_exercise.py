"""`bench exercise` measures what it says: a list that parses, and a figure for each sentence."""

import re
from pathlib import Path

from comity.joint.exercise import master_list
from comity_lab.bench import exercise

_NAMED = re.compile(r"{(\w+)}")


def test_a_list_of_the_bench_is_read_back_whole(tmp_path: Path) -> None:
    """Each item has a number of its own, and words in both languages."""
    items = master_list.parse(exercise.listed(tmp_path, 50, "zz").read_bytes())
    assert [one.number for one in items] == [*range(1, 51)]
    assert all(one.inject_en and one.inject_zh for one in items)


def test_each_ratio_has_its_sentence_and_its_limit() -> None:
    """Deliveries, console and real work: three sentences, each with the ratio it is read by."""
    named = [_NAMED.findall(line) for line in exercise.LINES]
    ratios = [[name for name in one if name.endswith("_ratio")] for one in named]
    assert ratios == [["deliveries_ratio"], ["console_ratio"], ["live_ratio"]]
