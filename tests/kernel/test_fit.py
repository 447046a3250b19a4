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


def test_thousands_of_wrong_names_in_one_place_are_told_as_that() -> None:
    """To name each costs the square of them: a partner's text would stop the page, and the node."""
    validator = jsonschema_rs.Draft202012Validator({"propertyNames": {"pattern": "^[a-z]+$"}})
    few = [*fit.problems(validator, {f"BAD {k}": "x" for k in range(100)})]
    assert len(few) == 100
    (one,) = fit.problems(validator, {f"BAD {k}": "x" for k in range(2_000)})
    assert one.rule == "text.too-many"
    assert [
        *fit.problems(
            validator, {"".join("abcdefghij"[int(c)] for c in str(k)): "x" for k in range(2_000)}
        )
    ] == []
