"""Every crash point of send and receive, in every mode, in every scenario.

    act        one act crosses                     recovery   a restored database recovers
    batch      forty at once                       restored   and work goes on after it
    first      the first act ever                  hotline    an emergency, and live beside it
    body       with a small and a large body       answer     the other side answers
    receipt    the way of the receipt              offline    what waited while the line was down
    rotation   a new card enters the log           three      among three parties
    apart      and of those who saw it none is in reach of who starts again and goes on
    overtaken  acts stand where a recovery puts back what was signed

A scenario is run once to number the points that its machines pass, then once for each point
and mode, with the failure there; then everything is mended and started again, comes to
rest, and all invariants are looked at.

Source: reliability, section 4, suite S1.
Floor: lab.
"""

import functools
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from comity.joint.request import acts as request_acts
from comity.kernel.fault import Fault
from comity_lab.sim import faults, rest
from comity_lab.sim.faults import BrokenError, Crash
from comity_lab.sim.invariants import Watch
from comity_lab.sim.machine import Backup, Machine
from comity_lab.sim.officers import Officers
from comity_lab.sim.world import PARTIES, Paired, World, make_world, paired, world_of

SEED: Final = 4242
CASES_MIN: Final = 4_002
"""Of all scenarios: with fewer a machine passes some point no more, as where a mark is left out."""
ROUNDS: Final = 4
_ASKER, _ASKED = PARTIES[0], PARTIES[1]


@dataclass(frozen=True, slots=True)
class Stage:
    """A world in which one scenario is played."""

    world: World
    watch: Watch
    officers: Officers

    def rounds(self, count: int = ROUNDS) -> None:
        """Let everybody pump, a second apart."""
        for _ in range(count):
            self.world.instant.at_ms += 1_000
            self.world.pump()

    def ask(self, name: str = "live", count: int = 1, body: str = "") -> None:
        """Let the first party ask, if it is up."""
        if self.world.machines[_ASKER].node is not None:
            with self.world.care("ask"):
                self.officers.ask(_ASKER, name, count, body)


type Play = Callable[[Stage], None]


@dataclass(frozen=True, slots=True)
class Scenario:
    """What happens, before and while points are numbered.

    Attributes:
        before: brings the world to where the points begin.
        play: what is broken off at each of them.
        parties: how many.
        after: what happens once a machine runs again, before all is mended.
    """

    before: Play
    play: Play
    parties: int = 2
    after: Play | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """One point of one scenario in one mode.

    Attributes:
        scenario: its name.
        number: of the point, from 0.
        party: whose machine fails.
        point: its name.
        mode: how it fails.
    """

    scenario: str
    number: int
    party: str
    point: str
    mode: str

    @property
    def spelled(self) -> str:
        """The words that replay it."""
        return f"{self.scenario}:{self.number}:{self.mode}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a case: the error is "" if everything held."""

    case: Case
    error: str
    reached: frozenset[str]


def _nothing(_stage: Stage) -> None:
    """Begin where pairing ends."""


def _one_crossed(stage: Stage) -> None:
    stage.ask()
    stage.rounds()


def _act(stage: Stage) -> None:
    stage.ask()
    stage.rounds(2)


def _batch(stage: Stage) -> None:
    stage.ask(count=40)
    stage.rounds(2)


def _body(stage: Stage) -> None:
    stage.ask(body="small")
    stage.ask(body="large")
    stage.rounds(2)


def _answer(stage: Stage) -> None:
    if stage.world.machines[_ASKED].node is not None:
        with stage.world.care("respond"):
            stage.officers.respond(_ASKED, request_acts.ANSWERED)
    stage.rounds(2)


def _asked_only(stage: Stage) -> None:
    stage.ask()
    with stage.world.care("send"):
        for pair in stage.world.pairs(_ASKER):
            stage.world.round(_ASKER, pair)


def _receipt(stage: Stage) -> None:
    stage.world.pump(_ASKED)
    stage.world.pump(_ASKER)


def _rotation(stage: Stage) -> None:
    if stage.world.machines[_ASKER].node is not None:
        with stage.world.care("rotate"):
            stage.officers.rotate(_ASKER)
    stage.rounds(1)
    stage.ask()
    stage.rounds(2)


def _before_recovery(stage: Stage) -> None:
    _one_crossed(stage)
    backup = stage.world.machines[_ASKER].backup()
    stage.ask(count=3)
    stage.rounds()
    _restore(stage, backup)


def _restore(stage: Stage, backup: Backup) -> None:
    stage.world.machines[_ASKER].end()
    _put_back(stage, _ASKER, backup)


def _put_back(stage: Stage, party: str, backup: Backup) -> None:
    """Put an old database on a machine that is down; what lies beside it stays as it is."""
    stage.world.restore(stage.world.machines[party], backup, highwater="kept")
    stage.watch.note_restore(party, highwater="kept")


def _recovery(stage: Stage) -> None:
    if stage.world.machines[_ASKER].node is None and not stage.world.start(_ASKER):
        return
    stage.rounds(2)


def _overtaken(stage: Stage) -> None:
    if stage.world.machines[_ASKER].node is None and not stage.world.start(_ASKER):
        return
    stage.ask(count=3)  # on a home that is behind: they stand where signed ones belong
    stage.rounds(2)


def _before_restored(stage: Stage) -> None:
    _before_recovery(stage)
    assert stage.world.start(_ASKER)
    stage.rounds()


def _hotline(stage: Stage) -> None:
    stage.ask(count=5)
    stage.ask("hotline")
    stage.rounds(2)


def _cut(stage: Stage) -> None:
    _one_crossed(stage)
    stage.world.network.cut(_ASKER, _ASKED, replies=True)
    stage.ask(count=3)
    stage.rounds(2)
    stage.world.network.heal()
    stage.world.instant.at_ms += 120_000


