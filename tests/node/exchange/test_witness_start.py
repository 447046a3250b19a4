"""A witness is asked at the start what it cosigned: so an image that was put back is noticed."""

import io
from dataclasses import replace
from pathlib import Path

import pytest
from support import images
from support.commands import Commands
from support.pair import World, make_world
from support.witness import Witness

from comity.kernel import ijson
from comity.kernel.fault import Fault
from comity.node.base.context import Session
from comity.node.base.ports import Response
from comity.node.base.rows import LOG_OPEN, Log
from comity.node.base.rows import Witness as Row
from comity.node.exchange import carry, excuse, logs, pump, status, witness, witness_memory
from comity.node.operate import findings
from comity.node.operate.fsck import run
from comity.node.room import local_log, trust_policy
from comity.node.room.release import send
from comity.surfaces.cli import status as cli_status
from comity.tlog import keys

PARTIES = ("aa", "bb", "cc")
HUGE = 10**12


class Line:
    """A line to one witness in memory; it may be down, and it may lie about sizes."""

    def __init__(self, outside: Witness) -> None:
        """Begin with a good line to an honest witness."""
        self.outside, self.is_down, self.asked = outside, False, 0
        self.lie: int | str = 0

    def add_checkpoint(self, witness: Row, body: bytes) -> Response:
        """Answer as the witness does."""
        self.asked += 1
        if self.is_down:
            raise Fault(code="node.witness.unreachable", what=witness.name, fix="Wait.")
        if self.lie:
            return Response(409, f"{self.lie}\n".encode(), "text/x.tlog.size")
        status_, media_type, data = self.outside.answer("/w/add-checkpoint", body)
        return Response(status_, data, media_type)


@pytest.fixture
def line(tmp_path: Path) -> Line:
    """A line to a witness that knows no log yet."""
    outside = Witness(tmp_path)
    outside.set_state({})
    return Line(outside)


def _configured(world: World, line: Line) -> None:
    row = Row("w", line.outside.vkeys, "https://w.example", ("live", "local"))
    witness.configure(world.node("aa"), [row])
    for origin in (world.origin("aa"), "aa/local"):
        for found in trust_policy.policies(world.node("aa"), origin):
            line.outside.trust(origin, [log.vkey for log in found.policy.logs])


def _log(world: World, party: str, origin: str = "") -> Log:
    with world.node(party).store.read() as tx:
        return logs.require_log(tx, origin or world.origin("aa"))


def _restart(world: World) -> None:
    world.replace_node("aa", replace(world.node("aa"), session=Session()))
    pump.begin(world.node("aa"))


def _ask(world: World, line: Line) -> None:
    """Let the thread of the witness have a turn."""
    witness.submit_due(world.node("aa"), line, "w")


def _rounds(world: World, count: int = 6) -> None:
    for _ in range(count):
        world.round()


@pytest.fixture
def old(tmp_path: Path, line: Line) -> World:
    """Three States; cc and a witness have aa's newest head; aa is an image, cc is away."""
    world = make_world(tmp_path, PARTIES)
    world.ask("aa")
    world.pump()
    _configured(world, line)
    _ask(world, line)
    put_back = images.taken(world)
    world.cut("aa", "bb")
    world.cut("bb", "cc")
    world.ask("aa")
    _rounds(world, 3)
    world.advance(witness.PAUSE_MS)
    _ask(world, line)
    assert line.outside.state()[world.origin("aa")][0] == _log(world, "cc").signed
    put_back()
    world.mend()
    world.cut("aa", "cc")
    world.cut("bb", "cc")
    world.ask("aa")  # it stands where another act was signed
    return world


def test_nothing_is_signed_before_the_witness_was_asked(old: World) -> None:
    """A round that has asked every party waits for it all the same."""
    before = _log(old, "aa").signed
    _rounds(old)
    assert _log(old, "aa").signed == before


def test_an_image_signs_nothing_while_who_knows_better_is_away(old: World, line: Line) -> None:
    """The witness says what no file shows: what was signed comes back, and no log is forked."""
    world, before = old, _log(old, "aa").signed
    _ask(world, line)
    _rounds(world)
    assert _log(world, "aa").signed == before
    world.mend()
    _rounds(world)
    assert {_log(world, party).state for party in PARTIES} == {LOG_OPEN}
    assert {_log(world, party).signed for party in PARTIES} == {_log(world, "aa").size}
    world.advance(witness.BACKOFF_MS_MAX)
    _ask(world, line)
    assert line.outside.state()[world.origin("aa")][0] == _log(world, "aa").signed
    assert "exchange.witness.ahead" not in dict(world.alarms("aa"))


