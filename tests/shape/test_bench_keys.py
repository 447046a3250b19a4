"""What the bench prints has every figure that is promised."""

from tools.check import bench

_WHOLE = {**dict.fromkeys(bench.NUMBERS, 1.5), "rss_mb": {"fr": 90.0, "sy": 91.5}}


def test_every_figure_is_asked_for_and_none_is_judged() -> None:
    """A slow machine passes; a figure that is missing, zero or no number does not."""
    assert bench.problems(_WHOLE) == []
    assert bench.problems({**_WHOLE, "acts_per_s": 0.001}) == []
    for name in bench.NUMBERS:
        assert bench.problems({**_WHOLE, name: 0})
        assert bench.problems({key: value for key, value in _WHOLE.items() if key != name})


def test_memory_is_a_number_for_each_node() -> None:
    """One number for both would hide the node that grows."""
    assert bench.problems({**_WHOLE, "rss_mb": 180.0})
    assert bench.problems({**_WHOLE, "rss_mb": {"fr": 90.0}})


def test_evidence_that_was_held_is_not_sent_again() -> None:
    """After a cut, what passes beyond the body is at most a range, and its envelope."""
    size = 512 << 20
    cut = {"bytes": size, "held_bytes": size // 2, "passed_bytes": size + 1_000_000}
    whole = {
        **dict.fromkeys(bench.EVIDENCE, 1.5),
        "peak_mb": {"fr": 90.0, "sy": 91.5},
        "cut": cut,
    }

    assert bench.evidence_problems(whole) == []
    assert bench.evidence_problems({**whole, "cut": {**cut, "passed_bytes": size * 3 // 2}})
    assert bench.evidence_problems({**whole, "cut": None})
