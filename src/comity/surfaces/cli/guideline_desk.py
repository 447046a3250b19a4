"""What parties say of a joint text by command: propose, counter, adopt, decline, withdraw, leave.

    comity guideline propose --shipped --home DIR --as ann
    comity guideline propose cn.yaml --name calendar.sn --home DIR --as ann
    comity guideline adopt --home DIR --as ben

Floor: surfaces.
"""

import argparse
from collections.abc import Collection
from importlib import resources
from pathlib import Path

from comity.joint.text import acts
from comity.joint.text.verbs import TAKING_BACK
from comity.kernel import limits
from comity.kernel.fault import Fault
from comity.kernel.ijson import Json
from comity.node.base.rows import Officer
from comity.node.room.act_words import Words
from comity.node.room.release import draft_store
from comity.node.room.request_file import ANSWER, at_ms, from_json
from comity.rooms.guideline import desk
from comity.rooms.guideline.desk.say import About
from comity.surfaces.cli import files
from comity.surfaces.cli.context import Home, Program, Subparsers
from comity.surfaces.cli.request_send import add_sending, sent, verb

_SHIPPED = ("catalogue", "guideline", "dialogue.yaml")


def add(verbs: Subparsers) -> None:
    """Add every verb that says something of a joint text."""
    propose = verb(verbs, "propose", "propose a text to the other parties", _propose)
    _add_text(propose)
    counter = verb(verbs, "counter", "propose another text in the place of one", _propose)
    _add_proposal(counter, needed=True)
    _add_text(counter)
    adopt = verb(verbs, "adopt", "adopt a text that was proposed, by yourselves too", _adopt)
    _add_proposal(adopt)
    adopt.add_argument(
        "--sha256", default="", metavar="HASH", help="of the text that you have read"
    )
    decline = verb(verbs, "decline", "decline a proposal of another party", _decline)
    _add_proposal(decline)
    _add_reason(decline, acts.DECLINALS)
    withdraw = verb(verbs, "withdraw", "take back a proposal of your own", _withdraw)
    _add_proposal(withdraw)
    _add_reason(withdraw, TAKING_BACK)
    leave = verb(verbs, "leave", "leave a text that every party has adopted", _leave)
    _add_proposal(leave)
    leave.add_argument(
        "--from", dest="from_", required=True, metavar="TIME",
        help="from when on, like 2027-01-01T00:00:00Z",
    )  # fmt: skip
    for parser in (propose, counter, adopt, decline, withdraw, leave):
        add_which(parser)
        parser.add_argument("--text", default="", metavar="TEXT", help="a covering letter, sealed")
        parser.add_argument("--lang", default="en", metavar="LANG", help="language of --text")
        add_sending(parser)


def add_which(parser: argparse.ArgumentParser) -> None:
    """Add which joint text it is about."""
    parser.add_argument(
        "--name", default=acts.MAIN, metavar="NAME",
        help="`guideline`, or `calendar.PARTY` (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--channel", default="", metavar="PATH", help="where this node has several arrangements"
    )


def _add_text(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file", nargs="?", type=Path, metavar="FILE", help="the text, in YAML or JSON"
    )
    parser.add_argument(
        "--shipped", action="store_true", help="the bilingual guideline that comes with comity"
    )
    parser.add_argument(
        "--from", dest="from_", default="", metavar="TIME",
        help="in force from when at the earliest, like 2027-01-01T00:00:00Z",
    )  # fmt: skip


def _add_proposal(parser: argparse.ArgumentParser, *, needed: bool = False) -> None:
    parser.add_argument(
        "proposal", nargs=None if needed else "?", default="", metavar="PROPOSAL",
        help="the beginning of its id or of its text's hash"
        + ("" if needed else "; the one that is open if it is left out"),
    )  # fmt: skip


def _add_reason(parser: argparse.ArgumentParser, known: Collection[str]) -> None:
    codes = [*known]
    parser.add_argument(
        "--reason", required=True, choices=codes, metavar="CODE",
        help=f"why; one of: {', '.join(codes)}",
    )  # fmt: skip


def shipped() -> bytes:
    """Return the guideline that ships."""
    return resources.files("comity").joinpath(*_SHIPPED).read_bytes()


def _propose(program: Program, options: argparse.Namespace) -> int:
    if options.shipped == (options.file is not None):
        raise Fault(
            code="surfaces.guideline.text-unclear",
            what="It is not clear which text is meant.",
            fix="Give a file, or --shipped, and not both.",
        )
    data = shipped() if options.shipped else files.read(options.file, limits.WRITTEN_BYTES_MAX)
    from_ms = at_ms(options.from_) if options.from_ else 0

    def do(home: Home, officer: Officer, options: argparse.Namespace) -> draft_store.Result:
        home.node.require_room(len(data), False)  # noqa: FBT003 -- as the port says
        about = _about(options)
        words = _words(officer, options)
        with files.naming(str(options.file or _SHIPPED[-1]), data):
            return desk.propose(home.node, officer, about, data, from_ms=from_ms, words=words)

    return sent(program, options, do)


def _adopt(program: Program, options: argparse.Namespace) -> int:
    def do(home: Home, officer: Officer, options: argparse.Namespace) -> draft_store.Result:
        words = _words(officer, options)
        return desk.adopt(home.node, officer, _about(options), options.sha256, words)

    return sent(program, options, do)


def _decline(program: Program, options: argparse.Namespace) -> int:
    def do(home: Home, officer: Officer, options: argparse.Namespace) -> draft_store.Result:
        words = _words(officer, options)
        return desk.decline(home.node, officer, _about(options), options.reason, words)

    return sent(program, options, do)


def _withdraw(program: Program, options: argparse.Namespace) -> int:
    def do(home: Home, officer: Officer, options: argparse.Namespace) -> draft_store.Result:
        words = _words(officer, options)
        return desk.withdraw(home.node, officer, _about(options), options.reason, words)

    return sent(program, options, do)


def _leave(program: Program, options: argparse.Namespace) -> int:
    from_ms = at_ms(options.from_)

    def do(home: Home, officer: Officer, options: argparse.Namespace) -> draft_store.Result:
        words = _words(officer, options)
        return desk.leave(home.node, officer, _about(options), from_ms, words)

    return sent(program, options, do)


def _about(options: argparse.Namespace) -> About:
    return About(options.name, options.channel, getattr(options, "proposal", ""))


def _words(officer: Officer, options: argparse.Namespace) -> Words:
    by = officer.office or officer.agency
    text: Json = {"lang": options.lang, "text": options.text, "by": by, "original": True}
    value: dict[str, Json] = {"texts": [text]} if options.text else {}
    return Words(from_json(value, ANSWER, "--text"), (), options.key)