def test_what_a_witness_said_outlives_a_restart_without_it(old: World, line: Line) -> None:
    """Nor does it help to take its line down."""
    world, before = old, _log(old, "aa").signed
    _ask(world, line)
    _restart(world)
    line.is_down = True
    _ask(world, line)
    _rounds(world)
    assert _log(world, "aa").signed == before


def test_two_officers_excuse_each_who_knows_better_by_name(old: World, line: Line) -> None:
    """One is not enough, and to excuse the witness excuses no party."""
    world, origin = old, old.origin("aa")
    before = _log(world, "aa").signed
    _ask(world, line)
    for party, officer in [("witness:w", "ann"), ("witness:w", "ben"), ("cc", "ann")]:
        excuse.excuse(world.node("aa"), origin, party, officer)
        _rounds(world, 2)
        assert _log(world, "aa").signed == before
    excuse.excuse(world.node("aa"), origin, "cc", "ben")
    _rounds(world, 2)
    assert _log(world, "aa").signed > before


def test_what_no_party_has_any_more_needs_an_excuse_too(tmp_path: Path, line: Line) -> None:
    """A head that the witness alone was shown was signed: proofs of it may be anywhere."""
    world = make_world(tmp_path)
    world.ask("aa")
    world.pump()
    _configured(world, line)
    put_back = images.taken(world)
    world.cut("aa", "bb")
    world.ask("aa")
    node = world.node("aa")
    _ask(world, line)
    pump.sign_if_due(node, world.origin("aa"), node.clock.now_ms())
    world.advance(witness.PAUSE_MS)
    _ask(world, line)
    put_back()
    world.mend()
    before = _log(world, "aa").signed
    world.ask("aa")
    _rounds(world)
    _ask(world, line)
    _rounds(world)
    assert _log(world, "aa").signed == before


def test_a_witness_that_lies_silences_nobody_for_ever(tmp_path: Path, line: Line) -> None:
    """It shows no head of ours: two officers are enough, whatever it says; another lie is new."""
    world = make_world(tmp_path)
    world.ask("aa")
    world.pump()
    _configured(world, line)
    _restart(world)
    line.lie = HUGE
    asked = world.ask("aa")
    _ask(world, line)
    _rounds(world)
    assert _log(world, "bb").signed <= asked.index
    assert world.node("aa").highwater.marks()[world.origin("aa")][0] <= asked.index
    for officer in ("ann", "ben"):
        excuse.excuse(world.node("aa"), world.origin("aa"), "witness:w", officer)
    _rounds(world)
    assert _log(world, "bb").signed > asked.index
    _restart(world)
    line.lie = HUGE + 1
    asked = world.ask("aa")
    _ask(world, line)
    _rounds(world)
    assert _log(world, "bb").signed <= asked.index
    line.lie = 0
    world.advance(witness.BACKOFF_MS_MAX)
    _ask(world, line)
    _rounds(world)
    assert _log(world, "bb").signed > asked.index


def test_one_that_is_out_of_reach_or_trickles_holds_up_nobody(tmp_path: Path, line: Line) -> None:
    """It was asked; and where its answer does not end, no longer than an answer is waited for."""
    world = make_world(tmp_path)
    world.ask("aa")
    world.pump()
    _configured(world, line)
    line.is_down = True
    _restart(world)
    woken: list[str] = []
    world.replace_node("aa", replace(world.node("aa"), wake=woken.append))
    asked = world.ask("aa")
    world.round()
    assert _log(world, "aa").signed <= asked.index
    _ask(world, line)
    assert world.channel in woken, "a round can sign now"
    world.round()
    assert _log(world, "bb").signed > asked.index

    _restart(world)
    asked = world.ask("aa")
    world.round()
    assert _log(world, "aa").signed <= asked.index
    world.advance(witness_memory.PATIENCE_MS)
    world.round()
    assert _log(world, "bb").signed > asked.index


def test_it_is_asked_at_a_start_whatever_failed_before(tmp_path: Path, line: Line) -> None:
    """The pause that failures had grown to is of the process that was."""
    world = make_world(tmp_path)
    world.ask("aa")
    world.pump()
    _configured(world, line)
    line.is_down = True
    for _ in range(12):
        world.advance(witness.BACKOFF_MS_MAX)
        _ask(world, line)
    _restart(world)
    asked = line.asked
    _ask(world, line)
    assert line.asked == asked + 1


def test_a_command_that_signs_asks_it_itself(old: World, line: Line) -> None:
    """A bundle is made while nobody serves."""
    old.replace_node("aa", replace(old.node("aa"), witnesses=line))
    before = _log(old, "aa").signed
    carry.export(old.node("aa"), "bb", io.BytesIO())
    assert _log(old, "aa").signed == before


