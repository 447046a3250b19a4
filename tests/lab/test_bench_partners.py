"""`bench partners` tells every figure, and knows when a head is signed for."""

from pathlib import Path

from support import states

from comity_lab.bench import heads, partners

SECOND = 1_000


def test_a_head_is_signed_for_since_a_moment_or_not(tmp_path: Path) -> None:
    """What was cosigned before does not count, nor a log of which nobody signed all."""
    fr, sn = states.paired(tmp_path, "fr", "sn")
    before_s = fr.clock.now_ms() / SECOND
    assert not heads.are_cosigned(fr.node, before_s)
    states.deliver(fr, sn)
    assert heads.are_cosigned(fr.node, before_s)
    assert not heads.are_cosigned(fr.node, fr.clock.now_ms() / SECOND + 1)


def test_every_figure_is_told() -> None:
    """What is printed has each of them, with few and with many."""
    both = (
        "start_s", "idle_percent", "memory_mb", "memory_after_mb", "threads", "threads_after",
        "alone_p50_ms", "hotline_p99_ms", "hotline_busy_p99_ms", "callers_s",
    )  # fmt: skip
    names = ["few", "many", "idle_ratio", "alone_ratio", "hotline_ratio"]
    names += [f"{who}_{name}" for who in ("few", "many") for name in both]
    shown = partners.text({one: f"<{one}>" for one in names})
    assert all(f"<{one}>" in shown for one in names)
