"""The table of proposals is total, and rises."""

from itertools import product

from comity.joint.text import acts, table, view


def test_every_cell_is_there_and_named() -> None:
    """Whatever is said in whatever status has a result with a name."""
    keys = set(product(table.STATUSES, table.VERBS, (False, True)))
    assert set(table.TABLE) == keys
    assert all(outcome.result for outcome in table.TABLE.values())


def test_no_status_falls() -> None:
    """What is adopted stays adopted, and what is withdrawn is not merely declined."""
    for (status, _, _), outcome in table.TABLE.items():
        assert table.STATUSES.index(outcome.status) >= table.STATUSES.index(status)


def test_what_has_no_effect_changes_no_status() -> None:
    """A result that is not named among those with effect leaves the proposal as it was."""
    for (status, _, _), outcome in table.TABLE.items():
        assert outcome.takes_effect or outcome.status == status


def test_every_word_is_in_both_languages() -> None:
    """Nothing is shown in one language only."""
    for words in (view.STATUS_WORDS, acts.DECLINALS, acts.WITHDRAWALS):
        assert all(set(one) == {"en", "zh"} and all(one.values()) for one in words.values())
    assert set(view.STATUS_WORDS) >= set(table.STATUSES)
