"""What `--json` prints is what docs/json.md says, of real commands on real homes."""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from support import shapes
from support.bad_input import OURS, THEIRS, configure
from support.recalls import recall

from comity.demo.commands import Done
from comity.demo.pair_of_nodes import PairOfNodes, told
from comity.demo.story import example
from comity.kernel.ijson import Json
from tools.check import commands

pytestmark = pytest.mark.slow

HARD_TO_MEET = {"recover give-keys", "recover take-keys"}
"""Of an entry that a peer cannot open, which takes a peer that lost keys."""

SHIPPED = shapes.PAGE.parents[1] / "src/comity/catalogue/guideline/dialogue.yaml"

SAID = "request send"
"""It stands for all that is said to the other side: they end in one function."""

LOOKS = {"review concur"}
"""Commands that say something, or with `--look` print what would be said."""

PAGE = shapes.read(shapes.PAGE.read_text(encoding="utf-8"))


class Typist:
    """Types commands, and compares what each prints with the page."""

    def __init__(self, nodes: PairOfNodes) -> None:
        self.nodes = nodes
        self.parser = commands.parser()
        self.typed: set[str] = set()

    def __call__(self, *words: str, party: str = OURS, home: bool = True) -> Any:  # noqa: ANN401 -- JSON
        """Type a command that succeeds, or finds something; return what it printed."""
        return self.compared(words, self.nodes.attempt(party, *words, home=home))

    def eventually(self, *words: str, party: str = OURS) -> None:
        """Type a command again and again, until what it waits for is there."""
        end = time.monotonic() + 60
        while (done := self.nodes.attempt(party, *words)).code and time.monotonic() < end:
            time.sleep(0.5)
        self.compared(words, done)

    def compared(self, words: Sequence[str], done: Done) -> Any:  # noqa: ANN401 -- JSON
        """Return what a command printed, once it is found on the page."""
        value = told(done)
        command = shapes.typed(self.parser, words)
        assert done.code in (0, 1), done
        assert "error" not in value, value
        assert not shapes.problems(PAGE, command, value), command
        self.typed.add(command)
        return value


def _leaves() -> dict[str, set[str]]:
    """Return the options of each command that has `--json`."""
    found = {
        leaf.prog.removeprefix("comity "): {
            word for action in leaf._actions for word in action.option_strings
        }
        for leaf in commands.leaves(commands.parser())
    }
    return {name: options for name, options in found.items() if "--json" in options}


def test_every_command_is_described_or_said_not_to_be() -> None:
    """A new one is put on the page; what is said to the other side has one shape."""
    leaves = _leaves()
    assert leaves.keys() == PAGE.commands.keys() | PAGE.silent
    assert not PAGE.commands.keys() & PAGE.silent
    for name, options in leaves.items():
        if "--wait" in options and name in PAGE.commands.keys() - LOOKS:
            assert PAGE.commands[name] is PAGE.commands[SAID], name


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ({"dropped": "x"}, ""),
        ({"dropped": 1}, ".dropped is no string: 1"),
        ({}, ".dropped is missing"),
        ({"dropped": "x", "more": 1}, ".more is not described"),
        ([], " is no object: []"),
        ({"error": {"code": "x", "what": "x"}}, "error.fix is missing"),
    ],
)
def test_what_is_otherwise_is_found(value: Json, problem: str) -> None:
    """A field that is missing, of another kind, or not on the page."""
    assert shapes.problems(PAGE, "draft drop", value) == [problem][: bool(problem)]


