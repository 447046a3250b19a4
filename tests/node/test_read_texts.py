"""Texts that were read stay read: a page of many partners reads none of them twice."""

from typing import override

import pytest
from support import agreed

from comity.joint.guideline import document
from comity.node.room.text_cache import ReadTexts
from comity.rooms.request import clock_rules, guideline_rules

SIZE = 1_000


def _load(size: int = SIZE) -> bytes:
    return b"x" * size


def test_as_many_texts_stay_read_as_fit() -> None:
    """Each of thirty partners has a text of its own: the second page parses none."""
    parsed: list[bytes] = []

    def parse(data: bytes) -> int:
        parsed.append(data)
        return len(data)

    texts = ReadTexts[int](30 * SIZE)
    for _ in range(3):
        for number in range(30):
            assert texts.read(str(number), _load, parse) == SIZE
    assert len(parsed) == 30


def test_what_was_asked_for_longest_ago_is_let_go_of_first() -> None:
    """By their bytes: one of the greatest length takes the place of many, and is kept alone."""
    texts = ReadTexts[int](3 * SIZE)
    for name in ("a", "b", "c", "a", "d"):
        texts.read(name, _load, len)
    assert [name in texts for name in "abcd"] == [True, False, True, True]
    texts.read("great", lambda: _load(9 * SIZE), len)
    assert [name in texts for name in ("a", "c", "d", "great")] == [False, False, False, True]
    texts.read("a", _load, len)
    assert ("a" in texts, "great" in texts) == (True, False)


def test_what_cannot_be_had_is_asked_for_again_and_what_says_nothing_is_not() -> None:
    """Its bytes may come; a text that is no guideline stays one."""
    texts = ReadTexts[int](SIZE)
    assert texts.read("away", lambda: None, len) is None
    assert "away" not in texts
    assert texts.read("nothing", _load, lambda _: None) is None
    assert texts.read("nothing", lambda: pytest.fail("it is read again"), len) is None


def test_what_another_thread_lets_go_of_is_in_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """It made room between a look and its answer, and the answer was no rule at all."""

    class Forgetful[K, V](dict[K, V]):
        """Another thread lets go of all as soon as something is kept."""

        @override
        def __setitem__(self, key: K, value: V) -> None:
            """Keep nothing."""

    text = document.parse(agreed.shipped(agreed.MAIN))
    monkeypatch.setattr(clock_rules, "_RULES", Forgetful())
    monkeypatch.setattr(guideline_rules, "_RULES", Forgetful())
    assert clock_rules.rules(text, "preservation", "urgent")
    assert guideline_rules.of(text).version == text.sha256
