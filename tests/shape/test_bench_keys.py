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


def test_the_bench_of_the_desk_shows_every_page_and_every_limit() -> None:
    """A page without its figures is named, as is a part that is not there at all."""
    page = {"p50_ms": 8.0, "p95_ms": 9.0, "cpu_ms": 0.5, "kb": 7.9}
    whole = {
        "pages": {"desk": page},
        "first_visit": {"desk, en": {"kb": 53.0}},
        "at_once": {"p95_ms": 480.0, "cpu_ms": 40.0},
        "at_work": {"p95_ms": 90.0, "cpu_ms": 40.0},
        "floor": {"pages_per_cpu_s": 1_250.0},
        "ratios": {"one": 0.5},
    }
    assert bench.desk_problems(whole) == []
    lame = whole | {"pages": {"desk": page | {"p95_ms": 0.0}}, "floor": None}
    assert bench.desk_problems(lame) == ["pages, desk: p95_ms is 0.0", "floor is None"]
    assert len(bench.desk_problems({})) == len(whole)