def test_what_is_printed_is_what_the_page_says(nodes: PairOfNodes, tmp_path: Path) -> None:
    """Each shape of the page, once at least, by the program itself."""
    typed = Typist(nodes)
    unset, guests = 'outside_origin = ""', 'outside_origin = "https://guests.example"'
    configure(nodes, OURS, unset, guests)
    for party in nodes.sides:
        nodes.start(party)
    act = _at_the_desk(typed, tmp_path)
    _at_the_machine(typed, tmp_path, act)
    nodes.stop(OURS)
    typed("recover", "fetch", "--as", "alice")
    nodes.stop(THEIRS)
    _while_none_serves(typed, tmp_path)
    _begun_anew(typed)

    missing = [
        name
        for name, shape in PAGE.commands.items()
        if not any(PAGE.commands[one] is shape for one in typed.typed)
    ]
    assert {*missing} == HARD_TO_MEET


def _of_others(typed: Typist, alice: tuple[str, str]) -> None:
    """Let programs and guests in, and end that."""
    token = typed("token", "add", "--label", "import", "--scope", "read", *alice)["id"]
    typed("token", "list")
    typed("token", "end", token)
    who = ("--kind", "token", "--name", "Desk", "--on-behalf", "Bank", "--scope", "presence")
    guest = typed("outside", "admit", *who, *alice)["id"]
    typed("outside", "list", *alice)
    typed("outside", "end", guest, *alice)


def _at_the_desk(typed: Typist, folder: Path) -> str:
    """Do what officers do; return an act that the other side has signed for."""
    alice = ("--as", "alice")
    asked = str(example("preservation.json"))
    sent = typed("request", "send", asked, *alice, "--to", THEIRS, "--wait")
    typed("request", "list", *alice)
    typed("request", "show", sent["matter"], *alice)
    typed("request", "count", *alice)
    typed("request", "check", asked, *alice, "--to", THEIRS)
    typed("request", "readers", sent["matter"], *alice)
    typed("clock", "why", sent["matter"], *alice)
    typed("request", "letter", sent["matter"], "-o", str(folder / "letter.pdf"), *alice)
    urgent = str(example("emergency.json"))
    drafted = typed("request", "draft", urgent, *alice, "--to", THEIRS)["draft"]
    read = typed("draft", "show", drafted, *alice)["content_sha256"]
    typed("draft", "edit", drafted, urgent, "--content", read, *alice)
    typed("draft", "list", *alice)
    typed("draft", "comment", drafted, "--text", "Name the port.", *alice)
    typed("draft", "drop", drafted, *alice)
    typed("clock", "list", *alice)
    typed("clock", "ical", "-o", str(folder / "due.ics"), *alice)
    _of_evidence(typed, sent["matter"], alice, folder)
    _of_others(typed, alice)
    hook = typed("webhook", "add", "http://localhost:9/x", "--kind", "act", *alice)["webhook"]
    typed("webhook", "list", *alice)
    typed("webhook", "test", hook, *alice)
    typed("webhook", "log", hook, *alice)
    typed("webhook", "end", hook, *alice)
    _of_all(typed, alice)
    _at_home(typed, str(sent["matter"]), folder)
    return str(sent["act"])


def _of_evidence(typed: Typist, matter: str, alice: Sequence[str], folder: Path) -> None:
    """Do what is about what was given."""
    item = str(typed("evidence", "list", matter, *alice)["items"][0]["blob"])
    why = ("--purpose", "The hearing.")
    typed("evidence", "export", matter, "-o", str(folder / "bag"), *why, *alice)
    typed("evidence", "hand-over", matter, "--item", item, "--to", "The court.", *why, *alice)
    typed("evidence", "custody", matter, *alice)
    typed("evidence", "due", *alice)


def _of_all(typed: Typist, alice: Sequence[str]) -> None:
    """Do what is about more than one request."""
    case = typed("case", "open", "--own-reference", "7/26", *alice)["matter"]
    typed("case", "list", *alice)
    typed("case", "show", case, *alice)
    typed("guideline", "propose", "--shipped", *alice)
    typed("guideline", "list", *alice)
    typed("guideline", "show", *alice)
    typed("guideline", "show", "--shipped", home=False)
    typed("guideline", "show", "--shipped", "--type", "preservation", home=False)
    typed("guideline", "diff", str(SHIPPED), str(SHIPPED), home=False)


