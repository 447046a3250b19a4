"""A State that was written from docs/spec alone works with a real node: `tools/peer`."""

import ast
import hashlib
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.typed import copies

from comity.lab.pair_of_nodes import FREEDONIA, PairOfNodes, free_port

ROOT = Path(__file__).parents[2]
PEER = ROOT / "tools" / "peer"
ALICE = ["--as", FREEDONIA.officer]
SPEAKS = {"agency": "npc", "reference": "NPC-1"}
ENTERED = "arrangement.card-entered/1"
SECONDS = 20
FILE = bytes(range(256)) * 800
"""More than goes with an entry: it follows in ranges."""


class Outsider:
    """The independent peer, as a process of its own."""

    def __init__(self, folder: Path) -> None:
        """Choose where it listens."""
        self.home = folder / "outsider"
        self.port = free_port()
        self.folder = folder
        self.process: subprocess.Popen[str] | None = None

    def run(self, command: str, *words: str | Path) -> str:
        """Run a command of it; return what it printed."""
        spelled = [sys.executable, "-m", "tools.peer", command, self.home, *words]
        done = subprocess.run(spelled, cwd=ROOT, check=True, capture_output=True, text=True)
        return done.stdout

    def says_who_it_is(self) -> list[str]:
        """Return what stands on its card."""
        endpoint = f"https://127.0.0.1:{self.port}"
        return [
            *("--party", "sy", "--name", "en=Sylvania", "--agency", "npc=en:Police"),
            *("--endpoint", endpoint),
        ]

    def start(self) -> None:
        """Serve."""
        words = [sys.executable, "-m", "tools.peer", "serve", str(self.home)]
        words += ["--port", str(self.port)]
        with (self.folder / "outsider.log").open("a") as log:
            self.process = subprocess.Popen(
                words, cwd=ROOT, text=True, stderr=log,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            )  # fmt: skip
        assert json.loads(self._line()) == {"port": self.port}

    def stop(self) -> None:
        """Kill it: what it signed for is on disk."""
        if self.process is not None:
            self.process.kill()
            self.process.communicate()
            self.process = None

    def _line(self) -> str:
        assert self.process is not None
        assert self.process.stdout is not None
        return self.process.stdout.readline()

    def do(self, what: str, **more: object) -> Any:  # noqa: ANN401 -- whatever JSON it prints
        """Have it say or show something."""
        assert self.process is not None
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps({"do": what, **more}) + "\n")
        self.process.stdin.flush()
        return json.loads(self._line())


@pytest.fixture
def fr(tmp_path: Path) -> Iterator[PairOfNodes]:
    """One real node, that has not paired."""
    (tmp_path / "file.bin").write_bytes(FILE)
    request = {
        "type": "preservation", "urgency": "urgent", "own_reference": "MOJ-1",
        "elements": {"facts": "Words."},
        "items": [{"id": "subscriber", "what": "Who"}, {"id": "traffic", "what": "When"}],
        "attachments": [{"path": "file.bin", "media_type": "image/raw", "mark": "TLP:AMBER"}],
    }  # fmt: skip
    (tmp_path / "request.json").write_text(json.dumps(request))
    with PairOfNodes(tmp_path, (FREEDONIA,), typed=copies(), started=copies().start) as node:
        node._init(node.sides["fr"])
        yield node


@pytest.fixture
def sy(tmp_path: Path) -> Iterator[Outsider]:
    """The State of the outsider."""
    outsider = Outsider(tmp_path)
    yield outsider
    outsider.stop()


def pair(fr: PairOfNodes, sy: Outsider) -> None:
    """Pair by three texts; the real node offers."""
    fr.run("fr", "pair", "offer", "--with", "sy", "-o", "offer.txt")
    offer, accept, confirm = (fr.folder / f"{one}.txt" for one in ("offer", "accept", "confirm"))
    sy.run("accept", offer, *sy.says_who_it_is(), "-o", accept)
    fr.run("fr", "pair", "confirm", "accept.txt", "-o", "confirm.txt")
    keep(fr, sy, confirm)


def keep(fr: PairOfNodes, sy: Outsider, confirm: Path) -> None:
    """Compare the codes, each as the other side shows it, and keep the pairing."""
    theirs = json.loads(sy.run("confirm", confirm))["code"]
    ours = str(fr.run("fr", "pair", "confirm", confirm.name)["code"])
    assert fr.run("fr", "pair", "confirm", confirm.name, "--code", theirs)["saved"]
    sy.run("confirm", confirm, "--code", ours)


def until(found: Any, wanted: Any) -> Any:  # noqa: ANN401 -- whatever is compared
    """Ask until it is so; return what was wanted."""
    end = time.monotonic() + SECONDS
    while (last := found()) != wanted:
        assert time.monotonic() < end, (last, wanted)
        time.sleep(0.05)
    return last


def alike(fr: PairOfNodes, sy: Outsider, matter: str, status: str) -> dict[str, Any]:
    """Wait until both compute one state of a request, and it has this status; return theirs."""
    seen: dict[str, Any] = {}

    def shown() -> tuple[bool, str]:
        ours = fr.run("fr", "request", "show", matter, *ALICE)
        seen.update(sy.do("show", matter=matter))
        return ours["digest"] == seen["digest"], ours["tracks"][0]["status"]

    until(shown, (True, status))
    return seen


