"""`comity demo`: two nodes on loopback, and the main job from end to end.

    Freedonia asks    ->  Sylvania's node holds it and signs for it
    Sylvania answers  ->  both show the same, and a third party can check the proof

Everything runs through the real command line, as a person would type it.

Floor: lab.
"""

import argparse
import signal
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any, Final

from comity.kernel.fault import Fault
from comity.kernel.ijson import Json
from comity.lab.pair_of_nodes import FREEDONIA, SYLVANIA, PairOfNodes
from comity.surfaces.cli.context import EXIT_OK, EXIT_REFUSED, Program, Subparsers, add_json

ASKER: Final = FREEDONIA.party
ADDRESSEE: Final = SYLVANIA.party
WAIT_S: Final = 20.0


def add_parser(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "demo",
        help="two nodes in a fresh folder: a request, its answer, and the proof",
        description="Two nodes on loopback in a fresh folder. Without --once they keep running "
        "and their addresses are printed; Ctrl-C ends them.",
    )
    parser.add_argument(
        "--once", action="store_true", help="do the main job, check it, print it and end"
    )
    parser.add_argument(
        "--keep", type=Path, metavar="DIR", help="keep the homes, in DIR/a and DIR/b"
    )
    add_json(parser)
    parser.set_defaults(run=run)


@dataclass(slots=True)
class Story:
    """What was done and what held.

    Attributes:
        tell: prints a line for people.
        checks: `{sentence: whether it held}`.
        facts: for machines.
    """

    tell: Callable[[str], None]
    checks: dict[str, bool] = field(default_factory=dict)
    facts: dict[str, Json] = field(default_factory=dict)

    def check(self, sentence: str, *, holds: bool) -> None:
        """Note a check and tell it."""
        self.checks[sentence] = holds
        self.tell(f"  {'holds' if holds else 'FAILS'}  {sentence}")


def run(program: Program, options: argparse.Namespace) -> int:
    """Run the demo.

    Raises:
        Fault: `lab.folder.not-empty`, and what a command says.
    """
    if options.keep is None:
        with tempfile.TemporaryDirectory(prefix="comity-demo-") as folder:
            return _run_in(program, options, Path(folder))
    options.keep.mkdir(parents=True, exist_ok=True)
    if any(options.keep.iterdir()):
        raise Fault(
            code="lab.folder.not-empty",
            what=f"The folder {options.keep} is not empty.",
            fix="Name a new one after --keep.",
        )
    return _run_in(program, options, options.keep.absolute())


def _run_in(program: Program, options: argparse.Namespace, folder: Path) -> int:
    story = Story(program.note)
    with PairOfNodes(folder) as nodes:
        story.tell("Two States, each with its own node: Freedonia in a/, Sylvania in b/.")
        nodes.set_up()
        story.tell("They paired: three texts, and a code compared over the telephone.")
        for party in nodes.sides:
            nodes.start(party)
        main_job(nodes, story)
        holds = all(story.checks.values())
        if not options.once:
            _stay(program, nodes, options)
    checks: dict[str, Json] = dict(story.checks)
    value: Json = {"held": holds, "checks": checks, **story.facts}
    text = "All of it held." if holds else "Not all of it held; see above."
    if options.once:
        program.show(value, text)
    return EXIT_OK if holds else EXIT_REFUSED


def main_job(nodes: PairOfNodes, story: Story) -> None:
    """Ask, acknowledge, answer; compare both sides; prove it to a third party."""
    began = time.monotonic()
    sent = nodes.run(
        ASKER, "request", "send", str(example("preservation.json")), "--as", FREEDONIA.officer,
        "--to", ADDRESSEE, "--wait",
    )  # fmt: skip
    matter = str(sent["matter"])
    story.facts["matter"] = matter
    story.tell(f"Freedonia asked Sylvania to preserve data: request {matter}.")
    story.check("Sylvania's node has signed that it holds the request", holds=_is_held(sent))
    _until(lambda: matter in _ids(nodes, ADDRESSEE))
    nodes.run(
        ADDRESSEE, "request", "acknowledge", matter, "--as", SYLVANIA.officer, "--own-reference",
        "CB-2026-5512", "--wait",
    )  # fmt: skip
    answered = nodes.run(
        ADDRESSEE, "request", "answer", matter, str(example("answer.json")), "--as",
        SYLVANIA.officer, "--wait",
    )  # fmt: skip
    story.tell("An officer of Sylvania acknowledged and answered it.")
    story.check("Freedonia's node has signed that it holds the answer", holds=_is_held(answered))
    same = _until(lambda: _row(nodes, ASKER, matter) == _row(nodes, ADDRESSEE, matter))
    story.check("both nodes show the same state of the request", holds=same)
    story.facts["digest"] = str(_row(nodes, ASKER, matter)["digest"])
    for word, what in (("request", sent), ("answer", answered)):
        _prove(nodes, story, word, what)
    story.facts["seconds"] = round(time.monotonic() - began, 1)


