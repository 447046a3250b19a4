"""The transition table is total, and its page says what it says."""

from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest
from joint.request.histories import ABOUT, ITEMS, act_id, because, entries, said, saying, submission

from comity.acts import vocabulary
from comity.acts.order import Placed
from comity.acts.record import Act
from comity.joint.request import acts, effects, fields, fold, reasons, table, view

SPEC = Path(__file__).parents[3] / "docs" / "spec" / "request.md"


def test_every_pair_has_a_named_result() -> None:
    """Whatever is said, in whatever status, by whom, seen or crossed, has a name."""
    keys = set(product(table.STATUSES, effects.VERBS, effects.SIDES, (False, True)))

    assert set(table.TABLE) == keys
    assert all(
        outcome.result and outcome.status in table.STATUSES for outcome in table.TABLE.values()
    )


def test_only_an_effect_changes_the_status() -> None:
    """What has no effect leaves the status as it was."""
    for (status, *_), outcome in table.TABLE.items():
        assert outcome.takes_effect or outcome.status == status


def test_only_the_entitled_side_has_an_effect() -> None:
    """Asker and addressee never do each other's acts; readers do none."""
    for (_, verb, side, _), outcome in table.TABLE.items():
        assert effects.is_entitled(verb, side) or not outcome.takes_effect


def test_what_can_be_crossed_is_what_could_move_the_status() -> None:
    """No verb that moves the status nowhere makes an act lawful that its author knew was late."""
    moving = {verb for (before, verb, *_), after in table.TABLE.items() if after.status != before}

    assert moving == effects.COURSE


def test_a_supplement_that_was_not_seen_excuses_no_withdrawal() -> None:
    """Whoever has seen a request answered no longer withdraws it, whatever was added since."""
    answer = acts.answered(saying(1), ABOUT)
    placed = [
        Placed(submission(), "aa/log", 0, 1, 0, {}, 1),
        Placed(answer, "bb/log", 1, 1, 0, {"aa/log": 1}, 2),
        Placed(replace(answer, id=act_id(2)), "bb/log", 1, 1, 1, {"aa/log": 1}, 3),
        Placed(
            replace(because(acts.WITHDRAWN, "no-longer-needed"), id=act_id(3)),
            "aa/log",
            0,
            1,
            1,
            {"bb/log": 1},
            4,
        ),
    ]

    last = fold.fold_all(entries(placed)).turns[-1]

    assert last.results == {"bb": "answered-already"}


REPLIES = {
    "acknowledged": said(acts.ACKNOWLEDGED, 1),
    "answered in part": acts.answered(saying(1), ABOUT, ITEMS[:1]),
    "answered": acts.answered(saying(1), ABOUT),
    "refused in part": acts.refused(saying(1), ABOUT, "impossible", ITEMS[:1]),
    "refused": acts.refused(saying(1), ABOUT, "impossible"),
}


@pytest.mark.parametrize(
    ("reply_said", "status"),
    [
        ("acknowledged", table.WITHDRAWN),
        ("answered in part", table.WITHDRAWN),
        ("answered", table.ANSWERED),
        ("refused in part", table.WITHDRAWN),
        ("refused", table.WITHDRAWN),
    ],
)
@pytest.mark.parametrize("asker_first", [True, False])
def test_a_withdrawal_that_crosses_an_act_has_one_result(
    reply_said: str, status: str, *, asker_first: bool
) -> None:
    """Withdrawn while it was acknowledged, answered or refused: the same in either order."""
    asker, addressee = (0, 1) if asker_first else (1, 0)
    reply: Act = REPLIES[reply_said]
    result = fold.fold_all(
        entries(
            [
                Placed(submission(), "aa/log", asker, 1, 0, {}, 1),
                Placed(acts.withdrawn(saying(2), ABOUT, "replaced"), "aa/log", asker, 1, 1, {}, 2),
                Placed(reply, "bb/log", addressee, 1, 0, {"aa/log": 1}, 2),
            ]
        )
    )

    assert view.status(result) == status
    assert result.turns[2].crossed
    assert "while-withdrawn" in result.turns[2].results["bb"]


def test_the_page_has_the_table() -> None:
    """docs/spec/request.md shows the table as the code has it."""
    page = SPEC.read_text("utf-8")

    for render in (
        fields.render,
        fields.render_lists,
        effects.render,
        table.render,
        reasons.render,
    ):
        assert render() in page, "run: python -m tools.tables"


def test_every_tag_is_in_the_vocabulary() -> None:
    """What can be said is what the newest version of the vocabulary has."""
    known = {tag for tag in vocabulary.OURS.tags() if tag.startswith("request.")}

    assert known == set(fields.FIELDS) == set(view.TAG_WORDS)


def test_every_status_and_every_next_step_has_its_words() -> None:
    """Whatever is shown has words in both languages."""
    assert set(view.STATUS_WORDS) == set(view.STATUSES)
    for words in (*view.STATUS_WORDS.values(), *view.TAG_WORDS.values(), *view.NEXT_WORDS.values()):
        assert words["en"]
        assert words["zh"]


def test_no_ground_is_one_that_instruments_forbid() -> None:
    """Fiscal offences and bank secrecy are no grounds; each ground has both languages."""
    assert not {"fiscal-offence", "bank-secrecy"} & set(reasons.REFUSALS)
    lists = (reasons.REFUSALS, *(known for _, known in fields.LISTS))
    for reason in (one for known in lists for one in known.values()):
        assert reason.en
        assert reason.zh
