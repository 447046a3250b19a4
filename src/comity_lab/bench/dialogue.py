"""`bench dialogue`: what principals, negotiators and the public wait for, after ten years.

    brackets, folds, publication    see `dialogue_floor`
    stance, cadence                 see `dialogue_node`
    pack                            see `dialogue_pack`

Two real nodes hold the sessions of ten years and what was undertaken there, and play the dialogue
of the demo: the publication that is verified is its.

Floor: lab.
"""

import argparse
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from comity.boot import home as homes
from comity.demo import sessions
from comity.demo.commands import SERVING, Copies
from comity.demo.pair_of_nodes import PairOfNodes
from comity.demo.scenes import houses
from comity.demo.story import FR, SY, Play, Story, write_files
from comity.kernel.ijson import Json
from comity.node.desk import sign_in_links
from comity.node.desk.officer_admin import require_officer
from comity.surfaces.cli import progress
from comity.surfaces.cli.context import EXIT_OK, Program, Subparsers, add_json, at_least
from comity_lab.bench import dialogue_floor, dialogue_node, dialogue_pack, record, reviews
from comity_lab.bench.desk_reader import Reader
from comity_lab.bench.request_node import Bar
from comity_lab.years import past
from comity_lab.years.talks import COMMITMENTS

REAL: Final = 60
"""Requests that are real; the others are copies of their rows."""

type Tell = Callable[[str], None]


def add(kinds: Subparsers) -> None:
    """Add `bench dialogue`."""
    parser = kinds.add_parser(
        "dialogue",
        help="brackets, folds, packs, cadence and a publication, with ten years of sessions",
        description="Two real nodes over loopback with the sessions of ten years; each figure "
        "beside what the bare libraries take, or another room.",
    )
    for name, default, told in (
        ("requests", 100_000, "on the node whose pack is made"),
        ("commitments", COMMITMENTS, "of the ten years"),
        ("stances", 20, "stated one after the other until they are seen"),
    ):
        parser.add_argument(
            f"--{name}",
            type=at_least(1),
            default=default,
            metavar="N",
            help=f"{told} (%(default)s)",
        )
    parser.add_argument("--keep", type=Path, metavar="DIR", help="keep the homes and logs in DIR")
    add_json(parser)
    record.add_append(parser)
    parser.set_defaults(run=_run)


def _run(program: Program, options: argparse.Namespace) -> int:
    bar = partial(progress.bar, quiet=options.json)
    copies = Copies(SERVING)
    with (
        record.folder_of(options.keep) as folder,
        PairOfNodes(folder, typed=copies, started=copies.start) as nodes,
    ):
        play = Play(nodes, Story(lambda _: None), program.now_ms, folder / "examples")
        value = run(play, options, program.note, bar)
    program.show(value, text(value))
    record.append(options, "dialogue", value)
    return EXIT_OK


def run(play: Play, options: argparse.Namespace, tell: Tell, bar: Bar) -> dict[str, Json]:
    """Make the world on both nodes, and measure."""
    nodes = play.nodes
    nodes.set_up()
    past.make(play, min(REAL, options.requests), bar, options.commitments)
    write_files(play.files, play.now())
    nodes.start_all()
    houses(play)
    tell("The dialogue of the demo.")
    sessions.dialogue(play)
    tell(f"{options.stances} stances, until the other State's page shows them.")
    value: dict[str, Json] = {**_seen(play, options.stances)}
    for party in nodes.sides:
        nodes.stop(party)
    side = nodes.sides[FR]
    with homes.opened(side.home, side.environment) as found:
        node = found.home.node
        originals = [*reviews.stock(node)]
        with bar(f"Copying rows up to {options.requests}", options.requests) as advance:
            reviews.copy(node, originals, len(originals), options.requests, advance)
        with node.store.read() as tx:
            officer = require_officer(tx, side.state.officer)
        tell("The pack, its PDF, the cadence.")
        value |= {"requests": options.requests, "commitments": options.commitments}
        value |= {**dialogue_pack.packed(node, officer), **dialogue_node.kept(node)}
    tell("Brackets, folds and a publication.")
    return {
        **value,
        **dialogue_floor.bracketed(),
        **dialogue_floor.folded(),
        **dialogue_floor.verified(nodes.folder / sessions.PUBLICATION),
    }


def _seen(play: Play, turns: int) -> dict[str, Json]:
    """Sign in at the other State, and look there for what is stated here."""
    nodes = play.nodes
    there = nodes.sides[SY]
    with homes.opened(there.home, there.environment) as found:
        link = sign_in_links.add(found.home.node, there.state.officer)[0]
    with Reader(there.port) as reader:
        reader.sign_in(link)
        named = ("--series", "ministers", "--label", "bench")
        session = str(play.says(FR, "dialogue", "convene", *named)["matter"])
        return dialogue_node.stances(nodes.sides[FR], reader, session, turns)


def text(value: dict[str, Json]) -> str:
    """Return the figures in sentences, each by what it is measured with."""
    lines = (line.format_map(value) for line in LINES)
    return "\n".join(lines)


LINES: Final = (
    (
        "brackets of 60 paragraphs in two languages: {brackets_ms} ms, {brackets_ratio} times the "
        "{difflib_ms} ms of difflib (3)"
    ),
    (
        "fold of {acts} acts of a text: {fold_ms} ms, {fold_ratio} times the {case_fold_ms} ms of "
        "a case (1)"
    ),
    "ten times the paragraphs: {paragraphs_ratio} times the {few_ms} ms of few, {many_ms} ms (12)",
    (
        "a stance on the other's screen: {stance_p50_ms} ms (p50), {stance_ratio} times a receipt "
        "({exchange_p50_ms} ms) and a page ({page_p50_ms} ms) (1)"
    ),
    (
        "data of a pack of {pack_matters} matters, of them {commitments} commitments, beside "
        "{requests} requests: {pack_s} s (10)"
    ),
    "its PDF of {pdf_kb} KB: {pdf_s} s, {pdf_ratio} times the {typst_s} s of Typst alone (1.5)",
    (
        "a publication verified: {verify_ms} ms, {verify_ratio} times the {verify_floor_ms} ms of "
        "its {signatures} signatures and its hashes (2)"
    ),
    (
        "cadence of the {sessions} sessions of an arrangement: {cadence_p95_ms} ms (p95, 200); of "
        "{arrangements}: {cadence_all_ms} ms"
    ),
)
