"""What the scenes of the demo share: who acts, how an act is said and approved, what held.

    draft = play.says(FR, "request", "send", play.file("content.json"), "--to", SY)

An act is typed by the first officer of a State.  Where the guideline or the law wants more before
it leaves, the second one reads exactly what will cross and approves it by its hash.

Floor: demo.
"""

import re
import shutil
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from importlib import resources
from pathlib import Path
from typing import Any, Final

from comity.demo.pair_of_nodes import FREEDONIA, SYLVANIA, PairOfNodes, told
from comity.kernel.ijson import Json
from comity.node.room import calendars as agreed

FR: Final = FREEDONIA.party
SY: Final = SYLVANIA.party
FIRST: Final = {FR: FREEDONIA.officer, SY: SYLVANIA.officer}
SECOND: Final = {FR: "anna", SY: "bela"}
"""Counsel, who also approve what the first officers write."""

_CALENDARS: Final = {FR: ("AT", "Europe/Vienna"), SY: ("CN", "Asia/Shanghai")}
"""Two real countries, whose holidays the invented States keep."""

_OFFICE: Final = "08:00-18:00"
WAIT_S: Final = 60.0
_POLL_S: Final = 0.3

WRITTEN: Final = datetime(2026, 11, 24, 21, tzinfo=UTC)
"""The evening on which the examples were written."""

_DAY: Final = re.compile(r"\b\d{4}-\d\d-\d\d(?=T\d\d:\d\d:\d\d)")


@dataclass(slots=True)
class Story:
    """What was done and what held.

    Attributes:
        note: prints a line for people.
        told: every line, in order.
        checks: `{sentence: whether it held}`.
        facts: for machines.
    """

    note: Callable[[str], None]
    told: list[Json] = field(default_factory=list)
    checks: dict[str, bool] = field(default_factory=dict)
    facts: dict[str, Json] = field(default_factory=dict)

    def tell(self, line: str) -> None:
        """Tell a line."""
        self.told.append(line)
        self.note(line)

    def check(self, sentence: str, *, holds: bool) -> None:
        """Note a check and tell it."""
        self.checks[sentence] = holds
        self.tell(f"  {'holds' if holds else 'FAILS'}  {sentence}")


@dataclass(slots=True)
class Play:
    """Two nodes, and what has been played on them.

    Attributes:
        nodes: that serve.
        story: what is told.
        now_ms: tells the time.
        files: folder with the files that officers wrote.
        matters: `{scene: id of its request}`.
        acts: `{word: what was printed when it was sent}` of acts that are proved at the end.
        past: how many requests both had before.
        label: of the last session of ministers in it, or "".
    """

    nodes: PairOfNodes
    story: Story
    now_ms: Callable[[], int]
    files: Path
    matters: dict[str, str] = field(default_factory=dict)
    acts: dict[str, dict[str, Any]] = field(default_factory=dict)
    past: int = 0
    label: str = ""

    def now(self) -> datetime:
        """Return the time, UTC."""
        return datetime.fromtimestamp(self.now_ms() / 1_000, UTC)

    def zone(self, party: str) -> str:
        """Return the time zone of a State."""
        return _CALENDARS[party][1]

    def file(self, name: str) -> str:
        """Return the path of a file that an officer wrote."""
        return str(self.files / name)

    def runs(self, party: str, *words: str) -> Any:  # noqa: ANN401 -- whatever JSON the command prints
        """Run a command as the first officer.

        Raises:
            Fault: what it said.
        """
        return self.nodes.run(party, *words, "--as", FIRST[party])

    def counsel(self, party: str, *words: str) -> Any:  # noqa: ANN401 -- as above
        """Run a command as the second officer.

        Raises:
            Fault: what it said.
        """
        return self.nodes.run(party, *words, "--as", SECOND[party])

    def says(self, party: str, *words: str, waits: bool = True) -> dict[str, Any]:
        """Type an act as the first officer, and approve it as the second if it needs that.

        Args:
            party: whose officers they are.
            words: the command.
            waits: until the other side has signed for it.
        """
        typed: dict[str, Any] = self.runs(party, *words, *_waiting(waits=waits))
        return self.approves(party, typed, waits=waits) if "draft" in typed else typed

    def approves(
        self, party: str, drafted: dict[str, Any], *, waits: bool = True
    ) -> dict[str, Any]:
        """Read a draft as the second officer and approve what was read; return what was sent."""
        draft = str(drafted["draft"])
        content = str(self.counsel(party, "draft", "show", draft)["content_sha256"])
        approve = ("draft", "approve", draft, "--content", content)
        sent: dict[str, Any] = self.counsel(party, *approve, *_waiting(waits=waits))
        return sent

    def stopped(self, party: str, *words: str) -> str:
        """Type what must not be said now; return the rule that stops it, or ""."""
        done = self.nodes.attempt(party, *words, "--as", FIRST[party])
        error = told(done).get("error", {})
        return str(error.get("code", "")) if done.code else ""

    def asks(self, scene: str, *words: str) -> str:
        """Let Freedonia send a request; return its id, kept under the name of the scene."""
        sent = self.says(FR, "request", "send", *words, "--to", SY)
        self.matters[scene] = str(sent["matter"])
        self.acts.setdefault("request", sent)
        return self.matters[scene]

    def shown(self, party: str, matter: str) -> dict[str, Any]:
        """Return a request as the first officer of a State reads it."""
        found: dict[str, Any] = self.runs(party, "request", "show", matter)
        return found


