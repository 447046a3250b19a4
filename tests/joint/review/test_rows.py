"""Rows have one spelling as JSON, and what is spelled otherwise is told where."""

from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.observed import observations

from comity.figures import rows
from comity.kernel import ijson
from comity.kernel.fault import Fault

chances = st.randoms(use_true_random=True)


@given(chances)
@settings(max_examples=30)
def test_rows_come_back_as_they_were_written(chance: Random) -> None:
    """In whatever order they stood, the bytes are the same, and reading them gives the rows."""
    some = observations(chance, 5)
    written = ijson.render(rows.render(some))
    assert rows.parse(ijson.parse(written)) == tuple(some)
    chance.shuffle(some)
    assert ijson.render(rows.render(some)) == written


@given(chances, st.sampled_from(["field", "missing", "type", "empty", "order", "twice"]))
@settings(max_examples=30)
def test_rows_spelled_otherwise_are_refused(chance: Random, how: str) -> None:
    """A field more, less, of another type or empty, another order, a row twice: each is told."""
    value: Any = rows.render(observations(chance, 3))
    one = value[chance.randrange(3)]
    match how:
        case "field":
            one["asked"]["more"] = "x"
        case "missing":
            del one["asked"]["act_id"]
        case "type":
            one["asked"]["at_ms"] = chance.choice([True, "1", None, 1.5])
        case "empty":
            one["asked"]["high_ms"] = None
        case "order":
            value.reverse()
        case _:
            value.append(value[-1])
    with pytest.raises(Fault) as caught:
        rows.parse(value)
    assert caught.value.code == "figures.rows.malformed"
