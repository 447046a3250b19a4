"""An exercise by command: agreed, planned, readied, played, stopped, rated; alike on both sides."""

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from joint.exercise.lists import GOOD
from support.desks import AGENCIES, FIRST, SECOND, Desks

from comity.acts.record import Matter
from comity.joint.arrangement.channel import EXERCISE, Terms
from comity.joint.exercise import acts, master_list
from comity.joint.exercise.play import PART, time_map
from comity.kernel.fault import Fault
from comity.node.base import channel_records
from comity.node.base.register_records import live_of
from comity.node.exchange import channel
from comity.node.room import clocks, exercises
from comity.rooms.exercise import scenarios, sheet

WINDOW = ("--from", "2026-11-24T00:00:00Z", "--until", "2026-12-24T00:00:00Z")
PLAN = hashlib.sha256(b"the plan").hexdigest()
LIST = hashlib.sha256(b"the list").hexdigest()
CELLS, PLAYERS = "cells-2027", "play-2027"


class Exercise(Desks):
    """Two States that agreed to hold an exercise and have its two channels."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.folder = folder
        for party, agency in AGENCIES.items():
            for name in (f"lead-{party}", f"deputy-{party}"):
                self.add(party, name, agency, "controller", "secretariat", "releasing")
        proposed = self.do(
            "us", "exercise", "propose", "--kind", "cybercrime", *WINDOW,
            "--control", CELLS, "--play", PLAYERS,
        )  # fmt: skip
        self.id = str(proposed["matter"])
        self.do("cn", "exercise", "agree", self.id, *WINDOW)
        for name in (CELLS, PLAYERS):
            terms = Terms(name, EXERCISE, Matter("exercise", self.id))
            for one in self.states.values():
                channel.open_channel(one.node, one.maker, "", terms)
            for _ in range(4):
                self.deliver()

    def control(self, party: str, where: str, *words: str | Path) -> Any:  # noqa: ANN401 -- JSON
        """Do something in one of the channels as who runs the exercise."""
        return self._within(where, (f"lead-{party}", f"deputy-{party}"), party, *words)

    def play(self, party: str, *words: str | Path) -> Any:  # noqa: ANN401 -- JSON
        """Do something in the play as a player."""
        return self._within(PLAYERS, (FIRST[party], SECOND[party]), party, *words)

    def _within(self, where: str, names: tuple[str, str], party: str, *words: str | Path) -> Any:  # noqa: ANN401 -- JSON
        self.exercise = where
        FIRST[party], SECOND[party], before = *names, (FIRST[party], SECOND[party])
        try:
            return self.do(party, *words)
        finally:
            self.exercise = ""
            FIRST[party], SECOND[party] = before


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Exercise:
    """An exercise that was agreed."""
    return Exercise(tmp_path_factory.mktemp("exercise"))


@pytest.fixture(scope="module")
def cells(held: Exercise) -> str:
    """Let both cells adopt the plan and the list; return the id of the cells."""
    cells = held.control("us", CELLS, "exercise", "open-control")["matter"]
    words = Path(held.folder, "plan.json")
    words.write_text(
        '{"texts": [{"lang": "en", "text": "The plan.", "by": "cells", "original": true}]}'
    )
    adopts = {"plan": ("control", "adopt-text"), "master-list": ("exercise", "master", "adopt")}
    for name, sha256 in (("plan", PLAN), ("master-list", LIST)):
        given = ("--text", name, "--sha256", sha256)
        held.control("us", CELLS, "control", "propose-text", cells, words, *given)
        held.control("cn", CELLS, *adopts[name], cells)
    return str(cells)


@pytest.fixture(scope="module")
def play(held: Exercise, cells: str) -> str:
    """Let both cells be ready and start the play; return its id."""
    play = held.control("cn", PLAYERS, "exercise", "open-play")["matter"]
    start = ("exercise", "start", play, "--plan", PLAN, "--list", LIST, "--rate", "60")
    at = ("--scenario-at", "2027-03-01T08:00:00Z")
    held.exercise = PLAYERS
    assert "exercise.not-ready" in held.no_as("us", "lead-us", *start, *at)
    for party in ("us", "cn"):
        ready = ("--plan", PLAN, "--list", LIST, "--seats", "6")
        held.control(party, CELLS, "exercise", "ready", cells, *ready)
    held.control("us", PLAYERS, *start, *at)
    held.control("cn", PLAYERS, "exercise", "agree-setting", play)
    return str(play)


def test_an_exercise_is_planned_played_and_rated(held: Exercise, cells: str, play: str) -> None:
    """Both cells adopt and are ready; time moves by agreement; a stop holds; both see the same."""
    delivered = held.control(
        "us", PLAYERS, "exercise", "deliver", "--play", play, "--number", "4", "--sort",
        "scheduled", "--side", "cn", "--seat", "bank", "--text", "en=The invoice was false.",
        "--text", "zh=发票系伪造。",
    )["matter"]  # fmt: skip
    held.exercise = PLAYERS
    take = ("exercise", "take", delivered, "--seat", "bank")
    assert "exercise.not-entitled" in held.no_as("cn", "lead-cn", *take)
    held.play("cn", *take)
    held.play("cn", "exercise", "answer", delivered, "--seat", "bank", "--outcome", "done")
    held.play("cn", "exercise", "stop", play, "--reason", "real-world")
    held.exercise = PLAYERS
    again = ("--play", play, "--number", "5", "--sort", "scheduled", "--side", "cn", "--seat", "x")
    text = ("--text", "en=More.", "--text", "zh=更多。")
    assert "exercise.not-running" in held.no_as(
        "us", "lead-us", "exercise", "deliver", *again, *text
    )
    rating = ("--task", "stop-payment", "--side", "cn", "--rating", "S")
    rated = held.control("cn", CELLS, "exercise", "rate-task", *rating)["matter"]
    held.control("us", CELLS, "exercise", "concur", rated)
    for where, noun, matter, status in (
        (PLAYERS, "play", play, "stopped"),
        (PLAYERS, "inject", delivered, "answered"),
        (CELLS, "control", cells, "ready"),
        (CELLS, "evaluation", rated, "shared"),
    ):
        both = [held.control(party, where, noun, "show", matter) for party in ("us", "cn")]
        assert both[0]["digest"] == both[1]["digest"]
        assert both[0]["status"] == status


@pytest.mark.usefixtures("play")
def test_nobody_reads_two_compartments_at_once(held: Exercise) -> None:
    """Real lists have nothing of the play, the play nothing real, players nothing of the cells."""
    held.exercise = ""
    for noun in ("control", "play", "inject", "evaluation"):
        table = {"control": "controls", "play": "plays"}.get(noun, f"{noun}s")
        for name in ("lead-us", "ann"):
            assert held.value("us", name, noun, "list")[table] == []
    assert held.value("us", "lead-us", "exercise", "list")["exercises"] != []
    held.exercise = PLAYERS
    assert held.value("us", "lead-us", "exercise", "list")["exercises"] == []
    assert held.value("us", "ann", "play", "list")["plays"] != []
    assert held.value("us", "ann", "control", "list")["controls"] == []
    held.exercise = ""


def test_the_channel_of_the_cells_is_for_who_runs_the_exercise(held: Exercise) -> None:
    """A player cannot enter it, and nobody enters what is no exercise."""
    node = held.states["us"].node
    analyst = held.add("us", "pat", "doj", "analyst")
    with pytest.raises(Fault, match=r"officer\.role\.lacking"):
        exercises.enter(node, analyst, CELLS)
    for name in ("live", "hotline", "nowhere", ""):
        with pytest.raises(Fault, match=r"node\.exercise\.unknown"):
            exercises.enter(node, analyst, name)
    names = [one.name for one in exercises.entrances(node, analyst)]
    assert names == [PLAYERS]
    entered = exercises.enter(node, analyst, PLAYERS)
    assert entered.compartment.endswith(f"/{PLAYERS}")


def test_a_master_list_goes_out_and_comes_back_and_is_compared(tmp_path: Path) -> None:
    """Spreadsheet to text to spreadsheet: one hash; each change is named by item and column."""
    desks = Desks(tmp_path)
    ours, book, table = (tmp_path / f"list.{end}" for end in ("json", "xlsx", "csv"))
    ours.write_bytes(master_list.render(GOOD))
    sha256 = hashlib.sha256(ours.read_bytes()).hexdigest()
    for source, made in ((ours, book), (book, table), (table, tmp_path / "again.json")):
        told = desks.json_of("exercise", "master", "export", source, "--output", made)
        assert told["sha256"] == sha256
    assert (tmp_path / "again.json").read_bytes() == ours.read_bytes()
    checked = desks.json_of("exercise", "master", "check", book, "--task", "preserve")
    assert [one["value"] for one in checked["problems"]] == ["preserve"]
    theirs = tmp_path / "theirs.json"
    theirs.write_bytes(master_list.render([replace(GOOD[0], seat="court"), *GOOD[1:]]))
    (change,) = desks.json_of("exercise", "master", "diff", ours, theirs)["changes"]
    assert (change["number"], change["column"], change["after"]) == (1, "seat", "court")
    fixed = desks.json_of("exercise", "fix-hash", ours)
    assert acts.commitment(fixed["salt"], fixed["content"]) == fixed["commit"]
    assert fixed["content"] == sha256


def test_a_shipped_scenario_becomes_a_list_whose_secrets_open_it(tmp_path: Path) -> None:
    """The list tells the hashes of private items; what is shown once opens them."""
    desks = Desks(tmp_path)
    shipped = [one["id"] for one in desks.json_of("exercise", "plan", "list")["scenarios"]]
    assert shipped == scenarios.names()
    made = tmp_path / "list.xlsx"
    for name in shipped:
        made.unlink(missing_ok=True)
        plan = desks.json_of("exercise", "plan", "show", name)
        states = ("--a", "us", "--b", "cn")
        taken = desks.json_of("exercise", "plan", "take", name, *states, "--output", made)
        commits = {one.number: one.commit for one in sheet.from_xlsx(made.read_bytes())}
        assert taken["private"]
        for one in taken["private"]:
            assert acts.commitment(one["salt"], one["content"]) == commits[one["number"]]
        tasks = [task["id"] for one in plan["objectives"] for task in one["tasks"]]
        wanted = [word for task in tasks for word in ("--task", task)]
        assert desks.json_of("exercise", "master", "check", made, *wanted)["problems"] == []


def test_clocks_of_the_play_count_in_its_time(held: Exercise, play: str) -> None:
    """Both nodes count by the map that was agreed, and real work by none."""
    for party in ("us", "cn"):
        node = held.states[party].node
        with node.store.read() as tx:
            (path,) = [one for one in channel_records.compartments(tx) if one.endswith(PLAYERS)]
            row = tx.matter(path, Matter("play", play))
            assert row is not None
            times = clocks.Channel(node, tx, path).times
            assert times == time_map(PART.from_json(row.state))
            assert clocks.Channel(node, tx, live_of(path)).times is None
