"""What does not fit a schema, in words."""

import time

import jsonschema_rs
import pytest

from comity.kernel import fit
from comity.kernel.ijson import Json
from comity.kernel.problem import LARGE


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


def _validator_of_lists(inner: Json) -> jsonschema_rs.Draft202012Validator:
    items: Json = {"type": "array", "maxItems": 10_000, "items": inner}
    return jsonschema_rs.Draft202012Validator({"properties": {"all": items}})


def test_of_a_large_text_the_beginnings_of_its_lists_are_told() -> None:
    """300 kB of lists without content took a gigabyte and all that the node does, for seconds."""
    validator = _validator_of_lists({"required": ["a", "b", "c"]})
    wrong: Json = {"all": [{}] * 90_000}
    found = [*fit.problems(validator, wrong)]
    assert len(found) < 1_000
    assert (found[0].pointer, found[-1].rule) == ("/all/0", LARGE)


def test_what_is_wrong_far_down_in_a_large_text_is_told_with_its_place() -> None:
    """A calendar of twenty years with one bad day, which its authors are to find."""
    validator = _validator_of_lists({"type": "string"})
    wrong: Json = {"all": [*(str(day) for day in range(9_990)), 1, 2], "else": [0] * 100}
    first, last = fit.problems(validator, wrong)
    assert (first.pointer, last.rule) == ("/all/9990", LARGE)


def test_a_list_beyond_all_measure_is_told_as_that() -> None:
    """What is wrong stands behind as many values as no schema allows."""
    validator = jsonschema_rs.Draft202012Validator({"items": {"type": "string"}})
    (one,) = fit.problems(validator, ["x"] * 50_000 + [1])
    assert one.rule == "text.too-many"


def test_forms_of_which_none_fits_are_not_compared_without_end() -> None:
    """Each error holds those of every form within it: a proposed text of 380 kB took 14 seconds."""
    forms: Json = {"oneOf": [{"required": [name]} for name in "abcd"]}
    lists: Json = {"anyOf": [{"enum": ["x"]}, {"type": "array", "items": forms}]}
    wrong: Json = {"all": [[{}] * 250] * 300}
    began_s = time.process_time()
    found = [*fit.problems(_validator_of_lists(lists), wrong)]
    assert time.process_time() - began_s < 3
    assert found[-1].rule == LARGE
