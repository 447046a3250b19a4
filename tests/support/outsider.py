"""The State that was written from docs/spec alone, as a process beside a real node.

Floor: tests.
"""

import hashlib
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from comity.demo.pair_of_nodes import FREEDONIA, PairOfNodes, told
from comity.demo.ports import free_port
from support.typed import copies

ROOT = Path(__file__).parents[2]
ALICE = ["--as", FREEDONIA.officer]
SPEAKS = {"agency": "npc", "reference": "NPC-1"}
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


@contextmanager
def a_real_node(tmp_path: Path) -> Iterator[PairOfNodes]:
    """Give one real node, that has not paired."""
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


ROOMS = ("case", "guideline", "request", "review")
"""Which the outsider knows."""


@contextmanager
def an_outsider(folder: Path) -> Iterator[Outsider]:
    """Give the State of the outsider."""
    outsider = Outsider(folder)
    yield outsider
    outsider.stop()


def pair(fr: PairOfNodes, sy: Outsider) -> None:
    """Pair by three texts; the real node offers."""
    rooms = [word for room in ROOMS for word in ("--room", room)]
    fr.run("fr", "pair", "offer", "--with", "sy", *rooms, "-o", "offer.txt")
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
        done = fr.attempt("fr", "request", "show", matter, *ALICE)
        if done.code:
            return False, ""
        ours = told(done)
        seen.update(sy.do("show", matter=matter))
        statuses = [one["status"] for one in ours["tracks"]]
        return ours["digest"] == seen["digest"], "".join(statuses)

    until(shown, (True, status))
    return seen


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


def answer(sy: Outsider, matter: str, item: str, **more: str) -> dict[str, Any]:
    """Have the outsider answer one item."""
    words = [{"lang": "en", "text": f"Kept: {item}.", "by": "Police", "original": True}]
    said: dict[str, Any] = sy.do(
        "answer", matter=matter, items={item: {"kept": True}}, texts=words, **SPEAKS, **more
    )
    return said


def marks(home: Path) -> Path:
    """Return the high-water file of a home."""
    return home.with_name(f"{home.name}.highwater")


def set_aside(home: Path, kept: Path) -> None:
    """Copy a home and its high-water file in place of what stands there."""
    shutil.rmtree(kept, ignore_errors=True)
    shutil.copytree(home, kept, ignore=shutil.ignore_patterns("run"))
    if marks(home).exists():
        shutil.copy(marks(home), marks(kept))
