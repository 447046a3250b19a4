"""Giving: a file becomes the bundle of a share, once everything in it is right.

Floor: rooms.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from comity.acts import marks
from comity.acts.verb import Given
from comity.joint.share import acts, bundle, effective, stix
from comity.joint.share.bundle import Object
from comity.kernel.problem import Problem, Unfit
from comity.node.room.act_blobs import Plain
from comity.node.room.act_words import Words
from comity.rooms.share.schemas import checker

PROBLEMS_MAX: Final = 100
"""That are told at once."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What a file would give.

    Attributes:
        objects: in their order.
        data: the bundle of them.
        narrower: how many have a mark of their own that is narrower than that of the act, by mark.
    """

    objects: Sequence[Object]
    data: bytes
    narrower: dict[str, int]


def check(data: bytes, mark: str) -> Checked:
    """Read a file and look at everything in it.

    Raises:
        Fault: `share.source.malformed`, `share.bundle.too-large`, `acts.mark.unknown`.
        Unfit: `share.bundle.unfit`, with each object that is no object of STIX 2.1.
    """
    given = str(marks.parse(mark))
    objects = bundle.objects_of(data)
    wrong = list(_wrong(objects))
    if wrong:
        raise Unfit("share.bundle.unfit", "bundle", wrong)
    placed = dict(enumerate(objects, start=1))
    found = effective.marks_of(placed, dict.fromkeys(placed, given))
    narrower: dict[str, int] = {}
    for one in found.values():
        if str(one) != given:
            narrower[str(one)] = narrower.get(str(one), 0) + 1
    return Checked(objects, bundle.render(objects), narrower)


def _wrong(objects: Sequence[Object]) -> Iterator[Problem]:
    check_ = checker()
    ids: set[str] = set()
    told = 0
    for at, one in enumerate(objects, start=1):
        flaw = check_.flaw(one)
        key = f"{one.get('id')}/{one.get('modified', '')}"
        is_twice = not flaw and key in ids
        ids.add(key)
        if not flaw and not is_twice:
            continue
        told += 1
        if told > PROBLEMS_MAX:
            return
        what = stix.FLAWS[flaw]["en"] if flaw else "stands twice"
        name = str(one.get("id", ""))[:80]
        yield Problem(
            f"/objects/{at - 1}",
            name,
            f"Object {at} {what}.",
            "Correct it, or leave it out.",
            rule=f"share.object.{flaw or 'twice'}",
        )


def filled(given: Given, words: Words, checked: Checked, mark: str) -> tuple[Given, Words]:
    """Return the values and the words of a giving or adding that has a bundle."""
    body = Plain(acts.ROLE_BUNDLE, bundle.MEDIA_TYPE, mark, checked.data)
    counted = {**given, acts.OBJECTS: len(checked.objects)}
    return counted, replace(words, beside=(*words.beside, body))