def _cut_off(stage: Stage, party: str) -> None:
    for other in set(stage.world.parties) - {party}:
        stage.world.network.cut(party, other)
        stage.world.network.cut(other, party)


def _third_cut(stage: Stage) -> None:
    _one_crossed(stage)
    _cut_off(stage, PARTIES[2])


def _goes_on_apart(stage: Stage) -> None:
    """Let who asked go on with the third party alone, which has seen nothing of it."""
    stage.world.network.heal()
    _cut_off(stage, _ASKED)
    for machine in stage.world.machines.values():
        _start_again(stage, machine)
    stage.rounds(2)
    stage.ask(count=2)
    stage.rounds(2)


SCENARIOS: Final[dict[str, Scenario]] = {
    "act": Scenario(_one_crossed, _act),
    "batch": Scenario(_one_crossed, _batch),
    "first": Scenario(_nothing, _act),
    "body": Scenario(_one_crossed, _body),
    "receipt": Scenario(_asked_only, _receipt),
    "answer": Scenario(_one_crossed, _answer),
    "rotation": Scenario(_one_crossed, _rotation),
    "recovery": Scenario(_before_recovery, _recovery),
    "overtaken": Scenario(_before_recovery, _overtaken),
    "restored": Scenario(_before_restored, _act),
    "hotline": Scenario(_one_crossed, _hotline),
    "offline": Scenario(_cut, _act),
    "three": Scenario(_one_crossed, _act, 3),
    "apart": Scenario(_third_cut, _act, 3, _goes_on_apart),
}


class _Counter:
    """Numbers points, and fails at one of them."""

    def __init__(self, at: int = -1, mode: str = "") -> None:
        self.passed: list[tuple[str, str]] = []
        self._at, self._mode = at, mode

    def __call__(self, party: str, point: str) -> str:
        self.passed.append((party, point))
        return self._mode if len(self.passed) - 1 == self._at else ""


@functools.lru_cache(maxsize=2)
def _paired(count: int) -> Paired:
    return paired(make_world(SEED, PARTIES[:count]))


def _stage(scenario: Scenario) -> Stage:
    world = world_of(_paired(scenario.parties))
    stage = Stage(world, Watch(world), Officers(world))
    scenario.before(stage)
    return stage


def cases(names: Iterator[str] | tuple[str, ...] = ()) -> Iterator[Case]:
    """Give every case of these scenarios, or of all."""
    for name in names or SCENARIOS:
        stage = _stage(SCENARIOS[name])
        counter = _count(stage, _Counter())
        SCENARIOS[name].play(stage)
        for number, (party, point) in enumerate(counter.passed):
            for mode in _modes(point):
                yield Case(name, number, party, point, mode)


def _modes(point: str) -> tuple[str, ...]:
    """A write can fail in every mode; elsewhere the process or the machine ends."""
    if point not in faults.WRITES:
        return (faults.KILL, faults.POWER, faults.BACK)
    return faults.MODES


def _count(stage: Stage, counter: _Counter) -> _Counter:
    for machine in stage.world.machines.values():
        machine.on_point = counter
    return counter


def run(case: Case) -> Outcome:
    """Play a scenario with one failure in it, then mend and look."""
    scenario = SCENARIOS[case.scenario]
    stage = _stage(scenario)
    backups = {party: machine.backup() for party, machine in stage.world.machines.items()}
    counter = _count(stage, _Counter(case.number, case.mode))
    try:
        try:
            scenario.play(stage)
        except Crash as crash:
            stage.world.crashed(crash)
        except Fault:
            pass  # what fails goes up to whoever called; the world goes on
        if case.mode == faults.BACK and stage.world.machines[case.party].node is None:
            _put_back(stage, case.party, backups[case.party])
        for machine in stage.world.machines.values():
            machine.on_point = faults.nothing_fails
        if scenario.after is not None:
            scenario.after(stage)
        for machine in stage.world.machines.values():
            _start_again(stage, machine)
        _require_passed(counter, case)
        rest.settle(stage.world, stage.watch)
    except (AssertionError, BrokenError) as error:
        return _outcome(stage, case, f"{type(error).__name__}: {error}")
    return _outcome(stage, case, "")


def _require_passed(counter: _Counter, case: Case) -> None:
    if len(counter.passed) <= case.number:
        raise BrokenError(f"the point {case.number} was not passed again")


def _start_again(stage: Stage, machine: Machine) -> None:
    if machine.is_failed and machine.node is not None:
        machine.end()
    if machine.node is None and stage.world.start(machine.party):
        stage.watch.restarted(machine.party)


def _outcome(stage: Stage, case: Case, error: str) -> Outcome:
    return Outcome(case, error, frozenset(stage.world.reached))


def table(outcomes: list[Outcome]) -> str:
    """Return a table of scenarios by modes, failures marked."""
    ran = Counter((one.case.scenario, one.case.mode) for one in outcomes)
    failed = Counter((one.case.scenario, one.case.mode) for one in outcomes if one.error)
    lines = ["scenario   " + "".join(f"{mode:>9}" for mode in faults.MODES)]
    for name in SCENARIOS:
        cells = [_cell(ran[name, mode], failed[name, mode]) for mode in faults.MODES]
        lines.append(f"{name:<11}" + "".join(f"{cell:>9}" for cell in cells))
    return "\n".join(lines)


def _cell(ran: int, failed: int) -> str:
    return f"{failed}!/{ran}" if failed else str(ran)


def broken(case: Case, why: str) -> Outcome:
    """Return the outcome of a case that the simulation itself broke off."""
    return Outcome(case, why, frozenset())
