"""A private match beside another implementation of the same RFC, and a list sorted by rolls.

    comity bench lanes --count 10000 --entries 1000000 --growth

    match     both sides of one run with proof, processor time of this process; the floors are the
              same work by `voprf` (Rust) and openmined-psi, which proves nothing, in turn in the
              same process; --growth: of 20,000, 40,000 and 60,000 too
    sort      1,000 hashes by a roll of 1,000 entries and by one of N: the ratio
    pictures  PDQ among N, half at 31 bits and half at 32, beside the bare library; an addition
    page      with its mark beside the same without

Floor: lab.
"""

import argparse
import hashlib
from collections.abc import Sequence
from typing import Any, Final

from voprf import ristretto

from comity.joint.match import acts, run
from comity.joint.roll import sorting
from comity.joint.roll.entries import Entry, Roll
from comity.kernel.ijson import Json
from comity.seal import voprf
from comity.surfaces.cli.context import EXIT_OK, Program, Subparsers, add_json, at_least
from comity_lab.bench import lanes_floor
from comity_lab.bench.lanes_floor import timed

_SEED: Final = b"s" * voprf.SEED_BYTES
_INFO: Final = run.key_info("bench", "iban", "2027-03")
_LIST: Final = 1_000
_ROUNDS: Final = 20


def add(kinds: Subparsers) -> None:
    """Add `bench lanes`."""
    parser = kinds.add_parser(
        "lanes",
        help="a private match beside another implementation, and a list sorted by a roll",
        description="Processor time of both sides of a private match with proof, beside the same "
        "work by another implementation; and 1,000 hashes by a short and by a long roll.",
    )
    parser.add_argument(
        "--count", type=at_least(1), default=10_000, metavar="N", help="identifiers of each side"
    )
    parser.add_argument(
        "--entries", type=at_least(1), default=1_000_000, metavar="N", help="of the long roll"
    )
    parser.add_argument("--growth", action="store_true", help="20,000 to 60,000 identifiers too")
    add_json(parser)
    parser.set_defaults(run=_run)


def _run(program: Program, options: argparse.Namespace) -> int:
    match = _matched(min(options.count, acts.SLOTS_MAX))
    growth: list[Json] = [{**_matched(count)} for count in _GROWTH if options.growth]
    short, long = (_sorted_s(number) for number in (_LIST, options.entries))
    value: dict[str, Json] = {
        **match,
        "growth": growth,
        "entries": options.entries,
        "sort_ms": round(short * 1000, 3),
        "sort_long_ms": round(long * 1000, 3),
        "sort_of_short": round(long / short, 2),
        **lanes_floor.pictures(options.entries),
        **lanes_floor.page(),
    }
    lines = [_line(one) for one in (match, *growth)]
    lines.append(
        f"sort {_LIST:,} hashes: {short * 1000:.2f} ms by {_LIST:,} entries, "
        f"{long * 1000:.2f} ms by {options.entries:,}: {long / short:.2f}"
    )
    lines.append(_PICTURES.format(**value))
    lines.append(_PAGE.format(**value))
    program.show(value, "\n".join(lines))
    return EXIT_OK


_GROWTH: Final = (20_000, 40_000, 60_000)
_PICTURES: Final = (
    "pictures {pictures_right} of {pictures_asked} right among {pictures:,}: {pictures_a_s} a "
    "second of processor, {pictures_of_bare} of the bare library; an addition in {addition_s} s"
)
_PAGE: Final = "page {page_ms} ms of processor, {page_of_bare} of the same without a mark"


def _line(match: Any) -> str:  # noqa: ANN401 -- of `_matched`
    return (
        f"match {match['count']:,} x {match['count']:,} in {match['slots']:,} slots, "
        f"{match['hits']:,} hits: {match['match_cpu_s']} s of processor, "
        f"{match['match_of_floor']} of voprf, {match['match_of_psi']} of openmined-psi "
        f"({match['psi_cpu_s']} s)"
    )


def _matched(count: int) -> dict[str, Json]:
    """Measure a match of so many identifiers of each side, half of them in common."""
    asked = [f"id-{number}".encode() for number in range(count)]
    own = [f"id-{number}".encode() for number in range(count // 2, count // 2 + count)]
    found, ours_s = timed(lambda: _match(asked, own))
    other, floor_s = timed(lambda: _floor(asked, own))
    texts = [[one.decode() for one in each] for each in (asked, own)]
    third, psi_s = timed(lambda: lanes_floor.intersection(*texts))
    return {
        "count": count,
        "slots": run.slots_of(count),
        "hits": found,
        "hits_of_floor": other,
        "hits_of_psi": third,
        "match_cpu_s": round(ours_s, 2),
        "floor_cpu_s": round(floor_s, 2),
        "psi_cpu_s": round(psi_s, 2),
        "match_of_floor": round(ours_s / floor_s, 2),
        "match_of_psi": round(ours_s / psi_s, 2),
    }


def _match(asked: Sequence[bytes], own: Sequence[bytes]) -> int:
    """Return how many hits both sides of a run find, as nodes do it."""
    key = voprf.KeyPair.derive(_SEED, _INFO)
    tags, _ = run.table(key, own, _SEED)
    question = run.ask(_SEED, asked)
    blinded = run.elements_of(b"".join(question.blinded), len(question.blinded))
    made = run.evaluate(key, blinded, tags, b"u" * voprf.UNIFORM_BYTES)
    read = run.evaluated_of(made.render(), len(blinded), len(tags))
    return len(run.hits(_SEED, asked, blinded, key.public, read))


def _floor(asked: Sequence[bytes], own: Sequence[bytes]) -> int:
    """Return the same by another implementation, padded likewise, without tables and bodies."""
    holder = ristretto.Evaluator.from_seed(_SEED, _INFO)
    tags = {holder.evaluate_known_input(one)[: run.TAG_BYTES] for one in own}
    padding = [b"\0pad-%d" % place for place in range(len(asked), run.slots_of(len(asked)))]
    pairs = [ristretto.Client.blind(one) for one in (*asked, *padding)]
    made = holder.evaluate_batch([hidden for _, hidden in pairs])
    clients = [client for client, _ in pairs]
    outputs = ristretto.Client.finalize_batch(clients, made, holder.public_key)
    return sum(one[: run.TAG_BYTES] in tags for one in outputs[: len(asked)])


def _value(number: int) -> str:
    return hashlib.sha256(b"%d" % number).hexdigest()


def _sorted_s(entries: int) -> float:
    """Return the processor time of sorting a list by a roll, the least of several."""
    present = {
        str(number): Entry(str(number), "", "sha256", _value(number), "1")
        for number in range(entries)
    }
    index = sorting.Index([sorting.Loaded("bench", Roll(1, present))])
    known = range(0, entries, max(1, 2 * entries // _LIST))
    hashes = [*map(_value, known), *(_value(entries + number) for number in range(_LIST // 2))]
    return min(timed(lambda: index.sort(hashes))[1] for _ in range(_ROUNDS))
