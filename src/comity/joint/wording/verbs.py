# ruff: noqa: RUF001 -- Chinese texts have Chinese punctuation
"""The verbs of a text in the making: the one place that spells them.

Source: docs/spec/wording.md.
Floor: joint (pure).
"""

from typing import Final

from comity.acts import stance
from comity.acts.points import State
from comity.acts.verb import CODE, ITEM, NAME, TEXT, Field, Table, Verb, both, why
from comity.joint.wording import acts, view

_PARAGRAPHS: Final = Field(
    "paragraph", ITEM, both("Paragraphs", "段落"), needed=False, many="paragraphs",
    hint=both("such as fr.1; all if empty", "如 fr.1；不填则为全部"),
)  # fmt: skip


def newest_tabling(now: State, party: str) -> str:
    """Return the id of the newest tabling of another party, or ""."""
    found = [one.id for one in now.told(acts.TABLED) if one.party != party]
    return found[-1] if found else ""


def newest_to_take(now: State, party: str) -> str:
    """Return the id of the newest act of another party that gives words to take, or "".

    After a swap that is an acceptance: it gives the words on which this State stood before.
    """
    for one in reversed(now.told(acts.TABLED, acts.ACCEPTED)):
        given = now.given(one).items() if one.party != party else ()
        if any(
            stance.last(now.stances(point), one.party) == value
            and stance.last(now.stances(point), party) != value
            for point, value in given
        ):
            return one.id
    return newest_tabling(now, party)


def to_attest(now: State, party: str) -> str:
    """Return the id of the newest tabling of agreed words that a party has not attested, or "".

    Where it has attested them all, or nothing is agreed, it is the newest tabling.
    """
    waits = {
        (one.name, one.agreed)
        for one in view.paragraphs(now)
        if one.agreed and party not in view.findings(now, one.name, one.agreed)
    }
    tabled = now.told(acts.TABLED)
    found = [one.id for one in tabled if waits & now.given(one).items()] or [o.id for o in tabled]
    return found[-1] if found else ""


def _is_open(now: State, _party: str) -> bool:
    return view.status(now) not in (view.NONE, view.CLOSED, view.ADOPTED)


def _may_take(now: State, party: str) -> bool:
    return _is_open(now, party) and bool(newest_tabling(now, party))


def _has_words(now: State, party: str) -> bool:
    return _is_open(now, party) and bool(now.told(acts.TABLED))


def _stands(now: State, party: str) -> bool:
    return _is_open(now, party) and any(stance.last(of, party) for of in now.points.values())


TABLE: Final = Table(
    acts.KIND,
    "wordings",
    both("Text in the making", "起草中的文本"),
    both(
        "Draft a joint text paragraph by paragraph, in every language",
        "逐段起草各语言的共同文本",
    ),
    (
        Verb(
            "open", acts.OPENED, both("Open the work on a text", "开始起草文本"),
            (
                Field(
                    acts.NAMED, CODE, both("Name of the text", "文本名称"), shape=acts.NAME_SHAPE,
                    hint=both("such as outcomes.2015-12", "如 outcomes.2015-12"),
                ),
                Field(acts.LABEL, NAME, both("Session", "会议"), needed=False),
            ),
            opens=True,
        ),
        Verb(
            "table", acts.TABLED, both("Table words", "提出文字"),
            (
                Field(
                    "words", TEXT, both("Words of a paragraph in a language", "段落各语言文字"),
                    needed=False, by="paragraph", code=acts.WORDS,
                    hint=both("such as fr.1.en and fr.1.zh", "如 fr.1.en 和 fr.1.zh"),
                ),
                Field(
                    "after", CODE, both("Stands behind the paragraph", "位于段落之后"),
                    needed=False, by="paragraph", code=acts.AFTER, shape=acts.PLACE_SHAPE,
                ),
                Field(
                    "part", CODE, both("Part of the text", "文本组成部分"), needed=False,
                    known=acts.PARTS, by="paragraph", code=acts.PART,
                ),
                Field(
                    "drop", CODE, both("Leave the paragraph out", "删除段落"), needed=False,
                    known=acts.YES, by="paragraph", code=acts.DROP,
                ),
            ),
            offered=_is_open, has_texts=False,
        ),
        Verb(
            "accept", acts.ACCEPTED, both("Take what was tabled", "接受所提文字"),
            (_PARAGRAPHS,), about=newest_to_take, offered=_may_take, has_texts=False,
        ),
        Verb(
            "reserve", acts.RESERVED, both("Reserve paragraphs", "对段落提出保留"),
            (
                why(acts.RESERVATIONS),
                Field(
                    "linked", CODE, both("Linked paragraphs", "相关段落"), needed=False,
                    many="links", code=acts.LINKED, shape=acts.PARAGRAPH,
                ),
                _PARAGRAPHS,
            ),
            offered=_stands,
        ),
        Verb(
            "attest", acts.ATTESTED,
            both("Attest that the languages say the same", "核对各语言文本"),
            (
                Field(
                    "on", CODE, both("Finding on the paragraph", "段落核对结果"),
                    known=acts.ATTESTATIONS, by="paragraph", code=acts.ON, needed=False,
                ),
            ),
            about=to_attest, offered=_has_words,
        ),
        Verb(
            "close", acts.CLOSED, both("Close the work on the text", "结束起草"),
            (why(acts.CLOSINGS),), offered=_is_open, is_grave=True,
        ),
    ),
    lambda now: str(now.opened_by),
    heading=both("Texts in the making", "起草中的文本"),
)  # fmt: skip