def _waiting(*, waits: bool) -> tuple[str, ...]:
    return ("--wait",) if waits else ()


def on_both[T](work: Callable[[str], T]) -> dict[str, T]:
    """Do something on each side at once; return `{party: what came of it}`."""
    with ThreadPoolExecutor(len(FIRST)) as pool:
        return dict(zip(FIRST, pool.map(work, FIRST), strict=True))


def is_held(sent: dict[str, Any]) -> bool:
    """Return whether every addressee has signed for an act, and its receipt has come back."""
    deliveries = sent["deliveries"]
    return bool(deliveries) and all(d["cosigned_at_ms"] and d["received_at_ms"] for d in deliveries)


def until(holds: Callable[[], bool]) -> bool:
    """Wait until something holds, but not for ever."""
    end = time.monotonic() + WAIT_S
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(_POLL_S)
    return holds()


def example(name: str) -> Path:
    """Return the file of an example that ships."""
    return Path(str(resources.files("comity.catalogue") / "examples" / name))


def write_files(folder: Path, now: datetime) -> None:
    """Write the examples into a folder as if they had been written on the last evening.

    A transfer counts for 72 hours and nothing lies in the future, so that their times are moved
    by whole days; dates in prose stay.

    Args:
        folder: not there yet.
        now: the time, with its zone.
    """
    shutil.copytree(example("preservation.json").parent, folder)
    days = timedelta(days=(now - WRITTEN).days)
    for file in folder.glob("*.json"):
        text = file.read_text("utf-8")
        moved = _DAY.sub(lambda day: str(date.fromisoformat(day[0]) + days), text)
        file.write_text(moved, "utf-8")


def calendars(nodes: PairOfNodes, first: int, last: int) -> dict[str, Path]:
    """Let each State write its calendar; return `{name of the text: its file}`.

    Args:
        nodes: in whose folder the files are written.
        first: year that they know.
        last: likewise.
    """
    years = [str(year) for year in range(first, last + 1)]
    found: dict[str, Path] = {}
    for party, (country, zone) in _CALENDARS.items():
        name = agreed.name_of(party)
        found[name] = nodes.folder / f"{name}.yaml"
        nodes.run(
            party, "calendar", "propose", "--country", country, "--zone", zone, "--id", party,
            "--years", *years, "--office-hours", _OFFICE, "-o", str(found[name]), home=False,
        )  # fmt: skip
    return found


def instant(at: datetime) -> str:
    """Return a time as commands take it."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
