"""What `bench dialogue` measures in one process, each beside what the bare libraries take.

    brackets    words in which two variants differ, beside difflib on the same words
    folds       long histories of a text and of a case, and of ten times as many paragraphs
    publication everything in it verified, beside its signatures and hashes alone

Processor time, the least of some turns.

Floor: lab.
"""

import difflib
import hashlib
import random
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from comity.acts.order import Placed
from comity.acts.record import NEEDED, Act, Blob, Matter, Office
from comity.acts.shape import matter_id
from comity.acts.turns import Entry
from comity.joint.case import acts as cases
from comity.joint.case import fold as case_fold
from comity.joint.wording import acts, brackets, fold, publication
from comity.kernel.ids import RANDOM_ID_BYTES, random_id
from comity.kernel.ijson import Json
from comity.rooms.wording import publish
from comity.surfaces.cli import wording_publish
from comity.tlog import note
from comity_lab.bench.bare import Signing

PARAGRAPHS: Final = 60
ACTS: Final = 256
"""Of each party in one matter: as many as the protocol has."""
_WORDS: Final = 80
_TURNS: Final = 5
_MANY: Final = 10
_AN_ACT: Final = 100
"""Paragraphs that one act tables."""
PARTIES: Final = ("fr", "sy")
_LANGUAGES: Final = ("en", "zh")
_NOW_MS: Final = 1_795_500_000_000


def least_ms(do: Callable[[], object], turns: int = _TURNS) -> float:
    """Return the least processor time of some turns, in milliseconds."""
    found: list[float] = []
    for _ in range(turns):
        began = time.process_time()
        do()
        found.append((time.process_time() - began) * 1_000)
    return min(found)


def bracketed() -> dict[str, Json]:
    """Measure the brackets of a text of which each paragraph has two variants."""
    chance = random.Random("brackets")  # noqa: S311 -- it must be repeated
    variants = [_variants(chance, language) for _ in range(PARAGRAPHS) for language in _LANGUAGES]
    tokens = [tuple(map(brackets.tokens, one)) for one in variants]
    ours = least_ms(
        lambda: [brackets.bracketed(dict(zip(PARTIES, o, strict=True))) for o in variants]
    )

    def bare() -> None:
        for one, other in tokens:
            difflib.SequenceMatcher(None, one, other, autojunk=False).get_opcodes()

    floor = least_ms(bare)
    return {
        "brackets_ms": round(ours, 2),
        "difflib_ms": round(floor, 2),
        "brackets_ratio": round(ours / floor, 2),
    }


def _variants(chance: random.Random, language: str) -> tuple[str, str]:
    """Return two variants of a paragraph: one word in eight is another."""
    gap = "" if language == "zh" else " "
    words = [_word(chance, language) for _ in range(_WORDS)]
    other = [_word(chance, language) if chance.random() < 1 / 8 else one for one in words]
    return gap.join(words), gap.join(other)


def _word(chance: random.Random, language: str) -> str:
    if language == "zh":
        return chr(chance.randrange(0x4E00, 0x5200))
    return "".join(chance.choice("aeiourstln") for _ in range(chance.randint(2, 9)))


