"""An exercise of two States as they type it, with a scripted partner at the seats that nobody has.

    held = Exercise.of(typed, ("fr", "zz"), "harbour-invoice")
    held.prepare(folder, from_, until)        agreed, planned, ready
    held.start(1_440)
    while not held.is_over():
        held.turn(("fr", "zz"))

It does what people at the seats would do, by the rules of the scenario, in scenario time.  What is
typed where is told by `typed`: in a demo, in a rehearsal, or in a test.

Floor: demo.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from comity.clocks import instants
from comity.joint.exercise import acts, inject, play, scenario
from comity.joint.exercise.master_list import PRIVATE, Item
from comity.joint.exercise.scenario import Partner, Scenario
from comity.kernel import ijson
from comity.rooms.exercise import scenarios

CELLS: Final = "cells"
PLAYERS: Final = "players"
LEAD: Final = "lead"
"""Who runs the exercise on each side; players are those whom `typed` names `PLAYER`."""
PLAYER: Final = "player"
NOBODY: Final = ""
"""Of a command that asks no node."""
SCENE: Final = "2027-03-01T08:55:00Z"
"""What the clock of an exercise shows at its start: five minutes before the first item."""

_MINUTE_MS: Final = 60_000
_SOON_MS: Final = 60 * _MINUTE_MS
_JUMP_MS: Final = 360 * _MINUTE_MS
USUAL: Final = Partner(0, 10 * _MINUTE_MS, 60 * _MINUTE_MS, "done")
"""Of an item without a rule."""

type Typed = Callable[[str, str, str, Sequence[str]], dict[str, Any]]
"""(party, `LEAD`, `PLAYER` or `NOBODY`, channel of the exercise or "", words) -> what was printed.

