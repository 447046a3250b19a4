"""A dishonest State with valid keys: its forks are convicted, and nothing else stops."""

import os

import pytest

from comity.node.exchange import convict, register, sign
from comity_lab.sim import byzantine_runs, parallel
from comity_lab.sim.byzantine_runs import ByzantineResult
from comity_lab.sim.strategies import STRATEGIES

SEEDS = range(48, 52)
"""With one of the real suite; the check runs `comity sim --byzantine 200` beside these tests, which
fails unless every lie was told."""


def _failed(results: list[ByzantineResult]) -> list[str]:
    return [
        f"{one.lies} {one.error}\n  comity sim --byzantine 1 --first {one.seed}"
        for one in results
        if one.error
    ]


def test_no_lie_does_more_than_it_must() -> None:
    """Strategies drawn and mixed by seeds, among honest work and restored machines."""
    task = parallel.Task(byzantine_runs.run, byzantine_runs.broken)
    results = list(parallel.over(task, SEEDS, len(os.sched_getaffinity(0))))
    assert _failed(results) == []
    assert any(byzantine_runs.is_real_seed(one.seed) for one in results)
    assert sum(one.convictions for one in results) > 0


@pytest.mark.long
def test_each_lie_alone() -> None:
    """Each strategy does its worst, twice, and the two honest States agree."""
    task = parallel.Task(byzantine_runs.run_alone, byzantine_runs.broken)
    results = list(parallel.over(task, range(len(STRATEGIES)), len(os.sched_getaffinity(0))))
    assert len(results) >= 20
    assert _failed(results) == []


@pytest.mark.parametrize(
    ("lie", "shown"),
    [
        ("another-document", {"wording.another-document"}),
        ("language-withheld", {"wording.words-not-held"}),
        ("embargo-broken", {"wording.embargo", "published-early"}),
    ],
)
def test_lies_of_the_dialogue_are_refused_and_shown(lie: str, shown: set[str]) -> None:
    """Another document is not adopted, half a paragraph not taken, an early page is told."""
    result = byzantine_runs.run(3, [lie], is_real=False, party_count=2)
    assert (result.error, {*result.shown}) == ("", shown)


@pytest.mark.parametrize("seed", [79, 155, 207, 495])
def test_what_a_lie_did_once_it_does_no_more(seed: int) -> None:
    """What each seed found.

    79: a State that was not called dated the receipts of a call between the two others.
    155: a fork of which one head was lost with a database that was put back silenced a channel.
    207: a card that was shown to one alone named the keys of an entry, and no other could have it.
    495: a body that another named before this State did was told as missing until a rebuild.
    """
    assert byzantine_runs.run(seed).error == ""


def test_a_run_is_the_same_again() -> None:
    """A seed tells everything: the same lies, events and times."""
    traces: list[list[str]] = [[], []]
    for trace in traces:
        byzantine_runs.run(11, tell=trace.append)
    assert traces[0] == traces[1]


def test_a_node_that_convicts_nobody_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The check goes red where forks are not looked for."""
    monkeypatch.setattr(convict, "find", lambda *_args: None)
    results = [byzantine_runs.run(seed, ["fork-equal"], is_real=False) for seed in range(4)]
    assert any("does not convict" in one.error for one in results)


def test_a_node_that_marks_nothing_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beside a liar too, no head of an honest node leaves above its mark."""
    monkeypatch.setattr(sign, "mark", lambda *_marks: None)
    monkeypatch.setattr(sign, "mark_what_is_signed", lambda _node: None)
    assert "I7" in byzantine_runs.run(1, ["start-old-head"], is_real=False).error


def test_a_node_that_breaks_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The check goes red where an entry raises what is no fault."""

    def breaks(*_arguments: object) -> None:
        raise KeyError("an error of ours")

    monkeypatch.setattr(register, "apply", breaks)
    assert "KeyError" in byzantine_runs.run(1, ["register-lies"], is_real=False).error
