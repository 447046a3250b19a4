"""One run of a private match: what is hidden, what is computed of it, and which tags both have.

    asked = ask(run_seed, spellings)            asker: blinded elements, padded with nothings
    made = evaluate(key, blinded, own, chance)  answerer: elements, proof, and tags of its set
    hits(run_seed, spellings, blinded, key, made)   asker: (place of its identifier, number of tag)

A tag is 80 bits of what the function gives of an identifier; the table is sorted and padded to a
power of two.  Slots are padded likewise, so neither side learns how many identifiers the other has
but in powers of two.  Everything that the asker draws follows from the seed of the run, so no act
blinds twice.

Source: RFC 9497; docs/spec/match.md.
Floor: joint (pure).
"""

import hashlib
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from comity.joint.match import acts, canon
from comity.kernel.fault import Fault
from comity.seal import voprf
from comity.tlog import tree

TAG_BYTES: Final = 10
SALT_BYTES: Final = 16
_NOTHING: Final = b"\0"
"""Before what pads: no identifier is spelled so."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What an asker sends.

    Attributes:
        blinded: elements, one a slot.
        root: of the identifiers, each with a salt: shown to an auditor, it proves what was asked.
    """

    blinded: tuple[bytes, ...]
    root: str


@dataclass(frozen=True, slots=True)
class Evaluated:
    """What an answerer sends.

    Attributes:
        elements: one a slot.
        proof: that one key made all of them.
        tags: of the answerer's set, sorted.
    """

    elements: tuple[bytes, ...]
    proof: bytes
    tags: tuple[bytes, ...]

    def render(self) -> bytes:
        """Return the body: elements, proof, tags."""
        return b"".join((*self.elements, self.proof, *self.tags))

    @property
    def root(self) -> str:
        """The root of the table, hex."""
        return tree.root([*map(tree.leaf_hash, self.tags)]).hex()


def key_info(channel: str, kind: str, epoch: str) -> bytes:
    """Return for what a key is derived: tags of partners, kinds and months do not join."""
    return f"{channel}|{kind}|{epoch}|{canon.VERSION}".encode()


def slots_of(count: int) -> int:
    """Return into how many slots so many identifiers are padded.

    Raises:
        Fault: `match.set.too-large`.
    """
    if count > acts.SLOTS_MAX:
        raise _too_large(count, acts.SLOTS_MAX)
    return min(max(_power(count), acts.SLOTS_MIN), acts.SLOTS_MAX)


def _power(count: int) -> int:
    return 1 << max(count - 1, 0).bit_length()


def _too_large(count: int, most: int) -> Fault:
    return Fault(
        code="match.set.too-large",
        what=f"There are {count:,} identifiers; one run takes {most:,}.",
        fix="Divide the set, and see what each part costs: `comity match budget`.",
    )


def _drawn(seed: bytes, what: str, place: int, size: int) -> bytes:
    told = seed + f"{what}|{place}".encode()
    return hashlib.sha512(told).digest()[:size]


def _inputs(seed: bytes, spellings: Sequence[bytes]) -> list[bytes]:
    missing = range(len(spellings), slots_of(len(spellings)))
    return [*spellings, *(_NOTHING + _drawn(seed, "pad", place, 32) for place in missing)]


def _scalars(seed: bytes, count: int) -> list[bytes]:
    return [
        voprf.scalar(_drawn(seed, "blind", place, voprf.UNIFORM_BYTES)) for place in range(count)
    ]


def set_root(seed: bytes, spellings: Sequence[bytes]) -> str:
    """Return the root over identifiers, each after 16 bytes that nobody guesses."""
    lines = [_drawn(seed, "salt", place, SALT_BYTES) + one for place, one in enumerate(spellings)]
    return tree.root([*map(tree.leaf_hash, lines)]).hex()


def ask(seed: bytes, spellings: Sequence[bytes]) -> Asked:
    """Return what is sent to ask for identifiers, each given once.

    Raises:
        Fault: `match.set.too-large`.
    """
    inputs = _inputs(seed, spellings)
    blinded = voprf.blind(inputs, _scalars(seed, len(inputs)))
    return Asked(tuple(blinded), set_root(seed, spellings))