def _at_home(typed: Typist, matter: str, folder: Path) -> None:
    """Do what the duty desk of the other side does with what came."""
    bohdan = ("--as", "bohdan")
    roles = ("contact-point", "case-officer", "counsel", "releasing", "secretariat")
    every = [word for role in roles for word in ("--role", role)]
    typed("officer", "role", "bohdan", *every, party=THEIRS)

    def does(*words: str) -> None:
        typed("desk", *words, *bohdan, party=THEIRS)

    does("inbox")
    does("explain", matter)
    does("route", matter, "--to", "npc", "--why", "By hand.")
    does("route-all")
    does("note", matter, "--text", "They called.")
    does(
        "task", matter, "--what", "Call them.", "--owner", "bohdan", "--due", "2036-12-01T00:00:00Z"
    )
    does("work")
    does("file", matter)
    typed.nodes.add_officer(THEIRS, "bela")
    does("handover", "take", "--why", "Nobody had it.")
    does("handover", "give", "bela", "--note", "All of it.")
    does("handover", "show")
    _of_law(typed)
    _of_figures(typed, folder)


def _of_law(typed: Typist) -> None:
    """Do what counsel of the other side does with a request for content."""
    bohdan, profile = ("--as", "bohdan"), str(example("sylvania.yaml"))
    typed("nation", "check", profile, home=False)
    typed("nation", "adopt", profile, *bohdan, party=THEIRS)
    typed("nation", "show", party=THEIRS)
    typed("nation", "show", "--versions", party=THEIRS)
    typed("nation", "show", "--text", "1", party=THEIRS)
    content = str(example("content.json"))
    sent = typed("request", "send", content, "--as", "alice", "--to", THEIRS, "--wait")
    matter = str(sent["matter"])
    typed.eventually("legal", "explain", matter, *bohdan, party=THEIRS)
    basis = ("--question", "legal-basis", "--verdict", "allows", "--named", "procedure-code")
    typed("legal", "decide", matter, *basis, *bohdan, party=THEIRS)
    typed("legal", "explain", matter, *bohdan, party=THEIRS)
    typed("legal", "dry-run", profile, *bohdan, party=THEIRS)


def _of_figures(typed: Typist, folder: Path) -> None:
    """Do what the secretariat of the other side does."""

    def reviews(*words: str) -> Any:  # noqa: ANN401 -- JSON
        return typed("review", *words, "--as", "bohdan", party=THEIRS)

    reviews("behind", "all/volume/asked")
    snapshot = str(reviews("snapshot")["matter"])
    for words in (
        ["list"],
        ["show"],
        ["annex"],
        ["money", "--from", "2026-01-01", "--to", "2036-01-01"],
        ["since", snapshot],
        ["concur", snapshot, "--look"],
    ):
        reviews(*words)
    pack = str(folder / "figures.pack")
    reviews("export", "-o", pack)
    typed("review", "verify", pack, home=False)


def _at_the_machine(typed: Typist, folder: Path, act: str) -> None:
    """Do what whoever runs the node does, while it runs."""
    alice = ("--as", "alice")
    proof, policy = folder / "a.tlog-proof", folder / "policy.txt"
    texts = [str(one["policy"]) for one in typed("policy")["policies"]]
    policy.write_text("\n".join(texts), encoding="utf-8")
    typed("proof", act, "-o", str(proof), *alice)
    typed("verify", str(proof), str(folder), "--policy", str(policy), home=False)
    typed("doctor")
    typed("key", "list")
    typed("channel", "list")
    typed("channel", "open", "exercise-2027", "--purpose", "exercise", *alice)
    typed("channel", "give-up", THEIRS, "--reason", "They left.", *alice)
    typed("channel", "take-back", THEIRS, *alice)
    typed("officer", "add", "carol", "--agency", "moj")
    typed("officer", "list")
    for verb in ("link", "renew-token", "reset-factor"):
        typed("officer", verb, "carol")
    typed("officer", "role", "carol", "--role", "auditor")
    typed("officer", "end", "carol")
    origin = _origin(typed)
    typed("recover", "excuse", origin, THEIRS, *alice)
    typed("freeze", origin, *alice)
    typed("thaw", origin, *alice)
    typed.eventually("log", "export", "-o", str(folder / "local.log"))


