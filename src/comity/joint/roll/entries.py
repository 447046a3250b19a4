"""What an edition holds: entries by id, each a line; and what editions one after the other make.

    {"op": "add", "id": "a7…", "salt": "…", "sort": "sha256", "value": "…", "class": "known",
     "baseline": "1", "identified": "0"}
    {"op": "withdraw", "id": "a7…"}

An id is given once: absent, present, changed, withdrawn, and never again.  The root of an edition
is that of the RFC 6962 tree over the lines that are present, by id, each with its 16 random bytes:
so that who has the root guesses no entry.

Source: docs/spec/roll.md.
Floor: joint (pure).
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final, cast

from comity.kernel import ijson
from comity.kernel.fault import Fault, quoted
from comity.kernel.ijson import Json
from comity.tlog import tree

ADD: Final = "add"
CHANGE: Final = "change"
WITHDRAW: Final = "withdraw"
OPS: Final = (ADD, CHANGE, WITHDRAW)

SORTS: Final = MappingProxyType(
    {"md5": 32, "sha1": 40, "sha256": 64, "sha512": 128, "pdq": 64, "photodna": 288}
)
"""Hexadecimal digits of each sort of hash."""

ID: Final = re.compile(r"[a-z2-7]{26}")
_SALT: Final = re.compile(r"[0-9a-f]{32}")
_CLASS: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}")
_FIELDS: Final = frozenset(
    {"id", "salt", "sort", "value", "class", "baseline", "identified", "quality"}
)
PDQ_QUALITY_MIN: Final = 50
_EMPTY: Final = frozenset(
    {
        "d41d8cd98f00b204e9800998ecf8427e",
        "da39a3ee5e6b4b0d3255bfef95601890afd80709",
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    }
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a roll.

    Attributes:
        id: given by the author, once.
        salt: 16 random bytes, hex.
        sort: of the hash.
        value: the hash, hex.
        scheme_class: in the scheme of the roll.
        baseline: whether it is in the INTERPOL baseline: "1" yes, "0" no, "" not told.
        identified: whether the victim is identified already, likewise.
        quality: of a PDQ hash, 0 to 100; None: not told.
    """

    id: str
    salt: str
    sort: str
    value: str
    scheme_class: str
    baseline: str = ""
    identified: str = ""
    quality: int | None = None

    def line(self) -> bytes:
        """Return it as it stands in the tree."""
        return ijson.render(self.to_json())

    def to_json(self) -> dict[str, Json]:
        """Return it as a JSON object."""
        value: dict[str, Json] = {
            "id": self.id,
            "salt": self.salt,
            "sort": self.sort,
            "value": self.value,
            "class": self.scheme_class,
        }
        told = {"baseline": self.baseline, "identified": self.identified}
        value |= {name: said for name, said in told.items() if said}
        if self.quality is not None:
            value["quality"] = self.quality
        return value


@dataclass(frozen=True, slots=True)
class Roll:
    """What editions 1 to n make.

    Attributes:
        number: of the newest.
        present: by id.
        withdrawn: ids that are gone, and come no more.
    """

    number: int = 0
    present: Mapping[str, Entry] = field(default_factory=lambda: MappingProxyType({}))
    withdrawn: frozenset[str] = frozenset()

    @property
    def root(self) -> str:
        """Root of the tree over what is present, by id, hex."""
        lines = (self.present[one].line() for one in sorted(self.present))
        return tree.root([tree.leaf_hash(one) for one in lines]).hex()


@dataclass(frozen=True, slots=True)
class Step:
    """One line of an edition.

    Attributes:
        op: `add`, `change` or `withdraw`.
        id: of the entry.
        entry: as it is then; None of what is withdrawn.
    """

    op: str
    id: str
    entry: Entry | None = None


def render(steps: Sequence[Step]) -> bytes:
    """Return the body of an edition: a JSON object a line."""
    return b"".join(ijson.render(_step_json(one)) + b"\n" for one in steps)


def _step_json(step: Step) -> Json:
    return {"op": step.op, "id": step.id, **(step.entry.to_json() if step.entry else {})}


def parse(data: bytes, count_max: int) -> tuple[Step, ...]:
    """Read the body of an edition.

    Raises:
        Fault: `roll.edition.malformed`, with the line.
    """
    lines = data.splitlines()
    if len(lines) > count_max:
        raise _malformed(0, f"it has {len(lines):,} lines; at most {count_max:,} are read")
    return tuple(_step(number, line) for number, line in enumerate(lines, start=1))


