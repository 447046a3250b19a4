"""The scene of the exercise: module 1 of *harbour invoice*, played by both on the real workflow.

Floor: demo.
"""

from datetime import timedelta
from typing import Any, Final

from comity.demo.hands import Hands
from comity.demo.scripted import CELLS, LEAD, PLAYER, PLAYERS, Exercise
from comity.demo.story import FIRST, FR, SECOND, SY, Play, instant, until

_SCENARIO: Final = "harbour-invoice"
_PRIVATE: Final = 6
_RATE: Final = 1_440
_TURNS_MAX: Final = 200
_DEPUTY: Final = "deputy"
_ACTIONS: Final = """\
actions:
  - {number: 1, capability: Financial investigation, element: training, owner: sy, agency: npc,
     due: "2027-09-01", en: "Train the fraud desk.", zh: "培训反诈专席。"}
"""


def tabletop(play: Play) -> None:
    """Agree, plan, start, stop, resume and end an exercise; propose what follows from it."""
    story, nodes = play.story, play.nodes
    run = ("controller", "secretariat", "releasing")
    for party in FIRST:
        for name in (LEAD, _DEPUTY):
            nodes.add_officer(party, name, *run)
    names = {(party, LEAD): (LEAD, _DEPUTY) for party in FIRST}
    names |= {(party, PLAYER): (FIRST[party], SECOND[party]) for party in FIRST}
    hands = Hands(nodes, names)
    before = {party: _real(play, party) for party in FIRST}
    held = Exercise.of(hands.typed, (FR, SY), _SCENARIO)
    window = (instant(play.now()), instant(play.now() + timedelta(days=7)))
    held.prepare(nodes.folder, window)
    story.tell("Exercise: both adopted a plan and a master list, and fixed a private item by hash.")
    held.start(_RATE)
    _stopped(play, held, hands)
    _played(held)
    over = held.is_over()
    story.tell("They played module 1 of harbour invoice, a day of it in a minute.")
    story.check("each item was delivered, taken and answered", holds=over)
    held.set("end")
    held.disclose(_PRIVATE)
    shown = [hands.typed(party, LEAD, CELLS, ("control", "show", held.cells)) for party in FIRST]
    commits = [one["state"]["private"][0] for one in shown]
    is_agreed = all(one["content"] == held.secrets[_PRIVATE][1] for one in commits)
    story.check("the disclosed item is the one that was agreed by its hash", holds=is_agreed)
    _lessons(play, held, hands)
    after = {party: _real(play, party) for party in FIRST}
    story.check("real lists and counts are as before the exercise", holds=before == after)


def _real(play: Play, party: str) -> Any:  # noqa: ANN401 -- JSON
    return play.runs(party, "request", "count"), play.runs(party, "hotline", "list")


def _stopped(play: Play, held: Exercise, hands: Hands) -> None:
    """A player stops all: nothing is delivered until both agree to go on."""
    until(lambda: bool(held.console()["next"]) and held.console()["status"] == "running")
    first = held.turn(())
    digests = [_digest(held, hands, party) for party in FIRST]
    shown = held.console()
    is_same = digests == [_digest(held, hands, party) for party in FIRST]
    hands.typed(SY, PLAYER, PLAYERS, ("exercise", "stop-all"))
    until(lambda: all(held.console(party)["status"] == "stopped" for party in FIRST))
    stop = str(held.console(FR)["stop"]["id"])
    held.set("resume", "--stop", stop, "--rate", str(_RATE))
    until(lambda: held.console()["status"] == "running")
    play.story.tell("A player stopped all by one command; both agreed to go on.")
    moved = bool(first) and bool(shown["deliveries"])
    play.story.check("looking at the console moved no clock and no state", holds=moved and is_same)


def _digest(held: Exercise, hands: Hands, party: str) -> str:
    found = hands.typed(party, LEAD, PLAYERS, ("play", "show", held.play))
    return str(found["digest"])


def _played(held: Exercise) -> None:
    for _ in range(_TURNS_MAX):
        if not held.turn(held.parties, jumps=True) and held.is_over():
            return


def _lessons(play: Play, held: Exercise, hands: Hands) -> None:
    """What clocks show becomes a report, and a corrective action a proposed commitment."""
    file = play.nodes.folder / "actions.yaml"
    file.write_text(_ACTIONS, "utf-8")
    made = hands.typed(FR, LEAD, "", ("exercise", "commit-actions", held.id, str(file)))
    for one in made["commitments"]:
        if "draft" in one:
            hands.approved(FR, LEAD, "", str(one["draft"]))
    ref = f"{held.id}/1"
    came = until(lambda: ref in _refs(play, SY))
    play.story.check("a corrective action is proposed as a commitment", holds=came)


def _refs(play: Play, party: str) -> set[str]:
    return {str(one["ref"]) for one in play.runs(party, "commitment", "report")["commitments"]}