def test_the_domestic_log_of_an_image_is_not_forked_either(tmp_path: Path, line: Line) -> None:
    """Nobody but its witness holds it; two officers may let it be signed all the same."""
    world = make_world(tmp_path)
    node = world.node("aa")
    send.set_approvals(node, 2)
    local_log.sign_if_due(node)
    _configured(world, line)
    put_back = images.taken(world)
    _ask(world, line)
    send.set_approvals(node, 1)
    world.advance(witness.PAUSE_MS)
    local_log.sign_if_due(node)
    _ask(world, line)
    put_back()
    node, before = world.node("aa"), _log(world, "aa", "aa/local").signed
    send.set_approvals(node, 3)
    world.advance(local_log.SIGN_PAUSE_MS)
    assert local_log.sign_if_due(node) is None
    _ask(world, line)
    assert local_log.sign_if_due(node) is None
    assert _log(world, "aa", "aa/local").signed == before
    for officer in ("ann", "ben"):
        excuse.excuse(node, "aa/local", "witness:w", officer)
    assert local_log.sign_if_due(node) is not None


def test_doctor_and_status_say_what_waits_and_the_next_step(old: World, line: Line) -> None:
    """What a witness says that fails otherwise is no fault; this holds up a log."""
    world, origin = old, old.origin("aa")
    _ask(world, line)
    node = world.node("aa")
    about = f"{origin} and the witness w"
    (said,) = [f for f in findings.findings(node, status.report(node)) if f.about == about]
    typed = Commands(world, (cli_status,))
    typed("status", "--home", "aa")
    assert said.is_good is False
    assert "nothing is signed" in str(said.what)
    assert f"comity recover excuse {origin} witness:w" in str(said.fix)
    assert "nothing is signed meanwhile" in typed.text
    assert "exchange.witness.ahead" in dict(world.alarms("aa"))
    for officer in ("ann", "ben"):
        excuse.excuse(node, origin, "witness:w", officer)
    (said,) = [f for f in findings.findings(node, status.report(node)) if f.about == about]
    assert said.is_good is None


def test_no_party_is_excused_by_the_name_of_a_witness_that_is_not_there(old: World) -> None:
    """Nor is a stranger."""
    with pytest.raises(Fault, match=r"node\.peer\.unknown"):
        excuse.excuse(old.node("aa"), old.origin("aa"), "witness:other", "ann")


def test_an_image_from_before_the_first_entry_is_noticed_too(tmp_path: Path, line: Line) -> None:
    """A channel that is quiet has signed heads of no entries: they are shown as well."""
    world = make_world(tmp_path)
    world.pump()
    _configured(world, line)
    put_back = images.taken(world)
    world.cut("aa", "bb")
    node = world.node("aa")
    _ask(world, line)
    assert run.check(node).is_clean
    world.ask("aa")
    pump.sign_if_due(node, world.origin("aa"), node.clock.now_ms())
    world.advance(witness.PAUSE_MS)
    _ask(world, line)
    put_back()
    world.ask("aa")
    world.mend()
    _ask(world, line)
    _rounds(world)
    assert _log(world, "aa").signed == 0
    assert line.outside.state()[world.origin("aa")][0] == 2


@pytest.mark.parametrize("size", ["9007199254740992", "9223372036854775807", "-1", "<html>"])
def test_a_size_that_no_log_has_is_no_answer(tmp_path: Path, line: Line, size: str) -> None:
    """It was asked, nothing waits for it, and what status says of it can be read as JSON."""
    world = make_world(tmp_path)
    world.ask("aa")
    world.pump()
    _configured(world, line)
    _restart(world)
    line.lie = size
    asked = world.ask("aa")
    _ask(world, line)
    world.pump()
    assert _log(world, "bb").signed > asked.index
    rows = [status.to_json(one) for one in status.report(world.node("aa"))]
    assert ijson.parse(ijson.render(rows)) == rows
    assert "exchange.witness.ahead" not in dict(world.alarms("aa"))


@pytest.mark.parametrize("change", ["none", "url", "vkeys", "gone"])
def test_what_one_said_that_is_no_longer_there_holds_up_nothing(
    old: World, line: Line, change: str
) -> None:
    """Another with its name, and so with other keys, is asked anew, and has said nothing yet."""
    node = old.node("aa")
    _ask(old, line)
    with node.store.read() as tx:
        (row,) = witness_memory.witnesses(tx)
    other = keys.signer("w", keys.ED25519_COSIGNATURE, bytes(32)).vkey
    changed = {
        "none": [row],
        "url": [replace(row, url="https://moved.example")],
        "vkeys": [replace(row, vkeys=(other,))],
        "gone": [],
    }
    excuse.excuse(node, old.origin("aa"), row.party, "ann")
    witness.configure(node, changed[change])
    log = _log(old, "aa")
    with node.store.read() as tx:
        kept = witness_memory.ahead(node, tx, log, row) > 0
        assert excuse.is_noted(tx, old.origin("aa"), row.party) == kept
    assert kept == (change in ("none", "url"))