def folded() -> dict[str, Json]:
    """Measure folds of as many acts as a matter has, and of few and many paragraphs.

    Every act of these histories takes effect.
    """
    case, text = grouped(), spoken()
    case_ms = least_ms(lambda: case_fold.fold_all(case, PARTIES))
    text_ms = least_ms(lambda: fold.fold_all(text, PARTIES))
    few, many = tabled(_AN_ACT // 2), tabled(_AN_ACT * _MANY // 2)
    few_ms = least_ms(lambda: fold.fold_all(few, PARTIES))
    many_ms = least_ms(lambda: fold.fold_all(many, PARTIES))
    return {
        "acts": 2 * ACTS,
        "fold_ms": round(text_ms, 1),
        "case_fold_ms": round(case_ms, 1),
        "fold_ratio": round(text_ms / case_ms, 2),
        "few_ms": round(few_ms, 2),
        "many_ms": round(many_ms, 2),
        "paragraphs_ratio": round(many_ms / few_ms, 2),
    }


def grouped() -> list[Entry]:
    """Return a case into which both put requests to the last act, one at a time."""
    new_id = _ids(random.Random("grouped"))  # noqa: S311 -- it must be repeated
    first = new_id()
    matter = Matter(cases.KIND, matter_id(cases.KIND, "fr", first))
    codes = {cases.OWN_REFERENCE: "FR-1"}
    entries = [_entry(Act(first, cases.OPENED, matter, Office("police"), codes=codes), 0)]
    while len(entries) < 2 * ACTS:
        act = Act(
            new_id(), cases.GROUPED, matter, Office("police"), answers=first, items=(new_id(),)
        )
        entries.append(_entry(act, len(entries)))
    return entries


def spoken() -> list[Entry]:
    """Return a text of one paragraph that both table anew to the last act."""
    entries = [_opening()]
    matter = entries[0][0].act.matter
    opening = entries[0][0].act.id
    new_id = _ids(random.Random("spoken"))  # noqa: S311 -- it must be repeated
    while len(entries) < 2 * ACTS:
        at = len(entries)
        blobs = _blobs(("fr.1",), at)
        act = Act(new_id(), acts.TABLED, matter, Office("police"), answers=opening, blobs=blobs)
        entries.append(_entry(act, at, (at - 1) % 2))
    return entries


def _opening() -> Entry:
    act_id = _ids(random.Random("opening"))()  # noqa: S311 -- it must be repeated
    matter = Matter(acts.KIND, matter_id(acts.KIND, "fr", act_id))
    codes = {acts.NAMED: "outcomes.2015-12"}
    return _entry(Act(act_id, acts.OPENED, matter, Office("police"), codes=codes), 0)


def tabled(paragraphs: int) -> list[Entry]:
    """Return a text of so many paragraphs: tabled by one, and other words by the other."""
    entries = [_opening()]
    first = entries[0][0].act
    new_id = _ids(random.Random("tabled"))  # noqa: S311 -- it must be repeated
    names = [f"fr.{n}" for n in range(1, paragraphs + 1)]
    for _ in PARTIES:
        for start in range(0, paragraphs, _AN_ACT // 2):
            some = names[start : start + _AN_ACT // 2]
            blobs = _blobs(some, len(entries))
            act = Act(
                new_id(), acts.TABLED, first.matter, first.speaker, answers=first.id, blobs=blobs
            )
            who = 0 if len(entries) <= paragraphs // (_AN_ACT // 2) else 1
            entries.append(_entry(act, len(entries), who))
    return entries


def _blobs(paragraphs: Sequence[str], at: int) -> tuple[Blob, ...]:
    return tuple(
        Blob(
            hashlib.sha256(f"{name} {language} {at}".encode()).hexdigest(),
            bytes(32), 200, "text/plain", acts.role(name, language), NEEDED, "TLP:AMBER",
        )
        for name in paragraphs
        for language in _LANGUAGES
    )  # fmt: skip


def _entry(act: Act, at: int, who: int | None = None) -> Entry:
    place = at % 2 if who is None else who
    placed = Placed(act, f"{PARTIES[place]}/log", place, 1, at, _seen(place, at), at + 1)
    return placed, False, PARTIES[place], _NOW_MS + at


def _seen(place: int, at: int) -> Mapping[str, int]:
    """Return that all before it was seen."""
    return {f"{PARTIES[1 - place]}/log": at}


def _ids(chance: random.Random) -> Callable[[], str]:
    return lambda: random_id(chance.randbytes(RANDOM_ID_BYTES))


def verified(file: Path) -> dict[str, Json]:
    """Measure verifying a publication, beside what it has of signatures and hashes."""
    ours = least_ms(lambda: wording_publish.read(file, None))
    inside = publish.unpacked(file.read_bytes())
    proofs = [data for name, data in inside.items() if name.endswith(publication.PROOF)]
    pairs = sum(len(note.parse(one.partition(b"\n\n")[2]).signatures) for one in proofs) // 2
    signing = Signing()

    def bare() -> None:
        for _ in range(pairs):
            signing.verify()
        for data in inside.values():
            hashlib.sha256(data).digest()

    floor = least_ms(bare)
    return {
        "verify_ms": round(ours, 2),
        "signatures": 2 * pairs,
        "verify_floor_ms": round(floor, 2),
        "verify_ratio": round(ours / floor, 2),
    }