An act is approved where it has to be, and has arrived when this returns."""


@dataclass(slots=True)
class Exercise:
    """An exercise by commands.

    Attributes:
        typed: types a command.
        parties: side a and side b.
        scenario: that is played.
        module: of it.
        id, cells, play: matters, once there are.
        secrets: `{number: (salt, hash of the content)}` of private items.
    """

    typed: Typed
    parties: tuple[str, str]
    scenario: Scenario
    module: str
    id: str = ""
    cells: str = ""
    play: str = ""
    secrets: dict[int, tuple[str, str]] = field(default_factory=dict)
    _hashes: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, typed: Typed, parties: tuple[str, str], name: str, module: str = "") -> "Exercise":
        """Return one of a shipped scenario: of one of its modules, the first if none is named."""
        found = scenarios.load(name)
        return cls(typed, parties, found, module or found.modules[0].id)

    def prepare(self, folder: Path, window: tuple[str, str]) -> None:
        """Agree to hold it, open both channels, adopt plan and list, and be ready."""
        a, b = self.parties
        spelled = ("--from", window[0], "--until", window[1])
        names = ("--control", CELLS, "--play", PLAYERS)
        kind = ("--kind", self.scenario.kind)
        self.id = str(self._leads(a, "", "propose", *kind, *spelled, *names)["matter"])
        self._leads(b, "", "agree", self.id, *spelled)
        for name in (CELLS, PLAYERS):
            for party in self.parties:
                serves = ("--purpose", "exercise", "--matter", f"exercise/{self.id}")
                self.typed(party, LEAD, "", ("channel", "open", name, *serves))
        self.cells = str(self._leads(a, CELLS, "open-control")["matter"])
        self.play = str(self._leads(b, PLAYERS, "open-play")["matter"])
        for text, file in self._texts(folder).items():
            self.adopt(text, file)
        self._fix(window)
        for party in self.parties:
            self._leads(party, CELLS, "ready", self.cells, *self._what(), "--seats", "5")

    def adopt(self, text: str, file: Path) -> None:
        """Propose a text, and adopt it."""
        a, b = self.parties
        self._hashes[text] = hashlib.sha256(file.read_bytes()).hexdigest()
        given = ("--text", text, "--sha256", self._hashes[text])
        self._leads(a, CELLS, "propose-text", self.cells, str(_answer(file)), *given)
        self._leads(b, CELLS, "adopt-text", self.cells)

    def _texts(self, folder: Path) -> dict[str, Path]:
        """Write the plan and the list; keep what opens the private items."""
        a, b = self.parties
        plan, listed = folder / "plan.json", folder / "list.json"
        plan.write_bytes(ijson.render(scenario.to_json(self.scenario)))
        take = ("exercise", "plan", "take", self.scenario.id, "--module", self.module)
        made = self.typed(a, NOBODY, "", (*take, "--a", a, "--b", b, "--output", str(listed)))
        self.secrets = {one["number"]: (one["salt"], one["content"]) for one in made["private"]}
        return {"plan": plan, "master-list": listed}

    def _fix(self, window: tuple[str, str]) -> None:
        """Fix each private item by its hash, as the State whose players it surprises."""
        for number, (salt, content) in self.secrets.items():
            item = self._item(number)
            given = ("--number", str(number), "--objective", item.objective)
            commit = ("--commit", acts.commitment(salt, content))
            spelled = ("--from", window[0], "--until", window[1])
            self._leads(self._owner(number), CELLS, "fix", self.cells, *given, *commit, *spelled)

    def _item(self, number: int) -> Item:
        return next(one for _, one in self.scenario.items if one.number == number)

    def _owner(self, number: int) -> str:
        return self.parties[scenario.SIDES.index(self._item(number).side)]

    def _what(self) -> tuple[str, ...]:
        return ("--plan", self._hashes["plan"], "--list", self._hashes["master-list"])

    def start(self, rate: int) -> None:
        """Propose the start, and agree to it."""
        a, b = self.parties
        when = ("--scenario-at", SCENE, "--rate", str(rate))
        self._leads(a, PLAYERS, "start", self.play, *self._what(), *when)
        self._leads(b, PLAYERS, "agree-setting", self.play)

    def set(self, *words: str) -> None:
        """Propose another setting of time, and agree to it."""
        a, b = self.parties
        self._leads(a, PLAYERS, words[0], self.play, *words[1:])
        self._leads(b, PLAYERS, "agree-setting", self.play)

    def console(self, party: str = "") -> dict[str, Any]:
        """Return what a controller sees."""
        return self._leads(party or self.parties[1], PLAYERS, "console")

    def turn(self, played: Sequence[str], *, jumps: bool = False) -> list[str]:
        """Do what is due now: items of the list, and what the seats of some sides do.

        Args:
            played: parties whose seats are scripted.
            jumps: whether time jumps where nothing is due soon.

        Returns:
            What was done, a line each.
        """
        shown = self.console()
        if shown["status"] != play.RUNNING:
            return []
        done = [self.deliver(one) for one in shown["next"] if one["holds"]]
        for lane in reversed(shown["deliveries"]):
            if lane["side"] in played:
                done += self._seat(shown, lane)
        if not done and jumps and not self.is_over(shown):
            done = self._jump(shown, self._soonest_ms(shown, played))
        return done

    def _jump(self, shown: dict[str, Any], soonest_ms: int) -> list[str]:
        """Let time jump to what is due next, if that is not soon; by hours where nothing is."""
        at_ms = min(soonest_ms, shown["scenario_ms"] + _JUMP_MS)
        if at_ms <= shown["scenario_ms"] + _SOON_MS:
            return []
        self.set("jump", "--scenario-at", instants.render(at_ms))
        return [f"time jumped to {instants.render(at_ms)}"]

    def deliver(self, item: dict[str, Any]) -> str:
        """Deliver an item: the second State does, but for what the list does not tell."""
        number, party = int(item["number"]), self.parties[1]
        texts: tuple[str, ...] = ()
        if item["kind"] == PRIVATE:
            said = self.scenario.private[number]
            party = self._owner(number)
            texts = ("--text", f"en={said['en']}", "--text", f"zh={said['zh']}")
        self._leads(party, PLAYERS, "deliver-item", str(number), *texts)
        return f"item {number} delivered to {item['seat']} of {item['side']}"

    def _seat(self, shown: dict[str, Any], lane: dict[str, Any]) -> list[str]:
        rule, at_ms = self._rule(lane["number"]), lane["scenario"]["delivered_ms"]
        if at_ms is None:
            return []
        since_ms = shown["scenario_ms"] - at_ms
        seat = ("--seat", lane["seat"])
        if lane["status"] == inject.DELIVERED and since_ms >= rule.take_ms:
            self._plays(lane["side"], "take", lane["id"], *seat)
        elif lane["status"] == inject.TAKEN and since_ms >= rule.answer_ms:
            self._plays(lane["side"], "answer", lane["id"], *seat, "--outcome", rule.outcome)
        else:
            return []
        what = "taken" if lane["status"] == inject.DELIVERED else f"answered: {rule.outcome}"
        return [f"item {lane['number']} {what} by {lane['seat']} of {lane['side']}"]

    def _rule(self, number: int) -> Partner:
        return next((one for one in self.scenario.partner if one.item == number), USUAL)

    def _soonest_ms(self, shown: dict[str, Any], played: Sequence[str]) -> int:
        """Return when something is due next, in scenario time; far away where nothing is."""
        found = [1 << 52]
        for one in shown["next"]:
            if one["due_ms"] is not None:
                ahead_ms = (one["due_ms"] - shown["now_ms"]) * shown["rate"]
                found.append(shown["scenario_ms"] + ahead_ms)
        for lane in shown["deliveries"]:
            rule, at_ms = self._rule(lane["number"]), lane["scenario"]["delivered_ms"]
            is_open = lane["status"] in {inject.DELIVERED, inject.TAKEN}
            if is_open and at_ms is not None and lane["side"] in played:
                is_new = lane["status"] == inject.DELIVERED
                found.append(at_ms + (rule.take_ms if is_new else rule.answer_ms))
        return min(found)

    def is_over(self, shown: dict[str, Any] | None = None) -> bool:
        """Return whether each delivery was answered, and nothing that has a time is left."""
        shown = shown or self.console()
        is_open = any(
            one["status"] in {inject.DELIVERED, inject.TAKEN} for one in shown["deliveries"]
        )
        is_left = any(one["holds"] or one["due_ms"] is not None for one in shown["next"])
        return bool(shown["deliveries"]) and not is_open and not is_left

    def disclose(self, number: int) -> None:
        """Open a private item: what was played is what had been agreed."""
        salt, content = self.secrets[number]
        given = ("--number", str(number), "--salt", salt, "--content", content)
        self._leads(self._owner(number), CELLS, "disclose", self.cells, *given)

    def _leads(self, party: str, where: str, verb: str, *words: str) -> dict[str, Any]:
        return self.typed(party, LEAD, where, ("exercise", verb, *words))

    def _plays(self, party: str, verb: str, *words: str) -> dict[str, Any]:
        return self.typed(party, PLAYER, PLAYERS, ("exercise", verb, *words))


def _answer(file: Path) -> Path:
    """Write the file by which a text is proposed: words, and the text as it is."""
    one = {"path": file.name, "media_type": "application/json", "mark": "TLP:AMBER"}
    words = [
        {"lang": "en", "text": f"The {file.stem}.", "by": "control cell", "original": True},
        {"lang": "zh-Hans", "text": f"{file.stem}。", "by": "control cell", "original": False},
    ]
    made = file.with_suffix(".answer.json")
    made.write_text(json.dumps({"texts": words, "attachments": [one]}, ensure_ascii=False), "utf-8")
    return made
