"""`comity demo`: two nodes on loopback, and the main job from end to end.

    two States agree on a guideline; one asks by it, the other answers, refuses or takes its time
    both nodes show the same states and clocks, and a third party can check the proofs

Every step is a command of the real command line, as a person would type it.

Floor: demo.
"""

import argparse
import shlex
import signal
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import Any, Final, cast

from comity.demo import developers, visitors
from comity.demo.checks import compare, prove
from comity.demo.commands import SERVING, Copies
from comity.demo.figures import agree
from comity.demo.pair_of_nodes import PairOfNodes, Side
from comity.demo.scenes import CROSSING, PRESERVATION, SCENES, houses
from comity.demo.story import Play, Story, write_files
from comity.demo.tabletop import tabletop
from comity.domestic.officer.link import MINUTES
from comity.kernel.fault import Fault, quoted
from comity.kernel.ijson import Json
from comity.surfaces.cli import progress
from comity.surfaces.cli.context import (
    EXIT_OK,
    EXIT_REFUSED,
    HOME,
    OFFICER,
    Program,
    Subparsers,
    add_json,
    at_least,
)

_HISTORY_MAX: Final = 100_000
HISTORY_BUSY: Final = 1_200
"""Requests of two years of a busy pair of States."""
HISTORY_ONCE: Final = 60
"""Of a demo that ends.  One that goes on has none but those asked for: its links come first."""


def add_parser(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "demo",
        help="two nodes in a fresh folder: a guideline, requests by it, and the proofs",
        description="Two nodes on loopback in a fresh folder. Without --once the links to their "
        "pages come first, the story plays while you look, and both run until Ctrl-C.",
    )
    parser.add_argument(
        "--once", action="store_true", help="do the main job, check it, print it and end"
    )
    parser.add_argument(
        "--keep", type=Path, metavar="DIR", help="keep the homes, in DIR/a and DIR/b"
    )
    parser.add_argument(
        "--history",
        type=at_least(0, _HISTORY_MAX),
        metavar="N",
        help="requests of the two years before, made with a simulated clock before anything else "
        f"(none; with --once {HISTORY_ONCE}, where not only the installed package is); a busy pair "
        f"of States has {HISTORY_BUSY}",
    )
    add_json(parser)
    parser.set_defaults(run=run)


def run(program: Program, options: argparse.Namespace) -> int:
    """Run the demo.

    Raises:
        Fault: `demo.folder.not-empty`, `surfaces.file.unwritable`, and what a command says.
    """
    if options.keep is None:
        with tempfile.TemporaryDirectory(prefix="comity-demo-") as folder:
            return _run_in(program, options, Path(folder))
    try:
        options.keep.mkdir(parents=True, exist_ok=True)
        is_empty = not any(options.keep.iterdir())
    except OSError as error:
        raise Fault(
            code="surfaces.file.unwritable",
            what=f"The folder {quoted(str(options.keep))} cannot be made: {error.strerror}.",
            fix="Name a new folder after --keep.",
        ) from error
    if not is_empty:
        raise Fault(
            code="demo.folder.not-empty",
            what=f"The folder {options.keep} is not empty.",
            fix="Name a new one after --keep.",
        )
    return _run_in(program, options, options.keep.absolute())


def _run_in(program: Program, options: argparse.Namespace, folder: Path) -> int:
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # as Ctrl-C: both nodes end with us
    story = Story(program.note)
    began = time.monotonic()
    if options.history:
        developers.history()  # before anything is made
    copies = Copies(SERVING)
    with PairOfNodes(folder, typed=copies, started=copies.start) as nodes:
        story.tell("Two States, each with its own node: Freedonia in a/, Sylvania in b/.")
        nodes.set_up()
        story.tell("They paired: three texts, and a code compared over the telephone.")
        play = Play(nodes, story, program.now_ms, folder / "examples")
        _past(program, play, options)
        nodes.start_all()
        write_files(play.files, play.now())
        houses(play)
        if not options.once:
            _invite(program, play, options)
        main_job(play)
        story.facts["seconds"] = round(time.monotonic() - began, 1)
        holds = all(story.checks.values())
        if not options.once:
            _stay(program, play)
    checks: dict[str, Json] = dict(story.checks)
    value: dict[str, Json] = {"held": holds, "checks": checks, "told": story.told, **story.facts}
    text = "All of it held." if holds else "Not all of it held; see above."
    if options.keep:  # whoever keeps the homes opens them again
        value["environments"] = {party: {**_who(side)} for party, side in nodes.sides.items()}
        text = "\n".join((text, *_to_read_on(play)))
    if options.once:
        program.show(value, text)
    return EXIT_OK if holds else EXIT_REFUSED


