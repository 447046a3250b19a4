"""The first steps by hand, typed as the page shows them: what it shows is what people get.

Names that chance makes (tokens, codes, ids, instants) are learned from what is shown: a word of
the page stands for the word that this run printed in its place.
"""

import os
import re
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from comity.demo.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
COMITY = str(Path(sys.executable).with_name("comity"))
PORTS = ("9401", "9402", "9443", "9444")
"""Those that the page uses; a test takes free ones."""

_INSTANT = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC"
_MADE = re.compile(
    r"comity-officer-[a-z2-7]{52}"
    r"|\b[0-9A-Z]{4}-[0-9A-Z]{4}\b"
    rf"|{_INSTANT}"
    r"|\b[0-9a-f]{16}\b"
    r"|\b[a-z2-7]{26}\b"
    r"|\b(?=[a-z]*[2-7])[a-z2-7]{8}\b"
)
"""Words that chance or the clock makes."""

READY_S = 60.0


@dataclass
class Tour:
    """One walk through the page.

    Attributes:
        folder: where its commands run.
        words: what this run has for a word of the page.
        tokens: by officer, as they were shown.
        serving: programs that stay.
    """

    folder: Path
    words: dict[str, str]
    environment: dict[str, str]
    tokens: dict[str, str] = field(default_factory=dict)
    serving: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def ours(self, text: str) -> str:
        """Put this run's words in the place of the page's."""
        for word in sorted(self.words, key=len, reverse=True):
            text = text.replace(word, self.words[word])
        return text

    def type(self, command: str) -> str:
        """Run one line of the page and return what it printed."""
        officer = re.match(r"export COMITY_TOKEN=….*# (\w+)'s", command)
        if officer:
            self.environment["COMITY_TOKEN"] = self.tokens[officer[1]]
            return ""
        if command.startswith("export COMITY_KEY="):
            made = subprocess.check_output(["bash", "-c", f"{command}; echo $COMITY_KEY"])
            self.environment["COMITY_KEY"] = made.decode().strip()
            return ""
        named = re.match(r"export ((?:COMITY_(?:HOME|OFFICER)=\w+ +)+)", command)
        if named:
            self.environment |= dict(one.split("=") for one in named[1].split())
            return ""
        line = self.ours(command).replace("./comity", shlex.quote(COMITY))
        line = re.sub(r"^python3 ", f"{shlex.quote(sys.executable)} ", line)
        if " serve " in line:
            self._serve(line)
            return ""
        done = subprocess.run(
            ["bash", "-c", line], cwd=self.folder, env=self.environment,
            capture_output=True, check=False, timeout=120,
        )  # fmt: skip
        said = done.stdout.decode()
        assert done.returncode == 0, f"{command}\n{said}{done.stderr.decode()}"
        added = re.search(r"officer add .* (?P<name>\w+) --agency", command)
        if added:
            token = re.search(r"comity-officer-[a-z2-7]+", said)
            assert token is not None, said
            self.tokens[added["name"]] = token[0]
        return said

    def _serve(self, line: str) -> None:
        """Start a node and wait until its listeners answer."""
        log = self.folder / f"serve-{len(self.serving)}.log"
        with log.open("wb") as out:
            words = shlex.split(line)
            process = subprocess.Popen(
                words, cwd=self.folder, env=self.environment, stdout=out, stderr=out
            )
        self.serving.append(process)
        until = time.monotonic() + READY_S
        while "serve.ready" not in log.read_text(encoding="utf-8"):
            assert time.monotonic() < until, log.read_text(encoding="utf-8")
            time.sleep(0.1)

    def compare(self, shown: str, said: str) -> None:
        """Find a line of the page in what was printed, and learn its words from there.

        An instant is any instant: two that the page shows as one second may lie in two.
        """
        line = self.ours(shown)
        pattern, at = "", 0
        learned: list[str] = []
        for made in _MADE.finditer(line):
            pattern += re.escape(line[at : made.start()])
            at = made.end()
            if re.fullmatch(_INSTANT, made[0]):
                pattern += _INSTANT
            elif made[0] in self.words.values():
                pattern += re.escape(made[0])
            else:
                pattern += f"({_MADE.pattern})"
                learned.append(made[0])
        found = re.search(f"^{pattern}{re.escape(line[at:])}$", said, re.MULTILINE)
        assert found is not None, f"README shows\n{line}\nand this run printed\n{said}"
        for word, ours in zip(learned, found.groups(), strict=True):
            self.words[word] = ours
            if re.fullmatch(r"[a-z2-7]{26}", word):
                self.words[word[:8]] = ours[:8]


@pytest.fixture
def tour(tmp_path: Path) -> Iterator[Tour]:
    """A folder that looks like the clone; programs that serve in it are ended."""
    for name in ("examples", "tools"):
        (tmp_path / name).symlink_to(ROOT / name)
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("COMITY_")}
    walk = Tour(tmp_path, {port: str(free_port()) for port in PORTS}, inherited)
    yield walk
    for process in walk.serving:
        process.terminate()
    for process in walk.serving:
        process.wait(30)


def _blocks() -> list[str]:
    page = (ROOT / "docs" / "first-steps.md").read_text(encoding="utf-8")
    part = page.split("## Two nodes by hand, in five minutes")[1].split("\n## ")[0]
    return re.findall(r"^```\n(.*?)^```", part, re.MULTILINE | re.DOTALL)


@pytest.mark.slow
def test_the_first_steps_do_what_they_show(tour: Tour) -> None:
    """Each command of the first steps succeeds as typed and prints each line that stands there."""
    blocks = _blocks()
    assert len(blocks) >= 6
    for block in blocks:
        said = ""
        for line in block.splitlines():
            if line.startswith("$ "):
                said = tour.type(line.removeprefix("$ "))
            elif line.strip("… "):
                tour.compare(line, said)
    assert len(tour.serving) == 2