def _origin(typed: Typist) -> str:
    logs = typed("status")["logs"]
    return next(
        str(one["origin"]) for one in logs if one["own"] and one["channel"].endswith("/live")
    )


def _while_none_serves(typed: Typist, folder: Path) -> None:
    """Do what takes the home for itself, and what needs none."""
    _released_alone(typed)
    typed("carry", "export", str(folder / "bundle"))
    typed("carry", "import", str(folder / "bundle"), party=THEIRS)
    typed("fsck")
    typed("rebuild")
    typed("backup", "-o", str(folder / "backup.age"))
    typed("restore", str(folder / "backup.age"), str(folder / "again"), home=False)
    new = ("--home", str(folder / "new"))
    typed("init", new[1], "--party", "xx", "--name", "en=New", home=False)
    typed("nation", "begin", *new, "--agency", "moj=en:Justice", home=False)
    (folder / "key").write_text("ab" * 32)
    typed("key", "passphrase", *new, "--new-key-file", str(folder / "key"), home=False)
    calendar = str(folder / "calendar.yaml")
    wish = ("--country", "SN", "--years", "2026", "--zone", "Africa/Dakar")
    typed("calendar", "propose", *wish, "-o", calendar, home=False)
    typed("calendar", "check", calendar, home=False)
    typed("metrics", "list", home=False)
    message = Path(calendar).with_name("camt.056.xml")
    message.write_bytes(recall())
    typed("request", "recall", str(message), home=False)
    typed("guideline", "check", calendar, home=False)
    offer, accept, confirm = (str(folder / name) for name in ("offer", "accept", "confirm"))
    typed("pair", "offer", "--with", THEIRS, "-o", offer)
    typed("pair", "accept", offer, "-o", accept, party=THEIRS)
    typed("pair", "confirm", accept, "-o", confirm)
    (root,) = typed.nodes.folder.glob(f"a.{typed.nodes.arrangement[:8]}*.root")
    typed("key", "rotate", "--root", str(root))
    typed("key", "revoke", "1", "--root", str(root))


def _released_alone(typed: Typist) -> None:
    """Let one officer release an act alone where two are asked for, and another review that."""
    configure(typed.nodes, OURS, "approvals = 1", "approvals = 2")
    typed.nodes.give_roles(OURS, "alice", "case-officer", "releasing")
    typed.nodes.add_officer(OURS, "anna", "releasing", "counsel")
    alice, anna = ("--as", "alice"), ("--as", "anna")
    urgent = str(example("emergency.json"))
    draft = str(typed("request", "draft", urgent, *alice, "--to", THEIRS)["draft"])
    read = str(typed("draft", "show", draft, *alice)["content_sha256"])
    typed("draft", "release", draft, "--content", read, *alice)
    typed("draft", "return", draft, "--text", "It cannot wait for me.", *anna)
    glass = ("--content", read, "--break-glass", "--reason", "Nobody else is here.")
    act = str(typed("draft", "release", draft, *glass, *alice)["act"])
    typed("release", "list", *anna)
    typed("release", "review", act, "--verdict", "justified", "--note", "It was so.", *anna)


def _begun_anew(typed: Typist) -> None:
    """End a log and accept its successor, for which both serve again."""
    channel = f"{typed.nodes.arrangement}/live"
    begun = typed("recover", "begin", channel, "--reason", "damaged", "--as", "alice")
    for party in typed.nodes.sides:
        typed.nodes.start(party)
    words = ("recover", "accept", begun["origin"], "--entry", begun["entry"], "--as", "bohdan")
    typed.eventually(*words, party=THEIRS)