def _past(program: Program, play: Play, options: argparse.Namespace) -> None:
    """Make the past, and say how long that takes to who waits for it."""
    requests: int | None = options.history
    if requests is None and options.once and developers.are_here():
        requests = HISTORY_ONCE
    if not requests:
        return
    make = developers.history()
    if not options.once:
        program.note(f"Making two years of {requests} requests, which takes a minute or so.")
    make(play, requests, partial(progress.bar, quiet=options.json))
    if not options.once:
        made: dict[str, Any] = cast("dict[str, Any]", play.story.facts["past"])
        words = "{acts} acts in {seconds:.0f} s ({cpu_seconds:.0f} s of processor)."
        program.note(words.format_map(made))
    play.story.tell(
        f"Behind them lie two years, made with a simulated clock: {play.past} requests, after both "
        "adopted"
    )
    play.story.tell("a calendar for each side, with office hours, and the guideline that ships.")
    told: dict[str, Any] = cast("dict[str, Any]", play.story.facts["past"])
    words = (
        "Before them, ten years of the dialogue: {sessions} sessions, {commitments} commitments;"
    )
    play.story.tell(words.format_map(told))
    play.story.tell("ministers met twice a year, then once, and their series became another.")


def main_job(play: Play) -> None:
    """Play every scene; then compare both nodes, agree on figures, and prove to a third party."""
    for scene in SCENES:
        scene(play)
    tabletop(play)
    compare(play)
    agree(play)
    prove(play)


def _origin(play: Play, party: str) -> str:
    """Return where a browser reaches a node: by a name, since passkeys know no addresses."""
    return f"http://localhost:{play.nodes.sides[party].port}"


def _who(side: Side) -> dict[str, str]:
    """Return the environment of an officer's commands, so that advice runs as it is told."""
    return {
        HOME: str(side.home),
        OFFICER: side.state.officer,
        "COMITY_KEY": side.key,
        "COMITY_TOKEN": side.token,
    }


def _exported(side: Side) -> str:
    """Return what to type before those commands."""
    words = (f"{name}={shlex.quote(value)}" for name, value in _who(side).items())
    return f"  export {' '.join(words)}"


def _to_read_on(play: Play) -> list[str]:
    """Return what to type as an officer of either State."""
    first, second = play.nodes.sides.values()
    return [
        f"To read on as an officer of {first.state.names['en']}:",
        _exported(first),
        "  ./comity request list",
        f"  ./comity clock why {play.matters[PRESERVATION][:8]}",
        f"  ./comity request show {play.matters[CROSSING][:8]}",
        f"To answer as one of {second.state.names['en']}:",
        _exported(second),
        "  ./comity request list",
        "The keys and tokens were made for this demo alone.",
    ]


def _invite(program: Program, play: Play, options: argparse.Namespace) -> None:
    """Print where to click, before the story begins."""
    nodes = play.nodes
    found = visitors.invite(play, partial(_origin, play))
    lines = [
        "",
        f"Both nodes are running. Each link signs in its officer, once, within {MINUTES} minutes:",
        *visitors.table(play, found),
        "Whoever releases shows a code of six digits. These have an app of codes; Enter, pressed",
        "here, shows the codes of then, or put the secret into an app of yours:",
        *visitors.told_of_codes(found, play.now_ms()),
        "There is no password until one is set; another link for one of its officers:",
        *(
            f"  ./comity officer link NAME --home {shlex.quote(str(side.home))} "
            f"--origin {_origin(play, party)}"
            for party, side in nodes.sides.items()
        ),
        "Open one now: the story plays while you look, and what arrives shows by itself.",
        "Near its end Sylvania's node is stopped for some seconds.",
        "",
    ]
    if options.json:
        urls: dict[str, Json] = {party: _origin(play, party) for party in nodes.sides}
        program.show({"urls": urls, "links": visitors.to_json(found)}, "")
    for line in lines:
        program.note(line)
    visitors.tell_codes(found, program.note, play)


def _stay(program: Program, play: Play) -> None:
    """Leave something to do, say what was played and how to read on; run until Ctrl-C."""
    visitors.leave_open(play)
    for line in (
        "",
        "The story has been played. Look first at a request in Sylvania's list: its time line.",
        "A case is open, and on each side an act waits for rosa or radka to release it.",
        *_to_read_on(play),
        "Ctrl-C ends it.",
    ):
        program.note(line)
    signal.sigwait({signal.SIGINT, signal.SIGTERM})
