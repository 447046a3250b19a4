"""The scripted partner plays a module by commands, as the demo and a rehearsal do."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from support.desks import AGENCIES, FIRST, SECOND, Desks

from comity.acts.record import Matter
from comity.demo.scripted import LEAD, Exercise
from comity.joint.arrangement.channel import EXERCISE, Terms
from comity.node.exchange import channel

RUNNING = {party: (f"lead-{party}", f"deputy-{party}") for party in FIRST}
PLAYING = {party: (FIRST[party], SECOND[party]) for party in FIRST}
WINDOW = ("2026-11-24T00:00:00Z", "2026-12-24T00:00:00Z")
STEP_MS = 20_000


class Stage(Desks):
    """Two States whose officers type what the exercise asks for."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        for party, agency in AGENCIES.items():
            for name in RUNNING[party]:
                self.add(party, name, agency, "controller", "secretariat", "releasing")

    def typed(self, party: str, who: str, where: str, words: Sequence[str]) -> Any:  # noqa: ANN401 -- JSON
        """Type one command, let a second officer approve it, let it arrive."""
        if words[0] == "channel":
            return self._opened(party, words[2], words[-1].rpartition("/")[2])
        if not who:
            return self.json_of(*words)
        self.exercise = where
        FIRST[party], SECOND[party] = (RUNNING if who == LEAD else PLAYING)[party]
        try:
            return self.do(party, *words)
        finally:
            self.exercise, (FIRST[party], SECOND[party]) = "", PLAYING[party]

    def _opened(self, party: str, name: str, exercise: str) -> dict[str, Any]:
        one = self.states[party]
        terms = Terms(name, EXERCISE, Matter("exercise", exercise))
        channel.open_channel(one.node, one.maker, "", terms)
        for _ in range(4):
            self.deliver()
        return {}

    def advance(self) -> None:
        """Let a while pass for both."""
        for one in self.states.values():
            one.clock.at_ms += STEP_MS


def test_a_module_is_played_by_commands_alone(tmp_path: Path) -> None:
    """Each item is delivered, taken and answered; time jumps where nothing is due; all is told."""
    stage = Stage(tmp_path)
    held = Exercise.of(stage.typed, ("us", "cn"), "harbour-invoice")
    held.prepare(tmp_path, WINDOW)
    held.start(60)
    told: list[str] = []
    for _ in range(40):
        done = held.turn(("us", "cn"), jumps=True)
        told += done
        if not done and held.is_over():
            break
        stage.advance()
    shown = held.console()
    assert {one["number"] for one in shown["deliveries"]} >= {1, 2, 3, 4, 6}, told
    assert {one["status"] for one in shown["deliveries"]} == {"answered"}
    assert any(one.startswith("time jumped") for one in told)
    held.set("end")
    held.disclose(6)
    both = [held.console(party)["status"] for party in ("us", "cn")]
    assert both == ["ended", "ended"]
