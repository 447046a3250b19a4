"""A call by file: the listener of the other side is down, and the call goes on all the same."""

import io
from pathlib import Path

from rooms.test_hotline_clocks import alone
from rooms.test_hotline_drills import state
from support.agreed import adopt
from support.calls import Desks

from comity.joint.hotline import text, view
from comity.node.desk.duty import rings
from comity.node.exchange import carry

WORDS = {"en": "We cut the server off by noon.", "zh": "我方中午前切断该服务器。"}


def carried(desks: Desks, sender: str, to: str) -> None:
    """Let a file with all that one State has be brought to the other by hand."""
    desks.world.advance(60_000)
    target = io.BytesIO()
    carry.export(desks.node(sender), to, target)
    carry.take(desks.node(to), io.BytesIO(target.getvalue()))


def pick_up(desks: Desks, call: str) -> None:
    """Let the called State confirm the file, pick up, take the call and undertake something."""
    desks.say("bb", "confirm-carriage", call)
    desks.say("bb", "pick-up", call)
    desks.say("bb", "take", call, level=2, agency="police")
    desks.tell("bb", "say", call, WORDS, sort="undertaking", read_back="yes")


def end(desks: Desks, call: str) -> None:
    """Let the called State confirm what was read back, and close; both hold it then."""
    desks.say("bb", "confirm", call)
    desks.say("bb", "close", call, reason="concluded")
    carried(desks, "bb", "aa")
    carried(desks, "aa", "bb")


def test_a_call_is_made_picked_up_and_understood_by_files_alone(tmp_path: Path) -> None:
    """It rings where the file came in; each attempt is noted, and confirmed by the other side."""
    desks = Desks(tmp_path)
    adopt(desks.world, text.NAME, alone())
    desks.world.pump()
    desks.world.cut("aa", "bb")
    call = desks.call()
    assert call not in [one.matter.id for one in desks.world.matters("bb")]
    began = desks.node("aa").clock.now_ms()
    desks.say("aa", "carry", call, carrier="file", outcome="sent", began=began)
    carried(desks, "aa", "bb")
    rings.step(desks.node("bb"))
    (ring,) = rings.listing(desks.node("bb"), desks.officers["bb"])
    assert (ring.id, ring.ended_ms) == (call, None)
    pick_up(desks, call)
    assert view.status(state(desks, "aa", call)) == view.RINGING
    carried(desks, "bb", "aa")
    assert view.status(state(desks, "aa", call)) == view.TAKEN
    desks.tell("aa", "read-back", call, WORDS)
    carried(desks, "aa", "bb")
    rings.step(desks.node("bb"))
    assert rings.listing(desks.node("bb"), desks.officers["bb"])[0].ended_ms is not None
    end(desks, call)
    ours, theirs = (state(desks, party, call) for party in ("aa", "bb"))
    assert desks.row("aa", call).digest == desks.row("bb", call).digest
    assert view.status(ours) == view.CLOSED
    assert view.is_understood(ours, ours.said[0])
    assert [one.says for one in ours.carriages[0].answers] == ["confirmed"]
    assert ours.said == theirs.said