def _prove(nodes: PairOfNodes, story: Story, word: str, what: dict[str, Any]) -> None:
    """Export a proof on one side, and check it with nothing but the log's policy."""
    policy, proof = (nodes.folder / f"{word}.{end}" for end in ("policy", "tlog-proof"))
    printed = nodes.run(ASKER, "policy", "--log", what["log"])["policies"]
    policy.write_text(str(printed[0]["policy"]))
    nodes.run(ASKER, "proof", what["act"], "-o", str(proof), "--as", FREEDONIA.officer)
    verdict = nodes.run(ASKER, "verify", str(proof), "--policy", str(policy), home=False)
    story.facts[f"{word}-proof"] = str(proof)
    story.check(f"the proof of the {word} holds offline", holds=verdict["holds"] is True)


def example(name: str) -> Path:
    """Return the file of an example, which ships beside the program or stands in the checkout."""
    checkout = Path(__file__).parents[3] / "examples" / name
    if checkout.exists():
        return checkout
    return Path(str(resources.files("comity.catalogue") / "examples" / name))


def _is_held(sent: dict[str, Any]) -> bool:
    """Whether every addressee has signed for an act, and its receipt has come back."""
    deliveries = sent["deliveries"]
    return bool(deliveries) and all(d["cosigned_at_ms"] and d["received_at_ms"] for d in deliveries)


def _ids(nodes: PairOfNodes, party: str) -> list[str]:
    return [str(row["matter"]) for row in _listing(nodes, party)]


def _listing(nodes: PairOfNodes, party: str) -> list[dict[str, Any]]:
    officer = nodes.sides[party].state.officer
    rows: list[dict[str, Any]] = nodes.run(party, "request", "list", "--as", officer)["requests"]
    return rows


def _row(nodes: PairOfNodes, party: str, matter: str) -> dict[str, Any]:
    rows = [row for row in _listing(nodes, party) if row["matter"] == matter]
    kept = ("matter", "status", "digest", "holders")
    return {key: rows[0][key] for key in kept} if rows else {"missing": party}


def _until(holds: Callable[[], bool]) -> bool:
    """Wait until something holds, but not for ever."""
    end = time.monotonic() + WAIT_S
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(0.2)
    return holds()


def _stay(program: Program, nodes: PairOfNodes, options: argparse.Namespace) -> None:
    """Print where to click and keep running until Ctrl-C."""
    first, second = nodes.sides.values()
    send = f"./comity request send examples/emergency.json --home {first.home}"
    lines = [
        "",
        "Both nodes are running. Open:",
        f"  {first.state.names['en']:10} http://127.0.0.1:{first.port}/",
        f"  {second.state.names['en']:10} http://127.0.0.1:{second.port}/",
        "Click first: the request in the list on Sylvania's page, and its time line.",
        "To send another one:",
        f"  export COMITY_KEY={first.key} COMITY_TOKEN={first.token}",
        f"  {send} --as {first.state.officer} --to {ADDRESSEE} --wait",
        "The keys and tokens were made for this demo alone. Ctrl-C ends it.",
    ]
    if options.json:
        urls: dict[str, Json] = {
            party: f"http://127.0.0.1:{side.port}/" for party, side in nodes.sides.items()
        }
        program.show({"urls": urls}, "")
    for line in lines:
        program.note(line)
    signal.sigwait({signal.SIGINT, signal.SIGTERM})
