"""What editions make: the whole, whatever the steps; and a list sorted by it."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.joint.roll import entries, sorting
from comity.joint.roll.entries import ADD, CHANGE, WITHDRAW, Entry, Roll, Step
from comity.kernel.fault import Fault

IDS = [letter * 26 for letter in "abcdefgh"]


def entry(id_: str, class_: str = "1", identified: str = "") -> Entry:
    """Return an entry whose hash follows from its id."""
    value = hashlib.sha256(id_.encode()).hexdigest()
    return Entry(id_, "0a" * 16, "sha256", value, class_, "1", identified)


steps_of_ids = st.lists(st.tuples(st.sampled_from(entries.OPS), st.sampled_from(IDS)), max_size=40)


@given(steps_of_ids, st.integers(1, 5))
def test_editions_one_to_n_are_the_whole(wanted: list[tuple[str, str]], size: int) -> None:
    """By editions of any size they make what a plain dictionary makes; the root binds it."""
    roll, plain, gone = Roll(), dict[str, Entry](), set[str]()
    for at in range(0, len(wanted), size):
        steps, touched = [], set[str]()
        for op, id_ in wanted[at : at + size]:
            is_there = id_ in plain and id_ not in touched
            if not (is_there if op != ADD else id_ not in plain and id_ not in gone):
                continue
            touched.add(id_)
            one = None if op == WITHDRAW else entry(id_, f"{op}-{at}")
            steps.append(Step(op, id_, one))
            if one is None:
                del plain[id_]
                gone.add(id_)
            else:
                plain[id_] = one
        read = entries.parse(entries.render(steps), 100)
        assert [*read] == steps
        roll = entries.apply(roll, roll.number + 1, read)
    assert dict(roll.present) == plain
    assert roll.withdrawn == gone
    again = Roll(present={one: plain[one] for one in sorted(plain, reverse=True)})
    assert roll.root == again.root
    index = sorting.Index([sorting.Loaded("r", roll)])
    assert not [one for one in gone if index.find(entry(one).value)]
    assert all(index.find(entry(one).value) for one in plain)


def test_an_edition_that_does_not_follow_is_refused() -> None:
    """A gap, an id that is used again, an id that is not there."""
    first = entries.apply(Roll(), 1, [Step(ADD, IDS[0], entry(IDS[0]))])
    gone = entries.apply(first, 2, [Step(WITHDRAW, IDS[0])])
    for roll, number, step, code in (
        (first, 3, Step(WITHDRAW, IDS[0]), "roll.edition.gap"),
        (first, 2, Step(ADD, IDS[0], entry(IDS[0])), "roll.edition.id-reused"),
        (gone, 3, Step(ADD, IDS[0], entry(IDS[0])), "roll.edition.id-reused"),
        (gone, 3, Step(CHANGE, IDS[0], entry(IDS[0])), "roll.edition.unknown-id"),
        (first, 2, Step(WITHDRAW, IDS[1]), "roll.edition.unknown-id"),
    ):
        with pytest.raises(Fault) as refusal:
            entries.apply(roll, number, [step])
        assert refusal.value.code == code


@pytest.mark.parametrize(
    ("sort", "value", "quality"),
    [
        ("sha256", "0" * 64, None),
        ("sha256", hashlib.sha256(b"").hexdigest(), None),
        ("sha256", "ab" * 20, None),
        ("sha1", "AB" * 20, None),
        ("pdq", "ab" * 32, 49),
        ("jpeg", "ab" * 32, None),
    ],
)
def test_what_is_no_hash_of_a_file_is_refused(sort: str, value: str, quality: int | None) -> None:
    """Zeros, the empty file, wrong lengths, poor PDQ, and what is no hash at all."""
    assert entries.hash_problem(sort, value, quality)


@pytest.mark.parametrize(
    "line",
    [
        b"\xff\xd8\xff\xe0",
        b"[]",
        b'{"op":"add"}',
        b'{"op":"withdraw","id":"' + b"a" * 26 + b'","file":"x"}',
        b'{"op":"add","id":"' + b"a" * 26 + b'","image":"aGVsbG8="}',
    ],
)
def test_an_edition_holds_hashes_and_nothing_else(line: bytes) -> None:
    """Bytes of an image, other fields and other values are refused with their line."""
    with pytest.raises(Fault, match=r"Line 1 .*roll\.edition\.malformed|roll\.edition\.malformed"):
        entries.parse(line, 10)


@given(st.binary(max_size=200))
def test_reading_an_edition_never_breaks(data: bytes) -> None:
    """Whatever a peer sends is read, or refused with its code."""
    try:
        entries.parse(data, 10)
    except Fault as fault:
        assert fault.code == "roll.edition.malformed"


def test_a_list_is_sorted_into_four_heaps() -> None:
    """Identified goes before known, known before disputed; the rest is looked at."""
    known, identified, disputed = entry(IDS[0]), entry(IDS[1], identified="1"), entry(IDS[2])
    present = {one.id: one for one in (known, identified, disputed)}
    index = sorting.Index([sorting.Loaded("r", Roll(3, present), frozenset({IDS[2]}))])
    unknown = entry(IDS[3])
    values = [one.value for one in (unknown, known, identified, disputed, known)]
    assert index.sort(values) == {
        sorting.IDENTIFIED: [identified.value],
        sorting.KNOWN: [known.value],
        sorting.DISPUTED: [disputed.value],
        sorting.UNKNOWN: [unknown.value],
    }
    (why,) = index.find(known.value)
    assert (why.roll, why.edition, why.entry.scheme_class) == ("r", 3, "1")
