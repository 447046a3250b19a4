"""What does not fit a schema, in words."""

import jsonschema_rs
import pytest

from comity.kernel import fit


@pytest.mark.parametrize(("chars", "is_shown"), [(10, True), (500, False)])
def test_the_spelling_that_is_wanted_is_told_of_a_long_value_too(
    chars: int, *, is_shown: bool
) -> None:
    """A value that is too long to be repeated is told with the limit that it breaks."""
    text = "x" * chars
    validator = jsonschema_rs.Draft202012Validator({"pattern": "^[a-z]{0,3}$"})
    (problem,) = fit.problems(validator, text)
    assert "{0,3}$" in problem.what
    assert (text in problem.what) is is_shown