def elements_of(data: bytes, count: int) -> tuple[bytes, ...]:
    """Read the body of a question.

    Raises:
        Fault: `match.body.malformed`, `seal.voprf.element`.
    """
    if len(data) != count * voprf.ELEMENT_BYTES:
        raise _malformed(f"{len(data)} bytes are not {count} elements")
    found = tuple(_parts(data, voprf.ELEMENT_BYTES))
    voprf.require_elements(found)
    if len(set(found)) != count:
        raise _malformed("an element stands there twice")
    return found


def evaluated_of(data: bytes, slots: int, tags: int) -> Evaluated:
    """Read the body of an evaluation.

    Raises:
        Fault: `match.body.malformed`.
    """
    at = slots * voprf.ELEMENT_BYTES
    end = at + voprf.PROOF_BYTES
    if len(data) != end + tags * TAG_BYTES:
        raise _malformed(f"{len(data)} bytes are not {slots} elements, a proof and {tags} tags")
    found = tuple(_parts(data[end:], TAG_BYTES))
    if any(one >= other for one, other in itertools.pairwise(found)):
        raise _malformed("the tags are not sorted, or one stands there twice")
    elements = tuple(_parts(data[:at], voprf.ELEMENT_BYTES))
    return Evaluated(elements, data[at:end], found)


def _parts(data: bytes, size: int) -> list[bytes]:
    return [data[at : at + size] for at in range(0, len(data), size)]


def _malformed(why: str) -> Fault:
    return Fault(
        code="match.body.malformed",
        what=f"The values of the match are not as its entry says: {why}.",
        fix="Decline or reject it with the reason, and tell the other side.",
    )


def table(
    key: voprf.KeyPair, own: Sequence[bytes], seed: bytes
) -> tuple[tuple[bytes, ...], tuple[int, ...]]:
    """Return the sorted tags of a set, padded, and whose each is: a place of `own`, or -1.

    Raises:
        Fault: `match.set.too-large`.
    """
    if len(own) > acts.TAGS_MAX:
        raise _too_large(len(own), acts.TAGS_MAX)
    whose = {voprf.output(key, one)[:TAG_BYTES]: place for place, one in enumerate(own)}
    place = 0
    while len(whose) < _power(len(own)):
        whose.setdefault(_drawn(seed, "tag", place, TAG_BYTES), -1)
        place += 1
    tags = sorted(whose)
    return tuple(tags), tuple(whose[one] for one in tags)


def evaluate(
    key: voprf.KeyPair, blinded: Sequence[bytes], tags: Sequence[bytes], uniform: bytes
) -> Evaluated:
    """Return the answer to a question that `elements_of` read.

    Args:
        key: of the epoch.
        blinded: elements of the question.
        tags: of the own set, as `table` gives them.
        uniform: 64 random bytes, used once.
    """
    elements, proof = voprf.evaluate(key, blinded, voprf.scalar(uniform))
    return Evaluated(tuple(elements), proof, tuple(tags))


@dataclass(frozen=True, slots=True)
class Hit:
    """An identifier that both have.

    Attributes:
        place: among the asker's identifiers.
        tag: number of the answerer's tag, from 1.
    """

    place: int
    tag: int


def hits(
    seed: bytes,
    spellings: Sequence[bytes],
    blinded: Sequence[bytes],
    public: bytes,
    made: Evaluated,
) -> tuple[Hit, ...]:
    """Return which identifiers the answerer has too.

    Args:
        seed: of the run.
        spellings: identifiers that were asked for.
        blinded: elements of the question, as they were sent.
        public: key of the answerer.
        made: what it sent.

    Raises:
        Fault: `seal.voprf.proof`, `seal.voprf.element`: nothing of it may be used.
    """
    voprf.require_proof(public, blinded, made.elements, made.proof)
    count = len(spellings)
    outputs = voprf.finalize(spellings, _scalars(seed, count), made.elements[:count])
    numbers = {tag: number for number, tag in enumerate(made.tags, start=1)}
    found = (numbers.get(one[:TAG_BYTES]) for one in outputs)
    return tuple(Hit(place, number) for place, number in enumerate(found) if number is not None)