def holds(fr: PairOfNodes, act: str, origin: str) -> None:
    """Export the proof of an act; comity and the independent verifier find that it holds."""
    fr.run("fr", "proof", act, "-o", f"{act}.tlog-proof", "--disclose", *ALICE)
    policy = fr.folder / f"{act}.policy"
    (found,) = fr.run("fr", "policy", "--log", origin)["policies"]
    policy.write_text(found["policy"])
    proof = fr.folder / f"{act}.tlog-proof"
    fr.run("fr", "verify", proof.name, "--policy", policy.name, home=False)
    program = ROOT / "tools" / "verify" / "verify.py"
    words = [sys.executable, str(program), str(proof), "--policy", str(policy)]
    subprocess.run(words, check=True, capture_output=True)


def asked(fr: PairOfNodes, sy: Outsider) -> dict[str, Any]:
    """Have the real node ask; what it asks is read and its file has come whole."""
    sent: dict[str, Any] = fr.run(
        "fr", "request", "send", "request.json", *ALICE, "--to", "sy", "--wait"
    )
    shown = alike(fr, sy, sent["matter"], "submitted")
    says = {one["role"]: one["says"] for one in shown["bodies"]}
    assert says["elements"]["elements"] == {"facts": "Words."}
    digest = hashlib.sha256(FILE).hexdigest()

    def has_file() -> bool:
        bodies = sy.do("show", matter=sent["matter"])["bodies"]
        return digest in [one["says"] for one in bodies]

    until(has_file, wanted=True)
    return sent


def answer(sy: Outsider, matter: str, item: str) -> dict[str, Any]:
    """Have the outsider answer one item."""
    words = [{"lang": "en", "text": f"Kept: {item}.", "by": "Police", "original": True}]
    said: dict[str, Any] = sy.do(
        "answer", matter=matter, items={item: {"kept": True}}, texts=words, **SPEAKS
    )
    return said


def test_a_state_written_from_the_specification_answers_a_real_node(
    fr: PairOfNodes, sy: Outsider
) -> None:
    """Paired, mirrored, cosigned, acknowledged, answered, proven; one digest at each step."""
    pair(fr, sy)
    fr.start("fr")
    sy.start()
    sent = asked(fr, sy)
    matter = sent["matter"]
    sy.do("acknowledge", matter=matter, **SPEAKS)
    alike(fr, sy, matter, "acknowledged")
    answer(sy, matter, "subscriber")
    alike(fr, sy, matter, "partly")
    sy.stop()
    sy.start()
    last = answer(sy, matter, "traffic")
    alike(fr, sy, matter, "answered")
    turns = fr.run("fr", "request", "show", matter, *ALICE)["turns"]
    assert [one["text"] for one in turns[-1]["texts"]] == ["Kept: traffic."]
    fr.run("fr", "request", "close", matter, "--reason", "satisfied", *ALICE, "--wait")
    alike(fr, sy, matter, "closed")
    for said in (sent, last):
        holds(fr, said["act"], said["log"])
    listed = sy.do("list")
    assert (listed["unread"], listed["foreign"]) == ([], [])
    assert fr.run("fr", "fsck")["clean"]
    findings = fr.run("fr", "status")["findings"]
    assert [one for one in findings if one["about"] == "alarm"] == []


def test_it_follows_the_next_card_of_a_real_node(fr: PairOfNodes, sy: Outsider) -> None:
    """Heads, cosignatures, seals and certificates of the next card count from where it stands."""
    pair(fr, sy)
    fr.start("fr")
    sy.start()
    before = asked(fr, sy)["matter"]
    (root,) = fr.folder.glob("*.root")
    fr.run("fr", "key", "rotate", "--root", str(root))
    after = asked(fr, sy)["matter"]
    for matter in (before, after):
        sy.do("acknowledge", matter=matter, **SPEAKS)
        alike(fr, sy, matter, "acknowledged")
    sy.stop()
    sy.start()
    answer(sy, after, "subscriber")
    alike(fr, sy, after, "partly")
    listed = sy.do("list")
    assert (listed["unread"], listed["foreign"]) == ([], [])
    assert [one["said"]["tag"] for one in listed["acts"]].count(ENTERED) == 1
    assert listed["signed_by"][-1] == 2
    assert fr.run("fr", "fsck")["clean"]


def test_it_offers_too(fr: PairOfNodes, sy: Outsider) -> None:
    """The offer of the outsider is accepted by the real node, and its commitment opens."""
    offer, accept, confirm = (fr.folder / f"{one}.txt" for one in ("offer", "accept", "confirm"))
    sy.run("offer", "--with", "fr", *sy.says_who_it_is(), "-o", offer)
    fr.run("fr", "pair", "accept", "offer.txt", "-o", "accept.txt")
    sy.run("confirm", accept, "-o", confirm)
    keep(fr, sy, confirm)


def test_it_imports_nothing_of_comity() -> None:
    """It shows what it shows because it has Python, `cryptography` and docs/spec alone."""
    names = set()
    for file in PEER.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                names.add(node.module or "")
    own = {name for name in names if name.startswith("tools.peer")} | {"tools.peer"}
    others = {name.partition(".")[0] for name in names - own}
    assert others - {"cryptography"} <= sys.stdlib_module_names