def _step(number: int, line: bytes) -> Step:
    try:
        value = ijson.parse(line)
    except Fault as fault:
        raise _malformed(number, fault.what) from fault
    if not isinstance(value, dict):
        raise _malformed(number, "it is not an object")
    op, id_ = str(value.get("op")), str(value.get("id"))
    if op not in OPS or not ID.fullmatch(id_):
        raise _malformed(number, f"{quoted(op)} of {quoted(id_)} is no step")
    if op == WITHDRAW:
        if value.keys() != {"op", "id"}:
            raise _malformed(number, "what is withdrawn has an id alone")
        return Step(op, id_)
    return Step(op, id_, entry_of({k: v for k, v in value.items() if k != "op"}, number))


def entry_of(value: Mapping[str, Json], number: int = 0) -> Entry:
    """Read one entry.

    Raises:
        Fault: `roll.edition.malformed`.
    """
    strange = value.keys() - _FIELDS
    if strange:
        raise _malformed(number, f"{quoted(min(strange))} is no field of an entry")
    got = cast("dict[str, Any]", value)
    sort, text = str(got.get("sort")), str(got.get("value"))
    quality = got.get("quality")
    is_right = (
        isinstance(got.get("salt"), str)
        and _SALT.fullmatch(got["salt"])
        and _CLASS.fullmatch(str(got.get("class", "")))
        and all(got.get(name, "") in ("", "0", "1") for name in ("baseline", "identified"))
        and (quality is None or (isinstance(quality, int) and 0 <= quality <= 100))  # noqa: PLR2004 -- per cent
    )
    wrong = (
        "a field is missing or misspelled" if not is_right else hash_problem(sort, text, quality)
    )
    if wrong:
        raise _malformed(number, wrong)
    flags = (got.get("baseline", ""), got.get("identified", ""))
    return Entry(got["id"], got["salt"], sort, text, got["class"], *flags, quality)


def hash_problem(sort: str, value: str, quality: int | None = None) -> str:
    """Return why a hash may not be on a roll, or ""."""
    digits = SORTS.get(sort)
    if digits is None:
        return f"{quoted(sort)} is no sort of hash"
    if not re.fullmatch(rf"[0-9a-f]{{{digits}}}", value):
        return f"{sort} has {digits} hexadecimal digits in lower case"
    if not value.strip("0") or value in _EMPTY:
        return "it is the hash of nothing"
    if sort == "pdq" and quality is not None and quality < PDQ_QUALITY_MIN:
        return f"its quality is {quality}; below {PDQ_QUALITY_MIN} it matches what it is not"
    return ""


def apply(roll: Roll, number: int, steps: Iterable[Step]) -> Roll:
    """Return the roll after its next edition.

    Raises:
        Fault: `roll.edition.gap`, `roll.edition.id-reused`, `roll.edition.unknown-id`.
    """
    if number != roll.number + 1:
        raise Fault(
            code="roll.edition.gap",
            what=f"Edition {number} does not follow edition {roll.number}.",
            fix="Load the editions in their order.",
        )
    present, withdrawn = dict(roll.present), set(roll.withdrawn)
    touched: set[str] = set()
    for step in steps:
        _require_step(step, present, withdrawn, touched)
        touched.add(step.id)
        if step.entry is None:
            del present[step.id]
            withdrawn.add(step.id)
        else:
            present[step.id] = step.entry
    return Roll(number, MappingProxyType(present), frozenset(withdrawn))


def _require_step(
    step: Step, present: Mapping[str, Entry], withdrawn: set[str], touched: set[str]
) -> None:
    if step.op == ADD and (step.id in present or step.id in withdrawn):
        raise Fault(
            code="roll.edition.id-reused",
            what=f"The id {step.id} stands for an entry already, or did.",
            fix="Say that the edition differs: the author gives each entry an id of its own.",
        )
    if step.op != ADD and (step.id not in present or step.id in touched):
        raise Fault(
            code="roll.edition.unknown-id",
            what=f"The id {step.id} stands for no entry that this edition can change.",
            fix="Say that the edition differs, or load the editions in their order.",
        )


def counts(steps: Iterable[Step]) -> dict[str, int]:
    """Return how many steps there are of each op."""
    found = dict.fromkeys(OPS, 0)
    for one in steps:
        found[one.op] += 1
    return found


def _malformed(line: int, why: str) -> Fault:
    where = f"Line {line}" if line else "The edition"
    return Fault(
        code="roll.edition.malformed",
        what=f"{where} cannot be read: {why}.",
        fix="Correct the line, or take it out. A roll holds hashes; no file and no image.",
    )
